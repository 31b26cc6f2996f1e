"""What is due on a day: cycle, day, cap, end, level."""

from __future__ import annotations

import datetime as dt

import pytest
from dosed_patients import ANTIBODY, INFUSION, PARTIAL, TABLETS, dosing_protocol, give, infuse, patient
from small_patients import FIRST_DOSE, Patient, on, records_of

from onearm.derive import derive
from onearm.dosing import ComponentDay, dose_on
from onearm.protocol import Protocol
from onearm.protocol.base import Duration


def component_on(made: Patient, day: int, component: str, protocol: Protocol | None = None) -> ComponentDay:
    trial, records = protocol or dosing_protocol(), records_of(made)
    derived = derive(trial, records, FIRST_DOSE + dt.timedelta(days=day))
    found = dose_on(trial, records, derived, made.subject)
    return next(one for one in found.components if one.component == component)


@pytest.mark.parametrize(
    ("day", "status", "cycle", "cycle_day", "overdue"),
    [(0, "given", 1, 1, None), (20, "not_due", 1, 21, None), (21, "due", 2, None, 0), (25, "due", 2, None, 4)],
)
def test_an_infusion_is_due_an_interval_after_the_last_one(
    day: int, status: str, cycle: int, cycle_day: int | None, overdue: int | None
) -> None:
    one = component_on(infuse(patient(), 0), day, "haic")
    assert (one.status, one.cycle, one.cycle_day, one.overdue) == (status, cycle, cycle_day, overdue)
    assert one.next_due == FIRST_DOSE + dt.timedelta(days=21)


@pytest.mark.parametrize(
    ("day", "status", "cycle", "cycle_day"),
    [(20, "due", 1, 21), (21, "not_due", 1, 22), (27, "not_due", 1, 28), (28, "due", 2, None)],
)
def test_tablets_rest_from_day_22_to_28(day: int, status: str, cycle: int, cycle_day: int | None) -> None:
    one = component_on(give(patient(), "REGORAFENIB", 0, "160", until=20), day, "regorafenib")
    assert (one.status, one.cycle, one.cycle_day) == (status, cycle, cycle_day)


def test_nobody_has_had_anything_yet() -> None:
    one = component_on(patient(), 0, "haic")
    assert (one.status, one.cycle, one.counted, [d.inferred for d in one.doses]) == ("due", 1, 0, ["start", "start"])


def test_what_is_recorded_later_is_not_read() -> None:
    made = patient()
    infuse(made, 0)
    infuse(made, 21, "120")
    dose = component_on(made, 20, "haic").doses[0]
    assert (dose.level, dose.plan.dose) == (1, 16_000)
    after = component_on(made, 21, "haic").doses[0]
    assert (after.level, after.plan.dose, after.source.row if after.source else None) == (2, 12_000, 4)


def test_the_cap_counts_what_was_administered() -> None:
    made = patient()
    for day in (0, 21):
        infuse(made, day)
    assert component_on(made, 42, "haic").status == "due"
    infuse(made, 42)
    last_day = component_on(made, 42, "haic")
    assert (last_day.status, last_day.cycle, last_day.next_due) == ("given", 3, None)
    over = component_on(made, 43, "haic")
    assert (over.status, [why for why, _ in over.ended], over.doses) == ("ended", ["cycle_cap"], ())


def test_what_a_partial_infusion_counts_as_is_asked_where_it_matters() -> None:
    made = patient()
    infuse(made, 0, "60")
    infuse(made, 21)
    assert component_on(made, 42, "haic").status == "due"
    infuse(made, 42)
    asked = component_on(made, 63, "haic")
    assert (asked.status, asked.counted, [r.code for r in asked.refusals]) == ("refused", None, ["G010"])
    assert "cycle 1 gave 37.5 % of the planned oxaliplatin" in asked.refusals[0].found
    not_counted = dosing_protocol(INFUSION.model_copy(update={"partial": PARTIAL}))
    one = component_on(made, 63, "haic", not_counted)
    assert (one.status, one.counted, one.cycle) == ("due", 2, 4)
    counted = PARTIAL.model_copy(update={"counts": "as_cycle"})
    as_cycle = dosing_protocol(INFUSION.model_copy(update={"partial": counted}))
    assert component_on(made, 63, "haic", as_cycle).status == "ended"


@pytest.mark.parametrize(("mg", "counted"), [("80", 1), ("79", 0)])
def test_both_sides_of_what_is_partial(mg: str, counted: int) -> None:
    """Half of 160 mg is whole."""
    trial = dosing_protocol(INFUSION.model_copy(update={"partial": PARTIAL}))
    assert component_on(infuse(patient(), 0, mg), 20, "haic", trial).counted == counted


def test_treatment_ends_for_every_component() -> None:
    made = patient()
    give(made, "BEVACIZUMAB", 0, "1050")
    made.add("DS", DSDECOD="ADVERSE EVENT", DSCAT="DISPOSITION EVENT", DSSCAT="TREATMENT", DSSTDTC=on(30))
    assert component_on(made, 29, "bevacizumab").status == "due"
    ended = component_on(made, 30, "bevacizumab")
    assert ended.ended == (("end_of_treatment", FIRST_DOSE + dt.timedelta(days=30)),)
    assert component_on(made, 30, "regorafenib").status == "ended"


def test_the_longest_time_on_treatment_ends_by_the_calendar() -> None:
    trial = dosing_protocol(ANTIBODY, max_duration=Duration("1 month"))
    made = give(patient(), "BEVACIZUMAB", 0, "1050")
    assert component_on(made, 31, "bevacizumab", trial).status == "due"  # 4 April
    assert [why for why, _ in component_on(made, 32, "bevacizumab", trial).ended] == ["max_duration"]
    planned = component_on(made, 10, "bevacizumab", trial).schedule
    assert [(one.cycle, one.first) for one in planned] == [(2, FIRST_DOSE + dt.timedelta(days=21))]


def test_a_component_without_an_interval_is_refused_and_the_others_are_not() -> None:
    trial = dosing_protocol(ANTIBODY.model_copy(update={"every": None}), TABLETS)
    made = give(patient(), "BEVACIZUMAB", 0, "1050")
    one = component_on(made, 5, "bevacizumab", trial)
    assert (one.status, one.cycle, one.cycle_day, [r.code for r in one.refusals]) == ("refused", None, None, ["G009"])
    assert one.doses[0].plan.dose == 105_000
    assert component_on(made, 5, "regorafenib", trial).status == "due"
