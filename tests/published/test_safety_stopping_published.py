"""Stopping rules for harm as a protocol declares them, against a table of exact boundaries for 36 patients.

Pocock type after Ivanova, Qaqish and Schell (2005, Biometrics 61:540); Bayesian with a posterior certainty of 95 %. The
table was computed by other code, looks from the third patient on, and gives the bounds with the probability of ever
stopping at theta, and at theta + .2. It shows that a posterior cut-off of .95 is no false-stop rate of .05.
"""

from __future__ import annotations

import pytest

from onearm.protocol.event_parts import StoppingRule
from onearm.protocol.stopping_boundary import boundary_of
from onearm.units import round_half_away

ROWS = (
    (
        {"kind": "pocock", "theta": 0.20, "phi": 0.05},
        "3:3 4:4 6:5 9:6 12:7 15:8 19:9 22:10 25:11 29:12 32:13 36:14", ".049", ".77",
    ),
    (
        {"kind": "pocock", "theta": 0.30, "phi": 0.05},
        "4:4 5:5 7:6 9:7 11:8 13:9 15:10 18:11 20:12 23:13 25:14 28:15 30:16 33:17 35:18", ".049", ".69",
    ),
    (
        {"kind": "pocock", "theta": 0.33, "phi": 0.05},
        "4:4 5:5 6:6 8:7 10:8 12:9 14:10 17:11 19:12 21:13 23:14 25:15 28:16 30:17 33:18 35:19", ".049", ".69",
    ),
    (
        {"kind": "bayes", "theta": 0.30, "prior": (0.6, 1.4), "certainty": 0.95},
        "3:3 4:4 6:5 9:6 11:7 13:8 16:9 19:10 21:11 24:12 26:13 29:14 32:15 35:16", ".165", ".88",
    ),
    (
        {"kind": "bayes", "theta": 0.30, "prior": (1, 1), "certainty": 0.95},
        "3:3 5:4 7:5 10:6 12:7 14:8 17:9 20:10 22:11 25:12 28:13 30:14 33:15 36:16", ".239", ".91",
    ),
    (
        {"kind": "bayes", "theta": 0.20, "prior": (0.4, 1.6), "certainty": 0.95},
        "3:3 5:4 9:5 12:6 15:7 19:8 23:9 26:10 30:11 34:12", ".147", ".90",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("numbers", "bounds", "false_stop", "power"), ROWS)
def test_bounds_and_their_probabilities(numbers: dict[str, object], bounds: str, false_stop: str, power: str) -> None:
    rule = StoppingRule.model_validate(
        {
            "id": "harm", "name": "Harm", "event": {"grade_at_least": 4}, "window": "90 days",
            "incomplete": "left_out", "n": 36, "looks": tuple(range(3, 37)), **numbers,
        }
    )  # fmt: skip
    found = boundary_of(rule)
    assert found is not None
    assert " ".join(f"{patients}:{bound}" for patients, bound in found.steps()) == bounds
    at_theta, beyond = found.properties[:2]
    assert beyond.rate == pytest.approx(at_theta.rate + 0.2)
    assert str(round_half_away(at_theta.stop_high, 3)) == f"0{false_stop}"
    assert str(round_half_away(beyond.stop_high, 2)) == f"0{power}"


def test_the_same_bounds_as_written_stop_as_often() -> None:
    numbers, bounds, _, _ = ROWS[0]
    common = {
        "id": "harm",
        "name": "Harm",
        "event": {"grade_at_least": 4},
        "window": "90 days",
        "incomplete": "no_event",
    }
    searched = boundary_of(StoppingRule.model_validate({**common, **numbers, "n": 36, "looks": tuple(range(3, 37))}))
    pairs = [tuple(map(int, one.split(":"))) for one in bounds.split()]
    written = boundary_of(
        StoppingRule.model_validate({**common, "kind": "bounds", "theta": 0.2, "n": 36, "bounds": pairs})
    )
    assert searched is not None and written is not None
    assert written.properties[0].stop_high == pytest.approx(searched.properties[0].stop_high, abs=1e-12)
