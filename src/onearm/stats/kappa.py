"""How far two readers agree beyond chance: Cohen's kappa, unweighted and weighted, with its interval."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from onearm.stats.binomial import check_level, normal_quantile

Weights = Literal["none", "linear"]


class Kappa(NamedTuple):
    """Kappa with its large-sample standard error and interval; all None where there is none, with the reason."""

    value: float | None
    standard_error: float | None
    lower: float | None
    upper: float | None
    observed: float | None
    """Share of agreement that was seen (weighted where kappa is)."""
    expected: float | None
    """Share that independent readers with these margins would reach."""
    n: int
    reason: str = ""
    """Code: ``no_pairs``; ``one_category`` where chance alone gives complete agreement; ``complete_agreement`` where
    the interval is left out."""


def agreement_weights(n_categories: int, weights: Weights) -> npt.NDArray[np.float64]:
    """1 on the diagonal; beside it 0, or ``linear``: 1 - |i - j| / (k - 1) (Cicchetti and Allison 1971)."""
    place = np.arange(n_categories)
    distance = np.abs(place[:, None] - place[None, :])
    if weights == "none" or n_categories < 2:
        return np.asarray(distance == 0, np.float64)
    return np.asarray(1 - distance / (n_categories - 1), np.float64)


def cohen_kappa(counts: npt.ArrayLike, weights: Weights = "none", level: float = 0.95) -> Kappa:
    """Kappa of a square table of counts, first reader in rows, second in columns, categories in the same order.

    κ = (po - pe) / (1 - pe) (Cohen 1960, 1968). Standard error: Fleiss, Cohen and Everitt 1969, equation 13, for κ ≠ 0.
    The interval is κ ± z·SE, cut at -1 and 1. Linear weights go by the place of a category in the table, whether or not
    a reader used it. Where chance alone gives complete agreement there is no kappa. Under complete agreement in several
    categories κ is 1 and its large-sample standard error 0, which says nothing: the interval is left out. ValueError
    for a table that is not square or holds a negative count.
    """
    check_level(level)
    table = np.asarray(counts, np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or (table < 0).any():
        raise ValueError("kappa needs a square table of counts that are not negative")
    n = int(table.sum())
    if n == 0:
        return Kappa(None, None, None, None, None, None, 0, "no_pairs")
    share = table / n
    weight = agreement_weights(len(share), weights)
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    observed = float((weight * share).sum())
    if _agree_by_chance(table, weight):
        return Kappa(None, None, None, None, observed, 1.0, n, "one_category")
    expected = float((weight * np.outer(rows, columns)).sum())
    kappa = (observed - expected) / (1 - expected)
    if not (table * (weight < 1)).any():
        return Kappa(1.0, None, None, None, 1.0, expected, n, "complete_agreement")
    of_row, of_column = weight @ columns, rows @ weight
    spread = share * (weight - (of_row[:, None] + of_column[None, :]) * (1 - kappa)) ** 2
    variance = (float(spread.sum()) - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    error = float(np.sqrt(max(0.0, variance)))
    half = normal_quantile(level) * error
    return Kappa(kappa, error, max(-1.0, kappa - half), min(1.0, kappa + half), observed, expected, n)


def _agree_by_chance(table: npt.NDArray[np.float64], weight: npt.NDArray[np.float64]) -> bool:
    """Whether every pair that the margins allow agrees completely: then 1 - pe is zero."""
    used_rows, used_columns = table.sum(axis=1) > 0, table.sum(axis=0) > 0
    return bool((weight[np.ix_(used_rows, used_columns)] == 1).all())
