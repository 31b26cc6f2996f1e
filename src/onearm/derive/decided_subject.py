"""Which source rows decided what is said of a subject as a whole: best response, times to event, analysis sets."""

from __future__ import annotations

import polars as pl

from onearm.derive.decided import DecidedVisits, RowKey, witness_rows
from onearm.derive.derived import Derived
from onearm.derive.followed import Course
from onearm.derive.progression_times import unbroken_since
from onearm.kernels.best_response import (
    OUT_CANDIDATE_VISIT,
    OUT_CONFIRMED_REASON,
    OUT_CONFIRMED_VISIT,
    OUT_CONFIRMING_VISIT,
    OUT_LAST_VISIT,
    OUT_UNCONFIRMED_REASON,
    OUT_UNCONFIRMED_VISIT,
    OUT_WHY_NOT,
    OUT_WHY_NOT_VISIT,
    BestReason,
)
from onearm.kernels.confirmation import WhyNot
from onearm.kernels.peer_response import PEER_CRSP_CONFIRMING, PEER_CRSP_VISIT, PEER_RSP_VISIT
from onearm.kernels.rules import NEVER
from onearm.terms import RESPONDING, Response

_WHOLE_COURSE = (BestReason.NOT_EVALUABLE, BestReason.TOO_EARLY_FOR_STABLE)


def decided_by_best(visits: DecidedVisits, derived: Derived, parameter: str, subject: int) -> set[RowKey]:
    """The visit that gave the best response, the one that confirmed it, and the day it is counted from."""
    best, course = visits.results.best[subject], derived.course
    confirmed = parameter == "CBOR"
    visit = int(best[OUT_CONFIRMED_VISIT if confirmed else OUT_UNCONFIRMED_VISIT])
    reason = BestReason(int(best[OUT_CONFIRMED_REASON if confirmed else OUT_UNCONFIRMED_REASON]))
    rows = witness_rows(course.reference, subject)
    if reason is BestReason.DEATH_BEFORE_ASSESSMENT:
        return rows | witness_rows(course.death, subject)
    if reason in (BestReason.COUNTED_BEFORE_PROCEDURE, BestReason.PENDING_AFTER_PROCEDURE):
        rows |= witness_rows(course.procedures.first, subject)
    if reason in _WHOLE_COURSE:
        for counted in range(1, int(best[OUT_LAST_VISIT]) + 1):
            rows |= visits.response(counted)
    elif visit >= 1:
        rows |= visits.response(visit)
    confirming = int(best[OUT_CONFIRMING_VISIT])
    if confirmed and confirming >= 1:
        rows |= visits.response(confirming)
    if confirmed:
        rows |= _why_not_confirmed(visits, course, subject)
    return rows


def _why_not_confirmed(visits: DecidedVisits, course: Course, subject: int) -> set[RowKey]:
    """The response that nothing confirmed, and the visit, the therapy or the procedure that ended the search."""
    best = visits.results.best[subject]
    why_not, candidate, ended_at = best[OUT_WHY_NOT], int(best[OUT_CANDIDATE_VISIT]), int(best[OUT_WHY_NOT_VISIT])
    if why_not in (WhyNot.NO_CANDIDATE, WhyNot.CONFIRMED):
        return set()
    rows = visits.response(candidate)
    if ended_at >= 1:
        rows |= visits.response(ended_at)
    if why_not == WhyNot.WINDOW_ENDED:
        rows |= witness_rows(course.new_therapy, subject) | witness_rows(course.procedures.first, subject)
    return rows


def decided_by_package(visits: DecidedVisits, derived: Derived, parameter: str, subject: int) -> set[RowKey]:
    """The visits behind a parameter of the R package; what did not happen was decided by the best response."""
    rows = derived.package_adrs.filter(
        (pl.col("PARAMCD") == parameter) & (pl.col("USUBJID") == derived.subjects[subject])
    )
    row = rows.row(0, named=True)
    found = witness_rows(derived.course.reference, subject)
    if row["SRCDOM"] is not None and row["SRCROW"] is not None:
        found.add((row["SRCDOM"], row["SRCROW"]))
    if parameter in ("DEATH", "MDIS"):
        return found
    for number in (row["VISITNUM"], row["CONFVIS"]):
        visit = None if number is None else visits.place_of(number)
        found |= set() if visit is None else visits.response(visit)
    return found if row["VISITNUM"] is not None else decided_by_best(visits, derived, "CBOR", subject)


def decided_by_time(visits: DecidedVisits | None, derived: Derived, parameter: str, subject: int) -> set[RowKey]:
    """The row of the date and its rule, and the row from which the time is counted."""
    course = derived.course
    row = derived.adtte.filter((pl.col("PARAMCD") == parameter) & (pl.col("USUBJID") == derived.subjects[subject])).row(
        0, named=True
    )
    rows = {(row["SRCDOM"], row["SRCROW"])} if row["SRCDOM"] is not None and row["SRCROW"] is not None else set()
    rows |= _start_rows(visits, derived, parameter, subject)
    if visits is None or parameter == "OS":
        return rows
    visit = None if row["VISITNUM"] is None else visits.place_of(row["VISITNUM"])
    if visit is not None:
        rows |= visits.response(visit)
    match row["EVNTDESC"]:
        case "new_therapy" | "new_therapy_began":
            rows |= witness_rows(course.new_therapy, subject)
        case "procedure":
            rows |= witness_rows(course.procedures.censoring, subject)
        case "missed_scans":
            rows |= witness_rows(course.death, subject)
            progressions = [at for at in range(1, visits.n) if visits.overall[at] == Response.PD]
            rows |= visits.response(progressions[0]) if progressions else set()
        case _:
            pass
    return rows


