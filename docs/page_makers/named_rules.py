"""The named rules of a trial, each with the one function that states it. ``docs/generate.py`` makes a page of it."""

from __future__ import annotations

from page_makers.named_dose_rules import DOSES
from page_makers.rule import Rule

__all__ = ["RULES", "Rule"]

TARGETS = (
    Rule("Length that counts", "Measured length; 0 for a lesion that is gone.", "kernels.target_sums.counted_length"),
    Rule(
        "Too small to measure",
        "A lesion that is seen but too small to measure counts with the length that the protocol names.",
        "kernels.target_sums.counted_length",
        "rules.too_small_node if node else rules.too_small",
    ),
    Rule(
        "Merged lesion",
        "A target that merged into another counts as assessed and adds nothing.",
        "kernels.target_sums.is_missing",
        "state == MERGED",
    ),
    Rule(
        "Merged into nothing",
        "A target said to have merged where no other target can carry its length is missing.",
        "kernels.target_sums.is_merged_into_nothing",
    ),
    Rule(
        "Missing target",
        "A target not assessed, not evaluable, treated locally or merged into nothing is missing.",
        "kernels.target_sums.is_unread",
    ),
    Rule(
        "Treated for good",
        "A target that was treated locally stays treated, whatever is entered later.",
        "kernels.target_sums.was_treated",
    ),
    Rule(
        "First treatment of a target",
        "Before it no visit has a treated target.",
        "kernels.target_sums.first_treated_visit",
    ),
    Rule(
        "Nodes",
        "A target node below the normal limit is no disease; any other target is disease when it is seen.",
        "kernels.target_sums.is_disease",
        "node_normal_below",
    ),
    Rule(
        "Sum of a visit",
        "Counted lengths of the targets that are not missing, without those that the protocol leaves out.",
        "kernels.target_sums.sum_targets",
    ),
    Rule(
        "Nadir",
        "The smallest complete sum before a visit, baseline included unless the protocol says otherwise.",
        "kernels.target_sums.add_sum",
        "read.total < before.nadir",
    ),
    Rule(
        "Sums without what was treated",
        "Where a treated target is left out, baseline and nadir leave it out too.",
        "kernels.target_sums.rebase",
    ),
    Rule(
        "Largest possible sum",
        "Each missing target as long as it ever was.",
        "kernels.target_sums.largest_possible_sum",
    ),
    Rule(
        "Order of the target rules",
        "CR, PD, NE, PR, SD: the first that holds speaks.",
        "kernels.target.TARGET_RULES",
    ),
    Rule("Which target rules hold", "Each rule asked of one visit.", "kernels.target.which_rules_hold"),
    Rule("Response of the targets", "Visit by visit, by that order.", "kernels.target.derive_targets"),
    Rule(
        "CR of the targets",
        "None missing, none left as disease, none treated.",
        "kernels.target.which_rules_hold",
        "ALL_GONE if now.n_judged",
    ),
    Rule(
        "PD of the targets",
        "At least 20 % and at least the absolute growth over the nadir.",
        "kernels.target.grew",
        "10 * total >= 12 * nadir",
    ),
    Rule(
        "PD from a nadir of zero",
        "Any sum above zero that reaches the growth which the protocol names.",
        "kernels.target.grew",
        "total > 0 and total",
    ),
    Rule(
        "Targets back after target CR",
        "Progression, where the protocol chose so.",
        "kernels.target.which_rules_hold",
        "target_back_is_pd",
    ),
    Rule(
        "Target node back",
        "At the normal limit again after it was below it: progression, where the protocol chose so.",
        "kernels.target.is_node_back",
    ),
    Rule(
        "NE of the targets",
        "A target is missing and the rest shows no progression.",
        "kernels.target.TARGET_RULES",
        "(MISSING, NE)",
    ),
    Rule(
        "PR of the targets",
        "The sum is at most 70 % of the baseline sum.",
        "kernels.target.shrank",
        "10 * total > 7 * against.baseline",
    ),
    Rule(
        "PR with a target missing",
        "Where the protocol chose so and it is one however long the missing ones are.",
        "kernels.target.which_rules_hold",
        "missing_targets == PR_IF_CERTAIN",
    ),
    Rule("SD of the targets", "Neither PR nor PD.", "kernels.target.which_rules_hold", "1 << NEITHER"),
)

