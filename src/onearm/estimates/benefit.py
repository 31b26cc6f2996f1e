"""Clinical benefit: complete and partial responses, and stable disease that lasted long enough."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from onearm.estimates.response import (
    BEST_RESPONSE_PARAMETERS,
    best_responses,
    controlled_responses,
    estimate_rate,
)
from onearm.estimates.results import SET_NAMES, AnalysisSet, Estimate
from onearm.protocol import Protocol
from onearm.protocol.base import Duration
from onearm.protocol.parts import Endpoint
from onearm.terms import RESPONDING_VALUES
from onearm.units import DAYS_A_MONTH


def estimate_benefit(
    protocol: Protocol, adrs: pl.DataFrame, adtte: pl.DataFrame, sets: Mapping[str, AnalysisSet]
) -> tuple[Estimate, ...]:
    """The benefit rate that the protocol declares (``benefit_rate``), as ``cbr.confirmed.treated``; empty without one.

    Stable disease counts when an adequate scan without progression lies ``at_least`` days or longer after the reference
    date (RECIST 1.1, section 4.7.2): what was not seen to last is no benefit, whatever comes later. A month of
    ``at_least`` has 30.4375 days. Exact intervals as for the other rates.
    """
    endpoint = benefit_endpoint(protocol)
    if endpoint is None or endpoint.at_least is None:
        return ()
    lasted = lasting_stable_disease(adtte, endpoint.at_least)
    stable = controlled_responses(protocol) - RESPONDING_VALUES
    found = []
    for reading in BEST_RESPONSE_PARAMETERS:
        best = best_responses(adrs, reading)
        benefit = {
            subject: "BENEFIT"
            for subject, value in best.items()
            if value in RESPONDING_VALUES or (value in stable and subject in lasted)
        }
        if best:
            found += [
                estimate_rate(protocol, "cbr", reading, sets[name], benefit, frozenset({"BENEFIT"}))
                for name in SET_NAMES
            ]
    return tuple(found)


def benefit_endpoint(protocol: Protocol) -> Endpoint | None:
    """The endpoint that asks for a benefit rate."""
    return next((e for e in protocol.endpoints.values() if e.kind == "benefit_rate"), None)


def lasting_stable_disease(adtte: pl.DataFrame, at_least: Duration) -> frozenset[str]:
    """Who had stable disease for so long or longer, by the days between ``STARTDT`` and ``FREEDT`` of DSD: the
    last adequate scan without progression before what ended it."""
    needed = at_least.days if at_least.days is not None else (at_least.months or 0) * DAYS_A_MONTH
    lasted = (pl.col("FREEDT") - pl.col("STARTDT")).dt.total_days() >= needed
    return frozenset(adtte.filter((pl.col("PARAMCD") == "DSD") & lasted)["USUBJID"].to_list())
