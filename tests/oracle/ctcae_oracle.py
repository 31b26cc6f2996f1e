"""CTCAE grades of laboratory values restated from the table alone: its texts are read and held against fractions.

Nothing is decided by ladders of thresholds: each row's text becomes a condition, and a value has the highest grade
whose condition holds. What is missing is replaced by everything that it could be, so that a grade stands only where
every completion gives it.
"""

from __future__ import annotations

import csv
import itertools
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "data" / "ctcae_labs.csv"
GAP = "gap"
PHRASES = {
    "transfusion indicated": ("transfusion_indicated", True),
    "life-threatening": ("life_threatening", True),
    "clinical: life-threatening": ("life_threatening", True),
    "clinical: crisis, neurologic deficit": ("crisis", True),
    "asymptomatic": ("symptomatic", False),
    "symptomatic": ("symptomatic", True),
    "one-drug therapy": ("one_drug", True),
    "change of therapy": ("therapy_changed", True),
    "symptomatic rise >20 DBP": ("symptomatic_rise", True),
    ">1 drug": ("several_drugs", True),
    "intensified therapy": ("therapy_intensified", True),
    "instrumental ADL": ("instrumental_adl", True),
    "hospital": ("hospital", True),
    "self-care ADL": ("self_care_adl", True),
    "for <= 24 h": ("over_24_h", False),
    "for > 24 h": ("over_24_h", True),
}
LIMITS = {"ULN": "high", "LLN": "low", "BASE": "base"}
VARIABLES = {"x": "x", "d": "x", "loss": "x", "SBP": "x", "DBP": "second", "drop": "drop"}
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_NUMBER = r"\d+(?:\.\d+)?"
_TERM = rf"(?:{_NUMBER}\*)?(?:ULN|LLN|BASE)|{_NUMBER}"
_NAME = "x|d|loss|SBP|DBP|drop"
_BETWEEN = re.compile(rf"({_TERM}) (<=|<) ({_NAME}) (<=|<) ({_TERM})")
_ONE = re.compile(rf"({_NAME}) ?(<=|<|>=|>) ?({_TERM})( g/L|%)?")
_DROP = re.compile(rf"drop ({_NUMBER})-<({_NUMBER})%")
_DIP = re.compile(r"dip (\d\+(?:/\d\+)*)")

Env = Mapping[str, Fraction | bool | None]


class Absent(Exception):
    """A condition needs a number that is not there."""


@dataclass(frozen=True)
class Condition:
    """A text's meaning: ``holds`` of a complete environment, and what it looks at."""

    holds: Callable[[Env], bool]
    facts: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    terms: frozenset[tuple[str, Fraction]] = frozenset()


@dataclass(frozen=True)
class Ladder:
    """The rows of one term of one version: conditions by grade for each of two ladders, and which of them applies."""

    version: str
    term: str
    analyte: str
    direction: str
    first: Mapping[int, Condition]
    second: Mapping[int, Condition]
    chosen_by: str
    unit: str
    texts: tuple[tuple[int, str, str], ...] = field(default=())

    @property
    def worse_upward(self) -> bool:
        """Whether higher numbers are worse; a loss of weight is a low weight but a high loss."""
        return self.direction == "high" or any("loss" in text for _, text, _ in self.texts)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (*self.first.values(), *self.second.values())

    @property
    def facts(self) -> frozenset[str]:
        own = frozenset({"anticoagulant"}) if self.chosen_by == "anticoagulant" else frozenset()
        return own.union(*(c.facts for c in self.conditions))

    @property
    def numbers(self) -> frozenset[str]:
        own = {"base_high": {"base", "base_high"}, "base_low": {"base", "base_low"}}.get(self.chosen_by, set())
        return frozenset(own).union(*(c.numbers for c in self.conditions))


def _split(text: str, separator: str) -> list[str]:
    """Parts of a text at a separator that stands outside brackets."""
    parts, depth, start, at = [], 0, 0, 0
    while at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0 and text.startswith(separator, at):
            parts.append(text[start:at])
            at = start = at + len(separator)
        else:
            at += 1
    return [part.strip() for part in (*parts, text[start:])]


