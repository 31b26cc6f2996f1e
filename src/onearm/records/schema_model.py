"""What a table of records is made of: columns with a kind, a need, a vocabulary, and the keys of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["identifier", "text", "code", "integer", "decimal", "date"]
Need = Literal["value", "column", "optional"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    ``need``: ``value`` (the column is there and filled in every row), ``column`` (there, cells may be empty)
    or ``optional``. ``codes`` is the vocabulary of a ``code``; ``open_codes`` keeps other codes, with a note.
    ``happens`` marks a date on which something was done to or found in a living subject.
    """

    name: str
    kind: Kind
    need: Need = "optional"
    codes: tuple[str, ...] = ()
    open_codes: bool = False
    happens: bool = False
    negative: bool = False
    """A number that may be below zero."""
    meaning: str = ""
    """What the page of the tables says of the column, where its name and codes do not say it."""

    def valued(self) -> Column:
        """The same column, filled in every row."""
        return replace(self, need="value")

    def meant(self, meaning: str) -> Column:
        """The same column, with a sentence on what is read in it."""
        return replace(self, meaning=meaning)

    def present(self) -> Column:
        """The same column, there in every file, with cells that may be empty."""
        return replace(self, need="column")


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table: its columns in order, the key that tells two assessments apart, and what must then agree.

    ``key`` is empty where two equal rows mean two happenings (medications, events). ``results`` are the
    columns that may not differ between two rows of one key; ``repeats`` lets them differ, with a warning.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    repeats: bool = False
    periods: tuple[tuple[str, str], ...] = ()
    """Pairs of a start and an end date column."""
    visit_date: str = ""
    """The date that should rise with VISITNUM."""
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def sequence(self) -> str:
        """The column with the number of a row within its subject, or an empty string."""
        name = f"{self.name}SEQ"
        return name if name in self.by_name else ""

    def dates(self) -> Iterator[Column]:
        """The date columns, in order."""
        return (column for column in self.columns if column.kind == "date")


def identifier(name: str) -> Column:
    """A name that other rows refer to: no blanks around it."""
    return Column(name, "identifier")


def text(*names: str) -> tuple[Column, ...]:
    """Free text, kept as it is."""
    return tuple(Column(name, "text") for name in names)


def code(name: str, *codes: str) -> Column:
    """One of ``codes`` and nothing else."""
    return Column(name, "code", codes=codes)


def open_code(name: str, *codes: str) -> Column:
    """One of ``codes``; another code is kept and noted."""
    return Column(name, "code", codes=codes, open_codes=True)


def integer(name: str, *, negative: bool = False) -> Column:
    """A whole number."""
    return Column(name, "integer", negative=negative)


def decimal(name: str, *, negative: bool = False) -> Column:
    """A plain decimal number."""
    return Column(name, "decimal", negative=negative)


def date(name: str, *, happens: bool = False) -> Column:
    """A date in ISO 8601, perhaps partial."""
    return Column(name, "date", happens=happens)


def opening(domain: str) -> tuple[Column, ...]:
    """The columns that every table begins with."""
    return (
        identifier("STUDYID").valued(),
        identifier("DOMAIN"),
        identifier("USUBJID").valued(),
        integer(f"{domain}SEQ"),
    )


def visit() -> tuple[Column, ...]:
    """The columns that say at which visit a row was made."""
    return (decimal("VISITNUM", negative=True), *text("VISIT"))
