"""Which rows of a variable count: the last one in the window; several where days are partial or repeated."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from onearm.measure.observations import (
    EVER_AFTER,
    EVER_BEFORE,
    NO_HIGH,
    NO_LOW,
    Ints,
    Mask,
    Observations,
)


class Window(NamedTuple):
    """First and last day on which a value counts, both included, a subject each."""

    start: Ints
    end: Ints


class Picked(NamedTuple):
    """The rows that may be the one that counts, and what each subject's witness is.

    ``is_outside``: the subject has rows, none in the window. ``is_straddling``: no row is surely in the window, some
    partial date may be.
    """

    chosen: Mask
    witness: Ints
    """Row of the observations, -1 for none."""
    is_outside: Mask
    is_straddling: Mask
    n_chosen: Ints


def pick(observed: Observations, window: Window, n_subjects: int, *, first: bool = False) -> Picked:
    """The last row (the first one) in each subject's window.

    Where a partial date may be later than the last whole one, both are chosen; so are several rows of one day.
    """
    subject = observed.subject
    start, end = window.start[subject], window.end[subject]
    if not observed.dated:
        inside = maybe = np.ones(len(observed), np.bool_)
    else:
        inside = (observed.first >= start) & (observed.last <= end)
        maybe = (observed.last >= start) & (observed.first <= end)
    best = np.full(n_subjects, EVER_AFTER if first else EVER_BEFORE, np.int64)
    if first:
        np.minimum.at(best, subject[inside], observed.last[inside])
        chosen = maybe & (observed.first <= best[subject])
    else:
        np.maximum.at(best, subject[inside], observed.first[inside])
        chosen = maybe & (observed.last >= best[subject])
    witness = np.full(n_subjects, -1, np.int64)
    places = np.flatnonzero(chosen)
    witness[subject[places[::-1]] if first else subject[places]] = places[::-1] if first else places
    has_row = np.zeros(n_subjects, np.bool_)
    has_row[subject] = True
    is_sure = np.zeros(n_subjects, np.bool_)
    is_sure[subject[inside]] = True
    count = np.bincount(subject[chosen], minlength=n_subjects)
    return Picked(chosen, witness, has_row & (count == 0), (count > 0) & ~is_sure, count)


class Ranges(NamedTuple):
    """What each subject's value may be, in millionths, both ends included; nothing is known where ``is_known`` is not
    set. ``is_exact``: one number."""

    low: Ints
    high: Ints
    is_known: Mask
    is_exact: Mask


def ranges(observed: Observations, picked: Picked, n_subjects: int) -> Ranges:
    """The hull of each subject's chosen rows; a row with a problem, or a date that may lie outside, leaves it open."""
    assert observed.numbers is not None
    rows = np.flatnonzero(picked.chosen)
    subject = observed.subject[rows]
    low = np.full(n_subjects, NO_HIGH, np.int64)
    high = np.full(n_subjects, NO_LOW, np.int64)
    # An open end is no value itself, and values are whole millionths: the next one inside is the end.
    np.minimum.at(low, subject, (observed.numbers.low + observed.numbers.low_open)[rows])
    np.maximum.at(high, subject, (observed.numbers.high - observed.numbers.high_open)[rows])
    faulty = np.zeros(n_subjects, np.bool_)
    faulty[subject[observed.problem[rows] != 0]] = True
    known = (picked.n_chosen > 0) & ~faulty & ~picked.is_straddling
    low, high = np.where(known, low, NO_LOW), np.where(known, high, NO_HIGH)
    return Ranges(low, high, known, known & (low == high))


def witness_days(observed: Observations, witness: Ints) -> Ints:
    """Day of each subject's witness; ``EVER_BEFORE`` where it is partial or there is none."""
    if not len(observed):
        return np.full(len(witness), EVER_BEFORE, np.int64)
    row = np.maximum(witness, 0)
    whole = (observed.first[row] == observed.last[row]) & (witness >= 0) & observed.dated
    return np.where(whole, observed.last[row], EVER_BEFORE)
