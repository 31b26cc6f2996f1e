"""Body surface in units of 0.0001 m², rounded half up exactly."""

from __future__ import annotations

from typing import Literal

from onearm.kernels.doses import dubois_surface, mosteller_surface

_LEFT, _RIGHT = 100**40 * 10**46, 14_368**40


def body_surface(formula: Literal["mosteller", "dubois"], height: int, weight: int) -> int:
    """Surface (0.0001 m²) of a height (0.1 cm) and a weight (0.1 kg), rounded once, half up."""
    if formula == "mosteller":
        return int(mosteller_surface(height, weight))
    surface, near_tie = dubois_surface(height, weight)
    return decide_dubois(height, weight, int(surface)) if near_tie else int(surface)


def decide_dubois(height: int, weight: int, near: int) -> int:
    """The rounded DuBois surface, by whole numbers alone, from a value at most one unit away.

    s is reached when s - 1/2 ≤ 71.84 · (weight/10)^(17/40) · (height/10)^(29/40). Both sides to the 40th power:
    (2s - 1)^40 · 100^40 · 10^46 ≤ 14368^40 · weight^17 · height^29. Equality cannot occur: the left side has the factor
    2 exactly 126 times, the right side at least 200 times.
    """
    right = _RIGHT * weight**17 * height**29
    surface = near + 1
    while surface > 0 and (2 * surface - 1) ** 40 * _LEFT > right:
        surface -= 1
    return surface
