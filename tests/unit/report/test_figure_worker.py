"""Figures drawn in a second process: the same bytes, and drawn here when that process fails."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping

import pytest

from onearm.pipeline import Analysis
from onearm.report import figure_worker
from onearm.report.figure_order import Order, draw_orders
from onearm.report.figure_style import Drawing
from onearm.report.figure_worker import FigureWorker
from onearm.report.html import build_report, render_report

FIGURES = ["waterfall", "spider", "swimmer", "km-pfs", "km-os", "km-dor"]


@pytest.fixture(autouse=True)
def drawn_here(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Names of the figures that the parent draws for a worker, one list a call; two cores, wherever this runs."""
    calls: list[list[str]] = []

    def note(orders: Mapping[str, Order]) -> dict[str, Drawing]:
        calls.append(list(orders))
        return draw_orders(orders)

    monkeypatch.setattr(figure_worker, "draw_orders", note)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return calls


@pytest.fixture(scope="module")
def plain(analysis: Analysis) -> dict[str, Drawing]:
    return build_report(analysis, "team").drawings


def test_the_worker_draws_the_same_bytes(
    analysis: Analysis, plain: dict[str, Drawing], drawn_here: list[list[str]]
) -> None:
    with FigureWorker() as worker:
        report = build_report(analysis, "team", worker)
    assert drawn_here == []
    assert list(report.drawings) == list(plain) == FIGURES
    assert report.drawings == plain
    assert render_report(report) == render_report(build_report(analysis, "team"))


@pytest.mark.parametrize("moment", ["before the orders", "after the orders"])
def test_a_killed_worker_is_replaced_by_this_process(
    analysis: Analysis, plain: dict[str, Drawing], drawn_here: list[list[str]], moment: str
) -> None:
    class Killed(FigureWorker):
        def send(self, orders: Mapping[str, Order]) -> None:
            assert self.child is not None
            if moment == "before the orders":
                self.child.kill()
                self.child.wait()
            super().send(orders)
            self.child.kill()

    with Killed() as worker:
        assert build_report(analysis, "team", worker).drawings == plain
    assert drawn_here == [FIGURES]


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-c", "print('not a pickle')"),
        (sys.executable, "-c", "import sys; sys.stdin.buffer.read(); raise SystemExit(3)"),
        ("no-such-program-of-onearm",),
        ("",),
    ],
)
def test_a_worker_that_cannot_answer_is_replaced_by_this_process(
    analysis: Analysis, plain: dict[str, Drawing], drawn_here: list[list[str]], command: tuple[str, ...]
) -> None:
    with FigureWorker(command) as worker:
        assert build_report(analysis, "team", worker).drawings == plain
    assert drawn_here == [FIGURES]


def test_one_core_starts_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    with FigureWorker() as worker:
        assert worker.child is None


def test_leaving_ends_the_child() -> None:
    with FigureWorker((sys.executable, "-c", "import time; time.sleep(600)")) as worker:
        child = worker.child
        assert child is not None and child.poll() is None
    assert child.poll() is not None


@pytest.mark.parametrize("names", [[], ["one"], ["one", "two", "three"]])
def test_however_many_orders_each_is_drawn_once_and_in_order(names: list[str], drawn_here: list[list[str]]) -> None:
    orders = {name: Order(_no_drawing, {"title": name}) for name in names}
    with FigureWorker() as worker:
        worker.send(orders)
        drawings = worker.collect()
    assert drawings == {name: Drawing(name, b"") for name in names} and list(drawings) == names


def test_a_figure_that_fails_in_the_split_off_half_is_drawn_here(drawn_here: list[list[str]]) -> None:
    parent = os.getpid()
    orders = {name: Order(_fails_elsewhere, {"title": name, "home": parent}) for name in ("one", "two")}
    with FigureWorker() as worker:
        worker.send(orders)
        assert list(worker.collect()) == ["one", "two"]
    assert drawn_here == [["one", "two"]]


def _no_drawing(title: str) -> Drawing:
    return Drawing(title, b"")


def _fails_elsewhere(title: str, home: int) -> Drawing:
    if os.getpid() != home:
        raise RuntimeError("no figure in this process")
    return Drawing(title, b"")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot split a process")
def test_a_half_that_fails_leaves_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = os.getpid()

    def draw(orders: Mapping[str, Order]) -> dict[str, Drawing]:
        if os.getpid() == parent:
            raise ValueError("this half cannot be drawn")
        return dict.fromkeys(orders, Drawing("x" * 1_000_000, b""))  # more than a pipe holds

    monkeypatch.setattr(figure_worker, "draw_orders", draw)
    with pytest.raises(ValueError, match="this half"):
        figure_worker.draw_shared({"one": ("draw", ()), "two": ("draw", ())})  # type: ignore[dict-item]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_worker_is_stopped_although_what_it_began_holds_its_pipe() -> None:
    begin = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(30)'])"
    worker = FigureWorker((sys.executable, "-c", begin))
    assert worker.child is not None
    worker.child.wait()
    stopping = threading.Thread(target=worker.stop, daemon=True)
    stopping.start()
    stopping.join(10)
    assert not stopping.is_alive()
