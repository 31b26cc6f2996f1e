"""The paragraph on the design for a statistical analysis plan, with every figure computed from the rule itself."""

from __future__ import annotations

from onearm.design.given import percent_words
from onearm.stats.two_stage import SingleStageRule, TwoStageRule, operating_characteristics
from onearm.units import round_half_away


def plan_paragraph(
    rule: TwoStageRule | SingleStageRule,
    p0: float,
    p1: float,
    alpha: float,
    power: float,
    *,
    kind: str = "",
    drop_out: float = 0.0,
    binding: bool = True,
) -> str:
    """The design in words: sizes, minimal counts, exact error rates beside those wanted, early stops, expected sizes.

    ``alpha``, ``power``: what was wanted; what the rule attains is computed. ``kind``: the design's name, such as
    ``optimal``. ``drop_out``: share of enrolled patients who will not be evaluable and are replaced; the limits stay
    those of the evaluable ones. ``binding``: whether the efficacy stop must be followed. ValueError
    for an impossible rule or rate.
    """
    low, high = percent_words(p0), percent_words(p1)
    null, target = operating_characteristics(rule, p0), operating_characteristics(rule, p1)
    named = f"{kind[0].upper()}{kind[1:]} design" if kind else "The design"
    rates = (
        f"{named} for a response rate of {low} (not worth pursuing) against {high} (worth pursuing), "
        f"one-sided type I error at most {_number(alpha, 4)}, power at least {_number(power, 4)}."
    )
    errors = (
        f"Exact binomial calculation gives a type I error of {_number(null.success, 4)} and a power of "
        f"{_number(target.success, 4)}."
    )
    sentences = [rates, *_sizes(rule), errors]
    if isinstance(rule, TwoStageRule):
        early = null.stop_futility + null.stop_efficacy
        sentences.append(
            f"The trial stops after stage one with probability {_number(early, 4)} if the rate is {low} and "
            f"{_number(target.stop_futility + target.stop_efficacy, 4)} if it is {high}; the expected size is "
            f"{_number(null.expected_size, 1)} and {_number(target.expected_size, 1)} patients."
        )
        if rule.efficacy_stop is not None and not binding:
            without = rule._replace(efficacy_stop=None)
            error, chance = (operating_characteristics(without, rate).success for rate in (p0, p1))
            sentences.append(
                "The efficacy stop need not be followed; if it never is, the type I error is "
                f"{_number(error, 4)} and the power {_number(chance, 4)}."
            )
    if drop_out:
        from onearm.design.best_designs import count_to_enrol

        lost = percent_words(drop_out)
        enrolled = count_to_enrol(rule.n, drop_out)
        sentences.append(
            f"With {lost} of patients not evaluable, about {enrolled} are enrolled so that {rule.n} are "
            "evaluable; the limits stay those of the evaluable patients."
        )
    sentences.append(_source(rule))
    return " ".join(sentences)


def _sizes(rule: TwoStageRule | SingleStageRule) -> list[str]:
    if isinstance(rule, SingleStageRule):
        return [f"The treatment is worth pursuing if {rule.success} or more of {rule.n} evaluable patients respond."]
    low = rule.futility_stop
    few = f"{low} or fewer respond" if low else "none responds"
    stop = "" if rule.efficacy_stop is None else f" and, with success, if {rule.efficacy_stop} or more respond"
    return [
        f"Stage one takes {rule.n1} evaluable patients; the trial stops if {few}{stop}.",
        f"Otherwise {rule.n - rule.n1} more are enrolled, {rule.n} in all; the treatment is worth pursuing if "
        f"{rule.success} or more of the {rule.n} respond.",
    ]


def _source(rule: TwoStageRule | SingleStageRule) -> str:
    if isinstance(rule, SingleStageRule):
        return "Single-stage exact design (A'Hern 2001, Stat Med 20:859-866)."
    if rule.efficacy_stop is None:
        return "Two-stage design (Simon 1989, Control Clin Trials 10:1-10)."
    return "Two-stage design with both stops (Mander and Thompson 2010, Contemp Clin Trials 31:572-578)."


def _number(value: float, digits: int) -> str:
    return str(round_half_away(value, digits))
