"""The report: one HTML file, figures and tables made of an analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onearm.report.html import describe_headline, render_html
    from onearm.report.view import AUDIENCES, Audience
    from onearm.report.write import write_report

__all__ = ["AUDIENCES", "Audience", "describe_headline", "render_html", "write_report"]

_PLACES = {
    "AUDIENCES": "onearm.report.view",
    "Audience": "onearm.report.view",
    "describe_headline": "onearm.report.html",
    "render_html": "onearm.report.html",
    "write_report": "onearm.report.write",
}


def __getattr__(name: str) -> Any:
    """Load a module when it is asked for: the process that only draws needs none of these."""
    if name not in _PLACES:
        raise AttributeError(f"module 'onearm.report' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_PLACES[name]), name)
