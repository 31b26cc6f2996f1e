"""How does a result with one table show itself and give its plain values?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict

from onearm.design.tables import html_table, text_table


class Shown(ABC):
    """Shows a result as a plain table, and as an HTML table in a notebook."""

    __slots__ = ()

    @abstractmethod
    def _table(self) -> tuple[str, tuple[str, ...], list[list[str]]]:
        """Title, head and rows."""

    def as_dict(self) -> dict[str, object]:
        """Plain values, as the command line prints them."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    def __str__(self) -> str:
        title, head, rows = self._table()
        return f"{title}\n{text_table(head, rows)}"

    def _repr_html_(self) -> str:
        title, head, rows = self._table()
        return f"<p>{title}</p>{html_table(head, rows)}"
