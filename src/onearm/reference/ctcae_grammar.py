"""The grammar of the limits in ``ctcae.csv``: a text becomes clauses of bounds and clinical facts, or an error.

``A < x <= B`` reads as written. ``same`` repeats the first column. Alternatives stand between ``or``. ``drop a-<b%``
(fibrinogen) is a fall from baseline and belongs to the ladder for an abnormal baseline. ``loss`` and ``d`` are the
value itself: per cent of weight lost, stools a day more than at baseline.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

Basis = Literal["absolute", "LLN", "ULN", "BASE"]
Operator = Literal["<", "<=", ">", ">="]
Variable = Literal["value", "second"]

FACTS = (
    "transfusion_indicated",
    "life_threatening",
    "symptomatic",
    "anticoagulant",
    "previously_normal",
    "one_drug",
    "therapy_changed",
    "symptomatic_rise",
    "several_drugs",
    "therapy_intensified",
    "crisis",
    "over_24_h",
    "instrumental_adl",
    "self_care_adl",
    "hospital",
)
"""Clinical facts beside the number, each yes, no or unknown."""


class Bound(NamedTuple):
    """``variable operator number × basis``; the basis ``absolute`` is the unit of the test."""

    variable: Variable
    operator: Operator
    basis: Basis
    number: Decimal


class Clause(NamedTuple):
    """Holds when every bound holds and every fact is as it says."""

    bounds: tuple[Bound, ...]
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


class Parsed(NamedTuple):
    """The clauses of a row on its two ladders."""

    first: tuple[Clause, ...]
    second: tuple[Clause, ...]


_SAYS = {
    "transfusion indicated": "transfusion_indicated",
    "life-threatening": "life_threatening",
    "clinical: life-threatening": "life_threatening",
    "clinical: crisis, neurologic deficit": "crisis",
    "one-drug therapy": "one_drug",
    "change of therapy": "therapy_changed",
    "symptomatic rise >20 DBP": "symptomatic_rise",
    ">1 drug": "several_drugs",
    "intensified therapy": "therapy_intensified",
    "instrumental ADL": "instrumental_adl",
    "self-care ADL": "self_care_adl",
    "hospital": "hospital",
}
_VARIABLES: dict[str, Variable] = {"x": "value", "SBP": "value", "loss": "value", "d": "value", "DBP": "second"}
_EDGE = r"(?:\d+(?:\.\d+)?\*)?(?:ULN|LLN|BASE)|\d+(?:\.\d+)?"
_BETWEEN = re.compile(rf"({_EDGE}) (<=?) (x|SBP|DBP|loss|d) (<=?) ({_EDGE})")
_ONE_SIDED = re.compile(rf"(x|loss|d|SBP|DBP) (<=?|>=?) ({_EDGE})(?: g/L)?")
_DROP = re.compile(r"(?:drop (\d+)-<(\d+)%|drop (<|>=) ?(\d+)%)")
_DIP = re.compile(r"dip (\d)\+(?:/(\d)\+)?")
_DURATION = re.compile(r"(.+) for (<=|>) 24 h")
_SYMPTOMS = re.compile(r"(.+?)(?: and)? (symptomatic|asymptomatic)")
_OR = re.compile(r" or (?![^(]*\))")
_PREVIOUSLY_NORMAL = " (if previously normal)"
_FLIPPED: dict[str, Operator] = {"<": ">", "<=": ">="}


def parse_row(limit: str, limit_if_baseline_abnormal: str, direction: str) -> Parsed:
    """The clauses of both columns of a row of kind ``lab``. ValueError for a text that is not of the grammar."""
    first = _column(limit, direction)
    if limit_if_baseline_abnormal == "same":
        return first
    second = _column(limit_if_baseline_abnormal.removeprefix("on anticoagulant: "), direction)
    return Parsed(first.first, second.second)


def _column(text: str, direction: str) -> Parsed:
    """Both ladders as one column says them.

    Where it names a fall from baseline, that is the second ladder, and the limits by LLN are the first; absolute ones
    stand in both.
    """
    alternatives = _alternatives(text, direction)
    every = tuple(clause for _, clause in alternatives)
    if not any(is_fall for is_fall, _ in alternatives):
        return Parsed(every, every)
    first = tuple(clause for is_fall, clause in alternatives if not is_fall)
    absolute = (clause for clause in first if all(bound.basis == "absolute" for bound in clause.bounds))
    return Parsed(first, (*(clause for is_fall, clause in alternatives if is_fall), *absolute))


def _alternatives(text: str, direction: str) -> list[tuple[bool, Clause]]:
    """Each alternative, and whether it is a fall from baseline."""
    text = text.replace("; abnormal base: drop", " or drop").replace("; drop", " or drop")
    found: list[tuple[bool, Clause]] = []
    for group in text.split(", or "):
        condition = ("previously_normal",) if group.endswith(_PREVIOUSLY_NORMAL) else ()
        plain = group.removesuffix(_PREVIOUSLY_NORMAL)
        for part in plain.split(" / ") if " / " in plain else _OR.split(plain):
            clause = _clause(part.strip(), direction)
            found.append((part.startswith("drop"), clause._replace(yes=(*clause.yes, *condition))))
    return found


def _clause(text: str, direction: str) -> Clause:
    plain = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    if plain in _SAYS:
        return Clause((), (_SAYS[plain],))
    if match := _DURATION.fullmatch(plain):
        fact = ("over_24_h",)
        inner = _bounds(match[1], direction)
        return Clause(inner, fact) if match[2] == ">" else Clause(inner, (), fact)
    if match := _SYMPTOMS.fullmatch(plain):
        inner = _bounds(match[1], direction)
        return Clause(inner, ("symptomatic",)) if match[2] == "symptomatic" else Clause(inner, (), ("symptomatic",))
    if match := _DIP.fullmatch(plain):
        low, high = Decimal(match[1]), Decimal(match[2] or match[1])
        return Clause((Bound("second", ">=", "absolute", low), Bound("second", "<=", "absolute", high)))
    if match := _DROP.fullmatch(plain):
        return Clause(_fall(match))
    return Clause(_bounds(plain, direction))


def _fall(match: re.Match[str]) -> tuple[Bound, ...]:
    """A fall of 25 to <50 % of baseline is 0.5·BASE < x <= 0.75·BASE; a fall that is none is no fall."""
    if match[1]:
        least, below = Decimal(match[1]), Decimal(match[2])
        return (_below_base(least, "<="), _below_base(below, ">"))
    if match[3] == ">=":
        return (_below_base(Decimal(match[4]), "<="),)
    return (_below_base(Decimal(0), "<"), _below_base(Decimal(match[4]), ">"))


def _below_base(percent: Decimal, operator: Operator) -> Bound:
    return Bound("value", operator, "BASE", (100 - percent) / 100)


def _bounds(text: str, direction: str) -> tuple[Bound, ...]:
    found: list[Bound] = []
    for part in text.split(" and "):
        if match := _BETWEEN.fullmatch(part):
            variable = _VARIABLES[match[3]]
            found.append(Bound(variable, _FLIPPED[match[2]], *_edge(match[1])))
            found.append(Bound(variable, _operator(match[4]), *_edge(match[5])))
        elif match := _ONE_SIDED.fullmatch(part):
            found.append(Bound(_VARIABLES[match[1]], _operator(match[2]), *_edge(match[3])))
            if match[1] == "d" and match[2] == "<":
                found.append(Bound("value", ">", "absolute", Decimal(0)))  # fewer stools are no diarrhoea
        else:
            raise ValueError(f"a limit that the grammar does not know: {text!r} ({direction})")
    return tuple(found)


def _operator(text: str) -> Operator:
    operators: dict[str, Operator] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
    return operators[text]


def _edge(text: str) -> tuple[Basis, Decimal]:
    for basis in ("ULN", "LLN", "BASE"):
        if text.endswith(basis):
            number = text.removesuffix(basis).removesuffix("*")
            return basis, Decimal(number or "1")
    return "absolute", Decimal(text)
