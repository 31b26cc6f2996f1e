"""The oracle's best response around a patient's other events, and its time to event, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest
from response_cases import RECIST_CONFIRMED, new, patient, target
from response_oracle import ProcedureRule, Visit, best_of_visits, best_response, time_to_event

STABLE = target("20", "20", "20", "20")
PROGRESSING = target("20", "20", "20", "30")
LIMIT = 119
"""Two planned intervals of 56 days and a window of 7."""


def end(lesion: Any, profile: str = "fda", **others: Any) -> tuple[int, bool, str]:
    options = {**RECIST_CONFIRMED, "clinical_progression": others.pop("clinical_progression", "not_an_event")}
    found = time_to_event(patient(lesion, **others), options, 0, profile)
    return found["day"], found["event"], found["reason"]


@pytest.mark.parametrize("profile", ["literal", "fda"])
def test_progression_and_death(profile: str) -> None:
    assert end(PROGRESSING, profile) == (168, True, "progression")
    assert end(PROGRESSING, profile, pd_days=[0, 56, 112, 170]) == (170, True, "progression")
    assert end(STABLE, profile, death_day=168 + LIMIT) == (168 + LIMIT, True, "death")
    assert end(PROGRESSING, profile, death_day=168) == (168, True, "progression")
    assert end(STABLE, profile) == (168, False, "last_adequate")
    assert end(STABLE, profile, death_day=300, cut_day=200) == (168, False, "last_adequate")
    assert end(PROGRESSING, profile, cut_day=167) == (112, False, "last_adequate")


@pytest.mark.parametrize("profile", ["literal", "fda"])
def test_only_adequate_scans_carry_the_censoring(profile: str) -> None:
    assert end(target("20", "20", "not_evaluable"), profile) == (56, False, "last_adequate")
    assert end(target("20", "not_evaluable"), profile) == (0, False, "no_assessment")
    assert end(target("20"), profile) == (0, False, "no_assessment")


def test_two_missed_scans_before_an_event() -> None:
    missed = target("20", "20", "not_evaluable", "30")
    assert end(missed, gap_limit=[112, 111, 112, 112]) == (56, False, "missed_scans")
    assert end(missed, gap_limit=[112, 112, 112, 112]) == (168, True, "progression")
    assert end(missed, "literal", gap_limit=[112, 111, 112, 112]) == (168, True, "progression")
    assert end(target("20"), death_day=LIMIT) == (LIMIT, True, "death")
    assert end(target("20"), death_day=LIMIT + 1) == (0, False, "missed_scans")


def test_new_therapy_censors_only_under_fda_and_only_before_the_event() -> None:
    assert end(PROGRESSING, new_therapy_day=111) == (56, False, "new_therapy")
    assert end(PROGRESSING, new_therapy_day=112) == (112, False, "new_therapy")
    assert end(PROGRESSING, new_therapy_day=168) == (168, True, "progression")
    assert end(PROGRESSING, "literal", new_therapy_day=112) == (168, True, "progression")
    assert end(PROGRESSING, new_therapy_day=20) == (0, False, "new_therapy")
    assert end(STABLE, new_therapy_day=120) == (112, False, "new_therapy")
    assert end(STABLE, new_therapy_day=120, cut_day=119) == (112, False, "last_adequate")


@pytest.mark.parametrize("profile", ["literal", "fda"])
def test_a_procedure_censors_by_its_own_rule_under_either_profile(profile: str) -> None:
    censors = ProcedureRule("failure", "censor")
    assert end(PROGRESSING, profile, procedure_day=120, procedure_rule=censors) == (112, False, "procedure")
    ignored = ProcedureRule("failure", "treatment_policy")
    assert end(PROGRESSING, profile, procedure_day=120, procedure_rule=ignored) == (168, True, "progression")


def test_a_clinical_progression_counts_where_the_protocol_says_so() -> None:
    assert end(STABLE, clinical_pd_day=170) == (168, False, "last_adequate")
    found = end(STABLE, clinical_pd_day=170, clinical_progression="event")
    assert found == (170, True, "clinical_progression")


def test_without_a_baseline_only_a_death_is_an_event() -> None:
    lesion = new("unequivocal")
    assert end(lesion, has_baseline=False) == (0, False, "no_baseline")
    assert end(lesion, "literal", has_baseline=False) == (56, True, "progression")
    assert end(target("not_assessed"), has_baseline=False, death_day=50) == (50, True, "death")
    assert end(target("not_assessed"), has_baseline=False, death_day=120) == (0, False, "no_baseline")


@pytest.mark.parametrize("death", [168 + LIMIT, 168 + LIMIT + 1, 1000])
def test_a_gap_before_a_death(death: int) -> None:
    """Censored where gaps count, and only beyond the limit; an event where they are ignored."""
    late = death > 168 + LIMIT
    for profile in ("fda", "fda-treatment-policy"):
        expected = (168, False, "missed_scans") if late else (death, True, "death")
        assert end(STABLE, profile, death_day=death) == expected
    for profile in ("ema", "literal"):
        assert end(STABLE, profile, death_day=death) == (death, True, "death")


def test_which_profiles_a_new_therapy_censors() -> None:
    assert end(PROGRESSING, "fda", new_therapy_day=112) == (112, False, "new_therapy")
    for profile in ("fda-treatment-policy", "ema", "literal"):
        assert end(PROGRESSING, profile, new_therapy_day=112) == (168, True, "progression")


def test_which_profiles_want_a_baseline() -> None:
    for profile in ("fda", "fda-treatment-policy", "ema"):
        assert end(new("unequivocal"), profile, has_baseline=False) == (0, False, "no_baseline")
    late = {"has_baseline": False, "death_day": LIMIT + 1}
    assert end(target("not_assessed"), "ema", **late) == (LIMIT + 1, True, "death")
    assert end(target("not_assessed"), "fda-treatment-policy", **late) == (0, False, "no_baseline")


ALL_IGNORED = {
    "new_therapy": "ignore",
    "missed_scans": "ignore",
    "procedure": "ignore",
    "no_baseline": "ignore",
    "clinical_progression": "ignore",
}


def chosen(lesion: Any, strategies: dict[str, str], **others: Any) -> tuple[int, bool, str]:
    found = time_to_event(patient(lesion, **others), RECIST_CONFIRMED, 0, {**ALL_IGNORED, **strategies})
    return found["day"], found["event"], found["reason"]


def test_a_new_therapy_as_the_event() -> None:
    """Composite: the day it starts, if it comes before progression and death."""
    event = {"new_therapy": "event"}
    assert chosen(PROGRESSING, event, new_therapy_day=167) == (167, True, "new_therapy")
    assert chosen(PROGRESSING, event, new_therapy_day=168) == (168, True, "progression")
    assert chosen(PROGRESSING, event, new_therapy_day=169) == (168, True, "progression")
    assert chosen(STABLE, event, new_therapy_day=200, death_day=200) == (200, True, "death")
    assert chosen(STABLE, event, new_therapy_day=200, death_day=201) == (200, True, "new_therapy")
    assert chosen(STABLE, event, new_therapy_day=200, cut_day=199) == (168, False, "last_adequate")
    gaps = {**event, "missed_scans": "censor"}
    assert chosen(STABLE, gaps, new_therapy_day=168 + LIMIT) == (168 + LIMIT, True, "new_therapy")
    assert chosen(STABLE, gaps, new_therapy_day=168 + LIMIT + 1) == (168 + LIMIT + 1, True, "new_therapy")
    assert chosen(STABLE, gaps, death_day=168 + LIMIT + 1) == (168, False, "missed_scans")


def test_strategies_chosen_one_by_one() -> None:
    failure = ProcedureRule("failure", "treatment_policy")
    about = {"procedure_day": 120, "procedure_rule": failure}
    assert chosen(PROGRESSING, {"procedure": "censor"}, **about) == (112, False, "procedure")
    assert chosen(PROGRESSING, {"procedure": "ignore"}, **about) == (168, True, "progression")
    assert chosen(PROGRESSING, {"procedure": "by_its_rule"}, **about) == (168, True, "progression")
    clinical = {"clinical_progression": "event"}
    assert chosen(STABLE, clinical, clinical_pd_day=170) == (170, True, "clinical_progression")
    assert chosen(STABLE, {}, clinical_pd_day=170) == (168, False, "last_adequate")
    earlier = {"new_therapy_day": 119, **about}
    both = {"procedure": "censor", "new_therapy": "censor"}
    assert chosen(PROGRESSING, both, **earlier) == (112, False, "new_therapy")
    assert chosen(PROGRESSING, {**both, "new_therapy": "event"}, **earlier) == (119, True, "new_therapy")


def test_a_strategy_that_is_unknown_or_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="missed_scans: event"):
        chosen(STABLE, {"missed_scans": "event"})
    with pytest.raises(ValueError, match="new_therapy: None"):
        time_to_event(patient(STABLE), RECIST_CONFIRMED, 0, {"missed_scans": "ignore"})
    with pytest.raises(ValueError, match="discontinuation"):
        chosen(STABLE, {"discontinuation": "censor"})
    with pytest.raises(ValueError, match="custom"):
        end(STABLE, "custom")


def test_duration_of_response_looks_from_the_response_on() -> None:
    responder = patient(target("100", "70", "70", "90"))
    best = best_response(responder, RECIST_CONFIRMED)
    assert (best["confirmed"], best["confirmed_visit"], best["confirming_visit"]) == ("PR", 1, 2)
    duration = time_to_event(responder, RECIST_CONFIRMED, 56, "fda", from_visit=1)
    assert duration == {"day": 168, "event": True, "reason": "progression"}
    clinical = {**RECIST_CONFIRMED, "clinical_progression": "event"}
    before = patient(target("100", "70", "70", "90"), clinical_pd_day=55)
    assert time_to_event(before, clinical, 56, "fda") == duration


def best(lesion: Any, others: dict[str, Any] | None = None, **about: Any) -> tuple[str, str]:
    found = best_response(patient(lesion, **about), {**RECIST_CONFIRMED, **(others or {})})
    return found["confirmed"], found["unconfirmed"]


def test_which_visits_count() -> None:
    responding = target("100", "90", "60", "60")
    assert best(responding) == ("PR", "PR")
    assert best(responding, new_therapy_day=112) == ("SD", "PR")
    assert best(responding, new_therapy_day=111) == ("SD", "SD")
    assert best(responding, {"response_after_new_therapy": "included"}, new_therapy_day=111) == ("PR", "PR")
    assert best(responding, window_end=168) == ("PR", "PR")
    assert best(responding, window_end=167) == ("SD", "PR")
    assert best(responding, cut_day=55) == ("MISSING", "MISSING")


def test_an_unconfirmed_response_before_a_procedure() -> None:
    responding = target("100", "90", "60", "60")
    for rule, expected in (("failure", "SD"), ("pending", "SD"), ("count_unconfirmed", "PR")):
        procedure = ProcedureRule(rule, "treatment_policy")
        assert best(responding, procedure_day=140, procedure_rule=procedure) == (expected, "PR")


def test_patients_without_a_scan() -> None:
    assert best(target("20")) == ("MISSING", "MISSING")
    assert best(target("20"), {"no_assessment": "ne"}) == ("NE", "NE")
    assert best(target("20"), {"early_death": "pd"}, death_day=30) == ("PD", "PD")
    assert best(target("20"), death_day=30) == ("MISSING", "MISSING")
    assert best(target("20", "20"), {"early_death": "pd"}, new_therapy_day=1, death_day=90)[0] == "MISSING"


def pair(responses: str, days: tuple[int, ...], missed: int = 0, **others: Any) -> str:
    words = responses.split()
    visits = [Visit(i + 1, days[i], word, missed if i else 0) for i, word in enumerate(words)]
    return best_of_visits(visits, {**RECIST_CONFIRMED, **others}, reference_day=0)["confirmed"]


def test_what_may_lie_inside_a_pair() -> None:
    days = (56, 84, 112, 140)
    assert pair("PR NE PR", days) == "PR"
    assert pair("PR NE NE PR", days) == "SD"
    assert pair("PR NE NE PR", days, confirmation_max_ne=2) == "PR"
    assert pair("PR SD PR", days) == "SD"
    assert pair("PR SD PR", days, confirmation_max_sd=1) == "PR"
    assert pair("CR SD CR", days, confirmation_max_sd=1) == "SD"
    assert pair("PR SD PR", days, confirmation_scan="any_later") == "PR"
    assert pair("PR PD PR", days, confirmation_scan="any_later") == "SD"
    assert pair("PR PR", days, missed=2) == "PR"
    assert pair("PR PR", days, missed=2, missed_visit_as_ne="yes") == "SD"
    assert pair("PR PR", days, missed=1, missed_visit_as_ne="yes") == "PR"


def test_a_scan_too_early_neither_confirms_nor_breaks() -> None:
    assert pair("PR PR PR", (56, 70, 84)) == "PR"
    assert pair("PR PR", (56, 83)) == "SD"
    assert pair("PR CR PR", (56, 70, 84)) == "PR"
    assert pair("CR PR CR", (56, 70, 84)) == "SD"
    assert pair("CR CR CR", (56, 70, 84)) == "CR"


def test_a_pr_confirmed_by_a_cr() -> None:
    assert pair("PR CR", (56, 84)) == "PR"
    assert pair("PR CR", (56, 84), pr_confirmed_by_cr="cr") == "CR"


def test_a_cr_followed_by_less_before_the_minimum_for_sd() -> None:
    assert pair("CR SD", (14, 28)) == "PD"
    assert pair("CR NE PR", (14, 28, 42)) == "PD"
    assert pair("CR SD", (14, 28), cr_then_lesser="sd_or_ne") == "NE"
    assert pair("CR SD", (14, 56)) == "SD"


def test_the_two_ways_to_count_the_minimum_for_sd() -> None:
    assert pair("SD", (56,)) == "SD"
    assert pair("SD", (55,)) == "NE"
    assert pair("SD", (55,), sd_min_counting="study_day") == "SD"
    assert pair("SD", (54,), sd_min_counting="study_day") == "NE"
    assert pair("PR NE", (14, 28)) == "NE"
    assert pair("PR NE", (14, 28), unconfirmed_response_as_sd="always") == "SD"
    assert pair("SD NE", (14, 28), unconfirmed_response_as_sd="always") == "NE"
    assert pair("NON-CR/NON-PD NED", (56, 112)) == "NON-CR/NON-PD"
    assert pair("NED PD", (56, 112)) == "NED"
