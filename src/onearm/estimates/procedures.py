"""What the rule for intercurrent procedures does to response and to time to progression: both rules, side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from onearm.derive import Derived, derive
from onearm.derive.days import NO_ROW
from onearm.derive.interventions import RULED_PROCEDURES
from onearm.estimates.response import estimate_rates, named_rate_set, primary_reading
from onearm.estimates.results import AnalysisSet, Estimate
from onearm.estimates.survival import estimate_times
from onearm.protocol import Protocol
from onearm.protocol.parts import ProcedureRule, Procedures
from onearm.records import Records

ReadingName = Literal["observed_on", "censored"]
READINGS: dict[ReadingName, ProcedureRule] = {
    "observed_on": ProcedureRule(response="failure", time_to_event="treatment_policy"),
    "censored": ProcedureRule(response="count_unconfirmed", time_to_event="censor"),
}
"""The two rules. For response: one not confirmed before the procedure is a failure, or counted unconfirmed."""


@dataclass(frozen=True, slots=True)
class ProcedureReading:
    """The trial with one rule for every procedure of the protocol's list."""

    name: ReadingName
    rule: ProcedureRule
    estimates: tuple[Estimate, ...]
    """The rate in the primary reading and set (if the protocol names one), then the medians of PFS and DOR."""
    is_of_protocol: tuple[bool, bool]
    """Whether the protocol has this rule for every procedure that happened: for response, for time to event."""


def compare_procedure_rules(
    protocol: Protocol, records: Records, cutoff: dt.date, derived: Derived, sets: Mapping[str, AnalysisSet]
) -> tuple[ProcedureReading, ...]:
    """The estimates under each rule; empty where no procedure of the protocol's list happened on study."""
    happened = procedures_on_study(derived)
    if not happened:
        return ()
    readings = []
    for name, rule in READINGS.items():
        every = Procedures(**dict.fromkeys(Procedures.model_fields, rule))
        other = protocol.model_copy(update={"procedures": every})
        read = derive(other, records, cutoff)
        rates = estimate_rates(other, read.best, sets)
        times, _ = estimate_times(other, read.adtte, sets, {})
        wanted = (f"orr.{primary_reading(protocol)}.{named_rate_set(protocol)}", "pfs.median", "dor.median")
        found = {estimate.id: estimate for estimate in (*rates, *times)}
        own = [getattr(protocol.procedures, procedure) for procedure in happened]
        readings.append(
            ProcedureReading(
                name=name,
                rule=rule,
                estimates=tuple(found[one] for one in wanted if one in found),
                is_of_protocol=(
                    all(ruled is not None and ruled.response == rule.response for ruled in own),
                    all(ruled is not None and ruled.time_to_event == rule.time_to_event for ruled in own),
                ),
            )
        )
    return tuple(readings)


def procedures_on_study(derived: Derived) -> tuple[str, ...]:
    """The kinds of procedure (fields of ``Procedures``) that came first in some subject; empty without any."""
    procedures = derived.course.procedures
    codes = np.unique(procedures.code[(procedures.first.row != NO_ROW) & (procedures.code >= 0)])
    return tuple(RULED_PROCEDURES[int(code)].lower() for code in codes)
