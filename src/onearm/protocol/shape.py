"""The shape pass: what the model refuses, turned into findings with line, column and mend, all at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from onearm.errors import Finding, Place
from onearm.protocol.base import UNSTATED, DateError, DurationError, NumberError, may_be_open
from onearm.protocol.paths import kind_at, known_keys, nearest, part_at
from onearm.protocol.yaml_tree import Node

_CHOICE = re.compile(r"'([^']*)'|(\d+)")
_UNITS = {"w": "weeks", "d": "days", "m": "months", "y": "years"}
_WANTED = {
    "int": "a whole number",
    "decimal": "a number",
    "string": "text",
    "bool": "true or false",
    "tuple": "a list",
    "list": "a list",
    "dict": "keys with values",
    "model": "keys with values",
    "date": "a date, year-month-day",
}


def check_shape(model: type[BaseModel], tree: Node, content: Any) -> tuple[BaseModel | None, list[Finding]]:
    """The model made of a file's content, or every fault of its shape."""
    findings = list(_blanks(tree))
    try:
        made = model.model_validate(content)
    except ValidationError as error:
        faults = shape_findings(model, tree, error)
        named = {fault.place.path for fault in faults}
        return None, [blank for blank in findings if blank.place.path not in named] + faults
    findings += _words_unstated(model, tree)
    return (None if findings else made), findings


def shape_findings(model: type[BaseModel], tree: Node, error: ValidationError) -> list[Finding]:
    """One finding for each fault, at the deepest place of the file that it concerns."""
    found: dict[tuple[str, str], Finding] = {}
    for fault in error.errors(include_url=False):
        node, steps, path, place = _locate(tree, fault["loc"], fault["type"] == "missing")
        if fault["type"] != "extra_forbidden" and node is not None and node.kind == "scalar" and node.value is None:
            continue  # a blank, which has its own finding
        finding = _finding(model, fault, steps, Place(place.file, place.line, place.column, path))
        found.setdefault((path, "missing" if fault["type"] == "missing" else "value"), finding)
    return list(found.values())


def _locate(tree: Node, loc: tuple[int | str, ...], missing: bool) -> tuple[Node | None, list[str], str, Place]:
    """The node that a fault concerns; names of a union's branches in ``loc`` lead nowhere and are passed over."""
    node, place = tree, tree.place
    steps: list[str] = []
    names: list[str] = []
    for index, step in enumerate(loc):
        below = node.child(step)
        if below is None:
            if missing and index == len(loc) - 1:
                return None, [*steps, str(step)], ".".join([*names, str(step)]), place
            continue
        place = node.key_places.get(str(step), below.place) if below.kind != "scalar" else below.place
        names.append((below.identifier if node.kind == "list" else "") or str(step))
        steps.append(str(step))
        node = below
    return node, steps, ".".join(names), place


def _finding(model: type[BaseModel], fault: Any, steps: list[str], place: Place) -> Finding:
    kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(model, steps, place)
    if kind == "missing":
        return Finding("P202", place, {"key": steps[-1]})
    if given == UNSTATED:
        return Finding("P213", place)
    if kind == "literal_error":
        return wrong_choice(given, [a or b for a, b in _CHOICE.findall(context["expected"])], place)
    if kind == "value_error":
        return _refused_by_the_model(given, context["error"], place)
    code, values = _plain_fault(kind, given, context, fault["msg"])
    return Finding(code, place, {"found": show(given), **values})


def _refused_by_the_model(given: Any, cause: Exception, place: Place) -> Finding:
    """What a validator of the model raised, by the kind of its error."""
    if isinstance(cause, DurationError):
        return Finding("P206", place, {"found": show(given), "mend": _duration_mend(str(given))})
    if isinstance(cause, DateError):
        return Finding("P207", place, {"found": show(given), "reason": str(cause)})
    if isinstance(cause, NumberError):
        return Finding(_number_code(given), place, {"found": show(given), "expected": "a number"})
    return Finding("P212", place, {"reason": str(cause)})


