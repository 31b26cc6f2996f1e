"""The report: one HTML file, figures and tables made of an analysis."""

from __future__ import annotations

from onearm.report.html import describe_headline, render_html
from onearm.report.view import AUDIENCES, Audience
from onearm.report.write import write_report

__all__ = ["AUDIENCES", "Audience", "describe_headline", "render_html", "write_report"]
