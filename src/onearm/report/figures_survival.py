"""Survival curves with their risk table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onearm.estimates.results import Curve
from onearm.report.disclosure import SMALLEST, is_small
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
from onearm.units import DAYS_A_MONTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 8.6


def draw_survival(
    name: str, title: str, curves: Sequence[tuple[str, Curve]], *, simulated: bool, public: bool
) -> Drawing:
    """Kaplan-Meier curves with band, censoring ticks and patients at risk (time ≥ t) under the axis they share.

    ``curves``: label and curve, the first one with its band. For the public a curve ends where fewer than five
    patients are at risk, carries no ticks, and small numbers at risk stand as ``<5``.
    """
    with figure_style(name):
        height = 3.75 + 0.2 * len(curves)
        figure = new_figure(WIDTH, height)
        bottom = (0.78 + 0.2 * len(curves)) / height
        axes = figure.add_axes((0.13, bottom, 0.855, 1 - bottom - 0.36 / height))
        last = max((point.time for _, curve in curves for point in curve.points), default=0.0) / DAYS_A_MONTH
        ticks = month_ticks(last)
        for i, (label, curve) in enumerate(curves):
            _draw_curve(axes, label, curve, CURVE_COLOURS[i % 2], first=i == 0, public=public)
        axes.axhline(50, color=RULE, lw=0.8, ls=(0, (4, 3)), zorder=0)
        axes.set_ylim(0, 103)
        axes.set_xlim(0, max(last * 1.02, 1.0))
        axes.set_xticks(ticks)
        axes.set_yticks([0, 25, 50, 75, 100])
        axes.set_ylabel(say("figure.survival.y"))
        axes.set_xlabel(say("figure.survival.x"), labelpad=2)
        axes.legend(
            loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, borderaxespad=0.2, handlelength=1.8, labelcolor=INK
        )
        _draw_risk_table(axes, curves, ticks, height * (1 - bottom) - 0.36, public=public)
        return finish_figure(figure, name, title, simulated=simulated)


def month_ticks(last: float) -> list[int]:
    """Ticks in months at a step that leaves at most nine."""
    step = next(step for step in (1, 3, 6, 12, 24) if last / step <= 9 or step == 24)
    return list(range(0, int(last) + 1, step))


def at_risk(curve: Curve, day: float) -> int:
    """Patients at risk at a day: those whose time is that day or later (time ≥ t)."""
    return next((point.at_risk for point in curve.points if point.time >= day), 0)


def _draw_curve(axes: Axes, label: str, curve: Curve, colour: str, *, first: bool, public: bool) -> None:
    points = [point for point in curve.points if not public or point.at_risk >= SMALLEST]
    times = [0.0, *(point.time / DAYS_A_MONTH for point in points)]
    share = [100.0, *(point.survival * 100 for point in points)]
    axes.step(times, share, where="post", color=colour, lw=1.8, ls="-" if first else (0, (5, 2)), label=label)
    if first and points:
        lower = [100.0] + [(p.lower if p.lower is not None else p.survival) * 100 for p in points]
        upper = [100.0] + [(p.upper if p.upper is not None else p.survival) * 100 for p in points]
        axes.fill_between(times, lower, upper, step="post", color=colour, alpha=0.13, lw=0)
    if not public:
        ticked = [(p.time / DAYS_A_MONTH, p.survival * 100) for p in points if p.censored]
        if ticked:
            axes.plot(*zip(*ticked, strict=True), ls="", marker="|", ms=7, mew=1.1, color=colour)


def _draw_risk_table(
    axes: Axes, curves: Sequence[tuple[str, Curve]], ticks: Sequence[int], axes_inches: float, *, public: bool
) -> None:
    """Numbers centred under the ticks of the same axis."""
    from matplotlib.transforms import blended_transform_factory

    place = blended_transform_factory(axes.transData, axes.transAxes)
    top = -0.52 / axes_inches
    axes.text(
        -0.115, top, say("figure.at_risk"), transform=axes.transAxes, ha="left", va="center", color=MUTED, size=7.5
    )
    for i, (_, curve) in enumerate(curves):
        y = top - 0.2 * (i + 1) / axes_inches
        colour = CURVE_COLOURS[i % 2]
        axes.plot([-0.11, -0.075], [y, y], transform=axes.transAxes, color=colour, lw=2, clip_on=False,
                  ls="-" if i == 0 else (0, (3, 1)))  # fmt: skip
        for tick in ticks:
            n = at_risk(curve, tick * DAYS_A_MONTH)
            text = say("value.small") if public and is_small(n) else str(n)
            axes.text(tick, y, text, transform=place, ha="center", va="center", color=INK, size=8)
