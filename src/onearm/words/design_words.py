"""Words of the design figures. One dictionary by code, as in ``report_words``."""

from __future__ import annotations

DESIGN_FIGURE_WORDS: dict[str, str] = {
    "figure.region.title": "Where the trial stops",
    "figure.region.x": "Patients",
    "figure.region.y": "Responders",
    "figure.region.futility": "stop if {r1} or fewer",
    "figure.region.efficacy": "stop with success if {e1} or more",
    "figure.region.failure": "no success if {r} or fewer",
    "figure.region.success": "success if {r} or more",
    "figure.trade_off.title": "Expected against maximal size: the best rule of each size, and the admissible designs",
    "figure.trade_off.x": "Maximal size n",
    "figure.trade_off.y": "Expected size at p0 = {p0}",
    "figure.power.title": "Power and expected size",
    "figure.power.x": "True response rate",
    "figure.power.y": "Probability of success",
    "figure.power.size": "Expected size",
}