OTHER_LESIONS = (
    Rule(
        "Non-target response",
        "Unequivocal progression, else a lesion that is there, else one not assessed, else CR.",
        "kernels.lesions.derive_non_targets",
    ),
    Rule("Precedence of non-targets", "Which lesion speaks first.", "kernels.lesions.NON_TARGET_ORDER"),
    Rule(
        "New lesion",
        "An unequivocal new lesion makes its visit a progression.",
        "kernels.lesions.derive_new_lesions",
    ),
    Rule(
        "Equivocal new lesion dated back",
        "Confirmed later, it counts from where it was first seen, if the protocol says so.",
        "kernels.lesions.derive_new_lesions",
        "here == EQUIVOCAL and rules.equivocal_backdated",
    ),
    Rule(
        "PET only",
        "A hot spot without a lesion on CT or MRI is no progression; found there later, it may date back.",
        "kernels.lesions.derive_new_lesions",
        "here == PET_ONLY and rules.pet_backdated",
    ),
    Rule(
        "Doubtful new node",
        "A new node of 10 to under 15 mm that is the only sign of progression is equivocal.",
        "kernels.lesions.is_doubtful_node",
    ),
    Rule(
        "New node below the limit",
        "Not a lesion at all.",
        "kernels.lesions.derive_new_lesions",
        "< NEW_NODE_LEAST_TENTH_MM",
    ),
)

TIMEPOINT = (
    Rule(
        "Overall response",
        "Targets, non-targets and new lesions of one visit put together.",
        "kernels.timepoint.derive_overall",
    ),
    Rule("Row of a table", "The first row of table 1 or 2 that fits.", "kernels.timepoint.find_row"),
    Rule("Table 1", "Patients with target disease.", "kernels.timepoint.TABLE_1"),
    Rule("Table 2", "Patients with non-target disease only.", "kernels.timepoint.TABLE_2"),
    Rule(
        "Marker instead of CR",
        "A complete response needs a marker that is normal, where the protocol uses one.",
        "kernels.timepoint.MARKER_INSTEAD_OF_CR",
    ),
    Rule("What the marker says", "The value nearest to the visit.", "derive.markers.read_markers"),
    Rule(
        "Reappearance after complete response",
        "Malignant disease back after an overall CR is progression, whatever its size.",
        "kernels.timepoint.is_back_after_cr",
    ),
    Rule("Definitive CR", "Which CR the rule above needs.", "kernels.timepoint.had_definitive_cr"),
    Rule(
        "Continuing PR",
        "A partial response stays one until progression, although the sum is back above 70 %.",
        "kernels.timepoint.partial_response_continues",
    ),
    Rule(
        "Non-target disease only",
        "Without targets the non-targets give the response.",
        "kernels.timepoint.derive_overall",
        "non_target_only_sd",
    ),
    Rule(
        "No disease at baseline",
        "NED or NE until a new lesion appears.",
        "kernels.timepoint.derive_overall",
        "no_disease_is_ne",
    ),
)

