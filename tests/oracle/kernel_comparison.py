"""What the compiled rules say about many patients at once, against the oracle's answers one by one.

The only place that knows the product's names. What the product does not answer yet is not compared; a test
beside this file holds it to answering everything that an option it supports asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum, IntFlag
from functools import cache
from typing import Any

import numpy as np
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
from response_targets import treated_for_good
from time_oracle import time_to_event

from onearm import terms
from onearm.derive.rules import response_rules
from onearm.kernels import best_response as best_places
from onearm.kernels import confirmation, rules
from onearm.kernels.best_response import (
    OUT_CONFIRMED,
    OUT_CONFIRMED_VISIT,
    OUT_CONFIRMING_VISIT,
    OUT_LAST_VISIT,
    OUT_UNCONFIRMED,
    OUT_UNCONFIRMED_VISIT,
)
from onearm.kernels.follow_up import Observed, derive_times, find_response_starts
from onearm.kernels.patients import Visits, derive_patients
from onearm.kernels.time_to_event import OUT_DAY, OUT_EVENT, OUT_REASON, Censoring, TimeReason
from onearm.protocol.options import NOT_YET_SUPPORTED, ResponseOptions
from onearm.terms import Response

PROFILES = tuple(profile.name.lower().replace("_", "-") for profile in Censoring)
"""Censoring profiles of the product by the names of a protocol."""

WORD = {int(code): code.submission_value for code in Response}
WHY_NOT_PLACES = ("OUT_CANDIDATE_VISIT", "OUT_WHY_NOT", "OUT_WHY_NOT_VISIT")


@cache
def codes_with(member: str) -> type[IntEnum] | type[IntFlag]:
    """The product's codes among which one has this name."""
    found = {
        codes
        for module in (best_places, confirmation, rules, terms)
        for codes in vars(module).values()
        if isinstance(codes, type) and issubclass(codes, (IntEnum, IntFlag)) and member in codes.__members__
    }
    assert len(found) == 1, f"{member}: {found}"
    return found.pop()


def answers_queries() -> bool:
    return "query" in Visits._fields


def answers_why_not() -> bool:
    return all(hasattr(best_places, name) for name in WHY_NOT_PLACES)


def derive_batch(patients: Sequence[Patient], options: dict[str, Any]) -> Visits:
    """All patients under one set of options, in one call of the product."""
    ends = options["response_after_new_therapy"] == "excluded"
    rules_ = response_rules(ResponseOptions(**options))
    taken = [as_taken(patient) for patient in patients]
    return derive_patients(rules_, lesions_of(taken), followed_of(taken, new_therapy_ends=ends))


def as_taken(patient: Patient) -> Patient:
    """A treated target entered as treated at every later visit, as long as the product does not see to it itself."""
    if "exclude_and_rebase" not in NOT_YET_SUPPORTED.get("treated_lesion", ()):
        return patient
    lesions = [treated_for_good(x) if x.kind == "target" else x for x in patient.lesions]
    return replace(patient, lesions=lesions)


def differences(patients: Sequence[Patient], options: dict[str, Any], profile: str) -> list[str]:
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
        if answers_queries():
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
    if answers_why_not():
        search = best["search"]
        candidate, reason, end = (out[getattr(best_places, name)] for name in WHY_NOT_PLACES)
        wrong += compare("candidate", -1 if search["candidate"] is None else search["candidate"], candidate)
        if search["candidate"] is not None:
            wrong += compare("why not", search["reason"], codes_with("LESSER_RESPONSE")(reason).name)
            wrong += compare("search ended", -1 if search["ended_at"] is None else search["ended_at"], end)
    return wrong


def differing_queries(rows: Sequence[Timepoint], best: BestResponse, said: Sequence[int]) -> list[str]:
    """Queries at each visit, one bit each."""
    codes = codes_with("PR_NOT_HELD")
    wrong: list[str] = []
    for row in rows:
        asked = row["queries"] | {code for code, visit in best["queries"].items() if visit == row["visit"]}
        bits = sum(int(codes[name]) for name in asked)
        wrong += compare(f"visit {row['visit']} queries", bits, said[row["visit"]])
    return wrong


def observed_of(patients: Sequence[Patient], options: Options, overall: Any) -> Observed:
    """Events and scans of many patients, as the product's time to event takes them."""
    clinical_counts = options["clinical_progression"] == "event"

    def days(values: list[int | None]) -> np.ndarray:
        return np.array([day_or_never(day) for day in values], np.int32)

    def flat(values: list[list[int]]) -> np.ndarray:
        return np.array([x for own in values for x in own], np.int32)

    censors = [p.procedure_rule is not None and p.procedure_rule.time_to_event == "censor" for p in patients]
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


def ends_of(profile: str, start_day: np.ndarray, first_visit: np.ndarray, observed: Observed) -> list[list[int]]:
    """What the product says of every patient's end of observation under a profile by name."""
    return derive_times(Censoring[profile.upper().replace("-", "_")], start_day, first_visit, observed).tolist()


def differing_times(
    patients: Sequence[Patient],
    options: dict[str, Any],
    profile: str,
    visits: Visits,
    expected: Sequence[Sequence[Timepoint]],
    best: Sequence[BestResponse],
) -> list[str]:
    """Time from the reference day, and from the first confirmed response, to the end of observation."""
    observed = observed_of(patients, options, visits.overall)
    starts = differing_starts(patients, options, visits, expected, observed)
    origin = [(p.reference_day, 1) for p in patients]
    confirmed = [b["confirmed_visit"] if b["confirming_visit"] is not None else None for b in best]
    response = [
        (p.days[v], v) if v is not None else first for p, v, first in zip(patients, confirmed, origin, strict=True)
    ]
    wrong: list[str] = []
    for name, places in (("from the start", origin), ("from the response", response)):
        day, first = (np.array(column, np.int32) for column in zip(*places, strict=True))
        out = ends_of(profile, day, first, observed)
        for k, (patient, place) in enumerate(zip(patients, places, strict=True)):
            told = time_to_event(patient, options, place[0], profile, place[1], expected[k])
            said = (out[k][OUT_DAY], bool(out[k][OUT_EVENT]), TimeReason(out[k][OUT_REASON]).name.lower())
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


__all__ = ["PROFILES", "answers_queries", "answers_why_not", "derive_batch", "differences"]
