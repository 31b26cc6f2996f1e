"""Words of the report's sections on agreement, subgroups, landmarks and what would move the result."""

from __future__ import annotations

ANALYSIS_WORDS: dict[str, str] = {
    "section.analyses": "Subgroups and landmarks",
    "table.subgroups": "Response rate in declared subgroups",
    "table.response_landmarks": "From a landmark on, by response",
    "subgroup.overall": "All patients",
    "subgroup.below": "below {high}",
    "subgroup.from": "{low} or more",
    "subgroup.between": "{low} to below {high}",
    "subgroup.not_in_records": "{name}: the records have no such variable at baseline, so no subgroup is shown.",
    "subgroup.needs_cuts": "{name} is a number with many values: the protocol must say where to cut it.",
    "subgroup.not_a_number": "{name} is not a number in these records and cannot be cut.",
    "subgroup.several_units": "{name}: its values stand in several units in these records, so no subgroup is shown.",
    "note.subgroups": (
        "Clopper-Pearson intervals. The subgroups were declared in the protocol; no test compares them, and an "
        "interval that leaves out the overall rate proves nothing."
    ),
    "landmark.bias": (
        "Responders must live, and stay without progression, until they respond: compared from the start they do "
        "better even if response does nothing (guarantee-time bias). So patients are grouped by what was seen up to a "
        "landmark and followed from there; who left before it is counted apart. No comparison from the start is made."
    ),
    "landmark.at": "{endpoint} from day {day}",
    "landmark.responders": "responded by then",
    "landmark.non_responders": "had not responded by then",
    "landmark.left_with_event": "left before: event",
    "landmark.left_censored": "left before: censored",
    "landmark.not_derived": "not derived: the protocol leaves the endpoint, or which responses count, open",
    "note.response_landmarks": (
        "Months from the landmark. Responded: CR or PR at a scan up to the landmark, confirmed or not, since a later "
        "confirmation was not known then; a scan after the response window, a procedure or a new therapy that ends it "
        "counts as little as in the best response. No test is made: who responds differs in more than the response."
    ),
    "col.variable": "Variable",
    "col.group": "Group",
    "col.landmark": "Landmark",
    "col.median_from_landmark": "Median from there, months",
    "section.agreement": "Reported against derived",
    "section.concordance": "One criterion against the other",
    "agreement.lead_criteria": (
        "The same lesions by each criterion that the protocol asks for: where the two part, and how far they agree "
        "beyond chance. The protocol's criterion decides."
    ),
    "agreement.lead": (
        "What readers entered as response stands here beside what follows from the lesions they measured. Nothing of "
        "it enters the analysis, which follows the protocol."
    ),
    "agreement.lead_reported": (
        "The protocol takes the responses as they were entered: they are what this report analyses. Beside them stands "
        "what follows from the lesions, where lesions were measured."
    ),
    "agreement.alone": "There is no second account to set beside them.",
    "agreement.unread": "What {readings} measured or entered could not be derived under this protocol and is left out.",
    "account.lesions": "{reading}, from lesions",
    "account.entered": "{reading}, as entered",
    "table.agreement": "Agreement of responses",
    "table.agreement_dates": "Agreement of dates",
    "table.agreement_cross": "Responses of two readings",
    "table.discordance": "Where the entered response is not the derived one",
    "entered.not_entered": "not entered",
    "agreement.visit": "Overall response, visit by visit",
    "agreement.best": "Confirmed best response",
    "agreement.responders": "Responder or not (confirmed)",
    "agreement.event.response": "First response",
    "agreement.event.progression": "Progression",
    "col.accounts": "Readings",
    "col.unit": "Compared",
    "col.pairs": "Pairs",
    "col.agreed": "Agree",
    "col.agreed_percent": "Agree, %",
    "col.kappa": "Kappa",
    "col.kappa_limits": "Interval",
    "col.weighted_kappa": "Weighted kappa",
    "col.weighted_limits": "Interval",
    "col.left_out": "Without a pair",
    "col.event": "Event",
    "col.same_day": "Same day",
    "col.second_earlier": "Second earlier",
    "col.second_later": "Second later",
    "col.only_first": "Only first",
    "col.only_second": "Only second",
    "col.median_difference": "Median difference, days",
    "col.first_says": "First says",
    "col.second_says": "Second says: {response}",
    "col.component": "Component",
    "col.entered": "Entered",
    "col.derived": "Derived",
    "col.by_rule": "Rule behind the derived value",
    "col.reader": "Reading",
    "col.visit": "Visit",
    "component.target": "target lesions",
    "component.non_target": "non-target lesions",
    "component.new_lesion": "new lesion",
    "component.overall": "overall",
    "kappa.no_pairs": "no pairs",
    "kappa.one_category": "none: one category only",
    "kappa.complete_agreement": "all agree",
    "target_rule.no_targets": "no target lesions",
    "target_rule.all_gone": "every target gone, every node below normal size",
    "target_rule.growth_over_nadir": "growth of 20 % and the absolute minimum over the smallest sum",
    "target_rule.growth_from_zero": "growth from a sum of zero",
    "target_rule.back_after_target_cr": "target back after all were gone",
    "target_rule.missing": "a target was not assessed",
    "target_rule.gone_without_baseline": "nothing left, but no complete baseline to say what was there",
    "target_rule.no_baseline_sum": "no complete baseline sum",
    "target_rule.shrinkage": "a fall of 30 % from baseline",
    "target_rule.neither": "neither 30 % less than baseline nor 20 % more than the smallest sum",
    "target_rule.table_1": "as its lesions",
    "target_rule.new_lesion": "an unequivocal new lesion",
    "target_rule.no_new_lesion": "no unequivocal new lesion",
    "target_rule.no_lesions_read": "no lesion read at this visit",
    "best_reason.no_lesions_read": "no lesion read at this visit",
    "sensitivity.command": (
        "What would move the result: {command} reads these records under every choice that the protocol could have "
        "made otherwise, and names the patients who change."
    ),
    "note.agreement": (
        "Kappa (Cohen 1960) counts agreement beyond chance; weighted kappa takes CR, PR, SD, PD as ordered with linear "
        "weights. Intervals: Fleiss, Cohen and Everitt 1969. NON-CR/NON-PD counts as SD; NE and missing make no pair. "
        "Visits of one patient are not independent, so that intervals by visit are too narrow. "
        "Without a pair, for responder or not: patients of whom one of the two readings has no visit at all."
    ),
    "note.agreement_dates": "Days are those of the second reading minus those of the first.",
    "note.agreement_cross": "Rows: the first reading; columns: the second.",
    "note.discordance": (
        "The derived value is what the analysis uses, unless the protocol says otherwise. Not entered: lesions were "
        "read at that visit, and no overall response stands beside them. Missing: a response was entered where no "
        "lesion was read."
    ),
}
