"""Parts of an analysis as the ``--json`` object and results.json give them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onearm.estimates.results import Estimate
    from onearm.pipeline import Analysis

_ESTIMATE_FIELDS = (
    "id", "value", "estimator", "lower", "upper", "level", "method", "n", "x", "population", "unit", "kind", "role",
    "value_days", "lower_days", "upper_days", "at_day", "at_risk", "p_value", "null_value",
    "expected_events",
)  # fmt: skip


def describe_estimate(estimate: Estimate) -> dict[str, Any]:
    """An estimate as the ``--json`` object gives it."""
    return {name: getattr(estimate, name) for name in _ESTIMATE_FIELDS}


def describe_comparison(analysis: Analysis) -> dict[str, Any] | None:
    """What was entered beside what was derived, as the ``--json`` object gives it; None where nothing is compared."""
    comparison = analysis.comparison
    if comparison is None:
        return None
    return {
        "compared": len(comparison.compared),
        "differences": [
            {
                "subject": entry.subject, "reading": entry.reading.label, "visit": entry.visit,
                "component": entry.component, "entered": entry.entered, "derived": entry.derived, "rule": entry.rule,
                "row": entry.row,
            }
            for entry in comparison.differences
        ],
        "agreements": [
            {
                "id": agreement.id,
                **{
                    crossed.unit: {
                        "categories": ["CR", "PR", "SD", "PD"], "counts": crossed.counts,
                        "left_out": crossed.n_left_out, "kappa": crossed.kappa._asdict(),
                        "weighted": crossed.weighted._asdict(),
                    }
                    for crossed in (agreement.visits, agreement.best)
                },
                "responders": {**agreement.responders._asdict(), "left_out": len(agreement.in_one_only)},
                "dates": [
                    {
                        "event": dates.event, "same": dates.same, "earlier": dates.earlier, "later": dates.later,
                        "only_first": dates.only_first, "only_second": dates.only_second,
                        "median_days": dates.median_days,
                    }
                    for dates in agreement.dates
                ],
            }
            for agreement in comparison.agreements
        ],
        "unread": [reading.label for reading in comparison.unread],
    }  # fmt: skip


def describe_declared(analysis: Analysis) -> dict[str, Any]:
    """Declared subgroups and landmark analyses as the ``--json`` object gives them."""
    return {
        "subgroups": [
            {
                "variable": rates.variable,
                "reason": rates.reason,
                "groups": [
                    {
                        "value": group.value,
                        "at_least": group.at_least,
                        "below": group.below,
                        "missing": group.is_missing,
                        **describe_estimate(group.estimate),
                    }
                    for group in rates.strata
                ],
            }
            for rates in analysis.subgroups
        ],
        "response_landmarks": [asdict(landmark) for landmark in analysis.landmarks],
    }
