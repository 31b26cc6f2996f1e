import json
import re
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from onearm.design import DesignError, find
from onearm.design.best_designs import count_to_enrol
from onearm.design.hull import list_hull
from onearm.design.search import Setting, search_two_stage
from onearm.stats.two_stage import operating_characteristics, probability_of_success

USUAL = find(0.2, 0.4, 0.05, 0.8)
STOP = find(0.3, 0.5, 0.05, 0.8, efficacy_stop=True)


def counts(row):
    return row.n1, row.r1, row.e1, row.n, row.r


def test_the_futility_only_table():
    assert [(row.type, counts(row)) for row in USUAL.designs] == [
        ("optimal", (13, 3, None, 43, 12)),
        ("minimax", (18, 4, None, 33, 10)),
        ("admissible", (14, 3, None, 38, 11)),
        ("single-stage", (None, None, None, 35, 11)),
    ]
    (optimal,) = USUAL.of_type("optimal")
    assert (round(optimal.alpha, 4), round(optimal.power, 4)) == (0.0496, 0.8002)
    assert (round(optimal.en0, 2), round(optimal.en1, 2), round(optimal.pet0, 4)) == (20.58, 37.94, 0.7473)


def test_the_table_with_an_efficacy_stop():
    assert [(row.type, counts(row)) for row in STOP.designs] == [
        ("H0-optimal", (15, 5, 12, 46, 18)),
        ("H1-optimal", (18, 4, 10, 38, 16)),
        ("H0-minimax", (27, 8, 14, 36, 15)),
        ("H1-minimax", (24, 6, 13, 36, 15)),
        ("admissible", (19, 6, 11, 39, 16)),
        ("admissible", (18, 6, 11, 42, 17)),
        ("single-stage", (None, None, None, 39, 16)),
    ]
    (minimax,) = STOP.of_type("H0-minimax")
    assert (round(minimax.alpha, 4), round(minimax.power, 4), round(minimax.en0, 2)) == (0.0489, 0.8003, 30.68)
    assert (round(minimax.never_used.alpha, 4), round(minimax.never_used.power, 4)) == (0.0470, 0.7971)


def test_every_row_attains_what_it_says_and_what_was_asked():
    for table in (USUAL, STOP):
        for row in table.designs:
            null = operating_characteristics(row.rule, table.p0)
            target = operating_characteristics(row.rule, table.p1)
            assert row.alpha == pytest.approx(null.success, abs=1e-14) and row.alpha <= 0.05
            assert row.power == pytest.approx(target.success, abs=1e-14) and row.power >= 0.8
            assert row.en0 == pytest.approx(null.expected_size)
            assert row.en1 == pytest.approx(target.expected_size)
            assert row.pet0 == pytest.approx(null.stop_futility + null.stop_efficacy)


@pytest.mark.parametrize("efficacy_stop", [False, True])
def test_weights_say_for_which_trade_off_each_design_is_the_best(efficacy_stop):
    table = find(0.3, 0.5, 0.05, 0.8, efficacy_stop=efficacy_stop)
    others = search_two_stage(Setting(0.3, 0.5, 0.05, 0.8), efficacy_stop=efficacy_stop)
    rows = [row for row in table.designs if row.weights is not None]
    assert min(row.weights[0] for row in rows) == 0
    assert max(row.weights[1] for row in rows) == 1
    for row in rows:
        low, high = row.weights
        for weight in np.linspace(low, high, 5):
            cost = weight * row.n + (1 - weight) * row.en0
            for other in others:
                assert cost <= weight * other.rule.n + (1 - weight) * other.expected_size_p0 + 1e-9


def test_the_hull_leaves_out_what_lies_on_or_above_a_line():
    assert [point.place for point in list_hull([(10, 8.0), (11, 7.0), (12, 6.0), (13, 5.9)])] == [0, 2, 3]
    (only,) = list_hull([(10, 8.0)])
    assert only == (0, 0.0, 1.0)
    first, second = list_hull([(10, 8.0), (12, 6.0)])
    assert first == (0, 0.5, 1.0) and second == (1, 0.0, 0.5)


