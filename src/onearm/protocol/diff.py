"""What changed from one version of a protocol to another, in plain words, each change classed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from onearm.protocol.model import Protocol
from onearm.protocol.paths import FILLED_BY_LOADER, leaves, value_at
from onearm.protocol.show import value_text

ChangeKind = Literal["design", "eligibility", "dosing", "schedule", "response", "endpoint", "wording"]

_BOOKKEEPING = FILLED_BY_LOADER | {"provenance", "open_questions", "onearm"}
_WORDS = frozenset({"text", "name", "title", "purpose", "background", "summary", "disease", "null_source", "source"})
_BY_PART: dict[str, ChangeKind] = {
    "design": "design",
    "sets": "design",
    "conventions": "design",
    "population": "eligibility",
    "treatment": "dosing",
    "tumour": "response",
    "response_options": "response",
    "procedures": "response",
    "endpoints": "endpoint",
}
_LISTS = ("population.criteria", "treatment.components", "endpoints")
_NAMES = {
    "design.n1": "size of stage one",
    "design.n": "total size",
    "design.futility_stop": "futility boundary of stage one",
    "design.efficacy_stop": "efficacy boundary of stage one",
    "design.success": "success boundary",
    "design.p0": "rate not worth pursuing (p0)",
    "design.p1": "rate hoped for (p1)",
    "sets.primary": "primary analysis set",
    "tumour.criterion": "response criterion",
    "tumour.profile": "profile of response options",
    "tumour.calendar": "scan calendar",
    "response_options.confirmation": "confirmation of response",
}


@dataclass(frozen=True)
class Change:
    """One difference between two versions; ``before`` or ``after`` is None where an entry is new or gone."""

    path: str
    before: str | None
    after: str | None
    kind: ChangeKind
    after_first_look: bool
    """A change of criterion, response option, boundary, endpoint or primary set after outcome data were seen."""
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """The change as ``--json`` gives it."""
        return asdict(self)


def diff_protocols(a: Protocol, b: Protocol) -> list[Change]:
    """Every change from ``a`` to ``b`` that the model holds; provenance and questions are no part of the rules.

    A change counts as after the first look when the newest version of ``b`` is dated on or after
    ``identity.first_look``, or bears no date that would show otherwise.
    """
    look = b.identity.first_look or a.identity.first_look
    seen = look is not None and _newest(b, look) >= look
    changes = []
    for path, before, after in _differences(a, b):
        kind = change_kind(path)
        flagged = seen and _is_guarded(path, kind)
        sentence = _sentence(path, before, after)
        if flagged:
            sentence += f" Outcome data were first looked at on {look}: this change comes after."
        changes.append(Change(path, before, after, kind, flagged, sentence))
    return changes


def change_kind(path: str) -> ChangeKind:
    """The class of a change by its path."""
    top, *_, last = path.split(".")
    if last in _WORDS:
        return "wording"
    if path.startswith("tumour.calendar") or path == "identity.time_zone":
        return "schedule"
    return _BY_PART.get(top, "wording")


def _is_guarded(path: str, kind: ChangeKind) -> bool:
    return kind in ("response", "endpoint") or path == "sets.primary" or path.startswith("design.")


def _newest(protocol: Protocol, otherwise: dt.date) -> dt.date:
    return max((version.date for version in protocol.identity.versions), default=otherwise)


def _differences(a: Protocol, b: Protocol) -> Iterator[tuple[str, str | None, str | None]]:
    whole: set[str] = set()
    for listed in _LISTS:
        for key in [*_keys(a, listed), *_keys(b, listed)]:
            path = f"{listed}.{key}"
            old, new = value_at(a, path), value_at(b, path)
            if (old is None) != (new is None) and path not in whole:
                whole.add(path)
                yield path, None if old is None else value_text(old), None if new is None else value_text(new)
    both_derive = a.response_options is not None and b.response_options is not None
    before, after = dict(_content(a, both_derive)), dict(_content(b, both_derive))
    for path in [*before, *(path for path in after if path not in before)]:
        if before.get(path) == after.get(path) or any(path.startswith(f"{item}.") for item in whole):
            continue
        yield path, _text(before, path), _text(after, path)


def _content(protocol: Protocol, with_options: bool) -> Iterator[tuple[str, Any]]:
    for path, value in leaves(protocol):
        if path.split(".")[0] in _BOOKKEEPING or (with_options and path.startswith("tumour.override")):
            continue
        yield path, value
    if with_options:
        for path, value in leaves(protocol.response_options):
            yield f"response_options.{path}", value


def _keys(protocol: Protocol, listed: str) -> list[str]:
    holder = value_at(protocol, listed)
    return list(holder) if isinstance(holder, dict) else [item.id for item in holder]


def _text(content: dict[str, Any], path: str) -> str | None:
    if path not in content:
        return None
    return "not given" if content[path] is None else value_text(content[path])


def _sentence(path: str, before: str | None, after: str | None) -> str:
    name = _NAMES.get(path) or path.replace("_", " ").replace(".", ", ")
    name = name[0].upper() + name[1:]
    if before is None:
        return f"{name}: new, {after}."
    if after is None:
        return f"{name}: removed; it was {before}."
    return f"{name}: was {before}, becomes {after}."
