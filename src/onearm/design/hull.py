"""Which of the undominated designs are worth choosing? The lower convex hull of size against expected size."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple


class HullPoint(NamedTuple):
    """A vertex of the hull: its place in the list, and the weights of n for which it is the best."""

    place: int
    weight_low: float
    weight_high: float


def list_hull(points: Sequence[tuple[float, float]]) -> list[HullPoint]:
    """The vertices of the lower convex hull, by rising n, each with its range of weights.

    ``points``: n and expected size of designs, n rising and expected size falling. A vertex is the one that minimises
    w·n + (1 - w)·(expected size) for every weight w of its range (Jung, Lee, Kim and George 2004, Stat Med
    23:561-569); at a common end of two ranges both are equally good. A point on the line between two vertices is none.
    The first point has weights up to 1 (minimax), the last from 0 (optimal).
    """
    hull: list[int] = []
    for place, (n, size) in enumerate(points):
        while len(hull) > 1:
            (n_a, size_a), (n_b, size_b) = points[hull[-2]], points[hull[-1]]
            if (size_b - size_a) * (n - n_a) < (size - size_a) * (n_b - n_a):
                break
            hull.pop()
        hull.append(place)
    bounds = [1.0]
    for a, b in pairwise(hull):
        fewer, saved = points[b][0] - points[a][0], points[a][1] - points[b][1]
        bounds.append(saved / (saved + fewer))
    bounds.append(0.0)
    return [HullPoint(place, bounds[i + 1], bounds[i]) for i, place in enumerate(hull)]
