"""What the entered responses say of the targets, and which visits still matter."""

from __future__ import annotations

from collections.abc import Iterator

from onearm.audit.case import Case, Visit
from onearm.terms import NewLesionState, Response


def visits_that_matter(case: Case) -> Iterator[Visit]:
    """The visits up to the progression that both the reader and the lesions see; what follows decides nothing."""
    for visit in case.visits:
        yield visit
        if visit.overall == Response.PD and visit.said("OVRLRESP") == Response.PD:
            return


def claimed_target(visit: Visit) -> Response | None:
    """The target response that was entered, or that the overall response entered implies; None where it says nothing.

    An overall progression is one of the targets only if nothing else at the visit explains it, and an overall PR may
    be a complete response of the targets.
    """
    entered = visit.said("TRGRESP")
    if entered is not None:
        return None if entered in (Response.NONE, Response.NE) else entered
    overall = visit.said("OVRLRESP")
    if overall is None or overall in (Response.NONE, Response.NE, visit.overall, visit.arithmetic):
        return None
    elsewhere = visit.non_target == Response.PD or any(lesion.state != NewLesionState.NOT_SEEN for lesion in visit.new)
    if elsewhere or (overall == Response.PR and visit.target == Response.CR):
        return None
    return overall if overall in (Response.CR, Response.PR, Response.SD, Response.PD) else None


def row_of_claim(visit: Visit, *tests: str) -> int | None:
    """The row of RS of the first of some tests that was entered."""
    return next((visit.entered[test].row for test in tests if test in visit.entered), None)
