"""Is an adverse event treatment-emergent? Yes, no, or it cannot be told; and what the worst case is."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from onearm.protocol.event_parts import EventRules

BEYOND = dt.date.max


class Emergence(NamedTuple):
    """The verdict on one event."""

    flag: str | None
    """``Y``, ``N``, or None where it cannot be told."""
    worst: str
    """``Y`` where the event may be treatment-emergent."""
    reason: str
    """Why not, or why it cannot be told; empty for ``Y``."""


class TreatmentPeriod(NamedTuple):
    """The days of one subject on which an onset is treatment-emergent."""

    start: dt.date | None
    """First dose of any component; None: never treated."""
    surely_until: dt.date
    possibly_until: dt.date
    """Later than the other where the treatment goes on, or the protocol or the records leave the end open."""
    open_because: str
    """Why the two differ; empty if they do not."""


def treatment_period(
    rules: EventRules, subject: dict[str, Any], cutoff: dt.date, windows: tuple[int | None, int | None]
) -> TreatmentPeriod:
    """The period of a row of ADSL for an event whose window after the last dose is at least and at most so many days.

    Both ends count. While the treatment has not ended, the last dose is not known: an event later than the window
    after the last dose so far may still turn out to lie in it.
    """
    start, last = subject["TRTSDT"], subject["TRTEDT"]
    if start is None:
        return TreatmentPeriod(None, cutoff, cutoff, "")
    least, most = windows
    has_ended = any(subject[name] is not None for name in ("EOTDT", "EOSDT", "DTHDT"))
    because = ""
    surely = (last or start) + dt.timedelta(days=least or 0)
    possibly = BEYOND
    if least is None or most is None:
        because = "window_open"
    elif last is None:
        because = "last_dose_unknown"
    elif not has_ended:
        because = "treatment_goes_on"
    else:
        possibly = last + dt.timedelta(days=most)
        because = "seriousness_unknown" if most > least else ""
    return _until_new_therapy(rules, subject["NTHERDT"], TreatmentPeriod(start, surely, possibly, because))


def _until_new_therapy(rules: EventRules, therapy: dt.date | None, period: TreatmentPeriod) -> TreatmentPeriod:
    if therapy is None or rules.new_therapy == "does_not_end":
        return period
    before = therapy - dt.timedelta(days=1)
    surely = min(period.surely_until, before)
    if rules.new_therapy == "ends":
        return period._replace(surely_until=surely, possibly_until=min(period.possibly_until, before))
    if surely == period.surely_until:
        return period
    return period._replace(surely_until=surely, open_because=period.open_because or "new_therapy_open")


def judge_onset(period: TreatmentPeriod, first: dt.date | None, last: dt.date | None) -> Emergence:
    """The verdict on an onset between two days (equal for a whole date, None without one) in a period."""
    if period.start is None:
        return Emergence("N", "N", "not_treated")
    low, high = first or dt.date.min, last or BEYOND
    if high < period.start:
        return Emergence("N", "N", "before_first_dose")
    if low > period.possibly_until:
        return Emergence("N", "N", "after_window")
    if period.start <= low and high <= period.surely_until:
        return Emergence("Y", "Y", "")
    if low != high:
        return Emergence(None, "Y", "onset_missing" if first is None else "onset_partial")
    return Emergence(None, "Y", period.open_because)


def against_baseline(verdict: Emergence, grade: int | None, baseline: list[int | None]) -> Emergence:
    """The verdict once the grades of the same term present at the first dose are known: only a worse one emerges."""
    if verdict.flag == "N" or not baseline:
        return verdict
    known = [value for value in baseline if value is not None]
    if grade is not None and known and grade <= max(known):
        return Emergence("N", "N", "not_worse_than_baseline")
    if grade is None or len(known) < len(baseline):
        return Emergence(None, "Y", "grade_missing")
    return verdict
