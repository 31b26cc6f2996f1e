"""The response rules once more, slowly: plain Python and exact fractions, nothing of the product imported.

Written from ``docs/explanation/response.md`` and the decision tables that it rests on, never from the code
that it judges: best response is section 8; ``response_targets``, ``response_timepoints``, ``response_search``
and ``time_oracle`` have the rest.
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
    Search,
    Timepoint,
    TimeToEvent,
    Visit,
    refuse_unknown,
)
from response_search import queries_of, search_of
from response_timepoints import confirmed_by, timepoints
from time_oracle import time_to_event

__all__ = [
    "UNDERSTOOD",
    "BestResponse",
    "Lesion",
    "Options",
    "Patient",
    "ProcedureRule",
    "Reading",
    "Search",
    "TimeToEvent",
    "Timepoint",
    "Visit",
    "best_of_visits",
    "best_response",
    "confirmed_by",
    "counted_visits",
    "first_confirmed_response",
    "refuse_unknown",
    "time_to_event",
    "timepoints",
    "until_first_pd",
]


def best_response(patient: Patient, options: Options, rows: Sequence[Timepoint] | None = None) -> BestResponse:
    """Best overall response, confirmed and unconfirmed (section 8), of timepoints that may be known already."""
    rows = timepoints(patient, options) if rows is None else rows
    counted, every = counted_visits(patient, options, rows)
    death = patient.death_day
    # Reading: a scan that does not count (after a new therapy, say) was an assessment all the same.
    died_first = death is not None and death <= patient.cut_day and all(visit.day > death for visit in every)
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
        not_counted=len(every) > len(counted),
    )


def counted_visits(patient: Patient, options: Options, rows: Sequence[Timepoint]) -> tuple[list[Visit], list[Visit]]:
    """Visits that count for the best response, but for what the first PD ends, and all of them."""
    ends = [patient.window_end]
    if patient.procedure_rule is not None:
        ends.append(patient.procedure_day)
    if options["response_after_new_therapy"] == "excluded":
        ends.append(patient.new_therapy_day)
    end = min([day for day in ends if day is not None], default=None)
    every = [Visit(r["visit"], patient.days[r["visit"]], r["overall"], patient.missed_before[r["visit"]]) for r in rows]
    return [visit for visit in every if end is None or visit.day <= end], every


def best_of_visits(
    visits: Sequence[Visit],
    options: Options,
    *,
    reference_day: int,
    died_first: bool = False,
    unconfirmed_stands: bool = False,
    not_counted: bool = False,
) -> BestResponse:
    """Best overall response of overall responses that count; those after the first PD are left out here.

    ``not_counted``: there are later visits, which a window, a procedure or a new therapy keeps from counting.
    """
    refuse_unknown(options)
    until_pd = until_first_pd(visits)
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
        search=search_of(until_pd, options, (first, second) if second else None, single, not_counted),
        queries=queries_of(until_pd, options),
    )


def until_first_pd(visits: Sequence[Visit]) -> list[Visit]:
    """Visits up to the first PD, which is the last of them."""
    found: list[Visit] = []
    for visit in visits:
        found.append(visit)
        if visit.response == "PD":
            break
    return found


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
