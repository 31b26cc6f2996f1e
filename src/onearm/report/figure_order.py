"""Which figure is to be drawn, from what: said before anything is drawn, here or elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from onearm.report.figure_style import Drawing


@dataclass(frozen=True)
class Order:
    """A ``draw_`` function and its arguments; plain values, so that another process can draw it."""

    draw: Callable[..., Drawing]
    arguments: Mapping[str, Any]


def draw_orders(orders: Mapping[str, Order]) -> dict[str, Drawing]:
    """Every figure by its name, drawn in this process."""
    return {name: order.draw(**order.arguments) for name, order in orders.items()}
