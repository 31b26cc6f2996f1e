"""Does the schedule of visits hold together: names, anchors, rhythms, and windows that never overlap?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from onearm.errors import Finding, Severity
from onearm.protocol.model import Protocol
from onearm.protocol.schedule_parts import WITH_CATEGORY, WITH_TESTS, VisitSeries

_OF_COMPONENT = ("first_dose_of", "cycles_of")


def check_schedule(protocol: Protocol) -> list[Finding]:
    """Faults of the schedule. What it leaves open is a question, not a fault."""
    schedule = protocol.schedule
    found = [*_repeated(protocol, "activities"), *_repeated(protocol, "visits")]
    for index, activity in enumerate(schedule.activities):
        named = (("category", activity.category, WITH_CATEGORY), ("tests", activity.tests, WITH_TESTS))
        for field, value, tables in named:
            if value and activity.seen_in not in tables:
                table = activity.seen_in or "none"
                found.append(
                    _fault(
                        protocol,
                        "P598",
                        f"activities.{index}.{field}",
                        name=activity.id,
                        field=field,
                        table=table,
                        known=", ".join(tables),
                    )
                )
    for series in schedule.visits:
        path = f"visits.{series.id}"
        if series.id == "scans":
            # The scans of the calendar bear this name beside the visits.
            found.append(_fault(protocol, "P590", path, name=series.id, count=2))
        found += [*_anchor(protocol, series, path), *_rhythm(protocol, series, path), *_windows(protocol, series, path)]
        found += _unknown_activities(protocol, series.activities, f"{path}.activities")
    found += _unknown_activities(protocol, schedule.scans.activities, "scans.activities")
    used = {name for series in schedule.visits for name in series.activities} | set(schedule.scans.activities)
    for activity in schedule.activities:
        if activity.id not in used:
            found.append(_fault(protocol, "P597", f"activities.{activity.id}", "warning", name=activity.id))
    return found


def _fault(protocol: Protocol, code: str, path: str, severity: Severity = "error", /, **values: object) -> Finding:
    words = {key: str(value) for key, value in values.items()}
    return Finding(code, protocol.place_of(f"schedule.{path}"), words, severity)


def _repeated(protocol: Protocol, part: str) -> Iterator[Finding]:
    for name, count in Counter(item.id for item in getattr(protocol.schedule, part)).items():
        if count > 1:
            yield _fault(protocol, "P590", f"{part}.{name}", name=name, count=count)


def _unknown_activities(protocol: Protocol, names: tuple[str, ...], path: str) -> Iterator[Finding]:
    known = [activity.id for activity in protocol.schedule.activities]
    for name in names:
        if name not in known:
            yield _fault(protocol, "P591", path, found=name, known=", ".join(known) or "none")


def _anchor(protocol: Protocol, series: VisitSeries, path: str) -> Iterator[Finding]:
    components = [component.id for component in protocol.treatment.components]
    wants = series.anchor in _OF_COMPONENT
    if wants and series.component is None:
        yield _fault(protocol, "P592", f"{path}.component", anchor=series.anchor, found="none named")
    elif wants and series.component not in components:
        yield _fault(protocol, "P592", f"{path}.component", anchor=series.anchor, found=series.component)
    elif not wants and series.component is not None:
        yield _fault(protocol, "P593", f"{path}.component", anchor=series.anchor, field="component")


def _rhythm(protocol: Protocol, series: VisitSeries, path: str) -> Iterator[Finding]:
    if series.anchor == "cycles_of":
        for field, default in (("first_day", 0), ("every", None), ("until", None)):
            if getattr(series, field) != default:
                yield _fault(protocol, "P593", f"{path}.{field}", anchor=series.anchor, field=field)
        if not series.cycle_days or list(series.cycle_days) != sorted(set(series.cycle_days)):
            yield _fault(protocol, "P594", f"{path}.cycle_days", found=list(series.cycle_days) or "none")
        if series.cycles is not None and not 1 <= series.cycles[0] <= series.cycles[1]:
            yield _fault(protocol, "P599", f"{path}.cycles", found=list(series.cycles))
        if series.during == "study":
            yield _fault(protocol, "P593", f"{path}.during", anchor=series.anchor, field="during: study")
        yield from _days_in_cycle(protocol, series, path)
        return
    for field, absent in (("cycle_days", ()), ("cycles", None)):
        if getattr(series, field) != absent:
            yield _fault(protocol, "P593", f"{path}.{field}", anchor=series.anchor, field=field)
    if series.every is not None and series.every.days is None:
        yield _fault(protocol, "P595", f"{path}.every", found=series.every)
    if series.until is not None and series.every is None:
        yield _fault(protocol, "P600", f"{path}.until", found=series.until)


def _days_in_cycle(protocol: Protocol, series: VisitSeries, path: str) -> Iterator[Finding]:
    every = next((c.every for c in protocol.treatment.components if c.id == series.component), None)
    if every is not None and every.days is None:
        yield _fault(protocol, "P595", f"{path}.component", found=every)
    elif every is not None and every.days is not None and max(series.cycle_days, default=1) > every.days:
        yield _fault(protocol, "P601", f"{path}.cycle_days", found=max(series.cycle_days), every=every)


def _windows(protocol: Protocol, series: VisitSeries, path: str) -> Iterator[Finding]:
    """Two windows of one series may touch and never overlap, as planned; a dose given early is seen to elsewhere."""
    before, after = series.days_before, series.days_after
    gap = _shortest_gap(protocol, series)
    if before is not None and after is not None and gap is not None and before + after >= gap:
        yield _fault(protocol, "P596", f"{path}.days_before", before=before, after=after, gap=gap)


def _shortest_gap(protocol: Protocol, series: VisitSeries) -> int | None:
    """Fewest days between two planned visits of a series; None with one visit, or while the interval is open."""
    if series.anchor != "cycles_of":
        return series.every.days if series.every is not None else None
    every = next((c.every for c in protocol.treatment.components if c.id == series.component), None)
    days = sorted(set(series.cycle_days))
    gaps = [later - earlier for earlier, later in pairwise(days)]
    if every is not None and every.days is not None and days:
        gaps.append(every.days - days[-1] + days[0])
    return min((gap for gap in gaps if gap > 0), default=None)
