"""Which of several readings of one thing counts, where the protocol says so."""

from __future__ import annotations

import numpy as np

from onearm.derive.days import Days, Mask, Rows
from onearm.kernels.arrays import Ints32, Ints64


def choose_reading(
    where: Mask,
    cell: Ints64,
    badness: Ints32,
    day: Days,
    row: Rows,
    several: str,
) -> Mask:
    """One of the entries ``where`` for each cell: the worst (largest ``badness``), the best, or the last one.

    ``several`` is ``worst``, ``best`` or ``last``. Of equal ones the last: by day, then by row of the table.
    """
    entries = np.flatnonzero(where)
    worse = {"worst": badness, "best": -badness}.get(several, np.zeros(len(badness), np.int32))
    order = entries[np.lexsort((row[entries], day[entries], worse[entries], cell[entries]))]
    is_last = np.ones(len(order), np.bool_)
    is_last[:-1] = cell[order[1:]] != cell[order[:-1]]
    chosen = np.zeros(len(where), np.bool_)
    chosen[order[is_last]] = True
    return chosen
