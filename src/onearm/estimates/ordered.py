"""Tests of secondary endpoints that the protocol declares, in its order: the first that fails closes the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from onearm.estimates.results import Curve, Estimate
from onearm.protocol import Protocol
from onearm.protocol.parts import Test
from onearm.protocol.reference_curve import reference_curve
from onearm.stats.binomial import binomial_tail
from onearm.stats.one_sample_log_rank import one_sample_log_rank


def apply_ordered_tests(
    protocol: Protocol, estimates: tuple[Estimate, ...], curves: Mapping[str, Curve], *, primary_succeeded: bool
) -> tuple[Estimate, ...]:
    """The estimates with the p-values that the fixed sequence allows.

    One-sided: each declared rate by the exact binomial test against its null value (p = P(X ≥ x)), survival by the
    one-sample log-rank test against its reference (variance E; small for fewer events); rejected when p ≤ level. The
    p-value of survival stands beside its median. The sequence opens when the primary endpoint succeeded and closes at
    the first test that does not reject (Maurer, Hothorn and Lehmacher 1995): from there on no p-value is given. Nor
    where there is nobody to test, or no time at risk.
    """
    declared = sorted(
        ((endpoint.test.order, key) for key, endpoint in protocol.endpoints.items() if endpoint.test is not None)
    )
    tested: dict[str, Estimate] = {}
    still_open = primary_succeeded
    for _, key in declared:
        test = protocol.endpoints[key].test
        estimate = next((e for e in estimates if e.id.startswith(f"{key}.") and e.role == "ordered"), None)
        if test is None or estimate is None or estimate.n == 0 or not still_open:
            break
        found = (
            _test_survival(test, estimate, curves[key]) if test.reference is not None else _test_rate(test, estimate)
        )
        if found.p_value is None:
            break
        tested[estimate.id] = found
        still_open = found.p_value <= float(test.level)
    return tuple(tested.get(estimate.id, estimate) for estimate in estimates)


def _test_rate(test: Test, estimate: Estimate) -> Estimate:
    assert test.null_value is not None  # P477
    null = float(test.null_value)
    return replace(estimate, p_value=binomial_tail(estimate.x, estimate.n, null), null_value=null)


def _test_survival(test: Test, estimate: Estimate, curve: Curve) -> Estimate:
    assert test.reference is not None
    days = np.array([days for days, _ in curve.times.values()], dtype=np.float64)
    events = np.array([event for _, event in curve.times.values()], dtype=np.bool_)
    found = one_sample_log_rank(days, events, reference_curve(test.reference))
    median = test.reference.median_months
    return replace(
        estimate,
        p_value=found.p_value,
        null_value=None if median is None else float(median),
        expected_events=found.expected,
    )
