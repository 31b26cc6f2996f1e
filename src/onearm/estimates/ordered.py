"""Tests of secondary endpoints that the protocol declares, in its order: the first that fails closes the rest."""

from __future__ import annotations

from dataclasses import replace

from onearm.estimates.results import Estimate
from onearm.protocol import Protocol
from onearm.stats.binomial import binomial_tail


def apply_ordered_tests(
    protocol: Protocol, estimates: tuple[Estimate, ...], *, primary_succeeded: bool
) -> tuple[Estimate, ...]:
    """The estimates with the p-values that the fixed sequence allows.

    One-sided exact binomial test of each declared rate against its null value (p = P(X ≥ x)); rejected when p ≤ level.
    The sequence opens when the primary endpoint succeeded and closes at the first test that does not reject (Maurer,
    Hothorn and Lehmacher 1995): from there on no p-value is given.
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
        p_value = binomial_tail(estimate.x, estimate.n, float(test.null_value))
        tested[estimate.id] = replace(estimate, p_value=p_value, null_value=float(test.null_value))
        still_open = p_value <= float(test.level)
    return tuple(tested.get(estimate.id, estimate) for estimate in estimates)
