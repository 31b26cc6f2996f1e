"""Laboratory values that lie on and around every limit of the table, with limits and baselines missing at times."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ctcae_oracle import Ladder, Verdict, judge, read_ladders

STEP = Decimal("0.000001")
NUMBERS = ("low", "high", "base", "base_low", "base_high")


@dataclass(frozen=True)
class Case:
    """One value with what stands beside it."""

    ladder: Ladder
    value: Decimal | None
    limits: dict[str, Decimal | None]
    flags: dict[str, bool | None]
    second: Decimal | None = None
    qualifier: str = ""

    def verdict(self) -> Verdict:
        env: dict[str, Fraction | bool | None] = {
            "x": None if self.value is None else Fraction(self.value),
            **{name: None if v is None else Fraction(v) for name, v in self.limits.items()},
            "second": None if self.second is None else Fraction(self.second),
            "dip": None if self.second is None else Fraction(self.second),
        }
        return judge(self.ladder, env, self.flags, self.qualifier)

    def told(self) -> str:
        given = {k: str(v) for k, v in {**self.limits, "second": self.second}.items() if v is not None}
        facts = {k: v for k, v in self.flags.items() if v is not None}
        return f"{self.ladder.version} {self.ladder.analyte} {self.qualifier}{self.value} {given} {facts}"


def _limits(ladder: Ladder, rng: random.Random) -> dict[str, Decimal | None]:
    """Limits of normal and a baseline on, near and on either side of them, in ten-thousandths."""
    absolute = [f for c in ladder.conditions for name, f in c.terms if name == "x"]
    around = Decimal(str(float(rng.choice(absolute)))) if absolute else Decimal(40)
    low = (around * rng.choice([Decimal(1), Decimal("1.1"), Decimal("1.3")])).quantize(Decimal("0.0001"))
    high = low * rng.choice([2, 3, Decimal("1.5")])
    if ladder.analyte == "UPROT24":
        low, high = Decimal(0), rng.choice([Decimal("0.15"), Decimal("0.14")])
    same = rng.random() < 0.7
    base_low, base_high = (low, high) if same else (low + Decimal("0.0004"), high + Decimal("0.0008"))
    turning = base_low if ladder.chosen_by == "base_low" else base_high
    times = rng.choice([Decimal(t) for t in ("0.5", "0.9", "1", "1", "1.1", "1.5", "2", "4", "6")])
    base = (turning * times).quantize(Decimal("0.0001")) + rng.choice([0, 0, STEP * 4, -STEP * 4])
    if ladder.analyte == "INR":
        base = rng.choice([Decimal("1.0"), Decimal("2.4"), Decimal("0.96")])
    return {"low": low, "high": high, "base": base, "base_low": base_low, "base_high": base_high}


def _near_limits(ladder: Ladder, limits: dict[str, Decimal | None], variable: str, rng: random.Random) -> Decimal:
    """A value on a bound of some row, or a step or a little more to one side of it; now and then anything."""
    bounds = []
    for condition in ladder.conditions:
        for name, factor in condition.terms:
            times = Decimal(factor.numerator) / Decimal(factor.denominator)
            if name == variable:
                bounds.append(times)
            elif name == "drop" and variable == "x":
                bounds.append((limits["base"] or 1) * (1 - times / 100))
            elif name in NUMBERS and variable == "x":
                bounds.append(times * (limits[name] or 1))
    bound = rng.choice(sorted(set(bounds)))
    away = rng.choice([Decimal(0), STEP, -STEP, Decimal("0.1"), Decimal("-0.1"), Decimal("0.5"), Decimal("-0.5")])
    if rng.random() < 0.03:
        return rng.choice([Decimal(0), bound * 50])
    return max(Decimal(0), bound + away).quantize(STEP)


def _flags(ladder: Ladder, rng: random.Random) -> dict[str, bool | None]:
    facts = sorted(ladder.facts)
    if rng.random() < 0.5:
        flags: dict[str, bool | None] = dict.fromkeys(facts, False)
        if facts and rng.random() < 0.6:
            flags[rng.choice(facts)] = rng.choice([True, None])
        return flags
    return {fact: rng.choice([True, False, False, None]) for fact in facts}


def generate_case(ladder: Ladder, rng: random.Random) -> Case:
    """One case; every seventh or so lacks something, every twentieth is only a bound."""
    limits = _limits(ladder, rng)
    value: Decimal | None = _near_limits(ladder, limits, "x", rng)
    second = None
    if ladder.analyte == "BP":
        second = _near_limits(ladder, limits, "second", rng) if rng.random() < 0.9 else None
    if ladder.analyte == "UPROT24" and rng.random() < 0.5:
        second = Decimal(rng.randrange(5))
        value = None if rng.random() < 0.4 else value
    if rng.random() < 0.15:
        for name in rng.sample(NUMBERS, rng.choice([1, 1, 2])):
            limits[name] = rng.choice([None, None, Decimal(0)])
        value = None if value is None else max(value, STEP)
    qualifier = rng.choice("<>") if value and ladder.analyte != "BP" and rng.random() < 0.05 else ""
    if qualifier and value:
        value = max(Decimal("0.1"), value.quantize(Decimal("0.01")))
    return Case(ladder, value, limits, _flags(ladder, rng), second, qualifier)


def generate_cases(seed: int, how_many: int) -> Iterator[Case]:
    """Cases of every ladder in turn."""
    rng = random.Random(seed)
    ladders = read_ladders()
    for number in range(how_many):
        yield generate_case(ladders[number % len(ladders)], rng)


def cases_at_every_limit() -> Iterator[Case]:
    """Every row's bounds, at the bound and a step to either side, normal and abnormal baseline, each fact in turn."""
    whole = {"low": Decimal(40), "high": Decimal(100), "base_low": Decimal(40), "base_high": Decimal(100)}
    for ladder in read_ladders():
        wanted = sorted(ladder.facts)
        choices = [dict.fromkeys(wanted, False), *({**dict.fromkeys(wanted, False), f: True} for f in wanted)]
        for base in (Decimal(36), Decimal(100), Decimal(120)):
            limits: dict[str, Decimal | None] = {**whole, "base": base}
            if ladder.analyte == "UPROT24":
                limits |= {"low": Decimal(0), "high": Decimal("0.15")}
            for variable in ("x", "second") if ladder.analyte == "BP" else ("x",):
                for value in _every_bound(ladder, limits, variable):
                    for flags in choices:
                        other = Decimal(60)
                        sbp, dbp = (value, other) if variable == "x" else (other, value)
                        second = dbp if ladder.analyte == "BP" else None
                        yield Case(ladder, sbp, limits, dict(flags), second)


def _every_bound(ladder: Ladder, limits: dict[str, Decimal | None], variable: str) -> list[Decimal]:
    found = set()
    for condition in ladder.conditions:
        for name, factor in condition.terms:
            times = Decimal(factor.numerator) / Decimal(factor.denominator)
            if name == variable:
                found.add(times)
            elif name == "drop" and variable == "x":
                found.add((limits["base"] or 1) * (1 - times / 100))
            elif name in NUMBERS and variable == "x":
                found.add(times * (limits[name] or 1))
    return sorted(v for b in found for v in (b - STEP, b, b + STEP) if v >= 0)
