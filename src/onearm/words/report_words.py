"""Words of the report: labels, sentences and what coded values mean. One dictionary by code.

``{fields}`` are filled by ``onearm.report``; none of the sentences holds a number of its own.
"""

from __future__ import annotations

from onearm.words.analysis_words import ANALYSIS_WORDS
from onearm.words.calendar_words import CALENDAR_WORDS
from onearm.words.design_words import DESIGN_FIGURE_WORDS
from onearm.words.dose_rule_words import DOSE_RULE_WORDS
from onearm.words.eligibility_words import ELIGIBILITY_WORDS
from onearm.words.event_words import EVENT_WORDS
from onearm.words.exposure_words import EXPOSURE_WORDS
from onearm.words.laboratory_words import LABORATORY_WORDS
from onearm.words.memo_words import MEMO_WORDS
from onearm.words.path_words import PATH_WORDS
from onearm.words.quality_words import QUALITY_WORDS

_PAGE: dict[str, str] = {
    "page.report": "Report",
    "page.contents": "Contents",
    "page.skip": "Skip to the report",
    "page.footer": "It computes what the protocol says; the investigator decides.",
    "mark.simulated": "SIMULATED",
    "mark.banner": "These patients do not exist. Nothing here tells of a treatment.",
    "audience.team": "Report for the trial team",
    "audience.board": "Report for the monitoring board",
    "audience.public": "Public report",
    "section.summary": "Where the trial stands",
    "section.design": "Design and what it does",
    "section.flow": "Participant flow",
    "section.baseline": "Baseline",
    "section.response": "Response",
    "section.decision": "The decision and what it rests on",
    "section.individual": "Patient by patient",
    "section.survival": "Time to event",
    "section.dates": "Every date and its rule",
    "section.findings": "Findings and refusals",
    "section.text": "Methods and results in words",
    "section.trace": "From number to patient to record",
    "word.and": "and",
    "word.then": ", then ",
    "unit.months": "months",
}

_VALUES: dict[str, str] = {
    "value.not_reached": "not reached",
    "value.not_estimable": "NE",
    "value.no_data": "No data",
    "value.yes": "yes",
    "value.no": "no",
    "value.small": "<5",
    "value.withheld": "withheld",
    "cut.given": "asked for",
    "cut.last": "last date in the records",
    "set.registered": "Registered",
    "set.treated": "Treated",
    "set.eligible": "Eligible",
    "set.evaluable": "Evaluable",
    "set.responders": "Responders",
    "set.controlled": "With disease control",
    "sex.f": "Female",
    "sex.m": "Male",
    "sex.u": "Unknown",
    "response.cr": "Complete response",
    "response.pr": "Partial response",
    "response.sd": "Stable disease",
    "response.non-cr/non-pd": "Neither complete response nor progression",
    "response.ned": "No evidence of disease",
    "response.pd": "Progressive disease",
    "response.ne": "Not evaluable",
    "response.missing": "No assessment",
    "response_short.cr": "CR",
    "response_short.pr": "PR",
    "response_short.sd": "SD",
    "response_short.non-cr/non-pd": "Non-CR/Non-PD",
    "response_short.ned": "NED",
    "response_short.pd": "PD",
    "response_short.ne": "NE",
    "response_short.missing": "No assessment",
    "severity.error": "Error",
    "severity.warning": "Warning",
    "severity.note": "Note",
    "status.departs": "departs from the source",
    "criterion.recist-1.1": "RECIST 1.1",
    "criterion.mrecist": "mRECIST",
    "criterion.irecist": "iRECIST",
    "evaluator.investigator": "the investigator",
    "evaluator.independent": "the independent assessor",
    "evaluator.adjudicator": "the adjudicator",
    "interval.log-log": "log-log",
    "interval.log": "log",
    "interval.plain": "plain",
    "method.clopper-pearson": "Clopper-Pearson, exact",
    "method.stage-wise": "stage-wise exact",
    "method.stage-wise-exact": "stage-wise exact, at the planned type I error",
    "method.stage-wise-exact-attained": "stage-wise exact, at the attained type I error",
    "method.clopper-pearson-attained": "Clopper-Pearson, at the attained type I error",
    "median_rule.sas": (
        "the first time at which the curve lies below one half, or the middle to the next event if it equals one half"
    ),
    "median_rule.r": (
        "the first time at which the curve lies below one half, or the middle of the step if it equals one half"
    ),
    "profile.literal": "literal censoring",
    "profile.fda": "FDA-type censoring",
    "profile.fda-treatment-policy": "FDA-type censoring, new therapies ignored",
    "profile.ema": "EMA-type censoring",
    "profile.custom": "the protocol's own censoring",
    "anchor.first_dose": "the first dose",
    "anchor.inclusion": "inclusion",
    "reading.count_on_from_last_scan": "the new interval counts from the last scan of the old one",
    "reading.extra_scan_at_change": "an extra scan at the change",
    "reading.first_interval_past_change": "one more old interval past the change",
    "refusal.unstated": "the protocol leaves open what it needs",
    "counting.confirmed": "confirmed responses only",
    "counting.confirmed_and_pending": "confirmed responses, and those that still wait for their confirming scan",
}

