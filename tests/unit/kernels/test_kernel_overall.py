"""The tables of the overall response, the marker, and disease that is back after a complete response."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from kernel_defaults import CR, NE, PD, PR, RULES, SD, ints

from onearm.kernels.timepoint import ANY, TABLE_1, TABLE_2, OverallReason, derive_overall, find_row
from onearm.terms import MarkerState, NonTargetState, Response, TargetState, VisitQuery

NONE, NON_CR_NON_PD, NED = int(Response.NONE), int(Response.NON_CR_NON_PD), int(Response.NED)
PRESENT, ABSENT = int(NonTargetState.PRESENT), int(NonTargetState.ABSENT)


def expected_overall(target: int, non_target: int, new: int) -> int:
    """RECIST 1.1 in words: any progression; else by the targets; else by the non-targets."""
    if PD in (target, non_target) or new:
        return PD
    if target == CR:
        return CR if non_target in (CR, NONE) else PR
    return target if target != NONE else non_target if non_target != NONE else NED


def test_the_tables_say_what_the_criteria_say() -> None:
    for target, non_target, new in product((CR, PR, SD, PD, NE), (NONE, CR, NON_CR_NON_PD, PD, NE), (0, 1)):
        assert TABLE_1[find_row(TABLE_1, target, non_target, new), 3] == expected_overall(target, non_target, new)
    for non_target, new in product((NONE, CR, NON_CR_NON_PD, PD, NE), (0, 1)):
        assert TABLE_2[find_row(TABLE_2, NONE, non_target, new), 3] == expected_overall(NONE, non_target, new)


def test_no_row_of_a_table_is_hidden_by_one_before_it() -> None:
    for table, targets in ((TABLE_1, (CR, PR, SD, PD, NE)), (TABLE_2, (NONE,))):
        found = {
            find_row(table, *given)
            for given in product(targets, (NONE, CR, NON_CR_NON_PD, PD, NE), (0, 1))
        }  # fmt: skip
        assert found == set(range(len(table)))
        assert (table[:, :3] >= ANY).all()


class Patient:
    """One target or none, one non-target or none; a visit a column of each argument, the baseline first."""

    def __init__(
        self,
        target: str,
        response: str,
        non_target: str,
        marker: tuple[int, ...] = (),
        has_baseline: bool = True,
        **changed: int,
    ) -> None:
        n = len((target or non_target).split())
        words = target.split()
        length = np.array([[0 if w in ("x", "0") else int(w)] for w in words], np.int32).reshape(n, int(len(words) > 0))
        states = {"0": TargetState.ABSENT, "x": TargetState.TREATED}
        state = np.array([[states.get(w, TargetState.MEASURED)] for w in words], np.int8).reshape(length.shape)
        others = np.array([[int(w)] for w in non_target.split()], np.int8).reshape(n, int(len(non_target) > 0))
        codes_of = {PRESENT: NON_CR_NON_PD, ABSENT: CR, 0: NE}
        other = np.array([codes_of[int(o)] for o in others[:, 0]] if non_target else [0] * n, np.int8)
        said = np.array([0, *(int(Response[w]) for w in response.split())] if target else [0] * n, np.int8)
        self.arithmetic, self.overall, self.reason, self.query = (np.zeros(n, np.int8) for _ in range(4))
        derive_overall(
            RULES._replace(**changed), n, ints(*(63 * v for v in range(n))), np.zeros(n, np.int32), length, state,
            np.zeros(length.shape[1], np.bool_), others, np.zeros(others.shape[1], np.bool_), said, other,
            np.full(n, -1, np.int32), np.array((0, *marker) if marker else [0] * n, np.int8), has_baseline,
            self.arithmetic, self.overall, self.reason, self.query,
        )  # fmt: skip


NORMAL, ABOVE, UNMEASURED = (int(m) for m in (MarkerState.NORMAL, MarkerState.ABOVE_LIMIT, MarkerState.NOT_MEASURED))


@pytest.mark.parametrize(
    ("state", "with_targets", "non_target_only", "as_sd"),
    [(0, CR, CR, CR), (NORMAL, CR, CR, CR), (ABOVE, PR, NON_CR_NON_PD, SD), (UNMEASURED, PR, NE, NE)],
)
def test_a_marker_that_is_not_normal_takes_the_cr(
    state: int, with_targets: int, non_target_only: int, as_sd: int
) -> None:
    assert Patient("200 0", "CR", "", (state,)).overall[1] == with_targets
    assert Patient("", "", f"{PRESENT} {ABSENT}", (state,)).overall[1] == non_target_only
    read = Patient("", "", f"{PRESENT} {ABSENT}", (state,), non_target_only_sd=1)
    assert read.overall[1] == as_sd
    assert (read.reason[1] == OverallReason.MARKER_NOT_NORMAL) == (state > NORMAL)


def test_a_marker_changes_nothing_but_a_cr() -> None:
    assert Patient("200 140", "PR", "", (ABOVE,)).overall[1] == PR
    assert Patient("200 0", "CR", f"{PRESENT} {PRESENT}", (ABOVE,)).reason[1] == OverallReason.TARGET_CR_NON_TARGET_LEFT


def test_a_cr_that_the_marker_took_is_no_definitive_one() -> None:
    assert Patient("200 0 20", "CR PR", "", (ABOVE, ABOVE)).overall.tolist() == [0, PR, PR]
    assert Patient("200 0 20", "CR PR", "", (NORMAL, NORMAL)).overall.tolist() == [0, CR, PD]


def test_disease_back_after_a_cr_as_a_query_changes_no_response() -> None:
    words = ("200 0 20 0 20", "CR PR CR PR", "")
    arithmetic = Patient(*words, reappearance_after_cr_is_pd=0)
    query = Patient(*words, reappearance_after_cr_is_pd=0, reappearance_is_query=1)
    progression = Patient(*words)
    assert query.overall.tolist() == arithmetic.overall.tolist()
    back = (progression.reason == OverallReason.BACK_AFTER_CR).tolist()
    assert (query.query == VisitQuery.REAPPEARED_AFTER_CR).tolist() == back == [False, False, True, False, True]
    assert not arithmetic.query.any()
    assert not progression.query.any()


def test_a_treated_target_is_never_back() -> None:
    assert Patient("200 0 x 20", "CR NE NE", "").overall.tolist() == [0, CR, NE, NE]
