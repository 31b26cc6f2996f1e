"""Each adverse event read once: its days, its grade, how it is related, what was done, and what is doubtful."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from onearm.derive import Derived
from onearm.errors import Finding, Place, Severity
from onearm.protocol import Protocol
from onearm.protocol.check_safety import short_name
from onearm.protocol.safety_parts import safety_plan
from onearm.records import ROW_COLUMN, Records, first_of
from onearm.safety.event_words import Column, meaning_of, named_component, plain

DEATH = 5
"""The grade of a fatal event."""

CRITERIA = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")
"""The six criteria of a serious event (ICH E2A)."""


@dataclass(frozen=True)
class Event:
    """One row of AE, read. ``None`` is missing."""

    row: dict[str, Any]
    first: dt.date | None
    """First and last day that the onset can mean."""
    last: dt.date | None
    start: dt.date | None
    """The day of onset by the protocol's rule for partial dates."""
    start_imputed: str | None
    """``D`` or ``M``: which part of the onset the rule filled in (day; month and day)."""
    end: dt.date | None
    end_last: dt.date | None
    end_imputed: str | None
    grade: int | None
    related: str | None
    """``Y`` or ``N``, to anything of the treatment."""
    related_to: dict[str, str | None]
    action: str | None
    action_with: dict[str, str | None]
    serious: str | None
    fatal: bool
    groups: tuple[str, ...]

    @property
    def subject(self) -> str:
        """USUBJID."""
        return str(self.row["USUBJID"])

    @property
    def term(self) -> str:
        """The coded term, else the verbatim text in capitals."""
        return str(self.row["AEDECOD"] or plain(self.row["AETERM"]))

    @property
    def organ_class(self) -> str | None:
        """The organ class as the records have it."""
        found = self.row["AEBODSYS"] or self.row["AESOC"]
        return None if found is None else str(found)


