"""Response and control rates: in every analysis set, confirmed and unconfirmed, and as the design's test sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from onearm.design.model import SingleStageDesign, TwoStageDesign
from onearm.estimates.results import SET_NAMES, AnalysisSet, Estimate, Role, SetName
from onearm.protocol import Protocol
from onearm.stats.binomial import Interval, binomial_tail, clopper_pearson
from onearm.stats.two_stage import probability_of_success
from onearm.stats.two_stage_inference import (
    Outcome,
    stage_wise_interval,
    stage_wise_p_value,
    unbiased_estimate,
)
from onearm.terms import RESPONDING_VALUES

BEST_RESPONSE_PARAMETERS = {"confirmed": "CBOR", "unconfirmed": "BOR"}
"""ADRS parameter of each reading of the best overall response."""


def best_responses(adrs: pl.DataFrame, reading: str) -> dict[str, str]:
    """Best overall response by subject; ``reading`` is ``confirmed`` or ``unconfirmed``."""
    rows = adrs.filter(pl.col("PARAMCD") == BEST_RESPONSE_PARAMETERS[reading])
    return dict(rows.select("USUBJID", "AVALC").iter_rows())


def controlled_responses(protocol: Protocol) -> frozenset[str]:
    """The best responses that count as disease control under the protocol's options."""
    options = protocol.response_options
    extra = {"NON-CR/NON-PD"} if options is not None and options.dcr_counts_non_cr_non_pd == "yes" else set()
    return RESPONDING_VALUES | {"SD"} | extra


def estimate_rates(protocol: Protocol, adrs: pl.DataFrame, sets: Mapping[str, AnalysisSet]) -> tuple[Estimate, ...]:
    """ORR and DCR with exact intervals (Clopper and Pearson 1934), confirmed and unconfirmed, in each set.

    A member without an evaluable response counts as a failure in every set. The one estimate that the protocol's
    primary endpoint names (its set, its confirmation) has role ``primary``; ids as ``orr.confirmed.treated``.
    """
    counting = {"orr": RESPONDING_VALUES, "dcr": controlled_responses(protocol)}
    best = {reading: best_responses(adrs, reading) for reading in BEST_RESPONSE_PARAMETERS}
    return tuple(
        estimate_rate(protocol, key, reading, sets[name], best[reading], counting[key])
        for key in ("orr", "dcr")
        for reading in BEST_RESPONSE_PARAMETERS
        for name in SET_NAMES
        # A best response that was refused has no rows: no rate is made of it, least of all 0 %.
        if best[reading]
    )


def estimate_rate(
    protocol: Protocol,
    key: str,
    reading: str,
    analysis_set: AnalysisSet,
    best: Mapping[str, str],
    counting: frozenset[str],
) -> Estimate:
    """The share of a set whose best response is among those that count, with its exact interval."""
    role = _role(protocol, key, reading, analysis_set.name)
    estimate_id = f"{key}.{reading}.{analysis_set.name}"
    return estimate_share(protocol, estimate_id, analysis_set.members, analysis_set.name, best, counting, role)


def estimate_share(
    protocol: Protocol,
    estimate_id: str,
    members: tuple[str, ...],
    population: str,
    best: Mapping[str, str],
    counting: frozenset[str],
    role: Role = "descriptive",
) -> Estimate:
    """The share of some patients whose best response counts: Clopper and Pearson (1934) at the protocol's level."""
    subjects = tuple(subject for subject in members if best.get(subject) in counting)
    x, n = len(subjects), len(members)
    level = float(protocol.conventions.level)
    interval = clopper_pearson(x, n, level) if n else Interval(None, None)
    return Estimate(
        id=estimate_id,
        kind="proportion",
        value=x / n if n else None,
        lower=interval.lower,
        upper=interval.upper,
        level=level,
        method="clopper-pearson",
        n=n,
        x=x,
        population=population,
        unit="proportion",
        subjects=subjects,
        denominator=members,
        role=role,
    )


def primary_reading(protocol: Protocol) -> str:
    """``confirmed`` or ``unconfirmed``: which best response the protocol's primary rate counts."""
    options = protocol.response_options
    return "confirmed" if options is None or options.confirmation == "required" else "unconfirmed"


def named_rate_set(protocol: Protocol) -> SetName | None:
    """The set of the primary rate: the denominator that its endpoint names, else the primary set; None without either.

    The primary rate is the primary endpoint if that is a response or control rate, else the first response rate.
    """
    kinds = ("response_rate", "control_rate")
    rates = [end for end in protocol.endpoints.values() if end.kind in kinds]
    tested = protocol.endpoints.get(protocol.design.endpoint or "")
    order = [end for end in rates if end is tested] + [end for end in rates if end.role == "primary"]
    order += [end for end in rates if end.kind == "response_rate"]
    return (order[0].denominator if order else None) or protocol.sets.primary


