"""Can what is recorded be graded: is a version pinned, and does each grade of an adverse event exist for its term?"""

from __future__ import annotations

import datetime as dt

import polars as pl

from onearm.errors import Finding, Place
from onearm.protocol import Protocol
from onearm.records import Records, first_of
from onearm.reference.ctcae import terms

DEATH = 5
"""Grade 5 is death by the event; the table of grades holds 1 to 4."""


def check_grades(protocol: Protocol, records: Records, cutoff: dt.date) -> tuple[Finding, ...]:
    """Findings about grades: the version left open (L001), a grade that the term does not have (L010).

    L010 is about the term as recorded (AEDECOD, else AETERM) where it is one of the table's; other terms are not
    judged. A protocol that says nothing of safety asks for no grade, and nothing is found.
    """
    if protocol.safety is None:
        return ()
    version = protocol.safety.ctcae
    if version is None:
        if not records.tables["LB"].height and not records.tables["AE"].height:
            return ()
        return (Finding("L001", protocol.place_of("safety.ctcae"), {}, "warning"),)
    known = {name.casefold(): term for name, term in terms(version).items()}
    events = records.tables["AE"].filter(
        pl.col("AETOXGR").is_not_null() & (pl.col(first_of("AESTDTC")) <= cutoff).fill_null(value=True)
    )
    found = []
    for row in events.iter_rows(named=True):
        term = known.get((row["AEDECOD"] or row["AETERM"] or "").strip().casefold())
        grade = int(row["AETOXGR"])
        if term is not None and grade != DEATH and grade not in term.grades:
            values = {
                "term": term.name,
                "grade": str(grade),
                "version": version,
                "grades": ", ".join(str(one) for one in term.grades),
            }
            place = Place("AE", path="AETOXGR", row=row["_ROW"], subject=row["USUBJID"])
            found.append(Finding("L010", place, values, "warning"))
    return tuple(found)
