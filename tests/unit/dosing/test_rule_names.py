"""The dose rules find a dose under every name of its component, blanks and capitals apart."""

from __future__ import annotations

import datetime as dt

import pytest
from small_patients import Patient, on, protocol_with, records_of

from onearm.dosing.rules_given import read_given


@pytest.mark.parametrize("name", ["pdl1", " PDL1 ", "Antikörper", "PD-L1 抗体"])
def test_a_dose_is_found_under_every_name_of_its_component(name: str) -> None:
    protocol = protocol_with()
    component = protocol.treatment.components[0].model_copy(
        update={"id": "pdl1", "name": {"en": "PD-L1 antibody", "de": "Antikörper", "zh": "PD-L1 抗体"}}
    )
    treatment = protocol.treatment.model_copy(update={"components": (component,)})
    patient = Patient(dosed=False)
    patient.add("EX", EXTRT=name, EXDOSE="1200", EXDOSU="mg", EXSTDTC=on(0), EXENDTC=on(0))
    given = read_given(
        protocol.model_copy(update={"treatment": treatment}), records_of(patient), dt.date.fromisoformat(on(5))
    )
    assert given["COMPONENT"].to_list() == ["pdl1"]
