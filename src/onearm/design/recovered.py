"""What does a recovery give back? Candidates, what stays open, and how far each answer would narrow them down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from onearm.design.model import SingleStageDesign, TwoStageDesign
from onearm.design.tables import html_table, text_table
from onearm.units import round_half_away

DesignClass = Literal[
    "optimal",
    "minimax",
    "admissible",
    "H0-optimal",
    "H0-minimax",
    "H1-optimal",
    "H1-minimax",
    "single-stage",
    "feasible",
]
COUNTS = ("n1", "r1", "e1", "n", "r")
INPUTS = ("p0", "p1", "alpha", "power")

_QUESTIONS = {
    "n1": "How many patients has stage one?",
    "r1": "With how many responses or fewer does stage one stop?",
    "e1": "Does stage one stop for efficacy, and from how many responses on?",
    "n": "How many patients are there in all?",
    "r": "How many responses are not yet a success at the end?",
    "p0": "Which response rate is not worth pursuing?",
    "p1": "Which response rate is hoped for?",
    "alpha": "Which type I error was allowed, one-sided?",
    "power": "Which power was wanted?",
}
_CUSTOMARY_ALPHA, _CUSTOMARY_POWER, _CUSTOMARY_DIFFERENCE = 0.05, 0.80, 0.20
_FEASIBLE_SHOWN = 12


@dataclass(frozen=True, slots=True)
class RecoveredDesign:
    """One candidate: a class, the inputs that would lead to it, its counts, and what it attains."""

    design_class: DesignClass
    p0: float
    p1: float
    alpha: float
    """The limit planned for, as ``power``."""
    power: float
    n1: int | None
    r1: int | None
    """Stop if responses ≤ r1."""
    e1: int | None
    """Stop for efficacy if responses ≥ e1; None without such a stop."""
    n: int
    r: int
    """Success if responses > r."""
    attained_alpha: float
    attained_power: float
    en0: float
    """Expected size at p0."""

    @property
    def design(self) -> TwoStageDesign | SingleStageDesign:
        """The candidate as a design, with the rates and errors that would lead to it."""
        planned = {"p0": self.p0, "p1": self.p1, "alpha": self.alpha, "power": self.power}
        if self.n1 is None or self.r1 is None:
            return SingleStageDesign(n=self.n, success=self.r + 1, **planned)
        return TwoStageDesign(
            n1=self.n1, n=self.n, futility_stop=self.r1, success=self.r + 1, efficacy_stop=self.e1, **planned
        )

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, as JSON holds them."""
        fields = {field: getattr(self, field) for field in self.__slots__}
        return {"class": fields.pop("design_class"), **fields}


@dataclass(frozen=True, slots=True)
class Question:
    """One field that nobody stated, and how many candidates each possible answer would leave."""

    field: str
    ask: str
    answers: tuple[tuple[float | int | None, int], ...]
    """Value and candidates left; None for "there is none"."""
    expected_left: float
    """Candidates left on average, if each candidate is as likely as the next."""

    def as_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return {
            "field": self.field,
            "ask": self.ask,
            "answers": [{"value": value, "candidates": left} for value, left in self.answers],
            "expected_left": self.expected_left,
        }