def _join(parts: list[Condition], every: bool) -> Condition:
    if len(parts) == 1:
        return parts[0]
    rule = all if every else any
    return Condition(
        lambda env: rule([part.holds(env) for part in parts]),
        frozenset().union(*(p.facts for p in parts)),
        frozenset().union(*(p.numbers for p in parts)),
        frozenset().union(*(p.terms for p in parts)),
    )


def _fact(name: str, wanted: bool) -> Condition:
    return Condition(lambda env: env[name] is wanted, frozenset({name}))


def _side(text: str) -> tuple[str | None, Fraction]:
    factor, _, name = text.rpartition("*")
    if name in LIMITS:
        return LIMITS[name], Fraction(factor or 1)
    return None, Fraction(text)


def _number(env: Env, name: str) -> Fraction:
    found = env.get(name)
    if found is None:
        raise Absent(name)
    return found  # type: ignore[return-value]


def _compare(name: str, sign: str, text: str) -> Condition:
    """``name sign text``; a stool count or a loss that is not positive is none, nor is a rise a drop."""
    limit, factor = _side(text)
    variable = VARIABLES[name]

    def holds(env: Env) -> bool:
        value = env.get(variable)
        if value is None:
            return False
        if name in {"d", "drop"} and not value > 0:
            return False
        bound = factor if limit is None else factor * _number(env, limit)
        return bool(COMPARE[sign](value, bound))

    numbers = {limit} if limit else set()
    if name == "drop":
        numbers |= {"base", "base_low"}
    return Condition(
        holds,
        numbers=frozenset(numbers | ({"second"} if variable == "second" else set())),
        terms=frozenset({(limit or variable, factor)}),
    )


_TURNED = {"<": ">", "<=": ">="}


def _atom(text: str) -> Condition:
    if text in PHRASES:
        return _fact(*PHRASES[text])
    if match := _BETWEEN.fullmatch(text):
        low, sign_low, name, sign_high, high = match.groups()
        return _join([_compare(name, _TURNED[sign_low], low), _compare(name, sign_high, high)], every=True)
    if match := _DROP.fullmatch(text):
        return _join([_compare("drop", ">=", match[1]), _compare("drop", "<", match[2])], every=True)
    if match := _ONE.fullmatch(text):
        return _compare(*match.groups()[:3])
    if match := _DIP.fullmatch(text):
        pluses = {Fraction(p.rstrip("+")) for p in match[1].split("/")}
        return Condition(lambda env: env.get("dip") in pluses, numbers=frozenset({"dip"}))
    for phrase, fact in PHRASES.items():
        if text.endswith(" " + phrase):
            return _join([_atom(text.removesuffix(" " + phrase)), _fact(*fact)], every=True)
    raise ValueError(f"no meaning for {text!r}")


def read_condition(text: str) -> Condition:
    """The condition of a text. ``, or`` binds least, then ``or`` and ``/``, then ``and`` and a fact set behind."""
    parts = _split(text, ", or ")
    if len(parts) > 1:
        return _join([read_condition(part) for part in parts], every=False)
    if text.endswith("(if previously normal)"):
        rest = read_condition(text.removesuffix("(if previously normal)").strip())
        return _join([rest, _fact("previously_normal", True)], every=True)
    if text in PHRASES:
        return _fact(*PHRASES[text])
    for separator in (" or ", " / "):
        parts = _split(text, separator)
        if len(parts) > 1:
            return _join([read_condition(part) for part in parts], every=False)
    if text.startswith("(") and text.endswith(")"):
        return read_condition(text[1:-1])
    parts = _split(text, " and ")
    if len(parts) > 1:
        return _join([read_condition(part) for part in parts], every=True)
    return _atom(text)


def _both_texts(normal: str, abnormal: str) -> tuple[str, str]:
    """The two ladders' texts of a row: one text may hold both, by a semicolon or as drops among its alternatives."""
    if ";" in normal:
        first, second = (part.strip() for part in normal.split(";"))
        return first, second.removeprefix("abnormal base: ")
    parts = _split(normal, " or ")
    if any(part.startswith("drop") for part in parts):
        absolute = [part for part in parts if part.endswith("g/L")]
        drops = [part for part in parts if part.startswith("drop")]
        return " or ".join(p for p in parts if p not in drops), " or ".join([*drops, *absolute])
    return normal, normal if abnormal == "same" else abnormal.removeprefix("on anticoagulant: ")


