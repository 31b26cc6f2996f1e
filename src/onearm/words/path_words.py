"""Words of the report about the patients' path: disposition and departures from the protocol."""

from __future__ import annotations

PATH_WORDS: dict[str, str] = {
    "section.deviations": "Departures from the protocol",
    "flow.screened": "Screened",
    "flow.unmet": "criterion not met: {criteria}",
    "table.disposition": "Where the patients are at the data cut",
    "note.disposition": (
        "Not registered: the criteria that a row of IE says were not met. Treatment: of treated patients. Study: of "
        "registered patients. Each group of a part is counted apart, so that the parts add up to their whole."
    ),
    "disposition.not_registered": "Not registered",
    "disposition.treatment": "Treatment",
    "disposition.study": "Study",
    "reason.ongoing": "ongoing",
    "reason.in_follow_up": "in follow-up",
    "reason.death": "died",
    "reason.not_recorded": "no reason recorded",
    "col.part": "Part",
    "col.of": "Of",
    "table.deviation_counts": "Departures from the protocol, by kind",
    "table.deviations": "Departures from the protocol, one by one",
    "note.deviations": (
        "Found by rule, for a person to confirm: the software records no deviation. A recorded one (DV) within "
        "{days} days of one that was found is shown beside it; whether it is the same, a person says. Scans are "
        "expected until progression, death, a new anticancer therapy or the end of the study."
    ),
    "deviation.scan_missed": "Planned scan not made",
    "deviation.scan_outside_window": "Scan made outside its window",
    "deviation.visit_missed": "Planned visit not made",
    "deviation.visit_outside_window": "Visit made outside its window",
    "deviation.dose_outside_limit": "Dose outside the limit",
    "deviation.criterion_not_met": "Registered although a criterion was not met",
    "deviation.criterion_unknown": "Registered although a criterion was unknown",
    "deviation.consent_after_procedure": "Study procedure before consent",
    "deviation.recorded": "Recorded by the centre",
    "deviation_state.to_confirm": "to confirm",
    "deviation_state.near_recorded": "one is recorded near this day",
    "deviation_state.recorded": "recorded",
    "col.deviation": "Departure",
    "col.asked": "Asked for",
    "col.rule_place": "Rule",
}