def primary_rate_set(protocol: Protocol) -> SetName:
    """The set of whatever stands beside the primary rate; the treated where the protocol names none."""
    return named_rate_set(protocol) or "treated"


def _role(protocol: Protocol, key: str, reading: str, set_name: str) -> Role:
    kinds = {"orr": "response_rate", "dcr": "control_rate", "cbr": "benefit_rate"}
    for endpoint in protocol.endpoints.values():
        named_set = endpoint.denominator or protocol.sets.primary
        if endpoint.kind == kinds[key] and reading == primary_reading(protocol) and set_name == named_set:
            return endpoint.role
    return "descriptive"


def estimate_tested_rate(
    design: TwoStageDesign | SingleStageDesign,
    outcome: Outcome,
    set_name: str,
    subjects: tuple[str, ...],
    denominator: tuple[str, ...],
    level: float,
) -> tuple[Estimate, Estimate]:
    """The primary rate as the design has it: unbiased estimate, p-value, and two stage-wise exact intervals.

    ``orr.tested`` has level 1 - 2·alpha and agrees with the decision: where the nominal alpha would contradict it, the
    attained type I error takes its place and the method says so. ``orr.design`` has the protocol's ``level``. Two
    stages: UMVUE and the stage-wise order (Jung and Kim 2004; Koyama and Chen 2008). One stage: the share that was
    seen, and Clopper-Pearson.
    """
    alpha = design.alpha
    limits, p_value, success = (
        _limits_at(design, outcome, 1 - 2 * alpha),
        _p_value(design, outcome),
        _is_success(design, outcome),
    )
    two_stage = isinstance(design, TwoStageDesign)
    method, plain = ("stage-wise-exact", "stage-wise") if two_stage else ("clopper-pearson", "clopper-pearson")
    agreeing = method
    agrees = limits.lower is not None and (limits.lower >= design.p0) == success
    if not agrees:
        alpha = probability_of_success(design.rule, design.p0)
        limits, agreeing = _limits_at(design, outcome, 1 - 2 * alpha), f"{method}-attained"
    tested = Estimate(
        id="orr.tested",
        kind="proportion",
        value=unbiased_estimate(design.rule, outcome)
        if isinstance(design, TwoStageDesign)
        else len(subjects) / len(denominator),
        estimator="umvue" if isinstance(design, TwoStageDesign) else "observed",
        lower=limits.lower,
        upper=limits.upper,
        level=1 - 2 * alpha,
        method=agreeing,
        n=len(denominator),
        x=len(subjects),
        population=set_name,
        unit="proportion",
        subjects=subjects,
        denominator=denominator,
        role="primary",
        p_value=p_value,
        null_value=design.p0,
    )
    lower, upper = _limits_at(design, outcome, level)
    return tested, replace(tested, id="orr.design", lower=lower, upper=upper, level=level, method=plain)


def primary_rate_id(protocol: Protocol) -> str | None:
    """Id of the plain rate that the primary endpoint names, in its set and reading; None if it names none."""
    endpoint = protocol.endpoints.get(protocol.design.endpoint or "")
    primary = endpoint or next((e for e in protocol.endpoints.values() if e.role == "primary"), None)
    keys = {"response_rate": "orr", "control_rate": "dcr"}
    if primary is None or primary.kind not in keys:
        return None
    named_set = primary.denominator or protocol.sets.primary
    return None if named_set is None else f"{keys[primary.kind]}.{primary_reading(protocol)}.{named_set}"


def describe_only(estimates: Iterable[Estimate]) -> list[Estimate]:
    """The rates of a trial with a design: their intervals ignore it, so they describe, whatever the endpoint's role."""
    return [replace(e, role="descriptive") if e.role == "primary" and e.kind == "proportion" else e for e in estimates]


def _limits_at(design: TwoStageDesign | SingleStageDesign, outcome: Outcome, level: float) -> Interval:
    if isinstance(design, TwoStageDesign):
        return stage_wise_interval(design.rule, outcome, level)
    return clopper_pearson(outcome.responders, design.n, level)


def _p_value(design: TwoStageDesign | SingleStageDesign, outcome: Outcome) -> float:
    if isinstance(design, TwoStageDesign):
        return stage_wise_p_value(design.rule, outcome, design.p0)
    return binomial_tail(outcome.responders, design.n, design.p0)


def _is_success(design: TwoStageDesign | SingleStageDesign, outcome: Outcome) -> bool:
    if isinstance(design, SingleStageDesign) or outcome.stage == 2:
        return outcome.responders >= design.success
    return design.efficacy_stop is not None and outcome.responders >= design.efficacy_stop