_REASONS: dict[str, str] = {
    "best_reason.confirmed": "confirmed by a later scan",
    "best_reason.counted_before_procedure": "counted unconfirmed, because a procedure came first",
    "best_reason.stable_long_enough": "stable for the least time or longer",
    "best_reason.response_not_confirmed": "a response that no later scan confirmed, stable at least",
    "best_reason.cr_then_lesser": "complete response, then less without progression",
    "best_reason.progression": "progression before any response or stable disease",
    "best_reason.too_early_for_stable": "no progression, but assessed too early for stable disease",
    "best_reason.not_evaluable": "every assessment was not evaluable",
    "best_reason.no_assessment": "no assessment after the baseline",
    "best_reason.death_before_assessment": "died before the first assessment",
    "best_reason.baseline": "baseline",
    "best_reason.no_baseline": "no baseline scan to compare with",
    "best_reason.no_disease_at_baseline": "no disease at baseline",
    "best_reason.target_pd": "growth of the target lesions",
    "best_reason.non_target_pd": "unequivocal progression of a non-target lesion",
    "best_reason.new_lesion": "a new lesion",
    "best_reason.back_after_cr": "a lesion back after complete response",
    "best_reason.target_and_non_target_cr": "all lesions gone",
    "best_reason.target_cr_non_target_left": "target lesions gone, a non-target lesion left",
    "best_reason.as_target": "as the target lesions",
    "best_reason.as_non_target": "as the non-target lesions",
    "best_reason.pr_continues": "a partial response continues",
    "best_reason.marker_not_normal": "complete but for a marker that is not normal",
    "best_reason.best_single": "best single assessment",
    "best_reason.no_disease": "no disease seen at all",
    "best_reason.pending_after_procedure": "pending: a procedure came before confirmation",
    "time_reason.progression": "progression at a scan",
    "time_reason.death": "death from any cause",
    "time_reason.clinical_progression": "clinical progression",
    "time_reason.last_adequate": "no event: last adequate scan",
    "time_reason.no_assessment": "no adequate scan after the start",
    "time_reason.no_baseline": "no baseline scan",
    "time_reason.new_therapy": "new anticancer therapy: last adequate scan before it",
    "time_reason.missed_scans": "event after two or more missed scans: last adequate scan before it",
    "time_reason.new_therapy_began": "new anticancer therapy, counted as the event",
    "time_reason.procedure": "intercurrent procedure: last adequate scan before it",
    "time_reason.last_alive": "last known to be alive",
    "time_reason.response": "first scan of the response",
    "time_reason.no_response": "no response",
    "time.event": "event",
    "time.censored": "censored",
    "reason.screen_failure": "screening failure",
    "reason.not_registered": "not registered",
    "reason.not_treated": "not treated",
    "reason.criterion_violated": "an eligibility criterion not met",
    "reason.no_dose": "no dose given",
    "reason.no_target_at_baseline": "no target lesion at baseline",
    "reason.no_adequate_assessment": "no adequate assessment after the baseline",
    "reason.response_not_derived": "response not derived",
    "parameter.cbor": "Best response, confirmed",
    "parameter.bor": "Best response, unconfirmed",
    "parameter.ovrlresp": "Overall response at a scan",
    "parameter.pfs": "Progression-free survival",
    "parameter.pfsfda": "Progression-free survival, FDA-type censoring",
    "parameter.pfslit": "Progression-free survival, literal censoring",
    "parameter.os": "Overall survival",
    "parameter.dor": "Duration of response",
    "parameter.dorfda": "Duration of response, FDA-type censoring",
    "parameter.dorlit": "Duration of response, literal censoring",
    "parameter.ttr": "Time to response",
    "parameter.ddc": "Duration of disease control",
    "parameter.dsd": "Duration of stable disease",
    "curve.pfs": "Progression-free survival",
    "curve.os": "Overall survival",
    "curve.dor": "Duration of response",
    "curve.ttr": "Time to response",
    "curve.ddc": "Duration of disease control",
    "curve.followup": "Follow-up (reverse Kaplan-Meier)",
    "curve.with_profile": "{name}, {profile}",
    "estimate.orr.confirmed": "Objective response, confirmed",
    "estimate.orr.unconfirmed": "Objective response, unconfirmed",
    "estimate.orr.tested": "Objective response, as the test sees it",
    "estimate.orr.design": "Objective response, by the design",
    "estimate.cbr.confirmed": "Clinical benefit, confirmed",
    "estimate.cbr.unconfirmed": "Clinical benefit, unconfirmed",
    "estimate.ddc.median": "Median duration of disease control",
    "estimate.dcr.confirmed": "Disease control, confirmed",
    "estimate.dcr.unconfirmed": "Disease control, unconfirmed",
    "estimate.pfs.median": "Median progression-free survival",
    "estimate.os.median": "Median overall survival",
    "estimate.dor.median": "Median duration of response",
    "estimate.ttr.median": "Median time to response",
    "estimate.followup.median": "Median follow-up",
}

