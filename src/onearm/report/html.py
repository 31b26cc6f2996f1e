"""The report as one HTML file that fetches nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from markupsafe import Markup

from onearm.pipeline import Analysis
from onearm.protocol.base import text_in
from onearm.report.decision_words import plain_headline
from onearm.report.figure_order import draw_orders
from onearm.report.figure_style import Drawing, inline_svg
from onearm.report.figure_worker import FigureWorker
from onearm.report.page import Section, tables_of
from onearm.report.say import say
from onearm.report.section_agreement import agreement_section
from onearm.report.section_analyses import analyses_section
from onearm.report.section_calendar import calendar_section
from onearm.report.section_design import design_section
from onearm.report.section_deviations import deviations_section
from onearm.report.section_dose_rules import dose_rules_section
from onearm.report.section_eligibility import eligibility_section
from onearm.report.section_exposure import exposure_section
from onearm.report.section_individual import individual_section, order_individual
from onearm.report.section_laboratory import laboratory_section, order_laboratory
from onearm.report.section_listings import dates_section, findings_section
from onearm.report.section_patients import baseline_section, flow_section
from onearm.report.section_quality import order_quality, quality_section
from onearm.report.section_response import decision_section, response_section
from onearm.report.section_safety import order_safety, safety_sections
from onearm.report.section_summary import summary_section
from onearm.report.section_survival import order_survival, survival_section
from onearm.report.section_text import text_section
from onearm.report.section_trace import Traces, trace_section
from onearm.report.table import Table
from onearm.report.view import Audience, View

if TYPE_CHECKING:
    from jinja2 import Environment, Template


@dataclass(frozen=True)
class Report:
    """Everything that is written: sections, drawings, tables."""

    view: View
    sections: tuple[Section, ...]
    drawings: dict[str, Drawing]
    traces: Traces | None

    @property
    def tables(self) -> list[Table]:
        """Every table once, in the order of the report."""
        tables = tables_of(self.sections)
        return [*tables, self.traces.table] if self.traces is not None else tables


def build_report(analysis: Analysis, audience: Audience, worker: FigureWorker | None = None) -> Report:
    """The sections in the order of the report, as one audience may see them; ``worker`` draws meanwhile."""
    view = View(analysis, audience)
    orders = {
        **order_individual(view),
        **order_survival(view),
        **order_safety(view),
        **order_laboratory(view),
        **order_quality(view),
    }
    if worker is not None:
        worker.send(orders)
    sections = [
        summary_section(view),
        design_section(view),
        flow_section(view),
        baseline_section(view),
        *eligibility_section(view),
        response_section(view),
        decision_section(view),
        individual_section(view),
        survival_section(view),
        *analyses_section(view),
        *exposure_section(view),
        *dose_rules_section(view),
        *safety_sections(view),
        *laboratory_section(view),
        *quality_section(view),
        *calendar_section(view),
        dates_section(view),
        *agreement_section(view),
        *deviations_section(view),
        findings_section(view),
        text_section(view),
    ]
    traced = trace_section(view)
    if traced is not None:
        sections.append(traced[0])
    drawings = draw_orders(orders) if worker is None else worker.collect()
    return Report(view, tuple(sections), drawings, traced[1] if traced is not None else None)


def render_html(analysis: Analysis, audience: Audience = "team") -> str:
    """The whole report as HTML text: styles, script and figures are inside it, nothing is fetched."""
    return render_report(build_report(analysis, audience))


def render_report(report: Report) -> str:
    """A built report as HTML text."""
    view = report.view
    protocol = view.analysis.protocol
    folder = resources.files("onearm.report") / "templates"
    labels = {view.key(p.subject): view.label(p.subject) for p in view.patients} if view.shows_patients else {}
    return template("report.html.j2").render(
        view=view,
        say=say,
        sections=report.sections,
        figures={name: Markup(inline_svg(drawing.svg, name)) for name, drawing in report.drawings.items()},
        traces=report.traces,
        title=text_in(protocol.identity.title),
        trial=protocol.identity.id,
        headings=[text_in(text) for text in protocol.headings],
        style=Markup((folder / "report.css").read_text("utf-8")),
        script=Markup((folder / "report.js").read_text("utf-8")),
        labels=Markup(json.dumps(labels, sort_keys=True).replace("<", "\\u003c")),
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("onearm.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def template(name: str) -> Template:
    """A page's template by its file name."""
    return _environment().get_template(name)


def describe_headline(analysis: Analysis) -> str:
    """What the decision says, as one line of plain text for the command line."""
    return plain_headline(View(analysis, "team"), analysis.decision)
