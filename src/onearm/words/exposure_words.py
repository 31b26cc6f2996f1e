"""Words of the report's section on exposure."""

from __future__ import annotations

EXPOSURE_WORDS: dict[str, str] = {
    "section.exposure": "Exposure",
    "table.exposure": "Exposure by drug, up to the data cut",
    "table.exposure_modified": "Delays, reductions and cycles held",
    "table.relative_intensity": "Patients by relative dose intensity",
    "col.drug": "Drug",
    "col.cycles": "Cycles",
    "col.cumulative": "Cumulative dose, mg",
    "col.intensity": "Dose intensity, mg/week",
    "col.relative_intensity": "Relative dose intensity, %",
    "col.known": "with it known",
    "col.any_delay": "Any cycle late",
    "col.cycles_late": "Cycles late",
    "col.longest_delay": "Longest delay, days",
    "col.any_reduction": "Any dose reduced",
    "col.any_held": "Any cycle held",
    "col.outside_tenth": "Administrations outside ±10 %",
    "col.below_70": "below 70 %",
    "col.from_70": "70 to below 90 %",
    "col.from_90": "90 % or more",
    "exposure.of": "{x} of {n}",
    "note.exposure": (
        "Patients with at least one dose of the drug. Median (quartiles), and where patients are shown least … most. "
        "Cycles are those in which anything of the component was given."
    ),
    "note.relative_intensity": (
        "Relative dose intensity: mg given over actual time, divided by mg planned at the starting level over planned "
        "time. Actual time runs from the first day of the first cycle to the first day of the last one plus one "
        "interval. Several conventions are in use (after Hryniuk and Bush 1984); this one is unconfirmed here."
    ),
    "note.exposure_modified": (
        "Late: begun after the day on which the cycle was due, which counts from the start of the cycle before it. "
        "Reduced: a dose below the starting level; the level is the ordered one, else the one that the dose given "
        "fits within 10 %. Held: nothing of the component was given."
    ),
    "exposure.assumed": "Assumed, not stated by the source: {why}",
    "exposure.refused": "Not computed: {found}.",
}
