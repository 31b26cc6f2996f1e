"""Scores from measured values: Child-Pugh points and ALBI grades as sets of possibilities, body size, clearance.

A set of possible categories is a bit mask: bit i stands for category i. A missing component leaves every point open.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from math import isqrt

import numpy as np

from onearm.measure.laboratory import MILLION
from onearm.measure.observations import NO_HIGH, Ints, Mask, Numbers, between
from onearm.measure.selection import Ranges
from onearm.reference.child_pugh import CHILD_PUGH_SCORES, ChildPughTable, TwoPoints
from onearm.reference.liver_scores import score_constants

LOWEST_SCORE = CHILD_PUGH_SCORES[0]
_TIE = 1e-7
_NEAR_WHOLE = 1e-3


def scaled(value: Decimal) -> int:
    """A constant in whole millionths."""
    return int(value * MILLION)


def points_of(values: Ints, row: TwoPoints) -> Ints:
    """1, 2 or 3 points of exact values; both limits of the middle band belong to 2 points."""
    above = (values > scaled(row.two_to)).astype(np.int64)
    below = (values < scaled(row.two_from)).astype(np.int64)
    return 2 + (above - below if row.better == "low" else below - above)


def possible_points(measured: Ranges, row: TwoPoints) -> tuple[Ints, Ints]:
    """Fewest and most points; 1 to 3 where the value is not known."""
    at_low, at_high = points_of(measured.low, row), points_of(measured.high, row)
    return (
        np.where(measured.is_known, np.minimum(at_low, at_high), 1),
        np.where(measured.is_known, np.maximum(at_low, at_high), 3),
    )


def child_pugh_mask(table: ChildPughTable, measured: Mapping[str, Ranges], graded: list[Ranges]) -> Ints:
    """The scores that each subject may have under one version of the table, as bits (bit 0 is 5 points).

    ``measured``: bilirubin, albumin and inr in the table's units, and pt_prolongation, which stands in where the inr is
    not known. ``graded``: ascites and encephalopathy as points (millionths).
    """
    parts = [possible_points(measured[name], table.components[name]) for name in ("bilirubin", "albumin")]
    clotting = possible_points(measured["inr"], table.components["inr"])
    if "pt_prolongation" in measured:
        other = possible_points(measured["pt_prolongation"], table.components["pt_prolongation"])
        use = ~measured["inr"].is_known
        clotting = (np.where(use, other[0], clotting[0]), np.where(use, other[1], clotting[1]))
    parts.append(clotting)
    parts += [
        (
            np.where(grade.is_known, np.clip(grade.low // MILLION, 1, 3), 1),
            np.where(grade.is_known, np.clip(grade.high // MILLION, 1, 3), 3),
        )
        for grade in graded
    ]
    low = np.sum([part[0] for part in parts], axis=0)
    high = np.sum([part[1] for part in parts], axis=0)
    return span_mask(low - LOWEST_SCORE, high - LOWEST_SCORE)


def span_mask(low: Ints, high: Ints) -> Ints:
    """Bits ``low`` to ``high``, both included."""
    one = np.int64(1)
    return np.asarray((one << (high + 1)) - (one << low), np.int64)


def albi_at_most(bilirubin: Ints, albumin: Ints, limit: Decimal) -> Mask:
    """Whether 0.66·log10(bilirubin in µmol/L) - 0.085·albumin in g/L is at most a limit (values in millionths).

    Near the limit the logarithm is taken to 50 digits, so that no rounding of binary numbers decides.
    """
    weight = score_constants()
    a, b = float(weight["albi_bilirubin"].value), float(weight["albi_albumin"].value)
    score = a * np.log10(np.maximum(bilirubin, 1) / MILLION) + b * (albumin / MILLION)
    result = score <= float(limit)
    for place in np.flatnonzero(np.abs(score - float(limit)) < _TIE):
        result[place] = albi_exactly(int(bilirubin[place]), int(albumin[place])) <= limit
    return np.asarray(result, np.bool_)


def albi_exactly(bilirubin: int, albumin: int) -> Decimal:
    """The ALBI score to 50 digits from whole millionths."""
    weight = score_constants()
    with localcontext() as context:
        context.prec = 50
        logarithm = (Decimal(bilirubin) / MILLION).log10()
        return weight["albi_bilirubin"].value * logarithm + weight["albi_albumin"].value * Decimal(albumin) / MILLION


def albi_millionths(bilirubin: Ints, albumin: Ints, known: Mask) -> Numbers:
    """The ALBI score between two millionths."""
    weight = score_constants()
    a, b = float(weight["albi_bilirubin"].value), float(weight["albi_albumin"].value)
    held = np.where(known, np.maximum(bilirubin, 1), MILLION)
    near = (a * np.log10(held / MILLION) + b * (np.where(known, albumin, 0) / MILLION)) * MILLION
    low = np.floor(near).astype(np.int64)
    exact = np.zeros(len(bilirubin), np.bool_)
    for place in np.flatnonzero(known & (np.abs(near - np.round(near)) < _NEAR_WHOLE)):
        score = albi_exactly(int(bilirubin[place]), int(albumin[place])) * MILLION
        low[place] = int(score // 1) - (1 if score < 0 and score != score // 1 else 0)
        exact[place] = score == int(low[place])
    return between(low, exact)


def albi_grade_mask(bilirubin: Ranges, albumin: Ranges, *, modified: bool) -> Ints:
    """The grades that each subject may have, as bits: 1, 2, 3, or 1, 2a, 2b, 3 of the modified grade.

    The score rises with bilirubin and falls with albumin, so the ends of both ranges bound the grade.
    """
    names = ["albi_grade_1_to", *(["malbi_grade_2a_to"] if modified else []), "albi_grade_2_to"]
    known = bilirubin.is_known & albumin.is_known & (bilirubin.low > 0) & (albumin.low >= 0)
    known &= (bilirubin.high < NO_HIGH) & (albumin.high < NO_HIGH)
    best, worst = (
        sum(
            (~albi_at_most(np.where(known, b, MILLION), np.where(known, a, 0), score_constants()[name].value)).astype(
                np.int64
            )
            for name in names
        )
        for b, a in ((bilirubin.low, albumin.high), (bilirubin.high, albumin.low))
    )
    return np.where(known, span_mask(np.asarray(best), np.asarray(worst)), (1 << (len(names) + 1)) - 1)


def _divided(numerator: np.ndarray, divisor: np.ndarray) -> Numbers:
    """Whole millionths of a quotient of Python integers."""
    low = numerator // divisor
    exact = np.asarray(low * divisor == numerator, np.bool_)
    return between(np.asarray(low, np.int64), exact)


def body_mass_index(weight: Ints, height: Ints) -> Numbers:
    """kg/m² in millionths, from kg and cm in millionths."""
    kilograms, centimetres = weight.astype(object), np.maximum(height, 1).astype(object)
    return _divided(kilograms * 10**4 * MILLION * MILLION, centimetres * centimetres)


def body_surface(weight: Ints, height: Ints) -> Numbers:
    """m² in millionths: the square root of cm·kg/3600 (Mosteller 1987), between two of them where not exact."""
    low = np.zeros(len(weight), np.int64)
    exact = np.zeros(len(weight), np.bool_)
    for place, (kilograms, centimetres) in enumerate(zip(weight.tolist(), height.tolist(), strict=True)):
        # millionths squared over 3600: the root in millionths of m².
        whole, rest = divmod(kilograms * centimetres, 3600)
        low[place] = isqrt(max(whole, 0))
        exact[place] = rest == 0 and int(low[place]) ** 2 == whole
    return between(low, exact)


def creatinine_clearance(age: Ints, weight: Ints, creatinine: Ints, is_female: Mask) -> Numbers:
    """mL/min in millionths (Cockcroft and Gault 1976): (140 - age)·kg / (72·mg/dL), for women times 0.85.

    Age in years, weight in kg and creatinine in µmol/L, all in millionths.
    """
    constant = score_constants()
    factor = np.where(is_female, int(constant["crcl_female"].value * 100), 100).astype(object)
    per = int(constant["creatinine_umol_per_mg_dl"].value * 10)
    years = (int(constant["crcl_age"].value) * MILLION - age).astype(object)
    numerator = years * weight.astype(object) * factor * per
    divisor = int(constant["crcl_divisor"].value) * 1000 * np.maximum(creatinine, 1).astype(object)
    return _divided(numerator, divisor)


def bclc_mask(ecog: Ints, end_stage: Ints, invasion: Ints, spread: Ints, tumour: Ints) -> Ints:
    """The BCLC stages that each subject may have, as bits 0, A, B, C, D.

    Every input is itself a set of possibilities: ``ecog`` bits 0, 1-2, 3-4; ``end_stage`` (Child-Pugh C), ``invasion``
    (portal) and ``spread`` (outside the liver) bits no, yes; ``tumour`` bits of stages 0, A, B by number and size.
    D comes before C, C before the others.
    """
    last = ((ecog & 4) | (end_stage & 2)) != 0
    not_last = ((ecog & 3) != 0) & ((end_stage & 1) != 0)
    advanced = not_last & (((ecog & 2) | (invasion & 2) | (spread & 2)) != 0)
    early = not_last & ((ecog & 1) != 0) & ((invasion & 1) != 0) & ((spread & 1) != 0)
    bits = np.where(early, tumour, 0) + np.where(advanced, 8, 0) + np.where(last, 16, 0)
    return bits.astype(np.int64)


def tumour_stage_mask(nodules: Ranges, largest: Ranges) -> Ints:
    """Stages 0 (one nodule up to 20 mm), A (one, or up to three up to 30 mm) or B, as bits; all where not known."""
    limit = score_constants()
    small, medium = (scaled(limit[f"bclc_{stage}_largest_mm"].value) for stage in ("0", "a"))
    few = scaled(limit["bclc_a_nodules"].value)
    known = nodules.is_exact
    size = largest.is_exact
    number = np.where(known, nodules.low, 0)
    one, up_to = known & (number == MILLION), known & (number > MILLION) & (number <= few)
    tiny, middling = size & (largest.low <= small), size & (largest.low <= medium)
    result = np.full(len(number), 7, np.int64)
    result = np.where(one, np.where(size, np.where(tiny, 1, 2), 3), result)
    result = np.where(up_to, np.where(size, np.where(middling, 2, 4), 6), result)
    return np.where(known & (number > few), 4, result)
