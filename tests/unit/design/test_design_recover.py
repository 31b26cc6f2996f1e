import json

import numpy as np
import pytest

from onearm.design import DesignError, recover
from onearm.design.recovered import RecoveredDesign
from onearm.stats.two_stage import SingleStageRule, TwoStageRule, operating_characteristics

FOUND = recover(n1=27, n=36)


def inputs(candidate):
    return candidate.p0, candidate.p1, candidate.alpha, candidate.power


def counts(candidate):
    return candidate.n1, candidate.r1, candidate.e1, candidate.n, candidate.r


def of_class(found, name):
    return [candidate for candidate in found.candidates if candidate.design_class == name]


def test_27_and_36_may_stop_for_efficacy():
    best = FOUND.candidates[0]
    assert best.design_class == "H0-minimax"
    assert inputs(best) == (0.30, 0.50, 0.05, 0.80)
    assert counts(best) == (27, 8, 14, 36, 15)
    assert {c.design_class for c in FOUND.candidates} == {"H0-minimax", "H1-minimax", "feasible"}
    assert [inputs(c) for c in of_class(FOUND, "H0-minimax")[1:]] == [(0.40, 0.65, 0.025, 0.85)]


@pytest.mark.parametrize(("p0", "p1", "r1", "r"), [(0.25, 0.45, 8, 13), (0.20, 0.40, 7, 11)])
def test_27_and_36_for_futility_only_is_merely_feasible(p0, p1, r1, r):
    (found,) = [c for c in FOUND.candidates if inputs(c) == (p0, p1, 0.05, 0.80)]
    assert found.design_class == "feasible"
    assert counts(found) == (27, r1, None, 36, r)


def test_none_is_proof_and_what_is_open_stays_open():
    assert FOUND.unidentified == ("r1", "e1", "r", "p0", "p1", "alpha", "power")
    assert "none is proof" in str(FOUND)
    for field in FOUND.unidentified:
        assert f" {field}" in str(FOUND).split("Not stated:")[1]


def test_every_candidate_meets_its_limits_exactly():
    for c in FOUND.candidates[:40]:
        rule = TwoStageRule(c.n1, c.n, c.r1, c.r + 1, c.e1)
        null = operating_characteristics(rule, c.p0)
        assert c.attained_alpha == pytest.approx(null.success, abs=1e-13) and null.success <= c.alpha
        assert c.attained_power == pytest.approx(operating_characteristics(rule, c.p1).success, abs=1e-13)
        assert c.attained_power >= c.power
        assert c.en0 == pytest.approx(null.expected_size)


def test_questions_say_what_each_answer_leaves():
    assert [q.expected_left for q in FOUND.settle] == sorted(q.expected_left for q in FOUND.settle)
    for question in FOUND.settle:
        assert sum(left for _, left in question.answers) == len(FOUND.candidates)
    (stop,) = [q for q in FOUND.settle if q.field == "e1"]
    assert stop.answers == ((14, 1), (17, 2), (None, len(FOUND.candidates) - 3))
    asked = FOUND.settle[0].field
    value, left = FOUND.settle[0].answers[0]
    assert len([c for c in recover(n1=27, n=36, **{asked: value}).candidates if getattr(c, asked) == value]) >= left


def test_no_simon_design_of_27_and_36_on_the_whole_grid():
    assert FOUND.settings_tried == 888
    assert FOUND.grid.p0_percent == tuple(range(5, 81, 5))
    assert FOUND.grid.difference_percent == (10, 15, 20, 25, 30)
    for name in ("optimal", "minimax", "admissible"):
        assert not of_class(FOUND, name)


