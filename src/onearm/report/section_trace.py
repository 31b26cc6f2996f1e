"""From each estimate to its patients, and from each patient to derived values and source rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from onearm.estimates.results import Estimate
from onearm.report.numbers import limit_text, value_text
from onearm.report.page import Section
from onearm.report.say import say, say_code
from onearm.report.section_listings import source_words
from onearm.report.section_survival import moment_words
from onearm.report.table import Row, Table, columns, text_cell
from onearm.report.view import View

PATIENT_PARAMETERS = ("CBOR", "BOR", "OVRLRESP")
SHOWN_COLUMNS = 6


@dataclass(frozen=True)
class EstimateTrace:
    """One estimate with the patients who count in it."""

    id: str
    title: str
    shown: str
    counted: tuple[tuple[str, str], ...]
    """(key, label) of each patient behind x."""
    others: tuple[tuple[str, str], ...]
    """(key, label) of each further patient of the denominator."""


@dataclass(frozen=True)
class Traces:
    """Estimates with their patients; patients with their derived values."""

    estimates: tuple[EstimateTrace, ...]
    patients: tuple[tuple[str, str, tuple[Row, ...]], ...]
    """(key, label, rows of ``table``)."""
    table: Table
    kind: Literal["traces"] = field(default="traces", init=False)


def trace_section(view: View) -> tuple[Section, Traces] | None:
    """What every number rests on; nothing of it is for the public, and source rows are for the team."""
    if not view.shows_patients:
        return None
    traces = _traces(view)
    return Section("trace", say("section.trace"), ()), traces


def _traces(view: View) -> Traces:
    table = _values_table(view)
    grouped: dict[str, list[Row]] = {}
    for row in table.rows:
        grouped.setdefault(row.patient, []).append(row)
    patients = tuple(
        (view.key(p.subject), view.label(p.subject), tuple(grouped.get(view.key(p.subject), ()))) for p in view.patients
    )
    return Traces(tuple(_trace(view, estimate) for estimate in view.analysis.estimates), patients, table)


def _trace(view: View, estimate: Estimate) -> EstimateTrace:
    counted = set(estimate.subjects)
    return EstimateTrace(
        id=estimate.id,
        title=estimate_title(estimate),
        shown=say(
            "trace.shown",
            value=value_text(estimate),
            lower=limit_text(estimate, estimate.lower),
            upper=limit_text(estimate, estimate.upper),
            x=estimate.x,
            n=estimate.n,
        ),
        counted=tuple((view.key(s), view.label(s)) for s in estimate.subjects),
        others=tuple((view.key(s), view.label(s)) for s in estimate.denominator if s not in counted),
    )


def estimate_title(estimate: Estimate) -> str:
    """An estimate's name in words: ``Objective response, confirmed; treated``."""
    steps = estimate.id.split(".")
    if estimate.kind == "proportion":
        return f"{say_code('estimate', '.'.join(steps[:2]))}; {say(f'set.{estimate.population}').lower()}"
    profile = f", {say(f'profile.{steps[1]}')}" if steps[1] in ("fda", "literal") else ""
    if estimate.kind == "median":
        return say_code("estimate", f"{steps[0]}.median") + profile
    return f"{say_code('curve', steps[0])}{profile}; {moment_words(steps[-1])}"


def _values_table(view: View) -> Table:
    """Every derived value of each patient that an estimate reads, with rule and source row."""
    derived = view.analysis.derived
    rows: list[Row] = []
    lookup = _source_lookup(view) if view.shows_sources else {}
    responses = derived.adrs.filter(pl.col("PARAMCD").is_in(list(PATIENT_PARAMETERS)))
    for row in responses.iter_rows(named=True):
        value = say_code("response_short", row["AVALC"] or "MISSING")
        if row["CONFDT"] is not None:
            value = say("trace.confirmed", value=value, day=view.day(row["CONFDT"]).text)
        reason = say_code("best_reason", row["REASON"] or "–")
        rows.append(_value_row(view, row, value, reason, lookup))
    for row in derived.adtte.iter_rows(named=True):
        kind = say("time.event" if row["CNSR"] == 0 else "time.censored")
        value = say("trace.days", days=row["AVAL"], kind=kind)
        rows.append(_value_row(view, row, value, say_code("time_reason", row["EVNTDESC"]), lookup))
    head = columns(
        ("subject", say("col.patient")),
        ("parameter", say("col.parameter")),
        ("value", say("col.value")),
        ("date", say("col.date")),
        ("rule", say("col.rule_that_set")),
    )
    if view.shows_sources:
        head += columns(("source", say("col.source")), ("source_row", say("col.source_row")))
    return Table("derived_values", say("table.derived_values"), head, tuple(rows), patient_level=True)


def _value_row(
    view: View, row: Mapping[str, Any], value: str, reason: str, lookup: Mapping[tuple[str, int], str]
) -> Row:
    cells = [
        view.patient_cell(row["USUBJID"]),
        text_cell(say_code("parameter", row["PARAMCD"])),
        text_cell(value),
        view.day(row["ADT"]),
        text_cell(reason),
    ]
    if view.shows_sources:
        decided_by = lookup.get((row["SRCDOM"], row["SRCROW"]), "–") if row["SRCROW"] is not None else "–"
        cells += [text_cell(source_words(row)), text_cell(decided_by)]
    return Row(tuple(cells), patient=view.key(row["USUBJID"]))


def _source_lookup(view: View) -> dict[tuple[str, int], str]:
    """The content of each record that decided a value, by domain and row of its file."""
    derived = view.analysis.derived
    wanted: dict[str, set[int]] = {}
    for frame in (derived.adrs, derived.adtte):
        for domain, row in frame.filter(pl.col("SRCROW").is_not_null()).select("SRCDOM", "SRCROW").iter_rows():
            wanted.setdefault(domain, set()).add(row)
    return {
        (domain, row["_ROW"]): _row_words(domain, row)
        for domain, rows in wanted.items()
        for row in view.analysis.records.tables[domain].filter(pl.col("_ROW").is_in(sorted(rows))).iter_rows(named=True)
    }


def _row_words(domain: str, row: Mapping[str, Any]) -> str:
    wanted = ("LNKID", "TESTCD", "DECOD", "TRT", "STRESC", "STRESN", "DTC", "STDTC", "STAT", "OCCUR")
    parts = [f"{domain}{name} {row[f'{domain}{name}']}" for name in wanted if row.get(f"{domain}{name}") is not None]
    return say(
        "trace.row", file=domain.lower(), row=row["_ROW"], content=", ".join(_trim(p) for p in parts[:SHOWN_COLUMNS])
    )


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "STRESN" in text and "." in text else text
