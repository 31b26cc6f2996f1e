"""What became of each planned visit: one patient by hand on both sides of each limit, then one to one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from schedules import SCHEDULE, anchors_of, doses_of, protocol_text, protocol_with_schedule

from onearm.plan.anchors import Anchors, read_anchors, read_doses
from onearm.plan.due import STATUSES, DueList, list_due
from onearm.protocol import Protocol, load_protocol_text
from onearm.records import Records

PROTOCOL = protocol_with_schedule()
DAY = dt.date(2025, 3, 3)


def after(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


def records_with(*rows: tuple[str, dict[str, str]], subjects: int = 1) -> Records:
    tables: dict[str, list[dict[str, str | None]]] = {}
    every = [("DM", {"USUBJID": f"P-{n}", "RFICDTC": "2025-02", "RFSTDTC": ""}) for n in range(1, subjects + 1)]
    lesions = sorted({cells["TRLNKID"] for domain, cells in rows if domain == "TR"})
    known = [("TU", {"TULNKID": name, "TUORRES": "TARGET", "TULOC": "LIVER"}) for name in lesions]
    for domain, cells in (*every, *known, *rows):
        tables.setdefault(domain, []).append({"STUDYID": "HAND", "USUBJID": "P-1", **cells})
    frames = {}
    for domain, listed in tables.items():
        names = list(dict.fromkeys(name for row in listed for name in row))
        frames[domain] = pl.DataFrame({n: pl.Series([row.get(n) for row in listed], dtype=pl.String) for n in names})
    return Records.from_tables(frames)


def lab(day: int, test: str = "ALT", **cells: str) -> tuple[str, dict[str, str]]:
    value = {"LBTESTCD": test, "LBSTRESN": "1", "LBSTRESU": "U/L", "LBDTC": after(day).isoformat()}
    return "LB", {**value, **cells}


def scan(day: int, visit: str, **cells: str) -> tuple[str, dict[str, str]]:
    return "TR", {
        "TRGRPID": "TARGET", "TRLNKID": "T1", "TRTESTCD": "LDIAM", "TRSTRESC": "20", "TRSTRESN": "20",
        "TRSTRESU": "mm", "VISITNUM": visit, "TRDTC": after(day).isoformat(), **cells,
    }  # fmt: skip


def due_of(
    records: Records, on: int, *, protocol: Protocol = PROTOCOL, doses: pl.DataFrame | None = None, **days: dt.date
) -> DueList:
    anchors = anchors_of({"FIRST_DOSE": DAY, **days})
    given_doses = doses if doses is not None else doses_of(("P-1", "pdl1", DAY))
    return list_due(protocol, records, Anchors(after(on), anchors, given_doses), until=after(400))


def statuses(due: DueList, series: str) -> list[str]:
    return due.rows.filter(pl.col("SERIES") == series)["STATUS"].to_list()


@pytest.mark.parametrize(
    ("on", "status"),
    [(55, "planned"), (56, "due"), (63, "due"), (64, "overdue"), (70, "overdue"), (71, "missed")],
)
def test_an_unmade_scan_on_each_side_of_its_window(on: int, status: str) -> None:
    assert statuses(due_of(records_with(), on), "scans")[0] == status


@pytest.mark.parametrize(
    ("day", "status"),
    [(33, "outside"), (55, "outside"), (56, "done"), (63, "done"), (70, "done"), (71, "outside"), (94, "outside")],
)
def test_a_scan_in_and_beside_its_window(day: int, status: str) -> None:
    found = due_of(records_with(scan(day, "2"), lab(60)), 110)
    first = found.rows.filter((pl.col("SERIES") == "scans") & (pl.col("NUMBER") == 1)).row(0, named=True)
    assert (first["STATUS"], first["DONE"], first["SRCDOM"]) == (status, after(day), "TR")


@pytest.mark.parametrize("day", [32, 95])
def test_a_scan_nearer_to_another_planned_day_is_not_this_one(day: int) -> None:
    """95 days after the first dose lies nearer to the second scan on day 126 than to the first on day 63."""
    assert statuses(due_of(records_with(scan(day, "2")), 110), "scans")[0] == "missed"


def test_one_visit_serves_one_planned_visit_of_a_series_and_may_serve_several_series() -> None:
    due = due_of(
        records_with(lab(7), lab(63), scan(63, "2")), 70,
        doses=doses_of(
            ("P-1", "pdl1", DAY), ("P-1", "rego", DAY), ("P-1", "pdl1", after(21)), ("P-1", "pdl1", after(42))
        ),
    )  # fmt: skip
    done = due.rows.filter(pl.col("DONE").is_not_null())
    assert done.select("SERIES", "NUMBER", "DONE").rows() == [
        ("antibody", 2, after(7)),
        ("antibody", 7, after(63)),
        ("weekly", 1, after(7)),
        ("scans", 1, after(63)),
    ]


def test_a_scan_over_several_days_is_one_scan_on_its_first() -> None:
    due = due_of(records_with(scan(62, "2"), scan(64, "2", TRLNKID="T2"), lab(62)), 70)
    assert due.rows.filter(pl.col("STATUS") == "done")["DONE"].to_list() == [after(62)]


def test_what_was_not_done_and_what_came_later_shows_nothing() -> None:
    rows = (scan(63, "2", TRSTAT="NOT DONE", TRSTRESN="", TRSTRESC="", TRSTRESU="", TRREASND="X"), scan(69, "3"))
    assert statuses(due_of(records_with(*rows), 68), "scans")[0] == "overdue"
    assert statuses(due_of(records_with(*rows), 71), "scans")[0] == "incomplete"


def test_a_declared_activity_without_a_row_makes_the_visit_incomplete() -> None:
    due = due_of(records_with(scan(63, "2")), 71)
    row = due.rows.filter(pl.col("SERIES") == "scans").row(0, named=True)
    assert (row["STATUS"], row["NOT_DONE"]) == ("incomplete", "labs")
    rows = (lab(21), ("QS", {"QSTESTCD": "ECOG101", "QSCAT": "ECOG", "QSSTRESC": "0", "QSDTC": after(23).isoformat()}))
    doses = doses_of(("P-1", "haic", DAY), ("P-1", "haic", after(21)))
    for kept, want in ((rows, ("done", "")), (rows[:1], ("incomplete", "ecog"))):
        row = (
            due_of(records_with(*kept), 40, doses=doses).rows.filter(pl.col("SERIES") == "infusion").row(0, named=True)
        )
        assert (row["STATUS"], row["NOT_DONE"]) == want


@pytest.mark.parametrize(
    ("on", "status", "done"),
    [(61, "due", None), (63, "due", None), (64, "overdue", None), (70, "overdue", None), (71, "incomplete", after(61))],
)
def test_a_visit_is_due_for_what_it_lacks_while_its_window_is_open(on: int, status: str, done: dt.date | None) -> None:
    due = due_of(records_with(scan(61, "2")), on)
    row = due.rows.filter(pl.col("SERIES") == "scans").row(0, named=True)
    assert (row["STATUS"], row["DONE"], row["NOT_DONE"]) == (status, done, "labs")
    assert ("scans" in due.now()["SERIES"]) == (status != "incomplete")
    made = due_of(records_with(scan(61, "2"), lab(61)), on)
    assert statuses(made, "scans")[0] == "done"


@pytest.mark.parametrize("what", ["LAST_DAY", "PROGRESSION", "NEW_THERAPY"])
def test_what_a_visit_lacks_is_due_no_more_once_its_series_ended(what: str) -> None:
    due = due_of(records_with(scan(61, "2")), 63, **{what: after(62)})
    row = due.rows.filter(pl.col("SERIES") == "scans").row(0, named=True)
    assert (row["STATUS"], row["DONE"], row["NOT_DONE"]) == ("incomplete", after(61), "labs")


def test_a_dose_not_given_at_a_visit_that_was_made_is_due() -> None:
    visit = ("SV", {"VISITNUM": "3", "VISIT": "C2", "SVSTDTC": after(21).isoformat(), "SVOCCUR": "Y"})
    for on, status in ((21, "due"), (22, "overdue"), (23, "overdue"), (24, "incomplete")):
        due = due_of(records_with(dose(0, "PDL1"), visit), on, protocol=DOSED)
        second = due.rows.filter((pl.col("SERIES") == "antibody") & (pl.col("CYCLE") == 2)).row(0, named=True)
        assert (second["STATUS"], second["NOT_DONE"]) == (status, "dosing")


def test_of_the_cycles_not_begun_the_first_alone_is_late() -> None:
    due = due_of(records_with(), 90, doses=doses_of(("P-1", "haic", DAY)))
    rows = due.rows.filter(pl.col("SERIES") == "infusion")
    assert [row[1:] for row in rows.select("USUBJID", "CYCLE", "STATUS").rows()] == [(2, "missed")]
    infusion = due_of(records_with(), 30, doses=doses_of(("P-1", "haic", DAY))).rows.filter(
        pl.col("SERIES") == "infusion"
    )
    assert infusion.select("CYCLE", "STATUS").rows() == [(2, "missed"), (3, "planned"), (4, "planned")]


@pytest.mark.parametrize(("left", "status"), [(70, "not_applicable"), (71, "missed")])
def test_a_window_that_was_open_when_the_patient_left_asks_for_nothing(left: int, status: str) -> None:
    found = due_of(records_with(), 200, LAST_DAY=after(left))
    assert statuses(found, "scans")[0] == status
    assert set(statuses(found, "scans")[1:]) == {"not_applicable"}
    assert found.rows.filter(pl.col("STATUS") == "not_applicable")["PLANNED"].max() <= after(200)
    assert not found.now().height


def test_what_ends_the_scans_is_the_protocols_to_say() -> None:
    records = records_with(scan(63, "2"))
    seen = {"PROGRESSION": after(63)}
    assert statuses(due_of(records, 140, **seen), "scans") == ["incomplete", "not_applicable"]
    open_text = SCHEDULE.replace("until: [progression, new_therapy]", "until: unstated")
    asked = due_of(records, 140, protocol=protocol_with_schedule(open_text), **seen)
    assert statuses(asked, "scans") == ["incomplete", "unclear"]
    assert [(f.code, f.values["subjects"]) for f in asked.findings if f.code == "K004"] == [("K004", "1")]
    never = protocol_with_schedule(SCHEDULE.replace("until: [progression, new_therapy]", "until: []"))
    assert statuses(due_of(records, 140, protocol=never, **seen), "scans")[1] == "missed"


def test_an_open_calendar_leaves_the_visits_and_names_itself() -> None:
    protocol = protocol_with_schedule(scans="{anchor: first_dose, phases: [{every: 9 weeks}], window_days: unstated}")
    due = due_of(records_with(), 30, protocol=protocol)
    assert [f.code for f in due.findings] == ["D004"]
    assert "scans" not in due.rows["SERIES"] and statuses(due, "screening") == ["missed"]


def test_anchors_are_read_as_they_stood() -> None:
    records = records_with(
        ("EX", {"EXTRT": "Oxaliplatin", "EXDOSE": "150", "EXDOSU": "mg", "EXSTDTC": after(1).isoformat()}),
        ("EX", {"EXTRT": "FLUOROURACIL", "EXDOSE": "900", "EXDOSU": "mg", "EXSTDTC": after(1).isoformat()}),
        ("EX", {"EXTRT": "pd-l1 ANTIBODY", "EXDOSE": "1200", "EXDOSU": "mg", "EXSTDTC": after(0).isoformat()}),
        ("EX", {"EXTRT": "PDL1", "EXDOSE": "0", "EXDOSU": "mg", "EXSTDTC": after(21).isoformat()}),
        ("EX", {"EXTRT": "PDL1", "EXDOSE": "1200", "EXDOSU": "mg", "EXSTDTC": after(42).isoformat()}),
        ("EX", {"EXTRT": "PDL1", "EXDOSE": "1200", "EXDOSU": "mg", "EXSTDTC": "2025-03"}),
        ("EX", {"EXTRT": "ASPIRIN", "EXDOSE": "100", "EXDOSU": "mg", "EXSTDTC": after(3).isoformat()}),
    )
    none = pl.lit(None, pl.Date)
    adsl = pl.DataFrame({"USUBJID": ["P-1"], "SITEID": ["01"], "REGRSN": [""]}).with_columns(
        none.alias(name) for name in ("REGDT", "TRTSDT", "EOTDT", "DTHDT", "EOSDT", "NTHERDT")
    )
    found = read_anchors(PROTOCOL, records, adsl, after(41))
    assert found.doses.sort("COMPONENT").rows() == [("P-1", "haic", after(1)), ("P-1", "pdl1", DAY)]
    assert sorted((f.code, f.values.get("drug", "")) for f in found.findings) == [("K005", "ASPIRIN"), ("K010", "")]
    assert found.days["CONSENT"].to_list() == [None]  # its day is not known
    assert read_anchors(PROTOCOL, records, adsl.with_columns(REGRSN=pl.lit("screen_failure")), DAY).days.height == 0


# --- properties ---------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 330), max_size=14, unique=True), st.integers(0, 330))
def test_each_scan_is_taken_once_at_most_and_only_what_was_known_is_read(days: list[int], on: int) -> None:
    records = records_with(*(scan(day, str(number)) for number, day in enumerate(days, 2)))
    found = due_of(records, on)
    taken = found.rows.filter((pl.col("SERIES") == "scans") & pl.col("DONE").is_not_null())
    assert taken["DONE"].is_unique().all() and taken["SRCROW"].is_unique().all()
    assert all(day <= after(on) for day in taken["DONE"])
    known = [after(day) for day in days if day <= on]
    for row in found.rows.filter(pl.col("SERIES") == "scans").iter_rows(named=True):
        inside = [day for day in known if row["FIRST"] <= day <= row["LAST"]]
        # No scan here has its laboratory tests: while its window is open it is still due for them.
        is_open = after(on) <= row["LAST"]
        made = "due" if after(on) <= row["PLANNED"] else "overdue"
        assert row["STATUS"] in STATUSES
        assert bool(row["NOT_DONE"]) == bool(inside)
        if inside:
            assert row["STATUS"] == (made if is_open else "incomplete")
        if inside and not is_open:
            assert abs((row["DONE"] - row["PLANNED"]).days) == min(abs((day - row["PLANNED"]).days) for day in inside)


@given(st.lists(st.integers(20, 600), min_size=1, max_size=9, unique=True), st.integers(0, 20))
def test_missed_scans_are_those_that_the_derivation_counts(days: list[int], width: int) -> None:
    """`derive.schedule.count_missed_scans`, which the missed-visit rules use, and this list say the same."""
    from types import SimpleNamespace

    from onearm.derive.schedule import count_missed_scans

    scans = f"{{anchor: first_dose, phases: [{{every: 9 weeks}}], window_days: {width}}}"
    text = protocol_text(scans=scans).replace("override: {", "override: {sd_min_days: 7, ")
    protocol = load_protocol_text(text)
    assert protocol.tumour.calendar is not None
    made = sorted(days)
    records = records_with(*(scan(day, str(number)) for number, day in enumerate(made, 2)))
    due = list_due(
        protocol, records, Anchors(after(made[-1]), anchors_of({"FIRST_DOSE": DAY}), doses_of()), until=after(800)
    )
    rows = due.rows.filter(pl.col("SERIES") == "scans")
    # What the last scan has left behind: windows that had closed by then without a scan.
    mine = rows.filter(pl.col("STATUS").is_in(("missed", "outside"))).height
    readings = SimpleNamespace(
        is_baseline=np.array([True] + [False] * len(made)),
        visit_subject=np.zeros(len(made) + 1, np.int64),
        lesions=SimpleNamespace(day=np.array([-5, *made], np.int32)),
    )
    theirs = count_missed_scans(protocol.tumour.calendar, readings, np.zeros(1, np.int32))  # type: ignore[arg-type]
    assert mine == int(theirs.sum())


def test_one_row_serves_one_visit_where_a_window_reaches_over_the_middle():
    """Week 1's window runs to day 12, past the middle of day 7 and day 14: what is done there is week 1's alone."""
    schedule = SCHEDULE.replace(
        "until: 6 weeks, during: treatment, days_before: 2, days_after: 2",
        "until: 6 weeks, during: treatment, days_before: 0, days_after: 5",
    )
    protocol = protocol_with_schedule(schedule)
    given_doses = doses_of(("P-1", "pdl1", DAY), ("P-1", "rego", DAY))
    found = due_of(records_with(lab(12)), 40, protocol=protocol, doses=given_doses).rows
    weeks = found.filter(pl.col("SERIES") == "weekly").sort("NUMBER")
    assert weeks["STATUS"].to_list()[:3] == ["done", "missed", "missed"]
    assert weeks["DONE"].drop_nulls().to_list() == [after(12)]


# --- a dose belongs to one component --------------------------------------------------------------------------------

DOSED = protocol_with_schedule(
    SCHEDULE.replace("  visits:\n", "    - {id: dosing, name: Treatment, seen_in: EX}\n  visits:\n")
    .replace("cycle_days: [1, 8], days_before: 2, days_after: 2, activities: [labs]",
             "cycle_days: [1], days_before: 2, days_after: 2, activities: [dosing]")
)  # fmt: skip


def dose(day: int, drug: str, mg: str = "1200") -> tuple[str, dict[str, str]]:
    return "EX", {"EXTRT": drug, "EXDOSE": mg, "EXDOSU": "mg", "EXSTDTC": after(day).isoformat()}


@pytest.mark.parametrize(("on", "status"), [(20, "due"), (21, "due"), (22, "overdue"), (23, "overdue"), (24, "missed")])
@pytest.mark.parametrize("other", [dose(20, "Oxaliplatin"), dose(20, "PDL1", "0"), dose(20, "ASPIRIN")])
def test_a_dose_of_another_component_is_not_this_ones(other: tuple[str, dict[str, str]], on: int, status: str) -> None:
    due = due_of(records_with(dose(0, "PDL1"), other), on, protocol=DOSED)
    second = due.rows.filter((pl.col("SERIES") == "antibody") & (pl.col("CYCLE") == 2)).row(0, named=True)
    assert (second["STATUS"], second["DONE"], second["SRCROW"]) == (status, None, None)


@pytest.mark.parametrize("name", ["pdl1", "PD-L1 antibody "])
def test_a_dose_under_any_name_of_the_component_is_its_own(name: str) -> None:
    due = due_of(
        records_with(dose(0, "PDL1"), dose(20, "Oxaliplatin"), dose(21, name)), 22, protocol=DOSED,
        doses=doses_of(("P-1", "pdl1", DAY), ("P-1", "pdl1", after(21))),
    )  # fmt: skip
    second = due.rows.filter((pl.col("SERIES") == "antibody") & (pl.col("CYCLE") == 2)).row(0, named=True)
    assert (second["STATUS"], second["DONE"], second["NOT_DONE"]) == ("done", after(21), "")


def test_doses_are_known_by_the_names_they_are_recorded_as() -> None:
    text = protocol_text().replace("{drug: fluorouracil}", "{drug: fluorouracil infusion, recorded_as: [5-FU]}")
    doses, findings = read_doses(load_protocol_text(text), records_with(dose(1, "5-fu")), after(2))
    assert (doses.rows(), findings) == ([("P-1", "haic", after(1))], [])