_PATHS: dict[str, str] = {
    "path.design.n1": "the size of stage one",
    "path.design.n": "the number of patients",
    "path.design.endpoint": "the endpoint that is tested",
    "path.design.futility_stop": "the futility boundary r₁",
    "path.design.efficacy_stop": "whether stage one stops for efficacy",
    "path.design.success": "the success boundary r",
    "path.design.p0": "the rate not worth pursuing p₀",
    "path.design.p1": "the rate hoped for p₁",
    "path.design.alpha": "the type I error α",
    "path.design.power": "the power",
    "path.sets.primary": "the primary analysis set",
    "path.design.stage_one.unit": "whom stage one counts",
    "path.design.stage_one.replacement": "whether patients are replaced",
    "path.design.interim.assessed_through_scan": "the scan through which stage one is followed",
    "path.design.interim.counts": "whether pending responses count at the interim",
    "path.design.interim.late_responders": "whether late responses count at the interim",
    "path.design.final.assessed_through_scan": "the scan through which every patient is followed",
    "path.tumour.criterion": "the response criterion",
    "path.tumour.profile": "the response options",
    "path.tumour.calendar": "the scan calendar",
    "path.tumour.calendar.reading": "how scans go on where the interval changes",
    "path.tumour.calendar.window_days": "the window of a scan",
}

_DECISION: dict[str, str] = {
    "action.continue": "Go on to stage two",
    "action.stop_futility": "Stop for futility",
    "action.stop_efficacy": "Stop for efficacy",
    "action.success": "Success",
    "action.failure": "No success",
    "action.not_ready": "Not ready",
    "action.refused": "Refused",
    "action.exploratory": "No test declared",
    "headline.refused": "Refused: the protocol does not state {missing}.",
    "headline.and_more": " and {n} more",
    "headline.exploratory": "The protocol declares no test: there is nothing to decide, and the results are described.",
    "headline.continue": "Go on to stage two.",
    "headline.passed_stop_futility": (
        "Stage one called for a stop for futility ({x1} of {n1} responded) and the trial went on: by the rule it is no "
        "success, whatever came later."
    ),
    "headline.passed_stop_efficacy": (
        "Stage one called for a stop for efficacy ({x1} of {n1} responded) and the trial went on: by the rule it was a "
        "success then."
    ),
    "headline.stop_futility": "Stop for futility.",
    "headline.stop_efficacy": "Stop for efficacy.",
    "headline.success": "The trial met its boundary for success.",
    "headline.failure": "The trial did not meet its boundary for success.",
    "headline.counts_one": "In stage one {x} of {n} patients responded; the rule: {rule}.",
    "headline.counts_final": "{x} of {n} patients responded; the rule: {rule}.",
    "headline.early": "This holds whatever becomes of those still open ({undecided}).",
    "headline.not_ready": "The decision is not ready.",
    "headline.not_ready_public": "The decision is not ready: patients are still being observed.",
    "headline.earliest": "Earliest decision {day}.",
    "headline.waiting": "Waiting for {names}.",
    "headline.many": "{n} patients",
    "headline.to_come": "Patients still to be registered: {n}.",
    "headline.needed": "{n} more responders settle it.",
    "headline.needed_one": "{n} more responder settles it.",
    "rule.futility": "stop for futility if {r} or fewer of {n} respond",
    "rule.efficacy": "stop for efficacy if {r} or more of {n} respond",
    "rule.success": "success if {r} or more of {n} respond",
    "decision.refused": "No decision is computed. The protocol leaves open: {paths}.",
    "decision.rule": "The rule: {limits}.",
    "decision.counted": "Counted is {endpoint}, in {unit} patients, by order of registration; {counting}.",
    "decision.p_value": "The exact one-sided p-value that agrees with the design is {p}.",
    "decision.investigator": "This is what the signed rule says on these records. The investigator decides.",
    "state.responders": "Responders",
    "state.pending_confirmation": "Response, waiting for its confirming scan",
    "state.may_respond": "Assessed, may still respond",
    "state.not_yet_assessed": "Not yet assessed",
    "state.non_responders": "Settled without a response",
    "state.not_evaluable": "Settled without a usable assessment (counts as no response)",
    "state.missing": "Planned, not yet registered",
    "member.responder": "responder",
    "member.pending_confirmation": "waits for the confirming scan",
    "member.may_respond": "may still respond",
    "member.not_yet_assessed": "not yet assessed",
    "member.non_responder": "no response",
    "member.not_evaluable": "no usable assessment",
    "recorded.date": "Decided on",
    "recorded.action": "Decided",
    "recorded.n1": "Patients in stage one",
    "recorded.x1": "Responders as decided",
    "recorded.x1_now": "Responders of the same patients now",
    "recorded.crosses": (
        "The count now lies in another region than the count as decided. This is a finding; the recorded decision "
        "stands."
    ),
    "recorded.against": "The recorded action is not what the protocol's boundary said on the recorded count.",
    "refused.lead": "Nothing is guessed in place of what the protocol leaves open.",
    "refused.list": "Open places: {paths}.",
    "alternatives.rates": "{p0} against {p1}",
    "assumed.by": "{why} ({who})",
}

