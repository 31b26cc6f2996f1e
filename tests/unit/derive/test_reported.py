"""Entered responses as the source: which rows of RS count, what is remarked, and what follows from them."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from onearm.derive import Derived, derive, trace
from onearm.errors import RefusedError, UsageError
from onearm.protocol import Protocol, load_protocol_text
from onearm.protocol.variant import AdmiralOptions, Variant
from onearm.records import Records

PROTOCOL = """
onearm: 1
identity: {id: TRIAL, title: A trial}
population: {disease: any}
treatment: {components: [{id: drug, name: Drug, kind: drug}]}
tumour: {criterion: recist-1.1, profile: recist-1.1-confirmed-2026, override: {OVERRIDE}}
endpoints:
  orr: {kind: response_rate, name: ORR, role: primary, denominator: treated}
  pfs: {kind: survival, name: PFS, role: descriptive, start: first_dose, events: [progression, death],
    censoring: literal}
  os: {kind: survival, name: OS, role: descriptive, start: first_dose, events: [death], censoring: literal}
sets: {primary: treated}
design: {kind: exploratory}
"""
CUT = dt.date(2024, 12, 31)
REPORTED = Variant(source="reported")


def protocol(override: str = "") -> Protocol:
    return load_protocol_text(PROTOCOL.replace("OVERRIDE", override), "trial.yaml")


def records(*rows: dict[str, str | None], died: str | None = None) -> Records:
    """One subject treated from 2024-01-01, in DM and RS alone."""
    dm = {"STUDYID": "TRIAL", "USUBJID": "S1", "RFICDTC": None, "RFSTDTC": "2024-01-01", "DTHDTC": died,
          "DTHFL": None if died is None else "Y"}  # fmt: skip
    base = {"STUDYID": "TRIAL", "USUBJID": "S1", "RSTESTCD": "OVRLRESP", "RSEVAL": "INVESTIGATOR"}
    names = [*base, "RSSEQ", "RSSTRESC", "RSCAT", "RSEVALID", "RSACPTFL", "RSSTAT", "VISITNUM", "VISIT", "RSDTC"]
    filled = [{**base, "RSSEQ": str(at), "VISITNUM": str(at + 1), **row} for at, row in enumerate(rows, start=1)]
    frame = {name: pl.Series([row.get(name) for row in filled], dtype=pl.String) for name in names}
    return Records.from_tables(
        {"DM": pl.DataFrame({k: pl.Series([v], dtype=pl.String) for k, v in dm.items()}), "RS": pl.DataFrame(frame)}
    )


def entered(date: str, response: str, **others: str | None) -> dict[str, str | None]:
    return {"RSDTC": date, "RSSTRESC": response, **others}


def overall(derived: Derived) -> list[str]:
    return derived.adrs.filter(pl.col("PARAMCD") == "OVRLRESP")["AVALC"].to_list()


def codes(derived: Derived) -> list[str]:
    return [finding.code for finding in derived.findings]


def test_demographics_and_responses_alone_give_every_table() -> None:
    derived = derive(
        protocol(),
        records(entered("2024-03-01", "PR"), entered("2024-05-01", "PR"), entered("2024-07-01", "PD")),
        CUT,
        REPORTED,
    )
    assert overall(derived) == ["PR", "PR", "PD"]
    best = derived.adrs.filter(pl.col("PARAMCD") == "CBOR").row(0, named=True)
    assert (best["AVALC"], best["SRCDOM"], best["SRCVAR"], best["SRCSEQ"]) == ("PR", "RS", "RSSTRESC", 1)
    assert (best["CONFVIS"], best["CONFDT"]) == ("3", dt.date(2024, 5, 1))
    pfs = derived.adtte.filter(pl.col("PARAMCD") == "PFS").row(0, named=True)
    assert (pfs["STARTDT"], pfs["ADT"], pfs["CNSR"], pfs["SRCSEQ"]) == (dt.date(2024, 1, 1), dt.date(2024, 7, 1), 0, 3)
    person = derived.adsl.row(0, named=True)
    assert (person["TRTSDT"], person["REGDT"], person["EVALFL"]) == (dt.date(2024, 1, 1), dt.date(2024, 1, 1), "Y")
    assert person["NTARGET"] is None and derived.adtr.height == 0
    found = trace(derived, derived.course.records, "CBOR", "S1")
    assert {(row.domain, row.row) for row in found.decided_by} == {("DM", 2), ("RS", 2), ("RS", 3)}


def test_what_is_not_done_of_another_criterion_or_missing_is_no_visit() -> None:
    rows = (
        entered("2024-03-01", "SD", RSCAT="RECIST 1.1", VISITNUM="2"),
        entered("2024-03-01", "CR", RSCAT="mRECIST", VISITNUM="2"),
        entered("2024-04-01", "PR", RSCAT="iRECIST", VISITNUM="3"),
        entered("2024-05-01", "MISSING", RSCAT="RECIST 1.1", VISITNUM="4"),
    )
    assert overall(derive(protocol(), records(*rows), CUT, REPORTED)) == ["SD"]


def test_components_stand_beside_the_overall_response() -> None:
    rows = (
        entered("2024-03-01", "PD", VISITNUM="2"),
        {**entered("2024-03-01", "SD", VISITNUM="2"), "RSTESTCD": "TRGRESP"},
        {**entered("2024-03-01", "Y", VISITNUM="2"), "RSTESTCD": "NEWLPROG"},
        {**entered("2024-05-01", "SD", VISITNUM="3"), "RSTESTCD": "TRGRESP"},
    )
    derived = derive(protocol(), records(*rows), CUT, REPORTED)
    said = {p: (v, q) for p, v, q in derived.adrs.select("PARAMCD", "AVALC", "SRCSEQ").iter_rows() if p != "OVRLARIT"}
    assert said["TRGRESP"] == ("SD", 2) and said["NEWLRESP"] == ("Y", 3) and said["OVRLRESP"] == ("PD", 1)
    assert "NTRGRESP" not in said and "D094" in codes(derived)


def test_a_response_before_the_reference_day_is_left_out_and_one_on_it_counts() -> None:
    derived = derive(protocol(), records(entered("2023-12-31", "SD"), entered("2024-01-01", "SD")), CUT, REPORTED)
    assert overall(derived) == ["SD"] and codes(derived) == ["D091"]


def test_two_responses_of_one_visit_are_refused() -> None:
    rows = (entered("2024-03-01", "SD", VISITNUM="2", RSCAT="RECIST 1.1"), entered("2024-03-02", "PD", VISITNUM="2"))
    with pytest.raises(RefusedError) as refused:
        derive(protocol(), records(*rows), CUT, REPORTED)
    assert [finding.code for finding in refused.value.findings] == ["D092"]


def test_a_subject_without_any_response_is_remarked() -> None:
    derived = derive(protocol(), records(entered("2025-03-01", "SD")), CUT, REPORTED)
    assert overall(derived) == [] and codes(derived) == ["D093"]
    assert derived.adrs.filter(pl.col("PARAMCD") == "CBOR")["AVALC"].to_list() == ["MISSING"]


def test_partial_dates_follow_the_protocols_one_rule() -> None:
    rows = records(entered("2024-02", "SD"))
    with pytest.raises(RefusedError) as refused:
        derive(protocol(), rows, CUT, REPORTED)
    assert [finding.code for finding in refused.value.findings] == ["D001"]
    for rule, day in (("first_day", 1), ("last_day", 29)):
        derived = derive(protocol(f"partial_dates: {rule}"), rows, CUT, REPORTED)
        assert derived.adrs["ADT"].drop_nulls().unique().to_list() == [dt.date(2024, 2, day)]


def test_several_readers_need_one_that_is_accepted_or_named() -> None:
    base = {"RSEVAL": "INDEPENDENT ASSESSOR", "VISITNUM": "2"}
    one = entered("2024-03-01", "SD", RSEVALID="R1", **base)
    two = entered("2024-03-01", "PD", RSEVALID="R2", **base)
    independent = Variant(source="reported", evaluator="independent")
    with pytest.raises(RefusedError) as refused:
        derive(protocol(), records(one, two), CUT, independent)
    (finding,) = refused.value.findings
    assert (finding.code, finding.place.file, finding.place.path) == ("D011", "RS", "RSACPTFL")
    assert overall(derive(protocol(), records(one, {**two, "RSACPTFL": "Y"}), CUT, independent)) == ["PD"]
    named = Variant(source="reported", evaluator="independent", reader="R1")
    assert overall(derive(protocol(), records(one, two), CUT, named)) == ["SD"]
    with pytest.raises(UsageError, match="R1, R2"):
        derive(protocol(), records(one, two), CUT, Variant(source="reported", evaluator="independent", reader="R3"))


def test_less_after_a_cr_follows_the_option_and_stays_as_entered_beside_it() -> None:
    rows = records(
        *(entered(f"2024-0{month}-01", word) for month, word in ((3, "CR"), (5, "NE"), (7, "SD"), (9, "CR")))
    )
    derived = derive(protocol(), rows, CUT, REPORTED)
    assert overall(derived) == ["CR", "NE", "PD", "CR"] and codes(derived) == ["D095"]
    as_entered = derived.adrs.filter(pl.col("PARAMCD") == "OVRLARIT")["AVALC"].to_list()
    assert as_entered == ["CR", "NE", "SD", "CR"]
    reasons = derived.adrs.filter(pl.col("PARAMCD") == "OVRLRESP")["REASON"].to_list()
    assert reasons == ["as_reported", "as_reported", "less_after_cr", "as_reported"]
    for override in ("reappearance_after_overall_cr: arithmetic", "definitive_cr: confirmed"):
        assert overall(derive(protocol(override), rows, CUT, REPORTED)) == ["CR", "NE", "SD", "CR"]
    confirmed = records(*(entered(f"2024-0{month}-01", word) for month, word in ((3, "CR"), (5, "CR"), (7, "SD"))))
    assert overall(derive(protocol("definitive_cr: confirmed"), confirmed, CUT, REPORTED)) == ["CR", "CR", "PD"]


def test_the_package_takes_the_worst_of_a_day_and_reads_nothing_after_progression() -> None:
    rows = records(
        entered("2024-03-01", "PR", VISITNUM="2"),
        entered("2024-03-01", "SD", VISITNUM="3"),
        entered("2024-05-01", "PR", VISITNUM="4"),
        entered("2024-07-01", "PD", VISITNUM="5"),
        entered("2024-09-01", "CR", VISITNUM="6"),
        died="2024-10-01",
    )
    derived = derive(
        protocol(), rows, CUT, Variant(rules="admiral", source="reported", admiral=AdmiralOptions(max_nr_ne=0))
    )
    said = {
        p: (v, d)
        for p, v, d in pl.concat([derived.adrs, derived.package_adrs]).select("PARAMCD", "AVALC", "ADT").iter_rows()
    }
    assert said["RSP"] == ("Y", dt.date(2024, 5, 1)) and said["CRSP"] == ("N", None)
    assert said["LSTA"] == ("CR", dt.date(2024, 9, 1)) and said["PD"] == ("Y", dt.date(2024, 7, 1))
    assert said["DEATH"] == ("Y", dt.date(2024, 10, 1)) and "MDIS" not in said
    times = {p: (d, w) for p, d, w in derived.adtte.select("PARAMCD", "ADT", "EVNTDESC").iter_rows()}
    assert times["PFS"] == (dt.date(2024, 7, 1), "Disease Progression")
    assert times["OS"] == (dt.date(2024, 10, 1), "Death")


@pytest.mark.parametrize(
    ("override", "said", "code", "after"),
    [
        ("reappearance_after_overall_cr: query", ["CR", "CR", "PR"], "D041", "PR"),
        ("reappearance_after_overall_cr: query, cr_then_lesser: query", ["CR", "SD", "SD"], "D042", "SD"),
    ],
)
def test_a_query_is_asked_of_entered_responses_too(override: str, said: list[str], code: str, after: str) -> None:
    dates = ("2024-03-01", "2024-05-01", "2024-07-01")
    rows = records(*(entered(date, value) for date, value in zip(dates, said, strict=True)))
    derived = derive(protocol(override), rows, CUT, REPORTED)
    assert overall(derived)[-1] == after and "D095" not in codes(derived)
    (query,) = [finding for finding in derived.findings if finding.code == code]
    assert (query.place.file, query.severity) == ("RS", "warning")
    assert code not in codes(derive(protocol("reappearance_after_overall_cr: arithmetic"), rows, CUT, REPORTED))


def test_options_that_need_lesions_are_named_in_one_warning() -> None:
    rows = records(entered("2024-03-01", "CR"), entered("2024-05-01", "CR"))
    override = "markers: afp, no_baseline: drop, confirmation_min_days: 42"
    derived = derive(protocol(override), rows, CUT, Variant(source="reported", settings=(("too_small_mm", "3"),)))
    (told,) = [finding for finding in derived.findings if finding.code == "D099"]
    assert told.values == {"options": "too_small_mm: 3, markers: afp, no_baseline: drop"}
    assert told.severity == "warning" and derived.markers is None
    assert "D099" not in codes(derive(protocol("confirmation_min_days: 42"), rows, CUT, REPORTED))