@cache
def read_ladders() -> tuple[Ladder, ...]:
    """Every term of the table that numbers grade, by version and analyte."""
    rows = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
    ladders = []
    graded = [row for row in rows if row["kind"] == "lab"]
    for (version, term), group in itertools.groupby(graded, key=lambda r: (r["ctcae_version"], r["term"])):
        texts = []
        chosen_by = "nothing"
        for row in group:
            normal, abnormal = row["limit_if_baseline_normal_or_absolute"], row["limit_if_baseline_abnormal"]
            if abnormal.startswith("on anticoagulant"):
                chosen_by = "anticoagulant"
            elif "abnormal base" in normal:
                chosen_by = "base_low"
            elif abnormal not in {normal, "same"}:
                chosen_by = "base_high"
            texts.append((int(row["grade"]), *_both_texts(normal, abnormal)))
        first = {grade: read_condition(a) for grade, a, _ in texts}
        second = {grade: read_condition(b) for grade, _, b in texts}
        ladders.append(
            Ladder(version, term, row["analyte"], row["direction"], first, second, chosen_by, row["unit"], tuple(texts))
        )
    return tuple(ladders)


def find_ladder(version: str, analyte: str) -> Ladder:
    """The one ladder of an analyte in a version."""
    (found,) = (ladder for ladder in read_ladders() if (ladder.version, ladder.analyte) == (version, analyte))
    return found


def _applies(ladder: Ladder, env: Env) -> Mapping[int, Condition]:
    if ladder.chosen_by == "anticoagulant":
        return ladder.second if env["anticoagulant"] else ladder.first
    if ladder.chosen_by == "base_high":
        return ladder.second if _number(env, "base") > _number(env, "base_high") else ladder.first
    if ladder.chosen_by == "base_low":
        return ladder.second if _number(env, "base") < _number(env, "base_low") else ladder.first
    return ladder.first


def _highest(conditions: Mapping[int, Condition], env: Env) -> int:
    return max((grade for grade, condition in conditions.items() if condition.holds(env)), default=0)


def _bounds(conditions: Mapping[int, Condition], variable: str, env: Env) -> list[Fraction]:
    """Every number at which one of the conditions may change as ``variable`` moves."""
    other = "second" if variable == "x" else "x"
    found = set()
    for condition in conditions.values():
        for name, factor in condition.terms:
            if name == "drop":
                if variable == "x":
                    found |= {_number(env, "base"), _number(env, "base") * (1 - factor / 100)}
            elif name in {"high", "low", "base"}:
                found.add(factor * _number(env, name))
            elif name != other:
                found.add(factor)
    return sorted(found)


def _with_value(env: Env, variable: str, value: Fraction) -> dict[str, Fraction | bool | None]:
    moved = {**env, variable: value}
    if variable == "x" and moved.get("base") is not None:
        moved["drop"] = (moved["base"] - value) / moved["base"] * 100
    return moved


def _points(bounds: list[Fraction]) -> list[Fraction]:
    """The bounds, a number between any two neighbours, one below and one above."""
    between = [(a + b) / 2 for a, b in itertools.pairwise(bounds)]
    return sorted({*bounds, *between, bounds[0] / 2, bounds[-1] * 2 + 1}) if bounds else []


def grade_complete(ladder: Ladder, env: Env) -> int | str:
    """The grade where nothing is missing: 0 below the ladder, ``gap`` between two rows that leave a space.

    A gap: no row holds, but one holds of some value nearer to the normal side (with all else as it is), or the value
    is already below the lower limit of normal by which the first row is told.
    """
    env = _with_value(env, "x", env["x"]) if env.get("x") is not None else dict(env)
    conditions = _applies(ladder, env)
    highest = _highest(conditions, env)
    if highest or env.get("x") is None:
        return highest
    if (
        env.get("low") is not None
        and "low" in ladder.numbers
        and ladder.chosen_by == "nothing"
        and env["x"] < env["low"]
    ):
        return GAP
    for variable in ("x", "second") if "second" in ladder.numbers else ("x",):
        for value in _points(_bounds(conditions, variable, env)):
            nearer = value < env[variable] if ladder.worse_upward else value > env[variable]
            if nearer and _highest(conditions, _with_value(env, variable, value)):
                return GAP
    return 0


