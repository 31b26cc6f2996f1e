"""What a page is made of: sections of blocks. The template knows how each kind of block looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

from onearm.report.table import Table

Words = str | Markup


@dataclass(frozen=True)
class Prose:
    """Paragraphs; ``tone`` is empty, ``lead``, ``note``, ``warning`` or ``trace``."""

    paragraphs: tuple[Words, ...]
    tone: str = ""
    id: str = ""
    kind: Literal["prose"] = field(default="prose", init=False)


@dataclass(frozen=True)
class Tile:
    """One large number with its label and a line below."""

    label: str
    value: Words
    note: Words = ""
    tone: str = ""


@dataclass(frozen=True)
class Tiles:
    """Large numbers side by side."""

    tiles: tuple[Tile, ...]
    kind: Literal["tiles"] = field(default="tiles", init=False)


@dataclass(frozen=True)
class FigureBlock:
    """The place of the drawing of this name, with its caption; ``linked`` ones show single patients."""

    id: str
    title: str
    caption: Words
    linked: bool = False
    kind: Literal["figure"] = field(default="figure", init=False)


@dataclass(frozen=True)
class FlowStep:
    """One box of the participant flow, and who leaves before the next."""

    label: str
    count: str
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow:
    """Boxes from the registered patients down."""

    steps: tuple[FlowStep, ...]
    kind: Literal["flow"] = field(default="flow", init=False)


@dataclass(frozen=True)
class Fold:
    """Blocks that open on demand."""

    title: Words
    blocks: tuple[Block, ...]
    id: str = ""
    kind: Literal["fold"] = field(default="fold", init=False)


Block = Prose | Tiles | FigureBlock | Flow | Fold | Table


@dataclass(frozen=True)
class Section:
    """A numbered part of the report."""

    id: str
    title: str
    blocks: tuple[Block, ...]


def tables_of(sections: tuple[Section, ...]) -> list[Table]:
    """Every table of the sections, folded ones included, in order."""
    found: list[Table] = []

    def walk(blocks: tuple[Block, ...]) -> None:
        for block in blocks:
            if isinstance(block, Table):
                found.append(block)
            elif isinstance(block, Fold):
                walk(block.blocks)

    for section in sections:
        walk(section.blocks)
    return found
