"""Stopping rules for harm: where the trial stands, in order of registration, with patients who are still open."""

from __future__ import annotations

import datetime as dt

import pytest
from harm_cases import codes, event, judge, patient, protocol_of, safety_of
from small_patients import Patient, on

BOUNDS = {
    "id": "dlt", "name": "Severe and related", "kind": "bounds", "theta": 0.2, "n": 6, "bounds": [[2, 2], [5, 3]],
    "window": "30 days", "incomplete": "left_out", "event": {"grade_at_least": 3, "related_to": ["any"]},
}  # fmt: skip


def one(number: int, day: int | None = None, *, ended: int | None = 101, **cells) -> Patient:
    made = patient(f"P-{number}", ended=ended)
    made.rows[1][1]["DSSTDTC"] = on(-10 + number)
    return made if day is None else event(made, day, "Hepatitis", **{"grade": "3", "AEREL": "RELATED", **cells})


def standing(*patients: Patient, cutoff: int = 500, **changes):
    rule = {**BOUNDS, **changes}
    result = safety_of(*patients, protocol=protocol_of(stopping=(rule,)), cutoff=dt.date.fromisoformat(on(cutoff)))
    (found,) = result.stopping
    return found, result


def states(found) -> str:
    return " ".join(watched.state for watched in found.patients)


def test_the_bound_is_reached_by_patients_in_order_of_registration():
    found, result = standing(one(1), one(2, 5), one(3), one(4), one(5, 3), one(6, 4))
    # After five patients 2 of a bound of 3, after six 3 of 3; at two to four patients 1 of 2.
    assert states(found) == "free event free free event event"
    assert found.crossed is not None
    assert (found.crossed.patients, found.crossed.events, found.crossed.bound) == (6, 3, 3)
    assert found.crossed.day.isoformat() == on(5)
    assert "F021" in codes(result)


def test_one_event_fewer_does_not_reach_it():
    found, result = standing(one(1), one(2, 5), one(3), one(4), one(5, 3), one(6))
    assert (found.crossed, found.may_cross) == (None, False)
    assert "F021" not in codes(result)


@pytest.mark.parametrize(("day", "state"), [(30, "event"), (31, "free"), (0, "event"), (-1, "free")])
def test_the_window_runs_from_the_first_dose_and_its_last_day_counts(day: int, state: str):
    assert states(standing(one(1, day))[0]) == state


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({"grade": "2"}, "free"),
        ({"grade": None}, "doubtful"),
        ({"AEREL": "NOT RELATED"}, "free"),
        ({"AEREL": None}, "doubtful"),
        ({"AEREL": None, "grade": "2"}, "free"),
    ],
)
def test_an_event_counts_only_if_it_meets_every_condition(cells, state: str):
    assert states(standing(one(1, 5, **cells))[0]) == state


def test_a_patient_within_the_window_is_pending_and_may_bring_it_over():
    patients = (one(1, 5), one(2, ended=None))
    pending, _ = standing(*patients, cutoff=29)
    assert (states(pending), pending.crossed, pending.may_cross) == ("event pending", None, True)
    closed, _ = standing(*patients, cutoff=30)
    assert (states(closed), closed.may_cross) == ("event free", False)


@pytest.mark.parametrize(
    ("left", "rule", "state"),
    [(29, "left_out", "left_out"), (29, "no_event", "free"), (30, "left_out", "free")],
)
def test_who_left_before_the_end_of_the_window(left: int, rule: str, state: str):
    made = Patient("P-1").add("DS", DSDECOD="LOST TO FOLLOW-UP", DSSTDTC=on(left))
    assert states(standing(made, incomplete=rule)[0]) == state


def test_relation_to_one_component_alone():
    made = judge(one(1, 5), 1, "HAIC", relation="NOT RELATED")
    judge(made, 1, "PDL1", relation="RELATED")
    other = {"grade_at_least": 3, "related_to": ["haic"]}
    assert states(standing(made)[0]) == "event"
    assert states(standing(made, event=other)[0]) == "free"


def test_two_related_deaths_pause_however_many_are_treated():
    rule = {
        "id": "deaths", "name": "Related deaths", "kind": "count", "stop_at": 2, "advice": "pause",
        "event": {"fatal": True, "related_to": ["any"]},
    }  # fmt: skip
    fatal = {"grade": "5", "AEOUT": "FATAL", "AESER": "Y", "AESDTH": "Y"}
    protocol = protocol_of(stopping=(rule,))
    two = safety_of(one(1, 5, **fatal), one(2), one(3, 7, **fatal), protocol=protocol).stopping[0]
    assert two.crossed is not None
    assert (two.crossed.day.isoformat(), two.crossed.patients, two.rule.advice) == (on(7), 3, "pause")
    once = safety_of(one(1, 5, **fatal), one(2), one(3, 7), protocol=protocol).stopping[0]
    assert once.crossed is None


@pytest.mark.parametrize("open_", ["theta", "window", "incomplete"])
def test_a_rule_that_the_protocol_leaves_open_is_not_run(open_: str):
    found, result = standing(one(1, 5), **{open_: None})
    assert found.missing == (f"safety.stopping.dlt.{open_}",)
    assert (found.boundary, found.patients) == (None, ())
    assert "F020" in codes(result)


def test_a_partial_onset_counts_where_every_day_of_it_does():
    # 4 March is the first dose, 2 June the 90th day after it.
    for text, state in (("2024-04", "event"), ("2024-03", "doubtful"), ("2024-06", "doubtful"), ("2024-07", "free")):
        made = event(one(1), text, "Hepatitis", "3", AEREL="RELATED")
        assert states(standing(made, window="90 days")[0]) == state, text
    counted = {**BOUNDS, "kind": "count", "stop_at": 1}
    rule = {name: counted[name] for name in ("id", "name", "kind", "stop_at", "event")}
    made = event(one(1), "2024-04", "Hepatitis", "3", AEREL="RELATED")
    (found,) = safety_of(made, protocol=protocol_of(stopping=(rule,))).stopping
    assert found.crossed is not None
    assert found.crossed.day == dt.date(2024, 4, 30)


@pytest.mark.parametrize(("day", "state"), [(30, "doubtful"), (31, "free")])
def test_an_event_outside_the_window_is_not_in_doubt_for_a_missing_grade_at_baseline(day: int, state: str):
    before = event(one(1), -5, "Hepatitis", None)
    after = event(before, day, "Hepatitis", "3", AEREL="RELATED")
    assert states(standing(after)[0]) == state


def test_a_fatal_event_counts_from_the_day_of_death():
    def dies(number: int):
        made = one(number, 110, grade="5", AEOUT="FATAL", ended=None)
        return made.add("DS", DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC=on(140))

    rule = {"kind": "count", "stop_at": 2, "bounds": [], "theta": None, "window": None, "incomplete": None,
            "event": {"fatal": True}}  # fmt: skip
    found, _ = standing(dies(1), dies(2), **rule)
    assert found.crossed is not None and found.crossed.day.isoformat() == on(140)
    earlier, _ = standing(dies(1), dies(2), cutoff=139, **rule)
    assert (earlier.crossed, states(earlier)) == (None, "pending pending")
