"""Curves, medians, landmarks and follow-up, with the scan schedule beside progression."""

from __future__ import annotations

from markupsafe import Markup

from onearm.estimates.results import Curve, Estimate
from onearm.protocol import Protocol
from onearm.report.figure_order import Order
from onearm.report.figures_survival import draw_survival
from onearm.report.numbers import level_text, months_text, p_text
from onearm.report.page import Block, FigureBlock, Prose, Section
from onearm.report.say import say, say_code, say_html
from onearm.report.section_between_scans import between_scans, comparisons, value_words
from onearm.report.section_procedures import procedure_blocks
from onearm.report.table import Cell, Row, Table, columns, no_value, text_cell
from onearm.report.view import View
from onearm.units import DAYS_A_MONTH, round_half_away

FIGURES = (
    ("pfs", ("pfs", "pfs.fda", "pfs.literal")),
    ("os", ("os",)),
    ("dor", ("dor", "dor.fda", "dor.literal")),
    ("ddc", ("ddc",)),
)
ALWAYS = ("pfs", "os", "dor")
"""Named even where they have no curve; the others appear only where the protocol has them."""


def order_survival(view: View) -> dict[str, Order]:
    """One figure an endpoint that has a curve."""
    orders = {}
    for name, ids in FIGURES:
        curves = [(_curve_label(view, i), view.analysis.curves[i]) for i in ids if i in view.analysis.curves]
        if curves:
            figure = f"km-{name}"
            shown = {"simulated": view.simulated, "public": not view.shows_patients}
            title = say(f"figure.{name}.title")
            orders[figure] = Order(draw_survival, {"name": figure, "title": title, "curves": curves, **shown})
    return orders


def survival_section(view: View) -> Section:
    """The place of one figure an endpoint, then medians, landmarks and follow-up."""
    blocks: list[Block] = [Prose((schedule_words(view.analysis.protocol),), tone="note", id="scan-schedule")]
    for name, ids in FIGURES:
        if name not in ALWAYS and name not in view.analysis.protocol.endpoints:
            continue
        curves = [view.analysis.curves[i] for i in ids if i in view.analysis.curves]
        title = say(f"figure.{name}.title")
        if curves:
            blocks.append(FigureBlock(f"km-{name}", title, _caption(view, name, curves[0])))
        else:
            blocks.append(Prose((say_html("survival.no_curve", name=title),)))
    blocks += [_medians(view), _landmarks(view), *between_scans(view), *comparisons(view), *procedure_blocks(view)]
    return Section("survival", say("section.survival"), tuple(blocks))


def _curve_label(view: View, curve_id: str) -> str:
    key = curve_id.split(".", maxsplit=1)[0]
    label = say_code("curve", key)
    profile = curve_profile(view.analysis.protocol, curve_id)
    return say("curve.with_profile", name=label, profile=say(f"profile.{profile}")) if profile else label


def curve_profile(protocol: Protocol, curve_id: str) -> str:
    """The censoring profile behind a curve; empty for overall survival and follow-up."""
    key, _, other = curve_id.partition(".")
    if key not in ("pfs", "dor", "ddc"):
        return ""
    endpoint = protocol.endpoints.get(key) or protocol.endpoints.get("pfs")
    return other or (endpoint.censoring if endpoint is not None and endpoint.censoring else "literal")


def _caption(view: View, name: str, curve: Curve) -> Markup:
    parts = [say_html("caption.survival", interval=say_code("interval", curve.interval), level=level_text(curve.level))]
    if name == "pfs":
        parts.append(schedule_words(view.analysis.protocol))
    if name == "ddc":
        parts.append(say_html("caption.controlled_only"))
    if name == "dor":
        parts.append(say_html("caption.responders_only"))
    if not view.shows_patients:
        parts.append(say_html("caption.public_curve"))
    return Markup(" ").join(parts)


def schedule_words(protocol: Protocol) -> Markup:
    """When tumours are scanned, in words."""
    calendar = protocol.tumour.calendar
    if calendar is None:
        return say_html("schedule.open")
    parts = []
    for phase in calendar.phases:
        if phase.until is not None:
            parts.append(say("schedule.until", every=str(phase.every), until=str(phase.until)))
        else:
            parts.append(say("schedule.then" if parts else "schedule.always", every=str(phase.every)))
    words = say("word.then").join(parts)
    if calendar.reading is not None:
        words += say("schedule.reading", reading=say_code("reading", calendar.reading))
    if calendar.window_days is not None:
        words += say("schedule.window", days=calendar.window_days)
    return say_html("schedule.words", words=words, anchor=say(f"anchor.{calendar.anchor}"))


