"""What moves when the protocol had chosen otherwise, and what does not."""

from __future__ import annotations

import pytest
from small_patients import CUTOFF, Patient, on, protocol_with, records_of

from onearm.errors import RefusedError
from onearm.protocol.variant import Variant
from onearm.records import Records
from onearm.sensitivity import Policy, Row, Sensitivity, list_policies, vary


def course(name: str, *sums: tuple[int, str]) -> Patient:
    return Patient(name).sums(*sums)


CONFIRMED = ((0, "100"), (63, "60"), (126, "60"))
BROKEN = ((0, "100"), (63, "68"), (126, "72"), (189, "68"), (252, "100"))
"""PR, SD, PR: confirmed where one SD may lie between."""
ONCE = ((0, "100"), (63, "60"), (126, "130"))


def rows(found: Sensitivity) -> dict[str, Row]:
    return {row.name: row for row in found.rows}


@pytest.fixture(scope="module")
def records() -> Records:
    return records_of(
        course("P-1", *CONFIRMED), course("P-2", *BROKEN), course("P-3", *ONCE), course("P-4", (0, "50"), (63, "70"))
    )


@pytest.fixture(scope="module")
def found(records: Records) -> Sensitivity:
    return vary(protocol_with(), records, CUTOFF)


def test_who_is_gained_is_named(found: Sensitivity) -> None:
    assert found.base.responders == ("P-1",)
    assert rows(found)["confirmation=not_required"].gained == ("P-2", "P-3", "P-1")[:2]
    assert rows(found)["confirmation_max_sd=1"].gained == ("P-2",)
    assert rows(found)["confirmation_max_sd=1"].changed == (("P-2", "SD", "PR"),)


def test_each_row_agrees_with_a_derivation_of_its_own(found: Sensitivity, records: Records) -> None:
    """The table is checked against the protocol itself with the option changed."""
    for name, value in (("confirmation_max_sd", 1), ("pd_absolute_mm", 0), ("confirmation_scan", "any_later")):
        alone = vary(protocol_with(**{name: value}), records, CUTOFF, []).base
        outcome = rows(found)[f"{name}={value}"].outcome
        assert outcome == alone, name


def test_nothing_is_varied_to_what_the_protocol_says(found: Sensitivity) -> None:
    names = [row.name for row in found.rows]
    assert len(names) == len(set(names)) and len(names) > 40
    assert "confirmation_max_sd=0" not in names and "censoring=literal" in names and "denominator=treated" not in names
    unmoved = set(found.unmoved)
    assert unmoved | {row.name for row in found.moved} == set(names)
    assert "pet_only_new_lesion=not_pd" in unmoved


def test_rule_sets_procedures_censoring_and_denominators_are_among_them(found: Sensitivity) -> None:
    groups = {row.group for row in found.rows}
    assert groups == {"rules", "option", "procedure", "censoring", "denominator"}
    assert {"rules=recist", "rules=arithmetic", "rules=admiral"} <= set(rows(found))


def test_a_lost_patient_is_named_and_the_rate_falls() -> None:
    """The scan that confirms lies 28 days after the first: two weeks more and nothing confirms."""
    records = records_of(course("P-1", (0, "100"), (63, "60"), (91, "60")), course("P-2", *CONFIRMED))
    found = vary(protocol_with(), records, CUTOFF)
    row = rows(found)["confirmation_min_days=42"]
    assert (row.lost, row.gained) == (("P-1",), ())
    assert (found.base.rate, row.outcome and row.outcome.rate) == (1.0, 0.5)


def test_another_denominator_changes_the_rate_alone() -> None:
    records = records_of(course("P-1", *CONFIRMED), Patient("P-2", dosed=False))
    row = rows(vary(protocol_with(), records, CUTOFF))["denominator=registered"]
    assert row.moved and row.changed == () and row.outcome is not None and row.outcome.n == 2


def test_what_cannot_be_read_so_is_refused_by_name() -> None:
    patient = course("P-1", *CONFIRMED).length("T01", 4, 189, "60", TRDTC="2024-09")
    found = vary(protocol_with(partial_dates="first_day"), records_of(patient), CUTOFF)
    row = rows(found)["partial_dates=refuse"]
    assert row.outcome is None and {finding.code for finding in row.refused} == {"D001"}
    assert "partial_dates=last_day" in rows(found) and "partial_dates=refuse" not in found.unmoved


def test_the_protocol_itself_must_be_readable() -> None:
    patient = course("P-1", *CONFIRMED).length("T01", 4, 189, "60", TRDTC="2024-09")
    with pytest.raises(RefusedError):
        vary(protocol_with(partial_dates="refuse"), records_of(patient), CUTOFF)


