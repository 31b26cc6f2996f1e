"""Censoring profiles as data: what each intercurrent event does to progression-free time.

It may be ``ignore``d (what follows counts), ``censor`` at the last adequate scan before it, or itself be the ``event``.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from onearm.protocol.parts import Endpoint, Intercurrent

Action = Literal["ignore", "censor", "event", "censor_at_start"]


class CensoringProfile(NamedTuple):
    """What each intercurrent event does. Procedures follow ``procedures`` of the protocol under every profile, and
    clinical progression its option ``clinical_progression``."""

    new_therapy: Action
    missed_scans: Action
    no_baseline: Action


CENSORING_PROFILES: dict[str, CensoringProfile] = {
    "literal": CensoringProfile(new_therapy="ignore", missed_scans="ignore", no_baseline="ignore"),
    "fda": CensoringProfile(new_therapy="censor", missed_scans="censor", no_baseline="censor_at_start"),
    "fda-treatment-policy": CensoringProfile(
        new_therapy="ignore", missed_scans="censor", no_baseline="censor_at_start"
    ),
    "ema": CensoringProfile(new_therapy="ignore", missed_scans="ignore", no_baseline="censor_at_start"),
}
"""The named profiles. ``fda``: Clinical Trial Endpoints for the Approval of Cancer Drugs and Biologics (2018), table A;
``fda-treatment-policy``: the same, new therapies ignored; ``ema``: EMA/CHMP/27994/2008/Rev.1 (2012), where the date of
progression or death counts whatever came before it; ``literal``: the endpoint's words and nothing else."""

CUSTOM = "custom"
"""The profile that the endpoint writes out under ``intercurrent``."""

ACTIONS: dict[str, Action] = {
    "treatment_policy": "ignore",
    "hypothetical": "censor",
    "while_on_treatment": "censor",
    "composite": "event",
}
"""What a strategy of ICH E9(R1) does in this computation. ``hypothetical`` and ``while_on_treatment`` ask different
questions and are estimated alike, by censoring: as if nobody had gone on to it, or only until then."""

INTERCURRENT_EVENTS: tuple[str, ...] = CensoringProfile._fields


def profile_of(endpoint: Endpoint) -> CensoringProfile | None:
    """The profile by which an endpoint is censored; None while it is open."""
    if endpoint.censoring is None:
        return None
    if endpoint.censoring != CUSTOM:
        return CENSORING_PROFILES[endpoint.censoring]
    return custom_profile(endpoint.intercurrent or Intercurrent())


def custom_profile(chosen: Intercurrent) -> CensoringProfile | None:
    """The profile that a mapping of strategies gives; None while one of them is missing."""
    strategies = (chosen.new_therapy, chosen.missed_scans, chosen.no_baseline)
    if any(strategy is None for strategy in strategies):
        return None
    therapy, scans, baseline = (ACTIONS[str(strategy)] for strategy in strategies)
    return CensoringProfile(therapy, scans, "censor_at_start" if baseline == "censor" else baseline)


def strategies_of(event: str) -> tuple[str, ...]:
    """The strategies that a protocol may name for an intercurrent event."""
    annotation = Intercurrent.model_fields[event].annotation
    return tuple(name for part in get_args(annotation) for name in get_args(part))
