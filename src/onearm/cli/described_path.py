"""The patients' path as the ``--json`` object and results.json give it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from onearm.units import round_half_away

if TYPE_CHECKING:
    from onearm.dosing import DrugSummary
    from onearm.pipeline import Analysis
    from onearm.safety.stopping import Standing

_HUNDREDTHS = 100
"""Doses are whole hundredths of a milligram."""


def describe_path(analysis: Analysis) -> dict[str, Any]:
    """Disposition, eligibility, exposure, safety and departures as the ``--json`` object gives them.

    A part that the protocol does not ask for has no key.
    """
    path = analysis.path
    described: dict[str, Any] = {}
    if path.disposition is not None:
        described["disposition"] = {
            "screened": len(path.disposition.screened),
            **{
                part: [{"reason": reason, "subjects": list(subjects)} for reason, subjects in groups]
                for part, groups in (
                    ("not_registered", path.disposition.not_registered),
                    ("treatment", path.disposition.treatment),
                    ("study", path.disposition.study),
                )
            },
        }
    if path.screening is not None:
        described["eligibility"] = {
            **path.screening.counts(),
            "criteria": [entry._asdict() for entry in path.screening.attrition],
        }
    if path.exposure is not None:
        described["exposure"] = [_describe_summary(summary) for summary in path.exposure.summaries]
    if path.deviations is not None:
        kinds = path.deviations.table.group_by("KIND").len().sort("KIND")
        described["deviations"] = dict(kinds.iter_rows())
    return described | describe_safety(analysis)


def _describe_summary(summary: DrugSummary) -> dict[str, Any]:
    """One drug of one patient; doses in mg, relative dose intensity as a ratio."""
    relative = summary.relative
    return {
        "subject": summary.subject,
        "component": summary.component,
        "drug": summary.drug_index,
        "cycles": summary.cycles,
        "planned_mg": None if summary.planned is None else summary.planned / _HUNDREDTHS,
        "given_mg": None if summary.given is None else summary.given / _HUNDREDTHS,
        "relative_dose_intensity": None if relative is None else float(round_half_away(relative, 4)),
        "delayed": summary.delayed,
        "reduced": summary.reduced,
        "held": summary.held,
    }


def describe_safety(analysis: Analysis) -> dict[str, Any]:
    """Adverse events and stopping rules as the ``--json`` object gives them; nothing without rules on them."""
    result = analysis.path.safety
    if result is None:
        return {}
    from onearm.safety.event_tables import overview

    return {
        "safety": {
            "treated": len(result.treated),
            "missing": list(result.missing),
            "overview": [asdict(line) for line in overview(analysis.protocol, result.adae, result.treated)],
            "stopping": [_describe_standing(standing) for standing in result.stopping],
        }
    }


def _describe_standing(standing: Standing) -> dict[str, Any]:
    boundary, crossed = standing.boundary, standing.crossed
    return {
        "id": standing.rule.id,
        "kind": standing.rule.kind,
        "advice": standing.rule.advice,
        "missing": list(standing.missing),
        "bounds": [] if boundary is None else [list(step) for step in boundary.steps()],
        "rates": []
        if boundary is None
        else [{"rate": found.rate, "ever_stops": found.stop_high} for found in boundary.properties],
        "patients": [
            {"subject": one.subject, "state": one.state, "day": None if one.day is None else one.day.isoformat()}
            for one in standing.patients
        ],
        "crossed": None if crossed is None else {**asdict(crossed), "day": crossed.day.isoformat()},
        "may_cross": standing.may_cross,
    }
