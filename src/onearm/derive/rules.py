"""The protocol's response options as the integers that the kernels read."""

from __future__ import annotations

from decimal import Decimal

from onearm.kernels.rules import MissingTargets, PrContinues, ProcedureResponse, ResponseRules
from onearm.protocol.options import ResponseOptions
from onearm.protocol.parts import ProcedureRule
from onearm.units import tenth_mm

_MISSING_TARGETS = {
    "ne_unless_pd": MissingTargets.NE_UNLESS_PD,
    "ne": MissingTargets.NE,
    "pr_if_certain": MissingTargets.PR_IF_CERTAIN,
}
_PR_CONTINUES = {
    "never": PrContinues.NEVER,
    "once_confirmed": PrContinues.ONCE_CONFIRMED,
    "from_first": PrContinues.FROM_FIRST,
}
_PROCEDURES = {
    "failure": ProcedureResponse.FAILURE,
    "pending": ProcedureResponse.PENDING,
    "count_unconfirmed": ProcedureResponse.COUNT_UNCONFIRMED,
}

ONLY_IN_RULES = frozenset(
    {
        "pd_absolute_mm", "nadir", "stable_disease_against", "missing_targets", "treated_lesion",
        "reappearance_absolute_mm", "target_back_after_target_cr", "node_back_in_pr", "reappearance_after_overall_cr",
        "definitive_cr", "single_node_after_cr", "equivocal_new_lesion_date", "new_node_sole_evidence",
        "pet_only_new_lesion", "non_target_only_stable", "no_disease_at_baseline", "pr_continues",
        "pr_continues_over_ne", "clinical_progression", "confirmation", "confirmation_min_days", "confirmation_scan",
        "confirmation_max_ne", "confirmation_max_sd", "missed_visit_as_ne", "cr_then_lesser", "pr_confirmed_by_cr",
        "sd_min_days", "sd_min_counting", "unconfirmed_response_as_sd", "response_after_new_therapy", "no_assessment",
        "early_death", "dcr_counts_non_cr_non_pd", "gap_rule", "no_baseline", "count_start_day", "markers",
        "marker_window_days",
    }
)  # fmt: skip
"""Options that change what is made of the readings of the lesions, never the readings themselves nor what is remarked
about them: derivations that differ in nothing else share both."""


def response_rules(options: ResponseOptions) -> ResponseRules:
    """The options as kernel rules: lengths in tenths of a millimetre, days, 0/1 for no/yes.

    ``sd_min_counting: study_day`` n means n - 1 days after the reference day. KeyError for a value that the loader
    should have refused.
    """
    counts_from_day_one = options.sd_min_counting == "study_day"
    return ResponseRules(
        too_small=tenth_mm(Decimal(options.too_small_mm)),
        too_small_node=tenth_mm(Decimal(options.too_small_node_mm)),
        node_normal_below=tenth_mm(Decimal(options.node_normal_below_mm)),
        pd_absolute=tenth_mm(Decimal(options.pd_absolute_mm)),
        missing_targets=int(_MISSING_TARGETS[options.missing_targets]),
        reappearance_absolute=tenth_mm(Decimal(options.reappearance_absolute_mm)),
        target_back_is_pd=int(options.target_back_after_target_cr == "pd"),
        reappearance_after_cr_is_pd=int(options.reappearance_after_overall_cr == "pd"),
        cr_definitive_if_confirmed=int(options.definitive_cr == "confirmed"),
        single_node_waits=int(options.single_node_after_cr == "wait"),
        equivocal_backdated=int(options.equivocal_new_lesion_date == "first_seen"),
        new_node_equivocal=int(options.new_node_sole_evidence == "equivocal"),
        pet_backdated=int(options.pet_only_new_lesion == "backdated_if_confirmed"),
        non_target_only_sd=int(options.non_target_only_stable == "sd"),
        no_disease_is_ne=int(options.no_disease_at_baseline == "ne"),
        pr_continues=int(_PR_CONTINUES[options.pr_continues]),
        pr_continues_over_ne=int(options.pr_continues_over_ne == "yes"),
        confirmation_min_days=options.confirmation_min_days,
        confirmation_any_later=int(options.confirmation_scan == "any_later"),
        confirmation_max_ne=options.confirmation_max_ne,
        confirmation_max_sd=options.confirmation_max_sd,
        missed_visit_as_ne=int(options.missed_visit_as_ne == "yes"),
        cr_then_lesser_is_pd=int(options.cr_then_lesser == "sd_or_pd"),
        pr_confirmed_by_cr_is_cr=int(options.pr_confirmed_by_cr == "cr"),
        sd_min_days_after=options.sd_min_days - int(counts_from_day_one),
        unconfirmed_always_sd=int(options.unconfirmed_response_as_sd == "always"),
        no_assessment_is_ne=int(options.no_assessment == "ne"),
        early_death_is_pd=int(options.early_death == "pd"),
        nadir_after_baseline=int(options.nadir == "after_baseline"),
        shrinkage_against_nadir=int(options.stable_disease_against == "nadir"),
        treated_is_excluded=int(options.treated_lesion == "exclude_and_rebase"),
        node_back_is_pd=int(options.node_back_in_pr == "pd"),
        reappearance_is_query=int(options.reappearance_after_overall_cr == "query"),
        cr_then_lesser_is_query=int(options.cr_then_lesser == "query"),
        confirmation_required=int(options.confirmation == "required"),
    )


def procedure_code(rule: ProcedureRule) -> int:
    """What a procedure does to an unconfirmed response, as the kernels read it."""
    return int(_PROCEDURES[rule.response])
