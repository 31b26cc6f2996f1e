"""Markers from LB, visits that ask for a second look, treated targets, and why a response was not confirmed."""

from __future__ import annotations

from typing import Any

import pytest
from small_patients import Patient, derive_of, on, protocol_with, records_of, responses

from onearm.derive import Derived, trace
from onearm.protocol import Protocol
from onearm.terms import MarkerState


def findings(derived: Derived, code: str) -> list[dict[str, str]]:
    return [dict(finding.values) for finding in derived.findings if finding.code == code]


def gone(*values: tuple[int, str]) -> Patient:
    """Complete response at day 63; AFP on the given days against a limit of 20, or a word of LBNRIND."""
    patient = Patient().sums((-5, "40"), (63, "0"), (126, "0"))
    for day, value in values:
        number, word = (value, None) if value[0].isdigit() else (None, value)
        patient.add("LB", LBTESTCD="AFP", LBORRES=value, LBSTRESN=number, LBSTRESU="ug/L", LBNRIND=word,
                    LBSTNRHI="20" if number else None, LBDTC=on(day))  # fmt: skip
    return patient


def with_afp(**options: object) -> Protocol:
    return protocol_with(markers="afp", **options)


def marker_of(derived: Derived) -> list[str]:
    assert derived.markers is not None
    return [MarkerState(int(state)).name for state in derived.markers.state[1:]]


@pytest.mark.parametrize(
    ("values", "expected", "response"),
    [
        ([(-3, "400"), (60, "20")], "NORMAL", "CR"),  # at its limit is not above
        ([(-3, "400"), (60, "20.1")], "ABOVE_LIMIT", "PR"),
        ([(-3, "HIGH"), (60, "NORMAL")], "NORMAL", "CR"),
        ([(-3, "HIGH"), (60, "LOW")], "NORMAL", "CR"),
        ([(-3, "HIGH"), (60, "HIGH HIGH")], "ABOVE_LIMIT", "PR"),
        ([(-3, "20"), (60, "400")], "NOT_APPLICABLE", "CR"),  # normal at baseline
        ([(60, "400")], "NOT_APPLICABLE", "CR"),  # not measured there
        ([(-3, "400")], "NOT_MEASURED", "PR"),
        ([(0, "400"), (60, "400")], "ABOVE_LIMIT", "PR"),  # the reference day counts
        ([(1, "400"), (60, "400")], "NOT_APPLICABLE", "CR"),
        ([(-28, "400"), (60, "400")], "ABOVE_LIMIT", "PR"),
        ([(-29, "400"), (60, "400")], "NOT_APPLICABLE", "CR"),
        ([(-20, "20"), (-3, "400"), (60, "400")], "ABOVE_LIMIT", "PR"),  # the last one before treatment
        ([(-20, "400"), (-3, "20"), (60, "400")], "NOT_APPLICABLE", "CR"),
        ([(-3, "400"), (49, "400")], "ABOVE_LIMIT", "PR"),  # 14 days before the scan
        ([(-3, "400"), (48, "400")], "NOT_MEASURED", "PR"),
        ([(-3, "400"), (77, "20")], "NORMAL", "CR"),  # 14 days after it
        ([(-3, "400"), (78, "20")], "NOT_MEASURED", "PR"),
        ([(-3, "400"), (60, "20"), (65, "400")], "ABOVE_LIMIT", "PR"),  # the nearer one
        ([(-3, "400"), (60, "20"), (66, "400")], "NORMAL", "CR"),  # as near: the earlier one
        ([(-3, "400"), (60, "20"), (60, "400")], "ABOVE_LIMIT", "PR"),  # of one day, the one above
    ],
)
def test_the_marker_at_a_visit(values: list[tuple[int, str]], expected: str, response: str) -> None:
    derived = derive_of(gone(*values), protocol=with_afp(baseline_window_days=28))
    assert marker_of(derived)[0] == expected
    assert responses(derived)[0] == response
    plain = derive_of(gone(*values), protocol=protocol_with())
    assert plain.markers is None
    assert responses(plain)[0] == "CR"


