"""Does each endpoint hold together, and does the code act on everything that it says?"""

from __future__ import annotations

from collections.abc import Iterator

from onearm.errors import Finding, Severity
from onearm.protocol.check_comparisons import check_censoring, check_comparisons
from onearm.protocol.model import Protocol
from onearm.protocol.parts import Endpoint, Test

_RATES = ("response_rate", "control_rate")
_PROPORTIONS = (*_RATES, "benefit_rate")
_TIME_TO_EVENT = ("survival", "response_duration", "control_duration")

_KINDS_WITH: dict[str, tuple[str, ...]] = {
    "start": _TIME_TO_EVENT,
    "events": _TIME_TO_EVENT,
    "censoring": _TIME_TO_EVENT,
    "intercurrent": _TIME_TO_EVENT,
    "landmarks": _TIME_TO_EVENT,
    "window": _RATES,
    "at_least": ("benefit_rate",),
    "denominator": (*_PROPORTIONS, *_TIME_TO_EVENT),
}
"""Kinds of endpoint for which each field means something."""

_KEYS: dict[str, tuple[str, ...]] = {
    "response_rate": ("orr",),
    "control_rate": ("dcr",),
    "benefit_rate": ("cbr",),
    "response_duration": ("dor",),
    "control_duration": ("ddc",),
    "survival": ("pfs", "os"),
}
"""Under which key an endpoint of each kind is computed: another key would be accepted and ignored."""


def check_endpoints(protocol: Protocol) -> list[Finding]:
    """Faults and remarks of the endpoints: roles, tests, fields of the wrong kind, what no code acts on."""
    found = [*_roles(protocol), *_windows(protocol)]
    for key, endpoint in protocol.endpoints.items():
        path = f"endpoints.{key}"
        found += [*_fields(protocol, path, endpoint), *_control(protocol, path, endpoint)]
        found += [*_computed(protocol, key, endpoint), *_test(protocol, key, endpoint)]
        found += [*check_censoring(protocol, key, endpoint), *check_comparisons(protocol, key, endpoint)]
    return found


def _fault(protocol: Protocol, code: str, path: str, severity: Severity = "error", /, **values: object) -> Finding:
    return Finding(code, protocol.place_of(path), {key: str(value) for key, value in values.items()}, severity)


def _roles(protocol: Protocol) -> Iterator[Finding]:
    primary = [key for key, endpoint in protocol.endpoints.items() if endpoint.role == "primary"]
    if len(primary) != 1:
        yield _fault(protocol, "P402", "endpoints", found=", ".join(primary) or "none")
    orders: dict[int, str] = {}
    for key, endpoint in protocol.endpoints.items():
        path = f"endpoints.{key}"
        if endpoint.role == "ordered" and endpoint.test is None:
            yield _fault(protocol, "P403", path, key=key)
        if endpoint.role != "ordered" and endpoint.test is not None:
            yield _fault(protocol, "P405", f"{path}.test", key=key, role=endpoint.role)
        if endpoint.role == "ordered" and endpoint.test is not None:
            first = orders.setdefault(endpoint.test.order, key)
            if first != key:
                yield _fault(protocol, "P404", f"{path}.test.order", order=endpoint.test.order, other=first)


def _windows(protocol: Protocol) -> Iterator[Finding]:
    """One best response is derived: a window of one rate holds for the other too."""
    rates = {key: endpoint for key, endpoint in protocol.endpoints.items() if endpoint.kind in _RATES}
    with_window = [key for key, endpoint in rates.items() if endpoint.window is not None]
    if not with_window:
        return
    first = with_window[0]
    window = rates[first].window
    assert window is not None
    for key, endpoint in rates.items():
        other = endpoint.window
        if other is None and window.cap is not None:
            yield _fault(protocol, "P474", f"endpoints.{key}", "note", key=key, other=first, cap=window.cap)
        if other is not None and (other.start, other.cap, other.cap_counts) != (
            window.start,
            window.cap,
            window.cap_counts,
        ):
            yield _fault(protocol, "P475", f"endpoints.{key}.window", key=key, other=first)
        if other is not None and other.cap is None and other.cap_counts is not None:
            yield _fault(protocol, "P476", f"endpoints.{key}.window.cap_counts", found=other.cap_counts)