def _plain_fault(kind: str, given: Any, context: dict[str, Any], message: str) -> tuple[str, dict[str, str]]:
    """Code and words of a fault of type or range."""
    if kind.startswith(("int_", "decimal_type", "decimal_parsing")):
        return _number_code(given), {"expected": "a whole number" if kind.startswith("int_") else "a number"}
    if kind == "string_pattern_mismatch":
        return "P211", {}
    if kind in ("too_short", "too_long"):
        return "P210", {"reason": _length(context)}
    if kind.startswith(("greater_than", "less_than", "decimal_", "finite")):
        return "P205", {"reason": _bound(message)}
    return "P204", {"expected": next((words for word, words in _WANTED.items() if kind.startswith(word)), message)}


def _number_code(given: Any) -> str:
    return "P208" if _looks_like_number(given) else "P204"


def _unknown_key(model: type[BaseModel], steps: list[str], place: Place) -> Finding:
    holder = part_at(model, steps[:-1])
    known = known_keys(holder) if holder is not None else []
    guess = nearest(steps[-1], known)
    hint = f"write {guess}" if guess else "remove it; known here: " + ", ".join(known)
    if steps[-1].isdecimal():
        hint = f"write numbers without a comma: 1200, not 1,200; a comma began the key {steps[-1]} here"
    return Finding("P201", place, {"key": steps[-1], "hint": hint, "known": ", ".join(known)})


def wrong_choice(given: Any, allowed: Iterable[str], place: Place) -> Finding:
    """A value that is none of the allowed words; ``true`` for ``yes`` has a finding of its own."""
    choices = list(allowed)
    listed = ", ".join(choices)
    if isinstance(given, bool) and "yes" in choices:
        word = "yes" if given else "no"
        return Finding("P209", place, {"found": show(given), "word": word, "allowed": listed})
    guess = nearest(given, choices) if isinstance(given, str) else ""
    hint = f"write {guess}" if guess else f"write one of: {listed}"
    return Finding("P203", place, {"found": show(given), "allowed": listed, "hint": hint})


def show(value: Any) -> str:
    """A value as a finding quotes it, cut at 60 characters."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, dict):
        text = "keys with values"
    elif isinstance(value, (list, tuple)):
        text = f"a list of {len(value)}"
    else:
        text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _bound(message: str) -> str:
    return message.replace("Input should be ", "").replace("Decimal input should have ", "")


def _length(context: dict[str, Any]) -> str:
    if "max_length" in context:
        return f"{context['max_length']} at most"
    return f"{context['min_length']} at least" if "min_length" in context else "too few"


def _looks_like_number(given: Any) -> bool:
    return isinstance(given, str) and re.match(r"\s*[<>~≈]?\s*[0-9]", given) is not None


def _duration_mend(text: str) -> str:
    match = re.match(r"\s*(\d+)\s*-?\s*([a-zA-Z]?)", text)
    unit = _UNITS.get(match[2].lower()) if match is not None else None
    return f"write '{match[1]} {unit}'" if match is not None and unit else "write, for example, '9 weeks'"


def _blanks(tree: Node, prefix: str = "") -> Iterable[Finding]:
    for step, place, below in tree.steps():
        if below.kind == "scalar" and below.value is None:
            yield Finding("P215", Place(place.file, place.line, place.column, f"{prefix}{step}"))
        yield from _blanks(below, f"{prefix}{step}.")


def _words_unstated(model: type[BaseModel], tree: Node) -> list[Finding]:
    """``unstated`` where the model would take it for a text."""
    faults: list[Finding] = []

    def walk(node: Node, steps: list[str], path: list[str]) -> None:
        for index, (step, place, below) in enumerate(node.steps()):
            key = step if node.kind == "mapping" else str(index)
            if below.kind != "scalar":
                walk(below, [*steps, key], [*path, step])
            elif below.value == UNSTATED:
                holder = part_at(model, steps) if kind_at(model, steps) is not None or not steps else None
                if holder is None or not may_be_open(holder, key):
                    faults.append(Finding("P213", Place(place.file, place.line, place.column, ".".join([*path, step]))))

    walk(tree, [], [])
    return faults
