"""ADEX: each administration with its planned and given dose, then the summary of each drug in each patient.

Rows are ADaM-shaped: one value a row, PARAMCD and PARAM say which, AVAL is the number and AVALC the text. A row of an
administration has the source row in SRCDOM and SRCSEQ (and the row of the file in SRCROW).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import polars as pl

from onearm.dosing.exposure import Administration, Exposure
from onearm.dosing.summary import DrugSummary
from onearm.plan.doses import drug_name
from onearm.protocol import Protocol
from onearm.units import round_half_away

ADMINISTRATION_PARAMETERS: dict[str, str] = {
    "DOSEPL": "Planned dose at its level (mg)",
    "DOSEGV": "Dose given (mg)",
    "DOSERAT": "Dose given over dose planned (%)",
    "DOSEW10": "Within 10 % of the dose planned",
    "DOSELVL": "Dose level (1 is the highest)",
    "DELAY": "Days after the day on which the cycle was due",
    "STATUS": "Given, reduced, raised, held or omitted",
}
SUMMARY_PARAMETERS: dict[str, str] = {
    "NCYC": "Cycles administered",
    "CUMPL": "Cumulative dose planned at the starting level (mg)",
    "CUMGV": "Cumulative dose given (mg)",
    "DURACT": "Actual treatment time (days)",
    "DURPL": "Planned treatment time (days)",
    "DOSINT": "Dose intensity (mg/week)",
    "DOSINTPL": "Planned dose intensity (mg/week)",
    "RELDI": "Relative dose intensity (%)",
    "NDELAY": "Cycles begun late",
    "DELAYSUM": "Days late, summed",
    "DELAYMAX": "Longest delay (days)",
    "NREDUC": "Cycles with a reduced dose",
    "NHELD": "Cycles held",
}
SCHEMA: dict[str, Any] = {
    "USUBJID": pl.String,
    "PARCAT1": pl.String,
    "COMPONENT": pl.String,
    "DRUG": pl.String,
    "PARAMCD": pl.String,
    "PARAM": pl.String,
    "AVAL": pl.Decimal(38, 4),
    "AVALC": pl.String,
    "ACYCLE": pl.Int64,
    "ASTDT": pl.Date,
    "AENDT": pl.Date,
    "LEVELBY": pl.String,
    "REASON": pl.String,
    "SRCDOM": pl.String,
    "SRCSEQ": pl.Int64,
    "SRCROW": pl.Int64,
}
"""Columns of ADEX. LEVELBY: how the level is known (``ordered``, ``given``, ``only_level``, ``before``)."""

_Number = Fraction | int | None


def derive_adex(protocol: Protocol, exposure: Exposure) -> pl.DataFrame:
    """The rows of ADEX: administrations by subject, component and day, then the summaries; missing is null."""
    names = {
        (component.id, index): drug_name(component, dose)
        for component in protocol.treatment.components
        for index, dose in enumerate(component.doses)
    }
    rows = [row for one in exposure.administrations for row in _administration_rows(one)]
    rows += [row for one in exposure.summaries for row in _summary_rows(one, names[one.component, one.drug_index])]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _mg(dose: int | None) -> Fraction | None:
    return None if dose is None else Fraction(dose, 100)


def _row(
    head: tuple[str, str, str, str],
    code: str,
    label: str,
    value: _Number,
    text: str | None,
    when: tuple[int | None, dt.date | None, dt.date | None],
    rest: tuple[str | None, str | None, str | None, int | None, int | None],
) -> tuple[Any, ...]:
    number = None if value is None else round_half_away(Fraction(value), 4)
    shown = text if text is not None else None if number is None else f"{number.normalize():f}"
    return (*head, code, label, number, shown, *when, *rest)


def _administration_rows(one: Administration) -> Iterator[tuple[Any, ...]]:
    head = (one.subject, "ADMINISTRATION", one.component, one.drug)
    rest = (one.inferred, one.reason or None, one.domain, one.sequence, one.row)
    ratio = Fraction(100 * one.given, one.planned) if one.given is not None and one.planned else None
    within = None if one.within_tenth is None else "Y" if one.within_tenth else "N"
    values: dict[str, tuple[_Number, str | None]] = {
        "DOSEPL": (_mg(one.planned), None),
        "DOSEGV": (_mg(one.given), None),
        "DOSERAT": (ratio, None),
        "DOSEW10": (None, within),
        "DOSELVL": (one.level, None),
        "DELAY": (one.delay, None),
        "STATUS": (None, one.status.upper()),
    }
    for code, (value, text) in values.items():
        when = (one.cycle, one.start, one.end)
        yield _row(head, code, ADMINISTRATION_PARAMETERS[code], value, text, when, rest)


def _summary_rows(one: DrugSummary, drug: str) -> Iterator[tuple[Any, ...]]:
    head = (one.subject, "SUMMARY", one.component, drug)
    values: dict[str, _Number] = {
        "NCYC": one.cycles,
        "CUMPL": _mg(one.planned),
        "CUMGV": _mg(one.given),
        "DURACT": one.actual_days,
        "DURPL": one.planned_days,
        "DOSINT": _mg(one.intensity),
        "DOSINTPL": _mg(one.planned_intensity),
        "RELDI": None if one.relative is None else 100 * one.relative,
        "NDELAY": one.delayed,
        "DELAYSUM": one.delay_days,
        "DELAYMAX": one.longest_delay,
        "NREDUC": one.reduced,
        "NHELD": one.held,
    }
    for code, value in values.items():
        when = (None, one.first, one.last)
        yield _row(head, code, SUMMARY_PARAMETERS[code], value, None, when, (None, None, None, None, None))
