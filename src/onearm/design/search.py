"""Which rules are the best for given rates and error limits? Exact searches with their proof, no largest n.

Error limits are met at equality (type I error ≤ alpha, power ≥ the stated power, both within 1e-12, so that the
last binary digit of a decimal number decides nothing). Among rules of one n the best has the smallest expected size;
then the highest power; then the smallest n1. *Minimax*: the smallest n, then the smallest expected size; *optimal*:
the smallest expected size over every n (Simon 1989, Control Clin Trials 10:1-10; with an efficacy stop as well, Mander
and Thompson 2010, Contemp Clin Trials 31:572-578). What proves it stands in ``onearm.stats.two_stage_search``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import ceil, sqrt
from numbers import Real
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.design.model import DesignError, DesignFault
from onearm.stats.two_stage import SingleStageRule, TwoStageRule, operating_characteristics

LARGEST_N = 3000
"""Rates so close that more patients would be needed are refused: no single-arm trial is of that size."""
LARGEST_N_WITH_STOP = 1500


class Setting(NamedTuple):
    """What a design is planned for: two rates, the limit of the type I error, and the power."""

    p0: float
    p1: float
    alpha: float
    power: float


class RatedRule(NamedTuple):
    """A rule with what it attains under a setting, the efficacy stop, if there is one, used."""

    rule: TwoStageRule
    type_one_error: float
    power: float
    expected_size_p0: float
    expected_size_p1: float
    stop_early_p0: float
    """Probability of either early stop at p0 (PET)."""


class EverySize(NamedTuple):
    """The best futility-only rule of every n: arrays by n, with n1 = 0 where no rule meets the limits."""

    n1: NDArray[np.int64]
    r1: NDArray[np.int64]
    """Stop if responses ≤ r1."""
    r: NDArray[np.int64]
    """Success if responses > r."""
    expected_size_p0: NDArray[np.float64]


def check_setting(setting: Setting) -> Setting:
    """The setting in Python's own numbers; DesignError, with every fault, for what no design is planned for."""
    faults: list[DesignFault] = []
    for field, value in zip(Setting._fields, setting, strict=True):
        if isinstance(value, bool) or not isinstance(value, Real):
            faults.append(DesignFault(field, repr(value), "a number between 0 and 1"))
        elif not 0 < value < 1:
            faults.append(DesignFault(field, str(value), "between 0 and 1"))
    wrong = {fault.field for fault in faults}
    if not wrong & {"p0", "p1"} and not setting.p1 > setting.p0:
        faults.append(DesignFault("p1", str(setting.p1), f"more than p0 ({setting.p0})"))
    if not wrong & {"alpha", "power"} and not setting.power > setting.alpha:
        faults.append(DesignFault("power", str(setting.power), f"more than alpha ({setting.alpha})"))
    if faults:
        raise DesignError(faults)
    return Setting(*map(float, setting))


def search_two_stage(
    setting: Setting, *, efficacy_stop: bool = False, under_p1: bool = False, binding: bool = True
) -> tuple[RatedRule, ...]:
    """The rules of ``list_undominated``, with what each attains."""
    rules = list_undominated(setting, efficacy_stop=efficacy_stop, under_p1=under_p1, binding=binding)
    return tuple(rate_rule(setting, rule) for rule in rules)


@lru_cache(maxsize=4096)
def list_undominated(
    setting: Setting, *, efficacy_stop: bool = False, under_p1: bool = False, binding: bool = True
) -> tuple[TwoStageRule, ...]:
    """Every rule whose expected size is below that of each rule of fewer patients: from minimax to optimal, proved.

    ``efficacy_stop``: rules that may also stop after stage one with success (each has such a stop). ``under_p1``: the
    expected size counts at p1 instead of p0, which differs for these only. ``binding``: both limits hold with the
    efficacy stop used; False: they hold whether it is used or not. DesignError for a setting that is none, or whose
    rates lie so close together that the tables would not hold the proof.
    """
    setting = check_setting(setting)
    return tuple(_search_with_stop(setting, under_p1, binding) if efficacy_stop else _search_futility_only(setting))


def search_every_size(setting: Setting, largest_n: int) -> EverySize:
    """The best futility-only rule of each n up to ``largest_n``, also where a smaller trial is better.

    That is the table which programs print that stop at a given n. DesignError for a setting that is none.
    """
    from onearm.stats.two_stage_search import search_rules

    setting = check_setting(setting)
    columns = _count_columns(setting, largest_n)
    null, target = np.empty((largest_n + 1, columns)), np.empty((largest_n + 1, columns))
    rules, sizes = np.zeros((largest_n + 1, 3), np.int64), np.zeros(largest_n + 1)
    search_rules(*setting, True, null, target, np.empty(columns, np.int64), rules, sizes)
    return EverySize(rules[:, 0], rules[:, 1], rules[:, 2], sizes)