def test_a_stop_that_is_not_binding_holds_the_limits_both_ways():
    table = find(0.3, 0.5, 0.05, 0.8, efficacy_stop=True, binding=False)
    assert not table.binding
    for row in table.designs[:-1]:
        assert row.alpha <= 0.05 and row.never_used.alpha <= row.alpha
        assert row.never_used.power >= 0.8 and row.power >= row.never_used.power
    (minimax,) = table.of_type("H0-minimax")
    assert minimax.n == 39
    assert "not binding" in str(table) and "(binding)" in str(STOP)


def test_drop_out_changes_what_is_enrolled_and_nothing_else():
    table = find(0.2, 0.4, 0.05, 0.8, drop_out=0.1)
    assert [counts(row) for row in table.designs] == [counts(row) for row in USUAL.designs]
    assert [row.enrolled for row in table.designs] == [48, 37, 43, 39]
    assert [row.enrolled_stage_one for row in table.designs] == [15, 20, 16, None]
    for row in table.designs:
        assert row.power_if_drop_outs_fail == probability_of_success(row.rule, 0.4, 0.1) < 0.8
    assert "enrolled" in str(table) and "enrolled" not in str(USUAL)


def test_enrolment_is_counted_in_decimals():
    assert count_to_enrol(9, 0.1) == 10  # in binary 9/0.9 may come out above 10
    assert count_to_enrol(43, 0.0) == 43
    assert count_to_enrol(7, 0.3) == 10


def test_a_design_that_is_best_in_two_senses_stands_twice():
    table = find(0.1, 0.3, 0.05, 0.9, efficacy_stop=True)
    (optimal,), (minimax,) = table.of_type("H1-optimal"), table.of_type("H1-minimax")
    assert counts(optimal) == counts(minimax) == (16, 1, 5, 33, 6)


def test_objects_are_frozen_and_show_themselves():
    with pytest.raises(FrozenInstanceError):
        USUAL.p0 = 0.3
    with pytest.raises(FrozenInstanceError):
        USUAL.designs[0].n = 1
    assert str(USUAL).splitlines()[1].split()[:6] == ["optimal", "13", "3", "43", "12", "0.0496"]
    assert USUAL._repr_html_().count("<tr>") == 5
    assert "saw" not in str(USUAL) and "37 patients" in str(USUAL)


def test_every_fault_is_told_at_once():
    with pytest.raises(DesignError) as error:
        find(0.5, 0.4, 1.2, True, drop_out=1)
    assert [fault.field for fault in error.value.faults] == ["alpha", "power", "p1", "drop_out"]
    with pytest.raises(DesignError, match="drop_out"):
        find(0.2, 0.4, 0.05, 0.8, drop_out=-0.1)


def test_the_printed_table_says_how_many_to_enrol_in_stage_one():
    text = str(find(0.2, 0.4, 0.05, 0.8, drop_out=0.1)).splitlines()
    assert "enrolled in stage one" in text[0]
    assert [line.split()[-3:-1] for line in text[1:5]] == [["15", "48"], ["20", "37"], ["16", "43"], ["–", "39"]]


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_numbers_of_numpy_are_plain_afterwards(kind):
    drop_out = kind(0.125)
    found = find(np.float64(0.2), np.float64(0.4), np.float64(0.05), np.float64(0.8), drop_out=drop_out)
    plain = find(0.2, 0.4, 0.05, 0.8, drop_out=0.125)
    assert found == plain
    assert json.dumps(found.as_dict()) == json.dumps(plain.as_dict())
    assert {type(value) for value in (found.p0, found.drop_out)} == {float}
    with pytest.raises(DesignError, match="p0 is True"):
        find(True, 0.4, 0.05, 0.8)


@pytest.mark.parametrize(
    ("setting", "efficacy_stop"),
    [((0.5, 0.51, 0.05, 0.9), False), ((0.5, 0.54, 0.05, 0.9), True), ((0.001, 0.002, 0.05, 0.9), True)],
)
def test_rates_too_close_are_refused_with_a_p1_that_is_valid(setting, efficacy_stop):
    with pytest.raises(DesignError, match="needs more than") as refused:
        find(*setting, efficacy_stop=efficacy_stop)
    (fault,) = refused.value.faults
    valid = float(re.search(r"about (0\.\d+) or more", fault.expected)[1])
    assert valid > setting[1]
    assert find(setting[0], valid, *setting[2:], efficacy_stop=efficacy_stop).designs
    with pytest.raises(DesignError, match=r"further from p0 \(0\.999\): this close"):
        find(0.999, 0.9995, 0.05, 0.8)
