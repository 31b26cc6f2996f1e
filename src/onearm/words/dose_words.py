"""Words of the arithmetic of a dose; the numbers are filled in from the integers that were computed with."""

from __future__ import annotations

DOSE_STEPS: dict[str, str] = {
    "weight": "weight {weight} kg on {day}",
    "weight.baseline": "weight {weight} kg on {day}, the last before the first dose",
    "weight.latest": "weight {weight} kg on {day}, the last measured",
    "weight.kept": (
        "weight {weight} kg on {day} kept: {latest} kg on {latest_day} is a change of {change} % from {reference} kg, "
        "not {compare} {threshold} %"
    ),
    "weight.taken_anew": (
        "weight {weight} kg on {day} taken anew: a change of {change} % from {reference} kg, {compare} {threshold} %"
    ),
    "weight.capped": "weight capped: {weight} kg",
    "height": "height {height} cm on {day}",
    "surface.mosteller": "surface √({height} × {weight} / 3600) = {surface} m²",
    "surface.dubois": "surface 0.007184 × {weight}^0.425 × {height}^0.725 = {surface} m²",
    "surface.capped": "surface capped: {surface} m²",
    "dose.flat": "{amount} mg flat",
    "dose.weight": "{amount} mg/kg × {weight} kg = {dose} mg",
    "dose.surface": "{amount} mg/m² × {surface} m² = {dose} mg",
    "rounded": "rounded to {step} mg: {dose} mg ({change} %)",
    "not_rounded": "not rounded to {step} mg: {dose} mg would be moved by {change} %, more than {within} %",
    "level.zero": "level 0: left out",
}
"""Step of the arithmetic → its line."""

COMPARED: dict[str, str] = {"more_than": "more than", "at_least": "at least"}
