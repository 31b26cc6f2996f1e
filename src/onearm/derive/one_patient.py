"""One patient from plain lists: ``onearm.derive.patient``."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from onearm.derive.assemble import derive
from onearm.derive.derived import Derived
from onearm.derive.patient_tables import PatientTables, Reading, find_faults, find_wrong_kinds
from onearm.errors import UsageError
from onearm.protocol.load import load_protocol_text
from onearm.protocol.model import Protocol
from onearm.protocol.variant import RuleSet, Variant, parse_settings
from onearm.records import Records


@dataclass(frozen=True, slots=True)
class PatientVisit:
    """One visit after the baseline; lengths in millimetres, days as they were given."""

    day: int
    response: str
    reason: str
    arithmetic: str
    """The overall response by the tables alone, or as it was entered."""
    target: str | None
    target_reason: str | None
    non_target: str | None
    new_lesion: bool | None
    sum_mm: float | None
    nadir_mm: float | None
    """The smallest complete sum before this visit."""


@dataclass(frozen=True, slots=True)
class PatientBest:
    """A best overall response: the day that gave it, and the day of the scan that confirmed it."""

    response: str
    reason: str
    day: int | None
    confirmed_on: int | None
    not_confirmed: str | None = None
    """Why the first CR or PR was not confirmed, where that is known."""


@dataclass(frozen=True, slots=True)
class PatientTime:
    """A time to event in days; ``start`` and ``end`` as days were given."""

    days: int
    event: bool
    reason: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PatientResult:
    """What follows from the readings of one patient."""

    visits: tuple[PatientVisit, ...]
    confirmed: PatientBest
    unconfirmed: PatientBest
    times: Mapping[str, PatientTime]
    """By PARAMCD: OS, PFS, and DOR and TTR of a responder; under ``admiral`` also RSD."""
    findings: tuple[str, ...]
    """Codes of what is remarkable about the readings; ``onearm explain CODE`` says more."""
    derived: Derived = field(repr=False)


def patient(
    days: Sequence[int],
    targets: Mapping[str, Sequence[Reading]] | None = None,
    non_targets: Mapping[str, Sequence[str | None]] | None = None,
    new_lesions: Mapping[str, Sequence[str | tuple[str, float] | None]] | None = None,
    *,
    nodes: Collection[str] = (),
    responses: Sequence[str] | None = None,
    options: str | Mapping[str, object] = "recist-1.1-confirmed-2026",
    rules: RuleSet = "protocol",
    admiral: Mapping[str, object] | None = None,
    reference_day: int = 0,
    death: int | None = None,
    new_therapy: int | None = None,
    last_alive: int | None = None,
    scan_every: int | None = None,
    cutoff: int | None = None,
) -> PatientResult:
    """The responses, best responses and times to event of one patient, each with its reason.

    ``days``: the day of each scan, the baseline first, in the same count as every other day (``reference_day``: first
    dose). Each lesion is a list with one reading a scan: a length in millimetres (of the lesions in ``nodes`` the short
    axis), a word such as absent, too small, treated, present, progression or equivocal (all: the constants in
    ``patient_tables``), or None where it was not assessed (of a new lesion: not seen; of a new node a pair such as
    ``("unequivocal", 12)`` gives its short axis).
    With ``responses`` instead of lesions, ``days`` are those of the overall responses, without a baseline.
    ``options``: the name of a profile, or options that differ from it (its name under ``profile``). ``rules``: a rule
    set; ``admiral``: the R package's arguments. ``scan_every``: days between planned scans, where missed ones count.
    Raises UsageError, ProtocolError, RecordsError or RefusedError with all that is wrong.

    A confirmed partial response that stays one until progression (RECIST Working Group):

    >>> found = patient([0, 63, 126, 189, 252], {"T1": [100, 70, 70, 80, 80]})
    >>> [visit.response for visit in found.visits], found.confirmed.response, found.confirmed.confirmed_on
    (['PR', 'PR', 'PR', 'PR'], 'PR', 126)

    One target not read, and the others alone 20 % and 5 mm above the nadir: progression all the same.

    >>> found = patient([0, 63], {"T1": [40, 55], "T2": [5, None]}, {"NT1": ["present", "present"]}, death=300)
    >>> found.visits[0].response, found.visits[0].target_reason, found.times["PFS"].days, found.times["OS"].event
    ('PD', 'growth_over_nadir', 64, True)

    From overall responses alone, as the R package reads them:

    >>> patient([28, 56, 84], responses=["CR", "PR", "PR"], rules="admiral").confirmed.response
    'PR'
    """
    whole = {"reference_day": reference_day, "death": death, "new_therapy": new_therapy, "last_alive": last_alive}
    faults = find_wrong_kinds(days, {**whole, "cutoff": cutoff}, rules)
    if not faults:
        faults = find_faults(days, targets or {}, non_targets or {}, new_lesions or {}, responses, reference_day)
        known = {**(targets or {}), **(non_targets or {}), **(new_lesions or {})}
        faults += [f"nodes: there is no lesion {name!r}" for name in sorted(set(nodes) - set(known))]
    if faults:
        raise UsageError("\n".join(faults))
    tables = PatientTables(reference_day)
    tables.add_course(death, new_therapy, last_alive)
    if responses is not None:
        for at, (day, response) in enumerate(zip(days, responses, strict=True), start=1):
            tables.add("RS", RSTESTCD="OVRLRESP", RSSTRESC=response.upper(), VISITNUM=str(at), RSDTC=tables.date(day))
    else:
        tables.add_lesions("TARGET", targets or {}, days, nodes)
        tables.add_lesions("NON-TARGET", non_targets or {}, days, nodes)
        tables.add_lesions("NEW", new_lesions or {}, days, nodes)
    last = max([*days, reference_day, *(day for day in (death, new_therapy, last_alive) if day is not None)])
    settings = tuple(f"{name}={value}" for name, value in (admiral or {}).items())
    _, package = parse_settings(rules, settings)
    variant = Variant(rules=rules, source=None if responses is None else "reported", admiral=package)
    protocol = _protocol(options, scan_every)
    cut = tables.day(cutoff if cutoff is not None else last)
    return _result(derive(protocol, Records.from_tables(tables.frames()), cut, variant), tables)


_PROTOCOL = """
onearm: 1
identity: {{id: ONE, title: One patient}}
population: {{disease: any}}
treatment: {{components: [{{id: drug, name: Drug, kind: drug}}]}}
tumour: {{criterion: recist-1.1, profile: {profile}, override: {override}{calendar}}}
endpoints:
  orr: {{kind: response_rate, name: ORR, role: primary, denominator: treated}}
  dor: {{kind: response_duration, name: DOR, role: descriptive, start: first_response,
    events: [progression, death], censoring: literal}}
  pfs: {{kind: survival, name: PFS, role: descriptive, start: first_dose,
    events: [progression, death], censoring: literal}}
  os: {{kind: survival, name: OS, role: descriptive, start: first_dose, events: [death], censoring: literal}}