BEST = (
    Rule(
        "Confirmation",
        "Which later visit confirms a CR or PR.",
        "kernels.confirmation.find_confirming_visit",
    ),
    Rule(
        "Search for a confirmation",
        "Visit by visit, by a table of steps; and why it failed.",
        "kernels.confirmation.search_confirmation",
    ),
    Rule(
        "Steps of a confirmation",
        "What each next response does: it confirms, counts, breaks, is passed over.",
        "kernels.confirmation.CONFIRMATION_STEPS",
    ),
    Rule(
        "Missed scans inside a pair",
        "Whether a planned scan that was not made counts as NE.",
        "kernels.confirmation.search_confirmation",
        "missed_visit_as_ne",
    ),
    Rule(
        "SD minimum",
        "How late a reading must be to count as stable disease.",
        "kernels.best_response.counts_as_stable",
    ),
    Rule(
        "Best overall response, confirmed",
        "CR or PR that a later visit confirms; otherwise the next best.",
        "kernels.best_response.confirm_best",
    ),
    Rule(
        "Best overall response, unconfirmed",
        "The best single visit.",
        "kernels.best_response.derive_best_response",
        "BEST_SINGLE",
    ),
    Rule(
        "Best response without CR or PR",
        "SD, Non-CR/Non-PD, NED, PD, NE or none, in that order.",
        "kernels.best_response.fall_back",
    ),
    Rule("Order of best responses", "Without CR and PR.", "kernels.best_response.FALL_BACK"),
    Rule("Row of that order", "The visit that shows it.", "kernels.best_response.find_fall_back"),
    Rule(
        "CR, then PR or SD",
        "The CR was none: progression, unless the minimum for stable disease is met.",
        "kernels.best_response.find_cr_then_lesser",
    ),
    Rule(
        "PR confirmed by CR",
        "PR, or CR where the protocol says so.",
        "kernels.best_response.confirm_best",
        "pr_confirmed_by_cr_is_cr",
    ),
    Rule(
        "Which visits count",
        "Up to the first PD, the end of the window and the cut-off.",
        "kernels.best_response.count_visits_in_window",
    ),
    Rule(
        "Last evaluable visit before a procedure",
        "The one that may count unconfirmed.",
        "kernels.best_response.last_evaluable_visit",
    ),
    Rule(
        "Procedure before confirmation",
        "Failure, pending or counted unconfirmed, as the protocol says.",
        "kernels.best_response.derive_best_response",
        "procedure_rule == COUNT_UNCONFIRMED",
    ),
    Rule(
        "Early death",
        "Death before the first assessment: NE or PD.",
        "kernels.best_response.fall_back",
        "early_death_is_pd",
    ),
    Rule(
        "Partial response not held",
        "The SD after a first PR that nothing confirmed asks for a second look.",
        "kernels.visit_queries.find_pr_not_held",
    ),
    Rule("Queries", "Visits to look at again; no value changes.", "kernels.visit_queries.query_visits"),
    Rule("Options as integers", "How each option reaches the kernels.", "derive.rules.response_rules"),
)

READING = (
    Rule("Whose reading", "The evaluator that the protocol names.", "derive.readers.select_reader"),
    Rule(
        "Baseline",
        "The last assessment with targets on or before the reference day.",
        "derive.readings._order_visits",
        "baseline_of[points.subject[eligible]]",
    ),
    Rule(
        "Date of a visit",
        "First or last scan day, where one visit's scans lie on several days.",
        "derive.readings._timepoints",
        "response_date",
    ),
    Rule("What is known of a target", "State and length from the rows of a visit.", "derive.cells.fill_targets"),
    Rule("What is known of a non-target", "State from the rows of a visit.", "derive.cells.fill_non_targets"),
    Rule("What is known of a new lesion", "Equivocal, unequivocal or PET only.", "derive.cells.fill_new"),
    Rule("New lesions under mRECIST", "By size, pattern and cytology.", "derive.mrecist.judge_new_lesions"),
    Rule("Fluid under mRECIST", "Progression with positive cytology only.", "derive.mrecist.judge_fluid_progression"),
    Rule(
        "Non-targets of the liver under mRECIST",
        "Gone where they are not enhanced.",
        "derive.mrecist.judge_enhancement",
    ),
    Rule("Where a lesion lies", "By the words of TULOC; TULOCDTL adds of what kind it is.", "derive.sites.site_bits"),
    Rule("Criterion and region", "Which lesions enter, and which length counts.", "derive.scope.Scope"),
    Rule("Two readings of one lesion", "The worst, the best or the last one.", "derive.drawn.choose_reading"),
    Rule("Split and merged lesions", "Fragments add up under their parent.", "derive.lineage.trace_lineage"),
    Rule("Treated on study", "From the day of the procedure on.", "derive.treated_by_procedure.mark_treated"),
    Rule(
        "Scan that shows a progression",
        "Its day, where one visit's scans lie on several days.",
        "derive.progression_day.date_progressions",
    ),
    Rule("Choice of targets", "Number, organ, length, method; warnings only.", "derive.check_targets.check_targets"),
    Rule("Cut-off", "What happened after it is not read.", "derive.days.DayReader.days", "day <= self.cut_day"),
    Rule("Cut-off not given", "The last complete date in the records.", "pipeline.analysis.choose_cut"),
    Rule(
        "Partial date",
        "Refused, or read as its first or last possible day, everywhere alike.",
        "derive.days.DayReader.days",
        "self.partial ==",
    ),
    Rule("New therapy", "The first other anticancer therapy on study.", "derive.interventions.find_new_therapy"),
    Rule("Procedures", "The first intercurrent procedure on study.", "derive.interventions.find_procedures"),
    Rule("Baseline too old", "A warning; the baseline stands.", "derive.baseline.check_baselines"),
    Rule("Date of death", "Which row is believed.", "derive.deaths.find_deaths"),
    Rule("Last known alive", "The latest date that shows the patient alive.", "derive.deaths.find_last_alive"),
    Rule("Response window", "Until when a response may be seen.", "derive.window.find_response_window"),
)

