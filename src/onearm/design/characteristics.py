"""What does a given rule do at each response rate? Exact, as a table that shows itself in a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from onearm.design.given import describe_rule, in_words, percent_words, raise_if_any, rate_faults, rule_faults, rule_of
from onearm.design.model import DesignFault
from onearm.design.tables import html_table, text_table
from onearm.stats.curtailment import curtail
from onearm.stats.late_responses import characteristics_with_unseen
from onearm.stats.two_stage import TwoStageRule
from onearm.units import round_half_away


@dataclass(frozen=True, slots=True)
class Curtailed:
    """Size if the trial stops as soon as its decision is certain; success stays what it is."""

    expected_size: float
    median_size: int


@dataclass(frozen=True, slots=True)
class OperatingRow:
    """The rule at one response rate."""

    p: float
    success: float
    """P(success): the type I error at p0, the power at p1."""
    stop_futility: float
    stop_efficacy: float
    pet: float
    """P(either early stop)."""
    expected_size: float
    median_size: int
    """The least size m with P(at most m patients) ≥ 1/2."""
    curtailed_futility: Curtailed | None
    """Stopping as soon as failure is certain; None where some responders are not yet seen."""
    curtailed_both: Curtailed | None
    """Stopping as soon as either decision is certain; None where some responders are not yet seen."""


@dataclass(frozen=True, slots=True)
class OperatingTable:
    """The rule at every rate asked for; with an efficacy stop also without ever using it."""

    n1: int
    r1: int
    n: int
    r: int
    e1: int | None
    not_evaluable: float
    unseen: float
    binding: bool
    """Whether the efficacy stop is declared binding. Without such a stop True."""
    rows: tuple[OperatingRow, ...]
    """As declared: with the efficacy stop if it is binding, else never using it."""
    other_rows: tuple[OperatingRow, ...] | None
    """The other way; None without an efficacy stop."""

    def as_dict(self) -> dict[str, object]:
        """Plain values, as ``onearm design oc --json`` prints them."""
        return asdict(self)

    def __str__(self) -> str:
        parts = [describe_rule(self._rule()) + self._shares(), text_table(_HEAD, _cells(self.rows))]
        if self.other_rows is not None:
            parts = [parts[0], f"{self._declared()}:", parts[1]]
            parts += [f"{self._other()}:", text_table(_HEAD, _cells(self.other_rows))]
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        tables = [f"<p>{describe_rule(self._rule())}{self._shares()}</p>"]
        if self.other_rows is None:
            return tables[0] + html_table(_HEAD, _cells(self.rows))
        tables += [f"<p>{self._declared()}</p>", html_table(_HEAD, _cells(self.rows))]
        tables += [f"<p>{self._other()}</p>", html_table(_HEAD, _cells(self.other_rows))]
        return "".join(tables)

    def _rule(self) -> TwoStageRule:
        return rule_of(self.n1, self.r1, self.n, self.r, self.e1)

    def _declared(self) -> str:
        return "Efficacy stop binding" if self.binding else "Efficacy stop not binding, and never used (as declared)"

    def _other(self) -> str:
        return "If the efficacy stop were never used" if self.binding else "If the efficacy stop were always used"

    def _shares(self) -> str:
        said = [
            f"{percent_words(share)} {what}"
            for share, what in (
                (self.not_evaluable, "of patients not evaluable, counted as failures"),
                (self.unseen, "of responders not yet seen at the interim"),
            )
            if share
        ]
        return f" ({'; '.join(said)})" if said else ""


_HEAD = (
    "rate",
    "success",
    "stop futility",
    "stop efficacy",
    "stop early",
    "expected n",
    "median n",
    "curtailed for failure",
    "curtailed for both",
)


def operating_characteristics(
    n1: int,
    r1: int,
    n: int,
    r: int,
    e1: int | None = None,
    *,
    p: float | Iterable[float],
    not_evaluable: float = 0.0,
    unseen: float = 0.0,
    binding: bool = True,
) -> OperatingTable:
    """Exact properties of a two-stage rule at the response rates ``p``.

    ``n1``, ``n``: patients of stage one and of both stages (planned, or attained); stop if responses ≤ ``r1``, stop
    for efficacy if ≥ ``e1``, success if > ``r``. ``not_evaluable``: share of patients without a usable
    response, counted as failures. ``unseen``: share of the responders of stage one that its analysis does not yet see
    and the final one does. ``binding``: whether the efficacy stop is always used; the other way is printed beside it.
    Sums of binomial probabilities (Simon 1989; with the efficacy stop Mander and Thompson 2010); curtailed sizes by
    exact recursion. DesignError, with every fault, for impossible input, and for more than 3,000 patients.
    """
    rates = tuple(p) if isinstance(p, Iterable) else (p,)
    faults = rule_faults(n1, r1, n, r, e1)
    if not rates:
        faults.append(DesignFault("p", "not given", "at least one response rate"))
    for rate in rates:
        faults += rate_faults("p", rate, ends=True)
    faults += rate_faults("not_evaluable", not_evaluable, ends=True) + rate_faults("unseen", unseen, ends=True)
    raise_if_any(faults)
    rule = rule_of(n1, r1, n, r, e1)
    not_evaluable, unseen = float(not_evaluable), float(unseen)
    used = tuple(_row(rule, float(rate), not_evaluable, unseen) for rate in rates)
    never = None
    if e1 is not None:
        without = rule._replace(efficacy_stop=None)
        never = tuple(_row(without, float(rate), not_evaluable, unseen) for rate in rates)
    declared, other = (used, never) if binding or never is None else (never, used)
    return OperatingTable(
        rule.n1,
        rule.futility_stop,
        rule.n,
        rule.success - 1,
        rule.efficacy_stop,
        not_evaluable,
        unseen,
        bool(binding) or e1 is None,
        declared,
        other,
    )


def _row(rule: TwoStageRule, rate: float, not_evaluable: float, unseen: float) -> OperatingRow:
    found = characteristics_with_unseen(rule, rate, not_evaluable, unseen)
    early = found.stop_futility + found.stop_efficacy
    on_failure = on_both = None
    if not unseen:
        failure = curtail(rule, rate, not_evaluable, for_success=False)
        both = curtail(rule, rate, not_evaluable)
        on_failure = Curtailed(failure.expected_size, failure.median_size)
        on_both = Curtailed(both.expected_size, both.median_size)
    return OperatingRow(
        p=rate,
        success=found.success,
        stop_futility=found.stop_futility,
        stop_efficacy=found.stop_efficacy,
        pet=early,
        expected_size=found.expected_size,
        median_size=rule.n1 if early >= 0.5 - 1e-12 else rule.n,
        curtailed_futility=on_failure,
        curtailed_both=on_both,
    )


def _cells(rows: tuple[OperatingRow, ...]) -> list[list[str]]:
    return [
        [
            _rate(row.p),
            in_words(row.success),
            in_words(row.stop_futility),
            in_words(row.stop_efficacy),
            in_words(row.pet),
            str(round_half_away(row.expected_size, 2)),
            str(row.median_size),
            _size(row.curtailed_futility),
            _size(row.curtailed_both),
        ]
        for row in rows
    ]


def _size(curtailed: Curtailed | None) -> str:
    return "–" if curtailed is None else str(round_half_away(curtailed.expected_size, 2))


def _rate(rate: float) -> str:
    return f"{rate:g}"
