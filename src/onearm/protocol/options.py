"""Every choice that decides a response: one field an option, each with all values a protocol may ask for.

The numbers in brackets name the question each field answers: ``[7]`` is point 7 of the list of configurable
points of RECIST 1.1 derivations, ``[F9]`` ruling 9 of the questions that need an option, both listed in
``docs/reference/options.md``. A value in ``NOT_YET_SUPPORTED`` is known and is refused when a protocol is loaded:
an option that the code does not act on is never accepted and ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from onearm.protocol.base import Number, Part, Whole

Millimetres = Annotated[Number, Field(ge=0, le=100, decimal_places=1)]
PositiveMillimetres = Annotated[Number, Field(gt=0, le=100, decimal_places=1)]
Days = Annotated[Whole, Field(ge=0, le=3660)]


class IrecistOptions(Part):
    """What iRECIST leaves to the protocol; all ``not_used`` under RECIST 1.1 and mRECIST."""

    early_scan_variance: Literal["not_used", "two_days", "none"] = "not_used"
    """[F17] Tolerance below 28 days for a scan that may confirm progression."""
    ignored_early_scan: Literal["not_used", "disregarded", "counts_later"] = "not_used"
    """[F18] Whether lesions on a scan that came too early count later."""
    early_confirmation_date: Literal["not_used", "first_iupd", "early_scan"] = "not_used"
    """[F19] Date of progression when an early scan confirms by exception."""
    late_confirmation: Literal["not_used", "accept", "refuse"] = "not_used"
    """[F20] Confirmation later than eight weeks."""
    new_lesion_growth_reference: Literal["not_used", "at_iupd", "lowest_since_iupd", "last_scan"] = "not_used"
    """[F21] What the 5 mm of new lesions are measured from."""
    reset_needs_improvement: Literal["not_used", "yes", "no"] = "not_used"
    """[F22] Whether a reset with a persisting new lesion needs a change for the better."""
    stable_after_new_lesion: Literal["not_used", "iupd", "isd"] = "not_used"
    """[F23] Targets stable, new lesion stable."""
    new_non_target_after_reset: Literal["not_used", "unequivocal", "any_growth"] = "not_used"
    """[F24] Growth of a new non-target lesion after a reset."""
    new_lesion_pd_after_reset: Literal["not_used", "20_percent_and_5_mm", "20_percent"] = "not_used"
    """[F25] Progression of new lesions after a reset."""
    five_mm_comparison: Literal["not_used", "at_least", "more_than"] = "not_used"
    """[F26] Whether exactly 5 mm confirms."""
    unconfirmed_iupd: Literal["not_used", "event_at_first_iupd", "censored"] = "not_used"
    """[F27] Progression never confirmed and no further scan."""
    ne_after_iupd_in_nadir: Literal["not_used", "no", "yes"] = "not_used"
    """[F28] Whether an incomplete sum after iUPD enters the nadir."""
    isd_minimum: Literal["not_used", "as_sd", "none"] = "not_used"
    """[F29] Minimum duration for iSD."""
    non_target_codes: Literal["not_used", "five_codes", "present_or_pd"] = "not_used"
    """[F30] Codes in which non-target lesions are recorded."""


class ResponseOptions(Part):
    """All choices of a response derivation. A profile sets every one; a protocol names a profile and overrides."""

    # Which readings count, and on which day
    evaluator: Literal["investigator", "independent", "adjudicator"]
    """[25] Whose reading is analysed."""
    response_source: Literal["derived", "reported"] = "derived"
    """[25] Whether the response of a visit follows from the lesions, or is the one that the reader entered."""
    reference_date: Literal["first_dose", "inclusion"]
    """[2] Day from which baseline, stable disease and the response window count."""
    baseline_window_days: Days
    """[3] A baseline scan older than this many days before the reference date is reported as too old; a value of a
    marker older than this is none at baseline."""
    baseline_on_reference_day: Literal["counts", "does_not_count"]
    """[3] Whether a scan on the reference day itself may be the baseline."""
    partial_dates: Literal["refuse", "first_day", "last_day"]
    """[27] A scan date without its day: refused, or read as the first or last possible day, everywhere alike."""
    several_readings: Literal["refuse", "worst", "best", "last"]
    """[17] Two different readings of one lesion by one reader at one visit."""
    response_date: Literal["first_scan", "last_scan"]
    """[17] Date of a response when one visit's scans lie on several days."""
    progression_date: Literal["first_scan", "last_scan", "scan_showing_it"]
    """[17] Date of progression when one visit's scans lie on several days."""

    # Target lesions
    too_small_mm: PositiveMillimetres
    """[19] Length of a lesion that is seen but too small to measure."""
    too_small_node_mm: PositiveMillimetres
    """[19] Short axis of a node that is seen but too small to measure."""
    node_normal_below_mm: PositiveMillimetres
    """[F8] A node whose short axis is below this is normal."""
    pd_absolute_mm: Millimetres
    """[20] Absolute growth over the nadir that progression needs besides 20 %; 0 switches it off."""
    nadir: Literal["includes_baseline", "after_baseline"]
    """[21] Whether the baseline sum may be the nadir once there is a complete sum after it."""
    stable_disease_against: Literal["baseline", "nadir"]
    """[F31] Reference for shrinkage; the nadir is a known misreading of the 2009 paper."""
    missing_targets: Literal["ne_unless_pd", "ne", "pr_if_certain"]
    """[18, F14, F15] Some targets not assessed: PD if the assessed ones alone show it, always NE, or also PR if it is
    one however long the missing ones were before."""
    treated_lesion: Literal["ne_unless_pd", "exclude_and_rebase"]
    """[F13] A target treated locally on study: missing from then on, or left out of every sum."""
    reappearance_absolute_mm: Millimetres
    """[F11] Growth that counts as progression when the nadir is zero."""
    target_back_after_target_cr: Literal["arithmetic", "pd"]
    """[F5] Targets back after they were gone, while the patient was not in complete response."""
    node_back_in_pr: Literal["sum_only", "pd"]
    """[F8] A target node back at or above the normal limit in a patient in PR or SD."""
    reappearance_after_overall_cr: Literal["pd", "arithmetic", "query"]
    """[12, F4] Any malignant lesion back after overall complete response; a query is reported and changes nothing."""
    definitive_cr: Literal["always", "confirmed"]
    """[F6] Whether the rule above needs a complete response that was itself confirmed."""
    single_node_after_cr: Literal["pd", "wait"]
    """[F7] Complete response, then one target node at or above the normal limit and nothing else."""
    slice_rule_for_nodes: Literal["not_checked", "warn"]
    """[F16] Whether the slice thickness limits which nodes are measurable."""

    # New lesions
    equivocal_new_lesion_date: Literal["first_seen", "when_confirmed"]
    """[F10] Date of progression when an equivocal new lesion is confirmed later."""
    new_node_sole_evidence: Literal["equivocal", "pd"]
    """[F9] A new node of 10 to under 15 mm as the only sign of progression."""
    pet_only_new_lesion: Literal["not_pd", "backdated_if_confirmed"]
    """[F12] A new hot spot on PET without a lesion on CT or MRI."""

    # Overall response at a timepoint
    non_target_only_stable: Literal["non_cr_non_pd", "sd"]
    """[22] Name of stable disease in a patient with non-target disease only."""
    no_disease_at_baseline: Literal["ned", "ne"]
    """[22] Response of a patient without any lesion at baseline."""
    pr_continues: Literal["once_confirmed", "never", "from_first"]
    """[13, F1] When a partial response stays one although the sum is back above 70 % of baseline."""
    pr_continues_over_ne: Literal["yes", "no"]
    """[F3] Whether it stays one across an assessment that is not evaluable."""
    clinical_progression: Literal["not_an_event", "event"]
    """[26, F32] Symptomatic deterioration without imaging."""
    markers: Literal["not_used", "afp"]
    """[30] Whether a marker that was above its limit at baseline must normalise for a complete response."""
    marker_window_days: Days = 14
    """[30] Greatest number of days between a scan and the value of the marker that is read for it."""

    # Best overall response
    confirmation: Literal["required", "not_required"]
    """[6] Whether the primary best response needs confirmation; both are always derived."""
    confirmation_min_days: Days
    """[7] Least number of days between a response and the scan that confirms it."""
    confirmation_scan: Literal["next_evaluable", "any_later"]
    """[8] Whether the confirming pair must be unbroken, or any later scan before progression will do."""
    confirmation_max_ne: Annotated[Whole, Field(ge=0, le=20)]
    """[9] Assessments that are not evaluable and may lie inside a confirming pair."""
    confirmation_max_sd: Annotated[Whole, Field(ge=0, le=20)]
    """[10, F2] Readings of stable disease that may lie inside a confirming pair of PR."""
    missed_visit_as_ne: Literal["yes", "no"]
    """[11] Whether a planned scan without any reading counts as NE inside a pair."""
    cr_then_lesser: Literal["sd_or_pd", "sd_or_ne", "query"]
    """[12] CR, then PR or SD without progression, before the minimum for stable disease; a query is reported wherever
    it comes."""
    pr_confirmed_by_cr: Literal["pr", "cr"]
    """[14] PR whose confirming scan shows CR, with no second CR."""
    sd_min_days: Days
    """[4] Least number of days from the reference date for a reading to count as stable disease."""
    sd_min_counting: Literal["days_after", "study_day"]
    """[4] Whether that number counts days after the reference (day 1 + n) or study days (day n)."""
    unconfirmed_response_as_sd: Literal["if_sd_minimum_met", "always"]
    """[5] An unconfirmed CR or PR as stable disease."""
    response_after_new_therapy: Literal["excluded", "included"]
    """[15, 16] Readings after a new anticancer therapy began."""
    no_assessment: Literal["missing", "ne"]
    """[23] Label of a patient without any assessment after baseline."""
    early_death: Literal["ne", "pd"]
    """[24] Death before the first assessment."""
    dcr_counts_non_cr_non_pd: Literal["yes", "no"]
    """[22] Whether Non-CR/Non-PD counts as disease control."""

    # Time to event
    gap_rule: Literal["two_intervals_plus_window", "two_planned_visits"]
    """[28] What counts as two missed scans before an event: more than two planned intervals and the window since the
    last adequate scan, or two planned scans in a row without an adequate one since then inside their windows."""
    no_baseline: Literal["censor_at_start", "drop"]
    """[29] Time to progression of a patient without a baseline scan: by the endpoint's censoring profile, or left out
    under every profile."""
    count_start_day: Literal["yes", "no"]
    """[31] Whether the start day itself counts (date − start + 1)."""

    irecist: IrecistOptions = IrecistOptions()
    """[F17–F30] What iRECIST leaves open."""


LATER_OPTIONS = frozenset({"marker_window_days", "response_source"})
"""Options that the published profiles do not set, because they came after them: each has a default."""

NOT_YET_SUPPORTED: dict[str, frozenset[str]] = {}
"""Values that the code does not act on yet; every value of ``irecist`` but ``not_used`` is refused as well."""
