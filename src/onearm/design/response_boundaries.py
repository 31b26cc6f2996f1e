"""When has a trial seen too few, or enough, responses? Predictive and posterior boundaries, exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from onearm.design.given import count_faults
from onearm.design.model import DesignError, DesignFault
from onearm.design.monitor import ResponseBoundary, measure
from onearm.design.monitor_inputs import MOST_PATIENTS, InputFaults
from onearm.stats.monitoring import SequentialRule
from onearm.stats.monitoring_posterior import (
    BetaPrior,
    difference_above,
    posterior_above,
    predictive_probabilities,
)
from onearm.stats.two_stage import LIMIT_ROUNDING

_USUAL_FIRST_LOOK = 10


def predictive_probability(
    p0: float,
    p1: float,
    n: int,
    prior: tuple[float, float],
    *,
    theta_l: float,
    theta_t: float,
    theta_u: float | None = None,
    first: int | None = None,
    looks: Sequence[int] | None = None,
    rates: Sequence[float] = (),
) -> ResponseBoundary:
    """Predictive-probability boundary of Lee and Liu (2008, Clin Trials 5:93-106), with its exact error rates.

    At the end (``n`` patients) success if P(rate > ``p0`` | data) > ``theta_t`` under the Beta ``prior``. PP is the
    probability, given the data so far, of that success: stop for futility if PP < ``theta_l``, for efficacy if
    PP > ``theta_u`` (None: never). Equality stops nothing; what is equal up to rounding (1e-12) counts as equal.
    Looks after every patient from ``first`` on (None: from 10, or from ``n`` if that is less), or at the stated
    ``looks``; always at ``n``. DesignError, with
    every fault, for impossible numbers, and for a ``theta_t`` that no number of responders reaches.
    """
    faults = InputFaults()
    check_target(faults, p0, p1, n, rates)
    beta = faults.prior("prior", prior)
    for name, value in (("theta_l", theta_l), ("theta_t", theta_t), ("theta_u", 1.0 if theta_u is None else theta_u)):
        faults.rate(name, value, ends=True)
    if not faults.faults and theta_u is not None:
        faults.require("theta_u", theta_u, theta_u > theta_l, f"more than theta_l ({theta_l})")
    seen = _early_looks(faults, first, looks, n)
    faults.raise_if_any()
    assert beta is not None
    success = success_count(n, p0, beta, theta_t)
    if success is None:
        highest = float(posterior_above(n, p0, beta)[n])
        raise DesignError([DesignFault("theta_t", str(theta_t), f"less than {highest:.6g}, reached if all respond")])
    table = predictive_probabilities(n, success, beta)
    lower: list[int | None] = []
    upper: list[int | None] = []
    for look in seen:
        here = table[look, : look + 1]
        stopped = int(np.count_nonzero(here < theta_l * (1 - LIMIT_ROUNDING)))
        lower.append(stopped - 1 if stopped else None)
        enough = 0 if theta_u is None else int(np.count_nonzero(here > theta_u * (1 + LIMIT_ROUNDING)))
        upper.append(look + 1 - enough if enough else None)
    rule = SequentialRule((*seen, int(n)), (*lower, success - 1), (*upper, success))
    settings = (("theta_l", theta_l), ("theta_t", theta_t), ("theta_u", theta_u), ("prior", tuple(beta)))
    return boundary("predictive", rule, p0, p1, settings, rates)


def posterior_boundaries(
    p0: float,
    p1: float,
    n: int,
    prior: tuple[float, float],
    *,
    futility: float | None = 0.05,
    efficacy: float | None = 0.95,
    delta: float = 0.0,
    control: tuple[float, float] | None = None,
    first: int | None = None,
    looks: Sequence[int] | None = None,
    rates: Sequence[float] = (),
) -> ResponseBoundary:
    """Posterior boundaries of Thall and Simon (1994, Biometrics 50:337-349), with their exact error rates.

    Stop for futility if P(rate > control rate + ``delta`` | data) ≤ ``futility``, for efficacy if P(rate > control
    rate | data) ≥ ``efficacy`` (None: no such limit), at every look and at the last patient; a trial that meets
    neither is inconclusive. The control rate is ``p0``, fixed, or has the Beta distribution ``control`` (a, b);
    then the probability is an integral, by quadrature settled to 1e-10, and the error rates stay exact sums. The rate
    has the Beta ``prior`` (a, b). Looks as for ``predictive_probability``. DesignError, with every fault, for
    impossible numbers and for limits that cross (then some counts would stop for both reasons).
    """
    faults = InputFaults()
    check_target(faults, p0, p1, n, rates)
    beta = faults.prior("prior", prior)
    historical = None if control is None else faults.prior("control", control)
    for name, value in (("futility", futility), ("efficacy", efficacy)):
        if value is not None:
            faults.rate(name, value)
    if futility is None and efficacy is None:
        faults.add("futility", "none", "a futility limit, an efficacy limit, or both")
    if faults.rate("delta", delta, ends=True) and not faults.faults and historical is None:
        faults.require("delta", delta, p0 + delta < 1, f"less than {1 - p0:g}, so that p0 + delta is a rate")
    early = _early_looks(faults, first, looks, n)
    faults.raise_if_any()
    seen = (*early, int(n))
    assert beta is not None
    lower: list[int | None] = []
    upper: list[int | None] = []
    for look in seen:
        enough = _posterior(look, delta, p0, beta, historical)
        beyond = enough if delta == 0 else _posterior(look, 0.0, p0, beta, historical)
        few = -1 if futility is None else _first(look, enough, futility * (1 + LIMIT_ROUNDING), strict=True) - 1
        many = look + 1 if efficacy is None else _first(look, beyond, efficacy * (1 - LIMIT_ROUNDING), strict=False)
        lower.append(few if few >= 0 else None)
        upper.append(many if many <= look else None)
        if few >= many:
            found = f"≤ {few} and ≥ {many} at {look} patients"
            expected = "limits that do not cross: fewer patients, a smaller delta or futility, or a larger efficacy"
            raise DesignError([DesignFault("futility and efficacy", found, expected)])
    settings = (
        ("futility", futility),
        ("efficacy", efficacy),
        ("delta", delta),
        ("prior", tuple(beta)),
        ("control", None if historical is None else tuple(historical)),
    )
    return boundary("posterior", SequentialRule(seen, tuple(lower), tuple(upper)), p0, p1, settings, rates)


def success_count(n: int, p0: float, prior: BetaPrior, theta_t: float) -> int | None:
    """The smallest number of responders of ``n`` with P(rate > ``p0`` | data) > ``theta_t``; None if none has it."""
    above = posterior_above(n, p0, prior)
    count = int(np.count_nonzero(above <= theta_t * (1 + LIMIT_ROUNDING)))
    return count if count <= n else None


def check_target(faults: InputFaults, p0: float, p1: float, n: int, rates: Sequence[float]) -> None:
    """Note what is wrong with the two rates, the number of patients and further rates."""
    if faults.rate("p0", p0) and faults.rate("p1", p1):
        faults.require("p1", p1, p1 > p0, f"more than p0 ({p0})")
    faults.count("n", n, 1)
    faults.rates("rates", rates)


def boundary(
    kind: str,
    rule: SequentialRule,
    p0: float,
    p1: float,
    settings: tuple[tuple[str, Any], ...],
    rates: Sequence[float],
) -> ResponseBoundary:
    """The rule with its exact properties at p0, p1 and further rates."""
    properties = tuple(measure(rule, rate) for rate in (p0, p1, *rates))
    return ResponseBoundary(
        kind=kind,
        n=rule.looks[-1],
        looks=rule.looks,
        futility=rule.lower,
        efficacy=rule.upper,
        p0=p0,
        p1=p1,
        settings=settings,
        type_one_error=properties[0].stop_high,
        power=properties[1].stop_high,
        properties=properties,
    )


def _early_looks(faults: InputFaults, first: int | None, looks: Sequence[int] | None, n: int) -> tuple[int, ...]:
    """Looks before the last patient; a first look beyond that one is a fault."""
    if count_faults("n", n, 1, MOST_PATIENTS):
        return ()
    start = min(_USUAL_FIRST_LOOK, n) if first is None else first
    if looks is None and not faults.count("first", start, 1, int(n)):
        return ()
    return tuple(look for look in faults.looks(looks, n, start) if look != n)


def _posterior(n: int, delta: float, p0: float, prior: BetaPrior, control: BetaPrior | None) -> Callable[[int], float]:
    """P(rate > control rate + delta | x of n) as a function of x; it rises with x."""
    if control is None:
        above = posterior_above(n, p0 + delta, prior)
        return lambda x: float(above[x])
    return lambda x: difference_above(n, x, delta, prior, control)


def _first(n: int, value: Callable[[int], float], bar: float, *, strict: bool) -> int:
    """The smallest count whose value is > ``bar`` (``strict``) or ≥ ``bar``; n + 1 if none is. By bisection."""
    low, high = -1, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        met = value(middle) > bar if strict else value(middle) >= bar
        low, high = (low, middle) if met else (middle, high)
    return high
