"""Figures of a design: where a trial stops, what sizes cost, how power and expected size move with the true rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from onearm.report.figure_style import (
    COMPONENT_COLOURS,
    CURVE_COLOURS,
    INK,
    MUTED,
    RESPONSE_COLOUR,
    RULE,
    Drawing,
    figure_style,
    finish_figure,
    new_figure,
)
from onearm.report.say import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 7.2, 4.2
_STOP, _WIN, _PATH = RESPONSE_COLOUR["PD"], RESPONSE_COLOUR["CR"], COMPONENT_COLOURS[0]


class Limits(NamedTuple):
    """A rule as the field writes it: stop if ≤ r1 of n1, stop with success if ≥ e1, success if > r of n."""

    n1: int
    r1: int
    n: int
    r: int
    e1: int | None


class SizePoint(NamedTuple):
    """The best rule of one maximal size: ``n``, its expected size under p0, and its name on the hull if it has one."""

    n: int
    en0: float
    name: str


def draw_stopping_region(limits: Limits) -> Drawing:
    """Responders against patients: where the trial stops, where it goes on, and where the end is certain already.

    The shaded parts are the counts from which a decision can no longer change, whatever the next patients show.
    """
    name, title = "design-region", say("figure.region.title")
    with figure_style(name):
        figure = new_figure(WIDTH, HEIGHT)
        axes = figure.add_axes((0.09, 0.13, 0.89, 0.76))
        _shade_certain(axes, limits)
        top = min(limits.n, max(2 * limits.r, limits.r + 6))
        axes.plot([limits.n1, limits.n1], [0, limits.r1], color=_STOP, lw=4, solid_capstyle="butt")
        axes.plot([limits.n, limits.n], [0, limits.r], color=_STOP, lw=4, solid_capstyle="butt")
        axes.plot([limits.n, limits.n], [limits.r + 1, top], color=_WIN, lw=4, solid_capstyle="butt")
        if limits.e1 is not None:
            axes.plot([limits.n1, limits.n1], [limits.e1, min(limits.n1, top)], color=_WIN, lw=4, solid_capstyle="butt")
            _note(axes, limits.n1, limits.e1, say("figure.region.efficacy", e1=limits.e1), _WIN)
        _note(axes, limits.n1, limits.r1, say("figure.region.futility", r1=limits.r1), _STOP)
        _note(axes, limits.n, limits.r, say("figure.region.failure", r=limits.r), _STOP)
        _note(axes, limits.n, limits.r + 1, say("figure.region.success", r=limits.r + 1), _WIN, above=True)
        axes.set_xlim(0, limits.n * 1.02)
        axes.set_ylim(-0.5, top + 0.5)
        axes.set_xticks([0, limits.n1, limits.n])
        axes.set_xlabel(say("figure.region.x"), labelpad=2)
        axes.set_ylabel(say("figure.region.y"))
        axes.set_title(title, loc="left", fontsize=9)
        return finish_figure(figure, name, title, simulated=False)


def _shade_certain(axes: Axes, limits: Limits) -> None:
    """Counts that settle the end, in each stage: too few can still come, or enough have come."""
    for first, last, stage_one in ((0, limits.n1, True), (limits.n1, limits.n, False)):
        sizes = range(first, last + 1)
        late = [limits.r - (limits.n - m) for m in sizes]
        early = [limits.r1 - (limits.n1 - m) if stage_one else -1 for m in sizes]
        lost = [min(m, max(pair)) for m, *pair in zip(sizes, late, early, strict=True)]
        axes.fill_between(sizes, -0.5, [max(x, -0.5) for x in lost], color=_STOP, alpha=0.12, lw=0)
        enough = min(limits.e1, limits.r + 1) if stage_one and limits.e1 is not None else limits.r + 1
        reach = [m for m in sizes if m >= enough]
        if reach:
            axes.fill_between(reach, enough, reach, color=_WIN, alpha=0.12, lw=0)
    axes.plot([0, limits.n], [0, limits.n], color=RULE, lw=0.8)


def _note(axes: Axes, x: float, y: float, words: str, colour: str, *, above: bool = False) -> None:
    offset = (-6, 5 if above else 0)
    axes.annotate(words, (x, y), xytext=offset, textcoords="offset points", ha="right", va="center", color=colour)


def draw_trade_off(points: Sequence[SizePoint], *, p0: float) -> Drawing:
    """Expected size under p0 against maximal size, with the line on which the admissible designs lie."""
    from matplotlib.ticker import MaxNLocator

    name, title = "design-trade-off", say("figure.trade_off.title")
    with figure_style(name):
        figure = new_figure(WIDTH, HEIGHT)
        axes = figure.add_axes((0.09, 0.13, 0.89, 0.76))
        axes.plot([p.n for p in points], [p.en0 for p in points], ls="", marker="o", ms=3.5, color=MUTED)
        named = [p for p in points if p.name]
        axes.plot([p.n for p in named], [p.en0 for p in named], "-o", ms=6, lw=1.6, color=CURVE_COLOURS[0])
        for i, point in enumerate(named):
            below = i > 0
            axes.annotate(
                f"{point.name} (n = {point.n})",
                (point.n, point.en0),
                xytext=(-8, -5) if below else (6, 8),
                textcoords="offset points",
                ha="right" if below else "left",
                va="top" if below else "bottom",
                color=INK,
            )
        axes.margins(0.08, 0.14)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(say("figure.trade_off.x"), labelpad=2)
        axes.set_ylabel(say("figure.trade_off.y", p0=f"{p0:g}"))
        axes.set_title(title, loc="left", fontsize=9)
        return finish_figure(figure, name, title, simulated=False)


def draw_power_and_size(
    rates: Sequence[float],
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    marked: Mapping[str, float],
) -> Drawing:
    """Probability of success (above) and expected size (below) against the true rate.

    ``curves``: label → the two curves at ``rates``; ``marked``: name → rate at which a thin line stands (p0, p1).
    """
    name, title = "design-power", say("figure.power.title")
    with figure_style(name):
        figure = new_figure(WIDTH, 5.4)
        above, below = figure.add_axes((0.09, 0.55, 0.89, 0.38)), figure.add_axes((0.09, 0.1, 0.89, 0.36))
        for i, (label, (power, size)) in enumerate(curves.items()):
            above.plot(rates, power, label=label, color=CURVE_COLOURS[i % 2], lw=1.8)
            below.plot(rates, size, color=CURVE_COLOURS[i % 2], lw=1.8)
        for axes in (above, below):
            axes.set_xlim(min(rates), max(rates))
            for what, rate in marked.items():
                axes.axvline(rate, color=RULE, lw=0.9, ls=(0, (4, 3)), zorder=0)
                axes.annotate(
                    what, (rate, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom", color=MUTED
                )
        above.set_ylim(0, 1.02)
        above.set_ylabel(say("figure.power.y"))
        below.set_ylabel(say("figure.power.size"))
        below.set_xlabel(say("figure.power.x"), labelpad=2)
        if len(curves) > 1:
            above.legend(loc="lower right", labelcolor=INK)
        above.set_title(title, loc="left", fontsize=9, pad=14)
        return finish_figure(figure, name, title, simulated=False)
