"""Words of the report's section on laboratory values."""

from __future__ import annotations

LABORATORY_WORDS: dict[str, str] = {
    "section.laboratory": "Laboratory",
    "laboratory.version": (
        "Graded by CTCAE version {version}, which the protocol pins for the whole trial. Each value is held against "
        "the limits of its own laboratory on its day; where the baseline was abnormal, the ladder in multiples of the "
        "baseline applies where the version has one. So a grade is not a multiple of the upper limit: rules for doses "
        "read the multiple, not the grade."
    ),
    "laboratory.sources": "Limits as encoded by: {sources}.",
    "laboratory.unconfirmed": (
        "Unconfirmed rows of the table of grades were used for {tests}: grades of these tests are to be checked by "
        "hand."
    ),
    "laboratory.version_open": (
        "The protocol does not say which version of CTCAE applies (safety.ctcae). Nothing is graded until it does."
    ),
    "table.laboratory_worst": "Worst grade of each test after the first dose",
    "note.laboratory_worst": (
        "Patients, not values. The denominator is every patient with at least one gradable value after the first dose; "
        "patients without one stand apart and are in no grade. All values after the first dose up to the cut count, "
        "those after the end of treatment too. “Could be higher”: some value could not be graded, or a grade depends "
        "on a clinical fact (a transfusion, symptoms) that is not in the laboratory's records. “Worse than "
        "baseline”: some value has a higher grade than the baseline."
    ),
    "table.laboratory_shift": "From the grade at baseline to the worst grade after the first dose",
    "note.laboratory_shift": (
        "Patients of the same denominators. A ladder in multiples of the baseline makes an abnormal baseline grade 0."
    ),
    "table.laboratory_ungradable": "Values after the first dose without a grade",
    "note.laboratory_ungradable": "A value without a grade is never counted as grade 0.",
    "table.liver_signal": "High transaminase with high bilirubin (Hy's law)",
    "note.liver_signal": (
        "ALT or AST from {transaminase} × on, bilirubin from {bilirubin} × on the same day or up to {days} days later, "
        "after the first dose; cholestasis: alkaline phosphatase from {cholestasis} × ULN on between the two days. By "
        "multiples of ULN {uln} of {judged} patients, by multiples of an abnormal baseline {base} of {judged}; "
        "{not_judged} more had values but not both with an upper limit. A person decides whether another cause "
        "explains it: progression in the liver, hepatitis B, the infusion, the bile ducts."
    ),
    "note.liver_unconfirmed": "The limits are unconfirmed ({source}): they show, they do not advise.",
    "liver.none": "No patient had such a pair of values.",
    "caption.liver": (
        "Each patient's highest ALT or AST and highest bilirubin after the first dose, as multiples of the upper "
        "limit; they need not be of the same day. Dashed: {transaminase} × and {bilirubin} ×. {n} patients."
    ),
    "figure.liver.title": "Peak bilirubin against peak transaminase",
    "figure.liver.x": "highest ALT or AST, × ULN (log scale)",
    "figure.liver.y": "highest bilirubin, × ULN (log scale)",
    "figure.liver.patient": "{label}: ALT or AST {transaminase} × ULN, bilirubin {bilirubin} × ULN",
    "figure.liver.quadrant": "both high",
    "col.test": "Test",
    "col.direction": "Direction",
    "col.gradable": "Gradable",
    "col.grade": "Grade {grade}",
    "col.severe_share": "Grade 3–4",
    "col.worse_than_baseline": "Worse than baseline",
    "col.not_gradable": "Not gradable",
    "col.could_be_higher": "Could be higher",
    "col.at_baseline": "At baseline",
    "col.values": "Values",
    "col.liver_rule": "Multiples of",
    "col.transaminase": "Transaminase",
    "col.bilirubin": "Bilirubin",
    "col.cholestasis": "Cholestasis",
    "direction.high": "high",
    "direction.low": "low",
    "baseline_grade.unknown": "unknown",
    "liver_rule.uln": "ULN",
    "liver_rule.base": "abnormal baseline, else ULN",
    "liver_state.no": "no",
    "liver_state.yes": "yes: not a candidate",
    "liver_state.unknown": "unknown",
    "grade_reason.no_ladder": "the version has no ladder for the test",
    "grade_reason.no_value": "no value",
    "grade_reason.no_limit": "no limit of normal",
    "grade_reason.no_baseline": "no baseline, and it would decide",
    "grade_reason.no_baseline_limit": "no limit of normal at baseline, and it would decide",
    "grade_reason.bound_only": "only a bound (< or >) that leaves several grades",
    "grade_reason.gap": "between two grades of the table",
    "grade_reason.unit_missing": "the result has no unit",
    "grade_reason.unit_unknown": "the unit is not one of the test's",
    "grade_reason.no_number": "the result is no number",
    "grade_reason.partial_date": "a partial date: nobody can tell whether it comes after the first dose",
    "grade_reason.fact_open": "depends on a clinical fact that is not recorded",
}
"""Words by code; ``grade_reason`` are those of ``safety.laboratory.REASONS``."""
