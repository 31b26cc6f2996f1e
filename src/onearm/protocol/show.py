"""A protocol as rows: every value with how it is known; expanded, every default and every response option too."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel

from onearm.protocol.base import Part, text_in
from onearm.protocol.model import Protocol, Provenance
from onearm.protocol.options import LATER_OPTIONS, IrecistOptions, ResponseOptions
from onearm.protocol.paths import FILLED_BY_LOADER, is_written, leaves, part_at, value_at
from onearm.protocol.questions import list_open_questions

RowStatus = Literal["stated", "inferred", "assumed", "unstated", "given", "profile", "default"]
"""``given``: in the file, without a word on how it is known; ``profile`` and ``default``: not in the file."""

_NOT_SHOWN = FILLED_BY_LOADER | {"provenance", "open_questions", "onearm"}
_NUMBER = re.compile(r"^\[([^\]]+)\]\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """One value of a protocol."""

    path: str
    value: str
    status: RowStatus
    source: str
    """The quoted words, the rule, or who assumes it and why; the question where it is unstated or still asked."""
    question: str = ""
    """Number of the question that a response option answers, such as ``7`` or ``F9``."""
    meaning: str = ""
    """What the field is, when rows are expanded."""

    def as_dict(self) -> dict[str, str]:
        """The row as ``--json`` gives it."""
        return asdict(self)


def describe_protocol(protocol: Protocol, *, expanded: bool = False) -> list[Row]:
    """A row for each value that the file or an overlay sets and each open question, in the order of the model.

    ``expanded`` adds the defaults, what each field means, and every response option with its question's number.
    """
    questions = {question.path: text_in(question.ask) for question in list_open_questions(protocol)}
    rows = []
    for path, value in leaves(protocol):
        if path.split(".")[0] in _NOT_SHOWN or path.startswith("tumour.override") or _repeats_its_path(path):
            continue
        row = _row(protocol, path, value, questions.pop(path, None), expanded)
        if row is not None:
            rows.append(row)
    rows += [Row(path, "open", "unstated", ask) for path, ask in questions.items()]
    return rows + _option_rows(protocol, expanded)


def _repeats_its_path(path: str) -> bool:
    return path.endswith(".id") and path != "identity.id"


def _row(protocol: Protocol, path: str, value: Any, ask: str | None, expanded: bool) -> Row | None:
    meaning = _meaning(path) if expanded else ""
    written = is_written(protocol, path)
    if ask is not None and (value in (None, (), "", {}) or not written):
        return Row(path, "unstated", "unstated", ask, "", meaning)
    entry = protocol.provenance_of(path)
    if value is None and written and entry is None:
        return Row(path, "unstated", "unstated", "", "", meaning)
    if written and (value is not None or path == "design.efficacy_stop"):
        status: RowStatus = entry.status if entry is not None else "given"
        source = source_text(entry) if ask is None else f"{source_text(entry)} (open question: {ask})"
        return Row(path, value_text(value), status, source, "", meaning)
    return Row(path, value_text(value), "default", "", "", meaning) if expanded else None


def _option_rows(protocol: Protocol, expanded: bool) -> list[Row]:
    options = protocol.response_options
    if options is None:
        return []
    rows = []
    for path, value in leaves(options):
        overridden = value_at(protocol, f"tumour.override.{path}") is not None
        if not (overridden or expanded):
            continue
        number, meaning = option_question(path)
        entry = protocol.provenance_of(f"tumour.override.{path}" if overridden else "tumour.profile")
        status: RowStatus = "profile"
        source = f"profile {protocol.tumour.profile}"
        if path in LATER_OPTIONS:
            status, source = "default", ""
        if overridden:
            status, source = (entry.status if entry is not None else "given"), source_text(entry)
        rows.append(Row(f"response_options.{path}", value_text(value), status, source, number, meaning))
    return rows


def option_question(path: str) -> tuple[str, str]:
    """Number and meaning of a response option, by its path below the options. KeyError for an unknown one."""
    top, _, below = path.partition(".")
    part: type[BaseModel] = IrecistOptions if below else ResponseOptions
    match = _NUMBER.match(part.model_fields[below or top].description or "")
    return (match[1], match[2]) if match is not None else ("", "")


def source_text(entry: Provenance | None) -> str:
    """How a value is known, in one line."""
    if entry is None:
        return ""
    if entry.stated is not None:
        return f"“{entry.stated}”"
    if entry.inferred is not None:
        return entry.inferred
    by = f"{entry.who}, overlay {entry.overlay}" if entry.overlay else entry.who
    return f"{'departs from the source: ' if entry.departs else ''}{entry.assumed} ({by})"


def value_text(value: Any) -> str:
    """A value as people read it."""
    if value is None or value in ((), "", {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Part):
        return "; ".join(f"{name} {value_text(below)}" for name, below in leaves(value) if below is not None)
    if isinstance(value, tuple):
        return ", ".join(value_text(item) for item in value)
    if isinstance(value, dict):
        if all(isinstance(text, str) for text in value.values()):
            return text_in(value)
        return "; ".join(f"{key} {value_text(below)}" for key, below in value.items())
    return str(value)


def _meaning(path: str) -> str:
    *above, last = path.split(".")
    holder = part_at(Protocol, above)
    info = holder.model_fields.get(last) if holder is not None else None
    return " ".join((info.description or "").split()) if info is not None else ""
