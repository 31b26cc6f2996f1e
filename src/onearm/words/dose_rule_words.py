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
        "Each change of advice; beside a dose the advice that stood before its day. Components on which no rule ever "
        "spoke are left out."
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
