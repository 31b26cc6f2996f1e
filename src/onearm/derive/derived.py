"""What a derivation gives: ADaM-shaped tables, the arrays they were made of, and what could not be derived."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import polars as pl

from onearm.derive.followed import Course
from onearm.derive.markers import Markers
from onearm.derive.readings import Readings
from onearm.errors import Finding
from onearm.kernels.patients import Visits
from onearm.protocol import Protocol
from onearm.protocol.variant import MAIN, Variant


class Refusal(NamedTuple):
    """A parameter that is not derived, and the open places of the protocol (dotted paths) that it waits for."""

    id: str
    missing: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Derived:
    """Everything that a derivation says of the subjects at a cut-off.

    The frames hold texts, dates, whole numbers and lengths in millimetres; missing is null. Rows stand parameter by
    parameter, then by subject, then in order of the visits. ``readings`` and ``visits`` are None while the response
    criterion is unstated.
    """

    cutoff: dt.date
    protocol: Protocol
    adsl: pl.DataFrame
    adrs: pl.DataFrame
    adtte: pl.DataFrame
    course: Course
    readings: Readings | None
    visits: Visits | None
    refusals: tuple[Refusal, ...]
    findings: tuple[Finding, ...]
    variant: Variant = MAIN
    """What was read otherwise than the protocol says; ``protocol`` above holds the options that were used."""
    markers: Markers | None = None
    """The marker at each visit; None where the protocol uses none."""

    @cached_property
    def adtr(self) -> pl.DataFrame:
        """Lesion lengths and sums visit by visit; made when first asked for."""
        from onearm.derive.adtr import derive_adtr

        return derive_adtr(self.course, self.readings, self.visits, self.protocol.response_options)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Every USUBJID of DM, in order; a subject's number in the arrays is its place here."""
        return self.course.subjects
