"""How long planned doses take: three components × ten cycles × 10,000 patients on one core, after compilation.

Run as a script. An infusion by body surface (by Mosteller, then by DuBois), an antibody by weight and a flat dose, each
with the weight followed from cycle to cycle, a cap and rounding. Aim: well under half a second.
"""

from __future__ import annotations

import time

import numpy as np

from onearm.kernels import doses as kernel
from onearm.plan.surface import decide_dubois

N_PATIENTS, N_CYCLES, REPEATS = 10_000, 10, 5
AIM = 0.5


def components(formula: int) -> list[kernel.DoseRules]:
    """The rules of an infusion, an antibody and tablets."""
    shared = {
        "formula": formula, "round_to": 500, "within": 50, "max_surface": 22_000, "max_weight": 1_200,
        "weight_rule": kernel.CHANGED_WEIGHT, "threshold": 100, "at_least": 0, "against_last": 1,
    }  # fmt: skip
    return [
        kernel.DoseRules(by=kernel.PER_SURFACE, amount=8_500, **shared),
        kernel.DoseRules(by=kernel.PER_WEIGHT, amount=1_500, **shared),
        kernel.DoseRules(by=kernel.FLAT, amount=16_000, **shared),
    ]


def made_up_bodies() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Heights and baselines (patients), and a weight for each cycle (patients × cycles)."""
    draw = np.random.default_rng(5)
    height = draw.integers(1_450, 1_950, N_PATIENTS).astype(np.int32)
    baseline = draw.integers(420, 1_100, N_PATIENTS).astype(np.int32)
    drift = np.cumsum(draw.integers(-25, 20, (N_PATIENTS, N_CYCLES)), axis=1)
    weight = np.maximum(baseline[:, None] + drift, 300).astype(np.int32)
    return height, baseline, np.ascontiguousarray(weight)


def plan_all(formula: int, bodies: tuple[np.ndarray, np.ndarray, np.ndarray]) -> int:
    """Every dose of every component; returns how many surfaces exact arithmetic had to decide."""
    decided = 0
    height, baseline, weight = bodies
    for rules in components(formula):
        dose, near = np.empty(weight.shape, np.int64), np.empty(weight.shape, np.bool_)
        kernel.plan_doses(rules, height, baseline, weight, dose, near)
        for patient, cycle in np.argwhere(near):
            tall, heavy = int(height[patient]), int(weight[patient, cycle])
            decide_dubois(tall, heavy, int(kernel.dubois_surface(tall, heavy)[0]))
            decided += 1
    return decided


def best_seconds(formula: int, bodies: tuple[np.ndarray, np.ndarray, np.ndarray]) -> float:
    """The least wall-clock time of several runs."""
    runs = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        plan_all(formula, bodies)
        runs.append(time.perf_counter() - begun)
    return min(runs)


def main() -> None:
    """Print one line a formula."""
    bodies = made_up_bodies()
    print(f"{'planned doses':<52}{'s':>8}{'aim s':>8}")
    for name, formula in (("Mosteller", kernel.MOSTELLER), ("DuBois", kernel.DUBOIS)):
        plan_all(formula, bodies)
        what = f"3 components × {N_CYCLES} cycles × {N_PATIENTS:,} patients, {name}"
        print(f"{what:<52}{best_seconds(formula, bodies):>8.3f}{AIM:>8.1f}")


if __name__ == "__main__":
    main()
