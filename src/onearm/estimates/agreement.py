"""How far readers agree: with their own lesions, and with each other; categories by kappa, dates by days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import median
from typing import Literal, NamedTuple

import numpy as np

from onearm.derive import Derived, derive
from onearm.derive.days import day_number
from onearm.derive.discordance import Compared, compare_entered
from onearm.derive.entered import Entered, Reading, list_readings, read_entered, select_reading
from onearm.derive.entered_best import best_of
from onearm.derive.rules import response_rules
from onearm.derive.window import find_response_window
from onearm.errors import RefusedError
from onearm.kernels.best_response import OUT_CONFIRMED
from onearm.kernels.rules import NEVER
from onearm.protocol import Protocol
from onearm.protocol.variant import Variant
from onearm.records import Records
from onearm.stats.kappa import Kappa, cohen_kappa
from onearm.terms import Response

SourceName = Literal["lesions", "entered"]
ORDERED = ("CR", "PR", "SD", "PD")
"""Categories of weighted kappa, in order; NON-CR/NON-PD counts as SD. NE and no assessment make no pair."""
_ORDERED_CODE = {Response.CR: 0, Response.PR: 1, Response.SD: 2, Response.NON_CR_NON_PD: 2, Response.PD: 3}


class Course(NamedTuple):
    """What one account says of one patient."""

    visits: Mapping[str, Response]
    """Overall response by VISITNUM."""
    best: Response
    """Confirmed best overall response."""
    response_day: int | None
    """Day of the first CR or PR, confirmed or not."""
    progression_day: int | None


@dataclass(frozen=True)
class Account:
    """One telling of the course of all patients: a reader's lesions, or what he entered."""

    reading: Reading
    source: SourceName
    courses: Mapping[str, Course]
    name: str = ""
    """What it is called where reader and source do not tell it apart, such as the criterion."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """Pairs of categories of two accounts."""

    unit: Literal["visit", "best"]
    counts: tuple[tuple[int, ...], ...]
    """Rows: the first account, columns: the second, in the order of ``ORDERED``."""
    n_left_out: int
    """Pairs in which one of the two is NE or missing."""
    kappa: Kappa
    weighted: Kappa
    differing: tuple[str, ...]
    """Patients with at least one pair that differs."""
    subjects: tuple[str, ...]
    """Patients with at least one pair."""

    @property
    def n(self) -> int:
        """Pairs."""
        return sum(map(sum, self.counts))

    @property
    def n_agreed(self) -> int:
        """Pairs of the same category."""
        return sum(self.counts[i][i] for i in range(len(self.counts)))


@dataclass(frozen=True, slots=True)
class DatesCompared:
    """Dates of one event in two accounts; days are the second minus the first."""

    event: Literal["response", "progression"]
    same: tuple[str, ...]
    earlier: tuple[tuple[str, int], ...]
    """Patients whose event the second account dates earlier, with the (negative) days."""
    later: tuple[tuple[str, int], ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    n_neither: int

    @property
    def median_days(self) -> float | None:
        """Median difference in days over the patients with the event in both; None without any."""
        days = [0] * len(self.same) + [d for _, d in (*self.earlier, *self.later)]
        return float(median(days)) if days else None


@dataclass(frozen=True)
class Agreement:
    """Two accounts of the same patients."""

    id: str
    first: Account
    second: Account
    visits: Crossed
    best: Crossed
    responders: Kappa
    """Of responder (confirmed CR or PR) or not, over every patient of either account."""
    dates: tuple[DatesCompared, ...]


@dataclass(frozen=True)
class Comparison:
    """Everything entered beside everything derived."""

    compared: tuple[Compared, ...]
    agreements: tuple[Agreement, ...]
    unread: tuple[Reading, ...]
    """Readings whose lesions could not be derived under this protocol."""

    @property
    def differences(self) -> tuple[Compared, ...]:
        """Where what was entered is not what follows from the lesions."""
        return tuple(entry for entry in self.compared if not entry.agrees)


def compare_readings(protocol: Protocol, records: Records, cutoff: dt.date) -> Comparison | None:
    """Compare each reader's entered responses with his lesions, and the readers with each other.

    None where nothing can be compared: one reader, and no response entered; or the criterion is open. The lesions of a
    reader stand for him where he has any, else what he entered. Nothing here changes the main analysis.
    """
    options = protocol.response_options
    readings = list_readings(records)
    if options is None or (len(readings) < 2 and not records.tables["RS"].height):
        return None
    level = float(protocol.conventions.level)
    compared: list[Compared] = []
    pairs: list[tuple[Account, Account]] = []
    chosen: list[Account] = []
    unread: list[Reading] = []
    for reading in readings:
        last = "last_day" if options.partial_dates == "last_day" else "first_day"
        entered = read_entered(records, reading, day_number(cutoff), partial=last)  # type: ignore[arg-type]
        try:
            own = select_reading(records, reading)
            derived = derive(protocol, own, cutoff, Variant(source="derived", evaluator=reading.evaluator))
        except RefusedError:
            unread.append(reading)
            continue
        by_lesions = _account_of_lesions(derived, reading) if own.tables["TR"].height else None
        by_entry = _account_of_entries(derived, entered, reading)
        if by_lesions is not None and by_entry is not None:
            compared += compare_entered(derived, entered, reading)
            pairs.append((by_lesions, by_entry))
        chosen += [account for account in (by_lesions or by_entry,) if account is not None]
    pairs += combinations(chosen, 2)
    agreements = tuple(_agree(first, second, level) for first, second in pairs)
    return Comparison(tuple(compared), agreements, tuple(unread)) if agreements or unread else None


def compare_derivations(
    first: tuple[str, Derived], second: tuple[str, Derived], level: float = 0.95
) -> Agreement | None:
    """Two derivations of the same lesions, each with its name: RECIST 1.1 beside mRECIST, say; None if one is empty."""
    accounts = []
    for name, derived in (first, second):
        options = derived.protocol.response_options
        reading = Reading("investigator" if options is None else options.evaluator)
        account = _account_of_lesions(derived, reading)
        if account is None:
            return None
        accounts.append(replace(account, name=name))
    return _agree(accounts[0], accounts[1], level)


def _account_of_lesions(derived: Derived, reading: Reading) -> Account | None:
    readings, visits = derived.readings, derived.visits
    if readings is None or visits is None:
        return None
    courses = {}
    for number, subject in enumerate(derived.subjects):
        start, end = (int(readings.lesions.visit_start[number + i]) for i in (0, 1))
        told = {
            readings.visit_number[flat] or "": Response(int(visits.overall[flat])) for flat in range(start + 1, end)
        }
        if not told:
            continue
        progression: int | None = None
        response: int | None = None
        for flat in range(start + 1, end):
            here = Response(int(visits.overall[flat]))
            if here == Response.PD:
                progression = int(readings.progression_day[flat])
                break
            if here in (Response.CR, Response.PR) and response is None:
                response = int(readings.lesions.day[flat])
        courses[subject] = Course(told, Response(int(visits.best[number, OUT_CONFIRMED])), response, progression)
    return Account(reading, "lesions", courses)


def _account_of_entries(derived: Derived, entered: Sequence[Entered], reading: Reading) -> Account | None:
    options = derived.protocol.response_options
    assert options is not None
    rules, course = response_rules(options), derived.course
    window = find_response_window(derived.protocol, course, []).cap_end
    by_subject: dict[str, list[Entered]] = {}
    for row in entered:
        if row.test == "OVRLRESP" and row.value in _CODE_OF:
            by_subject.setdefault(row.subject, []).append(row)
    courses = {}
    for number, subject in enumerate(derived.subjects):
        rows = by_subject.get(subject)
        if not rows:
            continue
        therapy = int(course.new_therapy.day[number]) if options.response_after_new_therapy == "excluded" else NEVER
        best = best_of(rows, rules, int(course.reference.day[number]), min(int(window[number]), therapy))
        progression = next((row.day for row in rows if row.value == "PD"), None)
        until = NEVER if progression is None else progression
        response = next((row.day for row in rows if row.value in ("CR", "PR") and row.day < until), None)
        told = {row.visit or str(row.day): _CODE_OF[row.value] for row in rows}
        courses[subject] = Course(told, best.confirmed, response, progression)
    return Account(reading, "entered", courses) if courses else None


_CODE_OF = {response.submission_value: response for response in Response}


def _agree(first: Account, second: Account, level: float) -> Agreement:
    one, two = first.courses, second.courses
    both = [subject for subject in one if subject in two]
    visits = [
        (subject, course.visits[visit], two[subject].visits[visit])
        for subject, course in one.items()
        if subject in two
        for visit in course.visits
        if visit in two[subject].visits
    ]
    best = [(subject, one[subject].best, two[subject].best) for subject in both]
    table = np.zeros((2, 2), np.int64)
    for _, a, b in best:
        table[int(a not in _RESPONDING), int(b not in _RESPONDING)] += 1
    name = f"{_slug(first)}.{_slug(second)}"
    return Agreement(
        id=name,
        first=first,
        second=second,
        visits=_cross("visit", visits, level),
        best=_cross("best", best, level),
        responders=cohen_kappa(table, "none", level),
        dates=tuple(_compare_dates(event, one, two, both) for event in ("response", "progression")),
    )


_RESPONDING = (Response.CR, Response.PR)


def _slug(account: Account) -> str:
    if account.name:
        return account.name.lower().replace(" ", "-")
    reader = "" if account.reading.reader is None else "-" + account.reading.reader.lower().replace(" ", "-")
    return f"{account.reading.evaluator}{reader}-{account.source}"


def _cross(unit: Literal["visit", "best"], pairs: Sequence[tuple[str, Response, Response]], level: float) -> Crossed:
    table = np.zeros((len(ORDERED), len(ORDERED)), np.int64)
    subjects: dict[str, bool] = {}
    left_out = 0
    for subject, a, b in pairs:
        i, j = _ORDERED_CODE.get(a), _ORDERED_CODE.get(b)
        if i is None or j is None:
            left_out += 1
            continue
        table[i, j] += 1
        subjects[subject] = subjects.get(subject, False) or i != j
    return Crossed(
        unit=unit,
        counts=tuple(tuple(int(count) for count in row) for row in table),
        n_left_out=left_out,
        kappa=cohen_kappa(table, "none", level),
        weighted=cohen_kappa(table, "linear", level),
        differing=tuple(subject for subject, differs in subjects.items() if differs),
        subjects=tuple(subjects),
    )


def _compare_dates(
    event: Literal["response", "progression"],
    one: Mapping[str, Course],
    two: Mapping[str, Course],
    both: Sequence[str],
) -> DatesCompared:
    def day(course: Course) -> int | None:
        return course.response_day if event == "response" else course.progression_day

    def differences() -> Iterator[tuple[str, int]]:
        for subject in both:
            a, b = day(one[subject]), day(two[subject])
            if a is not None and b is not None:
                yield subject, b - a

    found = list(differences())
    lone = [(subject, day(one[subject]), day(two[subject])) for subject in both]
    return DatesCompared(
        event=event,
        same=tuple(subject for subject, days in found if days == 0),
        earlier=tuple((subject, days) for subject, days in found if days < 0),
        later=tuple((subject, days) for subject, days in found if days > 0),
        only_first=tuple(subject for subject, a, b in lone if a is not None and b is None),
        only_second=tuple(subject for subject, a, b in lone if a is None and b is not None),
        n_neither=sum(a is None and b is None for _, a, b in lone),
    )
