"""The named rules of doses, cycles and exposure."""

from __future__ import annotations

from page_makers.rule import Rule

DOSES = (
    Rule("Whole root", "The largest whole number whose square is not above.", "kernels.doses.whole_root"),
    Rule("Surface by Mosteller", "By whole numbers alone.", "kernels.doses.mosteller_surface"),
    Rule("Surface by DuBois", "In floating point, away from ties.", "kernels.doses.dubois_surface"),
    Rule("Surface near a tie", "By the 40th power of both sides.", "plan.surface.decide_dubois"),
    Rule("Dose by surface", "Half up at 0.01 mg.", "kernels.doses.dose_by_surface"),
    Rule("Dose by weight", "Half up at 0.01 mg.", "kernels.doses.dose_by_weight"),
    Rule("Rounding of a dose", "To the nearest step, where that moves it little enough.", "kernels.doses.round_dose"),
    Rule("Weight has changed", "More than, or at least, the threshold.", "kernels.doses.has_changed"),
    Rule("Weight in use", "Baseline, latest, or baseline until changed.", "kernels.doses.weight_in_use"),
    Rule("Planned dose", "Of one drug, from height and weight.", "kernels.doses.planned_dose"),
    Rule("Planned doses", "Of every patient and administration.", "kernels.doses.plan_doses"),
    Rule("Planned dose with its steps", "What is missing is refused by name.", "plan.doses.plan_dose"),
    Rule("Cycle", "Which rows of the records make one.", "dosing.cycles.find_cycles"),
    Rule("Span of a cycle", "How long a row belongs to it.", "plan.administrations.cycle_span"),
    Rule("Next due", "An interval after the start of the last one.", "plan.administrations.next_due"),
    Rule("Longest treatment", "By the calendar, the last day included.", "plan.administrations.last_permitted_day"),
    Rule("Dose level", "Ordered, else the one that the dose fits.", "dosing.levels.infer_level"),
    Rule("Within 10 %", "Both limits included.", "dosing.levels.within_tenth"),
    Rule("Relative dose intensity", "Given over actual time, by planned over planned time.",
         "dosing.summary.relative_intensity"),
)  # fmt: skip
