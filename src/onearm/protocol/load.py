"""Load a protocol: read, apply overlays, check shape and sense; every fault at once, or one frozen protocol."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from onearm.errors import Finding, Place, ProtocolError
from onearm.protocol.base import Part, Text
from onearm.protocol.check import check_protocol
from onearm.protocol.check_quality import read_questionnaire_files
from onearm.protocol.model import Protocol
from onearm.protocol.options import LATER_OPTIONS
from onearm.protocol.overlay import OverlayFile, apply_overlays, read_overlays, read_source
from onearm.protocol.profile import check_overrides, resolve_options
from onearm.protocol.shape import check_shape
from onearm.protocol.yaml_tree import Node, places_below, read_tree

_NOT_CONTENT = frozenset({"source_name", "digest"})


def load_protocol(path: str | Path, assume: Iterable[str | Path] = ()) -> Protocol:
    """The protocol of a file with its overlays applied; of alternative overlays only the first one given counts.

    ``assume`` are paths of overlay files, applied in order. Raises ProtocolError with every fault found.
    """
    return load_alternatives(path, assume)[0][1]


def load_alternatives(path: str | Path, assume: Iterable[str | Path] = ()) -> list[tuple[str, Protocol]]:
    """The protocol under each alternative that the overlays offer, with the overlay's name; the first is the main one.

    Without alternatives one protocol under its own ``identity.id``. Raises ProtocolError with every fault found.
    """
    source = Path(path)
    overlays, findings = read_overlays([Path(entry) for entry in assume])
    tree, faults = read_source(source)
    findings += faults
    if tree is None:
        raise ProtocolError(findings)
    named: list[tuple[str, Protocol]] = []
    for name, chosen in _alternatives(overlays):
        fresh = tree if not named else read_source(source)[0]
        protocol, faults = _assemble(fresh or tree, chosen, source.name, source.parent, sense=not findings)
        findings += [fault for fault in faults if fault not in findings]
        if protocol is not None:
            named.append((name or protocol.identity.id, protocol))
    if findings:
        raise ProtocolError(findings)
    return named


def load_protocol_text(text: str | bytes, name: str = "protocol.yaml") -> Protocol:
    """The protocol of a text instead of a file; ``name`` stands in its findings. Raises ProtocolError."""
    tree, findings = read_tree(text, name)
    if tree is None:
        raise ProtocolError(findings)
    protocol, faults = _assemble(tree, [], name, None, sense=not findings)
    if protocol is None or findings:
        raise ProtocolError([*findings, *faults])
    return protocol


def _assemble(
    tree: Node, overlays: list[OverlayFile], name: str, folder: Path | None, *, sense: bool
) -> tuple[Protocol | None, list[Finding]]:
    """The protocol, or its faults; a file whose form is already at fault is not judged for sense."""
    if "onearm" not in tree.entries and "onearm_overlay" in tree.entries:
        return None, [Finding("A109", Place(name, 1), {"found": "an overlay", "wanted": "a protocol"})]
    findings = _written_by_hand(tree)
    findings += apply_overlays(tree, overlays)
    made, faults = check_shape(Protocol, tree, tree.plain())
    findings += [*faults, *(fault for fault in check_overrides(tree) if fault.place not in {f.place for f in faults})]
    if not isinstance(made, Protocol):
        return None, findings
    options, faults = resolve_options(made.tumour, tree)
    findings += faults
    maps, faults = read_questionnaire_files(made.quality_of_life, folder, dict(places_below(tree)))
    findings += faults
    protocol = made.model_copy(
        update={
            "response_options": options,
            "source_name": name,
            "overlays": tuple(file.overlay.name for file in overlays),
            "headings": _headings(overlays),
            "questionnaire_files": maps,
        }
    )
    protocol = protocol.model_copy(update={"digest": protocol_digest(protocol)})
    protocol._places.update(places_below(tree))
    if sense and not faults:
        findings += [fault for fault in check_protocol(protocol) if fault.severity == "error"]
    return (None if findings else protocol), findings


def _written_by_hand(tree: Node) -> list[Finding]:
    """Keys that the loader fills and no file may write."""
    filled = ("response_options", "source_name", "digest", "overlays", "headings", "questionnaire_files")
    findings = []
    for key in filled:
        if key in tree.entries:
            at = tree.key_places[key]
            values = {"key": key, "hint": "remove it: onearm fills it in", "known": ""}
            findings.append(Finding("P201", Place(at.file, at.line, at.column, key), values))
            del tree.entries[key]
    return findings


def _headings(overlays: list[OverlayFile]) -> tuple[Text, ...]:
    headings: list[Text] = []
    for file in overlays:
        if file.overlay.heading not in headings:
            headings.append(file.overlay.heading)
    return tuple(headings)


def _alternatives(overlays: list[OverlayFile]) -> list[tuple[str, list[OverlayFile]]]:
    """Every choice of one overlay from each group of alternatives, in the order given."""
    groups: dict[str, list[OverlayFile]] = {}
    for file in overlays:
        if file.overlay.alternatives is not None:
            groups.setdefault(file.overlay.alternatives, []).append(file)
    choices = []
    for chosen in itertools.product(*groups.values()):
        kept = [file for file in overlays if file.overlay.alternatives is None or file in chosen]
        choices.append((" + ".join(file.overlay.name for file in chosen), kept))
    return choices


def protocol_digest(protocol: Protocol) -> str:
    """SHA-256 of the whole content: comments, key order, file name and trailing zeros make no difference."""
    content = _content(protocol)
    for name in _NOT_CONTENT:
        content.pop(name, None)
    options = protocol.response_options
    if options is not None:
        # An option that came later and that nobody wrote leaves the digest of an older protocol as it was.
        for name in LATER_OPTIONS - options.model_fields_set:
            del content["response_options"][name]
    text = json.dumps(_canonical(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _content(value: Any) -> Any:
    """What a part says, without the fields that came later and stand at their default: a protocol that uses none keeps
    the digest that decisions on record quote.
    """
    if isinstance(value, Part):
        kinds = type(value).model_fields
        written = {name: getattr(value, name) for name in kinds}
        kept = {
            name: found
            for name, found in written.items()
            if name not in value.later_fields or found != kinds[name].get_default(call_default_factory=True)
        }
        return {name: _content(found) for name, found in kept.items()}
    if isinstance(value, dict):
        return {key: _content(below) for key, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [_content(below) for below in value]
    return value


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _canonical(below) for key, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(below) for below in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value if isinstance(value, bool) or value is None else str(value)