def test_the_window_of_the_marker_is_the_protocols() -> None:
    values = ((-3, "400"), (70, "20"))
    for days, expected in ((6, "NOT_MEASURED"), (7, "NORMAL")):
        assert marker_of(derive_of(gone(*values), protocol=with_afp(marker_window_days=days)))[0] == expected


def test_the_marker_of_one_subject_is_never_read_for_another() -> None:
    first = gone((-3, "400"), (60, "20"))
    second = gone()
    third = gone((-3, "400"))
    second.subject, third.subject = "P-2", "P-3"
    for patient in (second, third):
        patient.rows = [(domain, {**cells, "USUBJID": patient.subject}) for domain, cells in patient.rows]
    derived = derive_of(first, second, third, protocol=with_afp())
    assert marker_of(derived)[0] == "NORMAL"
    states = derived.markers.state.reshape(3, 3).tolist()  # type: ignore[union-attr]
    assert states[1] == [MarkerState.NOT_APPLICABLE] * 3
    assert states[2] == [MarkerState.NOT_APPLICABLE, MarkerState.NOT_MEASURED, MarkerState.NOT_MEASURED]


def test_a_value_without_a_verdict_is_reported_and_not_read() -> None:
    patient = gone((-3, "400")).add("LB", LBTESTCD="AFP", LBORRES="12", LBSTRESN="12", LBSTRESU="ug/L", LBDTC=on(60))
    patient.add("LB", LBTESTCD="AFP", LBSTAT="NOT DONE", LBSTRESN=None, LBSTRESU=None, LBDTC=on(61))
    derived = derive_of(patient, protocol=with_afp())
    assert findings(derived, "D045") == [{"value": "12"}]
    assert marker_of(derived)[0] == "NOT_MEASURED"
    assert not findings(derive_of(patient, protocol=protocol_with()), "D045")


def test_the_marker_is_in_the_trace() -> None:
    patient = gone((-3, "400"), (60, "400"), (126, "20"))
    derived = derive_of(patient, protocol=with_afp())
    records = records_of(patient)
    assert responses(derived) == ["PR", "CR"]
    for visit, rows in (("2", {2, 3}), ("3", {2, 4})):
        found = trace(derived, records, "OVRLRESP", "P-1", visit)
        assert {row.row for row in found.decided_by if row.domain == "LB"} == rows
        assert {row.row for row in found.read if row.domain == "LB"} == {2, 3, 4}
    plain = derive_of(patient, protocol=protocol_with())
    assert not [row for row in trace(plain, records, "OVRLRESP", "P-1", "2").read if row.domain == "LB"]


QUERIES: list[tuple[str, dict[str, object], tuple[str, ...], list[dict[str, str]]]] = [
    ("D041", {"reappearance_after_overall_cr": "query"}, ("40", "0", "4"),
     [{"visit": "3", "response": "PR", "earlier": "2"}]),
    ("D041", {"reappearance_after_overall_cr": "pd"}, ("40", "0", "4"), []),
    ("D041", {"reappearance_after_overall_cr": "arithmetic"}, ("40", "0", "4"), []),
    ("D042", {"cr_then_lesser": "query", "reappearance_after_overall_cr": "arithmetic"}, ("40", "0", "4"),
     [{"visit": "3", "response": "PR", "earlier": "2"}]),
    ("D042", {"cr_then_lesser": "query"}, ("40", "0", "0"), []),
    ("D043", {"pr_continues": "once_confirmed", "confirmation": "required"}, ("100", "70", "80"),
     [{"visit": "3", "response": "SD", "earlier": "2"}]),
    ("D043", {"pr_continues": "once_confirmed", "confirmation": "required"}, ("100", "70", "70", "80"), []),
    ("D043", {"pr_continues": "never", "confirmation": "required"}, ("100", "70", "80"), []),
]  # fmt: skip


