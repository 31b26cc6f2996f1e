"""The generated patients reach what they are made to reach, and every option that there is is drawn."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, Literal, get_args, get_origin

import pytest
from chance import Seeded
from hypothesis import given, settings
from option_draws import EVERY, NUMBERS, OF_MARKER_CODES, SUPPORTED, option_sets
from patients import a_patient
from response_cases import RECIST_CONFIRMED
from response_oracle import (
    UNDERSTOOD,
    BestResponse,
    Options,
    Patient,
    Timepoint,
    best_response,
    time_to_event,
    timepoints,
)
from response_search import REASONS as REASONS_OF_SEARCH

from onearm.protocol.options import NOT_YET_SUPPORTED, ResponseOptions

SEEDED = settings(derandomize=True, deadline=None, max_examples=150, database=None)
N_LOOKED_AT = 4000


def supported() -> dict[str, set[str]]:
    """Worded options of the protocol with the values that are not refused."""
    return {
        name: set(get_args(field.annotation)) - NOT_YET_SUPPORTED.get(name, frozenset())
        for name, field in ResponseOptions.model_fields.items()
        if get_origin(field.annotation) is Literal
    }


def test_every_supported_value_of_every_option_is_drawn() -> None:
    numbers = {*NUMBERS, *OF_MARKER_CODES}
    assert {name: set(values) for name, values in SUPPORTED.items() if name not in numbers} == supported()
    assert {*SUPPORTED, "irecist"} == set(ResponseOptions.model_fields)


def test_every_value_of_every_option_is_understood() -> None:
    """Also those that the product still refuses; none that it does not know."""
    every = {
        name: set(get_args(field.annotation))
        for name, field in ResponseOptions.model_fields.items()
        if get_origin(field.annotation) is Literal
    }
    assert {name: set(values) for name, values in EVERY.items() if name not in NUMBERS} == every


@SEEDED
@given(option_sets())
def test_a_drawn_set_is_a_protocols(options: dict[str, Any]) -> None:
    assert ResponseOptions(**options).model_dump(exclude={"irecist"}) == options


Reached = Callable[[Patient, list[Timepoint], Any], bool]


def sums(patient: Patient, rows: list[Timepoint]) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Baseline, nadir and sum at each complete visit that has all three, nothing being zero."""
    targets = [x.readings[0].mm for x in patient.lesions if x.kind == "target"]
    baseline = sum((mm or Fraction(0) for mm in targets), Fraction(0))
    return [
        (baseline, row["nadir_mm"], row["sum_mm"])
        for row in rows
        if row["complete"] and row["nadir_mm"] and row["sum_mm"] and baseline
    ]


def merged_into_nothing(p: Patient, rows: list[Timepoint]) -> bool:
    """A visit not evaluable though each target was read: a merged one had nothing to carry it."""
    lost = ("not_assessed", "not_evaluable", "treated")
    states = {r["visit"]: [x.readings[r["visit"]].state for x in p.lesions if x.kind == "target"] for r in rows}
    return any(not r["complete"] and states[r["visit"]] and not set(states[r["visit"]]) & set(lost) for r in rows)


def has_state(patient: Patient, kind: str, *wanted: str) -> bool:
    """Whether a lesion of a kind shows these states one right after the other."""
    return any(
        tuple(r.state for r in lesion.readings[i : i + len(wanted)]) == wanted
        for lesion in patient.lesions
        if lesion.kind == kind
        for i in range(len(lesion.readings))
    )