TIME = (
    Rule("PFS", "Progression or death, else censored.", "kernels.time_to_event.derive_progression_free"),
    Rule("Start of an endpoint", "First dose, inclusion or first response.", "derive.adtte.start_of"),
    Rule(
        "First visit of a response",
        "The confirmed pair's first visit, or the best single one: where DOR starts.",
        "kernels.follow_up.first_visit_of_response",
    ),
    Rule(
        "DOR",
        "The same function, from the first of the confirmed pair.",
        "kernels.time_to_event.derive_progression_free",
        "range(first_visit, n_visits)",
    ),
    Rule("DDC", "From the start, in patients with disease control.", "derive.adtte._Times.of_control"),
    Rule(
        "Clinical benefit", "CR, PR, or stable disease that lasted long enough.", "estimates.benefit.estimate_benefit"
    ),
    Rule("OS", "Death from any cause.", "kernels.time_to_event.derive_overall_survival"),
    Rule(
        "Last adequate scan",
        "The last visit that is neither NE nor missing.",
        "kernels.time_to_event.last_adequate_visit",
    ),
    Rule(
        "Missed scans",
        "An event after two or more missed scans is censored, where the profile says so.",
        "kernels.time_to_event.derive_progression_free",
        "> gap_limit",
    ),
    Rule("Two missed scans in days", "Two planned intervals and the window.", "derive.schedule.limit_gaps"),
    Rule(
        "Two planned scans missed",
        "Two windows in a row passed without an adequate scan (`gap_rule: two_planned_visits`).",
        "derive.schedule.limit_missed_visits",
    ),
    Rule("Censoring profiles", "What each does to each intercurrent event.", "protocol.censoring.profile_of"),
    Rule(
        "New therapy and PFS",
        "Ignored, censored at the last adequate scan, or itself the event: by the censoring profile.",
        "kernels.time_to_event.derive_progression_free",
        "new_therapy_day <= cut_day",
    ),
    Rule(
        "Procedure and PFS",
        "Censored only where the protocol says so.",
        "kernels.time_to_event.derive_progression_free",
        "procedure_day <= cut_day",
    ),
    Rule(
        "No baseline and PFS",
        "Censored at the start, where the profile says so.",
        "kernels.time_to_event.derive_progression_free",
        "is_event, reason, last = False, NO_BASELINE",
    ),
)

