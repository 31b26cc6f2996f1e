"""What a named rule is."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """A named rule: what it says in one sentence, and where it stands in the code.

    ``function`` is a dotted name below ``onearm``; ``at`` is a piece of text in that function where several rules share
    one, so that the page can name the very line.
    """

    name: str
    words: str
    function: str
    at: str = ""
