"""Grades of laboratory values: a ladder of limits is walked from its highest grade down, in whole numbers.

Source of the limits: the Common Terminology Criteria for Adverse Events, as ``reference.ctcae`` holds them. Values and
absolute limits are millionths of the unit, multiples of a limit or of the baseline are thousandths; both sides of a
comparison are multiplied out, nothing is divided.

Three-valued where something is missing: a grade is given only if no higher one could hold.
"""

from __future__ import annotations

from numba import int64, njit, types, void

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

_FOUR = types.UniTuple(int64, 4)  # type: ignore[no-untyped-call]
Four = tuple[int, int, int, int]
"""Grade, reason, ladder, row."""


@njit(int64(int64, int64, int64, int64, int64, int64, int64, int64[:, ::1]), nogil=True, cache=True)
def bound_state(
    bound: int, value: int, second: int, low: int, high: int, base: int, number_scale: int, bounds: Ints64
) -> int:
    """1: the bound holds, 0: not, else minus the reason for which nobody can tell. A value that is not there: 0."""
    x = value if bounds[bound, 0] == 0 else second
    if x == NO_NUMBER:
        return 0
    basis = bounds[bound, 2]
    right = bounds[bound, 3]
    if basis == ABSOLUTE:
        right = right * number_scale
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
    operator = bounds[bound, 1]
    if operator == ABOVE:
        return 1 if left > right else 0
    if operator == AT_LEAST:
        return 1 if left >= right else 0
    if operator == BELOW:
        return 1 if left < right else 0
    return 1 if left <= right else 0


