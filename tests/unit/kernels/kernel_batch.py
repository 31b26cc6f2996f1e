"""Prints the integers that a batch of made-up patients gives: run compiled and as plain Python, they must agree."""

from __future__ import annotations

import hashlib
import sys

import numpy as np

from onearm.kernels.follow_up import Observed, derive_survival, derive_times, find_response_starts
from onearm.kernels.patients import Followed, Lesions, derive_patients
from onearm.kernels.rules import NEVER, ResponseRules
from onearm.kernels.time_to_event import Strategies

N_PATIENTS = 60
LITERAL, FDA = Strategies(0, 0, 1, 0, 2), Strategies(1, 1, 1, 1, 2)


def made_up(seed: int) -> tuple[ResponseRules, Lesions, Followed]:
    rng = np.random.default_rng(seed)
    flags = {name: int(rng.integers(0, 2)) for name in ResponseRules._fields}
    lengths = {"too_small": 50, "too_small_node": 50, "node_normal_below": 100, "pd_absolute": 50}
    numbers = {"pr_continues": int(rng.integers(0, 3)), "confirmation_min_days": 28, "sd_min_days_after": 56}
    numbers["missing_targets"] = int(rng.integers(0, 3))
    rules = ResponseRules(**{**flags, **lengths, **numbers, "reappearance_absolute": 50})
    n_visits = rng.integers(1, 7, N_PATIENTS)
    visits, day = starts(n_visits), []
    for count in n_visits:
        day += [0, *np.cumsum(rng.integers(20, 90, count - 1))]
    blocks = []
    for states in (7, 5, 4):
        n_lesions = rng.integers(0, 4, N_PATIENTS)
        n_cells = int((n_lesions * n_visits).sum())
        length = rng.choice([0, 49, 50, 99, 100, 149, 150, 200, 250], n_cells).astype(np.int32)
        state = rng.integers(0, states, n_cells).astype(np.int8)
        node = rng.random(int(n_lesions.sum())) < 0.4
        blocks.append((starts(n_lesions), starts(n_lesions * n_visits), length, state, node))
    (t, tc, tl, ts, tn), (u, uc, _, us, un), (w, wc, wl, ws, wn) = blocks
    lesions = Lesions(
        visits, np.array(day, np.int32), rng.integers(0, 2, len(day)).astype(np.int32),
        t, tc, tl, ts, tn, u, uc, us, un, w, wc, ws, wn, rng.random(len(wl)) < 0.5, wl,
    )  # fmt: skip

    def days(chance: float) -> np.ndarray:
        return np.where(rng.random(N_PATIENTS) < chance, rng.integers(30, 400, N_PATIENTS), NEVER).astype(np.int32)

    rule = rng.integers(0, 4, N_PATIENTS).astype(np.int32)
    cut = rng.integers(100, 600, N_PATIENTS).astype(np.int32)
    followed = Followed(np.zeros(N_PATIENTS, np.int32), days(0.3), days(0.3), days(0.3), rule, cut)
    # Every other batch has a marker.
    return rules, lesions, followed._replace(marker=rng.integers(0, 4, len(day)).astype(np.int8) if seed % 2 else None)


def starts(counts: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def results(seed: int) -> list[np.ndarray]:
    rules, lesions, followed = made_up(seed)
    visits = derive_patients(rules, lesions, followed)
    n = N_PATIENTS
    observed = Observed(
        np.arange(n) % 5 > 0, followed.death_day, np.full(n, NEVER, np.int32), followed.window_end,
        followed.procedure_day, followed.cut_day, lesions.visit_start, lesions.day, lesions.day, visits.overall,
        np.full(len(lesions.day), 133, np.int32),
    )  # fmt: skip
    first = find_response_starts(
        rules, np.arange(n) % 2 == 0, lesions.visit_start, lesions.day, visits.overall, lesions.missed_before,
        visits.best[:, 7] + np.int32(1),
    )  # fmt: skip
    start, one = np.zeros(n, np.int32), np.ones(n, np.int32)
    times = [derive_times(strategies, start, one, observed) for strategies in (LITERAL, FDA)]
    return [*visits, first, *times, derive_survival(start, followed.death_day, followed.cut_day, followed.cut_day)]


if __name__ == "__main__":
    for batch in range(int(sys.argv[1])):
        for array in results(batch):
            print(array.dtype, array.shape, hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest())
