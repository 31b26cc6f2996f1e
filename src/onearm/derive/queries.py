"""Visits whose images should be looked at again: warnings that change no value."""

from __future__ import annotations

import numpy as np

from onearm.derive.days import DayReader
from onearm.derive.followed import Course
from onearm.derive.readings import Readings
from onearm.errors import Finding, Place
from onearm.kernels.patients import Visits
from onearm.terms import Response, VisitQuery

QUERY_FINDINGS = {
    VisitQuery.REAPPEARED_AFTER_CR: "D041",
    VisitQuery.CR_THEN_LESSER: "D042",
    VisitQuery.PR_NOT_HELD: "D043",
}


def report_queries(readings: Readings, visits: Visits, course: Course, reader: DayReader) -> None:
    """Warnings D041 to D043 for the visits that carry a query."""
    for query, code in QUERY_FINDINGS.items():
        for flat in np.flatnonzero(visits.query & query):
            subject = int(readings.visit_subject[flat])
            first = int(readings.lesions.visit_start[subject])
            values = {
                "visit": str(readings.visit_number[int(flat)]),
                "response": Response(int(visits.overall[flat])).submission_value,
                "earlier": _earlier_visit(readings, visits, query, first, int(flat)),
            }
            row = int(readings.visit_row[flat])
            place = Place(
                "TR" if readings.reported is None else "RS", path="VISITNUM", row=row, subject=course.subjects[subject]
            )
            reader.findings.append(Finding(code, place, values, "warning"))


def _earlier_visit(readings: Readings, visits: Visits, query: VisitQuery, first: int, flat: int) -> str:
    """VISITNUM of the response before the visit that is in doubt."""
    wanted = Response.PR if query is VisitQuery.PR_NOT_HELD else Response.CR
    earlier = np.flatnonzero(visits.overall[first:flat] == wanted)
    last = earlier[0] if query is VisitQuery.REAPPEARED_AFTER_CR else earlier[-1]
    return str(readings.visit_number[first + int(last)])
