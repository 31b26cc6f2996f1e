"""Kappa: its limits, its null cases, and what leaves it as it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.stats.kappa import agreement_weights, cohen_kappa

SQUARE = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 9), min_size=k, max_size=k), min_size=k, max_size=k)
)


def test_linear_weights_fall_by_the_distance() -> None:
    assert agreement_weights(4, "linear")[0].tolist() == pytest.approx([1, 2 / 3, 1 / 3, 0])
    assert agreement_weights(3, "none").tolist() == np.eye(3).tolist()


def test_without_pairs_or_with_one_category_there_is_none() -> None:
    empty = cohen_kappa([[0, 0], [0, 0]])
    assert (empty.value, empty.n, empty.reason) == (None, 0, "no_pairs")
    alone = cohen_kappa([[9, 0], [0, 0]])
    assert (alone.value, alone.n, alone.reason) == (None, 9, "one_category")


def test_complete_agreement_is_one_and_has_no_interval() -> None:
    found = cohen_kappa([[5, 0], [0, 4]])
    assert (found.value, found.lower, found.upper, found.reason) == (1.0, None, None, "complete_agreement")


def test_one_reader_with_one_category_agrees_by_chance_alone() -> None:
    found = cohen_kappa([[5, 3], [0, 0]])
    assert found.value == pytest.approx(0) and found.reason == ""


@pytest.mark.parametrize("table", [[[1, 2, 3], [4, 5, 6]], [[-1, 2], [3, 4]], [1, 2]])
def test_what_is_no_square_of_counts_is_refused(table: object) -> None:
    with pytest.raises(ValueError, match="square"):
        cohen_kappa(table)  # type: ignore[arg-type]


@given(SQUARE, st.sampled_from(["none", "linear"]))
def test_exchanging_readers_or_reversing_the_order_changes_nothing(table: list[list[int]], weights: str) -> None:
    counts = np.array(table)
    found = cohen_kappa(counts, weights)  # type: ignore[arg-type]
    for other in (counts.T, counts[::-1, ::-1]):
        again = cohen_kappa(other, weights)  # type: ignore[arg-type]
        assert again.reason == found.reason
        if found.value is not None:
            assert again.value == pytest.approx(found.value)
            assert found.value <= 1 + 1e-12
            if found.lower is not None and found.upper is not None:
                assert -1 <= found.lower <= found.value + 1e-12 and found.value - 1e-12 <= found.upper <= 1


@given(SQUARE, st.integers(2, 5))
def test_more_of_the_same_narrows_the_interval_only(table: list[list[int]], times: int) -> None:
    one, many = cohen_kappa(table, "linear"), cohen_kappa(np.array(table) * times, "linear")
    assert (one.value is None) == (many.value is None)
    if one.value is not None and one.standard_error is not None and many.standard_error is not None:
        assert many.value == pytest.approx(one.value)
        assert many.standard_error == pytest.approx(one.standard_error / times**0.5, abs=1e-7)


def test_two_categories_weigh_alike() -> None:
    table = [[20, 5], [10, 15]]
    assert cohen_kappa(table, "linear").value == pytest.approx(cohen_kappa(table).value)
    assert cohen_kappa(table).value == pytest.approx(0.4)
