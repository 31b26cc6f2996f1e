"""What the compiled rules say about many patients at once, against the oracle's answers one by one.

The only place that knows the product's names. What the product does not answer yet is not compared; a test
beside this file holds it to answering everything that an option it supports asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from chance import Chance
from kernel_patients import day_or_never, followed_of, lesions_of
from response_oracle import (
    Options,
    Patient,
    best_response,
    counted_visits,
    first_confirmed_response,
    timepoints,
    until_first_pd,
)
from response_patient import BestResponse, Timepoint
from time_oracle import INTERCURRENT, PROFILES, time_to_event

from onearm.derive.rules import response_rules
from onearm.kernels.best_response import (
    OUT_CANDIDATE_VISIT,
    OUT_CONFIRMED,
    OUT_CONFIRMED_VISIT,
    OUT_CONFIRMING_VISIT,
    OUT_LAST_VISIT,
    OUT_UNCONFIRMED,
    OUT_UNCONFIRMED_VISIT,
    OUT_WHY_NOT,
    OUT_WHY_NOT_VISIT,
)
from onearm.kernels.confirmation import WhyNot
from onearm.kernels.follow_up import Observed, derive_times, find_response_starts
from onearm.kernels.patients import Visits, derive_patients
from onearm.kernels.time_to_event import OUT_DAY, OUT_EVENT, OUT_REASON, Strategies, Strategy, TimeReason
from onearm.protocol.options import ResponseOptions
from onearm.terms import Response, VisitQuery

Chosen = Mapping[str, str]
"""A strategy for each intercurrent event."""

ACTIONS = {
    "ignore": Strategy.IGNORE,
    "censor": Strategy.CENSOR,
    "censor_at_start": Strategy.CENSOR,
    "event": Strategy.EVENT,
}

WORD = {int(code): code.submission_value for code in Response}


def derive_batch(patients: Sequence[Patient], options: dict[str, Any]) -> Visits:
    """All patients under one set of options, in one call of the product."""
    ends = options["response_after_new_therapy"] == "excluded"
    rules_ = response_rules(ResponseOptions(**options))
    own = list(patients)
    followed = followed_of(own, new_therapy_ends=ends)
    if options["markers"] == "not_used":
        followed = followed._replace(marker=None)
    return derive_patients(rules_, lesions_of(own), followed)


def draw_strategies(chance: Chance) -> Chosen:
    """A named profile, or any choice of strategies."""
    if chance.one_of((True, False)):
        return PROFILES[chance.one_of(tuple(PROFILES))]
    return {name: chance.one_of(known) for name, known in INTERCURRENT.items()}


def differences(patients: Sequence[Patient], options: dict[str, Any], profile: Chosen) -> list[str]:
    """Every answer about these patients in which the two part: patient, place, expected, found."""
    visits = derive_batch(patients, options)
    expected = [timepoints(patient, options) for patient in patients]
    best = [best_response(p, options, rows) for p, rows in zip(patients, expected, strict=True)]
    start = np.concatenate([[0], np.cumsum([len(p.days) for p in patients])])
    columns = {name: np.asarray(getattr(visits, name)).tolist() for name in Visits._fields}
    found: list[str] = []
    for k, patient in enumerate(patients):
        said = {name: column[start[k] : start[k + 1]] for name, column in columns.items() if name != "best"}
        wrong = differing_visits(patient, expected[k], said)
        wrong += differing_best(best[k], columns["best"][k])
        wrong += differing_queries(expected[k], best[k], said["query"])
        found += [f"patient {k}: {text}" for text in wrong]
    found += differing_times(patients, options, profile, visits, expected, best)
    return found


def compare(place: str, expected: object, found: object) -> list[str]:
    return [] if expected == found else [f"{place}: expected {expected}, found {found}"]


def differing_visits(patient: Patient, rows: Sequence[Timepoint], said: dict[str, list[Any]]) -> list[str]:
    """Responses, sums and nadirs that differ at a visit."""
    has_targets = any(lesion.kind == "target" for lesion in patient.lesions)
    wrong: list[str] = []
    for row in rows:
        v = row["visit"]
        wrong += compare(f"visit {v} overall", row["overall"], WORD[said["overall"][v]])
        wrong += compare(f"visit {v} arithmetic", row["overall_arithmetic"], WORD[said["arithmetic"][v]])
        wrong += compare(f"visit {v} new lesion", row["new"], said["new_witness"][v] >= 0)
        if has_targets:
            assert row["sum_mm"] is not None
            wrong += compare(f"visit {v} target", row["target"], WORD[said["target"][v]])
            wrong += compare(f"visit {v} sum", 10 * row["sum_mm"], said["total"][v])
            wrong += compare(f"visit {v} complete", row["complete"], bool(said["complete"][v]))
            nadirs = row["nadir_visits"] or [-1]
            if said["nadir_visit"][v] not in nadirs:
                wrong.append(f"visit {v} nadir visit: expected one of {nadirs}, found {said['nadir_visit'][v]}")
    return wrong


def differing_best(best: BestResponse, out: Sequence[int]) -> list[str]:
    """Best responses, their visits, and why a candidate was not confirmed."""
    wrong = compare("confirmed", best["confirmed"], WORD[out[OUT_CONFIRMED]])
    wrong += compare("unconfirmed", best["unconfirmed"], WORD[out[OUT_UNCONFIRMED]])
    if best["confirming_visit"] is not None:
        pair = (best["confirmed_visit"], best["confirming_visit"])
        wrong += compare("pair", pair, (out[OUT_CONFIRMED_VISIT], out[OUT_CONFIRMING_VISIT]))
    if best["unconfirmed"] in ("CR", "PR", "PD") and best["unconfirmed_visit"] is not None:
        wrong += compare("unconfirmed visit", best["unconfirmed_visit"], out[OUT_UNCONFIRMED_VISIT])
    search = best["search"]
    wrong += compare("candidate", -1 if search["candidate"] is None else search["candidate"], out[OUT_CANDIDATE_VISIT])
    if search["candidate"] is not None:
        wrong += compare("why not", search["reason"], WhyNot(out[OUT_WHY_NOT]).name)
        wrong += compare(
            "search ended", -1 if search["ended_at"] is None else search["ended_at"], out[OUT_WHY_NOT_VISIT]
        )
    return wrong


def differing_queries(rows: Sequence[Timepoint], best: BestResponse, said: Sequence[int]) -> list[str]:
    """Queries at each visit, one bit each."""
    wrong: list[str] = []
    for row in rows:
        asked = row["queries"] | {code for code, visit in best["queries"].items() if visit == row["visit"]}
        bits = sum(int(VisitQuery[name]) for name in asked)
        wrong += compare(f"visit {row['visit']} queries", bits, said[row["visit"]])
    return wrong


def observed_of(patients: Sequence[Patient], options: Options, overall: Any, profile: Chosen) -> Observed:
    """Events and scans of many patients, as the product's time to event takes them."""
    clinical_counts = profile["clinical_progression"] == "event" or options["clinical_progression"] == "event"

    def days(values: list[int | None]) -> np.ndarray:
        return np.array([day_or_never(day) for day in values], np.int32)

    def flat(values: list[list[int]]) -> np.ndarray:
        return np.array([x for own in values for x in own], np.int32)

    by_its_rule = profile["procedure"] == "by_its_rule"
    censors = [
        not by_its_rule or (p.procedure_rule is not None and p.procedure_rule.time_to_event == "censor")
        for p in patients
    ]
    return Observed(
        has_baseline=np.array([p.has_baseline for p in patients], np.bool_),
        death_day=days([p.death_day for p in patients]),
        clinical_progression_day=days([p.clinical_pd_day if clinical_counts else None for p in patients]),
        new_therapy_day=days([p.new_therapy_day for p in patients]),
        procedure_day=days([p.procedure_day if c else None for p, c in zip(patients, censors, strict=True)]),
        cut_day=np.array([p.cut_day for p in patients], np.int32),
        visit_start=np.concatenate([[0], np.cumsum([len(p.days) for p in patients])]).astype(np.int64),
        day=flat([p.days for p in patients]),
        progression_day=flat([p.pd_days for p in patients]),
        overall=overall,
        gap_limit=flat([p.gap_limit for p in patients]),
    )


