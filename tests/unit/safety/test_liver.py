"""Hy's law: both sides of each limit, the window, cholestasis, and an abnormal baseline."""

from __future__ import annotations

import pytest
from lab_patients import Patient, assess, enzymes, lab

from onearm.reference.liver_signal import liver_limits


def found(patient: Patient) -> list[tuple[str, str]]:
    table = assess(patient).liver.candidates
    return list(table.select("RULE", "CHOLESTASIS").iter_rows())


@pytest.mark.parametrize(
    ("alt", "bilirubin", "is_found"),
    [("120", "40", True), ("119.999999", "40", False), ("120", "39.999999", False), ("400", "20", False)],
)
def test_limits(alt: str, bilirubin: str, is_found: bool) -> None:
    assert found(enzymes(Patient(), 20, alt, bilirubin)) == ([("uln", "no"), ("base", "no")] if is_found else [])


@pytest.mark.parametrize(("later", "is_found"), [(0, True), (30, True), (31, False), (-1, False)])
def test_bilirubin_on_the_day_or_up_to_30_days_later(later: int, is_found: bool) -> None:
    patient = lab(Patient(), "AST", 40, "120", "U/L", "5", "40")
    lab(patient, "BILI", 40 + later, "40", "umol/L", "3", "20")
    assert bool(found(patient)) == is_found


@pytest.mark.parametrize(("alp", "state"), [("239.999999", "no"), ("240", "yes"), (None, "unknown")])
def test_cholestasis(alp: str | None, state: str) -> None:
    patient = enzymes(Patient(), 20, "120", "40", alp)
    assert found(patient) == [("uln", state), ("base", state)]
    assert assess(patient).liver.of_rule("uln").height == (state != "yes")


def test_a_later_pair_without_cholestasis_stands_before_an_earlier_one_with_it() -> None:
    patient = enzymes(enzymes(Patient(), 20, "120", "40", "500"), 80, "130", "50", "100")
    row = assess(patient).liver.of_rule("uln").row(0, named=True)
    assert (row["TVALUE"], row["CHOLESTASIS"]) == (130_000_000, "no")


def test_an_abnormal_baseline_is_what_counts_in_its_own_rule() -> None:
    raised = enzymes(Patient(), -1, "100", "30")
    assert found(enzymes(raised, 20, "299", "60")) == [("uln", "no")]
    raised = enzymes(Patient(), -1, "100", "30")
    assert found(enzymes(raised, 20, "300", "59.999999")) == [("uln", "no")]
    raised = enzymes(Patient(), -1, "100", "30")
    patient = enzymes(raised, 20, "300", "60")
    assert found(patient) == [("uln", "no"), ("base", "no")]
    row = assess(patient).liver.of_rule("base").row(0, named=True)
    assert (row["TREF"], row["TREFIS"], row["BREFIS"]) == (100_000_000, "BASE", "BASE")


def test_before_the_first_dose_and_upper_bounds_do_not_count() -> None:
    assert found(enzymes(Patient(), 0, "900", "90")) == []
    assert found(enzymes(Patient(), 20, "<900", "90")) == []
    assert found(enzymes(Patient(), 20, ">900", "90")) == [("uln", "no"), ("base", "no")]


def test_who_was_judged() -> None:
    one = enzymes(Patient("P-1"), 20, "20", "10")
    two = lab(Patient("P-2"), "ALT", 20, "500", "U/L", "5", "40")
    three = lab(Patient("P-3"), "ALT", 20, "500", "U/L")
    lab(three, "BILI", 20, "50", "umol/L", "3", "20")
    signal = assess(one, two, three).liver
    assert (signal.judged, signal.not_judged) == (("P-1",), ("P-2", "P-3"))


def test_peaks_are_multiples_of_the_limit() -> None:
    patient = enzymes(enzymes(Patient(), 20, "120", "10"), 40, "80", "30")
    assert assess(patient).liver.peaks.rows() == [("P-1", 3.0, 1.5)]


def test_the_limits_are_unconfirmed_and_say_so() -> None:
    limits = liver_limits()
    assert tuple(limits[:4]) == (3, 2, 2, 30)
    assert limits.mark == "unconfirmed"
