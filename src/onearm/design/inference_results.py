"""How is the inference after a two-stage trial held, and how does it show itself?"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from onearm.design.given import describe_rule, in_words, rule_of
from onearm.design.tables import html_table, text_table
from onearm.stats.conditional_error import StateBoundary

Limits = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Point estimates of the response rate; None where there is none."""

    mle: float
    """Responders over patients."""
    umvue: float | None
    """Unbiased over the whole design (Jung and Kim 2004)."""
    mue: float | None
    """Median-unbiased (Koyama and Chen 2008)."""
    bias_adjusted: float | None
    """Whitehead 1986."""
    umvcue: float | None
    """Unbiased among trials that reach stage two (Pepe et al. 2009); None after stage one."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Two-sided intervals, lower and upper limit; None where there is none."""

    stagewise: Limits | None
    """Exact under the ordering: covers at least the level. The default."""
    midp: Limits | None
    """Mid-p under the same ordering: covers the level about."""
    koyama_chen: Limits | None
    """As published: the upper limit is too low, so it covers less than the level."""
    naive: Limits
    """Clopper-Pearson, as if the trial had had one stage."""


@dataclass(frozen=True, slots=True)
class Inference:
    """Everything the outcome of one trial says about the response rate, under its design."""

    n1: int
    r1: int
    n: int
    r: int
    e1: int | None
    p0: float
    level: float
    responses: int
    stage1_n: int
    stage1_responses: int | None
    n_actual: int
    stage: int
    path: str
    """How it ended: ``as planned``, ``second stage changed``, ``stopped early``, ``past futility``, ``past
    efficacy``."""
    success: bool | None
    """By the rule, or by the boundary that keeps its type I error; None where neither decides."""
    estimates: Estimates
    p_value: float | None
    """One-sided, against p0; None where no exact one exists."""
    intervals: Intervals
    ordering: str | None
    type_one_error: float
    """That the rule attains at p0, with the attained size of stage one."""
    planned_type_one_error: float
    alpha: float | None
    """The nominal level, if given."""
    conditional_error: StateBoundary | None
    """Where sizes differ from the plan: the boundary that keeps its type I error, if the counts tell it."""
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Plain values, as ``onearm design infer --json`` prints them."""
        return asdict(self)

    def __str__(self) -> str:
        head, *rest = self._lines()
        return "\n".join([head, text_table(_HEAD, self._rows()), *rest])

    def _repr_html_(self) -> str:
        head, *rest = (f"<p>{line}</p>" for line in self._lines())
        return "".join([head, html_table(_HEAD, self._rows()), *rest])

    def _lines(self) -> list[str]:
        decision = {True: "success", False: "no success", None: "no decision by the rule"}[self.success]
        rule = describe_rule(rule_of(self.n1, self.r1, self.n, self.r, self.e1))
        other = (
            "" if self.stage1_n == self.n1 else f" but for stage one, judged on {self.stage1_n} instead of {self.n1}"
        )
        end = (
            f"{self.responses} of {self.n_actual} responded; ended after stage {self.stage}, {self.path}{other}: "
            f"{decision}."
        )
        return [f"Rule: {rule}.\n{end}", *(f"Ordering: {self.ordering}." for _ in [0] if self.ordering), *self.warnings]

    def _rows(self) -> list[list[str]]:
        e, i, share = self.estimates, self.intervals, f"{100 * self.level:g} %"
        p_value = "none" if self.p_value is None else in_words(self.p_value)
        return [
            ["plain share of responders (MLE)", in_words(e.mle)],
            ["unbiased (UMVUE)", or_dash(e.umvue)],
            ["median-unbiased (MUE)", or_dash(e.mue)],
            ["bias-adjusted (Whitehead)", or_dash(e.bias_adjusted)],
            ["unbiased given stage two (UMVCUE)", or_dash(e.umvcue)],
            [f"p-value against {self.p0:g}, one-sided", p_value],
            ["type I error the rule attains", in_words(self.type_one_error)],
            [f"{share} interval, exact, by the design", limits_in_words(i.stagewise)],
            [f"{share} interval, mid-p", limits_in_words(i.midp)],
            [f"{share} interval, Koyama-Chen as published (under-covers)", limits_in_words(i.koyama_chen)],
            [f"{share} interval, naive Clopper-Pearson (ignores the design)", limits_in_words(i.naive)],
        ]


_HEAD = ("response rate", "value")


def or_dash(value: float | None) -> str:
    """A value with four digits, or a dash."""
    return "–" if value is None else in_words(value)


def limits_in_words(limits: Limits | None) -> str:
    """Both limits with four digits, or a dash."""
    return "–" if limits is None else f"{in_words(limits[0])} to {in_words(limits[1])}"


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One outcome of a design, and what it says."""

    stage: int
    responses: int
    success: bool
    p_value: float
    estimates: Estimates
    intervals: Intervals


@dataclass(frozen=True, slots=True)
class OutcomeRows:
    """Every outcome of a design in stage-wise order, from the least to the most promising."""

    n1: int
    r1: int
    n: int
    r: int
    e1: int | None
    p0: float
    level: float
    type_one_error: float
    rows: tuple[OutcomeRow, ...]

    def as_dict(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self._title()}\n{text_table(_ALL_HEAD, self._cells())}"

    def _repr_html_(self) -> str:
        return f"<p>{self._title()}</p>{html_table(_ALL_HEAD, self._cells())}"

    def _title(self) -> str:
        rule = describe_rule(rule_of(self.n1, self.r1, self.n, self.r, self.e1))
        return f"{rule}; type I error {in_words(self.type_one_error)}; {100 * self.level:g} % intervals"

    def _cells(self) -> list[list[str]]:
        return [
            [
                str(row.stage),
                str(row.responses),
                "yes" if row.success else "no",
                in_words(row.p_value),
                *(or_dash(value) for value in asdict(row.estimates).values()),
                limits_in_words(row.intervals.stagewise),
                limits_in_words(row.intervals.midp),
            ]
            for row in self.rows
        ]


_ALL_HEAD = (
    "stage", "responses", "success", "p-value", "MLE", "UMVUE", "MUE", "bias-adjusted", "UMVCUE", "exact", "mid-p"
)  # fmt: skip