def ends_of(
    profile: Chosen, options: Options, start_day: np.ndarray, first_visit: np.ndarray, observed: Observed
) -> list[list[int]]:
    """What the product says of every patient's end of observation under these strategies."""
    by_the_option = "event" if options["clinical_progression"] == "event" else "ignore"
    standing_in = {"by_its_rule": "censor", "by_the_option": by_the_option}
    decided = {name: standing_in.get(action, action) for name, action in profile.items()}
    strategies = Strategies(**{name: int(ACTIONS[action]) for name, action in decided.items()})
    return derive_times(strategies, start_day, first_visit, observed).tolist()


def differing_times(
    patients: Sequence[Patient],
    options: dict[str, Any],
    profile: Chosen,
    visits: Visits,
    expected: Sequence[Sequence[Timepoint]],
    best: Sequence[BestResponse],
) -> list[str]:
    """Time from the reference day, and from the first confirmed response, to the end of observation."""
    observed = observed_of(patients, options, visits.overall, profile)
    starts = differing_starts(patients, options, visits, expected, observed)
    origin = [(p.reference_day, 1) for p in patients]
    confirmed = [b["confirmed_visit"] if b["confirming_visit"] is not None else None for b in best]
    response = [
        (p.days[v], v) if v is not None else first for p, v, first in zip(patients, confirmed, origin, strict=True)
    ]
    wrong: list[str] = []
    for name, places in (("from the start", origin), ("from the response", response)):
        day, first = (np.array(column, np.int32) for column in zip(*places, strict=True))
        out = ends_of(profile, options, day, first, observed)
        for k, (patient, place) in enumerate(zip(patients, places, strict=True)):
            told = time_to_event(patient, options, place[0], profile, place[1], expected[k])
            reason = TimeReason(out[k][OUT_REASON]).name.lower().removesuffix("_began")
            said = (out[k][OUT_DAY], bool(out[k][OUT_EVENT]), reason)
            wrong += compare(f"patient {k}: time {name}", (told["day"], told["event"], told["reason"]), said)
    return starts + wrong


def differing_starts(
    patients: Sequence[Patient],
    options: dict[str, Any],
    visits: Visits,
    expected: Sequence[Sequence[Timepoint]],
    observed: Observed,
) -> list[str]:
    """Visit at which a confirmed response began, whichever of CR and PR the best response is."""
    missed = np.array([n for p in patients for n in p.missed_before], np.int32)
    counted = (visits.best[:, OUT_LAST_VISIT] + 1).astype(np.int32)
    needed = np.ones(len(patients), np.bool_)
    rules_ = response_rules(ResponseOptions(**options))
    out = find_response_starts(
        rules_, needed, observed.visit_start, observed.day, visits.overall, missed, counted
    ).tolist()
    wrong: list[str] = []
    for k, patient in enumerate(patients):
        first = first_confirmed_response(until_first_pd(counted_visits(patient, options, expected[k])[0]), options)
        wrong += compare(f"patient {k}: first response", -1 if first is None else first.number, out[k])
    return wrong


__all__ = ["derive_batch", "differences", "draw_strategies", "ends_of", "observed_of"]
