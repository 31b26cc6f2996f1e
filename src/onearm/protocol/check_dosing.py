"""Do the rules of the doses hold together, and can they be computed with exactly?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from onearm.errors import Finding, Severity
from onearm.protocol.base import text_in
from onearm.protocol.model import Protocol
from onearm.protocol.parts import Dose

_PATH = "treatment.dosing"
_AMOUNT_DIGITS = 2


def check_dosing(protocol: Protocol) -> list[Finding]:
    """Faults and remarks of amounts, levels, rounding, caps and recalculation."""
    return [*_doses(protocol), *_rules(protocol), *_names(protocol)]


def _fault(protocol: Protocol, code: str, path: str, severity: Severity = "error", /, **values: object) -> Finding:
    return Finding(code, protocol.place_of(path), {key: str(value) for key, value in values.items()}, severity)


def _doses(protocol: Protocol) -> Iterator[Finding]:
    for component in protocol.treatment.components:
        for index, dose in enumerate(component.doses):
            path = f"treatment.components.{component.id}.doses.{index}"
            yield from _levels(protocol, dose, path)
            amounts = {"amount": dose.amount, "levels": max(dose.levels, key=_digits, default=None)}
            if dose.rounding is not None:
                amounts["rounding.to_mg"] = dose.rounding.to_mg
            yield from _exact(protocol, path, amounts, _AMOUNT_DIGITS)
            if dose.rounding is not None:
                yield from _exact(protocol, path, {"rounding.within_percent": dose.rounding.within_percent}, 1)
        if component.partial is not None:
            path = f"treatment.components.{component.id}"
            yield from _exact(protocol, path, {"partial.below_percent": component.partial.below_percent}, 1)


def _levels(protocol: Protocol, dose: Dose, path: str) -> Iterator[Finding]:
    if not dose.levels:
        return
    shown = ", ".join(map(str, dose.levels))
    if any(after >= before for before, after in zip(dose.levels, dose.levels[1:], strict=False)):
        yield _fault(protocol, "P530", f"{path}.levels", found=shown)
    if dose.amount is not None and dose.amount not in dose.levels:
        yield _fault(protocol, "P531", f"{path}.levels", found=shown, amount=dose.amount)


def _digits(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _exact(protocol: Protocol, path: str, given: dict[str, Decimal | None], digits: int) -> Iterator[Finding]:
    for name, number in given.items():
        if number is not None and _digits(number) > digits:
            yield _fault(protocol, "P532", f"{path}.{name}", found=number, digits=digits)


def _rules(protocol: Protocol) -> Iterator[Finding]:
    rules = protocol.treatment.dosing
    if rules is None:
        return
    yield from _exact(protocol, _PATH, {"max_bsa": rules.max_bsa}, 4)
    yield from _exact(protocol, _PATH, {"max_weight": rules.max_weight}, 1)
    if rules.rounding is not None:
        yield from _exact(protocol, _PATH, {"rounding.to_mg": rules.rounding.to_mg}, _AMOUNT_DIGITS)
        yield from _exact(protocol, _PATH, {"rounding.within_percent": rules.rounding.within_percent}, 1)
    if rules.recalculate is not None:
        yield from _exact(protocol, _PATH, {"recalculate.change_percent": rules.recalculate.change_percent}, 1)
        if rules.weight != "baseline_until_changed":
            yield _fault(protocol, "P533", f"{_PATH}.recalculate", found=rules.weight or "open")
    units = {dose.unit for component in protocol.treatment.components for dose in component.doses}
    for name, value, unit in (
        ("bsa", rules.bsa, "mg/m2"), ("max_bsa", rules.max_bsa, "mg/m2"), ("max_weight", rules.max_weight, "mg/kg"),
    ):  # fmt: skip
        if value is not None and unit not in units and None not in units:
            yield _fault(protocol, "P534", f"{_PATH}.{name}", "warning", name=name, unit=unit)


def _names(protocol: Protocol) -> Iterator[Finding]:
    """A name in the records that two drugs claim."""
    first: dict[str, str] = {}
    for component in protocol.treatment.components:
        for index, dose in enumerate(component.doses):
            path = f"treatment.components.{component.id}.doses.{index}"
            own = (text_in(dose.drug), *dose.recorded_as) if dose.recorded_as else ()
            for name in own:
                before = first.setdefault(name.casefold(), path)
                if name and before != path:
                    yield _fault(protocol, "P535", f"{path}.recorded_as", found=name, other=before)