_DESIGN: dict[str, str] = {
    "design.two-stage": "Two stages: {limits}.",
    "design.single-stage": "One stage: {limits}.",
    "design.exploratory": "The design is exploratory: no boundary, no rates, no error probabilities are declared.",
    "design.open": (
        "The design is not complete: sizes, boundaries or rates are not stated, so that nothing exact can be said "
        "of it."
    ),
    "design.met": "Planned for {inputs}. The exact type I error is {error} and the exact power {power}: both hold.",
    "design.not_met": (
        "Planned for {inputs}. The exact type I error is {error} and the exact power {power}: not both hold."
    ),
    "property.success": "Success (type I error; power)",
    "property.stop_futility": "Early stop for futility",
    "property.stop_efficacy": "Early stop for efficacy",
    "property.stop_early": "Any early stop",
    "property.expected_size": "Expected number of patients",
    "property.success_without": "Success if the efficacy stop is not used",
    "property.power": "Power",
    "figure.waterfall.title": "Best change of the sum of diameters",
    "figure.waterfall.y": "Best change from baseline, %",
    "figure.spider.title": "Change of the sum of diameters over time",
    "figure.spider.y": "Change from baseline, %",
    "figure.swimmer.title": "Treatment, scans and events",
    "figure.pfs.title": "Progression-free survival",
    "figure.os.title": "Overall survival",
    "figure.dor.title": "Duration of response",
    "figure.ddc.title": "Duration of disease control",
    "figure.survival.y": "Without the event, %",
    "figure.survival.x": "Months",
    "figure.months_from_treatment": "Months from the first dose",
    "figure.at_risk": "At risk",
    "figure.new_lesion": "New lesion",
    "figure.no_sum": "No sum after baseline",
    "figure.death": "Death",
    "figure.new_therapy": "New therapy",
    "figure.procedure": "Procedure",
    "figure.ongoing": "Alive, on treatment",
    "figure.change": "best change {change}",
    "figure.no_change": "no sum after baseline",
    "figure.patient": "Patient {label}: {best}, {change}",
    "individual.linked": (
        "Point at a patient, or reach one with the tab key, to find the same patient in all three figures and in "
        "the listings; press to hold."
    ),
    "individual.public": "Figures of single patients are left out of a public report.",
    "caption.waterfall": (
        "{n} patients, coloured by their best response as in the table. {without} had no scan after the baseline "
        "and {no_sum} more no complete sum: a ring on the zero line. Smallest complete sum up to the first "
        "progression or a new therapy. A bar below the lower line can still be progression: a diamond marks a new "
        "lesion. Lines at -30 % and +20 %."
    ),
    "caption.spider": (
        "Complete sums only, from the first dose. Colour: best response. A diamond marks a scan with a new lesion."
    ),
    "caption.swimmer": (
        "Same patients, same order. Bars: time on each component; dots: scans, coloured by the overall response; "
        "grey line: followed alive. An arrow stands only for who is alive and on treatment at the cut-off."
    ),
    "caption.survival": (
        "Kaplan-Meier curve with {level} {interval} limits; ticks are censored patients; at risk are those whose "
        "time is that long or longer."
    ),
    "caption.responders_only": "Responders only, from the first scan of the response.",
    "caption.controlled_only": "Patients whose best response is disease control, from the start of observation.",
    "caption.public_curve": (
        "The curve ends where fewer than five patients are at risk; censored patients are not marked."
    ),
    "survival.no_curve": "{name}: no data.",
    "schedule.words": "Scans {words}, counted from {anchor}.",
    "schedule.open": "The protocol does not state when tumours are scanned.",
    "schedule.until": "every {every} until {until}",
    "schedule.then": "every {every}",
    "schedule.always": "every {every}",
    "schedule.reading": " ({reading})",
    "schedule.window": ", ± {days} days",
    "moment.scan": "after planned scan {number}",
    "moment.months": "{months} months",
}