@pytest.mark.parametrize(("code", "options", "lengths", "expected"), QUERIES)
def test_a_query_is_a_warning_at_its_visit(
    code: str, options: dict[str, object], lengths: tuple[str, ...], expected: list[dict[str, str]]
) -> None:
    readings = [(63 * visit - (5 if visit == 0 else 0), mm) for visit, mm in enumerate(lengths)]
    derived = derive_of(Patient().sums(*readings), protocol=protocol_with(**options))
    assert findings(derived, code) == expected
    assert all(finding.severity == "warning" for finding in derived.findings if finding.code == code)


def treated() -> Patient:
    patient = Patient().lesion("T01").lesion("T02")
    for visit, (one, other) in enumerate((("50", "50"), ("40", "50"), ("40", None), ("35", "0"), ("0", None)), start=1):
        day = -5 if visit == 1 else 63 * (visit - 1)
        patient.length("T01", visit, day, one)
        if visit == 3:
            patient.state("T02", visit, day, "TREATED")
        elif other is None:
            patient.state("T02", visit, day, "NOT EVALUABLE")
        else:
            patient.length("T02", visit, day, other)
    return patient


def sums(derived: Derived) -> list[dict[str, Any]]:
    return [row for row in derived.adtr.iter_rows(named=True) if row["PARAMCD"] == "SUMDIAM"]


def test_a_treated_target_leaves_the_sums_or_is_missing_for_good() -> None:
    excluded = derive_of(treated(), protocol=protocol_with(treated_lesion="exclude_and_rebase"))
    missing = derive_of(treated(), protocol=protocol_with(treated_lesion="ne_unless_pd"))
    assert responses(excluded) == ["SD", "SD", "PR", "PR"]
    assert responses(missing) == ["SD", "NE", "NE", "NE"]
    assert [row["AVAL"] for row in sums(excluded)] == [100, 90, 40, 35, 0]
    assert [row["BASE"] for row in sums(excluded)] == [100, 100, 50, 50, 50]
    assert [row["NADIR"] for row in sums(excluded)] == [None, 100, 40, 40, 35]
    assert [row["PCHG"] for row in sums(excluded)] == [0, -10, -20, -30, -100]
    assert [row["COMPLETE"] for row in sums(missing)] == ["Y", "Y", "N", "N", "N"]
    for derived in (excluded, missing):
        rows = [row for row in derived.adtr.iter_rows(named=True) if row["LNKID"] == "T02"]
        assert [row["AVAL"] for row in rows] == [50, 50, None, None, None]
        assert [row["STATE"] for row in rows][2:] == ["treated"] * 3
        assert findings(derived, "D044") == [{"lesion": "T02", "visit": "4", "treated": "3"}]


def test_the_trace_of_a_later_visit_names_the_treatment() -> None:
    patient = treated()
    derived = derive_of(patient, protocol=protocol_with(treated_lesion="exclude_and_rebase"))
    found = trace(derived, records_of(patient), "TRGRESP", "P-1", "5")
    assert "TREATED" in {row.columns.get("TRSTRESC") for row in found.decided_by}


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        (("100", "70", "70"), (None, None, "3")),
        (("100", "70", "80"), ("lesser_response", "3", None)),
        (("100", "70", "120"), ("progression_came", "3", None)),
        (("100", "70"), ("no_later_scan", None, None)),
        (("100", "100"), (None, None, None)),
    ],
)
def test_adrs_says_why_no_scan_confirmed(lengths: tuple[str, ...], expected: tuple[str | None, ...]) -> None:
    readings = [(63 * visit - (5 if visit == 0 else 0), mm) for visit, mm in enumerate(lengths)]
    patient = Patient().sums(*readings)
    derived = derive_of(patient)
    (row,) = [row for row in derived.adrs.iter_rows(named=True) if row["PARAMCD"] == "CBOR"]
    assert (row["WHYNOT"], row["WHYNOTVS"], row["CONFVIS"]) == expected
    others = [row for row in derived.adrs.iter_rows(named=True) if row["PARAMCD"] != "CBOR"]
    assert {row["WHYNOT"] for row in others} == {None}
    if expected[1] is not None:
        found = trace(derived, records_of(patient), "CBOR", "P-1")
        visits = {row.columns.get("VISITNUM") for row in found.decided_by if row.domain == "TR"}
        assert expected[1] in visits
