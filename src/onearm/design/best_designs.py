"""Which designs fit two rates and two error limits? Every kind side by side, with what each attains exactly."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from numbers import Real

from onearm.design.design_table import DesignRow, DesignTable, DesignType, NeverUsed
from onearm.design.hull import list_hull
from onearm.design.model import DesignError, DesignFault
from onearm.design.search import RatedRule, Setting, check_setting, rate_rule, search_two_stage
from onearm.design.single_stage import find_single_stage
from onearm.stats.two_stage import SingleStageRule, probability_of_success


def find(
    p0: float,
    p1: float,
    alpha: float,
    power: float,
    *,
    efficacy_stop: bool = False,
    drop_out: float = 0.0,
    binding: bool = True,
) -> DesignTable:
    """Every kind of best design for two rates and two limits, exact, the optimum proved without a largest n.

    Futility only: ``optimal``, ``minimax`` and each ``admissible`` one between them (the inner vertices of the hull
    of n against expected size at p0). With ``efficacy_stop``: ``H0-optimal`` and ``H1-optimal`` (least expected size
    at p0, p1), ``H0-minimax`` and ``H1-minimax`` (fewest patients, then least expected size at p0, p1), and the
    admissible ones by n and expected size at p0. Always ``single-stage``. One row per type, so a design that is the
    best in two senses stands twice. ``drop_out``: share of patients without a usable outcome; it changes the number to
    enrol, never r1 or r. ``binding``: see ``DesignTable``. Boundaries and ties: ``onearm.design.search``. DesignError,
    with every fault, for numbers that are no plan.
    """
    setting, drop_out = _check_inputs(Setting(p0, p1, alpha, power), drop_out)
    binding, efficacy_stop = bool(binding), bool(efficacy_stop)
    rows = _list_with_stop(setting, drop_out, binding) if efficacy_stop else _list_futility_only(setting, drop_out)
    single = find_single_stage(*setting)
    rows.append(_single_row(setting, single.rule, drop_out))
    return DesignTable(*setting, efficacy_stop, binding, drop_out, tuple(rows), single.larger_that_fail)


def _check_inputs(setting: Setting, drop_out: float) -> tuple[Setting, float]:
    """Both in Python's own numbers."""
    faults: list[DesignFault] = []
    try:
        setting = check_setting(setting)
    except DesignError as error:
        faults.extend(error.faults)
    if isinstance(drop_out, bool) or not isinstance(drop_out, Real) or not 0 <= drop_out < 1:
        faults.append(DesignFault("drop_out", repr(drop_out), "a share from 0 to less than 1"))
    if faults:
        raise DesignError(faults)
    return setting, float(drop_out)


def _list_futility_only(setting: Setting, drop_out: float) -> list[DesignRow]:
    frontier = search_two_stage(setting)
    hull = list_hull([(rated.rule.n, rated.expected_size_p0) for rated in frontier])
    kinds: list[tuple[DesignType, int]] = [("optimal", -1), ("minimax", 0)]
    kinds += [("admissible", i) for i in range(1, len(hull) - 1)]
    return [
        _row(kind, setting, frontier[hull[i].place], (hull[i].weight_low, hull[i].weight_high), drop_out)
        for kind, i in kinds
    ]


def _list_with_stop(setting: Setting, drop_out: float, binding: bool) -> list[DesignRow]:
    frontier = search_two_stage(setting, efficacy_stop=True, binding=binding)
    under_p1 = search_two_stage(setting, efficacy_stop=True, under_p1=True, binding=binding)
    hull = list_hull([(rated.rule.n, rated.expected_size_p0) for rated in frontier])
    weights = {frontier[point.place].rule: (point.weight_low, point.weight_high) for point in hull}
    kinds: list[tuple[DesignType, RatedRule]] = [
        ("H0-optimal", frontier[-1]),
        ("H1-optimal", under_p1[-1]),
        ("H0-minimax", frontier[0]),
        ("H1-minimax", under_p1[0]),
    ]
    kinds += [("admissible", frontier[point.place]) for point in hull[1:-1]]
    return [_row(kind, setting, rated, weights.get(rated.rule), drop_out) for kind, rated in kinds]


def _row(
    kind: DesignType, setting: Setting, rated: RatedRule, weights: tuple[float, float] | None, drop_out: float
) -> DesignRow:
    rule = rated.rule
    never = None
    if rule.efficacy_stop is not None:
        other = rate_rule(setting, rule._replace(efficacy_stop=None))
        never = NeverUsed(
            other.type_one_error, other.power, other.expected_size_p0, other.expected_size_p1, other.stop_early_p0
        )
    return DesignRow(
        type=kind,
        n1=rule.n1,
        r1=rule.futility_stop,
        e1=rule.efficacy_stop,
        n=rule.n,
        r=rule.success - 1,
        alpha=rated.type_one_error,
        power=rated.power,
        en0=rated.expected_size_p0,
        en1=rated.expected_size_p1,
        pet0=rated.stop_early_p0,
        weights=weights,
        enrolled_stage_one=count_to_enrol(rule.n1, drop_out),
        enrolled=count_to_enrol(rule.n, drop_out),
        power_if_drop_outs_fail=probability_of_success(rule, setting.p1, drop_out),
        never_used=never,
    )


def _single_row(setting: Setting, rule: SingleStageRule, drop_out: float) -> DesignRow:
    return DesignRow(
        type="single-stage",
        n1=None,
        r1=None,
        e1=None,
        n=rule.n,
        r=rule.success - 1,
        alpha=probability_of_success(rule, setting.p0),
        power=probability_of_success(rule, setting.p1),
        en0=float(rule.n),
        en1=float(rule.n),
        pet0=0.0,
        weights=None,
        enrolled_stage_one=None,
        enrolled=count_to_enrol(rule.n, drop_out),
        power_if_drop_outs_fail=probability_of_success(rule, setting.p1, drop_out),
        never_used=None,
    )


def count_to_enrol(evaluable: int, drop_out: float) -> int:
    """The fewest patients of whom, without the share of drop-outs, at least ``evaluable`` are left (exact decimals)."""
    return ceil(evaluable / (1 - Fraction(repr(float(drop_out)))))
