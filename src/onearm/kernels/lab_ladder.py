"""Grades of laboratory values: a ladder of limits is walked from its highest grade down, in whole numbers.

Source of the limits: the Common Terminology Criteria for Adverse Events, as ``reference.ctcae`` holds them. Values and
absolute limits are millionths of the unit, multiples of a limit or of the baseline are thousandths; both sides of a
comparison are multiplied out, nothing is divided.

Three-valued where something is missing: a grade is given only if no higher one could hold.
"""

from __future__ import annotations

from numba import int64, njit, types

from onearm.kernels.arrays import Ints64

NO_NUMBER = -(2**63)
"""Stands for a value, a limit or a baseline that there is none of."""
LARGEST = 4 * 10**14
"""Beyond it the products would not fit: such a number is none."""

UNGRADABLE = 9
"""In the place of a grade; the reason stands beside it."""

(
    GRADED,
    COULD_BE_HIGHER,
    EITHER_LADDER,
    FROM_BOUND,
    NO_LADDER,
    NO_VALUE,
    NO_LIMIT,
    NO_BASELINE,
    NO_BASELINE_LIMIT,
    BOUND_ONLY,
    GAP,
    FACT_OPEN,
) = range(12)
"""Reasons: the first four come with a grade, the others with ``UNGRADABLE``."""

ABOVE, AT_LEAST, BELOW, AT_MOST = 0, 1, 2, 3
"""Operators of a bound."""
ABSOLUTE, OF_LOW, OF_HIGH, OF_BASE = 0, 1, 2, 3
"""What a bound's number is multiplied with."""
B_VARIABLE, B_OPERATOR, B_BASIS, B_NUMBER, N_BOUND = 0, 1, 2, 3, 4
"""Columns of the bounds."""
C_GRADE, C_FIRST, C_LAST, C_YES, C_NO, C_ROW, N_CLAUSE = 0, 1, 2, 3, 4, 5, 6
"""Columns of the clauses: bounds from ``C_FIRST`` up to but without ``C_LAST``; facts as bits; the row of the table."""
T_WORSE_HIGH, T_SWITCH, T_FACTS, T_NUMBER_NOT_ENOUGH, T_START, N_TERM = 0, 1, 2, 3, 4, 8
"""Columns of the terms; from ``T_START`` the clauses of the first ladder (start, stop), then of the second."""
NO_SWITCH, BY_BASELINE, BY_ANTICOAGULANT = 0, 1, 2
NO_TERM = 2**31 - 1
EXACT, LESS_THAN, MORE_THAN = 0, 1, 2
"""Qualifiers of a value."""
OUT_GRADE, OUT_REASON, OUT_LADDER, OUT_ROW, N_OUT = 0, 1, 2, 3, 4
"""Columns of the answer; the row counts from 1, 0 is no row."""

FACT_ANTICOAGULANT, FACT_PREVIOUSLY_NORMAL = 1 << 3, 1 << 4
"""The two facts that do not only raise a grade (their bits: their places in ``reference.ctcae_grammar.FACTS``)."""

FOUR = types.UniTuple(int64, 4)  # type: ignore[no-untyped-call]
Four = tuple[int, int, int, int]
"""Grade, reason, ladder, row."""


@njit(int64(int64, int64, int64, int64, int64, int64, int64[:, ::1]), nogil=True, cache=True)
def bound_state(bound: int, value: int, second: int, low: int, high: int, base: int, bounds: Ints64) -> int:
    """1: the bound holds, 0: not, else minus the reason for which nobody can tell. A value that is not there: 0."""
    x = value if bounds[bound, B_VARIABLE] == 0 else second
    if x == NO_NUMBER:
        return 0
    basis = bounds[bound, B_BASIS]
    right = bounds[bound, B_NUMBER]
    if basis == ABSOLUTE:
        right = right * 1000
    else:
        with_what = base
        if basis == OF_LOW:
            with_what = low
        elif basis == OF_HIGH:
            with_what = high
        if with_what == NO_NUMBER:
            return -NO_BASELINE if basis == OF_BASE else -NO_LIMIT
        right = right * with_what
    left = x * 1000
    operator = bounds[bound, B_OPERATOR]
    if operator == ABOVE:
        return 1 if left > right else 0
    if operator == AT_LEAST:
        return 1 if left >= right else 0
    if operator == BELOW:
        return 1 if left < right else 0
    return 1 if left <= right else 0


