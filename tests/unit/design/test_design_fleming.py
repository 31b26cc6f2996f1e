import json
from itertools import product
from math import comb

import numpy as np
import pytest

from onearm.design import DesignError, fleming_design
from onearm.stats.binomial import binomial_tail
from onearm.stats.two_stage import TwoStageRule, operating_characteristics


def test_one_stage_is_a_binomial_tail():
    design = fleming_design((29,), 0.2, 0.4, 0.05, 0.8)
    (stage,) = design.stages
    assert (stage.accept, stage.reject) == (9, 10)
    assert design.type_one_error == pytest.approx(binomial_tail(10, 29, 0.2))
    assert design.attained_power == pytest.approx(binomial_tail(10, 29, 0.4))
    assert design.expected_size_p0 == pytest.approx(29)


def test_his_size_for_one_stage_and_that_it_may_miss_the_power():
    design = fleming_design(None, 0.2, 0.4, 0.05, 0.8)
    assert design.stages[-1].n == 29
    assert design.meets_alpha and not design.meets_power


def test_two_stages_agree_with_the_two_stage_rule():
    design = fleming_design((15, 25), 0.2, 0.4, 0.05, 0.8)
    (first, last) = design.stages
    rule = TwoStageRule(15, 25, first.accept, last.reject, first.reject)
    for rate, success, size in (
        (0.2, design.type_one_error, design.expected_size_p0),
        (0.4, design.attained_power, design.expected_size_p1),
    ):
        exact = operating_characteristics(rule, rate)
        assert success == pytest.approx(exact.success, abs=1e-13)
        assert size == pytest.approx(exact.expected_size, abs=1e-12)


def test_three_stages_agree_with_every_path():
    design = fleming_design((4, 8, 12), 0.2, 0.5, 0.05, 0.8)
    chance = 0.0
    for path in product(range(5), repeat=3):
        weight, total = 1.0, 0
        for x, stage in zip(path, design.stages, strict=True):
            weight *= comb(4, x) * 0.2**x * 0.8 ** (4 - x)
            total += x
            if total >= stage.reject:
                # the later parts of the path are summed over, each with all its weight
                left = design.stages[-1].n - stage.n
                chance += weight / 5 ** (left // 4)
                break
            if total <= stage.accept:
                break
    assert design.type_one_error == pytest.approx(chance, abs=1e-12)


def test_the_exact_rates_stand_beside_the_advertised():
    text = str(fleming_design((15, 25), 0.2, 0.4, 0.05, 0.8))
    assert "0.0505 (advertised 0.05)" in text and "0.7236 (advertised 0.8)" in text


@pytest.mark.parametrize("sizes", [(), (25, 15), (15, 15), (0, 5), (15.0,), (True,)])
def test_sizes_that_are_no_plan_are_refused(sizes):
    with pytest.raises(DesignError, match="sizes"):
        fleming_design(sizes, 0.2, 0.4, 0.05, 0.8)
    with pytest.raises(DesignError) as error:
        fleming_design(sizes, 0.4, 0.2, 0.05, 0.8)
    assert [fault.field for fault in error.value.faults] == ["p1", "sizes"]


def test_sizes_of_numpy_and_what_a_refusal_shows():
    found = fleming_design(np.array([15, 25]), np.float64(0.2), 0.4, 0.05, 0.8)
    assert json.dumps(found.as_dict()) == json.dumps(fleming_design((15, 25), 0.2, 0.4, 0.05, 0.8).as_dict())
    with pytest.raises(DesignError, match="sizes is 25, 15, expected rising numbers of patients, 1 to 3000"):
        fleming_design((25, 15), 0.2, 0.4, 0.05, 0.8)
