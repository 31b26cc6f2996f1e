"""Which rule and which record set each date, and what was found in the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl

from onearm.report.page import Block, Section
from onearm.report.say import say, say_code
from onearm.report.table import Cell, Row, Table, columns, rows_of, text_cell
from onearm.report.view import View
from onearm.words.findings import FINDINGS


def dates_section(view: View) -> Section:
    """Every date of progression, death, response and censoring with the rule that set it."""
    adtte = view.analysis.derived.adtte
    blocks: list[Block] = []
    for title, codes in (
        ("pfs", ("PFS", "PFSFDA", "PFSLIT")),
        ("os", ("OS",)),
        ("dor", ("DOR", "DORFDA", "DORLIT", "TTR")),
        ("control", ("DDC", "DSD")),
    ):
        if title == "control" and not adtte["PARAMCD"].is_in(list(codes)).any():
            continue
        rows = adtte.filter(pl.col("PARAMCD").is_in(list(codes))) if view.shows_patients else adtte.clear()
        blocks.append(_dates_table(view, f"dates_{title}", say(f"table.dates_{title}"), rows))
    if not view.shows_patients:
        return Section("dates", say("section.dates"), (_reasons(view, adtte),))
    return Section("dates", say("section.dates"), (_reasons(view, adtte), *blocks))


def _reasons(view: View, adtte: pl.DataFrame) -> Table:
    """How many times each rule set the date, an endpoint at a time."""
    rows = []
    for paramcd in dict.fromkeys(adtte["PARAMCD"].to_list()):
        own = adtte.filter(pl.col("PARAMCD") == paramcd)
        groups: dict[tuple[int, str], list[str]] = {}
        for subject, censored, reason in own.select("USUBJID", "CNSR", "EVNTDESC").iter_rows():
            groups.setdefault((censored, reason), []).append(subject)
        keys = sorted(groups)
        for key, cell in zip(keys, view.counts_of_whole([groups[key] for key in keys]), strict=True):
            rows.append(
                [
                    text_cell(say_code("parameter", paramcd)),
                    text_cell(say("time.event" if key[0] == 0 else "time.censored")),
                    text_cell(say_code("time_reason", key[1])),
                    cell,
                ]
            )
    head = columns(
        ("endpoint", say("col.endpoint")),
        ("kind", say("col.event_or_not")),
        ("rule", say("col.rule_that_set")),
        ("patients", say("col.patients"), True),
    )
    return Table("date_rules", say("table.date_rules"), head, rows_of(rows))


def _dates_table(view: View, table_id: str, title: str, frame: pl.DataFrame) -> Table:
    rows = []
    for row in frame.sort("PARAMCD", "USUBJID", maintain_order=True).iter_rows(named=True):
        cells = [
            view.patient_cell(row["USUBJID"]),
            text_cell(say_code("parameter", row["PARAMCD"])),
            view.day(row["STARTDT"]),
            view.day(row["ADT"]),
            Cell(row["AVAL"], str(row["AVAL"])),
            text_cell(say("time.event" if row["CNSR"] == 0 else "time.censored")),
            text_cell(say_code("time_reason", row["EVNTDESC"])),
        ]
        if view.shows_sources:
            cells.append(text_cell(source_words(row)))
        rows.append(Row(tuple(cells), patient=view.key(row["USUBJID"])))
    head = columns(
        ("subject", say("col.patient")),
        ("endpoint", say("col.endpoint")),
        ("start", say("col.start")),
        ("date", say("col.date")),
        ("days", say("col.days"), True),
        ("kind", say("col.event_or_not")),
        ("rule", say("col.rule_that_set")),
    )
    if view.shows_sources:
        head += columns(("source", say("col.source")))
    return Table(table_id, title, head, tuple(rows), patient_level=True, long=True)


def source_words(row: Mapping[str, Any]) -> str:
    """The source row of a derived value: ``TR.TRSTRESN 17``."""
    domain = row["SRCDOM"]
    if not domain:
        return "–"
    variable = f".{row['SRCVAR']}" if row["SRCVAR"] else ""
    sequence = f" {row['SRCSEQ']}" if row["SRCSEQ"] is not None else ""
    return f"{domain}{variable}{sequence}"


def findings_section(view: View) -> Section:
    """What was found in the data, and what is not computed."""
    return Section("findings", say("section.findings"), (_findings(view), _refusals(view)))


def _findings(view: View) -> Table:
    analysis = view.analysis
    findings = [*analysis.records.findings, *(f for f in analysis.findings if f not in analysis.records.findings)]
    if not view.shows_patients:
        counted = Counter((finding.code, finding.severity) for finding in findings)
        head = columns(("code", say("col.code")), ("severity", say("col.severity")), ("title", say("col.finding")))
        rows = [
            [text_cell(code), text_cell(say(f"severity.{severity}")), text_cell(FINDINGS[code].title)]
            for code, severity in sorted(counted)
        ]
        return Table("findings", say("table.findings"), head, rows_of(rows))
    head = columns(
        ("code", say("col.code")),
        ("severity", say("col.severity")),
        *((("place", say("col.place")),) if view.shows_sources else ()),
        ("found", say("col.found")),
        ("expected", say("col.expected")),
        ("mend", say("col.mend")),
    )
    detailed = []
    for finding in findings:
        cells = [text_cell(finding.code), text_cell(say(f"severity.{finding.severity}"))]
        if view.shows_sources:
            cells.append(text_cell(str(finding.place)))
            words = (finding.found, finding.expected, finding.mend)
        else:
            title = FINDINGS[finding.code].title
            words = (title, "–", "–")
        detailed.append(Row((*cells, *(text_cell(word) for word in words))))
    return Table("findings", say("table.findings"), head, tuple(detailed), long=len(detailed) > 12)


def _refusals(view: View) -> Table:
    rows = [
        [text_cell(refused.id), text_cell(say_code("refusal", refused.reason)), text_cell(", ".join(refused.missing))]
        for refused in view.analysis.refused
    ]
    head = columns(("id", say("col.not_computed")), ("reason", say("col.why")), ("missing", say("col.missing")))
    return Table("refusals", say("table.refusals"), head, rows_of(rows))
