"""How does a result show itself? As a plain table in a terminal, as an HTML table in a notebook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

_NUMBER = re.compile(r"[-+−≤≥<>]?\s?[\d.][\d.,]*(e[-+]?\d+)?\s?%?")
"""A cell that counts as a number, so that its column stands on the right."""
_EMPTY = ("", "–")


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of even width, two spaces apart; columns of numbers stand on the right. No line ends in a space.

    ``head``: one title per column; ``rows``: cells as they shall be read. ValueError for a row of another
    length.
    """
    _check_width(head, rows)
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    right = _numeric_columns(len(head), rows)
    lines = (
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, right, strict=True)
        )
        for row in (head, *rows)
    )
    return "\n".join(line.rstrip() for line in lines)


def html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The same table in HTML, with every cell escaped; ValueError for a row of another length."""
    _check_width(head, rows)
    right = _numeric_columns(len(head), rows)
    titles = "".join(
        f'<th style="text-align:{_side(n)}">{escape(title)}</th>' for title, n in zip(head, right, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f'<td style="text-align:{_side(n)}">{escape(c)}</td>' for c, n in zip(row, right, strict=True))
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def _check_width(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"a row of {len(row)} cells under {len(head)} titles: {list(row)}")


def _numeric_columns(columns: int, rows: Sequence[Sequence[str]]) -> list[bool]:
    """Which columns hold numbers (or nothing) in every row."""
    return [
        any(row[i] not in _EMPTY for row in rows) and all(row[i] in _EMPTY or _NUMBER.fullmatch(row[i]) for row in rows)
        for i in range(columns)
    ]


def _side(number: bool) -> str:
    return "right" if number else "left"
