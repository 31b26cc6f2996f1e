"""The options of the target rules on both sides of their thresholds. Lengths in tenths of a millimetre.

A visit is written as one word a lesion: a length, ``?`` not assessed, ``0`` gone, ``x`` treated, ``m`` merged.
"""

from __future__ import annotations

import numpy as np
import pytest
from kernel_defaults import CR, NE, PD, PR, RULES, SD, ints

from onearm.kernels.rules import MissingTargets
from onearm.kernels.target import TARGET_RULES, TargetReason, derive_targets
from onearm.terms import Response, TargetState

STATES = {"?": TargetState.NOT_ASSESSED, "0": TargetState.ABSENT, "x": TargetState.TREATED, "m": TargetState.MERGED}
CERTAIN = {"missing_targets": int(MissingTargets.PR_IF_CERTAIN)}
EXCLUDE = {"treated_is_excluded": 1}
REASON = TargetReason


class Read:
    """What the kernel says of one patient."""

    def __init__(self, *visits: str, nodes: str = "", **changed: int) -> None:
        words = [visit.split() for visit in visits]
        shape = (len(words), len(words[0]))
        length, state = np.zeros(shape, np.int32), np.zeros(shape, np.int8)
        for place, word in np.ndenumerate(np.array(words)):
            state[place] = STATES.get(str(word), TargetState.MEASURED)
            length[place] = 0 if str(word) in STATES else int(word)
        n = len(words)
        self.response, self.reason = np.zeros(n, np.int8), np.zeros(n, np.int8)
        self.sum, self.complete, self.nadir = ints(*([0] * n)), np.zeros(n, np.bool_), ints(*([0] * n))
        is_node = np.array([str(lesion) in nodes.split() for lesion in range(shape[1])])
        derive_targets(
            RULES._replace(**changed), n, length, state, is_node,
            self.response, self.reason, self.sum, self.complete, self.nadir,
        )  # fmt: skip

    @property
    def responses(self) -> list[int]:
        return self.response[1:].tolist()

    @property
    def last_reason(self) -> int:
        return int(self.reason[-1])


@pytest.mark.parametrize(
    ("visits", "option", "expected"),
    [
        (("1000", "1150", "1300"), 0, [SD, PD]),
        (("1000", "1150", "1300"), 1, [SD, SD]),  # 13 % over the only sum after the baseline
        (("1000", "1150", "1379"), 1, [SD, SD]),
        (("1000", "1150", "1380"), 1, [SD, PD]),
        (("1000", "1200"), 1, [PD]),  # until there is one, the baseline serves
        (("1000", "?", "1200"), 1, [NE, PD]),
    ],
)
def test_the_nadir_with_or_without_the_baseline(visits: tuple[str, ...], option: int, expected: list[int]) -> None:
    assert Read(*visits, nadir_after_baseline=option).responses == expected


@pytest.mark.parametrize(("option", "expected"), [(0, [PR, PR, PR, PD]), (1, [PR, SD, PR, PD])])
def test_shrinkage_against_the_nadir_is_the_known_misreading(option: int, expected: list[int]) -> None:
    read = Read("1000", "550", "620", "400", "720", shrinkage_against_nadir=option)
    assert read.responses == expected


def test_a_sum_as_small_as_the_nadir_still_counts_as_shrinkage() -> None:
    assert Read("1000", "550", "550", shrinkage_against_nadir=1).responses == [PR, PR]
    assert Read("1000", "550", "551", shrinkage_against_nadir=1).responses == [PR, SD]


@pytest.mark.parametrize(
    ("visits", "expected", "reason"),
    [
        (("600 400", "300 400", "300 ?"), PR, REASON.CERTAIN_DESPITE_MISSING),  # at most 30 + 40 = 70 of 100
        (("600 400", "300 401", "300 ?"), NE, REASON.MISSING),
        (("600 400", "300 350", "300 ?"), PR, REASON.CERTAIN_DESPITE_MISSING),  # 40 at baseline, the longest it was
        (("600 400", "301 350", "301 ?"), NE, REASON.MISSING),
        (("600 400", "100 100", "300 ?"), PD, REASON.GROWTH_OVER_NADIR),  # 30 over the nadir of 20
        (("600 400", "200 400", "10 100", "10 ?"), NE, REASON.MISSING),  # 1 + 40 would be growth over 11
        (("600 ?", "300 100", "300 ?"), NE, REASON.MISSING),  # no baseline sum
        (("600 400", "0 0", "0 ?"), NE, REASON.MISSING),  # never CR, and 40 would be growth from zero
        (("600 10", "50 10", "0 ?"), PR, REASON.CERTAIN_DESPITE_MISSING),  # never CR
    ],
)
def test_pr_if_certain(visits: tuple[str, ...], expected: int, reason: int) -> None:
    read = Read(*visits, **CERTAIN)
    assert (read.responses[-1], read.last_reason) == (expected, reason)
    plain = Read(*visits)
    assert plain.responses[-1] == (PD if expected == PD else NE)


def test_pr_if_certain_may_ask_for_the_nadir_too() -> None:
    visits = ("600 400", "300 350", "300 ?")
    assert Read(*visits, **CERTAIN, shrinkage_against_nadir=1).responses[-1] == NE  # 70 is above the nadir of 65


