"""Peak bilirubin against peak transaminase: one dot a patient, both axes in multiples of the upper limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from onearm.report.figure_style import (
    CURVE_COLOURS,
    EVENT,
    FACE,
    MUTED,
    Drawing,
    figure_style,
    finish_figure,
    new_figure,
)
from onearm.report.say import say
from onearm.units import round_half_away


@dataclass(frozen=True)
class Peak:
    """One patient: neutral key, label, and the two peaks as multiples of ULN."""

    key: str
    label: str
    transaminase: float
    bilirubin: float


def draw_liver(peaks: Sequence[Peak], transaminase: int, bilirubin: int, *, simulated: bool) -> Drawing:
    """The dots with the lines from which on each value is high (Hy's law); both axes logarithmic."""
    from matplotlib.lines import Line2D

    with figure_style("liver"):
        figure = new_figure(6.4, 4.6)
        axes = figure.add_axes((0.11, 0.12, 0.87, 0.8))
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlim(*_limits([peak.transaminase for peak in peaks], transaminase))
        axes.set_ylim(*_limits([peak.bilirubin for peak in peaks], bilirubin))
        axes.axvline(transaminase, color=MUTED, lw=0.8, ls=(0, (4, 3)), zorder=0)
        axes.axhline(bilirubin, color=MUTED, lw=0.8, ls=(0, (4, 3)), zorder=0)
        for peak in peaks:
            both = peak.transaminase >= transaminase and peak.bilirubin >= bilirubin
            axes.add_artist(
                Line2D(
                    [peak.transaminase], [peak.bilirubin], gid=f"pt:{peak.key}", ls="", marker="D" if both else "o",
                    ms=5.4, mfc=EVENT if both else CURVE_COLOURS[0], mec=FACE, mew=0.6, zorder=3,
                )
            )  # fmt: skip
        axes.text(0.99, 0.99, say("figure.liver.quadrant"), transform=axes.transAxes, ha="right", va="top", color=MUTED)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(_plain_number)
            axis.set_minor_formatter(lambda _value, _place: "")
        axes.set_xlabel(say("figure.liver.x"))
        axes.set_ylabel(say("figure.liver.y"))
        spoken = {
            peak.key: say(
                "figure.liver.patient",
                label=peak.label,
                transaminase=round_half_away(peak.transaminase, 1),
                bilirubin=round_half_away(peak.bilirubin, 1),
            )
            for peak in peaks
        }
        return finish_figure(figure, "liver", say("figure.liver.title"), simulated=simulated, spoken=spoken)


def _plain_number(value: float, _place: float) -> str:
    return f"{value:g}"


def _limits(values: Sequence[float], line: int) -> tuple[float, float]:
    """Ends of an axis that hold every value and the line with some room."""
    positive = [value for value in values if value > 0]
    least = min([0.3, *positive])
    return 10.0 ** (floor(log10(least) * 4) / 4), max([line * 4.0, *positive]) * 1.25