sets: {{primary: treated}}
design: {{kind: exploratory}}
"""


def _protocol(options: str | Mapping[str, object], scan_every: int | None) -> Protocol:
    chosen: dict[str, object] = {"profile": options} if isinstance(options, str) else dict(options)
    profile = chosen.pop("profile", "recist-1.1-confirmed-2026")
    calendar = "" if scan_every is None else (
        f", calendar: {{anchor: first_dose, phases: [{{every: {scan_every} days}}], window_days: {scan_every // 4}}}"
    )  # fmt: skip
    text = _PROTOCOL.format(profile=json.dumps(profile), override=json.dumps(chosen, default=str), calendar=calendar)
    return load_protocol_text(text, "options")


def _result(derived: Derived, tables: PatientTables) -> PatientResult:
    adrs = derived.adrs.to_dicts()
    by_visit: dict[str, dict[str, dict[str, object]]] = {}
    for row in adrs:
        by_visit.setdefault(row["VISITNUM"] or "", {})[row["PARAMCD"]] = row
    sums = {row["VISITNUM"]: row for row in derived.adtr.filter(pl.col("PARAMCD") == "SUMDIAM").to_dicts()}
    best = {row["PARAMCD"]: row for row in adrs if row["PARAMCD"] in ("BOR", "CBOR")}
    return PatientResult(
        visits=tuple(
            _visit(row, by_visit[row["VISITNUM"]], sums.get(row["VISITNUM"], {}), tables)
            for row in adrs
            if row["PARAMCD"] == "OVRLRESP"
        ),
        confirmed=_best(best["CBOR"], tables),
        unconfirmed=_best(best["BOR"], tables),
        times={row["PARAMCD"]: _time(row, tables) for row in derived.adtte.to_dicts()},
        findings=tuple(dict.fromkeys(finding.code for finding in derived.findings)),
        derived=derived,
    )


def _visit(
    row: Mapping[str, object],
    parts: Mapping[str, Mapping[str, object]],
    total: Mapping[str, object],
    tables: PatientTables,
) -> PatientVisit:
    target, other, new = (parts.get(name, {}) for name in ("TRGRESP", "NTRGRESP", "NEWLRESP"))
    return PatientVisit(
        day=_day(row["ADT"], tables) or 0,
        response=str(row["AVALC"]),
        reason=str(row["REASON"]),
        arithmetic=str(parts["OVRLARIT"]["AVALC"]),
        target=_text(target.get("AVALC")),
        target_reason=_text(target.get("REASON")),
        non_target=_text(other.get("AVALC")),
        new_lesion=None if "AVALC" not in new else new["AVALC"] == "Y",
        sum_mm=total.get("AVAL"),  # type: ignore[arg-type]
        nadir_mm=total.get("NADIR"),  # type: ignore[arg-type]
    )


def _best(row: Mapping[str, object], tables: PatientTables) -> PatientBest:
    return PatientBest(
        response=str(row["AVALC"]),
        reason=str(row["REASON"]),
        day=_day(row["ADT"], tables),
        confirmed_on=_day(row["CONFDT"], tables),
        not_confirmed=_text(row.get("WHYNOT")),
    )


def _time(row: Mapping[str, object], tables: PatientTables) -> PatientTime:
    start, end, days = _day(row["STARTDT"], tables), _day(row["ADT"], tables), row["AVAL"]
    assert start is not None and end is not None and isinstance(days, int)
    return PatientTime(days=days, event=row["CNSR"] == 0, reason=str(row["EVNTDESC"]), start=start, end=end)


def _day(date: object, tables: PatientTables) -> int | None:
    return tables.number(date) if isinstance(date, dt.date) else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