_TABLES: dict[str, str] = {
    "table.rows": "({n} rows)",
    "table.alternatives": "The decision under each set of assumed boundaries",
    "table.candidates": "Designs that would lead to these numbers of patients",
    "table.inputs": "Versions and digests",
    "table.assumed": "What was assumed",
    "table.inferred": "What was inferred from the source",
    "table.unstated": "What the protocol leaves open",
    "table.properties": "Exact properties",
    "table.power": "Power if some patients are not evaluable",
    "table.flow": "Participant flow",
    "table.excluded": "Patients outside an analysis set",
    "table.baseline": "Baseline characteristics (n = {n})",
    "table.baseline_plain": "Baseline characteristics",
    "table.primary_rate": "The tested rate, with its intervals",
    "table.rates": "Objective response and disease control in every set",
    "table.beside": "The same scans by other criteria and in regions (not primary)",
    "table.best": "Best overall response",
    "table.counts": "Patients of the decision by state",
    "table.members": "Patients of the decision",
    "table.recorded": "The decision as recorded, beside the same patients now",
    "table.medians": "Medians",
    "table.landmarks": "Share without the event at given times",
    "table.date_rules": "Which rule set the dates",
    "table.dates_control": "Dates of disease control and of stable disease",
    "table.dates_pfs": "Dates of progression-free survival",
    "table.dates_os": "Dates of overall survival",
    "table.dates_dor": "Dates of duration of response and time to response",
    "table.findings": "Found in the data",
    "table.refusals": "Not computed",
    "table.derived_values": "Derived values of each patient",
    "fold.unstated": "What the protocol leaves open ({n})",
    "tile.decision": "Decision",
    "tile.value": "{value} {unit}",
    "tile.note_rate": "{lower} to {upper}; {x} of {n}",
    "tile.note_time": "{lower} to {upper}; {x} of {n} with the event",
    "input.trial": "Trial",
    "input.registry": "Registry",
    "input.version": "Protocol version",
    "input.protocol_digest": "Protocol digest",
    "input.overlays": "Overlays",
    "input.study": "Records of study",
    "input.records_digest": "Records digest",
    "input.software": "Software",
    "input.cutoff": "Data cut-off",
    "input.cutoff_kind": "Cut-off is",
    "input.audience": "Made for",
    "flow.members": "in the set",
    "baseline.age": "Age, years",
    "baseline.sex": "Sex",
    "baseline.site": "Centre",
    "baseline.sum": "Sum of target diameters, mm",
    "baseline.targets": "Target lesions",
    "baseline.afp": "AFP",
    "baseline.albi": "ALBI score",
    "baseline.bili": "Bilirubin",
    "baseline.alb": "Albumin",
    "baseline.median": "median",
    "baseline.missing": "not recorded",
    "interval.tested": "By the design, agrees with the decision",
    "interval.design": "By the design, at the protocol's level",
    "interval.conventional": "Share seen, ignoring the design (descriptive)",
    "rate.orr.confirmed": "Objective response, confirmed",
    "rate.orr.unconfirmed": "Objective response, unconfirmed",
    "rate.dcr.confirmed": "Disease control, confirmed",
    "rate.dcr.unconfirmed": "Disease control, unconfirmed",
    "rate.cbr.confirmed": "Clinical benefit, confirmed",
    "rate.cbr.unconfirmed": "Clinical benefit, unconfirmed",
    "rate.primary": " (primary)",
    "rate.of_the_protocol": "the protocol's criterion",
    "rate.not_primary": "not primary",
    "region.whole": "Whole patient",
    "region.liver": "Liver",
    "region.outside_liver": "Outside the liver",
    "best.confirmed": "Confirmed",
    "best.unconfirmed": "Unconfirmed",
    "trace.lead": (
        "Open an estimate to see its patients; open a patient to see each derived value with the rule and the "
        "record that decided it."
    ),
    "trace.estimates": "Estimates",
    "trace.shown": "{value} ({lower} to {upper}), {x} of {n}",
    "trace.counted": "Counted ({n}):",
    "trace.others": "Others of the denominator ({n}):",
    "trace.patient": "Patient {label}",
    "trace.days": "{days} days, {kind}",
    "trace.confirmed": "{value}, confirmed {day}",
    "trace.row": "{file} row {row}: {content}",
}

