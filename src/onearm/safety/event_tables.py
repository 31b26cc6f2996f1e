"""Tables of adverse events: patients with an event, each counted once, among the treated; and how many events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from onearm.protocol import Protocol
from onearm.protocol.check_safety import short_name
from onearm.protocol.safety_parts import safety_plan
from onearm.safety.deaths import DAYS_AFTER_LAST_DOSE

GRADES = (1, 2, 3, 4, 5)
ACTIONS = ("held", "reduced", "stopped")


@dataclass(frozen=True)
class Counted:
    """One line of a table: who, and how many events."""

    code: str
    """What is counted, as a code for the words: ``any``, ``related``, ``grade_3_4`` …"""
    about: str
    """Id of the component or group that it is about; empty for the treatment as a whole."""
    subjects: tuple[str, ...]
    events: int


@dataclass(frozen=True)
class TermCount:
    """One term, or one organ class where ``term`` is empty: each patient once, at the worst grade."""

    organ_class: str | None
    term: str
    subjects: tuple[str, ...]
    events: int
    by_grade: tuple[tuple[str, ...], ...]
    """Patients whose worst grade is 1, 2, 3, 4, 5."""
    ungraded: tuple[str, ...]
    """Patients none of whose events has a grade."""

    def at_least(self, grade: int) -> tuple[str, ...]:
        """Patients with a worst grade of at least ``grade``."""
        return tuple(sorted(subject for group in self.by_grade[grade - 1 :] for subject in group))


@dataclass(frozen=True)
class InterestCount:
    """One group of special interest."""

    group: str
    subjects: tuple[str, ...]
    severe: tuple[str, ...]
    """Patients with grade 3 or more."""
    events: int
    onset_days: tuple[int, ...]
    """Days from the first dose to each patient's first event of the group (day 1 is the first dose), rising."""
    resolved: int
    """Events with an end."""
    duration_days: tuple[int, ...]
    """Days from onset to end of those, both counted, rising."""


def counted_events(adae: pl.DataFrame) -> pl.DataFrame:
    """The events that tables count: treatment-emergent ones, without progression where that is kept apart."""
    return adae.filter(pl.col("ANL01FL") == "Y")


def overview(protocol: Protocol, adae: pl.DataFrame, treated: Iterable[str]) -> tuple[Counted, ...]:
    """The lines of the overview in their order; every patient of ``treated`` is in its denominator."""
    members = list(treated)
    own = adae.filter(pl.col("USUBJID").is_in(members))
    counted = counted_events(own)
    components = [component.id for component in protocol.treatment.components]

    def line(code: str, where: pl.Expr | None = None, about: str = "", table: pl.DataFrame = counted) -> Counted:
        rows = table if where is None else table.filter(where)
        return Counted(code, about, tuple(rows["USUBJID"].unique().sort().to_list()), rows.height)

    severe = pl.col("AETOXGRN") >= 3
    related = pl.col("AREL") == "Y"
    lines = [
        line("any"),
        line("severe", severe),
        line("grade_3_4", pl.col("AETOXGRN").is_in([3, 4])),
        line("grade_5", pl.col("AETOXGRN") == 5),
        line("serious", pl.col("ASER") == "Y"),
        line("related", related),
        *(line("related", pl.col(f"AREL{short_name(name)}") == "Y", name) for name in components),
        line("related_severe", related & severe),
        line("related_serious", related & (pl.col("ASER") == "Y")),
        line("related_fatal", related & (pl.col("AFATFL") == "Y")),
        line("relation_not_recorded", pl.col("AREL").is_null()),
        *(line("relation_not_recorded", pl.col(f"AREL{short_name(name)}").is_null(), name) for name in components),
    ]
    for action in ACTIONS:
        lines.append(line(action, pl.col("AACN").str.split(" ").list.contains(action)))
        lines += [line(action, pl.col(f"AACN{short_name(name)}") == action, name) for name in components]
    lines.append(line("action_not_recorded", pl.col("AACN").is_null()))
    lines += [line("action_not_recorded", pl.col(f"AACN{short_name(name)}").is_null(), name) for name in components]
    for group in safety_plan(protocol.safety).special_interest:
        lines.append(line("interest", pl.col("AESI").str.split(" ").list.contains(group.id), group.id))
    doubtful = pl.col("TRTEMFL").is_null() & (pl.col("PROGFL") == "N")
    lines.append(line("cannot_be_told", doubtful, table=own))
    lines.append(line("worst_case", (pl.col("TRTEMWC") == "Y") & (pl.col("PROGFL") == "N"), table=own))
    lines.append(line("progression", (pl.col("TRTEMWC") == "Y") & (pl.col("PROGFL") == "Y"), table=own))
    return tuple(lines)


