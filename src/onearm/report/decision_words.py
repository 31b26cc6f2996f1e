"""A decision in words: the headline, the rule, the counts behind it."""

from __future__ import annotations

from markupsafe import Markup, escape

from onearm.decide.results import Decision
from onearm.report.say import say, say_html
from onearm.report.traced import Traced
from onearm.report.view import View
from onearm.words.report_words import REPORT_WORDS

NAMES_SHOWN = 8
"""Pending patients named in a headline; more are counted."""

MISSING_NAMED = 6
"""Open places named in a headline; the rest is counted."""


def traced_count(field: str, value: object) -> Traced:
    """A number of the decision in running text."""
    return Traced(str(value), "decision", field)


def headline(view: View, decision: Decision) -> tuple[Markup, ...]:
    """What the decision says, in one or two sentences."""
    if is_untested(decision):
        return (say_html("headline.exploratory"),)
    if decision.action == "refused":
        named = [_place_words(path) for path in sorted(decision.missing, key=_weight)[:MISSING_NAMED]]
        rest = len(decision.missing) - len(named)
        more = say_html("headline.and_more", n=traced_count("missing", rest)) if rest else Markup("")
        return (say_html("headline.refused", missing=escape(join_words(named, comma_only=bool(rest))) + more),)
    if decision.action == "not_ready":
        return _waiting(view, decision)
    return _settled(view, decision)


def _place_words(path: str) -> str:
    """An open place of the protocol in words, or its path where it has none."""
    return REPORT_WORDS.get(f"path.{path}", path)


def _weight(path: str) -> int:
    """The places that have words come first, in the order of the catalogue: sizes and boundaries lead."""
    return list(REPORT_WORDS).index(f"path.{path}") if f"path.{path}" in REPORT_WORDS else len(REPORT_WORDS)


def is_untested(decision: Decision) -> bool:
    """Whether the protocol declares no test, so that there is nothing to decide."""
    return decision.rule.get("kind") == "exploratory" or (decision.stage == "none" and not decision.missing)


def _settled(view: View, decision: Decision) -> tuple[Markup, ...]:
    counts, recorded = decision.counts, decision.recorded
    if decision.passed_stop is not None and recorded is not None and view.shows_patients:
        marks = {"x1": traced_count("recorded.x1", recorded.x1), "n1": traced_count("recorded.n1", recorded.n1)}
        return (say_html(f"headline.passed_{decision.passed_stop}", **marks),)
    action = say_html(f"headline.{decision.action}")
    if counts is None or not view.shows_patients:
        return (action,)
    parts = [
        action,
        say_html(
            f"headline.counts_{decision.stage}",
            x=traced_count("responders", counts.responders),
            n=traced_count("members", counts.members),
            rule=rule_words(decision),
        ),
    ]
    if decision.determined_early:
        parts.append(say_html("headline.early", undecided=traced_count("undecided", counts.undecided)))
    return tuple(parts)


def _waiting(view: View, decision: Decision) -> tuple[Markup, ...]:
    if not view.shows_patients:
        return (say_html("headline.not_ready_public"),)
    counts = decision.counts
    parts = []
    if decision.earliest_day is not None:
        day = Traced(view.day_in_words(decision.earliest_day), "decision", "earliest_day")
        parts.append(say_html("headline.earliest", day=day))
    else:
        parts.append(say_html("headline.not_ready"))
    if decision.pending:
        names = [_named(view, member.subject) for member in decision.pending]
        many = traced_count("pending", len(names))
        shown = _join(names) if len(names) <= NAMES_SHOWN else say_html("headline.many", n=many)
        parts.append(say_html("headline.waiting", names=shown))
    if counts is not None and counts.missing:
        parts.append(say_html("headline.to_come", n=traced_count("missing", counts.missing)))
    if decision.responders_needed is not None:
        key = "headline.needed_one" if decision.responders_needed == 1 else "headline.needed"
        parts.append(say_html(key, n=traced_count("responders_needed", decision.responders_needed)))
    return tuple(parts)


def rule_words(decision: Decision) -> Markup:
    """The boundaries of the stage that is decided, as in: stop if 8 or fewer of 27 respond."""
    rule = decision.rule

    def number(name: str) -> Traced:
        return Traced(str(rule[name]), "decision", f"rule.{name}")

    parts = []
    if decision.stage == "one":
        if rule.get("futility_stop") is not None:
            parts.append(say_html("rule.futility", r=number("futility_stop"), n=number("n1")))
        if rule.get("efficacy_stop") is not None:
            parts.append(say_html("rule.efficacy", r=number("efficacy_stop"), n=number("n1")))
    elif rule.get("success") is not None:
        parts.append(say_html("rule.success", r=number("success"), n=number("n")))
    return Markup("; ").join(parts)


def all_limits(decision: Decision) -> Markup:
    """Every boundary of the design in the order in which a trial meets them."""
    rule = decision.rule
    codes = (("futility", "futility_stop", "n1"), ("efficacy", "efficacy_stop", "n1"), ("success", "success", "n"))
    parts = [
        say_html(
            f"rule.{code}",
            r=Traced(str(rule[limit]), "decision", f"rule.{limit}"),
            n=Traced(str(rule[size]), "decision", f"rule.{size}"),
        )
        for code, limit, size in codes
        if rule.get(limit) is not None and rule.get(size) is not None
    ]
    return Markup("; ").join(parts)


def _named(view: View, subject: str) -> Markup:
    return Markup('<span class="who" data-subject="{}">{}</span>').format(view.key(subject), view.label(subject))


def _join(names: list[Markup]) -> Markup:
    if len(names) < 2:
        return Markup("").join(names)
    return Markup(" {} ").format(say("word.and")).join([Markup(", ").join(names[:-1]), names[-1]])


def join_words(names: list[str], *, comma_only: bool = False) -> str:
    """``19``, ``19 and 24``, ``07, 19 and 24``."""
    if len(names) < 2 or comma_only:
        return ", ".join(names)
    return f"{', '.join(names[:-1])} {say('word.and')} {names[-1]}"


def plain_headline(view: View, decision: Decision) -> str:
    """The headline as one line of plain text, for the command line."""
    return " ".join(part.striptags() for part in headline(view, decision))
