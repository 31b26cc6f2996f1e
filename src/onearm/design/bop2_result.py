"""A Bayesian optimal phase II design: its limits at each look and what it exactly does at each rate."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from onearm.design.monitor import MonitoringProperties
from onearm.design.monitor_words import describe_limit, describe_lower_limits, describe_share, describe_size
from onearm.design.tables import html_table, text_table

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Bop2Design:
    """Stop at a look if responses ≤ its limit; success if the last look does not stop."""

    p0: float
    p1: float
    alpha: float
    """The limit asked for the type I error."""
    n: int
    looks: tuple[int, ...]
    """Numbers of patients at each look; the last is n."""
    futility: tuple[int | None, ...]
    """At each look: stop, or at the end fail, if responses ≤ this; None: no count stops."""
    cutoffs: tuple[float, ...]
    """At each look: stop if P(rate > p0 | data) is less than this."""
    lambda_: float
    gamma: float
    prior: tuple[float, float]
    lambda_step: float
    """Grid of lambda: its multiples below 1."""
    gamma_step: float
    """Grid of gamma: its multiples from 0 to ``gamma_most``."""
    gamma_most: float
    type_one_error: float
    power: float
    properties: tuple[MonitoringProperties, ...]
    """At p0, at p1, then at every rate asked for. ``stop_high`` is success, ``stop_low`` failure, early or not."""

    def words(self) -> tuple[str, ...]:
        """The rule in minimal counts, one phrase each."""
        early = describe_lower_limits(self.looks[:-1], self.futility[:-1])
        last = self.futility[-1]
        assert last is not None
        return (*early, f"success if {last + 1} or more of {self.n} respond")

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON holds it."""
        fields = asdict(self)
        fields["lambda"] = fields.pop("lambda_")
        return {**fields, "words": list(self.words())}

    def __str__(self) -> str:
        words = "\n".join(f"  {phrase}" for phrase in self.words())
        tables = (text_table(head, rows) for head, rows in (self._limits(), self._rates()))
        return "\n\n".join(("\n".join(self._heading()), words, *tables))

    def _repr_html_(self) -> str:
        heading = "".join(f"<p>{escape(line)}</p>" for line in self._heading())
        words = "".join(f"<li>{escape(phrase)}</li>" for phrase in self.words())
        tables = "".join(html_table(head, rows) for head, rows in (self._limits(), self._rates()))
        return f"{heading}<ul>{words}</ul>{tables}"

    def _heading(self) -> list[str]:
        return [
            f"BOP2 design: {self.n} patients, p0 {self.p0}, p1 {self.p1}, type I error at most {self.alpha}",
            f"stop if P(rate > {self.p0} | data) < lambda·(patients/{self.n})^gamma under Beta({self.prior[0]:g}, "
            f"{self.prior[1]:g}): lambda {self.lambda_}, gamma {self.gamma}, the most power of lambda by "
            f"{self.lambda_step:g} and gamma by {self.gamma_step:g} up to {self.gamma_most:g}",
            f"type I error {describe_share(self.type_one_error)}, power {describe_share(self.power)}, expected size "
            f"under p0 {describe_size(self.properties[0].expected_size)} (all exact)",
        ]

    def _limits(self) -> Table:
        head = ("patients", "cut-off", "futility if", *(f"stops here at {p.rate}" for p in self.properties))
        rows = []
        for i, (look, cutoff, limit) in enumerate(zip(self.looks, self.cutoffs, self.futility, strict=True)):
            here = (describe_share(p.stop_low_by_look[i]) for p in self.properties)
            rows.append((str(look), describe_share(cutoff), describe_limit(limit, "≤"), *here))
        return head, rows

    def _rates(self) -> Table:
        head = ("rate", "success", "stops before the last patient", "patients treated")
        return head, [
            (str(p.rate), describe_share(p.stop_high), describe_share(p.stop_early), describe_size(p.expected_size))
            for p in self.properties
        ]
