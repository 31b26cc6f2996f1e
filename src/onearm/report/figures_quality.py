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

WIDTH, HEIGHT, PER_ROW = 8.6, 1.9, 3
TOP = 0.32
"""Inches above the first row of panels."""
LEFT, RIGHT, ABOVE, BELOW = 0.5, 0.12, 0.42, 0.42
"""Inches of a panel beside its frame: its numbers, its name, and the weeks with the numbers of patients."""
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
    """Small panels on one scale of points; ``labels``: week of each visit number.

    All panels are drawn into one pair of axes that measures inches: axes of their own would cost most of the time.
    """
    with figure_style(name):
        height = HEIGHT * -(-len(panels) // PER_ROW) + TOP
        figure = new_figure(WIDTH, height)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(0, height)
        last = max((q.visit for p in panels for q in p.points), default=1)
        reach = _reach(panels)
        boxes = [_box(place, height, reach, last) for place in range(len(panels))]
        _draw_lines(axes, panels, boxes)
        for panel, box in zip(panels, boxes, strict=True):
            _write(axes, panel, box, labels)
        return finish_figure(figure, name, title, simulated=simulated)


def _reach(panels: Sequence[Panel]) -> float:
    """Half the height of every panel: whole tens of points that hold all means, and the limits of five patients or
    more. An interval of two patients may be many times the scale; it is cut at the edge.
    """
    held = [abs(q.mean) for p in panels for q in p.points]
    held += [max(abs(q.lower), abs(q.upper)) for p in panels for q in p.points
             if q.lower is not None and q.upper is not None and q.n >= FEW]  # fmt: skip
    return max(10.0, -(-max(held, default=0.0) // 10) * 10)


class _Box(NamedTuple):
    """The frame of one panel in inches, and what its edges mean."""

    left: float
    right: float
    bottom: float
    top: float
    reach: float
    last: int

    def x(self, visit: int) -> float:
        """Where a visit stands."""
        return self.left + (visit - 0.5) / self.last * (self.right - self.left)

    def y(self, points: float) -> float:
        """Where a change stands; what lies beyond the edge is cut there."""
        within = max(-self.reach, min(self.reach, points))
        return self.bottom + (within + self.reach) / (2 * self.reach) * (self.top - self.bottom)


def _box(place: int, height: float, reach: float, last: int) -> _Box:
    line, column = divmod(place, PER_ROW)
    left, top = column * WIDTH / PER_ROW, height - TOP - line * HEIGHT
    return _Box(left + LEFT, left + WIDTH / PER_ROW - RIGHT, top - HEIGHT + BELOW, top - ABOVE, reach, last)


def _draw_lines(axes: Axes, panels: Sequence[Panel], boxes: Sequence[_Box]) -> None:
    """Frames and zero lines, then intervals, means and their line: one collection a kind for all panels."""
    from matplotlib.collections import LineCollection

    frames, intervals, lines, dots = [], [], [], []
    for panel, box in zip(panels, boxes, strict=True):
        frames.append([(box.left, box.top), (box.left, box.bottom), (box.right, box.bottom)])
        frames.append([(box.left, box.y(0)), (box.right, box.y(0))])
        lines.append([(box.x(q.visit), box.y(q.mean)) for q in panel.points])
        dots += lines[-1]
        intervals += [
            [(box.x(q.visit), box.y(q.lower)), (box.x(q.visit), box.y(q.upper))]
            for q in panel.points
            if q.lower is not None and q.upper is not None
        ]
    colour = CURVE_COLOURS[0]
    axes.add_collection(LineCollection(frames, colors=RULE, linewidths=0.8))
    axes.add_collection(LineCollection(intervals, colors=colour, linewidths=1.0))
    axes.add_collection(LineCollection(lines, colors=colour, linewidths=1.2))
    axes.plot(*zip(*dots, strict=True), color=colour, ls="none", marker="o", ms=3)


def _write(axes: Axes, panel: Panel, box: _Box, labels: dict[int, str]) -> None:
    """The name of a panel, which way is better, its scale, and below it the weeks and the numbers of patients."""
    axes.text(box.left, box.top + 0.2, panel.name, size=8, color=INK)
    arrow = say("figure.quality.up" if panel.up_is_better else "figure.quality.down")
    axes.text(box.left, box.top + 0.06, arrow, size=7, color=MUTED)
    at: dict[str, Any] = {"ha": "right", "va": "center", "size": 7, "color": MUTED}
    for points in (-box.reach, 0.0, box.reach):
        axes.text(box.left - 0.05, box.y(points), f"{points:g}".replace("-", "\u2212"), **at)
    weeks, numbers = box.bottom - 0.1, box.bottom - 0.25
    axes.text(box.left - 0.05, weeks, say("figure.quality.week"), **at)
    axes.text(box.left - 0.05, numbers, say("figure.quality.n"), **at)
    step = -(-box.last // 6)
    below: dict[str, Any] = {"ha": "center", "va": "center", "size": 7}
    for point in panel.points:
        if (point.visit - 1) % step == 0:
            axes.text(box.x(point.visit), weeks, labels[point.visit], color=MUTED, **below)
            axes.text(box.x(point.visit), numbers, str(point.n), color=INK, **below)
