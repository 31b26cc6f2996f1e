"""The boundary of a stopping rule in counts, and how often it stops, by the engine of ``onearm.design``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from onearm.protocol.check_safety import missing_for_rule
from onearm.protocol.event_parts import StoppingRule

if TYPE_CHECKING:
    from onearm.design.monitor import MonitoringProperties

EXCESS = Decimal("0.2")
"""Beside the acceptable rate every rule tells how often it stops at this much more."""


@dataclass(frozen=True, slots=True)
class StoppingBoundary:
    """After each number of patients, how many with the event are too many."""

    looks: tuple[int, ...]
    """Numbers of patients at which one looks; without any for a ``count`` that has no ``n``."""
    stop_if: tuple[int | None, ...]
    """At each look: stop if so many or more; None: no count stops."""
    stop_at: int | None
    """Of a ``count`` alone: the bound at every number of patients."""
    level: float | None
    """Pointwise level or posterior certainty; None for bounds as written."""
    properties: tuple[MonitoringProperties, ...]
    """At theta first, then at theta + .2, then at the rates asked for; empty where the rule has no theta or no n."""

    def bound_at(self, patients: int) -> int | None:
        """How many events stop after so many patients; None if nothing does."""
        if self.stop_at is not None:
            return self.stop_at
        return self.stop_if[self.looks.index(patients)] if patients in self.looks else None

    def steps(self) -> tuple[tuple[int, int], ...]:
        """Where the bound changes: from so many patients on, stop at so many events."""
        found: list[tuple[int, int]] = []
        for look, limit in zip(self.looks, self.stop_if, strict=True):
            if limit is not None and (not found or found[-1][1] != limit):
                found.append((look, limit))
        return tuple(found) if self.stop_at is None else ((self.stop_at, self.stop_at),)


@lru_cache(maxsize=64)
def boundary_of(rule: StoppingRule) -> StoppingBoundary | None:
    """The boundary of a rule, or None while the protocol leaves open what it needs.

    Every probability is exact; a look counts all patients up to it. DesignError, with every fault, for numbers that
    give no boundary.
    """
    if missing_for_rule(rule):
        return None
    if rule.kind in ("pocock", "bayes"):
        return _searched(rule)
    return _written(rule)


def _rates(rule: StoppingRule) -> tuple[float, ...]:
    assert rule.theta is not None
    excess = [rule.theta + EXCESS] if rule.theta + EXCESS < 1 else []
    return tuple(float(rate) for rate in dict.fromkeys([*excess, *rule.rates]))


def _searched(rule: StoppingRule) -> StoppingBoundary:
    from onearm.design.toxicity_boundaries import monitor_toxicity, monitor_toxicity_bayes

    assert rule.theta is not None and rule.n is not None
    theta, n, looks = float(rule.theta), rule.n, rule.looks or None
    if rule.kind == "pocock":
        assert rule.phi is not None
        found = monitor_toxicity(theta, n, float(rule.phi), looks=looks, rates=_rates(rule))
    else:
        assert rule.prior is not None
        found = monitor_toxicity_bayes(
            theta,
            n,
            (float(rule.prior[0]), float(rule.prior[1])),
            certainty=None if rule.certainty is None else float(rule.certainty),
            false_stop=None if rule.phi is None else float(rule.phi),
            looks=looks,
            rates=_rates(rule),
        )
    return StoppingBoundary(found.looks, found.stop_if, None, found.level, found.properties)


def _written(rule: StoppingRule) -> StoppingBoundary:
    """Bounds as the protocol writes them; each holds from its number of patients on."""
    from onearm.design.model import DesignError, DesignFault
    from onearm.design.monitor import measure
    from onearm.stats.monitoring import SequentialRule

    faults: list[DesignFault] = []
    if rule.kind == "bounds":
        for (one, low), (other, high) in pairwise(rule.bounds):
            if other <= one or high <= low:
                faults.append(DesignFault("bounds", f"{one}: {low}, {other}: {high}", "both numbers rising"))
        faults += [
            DesignFault("bounds", f"{look}: {bound}", "a bound that so many patients can reach")
            for look, bound in rule.bounds
            if bound > look
        ]
        if rule.n is not None and rule.bounds[-1][0] > rule.n:
            faults.append(DesignFault("bounds", str(rule.bounds[-1][0]), f"at most n, {rule.n}"))
    elif rule.n is not None and rule.stop_at is not None and rule.stop_at > rule.n:
        faults.append(DesignFault("stop_at", str(rule.stop_at), f"at most n, {rule.n}"))
    if faults:
        raise DesignError(faults)
    if rule.n is None:
        return StoppingBoundary((), (), rule.stop_at, None, ())
    looks = tuple(range(1, rule.n + 1))
    stop_if = tuple(_bound(rule, look) for look in looks)
    sequence = SequentialRule(looks, (None,) * len(looks), stop_if)
    rates = () if rule.theta is None else (float(rule.theta), *_rates(rule))
    return StoppingBoundary(
        looks, stop_if, rule.stop_at if rule.kind == "count" else None, None,
        tuple(measure(sequence, rate) for rate in rates),
    )  # fmt: skip


def _bound(rule: StoppingRule, look: int) -> int | None:
    if rule.kind == "count":
        return rule.stop_at if rule.stop_at is not None and rule.stop_at <= look else None
    held = [bound for start, bound in rule.bounds if start <= look]
    return held[-1] if held else None