CALENDAR = (
    Rule("Scan calendar", "Planned days after the anchor.", "plan.calendar.planned_scan_days"),
    Rule("Scan calendar readings", "How scans go on where a phase ends between two.", "plan.calendar._pass_change"),
    Rule("Scan windows", "Which day belongs to which planned scan.", "plan.calendar.scan_windows"),
    Rule("Planned scans missed", "Planned scans between two visits.", "derive.schedule.count_missed_scans"),
)

SETS_AND_RATES = (
    Rule("Analysis sets", "Members, and why each other patient is left out.", "estimates.sets.select_sets"),
    Rule("Registered", "Entered the trial.", "derive.followed.Course.is_registered"),
    Rule("Treated", "Registered, with at least one dose.", "derive.followed.Course.is_treated"),
    Rule("Eligible", "Registered, and no criterion was missed.", "derive.followed.Course.is_eligible"),
    Rule(
        "Evaluable",
        "Treated, with a target at baseline and an adequate assessment, progression or death after it.",
        "derive.adsl.find_evaluable",
    ),
    Rule("ORR and DCR", "Who counts, in every set.", "estimates.response.estimate_rates"),
    Rule("DCR", "Which best responses count as control.", "estimates.response.controlled_responses"),
    Rule("Primary reading", "Confirmed or unconfirmed.", "estimates.response.primary_reading"),
)

DECISION = (
    Rule(
        "Stage-one membership",
        "The first patients by registration, after allowed replacements.",
        "decide.stages._select_members",
    ),
    Rule("Order of patients", "Registration time, then subject id.", "decide.stages._ordered_subjects"),
    Rule("Pending patient", "Whether a patient can still respond or be confirmed.", "kernels.stage.classify_patient"),
    Rule("Confirmable until", "The planned scan that may still confirm.", "decide.standing._Patient._confirmable_at"),
    Rule("Stage-one decision", "As soon as the worst and the best case agree.", "kernels.stage.decide_stage_one"),
    Rule("Stage-one boundaries", "≤ futility stop, ≥ efficacy stop.", "kernels.stage.stage_one_region"),
    Rule("Final decision", "Success if x ≥ the boundary.", "kernels.stage.decide_final"),
    Rule("Refused decision", "What the protocol must say before a decision.", "protocol.questions.missing_for"),
    Rule("Recorded decision", "x1 as decided beside x1 now.", "decide.stages._compare"),
    Rule("Interim worksheet", "Worst and best case, chances of each end.", "decide.worksheet.build_worksheet"),
    Rule(
        "Chances at one rate", "Open and later patients respond at p0 or p1.", "kernels.worksheet.conditional_chances"
    ),
    Rule("Predictive chances", "The rate is drawn from what was learnt.", "kernels.worksheet.predictive_chances"),
    Rule("Change after the first look", "Which changes of a protocol are flagged.", "protocol.diff.diff_protocols"),
)

