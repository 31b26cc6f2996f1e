"""Bryant and Day 1995, Biometrics 51:1372-1383: the example of page 1379.

Response .3 against .5, freedom from toxicity .6 against .8: 19 and then 33 patients; stop if 5 or fewer respond or 11
or fewer are free of toxicity; success from 13 responses and 23 patients free of toxicity on. Counts and rates are
quoted from the paper in public code, not read there. The limits .15, .15 and power .85 are not quoted: they are the
only ones of a customary grid that lead to this design.
"""

from __future__ import annotations

import itertools

import pytest

from onearm.design import find_bryant_day

RATES = (0.3, 0.5, 0.2, 0.4)


def counts(design):
    return design.n1, design.r1, design.n1 - design.t1, design.n, design.r, design.n - design.t


def test_example_of_page_1379():
    table = find_bryant_day(*RATES, 0.15, 0.15, 0.85)
    for kind, design in zip(("optimal", "minimax"), table.designs, strict=True):
        assert design.type == kind
        assert counts(design) == (19, 5, 11, 33, 12, 22)
    found = table.designs[0].independent
    # Our own figures, to the fourth digit, in case the engine changes.
    assert (found.alpha_response, found.alpha_toxicity) == pytest.approx((0.1447, 0.1458), abs=5e-5)
    assert found.power == pytest.approx(0.8542, abs=5e-5)
    assert (found.en_response, found.en_toxicity) == pytest.approx((26.19, 25.61), abs=5e-3)


def test_no_other_customary_limits_lead_to_it():
    for alpha_response, alpha_toxicity, power in itertools.product(
        (0.05, 0.1, 0.15), (0.05, 0.1, 0.15), (0.8, 0.85, 0.9)
    ):
        table = find_bryant_day(*RATES, alpha_response, alpha_toxicity, power, odds_ratios=())
        same = counts(table.designs[0]) == (19, 5, 11, 33, 12, 22)
        assert same == ((alpha_response, alpha_toxicity, power) == (0.15, 0.15, 0.85))
