"""Numbers keys: which are there, in order, and the place of each row's key among them. In time linear in the rows."""

from __future__ import annotations

import numpy as np

from onearm.kernels.arrays import Ints64

_SPARSE = 4
"""A table of all possible keys is used while it is at most so many times longer than the rows."""


def number_keys(keys: Ints64, n_possible: int) -> tuple[Ints64, Ints64]:
    """The distinct ``keys`` (0 to ``n_possible`` - 1) in rising order, and the place of each key among them."""
    if n_possible > _SPARSE * len(keys) + 1_000_000:
        distinct, place = np.unique(keys, return_inverse=True)
        return distinct, place
    is_there = np.zeros(n_possible, np.bool_)
    is_there[keys] = True
    distinct = np.flatnonzero(is_there)
    place_of = np.empty(n_possible, np.int64)
    place_of[distinct] = np.arange(len(distinct))
    return distinct, place_of[keys]
