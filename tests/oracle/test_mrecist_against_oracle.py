"""mRECIST from records to responses against its oracle: many generated patients in one derivation."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from chance import Seeded
from kernel_comparison import compare, differing_visits
from mrecist_oracle import ScannedLesion, counted_patient, mrecist_timepoints
from option_draws import NUMBERS, SUPPORTED, an_option_set
from response_patient import UNDERSTOOD, Patient, Timepoint
from scanned_patients import a_scanned_patient
from scanned_records import LEFT_OUT, records_of, up_to_the_cut, why_left_out

from onearm.derive import Derived, derive
from onearm.protocol import Protocol
from onearm.protocol.load import load_protocol_text
from onearm.protocol.profile import profile_options
from onearm.protocol.variant import DECIDED_BY_CRITERION, MAIN, Variant
from onearm.terms import Response

N_PATIENTS = 4_000 * (20 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 1)
"""Patients of each case, in batches."""

BATCH = 4_000
CUTOFF = dt.date(2030, 1, 1)
MRECIST = Variant(criterion="mrecist")
PROFILES = ("mrecist-hcc-2026", "mrecist-hcc-5mm-2026")
WORD = {int(code): code.submission_value for code in Response}

BEFORE_THE_RULES = ("markers", "missed_visit_as_ne", "baseline_window_days")
"""Options that ask for other records than lesions."""

IN_THE_RULES = {
    name: values
    for name, values in SUPPORTED.items()
    if name in {**UNDERSTOOD, **NUMBERS} and name not in BEFORE_THE_RULES
}

PROTOCOL = """
onearm: 1
identity: {{id: GENERATED, title: Generated patients}}
population: {{disease: any}}
treatment: {{components: [{{id: drug, name: Drug, kind: drug}}]}}
tumour: {{criterion: {criterion}, profile: {profile}, override: {override}{beside}}}
endpoints:
  orr: {{kind: response_rate, name: ORR, role: primary, denominator: treated}}
sets: {{primary: treated}}
design: {{kind: exploratory}}
"""

Scanned = tuple[Patient, list[ScannedLesion]]


def protocol_with(criterion: str, profile: str, override: dict[str, Any], beside: str = "") -> Protocol:
    text = json.dumps(override, default=float)
    return load_protocol_text(PROTOCOL.format(criterion=criterion, profile=profile, override=text, beside=beside))


def exact(options: dict[str, Any]) -> dict[str, Any]:
    """The options as the oracle takes them: lengths as decimals."""
    return {name: Decimal(str(value)) if name.endswith("_mm") else value for name, value in options.items()}


def as_criterion(profile: str, override: dict[str, Any]) -> tuple[Protocol, Variant, dict[str, Any]]:
    """mRECIST as the protocol's own criterion."""
    return protocol_with("mrecist", profile, override), MAIN, exact({**profile_options(profile), **override})


def as_variant(profile: str, override: dict[str, Any]) -> tuple[Protocol, Variant, dict[str, Any]]:
    """mRECIST beside a protocol that goes by RECIST 1.1: what the criterion decides comes from its own profile."""
    base = "recist-1.1-confirmed-2026"
    decided = {name: profile_options(profile)[name] for name in DECIDED_BY_CRITERION}
    beside = f", beside: [mrecist], beside_profile: {profile}"
    options = exact({**profile_options(base), **override, **decided})
    return protocol_with("recist-1.1", base, override, beside), MRECIST, options


CASES = {"criterion": as_criterion, "variant": as_variant}


def generated(seed: int, count: int) -> tuple[list[Scanned], Counter[str]]:
    """So many patients who can be written as records, and why others were left out."""
    chance = Seeded(seed)
    found: list[Scanned] = []
    left_out: Counter[str] = Counter()
    while len(found) < count:
        scanned = up_to_the_cut(*a_scanned_patient(chance))
        why = why_left_out(scanned[0])
        if why is None:
            found.append(scanned)
        else:
            left_out[why] += 1
    return found, left_out


