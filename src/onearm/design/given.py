"""Are the numbers that someone typed a design? Every fault at once, in the words of the field that holds it.

The field writes r1 (stop if responses ≤ r1), e1 (stop for efficacy if responses ≥ e1), r (success if responses > r),
n1 and n (patients of stage one, and of both).
"""

from __future__ import annotations

from decimal import Decimal
from numbers import Integral, Real

from onearm.design.model import DesignError, DesignFault
from onearm.stats.two_stage import TwoStageRule

MOST_PATIENTS = 3000
"""Patients of a rule whose properties are asked for: as many as a search proposes; more would only take long."""
MOST_INFERRED = 1000
"""Patients of a trial whose every outcome is weighed: the tables grow with the square (160 MB at this size)."""


def is_whole(value: object) -> bool:
    """Whether a value is a whole number as such: neither True nor 3.0 is."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def count_faults(field: str, value: object, low: int, high: int | None = None) -> list[DesignFault]:
    """The fault of a count that is no whole number of ``low`` … ``high`` (None: no upper end), or nothing."""
    expected = f"{low} to {high}" if high is not None else f"at least {low}"
    if not is_whole(value):
        return [DesignFault(field, repr(value), f"a whole number, {expected}")]
    assert isinstance(value, Integral)
    inside = low <= int(value) and (high is None or int(value) <= high)
    return [] if inside else [DesignFault(field, str(value), expected)]


def rate_faults(field: str, value: object, *, ends: bool = False) -> list[DesignFault]:
    """The fault of a rate that is no number strictly between 0 and 1 (``ends``: or 0 or 1 itself), or nothing."""
    expected = "a number from 0 to 1" if ends else "a number between 0 and 1"
    if not isinstance(value, Real) or isinstance(value, bool):
        return [DesignFault(field, repr(value), expected)]
    inside = 0 <= float(value) <= 1 if ends else 0 < float(value) < 1
    return [] if inside else [DesignFault(field, str(value), expected)]


def rule_faults(
    n1: object, r1: object, n: object, r: object, e1: object = None, *, most: int = MOST_PATIENTS
) -> list[DesignFault]:
    """Every fault of a two-stage rule as the field writes it; ``most``: patients in all."""
    counts = {"n1": n1, "r1": r1, "n": n, "r": r, **({} if e1 is None else {"e1": e1})}
    faults = [DesignFault(name, repr(value), "a whole number") for name, value in counts.items() if not is_whole(value)]
    if faults:
        return faults
    whole = {name: int(value) for name, value in counts.items() if isinstance(value, Integral)}
    if whole["n"] > most:
        return [DesignFault("n", str(n), f"at most {most} patients")]
    return _count_faults(whole["n1"], whole["r1"], whole["n"], whole["r"], whole.get("e1"))


def _count_faults(n1: int, r1: int, n: int, r: int, e1: int | None) -> list[DesignFault]:
    faults = []
    if n < 2:
        faults.append(DesignFault("n", str(n), "at least 2 patients in all"))
    elif not 1 <= n1 < n:
        faults.append(DesignFault("n1", str(n1), f"1 to {n - 1}, less than n ({n})"))
    if n1 >= 1 and not 0 <= r1 < n1:
        faults.append(DesignFault("r1", str(r1), f"0 to {n1 - 1}, less than n1 ({n1})"))
    if n >= 2 and not max(r1, 0) <= r < n:
        faults.append(DesignFault("r", str(r), f"{max(r1, 0)} to {n - 1}, at least r1 and less than n ({n})"))
    if e1 is None or faults:
        return faults
    if r1 + 2 > n1:
        faults.append(DesignFault("e1", str(e1), f"none: with r1 = {r1} of n1 = {n1} no other count would go on"))
    elif not r1 + 2 <= e1 <= n1:
        faults.append(DesignFault("e1", str(e1), f"{r1 + 2} to {n1}: at least one count between the stops goes on"))
    elif e1 - 2 + n - n1 < r:
        faults.append(DesignFault("r", str(r), f"at most {e1 - 2 + n - n1}, which stage two can still exceed"))
    return faults


def raise_if_any(faults: list[DesignFault]) -> None:
    """DesignError with all faults, if there is one."""
    if faults:
        raise DesignError(faults)


def rule_of(n1: int, r1: int, n: int, r: int, e1: int | None) -> TwoStageRule:
    """The counts as ``onearm.stats`` takes them; they have passed ``rule_faults``."""
    return TwoStageRule(int(n1), int(n), int(r1), int(r) + 1, None if e1 is None else int(e1))


def describe_rule(rule: TwoStageRule) -> str:
    """The rule in minimal counts, as one line."""
    low = rule.futility_stop
    parts = [f"stop if {low} or fewer of {rule.n1} respond" if low else f"stop if none of {rule.n1} responds"]
    if rule.efficacy_stop is not None:
        parts.append(f"stop with success if {rule.efficacy_stop} or more of {rule.n1} do")
    return "; ".join([*parts, f"success if {rule.success} or more of {rule.n} do"])


def in_words(probability: float) -> str:
    """A probability with four digits, half away from zero; never 0.0000 for what can happen."""
    from onearm.units import round_half_away

    if 0 < probability < 0.00005:
        return "<0.0001"
    return str(round_half_away(probability, 4))


def percent_words(share: float) -> str:
    """A share as somebody typed it, in percent without trailing zeros, from its shortest decimal form."""
    return f"{(Decimal(repr(float(share))) * 100).normalize():f} %"
