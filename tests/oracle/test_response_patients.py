"""The generated patients reach what they are made to reach, and the oracle keeps its own promises on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from patients import NOT_IN_THE_RULES, NUMBERS, option_sets, patients
from response_cases import RECIST_CONFIRMED
from response_oracle import (
    UNDERSTOOD,
    Lesion,
    Options,
    Patient,
    Timepoint,
    best_response,
    time_to_event,
    timepoints,
)

from onearm.protocol.options import NOT_YET_SUPPORTED, ResponseOptions

SEEDED = settings(derandomize=True, deadline=None, max_examples=150, database=None)
PROFILES = st.sampled_from(("literal", "fda"))


def supported() -> dict[str, set[str]]:
    """Worded options of the protocol with the values that are not refused."""
    return {
        name: set(get_args(field.annotation)) - NOT_YET_SUPPORTED.get(name, frozenset())
        for name, field in ResponseOptions.model_fields.items()
        if get_origin(field.annotation) is Literal
    }


def test_every_supported_value_of_every_option_is_drawn() -> None:
    drawn = {name: set(values) for name, values in {**UNDERSTOOD, **NOT_IN_THE_RULES}.items()}
    assert drawn == supported()
    assert set(ResponseOptions.model_fields) == {*drawn, *NUMBERS, "irecist"}


@SEEDED
@given(option_sets())
def test_a_drawn_set_is_a_protocols(options: dict[str, Any]) -> None:
    assert ResponseOptions(**options).model_dump(exclude={"irecist"}) == options


def answers(patient: Patient, options: Options) -> tuple[Any, ...]:
    ends = [time_to_event(patient, options, patient.reference_day, p) for p in ("literal", "fda")]
    return timepoints(patient, options), best_response(patient, options), *ends


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


@pytest.mark.parametrize("what", sorted(WORTH_REACHING))
def test_the_generated_patients_sit_on_the_thresholds(what: str) -> None:
    def reached(patient: Patient) -> bool:
        rows = timepoints(patient, RECIST_CONFIRMED)
        return WORTH_REACHING[what](patient, rows, best_response(patient, RECIST_CONFIRMED))

    how = settings(derandomize=True, database=None, max_examples=3000, phases=[Phase.generate])
    assert reached(find(patients(), reached, settings=how))


NODE_LENGTHS = [Fraction(text) for text in ("9.9", "10", "14.9", "15")]


@pytest.mark.parametrize("mm", NODE_LENGTHS, ids=str)
@pytest.mark.parametrize("kind", ["target", "new"])
def test_nodes_stand_on_both_sides_of_their_limits(kind: str, mm: Fraction) -> None:
    def reached(patient: Patient) -> bool:
        nodes = [x for x in patient.lesions if x.kind == kind and x.node]
        return any(reading.mm == mm for node in nodes for reading in node.readings[1:])

    how = settings(derandomize=True, database=None, max_examples=1000, phases=[Phase.generate])
    assert reached(find(patients(), reached, settings=how))


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

    def reached(patient: Patient) -> bool:
        return time_to_event(patient, options, patient.reference_day, "fda")["reason"] == reason

    how = settings(derandomize=True, database=None, max_examples=2000, phases=[Phase.generate])
    assert reached(find(patients(), reached, settings=how))


def without_the_future(patient: Patient) -> Patient:
    """The patient as known at the cut: later visits are not there, later days are not recorded."""
    count = max(1, sum(day <= patient.cut_day for day in patient.days))

    def known(day: int | None) -> int | None:
        return day if day is not None and day <= patient.cut_day else None

    return replace(
        patient,
        days=patient.days[:count],
        pd_days=patient.pd_days[:count],
        missed_before=patient.missed_before[:count],
        gap_limit=patient.gap_limit[:count],
        lesions=[Lesion(x.kind, x.node, x.readings[:count]) for x in patient.lesions],
        death_day=known(patient.death_day),
        new_therapy_day=known(patient.new_therapy_day),
        clinical_pd_day=known(patient.clinical_pd_day),
        procedure_day=known(patient.procedure_day),
    )


@SEEDED
@given(patients(), option_sets())
def test_nothing_after_the_cut_counts(patient: Patient, options: Options) -> None:
    assert answers(patient, options) == answers(without_the_future(patient), options)


@SEEDED
@given(patients(), option_sets())
def test_only_the_listed_options_are_read(patient: Patient, options: Options) -> None:
    read = {name: options[name] for name in (*UNDERSTOOD, *NUMBERS)}
    assert answers(patient, read) == answers(patient, options)


@SEEDED
@given(patients(), option_sets(), st.permutations(range(10)))
def test_the_order_of_lesions_does_not_matter(patient: Patient, options: Options, order: list[int]) -> None:
    shuffled = [patient.lesions[i] for i in order if i < len(patient.lesions)]
    assert answers(replace(patient, lesions=shuffled), options) == answers(patient, options)


@SEEDED
@given(patients(), option_sets())
def test_only_sd_becomes_a_continuing_pr(patient: Patient, options: Options) -> None:
    changed = [r for r in timepoints(patient, options) if r["overall"] != r["overall_arithmetic"]]
    assert all((r["overall_arithmetic"], r["overall"]) == ("SD", "PR") for r in changed)


@SEEDED
@given(patients(), option_sets())
def test_a_confirmed_response_was_a_response(patient: Patient, options: Options) -> None:
    best = best_response(patient, options)
    if best["confirmed"] in ("CR", "PR"):
        assert best["unconfirmed"] in ("CR", "PR")
        assert best["confirmed_visit"] is not None
        first = timepoints(patient, options)[best["confirmed_visit"] - 1]
        assert first["overall"] in ("CR", "PR")


@SEEDED
@given(patients(), option_sets())
def test_an_event_for_fda_is_the_same_event_literally(patient: Patient, options: Options) -> None:
    literal, fda = (time_to_event(patient, options, 0, profile) for profile in ("literal", "fda"))
    if fda["event"]:
        assert literal == fda


@SEEDED
@given(patients(), option_sets(), PROFILES)
def test_a_censored_time_ends_at_an_adequate_scan_or_at_the_start(
    patient: Patient, options: Options, profile: str
) -> None:
    found = time_to_event(patient, options, patient.reference_day, profile)
    adequate = [patient.days[r["visit"]] for r in timepoints(patient, options) if r["overall"] not in ("NE", "PD")]
    if not found["event"]:
        assert found["day"] in (patient.reference_day, *adequate)
