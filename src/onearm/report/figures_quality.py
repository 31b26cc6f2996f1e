"""Mean change from baseline of every scale of a questionnaire, with interval and number of patients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from onearm.report.figure_style import (
    CURVE_COLOURS,
    INK,
    MUTED,
    RULE,
    Drawing,
    figure_style,
    finish_figure,
    new_figure,
)
from onearm.report.say import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT, PER_ROW = 8.6, 1.75, 4
FEW = 5


class Point(NamedTuple):
    """One visit: its number, mean change, limits (None for one patient) and number of patients."""

    visit: int
    mean: float
    lower: float | None
    upper: float | None
    n: int


class Panel(NamedTuple):
    """One scale."""

    name: str
    up_is_better: bool
    points: tuple[Point, ...]


def draw_changes(name: str, title: str, panels: Sequence[Panel], labels: dict[int, str], *, simulated: bool) -> Drawing:
    """Small panels on one scale of points; ``labels``: week of each visit number."""
    with figure_style(name):
        rows = -(-len(panels) // PER_ROW)
        figure = new_figure(WIDTH, HEIGHT * rows + 0.3)
        reach, last = _reach(panels), max((q.visit for p in panels for q in p.points), default=1)
        top = 1 - 0.28 / (HEIGHT * rows + 0.3)
        for index, panel in enumerate(panels):
            line, place = divmod(index, PER_ROW)
            height = top / rows
            box = (0.055 + place * 0.24, top - (line + 1) * height + 0.3 * height, 0.2, 0.52 * height)
            _draw_panel(figure.add_axes(box), panel, labels, reach, last)
        return finish_figure(figure, name, title, simulated=simulated)


def _reach(panels: Sequence[Panel]) -> float:
    """Half the height of every panel: whole tens of points that hold all means, and the limits of five patients or
    more. An interval of two patients may be many times the scale; it is cut at the edge.
    """
    held = [abs(q.mean) for p in panels for q in p.points]
    held += [max(abs(q.lower), abs(q.upper)) for p in panels for q in p.points
             if q.lower is not None and q.upper is not None and q.n >= FEW]  # fmt: skip
    return max(10.0, -(-max(held, default=0.0) // 10) * 10)


def _draw_panel(axes: Axes, panel: Panel, labels: dict[int, str], reach: float, last: int) -> None:
    colour = CURVE_COLOURS[0]
    visits = [point.visit for point in panel.points]
    axes.axhline(0, color=RULE, lw=0.8, zorder=0)
    axes.plot(visits, [point.mean for point in panel.points], color=colour, lw=1.2, marker="o", ms=3)
    for point in panel.points:
        if point.lower is not None and point.upper is not None:
            axes.plot([point.visit] * 2, [point.lower, point.upper], color=colour, lw=1)
    axes.set_ylim(-reach, reach)
    axes.set_xlim(0.5, last + 0.5)
    axes.set_xticks([])
    axes.tick_params(labelsize=6.5, length=2)
    axes.set_title(panel.name, loc="left", size=7.5, color=INK, pad=9)
    arrow = say("figure.quality.up" if panel.up_is_better else "figure.quality.down")
    axes.text(0, 1.02, arrow, transform=axes.transAxes, size=6, color=MUTED, va="bottom")
    step = -(-last // 6)
    for row, word in ((-0.06, "figure.quality.week"), (-0.24, "figure.quality.n")):
        at: dict[str, Any] = {"transform": axes.transAxes, "ha": "right", "va": "top"}
        axes.text(-0.02, row, say(word), size=5.5, color=MUTED, **at)
    for point in panel.points:
        if (point.visit - 1) % step == 0:
            below: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "ha": "center", "va": "top"}
            axes.text(point.visit, -0.06, labels[point.visit], size=5.5, color=MUTED, **below)
            axes.text(point.visit, -0.24, str(point.n), size=6.5, color=INK, **below)
