from fractions import Fraction
from itertools import product

import pytest

from onearm.design import DesignError, find_three_stage, three_stage_characteristics

USUAL = find_three_stage(0.2, 0.4, 0.05, 0.8)


def counts(row):
    return row.n1, row.r1, row.n2, row.r2, row.n, row.r


def test_the_table():
    assert [(row.type, counts(row)) for row in USUAL.designs] == [
        ("optimal", (8, 1, 22, 5, 38, 11)),
        ("minimax", (13, 2, 22, 5, 33, 10)),
        ("admissible", (13, 2, 23, 6, 34, 10)),
    ]
    optimal = USUAL.designs[0]
    assert (round(optimal.alpha, 4), round(optimal.power, 4), round(optimal.en0, 2)) == (0.0482, 0.8019, 18.42)
    assert round(USUAL.two_stage_en0, 2) == 20.58
    assert optimal.pet0 == pytest.approx(optimal.pet0_first + optimal.pet0_second)
    ends = [row.weights for row in sorted(USUAL.designs, key=lambda row: row.n)]
    assert ends[0][1] == 1 and ends[-1][0] == 0
    assert ends[0][0] == ends[1][1] and ends[1][0] == ends[2][1]


def by_enumeration(rule, rate):
    """Every sequence of responses: success, stops after each look, and expected size."""
    n1, r1, n2, r2, n, r = rule
    success = first = second = size = Fraction(0)
    for bits in product((0, 1), repeat=n):
        chance = rate ** sum(bits) * (1 - rate) ** (n - sum(bits))
        if sum(bits[:n1]) <= r1:
            first, size = first + chance, size + n1 * chance
        elif sum(bits[:n2]) <= r2:
            second, size = second + chance, size + n2 * chance
        else:
            size += n * chance
            success += chance * (sum(bits) > r)
    return [float(value) for value in (success, first, second, size)]


@pytest.mark.parametrize("rule", [(3, 0, 6, 1, 9, 3), (2, 0, 4, 2, 8, 4), (5, 2, 7, 3, 10, 4)])
def test_a_given_rule_equals_the_enumeration_of_sequences(rule):
    rates = (Fraction(1, 5), Fraction(1, 2))
    table = three_stage_characteristics(*rule, p=map(float, rates))
    for row, rate in zip(table.rows, rates, strict=True):
        found = [row.success, row.stop_first, row.stop_second, row.expected_size]
        assert found == pytest.approx(by_enumeration(rule, rate), rel=1e-12)
        reached = {rule[0]: row.stop_first, rule[2]: row.stop_first + row.stop_second}
        assert row.median_size == next((m for m, share in reached.items() if share >= 0.5), rule[4])


def test_a_row_is_what_its_rule_does():
    for row in USUAL.designs:
        null, target = three_stage_characteristics(*counts(row), p=(0.2, 0.4)).rows
        assert (row.alpha, row.power) == pytest.approx((null.success, target.success))
        assert (row.en0, row.en1) == pytest.approx((null.expected_size, target.expected_size))
        assert (row.pet0_first, row.pet0_second) == pytest.approx((null.stop_first, null.stop_second))
        assert row.alpha <= 0.05 and row.power >= 0.8


def test_impossible_input_is_refused_with_what_would_be_valid():
    with pytest.raises(DesignError) as problem:
        find_three_stage(0.4, 0.2, 1.5, True)
    assert [fault.field for fault in problem.value.faults] == ["alpha", "power", "p1"]
    with pytest.raises(DesignError, match="302 patients, and three stages are searched up to 300"):
        find_three_stage(0.5, 0.59, 0.05, 0.9)
    for rule, field in (
        ((8, 1, 8, 5, 38, 11), "n1"),
        ((8, 8, 22, 9, 38, 11), "r1"),
        ((8, 1, 22, 1, 38, 11), "r2"),
        ((8, 1, 22, 5, 38, 38), "r"),
        ((8, 1, 38, 5, 38, 11), "n2"),
        ((8.0, 1, 22, 5, 38, 11), "n1"),
        ((8, 1, 22, 5, True, 11), "n"),
    ):
        with pytest.raises(DesignError) as problem:
            three_stage_characteristics(*rule, p=(0.2, 1.2))
        assert [fault.field for fault in problem.value.faults] == [field, "p"]
    with pytest.raises(DesignError, match="at least one response rate"):
        three_stage_characteristics(8, 1, 22, 5, 38, 11, p=())


def test_it_shows_itself():
    text = str(USUAL)
    assert "optimal      8   1  22   5  38  11  0.0482" in text and "(proved)" in text
    assert "expected size of 20.58" in text
    assert USUAL._repr_html_().startswith("<table>")
    told = USUAL.as_dict()
    assert told["proved"] is True and told["asked"]["stages"] == 3
    assert told["designs"][0]["weights"] == list(USUAL.designs[0].weights)
    table = three_stage_characteristics(4, 0, 22, 5, 38, 11, p=0.2)
    assert str(table).startswith(
        "stop if none of 4 respond; stop if 5 or fewer of 22 do; success if 12 or more of 38 do"
    )
    assert table.as_dict()["rows"][0]["p"] == 0.2
