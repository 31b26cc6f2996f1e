"""What an analysis remarks on: its cut, who could be judged, the decisions on record."""

from __future__ import annotations

import datetime as dt

import polars as pl

from onearm.decide import Decision
from onearm.decide.results import RecordedComparison
from onearm.derive import Derived
from onearm.design import TwoStageDesign
from onearm.errors import Finding, Place
from onearm.estimates.results import Cut
from onearm.pipeline.departures import departure_of
from onearm.protocol import Protocol, design_of
from onearm.records import SCHEMAS, Records, first_of, precision_of
from onearm.stats.two_stage import probability_of_success
from onearm.units import round_half_away

LONELY_CUT_DAYS = 366
"""A last date that lies further behind the one before it is remarked on where it made the cut."""
LATE_CUT_DAYS = 31
"""A cut later than the last record by more than this is remarked on: windows pass without anybody having looked."""


def _cut_findings(records: Records, cut: Cut, derived: Derived) -> list[Finding]:
    if not (derived.adsl["REGFL"] == "Y").any():
        return [Finding("S111", Place(records.source), {"cut": cut.day.isoformat()})]
    last = records.last_date()
    if not cut.given and last is not None:
        return _lonely_cut(records, last)
    if last is None or (cut.day - last).days <= LATE_CUT_DAYS:
        return []
    values = {"cut": cut.day.isoformat(), "last": last.isoformat(), "days": str((cut.day - last).days)}
    return [Finding("S109", Place(records.source), values, "warning")]


def _lonely_cut(records: Records, last: dt.date) -> list[Finding]:
    """A warning (S114) where the cut was taken from a date that lies far after every other: most often a slip."""
    for name, schema in SCHEMAS.items():
        table = records.tables[name]
        for date in schema.dates() if table.height else ():
            rows = table.filter(pl.col(first_of(date.name)) == last, pl.col(precision_of(date.name)) == "day")
            if rows.height:
                before = _last_before(records, last)
                if before is None or (last - before).days <= LONELY_CUT_DAYS:
                    return []
                place = Place(name, path=date.name, row=rows["_ROW"][0], subject=rows["USUBJID"][0])
                return [Finding("S114", place, {"cut": last.isoformat(), "before": before.isoformat()}, "warning")]
    return []


def _last_before(records: Records, day: dt.date) -> dt.date | None:
    """The latest complete date of any table before a day."""
    found: list[dt.date] = []
    for name, schema in SCHEMAS.items():
        table = records.tables[name]
        for date in schema.dates() if table.height else ():
            complete = pl.col(precision_of(date.name)) == "day"
            earlier = table.filter(complete & (pl.col(first_of(date.name)) < day))[first_of(date.name)].max()
            if isinstance(earlier, dt.date):
                found.append(earlier)
    return max(found, default=None)


def _recorded_findings(decision: Decision, records: Records, cut: Cut) -> list[Finding]:
    """What the decisions on record and the decision computed say of each other."""
    findings: list[Finding] = []
    place = Place("decisions.csv")
    final = [entry for entry in records.decisions if entry.stage != 1 and entry.decided_on <= cut.day]
    if final and decision.stage == "final" and final[-1].action != decision.action:
        taken = {"recorded": str(final[-1].action), "computed": str(decision.action)}
        findings.append(Finding("S110", place, taken))
    if decision.beyond:
        values = {"count": str(len(decision.beyond)), "subjects": ", ".join(decision.beyond)}
        findings.append(Finding("S108", place, values, "warning"))
    return findings


def _errors_without(protocol: Protocol, decision: Decision) -> str:
    """The exact error rates of the rule without the stop that was passed over; empty where no design is declared."""
    design = design_of(protocol)
    if decision.passed_stop is None or not isinstance(design, TwoStageDesign):
        return ""
    if decision.passed_stop == "stop_futility":
        from onearm.design.departures import success_without_futility_stop

        pair = [success_without_futility_stop(design.rule, rate) for rate in (design.p0, design.p1)]
    else:
        without = design.rule._replace(efficacy_stop=None)
        pair = [probability_of_success(without, rate) for rate in (design.p0, design.p1)]
    error, power = (round_half_away(value, 4) for value in pair)
    return f"; without that stop the rule has a type I error of {error} and a power of {power}"


FEW_PATIENTS = 5
"""Below this many patients nothing is said of how many could be judged."""


def _judged_findings(protocol: Protocol, records: Records, derived: Derived) -> list[Finding]:
    """An error where most patients were assessed and none of their visits could be judged by the protocol's reading."""
    options = protocol.response_options
    if options is None:
        return []
    overall = derived.adrs.filter(pl.col("PARAMCD") == "OVRLRESP")
    judged = overall.group_by("USUBJID").agg((~pl.col("AVALC").is_in(["NE", "MISSING"])).any().alias("JUDGED"))
    assessed, unjudged = judged.height, judged.height - int(judged["JUDGED"].sum())
    treated = int((derived.adsl["TRTFL"] == "Y").sum())
    if max(assessed, treated) < FEW_PATIENTS or (assessed and 2 * unjudged <= assessed):
        return []
    if not assessed and not _scanned_after_start(records, derived):
        return []
    reading = f"{protocol.tumour.criterion}, {options.evaluator}, {options.response_source}"
    values = {"reading": reading, "assessed": str(assessed), "unjudged": str(unjudged)}
    return [Finding("S113", protocol.place_of("tumour.criterion"), values)]


def _scanned_after_start(records: Records, derived: Derived) -> bool:
    """Whether anybody at all read a scan after the first dose up to the cut, by whatever reading."""
    first = derived.adsl["TRTSDT"].drop_nulls().min()
    days = [records.tables[name][first_of(column)] for name, column in (("TR", "TRDTC"), ("RS", "RSDTC"))]
    return any(bool(((day > first) & (day <= derived.cutoff)).any()) for day in days if len(day))


def decision_findings(
    decision: Decision, protocol: Protocol, records: Records, cut: Cut, derived: Derived
) -> list[Finding]:
    """What the cut, the judged patients and the decisions on record give reason to say."""
    findings = [*_cut_findings(records, cut, derived), *_recorded_findings(decision, records, cut)]
    findings += _judged_findings(protocol, records, derived)
    recorded: RecordedComparison | None = decision.recorded
    if recorded is not None:
        place = Place("decisions.csv")
        values = {
            "x1": str(recorded.x1),
            "now": str(recorded.x1_now),
            "n1": str(recorded.n1),
            "action": recorded.action,
        }
        if recorded.crosses_boundary:
            findings.append(Finding("S102", place, values))
        elif recorded.x1 != recorded.x1_now:
            findings.append(Finding("S103", place, values, "note"))
        if recorded.against_boundary:
            findings.append(Finding("S104", place, values | {"errors": _errors_without(protocol, decision)}, "warning"))
        if recorded.protocol_digest and not protocol.digest.startswith(recorded.protocol_digest):
            findings.append(
                Finding("S105", place, {"recorded": recorded.protocol_digest[:12], "now": protocol.digest[:12]}, "note")
            )
    elif decision.stage == "final" and protocol.design.kind == "two-stage":
        findings.append(Finding("S106", Place("decisions.csv"), {}, "warning"))
    reason = departure_of(decision, design_of(protocol))
    if reason is not None:
        findings.append(Finding("S112", Place("decisions.csv"), {"reason": reason}, "warning"))
    if decision.missing:
        findings.append(Finding("S107", Place(protocol.source_name), {"missing": ", ".join(decision.missing)}))
    return findings
