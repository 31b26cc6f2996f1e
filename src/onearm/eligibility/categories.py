"""Variables with few values, as the set of those that a patient may have: Child-Pugh, ALBI grade, BCLC stage.

A comparison is met where every possible value meets it, not met where none does, and unknown between. So five
components of which four already make eight points decide "at most seven" without the fifth.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from onearm.eligibility.verdicts import MET, NOT_MET, UNKNOWN, Leaf, reason_code
from onearm.errors import Finding, Place
from onearm.measure.laboratory import MILLION
from onearm.measure.laboratory_rows import as_numbers, read_answers
from onearm.measure.observations import EVER_BEFORE, PROBLEMS, Ints, Observations
from onearm.measure.scores import albi_grade_mask, bclc_mask, child_pugh_mask, tumour_stage_mask
from onearm.measure.selection import Ranges, Window, pick, ranges, witness_days
from onearm.protocol.eligibility_parts import Condition
from onearm.reference.child_pugh import CHILD_PUGH_SCORES, child_pugh_class, child_pugh_tables
from onearm.reference.eligibility_variables import BuiltIn, built_in_variables
from onearm.reference.liver_scores import unconfirmed_constants

if TYPE_CHECKING:
    from onearm.eligibility.variables import Variables

GRADED_WORDS: dict[str, dict[str, int]] = {
    "ascites": {
        "NONE": 1, "ABSENT": 1, "NO": 1, "SLIGHT": 2, "MILD": 2, "CONTROLLED": 2, "MODERATE": 3, "SEVERE": 3,
        "MODERATE TO SEVERE": 3, "REFRACTORY": 3,
    },
    "encephalopathy": {
        "NONE": 1, "ABSENT": 1, "NO": 1, "GRADE 0": 1, "GRADE 1": 2, "GRADE 2": 2, "GRADE 1-2": 2, "GRADE I-II": 2,
        "GRADE 3": 3, "GRADE 4": 3, "GRADE 3-4": 3, "GRADE III-IV": 3,
    },
}  # fmt: skip
"""Words of the two graded components and their points."""
GRADED_TESTS = {"ascites": ("CPS0102", "ASCITES"), "encephalopathy": ("CPS0101", "ENCEPH")}
"""QSTESTCD or RSTESTCD of the two, in the CDISC Child-Pugh form or under a plain name."""
LABELS: dict[str, list[str]] = {
    "child_pugh": [f"{child_pugh_class(s)}{s}" for s in CHILD_PUGH_SCORES],
    "child_pugh_score": [str(s) for s in CHILD_PUGH_SCORES],
    "child_pugh_class": [child_pugh_class(s) for s in CHILD_PUGH_SCORES],
    "albi_grade": ["1", "2", "3"],
    "malbi_grade": ["1", "2a", "2b", "3"],
    "bclc": ["0", "A", "B", "C", "D"],
}
"""What each bit of a mask stands for."""


@dataclass(frozen=True, eq=False)
class Possible:
    """The values that each subject may have, as bits, and where they come from."""

    mask: Ints
    day: Ints
    raw: pl.Series
    domain: pl.Series
    sequence: pl.Series
    note: pl.Series
    reason: np.ndarray
    """Why more than one value is possible."""
    unconfirmed: tuple[str, ...] = ()


def compare_category(
    variables: Variables, variable: BuiltIn, condition: Condition, window: Window, has_window: bool
) -> Leaf:
    """The comparison of a set of possible values with those that the condition allows."""
    labels = LABELS[variable.name]
    possible = possible_values(variables, variable.name, window)
    allowed = allowed_bits(variable.name, condition)
    n = len(possible.mask)
    if allowed is None:
        verdict = np.full(n, UNKNOWN, np.int8)
        reason = np.full(n, reason_code("not_comparable"), np.int8)
    else:
        met, failed = (possible.mask & ~allowed) == 0, (possible.mask & allowed) == 0
        verdict = np.select([window.end == EVER_BEFORE, met, failed], [UNKNOWN, MET, NOT_MET], UNKNOWN).astype(np.int8)
        reason = np.where(verdict != UNKNOWN, 0, possible.reason)
        reason = np.where(window.end == EVER_BEFORE, reason_code("no_reference_day"), reason).astype(np.int8)

    def details() -> pl.DataFrame:
        return pl.DataFrame(
            {
                "VALUE": _label_texts(possible.mask, labels),
                "RAW": possible.raw,
                "DAY": possible.day,
                "SRCDOM": possible.domain.set(possible.raw.is_null(), None),
                "SRCSEQ": possible.sequence,
                "NOTE": possible.note,
            }
        )

    start = window.start if has_window else None
    return Leaf(verdict, reason, details, variable.unit, variable.name, start, window.end, possible.unconfirmed)


def allowed_bits(name: str, condition: Condition) -> int | None:
    """The values that a condition allows, as bits; None where it compares nothing that the variable has."""
    labels = LABELS[name]
    numbers = [Decimal(s) for s in CHILD_PUGH_SCORES] if name in ("child_pugh", "child_pugh_score") else None
    limits = (condition.at_least, condition.at_most, condition.more_than, condition.less_than)
    has_limits = any(limit is not None for limit in limits)
    has_values = bool(condition.one_of or condition.none_of)
    asks_other = condition.is_true is not None or condition.within is not None or condition.not_within is not None
    if asks_other or not (has_limits or has_values) or (has_limits and numbers is None):
        return None
    one_of = {value.strip().upper() for value in condition.one_of}
    none_of = {value.strip().upper() for value in condition.none_of}
    bits = 0
    for place, label in enumerate(labels):
        number = numbers[place] if numbers is not None else None
        fits = (not one_of or label.upper() in one_of) and label.upper() not in none_of
        if number is not None:
            least, most, above, below = limits
            fits &= (least is None or number >= least) and (most is None or number <= most)
            fits &= (above is None or number > above) and (below is None or number < below)
        bits |= int(fits) << place
    return bits


def _label_texts(mask: Ints, labels: list[str]) -> pl.Series:
    """``B7``, or ``B7 or B8``; null where every value is possible."""
    unique, place = np.unique(mask, return_inverse=True)
    every = (1 << len(labels)) - 1
    texts: list[str | None] = []
    for bits in unique.tolist():
        own = list(dict.fromkeys(label for i, label in enumerate(labels) if bits >> i & 1))
        shown = " or ".join(own) if len(own) < 4 else f"{own[0]} to {own[-1]}"
        texts.append(None if bits == every or not own else shown)
    return pl.Series(texts, dtype=pl.String).gather(place)


def possible_values(variables: Variables, name: str, window: Window) -> Possible:
    """The values that each subject may have in a window."""
    key = f"{name.removesuffix('_score').removesuffix('_class') if name.startswith('child_pugh') else name}"
    cached: dict[Any, Possible] = variables.__dict__.setdefault("_possible", {})
    found = cached.get((key, id(window.start), id(window.end)))
    if found is None:
        make = {"child_pugh": _child_pugh, "bclc": _bclc}.get(key)
        found = make(variables, window) if make is not None else _albi_grade(variables, key, window)
        cached[(key, id(window.start), id(window.end))] = found
    return found


def _graded(variables: Variables, name: str) -> Observations:
    """Ascites or encephalopathy as points: a declared variable of that name, else the answers of the form."""
    if name in variables.declared:
        return variables.observed(name)
    key = f"graded {name}"
    if key not in variables._read:
        answers = read_answers(variables.records, GRADED_TESTS[name], "", variables.days.latest)
        assert answers.text is not None
        words = {word: str(points) for word, points in GRADED_WORDS[name].items()}
        as_points = answers.text.replace(words)
        read = as_numbers(Observations(**{**answers.__dict__, "text": as_points}))
        assert read.numbers is not None
        strange = (read.problem == 0) & ~np.isin(read.numbers.low, (MILLION, 2 * MILLION, 3 * MILLION))
        problem = np.where(strange, PROBLEMS.index("not_in_scale"), read.problem).astype(np.int8)
        variables._read[key] = Observations(**{**read.__dict__, "problem": problem})
    return variables._read[key]


def _child_pugh(variables: Variables, window: Window) -> Possible:
    n = variables.days.n_subjects
    measured = {part: variables.ranges(code, window) for part, code in _MEASURED.items()}
    if "pt_prolongation" in variables.declared:
        measured["pt_prolongation"] = variables.ranges("pt_prolongation", window)
    graded: list[Ranges] = []
    days = []
    texts: list[pl.Series] = []
    for name in GRADED_TESTS:
        observed = _graded(variables, name)
        own = pick(observed, window, n)
        graded.append(ranges(observed, own, n))
        days.append(witness_days(observed, own.witness))
        row = pl.Series(np.maximum(own.witness, 0)).set(pl.Series(own.witness < 0), None)
        texts.append((pl.Series([f"{name} "] * n) + observed.raw.cast(pl.String).gather(row)).fill_null(f"{name} –"))
    chosen = variables.protocol.population.child_pugh
    tables = {v: t for v, t in child_pugh_tables().items() if chosen is None or v == chosen}
    masks = {version: child_pugh_mask(table, measured, graded) for version, table in tables.items()}
    every = np.int64((1 << len(CHILD_PUGH_SCORES)) - 1)
    computed = np.bitwise_or.reduce(list(masks.values())) if masks else np.full(n, every)
    has_any = np.any([r.is_known for r in (*measured.values(), *graded)], axis=0)
    recorded, recorded_picked = _recorded_score(variables, window)
    score = ranges(recorded, recorded_picked, n)
    place = score.low // MILLION - CHILD_PUGH_SCORES[0]
    says = score.is_exact & (place >= 0) & (place < len(CHILD_PUGH_SCORES)) & (score.low % MILLION == 0)
    bit = np.where(says, np.int64(1) << np.where(says, place, 0), 0)
    differs = says & ((computed & bit) == 0)
    single = (computed & (computed - 1)) == 0
    single_under = [(m & (m - 1)) == 0 for m in masks.values()]
    # Known components that the versions score otherwise: a recorded score does not say by which version it was made.
    split = np.all(single_under, axis=0) & ~single if masks else np.zeros(n, np.bool_)
    mask = np.where(says & ~differs & ~single & ~split, bit, np.where(differs, computed | bit, computed))
    _report_differences(variables, differs, computed, place)
    lab_day, lab_raw, sequence, lab_domain = variables.witnesses(("tbil", "alb", "inr"), window)
    row = pl.Series(np.maximum(recorded_picked.witness, 0)).set(pl.Series(recorded_picked.witness < 0), None)
    own_sequence = recorded.sequence.cast(pl.Int64).gather(row)
    uses_recorded = says & (~single | ~has_any) & ~split
    recorded_day = witness_days(recorded, recorded_picked.witness)
    lab_day = np.where(has_any, np.max([np.where(has_any, lab_day, EVER_BEFORE), *days], axis=0), EVER_BEFORE)
    raw = (lab_raw + "; " + texts[0] + "; " + texts[1]).set(pl.Series(~has_any), None)
    recorded_text = "recorded " + recorded.raw.cast(pl.String).gather(row)
    raw = pl.select(
        pl.concat_str([raw.alias("a"), recorded_text.alias("b")], separator="; ", ignore_nulls=True)
    ).to_series()
    nothing = ~has_any & ~says
    reason = np.select(
        [nothing, differs, split],
        [reason_code("no_value"), reason_code("recorded_differs"), reason_code("versions_differ")],
        reason_code("component_missing"),
    )
    used = chosen if chosen is not None else "none named"
    unconfirmed = tuple(
        f"Child-Pugh {version}: {row.component} ({row.source})"
        for version, table in tables.items()
        for row in table.components.values()
        if row.mark == "unconfirmed"
    )
    if chosen is None:
        unconfirmed = (f"Child-Pugh version {used}: computed under {', '.join(tables)}", *unconfirmed)
    return Possible(
        mask=np.asarray(mask, np.int64),
        day=np.where(uses_recorded, recorded_day, lab_day),
        raw=raw.set(pl.Series(nothing), None),
        domain=pl.Series([recorded.domain] * n).zip_with(pl.Series(uses_recorded), lab_domain),
        sequence=own_sequence.zip_with(pl.Series(uses_recorded), sequence),
        note=_version_notes(masks, split),
        reason=reason.astype(np.int8),
        unconfirmed=unconfirmed,
    )


_MEASURED = {"bilirubin": "tbil", "albumin": "alb", "inr": "inr"}


def _recorded_score(variables: Variables, window: Window) -> tuple[Observations, Any]:
    if "recorded score" not in variables._read:
        answers = read_answers(variables.records, ("CHPSCORE", "CPS0106", "CPSSCORE"), "", variables.days.latest)
        assert answers.text is not None
        plain = answers.text.str.replace(r"^[ABC]\s*", "")
        variables._read["recorded score"] = as_numbers(Observations(**{**answers.__dict__, "text": plain}))
    observed = variables._read["recorded score"]
    return observed, pick(observed, window, variables.days.n_subjects)


def _version_notes(masks: dict[str, Ints], split: np.ndarray) -> pl.Series:
    """``B7 under albumin-28, B8 under albumin-30`` for those in whom the versions differ."""
    notes: list[str | None] = [None] * len(split)
    labels = LABELS["child_pugh"]
    for subject in np.flatnonzero(split):
        parts = [f"{labels[int(mask[subject]).bit_length() - 1]} under {version}" for version, mask in masks.items()]
        notes[subject] = ", ".join(parts)
    return pl.Series(notes, dtype=pl.String)


def _report_differences(variables: Variables, differs: np.ndarray, computed: Ints, place: Ints) -> None:
    """A recorded score that the components do not give, once a subject."""
    subjects = variables.records.subjects()
    texts = _label_texts(computed, LABELS["child_pugh"])
    for number in np.flatnonzero(differs):
        values = {"recorded": LABELS["child_pugh"][int(place[number])], "computed": str(texts[int(number)])}
        finding = Finding("E003", Place("QS", subject=subjects[int(number)]), values, "warning")
        if finding not in variables.findings:
            variables.findings.append(finding)


def _albi_grade(variables: Variables, name: str, window: Window) -> Possible:
    inputs = [variables.ranges(code, window) for code in ("tbil", "alb")]
    mask = albi_grade_mask(inputs[0], inputs[1], modified=name == "malbi_grade")
    day, raw, sequence, domain = variables.witnesses(("tbil", "alb"), window)
    some = inputs[0].is_known | inputs[1].is_known
    n = len(mask)
    return Possible(
        mask=mask,
        day=np.where(some, day, EVER_BEFORE),
        raw=raw.set(pl.Series(~some), None),
        domain=domain,
        sequence=sequence,
        note=pl.Series([None] * n, dtype=pl.String),
        reason=np.where(some, reason_code("component_missing"), reason_code("no_value")),
    )


def _bclc(variables: Variables, window: Window) -> Possible:
    """The stage from its inputs; the recorded one (QS or RS: BCLC) where they leave it open."""
    n = variables.days.n_subjects
    ecog = variables.ranges("ecog", window)
    grade = np.where(ecog.is_exact, ecog.low // MILLION, -1)
    of_ecog = np.select([grade == 0, (grade >= 1) & (grade <= 2), grade >= 3], [1, 2, 4], 7)
    pugh = possible_values(variables, "child_pugh", window).mask
    class_c = np.int64(sum(1 << i for i, s in enumerate(CHILD_PUGH_SCORES) if child_pugh_class(s) == "C"))
    end_stage = (np.where((pugh & ~class_c) != 0, 1, 0) + np.where((pugh & class_c) != 0, 2, 0)).astype(np.int64)
    truths = {name: _truth_bits(variables, name) for name in ("portal_invasion", "extrahepatic_spread")}
    tumour = np.full(n, 7, np.int64)
    if {"nodules", "largest_nodule"} <= set(variables.declared):
        tumour = tumour_stage_mask(variables.ranges("nodules", window), variables.ranges("largest_nodule", window))
    computed = bclc_mask(of_ecog, end_stage, truths["portal_invasion"], truths["extrahepatic_spread"], tumour)
    answers = read_answers(variables.records, ("BCLC", "BCLCSTG"), "", variables.days.latest)
    picked = pick(answers, window, n)
    row = pl.Series(np.maximum(picked.witness, 0)).set(pl.Series(picked.witness < 0), None)
    assert answers.text is not None
    stage = answers.text.gather(row).str.replace(r"^(BCLC|STAGE)\s*", "")
    bits = {label: 1 << place for place, label in enumerate(LABELS["bclc"])}
    recorded = stage.replace_strict(bits, default=0, return_dtype=pl.Int64).fill_null(0).to_numpy()
    single = (computed & (computed - 1)) == 0
    differs = (recorded != 0) & ((computed & recorded) == 0)
    mask = np.where(differs, computed | recorded, np.where((recorded != 0) & ~single, recorded, computed))
    marks = tuple(f"{c.name} {c.value} ({c.source})" for c in unconfirmed_constants("bclc"))
    raw = pl.Series("recorded ", ["recorded "] * n) + answers.raw.cast(pl.String).gather(row)
    return Possible(
        mask=mask,
        day=witness_days(answers, picked.witness),
        raw=raw,
        domain=pl.Series([answers.domain] * n),
        sequence=answers.sequence.cast(pl.Int64).gather(row),
        note=pl.Series([None] * n, dtype=pl.String),
        reason=np.where(differs, reason_code("recorded_differs"), reason_code("component_missing")),
        unconfirmed=marks,
    )


def _truth_bits(variables: Variables, name: str) -> Ints:
    """Bits no and yes of a variable that is true or false; both where it is not declared or not known."""
    if name not in variables.declared and name not in built_in_variables():
        return np.full(variables.days.n_subjects, 3, np.int64)
    leaf = variables.leaf(Condition(variable=name, is_true=True))
    return np.select([leaf.verdict == MET, leaf.verdict == NOT_MET], [2, 1], 3).astype(np.int64)
