"""Time to event once more, section 9 of ``docs/explanation/response.md``: what ends it and what censors it.

Where the page can be read in two ways the chosen reading is marked ``Reading:``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from response_patient import Options, Patient, Timepoint, TimeToEvent
from response_timepoints import timepoints

Strategies = Mapping[str, str]

INTERCURRENT: dict[str, tuple[str, ...]] = {
    "new_therapy": ("censor", "ignore", "event"),
    "missed_scans": ("censor", "ignore"),
    "procedure": ("censor", "ignore", "by_its_rule"),
    "no_baseline": ("censor_at_start", "ignore"),
    "clinical_progression": ("ignore", "event", "by_the_option"),
}
"""Every intercurrent event with the strategies for it; a procedure's own rule and the option may decide."""

BY_RULE_AND_OPTION = {"procedure": "by_its_rule", "clinical_progression": "by_the_option"}
PROFILES: dict[str, Strategies] = {
    "literal": {"new_therapy": "ignore", "missed_scans": "ignore", "no_baseline": "ignore", **BY_RULE_AND_OPTION},
    "fda": {"new_therapy": "censor", "missed_scans": "censor", "no_baseline": "censor_at_start", **BY_RULE_AND_OPTION},
    "fda-treatment-policy": {
        "new_therapy": "ignore",
        "missed_scans": "censor",
        "no_baseline": "censor_at_start",
        **BY_RULE_AND_OPTION,
    },
    "ema": {"new_therapy": "ignore", "missed_scans": "ignore", "no_baseline": "censor_at_start", **BY_RULE_AND_OPTION},
}
"""The named profiles; a protocol's own one is any other choice of strategies."""


def strategies_of(profile: str | Strategies) -> Strategies:
    """Strategies of a profile by name, or those given; ValueError where one is unknown, missing or too many."""
    chosen = PROFILES.get(profile) if isinstance(profile, str) else profile
    if chosen is None:
        raise ValueError(profile)
    wrong = [f"{name}: {chosen.get(name)}" for name, known in INTERCURRENT.items() if chosen.get(name) not in known]
    wrong += sorted(set(chosen) - set(INTERCURRENT))
    if wrong:
        raise ValueError("; ".join(wrong))
    return chosen


def time_to_event(
    patient: Patient,
    options: Options,
    start_day: int,
    profile: str | Strategies,
    from_visit: int = 1,
    known: Sequence[Timepoint] | None = None,
) -> TimeToEvent:
    """Day and kind of the end of observation under a profile by name or a choice of strategies (section 9).

    Only visits from ``from_visit`` on are looked at. What is recorded after the cut day does not exist.
    ``known``: the timepoints, where they were derived already.
    """
    chosen = strategies_of(profile)
    rows = [r for r in (timepoints(patient, options) if known is None else known) if r["visit"] >= from_visit]
    days = patient.days
    progressions = [r["visit"] for r in rows if r["overall"] == "PD"]
    # Reading: a scan that shows progression is never its own last adequate scan.
    before_pd = [r for r in rows if not progressions or r["visit"] < progressions[0]]
    adequate = [r["visit"] for r in before_pd if r["overall"] not in ("NE", "MISSING")]

    event = first_event(patient, options, start_day, progressions, chosen)
    stop = first_stop(patient, chosen)
    if stop is not None and (event is None or stop[0] < event[0]):
        scans = [v for v in adequate if days[v] <= stop[0]]
        return TimeToEvent(day=days[scans[-1]] if scans else start_day, event=False, reason=stop[1])
    no_baseline = not patient.has_baseline and chosen["no_baseline"] == "censor_at_start"
    # No scan is needed to know the day on which a new therapy began, where that is itself the event.
    if chosen["missed_scans"] == "censor" and event is not None and event[1] != "new_therapy":
        # Reading: an adequate scan on the day of the event itself leaves no gap.
        scans = [v for v in adequate if days[v] <= event[0]]
        seen_until = days[scans[-1]] if scans else start_day
        if event[0] - seen_until > patient.gap_limit[scans[-1] if scans else from_visit - 1]:
            if no_baseline:
                return TimeToEvent(day=start_day, event=False, reason="no_baseline")
            return TimeToEvent(day=seen_until, event=False, reason="missed_scans")
    # Reading: a death too long after the last scan was censored by the rule before, where gaps censor at all,
    # so a death that is still the event is one; without a baseline nothing else is.
    if no_baseline and (event is None or event[1] != "death"):
        return TimeToEvent(day=start_day, event=False, reason="no_baseline")
    if event is not None:
        return TimeToEvent(day=event[0], event=True, reason=event[1])
    if adequate:
        return TimeToEvent(day=days[adequate[-1]], event=False, reason="last_adequate")
    return TimeToEvent(day=start_day, event=False, reason="no_assessment")


def first_event(
    patient: Patient, options: Options, start_day: int, progressions: Sequence[int], chosen: Strategies
) -> tuple[int, str] | None:
    """Earliest of progression, clinical progression, death and a new therapy that is an event.

    On one day the first named is the reason.
    """
    events: list[tuple[int, str]] = []
    if progressions:
        events.append((patient.pd_days[progressions[0]], "progression"))
    clinical = patient.clinical_pd_day
    strategy = chosen["clinical_progression"]
    counts = options["clinical_progression"] if strategy == "by_the_option" else strategy
    # Reading: a clinical progression or a new therapy before the start (of a response) is no end of it.
    if counts == "event" and clinical is not None and clinical >= start_day:
        events.append((clinical, "clinical_progression"))
    if patient.death_day is not None:
        events.append((patient.death_day, "death"))
    therapy = patient.new_therapy_day
    if chosen["new_therapy"] == "event" and therapy is not None and therapy >= start_day:
        events.append((therapy, "new_therapy"))
    recorded = [e for e in events if e[1] == "progression" or e[0] <= patient.cut_day]
    return min(recorded, key=lambda e: e[0], default=None)


def first_stop(patient: Patient, chosen: Strategies) -> tuple[int, str] | None:
    """Earliest of a new therapy and a procedure, where they censor."""
    stops: list[tuple[int, str]] = []
    if chosen["new_therapy"] == "censor" and patient.new_therapy_day is not None:
        stops.append((patient.new_therapy_day, "new_therapy"))
    rule = patient.procedure_rule
    own = "censor" if rule is not None and rule.time_to_event == "censor" else "ignore"
    strategy = own if chosen["procedure"] == "by_its_rule" else chosen["procedure"]
    if strategy == "censor" and patient.procedure_day is not None:
        stops.append((patient.procedure_day, "procedure"))
    recorded = [stop for stop in stops if stop[0] <= patient.cut_day]
    return min(recorded, key=lambda stop: stop[0], default=None)
