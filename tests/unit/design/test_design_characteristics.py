import json

import numpy as np
import pytest

from onearm.design.characteristics import operating_characteristics
from onearm.design.model import DesignError
from onearm.stats.curtailment import curtail
from onearm.stats.late_responses import characteristics_with_unseen
from onearm.stats.two_stage import TwoStageRule

EFFICACY = TwoStageRule(27, 36, 8, 16, 14)


def test_published_design():
    # Simon 1989: 3/13, 12/43 for .20 against .40; .0496, .8002, EN0 20.6, PET .747.
    null, target = operating_characteristics(13, 3, 43, 12, p=(0.2, 0.4)).rows
    assert (round(null.success, 4), round(target.success, 4)) == (0.0496, 0.8002)
    assert (round(null.expected_size, 1), round(null.pet, 3)) == (20.6, 0.747)
    assert (null.median_size, target.median_size) == (13, 43)
    assert null.stop_efficacy == 0


def test_both_ways_of_an_efficacy_stop():
    binding = operating_characteristics(27, 8, 36, 15, 14, p=[0.3, 0.5])
    other = operating_characteristics(27, 8, 36, 15, 14, p=[0.3, 0.5], binding=False)
    assert [round(row.success, 4) for row in binding.rows] == [0.0489, 0.8003]
    assert [round(row.success, 4) for row in binding.other_rows] == [0.0470, 0.7971]
    assert (other.rows, other.other_rows) == (binding.other_rows, binding.rows)
    assert binding.binding
    assert not other.binding
    never = operating_characteristics(27, 8, 36, 15, p=[0.3, 0.5])
    assert never.rows == other.rows
    assert never.other_rows is None
    assert "If the efficacy stop were never used" in str(binding)
    assert "never used (as declared)" in str(other)


def test_shares_are_those_of_the_exact_functions():
    row = operating_characteristics(27, 8, 36, 15, 14, p=0.5, not_evaluable=0.1, unseen=0.2).rows[0]
    found = characteristics_with_unseen(EFFICACY, 0.5, 0.1, 0.2)
    assert (row.success, row.stop_futility, row.stop_efficacy, row.expected_size) == found
    assert row.curtailed_both is None
    assert row.curtailed_futility is None


def test_curtailed_sizes():
    row = operating_characteristics(27, 8, 36, 15, 14, p=0.3, not_evaluable=0.1).rows[0]
    both = curtail(EFFICACY, 0.3, 0.1)
    assert (row.curtailed_both.expected_size, row.curtailed_both.median_size) == both[1:]
    assert row.curtailed_both.expected_size <= row.curtailed_futility.expected_size < row.expected_size


def test_a_share_not_evaluable_is_a_lower_rate():
    share = operating_characteristics(27, 8, 36, 13, p=0.5, not_evaluable=0.2).rows[0]
    lower = operating_characteristics(27, 8, 36, 13, p=0.4).rows[0]
    assert (share.success, share.expected_size) == (lower.success, lower.expected_size)


def test_it_shows_itself():
    table = operating_characteristics(27, 8, 36, 13, p=(0.25, 0.45), not_evaluable=0.125)
    lines = str(table).splitlines()
    assert lines[0].startswith("stop if 8 or fewer of 27 respond; success if 14 or more of 36 do (12.5 % of patients")
    assert len(lines) == 4
    assert "0.0445" not in lines[2]
    assert table._repr_html_().count("<tr>") == 3
    assert table.as_dict()["rows"][1]["p"] == 0.45
    assert str(operating_characteristics(9, 0, 17, 2, p=0.05)).startswith("stop if none of 9 responds")


def test_every_fault_at_once():
    with pytest.raises(DesignError) as refused:
        operating_characteristics(27, 27, 36, 36, p=(0.2, 1.5), not_evaluable=-1, unseen="much")
    assert [(f.field, f.found) for f in refused.value.faults] == [
        ("r1", "27"),
        ("r", "36"),
        ("p", "1.5"),
        ("not_evaluable", "-1"),
        ("unseen", "'much'"),
    ]


@pytest.mark.parametrize(
    ("rule", "field", "expected"),
    [
        ((27, 8, 36, 13.0), "r", "whole number"),
        ((27, True, 36, 13), "r1", "whole number"),
        ((36, 8, 36, 13), "n1", "1 to 35"),
        ((27, 8, 36, 7), "r", "8 to 35"),
        ((27, 8, 36, 13, 9), "e1", "10 to 27"),
        ((27, 8, 36, 13, 28), "e1", "10 to 27"),
        ((27, 26, 36, 27, 27), "e1", "none"),
        ((27, 8, 29, 14, 12), "r", "at most 12"),
        ((0, 0, 1, 0), "n", "at least 2"),
    ],
)
def test_impossible_rules_say_what_would_be_valid(rule, field, expected):
    with pytest.raises(DesignError) as refused:
        operating_characteristics(*rule, p=0.3)
    (fault,) = refused.value.faults
    assert fault.field == field
    assert expected in fault.expected


def test_no_rate_at_all():
    with pytest.raises(DesignError, match="at least one"):
        operating_characteristics(27, 8, 36, 13, p=())


def test_numbers_of_numpy_are_plain_afterwards():
    given = dict(zip(("n1", "r1", "n", "r", "e1"), map(np.int64, (27, 8, 36, 15, 14)), strict=True))
    found = operating_characteristics(
        **given, p=np.array([0.3, 0.5]), not_evaluable=np.float64(0.1), binding=np.bool_(False)
    )
    plain = operating_characteristics(27, 8, 36, 15, 14, p=(0.3, 0.5), not_evaluable=0.1, binding=False)
    assert json.dumps(found.as_dict()) == json.dumps(plain.as_dict())


def test_more_patients_than_a_search_proposes_are_refused():
    with pytest.raises(DesignError, match="n is 30000, expected at most 3000 patients"):
        operating_characteristics(27, 8, 30_000, 13, p=0.3)
    assert operating_characteristics(1000, 250, 3000, 800, p=0.3).rows[0].expected_size > 1000
