"""What does a two-stage rule on response and toxicity do when the two go together? Exact bivariate recursion."""

from __future__ import annotations

from math import isfinite, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.binomial import check_rate


class JointRule(NamedTuple):
    """A two-stage rule in counts of responses and of toxicities; ``n`` is the total of both stages."""

    n1: int
    n: int
    r1: int
    """Stop after stage one if responses ≤ r1."""
    t1: int
    """Stop after stage one if toxicities ≥ t1."""
    r: int
    """Success after stage two needs responses > r."""
    t: int
    """Success after stage two needs toxicities < t."""


class JointCharacteristics(NamedTuple):
    """What a rule does at one pair of rates and one odds ratio."""

    success: float
    stop_early: float
    """Probability of stopping after stage one, for either reason or for both."""
    stop_few_responses: float
    """Probability of too few responses in stage one, whatever the toxicities."""
    stop_toxicity: float
    """Probability of too many toxicities in stage one, whatever the responses."""
    expected_size: float


def check_joint_rule(rule: JointRule) -> None:
    """Refuse with ValueError sizes that do not rise and limits that leave nothing to decide."""
    if not 1 <= rule.n1 < rule.n:
        raise ValueError(f"stage one has 1 to n - 1 patients, not {rule.n1} of {rule.n}")
    if not 0 <= rule.r1 < rule.n1 or not 1 <= rule.t1 <= rule.n1:
        raise ValueError(f"stage one stops at r1 of 0 to {rule.n1 - 1} or t1 of 1 to {rule.n1}, not {rule}")
    if not rule.r1 <= rule.r < rule.n or not 1 <= rule.t <= rule.t1 + rule.n - rule.n1:
        raise ValueError(f"success is certain or impossible after stage one: {rule}")


def share_with_both(response: float, toxicity: float, odds_ratio: float) -> float:
    """Share of patients with response and toxicity, from the two rates and their odds ratio.

    p11·p00/(p10·p01) = ``odds_ratio`` (Plackett 1965, J Am Stat Assoc 60:516-522); 1 is independence. The root is
    written so that nothing cancels. ValueError for a rate outside [0, 1] or an odds ratio that is not positive.
    """
    check_rate(response)
    check_rate(toxicity)
    if not odds_ratio > 0 or not isfinite(odds_ratio):
        raise ValueError(f"an odds ratio is positive and finite, not {odds_ratio}")
    product = response * toxicity
    total = 1 + (response + toxicity) * (odds_ratio - 1)
    root = sqrt(max(0.0, total * total - 4 * odds_ratio * (odds_ratio - 1) * product))
    return 2 * odds_ratio * product / (total + root) if product > 0 else 0.0


def joint_characteristics(
    rule: JointRule, response: float, toxicity: float, odds_ratio: float = 1.0
) -> JointCharacteristics:
    """Exact properties of a rule on both endpoints at two rates and an odds ratio.

    The probability of each pair of counts is carried from patient to patient; only positive terms are added. Stop if
    responses ≤ r1 or toxicities ≥ t1, success if responses > r and toxicities < t (Bryant and Day 1995, Biometrics
    51:1372-1383, who vary the odds ratio in the same way). ValueError for an impossible rule, rate or odds ratio.
    """
    check_joint_rule(rule)
    both = share_with_both(response, toxicity, odds_ratio)
    cells = (both, max(0.0, response - both), max(0.0, toxicity - both), max(0.0, 1 - response - toxicity + both))
    here = np.zeros((rule.n + 1, rule.n + 1))
    here[0, 0] = 1.0
    _treat(here, 0, rule.n1, cells)
    few, toxic = float(here[: rule.r1 + 1].sum()), float(here[:, rule.t1 :].sum())
    here[: rule.r1 + 1] = 0.0
    here[:, rule.t1 :] = 0.0
    going_on = float(here.sum())
    _treat(here, rule.n1, rule.n, cells)
    success = float(here[rule.r + 1 :, : rule.t].sum())
    return JointCharacteristics(success, 1 - going_on, few, toxic, rule.n1 + (rule.n - rule.n1) * going_on)


def _treat(here: NDArray[np.float64], seen: int, until: int, cells: tuple[float, float, float, float]) -> None:
    """Carry the probabilities ``here`` [responses, toxicities] from ``seen`` patients to ``until``, in place."""
    both, response, toxicity, neither = cells
    for n in range(seen, until):
        before = here[: n + 1, : n + 1].copy()
        here[: n + 1, : n + 1] *= neither
        here[1 : n + 2, : n + 1] += response * before
        here[: n + 1, 1 : n + 2] += toxicity * before
        here[1 : n + 2, 1 : n + 2] += both * before
