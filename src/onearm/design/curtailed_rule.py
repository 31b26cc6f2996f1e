"""What does a two-stage rule do if it stops as soon as success has become unlikely, or nearly sure? Exact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

import numpy as np

from onearm.design.given import describe_rule, in_words, rule_faults, rule_of
from onearm.design.model import DesignFault
from onearm.design.monitor_inputs import InputFaults
from onearm.design.monitor_words import describe_lower_limits, describe_size, describe_upper_limits
from onearm.design.tables import html_table, text_table
from onearm.stats.curtailment import median_size
from onearm.stats.monitoring import SequentialRule, sequential_characteristics
from onearm.stats.monitoring_posterior import BetaPrior
from onearm.stats.stochastic_curtailment import Thresholds, curtail_by_chance
from onearm.stats.two_stage import TwoStageRule, operating_characteristics


@dataclass(frozen=True, slots=True)
class CurtailedRow:
    """The curtailed rule at one response rate, beside the rule as planned."""

    p: float
    success: float
    """P(success), early or at the end: the type I error at p0, the power at p1."""
    stop_futility: float
    """P(stopping before the last patient without success)."""
    stop_efficacy: float
    """P(stopping before the last patient with success)."""
    expected_size: float
    median_size: int
    """The least size m with P(at most m patients) ≥ 1/2."""
    planned_success: float
    planned_expected_size: float
    """Without any curtailment."""


@dataclass(frozen=True, slots=True)
class CurtailedRule:
    """A two-stage rule that also stops on its chance of success: the limits at each look, and what they do."""

    n1: int
    r1: int
    n: int
    r: int
    e1: int | None
    p1: float | None
    """Rate at which conditional power is taken; None: predictive probability under ``prior``."""
    prior: tuple[float, float] | None
    below: float
    above: float | None
    counting_stops: bool
    looks: tuple[int, ...]
    futility: tuple[int | None, ...]
    """At each look: stop if responses ≤ this; None: nothing that can still occur."""
    efficacy: tuple[int | None, ...]
    """At each look: stop with success if responses ≥ this."""
    rows: tuple[CurtailedRow, ...]

    def words(self) -> tuple[str, ...]:
        """The limits in minimal counts, one phrase each."""
        early = self.looks[:-1]
        return (
            *describe_lower_limits(early, self.futility[:-1]),
            *describe_upper_limits(early, self.efficacy[:-1], "stop with success if", "respond"),
        )

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON holds it."""
        return {**asdict(self), "words": list(self.words())}

    def __str__(self) -> str:
        phrases = "\n".join(f"  {phrase}" for phrase in self.words())
        return "\n".join((*self._heading(), phrases, "", text_table(*self._table())))

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{escape(line)}</p>" for line in self._heading())
        phrases = "".join(f"<li>{escape(phrase)}</li>" for phrase in self.words())
        return f"{lines}<ul>{phrases}</ul>{html_table(*self._table())}"

    def _heading(self) -> tuple[str, str]:
        rule = rule_of(self.n1, self.r1, self.n, self.r, self.e1)
        if self.p1 is not None:
            chance = f"conditional power at {self.p1:g}"
        else:
            assert self.prior is not None
            chance = f"predictive probability of success under Beta({self.prior[0]:g}, {self.prior[1]:g})"
        stops = f"for futility if the {chance} is below {self.below:g} or nil"
        if self.above is not None:
            stops += f", with success if it is above {self.above:g} or certain"
        later = ", later stops counted" if self.counting_stops else ""
        return describe_rule(rule), f"Stochastic curtailment: stop {stops}{later}"

    def _table(self) -> tuple[tuple[str, ...], list[list[str]]]:
        head = (
            "rate",
            "success",
            "as planned",
            "stop futility",
            "stop efficacy",
            "expected n",
            "as planned",
            "median n",
        )
        return head, [
            [
                f"{row.p:g}",
                in_words(row.success),
                in_words(row.planned_success),
                in_words(row.stop_futility),
                in_words(row.stop_efficacy),
                describe_size(row.expected_size),
                describe_size(row.planned_expected_size),
                str(row.median_size),
            ]
            for row in self.rows
        ]


