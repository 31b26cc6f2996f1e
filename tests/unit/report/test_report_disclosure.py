"""Small counts are withheld so that neither a count nor a subtraction tells of one to four patients."""

from __future__ import annotations

import itertools

import pytest

from onearm.report.disclosure import Disclosure, is_small


def group(first: int, end: int) -> set[str]:
    return {f"s{i}" for i in range(first, end)}


@pytest.mark.parametrize(("count", "small"), [(0, False), (1, True), (4, True), (5, False), (36, False)])
def test_groups_of_one_to_four_are_small(count: int, small: bool) -> None:
    assert is_small(count) is small


def test_an_empty_group_and_a_large_one_may_be_told() -> None:
    disclosure = Disclosure()
    assert disclosure.may_tell(set())
    assert disclosure.may_tell(group(0, 36))
    assert disclosure.may_tell(group(0, 20))


def test_a_count_that_gives_a_small_rest_away_is_withheld() -> None:
    disclosure = Disclosure()
    assert disclosure.may_tell(group(0, 36))
    assert not disclosure.may_tell(group(0, 33))  # 36 - 33 = 3
    assert disclosure.may_tell(group(0, 31))  # 36 - 31 = 5


def test_a_larger_group_is_withheld_when_a_smaller_one_was_told() -> None:
    disclosure = Disclosure()
    assert disclosure.may_tell(group(0, 12))
    assert not disclosure.may_tell(group(0, 15))


def test_the_same_group_is_always_answered_alike() -> None:
    disclosure = Disclosure()
    assert disclosure.may_tell(group(0, 36)) and disclosure.may_tell(group(0, 36))
    assert not disclosure.may_tell(group(0, 35)) and not disclosure.may_tell(group(0, 35))


def test_one_small_part_takes_the_smallest_other_with_it() -> None:
    disclosure = Disclosure()
    whole = group(0, 36)
    disclosure.may_tell(whole)
    shown = disclosure.tell_parts([group(0, 20), group(20, 28), group(28, 33), group(33, 36)])
    assert shown == [True, True, False, False]


@pytest.mark.parametrize("sizes", [s for s in itertools.product(range(0, 8), repeat=3) if sum(s) >= 5])
def test_withheld_parts_never_follow_from_the_whole(sizes: tuple[int, ...]) -> None:
    disclosure = Disclosure()
    ends = list(itertools.accumulate(sizes))
    parts = [group(end - size, end) for size, end in zip(sizes, ends, strict=True)]
    disclosure.may_tell(group(0, ends[-1]))
    shown = disclosure.tell_parts(parts)
    assert not any(is_small(len(part)) for part, visible in zip(parts, shown, strict=True) if visible)
    hidden = [len(part) for part, visible in zip(parts, shown, strict=True) if not visible]
    assert len(hidden) != 1
    if hidden:
        assert sum(hidden) >= 5 or all(is_small(size) or size == 0 for size in sizes if size not in hidden)
