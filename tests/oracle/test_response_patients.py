"""The oracle of the response rules keeps its own promises on generated patients."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from option_draws import EVERY, NUMBERS, option_sets
from patients import patients
from response_oracle import (
    UNDERSTOOD,
    Lesion,
    Options,
    Patient,
    Visit,
    best_response,
    confirmed_by,
    counted_visits,
    time_to_event,
    timepoints,
    until_first_pd,
)
from time_oracle import INTERCURRENT, PROFILES, strategies_of

SEEDED = settings(derandomize=True, deadline=None, max_examples=150, database=None)


def a_choice_of_strategies() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({name: st.sampled_from(known) for name, known in INTERCURRENT.items()})


def answers(patient: Patient, options: Options) -> tuple[Any, ...]:
    ends = [time_to_event(patient, options, patient.reference_day, p) for p in sorted(PROFILES)]
    return timepoints(patient, options), best_response(patient, options), *ends


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
@given(patients(), option_sets(EVERY))
def test_nothing_after_the_cut_counts(patient: Patient, options: Options) -> None:
    assert answers(patient, options) == answers(without_the_future(patient), options)


@SEEDED
@given(patients(), option_sets(EVERY))
def test_only_the_listed_options_are_read(patient: Patient, options: Options) -> None:
    read = {name: options[name] for name in (*UNDERSTOOD, *NUMBERS) if name != "baseline_window_days"}
    assert answers(patient, read) == answers(patient, options)


@SEEDED
@given(patients(), option_sets(EVERY), st.permutations(range(10)))
def test_the_order_of_lesions_does_not_matter(patient: Patient, options: Options, order: list[int]) -> None:
    shuffled = [patient.lesions[i] for i in order if i < len(patient.lesions)]
    assert answers(replace(patient, lesions=shuffled), options) == answers(patient, options)


@SEEDED
@given(patients(), option_sets(EVERY))
def test_only_sd_becomes_a_continuing_pr(patient: Patient, options: Options) -> None:
    changed = [r for r in timepoints(patient, options) if r["overall"] != r["overall_arithmetic"]]
    assert all((r["overall_arithmetic"], r["overall"]) == ("SD", "PR") for r in changed)


@SEEDED
@given(patients(), option_sets(EVERY))
def test_a_search_ends_where_no_later_scan_could_confirm(patient: Patient, options: Options) -> None:
    """The walk of the search against the pairs of section 7, which look at all visits between at once."""
    rows = timepoints(patient, options)
    search = best_response(patient, options, rows)["search"]
    visits = until_first_pd(counted_visits(patient, options, rows)[0])
    if search["reason"] == "CONFIRMED":
        pair = [k for k, visit in enumerate(visits) if visit.number == search["candidate"]]
        assert (confirmed_by(visits, pair[0], options) or visits[pair[0]]).number == search["ended_at"]
        return
    assert all(v.response not in ("CR", "PR") or not confirmed_by(visits, k, options) for k, v in enumerate(visits))
    if search["ended_at"] is not None:
        # Whatever comes after, the candidate stays unconfirmed; without that visit a scan could still confirm it.
        end = search["ended_at"]
        at = next(k for k, visit in enumerate(visits) if visit.number == search["candidate"])
        later = Visit(99, 10_000, visits[at].response)
        known = [visit for visit in visits if visit.number <= end]
        assert confirmed_by([*known, later], at, options) is None
        assert confirmed_by([*known[:-1], later], at, options) == later


@SEEDED
@given(patients(), option_sets(EVERY))
def test_a_confirmed_response_was_a_response(patient: Patient, options: Options) -> None:
    best = best_response(patient, options)
    if best["confirmed"] in ("CR", "PR"):
        assert best["unconfirmed"] in ("CR", "PR")
        assert best["confirmed_visit"] is not None
        first = timepoints(patient, options)[best["confirmed_visit"] - 1]
        assert first["overall"] in ("CR", "PR")


@SEEDED
@given(patients(), option_sets(EVERY))
def test_an_event_of_a_stricter_profile_is_the_same_event_of_a_laxer_one(patient: Patient, options: Options) -> None:
    ends = {profile: time_to_event(patient, options, 0, profile) for profile in PROFILES}
    for strict, lax in (("fda", "fda-treatment-policy"), ("fda-treatment-policy", "ema"), ("ema", "literal")):
        if ends[strict]["event"]:
            assert ends[lax] == ends[strict]


@SEEDED
@given(patients(), option_sets(EVERY), st.sampled_from(sorted(PROFILES)))
def test_a_named_profile_is_a_choice_of_strategies(patient: Patient, options: Options, profile: str) -> None:
    named = time_to_event(patient, options, 0, profile)
    assert time_to_event(patient, options, 0, dict(strategies_of(profile))) == named
    known = timepoints(patient, options)
    assert time_to_event(patient, options, 0, profile, known=known) == named


@SEEDED
@given(patients(), option_sets(EVERY), a_choice_of_strategies())
def test_a_censored_time_ends_at_an_adequate_scan_or_at_the_start(
    patient: Patient, options: Options, profile: dict[str, str]
) -> None:
    found = time_to_event(patient, options, patient.reference_day, profile)
    adequate = [patient.days[r["visit"]] for r in timepoints(patient, options) if r["overall"] not in ("NE", "PD")]
    if not found["event"]:
        assert found["day"] in (patient.reference_day, *adequate)
