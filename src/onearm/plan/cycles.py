"""The cycles of one component: as they were given, then as they would follow without a delay."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onearm.protocol.parts import Component

Days = npt.NDArray[np.int64]


class Cycles(NamedTuple):
    """Cycles in order of patient and number, days since 1970-01-01."""

    patient: Days
    number: Days
    start: Days
    following: Days
    """First day of the patient's next cycle; ``never`` after the last."""
    given: npt.NDArray[np.bool_]
    """Whether a dose began the cycle; the rest are planned from the last given one, each an interval after another."""


def find_cycles(
    component: Component, first_dose: Days, given: tuple[Days, Days] | None, end: Days, never: int
) -> Cycles:
    """The cycles of every patient up to ``end`` (included), no more than ``max_cycles``.

    ``given``: patient and day of each dose, in order; None where doses are not known of. A patient without a dose of
    the component is planned to begin it on ``first_dose`` (``never`` without one). The component's interval is in days.
    """
    every = component.every.days if component.every is not None else None
    if every is None:
        raise ValueError(f"{component.id} has no interval in days")
    n = len(first_dose)
    patient, start = _begun(given, _shortest_cycle(component, every)) if given is not None else (_NONE, _NONE)
    done = np.bincount(patient, minlength=n).astype(np.int64)
    last = np.full(n, -1, np.int64)
    last[patient] = start  # rising within a patient: the last one stays
    ahead = np.where(done > 0, last + every, first_dose)
    room = np.where((done == 0) & (first_dose == never), 0, (np.minimum(end, never) - ahead) // every + 1)
    if component.max_cycles is not None:
        room = np.minimum(room, component.max_cycles - done)
    room = np.maximum(room, 0)
    who = np.repeat(np.arange(n), room)
    step = np.arange(len(who)) - np.repeat(np.cumsum(room) - room, room)
    patients = np.concatenate([patient, who])
    starts = np.concatenate([start, ahead[who] + step * every])
    is_given = np.concatenate([np.ones(len(patient), np.bool_), np.zeros(len(who), np.bool_)])
    order = np.lexsort((starts, patients))
    patients, starts, is_given = patients[order], starts[order], is_given[order]
    number = np.arange(len(patients)) - np.searchsorted(patients, patients) + 1
    following = np.full(len(starts), never, np.int64)
    following[:-1] = np.where(patients[1:] == patients[:-1], starts[1:], never)
    return Cycles(patients, number, starts, following, is_given)


_NONE: Days = np.zeros(0, np.int64)
_SHIFT = 2**32


def _shortest_cycle(component: Component, every: int) -> int:
    """From how many days after the start of a cycle a dose begins the next one.

    A component that is taken over days begins it after the last of them (a dose changed within them does not); another
    from half of its interval on, so that a dose given early counts and one given in parts does not count twice.
    """
    if component.days_on is not None:
        return component.days_on[1]
    return (every + 1) // 2


def _begun(given: tuple[Days, Days], shortest: int) -> tuple[Days, Days]:
    """Patient and first day of every cycle that a dose began."""
    keys = given[0] * _SHIFT + given[1]
    current = keys[np.flatnonzero(np.diff(given[0], prepend=-1))]
    begun = [current]
    while len(current):
        place = np.searchsorted(keys, current + shortest)
        there = place < len(keys)
        following = keys[place[there]]
        current = following[following // _SHIFT == current[there] // _SHIFT]
        begun.append(current)
    every = np.sort(np.concatenate(begun))
    return every // _SHIFT, every % _SHIFT