_COLUMNS: dict[str, str] = {
    "col.overlay": "Overlay",
    "col.rates": "Rates",
    "col.rule": "Rule",
    "col.action": "Decision",
    "col.responders": "Responders",
    "col.members": "Patients",
    "col.reading": "Reading",
    "col.inputs": "Planned for",
    "col.type_one_error": "Type I error",
    "col.power": "Power",
    "col.expected_size_p0": "Expected size",
    "col.class": "Kind",
    "col.input": "What",
    "col.value": "Value",
    "col.path": "Place in the protocol",
    "col.words": "Why",
    "col.ask": "Question",
    "col.blocks": "Holds up",
    "col.property": "Property",
    "col.under_p0": "Under p₀",
    "col.under_p1": "Under p₁",
    "col.not_evaluable": "Not evaluable",
    "col.set": "Set",
    "col.set_n": "{set} (n = {n})",
    "col.not_in_set": "Not in",
    "col.reason": "Reason",
    "col.patients": "Patients",
    "col.patient": "Patient",
    "col.characteristic": "Characteristic",
    "col.category": "Category",
    "col.interval": "Interval",
    "col.rate_name": "Rate",
    "col.rate": "Rate",
    "col.criterion": "Criterion",
    "col.region": "Region",
    "col.reading_role": "Standing",
    "col.lower": "Lower",
    "col.upper": "Upper",
    "col.level": "Level",
    "col.method": "Method",
    "col.p_value": "p",
    "col.expected_events": "Expected events",
    "col.best_response": "Best response",
    "col.state": "State",
    "col.waits_until": "Waits until",
    "col.what": "What",
    "col.endpoint": "Endpoint",
    "col.events": "Events",
    "col.median": "Median, months",
    "col.range": "Range, months",
    "col.interval_type": "Interval",
    "col.schedule": "Scan schedule",
    "col.moment": "At",
    "col.at_risk": "At risk",
    "col.free": "Without event",
    "col.event_or_not": "Event or censored",
    "col.rule_that_set": "Rule that set it",
    "col.start": "Start",
    "col.date": "Date",
    "col.days": "Days",
    "col.source": "Source",
    "col.source_row": "Record",
    "col.code": "Code",
    "col.severity": "Weight",
    "col.finding": "Finding",
    "col.place": "Place",
    "col.found": "Found",
    "col.expected": "Expected",
    "col.mend": "Mend",
    "col.not_computed": "Not computed",
    "col.why": "Why",
    "col.missing": "Open places",
    "col.parameter": "Value of",
}

