"""The schedule of activities: series of visits with their windows, and what is done at each."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from onearm.protocol.base import Duration, Identifier, Part, Text, Whole

Evidence = Literal["LB", "VS", "QS", "SV", "TU", "TR", "RS", "DS", "IE", "EX", "PR", "SS"]
"""Tables of records by which an activity may be known to have been done."""

WITH_CATEGORY = ("LB", "QS", "RS", "DS", "IE", "PR")
WITH_TESTS = ("LB", "VS", "QS", "TU", "TR", "RS", "IE", "SS")
"""Those of them whose rows are told apart by a category, and by a test."""

VisitAnchor = Literal["consent", "inclusion", "first_dose", "first_dose_of", "cycles_of", "end_of_treatment"]


class Activity(Part):
    """One thing that is done at visits."""

    id: Identifier
    name: Text
    seen_in: Evidence | None = None
    """Table whose rows show that it was done. Left out, nothing in the records is looked for."""
    category: str = ""
    """Value of the table's --CAT column (``QLQ-C30``); left out, a row of any category shows it."""
    tests: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Values of --TESTCD, one of which shows it; left out, any row does."""

    never_open: ClassVar[frozenset[str]] = frozenset({"seen_in"})


class VisitSeries(Part):
    """Visits that share an anchor and a rhythm. The windows of one series never overlap."""

    never_open: ClassVar[frozenset[str]] = frozenset({"component", "every", "until", "cycles"})

    id: Identifier
    name: Text
    anchor: VisitAnchor
    """Day from which the visits count. ``first_dose`` is that of any component, ``first_dose_of`` that of the
    component named; ``cycles_of``: every cycle of the component as it was given, so that these visits, and they alone,
    move with its delays."""
    component: Identifier | None = None
    """Component of ``first_dose_of`` and ``cycles_of``."""
    first_day: Annotated[Whole, Field(ge=-400, le=4000)] = 0
    """Days from the anchor to the first visit: 0 is its own day, -1 the day before it. Not of ``cycles_of``."""
    every: Duration | None = None
    """Interval of the visits that follow; left out, there is one visit."""
    until: Duration | None = None
    """Time after the anchor up to which visits are planned (included); left out, as long as ``during`` says."""
    cycle_days: tuple[Annotated[Whole, Field(ge=1, le=400)], ...] = ()
    """Days of each cycle with a visit, of ``cycles_of``: the dose is on day 1."""
    cycles: tuple[Whole, Whole] | None = None
    """First and last cycle with visits; left out, every cycle."""
    during: Literal["treatment", "study"] | None = None
    """Whether visits end with treatment or go on until the patient leaves the study."""
    days_before: Annotated[Whole, Field(ge=0, le=400)] | None = None
    """Days by which a visit may be early."""
    days_after: Annotated[Whole, Field(ge=0, le=400)] | None = None
    """Days by which a visit may be late."""
    activities: tuple[Identifier, ...] = ()


class ScanVisits(Part):
    """What is done at the scans of ``tumour.calendar``, and how long they go on."""

    activities: tuple[Identifier, ...] = ()
    until: tuple[Literal["progression", "new_therapy", "end_of_treatment"], ...] | None = None
    """The first of these ends the scans; an empty list: nothing but leaving the study does."""


class Schedule(Part):
    """Visits and what is done at them; nothing of it moves a scan."""

    activities: tuple[Activity, ...] = ()
    visits: tuple[VisitSeries, ...] = ()
    scans: ScanVisits = ScanVisits()