class Grid(NamedTuple):
    """The inputs that were tried where nothing was stated."""

    p0_percent: tuple[int, ...]
    difference_percent: tuple[int, ...]
    """p1 - p0."""
    alphas: tuple[float, ...]
    powers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Recovered:
    """Every candidate found, the best classes and the most customary inputs first. None of them is proof."""

    stated: tuple[tuple[str, float | int], ...]
    candidates: tuple[RecoveredDesign, ...]
    unidentified: tuple[str, ...]
    """Fields of a design that nobody stated: they stay unknown however short the list is."""
    settle: tuple[Question, ...]
    """The question that would leave the fewest candidates first."""
    grid: Grid
    settings_tried: int

    def as_dict(self) -> dict[str, Any]:
        """What JSON holds."""
        return {
            "stated": dict(self.stated),
            "candidates": [candidate.as_dict() for candidate in self.candidates],
            "unidentified": list(self.unidentified),
            "settle": [question.as_dict() for question in self.settle],
            "grid": {**self.grid._asdict(), "settings_tried": self.settings_tried},
            "notes": list(self.notes()),
        }

    def notes(self) -> tuple[str, ...]:
        """How far the list can be trusted, in sentences."""
        grid = self.grid
        step = grid.p0_percent[0]
        said = [
            f"{len(self.candidates)} candidates from {self.settings_tried} settings: p0 to {grid.p0_percent[-1]} % and "
            f"p1 - p0 from {grid.difference_percent[0]} to {grid.difference_percent[-1]} % by {step} %, alpha "
            f"{', '.join(map(str, grid.alphas))}, power {', '.join(map(str, grid.powers))}, or as stated.",
            "A candidate is a hypothesis to ask about; none is proof of what was planned.",
        ]
        if not {"n1", "n"} <= {field for field, _ in self.stated}:
            said.append("Merely feasible rules are listed only when n1 and n are both stated.")
        else:
            said.append("Merely feasible rules are listed for futility only; many more may stop for efficacy.")
        if self.unidentified:
            said.append(f"Not stated: {', '.join(self.unidentified)}.")
        if self.settle:
            best = self.settle[0]
            said.append(
                f"Ask first for {best.field}: {best.ask} On average the answer leaves "
                f"{round_half_away(best.expected_left, 1)} of {len(self.candidates)} candidates."
            )
        return tuple(said)

    def __str__(self) -> str:
        shown = self.most_likely()
        hidden = len(self.candidates) - len(shown)
        more = [f"… and {hidden} more, merely feasible."] if hidden else []
        return "\n".join((text_table(*_table(shown)), *more, "", *self.notes()))

    def _repr_html_(self) -> str:
        return html_table(*_table(self.candidates)) + "".join(f"<p>{note}</p>" for note in self.notes())

    def most_likely(self) -> list[RecoveredDesign]:
        """All that are the best in a class, and the most customary of the feasible ones."""
        best = [candidate for candidate in self.candidates if candidate.design_class != "feasible"]
        return best + [c for c in self.candidates if c.design_class == "feasible"][:_FEASIBLE_SHOWN]


def list_questions(candidates: Iterable[RecoveredDesign], unidentified: Iterable[str]) -> tuple[Question, ...]:
    """The open fields on which the candidates differ, the one whose answer leaves the fewest on average first."""
    listed = list(candidates)
    questions = []
    for field in unidentified:
        counts = Counter(getattr(candidate, field) for candidate in listed)
        if len(counts) < 2:
            continue
        answers = tuple(sorted(counts.items(), key=lambda answer: (answer[0] is None, answer[0] or 0)))
        left = sum(count * count for _, count in answers) / len(listed)
        questions.append(Question(field, _QUESTIONS[field], answers, left))
    return tuple(sorted(questions, key=lambda question: question.expected_left))


def rank(candidate: RecoveredDesign) -> tuple[float, ...]:
    """Sort key: the class, then how far the inputs are from the most customary ones, then the inputs."""
    difference = candidate.p1 - candidate.p0
    return (
        get_args(DesignClass).index(candidate.design_class) if candidate.design_class == "feasible" else 0,
        round(abs(candidate.alpha - _CUSTOMARY_ALPHA), 9),
        round(abs(candidate.power - _CUSTOMARY_POWER), 9),
        round(abs(difference - _CUSTOMARY_DIFFERENCE), 9),
        candidate.p0,
        difference,
        get_args(DesignClass).index(candidate.design_class),
        candidate.n,
        candidate.n1 or 0,
    )


def _table(candidates: Sequence[RecoveredDesign]) -> tuple[list[str], list[list[str]]]:
    head = ["class", "p0", "p1", "alpha", "power", *COUNTS, "attained alpha", "attained power", "EN(p0)"]
    rows = [
        [
            c.design_class,
            *(f"{value:g}" for value in (c.p0, c.p1, c.alpha, c.power)),
            *("–" if (count := getattr(c, field)) is None else str(count) for field in COUNTS),
            str(round_half_away(c.attained_alpha, 4)),
            str(round_half_away(c.attained_power, 4)),
            str(round_half_away(c.en0, 2)),
        ]
        for c in candidates
    ]
    return head, rows