_NOTES: dict[str, str] = {
    "note.alternatives": "The first one drives this report; none of the boundaries is stated by the source.",
    "note.assumed": "The source says nothing of these, or an overlay knowingly departs from it.",
    "note.inferred": "Everything else is stated by the source and quoted in the protocol file.",
    "note.exact": "Sums of binomial probabilities.",
    "note.not_evaluable": "A patient who is not evaluable counts as not responding.",
    "note.flow": (
        "Evaluable: treated, measurable at baseline, and an adequate assessment or progression or death after it."
    ),
    "note.baseline": "{n} {set} patients. Numbers: median (quartiles), smallest … largest.",
    "note.baseline_public": "{n} {set} patients. Numbers: median (quartiles).",
    "note.estimator.umvue": "By the design the rate is the unbiased estimate (UMVUE), not responders by patients.",
    "note.estimator.observed": "The design has one stage: the rate is responders by patients.",
    "note.two_intervals": (
        "The intervals may differ: the first orders the outcomes as the design's test does, at the level of "
        "its one-sided error on each side, so it excludes the null rate exactly when the test rejects; the second "
        "has the same order at the protocol's level; the last treats the patients as one sample of fixed size."
    ),
    "note.p_value": "Exact one-sided p-value against {null}.",
    "note.rates": (
        "Descriptive: exact intervals (Clopper-Pearson) that ignore the stages of the design. Whoever has no "
        "evaluable response counts as a failure in every set."
    ),
    "note.beside": (
        "Set: {set}. The protocol's criterion decides; what stands beside it decides nothing and has no p-value. Exact "
        "intervals (Clopper-Pearson). In a region only its own targets, non-targets and new lesions count."
    ),
    "note.region_without": "{label}: {n} without disease there at baseline, in no denominator: {who}.",
    "beside.refused": "{criterion}, {region}: not derived, see {codes} among the findings.",
    "note.best": "Percentages of all patients in the set.",
    "note.counts": "A planned patient who is not registered yet may still respond.",
    "note.recorded": "The final analysis conditions on the decision as recorded.",
    "note.log_rank": (
        "{name}: one-sided one-sample log-rank test (variance: the expected events) against {curve}; source: {source}. "
        "A small p means fewer events than expected."
    ),
    "reference.median": "a median of {months} months with a constant hazard",
    "reference.points": "the share without the event (by month) of {points}, later events and time not counted",
    "note.benefit": (
        "Clinical benefit: a complete or partial response, or stable disease that an adequate scan without "
        "progression still showed {at_least} or longer after the reference date. What was not seen to last is none."
    ),
    "note.between_why": (
        "A progression is seen only at a scan. Kaplan-Meier puts it on the day of that scan, so that the curve comes "
        "down late, by up to the interval between two scans; here it lies anywhere after the last adequate scan "
        "without it and not after the scan with it. Deaths count on their day."
    ),
    "note.between_method": (
        "Turnbull's estimate, the likeliest of all curves. Within an interval the data do not say where it comes down: "
        "from and to are the ends of what they allow, no confidence limits."
    ),
    "note.between_counts": "{between} events between two scans and {exact} known to the day, in {n} patients.",
    "between.median": "Median, months",
    "between.share": "Without the event, {moment}",
    "table.between.pfs": "Progression-free survival with the progression between two scans",
    "table.comparisons": "Times beside which the protocol sets this trial, and how they were seen",
    "col.kaplan_meier": "Kaplan-Meier",
    "col.between_from": "Between scans: from",
    "col.between_to": "to",
    "col.comparison": "Comparison value",
    "col.its_scans": "Its scans",
    "col.median_here": "Median here, months",
    "comparison.median": "a median of {months} months",
    "comparison.other_schedule": (
        "{name}: {value} was seen with scans {scans}, another schedule than this trial's. Progression is dated by the "
        "scan that shows it, so the two differ by their calendars alone; scans twice as far apart delay a median by "
        "weeks. Compare the estimate between two scans, not the medians."
    ),
    "table.procedure_rules": "Both rules for procedures, side by side",
    "table.procedures": "Procedures and what was found in what was taken out",
    "col.procedure": "Procedure",
    "col.margin": "Margin",
    "col.pathology": "Pathological response",
    "col.viable": "Viable tumour, %",
    "col.of_protocol": "The protocol's rule",
    "procedure_rule.observed_on.response": "a response not confirmed before it is a failure",
    "procedure_rule.censored.response": "a response not confirmed before it counts",
    "procedure_rule.observed_on.time": "observed on after it (treatment policy)",
    "procedure_rule.censored.time": "censored at the last adequate scan before it",
    "procedures.bias": (
        "Who is resected or transplanted is who did best. Censoring at the procedure takes these patients out of the "
        "curve when their tumours are smallest, as if the others told what would have become of them: it does not, "
        "and the curve then describes neither. Observing on tells what the whole strategy does, surgery included."
    ),
    "note.procedure_rules": (
        "One rule for every procedure of the protocol's list at a time: {names}. Nothing else is changed. A lesion "
        "that was cut out is never a complete response."
    ),
    "note.procedures": (
        "As recorded. Margin and pathological response are listed apart: neither is a response by the criteria of this "
        "trial."
    ),
    "note.medians": (
        "Limits: {level}, {interval} scale (Brookmeyer and Crowley). Median: {rule}. A month is {month} days. NE: "
        "not estimable."
    ),
    "note.landmarks": (
        "Limits by Greenwood's variance. NE: beyond the last follow-up, or no limit exists. At risk: time of that "
        "day or longer."
    ),
}

