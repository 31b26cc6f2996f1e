from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_two_stage_inference_properties import rules

from onearm.stats.changed_second_stage import changed_inference, changed_p_value
from onearm.stats.conditional_error import boundary_after
from onearm.stats.two_stage import continuing_counts, probability_of_success
from onearm.stats.two_stage_coverage import changed_interval_coverage


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rules(most=20), st.integers(1, 19), st.data())
def test_success_by_the_conditional_error_exactly_when_p_is_at_most_the_attained_error(rule, twentieths, data):
    p0 = twentieths / 20
    attained = probability_of_success(rule, p0)
    assume(attained < 1)
    x1 = data.draw(st.sampled_from(continuing_counts(rule).tolist()))
    m2 = data.draw(st.integers(0, rule.n - rule.n1 + 6))
    kept = boundary_after(rule, p0, rule.n1, x1, m2).success
    for x2 in range(m2 + 1):
        success = kept is not None and x1 + x2 >= kept
        assert (changed_p_value(rule, x1, x2, m2, p0) <= attained) == success


@settings(max_examples=40, deadline=None, derandomize=True)
@given(rules(most=10), st.integers(0, 12), st.sampled_from([0.8, 0.95]))
def test_the_default_interval_covers_its_level(rule, m2, level):
    assert changed_interval_coverage(rule, m2, level, grid=50).least >= level - 1e-9


@settings(max_examples=30, deadline=None, derandomize=True)
@given(rules(most=15), st.data())
def test_one_more_responder_in_either_stage_never_says_less(rule, data):
    goes_on = continuing_counts(rule).tolist()
    m2 = data.draw(st.integers(1, 15))
    x1, x2 = data.draw(st.sampled_from(goes_on)), data.draw(st.integers(0, m2 - 1))
    here = changed_inference(rule, x1, x2, m2, 0.3)
    more = [changed_inference(rule, x1, x2 + 1, m2, 0.3)]
    more += [changed_inference(rule, x1 + 1, x2, m2, 0.3)] if x1 + 1 in goes_on else []
    for other in more:
        assert other.p_value <= here.p_value * (1 + 1e-12)
        assert other.mue >= here.mue - 1e-12
        assert other.stage_wise.lower >= here.stage_wise.lower - 1e-12
        assert other.stage_wise.upper >= here.stage_wise.upper - 1e-12
