"""Who took part: participant flow and baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from statistics import median, quantiles
from typing import Any

import polars as pl

from onearm.deviations.disposition import NO_REASON
from onearm.estimates.results import SET_NAMES
from onearm.report.page import Block, Flow, FlowStep, Section
from onearm.report.patient import Patient
from onearm.report.say import say, say_code
from onearm.report.table import Cell, Row, Table, columns, text_cell
from onearm.report.view import View
from onearm.units import round_half_away

LABORATORY = (("AFP", "baseline.afp"), ("ALBI", "baseline.albi"), ("BILI", "baseline.bili"), ("ALB", "baseline.alb"))
SCORES = (
    ("ECOG", "ECOG"),
    ("ECOG101", "ECOG"),
    ("CHPSCORE", "Child-Pugh score"),
    ("CPSCORE", "Child-Pugh score"),
    ("CHPUGH", "Child-Pugh"),
    ("BCLC", "BCLC"),
)


def flow_section(view: View) -> Section:
    """Registered, treated, eligible, evaluable, and why each other patient is not."""
    sets = view.analysis.sets
    steps, rows = _screened(view), []
    for name in SET_NAMES:
        members = sets[name].members
        reasons: dict[str, list[str]] = {}
        for subject, reason in sets[name].excluded:
            reasons.setdefault(reason, []).append(subject)
        lost = []
        rows.append(Row((text_cell(say(f"set.{name}")), text_cell(say("flow.members")), view.count(members))))
        for reason in sorted(reasons):
            cell = view.count(reasons[reason])
            words = say_code("reason", reason)
            lost.append(f"{cell.text} {words}")
            rows.append(Row((text_cell(say(f"set.{name}")), text_cell(words), cell)))
        # Who was not registered stands under the box of the screened, where there is one.
        told = bool(steps) and name == "registered"
        steps.append(FlowStep(say(f"set.{name}"), view.count(members).text, () if told else tuple(lost)))
    head = columns(("set", say("col.set")), ("reason", say("col.reason")), ("patients", say("col.patients"), True))
    blocks: list[Block] = [
        Flow(tuple(steps)),
        Table("participant_flow", say("table.flow"), head, tuple(rows), (say("note.flow"),), long=True),
    ]
    disposition = _disposition(view)
    if disposition is not None:
        blocks.append(disposition)
    if view.shows_patients:
        blocks.append(_excluded(view))
    return Section("flow", say("section.flow"), tuple(blocks))


def _screened(view: View) -> list[FlowStep]:
    """The box above the registered patients, where the records hold anybody who was not registered."""
    disposition = view.analysis.path.disposition
    if disposition is None or not disposition.not_registered:
        return []
    lost = tuple(
        f"{view.count(subjects).text} {_not_registered(reason)}" for reason, subjects in disposition.not_registered
    )
    return [FlowStep(say("flow.screened"), view.count(disposition.screened).text, lost)]


def _not_registered(reason: str) -> str:
    """Why somebody was not registered: the criteria not met, in the letters of the protocol."""
    return say_code("reason", reason) if reason == NO_REASON else say("flow.unmet", criteria=reason.lower())


def _disposition(view: View) -> Table | None:
    """Who is where at the cut, part by part."""
    disposition = view.analysis.path.disposition
    if disposition is None:
        return None
    rows = []
    for part in ("not_registered", "treatment", "study"):
        groups: tuple[tuple[str, tuple[str, ...]], ...] = getattr(disposition, part)
        whole = [subject for _, subjects in groups for subject in subjects]
        counts = view.counts_of_whole([subjects for _, subjects in groups])
        for (reason, _), cell in zip(groups, counts, strict=True):
            words = _not_registered(reason) if part == "not_registered" else say_code("reason", reason).lower()
            rows.append(Row((text_cell(say(f"disposition.{part}")), text_cell(words), cell, view.count(whole))))
    head = columns(
        ("part", say("col.part")),
        ("reason", say("col.reason")),
        ("patients", say("col.patients"), True),
        ("of", say("col.of"), True),
    )
    return Table("disposition", say("table.disposition"), head, tuple(rows), (say("note.disposition"),), long=True)


def _excluded(view: View) -> Table:
    rows = [
        Row(
            (view.patient_cell(subject), text_cell(say(f"set.{name}")), text_cell(say_code("reason", reason))),
            patient=view.key(subject),
        )
        for name in SET_NAMES
        for subject, reason in view.analysis.sets[name].excluded
    ]
    head = columns(("subject", say("col.patient")), ("set", say("col.not_in_set")), ("reason", say("col.reason")))
    return Table("excluded_patients", say("table.excluded"), head, tuple(rows), patient_level=True, long=len(rows) > 12)


def baseline_section(view: View) -> Section:
    """Age, sex, scores, laboratory values and tumour load at baseline: what the records hold."""
    members = view.members
    n = len(members)
    rows: list[Row] = []
    adsl = {row["USUBJID"]: row for row in view.analysis.derived.adsl.iter_rows(named=True)}
    rows += _measure(view, say("baseline.age"), [(p.subject, p.age) for p in members])
    rows += _categories(view, say("baseline.sex"), members, lambda p: say_code("sex", p.sex) if p.sex else None)
    sites = {p.site for p in members}
    if len(sites) > 1 and view.shows_patients:
        rows += _categories(view, say("baseline.site"), members, lambda p: p.site or None)
    rows += _scores(view)
    load = [(p.subject, _number(adsl[p.subject].get("BLSUM"))) for p in members]
    rows += _measure(view, say("baseline.sum"), load)
    rows += _categories(view, say("baseline.targets"), members, lambda p: _text(adsl[p.subject].get("NTARGET")))
    for code, label in LABORATORY:
        values = _last_before_treatment(view, "LB", "LBTESTCD", code, "LBSTRESN", "LBDTC_FIRST")
        if values:
            unit = _unit(view, code)
            name = say(label) + (f", {unit}" if unit else "")
            rows += _measure(view, name, [(p.subject, _number(values.get(p.subject))) for p in members])
    head = columns(
        ("characteristic", say("col.characteristic")),
        ("category", say("col.category")),
        ("patients", say("col.patients"), True),
        ("value", say("col.value"), True),
    )
    spread = "note.baseline" if view.shows_patients else "note.baseline_public"
    notes = (say(spread, set=say(f"set.{view.primary_set}").lower(), n=view.count([p.subject for p in members]).text),)
    return Section(
        "baseline",
        say("section.baseline"),
        (
            Table(
                "baseline",
                say("table.baseline", n=n) if view.shows_patients else say("table.baseline_plain"),
                head,
                tuple(rows),
                notes,
            ),
        ),
    )


def _measure(view: View, label: str, values: list[tuple[str, Any]]) -> list[Row]:
    """Median, quartiles and, but for the public, range; then how many are missing."""
    known = [(subject, Decimal(str(value))) for subject, value in values if value is not None]
    missing = [subject for subject, value in values if value is None]
    rows: list[Row] = []
    if known:
        numbers = sorted(value for _, value in known)
        count = view.count([subject for subject, _ in known])
        shown = "–" if count.suppressed else _spread(numbers, with_range=view.shows_patients)
        value = None if count.suppressed else round_half_away(median(numbers), 1)
        rows.append(Row((text_cell(label), text_cell(say("baseline.median")), count, Cell(_float(value), shown))))
    if missing:
        rows.append(Row((text_cell(label), text_cell(say("baseline.missing")), view.count(missing), Cell(None, ""))))
    return rows


def _spread(numbers: list[Decimal], *, with_range: bool) -> str:
    low, _, high = quantiles(numbers, n=4, method="inclusive") if len(numbers) > 1 else numbers * 3
    parts = [round_half_away(value, 1) for value in (median(numbers), low, high)]
    text = f"{parts[0]} ({parts[1]}–{parts[2]})"
    if with_range:
        text += f", {round_half_away(numbers[0], 1)} … {round_half_away(numbers[-1], 1)}"
    return text


def _categories(
    view: View, label: str, members: Iterable[Patient], category: Callable[[Patient], str | None]
) -> list[Row]:
    groups: dict[str, list[str]] = {}
    for patient in members:
        groups.setdefault(category(patient) or say("baseline.missing"), []).append(patient.subject)
    whole = [subject for group in groups.values() for subject in group]
    names = sorted(groups, key=lambda name: (name == say("baseline.missing"), name))
    cells = view.counts_of_whole([groups[name] for name in names])
    return [
        Row((text_cell(label), text_cell(name), cell, view.share(groups[name], whole, cell)))
        for name, cell in zip(names, cells, strict=True)
    ]


def _scores(view: View) -> list[Row]:
    rows: list[Row] = []
    done: set[str] = set()
    for domain, code_column, value_column, day_column in (
        ("QS", "QSTESTCD", "QSSTRESC", "QSDTC_FIRST"),
        ("RS", "RSTESTCD", "RSSTRESC", "RSDTC_FIRST"),
        ("LB", "LBTESTCD", "LBSTRESC", "LBDTC_FIRST"),
    ):
        for code, label in SCORES:
            values = _last_before_treatment(view, domain, code_column, code, value_column, day_column)
            if values and label not in done:
                done.add(label)
                rows += _categories(view, label, view.members, lambda p, found=values: _text(found.get(p.subject)))  # type: ignore[misc]
    return rows


def _last_before_treatment(
    view: View, domain: str, code_column: str, code: str, value_column: str, day_column: str
) -> dict[str, Any]:
    """The last value on or before the first dose, by subject."""
    table = view.analysis.records.tables[domain].filter(pl.col(code_column) == code)
    start = {patient.subject: patient.treated or patient.registered for patient in view.members}
    found: dict[str, tuple[Any, Any]] = {}
    for subject, value, day in table.select("USUBJID", value_column, day_column).iter_rows():
        limit = start.get(subject)
        if limit is None or value is None or day is None or day > limit:
            continue
        if subject not in found or day >= found[subject][0]:
            found[subject] = (day, value)
    return {subject: value for subject, (_, value) in found.items()}


def _unit(view: View, code: str) -> str:
    units = Counter(
        view.analysis.records.tables["LB"].filter(pl.col("LBTESTCD") == code)["LBSTRESU"].drop_nulls().to_list()
    )
    return min(units, key=lambda unit: (-units[unit], unit)) if units else ""


def _number(value: Any) -> Decimal | None:
    return None if value is None or value == "" else Decimal(str(value))


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
