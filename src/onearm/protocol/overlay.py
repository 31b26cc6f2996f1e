"""Overlays: named files of assumptions that fill what a trial's source leaves open, and never contradict it unsaid."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from onearm.errors import Finding, Place
from onearm.protocol.base import UNSTATED, Part, Text
from onearm.protocol.model import Protocol
from onearm.protocol.paths import known_keys, nearest, part_at, path_exists
from onearm.protocol.profile import profile_names, profile_options
from onearm.protocol.shape import check_shape, show
from onearm.protocol.yaml_tree import Node, node_of, read_tree

_FIXED = ("onearm", "identity.id", "identity.study_ids", "provenance", "open_questions", "overlays", "response_options")


class Departure(Part):
    """A value that contradicts the source on purpose."""

    set: str
    """Dotted path."""
    to: Any
    why: str


class Overlay(Part):
    """One file of assumptions for one trial."""

    onearm_overlay: Literal[1]
    """Version of this file format."""
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Text
    heading: Text
    """What every report made with it says at its head."""
    who: str
    """Who assumes it."""
    why: str
    for_trial: Annotated[str, Field(alias="for")]
    """``identity.id`` of the protocol that it is for."""
    extends: str | tuple[str, ...] | None = None
    """An overlay of the same folder that is applied before this one, or several, in order."""
    alternatives: str | None = None
    """Overlays of one group are alternatives to each other: the first one given drives the report."""
    assume: dict[str, Any] = Field(default_factory=dict)
    """Value for each dotted path that the protocol leaves open."""
    departs: tuple[Departure, ...] = ()


@dataclass(frozen=True)
class OverlayFile:
    """An overlay as read, with the places of its lines."""

    overlay: Overlay
    tree: Node
    path: Path


def read_overlays(paths: list[Path]) -> tuple[list[OverlayFile], list[Finding]]:
    """The overlays in the order of application, those they extend before them, each file once; and every fault."""
    ordered: dict[Path, OverlayFile] = {}
    findings: list[Finding] = []
    for path in paths:
        _read_with_bases(path, (), ordered, findings)
    return list(ordered.values()), findings


def _read_with_bases(
    path: Path, below: tuple[Path, ...], ordered: dict[Path, OverlayFile], findings: list[Finding]
) -> None:
    key = path.resolve()
    if key in ordered:
        return
    tree, faults = read_source(path)
    findings += faults
    if tree is None:
        return
    if "onearm_overlay" not in tree.entries and "onearm" in tree.entries:
        findings.append(Finding("A109", Place(path.name, 1), {"found": "a protocol", "wanted": "an overlay"}))
        return
    overlay, faults = check_shape(Overlay, tree, tree.plain())
    findings += faults
    if not isinstance(overlay, Overlay):
        return
    for name in bases_of(overlay):
        at = _at(tree, "extends")
        base = path.parent / name
        if Path(name).name != name:
            findings.append(Finding("A108", at, {"found": name}))
        elif base.resolve() in (*below, key):
            chain = " → ".join(step.name for step in (*below, key, base.resolve()))
            findings.append(Finding("A106", at, {"chain": chain}))
        elif not base.is_file():
            findings.append(Finding("A105", at, {"found": name}))
        else:
            _read_with_bases(base, (*below, key), ordered, findings)
    ordered[key] = OverlayFile(overlay, tree, path)


def bases_of(overlay: Overlay) -> tuple[str, ...]:
    """The overlays that are applied before this one, in order."""
    if overlay.extends is None:
        return ()
    return (overlay.extends,) if isinstance(overlay.extends, str) else overlay.extends


def read_source(path: Path) -> tuple[Node | None, list[Finding]]:
    """The tree of a file on disk, with every fault of its form."""
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return None, [Finding("P101", Place(path.name), {"reason": str(reason)})]
    return read_tree(content, path.name)


def apply_overlays(tree: Node, overlays: list[OverlayFile]) -> list[Finding]:
    """Put the assumptions of each overlay into a protocol's tree, in order; returns every fault."""
    findings: list[Finding] = []
    brought: dict[str, str] = {}
    for file in overlays:
        findings += _apply(tree, file, brought)
    return findings


