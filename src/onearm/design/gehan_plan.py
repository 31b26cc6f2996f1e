"""What does Gehan's plan look like: how many patients first, and how many more after each number of responders?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from html import escape
from math import sqrt
from typing import Any, Literal

from onearm.design.given import in_words
from onearm.design.monitor_inputs import MOST_PATIENTS, InputFaults
from onearm.design.monitor_words import describe_size
from onearm.design.tables import html_table, text_table
from onearm.stats.binomial import binomial_pmf
from onearm.stats.gehan import rate_to_plan_for, stage_one_size, stage_two_size


@dataclass(frozen=True, slots=True)
class GehanRow:
    """Stage two after one number of responders in stage one."""

    responses: int
    """Responders of stage one, at least 1: without any the trial stops."""
    rate: float
    """The rate that stage two is sized for."""
    n2: int
    """Further patients; 0: stage one measures the rate well enough."""
    n: int
    """Patients of both stages."""
    standard_error: float
    """√(rate·(1 - rate)/n), at most the precision asked for."""


@dataclass(frozen=True, slots=True)
class GehanProperties:
    """The plan at one response rate, exact."""

    p: float
    stop: float
    """P(no response in stage one), which stops the trial."""
    expected_size: float


@dataclass(frozen=True, slots=True)
class GehanPlan:
    """Gehan's plan: stage one, and stage two by its responders."""

    p1: float
    beta: float
    precision: float
    rate: Literal["upper", "observed"]
    confidence: float | None
    """Of the upper limit; None if the observed share is taken."""
    n1: int
    missed: float
    """P(no response in stage one) at p1: at most beta."""
    stage_two: tuple[GehanRow, ...]
    properties: tuple[GehanProperties, ...]
    """At p1 first, then at every rate asked for."""

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON holds it."""
        return {**asdict(self), "notes": list(self.notes())}

    def notes(self) -> tuple[str, ...]:
        """How to read the table, in sentences."""
        taken = "the share of responders in stage one"
        if self.confidence is not None:
            taken = f"the upper {100 * self.confidence:g} % confidence limit after stage one, at most one half"
        return (
            f"Stage one: {self.n1} patients; stop if none responds (chance {in_words(self.missed)} at {self.p1:g}).",
            f"Stage two is sized so that the standard error is at most {self.precision:g} at {taken}.",
            "The plan measures a rate; it tests no hypothesis and has no type I error.",
        )

    def __str__(self) -> str:
        notes = "\n".join(self.notes())
        return f"{notes}\n\n{text_table(*self._sizes())}\n\n{text_table(*self._properties())}"

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes())
        return notes + html_table(*self._sizes()) + html_table(*self._properties())

    def _sizes(self) -> tuple[tuple[str, ...], list[list[str]]]:
        head = ("responders in stage one", "rate planned for", "further patients", "in all", "standard error")
        return head, [
            [str(row.responses), in_words(row.rate), str(row.n2), str(row.n), in_words(row.standard_error)]
            for row in self.stage_two
        ]

    def _properties(self) -> tuple[tuple[str, ...], list[list[str]]]:
        head = ("rate", "stops after stage one", "expected patients")
        return head, [[f"{row.p:g}", in_words(row.stop), describe_size(row.expected_size)] for row in self.properties]


def gehan(
    p1: float,
    beta: float,
    precision: float,
    *,
    rate: Literal["upper", "observed"] = "upper",
    confidence: float = 0.75,
    p: float | Iterable[float] = (),
) -> GehanPlan:
    """Gehan's two-stage plan (1961, J Chronic Dis 13:346-353).

    Stage one: the fewest patients among whom no response at all has a chance ≤ ``beta`` at ``p1``; stop if none
    responds. Stage two: as many more as bring the standard error of the rate to ≤ ``precision``, judged at a rate
    taken from stage one: its upper one-sided ``confidence`` limit (exact; Gehan's reading, 75 %) but at most one half,
    or with ``rate`` "observed" the share that responded. ``p``: further rates at which to tell how often it stops and
    how many patients it needs. Limits are met at equality. DesignError, with every fault, for impossible input.
    """
    rates = tuple(p) if isinstance(p, Iterable) else (p,)
    faults = InputFaults()
    sized = faults.rate("p1", p1) and faults.rate("beta", beta)
    faults.rate("precision", precision)
    faults.require("rate", repr(rate), rate in ("upper", "observed"), "upper or observed")
    if faults.rate("confidence", confidence):
        faults.require("confidence", confidence, confidence > 0.5, "more than one half")
    faults.rates("p", rates)
    n1 = stage_one_size(p1, beta) if sized else 1
    faults.require("p1", p1, n1 <= MOST_PATIENTS, f"larger: this needs {n1} patients to see one response")
    faults.raise_if_any()
    level = confidence if rate == "upper" else None
    rows = tuple(_row(x1, n1, precision, level) for x1 in range(1, n1 + 1))
    properties = tuple(_properties(n1, rows, float(at)) for at in (p1, *rates))
    return GehanPlan(p1, beta, precision, rate, level, n1, properties[0].stop, rows, properties)


def _row(x1: int, n1: int, precision: float, confidence: float | None) -> GehanRow:
    rate = rate_to_plan_for(x1, n1, confidence)
    n2 = stage_two_size(n1, rate, precision)
    return GehanRow(x1, rate, n2, n1 + n2, sqrt(rate * (1 - rate) / (n1 + n2)))


def _properties(n1: int, rows: tuple[GehanRow, ...], at: float) -> GehanProperties:
    pmf = binomial_pmf(n1, at)
    later = sum(float(pmf[row.responses]) * row.n2 for row in rows)
    return GehanProperties(at, float(pmf[0]), n1 + later)
