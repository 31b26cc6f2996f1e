"""The rows of EX and EC as doses of the protocol's drugs: which drug, when, how much, and what was ordered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from onearm.errors import Finding, Place
from onearm.plan.administrations import days_given
from onearm.plan.doses import hundredths
from onearm.protocol import Protocol
from onearm.protocol.base import Text
from onearm.records import ROW_COLUMN, Records, first_of, precision_of, select_performed

TIMES_A_DAY = {"ONCE": 1, "QD": 1, "BID": 2, "TID": 3, "QID": 4}
"""EXDOSFRQ → doses a day."""


@dataclass(frozen=True, slots=True)
class GivenRow:
    """One row of EX, or of EC where nothing was given, as a dose of a drug of the protocol."""

    subject: str
    component: int
    drug: int
    start: dt.date
    end: dt.date
    dose: int | None
    """0.01 mg of one dose; None where it is not known."""
    times: int
    """Doses from start to end."""
    reason: str
    domain: str
    row: int
    sequence: int | None

    @property
    def total(self) -> int | None:
        """0.01 mg in all."""
        return None if self.dose is None else self.dose * self.times


@dataclass(frozen=True, slots=True)
class Given:
    """All that was given up to a day, what was ordered, and what could not be read."""

    rows: tuple[GivenRow, ...]
    ordered: dict[tuple[str, int, int, dt.date], tuple[int, int]]
    """Subject, component, drug, day → 0.01 mg ordered (EC, SCHEDULED), row."""
    findings: tuple[Finding, ...]


def drugs_by_name(protocol: Protocol) -> dict[str, tuple[int, int]]:
    """Name in the records, case folded → place of the component and of its drug."""
    names: dict[str, tuple[int, int]] = {}
    for number, component in enumerate(protocol.treatment.components):
        for index, dose in enumerate(component.doses):
            own = [*dose.recorded_as, *_texts(dose.drug)]
            if len(component.doses) == 1:
                own += [component.id, component.product or "", *_texts(component.name)]
            for name in filter(None, own):
                names.setdefault(name.strip().casefold(), (number, index))
    return names


def _texts(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def read_given(protocol: Protocol, records: Records, cutoff: dt.date) -> Given:
    """Every dose up to the cut-off (included), in order of subject and day; what began later is not read.

    A drug that the protocol does not know (G011, once a patient), a row in another unit than mg (G012), on a partial
    date (G013), of tablets without an end (G015) or at an unknown frequency (G016) is a warning and no dose. A dose
    that goes on ends on the cut-off here.
    """
    reader = _Reader(protocol, cutoff)
    rows = [
        *reader.read("EX", select_performed("EX", records.tables["EX"])),
        *reader.read("EC", _not_given(records.tables["EC"])),
    ]
    rows.sort(key=lambda one: (one.subject, one.component, one.start, one.domain, one.row))
    return Given(tuple(rows), reader.ordered(records.tables["EC"]), tuple(reader.findings))


def _not_given(table: pl.DataFrame) -> pl.DataFrame:
    """Rows of EC that say that a dose was not given."""
    performed = (pl.col("ECMOOD") != "SCHEDULED").fill_null(value=True)
    return table.filter(performed & (pl.col("ECOCCUR") == "N"))


class _Reader:
    def __init__(self, protocol: Protocol, cutoff: dt.date) -> None:
        self.components = protocol.treatment.components
        self.names = drugs_by_name(protocol)
        self.cutoff = cutoff
        self.findings: list[Finding] = []
        self.unknown: set[tuple[str, str]] = set()

    def warn(self, code: str, domain: str, column: str, row: dict[str, Any], **values: object) -> None:
        place = Place(domain, path=column, row=int(row[ROW_COLUMN]), subject=str(row["USUBJID"]))
        self.findings.append(Finding(code, place, {key: str(value) for key, value in values.items()}, "warning"))

    def read(self, domain: str, table: pl.DataFrame) -> Iterator[GivenRow]:
        start = f"{domain}STDTC"
        for row in table.filter(pl.col(first_of(start)) <= self.cutoff).iter_rows(named=True):
            name = row[f"{domain}TRT"]
            found = self.names.get(name.strip().casefold())
            if found is None:
                if (row["USUBJID"], name) not in self.unknown:
                    self.warn("G011", domain, f"{domain}TRT", row, found=name)
                self.unknown.add((row["USUBJID"], name))
            elif row[precision_of(start)] != "day":
                self.warn("G013", domain, start, row, drug=name, found=row[start])
            else:
                made = self.row(domain, row, *found)
                if made is not None:
                    yield made

    def row(self, domain: str, row: dict[str, Any], component: int, drug: int) -> GivenRow | None:
        name, start = row[f"{domain}TRT"], row[first_of(f"{domain}STDTC")]
        dose = Decimal(0) if domain == "EC" else row["EXDOSE"]
        unit = (row[f"{domain}DOSU"] or "").strip().casefold()
        if dose and unit != "mg":
            self.warn("G012", domain, f"{domain}DOSU", row, drug=name, found=row[f"{domain}DOSU"] or "")
            return None
        end, times = start, 1
        if dose and days_given(self.components[component]) > 1:
            counted = self.times(domain, row, name, start)
            if counted is None:
                return None
            end, times = counted
        return GivenRow(
            subject=row["USUBJID"],
            component=component,
            drug=drug,
            start=start,
            end=end,
            dose=None if dose is None else hundredths(dose),
            times=times,
            reason=row[f"{domain}ADJ"] or "",
            domain=domain,
            row=int(row[ROW_COLUMN]),
            sequence=row[f"{domain}SEQ"],
        )

    def times(self, domain: str, row: dict[str, Any], name: str, start: dt.date) -> tuple[dt.date, int] | None:
        """Last day and number of doses of a period of tablets."""
        frequency = (row[f"{domain}DOSFRQ"] or "QD").strip().upper()
        if frequency not in TIMES_A_DAY:
            self.warn("G016", domain, f"{domain}DOSFRQ", row, drug=name, found=row[f"{domain}DOSFRQ"])
            return None
        if frequency == "ONCE":
            return start, 1
        column = f"{domain}ENDTC"
        if row[precision_of(column)] != "day":
            self.warn("G015", domain, column, row, drug=name, start=start)
            return None
        end = max(start, min(row[first_of(column)], self.cutoff))
        return end, ((end - start).days + 1) * TIMES_A_DAY[frequency]

    def ordered(self, table: pl.DataFrame) -> dict[tuple[str, int, int, dt.date], tuple[int, int]]:
        whole = (pl.col(precision_of("ECSTDTC")) == "day") & (pl.col(first_of("ECSTDTC")) <= self.cutoff)
        in_mg = pl.col("ECDOSU").str.strip_chars().str.to_lowercase() == "mg"
        planned = table.filter((pl.col("ECMOOD") == "SCHEDULED") & whole & in_mg & pl.col("ECDOSE").is_not_null())
        found = {}
        for row in planned.iter_rows(named=True):
            place = self.names.get(row["ECTRT"].strip().casefold())
            if place is not None:
                key = (row["USUBJID"], *place, row[first_of("ECSTDTC")])
                found[key] = (hundredths(row["ECDOSE"]), int(row[ROW_COLUMN]))
        return found
