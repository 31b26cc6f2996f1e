"""ADAE: one row an adverse event, with what decides where it counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from onearm.derive import Derived
from onearm.errors import Finding, Place
from onearm.protocol import Protocol
from onearm.protocol.check_safety import short_name
from onearm.protocol.event_parts import EventRules
from onearm.protocol.safety_parts import safety_plan
from onearm.records import ROW_COLUMN, Records, first_of, select_performed
from onearm.safety.emergence import Emergence, against_baseline, judge_onset, treatment_period
from onearm.safety.event_words import plain
from onearm.safety.events import CRITERIA, Event, EventReader

_TEXTS = ("AETERM", "AEDECOD", "AEBODSYS", "AEOUT", "AEREL", "AEACN")

_OPENING: dict[str, Any] = {
    "STUDYID": pl.String, "USUBJID": pl.String, "AESEQ": pl.Int64, "TRTSDT": pl.Date, "TRTEDT": pl.Date,
    **dict.fromkeys(_TEXTS, pl.String), "TERM": pl.String, "SOC": pl.String,
    "ASTDT": pl.Date, "ASTDTF": pl.String, "ASTEARDT": pl.Date, "ASTLATDT": pl.Date,
    "AENDT": pl.Date, "AENDTF": pl.String, "ASTDY": pl.Int64, "AENDY": pl.Int64,
    "TRTEMFL": pl.String, "TRTEMWC": pl.String, "TRTEMRSN": pl.String, "PROGFL": pl.String,
    "ANL01FL": pl.String,
    "AETOXGR": pl.String, "AETOXGRN": pl.Int64, "AESER": pl.String, **dict.fromkeys(CRITERIA, pl.String),
    "ASER": pl.String, "AFATFL": pl.String, "AREL": pl.String, "AACN": pl.String, "AESI": pl.String,
}  # fmt: skip
_CLOSING: dict[str, Any] = {"SRCDOM": pl.String, "SRCSEQ": pl.Int64, "SRCROW": pl.Int64}

OCCURRENCE_FLAGS = (
    ("AOCCFL", (), False),
    ("AOCCSFL", ("SOC",), False),
    ("AOCCPFL", ("SOC", "TERM"), False),
    ("AOCCIFL", (), True),
    ("AOCCSIFL", ("SOC",), True),
    ("AOCCPIFL", ("SOC", "TERM"), True),
)
"""First, or first of the worst, event of a subject: flag, within what, and whether the worst grade is meant."""


def derive_adae(protocol: Protocol, records: Records, derived: Derived) -> tuple[pl.DataFrame, list[Finding]]:
    """One row for each event of AE up to the cut-off, and every finding; what cannot be told is null.

    TERM is the coded term, else the verbatim text; of two that differ in case or blanks alone the first coded spelling.
    ANL01FL marks the events that the tables count: treatment-emergent, and no progression where the protocol keeps
    that apart. TRTEMWC marks those that may be treatment-emergent. ASTEARDT and ASTLATDT are the
    first and last day that the onset can mean. ASER, AREL, AREL*xxxxx*, AACN and AACN*xxxxx* are
    what was read from the records: seriousness, relation and action, to the whole and by component (the short name of
    ``protocol.check_safety``). AESI holds the ids of groups of special interest, separated by blanks.
    """
    rules = safety_plan(protocol.safety).events or EventRules()
    reader = EventReader(protocol, records, derived)
    events = list(reader.events())
    spelling: dict[str, str] = {}
    for event in sorted(events, key=lambda one: one.row["AEDECOD"] is None):
        spelling.setdefault(plain(event.term), event.term)
    subjects = {row["USUBJID"]: row for row in derived.adsl.iter_rows(named=True)}
    baseline = _present_at_baseline(events, subjects)
    rows = []
    for event in events:
        subject = subjects[event.subject]
        verdict = _judge(protocol, rules, event, subject, derived.cutoff, baseline)
        if verdict.flag is None:
            reader.report("F007", event.row, "AESTDTC", reason=_REASONS[verdict.reason])
        rows.append({**_row(rules, event, subject, verdict), "TERM": spelling[plain(event.term)]})
    findings = [*reader.findings, *_admissions(records, rules, events), *_uncoded(events)]
    findings += _fatal_without_death(events, subjects)
    return _flag_occurrences(pl.DataFrame(rows, schema=adae_schema(protocol), orient="row")), findings


def adae_schema(protocol: Protocol) -> dict[str, Any]:
    """Columns of ADAE; relation and action have one each by component."""
    names = [short_name(component.id) for component in protocol.treatment.components]
    by_component = {f"{kind}{name}": pl.String for kind in ("AREL", "AACN") for name in names}
    return {**_OPENING, **by_component, **_CLOSING}


def empty_adae(protocol: Protocol) -> pl.DataFrame:
    """ADAE without rows, for a protocol that asks for no adverse events."""
    return _flag_occurrences(pl.DataFrame(schema=adae_schema(protocol)))


_REASONS = {
    "onset_missing": "the onset has no date",
    "onset_partial": "the onset has a partial date that may lie inside or outside the time that counts",
    "grade_missing": "the same term was there before the first dose, and a grade is missing",
    "window_open": "the event begins after the last dose, and the protocol leaves open how long events count",
    "last_dose_unknown": "the event begins late, and the day of the last dose is not known",
    "treatment_goes_on": "the event begins late after the last dose so far, and the treatment has not ended",
    "seriousness_unknown": "the event begins in the window of serious events, and nobody says whether it is serious",
    "new_therapy_open": "the event begins after a new therapy, and the protocol leaves open whether that ends the time",
}


def _judge(
    protocol: Protocol,
    rules: EventRules,
    event: Event,
    subject: dict[str, Any],
    cutoff: dt.date,
    baseline: dict[tuple[str, str], list[tuple[int, int | None]]],
) -> Emergence:
    period = treatment_period(rules, subject, cutoff, _windows(protocol, rules, event))
    verdict = judge_onset(period, event.first, event.last)
    if event.start_imputed is not None:
        # The protocol's rule for partial dates decides; what the date may mean beside it stays the worst case.
        verdict = judge_onset(period, event.start, event.start)._replace(worst=verdict.worst)
    before = baseline.get((event.subject, plain(event.term)), [])
    own = event.row[ROW_COLUMN]
    return against_baseline(verdict, event.grade, [grade for row, grade in before if row != own])


def _windows(protocol: Protocol, rules: EventRules, event: Event) -> tuple[int | None, int | None]:
    """Days after the last dose: those of this event for sure, and at most, where its seriousness is not known."""
    if rules.window is None or rules.window.days is None:
        return None, None
    days = rules.window.days
    for group in safety_plan(protocol.safety).special_interest:
        if group.id in event.groups and group.window is not None:
            days = max(days, group.window.days or 0)
    serious = max(days, (rules.serious_window.days or 0) if rules.serious_window is not None else 0)
    return (serious if event.serious == "Y" else days), (days if event.serious == "N" else serious)


def _present_at_baseline(
    events: list[Event], subjects: dict[str, dict[str, Any]]
) -> dict[tuple[str, str], list[tuple[int, int | None]]]:
    """Row and grade of the events that began before the first dose and had not surely ended by then."""
    found: dict[tuple[str, str], list[tuple[int, int | None]]] = {}
    for event in events:
        start = subjects[event.subject]["TRTSDT"]
        if start is None or event.last is None or event.first is None or event.last >= start:
            continue
        if event.end_last is None or event.end_last >= start:
            found.setdefault((event.subject, plain(event.term)), []).append((event.row[ROW_COLUMN], event.grade))
    return found


def _row(rules: EventRules, event: Event, subject: dict[str, Any], verdict: Emergence) -> dict[str, Any]:
    raw, start = event.row, subject["TRTSDT"]
    is_progression = plain(event.term) in [plain(term) for term in rules.progression_terms]
    actions = [event.action, *event.action_with.values()]
    return {
        **{name: raw[name] for name in ("STUDYID", "USUBJID", "AESEQ", *_TEXTS)},
        "TRTSDT": start,
        "TRTEDT": subject["TRTEDT"],
        "TERM": event.term,
        "SOC": event.organ_class,
        "ASTDT": event.start,
        "ASTDTF": event.start_imputed,
        "ASTEARDT": event.first,
        "ASTLATDT": event.last,
        "AENDT": event.end,
        "AENDTF": event.end_imputed,
        "ASTDY": _study_day(event.start, start),
        "AENDY": _study_day(event.end, start),
        "TRTEMFL": verdict.flag,
        "TRTEMWC": verdict.worst,
        "TRTEMRSN": verdict.reason or None,
        "PROGFL": "Y" if is_progression else "N",
        "ANL01FL": "Y" if verdict.flag == "Y" and not is_progression else "N",
        "AETOXGR": raw["AETOXGR"],
        "AETOXGRN": event.grade,
        "AESER": raw["AESER"],
        **{name: raw[name] for name in CRITERIA},
        "ASER": event.serious,
        "AFATFL": "Y" if event.fatal else "N",
        "AREL": event.related,
        "AACN": " ".join(dict.fromkeys(action for action in actions if action is not None)) or None,
        "AESI": " ".join(event.groups) or None,
        **{f"AREL{short_name(name)}": said for name, said in event.related_to.items()},
        **{f"AACN{short_name(name)}": said for name, said in event.action_with.items()},
        "SRCDOM": "AE",
        "SRCSEQ": raw["AESEQ"],
        "SRCROW": raw[ROW_COLUMN],
    }


def _study_day(day: dt.date | None, start: dt.date | None) -> int | None:
    """Day 1 is the day of the first dose, the day before it is day -1."""
    if day is None or start is None:
        return None
    return (day - start).days + (1 if day >= start else 0)


def _flag_occurrences(table: pl.DataFrame) -> pl.DataFrame:
    """The first event of each subject, organ class and term among those that count, and the first of the worst."""
    ordered = table.with_row_index("_PLACE")
    counted = ordered.filter(pl.col("ANL01FL") == "Y")
    flags = []
    for name, within, worst in OCCURRENCE_FLAGS:
        by = ["AETOXGRN", "_PLACE"] if worst else ["_PLACE"]
        first = (
            counted.sort(by, descending=[True, False] if worst else False, nulls_last=True, maintain_order=True)
            .unique(["USUBJID", *within], keep="first", maintain_order=True)["_PLACE"]
            .implode()
        )
        flags.append(pl.when(pl.col("_PLACE").is_in(first)).then(pl.lit("Y")).alias(name))
    closing = list(_CLOSING)
    flagged = ordered.with_columns(flags).drop("_PLACE")
    return flagged.select(pl.exclude(closing), *closing)


def _admissions(records: Records, rules: EventRules, events: list[Event]) -> list[Finding]:
    """Queries (F009) on events that are serious by an admission alone, near a dose that is given in hospital."""
    given = select_performed("EX", records.tables["EX"]).filter(pl.col("EXDOSE") > 0)
    days: dict[tuple[str, str], list[dt.date]] = {}
    for subject, drug, day in given.select("USUBJID", "EXTRT", first_of("EXSTDTC")).iter_rows():
        days.setdefault((subject, drug), []).append(day)
    findings = []
    for event in events:
        if event.start is None or [name for name in CRITERIA if event.row[name] == "Y"] != ["AESHOSP"]:
            continue
        for admission in rules.planned_admissions:
            since = [(event.start - day).days for day in days.get((event.subject, admission.component), [])]
            near = [gap for gap in since if 0 <= gap <= admission.days]
            if near:
                place = Place("AE", path="AESHOSP", row=event.row[ROW_COLUMN], subject=event.subject)
                values = {"days": str(min(near)), "component": admission.component}
                findings.append(Finding("F009", place, values, "note"))
    return findings


def _uncoded(events: list[Event]) -> list[Finding]:
    terms = sorted({plain(event.row["AETERM"]) for event in events if event.row["AEDECOD"] is None})
    shown = ", ".join(terms[:5]) + (" …" if len(terms) > 5 else "")
    return [Finding("F010", Place("AE"), {"count": str(len(terms)), "terms": shown}, "note")] if terms else []


def _fatal_without_death(events: list[Event], subjects: dict[str, dict[str, Any]]) -> list[Finding]:
    return [
        Finding("F012", Place("AE", path="AEOUT", row=event.row[ROW_COLUMN], subject=event.subject), {}, "warning")
        for event in events
        if event.fatal and subjects[event.subject]["DTHDT"] is None
    ]
