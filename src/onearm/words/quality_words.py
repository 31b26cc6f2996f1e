"""Words of the section on quality of life."""

from __future__ import annotations

QUALITY_WORDS: dict[str, str] = {
    "section.quality": "Quality of life",
    "table.quality_completion": "Questionnaires expected, received and scored",
    "table.quality_change": "Change from baseline by scale and visit",
    "table.quality_deterioration": "Time to deterioration",
    "table.quality_definitions": "Time to deterioration under definitions near the protocol's",
    "table.quality_times": "Time to deterioration patient by patient",
    "table.quality_scales": "The scales, which way they run, and from how many points on a change counts",
    "note.quality_completion": (
        "Expected at the baseline: every patient of the set {set}. Expected later: who was alive on the planned "
        "day, had not left {until} before it, and whose window ({window} days either way) had closed by the data "
        "cut or whose form had come. Scored: at least one scale has a score. Rates are of the expected forms."
    ),
    "note.quality_change": (
        "Points from the baseline, which is the last score on or before the day of the first dose; limits by "
        "Student's t, level {level}. A rise is better on some scales and worse on others: the column says which. "
        "Who answers is seldom who is worst off: read it beside the completion."
    ),
    "note.quality_deterioration": (
        "From {start}. Worse than: {reference}. Pattern: {pattern}. Confirmation: {confirmation}. Death before: "
        "{death}. Without a baseline score: {no_baseline}. Forms outside every window are not read."
    ),
    "note.quality_definitions": (
        "The same records, thresholds and start under every combination that differs from the protocol's in two "
        "switches at most (reference, pattern, confirmation, death, no baseline); none was chosen by its result."
    ),
    "note.quality_competing": "Where death competes, the median is of the cumulative incidence, and has no limits.",
    "note.quality_unconfirmed": "Unconfirmed: {name}{note}. Check it against the scoring manual.",
    "note.quality_threshold": "{name}: {source} ({mark}).",
    "quality.all_scales": "every other scale",
    "quality.confirmed": "confirmed",
    "quality.unconfirmed": "unconfirmed",
    "quality.better": "better",
    "quality.worse": "worse",
    "quality.refused": "Not derived: {what}. The protocol leaves open {missing}.",
    "quality.start.first_dose": "the first dose",
    "quality.start.inclusion": "inclusion",
    "quality.until.on_study": "the study",
    "quality.until.on_treatment": "treatment",
    "quality.reference.baseline": "the baseline",
    "quality.reference.best": "the best score so far",
    "quality.pattern.first": "first",
    "quality.pattern.definitive": "without later recovery",
    "quality.confirmation.none": "none",
    "quality.confirmation.counts": "next form; the last form counts unconfirmed",
    "quality.confirmation.does_not_count": "next form; the last form does not count",
    "quality.death.event": "an event",
    "quality.death.censored": "censored at the last form",
    "quality.death.competing": "a competing event",
    "quality.no_baseline.exclude": "left out",
    "quality.no_baseline.event_at_start": "an event at the start",
    "quality.reason.worse": "worse",
    "quality.reason.death": "death",
    "quality.reason.last_form": "last form",
    "quality.reason.no_form_after_baseline": "no form after the baseline",
    "quality.reason.no_baseline": "no baseline score",
    "quality.reason.not_recorded": "reason not recorded",
    "quality.missing": "{reason}: {count}",
    "col.instrument": "Questionnaire",
    "col.visit_planned": "Visit",
    "col.expected_forms": "Expected",
    "col.received_forms": "Received",
    "col.received_rate": "of expected",
    "col.scored_forms": "Scored",
    "col.scored_rate": "of expected",
    "col.unexpected_forms": "Not expected, yet received",
    "col.why_missing": "Why missing",
    "col.scale": "Scale",
    "col.higher_is": "Higher is",
    "col.mean_change": "Mean change",
    "col.sd": "SD",
    "col.improved": "Improved",
    "col.stable": "Stable",
    "col.became_worse": "Worse",
    "col.points_improvement": "Improved from",
    "col.points_worsening": "Worse from",
    "col.items_needed": "Answers needed",
    "col.mark": "Mark",
    "col.deaths_before": "Deaths before",
    "col.no_baseline": "No baseline",
    "col.reference_score": "Compared with",
    "col.score_then": "Score",
    "col.confirmation": "Confirmation",
    "col.pattern": "Pattern",
    "col.reference": "Worse than",
    "col.death_is": "Death is",
    "col.ended_by": "Ended by",
    "figure.quality.title": "{name}: mean change from baseline",
    "figure.quality.week": "week",
    "figure.quality.n": "n",
    "caption.quality": (
        "Mean change with its {level} interval, and below each visit its week and the number of patients with a "
        "score at baseline and at that visit. An arrow says which way is better. Intervals of few patients are cut "
        "at the edge; the table has their limits."
    ),
    "figure.quality.up": "↑ better",
    "figure.quality.down": "↓ better",
    "figure.quality.unconfirmed": "{name} (unconfirmed)",
}
