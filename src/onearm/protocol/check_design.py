"""Does the declared design hold together, and does it keep its declared error rates exactly?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from onearm.errors import Finding, Severity
from onearm.protocol.model import Protocol
from onearm.protocol.trial_design import Design
from onearm.units import round_half_away

if TYPE_CHECKING:
    from onearm.design import DesignProperties, SingleStageDesign, TwoStageDesign

_TWO_STAGE_ONLY = ("n1", "futility_stop", "efficacy_stop", "efficacy_stop_binding")
_NEEDED = {"two-stage": ("n1", "n", "futility_stop", "success"), "single-stage": ("n", "success")}
HALF = Decimal("0.5")
_RATES = ("p0", "p1", "alpha", "power")


def check_design(protocol: Protocol) -> list[Finding]:
    """Faults of sizes, boundaries and rates; a declared error rate that is not kept names the attained one."""
    found = [*_kind(protocol), *_endpoint(protocol), *_order(protocol)]
    if not found:
        found += _error_rates(protocol)
    return found


def design_of(protocol: Protocol) -> TwoStageDesign | SingleStageDesign | None:
    """The design as an object of ``onearm.design``, or None while a count or rate is open or it is exploratory."""
    design = protocol.design
    if not _is_complete(design):
        return None
    from onearm.design import SingleStageDesign, TwoStageDesign

    counts: dict[str, Any] = {name: getattr(design, name) for name in _NEEDED[design.kind]}
    rates: dict[str, Any] = {name: float(getattr(design, name)) for name in _RATES}
    if design.kind == "single-stage":
        return SingleStageDesign(**counts, **rates)
    return TwoStageDesign(**counts, efficacy_stop=design.efficacy_stop, **rates)


def _is_complete(design: Design) -> bool:
    """Whether every count and rate that a decision rests on is there."""
    needed = (*_NEEDED.get(design.kind, ()), *_RATES)
    return design.kind != "exploratory" and all(getattr(design, name) is not None for name in needed)


def exact_properties(protocol: Protocol) -> DesignProperties | None:
    """Attained error rates, early stops, expected sizes and power with 0 to 15 % not evaluable; None as above."""
    design = design_of(protocol)
    return None if design is None else _properties(design)


@lru_cache(maxsize=64)
def _properties(design: TwoStageDesign | SingleStageDesign) -> DesignProperties:
    from onearm.design import properties

    return properties(design)


def _fault(protocol: Protocol, code: str, field: str, severity: Severity = "error", /, **values: object) -> Finding:
    words = {key: str(value) for key, value in values.items()}
    return Finding(code, protocol.place_of(f"design.{field}"), words, severity)


def _kind(protocol: Protocol) -> Iterator[Finding]:
    design = protocol.design
    if design.kind == "exploratory":
        for field in ("futility_stop", "efficacy_stop", "success", "p0", "p1", "alpha", "power"):
            if getattr(design, field) is not None:
                yield _fault(protocol, "P439", field, field=field, found=getattr(design, field))
    if design.kind == "single-stage":
        for field in _TWO_STAGE_ONLY:
            if getattr(design, field) is not None:
                yield _fault(protocol, "P440", field, field=field)
    needed = {"two-stage": ("n1", "n"), "single-stage": ("n",), "exploratory": ()}[design.kind]
    for field in needed:
        if field not in design.model_fields_set:
            yield _fault(protocol, "P441", field, field=field, kind=design.kind)
    if design.efficacy_stop_binding is not None and design.efficacy_stop is None and design.kind == "two-stage":
        yield _fault(protocol, "P445", "efficacy_stop_binding")


def _endpoint(protocol: Protocol) -> Iterator[Finding]:
    key = protocol.design.endpoint
    if key is None:
        return
    endpoint = protocol.endpoints.get(key)
    if endpoint is None:
        yield _fault(protocol, "P401", "endpoint", found=key, known=", ".join(protocol.endpoints))
        return
    if endpoint.role != "primary":
        yield _fault(protocol, "P446", "endpoint", found=key, role=endpoint.role)
    if protocol.design.kind != "exploratory" and endpoint.kind not in ("response_rate", "control_rate"):
        yield _fault(protocol, "P448", "endpoint", found=key, kind=endpoint.kind)
    primary = protocol.sets.primary
    if endpoint.denominator is not None and primary is not None and endpoint.denominator != primary:
        place = protocol.place_of(f"endpoints.{key}.denominator")
        yield Finding("P447", place, {"found": endpoint.denominator, "primary": primary, "key": key})


def _order(protocol: Protocol) -> Iterator[Finding]:
    design = protocol.design
    for low, high, strict, code in (
        ("n1", "n", True, "P431"),
        ("futility_stop", "n1", True, "P432"),
        ("success", "n", False, "P433"),
        ("futility_stop", "success", True, "P435"),
        ("p0", "p1", True, "P436"),
    ):
        one, other = getattr(design, low), getattr(design, high)
        if one is not None and other is not None and (one > other or (strict and one == other)):
            yield _fault(protocol, code, low, found=one, limit=other)
    if design.alpha is not None and design.alpha >= HALF:
        yield _fault(protocol, "P444", "alpha", field="alpha", found=design.alpha, expected="one-sided, below 0.5")
    for field in ("n1", "n", "success"):
        if getattr(design, field) == 0:
            yield _fault(protocol, "P438", field, field=field)
    yield from _efficacy_order(protocol, design)


def _efficacy_order(protocol: Protocol, design: Design) -> Iterator[Finding]:
    stop = design.efficacy_stop
    if stop is None:
        return
    lowest = None if design.futility_stop is None else design.futility_stop + 2
    if lowest is not None and design.n1 is not None and lowest > design.n1:
        return  # the futility boundary itself is out of place
    if (lowest is not None and stop < lowest) or (design.n1 is not None and stop > design.n1):
        values = {"found": stop, "lowest": "1" if lowest is None else lowest, "n1": design.n1 or "n1"}
        yield _fault(protocol, "P434", "efficacy_stop", **values)


def _error_rates(protocol: Protocol) -> Iterator[Finding]:
    if not _is_complete(protocol.design):
        return  # and the numeric libraries stay unloaded
    from onearm.design import DesignError

    try:
        exact = exact_properties(protocol)
    except DesignError as error:
        for fault in error.faults:
            values = {"found": fault.found, "expected": fault.expected, "field": fault.field}
            yield _fault(protocol, "P444", fault.field, **values)
        return
    if exact is None:
        return
    ways = {"": exact}
    if protocol.design.efficacy_stop_binding is False and exact.without_efficacy_stop is not None:
        # The trial may go on past its efficacy stop: the rates must hold with the stop used and never used.
        ways[" if the efficacy stop is never used"] = exact.without_efficacy_stop
    for how, way in ways.items():
        if not (way.meets_alpha and way.meets_power):
            yield from _missed(protocol, way, how)


def _missed(protocol: Protocol, exact: DesignProperties, how: str) -> Iterator[Finding]:
    """The declared rates that are not kept, with the nearest designs that keep both."""
    from onearm.design.nearest import describe_nearest

    design, declared = protocol.design, design_of(protocol)
    binding = design.efficacy_stop_binding is not False
    nearest = "" if declared is None else describe_nearest(declared, binding=binding)
    if not exact.meets_alpha:
        attained = f"{_rate(exact.type_one_error)}{how}"
        yield _fault(protocol, "P442", "alpha", attained=attained, declared=design.alpha, p0=design.p0, nearest=nearest)
    if not exact.meets_power:
        attained = f"{_rate(exact.power)}{how}"
        yield _fault(protocol, "P443", "power", attained=attained, declared=design.power, p1=design.p1, nearest=nearest)


def _rate(value: float) -> Decimal:
    return round_half_away(value, 4)
