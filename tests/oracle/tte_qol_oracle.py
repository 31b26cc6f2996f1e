"""Time to deterioration of a scale, patient by patient, each switch written as one plain step.

Forms come as (day, score or None), days counted from the start, the baseline first and apart. Scores are turned so that
higher is better. The steps:

* A form without a score is no form.
* Reference: the baseline score; or the best of the baseline and all forms before the one looked at.
* Worse: the reference minus the score is the threshold or more.
* Pattern: ``first``: a form that is worse; ``definitive``: one whose every later form is worse than the same reference.
* Confirmation: ``none``; or ``next_form``: the next form is worse than the same reference too. The last form has no
  next one; ``last_form`` says whether it counts by itself.
* The event is the first form (by day) that passes all of these; its day is that form's, not the confirming one's.
* Without one: a death is an event on its day, or competes on its day, or is no reason to end (``censored``): then, as
  for who lives, the time ends without event at the last form, or at the start where there is none.
* Without a baseline score: left out, or an event at the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Form = tuple[int, Fraction | None]


@dataclass(frozen=True)
class Switches:
    """One definition."""

    reference: str
    pattern: str
    confirmation: str
    last_form: str | None
    death: str
    no_baseline: str


@dataclass(frozen=True)
class Ending:
    """The day on which a patient's time ends, and how: ``deterioration``, ``death``, ``competing``, ``none``."""

    day: int
    how: str


def find_form(baseline: Fraction, forms: Sequence[Form], switches: Switches, threshold: Fraction) -> Form | None:
    """The form that is the deterioration."""
    scored = [(day, score) for day, score in forms if score is not None]
    for place, (day, score) in enumerate(scored):
        earlier = [s for _, s in scored[:place]]
        later = [s for _, s in scored[place + 1 :]]
        reference = max([baseline, *earlier]) if switches.reference == "best" else baseline
        if reference - score < threshold:
            continue
        if switches.pattern == "definitive" and any(reference - s < threshold for s in later):
            continue
        if switches.confirmation == "next_form":
            if later and reference - later[0] < threshold:
                continue
            if not later and switches.last_form == "does_not_count":
                continue
        return day, score
    return None


def end_of_time(
    baseline: Fraction | None, forms: Sequence[Form], death: int | None, switches: Switches, threshold: Fraction
) -> Ending | None:
    """How the time of one patient ends; None: left out."""
    if baseline is None:
        return None if switches.no_baseline == "exclude" else Ending(0, "deterioration")
    found = find_form(baseline, forms, switches, threshold)
    if found is not None:
        return Ending(found[0], "deterioration")
    if death is not None and switches.death == "event":
        return Ending(death, "death")
    if death is not None and switches.death == "competing":
        return Ending(death, "competing")
    return Ending(max((day for day, score in forms if score is not None), default=0), "none")
