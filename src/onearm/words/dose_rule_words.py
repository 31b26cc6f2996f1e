"""Words of the report's section on dose modifications."""

from __future__ import annotations

DOSE_RULE_WORDS: dict[str, str] = {
    "section.dose_rules": "Dose modifications advised",
    "dose_rules.advice_only": (
        "What the dose rules of the protocol say of the records up to the cut. It is advice: the investigator decides, "
        "and what was given stands in the records as it was given. For each component the strictest rule speaks; a "
        "rule touches another component only where it says so. A rule whose input is missing or too old was not judged."
    ),
    "dose_rules.unconfirmed": (
        "{unconfirmed} of the {total} rules are unconfirmed: they are shown for information and advise nothing."
    ),
    "table.dose_advice": "Advice at the cut, by component",
    "table.dose_rules": "Rules, and the patients in whom they held",
    "table.dose_course": "Advice over time, and what was given",
    "note.dose_advice": "Of {n} treated patients. Each patient is counted once for each component.",
    "note.dose_rules": (
        "Held: on any day up to the cut. Not judged: at the cut, for want of a value recent enough, of its limit or of "
        "the baseline. Of {n} treated patients."
    ),
    "note.dose_course": (
        "Each change of advice by a confirmed rule, and doses left out. Doses given against advice are findings "
        "(G031); what was given on each day, and what unconfirmed rules say, stands in addr.csv of onearm derive."
    ),
    "col.dose_component": "Component",
    "col.dose_action": "Action",
    "col.dose_rule": "Rule",
    "col.dose_text": "What it says",
    "col.dose_source": "Source",
    "col.dose_mark": "Mark",
    "col.dose_held": "Held in",
    "col.dose_unjudged": "Not judged in",
    "col.dose_of": "of",
    "col.dose_kind": "Entry",
    "col.dose_detail": "Detail",
    "col.dose_beside": "Advice before",
    "dose_action.stop": "stop",
    "dose_action.hold": "hold",
    "dose_action.reduce": "reduce",
    "dose_action.resume": "resume",
    "dose_action.continue": "continue",
    "dose_action.treatment_ended": "treatment has ended",
    "dose_action.examine": "examine",
    "dose_kind.advice": "advice",
    "dose_kind.information": "unconfirmed rule, for information",
    "dose_kind.given": "given",
    "dose_kind.not_given": "not given",
    "dose_mark.confirmed": "confirmed",
    "dose_mark.unconfirmed": "unconfirmed: for information",
}

ADVICE_REASONS: dict[str, str] = {
    "no_value": "no value",
    "too_old": "the last value is too old",
    "not_read": "the value cannot be read",
    "no_limit": "the row has no limit of normal",
    "no_baseline": "no baseline",
    "no_baseline_limit": "the baseline has no limit of normal",
    "only_a_bound": "the value is only a bound and does not settle it",
    "not_that_day": "no value of that day",
    "no_grade": "the event has no grade",
    "date_unclear": "the date is not clear",
    "no_dose": "no dose was given",
    "dose_is_no_level": "the dose last given is none of the levels",
    "steroid_dose_unclear": "the dose of the steroid is not clear",
    "steroid_unconfirmed": "the strength of the steroid is unconfirmed",
    "result_unclear": "the result is neither among those that fit nor among those that do not",
    "level_unknown": "the level is not known",
    "factor_unconfirmed": "it turns on an unconfirmed factor between units",
    "episode_unclear": "an earlier event that cannot be judged may be the first",
}
"""Why a dose rule cannot be judged."""
ADVICE_STATES: dict[str, str] = {
    "fires": "fires since {since}",
    "stands": "stands since {since}",
    "limit_passed": "not recovered in time since {since}",
    "below_last_level": "no lower level, since {since}",
}
"""How a rule that fired stands."""
ADVICE_STATUS: dict[str, str] = {
    "no_rules": "none. The protocol has no dose rules: whether a dose may be given is the investigator's to judge",
    "not_treated": "none. The dose rules are judged from the first dose on, and none was given by this day",
}
"""Why there is no advice."""
NO_ACTION: dict[str, str] = {
    "no_confirmed_rule": "no confirmed rule acts on this component",
    "ended": "it has ended",
}
"""Why the rules advise nothing of a component."""
