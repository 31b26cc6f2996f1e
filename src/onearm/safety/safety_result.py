"""Everything about harm at a cut-off: the events, the deaths, and where each stopping rule stands."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onearm.derive import Derived
from onearm.errors import Finding
from onearm.protocol import Protocol
from onearm.protocol.base import text_in
from onearm.protocol.safety_parts import safety_plan
from onearm.records import Records
from onearm.safety.adae import derive_adae
from onearm.safety.deaths import derive_deaths
from onearm.safety.stopping import Standing, run_rules


@dataclass(frozen=True, eq=False)
class SafetyResult:
    """Adverse events, deaths and stopping rules of one trial at a cut-off."""

    adae: pl.DataFrame
    deaths: pl.DataFrame
    treated: tuple[str, ...]
    """The denominator: registered subjects with at least one dose."""
    stopping: tuple[Standing, ...]
    missing: tuple[str, ...]
    """Dotted paths of the rules on events that the protocol leaves open."""
    findings: tuple[Finding, ...]


def derive_safety(protocol: Protocol, records: Records, derived: Derived) -> SafetyResult | None:
    """Adverse events, deaths and stopping rules; None where the protocol has no rules on adverse events."""
    rules = safety_plan(protocol.safety).events
    if rules is None:
        return None
    adae, findings = derive_adae(protocol, records, derived)
    missing = tuple(f"safety.events.{name}" for name in ("window", "new_therapy") if getattr(rules, name) is None)
    if missing:
        findings.append(Finding("F022", protocol.place_of("safety.events"), {"missing": ", ".join(missing)}, "warning"))
    stopping = run_rules(protocol, derived, adae)
    for standing in stopping:
        findings += _stopping_findings(protocol, standing)
    return SafetyResult(
        adae=adae,
        deaths=derive_deaths(records, derived, adae),
        treated=tuple(derived.adsl.filter(pl.col("TRTFL") == "Y")["USUBJID"].to_list()),
        stopping=stopping,
        missing=missing,
        findings=tuple(findings),
    )


def _stopping_findings(protocol: Protocol, standing: Standing) -> list[Finding]:
    rule = standing.rule
    place, name = protocol.place_of(f"safety.stopping.{rule.id}"), text_in(rule.name)
    if standing.missing:
        return [Finding("F020", place, {"rule": name, "missing": ", ".join(standing.missing)}, "warning")]
    crossed = standing.crossed
    if crossed is None:
        return []
    values = {
        "rule": name,
        "events": str(crossed.events),
        "patients": str(crossed.patients),
        "bound": str(crossed.bound),
        "day": crossed.day.isoformat(),
        "advice": rule.advice,
    }
    return [Finding("F021", place, values, "warning")]