STATISTICS = (
    Rule("Type I error and power", "Exact probability of success.", "stats.two_stage.probability_of_success"),
    Rule(
        "Power with patients not evaluable",
        "They count as failures.",
        "stats.two_stage.effective_rate",
    ),
    Rule("Clopper-Pearson", "Exact interval of a proportion.", "stats.binomial.clopper_pearson"),
    Rule(
        "Stage-wise p-value",
        "Exact, by the order in which the trial may end.",
        "stats.two_stage_inference.stage_wise_p_value",
    ),
    Rule(
        "Stage-wise interval",
        "Exact, in the same order.",
        "stats.two_stage_inference.stage_wise_interval",
    ),
    Rule(
        "Mid-p interval", "In the same order, half of the outcome itself.", "stats.two_stage_inference.mid_p_interval"
    ),
    Rule(
        "Koyama-Chen limits", "As published; they cover too little.", "stats.two_stage_inference.koyama_chen_interval"
    ),
    Rule("UMVUE", "Unbiased estimate after two stages.", "stats.two_stage_inference.unbiased_estimate"),
    Rule("UMVCUE", "Unbiased given stage two.", "stats.two_stage_inference.conditional_unbiased_estimate"),
    Rule("Median-unbiased estimate", "Half on each side.", "stats.two_stage_inference.median_unbiased_estimate"),
    Rule("Bias-adjusted estimate", "Whitehead 1986.", "stats.two_stage_inference.bias_adjusted_estimate"),
    Rule("Second stage of another size", "Koyama and Chen 2008.", "stats.changed_second_stage.changed_p_value"),
    Rule(
        "Conditional error",
        "What the plan still allows after m patients.",
        "stats.conditional_error.conditional_errors",
    ),
    Rule("Boundary that keeps it", "For the patients that come.", "stats.conditional_error.boundary_after"),
    Rule("Curtailment", "Stop as soon as the decision is certain.", "stats.curtailment.curtail"),
    Rule(
        "Stochastic curtailment",
        "Stop when success has become unlikely or nearly sure.",
        "stats.stochastic_curtailment.curtail_by_chance",
    ),
    Rule(
        "Responders not yet seen",
        "They count at the end, not at the interim.",
        "stats.late_responses.characteristics_with_unseen",
    ),
    Rule("Optimal and minimax", "Searched until proved.", "design.search.list_undominated"),
    Rule("Three stages", "Searched until proved; Chen 1997.", "design.three_stages.find_three_stage"),
    Rule("Admissible designs", "The hull of size against expected size.", "design.hull.list_hull"),
    Rule("One stage", "A'Hern 2001, exact.", "design.search.search_single_stage"),
    Rule("Fleming's procedure", "By his formulas, with its true errors.", "design.fleming.fleming_design"),
    Rule("Gehan, stage one", "At least one response is likely.", "stats.gehan.stage_one_size"),
    Rule("Gehan, stage two", "A standard error that is small enough.", "stats.gehan.stage_two_size"),
    Rule("Design recovered", "What customary inputs lead to these numbers.", "design.recovery.recover"),
    Rule("Toxicity, Pocock type", "Ivanova 2005.", "design.toxicity_boundaries.monitor_toxicity"),
    Rule("Toxicity, Bayesian", "With its real false stops.", "design.toxicity_boundaries.monitor_toxicity_bayes"),
    Rule("Predictive probability", "Lee and Liu 2008.", "design.response_boundaries.predictive_probability"),
    Rule("Posterior boundaries", "Thall and Simon 1994.", "design.response_boundaries.posterior_boundaries"),
    Rule(
        "Response and toxicity together",
        "Bryant and Day 1995, searched until proved.",
        "design.bryant_day.find_bryant_day",
    ),
    Rule(
        "Response and toxicity that go together",
        "Exact at any odds ratio.",
        "stats.joint_outcomes.joint_characteristics",
    ),
    Rule("BOP2", "Zhou, Lee and Yuan 2017, exact instead of simulated.", "design.bop2.find_bop2"),
    Rule(
        "One-sample log-rank test",
        "Observed against expected events, variance E.",
        "stats.one_sample_log_rank.one_sample_log_rank",
    ),
    Rule(
        "Interval that agrees with the decision",
        "Level 1 − 2α of the primary endpoint.",
        "estimates.response.estimate_tested_rate",
    ),
    Rule(
        "Ordered secondary tests",
        "In the declared order; the first that does not reject closes the rest.",
        "estimates.ordered.apply_ordered_tests",
    ),
    Rule("Kaplan-Meier", "The curve, events before censorings.", "stats.kaplan_meier.fill_curve"),
    Rule("Interval of a curve", "Log-log, log or plain.", "stats.kaplan_meier.pointwise_limits"),
    Rule("Median rule", "What to do where S(t) is exactly one half.", "stats.survival_summaries.quantile"),
    Rule("Landmark", "S(t) at a time; not estimable beyond follow-up.", "stats.survival_summaries.landmark"),
    Rule("At risk", "Patients with a time ≥ t.", "stats.survival_summaries.number_at_risk"),
    Rule(
        "Progression between two scans",
        "Turnbull's estimate, with its conditions checked.",
        "stats.turnbull.estimate_interval_curve",
    ),
    Rule("Reverse Kaplan-Meier", "Follow-up: censoring is the event.", "stats.kaplan_meier.reverse"),
)

