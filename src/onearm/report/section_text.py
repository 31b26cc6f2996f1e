"""Methods and Results as paragraphs in which every number is a traced value."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from onearm.estimates.response import primary_reading
from onearm.estimates.results import Estimate
from onearm.protocol.base import text_in
from onearm.report.decision_words import all_limits, headline
from onearm.report.numbers import level_text, p_text
from onearm.report.page import Prose, Section
from onearm.report.say import say, say_code, say_html
from onearm.report.section_survival import curve_profile, schedule_words
from onearm.report.traced import Traced
from onearm.report.view import View


def text_section(view: View) -> Section:
    """Two paragraphs to start a manuscript from; no number in them is typed."""
    methods = Prose((Markup(" ").join(_methods(view)),), id="methods-text")
    results = Prose((Markup(" ").join(_results(view)),), id="results-text", tone="trace")
    heads = [Prose((Markup("<strong>{}</strong>").format(say(f"text.{name}")),)) for name in ("methods", "results")]
    return Section("text", say("section.text"), (heads[0], methods, heads[1], results))


def _from_protocol(path: str, value: object) -> Traced:
    return Traced(str(value), "protocol", path)


def _methods(view: View) -> Iterator[Markup]:
    protocol = view.analysis.protocol
    design, options, conventions = protocol.design, protocol.response_options, protocol.conventions
    yield say_html(f"methods.{design.kind}", title=text_in(protocol.identity.title))
    limits = all_limits(view.analysis.decision)
    if limits and view.analysis.decision.action != "refused":
        yield say_html("methods.limits", limits=limits)
    if None not in (design.p0, design.p1, design.alpha, design.power):
        yield say_html(
            "methods.rates",
            **{
                name: _from_protocol(f"design.{name}", getattr(design, name)) for name in ("p0", "p1", "alpha", "power")
            },
        )
    if options is not None and protocol.tumour.criterion is not None:
        yield say_html(
            f"methods.response_{options.confirmation}",
            criterion=_from_protocol("tumour.criterion", say_code("criterion", protocol.tumour.criterion)),
            evaluator=say_code("evaluator", options.evaluator),
            days=_from_protocol("response_options.confirmation_min_days", options.confirmation_min_days),
        )
        if options.response_source == "reported":
            yield say_html("methods.response_reported")
    yield schedule_words(protocol)
    if protocol.sets.primary is not None:
        yield say_html("methods.set", set=say(f"set.{protocol.sets.primary}").lower())
    level = _from_protocol("conventions.level", level_text(float(conventions.level)))
    yield say_html("methods.intervals", level=level, survival=say_code("interval", conventions.survival_interval))
    if "pfs" in view.analysis.curves:
        yield say_html("methods.censoring", profile=say(f"profile.{curve_profile(protocol, 'pfs')}"))
    yield say_html("methods.software", software=Traced(view.analysis.software, "analysis", "software"))


def _results(view: View) -> Iterator[Markup]:
    estimates = {estimate.id: estimate for estimate in view.analysis.estimates}
    chosen, reading = view.primary_set, primary_reading(view.analysis.protocol)
    yield from _participation(view)
    for key in ("orr", "dcr"):
        estimate = estimates.get(f"{key}.{reading}.{chosen}")
        if estimate is not None and estimate.n and view.tells_estimate(estimate):
            yield say_html(f"results.{key}_{reading}", set=say(f"set.{chosen}").lower(), **_marks(view, estimate))
    tested = estimates.get("orr.tested")
    if tested is not None and tested.p_value is not None and view.tells_estimate(tested):
        p_value = Traced(p_text(tested.p_value), tested.id, "p_value")
        yield say_html("results.tested", p=p_value, method=say_code("method", tested.method), **_marks(view, tested))
    for key in ("pfs", "os", "dor"):
        estimate = estimates.get(f"{key}.median")
        if estimate is None or not view.tells_estimate(estimate):
            continue
        code = "results.median" if estimate.value is not None else "results.median_not_reached"
        yield say_html(code, name=say_code("curve", key), **_marks(view, estimate))
        yield from _first_landmark(view, key)
    follow_up = estimates.get("followup.median")
    if follow_up is not None and follow_up.value is not None and view.tells_estimate(follow_up):
        yield say_html("results.followup", **_marks(view, follow_up))
    yield from headline(view, view.analysis.decision)


def _participation(view: View) -> Iterator[Markup]:
    ids = {estimate.id for estimate in view.analysis.estimates}
    marks = {}
    for name in ("registered", "treated", "evaluable"):
        cell = view.count(view.analysis.sets[name].members)
        source = f"orr.confirmed.{name}"
        marks[name] = Traced(cell.text, source if source in ids else f"set.{name}", "n")
        if cell.suppressed:
            return
    yield say_html("results.participation", **marks)


def _first_landmark(view: View, key: str) -> Iterator[Markup]:
    for estimate in view.analysis.estimates:
        curve_id, _, moment = estimate.id.partition(".landmark.")
        if curve_id != key or not moment.endswith("m") or estimate.value is None:
            continue
        if view.tells_estimate(estimate) and (view.shows_patients or (estimate.at_risk or 0) >= 5):
            months = Traced(moment.removesuffix("m"), estimate.id, "months")
            code = "results.landmark" if estimate.lower is not None else "results.landmark_bare"
            yield say_html(code, name=say_code("curve", key), months=months, **_marks(view, estimate))
            return


def _marks(view: View, estimate: Estimate) -> dict[str, Traced]:
    """Every number of an estimate, as it is shown, with its source."""
    x, n, value, lower, upper = view.estimate_cells(estimate)
    cells = {"x": x, "n": n, "value": value, "lower": lower, "upper": upper}
    marks = {name: Traced(cell.text, estimate.id, name) for name, cell in cells.items()}
    return marks | {"level": Traced(level_text(estimate.level), estimate.id, "level")}