def _could_be(ladder: Ladder, name: str, env: Env) -> list[Fraction]:
    """Numbers that a missing limit or baseline may have, one for each way in which it can matter."""
    known = [env[n] for n in ("base", "base_low", "base_high") if env.get(n) is not None]
    value = env.get("x") or Fraction(1)
    points = set(known) if name.startswith("base") else set()
    for condition in ladder.conditions:
        for term, factor in condition.terms:
            if term == name:
                points.add(value / factor)
            if term == "drop" and name == "base" and factor < 100:
                points.add(value / (1 - factor / 100))
    if name in {"base_low", "base_high"}:
        points.add(env["base"])
    return [p for p in _points(sorted(points or {value})) if p > 0]


def _complete(ladder: Ladder, env: Env) -> Iterator[Env]:
    """Every way of filling in the numbers that are missing, the baseline before its limits."""
    for name in ("high", "low", "base", "base_low", "base_high"):
        if name in ladder.numbers and env.get(name) is None:
            for value in _could_be(ladder, name, env):
                yield from _complete(ladder, {**env, name: value})
            return
    if "second" in ladder.numbers and env.get("second") is None:
        for pressure in (0, 79, 80, 89, 90, 99, 100, 200):
            yield {**env, "second": Fraction(pressure)}
        return
    yield env


def _usable(limits: Env) -> dict[str, Fraction | bool | None]:
    """Limits and baseline without those that cannot be any: of zero or less, or a lower limit above the upper one.

    Where a baseline and its limits are unknown alike, it is taken to be of the same laboratory as the value.
    """
    usable = dict(limits)
    for name in ("high", "low", "base", "base_low", "base_high"):
        found = usable.get(name)
        if found is not None and found <= 0:
            usable[name] = None
    for low, high in (("low", "high"), ("base_low", "base_high")):
        below, above = usable.get(low), usable.get(high)
        if below is not None and above is not None and below > above:
            usable[low] = usable[high] = None
    for own, limit in (("low", "base_low"), ("high", "base_high")):
        if usable.get("base") is None and usable.get(limit) is None:
            usable[limit] = usable.get(own)
    return usable


def possible_grades(
    ladder: Ladder, env: Env, flags: Mapping[str, bool | None], qualifier: str = ""
) -> list[frozenset[int | str]]:
    """For each completion of the missing numbers, the grades that the open facts leave possible."""
    open_facts = [f for f in sorted(ladder.facts) if flags.get(f) is None]
    known = {fact: flags.get(fact) for fact in ladder.facts}
    answers = []
    for complete in _complete(ladder, _usable(env)):
        for value in _values_of_bound(ladder, complete, qualifier):
            grades = set()
            for choice in itertools.product((False, True), repeat=len(open_facts)):
                facts = {**known, **dict(zip(open_facts, choice, strict=True))}
                grades.add(grade_complete(ladder, {**complete, **facts, "x": value}))
            answers.append(frozenset(grades))
    return answers


def _values_of_bound(ladder: Ladder, env: Env, qualifier: str) -> list[Fraction | None]:
    """The value itself, or values below (above) it of every kind that a row tells apart."""
    value = env.get("x")
    if qualifier == "" or value is None:
        return [value]
    bounds = {*_bounds(ladder.first, "x", env), *_bounds(ladder.second, "x", env), value}
    nothing = [Fraction(0)] if qualifier == "<" and value > 0 else []
    return nothing + [p for p in _points(sorted(bounds)) if (p < value if qualifier == "<" else p > value)]


@dataclass(frozen=True)
class Verdict:
    """What the table allows: the one grade, or none; ``floor``: the grade if no open fact holds, where all agree."""

    grade: int | None
    floor: int | None
    possible: frozenset[int | str]


def judge(ladder: Ladder, env: Env, flags: Mapping[str, bool | None], qualifier: str = "") -> Verdict:
    """The grade that every completion gives, and the least grade of each completion where these are one."""
    answers = possible_grades(ladder, env, flags, qualifier)
    possible = frozenset().union(*answers)
    (grade,) = possible if len(possible) == 1 and GAP not in possible else (None,)
    floors = {min((g for g in a if g != GAP), default=None) if GAP not in a else None for a in answers}
    (floor,) = floors if len(floors) == 1 else (None,)
    return Verdict(grade, floor, possible)  # type: ignore[arg-type]
