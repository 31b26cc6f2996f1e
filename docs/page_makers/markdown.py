"""Small pieces of Markdown that the pages share."""

from __future__ import annotations

import re
from typing import Any

GENERATED = "<!-- Made by docs/generate.py from the code. Do not edit: run `make fix`. -->"


def page(lines: list[str]) -> str:
    """A whole page, with the remark that it is made."""
    return "\n".join([GENERATED, "", *lines]) + "\n"


def code(value: object) -> str:
    """A value as code, safe inside a table."""
    return f"`{plain(value)}`".replace("|", "\\|")


def plain(value: object) -> str:
    """A value as a protocol file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def cell(text: str) -> str:
    """Text inside a table."""
    return escape(text).replace("|", "\\|")


def escape(text: str) -> str:
    """Text that Markdown shows as it stands; words between double back-ticks become code."""
    parts = text.replace("``", "`").split("`")
    shown = [part if i % 2 else re.sub(r"([<>*_\[\]])", r"\\\1", part) for i, part in enumerate(parts)]
    return "`".join(shown)


def limits(schema: dict[str, Any]) -> str:
    """What a schema says of a number: whole or not, from where to where."""
    node = next((n for n in schema.get("anyOf", ()) if n.get("type") in ("number", "integer")), {}) | schema
    kind = "whole number" if node.get("type") == "integer" else "number"
    for words, keys in (
        ("from", ("minimum", "ge")),
        ("above", ("exclusiveMinimum", "gt")),
        ("to", ("maximum", "le")),
        ("below", ("exclusiveMaximum", "lt")),
    ):
        kind += next((f" {words} {plain(node[key])}" for key in keys if key in node), "")
    return kind