@dataclass
class EventReader:
    """Reads the rows of AE with their supplementary qualifiers; gathers what it could not read."""

    protocol: Protocol
    records: Records
    derived: Derived
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._components = [component.id for component in self.protocol.treatment.components]
        self._supplements = self._read_supplements()
        options = self.protocol.response_options
        self._later_deaths = _deaths_after(self.records, self.derived)
        self._partial = "refuse" if options is None else options.partial_dates

    def events(self) -> Iterator[Event]:
        """Every event that has come by the cut-off, by subject, onset and row. One without an onset has come."""
        table, cutoff = self.records.tables["AE"], self.derived.cutoff
        rows = [
            row
            for row in table.iter_rows(named=True)
            if (row["AESTDTC_FIRST"] or row["AEDTC_FIRST"] or dt.date.min) <= cutoff
        ]
        rows.sort(key=lambda row: (row["USUBJID"], row["AESTDTC_FIRST"] or dt.date.max, row[ROW_COLUMN]))
        for row in rows:
            yield self._read(row, cutoff)

    def report(self, code: str, row: dict[str, Any], at: str, severity: Severity = "warning", **values: str) -> None:
        """Gather one finding on a row of AE."""
        place = Place("AE", path=at, row=row[ROW_COLUMN], subject=row["USUBJID"])
        self.findings.append(Finding(code, place, values, severity))

    def _read(self, row: dict[str, Any], cutoff: dt.date) -> Event:
        grade = None if row["AETOXGR"] is None else int(row["AETOXGR"])
        if grade is None:
            self.report("F008", row, "AETOXGR")
        end_first = row["AEENDTC_FIRST"]
        fatal = grade == DEATH or row["AEOUT"] == "FATAL" or row["AESDTH"] == "Y"
        if fatal and (row["USUBJID"] in self._later_deaths or (end_first is not None and end_first > cutoff)):
            # On the day of the cut the patient lived: the event was not fatal, its grade by then is not recorded.
            fatal, grade = False, None if grade == DEATH else grade
            self.report("F014", row, "AEOUT", "note")
        if end_first is not None and end_first > cutoff:
            end_first = None
        end_last = min(row["AEENDTC_LAST"], cutoff) if end_first is not None else None
        first, last = row["AESTDTC_FIRST"], row["AESTDTC_LAST"]
        last = min((day for day in (last, end_last, cutoff) if day is not None), default=None)
        start, imputed = self._day(first, row["AESTDTC_LAST"], row["AESTDTC_PRECISION"])
        end, end_imputed = self._day(end_first, row["AEENDTC_LAST"], row["AEENDTC_PRECISION"])
        overall, to = self._relation(row)
        action, actions = self._actions(row)
        return Event(
            row=row,
            first=first,
            last=last,
            start=start,
            start_imputed=imputed,
            end=end,
            end_last=end_last,
            end_imputed=end_imputed,
            grade=grade,
            related=overall,
            related_to=to,
            action=action,
            action_with=actions,
            serious=self._serious(row),
            fatal=fatal,
            groups=self._groups(row),
        )

    def _day(
        self, first: dt.date | None, last: dt.date | None, precision: str | None
    ) -> tuple[dt.date | None, str | None]:
        if first is None or precision == "day":
            return first, None
        if self._partial == "refuse":
            return None, None
        return (first if self._partial == "first_day" else last), ("D" if precision == "month" else "M")

    def _word(self, column: Column, row: dict[str, Any], place: str, word: str | None) -> str | None:
        if word is None or not word.strip():
            return None
        found = meaning_of(column, word)
        if found is None:
            self.report("F002" if column == "AEREL" else "F003", row, place, value=word, column=place)
        return None if found == "not_recorded" else found

    def _relation(self, row: dict[str, Any]) -> tuple[str | None, dict[str, str | None]]:
        """Relation to the whole and to each component: the worse of what the two say of each other."""
        told = row["AEREL"]
        named = named_component(self.protocol, told) if told and meaning_of("AEREL", told) is None else None
        whole = "related" if named else self._word("AEREL", row, "AEREL", told)
        known: dict[str, str | None] = {}
        for component in self._components:
            word = self._supplement(row, "REL", component)
            said = self._word("AEREL", row, f"REL{short_name(component)}", word)
            if said is None and (whole == "not_related" or len(self._components) == 1):
                said = whole
            if said is None and component == named:
                said = "related"
            if said == "related" and whole == "not_related":
                column = f"REL{short_name(component)}"
                self.report("F006", row, "AEREL", column=column, value=str(word))
            known[component] = _yes_or_no(said)
        values = list(known.values())
        if whole == "related" and values and set(values) == {"N"}:
            self.report("F015", row, "AEREL", value=str(told))
        if "Y" in values:
            overall: str | None = "Y"
        elif whole is not None:
            overall = _yes_or_no(whole)
        else:
            overall = "N" if values and all(value == "N" for value in values) else None
        return overall, known

    def _actions(self, row: dict[str, Any]) -> tuple[str | None, dict[str, str | None]]:
        whole = self._word("AEACN", row, "AEACN", row["AEACN"])
        known: dict[str, str | None] = {}
        for component in self._components:
            word = self._supplement(row, "ACN", component)
            said = self._word("AEACN", row, f"ACN{short_name(component)}", word)
            is_alone = len(self._components) == 1 or whole in ("none", "not_applicable")
            known[component] = whole if said is None and is_alone else said
        return whole, known

    def _serious(self, row: dict[str, Any]) -> str | None:
        met = [name for name in CRITERIA if row[name] == "Y"]
        told = row["AESER"]
        if told == "Y" and not met:
            self.report("F004", row, "AESER")
        if told != "Y" and met:
            self.report("F005", row, met[0], criterion=met[0], value=told or "empty")
        return "Y" if told is None and met else told

    def _groups(self, row: dict[str, Any]) -> tuple[str, ...]:
        term = plain(row["AEDECOD"] or row["AETERM"])
        groups = safety_plan(self.protocol.safety).special_interest
        return tuple(group.id for group in groups if term in [plain(one) for one in group.terms])

    def _supplement(self, row: dict[str, Any], kind: str, component: str) -> str | None:
        return self._supplements.get((row["USUBJID"], str(row["AESEQ"]), f"{kind}{short_name(component)}"))

    def _read_supplements(self) -> dict[tuple[str, str, str], str]:
        known = {f"{kind}{short_name(component)}" for kind in ("REL", "ACN") for component in self._components}
        found: dict[tuple[str, str, str], str] = {}
        for row in self.records.tables["SUPPAE"].iter_rows(named=True):
            name = row["QNAM"]
            if name in known:
                if row["QVAL"] is not None:
                    found[row["USUBJID"], row["IDVARVAL"], name] = row["QVAL"]
            elif name.startswith(("REL", "ACN")):
                place = Place("SUPPAE", path="QNAM", row=row[ROW_COLUMN], subject=row["USUBJID"])
                values = {"value": name, "known": ", ".join(sorted(known))}
                self.findings.append(Finding("F011", place, values, "warning"))
        return found


def _deaths_after(records: Records, derived: Derived) -> frozenset[str]:
    """Subjects of whom the records know a death, but none up to the cut-off."""
    told = [
        records.tables["DM"].select("USUBJID", pl.col(first_of("DTHDTC")).alias("DAY")),
        records.tables["DS"].filter(pl.col("DSDECOD") == "DEATH")
        .select("USUBJID", pl.col(first_of("DSSTDTC")).alias("DAY")),
    ]  # fmt: skip
    later = pl.concat(told).filter(pl.col("DAY") > derived.cutoff)["USUBJID"]
    dead = derived.adsl.filter(pl.col("DTHDT").is_not_null())["USUBJID"]
    return frozenset(later) - frozenset(dead)


def _yes_or_no(said: str | None) -> str | None:
    return {"related": "Y", "not_related": "N"}.get(said or "")
