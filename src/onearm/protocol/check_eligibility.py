"""The sense of eligibility criteria: variables, units, limits, values, windows, contradictions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from onearm.errors import Finding, Severity
from onearm.protocol.eligibility_parts import Condition, Criterion, Variable
from onearm.protocol.model import Protocol
from onearm.protocol.paths import nearest
from onearm.reference.analytes import ANALYTES, plain_unit
from onearm.reference.answer_codes import answer_code
from onearm.reference.child_pugh import child_pugh_tables
from onearm.reference.eligibility_variables import BuiltIn, built_in_variables

NEEDS_COLUMN = ("number", "text")
COMPARISONS: dict[str, str] = {
    "number": "at_least, at_most, more_than, less_than",
    "text": "one_of, none_of",
    "category": "one_of, none_of",
    "truth": "is_true",
    "date": "within, not_within, is_true",
    "exists": "is_true, within, not_within",
}
"""What a variable of each kind may be compared with."""


def check_eligibility(protocol: Protocol) -> Iterator[Finding]:
    """Every fault and remark of the criteria and of the variables that the protocol declares."""
    population = protocol.population
    criteria = [("criteria", one) for one in population.criteria]
    criteria += [("further_criteria", one) for one in population.further_criteria]
    used: set[str] = set()
    for group, criterion in criteria:
        path = f"population.{group}.{criterion.id}"
        yield from _criterion(protocol, criterion, path)
        for condition in _walk(criterion):
            if condition.variable is not None:
                used.add(condition.variable.lower())
                yield from _comparison(protocol, condition, path)
    yield from _answer_codes(protocol, [one for _, one in criteria if not _is_computed(one)])
    yield from _contradictions(protocol, [one for _, one in criteria])
    yield from _declared(protocol, used)
    yield from _child_pugh(protocol)


def _fault(protocol: Protocol, code: str, path: str, severity: Severity = "error", /, **values: object) -> Finding:
    return Finding(code, protocol.place_of(path), {key: str(value) for key, value in values.items()}, severity)


def _walk(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in (*condition.all, *condition.any, *((condition.not_,) if condition.not_ is not None else ())):
        yield from _walk(part)


def _is_computed(condition: Condition) -> bool:
    return bool(condition.variable or condition.all or condition.any or condition.not_)


def _criterion(protocol: Protocol, criterion: Criterion, path: str) -> Iterator[Finding]:
    for condition in _walk(criterion):
        dated = [name for name in ("window", "within", "not_within") if getattr(condition, name) is not None]
        if dated and condition.variable is None and (_is_computed(condition) or dated != ["window"]):
            yield _fault(protocol, "P513", f"{path}.{dated[0]}", found=f"{dated[0]} without a variable")
        elif dated and condition.before is None and (dated != ["window"] or condition is not criterion):
            # The window of a criterion as a whole has always counted back from registration.
            length = f"{dated[0]} {getattr(condition, dated[0])}"
            yield _fault(protocol, "P503", f"{path}.{dated[0]}", "note", found=length)


class _Known(NamedTuple):
    """A variable as a criterion may compare it."""

    kind: str
    units: tuple[str, ...]
    values: tuple[str, ...]
    dated: bool


def _known(protocol: Protocol, name: str) -> tuple[_Known, BuiltIn | Variable] | None:
    declared = protocol.population.variables.get(name)
    if declared is not None:
        if declared.take in ("exists", "date"):
            return _Known("exists", (), (), True), declared
        kind = "text" if declared.take == "text" and not declared.scale else "number"
        unit = declared.unit or ("days" if declared.take in ("days", "covered_days") else "")
        return _Known(kind, (unit,) if unit else (), (), True), declared
    built_in = built_in_variables().get(name)
    if built_in is None:
        return None
    analyte = ANALYTES.get(name.upper())
    units = (
        (*(entry.unit for entry in analyte.units), "xULN") if analyte else ((built_in.unit,) if built_in.unit else ())
    )
    return _Known(built_in.kind, units, built_in.values, built_in.dated), built_in


def _comparison(protocol: Protocol, condition: Condition, path: str) -> Iterator[Finding]:
    name = condition.variable or ""
    found = _known(protocol, name.lower())
    if found is None:
        names = [*protocol.population.variables, *built_in_variables()]
        guess = nearest(name, names)
        hint = f"write {guess}" if guess else "declare it under population.variables"
        yield _fault(protocol, "P500", f"{path}.variable", found=name, hint=hint)
        return
    known, variable = found
    takes = variable.takes_unit(condition.unit) if isinstance(variable, BuiltIn) else _takes(known, condition.unit)
    if not takes:
        expected = ", ".join(known.units) or "no unit"
        yield _fault(protocol, "P501", f"{path}.unit", variable=name, found=condition.unit, expected=expected)
    yield from _kinds(protocol, condition, known, name, path)
    yield from _limits(protocol, condition, name, path)
    for value in (*condition.one_of, *condition.none_of):
        if known.values and value.strip().upper() not in {own.upper() for own in known.values}:
            expected = ", ".join(known.values)
            yield _fault(protocol, "P504", path, variable=name, found=value, expected=expected)
    if condition.window is not None and not known.dated:
        yield _fault(protocol, "P513", f"{path}.window", found=f"a window of {name}, which has no date")


def _takes(known: _Known, unit: str) -> bool:
    return not unit or any(plain_unit(own) == plain_unit(unit) for own in known.units)


def _limits_of(condition: Condition) -> dict[str, Decimal]:
    names = ("at_least", "more_than", "at_most", "less_than")
    return {name: getattr(condition, name) for name in names if getattr(condition, name) is not None}


def _kinds(protocol: Protocol, condition: Condition, known: _Known, name: str, path: str) -> Iterator[Finding]:
    """Comparisons that the variable's kind has not, and none at all."""
    asked = list(_limits_of(condition))
    asked += [word for word in ("one_of", "none_of") if getattr(condition, word)]
    asked += [word for word in ("is_true", "within", "not_within") if getattr(condition, word) is not None]
    allowed = COMPARISONS[known.kind].split(", ")
    if name.lower() in ("ecog", "child_pugh", "child_pugh_score"):
        allowed += COMPARISONS["number"].split(", ")
    wrong = [word for word in asked if word not in allowed]
    if wrong or not asked:
        found = ", ".join(wrong) if wrong else "no comparison"
        yield _fault(protocol, "P505", path, variable=name, found=found, expected=", ".join(allowed))


