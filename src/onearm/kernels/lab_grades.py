"""The grade of a laboratory value: which ladder counts, and what is said where nobody can tell.

See ``kernels.lab_ladder`` for the units, the codes and the ladders themselves.
"""

from __future__ import annotations

from numba import int64, njit, void

from onearm.kernels.arrays import Ints64
from onearm.kernels.lab_ladder import (
    BOUND_ONLY,
    BY_ANTICOAGULANT,
    BY_BASELINE,
    COULD_BE_HIGHER,
    EITHER_LADDER,
    EXACT,
    FACT_ANTICOAGULANT,
    FACT_OPEN,
    FOUR,
    FROM_BOUND,
    GAP,
    GRADED,
    LARGEST,
    LESS_THAN,
    NO_BASELINE,
    NO_BASELINE_LIMIT,
    NO_LADDER,
    NO_LIMIT,
    NO_NUMBER,
    NO_SWITCH,
    NO_TERM,
    NO_VALUE,
    OUT_GRADE,
    OUT_LADDER,
    OUT_REASON,
    OUT_ROW,
    T_NUMBER_NOT_ENOUGH,
    T_SWITCH,
    T_WORSE_HIGH,
    UNGRADABLE,
    Four,
    grade_on_ladder,
)


@njit(
    FOUR(
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
    FOUR(
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
    low, high, base = usable(low, 1), usable(high, 1), usable(base, 1)
    base_low, base_high = usable(base_low, 1), usable(base_high, 1)
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