def differences(patients: list[Scanned], derived: Derived, options: dict[str, Any]) -> list[str]:
    """Every answer at a visit in which the two part: patient, place, expected, found."""
    assert derived.visits is not None and derived.readings is not None
    start = derived.readings.lesions.visit_start
    columns = {name: np.asarray(value).tolist() for name, value in derived.visits._asdict().items() if name != "best"}
    assert derived.course.subjects == tuple(f"G-{k:06}" for k in range(len(patients)))
    wrong: list[str] = []
    for k, (patient, scanned) in enumerate(patients):
        said = {name: column[start[k] : start[k + 1]] for name, column in columns.items()}
        # Whether there was a baseline is what the rows say: the generator's own word is for kernels without rows.
        patient = replace(patient, has_baseline=bool(derived.readings.has_baseline[k]))  # noqa: PLW2901
        rows = mrecist_timepoints(patient, scanned, options)
        texts = compare("visits", len(patient.days), len(said["overall"]))
        counted = counted_patient(patient, scanned)
        texts = texts or differing_visits(counted, rows, said) + differing_non_targets(rows, said)
        wrong += [f"patient {k}: {text}" for text in texts]
    return wrong


def differing_non_targets(rows: list[Timepoint], said: dict[str, list[Any]]) -> list[str]:
    expected = [row["non_target"] for row in rows]
    return compare("non-targets", expected, [WORD[code] for code in said["non_target"][1:]])


def told(scanned: Sequence[ScannedLesion]) -> list[str]:
    """The lesions in short, for a person who looks for the fault."""
    lines = []
    for x in scanned:
        lines.append(f"{x.lesion.kind} {x.site}{' node' if x.lesion.node else ''}:")
        for reading, facts in zip(x.lesion.readings, x.facts, strict=True):
            known = {name: value for name, value in vars(facts).items() if value is not None}
            shown = ", ".join(f"{name} {float(v) if name == 'viable_mm' else v}" for name, v in known.items())
            lines.append(f"    {reading.state} {'' if reading.mm is None else float(reading.mm)} {shown}")
    return lines


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("case", sorted(CASES))
def test_generated_patients(case: str, profile: str) -> None:
    """Overall, target and non-target responses, sums and new lesions of every visit, all as the oracle has them."""
    for batch in range(N_PATIENTS // BATCH):
        seed = 10 * batch + 2 * PROFILES.index(profile) + sorted(CASES).index(case)
        patients, _ = generated(seed, BATCH)
        assert_same(patients, seed, case, profile, {})


@pytest.mark.parametrize("seed", range(4 * N_PATIENTS // BATCH))
def test_generated_patients_under_other_options(seed: int) -> None:
    chance = Seeded(seed)
    override = an_option_set(chance, IN_THE_RULES)
    patients, _ = generated(1_000_000 + seed, BATCH // 10)
    assert_same(patients, seed, chance.one_of(sorted(CASES)), chance.one_of(PROFILES), override)


def assert_same(patients: list[Scanned], seed: int, case: str, profile: str, override: dict[str, Any]) -> None:
    protocol, variant, options = CASES[case](profile, override)
    records = records_of(Seeded(seed), patients)
    wrong = differences(patients, derive(protocol, records, CUTOFF, variant), options)
    if wrong:
        k = int(wrong[0].split(":")[0].removeprefix("patient "))
        lines = [f"seed {seed}, {case}, {profile}: {len(wrong)} differences", *wrong[:10], *told(patients[k][1])]
        pytest.fail("\n".join(lines))


def test_patients_are_left_out_for_a_stated_reason_and_seldom() -> None:
    patients, left_out = generated(0, BATCH)
    assert set(left_out) == set(LEFT_OUT)
    assert sum(left_out.values()) < len(patients) // 10
