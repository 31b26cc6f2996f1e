"""Planned visits and scans: worked by hand, and the properties that every calendar keeps."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from schedules import SCHEDULE, anchors_of, doses_of, protocol_text, protocol_with_schedule

from onearm.errors import ProtocolError, RefusedError
from onearm.plan.scan_readings import compare_scan_readings, first_difference
from onearm.plan.visits import find_horizon, list_refusals, plan_scans, plan_visits
from onearm.protocol import Protocol, load_protocol_text

PROTOCOL = protocol_with_schedule()
DAY = dt.date(2025, 3, 3)
FAR = dt.date(2027, 12, 31)
WINDOWED = ("FIRST", "LAST", "PLANNED")


def after(days: int, start: dt.date = DAY) -> dt.date:
    return start + dt.timedelta(days=days)


def days_of(frame: pl.DataFrame, series: str) -> list[int]:
    return [(day - DAY).days for day in frame.filter(pl.col("SERIES") == series)["PLANNED"].to_list()]


def whole(protocol: Protocol, anchors: pl.DataFrame, doses: pl.DataFrame | None, until: dt.date = FAR) -> pl.DataFrame:
    return pl.concat([plan_visits(protocol, anchors, doses, until=until), plan_scans(protocol, anchors, until=until)])


def test_one_patient_by_hand() -> None:
    patient = anchors_of({"CONSENT": after(-10), "FIRST_DOSE": DAY, "END_OF_TREATMENT": after(100)})
    found = plan_visits(PROTOCOL, patient, until=after(300))
    assert days_of(found, "screening") == [-1]
    assert days_of(found, "antibody") == [0, 7, 21, 28, 42, 49, 63, 70, 84, 91]
    assert days_of(found, "infusion") == [21, 42, 63]
    assert days_of(found, "weekly") == [7, 14, 21, 28, 35, 42]
    assert days_of(found, "safety") == [130]
    assert days_of(found, "survival") == [184, 268]
    screening = found.filter(pl.col("SERIES") == "screening").row(0, named=True)
    assert (screening["FIRST"], screening["LAST"]) == (after(-28), after(-1))
    assert days_of(plan_scans(PROTOCOL, patient, until=after(300)), "scans") == [63, 126, 189, 252]


def test_cycle_visits_follow_the_doses_and_the_rest_stays() -> None:
    patient = anchors_of({"FIRST_DOSE": DAY})
    given_doses = doses_of(("P-1", "pdl1", DAY), ("P-1", "pdl1", after(30)), ("P-1", "haic", after(1)))
    found = plan_visits(PROTOCOL, patient, given_doses, until=after(80))
    assert days_of(found, "antibody") == [0, 7, 30, 37, 51, 58, 72, 79]
    projected = found.filter(pl.col("SERIES") == "antibody")["PROJECTED"].to_list()
    assert projected == [False] * 4 + [True] * 4
    assert days_of(found, "infusion") == [22, 43, 64]
    assert days_of(found, "weekly") == []  # the component has not begun
    on_time = plan_visits(PROTOCOL, patient, doses_of(("P-1", "pdl1", DAY)), until=after(80))
    assert days_of(on_time, "screening") == days_of(found, "screening")


def test_a_dose_in_parts_or_changed_within_the_cycle_begins_no_cycle() -> None:
    patient = anchors_of({"FIRST_DOSE": DAY})
    days = [0, 1, 10, 21]  # half of 21 days is 11 days rounded up
    found = plan_visits(PROTOCOL, patient, doses_of(*[("P-1", "pdl1", after(day)) for day in days]), until=after(25))
    assert days_of(found, "antibody") == [0, 7, 21]
    earlier = doses_of(*[("P-1", "pdl1", after(day)) for day in (0, 11)])
    # A day of the cycle on which the next cycle has begun does not come: day 8 is before it, and stays.
    assert days_of(plan_visits(PROTOCOL, patient, earlier, until=after(20)), "antibody") == [0, 7, 11, 18]


def test_cycles_end_with_the_cap_and_with_treatment() -> None:
    patient = anchors_of({"FIRST_DOSE": DAY})
    text = protocol_text(SCHEDULE.replace("cycles: [2, 4], ", ""))
    found = plan_visits(load_protocol_text(text), patient, until=after(400))
    assert days_of(found, "infusion") == [0, 21, 42, 63, 84, 105]
    assert max(days_of(plan_visits(PROTOCOL, patient, until=FAR), "antibody")) <= (dt.date(2027, 3, 3) - DAY).days


def test_treatment_lasts_calendar_months() -> None:
    """24 months from 29 February 2024 end on 28 February 2026."""
    leap = dt.date(2024, 2, 29)
    found = plan_visits(PROTOCOL, anchors_of({"FIRST_DOSE": leap}), until=FAR)
    last = found.filter(pl.col("SERIES") == "antibody")["PLANNED"].max()
    assert last == max(
        leap + dt.timedelta(days=21 * k + d)
        for k in range(60)
        for d in (0, 7)
        if leap + dt.timedelta(days=21 * k + d) <= dt.date(2026, 2, 28)
    )


def test_the_end_of_the_study_bounds_everything_and_windows_too() -> None:
    protocol = protocol_with_schedule(identity=", study_end: 2025-07")
    patient = anchors_of({"FIRST_DOSE": DAY})
    assert find_horizon(protocol, patient) == dt.date(2025, 7, 31)
    assert find_horizon(protocol, patient, FAR) == dt.date(2025, 7, 31)
    assert find_horizon(protocol, patient, dt.date(2025, 5, 1)) == dt.date(2025, 5, 1)
    found = whole(protocol, patient, None)
    assert max(found["LAST"].to_list()) <= dt.date(2025, 7, 31)
    assert find_horizon(PROTOCOL, patient) == dt.date(2027, 3, 3)


def test_scans_may_count_from_inclusion() -> None:
    protocol = protocol_with_schedule(scans="{anchor: inclusion, phases: [{every: 8 weeks}], window_days: 5}")
    patient = anchors_of({"INCLUSION": after(-4), "FIRST_DOSE": DAY})
    assert days_of(plan_scans(protocol, patient, until=after(120)), "scans") == [52, 108]


def test_an_open_reading_refuses_the_scans_by_name_and_says_where_the_readings_part() -> None:
    scans = SCANS.format("unstated", 7)
    protocol = protocol_with_schedule(scans=scans)
    patient = anchors_of({"FIRST_DOSE": DAY})
    with pytest.raises(RefusedError) as refused:
        plan_scans(protocol, patient, until=FAR)
    assert [(f.code, f.place.path) for f in refused.value.findings] == [("D002", "tumour.calendar.reading")]
    assert plan_visits(protocol, patient, until=FAR).height
    assert protocol.tumour.calendar is not None
    readings = compare_scan_readings(protocol.tumour.calendar, 62 * 7)
    assert {name: [day // 7 for day in days][5:] for name, days in readings.items()} == {
        "count_on_from_last_scan": [57],
        "extra_scan_at_change": [48, 60],
        "first_interval_past_change": [54],
    }
    assert first_difference(readings) == 6


def test_no_calendar_is_a_refusal() -> None:
    with pytest.raises(RefusedError) as refused:
        plan_scans(protocol_with_schedule(scans="unstated"), anchors_of({"FIRST_DOSE": DAY}))
    assert [f.code for f in refused.value.findings] == ["K006"]


def test_what_the_protocol_leaves_open_is_named_and_the_rest_is_planned() -> None:
    text = protocol_text().replace("kind: procedure, every: 3 weeks", "kind: procedure, every: unstated")
    text = text.replace("first_day: 30, days_before: 7", "first_day: 30, days_before: unstated")
    text = text.replace("every: 12 weeks, during: study", "every: 12 weeks, during: unstated")
    text = text.replace("max_duration: 24 months", "max_duration: unstated")
    protocol = load_protocol_text(text)
    found = [(f.code, f.values["series"], f.severity) for f in list_refusals(protocol)]
    assert found == [
        ("K008", "antibody", "note"),
        ("K001", "infusion", "error"),
        ("K008", "infusion", "note"),
        ("K008", "weekly", "note"),
        ("K002", "safety", "error"),
        ("K003", "survival", "error"),
    ]
    planned = plan_visits(protocol, anchors_of({"FIRST_DOSE": DAY, "END_OF_TREATMENT": after(50)}), until=FAR)
    assert set(planned["SERIES"].unique()) == {"screening", "antibody", "weekly"}


# --- properties ---------------------------------------------------------------------------------------------------

offsets = st.integers(0, 700)
patients = st.lists(
    st.fixed_dictionaries({"enters": offsets, "end": st.none() | st.integers(1, 600), "leaves": st.none() | offsets}),
    min_size=1,
    max_size=4,
)
gaps = st.lists(st.integers(1, 70), max_size=8)
SCANS = (
    "{{anchor: first_dose, phases: [{{every: 9 weeks, until: 48 weeks}}, {{every: 12 weeks}}], "
    "reading: {}, window_days: {}}}"
)
READING = st.sampled_from(["count_on_from_last_scan", "extra_scan_at_change", "first_interval_past_change"])


def drawn_anchors(drawn: list[dict[str, int | None]], shift: int = 0) -> pl.DataFrame:
    rows = []
    for patient in drawn:
        enters = after(int(patient["enters"] or 0) + shift)
        row = {"CONSENT": after(-12, enters), "INCLUSION": after(-3, enters), "FIRST_DOSE": enters}
        for name, key in (("END_OF_TREATMENT", "end"), ("LAST_DAY", "leaves")):
            if patient[key] is not None:
                row[name] = after(int(patient[key] or 0), enters)
        rows.append(row)
    return anchors_of(*rows)


def drawn_doses(anchors: pl.DataFrame, steps: list[int]) -> pl.DataFrame:
    rows = []
    for subject, first in anchors.select("USUBJID", "FIRST_DOSE").iter_rows():
        day = 0
        for step in [0, *steps]:
            day += step
            rows += [(subject, component, after(day, first)) for component in ("pdl1", "haic", "rego")]
    return doses_of(*rows)


@given(patients, gaps, READING, st.integers(0, 20))
def test_windows_of_one_series_never_overlap_and_every_date_lies_inside_the_study(
    drawn: list[dict[str, int | None]], steps: list[int], reading: str, width: int
) -> None:
    protocol = protocol_with_schedule(identity=", study_end: 2027-06", scans=SCANS.format(reading, width))
    anchors = drawn_anchors(drawn)
    found = whole(protocol, anchors, drawn_doses(anchors, steps))
    for _, rows in found.group_by("USUBJID", "SERIES"):
        inside = rows.sort("NUMBER")
        assert inside["NUMBER"].to_list() == list(range(1, rows.height + 1))
        for row in inside.iter_rows(named=True):
            assert row["FIRST"] <= row["PLANNED"] <= row["LAST"]
        assert all(
            last < first for last, first in zip(inside["LAST"].to_list(), inside["FIRST"].to_list()[1:], strict=False)
        )
    bounded = found.join(anchors, on="USUBJID")
    for row in bounded.iter_rows(named=True):
        ends = [dt.date(2027, 6, 30), *([row["LAST_DAY"]] if row["LAST_DAY"] is not None else [])]
        assert row["LAST"] <= min(ends)
        assert row["FIRST"] >= row["FIRST_DOSE"] - dt.timedelta(days=28)
        if row["SERIES"] in ("antibody", "infusion", "weekly") and row["END_OF_TREATMENT"] is not None:
            assert row["PLANNED"] <= row["END_OF_TREATMENT"]


@given(patients, gaps, gaps, READING)
def test_a_delay_of_a_dose_moves_no_scan_and_no_visit_of_another_component(
    drawn: list[dict[str, int | None]], some: list[int], other: list[int], reading: str
) -> None:
    protocol = protocol_with_schedule(scans=SCANS.format(reading, 7))
    anchors = drawn_anchors(drawn)
    first = drawn_doses(anchors, some)
    moved = pl.concat(
        [first.filter(pl.col("COMPONENT") != "haic"), drawn_doses(anchors, other).filter(pl.col("COMPONENT") == "haic")]
    )
    before, later = (whole(protocol, anchors, doses) for doses in (first, moved))
    assert before.filter(pl.col("SERIES") != "infusion").equals(later.filter(pl.col("SERIES") != "infusion"))
    assert plan_scans(protocol, anchors, until=FAR).equals(before.filter(pl.col("SERIES") == "scans"))


@given(patients, gaps, st.integers(-300, 300))
def test_the_same_days_give_the_same_calendar_and_a_shift_shifts_all(
    drawn: list[dict[str, int | None]], steps: list[int], shift: int
) -> None:
    # Without a longest duration in months: a calendar month is not always as long.
    protocol = load_protocol_text(protocol_text().replace("max_duration: 24 months", "max_duration: 104 weeks"))
    here, there = drawn_anchors(drawn), drawn_anchors(drawn, shift)
    until = dt.date(2028, 6, 30)
    made = whole(protocol, here, drawn_doses(here, steps), until)
    assert made.equals(whole(protocol, here, drawn_doses(here, steps), until))
    shifted = whole(protocol, there, drawn_doses(there, steps), after(shift, until))
    assert shifted.equals(made.with_columns(pl.col(name).dt.offset_by(f"{shift}d") for name in WINDOWED))


@given(patients, gaps)
def test_patients_do_not_touch_each_other(drawn: list[dict[str, int | None]], steps: list[int]) -> None:
    anchors = drawn_anchors(drawn)
    doses = drawn_doses(anchors, steps)
    together = whole(PROTOCOL, anchors, doses)
    for name in anchors["USUBJID"]:
        own = pl.col("USUBJID") == name
        assert whole(PROTOCOL, anchors.filter(own), doses.filter(own)).equals(together.filter(own))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("id: safety,", "id: survival,", "P590"),
        ("id: safety,", "id: scans,", "P590"),
        ("activities: [labs, ecog]", "activities: [labs, ecgo]", "P591"),
        ("component: haic, cycle_days", "component: haik, cycle_days", "P592"),
        ("component: haic, cycle_days", "cycle_days", "P592"),
        ("anchor: end_of_treatment, first_day: 30", "anchor: end_of_treatment, component: haic, first_day: 30", "P593"),
        ("cycle_days: [1], cycles", "cycle_days: [1], first_day: 3, cycles", "P593"),
        ("cycle_days: [1], cycles", "cycle_days: [1], during: study, cycles", "P593"),
        ("first_day: 30,", "first_day: 30, cycle_days: [1],", "P593"),
        ("cycle_days: [1, 8]", "cycle_days: [8, 1]", "P594"),
        ("cycle_days: [1, 8]", "cycle_days: []", "P594"),
        ("every: 12 weeks, during", "every: 3 months, during", "P595"),
        (
            "days_before: 2, days_after: 2, activities: [labs]}\n    - {id: safety",
            "days_before: 3, days_after: 4, activities: [labs]}\n    - {id: safety",
            "P596",
        ),
        (
            "cycle_days: [1, 8], days_before: 2, days_after: 2",
            "cycle_days: [1, 8], days_before: 4, days_after: 3",
            "P596",
        ),
        ("seen_in: QS, category: ECOG", "category: ECOG", "P598"),
        ("seen_in: LB}", "seen_in: SV, tests: [ALT]}", "P598"),
        ("cycles: [2, 4]", "cycles: [4, 2]", "P599"),
        ("first_day: 30,", "first_day: 30, until: 9 weeks,", "P600"),
        ("cycle_days: [1], cycles", "cycle_days: [22], cycles", "P601"),
    ],
)
def test_a_schedule_that_does_not_hold_together_is_refused(old: str, new: str, code: str) -> None:
    text = protocol_text()
    assert text.count(old) == 1
    with pytest.raises(ProtocolError) as refused:
        load_protocol_text(text.replace(old, new))
    assert code in {finding.code for finding in refused.value.findings}


def test_windows_that_touch_are_taken() -> None:
    text = protocol_text().replace(
        "cycle_days: [1, 8], days_before: 2, days_after: 2", "cycle_days: [1, 8], days_before: 3, days_after: 3"
    )
    assert load_protocol_text(text).schedule.visits[1].days_after == 3


def test_a_protocol_without_schedule_keeps_its_digest() -> None:
    bare = protocol_text("")
    assert load_protocol_text(bare).digest == load_protocol_text(bare + "\nschedule: {}\n").digest
    assert load_protocol_text(bare).digest != PROTOCOL.digest


def test_the_tables_of_evidence_have_the_columns_that_are_looked_at() -> None:
    from onearm.protocol.schedule_parts import WITH_CATEGORY, WITH_TESTS
    from onearm.records import SCHEMAS

    assert all(f"{name}CAT" in SCHEMAS[name].by_name for name in WITH_CATEGORY)
    assert all(f"{name}TESTCD" in SCHEMAS[name].by_name for name in WITH_TESTS)
