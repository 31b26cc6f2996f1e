"""One reading of a partial date in every table, and a cut that is the same window for all of them."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from small_patients import Patient, derive_of, on, protocol_with, subject_of, time_of

from onearm.derive import Derived
from onearm.errors import RefusedError

FIRST, LAST = dt.date(2024, 5, 1), dt.date(2024, 5, 31)
READ = [("first_day", FIRST), ("last_day", LAST)]


def with_partial_scan(month: str = "2024-05") -> Patient:
    """The second scan, in May 2024 (days 58 to 88), is known to the month; it shows progression."""
    patient = Patient().lesion("T01").length("T01", 1, 0, "40")
    return patient.length("T01", 2, 63, "60", TRDTC=month)


def dates(derived: Derived) -> dict[str, dt.date]:
    """The date of the second visit in each table."""
    adrs = derived.adrs.filter((pl.col("PARAMCD") == "OVRLRESP") & (pl.col("VISITNUM") == "2"))
    found = {"ADRS": adrs["ADT"].item()}
    for parameter in ("LDIAM", "SUMDIAM"):
        rows = derived.adtr.filter((pl.col("PARAMCD") == parameter) & (pl.col("VISITNUM") == "2"))
        found[f"ADTR {parameter}"] = rows["ADT"].item()
    found["ADTTE"] = time_of(derived, "PFS")["ADT"]
    return found


@pytest.mark.parametrize(("rule", "day"), READ)
def test_a_partial_scan_date_is_one_day_in_every_table(rule: str, day: dt.date) -> None:
    derived = derive_of(with_partial_scan(), protocol=protocol_with(partial_dates=rule))
    assert set(dates(derived).values()) == {day}
    assert time_of(derived, "PFS")["EVNTDESC"] == "progression"


@pytest.mark.parametrize(("rule", "day"), READ)
def test_a_response_on_a_partial_date_begins_on_that_day_everywhere(rule: str, day: dt.date) -> None:
    patient = Patient().lesion("T01").length("T01", 1, 0, "40").length("T01", 2, 63, "20", TRDTC="2024-05")
    patient.length("T01", 3, 126, "20").length("T01", 4, 189, "60")
    derived = derive_of(patient, protocol=protocol_with(partial_dates=rule))
    best = derived.adrs.filter(pl.col("PARAMCD") == "CBOR")
    assert best["ADT"].item() == time_of(derived, "TTR")["ADT"] == time_of(derived, "DOR")["STARTDT"] == day


@pytest.mark.parametrize(("rule", "day"), READ)
def test_a_partial_scan_before_the_event_is_the_last_day_free_of_it(rule: str, day: dt.date) -> None:
    patient = Patient().lesion("T01").length("T01", 1, 0, "40").length("T01", 2, 63, "39", TRDTC="2024-05")
    patient.length("T01", 3, 126, "60")
    assert time_of(derive_of(patient, protocol=protocol_with(partial_dates=rule)), "PFS")["FREEDT"] == day


@pytest.mark.parametrize(("rule", "day"), READ)
def test_a_partial_death_is_one_day_in_every_table(rule: str, day: dt.date) -> None:
    patient = Patient().sums((0, "40")).add("DS", DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC="2024-05")
    derived = derive_of(patient, protocol=protocol_with(partial_dates=rule))
    assert subject_of(derived)["DTHDT"] == time_of(derived, "OS")["ADT"] == time_of(derived, "PFS")["ADT"] == day


def test_without_a_rule_it_is_refused_and_not_guessed() -> None:
    with pytest.raises(RefusedError) as refused:
        derive_of(with_partial_scan(), protocol=protocol_with(partial_dates="refuse"))
    assert {finding.code for finding in refused.value.findings} == {"D001"}


@pytest.mark.parametrize(
    ("rule", "cut", "is_read"),
    [
        ("first_day", FIRST, True),
        ("first_day", FIRST - dt.timedelta(days=1), False),
        ("last_day", LAST, True),
        ("last_day", LAST - dt.timedelta(days=1), False),
    ],
)
def test_the_cut_is_one_window_for_every_table(rule: str, cut: dt.date, is_read: bool) -> None:
    derived = derive_of(with_partial_scan(), protocol=protocol_with(partial_dates=rule), cutoff=cut)
    assert (time_of(derived, "PFS")["CNSR"] == 0) is is_read
    for table in (derived.adrs, derived.adtr):
        assert (table.filter(pl.col("VISITNUM") == "2").height > 0) is is_read
    for table in (derived.adrs, derived.adtr, derived.adtte):
        assert (table["ADT"].drop_nulls() <= cut).all()


def test_what_comes_after_the_cut_does_not_censor_either() -> None:
    patient = Patient().sums((0, "40"), (63, "39"), (126, "60"))
    patient.add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(100))
    patient.add("PR", PRTRT="TACE", PRDECOD="TACE", PRSTDTC=on(101))
    before = time_of(derive_of(patient, cutoff=dt.date.fromisoformat(on(99))), "PFS")
    after = time_of(derive_of(patient, cutoff=dt.date.fromisoformat(on(100))), "PFS")
    assert (before["EVNTDESC"], after["EVNTDESC"]) == ("last_adequate", "new_therapy")
    assert before["ADT"] == after["ADT"]
