"""The page that names, for each rule, the one function that states it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from page_makers.markdown import cell, page
from page_makers.named_rules import RULES, Rule

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "onearm"


def find_rule(rule: Rule) -> tuple[Path, int]:
    """File and line of a rule's function, or of the text in it that ``at`` names. LookupError when it is gone."""
    file, names = _module_of(rule.function)
    holder: ast.AST = _tree(file)
    for name in names:
        holder = _child(holder, name, rule.function)
    first = getattr(holder, "lineno", 1)
    if not rule.at:
        return file, first
    last = getattr(holder, "end_lineno", first)
    lines = file.read_text(encoding="utf-8").splitlines()
    for number in range(first, last + 1):
        if rule.at in lines[number - 1]:
            return file, number
    raise LookupError(f"rule {rule.name!r}: {rule.at!r} is not in {rule.function}")


def _module_of(function: str) -> tuple[Path, list[str]]:
    parts = function.split(".")
    for end in range(len(parts) - 1, 0, -1):
        file = SOURCE.joinpath(*parts[:end]).with_suffix(".py")
        if file.is_file():
            return file, parts[end:]
    raise LookupError(f"no module holds {function}")


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _child(holder: ast.AST, name: str, function: str) -> ast.AST:
    for node in getattr(holder, "body", ()):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return node
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            return node
    raise LookupError(f"{function} is gone from the code")


def rules_page() -> str:
    """Each named rule with its one function."""
    lines = [
        "# Which function states which rule",
        "",
        "Every rule of a trial is written once. This page names the function and the line. The words are a "
        "reminder; the "
        "code and the protocol's options decide, and [how a response is derived](../explanation/response.md) "
        "tells the "
        "rules in full and in order.",
    ]
    for heading, rules in RULES.items():
        lines += ["", f"## {heading}", "", "| Rule | What it says | Function | Place |", "| --- | --- | --- | --- |"]
        for rule in rules:
            file, line = find_rule(rule)
            place = file.relative_to(ROOT).as_posix()
            name = rule.function.rpartition(".")[2]
            link = f"[{place}:{line}](../../{place}#L{line})"
            lines.append(f"| **{rule.name}** | {cell(rule.words)} | `{name}` | {link} |")
    return page(lines)