@njit(
    _FOUR(int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64[:, ::1], int64[:, ::1]),
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

    0 where no clause holds; a value beyond the mild end of a clause that still holds none lies in a gap.
    """
    open_grade, open_reason = 0, 0
    in_gap = False
    for c in range(start, stop):
        facts_hold = (facts & clauses[c, 3]) == clauses[c, 3] and (facts & clauses[c, 4]) == 0
        state = 1 if facts_hold else 0
        past_mild_end, seen_mild_end = True, False
        for b in range(clauses[c, 1], clauses[c, 2]):
            one = bound_state(b, value, second, low, high, base, 1000, bounds)
            if (bounds[b, 1] <= AT_LEAST) == (worse_high == 1):
                seen_mild_end = True
                if one != 1:
                    past_mild_end = False
            if one == 0:
                state = 0
            elif one < 0 and state == 1:
                state = one
        if state == 1:
            if open_grade > clauses[c, 0]:
                return UNGRADABLE, open_reason, ladder, 0
            return clauses[c, 0], GRADED, ladder, clauses[c, 5]
        if state < 0 and open_grade == 0:
            open_grade, open_reason = clauses[c, 0], -state
        if state == 0 and seen_mild_end and past_mild_end:
            in_gap = True
    if open_grade > 0:
        return UNGRADABLE, open_reason, ladder, 0
    if in_gap:
        return UNGRADABLE, GAP, ladder, 0
    return 0, GRADED, ladder, 0


@njit(
    _FOUR(int64, int64, int64, int64, int64, int64, int64, int64, int64, int64[:, ::1], int64[:, ::1], int64[:, ::1]),
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
    start, stop, worse = terms[term, T_START + 2 * ladder], terms[term, T_START + 2 * ladder + 1], terms[term, 0]
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


@njit(
    _FOUR(
        int64,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64[:, ::1],
        int64[:, ::1],
        int64[:, ::1],
    ),
    nogil=True,
    cache=True,
)
def grade_exact(
    term: int,
    value: int,
    second: int,
    low: int,
    high: int,
    base: int,
    base_low: int,
    base_high: int,
    yes: int,
    unknown: int,
    terms: Ints64,
    clauses: Ints64,
    bounds: Ints64,
) -> Four:
    """The grade of a value that is no bound: chooses the ladder, or says that both agree, or that they do not."""
    switch = terms[term, T_SWITCH]
    worse_high = terms[term, T_WORSE_HIGH] == 1
    limit = base_high if worse_high else base_low
    ladder = 0
    if switch == BY_BASELINE and base != NO_NUMBER and limit != NO_NUMBER:
        ladder = 1 if (base > limit if worse_high else base < limit) else 0
    elif switch == BY_ANTICOAGULANT and not unknown & FACT_ANTICOAGULANT:
        ladder = 1 if yes & FACT_ANTICOAGULANT else 0
    elif switch != NO_SWITCH:
        ladder = 2
    if ladder < 2:
        only: Four = grade_on_ladder(term, ladder, value, second, low, high, base, yes, unknown, terms, clauses, bounds)
        return only
    first: Four = grade_on_ladder(term, 0, value, second, low, high, base, yes, unknown, terms, clauses, bounds)
    other: Four = grade_on_ladder(term, 1, value, second, low, high, base, yes, unknown, terms, clauses, bounds)
    if first[0] == UNGRADABLE and first[1] == NO_LIMIT:
        return first
    if first[0] != UNGRADABLE and first[0] == other[0]:
        return first[0], EITHER_LADDER, 0, first[3]
    if switch == BY_ANTICOAGULANT:
        if first[0] == 0:
            return 0, COULD_BE_HIGHER, 0, 0
        return UNGRADABLE, FACT_OPEN, 0, 0
    if base != NO_NUMBER:
        return UNGRADABLE, NO_BASELINE_LIMIT, 0, 0
    # An abnormal baseline lies beyond the limit: a value within the limit is no worse than any such baseline.
    if first[0] == 0 and other[0] == UNGRADABLE and other[1] == NO_BASELINE:
        return 0, EITHER_LADDER, 0, 0
    return UNGRADABLE, NO_BASELINE, 0, 0


@njit(int64(int64, int64), nogil=True, cache=True)
def usable(number: int, least: int) -> int:
    """The number, or ``NO_NUMBER`` where it is below what such a number can be, or too large to be multiplied."""
    if number == NO_NUMBER or number < least or number > LARGEST:
        return NO_NUMBER
    return number


@njit(
    _FOUR(
        int64,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64[:, ::1],
        int64[:, ::1],
        int64[:, ::1],
    ),
    nogil=True,
    cache=True,
)
def grade_value(
    term: int,
    value: int,
    qualifier: int,
    second: int,
    low: int,
    high: int,
    base: int,
    base_low: int,
    base_high: int,
    yes: int,
    unknown: int,
    terms: Ints64,
    clauses: Ints64,
    bounds: Ints64,
) -> Four:
    """Grade (0-4 or ``UNGRADABLE``), reason, ladder and row (from 1) of one value.

    Values and limits in millionths, ``NO_NUMBER`` where there is none; ``second`` is the diastolic pressure or the
    pluses of a dipstick; ``yes`` and ``unknown`` are bits of facts. A limit or baseline of zero or less, and limits in
    the wrong order, are none. Of a value that is only a bound, the grade is given if both ends of what it can be agree.
    """
    if term == NO_TERM:
        return UNGRADABLE, NO_LADDER, 0, 0
    value, second = usable(value, 0), usable(second, 0)
    low, high, base = usable(low, 0), usable(high, 1), usable(base, 1)
    base_low, base_high = usable(base_low, 0), usable(base_high, 1)
    if low != NO_NUMBER and high != NO_NUMBER and low > high:
        low, high = NO_NUMBER, NO_NUMBER
    if base_low != NO_NUMBER and base_high != NO_NUMBER and base_low > base_high:
        base_low, base_high = NO_NUMBER, NO_NUMBER
    if value == NO_NUMBER and second == NO_NUMBER:
        return UNGRADABLE, NO_VALUE, 0, 0
    if qualifier == EXACT or value == NO_NUMBER:
        found: Four = grade_exact(
            term, value, second, low, high, base, base_low, base_high, yes, unknown, terms, clauses, bounds
        )
        one_alone = value == NO_NUMBER or second == NO_NUMBER
        if one_alone and terms[term, T_NUMBER_NOT_ENOUGH] == 1 and found[1] == GRADED:
            return found[0], COULD_BE_HIGHER, found[2], found[3]
        return found
    from_value = 0 if qualifier == LESS_THAN else min(value + 1, LARGEST)
    to_value = max(value - 1, 0) if qualifier == LESS_THAN else LARGEST
    least: Four = grade_exact(
        term, from_value, second, low, high, base, base_low, base_high, yes, unknown, terms, clauses, bounds
    )
    most: Four = grade_exact(
        term, to_value, second, low, high, base, base_low, base_high, yes, unknown, terms, clauses, bounds
    )
    if least[0] != UNGRADABLE and least[0] == most[0]:
        return least[0], FROM_BOUND, least[2], least[3]
    for one in (least, most):
        if one[0] == UNGRADABLE and one[1] != GAP:
            return one
    return UNGRADABLE, BOUND_ONLY, 0, 0


@njit(
    void(
        int64[::1],
        int64[::1],
        int64[::1],
        int64[::1],
        int64[::1],
        int64[::1],
        int64[::1],
        int64[::1],
        int64[::1],
        int64[:, ::1],
        int64[:, ::1],
        int64[:, ::1],
        int64[:, ::1],
    ),
    nogil=True,
    cache=True,
)
def grade_values(
    term: Ints64,
    value: Ints64,
    qualifier: Ints64,
    low: Ints64,
    high: Ints64,
    base: Ints64,
    base_low: Ints64,
    base_high: Ints64,
    unknown: Ints64,
    terms: Ints64,
    clauses: Ints64,
    bounds: Ints64,
    out: Ints64,
) -> None:
    """Fill ``out`` (value × ``N_OUT``) for many laboratory values, of which no fact is known to hold.

    ``unknown``: the bits of the facts that are unknown for each value.
    """
    for i in range(value.shape[0]):
        grade, reason, ladder, row = grade_value(
            term[i],
            value[i],
            qualifier[i],
            NO_NUMBER,
            low[i],
            high[i],
            base[i],
            base_low[i],
            base_high[i],
            0,
            unknown[i],
            terms,
            clauses,
            bounds,
        )
        out[i, OUT_GRADE] = grade
        out[i, OUT_REASON] = reason
        out[i, OUT_LADDER] = ladder
        out[i, OUT_ROW] = row