def _medians(view: View) -> Table:
    rows: list[Row] = []
    tests: list[tuple[Cell, Cell]] = []
    for estimate in view.analysis.estimates:
        if estimate.kind != "median":
            continue
        curve_id = estimate.id.removesuffix(".median")
        x, n, value, lower, upper = view.estimate_cells(estimate)
        schedule = (
            str(schedule_words(view.analysis.protocol).striptags()) if curve_id.startswith(("pfs", "ddc")) else "–"
        )
        rows.append(
            Row(
                (
                    text_cell(_curve_label(view, curve_id)),
                    text_cell(say(f"set.{estimate.population}")),
                    n,
                    x,
                    value,
                    lower,
                    upper,
                    text_cell(_range(view, curve_id)),
                    text_cell(say_code("interval", _interval(estimate))),
                    text_cell(schedule),
                )
            )
        )
        tests.append(_test_cells(view, estimate))
    head = columns(
        ("endpoint", say("col.endpoint")),
        ("set", say("col.set")),
        ("n", "n", True),
        ("events", say("col.events"), True),
        ("median", say("col.median"), True),
        ("lower", say("col.lower"), True),
        ("upper", say("col.upper"), True),
        ("range", say("col.range")),
        ("interval", say("col.interval_type")),
        ("schedule", say("col.schedule")),
    )
    if any(estimate.expected_events is not None for estimate in view.analysis.estimates):
        rows = [Row((*row.cells, *cells)) for row, cells in zip(rows, tests, strict=True)]
        head += columns(("expected", say("col.expected_events"), True), ("p_value", say("col.p_value"), True))
    conventions = view.analysis.protocol.conventions
    notes = (
        *_test_notes(view),
        say(
            "note.medians",
            interval=say_code("interval", conventions.survival_interval),
            level=level_text(float(conventions.level)),
            rule=say(f"median_rule.{conventions.median_rule}"),
            month=conventions.month_days,
        ),
    )
    return Table("survival_medians", say("table.medians"), head, tuple(rows), notes)


def _test_cells(view: View, estimate: Estimate) -> tuple[Cell, Cell]:
    """Expected events and p-value of a median whose curve was tested against a reference; else dashes."""
    expected, p_value = estimate.expected_events, estimate.p_value
    if expected is None or p_value is None or not view.tells_estimate(estimate):
        return no_value(), no_value()
    shown = str(round_half_away(expected, 2))
    return (
        Cell(expected, shown, estimate.id, "expected_events"),
        Cell(p_value, p_text(p_value), estimate.id, "p_value"),
    )


def _test_notes(view: View) -> tuple[str, ...]:
    """Against what each curve was tested, and where that comes from."""
    said = []
    for estimate in view.analysis.estimates:
        endpoint = view.analysis.protocol.endpoints.get(estimate.id.removesuffix(".median"))
        if estimate.expected_events is None or endpoint is None or endpoint.test is None:
            continue
        reference = endpoint.test.reference
        if reference is None:
            continue
        name = _curve_label(view, estimate.id.removesuffix(".median"))
        said.append(say("note.log_rank", name=name, curve=value_words(reference), source=reference.source))
    return tuple(said)


def _range(view: View, curve_id: str) -> str:
    """Shortest and longest time in months, ``+`` for a censored one; never for the public."""
    curve = view.analysis.curves.get(curve_id)
    if curve is None or not curve.times or not view.shows_patients:
        return "–"
    ordered = sorted(curve.times.values(), key=lambda item: (item[0], not item[1]))
    ends = [months_text(days / DAYS_A_MONTH) + ("" if event else "+") for days, event in (ordered[0], ordered[-1])]
    return f"{ends[0]} … {ends[1]}"


def _interval(estimate: Estimate) -> str:
    return next((name for name in ("log-log", "log", "plain") if f"-{name}" in estimate.method), estimate.method)


def _landmarks(view: View) -> Table:
    rows = []
    for estimate in view.analysis.estimates:
        if estimate.kind != "landmark" or (estimate.id.rpartition(".")[2].startswith("scan") and not estimate.at_risk):
            continue
        curve_id, _, moment = estimate.id.partition(".landmark.")
        _, n, value, lower, upper = view.estimate_cells(estimate)
        at_risk = no_value() if estimate.at_risk is None else Cell(estimate.at_risk, str(estimate.at_risk))
        if not view.shows_patients and (estimate.at_risk or 0) < 5:
            at_risk = Cell(None, say("value.small"), suppressed=True)
        rows.append(
            Row(
                (
                    text_cell(_curve_label(view, curve_id)),
                    text_cell(moment_words(moment)),
                    n,
                    at_risk,
                    value,
                    lower,
                    upper,
                    text_cell(say_code("interval", _interval(estimate))),
                )
            )
        )
    head = columns(
        ("endpoint", say("col.endpoint")),
        ("moment", say("col.moment")),
        ("n", "n", True),
        ("at_risk", say("col.at_risk"), True),
        ("value", say("col.free"), True),
        ("lower", say("col.lower"), True),
        ("upper", say("col.upper"), True),
        ("interval", say("col.interval_type")),
    )
    return Table("survival_landmarks", say("table.landmarks"), head, tuple(rows), (say("note.landmarks"),))


def moment_words(code: str) -> str:
    """A landmark's moment: ``6 months``, or after which planned scan."""
    if code.startswith("scan"):
        return say("moment.scan", number=code.removeprefix("scan"))
    return say("moment.months", months=code.removesuffix("m"))