_TEXT: dict[str, str] = {
    "text.methods": "Methods",
    "text.results": "Results",
    "methods.two-stage": "“{title}” is a single-arm trial in two stages.",
    "methods.single-stage": "“{title}” is a single-arm trial in one stage.",
    "methods.exploratory": "“{title}” is an exploratory single-arm trial.",
    "methods.limits": "Its boundaries: {limits}.",
    "methods.rates": (
        "It was planned for a response rate of {p0} not worth pursuing and {p1} worth pursuing, with a one-sided "
        "type I error of {alpha} and a power of {power}."
    ),
    "basis.derived_required": (
        "Response: {criterion}, from the lesions, read by {evaluator}, confirmed at least {days} days later; counted "
        "in the {set} patients."
    ),
    "basis.derived_not_required": (
        "Response: {criterion}, from the lesions, read by {evaluator}, without confirmation; counted in the {set} "
        "patients."
    ),
    "basis.reported_required": (
        "Response: {criterion}, as entered by {evaluator} and not derived from lesions, confirmed at least {days} days "
        "later; counted in the {set} patients."
    ),
    "basis.reported_not_required": (
        "Response: {criterion}, as entered by {evaluator} and not derived from lesions, without confirmation; counted "
        "in the {set} patients."
    ),
    "summary.errors": (
        "Something is wrong with the records or with how they can be read ({codes}): see Findings before any number "
        "here is used."
    ),
    "methods.response_required": (
        "Response was read by {evaluator} by {criterion} and had to be confirmed at least {days} days later."
    ),
    "methods.response_not_required": "Response was read by {evaluator} by {criterion}; confirmation was not required.",
    "methods.response_reported": (
        "The response of each visit is the one that the reader entered, not one derived from the lesions."
    ),
    "methods.set": (
        "The primary analysis is of {set} patients; a patient without an evaluable response counts as not responding."
    ),
    "methods.intervals": (
        "Intervals have a level of {level}; those of proportions are exact (Clopper-Pearson), those of survival "
        "times are on the {survival} scale."
    ),
    "methods.censoring": "Progression-free survival follows {profile}.",
    "methods.software": "Computed with {software}.",
    "results.participation": (
        "{registered} patients were registered, {treated} were treated and {evaluable} were evaluable for response."
    ),
    "results.orr_confirmed": (
        "A confirmed objective response was seen in {x} of {n} {set} patients ({value}; {level} interval {lower} "
        "to {upper})."
    ),
    "results.orr_unconfirmed": (
        "An objective response was seen in {x} of {n} {set} patients ({value}; {level} interval {lower} to {upper})."
    ),
    "results.dcr_confirmed": (
        "The disease was controlled in {x} of {n} {set} patients ({value}; {level} interval {lower} to {upper})."
    ),
    "results.dcr_unconfirmed": (
        "The disease was controlled in {x} of {n} {set} patients ({value}; {level} interval {lower} to {upper})."
    ),
    "results.tested": (
        "By the design's test {x} of {n} responded: estimate {value}; the interval that agrees with the decision is "
        "{lower} to {upper} (level {level}, {method}; one-sided p {p})."
    ),
    "results.median": (
        "{name}: median {value} months ({level} interval {lower} to {upper}; {x} of {n} patients with the event)."
    ),
    "results.median_not_reached": "{name}: median not reached ({x} of {n} patients with the event).",
    "results.landmark": "{name} at {months} months: {value} ({lower} to {upper}).",
    "results.landmark_bare": "{name} at {months} months: {value}.",
    "results.followup": "Median follow-up was {value} months.",
}

REPORT_WORDS: dict[str, str] = {
    **_PAGE,
    **_VALUES,
    **_REASONS,
    **_PATHS,
    **_DECISION,
    **_DESIGN,
    **_TABLES,
    **_COLUMNS,
    **_NOTES,
    **_TEXT,
    **MEMO_WORDS,
    **DESIGN_FIGURE_WORDS,
    **ANALYSIS_WORDS,
    **PATH_WORDS,
    **LABORATORY_WORDS,
    **EVENT_WORDS,
    **ELIGIBILITY_WORDS,
    **EXPOSURE_WORDS,
    **QUALITY_WORDS,
    **CALENDAR_WORDS,
    **DOSE_RULE_WORDS,
}
