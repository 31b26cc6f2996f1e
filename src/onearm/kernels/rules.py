"""What a response kernel is told: every option of the protocol as an integer, in one named tuple."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from numba import int64, types


class MissingTargets(IntEnum):
    """What a visit with missing targets may still be."""

    NE_UNLESS_PD = 0
    NE = 1
    PR_IF_CERTAIN = 2


class PrContinues(IntEnum):
    """When a partial response stays one until progression."""

    NEVER = 0
    ONCE_CONFIRMED = 1
    FROM_FIRST = 2


class ProcedureResponse(IntEnum):
    """What an intercurrent procedure does to a response that was not confirmed before it."""

    NONE = 0
    FAILURE = 1
    PENDING = 2
    COUNT_UNCONFIRMED = 3


class ResponseRules(NamedTuple):
    """The response options as integers: lengths in tenths of a millimetre, days, counts, and 0/1 for no/yes."""

    too_small: int
    too_small_node: int
    node_normal_below: int
    pd_absolute: int
    missing_targets: int
    reappearance_absolute: int
    target_back_is_pd: int
    reappearance_after_cr_is_pd: int
    cr_definitive_if_confirmed: int
    single_node_waits: int
    equivocal_backdated: int
    new_node_equivocal: int
    pet_backdated: int
    non_target_only_sd: int
    no_disease_is_ne: int
    pr_continues: int
    pr_continues_over_ne: int
    confirmation_min_days: int
    confirmation_any_later: int
    confirmation_max_ne: int
    confirmation_max_sd: int
    missed_visit_as_ne: int
    cr_then_lesser_is_pd: int
    pr_confirmed_by_cr_is_cr: int
    sd_min_days_after: int
    unconfirmed_always_sd: int
    no_assessment_is_ne: int
    early_death_is_pd: int
    nadir_after_baseline: int
    shrinkage_against_nadir: int
    treated_is_excluded: int
    node_back_is_pd: int
    reappearance_is_query: int
    cr_then_lesser_is_query: int
    confirmation_required: int


RULES_TYPE = types.NamedUniTuple(int64, len(ResponseRules._fields), ResponseRules)  # type: ignore[no-untyped-call]

NEVER = 2**31 - 1
"""The day of something that has not happened: later than every cut."""

NEW_NODE_LEAST_TENTH_MM = 100
"""A new node below this short axis is no lesion at all (RECIST 1.1, section 3; Working Group, new lymph node
lesions).
"""

NEW_NODE_CERTAIN_TENTH_MM = 150
"""A new node from this short axis on is no longer doubtful (RECIST Working Group, new lymph node lesions)."""
