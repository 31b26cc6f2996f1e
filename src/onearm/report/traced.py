"""A number in running text, marked with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Traced:
    """A shown value with its source: an estimate's id, ``decision``, ``protocol`` or ``cut``, and the field of it."""

    text: str
    source: str
    field: str

    def __html__(self) -> Markup:
        return Markup('<span class="num" data-estimate="{}" data-field="{}">{}</span>').format(
            self.source, self.field, self.text
        )

    def __str__(self) -> str:
        return self.text
