"""The timeline of the trial in words: how long it is, until when patients may enter, and how fast they must."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import click

from onearm.cli.calendar_shown import print_lines
from onearm.plan.timeline import Accrual, Timeline
from onearm.protocol import Protocol
from onearm.protocol.base import text_in

DEMANDS = {
    "full_exposure": "the longest treatment ends by the end of the study",
    "final_assessment": "the scan that the final decision waits for is made by the end of the study",
}
WAYS = {"pausing": "nobody enters while the interim waits", "continuing": "patients enter while the interim waits"}


def describe_timeline(protocol: Protocol, made: Timeline) -> dict[str, Any]:
    """The timeline as the ``--json`` object gives it; rates are patients in a calendar month."""
    return {
        "study_start": _iso(made.start),
        "study_end": [_iso(made.end_earliest), _iso(made.end_latest)],
        "months": None if made.months is None else list(made.months),
        "stage_one_accrual": protocol.design.stage_one.accrual,
        "limits": [
            {"name": limit.name, "last_entry": [_iso(limit.earliest), _iso(limit.latest)], "how": limit.how}
            for limit in made.limits
        ],
        "interim_wait_days": made.interim_wait_days,
        "interim_wait": made.interim_wait,
        "accruals": [
            {
                "per_month": float(accrual.per_month),
                "pauses": accrual.pauses,
                "last_of_stage_one": _iso(accrual.last_of_stage_one),
                "interim": _iso(accrual.interim),
                "last_entry": _iso(accrual.last_entry),
                "in_time": accrual.fits,
            }
            for accrual in made.accruals
        ],
        "required_per_month": {
            name: {way: None if rate is None else float(rate) for way, rate in rates.items()}
            for name, rates in made.required.items()
        },
        "assumed": list(assumed_words(protocol)),
        "findings": [finding.as_dict() for finding in made.findings],
    }


def _iso(day: object) -> str | None:
    return None if day is None else str(day)


def assumed_words(protocol: Protocol) -> tuple[str, ...]:
    """What the arithmetic takes for granted."""
    return (
        "patients enter evenly from the study's first day and are treated on the day they enter",
        "a demand is judged by the last day that the study's end can mean",
        *(text_in(heading) for heading in protocol.headings),
    )


def print_timeline(protocol: Protocol, made: Timeline) -> None:
    """The timeline for people."""
    if made.start is not None and made.months is not None:
        low, high = made.months
        months = f"{low}" if low == high else f"{low} to {high}"
        ends = f"{made.end_earliest}" if made.end_earliest == made.end_latest else f"between {made.end_earliest} and"
        last = "" if made.end_earliest == made.end_latest else f" {made.end_latest}"
        click.echo(f"The study begins on {made.start} at the earliest and ends {ends}{last}: {months} months.")
    for limit in made.limits:
        days = str(limit.latest) if limit.earliest == limit.latest else f"{limit.earliest} to {limit.latest}"
        click.echo(f"Last entry so that {DEMANDS[limit.name]}: {days}")
        click.echo(f"    {limit.how}")
    if made.interim_wait_days is not None:
        click.echo(f"The interim waits {made.interim_wait_days} days after the last stage-one patient at least:")
        click.echo(f"    {made.interim_wait}")
    _print_required(protocol, made)
    _print_accruals(protocol, made)
    click.echo("Assumed:")
    for words in assumed_words(protocol):
        click.echo(f"  {words}")


def _print_required(protocol: Protocol, made: Timeline) -> None:
    if not made.required:
        return
    n = protocol.design.n
    two_stage = protocol.design.kind == "two-stage"
    alone = "without a pause: what the interim waits for is open" if two_stage else "without a pause"
    click.echo(f"Fewest patients a month for all {n}:")
    for name, rates in made.required.items():
        for way, rate in rates.items():
            words = WAYS[way] if len(rates) > 1 else alone
            click.echo(f"  {_rate(rate):>6}  {DEMANDS[name]}; {words}")


def _rate(rate: Fraction | None) -> str:
    return "none" if rate is None else f"{float(rate):.1f}"


def _print_accruals(protocol: Protocol, made: Timeline) -> None:
    if not made.accruals:
        return
    heads = ("a month", "at the interim", "last of stage one", "earliest interim", f"patient {protocol.design.n}")
    rows = [_accrual_row(accrual) for accrual in made.accruals]
    demands = tuple(made.accruals[0].fits)
    print_lines((*heads, *(name.replace("_", " ") for name in demands)), rows)
    said = protocol.design.stage_one.accrual
    click.echo(
        f"At the interim accrual {said} (design.stage_one.accrual)."
        if said
        else "The protocol does not say whether accrual pauses at the interim (design.stage_one.accrual)."
    )
    for accrual in made.accruals:
        if said is None or accrual.pauses == (said == "pauses"):
            _print_verdict(protocol, accrual)


def _accrual_row(accrual: Accrual) -> tuple[str, ...]:
    rate = f"{float(accrual.per_month):g}"
    way = "–" if accrual.interim is None else "pauses" if accrual.pauses else "continues"
    days = (accrual.last_of_stage_one, accrual.interim, accrual.last_entry)
    return (
        rate,
        way,
        *("–" if day is None else str(day) for day in days),
        *("in time" if fits else "too late" for fits in accrual.fits.values()),
    )


def _print_verdict(protocol: Protocol, accrual: Accrual) -> None:
    way = "" if accrual.interim is None else ", pausing at the interim" if accrual.pauses else ", without a pause"
    rate = f"{float(accrual.per_month):g} patients a month{way}"
    for name, fits in accrual.fits.items():
        can = "can" if fits else "cannot"
        click.echo(f"With {rate}, {protocol.design.n} patients {can} enter in time: {DEMANDS[name]}.")
