"""The Bayesian optimal phase II design: what is asked, refused and shown."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.design import Bop2Design, DesignError, find_bop2
from onearm.design.bop2 import bop2_limits
from onearm.stats.monitoring_posterior import BetaPrior, posterior_above

LOOKS = (10, 20, 30)


@pytest.fixture(scope="module")
def design() -> Bop2Design:
    return find_bop2(0.2, 0.4, 0.1, LOOKS, rates=(0.3,))


def test_the_default_prior_is_worth_one_patient(design: Bop2Design) -> None:
    assert design.prior == (0.2, 0.8)
    assert design == find_bop2(0.2, 0.4, 0.1, LOOKS, prior=(0.2, 0.8), rates=(0.3,))
    assert [p.rate for p in design.properties] == [0.2, 0.4, 0.3]
    assert design.type_one_error == design.properties[0].stop_high <= 0.1
    assert design.power == design.properties[1].stop_high > 0.8


def test_no_other_pair_has_more_power(design: Bop2Design) -> None:
    for lambda_step, gamma_step in ((0.02, 0.02), (0.05, 0.1)):
        coarser = find_bop2(0.2, 0.4, 0.1, LOOKS, lambda_step=lambda_step, gamma_step=gamma_step)
        assert coarser.power <= design.power + 1e-12
    looser = find_bop2(0.2, 0.4, 0.1, LOOKS, gamma_most=2)
    assert looser.power >= design.power - 1e-12


def test_alpha_holds_at_equality_and_not_beyond(design: Bop2Design) -> None:
    assert find_bop2(0.2, 0.4, design.type_one_error, LOOKS).futility == design.futility
    tighter = find_bop2(0.2, 0.4, design.type_one_error - 1e-9, LOOKS)
    assert tighter.futility != design.futility and tighter.type_one_error < design.type_one_error


def test_a_posterior_equal_to_the_cut_off_does_not_stop() -> None:
    # Beta(1, 1), one success of one: P(rate > .5) = .75; a failure: .25.
    above = [posterior_above(1, 0.5, BetaPrior(1, 1))]
    assert bop2_limits((1,), above, 0.25, 1.0) == (None,)
    assert bop2_limits((1,), above, 0.25 + 1e-9, 1.0) == (0,)
    assert bop2_limits((1,), above, 0.75, 1.0) == (0,)
    assert bop2_limits((1,), above, 0.75 + 1e-9, 1.0) == (1,)


def test_it_shows_itself(design: Bop2Design) -> None:
    text, page = str(design), design._repr_html_()
    for phrase in design.words():
        assert f"  {phrase}\n" in text and f"<li>{phrase}</li>" in page
    last = design.futility[-1]
    assert last is not None and design.words()[-1] == f"success if {last + 1} or more of 30 respond"
    document = json.loads(json.dumps(design.as_dict()))
    assert document["lambda"] == design.lambda_ and "lambda_" not in document
    assert document["looks"] == [10, 20, 30] and len(document["cutoffs"]) == 3
    assert document["cutoffs"][-1] == design.lambda_
    with pytest.raises(FrozenInstanceError):
        design.n = 3  # type: ignore[misc]


def test_every_fault_at_once() -> None:
    with pytest.raises(DesignError) as refused:
        find_bop2(0.4, 0.2, 0, (20, 10), prior=(0, 1), lambda_step=1e-9, gamma_step=2, gamma_most=-1)
    fields = [fault.field for fault in refused.value.faults]
    assert fields == ["p1", "alpha", "looks", "lambda_step", "gamma_step", "gamma_most", "prior"]
    for looks in ((), 20, (10.0, 20), (True,), ("a",)):
        with pytest.raises(DesignError, match="looks"):
            find_bop2(0.2, 0.4, 0.1, looks)  # type: ignore[arg-type]


def test_an_alpha_that_no_pair_keeps_is_refused() -> None:
    with pytest.raises(DesignError, match="smallest type I error on this grid"):
        find_bop2(0.2, 0.4, 1e-6, LOOKS, lambda_step=0.3)
    with pytest.raises(DesignError, match="forbids any success"):
        find_bop2(0.5, 0.7, 0.01, (2, 3))


@given(
    st.floats(0.05, 0.5),
    st.floats(0.05, 0.4),
    st.floats(0.02, 0.3),
    st.sets(st.integers(1, 30), min_size=1, max_size=4),
)
def test_what_it_promises_holds(p0: float, more: float, alpha: float, looks: set[int]) -> None:
    try:
        found = find_bop2(p0, p0 + more, alpha, sorted(looks), lambda_step=0.05, gamma_step=0.25)
    except DesignError:
        return
    assert found.type_one_error <= alpha * (1 + 1e-11)
    assert found.power >= found.type_one_error
    limits = [-1 if limit is None else limit for limit in found.futility]
    # A later look never stops at fewer responses than an earlier one.
    assert limits == sorted(limits)
