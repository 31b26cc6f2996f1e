"""Results of monitoring rules: limits at each look and what they do, exactly, at each rate."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from onearm.design.monitor_words import (
    describe_limit,
    describe_lower_limits,
    describe_share,
    describe_size,
    describe_upper_limits,
)
from onearm.design.tables import html_table, text_table
from onearm.stats.monitoring import SequentialRule, sequential_characteristics

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
"""Titles and rows of cells."""


@dataclass(frozen=True, slots=True)
class MonitoringProperties:
    """What a rule does at one rate of events; every number is a finite sum, none is simulated."""

    rate: float
    stop_low: float
    """Probability of ending at the lower limit: stopping for futility, early or at the end."""
    stop_high: float
    """Probability of ending at the upper limit: stopping for toxicity, or success, early or at the end."""
    stop_early: float
    """Probability of stopping before the last patient, at either limit."""
    expected_size: float
    """Expected number of patients treated when the trial stops or ends."""
    expected_events: float
    """Expected number of events then."""
    stop_low_by_look: tuple[float, ...]
    """Probability of stopping at each look, and not before, at the lower limit."""
    stop_high_by_look: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ToxicityBoundary:
    """At each look, how many patients with the event stop the trial."""

    kind: str
    """``pocock``: equal pointwise level at all looks; ``bayes``: posterior probability beyond a certainty."""
    acceptable: float
    """Acceptable rate of the event; stopping at it is false."""
    n: int
    looks: tuple[int, ...]
    stop_if: tuple[int | None, ...]
    """At each look: stop if events ≥ this; None: no count stops."""
    attained: float
    """Exact probability of ever stopping at the acceptable rate, the last look included."""
    false_stop: float | None
    """The limit asked for ``attained``; None if only a certainty was given."""
    level: float
    """Pocock: the pointwise level, stop if P(Bin(k, acceptable) ≥ events) ≤ level. Bayes: the certainty, stop if
    P(rate > acceptable | data) > level. If it was searched, the number with the fewest decimals that gives this
    boundary."""
    level_range: tuple[float, float] | None
    """Every level between these two gives this boundary; None if the certainty was given."""
    prior: tuple[float, float] | None
    properties: tuple[MonitoringProperties, ...]
    """At the acceptable rate first, then at every rate asked for."""

    def words(self) -> tuple[str, ...]:
        """The rule in minimal counts, one phrase each."""
        return describe_upper_limits(self.looks, self.stop_if)

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON holds it."""
        return {**asdict(self), "words": list(self.words())}

    def __str__(self) -> str:
        return _join(self._heading(), self.words(), [self._limits_table(), self._properties_table()])

    def _repr_html_(self) -> str:
        return _join_html(self._heading(), self.words(), [self._limits_table(), self._properties_table()])

    def _heading(self) -> list[str]:
        asked = "" if self.false_stop is None else f" (asked: at most {self.false_stop})"
        attained = f"exact probability of ever stopping at the acceptable rate: {describe_share(self.attained)}{asked}"
        if self.prior is None:
            name = f"Toxicity boundary, Pocock type: acceptable rate {self.acceptable}, {self.n} patients"
            level = f"stop if P(at least so many at {self.acceptable}) ≤ {self.level} at any look"
        else:
            name = f"Toxicity boundary, Bayesian: acceptable rate {self.acceptable}, {self.n} patients"
            level = (
                f"stop if P(rate > {self.acceptable} | data) > {self.level} "
                f"under Beta({self.prior[0]:g}, {self.prior[1]:g})"
            )
        return [name, level, attained]

    def _limits_table(self) -> Table:
        head = ("patients", "stop if", *(f"stopped by then at {p.rate}" for p in self.properties))
        rows = []
        sums = [0.0] * len(self.properties)
        for i, (look, limit) in enumerate(zip(self.looks, self.stop_if, strict=True)):
            sums = [before + p.stop_high_by_look[i] for before, p in zip(sums, self.properties, strict=True)]
            rows.append((str(look), describe_limit(limit, "≥"), *map(describe_share, sums)))
        return head, rows

    def _properties_table(self) -> Table:
        head = ("rate", "ever stops", "stops before the last patient", "patients treated", "with the event")
        return head, [
            (
                str(p.rate),
                describe_share(p.stop_high),
                describe_share(p.stop_early),
                describe_size(p.expected_size),
                describe_size(p.expected_events),
            )
            for p in self.properties
        ]


