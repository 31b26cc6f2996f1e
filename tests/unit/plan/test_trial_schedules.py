"""The schedules assumed for the two trials: every component has visits on its own clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from onearm.protocol import load_protocol

TRIALS = Path(__file__).parents[3] / "trials"


@pytest.mark.parametrize("name", ["haic-bev-pdl1", "haic-adebrelimab-regorafenib"])
def test_every_component_has_visits_on_its_own_clock(name: str) -> None:
    protocol = load_protocol(TRIALS / f"{name}.yaml", [TRIALS / "assumptions" / f"{name}-schedule.yaml"])
    own = {series.component for series in protocol.schedule.visits if series.anchor == "cycles_of"}
    assert own == {component.id for component in protocol.treatment.components}


def test_bevacizumab_is_preceded_by_pressure_weight_urine_blood_and_liver_tests() -> None:
    overlay = TRIALS / "assumptions" / "haic-bev-pdl1-schedule.yaml"
    series = {one.id: one for one in load_protocol(TRIALS / "haic-bev-pdl1.yaml", [overlay]).schedule.visits}
    own, antibody = series["bevacizumab"], series["antibody"]
    assert {"dosing", "vital_signs", "urine_protein", "blood_count", "liver_tests"} == set(own.activities)
    assert (own.cycle_days, own.days_before, own.days_after) == (
        antibody.cycle_days, antibody.days_before, antibody.days_after,
    )  # fmt: skip
