"""A declared design that does not keep its error rates: which designs near it do?"""

from __future__ import annotations

from onearm.design.best_designs import find
from onearm.design.given import describe_rule
from onearm.design.given_sizes import best_rule_at
from onearm.design.model import DesignError, SingleStageDesign, TwoStageDesign
from onearm.design.search import Setting
from onearm.stats.two_stage import SingleStageRule


def describe_nearest(design: TwoStageDesign | SingleStageDesign, *, binding: bool = True) -> str:
    """The nearest designs that keep both declared errors, in minimal counts, the declared sizes first.

    Two stages: the best limits at the declared n1 and n if any keep both errors, then the minimax and the optimal
    design of the same kind (with or without an efficacy stop). One stage: the smallest exact design. ``binding`` False:
    both errors hold with the efficacy stop used and never used, and the declared sizes are passed over.
    """
    setting = Setting(design.p0, design.p1, design.alpha, design.power)
    stops = isinstance(design, TwoStageDesign) and design.efficacy_stop is not None
    found = []
    if isinstance(design, TwoStageDesign) and (binding or not stops):
        same = best_rule_at(setting, design.n1, design.n, efficacy_stop=stops)
        found.append(
            f"at the declared sizes: {describe_rule(same.rule)}" if same else "at the declared sizes there is none"
        )
    wanted: tuple[str, ...] = ("single-stage",)
    if isinstance(design, TwoStageDesign):
        wanted = ("H0-minimax", "H0-optimal") if stops else ("minimax", "optimal")
    try:
        rows = find(*setting, efficacy_stop=stops, binding=binding).designs
    except DesignError:
        return "; ".join(found) or "none was found"
    for row in rows:
        if row.type in wanted:
            rule = row.rule
            words = (
                f"success if {rule.success} or more of {rule.n} respond"
                if isinstance(rule, SingleStageRule)
                else describe_rule(rule)
            )
            found.append(f"{row.type}: {words}")
    return " – ".join(found)
