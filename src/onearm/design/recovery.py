"""Which designs fit what a paper or a registry states? Hypotheses of every class, and the questions that settle them.

A paper often states some numbers of a design and not the others. The list says which customary inputs would have led
to these numbers. No candidate is proof; what nobody stated stays unidentified until somebody answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from numbers import Real

from onearm.design.given import is_whole
from onearm.design.given_sizes import best_rule_at
from onearm.design.hull import list_hull
from onearm.design.model import DesignError, DesignFault
from onearm.design.recovered import (
    COUNTS,
    INPUTS,
    DesignClass,
    Grid,
    Recovered,
    RecoveredDesign,
    list_questions,
    rank,
)
from onearm.design.search import (
    RatedRule,
    Setting,
    check_setting,
    list_undominated,
    rate_rule,
    search_single_stage,
)
from onearm.stats.binomial import binomial_tails
from onearm.stats.two_stage import SingleStageRule, TwoStageRule, operating_characteristics, probability_of_success

_P0_LAST, _DIFFERENCES = 80, (10, 30)
_ALPHAS = (0.025, 0.05, 0.10)
_POWERS = (0.80, 0.85, 0.90, 0.95)
_FINEST, _COARSEST = 0.01, 0.10


def recover(
    *,
    n1: int | None = None,
    n: int | None = None,
    r1: int | None = None,
    r: int | None = None,
    p0: float | None = None,
    p1: float | None = None,
    alpha: float | None = None,
    power: float | None = None,
    grid_step: float = 0.05,
) -> Recovered:
    """Every design of every class that agrees with what is stated; what stays open; what would settle it.

    ``r1``: stop if responses ≤ r1 of ``n1``; ``r``: success if responses > r of ``n``. What is not stated runs over a
    grid: p0 from one step to 80 %, p1 - p0 from 10 to 30 % (15 to 30 % while n is open) by ``grid_step``, alpha 0.025,
    0.05 and 0.10, power 0.80, 0.85, 0.90 and 0.95.

    Classes: ``optimal`` and ``minimax`` (futility only); ``H0-`` and ``H1-optimal`` and ``-minimax`` (with an efficacy
    stop); ``admissible`` (either: e1 tells); ``single-stage``, unless a number of stage one is stated; and, if n1 and n
    are stated, ``feasible``: the futility-only rule with the smallest expected size at p0 that meets both limits, where
    it is the best in no class. DesignError, with every fault, for numbers that belong to no design.
    """
    counts = {"n1": n1, "n": n, "r1": r1, "r": r}
    inputs = {"p0": p0, "p1": p1, "alpha": alpha, "power": power}
    _check_known(counts, inputs, grid_step)
    counts = {field: None if value is None else int(value) for field, value in counts.items()}
    inputs = {field: None if value is None else float(value) for field, value in inputs.items()}
    grid = _make_grid(n, float(grid_step))
    known = {field: value for field, value in counts.items() if value is not None}
    found: list[RecoveredDesign] = []
    tried = 0
    for setting in _list_settings(inputs, grid):
        tried += 1
        if counts["n"] is None or _within_reach(setting, counts["n"]):
            found.extend(_list_matches(setting, known))
    found.sort(key=rank)
    stated = tuple((field, value) for field, value in (counts | inputs).items() if value is not None)
    given = {field for field, _ in stated}
    unidentified = tuple(field for field in (*COUNTS, *INPUTS) if field not in given)
    return Recovered(stated, tuple(found), unidentified, list_questions(found, unidentified), grid, tried)


def _make_grid(n: int | None, step: float) -> Grid:
    percent = round(100 * step)
    low, high = _DIFFERENCES
    first = max(low, 15) if n is None else low
    differences = tuple(d for d in range(percent, high + 1, percent) if d >= first)
    return Grid(tuple(range(percent, _P0_LAST + 1, percent)), differences, _ALPHAS, _POWERS)


def _list_settings(inputs: dict[str, float | None], grid: Grid) -> Iterator[Setting]:
    alpha, power = inputs["alpha"], inputs["power"]
    for rates in _list_rates(inputs["p0"], inputs["p1"], grid):
        for error, wanted in product(
            grid.alphas if alpha is None else (alpha,), grid.powers if power is None else (power,)
        ):
            if error < wanted:
                yield Setting(*rates, error, wanted)


def _list_rates(p0: float | None, p1: float | None, grid: Grid) -> list[tuple[float, float]]:
    differences = [d / 100 for d in grid.difference_percent]
    if p0 is not None and p1 is not None:
        return [(p0, p1)]
    if p0 is not None:
        return [(p0, high) for d in differences if (high := round(p0 + d, 6)) < 1]
    if p1 is not None:
        return [(low, p1) for d in differences if (low := round(p1 - d, 6)) > 0]
    pairs = product(grid.p0_percent, grid.difference_percent)
    return [(low / 100, (low + d) / 100) for low, d in pairs if low + d < 100]


def _within_reach(setting: Setting, n: int) -> bool:
    """Whether the most powerful test of ``n`` patients (Neyman and Pearson, randomised) has the power.

    Any rule decides on at most ``n`` patients, so it cannot do better.
    """
    null, target = binomial_tails(n, setting.p0), binomial_tails(n, setting.p1)
    limit = int((null > setting.alpha).sum())
    share = (setting.alpha - null[limit]) / (null[limit - 1] - null[limit])
    return bool(target[limit] + share * (target[limit - 1] - target[limit]) >= setting.power - 1e-12)


def _list_matches(setting: Setting, known: dict[str, int]) -> Iterator[RecoveredDesign]:
    """The designs of one setting that agree with the stated counts, each class in which one is the best."""
    agreed = [(name, rule) for name, rule in _list_best(setting) if _agrees(rule, known)]
    named = {(rule.n1, rule.futility_stop) for _, rule in agreed if rule.efficacy_stop is None}
    for name, rule in agreed:
        yield _recovered(setting, name, rate_rule(setting, rule))
    if "n1" in known and "n" in known:
        rated = best_rule_at(
            setting,
            known["n1"],
            known["n"],
            futility_stop=known.get("r1"),
            success=known["r"] + 1 if "r" in known else None,
        )
        if rated and (rated.rule.n1, rated.rule.futility_stop) not in named:
            yield _recovered(setting, "feasible", rated)
    if not {"n1", "r1"} & known.keys():
        single, _ = search_single_stage(setting)
        if known.get("n", single.n) == single.n and known.get("r", single.success - 1) == single.success - 1:
            yield _recovered_single(setting, single)


def _list_best(setting: Setting) -> Iterator[tuple[DesignClass, TwoStageRule]]:
    """The best two-stage rules of a setting, by class; a rule that is the best in two classes comes twice."""
    futility_only = list_undominated(setting)
    with_stop = list_undominated(setting, efficacy_stop=True)
    under_p1 = list_undominated(setting, efficacy_stop=True, under_p1=True)
    yield "optimal", futility_only[-1]
    yield "minimax", futility_only[0]
    for rule in _list_inner_vertices(setting, futility_only):
        yield "admissible", rule
    yield "H0-optimal", with_stop[-1]
    yield "H0-minimax", with_stop[0]
    yield "H1-optimal", under_p1[-1]
    yield "H1-minimax", under_p1[0]
    for rule in _list_inner_vertices(setting, with_stop):
        yield "admissible", rule


def _list_inner_vertices(setting: Setting, rules: tuple[TwoStageRule, ...]) -> list[TwoStageRule]:
    if len(rules) < 3:
        return []
    sizes = [operating_characteristics(rule, setting.p0).expected_size for rule in rules]
    hull = list_hull([(rule.n, size) for rule, size in zip(rules, sizes, strict=True)])
    return [rules[point.place] for point in hull[1:-1]]


def _agrees(rule: TwoStageRule, known: dict[str, int]) -> bool:
    counts = {"n1": rule.n1, "n": rule.n, "r1": rule.futility_stop, "r": rule.success - 1}
    return all(counts[field] == value for field, value in known.items())


def _recovered(setting: Setting, name: DesignClass, rated: RatedRule) -> RecoveredDesign:
    rule = rated.rule
    return RecoveredDesign(
        design_class=name,
        **setting._asdict(),
        n1=rule.n1,
        r1=rule.futility_stop,
        e1=rule.efficacy_stop,
        n=rule.n,
        r=rule.success - 1,
        attained_alpha=rated.type_one_error,
        attained_power=rated.power,
        en0=rated.expected_size_p0,
    )


def _recovered_single(setting: Setting, rule: SingleStageRule) -> RecoveredDesign:
    return RecoveredDesign(
        design_class="single-stage",
        **setting._asdict(),
        n1=None,
        r1=None,
        e1=None,
        n=rule.n,
        r=rule.success - 1,
        attained_alpha=probability_of_success(rule, setting.p0),
        attained_power=probability_of_success(rule, setting.p1),
        en0=float(rule.n),
    )


def _check_known(counts: dict[str, int | None], inputs: dict[str, float | None], step: float) -> None:
    faults = [
        DesignFault(field, repr(value), "a whole number")
        for field, value in counts.items()
        if value is not None and not is_whole(value)
    ]
    if not faults:
        faults = _list_count_faults(counts["n1"], counts["n"], counts["r1"], counts["r"])
    try:
        check_setting(Setting(*_fill(inputs)))
    except DesignError as error:
        faults += [fault for fault in error.faults if inputs[fault.field] is not None]
    share = not isinstance(step, bool) and isinstance(step, Real)
    if not (share and _FINEST <= step <= _COARSEST and abs(100 * step - round(100 * step)) < 1e-9):
        faults.append(DesignFault("grid_step", repr(step), "a whole number of percent, 0.01 to 0.1"))
    if faults:
        raise DesignError(faults)


def _fill(inputs: dict[str, float | None]) -> tuple[float, float, float, float]:
    """The stated inputs, with harmless ones for the others, so that the stated ones can be checked together."""
    tiny = 1e-9
    p0, p1, alpha, power = inputs["p0"], inputs["p1"], inputs["alpha"], inputs["power"]
    return (
        tiny if p0 is None else p0,
        1 - tiny if p1 is None else p1,
        tiny if alpha is None else alpha,
        1 - tiny if power is None else power,
    )


def _list_count_faults(n1: int | None, n: int | None, r1: int | None, r: int | None) -> list[DesignFault]:
    faults: list[DesignFault] = []

    def require(field: str, value: int | None, low: int, high: int | None) -> None:
        if value is None or (low <= value and (high is None or value <= high)):
            return
        expected = f"{low} to {high}" if high is not None else f"at least {low}"
        faults.append(DesignFault(field, str(value), expected))

    require("n", n, 1, 1000)
    require("n1", n1, 1, 999 if n is None else max(n - 1, 1))
    require("r1", r1, 0, 998 if n1 is None else max(n1 - 1, 0))
    low = 0 if r1 is None else r1
    require("r", r, low, None if n is None else max(n - 1, low))
    return faults
