"""A YAML file as a tree in which every key and value knows its line and column.

Scalars are read by the core schema of YAML 1.2, with decimals kept exact: ``yes`` is a word, ``0.25`` is the
decimal 0.25. Anchors, aliases, tags and merge keys are refused, so a small file cannot grow into a large one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from onearm.errors import Finding, Place

MAX_BYTES = 1_000_000
MAX_DEPTH = 24

_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS = {
    "": None,
    **dict.fromkeys(("null", "Null", "NULL", "~")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass
class Node:
    """One value with its place: a mapping (``entries``), a list (``items``) or a single value."""

    place: Place
    kind: str
    """``mapping``, ``list`` or ``scalar``."""
    value: Any = None
    entries: dict[str, Node] = field(default_factory=dict)
    key_places: dict[str, Place] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)

    def plain(self) -> Any:
        """The value as dicts, lists and single values."""
        if self.kind == "mapping":
            return {key: node.plain() for key, node in self.entries.items()}
        return [node.plain() for node in self.items] if self.kind == "list" else self.value

    def child(self, step: str | int) -> Node | None:
        """The value below: of a key; of a list's item by its index or by the ``id`` that it carries."""
        if self.kind == "mapping":
            return self.entries.get(str(step))
        if self.kind != "list":
            return None
        if isinstance(step, int) or step.isdecimal():
            return self.items[int(step)] if int(step) < len(self.items) else None
        return next((item for item in self.items if item.identifier == step), None)

    @property
    def identifier(self) -> str:
        """The ``id`` of a list's item, or the empty text."""
        named = self.entries.get("id")
        return named.value if named is not None and isinstance(named.value, str) else ""

    def steps(self) -> Iterator[tuple[str, Place, Node]]:
        """Every value directly below: its step in a dotted path, the place of its key, the value."""
        for key, node in self.entries.items():
            yield key, self.key_places[key], node
        for index, node in enumerate(self.items):
            yield node.identifier or str(index), node.place, node


def places_below(node: Node, prefix: str = "") -> Iterator[tuple[str, Place]]:
    """Dotted path and place of everything in a tree."""
    for step, place, below in node.steps():
        path = f"{prefix}{step}"
        yield path, place
        yield from places_below(below, f"{path}.")


def node_of(value: Any, place: Place) -> Node:
    """A tree of plain values that all stand at one place."""
    if isinstance(value, dict):
        entries = {str(key): node_of(below, place) for key, below in value.items()}
        return Node(place, "mapping", entries=entries, key_places=dict.fromkeys(entries, place))
    if isinstance(value, list):
        return Node(place, "list", items=[node_of(below, place) for below in value])
    return Node(place, "scalar", value)


def read_tree(content: bytes | str, name: str) -> tuple[Node | None, list[Finding]]:
    """The tree of one YAML document, with every fault of its form; None when there is no tree to go on with."""
    if len(content) > MAX_BYTES:
        return None, [Finding("P102", Place(name), {"found": f"{len(content):,}"})]
    if isinstance(content, bytes):
        try:
            content = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            return None, [Finding("P103", Place(name, line), {"found": f"0x{error.object[error.start]:02x}"})]
    return _Builder(content, name).build()


class _Builder:
    """Turns the parser's events into nodes without recursion."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.findings: list[Finding] = []
        self.root: Node | None = None
        self.stack: list[Node] = []
        self.keys: list[tuple[str, Place] | None] = []

    def build(self) -> tuple[Node | None, list[Finding]]:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        try:
            for event in YAML(typ="safe", pure=True).parse(self.text):
                if not self._take(event):
                    return None, self.findings
        except YAMLError as error:
            return None, [*self.findings, self._form_fault(error)]
        except (ValueError, IndexError, OverflowError) as error:
            # A malformed directive or escape can break the parser itself: still a fault of the file's form.
            return None, [*self.findings, Finding("P104", Place(self.name), {"found": str(error)})]
        if self.root is None or self.root.kind != "mapping":
            self.findings.append(Finding("P108", Place(self.name, 1)))
            return None, self.findings
        return self.root, self.findings

    def _take(self, event: Any) -> bool:
        kind = type(event).__name__
        place = self._place(event.start_mark)
        if kind == "DocumentStartEvent" and self.root is not None:
            self.findings.append(Finding("P109", place))
            return False
        if kind == "AliasEvent" or getattr(event, "anchor", None) or _written_tag(event):
            self.findings.append(Finding("P107", place))
            if kind == "AliasEvent":
                self._put(Node(place, "scalar", None))
                return True
        if kind == "ScalarEvent":
            plain = event.style is None or event.style == ""
            if self._awaits_key():
                self._key(event.value, place)
            else:
                self._put(Node(place, "scalar", _single_value(event.value) if plain else event.value))
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(self.stack) >= MAX_DEPTH or self._awaits_key():
                self.findings.append(Finding("P110" if len(self.stack) >= MAX_DEPTH else "P111", place))
                return False
            node = Node(place, "mapping" if kind.startswith("Mapping") else "list")
            self._put(node)
            self.stack.append(node)
            self.keys.append(None)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.stack.pop()
            self.keys.pop()
        return True

    def _awaits_key(self) -> bool:
        return bool(self.stack) and self.stack[-1].kind == "mapping" and self.keys[-1] is None

    def _key(self, key: str, place: Place) -> None:
        first = self.stack[-1].key_places.get(key)
        if first is not None:
            self.findings.append(Finding("P106", place, {"key": key, "first": str(first.line)}))
        self.keys[-1] = (key, place)

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        above = self.stack[-1]
        if above.kind == "list":
            above.items.append(node)
            return
        waiting = self.keys[-1]
        if waiting is None:
            self.keys[-1] = ("", node.place)  # an alias as a key, already a finding
            return
        above.entries[waiting[0]] = node
        above.key_places[waiting[0]] = waiting[1]
        self.keys[-1] = None

    def _place(self, mark: Any) -> Place:
        return Place(self.name, mark.line + 1, mark.column + 1)

    def _form_fault(self, error: Exception) -> Finding:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        if mark is None:
            return Finding("P104", Place(self.name), {"found": str(problem)})
        lines = self.text.splitlines()
        line = lines[mark.line] if mark.line < len(lines) else ""
        code = "P105" if "\t" in line[: mark.column + 1] else "P104"
        return Finding(code, self._place(mark), {"found": str(problem)})


def _written_tag(event: Any) -> bool:
    tag = getattr(event, "ctag", None) or getattr(event, "tag", None)
    return tag is not None and str(tag) != "!"


def _single_value(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text