def test_without_a_criterion_there_is_nothing_to_vary() -> None:
    protocol = protocol_with().model_copy(update={"response_options": None})
    with pytest.raises(RefusedError, match=r"tumour\.criterion"):
        vary(protocol, records_of(course("P-1", *CONFIRMED)), CUTOFF)
    assert list_policies(protocol, records_of(course("P-1", *CONFIRMED))) == ()


def test_other_readers_and_entered_responses_are_policies_only_where_there_are_any(records: Records) -> None:
    assert "reading" not in {policy.group for policy in list_policies(protocol_with(), records)}
    patient = course("P-1", *CONFIRMED).length("T01", 1, 0, "90", TREVAL="INDEPENDENT ASSESSOR")
    patient.add("RS", RSTESTCD="OVRLRESP", RSSTRESC="PR", RSDTC=on(63), VISITNUM="2", RSEVAL="INVESTIGATOR")
    names = [p.name for p in list_policies(protocol_with(), records_of(patient)) if p.group == "reading"]
    assert names == ["evaluator=independent", "response_source=reported"]


def test_a_policy_of_ones_own(records: Records) -> None:
    policy = Policy("mine", "option", Variant(settings=(("confirmation_max_sd", "1"), ("sd_min_days", "28"))))
    (row,) = vary(protocol_with(), records, CUTOFF, [policy]).rows
    assert row.gained == ("P-2",)


def test_the_criteria_that_stand_beside_are_varied_with_each_profile() -> None:
    protocol = protocol_with()
    assert not [
        one for one in list_policies(protocol, records_of(course("P-1", *CONFIRMED))) if "criterion" in one.name
    ]
    tumour = protocol.tumour.model_copy(update={"beside": ("mrecist",), "beside_profile": "mrecist-hcc-2026"})
    patient = Patient("P-1").lesion("T01")
    for visit, (day, viable) in enumerate(((0, "11"), (63, "7"), (126, "7"), (189, "9")), 1):
        patient.length("T01", visit, day, "50").length("T01", visit, day, viable, "VDIAM")
    found = rows(vary(protocol.model_copy(update={"tumour": tumour}), records_of(patient), CUTOFF))
    assert [name for name in found if "criterion" in name] == ["criterion=mrecist", "criterion=mrecist-hcc-5mm-2026"]
    assert found["criterion=mrecist"].gained == ("P-1",)
    policies = list_policies(protocol.model_copy(update={"tumour": tumour}), records_of(patient))
    (other,) = [one.variant for one in policies if one.name == "criterion=mrecist-hcc-5mm-2026"]
    assert dict(other.settings)["pd_absolute_mm"] == "5"


def test_the_windows_of_a_marker_are_varied_where_one_is_used() -> None:
    """An AFP of 400 twenty days before treatment asks for a normal one at the complete response; none was taken."""
    patient = course("P-1", (0, "20"), (63, "0"), (126, "0"))
    patient.add("LB", LBTESTCD="AFP", LBSTRESN="400", LBSTRESU="ug/L", LBSTNRHI="20", LBDTC=on(-20), LBORRES="400")
    for day in (53, 116):
        patient.add("LB", LBTESTCD="AFP", LBSTRESN="5", LBSTRESU="ug/L", LBSTNRHI="20", LBDTC=on(day), LBORRES="5")
    found = rows(vary(protocol_with(markers="afp"), records_of(patient), CUTOFF))
    assert found["marker_window_days=7"].changed == (("P-1", "CR", "PR"),)
    unseen = records_of(course("P-1", (0, "20"), (63, "0"), (126, "0")).add(
        "LB", LBTESTCD="AFP", LBSTRESN="400", LBSTRESU="ug/L", LBSTNRHI="20", LBDTC=on(-20), LBORRES="400"
    ))  # fmt: skip
    assert rows(vary(protocol_with(markers="afp"), unseen, CUTOFF))["baseline_window_days=14"].changed == (
        ("P-1", "PR", "CR"),
    )
    plain = {policy.name.partition("=")[0] for policy in list_policies(protocol_with(), unseen)}
    assert not plain & {"baseline_window_days", "marker_window_days"}


def test_entries_by_another_criterion_are_no_source_to_vary() -> None:
    made = course("P-1", *CONFIRMED).add(
        "RS", RSTESTCD="OVRLRESP", RSSTRESC="PR", RSEVAL="INVESTIGATOR", RSDTC=on(63), VISITNUM="2", RSCAT="mRECIST"
    )
    names = {policy.name for policy in list_policies(protocol_with(), records_of(made))}
    assert "response_source=reported" not in names
