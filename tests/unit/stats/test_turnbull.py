"""Turnbull's estimate: against a published example, brute force, and Kaplan-Meier where times are exact."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.stats.kaplan_meier import estimate_survival_curve
from onearm.stats.turnbull import NEVER_SEEN, TOLERANCE, IntervalEstimate, estimate_interval_curve, innermost_intervals

# Months to cosmetic deterioration after radiotherapy alone, (L, R], 0 for not seen (Finkelstein and Wolfe 1985).
RADIOTHERAPY = (
    (45, 0), (6, 10), (0, 7), (46, 0), (46, 0), (7, 16), (17, 0), (7, 14), (37, 44), (0, 8), (4, 11), (15, 0),
    (11, 15), (22, 0), (46, 0), (46, 0), (25, 37), (46, 0), (26, 40), (46, 0), (27, 34), (36, 44), (46, 0), (36, 48),
    (37, 0), (40, 0), (17, 25), (46, 0), (11, 18), (38, 0), (5, 12), (37, 0), (0, 5), (18, 0), (24, 0), (36, 0),
    (5, 11), (19, 35), (17, 25), (24, 0), (32, 0), (33, 0), (19, 26), (37, 0), (34, 0), (36, 0),
)  # fmt: skip


def of_pairs(pairs: object) -> IntervalEstimate:
    rows = [(low + 1, high or NEVER_SEEN) for low, high in pairs]  # type: ignore[attr-defined]
    return estimate_interval_curve([first for first, _ in rows], [last for _, last in rows])


def test_the_published_estimate_of_the_radiotherapy_group() -> None:
    """Intervals and shares as in Fay and Shaw 2010 (J Stat Softw 36(2)), to the four decimals printed there."""
    found = of_pairs(RADIOTHERAPY)
    shares = {
        (int(first) - 1, int(last)): round(float(mass), 4)
        for first, last, mass in zip(found.first, found.last, found.mass, strict=True)
        if mass > 1e-6
    }
    assert shares == {
        (4, 5): 0.0463, (6, 7): 0.0334, (7, 8): 0.0887, (11, 12): 0.0708, (24, 25): 0.0926, (33, 34): 0.0818,
        (38, 40): 0.1209, (46, 48): 0.4656,
    }  # fmt: skip
    assert found.median() == (39, 40)
    assert found.share_after(30) == pytest.approx((0.6682, 0.6682), abs=1e-4)


SMALL = (
    [(1, 1), (2, 3), (3, NEVER_SEEN)],
    [(1, 4), (2, 3), (3, 6), (5, 7), (6, NEVER_SEEN)],
    [(1, 2), (2, 2), (2, 4), (4, NEVER_SEEN), (1, 3)],
    [(1, 5), (4, 8), (2, 2), (6, 9), (3, 4), (8, NEVER_SEEN)],
)


def compositions(total: int, parts: int) -> np.ndarray:
    """Every way to share ``total`` parts out over so many places; one a row."""
    bars = np.array(list(combinations(range(total + parts - 1), parts - 1)))
    ends = np.concatenate([bars, np.full((len(bars), 1), total + parts - 1)], axis=1)
    return np.diff(ends, axis=1, prepend=-1) - 1


@pytest.mark.parametrize("times", SMALL)
def test_no_other_distribution_is_likelier(times: list[tuple[int, int]]) -> None:
    """All distributions over all single days, in eighths: not over the innermost intervals alone."""
    first, last = np.array([first for first, _ in times]), np.array([last for _, last in times])
    found = estimate_interval_curve(first, last)
    inside = (first[:, None] <= found.first) & (found.last <= last[:, None])
    reached = np.log(inside @ found.mass).sum()
    days = np.arange(1, 10)
    held = (first[:, None] <= days) & (days <= last[:, None])
    with np.errstate(divide="ignore"):
        others = np.log(compositions(8, len(days)) / 8 @ held.T).sum(axis=1)
    assert np.isfinite(others).any()
    assert reached >= others.max() - 1e-9


def test_the_share_of_a_case_that_can_be_solved_by_hand() -> None:
    # Innermost: day 1, day 2 and day 3 on. Likelihood p1 (p1 + p2) p2 p3, p1 + p2 = 3/4 of it: halves each, then 1/4.
    found = estimate_interval_curve([1, 1, 2, 3], [1, 2, 2, NEVER_SEEN])
    assert found.first.tolist() == [1, 2, 3]
    assert found.mass == pytest.approx([3 / 8, 3 / 8, 1 / 4], abs=1e-8)
    assert found.gap <= TOLERANCE


exact = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=25)


@given(exact)
def test_with_exact_times_it_is_kaplan_meier(times: list[tuple[int, bool]]) -> None:
    days, events = np.array([day for day, _ in times]), np.array([event for _, event in times])
    curve = estimate_survival_curve(days, events)
    found = estimate_interval_curve(np.where(events, days, days + 1), np.where(events, days, NEVER_SEEN))
    for day, share in zip(curve.time, curve.survival, strict=True):
        assert found.share_after(float(day)) == pytest.approx((share, share), abs=1e-6)


intervals = st.lists(st.tuples(st.integers(1, 15), st.integers(0, 6) | st.none()), min_size=1, max_size=20)


@given(intervals)
def test_every_estimate_is_a_distribution_that_nothing_beats(times: list[tuple[int, int | None]]) -> None:
    first = np.array([day for day, _ in times])
    last = np.array([NEVER_SEEN if width is None else day + width for day, width in times])
    found = estimate_interval_curve(first, last)
    assert found.mass.sum() == pytest.approx(1)
    assert (found.mass >= 0).all()
    inside = (first[:, None] <= found.first) & (found.last <= last[:, None])
    gradient = (inside / (inside @ found.mass)[:, None]).sum(axis=0)
    assert (gradient <= len(times) * (1 + 2 * TOLERANCE)).all()
    shares = [found.share_after(day) for day in range(25)]
    assert all(low <= high for low, high in shares)
    assert all(after[0] <= before[0] + 1e-12 for before, after in pairwise(shares))


def test_the_median_is_an_interval_and_may_not_be_reached() -> None:
    assert estimate_interval_curve([1, 3, 3], [2, 5, 5]).median() == (3, 5)
    assert estimate_interval_curve([1, 3], [2, 5]).median() == (1, 2), "down to one half exactly"
    assert estimate_interval_curve([1, 3, 3], [2, NEVER_SEEN, NEVER_SEEN]).median() is None


def test_a_share_inside_an_interval_lies_between_two_bounds() -> None:
    found = estimate_interval_curve([1, 11], [10, 20])
    assert found.share_after(0) == (1.0, 1.0)
    assert found.share_after(5) == pytest.approx((0.5, 1.0))
    assert found.share_after(10) == pytest.approx((0.5, 0.5))
    assert found.share_after(19) == pytest.approx((0.0, 0.5))
    assert found.share_after(20) == pytest.approx((0.0, 0.0))


def test_a_first_day_meets_a_last_day_on_the_same_day() -> None:
    left, right = innermost_intervals(np.array([1, 3]), np.array([3, 5]))
    assert (left.tolist(), right.tolist()) == ([3], [3])
    left, right = innermost_intervals(np.array([1, 4]), np.array([3, 5]))
    assert (left.tolist(), right.tolist()) == ([1, 4], [3, 5])


@pytest.mark.parametrize(("first", "last"), [([], []), ([2], [1]), ([1, 2], [3])])
def test_what_is_no_interval_is_refused(first: list[int], last: list[int]) -> None:
    with pytest.raises(ValueError, match="first and the last day"):
        estimate_interval_curve(first, last)


@pytest.mark.parametrize(("months", "looks_like"), [(3.1, 4.1), (6.8, 8.3), (10.4, 12.4)])
def test_nine_weekly_scans_make_a_median_look_longer_and_the_interval_holds_the_true_one(
    months: float, looks_like: float
) -> None:
    """The quantiles of an exponential time, seen at the first scan after it (deterministic: 999 of them)."""
    month, scan = 30.4375, 63
    true = months * month * np.log(1 / (1 - np.arange(1, 1000) / 1000)) / np.log(2)
    seen = (np.ceil(true / scan) * scan).astype(np.int64)
    curve = estimate_survival_curve(seen, np.ones(seen.size, np.bool_))
    median = float(curve.time[np.argmax(curve.survival <= 0.5)])
    assert round(median / month, 1) == looks_like
    within = estimate_interval_curve(seen - scan + 1, seen).median()
    assert within is not None
    assert within[0] - 1 < months * month <= within[1]
