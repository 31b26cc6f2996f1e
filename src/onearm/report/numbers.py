"""Numbers and days as the report writes them. Rounding is that of ``onearm.units`` alone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from onearm.estimates.results import Estimate
from onearm.report.say import say
from onearm.units import percent, round_half_away

NBSP = "\u00a0"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def percent_text(share: float | Decimal, digits: int = 1) -> str:
    """A share of 1 in percent: ``33.3 %``."""
    exact = Decimal(repr(share)) if isinstance(share, float) else share
    return f"{round_half_away(exact * 100, digits)}{NBSP}%"


def ratio_text(x: int, n: int) -> str:
    """``x/n`` in percent from the exact fraction; not estimable when ``n`` is 0."""
    return f"{percent(x, n)}{NBSP}%" if n else say("value.not_estimable")


def level_text(level: float) -> str:
    """A confidence level: ``95 %``, ``91.1 %``."""
    text = f"{round_half_away(Decimal(repr(level)) * 100, 1)}"
    return f"{text.removesuffix('.0')}{NBSP}%"


def months_text(months: float) -> str:
    """Months to one decimal."""
    return str(round_half_away(months, 1))


def p_text(p_value: float) -> str:
    """A p-value to four decimals."""
    return "<0.0001" if p_value < 0.0001 else str(round_half_away(p_value, 4))


def share_text(share: float, digits: int = 4) -> str:
    """A probability with fixed decimals: ``.0445`` is written 0.0445."""
    return str(round_half_away(share, digits))


def value_text(estimate: Estimate) -> str:
    """The value of an estimate in its unit, without the unit's name for months."""
    if estimate.value is None:
        return say("value.not_reached" if estimate.kind == "median" else "value.not_estimable")
    if estimate.kind == "proportion" and estimate.estimator == "observed":
        return ratio_text(estimate.x, estimate.n)
    return limit_text(estimate, estimate.value)


def limit_text(estimate: Estimate, limit: float | None) -> str:
    """A limit of an estimate's interval; NE where there is none."""
    if limit is None:
        return say("value.not_estimable")
    return percent_text(limit) if estimate.unit == "proportion" else months_text(limit)


def day_words(day: dt.date) -> str:
    """``14 March 2026``, whatever the machine's language."""
    return f"{day.day}{NBSP}{_MONTHS[day.month - 1]}{NBSP}{day.year}"


def month_words(day: dt.date) -> str:
    """``March 2026``: all that a public report says of a day."""
    return f"{_MONTHS[day.month - 1]}{NBSP}{day.year}"


def short_digest(digest: str) -> str:
    """The first twelve figures of a digest."""
    return digest[:12]
