"""A data cut taken from one date that lies far after every other is remarked on; a cut that was given is not."""

from __future__ import annotations

import datetime as dt

import pytest
from small_patients import Patient, on, protocol_with, records_of

from onearm.pipeline import analyse


@pytest.mark.parametrize(("last", "warned"), [(429, False), (430, True), (13_000, True)])
def test_a_last_date_far_from_the_others(last: int, warned: bool) -> None:
    patient = Patient().sums((-7, "50"), (63, "50"))
    patient.add("LB", LBTESTCD="ALT", LBSTRESN="20", LBSTRESU="U/L", LBSTNRHI="40", LBDTC=on(last))
    found = analyse(protocol_with(), records_of(patient)).findings
    assert ("S114" in {finding.code for finding in found}) == warned
    day = dt.date.fromisoformat(on(last))
    assert "S114" not in {finding.code for finding in analyse(protocol_with(), records_of(patient), day).findings}