@pytest.mark.parametrize(
    ("known", "name", "design"),
    [
        ({"n1": 13, "n": 43}, "optimal", (13, 3, None, 43, 12)),
        ({"n1": 13, "n": 43}, "H0-optimal", (13, 3, 8, 43, 12)),
        ({"n1": 18, "n": 33}, "minimax", (18, 4, None, 33, 10)),
        ({"n": 35}, "single-stage", (None, None, None, 35, 11)),
        ({"n1": 14, "r1": 3, "p0": 0.2, "p1": 0.4}, "admissible", (14, 3, None, 38, 11)),
        ({"r": 12, "p0": 0.2, "p1": 0.4, "alpha": 0.05, "power": 0.8}, "optimal", (13, 3, None, 43, 12)),
    ],
)
def test_textbook_designs_are_recognised_from_any_subset(known, name, design):
    found = [c for c in of_class(recover(**known), name) if inputs(c) == (0.2, 0.4, 0.05, 0.8)]
    assert design in [counts(c) for c in found]
    assert len(found) <= 2 and len({c.e1 is None for c in found}) == len(found)


def test_stated_numbers_hold_for_every_candidate():
    found = recover(n=35, r=11)
    assert found.candidates
    assert {(c.n, c.r) for c in found.candidates} == {(35, 11)}
    assert "n1 and n are both stated" in str(found)
    single = of_class(found, "single-stage")
    for c in single:
        assert operating_characteristics(SingleStageRule(c.n, c.r + 1), c.p0).success <= c.alpha
    assert not of_class(recover(n1=20, n=35), "single-stage")


def test_a_rate_off_the_grid_and_a_finer_grid():
    found = recover(n1=27, n=36, p0=0.20, p1=0.36, alpha=0.10, power=0.80)
    assert found.settings_tried == 1
    assert [(c.design_class, counts(c)) for c in of_class(found, "minimax")] == [("minimax", (27, 5, None, 36, 10))]
    fine = recover(n1=27, n=36, alpha=0.10, power=0.80, p0=0.20, grid_step=0.01)
    assert [inputs(c) for c in of_class(fine, "minimax")] == [(0.20, 0.36, 0.10, 0.80)]
    assert fine.settings_tried == 21


@pytest.mark.parametrize(
    ("known", "fields"),
    [
        ({"n1": 36, "n": 36}, ["n1"]),
        ({"n1": True, "n": 36.0}, ["n1", "n"]),
        ({"n1": 27, "r1": 27, "p0": 0.5, "p1": 0.4}, ["r1", "p1"]),
        ({"r1": 8, "r": 7, "alpha": 1.5}, ["r", "alpha"]),
        ({"n": 36, "r": 36, "grid_step": 0.033}, ["r", "grid_step"]),
    ],
)
def test_contradictions_are_refused_with_every_fault(known, fields):
    with pytest.raises(DesignError) as error:
        recover(**known)
    assert [fault.field for fault in error.value.faults] == fields


def test_what_json_holds():
    held = json.loads(json.dumps(FOUND.as_dict()))
    keys = ("class", "p0", "p1", "alpha", "power", "n1", "r1", "e1", "n", "r")
    assert [held["candidates"][0][key] for key in keys] == ["H0-minimax", 0.3, 0.5, 0.05, 0.8, 27, 8, 14, 36, 15]
    assert held["unidentified"] == list(FOUND.unidentified)
    assert held["stated"] == {"n1": 27, "n": 36}
    assert set(held["settle"][0]) == {"field", "ask", "answers", "expected_left"}


def test_it_shows_itself_as_a_table():
    lines = str(FOUND).splitlines()
    assert lines[0].split()[:4] == ["class", "p0", "p1", "alpha"]
    assert "merely feasible" in str(FOUND)
    assert FOUND._repr_html_().count("<tr>") == len(FOUND.candidates) + 1
    assert RecoveredDesign.__dataclass_params__.frozen


def test_counts_of_numpy_are_whole_numbers():
    found = recover(n1=np.int64(27), n=np.int32(36), p0=np.float64(0.25), grid_step=np.float64(0.05))
    assert json.dumps(found.as_dict()) == json.dumps(recover(n1=27, n=36, p0=0.25).as_dict())
    with pytest.raises(DesignError, match="n1 is True, expected a whole number"):
        recover(n1=True, n=36)