def _start_rows(visits: DecidedVisits | None, derived: Derived, parameter: str, subject: int) -> set[RowKey]:
    from onearm.derive.adtte import start_of

    course = derived.course
    if visits is not None and derived.peer is not None and parameter in ("RSD", "DOR", "TTR"):
        options = derived.protocol.response_options
        confirmed = parameter != "RSD" and (options is None or options.confirmation == "required")
        out = derived.peer.out[subject]
        rows = witness_rows(course.reference, subject)
        for place in (PEER_CRSP_VISIT, PEER_CRSP_CONFIRMING) if confirmed else (PEER_RSP_VISIT,):
            rows |= visits.response(int(out[place]))
        return rows
    if visits is not None and parameter.startswith(("DOR", "TTR")):
        rows = witness_rows(course.reference, subject) if parameter == "TTR" else set()
        best = visits.results.best[subject]
        counted = int(best[OUT_LAST_VISIT]) + 1
        options = derived.protocol.response_options
        required = options is None or options.confirmation == "required"
        if required and best[OUT_CONFIRMED_REASON] == BestReason.COUNTED_BEFORE_PROCEDURE:
            procedure = witness_rows(course.procedures.first, subject)
            last = int(best[OUT_CONFIRMED_VISIT])
            return rows | procedure | visits.response(last) | visits.response(unbroken_since(visits.overall, last))
        for visit in range(1, counted):
            if visits.overall[visit] in RESPONDING:
                confirming = visits.confirming(visit, counted)
                rows |= visits.response(visit) | (visits.response(confirming) if confirming >= 1 else set())
                if confirming >= 1:
                    break
        return rows
    if visits is not None and parameter in ("DDC", "DSD"):
        control = decided_by_best(visits, derived, _counted_best(derived), subject)
        if parameter == "DSD":
            return control | witness_rows(course.reference, subject)
        start = start_of(derived.protocol, course, "ddc").day
        return control if start is None else control | witness_rows(start, subject)
    start = start_of(derived.protocol, course, "os" if parameter == "OS" else "pfs").day
    return set() if start is None else witness_rows(start, subject)


def _counted_best(derived: Derived) -> str:
    """The best response that makes a patient one with disease control."""
    options = derived.protocol.response_options
    return "CBOR" if options is None or options.confirmation == "required" else "BOR"


def decided_by_column(visits: DecidedVisits | None, derived: Derived, column: str, subject: int) -> set[RowKey]:
    """The rows behind a column of ADSL; empty where nothing was found: only all that was read can show that."""
    course = derived.course
    witnessed = {
        "REGDT": course.registered,
        "TRTSDT": course.first_dose,
        "TRTEDT": course.last_dose,
        "EOTDT": course.end_of_treatment,
        "EOTREAS": course.end_of_treatment,
        "EOSDT": course.end_of_study,
        "EOSREAS": course.end_of_study,
        "DTHDT": course.death,
        "LSTALVDT": course.last_alive,
        "NTHERDT": course.new_therapy,
        "PROCDT": course.procedures.first,
        "PROCDECOD": course.procedures.first,
        "WINENDT": course.first_dose,
    }
    if column in witnessed:
        return witness_rows(witnessed[column], subject)
    if column in ("BLDT", "NTARGET", "BLSUM"):
        return set() if visits is None else visits.target_rows(0) or visits.any_row(0)
    return _set_rows(visits, course, column, subject)


def _set_rows(visits: DecidedVisits | None, course: Course, column: str, subject: int) -> set[RowKey]:
    entered = witness_rows(course.registered, subject) or witness_rows(course.first_dose, subject)
    rows = entered | witness_rows(course.screen_failure, subject)
    if column.startswith("REG"):
        return rows
    if column.startswith("ELIG"):
        return rows | witness_rows(course.violation, subject)
    rows |= witness_rows(course.first_dose, subject)
    if column.startswith("EVAL") and visits is not None:
        rows |= visits.target_rows(0)
        counted = int(visits.results.best[subject, OUT_LAST_VISIT]) + 1
        adequate = [at for at in range(1, counted) if visits.overall[at] not in (Response.NE, Response.NONE)]
        if adequate:
            return rows | visits.response(adequate[0])
        for visit in range(1, visits.n):
            rows |= visits.response(visit)
        rows |= witness_rows(course.death, subject)
        if course.clinical_progression.day[subject] != NEVER:
            rows |= witness_rows(course.clinical_progression, subject)
    return rows
