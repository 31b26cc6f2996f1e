"""How far readers agree: with their own lesions, and with each other; categories by kappa, dates by days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import median
from typing import Literal, NamedTuple

import numpy as np

from onearm.derive import Derived, derive
from onearm.derive.days import day_number
from onearm.derive.discordance import Compared, VisitsFound, compare_entered
from onearm.derive.entered import Entered, Reading, list_readings, read_entered, select_reading
from onearm.errors import RefusedError
from onearm.estimates.first_response import first_response_days
from onearm.kernels.best_response import OUT_CONFIRMED
from onearm.protocol import Protocol
from onearm.protocol.variant import Source, Variant
from onearm.records import Records
from onearm.stats.kappa import Kappa, cohen_kappa
from onearm.terms import RESPONDING, Response

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
    """Day of the first CR or PR, confirmed or not, among the visits that count for the best response."""
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
    """Of responder (confirmed CR or PR) or not, over the patients of both accounts."""
    in_one_only: tuple[str, ...]
    """Patients of whom one of the two accounts knows no visit: they make no pair of a best response or a date."""
    dates: tuple[DatesCompared, ...]


@dataclass(frozen=True)
class Comparison:
    """Everything entered beside everything derived."""

    compared: tuple[Compared, ...]
    agreements: tuple[Agreement, ...]
    unread: tuple[Reading, ...]
    """Readings whose lesions, or whose entered responses, could not be derived under this protocol."""

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
        told = _tell(protocol, records, reading, cutoff)
        if told.is_refused:
            unread.append(reading)
        compared += told.compared
        if told.by_lesions is not None and told.by_entry is not None:
            pairs.append((told.by_lesions, told.by_entry))
        chosen += [account for account in (told.by_lesions or told.by_entry,) if account is not None]
    pairs += combinations(chosen, 2)
    agreements = tuple(_agree(first, second, level) for first, second in pairs)
    return Comparison(tuple(compared), agreements, tuple(unread)) if agreements or unread else None


class _Told(NamedTuple):
    """What one reader's lesions say, and what he entered."""

    by_lesions: Account | None
    by_entry: Account | None
    compared: tuple[Compared, ...]
    is_refused: bool
    """Whether one of the two is there and could not be derived."""


def _tell(protocol: Protocol, records: Records, reading: Reading, cutoff: dt.date) -> _Told:
    """Both are derived by the one path that an analysis takes, so that they say what that would say."""
    options, criterion = protocol.response_options, protocol.tumour.criterion or ""
    partial: Literal["first_day", "last_day"] = "first_day"
    if options is not None and options.partial_dates == "last_day":
        partial = "last_day"
    own = select_reading(records, reading)
    entered = read_entered(records, reading, criterion, day_number(cutoff), partial=partial)
    wanted: dict[Source, bool] = {
        "derived": own.tables["TR"].height > 0,
        "reported": any(row.test == "OVRLRESP" for row in entered),
    }
    found: dict[Source, Derived] = {}
    for source in (name for name, is_there in wanted.items() if is_there):
        try:
            found[source] = derive(protocol, own, cutoff, Variant(source=source, evaluator=reading.evaluator))
        except RefusedError:
            continue
    lesions, entries = found.get("derived"), found.get("reported")
    by_lesions = None if lesions is None else _account(lesions, Account(reading, "lesions", {}), _visit_numbers)
    by_entry = None
    if entries is not None:
        places = _Places(entered, lesions)
        by_entry = _account(entries, Account(reading, "entered", {}), places.of_visits)
    compared = compare_entered(lesions, entered, reading) if lesions is not None and wanted["reported"] else ()
    return _Told(by_lesions, by_entry, compared, len(found) < sum(wanted.values()))


def compare_derivations(
    first: tuple[str, Derived], second: tuple[str, Derived], level: float = 0.95
) -> Agreement | None:
    """Two derivations of the same lesions, each with its name: RECIST 1.1 beside mRECIST, say; None if one is empty."""
    accounts = []
    for name, derived in (first, second):
        options = derived.protocol.response_options
        reading = Reading("investigator" if options is None else options.evaluator)
        account = _account(derived, Account(reading, "lesions", {}, name), _visit_numbers)
        if account is None:
            return None
        accounts.append(account)
    return _agree(accounts[0], accounts[1], level)


def add_criteria(
    comparison: Comparison | None, derivations: Sequence[tuple[str, Derived]], level: float
) -> Comparison | None:
    """The comparison with the first derivation set beside each other one: the same scans by several criteria."""
    found = [compare_derivations(derivations[0], other, level) for other in derivations[1:]]
    concordance = tuple(agreement for agreement in found if agreement is not None)
    if not concordance:
        return comparison
    so_far = comparison or Comparison((), (), ())
    return replace(so_far, agreements=(*so_far.agreements, *concordance))


def _visit_numbers(derived: Derived, flat: int) -> str:
    """The visit as the other account knows it: its VISITNUM."""
    assert derived.readings is not None
    return derived.readings.visit_number[flat] or ""


class _Places:
    """Visits of entered responses by VISITNUM; one without is the visit whose lesions were read on its day."""

    def __init__(self, entered: Sequence[Entered], lesions: Derived | None) -> None:
        self.by_row = {row.row: row for row in entered}
        self.lesions = lesions
        self.found = None if lesions is None else VisitsFound(lesions)

    def of_visits(self, derived: Derived, flat: int) -> str:
        assert derived.readings is not None
        row = self.by_row[int(derived.readings.visit_row[flat])]
        beside = None if row.visit or self.found is None else self.found.visit_of(row)
        if beside is not None and self.lesions is not None:
            return _visit_numbers(self.lesions, beside)
        return row.visit or f"day {row.day}"


def _account(derived: Derived, empty: Account, name: Callable[[Derived, int], str]) -> Account | None:
    """The courses of all patients with a visit; None without any, or while the criterion is open."""
    readings, visits = derived.readings, derived.visits
    if readings is None or visits is None:
        return None
    responded = first_response_days(derived) or {}
    courses = {}
    for number, subject in enumerate(derived.subjects):
        start, end = (int(readings.lesions.visit_start[number + i]) for i in (0, 1))
        flats = range(start + 1, end)
        if not flats:
            continue
        said = {name(derived, flat): Response(int(visits.overall[flat])) for flat in flats}
        progression = next((int(readings.progression_day[f]) for f in flats if visits.overall[f] == Response.PD), None)
        best = Response(int(visits.best[number, OUT_CONFIRMED]))
        courses[subject] = Course(said, best, responded.get(subject), progression)
    return replace(empty, courses=courses) if courses else None


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
        table[int(a not in RESPONDING), int(b not in RESPONDING)] += 1
    name = f"{_slug(first)}.{_slug(second)}"
    return Agreement(
        id=name,
        first=first,
        second=second,
        visits=_cross("visit", visits, level),
        best=_cross("best", best, level),
        responders=cohen_kappa(table, "none", level),
        in_one_only=tuple(sorted(one.keys() ^ two.keys())),
        dates=tuple(_compare_dates(event, one, two, both) for event in ("response", "progression")),
    )


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