def _fields(protocol: Protocol, path: str, endpoint: Endpoint) -> Iterator[Finding]:
    for field, kinds in _KINDS_WITH.items():
        if endpoint.kind not in kinds and getattr(endpoint, field):
            values = {"field": field, "kind": endpoint.kind, "kinds": ", ".join(kinds)}
            yield _fault(protocol, "P464", f"{path}.{field}", **values)
    if endpoint.kind == "response_duration" and endpoint.start not in (None, "first_response"):
        yield _fault(protocol, "P463", f"{path}.start", found=endpoint.start, wanted="first_response")
    if endpoint.kind in ("survival", "control_duration") and endpoint.start == "first_response":
        yield _fault(protocol, "P463", f"{path}.start", found=endpoint.start, wanted="first_dose or inclusion")
    for index, landmark in enumerate(endpoint.landmarks):
        if landmark in endpoint.landmarks[:index]:
            yield _fault(protocol, "P465", f"{path}.landmarks", found=landmark)
        if landmark.months is None and endpoint.kind in _TIME_TO_EVENT:
            yield _fault(protocol, "P473", f"{path}.landmarks", found=landmark)


def _control(protocol: Protocol, path: str, endpoint: Endpoint) -> Iterator[Finding]:
    control = endpoint.historical_control
    if control is None:
        return
    wanted = "months" if endpoint.kind in _TIME_TO_EVENT else "proportion"
    if control.unit != wanted:
        yield _fault(protocol, "P466", f"{path}.historical_control.unit", found=control.unit, wanted=wanted)
    elif wanted == "proportion" and not 0 <= control.value <= 1:
        yield _fault(protocol, "P467", f"{path}.historical_control.value", found=control.value)


def _computed(protocol: Protocol, key: str, endpoint: Endpoint) -> Iterator[Finding]:
    """What the endpoint says that no code would act on."""
    path = f"endpoints.{key}"
    known = _KEYS.get(endpoint.kind)
    if known is not None and key not in known:
        yield _fault(protocol, "P468", path, key=key, kind=endpoint.kind, known=" or ".join(known))
    usual = {"os": {"death"}}.get(key, {"progression", "death"} if endpoint.kind in _TIME_TO_EVENT else None)
    if usual is not None and endpoint.events and set(endpoint.events) != usual:
        words = " and ".join(sorted(usual, reverse=True))
        yield _fault(protocol, "P469", f"{path}.events", found=", ".join(endpoint.events), key=key, wanted=words)
    if key == "os" and endpoint.censoring not in (None, "literal"):
        yield _fault(protocol, "P471", f"{path}.censoring", found=endpoint.censoring)


def _test(protocol: Protocol, key: str, endpoint: Endpoint) -> Iterator[Finding]:
    path, test = f"endpoints.{key}.test", endpoint.test
    if test is None:
        return
    if endpoint.kind in _PROPORTIONS:
        yield from _rate_test(protocol, path, key, test)
    elif endpoint.kind != "survival" or test.reference is None or test.null_value is not None:
        yield _fault(protocol, "P470", path, key=key)
    else:
        from onearm.protocol.reference_curve import reference_curve  # loads NumPy

        try:
            reference_curve(test.reference)
        except ValueError as problem:
            yield _fault(protocol, "P478", f"{path}.reference", found=problem)


def _rate_test(protocol: Protocol, path: str, key: str, test: Test) -> Iterator[Finding]:
    if test.null_value is None or test.null_source is None or test.reference is not None:
        yield _fault(protocol, "P477", path, key=key)
    elif not 0 < test.null_value < 1:
        yield _fault(protocol, "P472", f"{path}.null_value", found=test.null_value)
