"""Rules as the published profile sets them, and short ways to write what kernels take."""

from __future__ import annotations

import numpy as np

from onearm.kernels.rules import ResponseRules
from onearm.terms import Response

CR, PR, SD, PD, NE = (int(r) for r in (Response.CR, Response.PR, Response.SD, Response.PD, Response.NE))

RULES = ResponseRules(
    too_small=50, too_small_node=50, node_normal_below=100, pd_absolute=50, missing_targets=0,
    reappearance_absolute=50, target_back_is_pd=0, reappearance_after_cr_is_pd=1, cr_definitive_if_confirmed=0,
    single_node_waits=0, equivocal_backdated=1, new_node_equivocal=1, pet_backdated=1, non_target_only_sd=0,
    no_disease_is_ne=0, pr_continues=1, pr_continues_over_ne=1, confirmation_min_days=28, confirmation_any_later=0,
    confirmation_max_ne=1, confirmation_max_sd=0, missed_visit_as_ne=0, cr_then_lesser_is_pd=1,
    pr_confirmed_by_cr_is_cr=0, sd_min_days_after=56, unconfirmed_always_sd=0, no_assessment_is_ne=0,
    early_death_is_pd=0, nadir_after_baseline=0, shrinkage_against_nadir=0, treated_is_excluded=0, node_back_is_pd=0,
    reappearance_is_query=0, cr_then_lesser_is_query=0, confirmation_required=1,
)  # fmt: skip


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


def codes(*values: int) -> np.ndarray:
    return np.array(values, np.int8)
