"""A comparison over rows: each row met, not met or unknown, and each subject by the rows that may count."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import polars as pl

from onearm.eligibility.verdicts import MET, NOT_MET, UNKNOWN, Leaf, Verdicts, reason_code
from onearm.measure.laboratory import MILLION
from onearm.measure.observations import EVER_BEFORE, PROBLEMS, Mask, Numbers, Observations
from onearm.measure.selection import Picked, Window, pick, witness_days
from onearm.protocol.eligibility_parts import Condition
from onearm.reference.analytes import ANALYTES


def compare_numbers(numbers: Numbers, condition: Condition, factor: Decimal = Decimal(1)) -> Verdicts:
    """Every limit of a condition at once, on intervals of millionths; ``factor`` brings the limits into their unit."""
    result = np.full(len(numbers.low), MET, np.int8)
    for limit, is_least, is_strict in (
        (condition.at_least, True, False),
        (condition.more_than, True, True),
        (condition.at_most, False, False),
        (condition.less_than, False, True),
    ):
        if limit is not None:
            result = np.minimum(result, _one_limit(numbers, limit * factor * MILLION, is_least, is_strict))
    return result


def _one_limit(numbers: Numbers, limit: Decimal, is_least: bool, is_strict: bool) -> Verdicts:
    """An interval surely above the limit, surely below it, or around it. Limits that are no whole millionth are kept
    exact: a whole number is at least 1.5 where it is at least 2.
    """
    floor, ceiling = int(limit.to_integral_value(ROUND_FLOOR)), int(limit.to_integral_value(ROUND_CEILING))
    if is_least != is_strict:  # at least, or its contrary: less than
        high = numbers.low >= ceiling
        low = (numbers.high < ceiling) | (numbers.high_open & (numbers.high <= floor))
    else:  # more than, or its contrary: at most
        high = (numbers.low > floor) | (numbers.low_open & (numbers.low >= ceiling))
        low = numbers.high <= floor
    met, failed = (high, low) if is_least else (low, high)
    return np.select([met, failed], [MET, NOT_MET], UNKNOWN).astype(np.int8)


def compare_texts(text: pl.Series, condition: Condition) -> Verdicts:
    """Whether each text is one of those allowed and none of those forbidden, without regard to case."""
    result = np.full(len(text), MET, np.int8)
    if condition.one_of:
        allowed = text.is_in([value.strip().upper() for value in condition.one_of]).fill_null(value=False).to_numpy()
        result = np.minimum(result, np.where(allowed, MET, NOT_MET))
    if condition.none_of:
        barred = text.is_in([value.strip().upper() for value in condition.none_of]).fill_null(value=False).to_numpy()
        result = np.minimum(result, np.where(barred, NOT_MET, MET))
    return result.astype(np.int8)


def has_limit(condition: Condition) -> bool:
    """Whether a condition compares with a number."""
    limits = (condition.at_least, condition.at_most, condition.more_than, condition.less_than)
    return any(limit is not None for limit in limits)


def judge_rows(observed: Observations, condition: Condition, factor: Decimal = Decimal(1)) -> Verdicts:
    """Each row by every comparison of the condition; unknown where the row has a problem."""
    parts: list[Verdicts] = []
    if has_limit(condition) and observed.numbers is not None:
        parts.append(compare_numbers(observed.numbers, condition, factor))
    if (condition.one_of or condition.none_of) and observed.text is not None:
        parts.append(compare_texts(observed.text, condition))
    if condition.is_true is not None and observed.truth is not None:
        parts.append(np.where(observed.truth == condition.is_true, MET, NOT_MET).astype(np.int8))
    if not parts:
        return np.full(len(observed), UNKNOWN, np.int8)
    return np.where(observed.problem != 0, UNKNOWN, np.min(parts, axis=0)).astype(np.int8)


def leaf_of_rows(
    observed: Observations,
    condition: Condition,
    window: Window,
    *,
    has_window: bool,
    factor: Decimal = Decimal(1),
    first: bool = False,
    unconfirmed: tuple[str, ...] = (),
) -> Leaf:
    """A comparison of a variable that stands in rows: what all rows agree on that may be the one that counts."""
    n = len(window.end)
    picked = pick(observed, window, n, first=first)
    rows = judge_rows(observed, condition, factor)
    verdict, reason = agree(observed, picked, rows, window, n)
    return Leaf(
        verdict,
        reason,
        lambda: row_details(observed, picked),
        observed.unit,
        condition.variable or "",
        window.start if has_window and observed.dated else None,
        window.end,
        unconfirmed,
        _own_marks(observed, picked, condition, n),
    )


def _own_marks(observed: Observations, picked: Picked, condition: Condition, n: int) -> tuple[str, Mask] | None:
    """In whom a row that counts was converted by an unconfirmed factor."""
    if observed.unconfirmed is None or not (observed.unconfirmed & picked.chosen).any():
        return None
    marked = np.zeros(n, np.bool_)
    marked[observed.subject[observed.unconfirmed & picked.chosen]] = True
    return ANALYTES[(condition.variable or "").upper()].factor_words, marked


def agree(observed: Observations, picked: Picked, rows: Verdicts, window: Window, n: int) -> tuple[Verdicts, Verdicts]:
    """Verdict and reason of each subject from its chosen rows."""
    places = np.flatnonzero(picked.chosen)
    subject = observed.subject[places]
    low, high = np.full(n, MET, np.int8), np.full(n, NOT_MET, np.int8)
    np.minimum.at(low, subject, rows[places])
    np.maximum.at(high, subject, rows[places])
    has_row = picked.n_chosen > 0
    is_sure = has_row & ~picked.is_straddling
    verdict = np.where(is_sure & (low == high), low, UNKNOWN)
    problem = np.zeros(n, np.int8)
    np.maximum.at(problem, subject, observed.problem[places])
    of_problem = np.array([reason_code(name) for name in PROBLEMS], np.int8)[problem]
    partial = np.zeros(n, np.bool_)
    partial[subject[(observed.first != observed.last)[places]]] = observed.dated
    reason = np.select(
        [
            verdict != UNKNOWN,
            window.end == EVER_BEFORE,
            picked.is_outside,
            ~has_row,
            picked.is_straddling,
            problem != 0,
            partial,
            picked.n_chosen > 1,
        ],
        [
            reason_code(""),
            reason_code("no_reference_day"),
            reason_code("outside_window"),
            reason_code("no_value"),
            reason_code("partial_date"),
            of_problem,
            reason_code("partial_date"),
            reason_code("several_values"),
        ],
        reason_code("bound_undecided"),
    )
    return verdict.astype(np.int8), reason.astype(np.int8)


def row_details(observed: Observations, picked: Picked) -> pl.DataFrame:
    """Value, text as written, day and source row of each subject's witness."""
    witness: Mask = picked.witness >= 0
    row = pl.Series(np.where(witness, picked.witness, 0)).set(pl.Series(~witness), None)
    raw = observed.raw.gather(row)
    value = number_texts(observed).gather(row) if observed.numbers is not None and observed.text is None else raw
    if observed.text is not None:
        value = observed.text.gather(row)
    return pl.DataFrame(
        {
            "VALUE": value.cast(pl.String),
            "RAW": raw.cast(pl.String),
            "DAY": witness_days(observed, picked.witness),
            "SRCDOM": _domains(observed).gather(row),
            "SRCSEQ": observed.sequence.cast(pl.Int64).gather(row),
            "NOTE": pl.Series([None] * len(row), dtype=pl.String),
        }
    )


