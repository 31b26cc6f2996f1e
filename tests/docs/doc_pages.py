"""What stands in the pages of the documentation: fenced blocks, commands, links, headings."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])

_FENCE = re.compile(r"^```(\w+)?(?:[ \t]+title=\"([^\"]+)\")?[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"\s+# exit (\d)\s*$")
_LINK = re.compile(r"(?<!\\)!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+?)\s*$", re.MULTILINE)

SKIP = "…"
"""A line of its own in an excerpt: lines of the output that are left out; at a line's end: the rest of the line."""


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    language: str
    title: str
    """A file name: the block is written there before what follows on the page is run."""
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """A command as the page shows it, with the exit code that the page names and the output it quotes."""

    words: tuple[str, ...]
    exit_code: int
    excerpt: tuple[str, ...]
    line: int


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(found[1] or "", found[2] or "", found[3], text.count("\n", 0, found.start()) + 1)
        for found in _FENCE.finditer(text)
    ]


def commands_of(block: Block) -> list[Command]:
    """The commands of a ``sh`` or ``console`` block; in a console block the lines below a command are its output."""
    if block.language not in ("sh", "console"):
        return []
    shown: list[tuple[str, int, list[str]]] = []
    pending = ""
    for number, line in enumerate(block.text.splitlines(), start=block.line + 1):
        is_command = bool(pending) or block.language == "sh" or line.startswith("$ ")
        if not is_command:
            shown[-1][2].append(line)
            continue
        pending += line.removeprefix("$ ") if not pending else line.lstrip()
        if pending.endswith("\\"):
            pending = pending[:-1]
            continue
        if pending.strip() and not pending.startswith("#"):
            shown.append((pending, number, []))
        pending = ""
    return [_command(text, line, excerpt) for text, line, excerpt in shown]


def _command(text: str, line: int, excerpt: list[str]) -> Command:
    code = _EXIT.search(text)
    words = tuple(shlex.split(_EXIT.sub("", text)))
    return Command(words, int(code[1]) if code else 0, tuple(excerpt), line)


def missing_line(excerpt: tuple[str, ...], output: str) -> str | None:
    """The first quoted line that the output does not hold in its place; None when all are there, in order.

    The width of gaps does not count, so that a column may grow.
    """
    lines = [" ".join(line.split()) for line in output.splitlines()]
    place = 0
    may_skip = True
    for quoted in excerpt:
        wanted = " ".join(quoted.split())
        if wanted == SKIP:
            may_skip = True
            continue
        if not wanted and may_skip:
            continue
        candidates = range(place, len(lines)) if may_skip else range(place, min(place + 1, len(lines)))
        found = next((i for i in candidates if _agrees(wanted, lines[i])), None)
        if found is None:
            return quoted
        place, may_skip = found + 1, False
    return None


def _agrees(wanted: str, line: str) -> bool:
    return line.startswith(wanted[: -len(SKIP)].rstrip()) if wanted.endswith(SKIP) else line == wanted


def links_of(page: Path) -> list[str]:
    return _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text)}
