"""The compiled rules against their plain restatement, on patients that sit on the thresholds.

The bulk comes from a plain seeded generator, many patients a call; Hypothesis makes a small case of a fault.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from chance import Seeded
from hypothesis import given
from hypothesis import strategies as st
from kernel_comparison import PROFILES, answers_queries, answers_why_not, differences
from kernel_patients import takes_markers
from option_draws import an_option_set, option_sets
from patients import a_patient, patients
from response_patient import Patient

from onearm.protocol.options import NOT_YET_SUPPORTED

N_PATIENTS = 100_000 * (10 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 1)
"""Patients of one run; ten times as many with ``make oracle``, which sets the variable."""

PARTS = 20
BATCH = 25
"""Patients under one set of options, in one call."""


@pytest.mark.parametrize("part", range(PARTS))
def test_generated_patients_in_bulk(part: int) -> None:
    """Responses at each visit, best responses and time to event, all as the oracle has them."""
    for batch in range(N_PATIENTS // PARTS // BATCH):
        seed = part * 1_000_000 + batch
        chance = Seeded(seed)
        options = an_option_set(chance)
        several = [a_patient(chance) for _ in range(BATCH)]
        wrong = differences(several, options, chance.one_of(PROFILES))
        if wrong:
            k = int(wrong[0].split(":")[0].removeprefix("patient "))
            lines = [f"seed {seed}, {len(wrong)} differences", *wrong[:10], str(several[k]), str(options)]
            pytest.fail("\n".join(lines))


@given(patients(), option_sets(), st.sampled_from(PROFILES))
def test_one_patient(patient: Patient, options: dict[str, Any], profile: str) -> None:
    assert differences([patient], options, profile) == []


def test_what_an_option_asks_for_is_compared() -> None:
    """Queries come with the options that ask for them; with every option supported nothing is left out."""
    for option in ("reappearance_after_overall_cr", "cr_then_lesser"):
        assert answers_queries() or "query" in NOT_YET_SUPPORTED.get(option, ())
    assert answers_why_not() or "cr_then_lesser" in NOT_YET_SUPPORTED
    assert takes_markers() or "markers" in NOT_YET_SUPPORTED


def run(batches: str, **environment: str) -> list[str]:
    script = str(Path(__file__).with_name("print_kernel_answers.py"))
    done = subprocess.run(
        [sys.executable, script, batches],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_compiled_and_plain_form_give_the_same_integers() -> None:
    compiled, plain = run("120"), run("120", NUMBA_DISABLE_JIT="1")
    assert compiled == plain
    assert len(set(plain)) > len(plain) // 2
