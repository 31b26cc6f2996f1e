"""Words of the report: the catalogue's text for a code, filled in."""

from __future__ import annotations

from markupsafe import Markup, escape

from onearm.words.report_words import REPORT_WORDS


def say(code: str, **values: object) -> str:
    """The words of a code with its ``{fields}`` filled. KeyError for a code without words."""
    return REPORT_WORDS[code].format(**values)


def say_code(group: str, code: str) -> str:
    """The words of a coded value such as a reason; a code of the records without words stands as it is, spaced."""
    return REPORT_WORDS.get(f"{group}.{code.lower()}", code.replace("_", " "))


def say_html(code: str, **values: object) -> Markup:
    """The words of a code as HTML: words and plain values are escaped, traced values keep their mark."""
    return Markup(escape(REPORT_WORDS[code])).format(**values)
