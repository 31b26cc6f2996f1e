"""Adverse events as bars: the most frequent terms, with grade 3 or more inside."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from onearm.report.figure_style import (
    COMPONENT_COLOURS,
    INK,
    RESPONSE_COLOUR,
    Drawing,
    figure_style,
    finish_figure,
    new_figure,
)
from onearm.report.say import say

WIDTH = 8.6
SHOWN_TERMS = 20


def draw_event_bars(terms: Sequence[tuple[str, int, int]], n: int, *, simulated: bool) -> Drawing:
    """One bar a term: (term, patients, patients with grade 3 or more), in the order given, of ``n`` patients."""
    with figure_style("events"):
        figure = new_figure(WIDTH, 1.1 + 0.22 * max(len(terms), 1))
        inches = figure.get_size_inches()[1]
        axes = figure.add_axes((0.33, 0.5 / inches, 0.64, 1 - 0.95 / inches))
        places = range(len(terms))
        severe = [100 * bad / n for _, _, bad in terms]
        milder = [100 * (any_ - bad) / n for _, any_, bad in terms]
        axes.barh(places, severe, height=0.68, color=RESPONSE_COLOUR["PD"], label=say("figure.events.severe"), lw=0)
        axes.barh(
            places, milder, left=severe, height=0.68, color=COMPONENT_COLOURS[0], label=say("figure.events.any"), lw=0
        )
        axes.set_yticks(places, [shorten(term, 44, placeholder=" …") for term, _, _ in terms], color=INK)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(terms) - 0.5, -0.5)
        axes.set_xlim(0, 100)
        axes.set_xlabel(say("figure.events.x"))
        axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, labelcolor=INK, borderaxespad=0.2)
        return finish_figure(figure, "events", say("figure.events.title"), simulated=simulated)