TENTH = Fraction(1, 10)
WORTH_REACHING: dict[str, Reached] = {
    "exactly -30 %": lambda p, rows, _: any(s == b * Fraction(7, 10) for b, _, s in sums(p, rows)),
    "0.1 mm short of -30 %": lambda p, rows, _: any(s - TENTH == b * Fraction(7, 10) for b, _, s in sums(p, rows)),
    "exactly +20 %": lambda p, rows, _: any(s == n * Fraction(6, 5) and s - n > 5 for _, n, s in sums(p, rows)),
    "0.1 mm short of +20 %": lambda p, rows, _: any(
        s + TENTH == n * Fraction(6, 5) and s - n > 5 for _, n, s in sums(p, rows)
    ),
    "exactly +5 mm": lambda p, rows, _: any(s - n == 5 and s > n * Fraction(6, 5) for _, n, s in sums(p, rows)),
    "0.1 mm short of +5 mm": lambda p, rows, _: any(
        s - n == 5 - TENTH and s > n * Fraction(6, 5) for _, n, s in sums(p, rows)
    ),
    "progression on an incomplete sum": lambda p, rows, _: any(r["target"] == "PD" and not r["complete"] for r in rows),
    "a nadir of zero": lambda p, rows, _: any(r["nadir_mm"] == 0 for r in rows),
    "treated": lambda p, rows, _: has_state(p, "target", "measured", "treated"),
    "merged": lambda p, rows, _: has_state(p, "target", "measured", "merged"),
    "merged into nothing": lambda p, rows, _: merged_into_nothing(p, rows),
    "equivocal, then unequivocal": lambda p, rows, _: has_state(p, "new", "equivocal", "unequivocal"),
    "a hot spot, then unequivocal": lambda p, rows, _: has_state(p, "new", "pet_only", "unequivocal"),
    "progression back after CR": lambda p, rows, _: any(
        r["overall"] == "PD" and r["target"] != "PD" and r["non_target"] != "PD" and not r["new"] for r in rows
    ),
    "a partial response that continues": lambda p, rows, _: any(r["overall"] != r["overall_arithmetic"] for r in rows),
    "confirmed CR": lambda p, rows, best: best["confirmed"] == "CR",
    "confirmed PR": lambda p, rows, best: best["confirmed"] == "PR",
    "unconfirmed PR": lambda p, rows, best: best["unconfirmed"] == "PR" and best["confirmed"] == "SD",
    "non-target disease only": lambda p, rows, best: best["confirmed"] == "NON-CR/NON-PD",
    "no disease at all": lambda p, rows, best: best["confirmed"] == "NED",
    "no scan": lambda p, rows, best: best["confirmed"] == "MISSING",
    "not evaluable": lambda p, rows, best: best["confirmed"] == "NE",
    "a death on a visit day": lambda p, rows, _: p.death_day in p.days[1:],
    "a therapy on a visit day": lambda p, rows, _: p.new_therapy_day in p.days[1:],
    "a cut on a visit day": lambda p, rows, _: p.cut_day in p.days[1:-1],
}


@cache
def looked_at() -> list[tuple[Patient, list[Timepoint], BestResponse]]:
    """A small part of the bulk, with its answers under one profile."""
    chance = Seeded(0)
    several = [a_patient(chance) for _ in range(N_LOOKED_AT)]
    rows = [timepoints(p, RECIST_CONFIRMED) for p in several]
    best = [best_response(p, RECIST_CONFIRMED, r) for p, r in zip(several, rows, strict=True)]
    return list(zip(several, rows, best, strict=True))


@pytest.mark.parametrize("what", sorted(WORTH_REACHING))
def test_the_generated_patients_sit_on_the_thresholds(what: str) -> None:
    assert any(WORTH_REACHING[what](*each) for each in looked_at())


def answers_apart(patient: Patient, before: Options, after: Options) -> bool:
    """Whether the timepoints, the best response or the time to event differ under two sets of options."""
    rows = timepoints(patient, before), timepoints(patient, after)
    return (
        rows[0] != rows[1]
        or best_response(patient, before, rows[0]) != best_response(patient, after, rows[1])
        or time_to_event(patient, before, 0, "literal") != time_to_event(patient, after, 0, "literal")
    )


ACTS_ONLY_WITH: dict[str, dict[str, str]] = {
    "cr_then_lesser": {"reappearance_after_overall_cr": "arithmetic"},
    "pr_continues_over_ne": {"pr_continues": "from_first"},
}


@pytest.mark.parametrize(
    ("option", "value"),
    [(name, value) for name, known in UNDERSTOOD.items() for value in known if value != RECIST_CONFIRMED[name]],
)
def test_every_value_of_every_option_changes_some_generated_patient(option: str, value: str) -> None:
    before = {**RECIST_CONFIRMED, **ACTS_ONLY_WITH.get(option, {})}
    assert any(answers_apart(patient, before, {**before, option: value}) for patient, _, _ in looked_at())


NODE_LENGTHS = [Fraction(text) for text in ("9.9", "10", "10.1", "14.9", "15")]


@pytest.mark.parametrize("mm", NODE_LENGTHS, ids=str)
@pytest.mark.parametrize("kind", ["target", "new"])
def test_nodes_stand_on_both_sides_of_their_limits(kind: str, mm: Fraction) -> None:
    def reached(patient: Patient) -> bool:
        nodes = [x for x in patient.lesions if x.kind == kind and x.node]
        return any(reading.mm == mm for node in nodes for reading in node.readings[1:])

    assert any(reached(patient) for patient, _, _ in looked_at())


REASONS = (
    "progression",
    "death",
    "clinical_progression",
    "last_adequate",
    "no_assessment",
    "no_baseline",
    "new_therapy",
    "missed_scans",
    "procedure",
)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_time_to_event_is_reached(reason: str) -> None:
    options = {**RECIST_CONFIRMED, "clinical_progression": "event"}

    assert any(time_to_event(p, options, p.reference_day, "fda")["reason"] == reason for p, _, _ in looked_at())


@pytest.mark.parametrize("reason", REASONS_OF_SEARCH)
def test_every_reason_why_a_response_was_not_confirmed_is_reached(reason: str) -> None:
    assert any(best["search"]["reason"] == reason for _, _, best in looked_at())
