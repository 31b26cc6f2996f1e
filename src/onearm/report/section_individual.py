"""The three figures of single patients, linked by patient."""

from __future__ import annotations

from onearm.protocol.base import text_in
from onearm.report.figure_order import Order
from onearm.report.figures_patients import Cast, draw_spider, draw_swimmer, draw_waterfall
from onearm.report.page import Block, FigureBlock, Prose, Section
from onearm.report.patients import waterfall_order
from onearm.report.say import say, say_html
from onearm.report.view import View


def order_individual(view: View) -> dict[str, Order]:
    """Waterfall, spider and swimmer; none for the public or without patients."""
    cast = cast_of(view)
    if not view.shows_patients or not cast.patients:
        return {}
    drawn = {"waterfall": draw_waterfall, "spider": draw_spider, "swimmer": draw_swimmer}
    return {name: Order(draw, {"cast": cast}) for name, draw in drawn.items()}


def individual_section(view: View) -> Section:
    """Places and captions of waterfall, spider and swimmer; the public is told why they are left out."""
    if not view.shows_patients:
        return Section("individual", say("section.individual"), (Prose((say_html("individual.public"),)),))
    cast = cast_of(view)
    if not cast.patients:
        return Section("individual", say("section.individual"), (Prose((say("value.no_data"),)),))
    without = sum(1 for patient in cast.patients if not patient.scans)
    no_sum = sum(1 for patient in cast.patients if patient.scans and patient.best_change is None)
    captions = {
        "waterfall": say_html("caption.waterfall", n=len(cast.patients), without=without, no_sum=no_sum),
        "spider": say_html("caption.spider"),
        "swimmer": say_html("caption.swimmer"),
    }
    blocks: list[Block] = [Prose((say_html("individual.linked"),), tone="screen")]
    blocks += [
        FigureBlock(name, say(f"figure.{name}.title"), caption, linked=True) for name, caption in captions.items()
    ]
    return Section("individual", say("section.individual"), tuple(blocks))


def cast_of(view: View) -> Cast:
    """The patients of the primary set in waterfall order, as the figures draw them."""
    names = dict.fromkeys(doses.component for patient in view.members for doses in patient.doses)
    words = {component.id: text_in(component.name) for component in view.analysis.protocol.treatment.components}
    order = {name: place for place, name in enumerate(words)}
    return Cast(
        patients=waterfall_order(view.members),
        keys={patient.subject: view.key(patient.subject) for patient in view.members},
        labels={patient.subject: view.label(patient.subject) for patient in view.members},
        components=[(name, words.get(name, name)) for name in sorted(names, key=lambda n: (order.get(n, 99), n))],
        cut=view.analysis.cut.day,
        simulated=view.simulated,
    )