def _limits(protocol: Protocol, condition: Condition, name: str, path: str) -> Iterator[Finding]:
    limits = _limits_of(condition)
    low, low_strict = _tightest(limits, "at_least", "more_than", max)
    high, high_strict = _tightest(limits, "at_most", "less_than", min)
    least, most = condition.at_least, condition.at_most
    # Two plain limits the wrong way round have their own, older code (P462).
    if low is None or high is None or (least is not None and most is not None and least > most):
        return
    if low > high or (low == high and (low_strict or high_strict)):
        yield _fault(protocol, "P502", path, variable=name, found=f"above {low} and below {high}")


def _tightest(
    limits: dict[str, Decimal], plain: str, strict: str, choose: Callable[[list[Decimal]], Decimal]
) -> tuple[Decimal | None, bool]:
    given = [limits[key] for key in (plain, strict) if key in limits]
    if not given:
        return None, False
    value = choose(given)
    return value, limits.get(strict) == value


def _answer_codes(protocol: Protocol, judged: list[Criterion]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for criterion in judged:
        code = answer_code(criterion.id)
        first = seen.setdefault(code, criterion.id)
        if first != criterion.id:
            at = f"population.criteria.{criterion.id}"
            yield _fault(protocol, "P510", at, first=first, second=criterion.id, found=code)


def _contradictions(protocol: Protocol, criteria: list[Criterion]) -> Iterator[Finding]:
    """Two inclusions of one variable, unit and window whose limits or values leave nothing."""
    plain = [c for c in criteria if c.kind == "inclusion" and c.variable and not (c.all or c.any or c.not_)]
    for place, first in enumerate(plain):
        for second in plain[place + 1 :]:
            if (first.variable or "").lower() != (second.variable or "").lower() or first.unit != second.unit:
                continue
            if _leave_nothing(first, second):
                values = {"first": first.id, "second": second.id, "variable": first.variable}
                yield _fault(protocol, "P506", f"population.criteria.{second.id}", **values)


def _leave_nothing(first: Criterion, second: Criterion) -> bool:
    if first.one_of and second.one_of and not {v.upper() for v in first.one_of} & {v.upper() for v in second.one_of}:
        return True
    if first.is_true is not None and second.is_true is not None and first.is_true != second.is_true:
        return True
    return any(_apart(one, other) for one, other in ((first, second), (second, first)))


def _apart(lower: Criterion, upper: Criterion) -> bool:
    low, low_strict = _tightest(_limits_of(lower), "at_least", "more_than", max)
    high, high_strict = _tightest(_limits_of(upper), "at_most", "less_than", min)
    return low is not None and high is not None and (low > high or (low == high and (low_strict or high_strict)))


def _declared(protocol: Protocol, used: set[str]) -> Iterator[Finding]:
    inputs = {"ascites", "encephalopathy", "pt_prolongation", "portal_invasion", "nodules", "largest_nodule"}
    for name, variable in protocol.population.variables.items():
        path = f"population.variables.{name}"
        if variable.take in NEEDS_COLUMN and not variable.column:
            yield _fault(protocol, "P515", path, found=name, take=variable.take, expected="column")
        if name.lower() not in used and name not in inputs:
            yield _fault(protocol, "P512", path, "warning", found=name)


def _child_pugh(protocol: Protocol) -> Iterator[Finding]:
    versions = child_pugh_tables()
    chosen = protocol.population.child_pugh
    if chosen is not None and chosen not in versions:
        expected = ", ".join(versions)
        yield _fault(protocol, "P509", "population.child_pugh", found=chosen, expected=expected)