NUMBERS = (
    Rule("Rounding", "Half away from zero, only when a number is shown.", "units.round_half_away"),
    Rule("Percent", "From the exact fraction.", "units.percent"),
    Rule("Length", "Whole tenths of a millimetre.", "units.tenth_mm"),
    Rule("Month", "30.4375 days when days are shown as months.", "units.DAYS_A_MONTH"),
    Rule("Small cells", "Which counts a public report may tell.", "report.disclosure.Disclosure.may_tell"),
    Rule("Simulated", "Which records are simulated.", "records.records.Records.simulated"),
)

PACKAGE = (
    Rule("Records of the package", "The worst of each day, up to the first PD.", "kernels.peer_response.mark_records"),
    Rule("Confirmation by the package", "Only the first one late enough is tried.",
         "kernels.peer_response.try_confirmation"),
    Rule("Stable disease by the package", "SD or better late enough, else PD, else NE.",
         "kernels.peer_response.fall_back_as_peer"),
    Rule("Late enough for the package", "At least `ref_start_window` days after the reference day.",
         "kernels.peer_response.is_late_enough"),
    Rule("Parameters of the package", "BOR, CBOR, RSP, CRSP, CB, CCB, PD and LSTA of one patient.",
         "kernels.peer_response.derive_peer_response"),
    Rule("Times of the package", "OS, PFS, RSD as its ADTTE template has them.", "derive.peer_times.derive_peer_times"),
    Rule("Entered responses", "Best responses of what a reader entered.", "kernels.entered.derive_best_responses"),
    Rule("Less after an entered CR", "Disease is there again.", "derive.reported.reported_visits"),
)  # fmt: skip

LABORATORY = (
    Rule(
        "Limit of a grade",
        "A value against a limit in its unit, or a multiple of LLN, ULN or the baseline, in whole numbers.",
        "kernels.lab_ladder.bound_state",
    ),
    Rule(
        "Grade on a ladder",
        "The highest grade that holds, given only if no higher one could; between two grades there is none.",
        "kernels.lab_ladder.walk_ladder",
    ),
    Rule(
        "Unknown clinical fact",
        "The least grade that the facts leave, with the remark that it could be higher.",
        "kernels.lab_ladder.grade_on_ladder",
    ),
    Rule(
        "Abnormal baseline",
        "It chooses the ladder; where it is missing, a grade only if both ladders agree.",
        "kernels.lab_grades.grade_exact",
    ),
    Rule(
        "Number that is none",
        "A negative value, a limit or baseline of zero, a number too large to multiply.",
        "kernels.lab_grades.usable",
    ),
    Rule(
        "Grade of a bound",
        "A value known as < or > has a grade if both ends of what it can be agree.",
        "kernels.lab_grades.grade_value",
    ),
    Rule("Grades of many values", "The same, over columns.", "kernels.lab_grades.grade_values"),
    Rule("Hy's law", "High transaminase, high bilirubin, no cholestasis.", "safety.liver.find_liver_signal"),
    Rule("Worst grade", "Patients by their worst grade after the first dose.", "safety.shift.worst_grades"),
)

RULES: dict[str, tuple[Rule, ...]] = {
    "What is read": READING,
    "Target lesions": TARGETS,
    "Non-target and new lesions": OTHER_LESIONS,
    "Response at a visit": TIMEPOINT,
    "Best overall response": BEST,
    "Time to event": TIME,
    "Entered responses, and the R package": PACKAGE,
    "Scan calendar": CALENDAR,
    "Analysis sets and rates": SETS_AND_RATES,
    "Decision": DECISION,
    "Statistics": STATISTICS,
    "Numbers": NUMBERS,
    "Doses": DOSES,
    "Laboratory": LABORATORY,
}
"""Every named rule by heading, in the order in which a trial meets them."""