@dataclass(frozen=True, slots=True)
class ResponseBoundary:
    """At each look, how few responders stop the trial for futility and how many for efficacy."""

    kind: str
    """``predictive`` (Lee and Liu 2008) or ``posterior`` (Thall and Simon 1994)."""
    n: int
    looks: tuple[int, ...]
    futility: tuple[int | None, ...]
    """At each look: stop, or at the end fail, if responders ≤ this; None: no such stop."""
    efficacy: tuple[int | None, ...]
    """At each look: stop with success, or at the end succeed, if responders ≥ this; None: no such stop."""
    p0: float
    p1: float
    settings: tuple[tuple[str, Any], ...]
    """Thresholds and priors, name and value."""
    type_one_error: float
    """Probability of success, early or at the end, at p0."""
    power: float
    """The same at p1."""
    properties: tuple[MonitoringProperties, ...]
    """At p0, at p1, then at every rate asked for."""

    def words(self) -> tuple[str, ...]:
        """The rule in minimal counts, one phrase each."""
        early = [i for i, look in enumerate(self.looks) if look < self.n]
        looks = [self.looks[i] for i in early]
        low = describe_lower_limits(looks, [self.futility[i] for i in early])
        high = describe_upper_limits(looks, [self.efficacy[i] for i in early], "stop for efficacy if", "respond")
        end: tuple[str, ...] = ()
        if self.looks[-1] == self.n and self.efficacy[-1] is not None:
            end = (f"success if {self.efficacy[-1]} or more of {self.n} respond",)
        if self.kind == "posterior" and self.looks[-1] == self.n and self.futility[-1] is not None:
            end = (*end, f"futility at the end if {self.futility[-1]} or fewer of {self.n} respond")
        return (*low, *high, *end)

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON holds it."""
        return {**asdict(self), "settings": dict(self.settings), "words": list(self.words())}

    def __str__(self) -> str:
        return _join(self._heading(), self.words(), [self._limits_table(), self._properties_table()])

    def _repr_html_(self) -> str:
        return _join_html(self._heading(), self.words(), [self._limits_table(), self._properties_table()])

    def _heading(self) -> list[str]:
        name = "Predictive-probability" if self.kind == "predictive" else "Posterior-probability"
        settings = ", ".join(f"{name} {_say_setting(value)}" for name, value in self.settings)
        error, power = describe_share(self.type_one_error), describe_share(self.power)
        return [
            f"{name} boundary: {self.n} patients, p0 {self.p0}, p1 {self.p1}",
            settings,
            f"type I error {error}, power {power}, expected size under p0 "
            f"{describe_size(self.properties[0].expected_size)}, stops before the last patient under p0 "
            f"{describe_share(self.properties[0].stop_early)}",
        ]

    def _limits_table(self) -> Table:
        head = ("patients", "futility if", "efficacy if", *(f"stops here at {p.rate}" for p in self.properties))
        rows = []
        for i, (look, low, high) in enumerate(zip(self.looks, self.futility, self.efficacy, strict=True)):
            here = (describe_share(p.stop_low_by_look[i] + p.stop_high_by_look[i]) for p in self.properties)
            rows.append((str(look), describe_limit(low, "≤"), describe_limit(high, "≥"), *here))
        return head, rows

    def _properties_table(self) -> Table:
        head = ("rate", "success", "futility", "neither", "stops early", "patients treated")
        return head, [
            (
                str(p.rate),
                describe_share(p.stop_high),
                describe_share(p.stop_low),
                describe_share(max(0.0, 1 - p.stop_high - p.stop_low)),
                describe_share(p.stop_early),
                describe_size(p.expected_size),
            )
            for p in self.properties
        ]


def measure(rule: SequentialRule, rate: float) -> MonitoringProperties:
    """The exact properties of a rule at one rate."""
    found = sequential_characteristics(rule, rate)
    early = sum(found.stop_lower[:-1]) + sum(found.stop_upper[:-1])
    return MonitoringProperties(
        rate=float(rate),
        stop_low=sum(found.stop_lower),
        stop_high=sum(found.stop_upper),
        stop_early=early,
        expected_size=found.expected_size,
        expected_events=found.expected_events,
        stop_low_by_look=found.stop_lower,
        stop_high_by_look=found.stop_upper,
    )


def _say_setting(value: object) -> str:
    if isinstance(value, tuple):
        return f"Beta({', '.join(f'{number:g}' for number in value)})"
    return "none" if value is None else str(value)


def _join(heading: list[str], words: tuple[str, ...], tables: list[Table]) -> str:
    parts = ["\n".join(heading), "\n".join(f"  {phrase}" for phrase in words)]
    return "\n\n".join([*(part for part in parts if part), *(text_table(head, rows) for head, rows in tables)])


def _join_html(heading: list[str], words: tuple[str, ...], tables: list[Table]) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in heading)
    phrases = "".join(f"<li>{escape(phrase)}</li>" for phrase in words)
    return f"{lines}<ul>{phrases}</ul>{''.join(html_table(head, rows) for head, rows in tables)}"
