from dataclasses import replace

import pytest

from onearm.design import SingleStageDesign, TwoStageDesign, properties
from onearm.stats.two_stage import probability_of_success

DESIGN = TwoStageDesign(
    n1=27, n=36, futility_stop=8, success=16, efficacy_stop=14, p0=0.3, p1=0.5, alpha=0.05, power=0.8
)


def test_binding_and_not_binding():
    binding = properties(DESIGN)
    assert (round(binding.type_one_error, 4), round(binding.power, 4)) == (0.0489, 0.8003)
    assert binding.meets_alpha
    assert binding.meets_power
    never_used = binding.without_efficacy_stop
    assert (round(never_used.type_one_error, 4), round(never_used.power, 4)) == (0.0470, 0.7971)
    assert not never_used.meets_power
    assert never_used.stop_efficacy_p0 == never_used.stop_efficacy_p1 == 0.0
    assert never_used.without_efficacy_stop is None
    assert never_used == properties(replace(DESIGN, efficacy_stop=None))


def test_early_stops_and_sizes():
    found = properties(DESIGN)
    for size, early in (
        (found.expected_size_p0, found.stop_early_p0),
        (found.expected_size_p1, found.stop_early_p1),
    ):
        assert size == pytest.approx(36 - 9 * early, abs=1e-12)
    assert round(found.expected_size_p0, 2) == 30.68
    assert found.stop_early_p0 == found.stop_futility_p0 + found.stop_efficacy_p0
    assert found.stop_early_p1 == found.stop_futility_p1 + found.stop_efficacy_p1
    assert found.stop_futility_p0 > found.stop_futility_p1
    assert found.stop_efficacy_p0 < found.stop_efficacy_p1


def test_power_falls_with_patients_who_are_not_evaluable():
    found = properties(DESIGN)
    assert [share for share, _ in found.power_not_evaluable] == [0, 5, 10, 15]
    powers = [power for _, power in found.power_not_evaluable]
    assert powers[0] == found.power
    assert powers == sorted(powers, reverse=True)
    assert powers[2] == pytest.approx(probability_of_success(DESIGN.rule, 0.45), abs=1e-12)


def test_single_stage():
    found = properties(SingleStageDesign(n=36, success=16, p0=0.3, p1=0.5, alpha=0.05, power=0.8))
    assert found.type_one_error == pytest.approx(0.04703824045299386, abs=1e-15)
    assert found.expected_size_p0 == found.expected_size_p1 == 36
    assert found.stop_early_p0 == found.stop_early_p1 == 0
    assert found.without_efficacy_stop is None