def _domains(observed: Observations) -> pl.Series:
    return (
        observed.domains
        if observed.domains is not None
        else pl.Series([observed.domain] * len(observed), dtype=pl.String)
    )


def number_texts(observed: Observations) -> pl.Series:
    """The values as texts: ``1.25``, ``<20``, a number between two millionths by its lower one; null with a problem."""
    assert observed.numbers is not None
    numbers = observed.numbers
    unbounded_below = numbers.low < -(2**60)
    unbounded_above = numbers.high > 2**60
    shown = np.where(unbounded_below, numbers.high, numbers.low)
    sign = np.select(
        [unbounded_below & numbers.high_open, unbounded_below, unbounded_above & numbers.low_open, unbounded_above],
        ["<", "<=", ">", ">="],
        "",
    )
    text = millionth_texts(pl.Series(shown))
    joined = pl.Series(sign, dtype=pl.String) + text
    return joined.set(pl.Series(observed.problem != 0), None)


def millionth_texts(values: pl.Series) -> pl.Series:
    """Millionths as plain decimal numbers without trailing zeros."""
    decimal = (values.cast(pl.Decimal(38, 0)).cast(pl.Decimal(38, 6)) / Decimal(MILLION)).cast(pl.Decimal(38, 6))
    return decimal.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
