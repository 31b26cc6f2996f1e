"""What the figures and listings tell of each patient, gathered once from the derived tables and the records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from onearm.estimates.response import best_responses, primary_reading
from onearm.pipeline import Analysis
from onearm.protocol import Protocol
from onearm.report.patient import Doses, Patient, Scan

Rows = Mapping[str, list[dict[str, Any]]]

USUAL_INTERVAL_DAYS = 28
"""Taken for a component whose interval the protocol does not state, to tell a pause from an interruption."""


def gather_patients(analysis: Analysis) -> tuple[Patient, ...]:
    """Every subject of ADSL in its order, with what happened up to the cut."""
    derived, cut = analysis.derived, analysis.cut.day
    sums = _by_subject(derived.adtr.filter(pl.col("PARAMCD") == "SUMDIAM"))
    overall = _by_subject(derived.adrs.filter(pl.col("PARAMCD") == "OVRLRESP"))
    new = _by_subject(derived.adrs.filter(pl.col("PARAMCD") == "NEWLRESP"))
    confirmed, unconfirmed = (best_responses(derived.adrs, name) for name in ("confirmed", "unconfirmed"))
    primary = confirmed if primary_reading(analysis.protocol) == "confirmed" else unconfirmed
    doses = _doses_by_subject(analysis, cut)
    procedures = _procedures(analysis.records.tables["PR"], cut)
    patients = []
    for row in derived.adsl.iter_rows(named=True):
        subject = row["USUBJID"]
        patients.append(
            Patient(
                subject=subject,
                site=row["SITEID"] or "",
                age=row["AGE"],
                sex=row["SEX"] or "",
                registered=row["REGDT"],
                treated=row["TRTSDT"],
                death=row["DTHDT"],
                last_alive=row["LSTALVDT"],
                treatment_end=row["EOTDT"] or row["EOSDT"],
                new_therapy=row["NTHERDT"],
                procedures=tuple(procedures.get(subject, ())),
                doses=tuple(doses.get(subject, ())),
                scans=_scans(overall.get(subject, []), sums.get(subject, []), new.get(subject, [])),
                best=primary.get(subject, "MISSING"),
                confirmed=confirmed.get(subject, "MISSING"),
                unconfirmed=unconfirmed.get(subject, "MISSING"),
            )
        )
    return tuple(patients)


def waterfall_order(patients: Iterable[Patient]) -> list[Patient]:
    """From the largest growth to the deepest shrinkage, then the patients without a change; ties by subject id."""
    patients = list(patients)
    with_change = [patient for patient in patients if patient.best_change is not None]
    without = [patient for patient in patients if patient.best_change is None]
    with_change.sort(key=lambda patient: (-(patient.best_change or 0), patient.subject))
    return with_change + sorted(without, key=lambda patient: patient.subject)


def _by_subject(frame: pl.DataFrame) -> Rows:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        rows.setdefault(row["USUBJID"], []).append(row)
    return rows


def _scans(overall: list[dict[str, Any]], sums: list[dict[str, Any]], new: list[dict[str, Any]]) -> tuple[Scan, ...]:
    change = {row["VISITNUM"]: _change(row) for row in sums}
    found_new = {row["VISITNUM"]: row["AVALC"] in ("Y", "PD", "UNEQUIVOCAL") for row in new}
    scans = [
        Scan(
            visit=str(row.get("AVISIT") or row["VISITNUM"]),
            day=row["ADT"],
            overall=row["AVALC"] or "MISSING",
            change=change.get(row["VISITNUM"]),
            new_lesion=found_new.get(row["VISITNUM"], False),
        )
        for row in overall
        if row["ADT"] is not None
    ]
    return tuple(sorted(scans, key=lambda scan: scan.day))


def _change(row: Mapping[str, Any]) -> Fraction | None:
    """The change of a complete sum against a baseline above zero, exactly."""
    if row["AVAL"] is None or row["BASE"] is None or row.get("COMPLETE", "Y") not in ("Y", True):
        return None
    total, base = Fraction(Decimal(str(row["AVAL"]))), Fraction(Decimal(str(row["BASE"])))
    return (total - base) / base if base > 0 else None


def _doses_by_subject(analysis: Analysis, cut: dt.date) -> dict[str, list[Doses]]:
    """Administrations drawn together to spans of a component: a gap of more than two intervals interrupts."""
    table = analysis.records.tables["EX"]
    table = table.filter((pl.col("EXSTDTC_FIRST") <= cut) & (pl.col("EXDOSE") > 0))
    names = component_names(analysis.protocol)
    intervals = {
        component.id: component.every.days
        for component in analysis.protocol.treatment.components
        if component.every is not None
    }
    given = sorted(
        (subject, names.get(drug.lower(), drug), begin, min(max(end or begin, begin), cut))
        for subject, drug, begin, end in table.select("USUBJID", "EXTRT", "EXSTDTC_FIRST", "EXENDTC_LAST").iter_rows()
    )
    spans: dict[str, list[Doses]] = {}
    for subject, name, begin, end in given:
        first, last = begin, end
        own = spans.setdefault(subject, [])
        allowed = dt.timedelta(days=2 * (intervals.get(name) or USUAL_INTERVAL_DAYS))
        if own and own[-1].component == name and begin <= own[-1].runs_until:
            before = own.pop()
            first, last = before.first, max(last, before.last)
        own.append(Doses(name, first, last, last + allowed))
    return spans


def component_names(protocol: Protocol) -> dict[str, str]:
    """The component behind each treatment name of the records, in lower case: its id, its name, its drugs."""
    names: dict[str, str] = {}
    for component in protocol.treatment.components:
        texts = [component.id, component.name, *(dose.drug for dose in component.doses)]
        words = [text for t in texts for text in ([t] if isinstance(t, str) else t.values()) if text]
        names |= {word.lower(): component.id for word in words}
    return names


def _procedures(table: pl.DataFrame, cut: dt.date) -> dict[str, list[tuple[dt.date, str]]]:
    found: dict[str, list[tuple[dt.date, str]]] = {}
    for row in table.iter_rows(named=True):
        day, name = row["PRSTDTC_FIRST"], row["PRDECOD"] or row["PRTRT"]
        if day is None or day > cut or row["PROCCUR"] == "N" or name in ("HAIC", "BIOPSY"):
            continue
        found.setdefault(row["USUBJID"], []).append((day, name))
    return {subject: sorted(items) for subject, items in found.items()}