def search_single_stage(setting: Setting) -> tuple[SingleStageRule, tuple[int, ...]]:
    """The single-stage rule of the fewest patients, and the larger n, up to 30 more, with which no rule meets both.

    Exact (A'Hern 2001, Stat Med 20:859-866): power and type I error move in saw-teeth, so a larger n may fail again.
    Of the limits that keep alpha the least is taken. DesignError for a setting that is none.
    """
    from onearm.stats.single_stage_search import search_single_stage as fill_limits

    setting = check_setting(setting)
    for size in _list_sizes(setting, LARGEST_N):
        columns = _count_columns(setting, size)
        limits = np.zeros(size + 1, np.int64)
        fill_limits(*setting, np.empty((size + 1, columns)), np.empty((size + 1, columns)), limits)
        meeting = np.flatnonzero(limits)
        if meeting.size and meeting[0] + 30 <= size:
            n = int(meeting[0])
            fails = n + np.flatnonzero(limits[n : n + 31] == 0)
            return SingleStageRule(n, int(limits[n])), tuple(fails.tolist())
    raise _too_close(setting, LARGEST_N)


def rate_rule(setting: Setting, rule: TwoStageRule) -> RatedRule:
    """The exact properties of a rule at the rates of a setting."""
    null = operating_characteristics(rule, setting.p0)
    target = operating_characteristics(rule, setting.p1)
    early = null.stop_futility + null.stop_efficacy
    return RatedRule(rule, null.success, target.success, null.expected_size, target.expected_size, early)


def guess_single_stage_size(setting: Setting) -> float:
    """Number of patients of one stage in the normal approximation: where a search may start, never an answer."""
    z = NormalDist()
    p0, p1, alpha, power = setting
    spread = z.inv_cdf(1 - alpha) * sqrt(p0 * (1 - p0)) + z.inv_cdf(power) * sqrt(p1 * (1 - p1))
    return (spread / (p1 - p0)) ** 2


def _search_futility_only(setting: Setting) -> list[TwoStageRule]:
    from onearm.stats.two_stage_search import search_rules

    def search(size: int) -> tuple[int, NDArray[np.int64]]:
        columns = _count_columns(setting, size)
        null, target = np.empty((size + 1, columns)), np.empty((size + 1, columns))
        rules = np.zeros((size + 1, 3), np.int64)
        least, sizes = np.empty(columns, np.int64), np.empty(size + 1)
        return search_rules(*setting, False, null, target, least, rules, sizes), rules

    rules = _search_until_proved(setting, search, LARGEST_N)
    return [TwoStageRule(row[0], n, row[1], row[2] + 1) for n, row in enumerate(rules.tolist()) if row[0]]


def _search_with_stop(setting: Setting, under_p1: bool, binding: bool) -> list[TwoStageRule]:
    from onearm.stats.two_stage_search_stops import search_stopping_rules

    def search(size: int) -> tuple[int, NDArray[np.int64]]:
        null, target = np.empty((size + 1, size + 2)), np.empty((size + 1, size + 2))
        rules = np.zeros((size + 1, 4), np.int64)
        going_on, stops, sizes = np.empty(size + 1), np.empty((size + 1, 4), np.int64), np.empty(size + 1)
        end = search_stopping_rules(*setting, not under_p1, binding, null, target, going_on, stops, rules, sizes)
        return end, rules

    rules = _search_until_proved(setting, search, LARGEST_N_WITH_STOP)
    return [TwoStageRule(row[0], n, row[1], row[3] + 1, row[2]) for n, row in enumerate(rules.tolist()) if row[0]]


def _search_until_proved(
    setting: Setting, search: Callable[[int], tuple[int, NDArray[np.int64]]], largest: int
) -> NDArray[np.int64]:
    """The rules of the first search whose table was large enough for the proof."""
    for size in _list_sizes(setting, largest):
        end, rules = search(size)
        if end:
            return rules[:end]
    raise _too_close(setting, largest)


def _list_sizes(setting: Setting, largest: int) -> list[int]:
    """Sizes of table to try: some more than a single stage needs, then twice as many, up to the largest."""
    size = min(int(1.6 * guess_single_stage_size(setting)) + 40, largest)
    sizes = [size]
    while size < largest:
        size = min(2 * size, largest)
        sizes.append(size)
    return sizes


def _count_columns(setting: Setting, size: int) -> int:
    """Columns of the tails that a search reads: counts up to just beyond the median at p1, if the power is above ½."""
    return min(size + 2, ceil(size * setting.p1) + 5) if setting.power >= 0.5 else size + 2


def _too_close(setting: Setting, largest: int) -> DesignError:
    valid = _guess_valid_p1(setting, largest)
    hint = "" if valid is None else f", about {valid:g} or more"
    expected = f"further from p0 ({setting.p0:g}){hint}: this close it needs more than {largest} patients, too many"
    return DesignError([DesignFault("p1", str(setting.p1), expected)])


def _guess_valid_p1(setting: Setting, largest: int) -> float | None:
    """A p1, with three decimals, at which the normal approximation needs half of the largest n; None if none."""
    for thousandths in range(ceil(1000 * setting.p1), 1000):
        p1 = thousandths / 1000
        if p1 > setting.p1 and guess_single_stage_size(setting._replace(p1=p1)) <= largest / 2:
            return p1
    return None