def _apply(tree: Node, file: OverlayFile, brought: dict[str, str]) -> list[Finding]:
    overlay = file.overlay
    trial = tree.child("identity")
    identity = trial.child("id") if trial is not None else None
    if identity is not None and identity.value != overlay.for_trial:
        values = {"found": overlay.for_trial, "trial": str(identity.value)}
        return [Finding("A101", _at(file.tree, "for"), values)]
    findings = []
    filled = []
    assumed = file.tree.child("assume")
    for path, place, value in assumed.steps() if assumed is not None else ():
        fault = _fill(tree, path, value, place, overlay, brought)
        findings += [fault] if fault is not None else []
        filled += [path] if fault is None and brought.get(path) == overlay.name else []
    if filled:
        _add_provenance(tree, filled, overlay, overlay.why, departs=False)
    departures = file.tree.child("departs")
    for departure, item in zip(overlay.departs, departures.items if departures is not None else (), strict=False):
        fault = _depart(tree, departure, item, overlay, brought)
        if fault is not None:
            findings.append(fault)
        else:
            _add_provenance(tree, [departure.set], overlay, departure.why, departs=True)
    return findings


def _fill(
    tree: Node, path: str, value: Node, place: Place, overlay: Overlay, brought: dict[str, str]
) -> Finding | None:
    at = Place(place.file, place.line, place.column, path)
    fault = _unsettable(path, at)
    if fault is not None:
        return fault
    current = _current(tree, path, brought)
    if current is not None:
        if current.plain() == value.plain():
            return None
        by = f"overlay {brought[path]}" if path in brought else "the protocol"
        values = {"path": path, "found": show(value.plain()), "current": show(current.plain()), "by": by}
        return Finding("A102", at, values)
    return _put(tree, path, value, at, overlay, brought)


def _depart(tree: Node, departure: Departure, item: Node, overlay: Overlay, brought: dict[str, str]) -> Finding | None:
    path = departure.set
    at = Place(item.place.file, item.place.line, item.place.column, path)
    fault = _unsettable(path, at)
    if fault is not None:
        return fault
    current = _current(tree, path, brought)
    value = item.entries["to"]
    if current is None or current.plain() == value.plain():
        return Finding("A103", at, {"path": path, "found": "open" if current is None else show(current.plain())})
    return _put(tree, path, value, at, overlay, brought)


def _unsettable(path: str, at: Place) -> Finding | None:
    if path in _FIXED or path.split(".", maxsplit=1)[0] in _FIXED:
        return Finding("A110", at, {"path": path})
    if path_exists(Protocol, path):
        return None
    steps = path.split(".")
    known: list[str] = []
    for end in range(len(steps) - 1, -1, -1):
        holder = part_at(Protocol, steps[:end])
        if holder is not None:
            known = [".".join([*steps[:end], key]) for key in known_keys(holder)]
            break
    guess = nearest(path, known)
    hint = f"write {guess}" if guess else "known here: " + ", ".join(known)
    return Finding("A104", at, {"path": path, "hint": hint})


def _current(tree: Node, path: str, brought: dict[str, str]) -> Node | None:
    """What the protocol says at a path, or None while it is open."""
    here: Node | None = tree
    for step in path.split("."):
        here = here.child(step) if here is not None else None
    if here is not None and not (here.kind == "scalar" and here.value in (None, UNSTATED)):
        return here
    if path.startswith("tumour.override.") and "tumour.profile" not in brought:
        return _from_profile(tree, path.removeprefix("tumour.override."))
    return None


def _from_profile(tree: Node, option: str) -> Node | None:
    """What the source's own profile says of an option: an overlay that says otherwise contradicts it."""
    tumour = tree.child("tumour")
    profile = tumour.child("profile") if tumour is not None else None
    if profile is None or profile.value not in profile_names():
        return None
    options = profile_options(str(profile.value))
    return node_of(options[option], profile.place) if option in options else None


def _put(tree: Node, path: str, value: Node, at: Place, overlay: Overlay, brought: dict[str, str]) -> Finding | None:
    *above, last = path.split(".")
    here = tree
    for index, step in enumerate(above):
        below = here.child(step)
        if below is None and here.kind == "mapping":
            below = Node(at, "mapping")
            here.entries[step], here.key_places[step] = below, at
        if below is None or below.kind == "scalar":
            values = {"path": path, "above": ".".join(above[: index + 1])}
            return Finding("A107", at, values)
        here = below
    if here.kind != "mapping":
        return Finding("A107", at, {"path": path, "above": ".".join(above)})
    here.entries[last], here.key_places[last] = copy.deepcopy(value), at
    brought[path] = overlay.name
    return None


def _add_provenance(tree: Node, paths: list[str], overlay: Overlay, why: str, *, departs: bool) -> None:
    entry = {"sets": paths, "assumed": why, "who": overlay.who, "overlay": overlay.name, "departs": departs}
    listed = tree.child("provenance")
    if listed is None or listed.kind != "list":
        listed = Node(tree.place, "list")
        tree.entries["provenance"], tree.key_places["provenance"] = listed, tree.place
    listed.items.append(node_of(entry, tree.place))


def _at(tree: Node, key: str) -> Place:
    place = tree.key_places.get(key, tree.place)
    return Place(place.file, place.line, place.column, key)
