"""Words of the report on adverse events and stopping rules."""

from __future__ import annotations

EVENT_WORDS: dict[str, str] = {
    "section.safety": "Adverse events and deaths",
    "section.stopping": "Stopping rules for safety",
    "safety.definition": (
        "Of {n} treated patients, each counted once a line. Treatment-emergent: onset, or worsening of what was there "
        "before, from the day of the first dose of any component to {window} days after the last, the last day "
        "included{serious}. {therapy} Terms and classes stand as the records code them."
    ),
    "safety.definition_open": (
        "Of {n} treated patients, each counted once a line. The protocol leaves open how long after the last dose an "
        "event counts: what begins later is counted apart. {therapy} Terms and classes stand as the records code them."
    ),
    "safety.serious_window": "; {days} days where the event is serious",
    "safety.therapy.ends": "A new anticancer therapy ends this time on the day before it.",
    "safety.therapy.does_not_end": "A new anticancer therapy does not end this time.",
    "safety.therapy.open": "The protocol leaves open whether a new anticancer therapy ends this time.",
    "safety.assumed": "Rules on adverse events that are assumed, not stated by the source: {names}.",
    "safety.advice": (
        "Each rule is advice to the monitoring board; people decide. Patients stand in order of registration. An event "
        "counts as soon as it is known; a bound counts as reached once the known events among the first patients reach "
        "it, whatever becomes of those who are still open. Events are taken to be reported up to the data cut."
    ),
    "safety.not_run": "{name}: not run. The protocol leaves open {missing}.",
    "safety.crossed": (
        "{name}: the bound is reached. {events} of the first {patients} patients had the event by {day}; the bound is "
        "{bound}. The rule advises to {advice}."
    ),
    "safety.not_crossed": (
        "{name}: the bound is not reached: {events} of {patients} patients had the event, {pending} may yet have it, "
        "of {doubtful} it cannot be told, {left_out} left before the end of the window and are not counted.{open}"
    ),
    "safety.may_cross": " It would be if the patients who are still open all had it.",
    "safety.cannot_cross": " Nor can it be by the patients who are still open.",
    "safety.public_crossed": "{name}: the bound is reached.",
    "safety.public_not_crossed": "{name}: the bound is not reached.",
    "advice.stop": "stop",
    "advice.pause": "pause",
    "table.ae_overview": "Adverse events: overview",
    "table.ae_common": "Adverse events in at least 10 % of the treated patients",
    "table.ae_terms": "Adverse events by term and worst grade",
    "table.ae_classes": "Adverse events by organ class and term",
    "table.ae_related": "Related adverse events by term and worst grade",
    "table.ae_serious": "Serious adverse events by term",
    "table.ae_interest": "Adverse events of special interest",
    "table.ae_doubtful": "Events of which it cannot be told whether they are treatment-emergent",
    "table.deaths": "Deaths of the treated patients",
    "table.death_list": "Deaths one by one",
    "table.stopping_bounds": "Bounds of the stopping rules",
    "table.stopping_rates": "How often the stopping rules stop, exactly",
    "table.stopping_patients": "Patients under the stopping rules",
    "note.ae_counts": "Each patient once a line, at the worst grade. {n} treated patients.",
    "note.ae_events": "Events are rows of the records; a patient may have several.",
    "note.ae_interest": "Onset counts from the first dose (day 1), resolution from onset to end, both days counted.",
    "note.deaths": "Days count from the last dose of any component. Causes stand as recorded.",
    "note.stopping_rates": (
        "The first rate of each rule is its acceptable one: stopping there is false. Every probability is a finite sum "
        "over complete observation in order of registration."
    ),
    "note.stopping_bounds": "A bound holds from its number of patients to the next one.",
    "col.event_line": "Adverse events",
    "col.about": "Component or group",
    "col.term": "Term",
    "col.organ_class": "Organ class",
    "col.share": "%",
    "col.ae_severe": "Grade ≥ 3",
    "col.ae_severe_share": "% grade ≥ 3",
    "col.ae_grade": "Grade {grade}",
    "col.ungraded": "No grade",
    "col.onset_days": "Days to onset, median (range)",
    "col.duration_days": "Days to resolution, median (range)",
    "col.resolved": "Events resolved",
    "col.onset": "Onset",
    "col.toxicity_grade": "Grade",
    "col.why_open": "Why it cannot be told",
    "col.death_line": "Deaths",
    "col.death": "Death",
    "col.days_after_dose": "Days after last dose",
    "col.cause": "Cause",
    "col.fatal_event": "Fatal adverse event",
    "col.related": "Related",
    "col.stopping_rule": "Rule",
    "col.from_patients": "From patients",
    "col.stop_at": "Stop at events",
    "col.event_rate": "Rate of the event",
    "col.ever_stops": "Ever stops",
    "col.patients_treated": "Patients treated, expected",
    "col.stands": "Stands",
    "col.event_or_end": "Event, or end of window",
    "ae_line.any": "Any",
    "ae_line.severe": "Grade 3 or more",
    "ae_line.grade_3_4": "Grade 3 or 4",
    "ae_line.grade_5": "Grade 5",
    "ae_line.serious": "Serious",
    "ae_line.related": "Related",
    "ae_line.related_severe": "Related, grade 3 or more",
    "ae_line.related_serious": "Related and serious",
    "ae_line.related_fatal": "Related and fatal",
    "ae_line.relation_not_recorded": "Relation not recorded",
    "ae_line.held": "Led to a hold",
    "ae_line.reduced": "Led to a reduction",
    "ae_line.stopped": "Led to a stop",
    "ae_line.action_not_recorded": "Action taken not recorded",
    "ae_line.interest": "Of special interest",
    "ae_line.cannot_be_told": "Treatment-emergent or not: cannot be told",
    "ae_line.worst_case": "Any, if all that cannot be told were treatment-emergent",
    "ae_line.progression": "Progression of the disease, no adverse event by the protocol",
    "death_line.deaths": "All",
    "death_line.deaths_within": "Within {about} days of the last dose",
    "death_line.deaths_related": "With a related fatal event",
    "death_line.deaths_cause": "Cause: {about}",
    "value.not_recorded": "not recorded",
    "watched.event": "event",
    "watched.free": "no event",
    "watched.pending": "no event so far",
    "watched.doubtful": "cannot be told",
    "watched.left_out": "left before the end, not counted",
    "emergence.onset_missing": "onset without a date",
    "emergence.onset_partial": "partial onset date",
    "emergence.grade_missing": "present before the first dose, grade missing",
    "emergence.window_open": "window left open by the protocol",
    "emergence.last_dose_unknown": "day of the last dose not known",
    "emergence.treatment_goes_on": "late after the last dose so far, treatment goes on",
    "emergence.seriousness_unknown": "not known whether it is serious",
    "emergence.new_therapy_open": "after a new therapy, rule left open by the protocol",
    "figure.events.title": "Adverse events: any grade and grade 3 or more",
    "figure.events.x": "Treated patients with the event, %",
    "figure.events.any": "Grade 1 or 2 as the worst, or no grade",
    "figure.events.severe": "Grade 3 or more",
    "caption.events": "The {shown} most frequent terms, of {n} treated patients; each patient once a term.",
}
