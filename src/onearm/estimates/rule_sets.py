"""The same records under every rule set: whose category or responder status changes, and which visits decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import polars as pl

from onearm.derive import Derived, derive_variants
from onearm.estimates.response import primary_reading
from onearm.estimates.sets import select_sets
from onearm.kernels.peer_response import PEER_CANDIDATE, PEER_WHY_NOT, PEER_WHY_NOT_VISIT, PeerWhyNot
from onearm.protocol import Protocol
from onearm.protocol.variant import RuleSet, Variant
from onearm.records import Records
from onearm.stats.binomial import Interval, clopper_pearson
from onearm.terms import RESPONDING_VALUES

RULE_SETS: tuple[RuleSet, ...] = ("protocol", "recist", "arithmetic", "admiral")


@dataclass(frozen=True, slots=True)
class VisitOf:
    """A visit that decided: its VISITNUM, name, day and overall response."""

    visitnum: str
    name: str
    day: dt.date
    response: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One patient under one rule set."""

    category: str
    """Best overall response as the protocol's primary rate counts it."""
    confirmed: str
    unconfirmed: str
    responder: bool
    reason: str
    """Code of the rule that gave the category."""
    decided_at: VisitOf | None
    confirmed_at: VisitOf | None
    not_confirmed: str | None
    """Why the first CR or PR found no confirmation; None where it did, or where there was none."""
    not_confirmed_at: VisitOf | None
    """The visit that ended the search for a confirmation, where one did."""
    responses: tuple[VisitOf, ...]
    """The overall responses of all visits under this rule set."""


@dataclass(frozen=True, slots=True)
class RuleSetResult:
    """One rule set: every patient, and the primary response rate."""

    rules: RuleSet
    patients: dict[str, Judged]
    population: str
    x: int
    n: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rule sets beside each other."""

    reading: str
    """``confirmed`` or ``unconfirmed``: what the categories are."""
    results: tuple[RuleSetResult, ...]
    changed: tuple[str, ...]
    """Patients whose category differs between any two sets, in order."""
    changed_status: tuple[str, ...]
    """Those of them who are responders under one set and not under another."""
    derived: tuple[Derived, ...]


def compare_rules(
    protocol: Protocol, records: Records, cutoff: dt.date, base: Variant, sets: tuple[RuleSet, ...] = RULE_SETS
) -> Comparison | None:
    """Every patient under every rule set, all else read as ``base`` says (evaluator, source, settings).

    None while the protocol leaves the response criterion open. Raises as ``derive``.
    """
    if protocol.response_options is None:
        return None
    found = derive_variants(protocol, records, cutoff, [replace(base, rules=rules) for rules in sets])
    results = tuple(_result(derived) for derived in found)
    subjects = found[0].subjects
    changed = [s for s in subjects if len({result.patients[s].category for result in results}) > 1]
    status = [s for s in changed if len({result.patients[s].responder for result in results}) > 1]
    return Comparison(primary_reading(found[0].protocol), results, tuple(changed), tuple(status), tuple(found))


def _result(derived: Derived) -> RuleSetResult:
    protocol = derived.protocol
    reading = primary_reading(protocol)
    rows = _by_subject(derived.adrs.filter(pl.col("PARAMCD").is_in(["BOR", "CBOR", "OVRLRESP"])))
    patients = {
        subject: _judge(derived, number, rows.get(subject, []), reading)
        for number, subject in enumerate(derived.subjects)
    }
    population = next(
        (
            endpoint.denominator or protocol.sets.primary
            for endpoint in protocol.endpoints.values()
            if endpoint.kind == "response_rate"
        ),
        protocol.sets.primary,
    )
    members = select_sets(derived.adsl)[str(population)].members if population else derived.subjects
    x, n = sum(patients[subject].responder for subject in members), len(members)
    level = float(protocol.conventions.level)
    interval = clopper_pearson(x, n, level) if n else Interval(None, None)
    return RuleSetResult(derived.variant.rules, patients, str(population or "all"), x, n, interval)


Row = dict[str, object]


def _by_subject(frame: pl.DataFrame) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for row in frame.iter_rows(named=True):
        rows.setdefault(row["USUBJID"], []).append(row)
    return rows


def _judge(derived: Derived, number: int, rows: list[Row], reading: str) -> Judged:
    visits = [_visit(row) for row in rows if row["PARAMCD"] == "OVRLRESP"]
    by_number = {visit.visitnum: visit for visit in visits}
    best = {str(row["PARAMCD"]): row for row in rows if row["PARAMCD"] != "OVRLRESP"}
    # A best response that the protocol leaves open has no row.
    confirmed, unconfirmed = (str(best[name]["AVALC"]) if name in best else "MISSING" for name in ("CBOR", "BOR"))
    primary = best.get("CBOR" if reading == "confirmed" else "BOR", {})
    category = confirmed if reading == "confirmed" else unconfirmed
    why, ended = _why_not(derived, number, best.get("CBOR", {}), confirmed, unconfirmed)
    return Judged(
        category=category,
        confirmed=confirmed,
        unconfirmed=unconfirmed,
        responder=category in RESPONDING_VALUES,
        reason=str(primary.get("REASON") or "not_derived"),
        decided_at=by_number.get(str(primary.get("VISITNUM"))),
        confirmed_at=by_number.get(str(best.get("CBOR", {}).get("CONFVIS"))),
        not_confirmed=why,
        not_confirmed_at=by_number.get(str(ended)),
        responses=tuple(visits),
    )


def _why_not(
    derived: Derived, number: int, row: Row, confirmed: str, unconfirmed: str
) -> tuple[str | None, object | None]:
    """Why a CR or PR was not confirmed, and the visit that ended the search."""
    if confirmed in RESPONDING_VALUES or unconfirmed not in RESPONDING_VALUES:
        return None, None
    if derived.peer is None:
        why = row.get("WHYNOT")
        return None if why is None else str(why).lower(), row.get("WHYNOTVS")
    out = derived.peer.out[number]
    if out[PEER_CANDIDATE] < 1:
        return None, None
    readings, ended = derived.readings, int(out[PEER_WHY_NOT_VISIT])
    assert readings is not None
    at = None if ended < 1 else readings.visit_number[int(readings.lesions.visit_start[number]) + ended]
    return PeerWhyNot(int(out[PEER_WHY_NOT])).name.lower(), at


def _visit(row: Row) -> VisitOf:
    day = row["ADT"]
    assert isinstance(day, dt.date)
    return VisitOf(str(row["VISITNUM"]), str(row["AVISIT"] or row["VISITNUM"]), day, str(row["AVALC"]))