@pytest.mark.parametrize("option", [0, 1])
def test_a_treated_target_is_treated_for_good(option: int) -> None:
    read = Read("500 500", "400 x", "0 0", treated_is_excluded=option)
    assert CR not in read.responses
    assert read.responses == ([NE, NE] if option == 0 else [SD, PR])
    assert read.last_reason == (REASON.MISSING if option == 0 else REASON.GONE_EXCEPT_TREATED)


@pytest.mark.parametrize(
    ("visits", "expected", "total", "reason"),
    [
        (("500 500", "500 x", "350 x"), PR, 350, REASON.SHRINKAGE),  # exactly 30 % less than 50
        (("500 500", "500 x", "351 x"), SD, 351, REASON.NEITHER),
        (("500 500", "300 500", "360 x"), PD, 360, REASON.GROWTH_OVER_NADIR),  # 20 % over 30, without the other
        (("500 500", "300 500", "359 x"), SD, 359, REASON.NEITHER),
        (("500 500", "300 ?", "360 x"), PD, 360, REASON.GROWTH_OVER_NADIR),  # the earlier sum is complete without it
        (("500 500", "x x"), NE, 0, REASON.ALL_TREATED),
        (("500 500 300", "500 x ?"), NE, 500, REASON.MISSING),
        (("500 ?", "350 x"), PR, 350, REASON.SHRINKAGE),
        (("500 x", "500 300", "350 300"), NE, 650, REASON.NO_BASELINE_SUM),  # treated at baseline: no exclusion
    ],
)
def test_treated_lesions_leave_the_sums(visits: tuple[str, ...], expected: int, total: int, reason: int) -> None:
    read = Read(*visits, **EXCLUDE)
    assert (read.responses[-1], read.sum[-1], read.last_reason) == (expected, total, reason)


def test_the_nadir_of_a_visit_is_that_of_its_own_lesions() -> None:
    visits = ("500 500", "400 100", "300 400", "330 x")
    read = Read(*visits, **EXCLUDE)
    assert read.nadir.tolist() == [-1, 0, 1, 2]
    assert read.complete.tolist() == [True] * 4
    assert Read(*visits).nadir.tolist() == [-1, 0, 1, 1]


def test_what_was_gone_but_for_the_treated_is_no_memory_of_a_cr() -> None:
    visits = ("500 500", "0 x", "10 x")
    assert Read(*visits, **EXCLUDE, target_back_is_pd=1).responses == [PR, PR]
    assert Read("500 500", "0 0", "0 x", "10 x", **EXCLUDE, target_back_is_pd=1).responses == [CR, PR, PD]


@pytest.mark.parametrize(("option", "expected"), [(0, NE), (1, NE)])
def test_a_treated_lesion_carries_no_merged_one(option: int, expected: int) -> None:
    assert Read("500 500", "400 x", "400 m", treated_is_excluded=option).responses[-1] != CR
    read = Read("500 500 100", "500 x 100", "m 300 0", treated_is_excluded=option)
    assert (read.responses[-1], read.last_reason) == (expected, REASON.MISSING)


@pytest.mark.parametrize(
    ("visits", "option", "expected", "reason"),
    [
        (("600 150", "300 99", "300 100"), 1, PD, REASON.NODE_BACK),
        (("600 150", "300 99", "300 100"), 0, PR, REASON.SHRINKAGE),
        (("600 150", "300 99", "300 99"), 1, PR, REASON.SHRINKAGE),
        (("600 150", "300 100", "300 100"), 1, PR, REASON.SHRINKAGE),
        (("900 150", "600 0", "600 100"), 1, PD, REASON.NODE_BACK),
        (("600 99", "300 100"), 1, PR, REASON.SHRINKAGE),  # below the limit at baseline only
        (("600 150", "300 ?", "300 100"), 1, PR, REASON.SHRINKAGE),
        (("600 150", "300 99", "? 100"), 1, PD, REASON.NODE_BACK),
    ],
)
def test_a_node_back(visits: tuple[str, ...], option: int, expected: int, reason: int) -> None:
    read = Read(*visits, nodes="1", node_back_is_pd=option)
    assert (read.responses[-1], read.last_reason) == (expected, reason)


def test_a_node_back_with_a_target_missing_is_ne_where_missing_always_is() -> None:
    changed = {"node_back_is_pd": 1, "missing_targets": int(MissingTargets.NE)}
    assert Read("600 150", "300 99", "? 100", nodes="1", **changed).responses[-1] == NE


def test_the_order_of_the_rules_is_cr_pd_ne_pr_sd() -> None:
    named = [(TargetReason(int(reason)).name, Response(int(response)).name) for reason, response in TARGET_RULES]
    assert named[0] == ("ALL_GONE", "CR")
    assert named[-1] == ("NEITHER", "SD")
    # What would be complete or partial is neither without a baseline, and no progression either.
    assert named[2] == ("GONE_WITHOUT_BASELINE", "NE")
    assert [response for _, response in named[3:] if response in ("PD", "NE")] == ["PD"] * 4 + ["NE"] * 3
    assert len({reason for reason, _ in named}) == len(named) == len(TargetReason) - 1
