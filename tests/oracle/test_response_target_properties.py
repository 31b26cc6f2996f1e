"""What the oracle says of missing and treated targets, said once more in another way on generated patients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from chance import Seeded
from option_draws import EVERY, an_option_set
from patients import a_patient
from response_oracle import Lesion, Patient, Reading, timepoints
from response_targets import Targets

N_PATIENTS = 2500


def drawn(seed: int, **fixed: str) -> Iterator[tuple[Patient, dict[str, Any], list[str]]]:
    """Patients with options of which some are fixed, and their target responses from visit 1 on."""
    chance = Seeded(seed)
    for _ in range(N_PATIENTS):
        patient, options = a_patient(chance), {**an_option_set(chance, EVERY), **fixed}
        yield patient, options, [row["target"] for row in timepoints(patient, options)]


def targets_of(patient: Patient, options: dict[str, Any]) -> Targets:
    return Targets([x for x in patient.lesions if x.kind == "target"], options)


def with_reading(patient: Patient, target: int, visit: int, reading: Reading) -> Patient:
    """The patient with one reading of one target replaced."""
    places = [i for i, lesion in enumerate(patient.lesions) if lesion.kind == "target"]
    lesions = list(patient.lesions)
    old = lesions[places[target]]
    lesions[places[target]] = Lesion(old.kind, old.node, [*old.readings[:visit], reading, *old.readings[visit + 1 :]])
    return replace(patient, lesions=lesions)


def test_a_certain_response_holds_whatever_the_missing_ones_measure() -> None:
    """Each missing target as long as it ever was, or gone: the visit is a partial response, or a complete one."""
    fixed = {
        "missing_targets": "pr_if_certain",
        "treated_lesion": "ne_unless_pd",
        "node_back_in_pr": "sum_only",
        "target_back_after_target_cr": "arithmetic",
    }
    certain = 0
    for patient, options, responses in drawn(1, **fixed):
        targets = targets_of(patient, options)
        kept = tuple(range(len(targets.lesions)))
        states = {reading.state for lesion in targets.lesions for reading in lesion.readings}
        for v, response in enumerate(responses, start=1):
            missing = [i for i, mm in zip(kept, targets.lengths(v, kept), strict=True) if mm is None]
            if response != "PR" or not missing or states & {"merged", "treated"}:
                continue
            certain += 1
            longest = patient
            gone = patient
            for i in missing:
                before = [mm for e in range(v) if (mm := targets.lengths(e, kept)[i]) is not None]
                longest = with_reading(longest, i, v, Reading("measured", max(before)))
                gone = with_reading(gone, i, v, Reading("absent"))
            assert timepoints(longest, options)[v - 1]["target"] in ("CR", "PR")
            assert timepoints(gone, options)[v - 1]["target"] in ("CR", "PR")
    assert certain > 50


@pytest.mark.parametrize("missing_targets", ["ne_unless_pd", "ne", "pr_if_certain"])
def test_a_target_taken_out_is_as_if_it_had_never_been_there(missing_targets: str) -> None:
    """But that a complete response of the rest is a partial one."""
    fixed = {
        "treated_lesion": "exclude_and_rebase",
        "target_back_after_target_cr": "arithmetic",
        "missing_targets": missing_targets,
    }
    seen: set[str] = set()
    for patient, options, responses in drawn(2, **fixed):
        targets = targets_of(patient, options)
        for v, response in enumerate(responses, start=1):
            out = targets.excluded(v)
            if not out:
                continue
            rest = [x for i, x in enumerate(targets.lesions) if i not in out]
            others = [x for x in patient.lesions if x.kind != "target"]
            alone = timepoints(replace(patient, lesions=rest + others), options)[v - 1]["target"]
            assert response == {"CR": "PR", "MISSING": "NE"}.get(alone, alone)
            seen.add(alone)
    assert seen == {"CR", "PR", "SD", "PD", "NE", "MISSING"}


@pytest.mark.parametrize("treated_lesion", ["ne_unless_pd", "exclude_and_rebase"])
def test_what_is_entered_after_a_treatment_does_not_matter(treated_lesion: str) -> None:
    count = 0
    for patient, options, _ in drawn(3, treated_lesion=treated_lesion):
        again = patient
        targets = targets_of(patient, options).lesions
        for i, lesion in enumerate(targets):
            since = [v for v, reading in enumerate(lesion.readings) if v and reading.state == "treated"]
            for v in since[1:]:
                again = with_reading(again, i, v, Reading("absent"))
        if again != patient:
            count += 1
            assert timepoints(again, options) == timepoints(patient, options)
            complete = [r for r in timepoints(patient, options) if r["target"] == "CR"]
            first = min(v for x in targets for v, r in enumerate(x.readings) if v and r.state == "treated")
            assert all(row["visit"] < first for row in complete)
    assert count > 100


def test_a_nadir_without_the_baseline_is_never_smaller_and_never_progresses_more() -> None:
    for patient, options, _ in drawn(4):
        rows = {n: timepoints(patient, {**options, "nadir": n}) for n in ("includes_baseline", "after_baseline")}
        for usual, after in zip(rows["includes_baseline"], rows["after_baseline"], strict=True):
            assert (usual["nadir_mm"] is None) == (after["nadir_mm"] is None)
            if usual["nadir_mm"] is not None and after["nadir_mm"] is not None:
                assert after["nadir_mm"] >= usual["nadir_mm"]


def test_the_misreading_only_takes_partial_responses_away() -> None:
    for patient, options, _ in drawn(5, missing_targets="ne_unless_pd"):
        rows = {n: timepoints(patient, {**options, "stable_disease_against": n}) for n in ("baseline", "nadir")}
        for usual, other in zip(rows["baseline"], rows["nadir"], strict=True):
            assert usual["target"] == other["target"] or (usual["target"], other["target"]) == ("PR", "SD")
