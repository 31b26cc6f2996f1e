"""What does a search for designs give back? One row per design, and the table that shows itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from onearm.design.tables import html_table, text_table
from onearm.stats.two_stage import SingleStageRule, TwoStageRule
from onearm.units import round_half_away

DesignType = Literal[
    "optimal",
    "minimax",
    "admissible",
    "H0-optimal",
    "H1-optimal",
    "H0-minimax",
    "H1-minimax",
    "single-stage",
]


@dataclass(frozen=True, slots=True)
class NeverUsed:
    """What a rule attains if its efficacy stop is never used: the trial always goes on to stage two."""

    alpha: float
    power: float
    en0: float
    en1: float
    pet0: float

    def as_dict(self) -> dict[str, float]:
        """The fields by name."""
        return {field: getattr(self, field) for field in self.__slots__}


@dataclass(frozen=True, slots=True)
class DesignRow:
    """One design: stop if responses ≤ r1 of n1 (or ≥ e1), success if responses > r of n."""

    type: DesignType
    n1: int | None
    """None for a single stage, as r1."""
    r1: int | None
    e1: int | None
    """Stop for efficacy if responses ≥ e1; None without such a stop."""
    n: int
    """Evaluable patients of both stages."""
    r: int
    alpha: float
    """Attained type I error, the efficacy stop used."""
    power: float
    """Attained power, the efficacy stop used."""
    en0: float
    """Expected size at p0; ``en1`` at p1."""
    en1: float
    pet0: float
    """Probability of stopping after stage one at p0, for whichever reason."""
    weights: tuple[float, float] | None
    """The weights of n for which it minimises w·n + (1 - w)·en0; None if it does for none, or one stage."""
    enrolled_stage_one: int | None
    enrolled: int
    """Patients to enrol so that n are evaluable after drop-outs; r1 and r stay those of the evaluable ones."""
    power_if_drop_outs_fail: float
    """Power at n patients if the share of drop-outs is counted as failures instead of being replaced."""
    never_used: NeverUsed | None
    """What it attains if the efficacy stop is never used; None without such a stop."""

    @property
    def rule(self) -> TwoStageRule | SingleStageRule:
        """The counts as ``onearm.stats`` takes them: success if responses ≥ r + 1."""
        if self.n1 is None or self.r1 is None:
            return SingleStageRule(self.n, self.r + 1)
        return TwoStageRule(self.n1, self.n, self.r1, self.r + 1, self.e1)

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, as JSON holds them."""
        fields = {field: getattr(self, field) for field in self.__slots__}
        return {
            **fields,
            "weights": None if self.weights is None else list(self.weights),
            "never_used": None if self.never_used is None else self.never_used.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class DesignTable:
    """Every design of a search, with what was asked for."""

    p0: float
    p1: float
    alpha: float
    """The limit asked for; each row holds what it attains."""
    power: float
    efficacy_stop: bool
    binding: bool
    """Whether the efficacy stop is declared binding: the limits then hold with it used, else used or not."""
    drop_out: float
    designs: tuple[DesignRow, ...]
    larger_single_stages_that_fail: tuple[int, ...]
    """Sizes above the single-stage design, up to 30 more, at which no rule of one stage meets both limits."""

    def of_type(self, kind: DesignType) -> tuple[DesignRow, ...]:
        """The rows of one type: one each, but any number of admissible ones."""
        return tuple(row for row in self.designs if row.type == kind)

    def as_dict(self) -> dict[str, Any]:
        """What JSON holds."""
        asked = ("p0", "p1", "alpha", "power", "efficacy_stop", "binding", "drop_out")
        return {
            "asked": {field: getattr(self, field) for field in asked},
            "designs": [row.as_dict() for row in self.designs],
            "larger_single_stages_that_fail": list(self.larger_single_stages_that_fail),
            "proved": True,
            "notes": list(self.notes()),
        }

    def notes(self) -> tuple[str, ...]:
        """How to read the table, in sentences."""
        said = [
            "Stop after stage one if responses ≤ r1"
            + (" or, with success, if ≥ e1" if self.efficacy_stop else "")
            + "; success if responses > r.",
            f"Type I error ≤ {self.alpha} and power ≥ {self.power}, exact; no design of any size is better (proved).",
        ]
        if self.efficacy_stop and self.binding:
            said.append("Both limits hold with the efficacy stop used (binding).")
        elif self.efficacy_stop:
            said.append("Both limits hold whether the efficacy stop is used or not (not binding).")
        if self.larger_single_stages_that_fail:
            fails = ", ".join(map(str, self.larger_single_stages_that_fail))
            said.append(f"One stage: a larger size may fail again; here no rule of {fails} patients meets both limits.")
        if self.drop_out:
            said.append("Enrolled: patients to enrol so that n are evaluable; r1 and r count evaluable patients only.")
        return tuple(said)

    def __str__(self) -> str:
        return "\n".join((text_table(*self._table()), "", *self.notes()))

    def _repr_html_(self) -> str:
        return html_table(*self._table()) + "".join(f"<p>{note}</p>" for note in self.notes())

    def _table(self) -> tuple[list[str], list[list[str]]]:
        head = ["type", "n1", "r1", "e1", "n", "r", "alpha", "power", "EN(p0)", "EN(p1)", "PET(p0)", "weights"]
        rows = [_show_row(row) for row in self.designs]
        if not self.efficacy_stop:
            head.remove("e1")
            rows = [row[:3] + row[4:] for row in rows]
        else:
            head += ["alpha, stop unused", "power, stop unused"]
            rows = [row + _show_unused(d) for row, d in zip(rows, self.designs, strict=True)]
        if self.drop_out:
            head += ["enrolled in stage one", "enrolled", "power, drop-outs fail"]
            rows = [
                [*row, _count(d.enrolled_stage_one), str(d.enrolled), _digits(d.power_if_drop_outs_fail, 4)]
                for row, d in zip(rows, self.designs, strict=True)
            ]
        return head, rows


def _show_row(row: DesignRow) -> list[str]:
    counts = [_count(value) for value in (row.n1, row.r1, row.e1, row.n, row.r)]
    weights = "–" if row.weights is None else " … ".join(_digits(w, 3) for w in row.weights)
    shares = [_digits(row.alpha, 4), _digits(row.power, 4), _digits(row.en0, 2), _digits(row.en1, 2)]
    return [row.type, *counts, *shares, _digits(row.pet0, 4), weights]


def _show_unused(row: DesignRow) -> list[str]:
    if row.never_used is None:
        return ["–", "–"]
    return [_digits(row.never_used.alpha, 4), _digits(row.never_used.power, 4)]


def _count(value: int | None) -> str:
    return "–" if value is None else str(value)


def _digits(value: float, digits: int) -> str:
    return str(round_half_away(value, digits))
