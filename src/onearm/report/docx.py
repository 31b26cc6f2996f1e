"""Sections of a page as a Word document: the same words and tables, for people who edit and sign them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING

from markupsafe import Markup

from onearm.report.page import Block, Fold, Prose, Section, Tiles, Words
from onearm.report.say import say
from onearm.report.table import Table

if TYPE_CHECKING:
    from docx.document import Document

_EPOCH = dt.datetime(2000, 1, 1)
"""Written where Word wants a time: the same content gives the same bytes."""


def write_docx(title: str, lines: Iterable[str], sections: Iterable[Section], footer: str, *, simulated: bool) -> bytes:
    """A document of headings, paragraphs and tables; ``lines`` stand under the title.

    With ``simulated`` the mark stands in the header and footer of every page. Figures are not drawn here.
    """
    import docx
    from docx.shared import Cm, Pt

    document = docx.Document()
    for part in document.sections:
        part.page_width, part.page_height = Cm(21.0), Cm(29.7)
        part.left_margin = part.right_margin = Cm(2.0)
        part.top_margin = part.bottom_margin = Cm(1.6)
        mark = f"{say('mark.simulated')} · " if simulated else ""
        part.footer.paragraphs[0].text = f"{mark}{footer}"
        if simulated:
            part.header.paragraphs[0].text = f"{say('mark.simulated')} · {say('mark.banner')}"
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10)
    style.paragraph_format.space_after = Pt(4)
    document.add_heading(title, level=0)
    for line in lines:
        document.add_paragraph(line)
    for section in sections:
        document.add_heading(section.title, level=1)
        _add_blocks(document, section.blocks)
    core = document.core_properties
    core.author, core.title = "", title
    core.created = core.modified = _EPOCH
    return _saved(document)


def _add_blocks(document: Document, blocks: Iterable[Block]) -> None:
    for block in blocks:
        if isinstance(block, Prose):
            for paragraph in block.paragraphs:
                document.add_paragraph(_plain(paragraph))
        elif isinstance(block, Table):
            _add_table(document, block)
        elif isinstance(block, Tiles):
            for tile in block.tiles:
                document.add_paragraph(f"{tile.label}: {_plain(tile.value)} {_plain(tile.note)}".rstrip())
        elif isinstance(block, Fold):
            document.add_heading(_plain(block.title), level=2)
            _add_blocks(document, block.blocks)


def _add_table(document: Document, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document.add_heading(table.title, level=2)
    grid = document.add_table(rows=1, cols=len(table.columns))
    grid.style = "Table Grid"
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        cell.paragraphs[0].add_run(column.label).bold = True
    for row in table.rows:
        for place, cell, column in zip(grid.add_row().cells, row.cells, table.columns, strict=True):
            place.text = cell.text
            if column.numeric:
                place.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if not table.rows:
        grid.add_row().cells[0].text = say("value.no_data")
    for note in table.notes:
        document.add_paragraph(_plain(note)).runs[0].italic = True


def _plain(words: Words) -> str:
    return str(words.striptags()) if isinstance(words, Markup) else words


def _saved(document: Document) -> bytes:
    """The document's bytes with every time in its archive set to the same moment."""
    raw, fixed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _EPOCH.timetuple()[:6]), old.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
