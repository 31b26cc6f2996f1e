"""The sense pass: what no single field can show, from references to exact error rates, all faults at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from onearm.errors import Finding, Severity
from onearm.protocol.analyses import may_split
from onearm.protocol.base import read_date, text_in
from onearm.protocol.check_calendar import check_calendar
from onearm.protocol.check_design import check_design
from onearm.protocol.check_dose_rules import check_dose_rules
from onearm.protocol.check_dosing import check_dosing
from onearm.protocol.check_eligibility import check_eligibility
from onearm.protocol.check_endpoints import check_endpoints
from onearm.protocol.check_quality import check_quality
from onearm.protocol.check_safety import check_safety
from onearm.protocol.check_schedule import check_schedule
from onearm.protocol.model import Protocol
from onearm.protocol.parts import Component
from onearm.protocol.paths import is_written, known_keys, leaves, nearest, part_at, path_exists, value_at
from onearm.protocol.questions import is_settled
from onearm.protocol.study import SIMULATED_PREFIX


def check_protocol(protocol: Protocol) -> list[Finding]:
    """Every fault and remark of a loaded protocol: errors first, then warnings, then notes."""
    found = [
        *_identity(protocol),
        *_population(protocol),
        *_treatment(protocol),
        *_criterion(protocol),
        *check_calendar(protocol),
        *check_endpoints(protocol),
        *check_design(protocol),
        *_subgroups(protocol),
        *check_safety(protocol),
        *check_quality(protocol),
        *_references(protocol),
        *check_dosing(protocol),
        *check_schedule(protocol),
        *check_eligibility(protocol),
        *check_dose_rules(protocol),
    ]
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def _fault(protocol: Protocol, code: str, path: str, severity: Severity = "error", /, **values: object) -> Finding:
    return Finding(code, protocol.place_of(path), {key: str(value) for key, value in values.items()}, severity)


def _identity(protocol: Protocol) -> Iterator[Finding]:
    identity = protocol.identity
    try:
        ZoneInfo(identity.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield _fault(protocol, "P454", "identity.time_zone", found=identity.time_zone)
    for study_id in identity.study_ids:
        if study_id.startswith(SIMULATED_PREFIX):
            yield _fault(protocol, "P456", "identity.study_ids", found=study_id)
    dates = [version.date for version in identity.versions]
    for index, version in enumerate(identity.versions):
        path = f"identity.versions.{index}"
        if index and version.date < dates[index - 1]:
            yield _fault(protocol, "P452", f"{path}.date", found=version.date, before=dates[index - 1])
        for centre, day in version.approved.items():
            if day < version.date:
                at = f"{path}.approved.{centre}"
                yield _fault(protocol, "P453", at, found=day, centre=centre, version=version.date)
    if identity.first_look is not None and dates and identity.first_look < min(dates):
        yield _fault(protocol, "P451", "identity.first_look", found=identity.first_look, first=min(dates))
    start, end = identity.study_start, identity.study_end
    if start is not None and end is not None and _before(end, start):
        yield _fault(protocol, "P455", "identity.study_end", found=end, start=start)


def _before(one: str, other: str) -> bool:
    """Whether a date surely comes before another, as far as both are known."""
    known = [(a, b) for a, b in zip(read_date(one), read_date(other), strict=True) if a is not None and b is not None]
    return [a for a, _ in known] < [b for _, b in known]


def _population(protocol: Protocol) -> Iterator[Finding]:
    criteria = (*protocol.population.criteria, *protocol.population.further_criteria)
    yield from _repeated(protocol, "population.criteria", [criterion.id for criterion in criteria])
    if not any(criterion.kind == "inclusion" for criterion in criteria):
        yield _fault(protocol, "P461", "population.criteria", "warning")
    for criterion in criteria:
        if criterion.at_least is not None and criterion.at_most is not None and criterion.at_least > criterion.at_most:
            at = f"population.criteria.{criterion.id}.at_least"
            yield _fault(protocol, "P462", at, found=criterion.at_least, at_most=criterion.at_most)


def _criterion(protocol: Protocol) -> Iterator[Finding]:
    tumour = protocol.tumour
    words = text_in(protocol.population.disease).lower()
    if "mrecist" in (tumour.criterion, *tumour.beside) and not any(w in words for w in ("hepat", "liver", "hcc")):
        at = "tumour.criterion" if tumour.criterion == "mrecist" else "tumour.beside"
        yield _fault(protocol, "P312", at, "warning")


def _treatment(protocol: Protocol) -> Iterator[Finding]:
    components = protocol.treatment.components
    yield from _repeated(protocol, "treatment.components", [component.id for component in components])
    for component in components:
        yield from _component(protocol, component, f"treatment.components.{component.id}")


def _component(protocol: Protocol, component: Component, path: str) -> Iterator[Finding]:
    for index, dose in enumerate(component.doses):
        if dose.amount is not None and dose.unit is None:
            yield _fault(protocol, "P421", f"{path}.doses.{index}", found=dose.amount)
        if dose.unit == "mg/kg" and dose.amount is not None and dose.amount > 100:
            yield _fault(protocol, "P422", f"{path}.doses.{index}.amount", "warning", found=dose.amount)
    if component.days_on is not None:
        first, last = component.days_on
        cycle = component.every.days if component.every is not None else None
        if not 1 <= first <= last or (cycle is not None and last > cycle):
            until = str(cycle) if cycle is not None else "the cycle's last day"
            yield _fault(protocol, "P423", f"{path}.days_on", first=first, last=last, until=until)


def _subgroups(protocol: Protocol) -> Iterator[Finding]:
    """An identifier or a date splits patients into ones of their own, not into groups."""
    for index, subgroup in enumerate(protocol.analyses.subgroups):
        if not may_split(subgroup.variable):
            yield _fault(protocol, "P496", f"analyses.subgroups.{index}.variable", found=subgroup.variable)


def _references(protocol: Protocol) -> Iterator[Finding]:
    for index, entry in enumerate(protocol.provenance):
        for path in entry.sets:
            if not _leads_somewhere(protocol, path):
                values = {"path": path, "hint": _nearest_path(path)}
                yield _fault(protocol, "P406", f"provenance.{index}.sets", "error", **values)
    for index, question in enumerate(protocol.open_questions):
        path = question.path
        at = f"open_questions.{index}.path"
        if not _leads_somewhere(protocol, path, open_too=True):
            yield _fault(protocol, "P407", at, path=path, hint=_nearest_path(path))
        elif is_settled(protocol, path):
            entry_of = protocol.provenance_of(path)
            if entry_of is None or entry_of.overlay is None:
                yield _fault(protocol, "P408", at, "warning", path=path)
    bare = [path for path, _ in leaves(protocol) if _wants_provenance(protocol, path)]
    if bare:
        yield _fault(protocol, "P481", bare[0], "note", count=len(bare), paths=", ".join(bare[:5]))


def _leads_somewhere(protocol: Protocol, path: str, *, open_too: bool = False) -> bool:
    """Whether the model knows the path and, along it, every key and list item is there."""
    if not path_exists(Protocol, path):
        return False
    steps = path.split(".")
    for end in range(1, len(steps)):
        above = value_at(protocol, ".".join(steps[:end]))
        if above is None:
            return open_too
        if isinstance(above, (dict, tuple)) and value_at(protocol, ".".join(steps[: end + 1])) is None:
            return False
    return True


def _nearest_path(path: str) -> str:
    steps = path.split(".")
    for end in range(len(steps) - 1, -1, -1):
        holder = part_at(Protocol, steps[:end])
        if holder is not None:
            known = [".".join([*steps[:end], key]) for key in known_keys(holder)]
            guess = nearest(path, known)
            return f"write {guess}" if guess else "known here: " + ", ".join(known)
    return "name a path of the protocol"


def _wants_provenance(protocol: Protocol, path: str) -> bool:
    top = path.split(".", maxsplit=1)[0]
    value = value_at(protocol, path)
    return (
        top in ("population", "treatment", "tumour", "endpoints", "sets", "procedures", "design")
        and value not in (None, (), "", {})
        and is_written(protocol, path)
        and protocol.provenance_of(path) is None
    )


def _repeated(protocol: Protocol, path: str, names: list[str]) -> Iterator[Finding]:
    for name, count in Counter(names).items():
        if count > 1:
            yield _fault(protocol, "P409", f"{path}.{name}", name=name, count=count)
