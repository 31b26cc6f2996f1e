"""The page of the protocol file and the overlay file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from page_makers.markdown import cell, code, limits, page

_DURATION = "a duration such as `9 weeks` or `24 months`"
_PATTERNS = {
    r"^([0-9]{1,4})\s*(day|week|month|year)s?$": _DURATION,
    r"^[a-z][a-z0-9_]*$": "a name such as `orr`",
    r"^[A-Za-z0-9][A-Za-z0-9-]*$": "a name such as `HAIC-1`",
    r"^[a-z0-9][a-z0-9-]*$": "a name such as `haic-conduct`",
}


def protocol_page() -> str:
    """Every field of a protocol file, part by part, and those of an overlay."""
    from onearm.protocol.schema import overlay_schema, protocol_schema

    lines = [
        "# Protocol file",
        "",
        "A protocol is one YAML file. `onearm schema` prints the JSON Schema behind this page, with which "
        "editors complete "
        "and check. A field that may be `unstated` stays an open question until it is filled; what hangs on it "
        "is refused. "
        "An unknown key is a fault. How a value is known stands under `provenance`.",
        "",
        "The options of `tumour.override` have [a page of their own](options.md).",
    ]
    lines += _parts(protocol_schema(), "The file", skip=("ResponseOptions", "IrecistOptions"))
    overlay = overlay_schema()
    lines += ["", "# Overlay file", "", "An overlay fills what a protocol leaves open; `--assume FILE` applies it."]
    lines += _parts(overlay, "The overlay", skip=())
    return page(lines)


def _parts(schema: dict[str, Any], heading: str, skip: Iterable[str]) -> list[str]:
    """The top part, then every part below it in the order in which one meets them."""
    definitions: dict[str, Any] = schema.get("$defs", {})
    lines = _part(heading, schema)
    waiting = _parts_named_in(schema["properties"])
    met: set[str] = set(skip)
    while waiting:
        name = waiting.pop(0)
        if name in met or "properties" not in definitions[name]:
            continue
        met.add(name)
        lines += _part(name, definitions[name])
        waiting = _parts_named_in(definitions[name]["properties"]) + waiting
    return lines


def _parts_named_in(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for item in node for name in _parts_named_in(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"].rpartition("/")[2]] if "$ref" in node else []
    return own + [name for item in node.values() for name in _parts_named_in(item)]


def _part(name: str, part: dict[str, Any]) -> list[str]:
    lines = ["", f"## {name}", ""]
    described = " ".join(part.get("description", "").replace("``", "`").split())
    lines += [described, ""] if described else []
    lines += ["| Field | Value | Needed | Meaning |", "| --- | --- | --- | --- |"]
    for field, node in part["properties"].items():
        needed = "yes" if field in part.get("required", ()) else ""
        meaning = " ".join(node.get("description", "").replace("``", "`").split())
        lines.append(f"| `{field}` | {_kind(node)} | {needed} | {cell(meaning)} |")
    return lines


def _kind(node: dict[str, Any]) -> str:
    """What a schema node takes, in a few words."""
    if _is_number(node):
        return limits(node)
    if "$ref" in node:
        return _link(node["$ref"].rpartition("/")[2])
    if "enum" in node:
        return " or ".join(code(value) for value in node["enum"])
    if "const" in node:
        return code(node["const"])
    if "anyOf" in node:
        return _choice_words([_kind(choice) for choice in node["anyOf"]])
    kind = node.get("type")
    if kind == "array":
        return _list_words(node)
    if kind == "object":
        below = node.get("additionalProperties") or next(iter(node.get("patternProperties", {}).values()), None)
        return f"keys, each with {_kind(below)}" if isinstance(below, dict) and below else "keys with values"
    if kind == "string" and "pattern" in node:
        return _PATTERNS.get(node["pattern"], "text like " + code(node["pattern"]))
    return {"string": "text", "boolean": "`true` or `false`"}.get(str(kind), "any value")


def _choice_words(kinds: list[str]) -> str:
    if kinds[:2] == ["number", "text"]:
        kinds.remove("text")
    if kinds[:2] == ["text", "keys, each with text"]:
        kinds[:2] = ["text, or one text a language"]
    return " or ".join(dict.fromkeys(kinds))


def _is_number(node: dict[str, Any]) -> bool:
    """A whole number, or a decimal, whose schema also allows text."""
    types = {choice.get("type") for choice in node.get("anyOf", ())}
    return node.get("type") in ("number", "integer") or types in ({"number"}, {"number", "string"})


def _list_words(node: dict[str, Any]) -> str:
    items = node.get("items") or node.get("prefixItems") or {}
    inner = [items] if isinstance(items, dict) else items
    return "list of " + " and ".join(dict.fromkeys(_kind(item) for item in inner))


def _link(name: str) -> str:
    page_of = "options.md" if name in ("ResponseOptions", "IrecistOptions") else f"#{name.lower()}"
    return f"[{name}]({page_of})"
