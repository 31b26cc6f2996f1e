"""Designs on response and toxicity together: what a search gives back, and how it shows itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import Any, Literal

from onearm.design.monitor_words import describe_share, describe_size
from onearm.design.tables import html_table, text_table
from onearm.stats.joint_outcomes import JointRule

BryantDayType = Literal["optimal", "minimax", "admissible"]
Criterion = Literal["worst", "average"]
Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class DependentProperties:
    """What a design does if response and toxicity have this odds ratio; every number is exact."""

    odds_ratio: float
    """Of response between patients with and without toxicity; 1: independent."""
    alpha_response: float
    """Probability of success although the response rate is unacceptable; toxicity is acceptable."""
    alpha_toxicity: float
    """Probability of success although toxicity is unacceptable; the response rate is acceptable."""
    both_unacceptable: float
    """Probability of success although neither is acceptable."""
    power: float
    """Probability of success when both are acceptable."""
    en_response: float
    """Expected size when only the response rate is unacceptable."""
    en_toxicity: float
    """Expected size when only toxicity is unacceptable."""
    en_both_unacceptable: float
    en_acceptable: float
    """Expected size when both are acceptable."""


@dataclass(frozen=True, slots=True)
class BryantDayDesign:
    """One design: stop if responses ≤ r1 or toxicities ≥ t1 of n1; success if responses > r and toxicities < t of n."""

    type: BryantDayType
    n1: int
    r1: int
    t1: int
    n: int
    r: int
    t: int
    weights: tuple[float, float]
    """The weights w of n for which it minimises w·n + (1 - w)·(expected size by the criterion)."""
    independent: DependentProperties
    """What it does if response and toxicity are independent: what the search counts with."""
    dependent: tuple[DependentProperties, ...]
    """The same at other odds ratios."""

    @property
    def rule(self) -> JointRule:
        """The counts as ``onearm.stats`` takes them."""
        return JointRule(self.n1, self.n, self.r1, self.t1, self.r, self.t)

    def words(self) -> str:
        """The rule in minimal counts."""
        few = "none" if self.r1 == 0 else f"{self.r1} or fewer"
        most = "none has" if self.t == 1 else f"{self.t - 1} or fewer have"
        return (
            f"stop if {few} of the first {self.n1} respond{'s' if self.r1 == 0 else ''} or {self.t1} or more have "
            f"toxicity; success if {self.r + 1} or more of {self.n} respond and {most} toxicity"
        )

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON holds it."""
        return {**asdict(self), "words": self.words()}


@dataclass(frozen=True, slots=True)
class BryantDayTable:
    """The best designs for two response rates, two toxicity rates and three limits."""

    p0: float
    p1: float
    acceptable_toxicity: float
    unacceptable_toxicity: float
    alpha_response: float
    alpha_toxicity: float
    power: float
    criterion: Criterion
    """``worst``: the larger expected size of the two cases with one endpoint unacceptable; ``average``: their mean."""
    proved_at: int
    """From this number of patients on no design can have a smaller expected size: the proof needs no largest n."""
    designs: tuple[BryantDayDesign, ...]

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON holds it."""
        return {
            **asdict(self),
            "designs": [design.as_dict() for design in self.designs],
            "proved": True,
            "notes": list(self.notes()),
        }

    def notes(self) -> tuple[str, ...]:
        """How to read the tables, in sentences."""
        size = f"the {'larger' if self.criterion == 'worst' else 'mean'} of EN(response) and EN(toxicity)"
        return (
            "Stop after stage one if responses ≤ r1 or toxicities ≥ t1; success if responses > r and toxicities < t.",
            f"Success at response {self.p0} with toxicity {self.acceptable_toxicity}: at most {self.alpha_response}; "
            f"at response {self.p1} with toxicity {self.unacceptable_toxicity}: at most {self.alpha_toxicity}; "
            f"at response {self.p1} with toxicity {self.acceptable_toxicity}: at least {self.power}. All exact, with "
            "response and toxicity independent; at other odds ratios the limits need not hold, see the second table.",
            f"Optimal: {size} is the smallest, of designs of any size that may stop for either reason (proved; nothing "
            f"of {self.proved_at} or more patients can be better). Minimax: the fewest patients.",
            "EN(response), EN(toxicity): expected patients if only response, only toxicity is unacceptable.",
        )

    def __str__(self) -> str:
        words = "\n".join(f"  {design.type}: {design.words()}" for design in self.designs)
        tables = "\n\n".join(text_table(head, rows) for head, rows in (self._designs(), self._dependence()))
        return f"{words}\n\n{tables}\n\n" + "\n".join(self.notes())

    def _repr_html_(self) -> str:
        words = "".join(f"<li>{design.type}: {escape(design.words())}</li>" for design in self.designs)
        tables = "".join(html_table(head, rows) for head, rows in (self._designs(), self._dependence()))
        return f"<ul>{words}</ul>{tables}" + "".join(f"<p>{escape(note)}</p>" for note in self.notes())

    def _designs(self) -> Table:
        limits = ("n1", "r1", "t1", "n", "r", "t")
        head = ("type", *limits, "alpha response", "alpha toxicity", "power", "EN(response)", "EN(toxicity)", "weights")
        return head, [
            (
                d.type,
                *map(str, (d.n1, d.r1, d.t1, d.n, d.r, d.t)),
                *map(describe_share, (d.independent.alpha_response, d.independent.alpha_toxicity)),
                describe_share(d.independent.power),
                *map(describe_size, (d.independent.en_response, d.independent.en_toxicity)),
                f"{d.weights[0]:.3f} … {d.weights[1]:.3f}",
            )
            for d in self.designs
        ]

    def _dependence(self) -> Table:
        chances = ("alpha response", "alpha toxicity", "both unacceptable", "power")
        head = ("type", "n", "odds ratio", *chances, "EN(response)", "EN(toxicity)", "EN(both)", "EN(neither)")
        rows = []
        for d in self.designs:
            for p in sorted((d.independent, *d.dependent), key=lambda found: found.odds_ratio):
                shares = (p.alpha_response, p.alpha_toxicity, p.both_unacceptable, p.power)
                sizes = (p.en_response, p.en_toxicity, p.en_both_unacceptable, p.en_acceptable)
                shown = (*map(describe_share, shares), *map(describe_size, sizes))
                rows.append((d.type, str(d.n), f"{p.odds_ratio:g}", *shown))
        return head, rows
