"""Is each time to event censored by a whole rule, and is what it is compared with seen on a stated schedule?"""

from __future__ import annotations

from collections.abc import Iterator

from onearm.errors import Finding
from onearm.protocol.censoring import CUSTOM, INTERCURRENT_EVENTS, strategies_of
from onearm.protocol.model import Protocol
from onearm.protocol.parts import Endpoint, HistoricalControl, SurvivalReference


def check_censoring(protocol: Protocol, key: str, endpoint: Endpoint) -> Iterator[Finding]:
    """``custom`` names a strategy for every intercurrent event, and no other profile names any (P491, P492)."""
    path, chosen = f"endpoints.{key}.intercurrent", endpoint.intercurrent
    if endpoint.censoring != CUSTOM:
        if chosen is not None:
            found = endpoint.censoring or "no profile"
            yield Finding("P492", protocol.place_of(path), {"found": found})
        return
    for event in INTERCURRENT_EVENTS:
        if getattr(chosen, event, None) is None:
            values = {"event": event, "allowed": ", ".join(strategies_of(event))}
            yield Finding("P491", protocol.place_of(f"{path}.{event}"), values)


def check_comparisons(protocol: Protocol, key: str, endpoint: Endpoint) -> Iterator[Finding]:
    """A value beside a time to progression says how far apart its scans were (P493); no other value does (P494)."""
    for path, value in _comparisons(key, endpoint):
        place = protocol.place_of(f"{path}.scan_interval")
        if _is_seen_at_scans(endpoint):
            if value.scan_interval is None:
                yield Finding("P493", place, {"key": key})
        elif value.scan_interval is not None:
            yield Finding("P494", place, {"key": key, "found": str(value.scan_interval)})
        if value.scan_interval is not None and value.scan_interval.days is None:
            yield Finding("P495", place, {"found": str(value.scan_interval)})


def other_schedule(protocol: Protocol, value: HistoricalControl | SurvivalReference) -> bool:
    """Whether a comparison value was seen on another schedule than this trial's, in any phase of its calendar."""
    calendar = protocol.tumour.calendar
    if value.scan_interval is None or calendar is None:
        return False
    return any(phase.every.days != value.scan_interval.days for phase in calendar.phases)


def _comparisons(key: str, endpoint: Endpoint) -> Iterator[tuple[str, HistoricalControl | SurvivalReference]]:
    if endpoint.historical_control is not None:
        yield f"endpoints.{key}.historical_control", endpoint.historical_control
    if endpoint.test is not None and endpoint.test.reference is not None:
        yield f"endpoints.{key}.test.reference", endpoint.test.reference


def _is_seen_at_scans(endpoint: Endpoint) -> bool:
    """Whether the endpoint's times end at a progression."""
    by_kind = endpoint.kind in ("response_duration", "control_duration")
    return by_kind or (endpoint.kind == "survival" and "progression" in endpoint.events)