def stochastic_curtailment(
    n1: int,
    r1: int,
    n: int,
    r: int,
    e1: int | None = None,
    *,
    p: float | Iterable[float],
    below: float,
    above: float | None = None,
    p1: float | None = None,
    prior: tuple[float, float] | None = None,
    looks: Sequence[int] | None = None,
    counting_stops: bool = False,
) -> CurtailedRule:
    """A two-stage rule that also stops on its chance of success, with its exact properties at the rates ``p``.

    The rule: stop if responses ≤ ``r1`` of ``n1``, stop for efficacy if ≥ ``e1``, success if > ``r`` of ``n``. The
    chance of success is the conditional power at ``p1``, or the predictive probability under the Beta ``prior``; one
    of the two is given. Stop for futility if it is < ``below`` or nil, for efficacy if it is > ``above`` or certain
    (None: only by ``e1``). Equality stops nothing, within 1e-12. Looks after every patient, or at ``looks``; always at
    n1 and n. ``counting_stops``: the chance counts later stops too (Law, Grayling and Mander 2022, J Biopharm
    Stat, doi:10.1080/10543406.2021.2009498); else it is that of the rule as planned. DesignError, with every fault, for
    impossible input.
    """
    rates = tuple(p) if isinstance(p, Iterable) else (p,)
    faults = InputFaults()
    faults.faults += rule_faults(n1, r1, n, r, e1)
    seen = () if faults.faults else faults.looks(looks, n)
    belief = _check(faults, rates, below, above, p1, prior)
    faults.raise_if_any()
    assert belief is not None
    rule = rule_of(n1, r1, n, r, e1)
    thresholds = Thresholds(float(below), None if above is None else float(above), counting_stops)
    limits = curtail_by_chance(rule, belief, thresholds, seen)
    return CurtailedRule(
        n1=rule.n1,
        r1=rule.futility_stop,
        n=rule.n,
        r=rule.success - 1,
        e1=rule.efficacy_stop,
        p1=None if isinstance(belief, BetaPrior) else belief,
        prior=(belief.a, belief.b) if isinstance(belief, BetaPrior) else None,
        below=thresholds.below,
        above=thresholds.above,
        counting_stops=counting_stops,
        looks=limits.looks,
        futility=limits.lower,
        efficacy=limits.upper,
        rows=tuple(_row(rule, limits, float(rate)) for rate in rates),
    )


def _check(
    faults: InputFaults,
    rates: tuple[float, ...],
    below: float,
    above: float | None,
    p1: float | None,
    prior: tuple[float, float] | None,
) -> float | BetaPrior | None:
    """What the chance of success is taken under; every fault of the other inputs is noted."""
    faults.require("p", "nothing", bool(rates), "at least one response rate")
    faults.rates("p", rates)
    if faults.rate("below", below, ends=True) and faults.rate("above", 1 if above is None else above, ends=True):
        highest = 1 if above is None else above
        faults.require("below", below, below < highest, f"less than {highest:g}")
    if (p1 is None) == (prior is None):
        found = "neither p1 nor a prior" if p1 is None else "both p1 and a prior"
        faults.faults.append(DesignFault("p1", found, "one of the two, under which the chance of success is taken"))
        return None
    if prior is not None:
        return faults.prior("prior", prior)
    assert p1 is not None
    return float(p1) if faults.rate("p1", p1) else None


def _row(rule: TwoStageRule, limits: SequentialRule, rate: float) -> CurtailedRow:
    found, planned = sequential_characteristics(limits, rate), operating_characteristics(rule, rate)
    sizes = np.zeros(rule.n + 1)
    for look, low, high in zip(limits.looks, found.stop_lower, found.stop_upper, strict=True):
        sizes[look] = low + high
    return CurtailedRow(
        p=rate,
        success=sum(found.stop_upper),
        stop_futility=sum(found.stop_lower[:-1]),
        stop_efficacy=sum(found.stop_upper[:-1]),
        expected_size=found.expected_size,
        median_size=median_size(sizes),
        planned_success=planned.success,
        planned_expected_size=planned.expected_size,
    )
