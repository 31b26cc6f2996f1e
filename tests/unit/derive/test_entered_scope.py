"""Entered responses as the source of another criterion or of a region."""

from __future__ import annotations

import pytest
from small_patients import CUTOFF, Patient, on, protocol_with, records_of, responses

from onearm.derive import derive
from onearm.errors import RefusedError
from onearm.protocol.variant import Variant, read_as

MRECIST = Variant(criterion="mrecist")


def entered(*rows: tuple[str, str | None]) -> Patient:
    """One response at the second scan for each value and RSCAT."""
    patient = Patient()
    for value, category in rows:
        patient.add("RS", RSTESTCD="OVRLRESP", RSSTRESC=value, RSCAT=category, RSEVAL="INVESTIGATOR", VISITNUM="2",
                    RSDTC=on(63))  # fmt: skip
    return patient


@pytest.mark.parametrize("category", [None, "RECIST 1.1", "IRECIST"])
@pytest.mark.parametrize("variant", [MRECIST, Variant(criterion="mrecist", region="liver"), Variant(region="liver")])
def test_what_was_entered_by_one_criterion_is_not_read_as_another(variant: Variant, category: str | None) -> None:
    protocol = protocol_with(response_source="reported")
    with pytest.raises(RefusedError) as refused:
        derive(protocol, records_of(entered(("PR", category))), CUTOFF, variant)
    assert [finding.code for finding in refused.value.findings] == ["D098"]


@pytest.mark.parametrize("category", ["MRECIST", "mRECIST 2020", "M-RECIST"])
def test_what_names_the_criterion_is_read(category: str) -> None:
    protocol = protocol_with(response_source="reported")
    rows = records_of(entered(("SD", "RECIST 1.1"), ("PR", category)))
    assert responses(derive(protocol, rows, CUTOFF, MRECIST)) == ["PR"]
    with pytest.raises(RefusedError):
        derive(protocol, rows, CUTOFF, Variant(criterion="mrecist", region="liver"))


def test_the_other_way_round() -> None:
    protocol = read_as(protocol_with(response_source="reported"), MRECIST)
    recist = Variant(criterion="recist-1.1")
    assert responses(derive(protocol, records_of(entered(("PR", "RECIST 1.1"))), CUTOFF, recist)) == ["PR"]
    with pytest.raises(RefusedError):
        derive(protocol, records_of(entered(("PR", "MRECIST"))), CUTOFF, recist)


def test_the_trials_own_criterion_needs_no_name() -> None:
    protocol = protocol_with(response_source="reported")
    for variant in (Variant(), Variant(criterion="recist-1.1")):
        assert responses(derive(protocol, records_of(entered(("PR", None))), CUTOFF, variant)) == ["PR"]
