"""The compiled rules against their plain restatement, on patients that sit on the thresholds.

The bulk comes from a plain seeded generator, many patients a call; Hypothesis makes a small case of a fault.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from chance import Drawn, Seeded
from hypothesis import given
from hypothesis import strategies as st
from kernel_comparison import differences, draw_strategies
from option_draws import an_option_set, option_sets
from patients import a_patient, patients
from response_patient import Patient

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
        wrong = differences(several, options, draw_strategies(chance))
        if wrong:
            k = int(wrong[0].split(":")[0].removeprefix("patient "))
            lines = [f"seed {seed}, {len(wrong)} differences", *wrong[:10], str(several[k]), str(options)]
            pytest.fail("\n".join(lines))


@st.composite
def strategies(draw: st.DrawFn) -> Mapping[str, str]:
    return draw_strategies(Drawn(draw))


@given(patients(), option_sets(), strategies())
def test_one_patient(patient: Patient, options: dict[str, Any], profile: Mapping[str, str]) -> None:
    assert differences([patient], options, profile) == []


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
