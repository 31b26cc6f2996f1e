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
from onearm.derive.witnesses import Witnesses
from onearm.errors import Finding
from onearm.kernels.arrays import Ints8, Ints32
from onearm.kernels.patients import Visits
from onearm.protocol import Protocol
from onearm.protocol.variant import MAIN, Variant


class Refusal(NamedTuple):
    """A parameter that is not derived, and the open places of the protocol (dotted paths) that it waits for."""

    id: str
    missing: tuple[str, ...]


class Peer(NamedTuple):
    """What the R package says under ``rules: admiral``: each patient's parameters (patient × ``N_PEER``, see
    ``kernels.peer_response``), and whether a flat visit is left out, after progression, or counted."""

    out: Ints32
    mark: Ints8


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
    peer: Peer | None = None
    """Under ``rules: admiral`` alone."""
    witnesses: Witnesses | None = None
    """The rows behind the responses of the visits; None while the response criterion is unstated."""
    with_best: bool = True
    """Whether the best responses are derived."""

    @cached_property
    def best(self) -> pl.DataFrame:
        """The best responses (BOR and CBOR), as they stand at the end of ``adrs``; without rows where they are not
        derived. Made when first asked for."""
        from onearm.derive.adrs import derive_best_rows, empty_adrs

        if self.readings is None or self.visits is None or self.witnesses is None or not self.with_best:
            return empty_adrs()
        return derive_best_rows(self.course, self.readings, self.visits, self.witnesses)

    @cached_property
    def adrs(self) -> pl.DataFrame:
        """Responses visit by visit, then the best responses; made when first asked for."""
        from onearm.derive.adrs import derive_visit_rows
        from onearm.derive.adrs_reported import derive_reported_rows

        if self.readings is None or self.visits is None or self.witnesses is None:
            return self.best
        make_rows = derive_visit_rows if self.readings.reported is None else derive_reported_rows
        return pl.concat([*make_rows(self.course, self.readings, self.visits, self.witnesses), self.best])

    @cached_property
    def adtr(self) -> pl.DataFrame:
        """Lesion lengths and sums visit by visit; made when first asked for. Without rows where the entered responses
        are the source."""
        from onearm.derive.adtr import derive_adtr

        return derive_adtr(self.course, self.readings, self.visits, self.protocol.response_options)

    @cached_property
    def package_adrs(self) -> pl.DataFrame:
        """The parameters of the R package's ADRS (OVR, PD, RSP …) that ``adrs`` lacks, in its columns; made when first
        asked for."""
        from onearm.derive.package_parameters import derive_package_adrs

        return derive_package_adrs(self)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Every USUBJID of DM, in order; a subject's number in the arrays is its place here."""
        return self.course.subjects
