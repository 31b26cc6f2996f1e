"""What scans do to a time to progression: the interval-censored estimate, and comparison values with their schedule."""

from __future__ import annotations

from onearm.estimates.interval_times import IntervalCurve
from onearm.estimates.results import Estimate
from onearm.protocol.base import text_in
from onearm.protocol.check_comparisons import other_schedule
from onearm.protocol.parts import HistoricalControl, SurvivalReference
from onearm.report.numbers import months_text, percent_text
from onearm.report.page import Block, Prose
from onearm.report.say import say, say_html
from onearm.report.table import Cell, Row, Table, columns, no_value, text_cell
from onearm.report.view import SMALL_UNKNOWN, View, withheld
from onearm.units import DAYS_A_MONTH


def between_scans(view: View) -> list[Block]:
    """Kaplan-Meier and Turnbull side by side for each curve that ends at progression."""
    return [_beside(view, curve) for curve in view.analysis.interval_curves.values()]


def _beside(view: View, curve: IntervalCurve) -> Table:
    estimates = {estimate.id: estimate for estimate in view.analysis.estimates}
    rows = [_median_row(view, estimates[f"{curve.id}.median"], curve)]
    for mark in curve.landmarks:
        estimate = estimates[mark.id]
        if estimate.at_risk or not mark.id.rpartition(".")[2].startswith("scan"):
            bounds = [Cell(share, percent_text(share)) for share in (mark.lower, mark.upper)]
            rows.append(_row(view, _moment(mark.id), estimate, bounds))
    head = columns(
        ("what", say("col.what")),
        ("kaplan_meier", say("col.kaplan_meier"), True),
        ("from", say("col.between_from"), True),
        ("to", say("col.between_to"), True),
    )
    told = view.tells_estimate(estimates[f"{curve.id}.median"])
    counts = (say("note.between_counts", between=curve.n_between, exact=curve.n_exact, n=curve.n),) if told else ()
    return Table(
        f"{curve.id}_between_scans",
        say(f"table.between.{curve.id}"),
        head,
        tuple(rows),
        (say("note.between_why"), say("note.between_method"), *counts),
    )


def _median_row(view: View, estimate: Estimate, curve: IntervalCurve) -> Row:
    if curve.median_days is None:
        bounds = [no_value(say("value.not_reached")), no_value(say("value.not_reached"))]
    else:
        months = [day / DAYS_A_MONTH for day in curve.median_days]
        bounds = [Cell(value, months_text(value)) for value in months]
    return _row(view, say("between.median"), estimate, bounds)


def _row(view: View, label: str, estimate: Estimate, bounds: list[Cell]) -> Row:
    if not view.tells_estimate(estimate):
        bounds = [withheld(SMALL_UNKNOWN) for _ in bounds]
    return Row((text_cell(label), view.number(estimate, "value"), *bounds))


def _moment(estimate_id: str) -> str:
    from onearm.report.section_survival import moment_words

    return say("between.share", moment=moment_words(estimate_id.rpartition(".")[2]))


def comparisons(view: View) -> list[Block]:
    """The medians and curves beside which the protocol sets its times, with the schedule on which each was seen; a
    warning under the table for one that was seen on another schedule than this trial's."""
    protocol = view.analysis.protocol
    found = [
        (key, endpoint, value)
        for key, endpoint in protocol.endpoints.items()
        for value in (endpoint.historical_control, endpoint.test.reference if endpoint.test is not None else None)
        if value is not None and _is_time(value)
    ]
    if not found:
        return []
    estimates = {estimate.id: estimate for estimate in view.analysis.estimates}
    rows, warnings = [], []
    for key, endpoint, value in found:
        name, own = text_in(endpoint.name), estimates.get(f"{key}.median")
        scans = "–" if value.scan_interval is None else say("schedule.always", every=str(value.scan_interval))
        rows.append(
            Row(
                (
                    text_cell(name),
                    text_cell(value_words(value)),
                    text_cell(scans),
                    text_cell(value.source),
                    no_value() if own is None else view.number(own, "value"),
                )
            )
        )
        if other_schedule(protocol, value):
            warnings.append(say_html("comparison.other_schedule", name=name, value=value_words(value), scans=scans))
    head = columns(
        ("endpoint", say("col.endpoint")),
        ("value", say("col.comparison")),
        ("scans", say("col.its_scans")),
        ("source", say("col.source")),
        ("median", say("col.median_here"), True),
    )
    blocks: list[Block] = [Table("comparison_values", say("table.comparisons"), head, tuple(rows))]
    return [*blocks, *([Prose(tuple(warnings), tone="warning", id="other-schedule")] if warnings else [])]


def _is_time(value: HistoricalControl | SurvivalReference) -> bool:
    return isinstance(value, SurvivalReference) or value.unit == "months"


def value_words(value: HistoricalControl | SurvivalReference) -> str:
    """A median, or shares at months, in words."""
    if isinstance(value, HistoricalControl):
        return say("comparison.median", months=value.value)
    if value.median_months is not None:
        return say("reference.median", months=value.median_months)
    points = ", ".join(f"{percent_text(float(share))} ({months})" for months, share in value.survival)
    return say("reference.points", points=points)
