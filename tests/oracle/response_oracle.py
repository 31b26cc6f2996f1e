"""The response rules once more, slowly: plain Python and exact fractions, nothing of the product imported.

Written from ``docs/explanation/response.md`` and the decision tables that it rests on, never from the code
that it judges: best response is section 8, time to event section 9; ``response_timepoints`` has the rest.
Where the page can be read in two ways the chosen reading is marked ``Reading:``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from response_patient import (
    UNDERSTOOD,
    BestResponse,
    Lesion,
    Options,
    Patient,
    ProcedureRule,
    Reading,
    Timepoint,
    TimeToEvent,
    Visit,
    refuse_unknown,
)
from response_timepoints import confirmed_by, timepoints

__all__ = [
    "UNDERSTOOD",
    "BestResponse",
    "Lesion",
    "Options",
    "Patient",
    "ProcedureRule",
    "Reading",
    "TimeToEvent",
    "Timepoint",
    "Visit",
    "best_of_visits",
    "best_response",
    "confirmed_by",
    "first_confirmed_response",
    "refuse_unknown",
    "time_to_event",
    "timepoints",
]


def best_response(patient: Patient, options: Options) -> BestResponse:
    """Best overall response, confirmed and unconfirmed (section 8)."""
    rows = timepoints(patient, options)
    ends = [patient.window_end]
    if patient.procedure_rule is not None:
        ends.append(patient.procedure_day)
    if options["response_after_new_therapy"] == "excluded":
        ends.append(patient.new_therapy_day)
    end = min([day for day in ends if day is not None], default=None)
    visits = [
        Visit(r["visit"], patient.days[r["visit"]], r["overall"], patient.missed_before[r["visit"]]) for r in rows
    ]
    counted = [visit for visit in visits if end is None or visit.day <= end]
    death = patient.death_day
    # Reading: a scan that does not count (after a new therapy, say) was an assessment all the same.
    died_first = death is not None and death <= patient.cut_day and all(visit.day > death for visit in visits)
    procedure, rule = patient.procedure_day, patient.procedure_rule
    lets_stand = (
        procedure is not None
        and procedure <= patient.cut_day
        and rule is not None
        and rule.response == "count_unconfirmed"
    )
    return best_of_visits(
        counted,
        options,
        reference_day=patient.reference_day,
        died_first=died_first,
        unconfirmed_stands=lets_stand,
    )


def best_of_visits(
    visits: Sequence[Visit],
    options: Options,
    *,
    reference_day: int,
    died_first: bool = False,
    unconfirmed_stands: bool = False,
) -> BestResponse:
    """Best overall response of overall responses that count; those after the first PD are left out here."""
    refuse_unknown(options)
    until_pd: list[Visit] = []
    for visit in visits:
        until_pd.append(visit)
        if visit.response == "PD":
            break
    confirmed, first, second = best_confirmed(until_pd, options, reference_day, unconfirmed_stands)
    unconfirmed, single = best_unconfirmed(until_pd, options, reference_day)
    if not until_pd:
        label = "NE" if options["no_assessment"] == "ne" else "MISSING"
        confirmed = unconfirmed = "PD" if died_first and options["early_death"] == "pd" else label
    return BestResponse(
        confirmed=confirmed,
        confirmed_visit=first.number if first else None,
        confirming_visit=second.number if second else None,
        unconfirmed=unconfirmed,
        unconfirmed_visit=single.number if single else None,
    )


def first_confirmed_response(visits: Sequence[Visit], options: Options) -> Visit | None:
    """Earliest CR or PR that a later visit confirms, whichever of the two the best response is.

    Differs from the visit of the best response where a confirmed PR came before a confirmed CR.
    """
    for k, visit in enumerate(visits):
        if visit.response in ("CR", "PR") and confirmed_by(visits, k, options):
            return visit
    return None


Choice = tuple[str, Visit | None, Visit | None]


def best_confirmed(visits: Sequence[Visit], options: Options, reference_day: int, unconfirmed_stands: bool) -> Choice:
    """Steps 1 to 8 of section 8 for the response that needs confirmation."""
    choices: list[Choice] = []
    pairs = [(visit, confirmed_by(visits, k, options)) for k, visit in enumerate(visits)]
    choices += [("CR", a, b) for a, b in pairs if a.response == "CR" and b]
    for a, b in pairs:
        if a.response == "PR" and b:
            # Reading: the scan that confirms shows CR; whether a later PR would do as well is not asked.
            by_cr = b.response == "CR" and options["pr_confirmed_by_cr"] == "cr"
            choices.append(("CR" if by_cr else "PR", a, b))
    if unconfirmed_stands:
        evaluable_before = [v for v in visits if v.response != "NE"]
        choices += [(v.response, v, None) for v in evaluable_before[-1:] if v.response in ("CR", "PR")]
    choices += [
        ("SD", v, None)
        for v in visits
        if (v.response in ("CR", "PR", "SD") and lasted(v, options, reference_day))
        or (v.response in ("CR", "PR") and options["unconfirmed_response_as_sd"] == "always")
    ]
    if options["cr_then_lesser"] == "sd_or_pd":
        evaluable = [v for v in visits if v.response != "NE"]
        choices += [
            ("PD", b, None) for a, b in pairwise(evaluable) if a.response == "CR" and b.response in ("PR", "SD")
        ]
    choices += [
        ("NON-CR/NON-PD", v, None)
        for v in visits
        if v.response == "NON-CR/NON-PD" and lasted(v, options, reference_day)
    ]
    choices += [(kind, v, None) for kind in ("NED", "PD") for v in visits if v.response == kind]
    choices += [("NE", v, None) for v in visits]
    return choices[0] if choices else ("", None, None)


def best_unconfirmed(visits: Sequence[Visit], options: Options, reference_day: int) -> tuple[str, Visit | None]:
    """The best single response; the minimum duration holds for SD and for Non-CR/Non-PD."""
    for kind in ("CR", "PR", "SD", "NON-CR/NON-PD", "NED", "PD"):
        for visit in visits:
            needs_time = kind in ("SD", "NON-CR/NON-PD")
            if visit.response == kind and (not needs_time or lasted(visit, options, reference_day)):
                return kind, visit
    return ("NE", visits[0]) if visits else ("", None)


def lasted(visit: Visit, options: Options, reference_day: int) -> bool:
    """Whether a visit is late enough for stable disease."""
    since = visit.day - reference_day
    if options["sd_min_counting"] == "study_day":
        since += 1
    return bool(since >= options["sd_min_days"])


def time_to_event(patient: Patient, options: Options, start_day: int, profile: str, from_visit: int = 1) -> TimeToEvent:
    """Day and kind of the end of observation, profile ``literal`` or ``fda`` (section 9).

    Only visits from ``from_visit`` on are looked at. What is recorded after the cut day does not exist.
    """
    if profile not in ("literal", "fda"):
        raise ValueError(profile)
    rows = [r for r in timepoints(patient, options) if r["visit"] >= from_visit]
    days = patient.days
    progressions = [r["visit"] for r in rows if r["overall"] == "PD"]
    # Reading: a scan that shows progression is never its own last adequate scan.
    before_pd = [r for r in rows if not progressions or r["visit"] < progressions[0]]
    adequate = [r["visit"] for r in before_pd if r["overall"] not in ("NE", "MISSING")]

    event = first_event(patient, options, start_day, progressions)
    stop = first_stop(patient, profile)
    if stop is not None and (event is None or stop[0] < event[0]):
        scans = [v for v in adequate if days[v] <= stop[0]]
        return TimeToEvent(day=days[scans[-1]] if scans else start_day, event=False, reason=stop[1])
    if profile == "fda" and event is not None:
        # Reading: an adequate scan on the day of the event itself leaves no gap.
        scans = [v for v in adequate if days[v] <= event[0]]
        seen_until = days[scans[-1]] if scans else start_day
        if event[0] - seen_until > patient.gap_limit[scans[-1] if scans else from_visit - 1]:
            return TimeToEvent(day=seen_until, event=False, reason="missed_scans")
    # Reading: "that limit" is the one of the rule before, so a death that is still the event has met it.
    if profile == "fda" and not patient.has_baseline and (event is None or event[1] != "death"):
        return TimeToEvent(day=start_day, event=False, reason="no_baseline")
    if event is not None:
        return TimeToEvent(day=event[0], event=True, reason=event[1])
    if adequate:
        return TimeToEvent(day=days[adequate[-1]], event=False, reason="last_adequate")
    return TimeToEvent(day=start_day, event=False, reason="no_assessment")


def first_event(
    patient: Patient, options: Options, start_day: int, progressions: Sequence[int]
) -> tuple[int, str] | None:
    """Earliest of progression, clinical progression and death; on one day the first named is the reason."""
    events: list[tuple[int, str]] = []
    if progressions:
        events.append((patient.pd_days[progressions[0]], "progression"))
    clinical = patient.clinical_pd_day
    # Reading: a clinical progression before the start (of a response) is no end of it.
    if options["clinical_progression"] == "event" and clinical is not None and clinical >= start_day:
        events.append((clinical, "clinical_progression"))
    if patient.death_day is not None:
        events.append((patient.death_day, "death"))
    known = [e for e in events if e[1] == "progression" or e[0] <= patient.cut_day]
    return min(known, key=lambda e: e[0], default=None)


def first_stop(patient: Patient, profile: str) -> tuple[int, str] | None:
    """Earliest of new therapy (profile ``fda``) and a procedure that censors."""
    stops: list[tuple[int, str]] = []
    if profile == "fda" and patient.new_therapy_day is not None:
        stops.append((patient.new_therapy_day, "new_therapy"))
    rule = patient.procedure_rule
    if patient.procedure_day is not None and rule is not None and rule.time_to_event == "censor":
        stops.append((patient.procedure_day, "procedure"))
    known = [stop for stop in stops if stop[0] <= patient.cut_day]
    return min(known, key=lambda stop: stop[0], default=None)
