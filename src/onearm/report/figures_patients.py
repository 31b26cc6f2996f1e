"""Waterfall, spider and swimmer: the same patients under the same names, in the same order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from onearm.report.figure_style import (
    COMPONENT_COLOURS,
    EVENT,
    FACE,
    INK,
    MUTED,
    RESPONSE_COLOUR,
    RULE,
    Drawing,
    figure_style,
    finish_figure,
    new_figure,
)
from onearm.report.numbers import percent_text
from onearm.report.patient import Patient
from onearm.report.say import say, say_code
from onearm.units import DAYS_A_MONTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

WIDTH = 8.6


@dataclass(frozen=True)
class Cast:
    """Who is drawn: patients in waterfall order, key and label of each, and whether the records are simulated."""

    patients: Sequence[Patient]
    keys: Mapping[str, str]
    labels: Mapping[str, str]
    components: Sequence[tuple[str, str]]
    """Treatment names as recorded, with their words."""
    cut: dt.date
    simulated: bool

    def spoken(self) -> dict[str, str]:
        """What is said of each patient on hovering."""
        words = {}
        for patient in self.patients:
            change = patient.best_change
            told = say("figure.no_change") if change is None else say("figure.change", change=_signed(float(change)))
            words[self.keys[patient.subject]] = say(
                "figure.patient",
                label=self.labels[patient.subject],
                best=say_code("response", patient.best),
                change=told,
            )
        return words


def _signed(share: float) -> str:
    return ("+" if share > 0 else "") + percent_text(share)


def draw_waterfall(cast: Cast) -> Drawing:
    """Best change of the sum of diameters, one bar a patient, coloured by the best response of the table.

    A patient without a complete sum after the baseline has a ring on the zero line, never a bar.
    """
    with figure_style("waterfall"):
        figure = new_figure(WIDTH, 3.9)
        axes = figure.add_axes((0.075, 0.135, 0.915, 0.72))
        for i, patient in enumerate(cast.patients):
            _draw_bar(axes, i, patient, f"pt:{cast.keys[patient.subject]}")
        for level in (-30, 20):
            axes.axhline(level, color=MUTED, lw=0.7, ls=(0, (4, 3)), zorder=0)
        axes.axhline(0, color=MUTED, lw=0.8)
        changes = [float(p.best_change) * 100 for p in cast.patients if p.best_change is not None]
        axes.set_ylim(min([-40.0, *changes]) - 8, max([30.0, *changes]) + 8)
        axes.set_xlim(-0.8, max(len(cast.patients), 1) - 0.2)
        axes.set_ylabel(say("figure.waterfall.y"))
        axes.set_xticks(
            range(len(cast.patients)), [cast.labels[p.subject] for p in cast.patients], rotation=90, fontsize=7
        )
        axes.tick_params(axis="x", length=0)
        extra = [_marker("D", say("figure.new_lesion")), _marker("o", say("figure.no_sum"), hollow=True)]
        with_bar = [patient for patient in cast.patients if patient.best_change is not None]
        _legend(axes, [*_response_handles(with_bar), *extra])
        title = say("figure.waterfall.title")
        return finish_figure(figure, "waterfall", title, simulated=cast.simulated, spoken=cast.spoken())


def _draw_bar(axes: Axes, place: int, patient: Patient, gid: str) -> None:
    change = patient.best_change
    if change is None:
        _add_marks(axes, gid, [place], [0], "o", ms=4.5, mfc=FACE, mec=MUTED, mew=1.2)
        return
    height = float(change) * 100
    _add_bar(axes, gid, (place - 0.39, 0), 0.78, height if height else 0.6, facecolor=RESPONSE_COLOUR[patient.best])
    if patient.has_new_lesion:
        beyond = height + (3.2 if height >= 0 else -3.2)
        _add_marks(axes, gid, [place], [beyond], "D", ms=3.6, mfc=EVENT, mec=EVENT)


def draw_spider(cast: Cast) -> Drawing:
    """Change of the sum from baseline over time, one line a patient, coloured by the best response."""
    with figure_style("spider"):
        figure = new_figure(WIDTH, 4.1)
        axes = figure.add_axes((0.075, 0.115, 0.915, 0.745))
        last, highest = 6.0, 40.0
        for patient in cast.patients:
            if patient.treated is None:
                continue
            path = [(0.0, 0.0)]
            path += [
                ((scan.day - patient.treated).days / DAYS_A_MONTH, float(scan.change) * 100)
                for scan in patient.scans
                if scan.change is not None
            ]
            last, highest = max([last, *(x for x, _ in path)]), max([highest, *(y for _, y in path)])
            _draw_path(axes, path, patient, f"pt:{cast.keys[patient.subject]}")
        for level in (-30, 20):
            axes.axhline(level, color=MUTED, lw=0.7, ls=(0, (4, 3)), zorder=0)
        axes.axhline(0, color=MUTED, lw=0.8, zorder=0)
        axes.set_xlim(0, last * 1.03)
        axes.set_ylim(-105, min(highest * 1.08, 150))
        axes.set_xlabel(say("figure.months_from_treatment"))
        axes.set_ylabel(say("figure.spider.y"))
        _month_ticks(axes, last)
        with_path = [patient for patient in cast.patients if any(s.change is not None for s in patient.scans)]
        _legend(axes, [*_response_handles(with_path), _marker("D", say("figure.new_lesion"))])
        title = say("figure.spider.title")
        return finish_figure(figure, "spider", title, simulated=cast.simulated, spoken=cast.spoken())


def _draw_path(axes: Axes, path: list[tuple[float, float]], patient: Patient, gid: str) -> None:
    if len(path) < 2:
        return
    colour = RESPONSE_COLOUR[patient.best]
    months, changes = [x for x, _ in path], [y for _, y in path]
    _add_line(axes, gid, months, changes, color=colour, lw=1.4, marker="o", ms=2.6, alpha=1)
    for scan in patient.scans:
        if scan.new_lesion and scan.change is not None and patient.treated is not None:
            x = (scan.day - patient.treated).days / DAYS_A_MONTH
            _add_marks(axes, gid, [x], [float(scan.change) * 100], "D", ms=4, mfc=EVENT, mec=FACE, mew=0.6)


def draw_swimmer(cast: Cast) -> Drawing:
    """Treatment, scans and events of each patient from the first dose on.

    An arrow stands only for who is alive and on treatment at the cut-off.
    """
    lane = 0.185
    height = max(2.4, lane * len(cast.patients) + 1.35)
    with figure_style("swimmer"):
        figure = new_figure(WIDTH, height)
        axes = figure.add_axes((0.075, 0.55 / height, 0.915, 1 - 1.3 / height))
        last = 6.0
        for place, patient in enumerate(cast.patients):
            last = max(last, _draw_lane(axes, place, patient, cast))
        axes.set_ylim(len(cast.patients) - 0.3, -0.7)
        axes.set_xlim(0, last * 1.04)
        axes.set_yticks(range(len(cast.patients)), [cast.labels[p.subject] for p in cast.patients], fontsize=7)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(say("figure.months_from_treatment"))
        _month_ticks(axes, last)
        given = [
            _patch(COMPONENT_COLOURS[i % len(COMPONENT_COLOURS)], shorten(words, width=34, placeholder=" …"))
            for i, (_, words) in enumerate(cast.components)
        ]
        handles = _response_handles(cast.patients, dots=True)
        handles += [
            _marker("X", say("figure.death")),
            _marker("D", say("figure.new_therapy"), hollow=True),
            _marker("*", say("figure.procedure")),
            _marker(">", say("figure.ongoing")),
        ]
        axes.add_artist(_legend(axes, given, above=0.24 / (height - 1.3), columns=4))
        _legend(axes, handles)
        title = say("figure.swimmer.title")
        return finish_figure(figure, "swimmer", title, simulated=cast.simulated, spoken=cast.spoken())


def is_on_treatment(patient: Patient, cut: dt.date) -> bool:
    """Alive, nothing recorded that ends the treatment, and some component given lately enough not to be interrupted."""
    ended = (patient.death, patient.treatment_end, patient.progression, patient.new_therapy)
    if patient.treated is None or any(day is not None for day in ended):
        return False
    return any(cut <= doses.runs_until for doses in patient.doses)


def _draw_lane(axes: Axes, place: int, patient: Patient, cast: Cast) -> float:
    start = patient.treated
    if start is None:
        return 0.0
    gid = f"pt:{cast.keys[patient.subject]}"

    def month(day: dt.date) -> float:
        return (day - start).days / DAYS_A_MONTH

    end = patient.death or patient.last_alive or start
    # Unseen, but the whole lane answers to the pointer.
    _add_bar(axes, gid, (0, place - 0.5), max(month(end), 0.5), 1, alpha=0, zorder=0)
    _add_line(axes, gid, [0, month(end)], [place, place], color=RULE, lw=1.2, solid_capstyle="butt", zorder=1)
    names = [name for name, _ in cast.components]
    thick = 0.66 / max(len(names), 1)
    for span in patient.doses:
        row = names.index(span.component) if span.component in names else 0
        width = max(month(span.last) - month(span.first), 0.12)
        low = place - 0.33 + row * thick
        colour = COMPONENT_COLOURS[row % len(COMPONENT_COLOURS)]
        _add_bar(axes, gid, (month(span.first), low), width, thick * 0.92, facecolor=colour, zorder=2)
    for days, shape, look in _lane_marks(patient):
        _add_marks(axes, gid, [month(day) for day in days], [place] * len(days), shape, zorder=4, **look)
    if is_on_treatment(patient, cast.cut):
        reached = max([month(end), *(month(span.last) for span in patient.doses)])
        _add_marks(axes, gid, [reached + 0.14], [place], ">", ms=5, mfc=EVENT, mec=EVENT, zorder=4)
        return reached + 0.3
    return month(end)


def _lane_marks(patient: Patient) -> list[tuple[list[dt.date], str, dict[str, Any]]]:
    """Days, shape and look of the scans (one group a response), procedures, new therapy and death."""
    marks: list[tuple[list[dt.date], str, dict[str, Any]]] = []
    for response in dict.fromkeys(scan.overall for scan in patient.scans):
        days = [scan.day for scan in patient.scans if scan.overall == response]
        marks.append((days, "o", {"ms": 4.2, "mfc": RESPONSE_COLOUR[response], "mec": FACE, "mew": 0.6}))
    if patient.procedures:
        marks.append(([day for day, _ in patient.procedures], "*", {"ms": 7, "mfc": EVENT, "mec": FACE, "mew": 0.5}))
    if patient.new_therapy is not None:
        marks.append(([patient.new_therapy], "D", {"ms": 4.2, "mfc": FACE, "mec": INK, "mew": 1.1}))
    if patient.death is not None:
        marks.append(([patient.death], "X", {"ms": 5.6, "mfc": EVENT, "mec": FACE, "mew": 0.5}))
    return marks


# ``plot``, ``bar`` and ``add_patch`` search the limits anew for each artist; every figure here sets its own.
def _add_bar(axes: Axes, gid: str, corner: tuple[float, float], width: float, height: float, **look: Any) -> None:
    from matplotlib.patches import Rectangle

    axes.add_artist(Rectangle(corner, width, height, gid=gid, lw=0, **look))


def _add_line(axes: Axes, gid: str, x: Sequence[float], y: Sequence[float], **look: Any) -> None:
    from matplotlib.lines import Line2D

    axes.add_artist(Line2D(x, y, gid=gid, **look))


def _add_marks(axes: Axes, gid: str, x: Sequence[float], y: Sequence[float], shape: str, **look: Any) -> None:
    _add_line(axes, gid, x, y, ls="", marker=shape, **look)


def _month_ticks(axes: Axes, last: float) -> None:
    step = 3 if last <= 30 else 6
    axes.set_xticks(range(0, int(last) + 1, step))


def _response_handles(patients: Sequence[Patient], *, dots: bool = False) -> list[Any]:
    used = {patient.best for patient in patients}
    if dots:
        used = {scan.overall for patient in patients for scan in patient.scans}
    names = [name for name in RESPONSE_COLOUR if name in used]
    if dots:
        return [_dot(RESPONSE_COLOUR[name], say_code("response_short", name)) for name in names]
    return [_patch(RESPONSE_COLOUR[name], say_code("response_short", name)) for name in names]


def _patch(colour: str, label: str) -> Any:
    from matplotlib.patches import Patch

    return Patch(color=colour, label=label)


def _dot(colour: str, label: str) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], ls="", marker="o", ms=5, mfc=colour, mec=colour, label=label)


def _marker(shape: str, label: str, *, hollow: bool = False) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], ls="", marker=shape, ms=5, mfc=FACE if hollow else EVENT, mec=INK, label=label)


def _legend(axes: Axes, handles: list[Any], *, above: float = 0.0, columns: int = 8) -> Legend:
    return axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(-0.01, 1.0 + above), ncols=columns, handlelength=1.0,
        handletextpad=0.5, columnspacing=1.3, borderaxespad=0.2, labelcolor=INK,
    )  # fmt: skip