def by_term(events: pl.DataFrame, *, by_organ_class: bool = False) -> tuple[TermCount, ...]:
    """Terms by falling number of patients, then by name; with ``by_organ_class`` under their classes in that order.

    A class stands above its terms, with an empty term. A patient stands at the worst grade within each line.
    """
    terms = _count(events, ["SOC", "TERM"] if by_organ_class else ["TERM"])
    if not by_organ_class:
        return tuple(terms)
    found: list[TermCount] = []
    for organ_class in _count(events, ["SOC"]):
        found.append(organ_class)
        found += [term for term in terms if term.organ_class == organ_class.organ_class]
    return tuple(found)


def _count(events: pl.DataFrame, keys: list[str]) -> list[TermCount]:
    found: list[TermCount] = []
    for values, group in events.group_by(keys, maintain_order=True):
        named = dict(zip(keys, values, strict=True))
        worst = group.group_by("USUBJID", maintain_order=True).agg(pl.col("AETOXGRN").max()).sort("USUBJID")
        subjects: dict[int | None, list[str]] = {}
        for subject, grade in worst.iter_rows():
            subjects.setdefault(grade, []).append(subject)
        found.append(
            TermCount(
                organ_class=named.get("SOC"),
                term=named.get("TERM", ""),
                subjects=tuple(worst["USUBJID"].to_list()),
                events=group.height,
                by_grade=tuple(tuple(subjects.get(grade, [])) for grade in GRADES),
                ungraded=tuple(subjects.get(None, [])),
            )
        )
    return sorted(found, key=lambda one: (-len(one.subjects), one.organ_class or "", one.term))


def interest(protocol: Protocol, adae: pl.DataFrame) -> tuple[InterestCount, ...]:
    """Every group of special interest in the protocol's order, with onset and resolution."""
    counted = counted_events(adae)
    found = []
    for group in safety_plan(protocol.safety).special_interest:
        rows = counted.filter(pl.col("AESI").str.split(" ").list.contains(group.id))
        onset = rows.group_by("USUBJID").agg(pl.col("ASTDY").min())["ASTDY"].drop_nulls().sort()
        ended = rows.filter(pl.col("AENDT").is_not_null())
        lasts = (ended["AENDT"] - ended["ASTDT"]).dt.total_days().drop_nulls().sort() + 1
        found.append(
            InterestCount(
                group=group.id,
                subjects=tuple(rows["USUBJID"].unique().sort().to_list()),
                severe=tuple(rows.filter(pl.col("AETOXGRN") >= 3)["USUBJID"].unique().sort().to_list()),
                events=rows.height,
                onset_days=tuple(onset.to_list()),
                resolved=ended.height,
                duration_days=tuple(lasts.to_list()),
            )
        )
    return tuple(found)


def death_counts(deaths: pl.DataFrame) -> tuple[Counted, ...]:
    """Deaths of the treated: all, within 30 and 90 days of the last dose, by cause, and with a related fatal event."""
    own = deaths.filter(pl.col("TRTFL") == "Y")

    def line(code: str, rows: pl.DataFrame, about: str = "") -> Counted:
        return Counted(code, about, tuple(rows["USUBJID"].to_list()), rows.height)

    lines = [line("deaths", own)]
    lines += [line("deaths_within", own.filter(pl.col("DAYS") <= days), str(days)) for days in DAYS_AFTER_LAST_DOSE]
    lines.append(line("deaths_related", own.filter(pl.col("AREL") == "Y")))
    for cause in sorted(own["CAUSE"].drop_nulls().unique().to_list()):
        lines.append(line("deaths_cause", own.filter(pl.col("CAUSE") == cause), cause))
    unknown = own.filter(pl.col("CAUSE").is_null())
    return (*lines, line("deaths_cause", unknown)) if unknown.height else tuple(lines)
