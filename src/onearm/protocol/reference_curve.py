"""The declared reference of a time to event as the statistics take it."""

from __future__ import annotations

from onearm.protocol.parts import SurvivalReference
from onearm.stats.one_sample_log_rank import SurvivalReference as Curve
from onearm.stats.one_sample_log_rank import exponential_reference, piecewise_reference
from onearm.units import DAYS_A_MONTH


def reference_curve(declared: SurvivalReference) -> Curve:
    """The declared reference, with times in days.

    ValueError, in words, unless it has either a positive median or points whose times rise and whose shares fall.
    """
    if (declared.median_months is None) == (not declared.survival):
        raise ValueError("neither a median nor shares" if not declared.survival else "both a median and shares")
    if declared.median_months is not None:
        return exponential_reference(float(declared.median_months) * DAYS_A_MONTH)
    curve = piecewise_reference([(float(months), float(share)) for months, share in declared.survival])
    return Curve(tuple(t * DAYS_A_MONTH for t in curve.times), curve.cumulative_hazards, curve.end * DAYS_A_MONTH)
