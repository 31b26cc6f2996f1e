"""Draws the figures in a process of its own, which loads the drawing library while the parent still analyses."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from onearm.report.figure_order import Order, draw_orders
from onearm.report.figure_style import Drawing

PATIENCE_SECONDS = 120
"""How long the parent waits for the drawings before it makes them itself."""

Orders = Mapping[str, Order]


class FigureWorker:
    """A second process that draws; whatever goes wrong in it, the figures are drawn in this process instead.

    Parent and child are the same program and speak through pipes that nobody else can open, so that the pickles are
    trusted. The child reads all orders before it answers: neither ever waits for the other to make room in a pipe.
    """

    def __init__(self, command: Sequence[str] = ()) -> None:
        """Start the child, where there is a second core for it. ``command`` takes its place in tests."""
        # -P: a file in the folder of the caller never stands in for a library.
        command = command or (sys.executable, "-P", "-m", "onearm.report.figure_worker")
        self._orders: Orders = {}
        self.child: subprocess.Popen[bytes] | None = None
        if (os.cpu_count() or 1) > 1 and command[0]:
            pipe = subprocess.PIPE
            with suppress(OSError):
                self.child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def send(self, orders: Orders) -> None:
        """Hand the orders to the child, which begins to draw; a child that is gone is noticed by ``collect``."""
        self._orders = orders
        if self.child is None or self.child.stdin is None:
            return
        pipe, self.child.stdin = self.child.stdin, None  # closed here; ``communicate`` must not flush it again
        with suppress(OSError), pipe:
            pipe.write(pickle.dumps(orders))

    def collect(self) -> dict[str, Drawing]:
        """The drawings of the orders sent, in their order: from the child, or drawn here if it failed."""
        answer = self._read()
        return draw_orders(self._orders) if answer is None else answer

    def stop(self) -> None:
        """End the child, whatever it is doing."""
        child, self.child = self.child, None
        if child is None:
            return
        child.kill()
        # Not read to the end: a process that the child had begun may hold the pipe open.
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        child.wait()

    def _read(self) -> dict[str, Drawing] | None:
        if self.child is None:
            return None
        try:
            answer, _ = self.child.communicate(timeout=PATIENCE_SECONDS)
            drawings: dict[str, Drawing] = pickle.loads(answer)
        except Exception:  # a cut-off pickle fails in many ways, and each has the same mend
            return None
        return drawings


def draw_shared(orders: Orders) -> dict[str, Drawing]:
    """Every drawing; where a process can be split in two, each half draws some of them.

    Half a second of loading the drawing library is thus spent once, and both cores of a small machine draw.
    """
    if not hasattr(os, "fork") or len(orders) < 2:
        return draw_orders(orders)
    # The most to draw first, then in turn as 1 2 2 1: the halves take about as long.
    dealt = sorted(orders, key=lambda name: -len(pickle.dumps(orders[name])))
    halves = [{name: orders[name] for at, name in enumerate(dealt) if (at % 4 in (0, 3)) == first} for first in (1, 0)]
    answer, say = os.pipe()
    child = os.fork()
    if child == 0:
        # Without its reading end the child ends as soon as nobody listens any more, and holds no pipe open.
        os.close(answer)
        try:
            with os.fdopen(say, "wb") as pipe:
                pipe.write(pickle.dumps(draw_orders(halves[1])))
        finally:
            os._exit(0)
    os.close(say)
    try:
        with os.fdopen(answer, "rb") as pipe:
            mine = draw_orders(halves[0])
            theirs: dict[str, Drawing] = pickle.load(pipe)
    finally:
        os.waitpid(child, 0)
    return {name: mine[name] if name in mine else theirs[name] for name in orders}


def main() -> None:
    """The child: load the library, read every order, answer with every drawing."""
    import gc

    import matplotlib.backends.backend_pdf
    import matplotlib.backends.backend_svg
    import matplotlib.figure
    import matplotlib.patches  # noqa: F401 - loaded ahead of the orders

    gc.disable()  # lives for a second
    orders: Orders = pickle.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(pickle.dumps(draw_shared(orders)))


if __name__ == "__main__":
    main()
