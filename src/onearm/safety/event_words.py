"""What the words of AEREL and AEACN mean: read from a list, never guessed."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Literal

from onearm.protocol import Protocol
from onearm.protocol.base import text_in

Column = Literal["AEREL", "AEACN"]

_NAMES_A_COMPONENT = "RELATED TO "


@cache
def _words() -> dict[tuple[str, str], str]:
    text = (resources.files("onearm.safety") / "event_words.csv").read_text("utf-8")
    return {(row["column"], row["word"]): row["meaning"] for row in csv.DictReader(text.splitlines())}


def plain(text: str) -> str:
    """A text in capitals with single blanks, as terms and words are compared."""
    return " ".join(text.split()).upper()


def meaning_of(column: Column, word: str) -> str | None:
    """What a word means: ``related``, ``not_related``, ``held``, ``reduced``, ``stopped`` …; None if it is unknown."""
    return _words().get((column, plain(word)))


def named_component(protocol: Protocol, word: str) -> str | None:
    """The component that an AEREL names, as ``RELATED TO HAIC-FOLFOX`` does by name and ``RELATED TO haic`` by id."""
    text = plain(word)
    if not text.startswith(_NAMES_A_COMPONENT):
        return None
    said = text.removeprefix(_NAMES_A_COMPONENT)
    for component in protocol.treatment.components:
        if said in (plain(component.id), plain(text_in(component.name))):
            return component.id
    return None
