"""Mean changes as panels in one pair of axes: what is drawn where, and that an interval ends at the edge."""

from __future__ import annotations

import re

import pytest

from onearm.report.figures_quality import Panel, Point, _box, draw_changes

PANELS = tuple(
    Panel(f"Scale {place}", place % 2 == 0, (Point(1, 5.0, -2.0, 12.0, 27), Point(2, -8.0, -400.0, 384.0, 2)))
    for place in range(20)
)


@pytest.mark.parametrize(("points", "share"), [(-60, 0), (-50, 0), (0, 0.5), (25, 0.75), (50, 1), (60, 1)])
def test_points_stand_between_the_edges_and_what_is_beyond_is_cut(points: float, share: float) -> None:
    box = _box(4, 10.0, 50.0, 10)
    assert box.y(points) == pytest.approx(box.bottom + share * (box.top - box.bottom))
    assert box.left < box.x(1) < box.x(10) < box.right


def test_panels_never_overlap() -> None:
    boxes = [_box(place, 20.0, 50.0, 10) for place in range(20)]
    cells = {(round(box.left, 3), round(box.top, 3)) for box in boxes}
    assert len(cells) == 20
    assert all(one.right < other.left or other.right < one.left or one.bottom > other.top or other.bottom > one.top
               for one in boxes for other in boxes if one != other)  # fmt: skip


def test_every_panel_has_its_name_weeks_and_patients() -> None:
    drawn = draw_changes("quality", "Change", PANELS, {1: "9", 2: "18"}, simulated=True)
    words = re.findall(r"<text[^>]*>([^<]*)</text>", drawn.svg)
    assert [word for word in words if word.startswith("Scale")] == [panel.name for panel in PANELS]
    assert (words.count("27"), words.count("9"), words.count("18")) == (20, 20, 20)
    assert words.count("SIMULATED") == 1
    assert drawn == draw_changes("quality", "Change", PANELS, {1: "9", 2: "18"}, simulated=True)
