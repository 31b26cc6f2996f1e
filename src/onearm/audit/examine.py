"""Records → Audit: every check over every patient and reader, and what could not be checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from onearm.audit.case import Case, gather_cases
from onearm.audit.check_denominator import Rates, check_denominator, count_rates
from onearm.audit.check_lesions import (
    check_complete,
    check_measurable,
    check_missing_targets,
    check_new_lesions,
    places_of_targets,
)
from onearm.audit.check_responses import check_confirmation, check_early_stable, check_window
from onearm.audit.check_sums import check_sums
from onearm.audit.fault import Fault
from onearm.audit.published import published_protocol
from onearm.derive import derive
from onearm.derive.days import day_number
from onearm.derive.entered import BEST_TESTS, VISIT_TESTS, Entered, Reading, list_readings, read_entered, select_reading
from onearm.errors import Finding, RefusedError
from onearm.protocol import Protocol
from onearm.protocol.variant import Variant
from onearm.records import Records


class Check(NamedTuple):
    """One kind of error: its name, the codes it gives, and what it needs (``entered``, ``best``, ``lesions``,
    ``window``, ``treated``)."""

    name: str
    codes: tuple[str, ...]
    needs: tuple[str, ...]
    better_with: tuple[str, ...] = ()


CHECKS: tuple[Check, ...] = (
    Check("unconfirmed", ("A201", "A202"), ("entered", "confirmation"), ("best",)),
    Check("denominator", ("A203",), ("treated",)),
    Check("window", ("A204",), ("entered",), ("window",)),
    Check("rounding", ("A205",), ("entered", "lesions")),
    Check("nadir", ("A206",), ("entered", "lesions")),
    Check("absolute_increase", ("A207",), ("entered", "lesions", "millimetres")),
    Check("measurable", ("A208",), ("lesions",)),
    Check("complete_response", ("A209", "A210", "A211"), ("entered", "lesions")),
    Check("missing_target", ("A212",), ("entered", "lesions")),
    Check("new_lesion", ("A213", "A214"), ("entered", "lesions")),
    Check("early_confirmation", ("A215",), ("entered", "confirmation")),
    Check("early_stable", ("A216",), ("entered",)),
)
"""The ten errors made most often, and two of their kin, in the order of the report."""


class CheckState(NamedTuple):
    """What became of a check: how many errors it found, or what the records or the protocol lack for it."""

    check: Check
    done: bool
    found: int
    lacks: tuple[str, ...]
    """Codes of ``AUDIT_LACKS``: what it could not do, or could not do in full."""


@dataclass(frozen=True)
class Audit:
    """What an audit found."""

    protocol: Protocol
    as_published: bool
    """No protocol was given: RECIST 1.1 as published stands in."""
    cutoff: dt.date
    readings: tuple[Reading, ...]
    states: tuple[CheckState, ...]
    faults: tuple[Fault, ...]
    rates: Rates | None
    """By the reading of the protocol's evaluator; None where nothing was derived."""
    unread: tuple[tuple[Reading, tuple[Finding, ...]], ...]
    """Readings that could not be derived, and why."""

    @property
    def is_clean(self) -> bool:
        """Whether no check found anything and every reading was read."""
        return not self.faults and not self.unread


def audit_records(records: Records, protocol: Protocol | None = None, cutoff: dt.date | None = None) -> Audit:
    """Look for the errors in ``CHECKS`` in the lesions and in the responses entered beside them, reader by reader.

    Without ``protocol``, RECIST 1.1 as published decides. ``cutoff``: rows after it are not read; without it, the last
    complete date in the records. The records are never changed. Raises RefusedError if no reading can be derived.
    """
    trial = protocol or published_protocol()
    day = cutoff or records.last_date() or dt.date(1970, 1, 1)
    faults: list[Fault] = []
    unread: list[tuple[Reading, tuple[Finding, ...]]] = []
    main = None if trial.response_options is None else trial.response_options.evaluator
    rates: Rates | None = None
    readings = list_readings(records) or (Reading("investigator"),)
    has_lesions = bool(records.tables["TR"].height or records.tables["TU"].height)
    entered: list[Entered] = []
    for reading in readings:
        own = _read(records, trial, reading, day)
        try:
            variant = Variant(source="derived" if has_lesions else "reported", evaluator=reading.evaluator)
            derived = derive(trial, select_reading(records, reading), day, variant)
        except RefusedError as refused:
            unread.append((reading, refused.findings))
            continue
        cases = gather_cases(derived, own, reading)
        entered += own
        faults += _judge_each(cases, records)
        if rates is None and reading.evaluator == main and cases:
            rates = count_rates(derived, cases)
            faults += check_denominator(derived, cases, rates)
    if len(unread) == len(readings):
        raise RefusedError([finding for _, findings in unread for finding in findings])
    order = {check.name: place for place, check in enumerate(CHECKS)}
    faults.sort(key=lambda found: (order[found.check], found.subject, found.finding.place.row or 0, found.reading))
    lacking = _what_lacks(trial, protocol is None, entered, rates)
    if not has_lesions:
        lacking.add("lesions")
    return Audit(
        protocol=trial,
        as_published=protocol is None,
        cutoff=day,
        readings=readings,
        states=tuple(_state(check, faults, lacking) for check in CHECKS),
        faults=tuple(faults),
        rates=rates,
        unread=tuple(unread),
    )


def _read(records: Records, protocol: Protocol, reading: Reading, cutoff: dt.date) -> tuple[Entered, ...]:
    options = protocol.response_options
    last = options is not None and options.partial_dates == "last_day"
    criterion = protocol.tumour.criterion or ""
    return read_entered(records, reading, criterion, day_number(cutoff), partial="last_day" if last else "first_day")


_EACH: tuple[Callable[[Case], Iterator[Fault]], ...] = (
    check_confirmation, check_window, check_sums, check_complete, check_missing_targets, check_new_lesions,
    check_early_stable,
)  # fmt: skip


def _judge_each(cases: Sequence[Case], records: Records) -> Iterator[Fault]:
    places = places_of_targets(records)
    for case in cases:
        for check in _EACH:
            yield from check(case)
        yield from check_measurable(case, places)


def _what_lacks(protocol: Protocol, as_published: bool, entered: Sequence[Entered], rates: Rates | None) -> set[str]:
    options = protocol.response_options
    windows = [end.window for end in protocol.endpoints.values() if end.window is not None]
    there = {
        "entered": any(row.test in VISIT_TESTS for row in entered),
        "best": any(row.test in BEST_TESTS for row in entered),
        "treated": rates is not None and bool(rates.treated),
        "window": not as_published or bool(windows),
        "confirmation": options is not None and options.confirmation == "required",
        "millimetres": options is not None and options.pd_absolute_mm > 0,
    }
    return {name for name, is_there in there.items() if not is_there}


def _state(check: Check, faults: Sequence[Fault], lacking: set[str]) -> CheckState:
    lacks = tuple(name for name in check.needs if name in lacking)
    partly = tuple(name for name in check.better_with if name in lacking)
    found = sum(fault.check == check.name for fault in faults)
    return CheckState(check, not lacks, found, lacks or partly)


__all__ = ["CHECKS", "Audit", "Check", "CheckState", "audit_records"]
