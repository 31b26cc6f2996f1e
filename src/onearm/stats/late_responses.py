"""What does a rule do if some responders are not yet seen when stage one is judged?"""

from __future__ import annotations

import numpy as np

from onearm.stats.binomial import binomial_pmf, binomial_tail, binomial_tails, check_rate
from onearm.stats.two_stage import OperatingCharacteristics, TwoStageRule, check_rule, continuing_counts, effective_rate


def characteristics_with_unseen(
    rule: TwoStageRule, rate: float, not_evaluable: float = 0.0, unseen: float = 0.0
) -> OperatingCharacteristics:
    """Exact properties if a share of the responders of stage one is not yet seen at its analysis.

    Each patient of stage one responds with rate p' = p·(1 - ``not_evaluable``); a responder is still unseen
    with probability ``unseen``. The stops look at the seen responders S ~ Bin(n1, p'·(1 - u)) only; a trial that
    goes on counts the hidden ones at the end: given S = s they are Bin(n1 - s, p'·u / (1 - p'·(1 - u))).
    Success: x ≥ ``success`` at the end, or S ≥ ``efficacy_stop``. A stop is final. ValueError for an
    impossible rule, rate or share.
    """
    check_rule(rule)
    counted = effective_rate(rate, not_evaluable)
    seen = counted * (1 - check_rate(unseen))
    hidden = 0.0 if seen >= 1 else min(1.0, counted * unseen / (1 - seen))
    first, goes_on = binomial_pmf(rule.n1, seen), continuing_counts(rule)
    later = binomial_tails(rule.n - rule.n1, counted)
    success = 0.0
    for s in goes_on.tolist():
        known_late = np.arange(rule.n1 - s + 1)
        needed = np.clip(rule.success - s - known_late, 0, rule.n - rule.n1 + 1)
        success += float(first[s] * np.sum(binomial_pmf(rule.n1 - s, hidden) * later[needed]))
    efficacy = 0.0 if rule.efficacy_stop is None else binomial_tail(rule.efficacy_stop, rule.n1, seen)
    return OperatingCharacteristics(
        success=success + efficacy,
        stop_futility=float(first[: rule.futility_stop + 1].sum()),
        stop_efficacy=efficacy,
        expected_size=rule.n1 + (rule.n - rule.n1) * float(first[goes_on].sum()),
    )
