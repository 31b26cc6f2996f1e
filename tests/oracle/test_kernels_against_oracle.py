"""The compiled rules against their plain restatement, on patients that sit on the thresholds."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from kernel_patients import day_or_never, followed_of, lesions_of
from patients import option_sets, patients
from response_oracle import best_response, time_to_event
from response_patient import Patient
from response_timepoints import timepoints

from onearm.derive.rules import response_rules
from onearm.kernels.best_response import (
    OUT_CONFIRMED,
    OUT_CONFIRMED_VISIT,
    OUT_CONFIRMING_VISIT,
    OUT_UNCONFIRMED,
    OUT_UNCONFIRMED_VISIT,
)
from onearm.kernels.patients import Visits, derive_patients
from onearm.kernels.rules import NEVER
from onearm.kernels.time_to_event import N_TIME, Strategies, TimeReason, derive_progression_free
from onearm.protocol.options import ResponseOptions
from onearm.terms import Response


def derive_one(patient: Patient, options: dict[str, Any]) -> Visits:
    rules = response_rules(ResponseOptions(**options))
    ends = options["response_after_new_therapy"] == "excluded"
    return derive_patients(rules, lesions_of([patient]), followed_of([patient], new_therapy_ends=ends))


def word(code: int) -> str:
    return Response(int(code)).submission_value


@given(patients(), option_sets())
def test_each_timepoint(patient: Patient, options: dict[str, Any]) -> None:
    visits = derive_one(patient, options)
    for expected in timepoints(patient, options):
        at = expected["visit"]
        where = f"visit {at}"
        if any(lesion.kind == "target" for lesion in patient.lesions):
            assert word(visits.target[at]) == expected["target"], where
            assert bool(visits.complete[at]) == expected["complete"], where
        assert word(visits.overall[at]) == expected["overall"], where
        assert word(visits.arithmetic[at]) == expected["overall_arithmetic"], where
        assert (visits.new_witness[at] >= 0) == expected["new"], where


@given(patients(), option_sets())
def test_best_response(patient: Patient, options: dict[str, Any]) -> None:
    best = derive_one(patient, options).best[0]
    expected = best_response(patient, options)
    assert word(best[OUT_CONFIRMED]) == expected["confirmed"]
    assert word(best[OUT_UNCONFIRMED]) == expected["unconfirmed"]
    if expected["confirming_visit"] is not None:
        assert best[OUT_CONFIRMED_VISIT] == expected["confirmed_visit"]
        assert best[OUT_CONFIRMING_VISIT] == expected["confirming_visit"]
    if expected["unconfirmed"] in ("CR", "PR", "PD") and expected["unconfirmed_visit"] is not None:
        assert best[OUT_UNCONFIRMED_VISIT] == expected["unconfirmed_visit"]


STRATEGIES = {"literal": Strategies(0, 0, 1, 0, 2), "fda": Strategies(1, 1, 1, 1, 2)}


@given(patients(), option_sets(), st.sampled_from(["literal", "fda"]))
def test_time_to_event(patient: Patient, options: dict[str, Any], profile: str) -> None:
    visits = derive_one(patient, options)
    out = np.zeros(N_TIME, np.int32)
    censors = patient.procedure_rule is not None and patient.procedure_rule.time_to_event == "censor"
    seen = sum(1 for day in patient.days if day <= patient.cut_day)
    derive_progression_free(
        STRATEGIES[profile],
        patient.reference_day,
        1,
        seen,
        np.array(patient.days, np.int32),
        np.array(patient.pd_days, np.int32),
        visits.overall,
        patient.has_baseline,
        day_or_never(patient.death_day),
        day_or_never(patient.clinical_pd_day) if options["clinical_progression"] == "event" else NEVER,
        day_or_never(patient.new_therapy_day),
        day_or_never(patient.procedure_day) if censors else NEVER,
        np.array(patient.gap_limit, np.int32),
        patient.cut_day,
        out,
    )
    expected = time_to_event(patient, options, patient.reference_day, profile)
    found = {"day": int(out[0]), "event": bool(out[1]), "reason": TimeReason(int(out[2])).name.lower()}
    assert found == expected
