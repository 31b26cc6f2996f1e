"""What every part of the protocol model shares: frozen strict models, texts in several languages, durations."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

UNSTATED = "unstated"
"""Written in a protocol file where the source says nothing: the value is None and the question stays open."""

_DURATION = re.compile(r"([0-9]{1,4})\s*(day|week|month|year)s?")
_DAYS = {"day": 1, "week": 7}
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class DurationError(ValueError):
    """A text that is no duration."""


class DateError(ValueError):
    """A text that is no calendar date."""


class NumberError(ValueError):
    """A value that is no plain number."""


class Part(BaseModel):
    """A frozen part of the protocol; an unknown key is a fault, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    never_open: ClassVar[frozenset[str]] = frozenset()
    """Fields where None means "there is none", so that ``unstated`` would be ambiguous."""
    later_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields that the file format got later: at their default they leave the protocol's digest as it was."""

    @model_validator(mode="before")
    @classmethod
    def _open_where_none_is_allowed(cls, given: Any) -> Any:
        """``unstated`` becomes None in every field that may be None, and is a fault in every other."""
        if not isinstance(given, dict) or UNSTATED not in [v for v in given.values() if isinstance(v, str)]:
            return given
        return {key: None if value == UNSTATED and may_be_open(cls, key) else value for key, value in given.items()}


def may_be_open(part: type[BaseModel], field: str) -> bool:
    """Whether a field of a part may be written ``unstated``."""
    info = part.model_fields.get(field)
    if info is None or field in getattr(part, "never_open", ()):
        return False
    return type(None) in getattr(info.annotation, "__args__", ())


class Duration(str):
    """A length of time as protocols write it: ``"9 weeks"``, ``"24 months"``, ``"28 days"``."""

    __slots__ = ()

    def __new__(cls, text: str) -> Duration:
        """Raise DurationError unless the text is a whole number from 1 to 9999 and a unit."""
        match = _DURATION.fullmatch(text.strip())
        if match is None or not 1 <= int(match[1]) <= 9999:
            raise DurationError("write a whole number and a unit, such as '9 weeks', '28 days' or '24 months'")
        count, unit = int(match[1]), match[2]
        return super().__new__(cls, f"{count} {unit}{'' if count == 1 else 's'}")

    @property
    def number(self) -> int:
        """The whole number."""
        return int(self.split()[0])

    @property
    def unit(self) -> str:
        """``day``, ``week``, ``month`` or ``year``."""
        return self.split()[1].rstrip("s")

    @property
    def days(self) -> int | None:
        """Days, when the unit is days or weeks; a calendar month has no fixed number of days."""
        return self.number * _DAYS[self.unit] if self.unit in _DAYS else None

    @property
    def months(self) -> int | None:
        """Calendar months, when the unit is months or years."""
        return self.number * {"month": 1, "year": 12}[self.unit] if self.unit not in _DAYS else None

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(), serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_DURATION.pattern}$", "examples": ["9 weeks", "24 months"]}


Text = str | dict[str, str]
"""Words for people: one text, or one a language (``{en: …, zh: …}``)."""


def _plain_number(value: Any) -> Any:
    if isinstance(value, (str, bool)):
        raise NumberError("write a plain number, such as 1200 or 0.25")
    return value


Number = Annotated[Decimal, BeforeValidator(_plain_number), Field(allow_inf_nan=False)]
"""An exact decimal number; a text that looks like one is not taken for one."""

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""The name by which other parts of a protocol speak of one."""

Whole = Annotated[int, Field(strict=True)]
"""A whole number; neither ``27.0`` nor ``"27"`` nor ``true`` is taken for one."""


def read_date(text: str) -> tuple[int, int | None, int | None]:
    """Year, month and day of an ISO date that may lack its day or month. DateError unless it exists."""
    match = _ISO_DATE.fullmatch(text)
    if match is None or not 1900 <= int(match[1]) <= 2200:
        raise DateError("write year-month-day, such as 2025-02-28")
    year, month, day = int(match[1]), *(int(part) if part else None for part in match.groups()[1:])
    if month is not None and not 1 <= month <= 12:
        raise DateError(f"there is no month {month}")
    if month is not None and day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
        last = calendar.monthrange(year, month)[1]
        raise DateError(f"{calendar.month_name[month]} {year} ends on day {last}")
    return year, month, day


def _whole_date(value: Any) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if not isinstance(value, str):
        raise DateError("write year-month-day, such as 2025-02-28")
    year, month, day = read_date(value)
    if month is None or day is None:
        raise DateError("write the whole date, year-month-day")
    return dt.date(year, month, day)


def _partial_date(text: str) -> str:
    read_date(text)
    return text


Day = Annotated[dt.date, BeforeValidator(_whole_date)]
"""A calendar day, written ``2025-02-28``."""


def _bare_year(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


PartialDay = Annotated[str, BeforeValidator(_bare_year), AfterValidator(_partial_date)]
"""A year, a month or a day: ``2024``, ``2024-10``, ``2024-10-31``."""


def text_in(text: Text, language: str = "en") -> str:
    """The text in a language, else in English, else in whatever language there is."""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get("en") or next(iter(text.values()))