@njit(
    FOUR(int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64[:, ::1], int64[:, ::1]),
    nogil=True,
    cache=True,
)
def walk_ladder(
    start: int,
    stop: int,
    ladder: int,
    worse_high: int,
    value: int,
    second: int,
    low: int,
    high: int,
    base: int,
    facts: int,
    clauses: Ints64,
    bounds: Ints64,
) -> Four:
    """The grade on one ladder (clauses from the highest grade down) with every fact decided.

    0 where no clause holds; a value beyond the mild end of a clause that still holds none lies in a gap. Where that end
    is a limit that is not known, nobody can tell the gap from grade 0.
    """
    open_grade, open_reason = 0, 0
    in_gap, gap_reason = False, 0
    for c in range(start, stop):
        facts_hold = (facts & clauses[c, C_YES]) == clauses[c, C_YES] and (facts & clauses[c, C_NO]) == 0
        state = 1 if facts_hold else 0
        past_mild_end, seen_mild_end, unknown_end = True, False, 0
        for b in range(clauses[c, C_FIRST], clauses[c, C_LAST]):
            one = bound_state(b, value, second, low, high, base, bounds)
            if (bounds[b, B_OPERATOR] <= AT_LEAST) == (worse_high == 1):
                seen_mild_end = True
                if one < 0:
                    unknown_end = -one
                elif one == 0:
                    past_mild_end = False
            if one == 0:
                state = 0
            elif one < 0 and state == 1:
                state = one
        if state == 1:
            if open_grade > clauses[c, C_GRADE]:
                return UNGRADABLE, open_reason, ladder, 0
            return clauses[c, C_GRADE], GRADED, ladder, clauses[c, C_ROW]
        if state < 0 and open_grade == 0:
            open_grade, open_reason = clauses[c, C_GRADE], -state
        if state == 0 and seen_mild_end and past_mild_end:
            if unknown_end > 0:
                gap_reason = unknown_end
            else:
                in_gap = True
    if open_grade > 0:
        return UNGRADABLE, open_reason, ladder, 0
    if in_gap:
        return UNGRADABLE, GAP, ladder, 0
    if gap_reason > 0:
        return UNGRADABLE, gap_reason, ladder, 0
    return 0, GRADED, ladder, 0


@njit(
    FOUR(int64, int64, int64, int64, int64, int64, int64, int64, int64, int64[:, ::1], int64[:, ::1], int64[:, ::1]),
    nogil=True,
    cache=True,
)
def grade_on_ladder(
    term: int,
    ladder: int,
    value: int,
    second: int,
    low: int,
    high: int,
    base: int,
    yes: int,
    unknown: int,
    terms: Ints64,
    clauses: Ints64,
    bounds: Ints64,
) -> Four:
    """The grade on one ladder when facts may be unknown: the least that they leave, and whether it could be higher.

    Every fact but two can only raise a grade, so that all "no" is the least and all "yes" the most.
    """
    start, stop, worse = (
        terms[term, T_START + 2 * ladder],
        terms[term, T_START + 2 * ladder + 1],
        terms[term, T_WORSE_HIGH],
    )
    open_facts = unknown & terms[term, T_FACTS]
    least: Four = walk_ladder(start, stop, ladder, worse, value, second, low, high, base, yes, clauses, bounds)
    if open_facts & FACT_PREVIOUSLY_NORMAL:
        other: Four = walk_ladder(
            start, stop, ladder, worse, value, second, low, high, base, yes | FACT_PREVIOUSLY_NORMAL, clauses, bounds
        )
        if other[0] != least[0]:
            return UNGRADABLE, FACT_OPEN, ladder, 0
    if least[0] == UNGRADABLE or open_facts == 0:
        return least
    most: Four = walk_ladder(
        start, stop, ladder, worse, value, second, low, high, base, yes | open_facts, clauses, bounds
    )
    if most[0] == UNGRADABLE:
        return most
    if most[0] > least[0] and (least[0] > 0 or terms[term, T_NUMBER_NOT_ENOUGH] == 1):
        return least[0], COULD_BE_HIGHER, ladder, least[3]
    return least
