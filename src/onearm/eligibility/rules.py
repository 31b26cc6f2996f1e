"""A condition as one line: ``anc ≥ 1.5 10^9/L within 14 days before registration``."""

from __future__ import annotations

from onearm.protocol.eligibility_parts import Condition, Criterion


def rule_text(criterion: Criterion) -> str:
    """What a criterion asks for; that of an exclusion says whom it excludes."""
    condition = condition_text(criterion)
    if not condition:
        return "judged"
    return condition if criterion.kind == "inclusion" else f"not: {condition}"


def condition_text(condition: Condition) -> str:
    """A condition and all below it; empty where it compares nothing."""
    parts = [_comparison(condition)] if condition.variable is not None else []
    parts += [f"({' and '.join(map(condition_text, condition.all))})"] if condition.all else []
    parts += [f"({' or '.join(map(condition_text, condition.any))})"] if condition.any else []
    parts += [f"not ({condition_text(condition.not_)})"] if condition.not_ is not None else []
    return " and ".join(parts)


def _comparison(condition: Condition) -> str:
    unit = f" {condition.unit}" if condition.unit else ""
    signs = (
        ("≥", condition.at_least),
        (">", condition.more_than),
        ("≤", condition.at_most),
        ("<", condition.less_than),
    )
    parts = [f"{sign} {limit.normalize():f}{unit}" for sign, limit in signs if limit is not None]
    parts += [f"is one of {', '.join(condition.one_of)}"] if condition.one_of else []
    parts += [f"is none of {', '.join(condition.none_of)}"] if condition.none_of else []
    parts += [f"is {'true' if condition.is_true else 'false'}"] if condition.is_true is not None else []
    before = (condition.before or "registration").replace("_", " ")
    for word, length in (("within", condition.within), ("not within", condition.not_within)):
        parts += [f"{word} {length} before {before}"] if length is not None else []
    window = f", value within {condition.window} before {before}" if condition.window is not None else ""
    return f"{condition.variable} {' and '.join(parts)}{window}"
