import pytest

from onearm.design import list_candidates, properties
from onearm.stats.two_stage import TwoStageRule

REPORT = list_candidates(27, 36)


def with_inputs(report, p0, p1, alpha, power, *, efficacy_stop=False):
    return [
        c
        for c in report.candidates
        if (c.design.p0, c.design.p1, c.design.alpha, c.design.power) == (p0, p1, alpha, power)
        and (c.design.efficacy_stop is not None) == efficacy_stop
    ]


def test_27_and_36_with_an_efficacy_stop():
    (found,) = [c for c in REPORT.candidates if c.design.efficacy_stop is not None]
    assert found.classes == ("efficacy_stop_minimax",)
    assert found.design.rule == TwoStageRule(27, 36, 8, 16, 14)
    assert (found.design.p0, found.design.p1) == (0.30, 0.50)
    assert (found.design.alpha, found.design.power) == (0.05, 0.80)
    assert (round(found.type_one_error, 4), round(found.power, 4)) == (0.0489, 0.8003)
    assert found == REPORT.candidates[0]


@pytest.mark.parametrize(
    ("p0", "p1", "stop", "success", "type_one", "power"),
    [(0.25, 0.45, 8, 14, 0.0445, 0.8084), (0.20, 0.40, 7, 12, 0.0393, 0.8209)],
)
def test_27_and_36_for_futility_only(p0, p1, stop, success, type_one, power):
    (found,) = with_inputs(REPORT, p0, p1, 0.05, 0.80)
    assert found.classes == ("feasible",)
    assert found.design.rule == TwoStageRule(27, 36, stop, success)
    assert (round(found.type_one_error, 4), round(found.power, 4)) == (type_one, power)


def test_27_and_36_is_no_simon_design():
    assert not any(name.startswith("simon") for c in REPORT.candidates for name in c.classes)


def test_what_is_not_stated_stays_unidentified():
    assert REPORT.unidentified == (
        "p0",
        "p1",
        "alpha",
        "power",
        "futility_stop",
        "efficacy_stop",
        "success",
    )
    assert REPORT.settings_tried == 216
    assert REPORT.settings_met == sum(c.design.efficacy_stop is None for c in REPORT.candidates)


def test_every_candidate_meets_its_errors_exactly():
    for candidate in REPORT.candidates:
        found = properties(candidate.design)
        assert found.meets_alpha
        assert found.meets_power
        assert candidate.type_one_error == pytest.approx(found.type_one_error, abs=1e-13)
        assert candidate.power == pytest.approx(found.power, abs=1e-13)
        assert candidate.expected_size_p0 == pytest.approx(found.expected_size_p0, abs=1e-11)


@pytest.mark.parametrize(
    ("n1", "n", "name", "rule"),
    [
        (13, 43, "simon_optimal", TwoStageRule(13, 43, 3, 13)),
        (18, 33, "simon_minimax", TwoStageRule(18, 33, 4, 11)),
    ],
)
def test_a_textbook_design_is_recognised(n1, n, name, rule):
    report = list_candidates(n1, n, p0=0.20)
    (found,) = with_inputs(report, 0.20, 0.40, 0.05, 0.80)
    assert found.classes == (name,)
    assert found.design.rule == rule
    assert "p0" not in report.unidentified


def test_a_published_row_is_recognised_from_its_limits():
    report = list_candidates(10, 29, futility_stop=1, success=6)
    best = report.candidates[0]
    assert best.classes == ("simon_optimal",)
    assert (best.design.p0, best.design.p1, best.design.alpha, best.design.power) == (0.1, 0.3, 0.05, 0.8)
    assert all(c.design.futility_stop == 1 and c.design.success == 6 for c in report.candidates)
    assert report.unidentified == ("p0", "p1", "alpha", "power", "efficacy_stop")


def test_everything_stated_leaves_one_setting():
    report = list_candidates(27, 36, p0=0.33, p1=0.52, alpha=0.10, power=0.80)
    assert report.settings_tried == 1
    assert len(with_inputs(report, 0.33, 0.52, 0.10, 0.80)) == report.settings_met


@pytest.mark.parametrize("known", [{"p1": 0.40}, {"p0": 0.20}])
def test_one_rate_leaves_the_other_on_the_grid(known):
    report = list_candidates(27, 36, alpha=0.05, power=0.80, **known)
    assert report.settings_tried == 3
    for field, value in known.items():
        assert {getattr(c.design, field) for c in report.candidates} == {value}


@pytest.mark.parametrize(
    ("args", "known"),
    [
        ((36, 36), {}),
        ((0, 36), {}),
        ((27, 36), {"futility_stop": 27}),
        ((27, 36), {"success": 37}),
        ((27, 36), {"futility_stop": 8, "success": 8}),
        ((27, 36), {"p0": 0.5, "p1": 0.4}),
        ((27, 36), {"alpha": 1.5}),
    ],
)
def test_contradictions_are_refused(args, known):
    with pytest.raises(ValueError):
        list_candidates(*args, **known)
