import json
from dataclasses import FrozenInstanceError
from functools import partial

import numpy as np
import pytest

from onearm.design.model import DesignError
from onearm.design.predictive_search import find_predictive_probability
from onearm.design.response_boundaries import posterior_boundaries, predictive_probability
from onearm.design.toxicity_boundaries import monitor_toxicity, monitor_toxicity_bayes


def fields_of(call):
    with pytest.raises(DesignError) as caught:
        call()
    return [fault.field for fault in caught.value.faults]


PREDICTIVE = {"theta_l": 0.05, "theta_t": 0.9}


@pytest.mark.parametrize(
    ("call", "fields"),
    [
        (lambda: monitor_toxicity(0, 3.0, 1, rates=(2,)), ["acceptable", "n", "rates", "false_stop"]),
        (lambda: monitor_toxicity("0.2", True), ["acceptable", "n"]),
        (lambda: monitor_toxicity(0.2, 1001), ["n"]),
        (lambda: monitor_toxicity(0.2, 10, looks=[]), ["looks"]),
        (lambda: monitor_toxicity(0.2, 10, looks=[5, 5]), ["looks"]),
        (lambda: monitor_toxicity(0.2, 10, looks=[5, 11]), ["looks"]),
        (lambda: monitor_toxicity(0.2, 10, looks=[5.0]), ["looks"]),
        (lambda: monitor_toxicity(0.5, 1), ["false_stop"]),
        (lambda: monitor_toxicity_bayes(0.2, 10, (1, 0)), ["prior", "certainty or false_stop"]),
        (lambda: monitor_toxicity_bayes(0.2, 10, (1, 1), certainty=0.9, false_stop=0.1), ["certainty or false_stop"]),
        (lambda: monitor_toxicity_bayes(0.2, 10, (1, 1), certainty=1), ["certainty"]),
        (lambda: predictive_probability(0.4, 0.2, 20, (1, 1), **PREDICTIVE), ["p1"]),
        (lambda: predictive_probability(0.2, 0.4, 20, (1, 1), **PREDICTIVE, theta_u=0.01), ["theta_u"]),
        (lambda: predictive_probability(0.2, 0.4, 20, (1, 1), theta_l=0.1, theta_t=1.0), ["theta_t"]),
        (lambda: predictive_probability(0.2, 0.4, 20, (1, 1), **PREDICTIVE, first=0), ["first"]),
        (lambda: posterior_boundaries(0.2, 0.4, 20, (1, 1), futility=None, efficacy=None), ["futility"]),
        (lambda: posterior_boundaries(0.2, 0.4, 20, (1, 1), delta=0.8), ["delta"]),
        (lambda: posterior_boundaries(0.2, 0.4, 20, (1, 1), control=(0, 1)), ["control"]),
        (lambda: posterior_boundaries(0.2, 0.4, 400, (0.6, 1.4), delta=0.15), ["futility and efficacy"]),
        (lambda: find_predictive_probability(0.4, 0.2, 0.9, 0.1, (1,)), ["p1", "power", "prior"]),
        (lambda: find_predictive_probability(0.2, 0.4, 0.1, 0.9, (1, 1), n_from=60), ["n_from"]),
        (lambda: find_predictive_probability(0.2, 0.4, 0.1, 0.9, (1, 1), step=2, cohort=0), ["cohort", "step"]),
    ],
)
def test_every_fault_is_told_at_once(call, fields):
    assert fields_of(call) == fields


def test_whole_numbers_of_numpy_are_whole_numbers():
    n = np.int64(12)
    assert monitor_toxicity(0.2, n, 0.1) == monitor_toxicity(0.2, 12, 0.1)
    found = predictive_probability(0.2, 0.4, n, (1, 1), **PREDICTIVE, looks=np.array([6, 9]))
    assert type(found.n) is int and all(type(look) is int for look in found.looks)


def test_a_false_stop_that_no_boundary_attains_names_the_one_that_is():
    with pytest.raises(DesignError, match=r"false_stop is 0\.05, expected at least 0\.5"):
        monitor_toxicity(0.5, 1)
    assert monitor_toxicity(0.5, 1, 0.5).stop_if == (1,)


def test_toxicity_in_words_and_tables():
    found = monitor_toxicity(0.2, 8, 0.1, rates=(0.4,))
    assert found.stop_if == (None, 2, 3, 3, 4, 4, 4, 4)
    assert found.words() == (
        "stop if 2 or more of the first 2 have it",
        "stop if 3 or more of the first 3 to 4 have it",
        "stop if 4 or more of the first 5 to 8 have it",
    )
    text = str(found)
    for phrase in (*found.words(), "≥ 4", "Pocock", f"≤ {found.level} at any look", "0.0877 (asked: at most 0.1)"):
        assert phrase in text, phrase
    assert found._repr_html_().count("<table>") == 2
    assert "&gt;" in monitor_toxicity_bayes(0.2, 8, (1, 1), certainty=0.9)._repr_html_()
    assert json.loads(json.dumps(found.as_dict()))["stop_if"] == [None, 2, 3, 3, 4, 4, 4, 4]
    with pytest.raises(FrozenInstanceError):
        found.n = 9


def test_patients_after_the_last_look_are_treated():
    found = monitor_toxicity(0.2, 30, 0.1, looks=[10, 20])
    assert found.looks == (10, 20, 30) and found.stop_if[-1] is None
    stop_ten, stop_twenty, _ = found.properties[0].stop_high_by_look
    expected = 10 * stop_ten + 20 * stop_twenty + 30 * (1 - stop_ten - stop_twenty)
    assert found.properties[0].expected_size == pytest.approx(expected)
    assert "stop if 7 or more of the first 20 have it" in found.words()


def test_the_searched_certainty_is_the_smallest():
    found = monitor_toxicity_bayes(0.2, 30, (0.6, 2.4), false_stop=0.1, looks=range(5, 31, 5))
    low, high = found.level_range
    assert low < found.level < high

    def at(certainty):
        return monitor_toxicity_bayes(0.2, 30, (0.6, 2.4), certainty=certainty, looks=range(5, 31, 5))

    assert at(low + 1e-9).stop_if == at(high - 1e-9).stop_if == found.stop_if
    assert at(low - 1e-9).attained > 0.1 >= found.attained > at(high + 1e-9).attained


def test_looks_with_a_limit_in_common_are_named_together():
    words = monitor_toxicity(0.1, 30, 0.05, looks=[4, 6, 8, 20]).words()
    assert words[0] == "stop if 3 or more of the first 4, 6 or 8 have it"


def test_an_efficacy_threshold_stops_early_for_success():
    without = predictive_probability(0.2, 0.4, 36, (0.2, 0.8), theta_l=0.001, theta_t=0.9)
    found = predictive_probability(0.2, 0.4, 36, (0.2, 0.8), theta_l=0.001, theta_t=0.9, theta_u=0.95)
    assert found.futility == without.futility
    assert without.efficacy[:-1] == (None,) * 26 and None not in found.efficacy
    assert found.power > without.power and found.properties[1].expected_size < without.properties[1].expected_size
    assert "stop for efficacy if 11 or more of the first 29 to 35 respond" in found.words()
    assert found.words()[-1] == "success if 11 or more of 36 respond"


def test_posterior_boundary_without_one_limit():
    both = posterior_boundaries(0.3, 0.5, 40, (0.6, 1.4), first=5)
    futility = posterior_boundaries(0.3, 0.5, 40, (0.6, 1.4), first=5, efficacy=None)
    efficacy = posterior_boundaries(0.3, 0.5, 40, (0.6, 1.4), first=5, futility=None)
    assert futility.futility == both.futility and set(futility.efficacy) == {None}
    assert efficacy.efficacy == both.efficacy and set(efficacy.futility) == {None}
    assert futility.power == 0 and efficacy.power > both.power
    assert "neither" in str(both)
    assert both.words()[-1] == f"futility at the end if {both.futility[-1]} or fewer of 40 respond"


@pytest.mark.parametrize("settings", [{}, {"step": 0.01}, {"theta_u": 0.95}, {"cohort": 5, "first": 12}])
def test_each_design_of_a_search_is_what_it_says(settings):
    search = find_predictive_probability(0.2, 0.4, 0.1, 0.9, (0.2, 0.8), n_from=34, n_to=44, **settings)
    assert search.designs
    for design in search.designs:
        found = search.boundary(design)
        assert found.efficacy[-1] == design.success
        assert found.type_one_error == pytest.approx(design.type_one_error, abs=1e-13) and found.type_one_error <= 0.1
        assert found.power == pytest.approx(design.power, abs=1e-13) and found.power >= 0.9
        assert found.properties[0].expected_size == pytest.approx(design.en0, rel=1e-12)
        assert found.properties[1].expected_size == pytest.approx(design.en1, rel=1e-12)
        assert found.properties[0].stop_early == pytest.approx(design.pet0, abs=1e-12)
    assert search.optimal.en0 == min(design.en0 for design in search.designs)
    assert search.smallest.n == min(design.n for design in search.designs)
    assert str(search).count("\n") == 2 + len(search.designs)
    assert search.as_dict()["optimal"]["n"] == search.optimal.n


def test_a_grid_contains_no_better_design_than_all_values():
    every = find_predictive_probability(0.2, 0.4, 0.1, 0.9, (0.2, 0.8), n_from=34, n_to=44)
    grid = find_predictive_probability(0.2, 0.4, 0.1, 0.9, (0.2, 0.8), n_from=34, n_to=44, step=0.01)
    best = {design.n: design.en0 for design in every.designs}
    assert len(grid.designs) > 2
    for design in grid.designs:
        assert best[design.n] <= design.en0 + 1e-12
        assert round(design.theta_l * 100) == pytest.approx(design.theta_l * 100, abs=1e-9)
        assert round(design.theta_t * 100) == pytest.approx(design.theta_t * 100, abs=1e-9)


def test_a_grid_search_is_the_best_of_all_its_points():
    search = find_predictive_probability(0.2, 0.45, 0.1, 0.8, (0.5, 0.5), n_from=20, n_to=20, step=0.05)
    points = [k / 20 for k in range(20)]
    found = []
    for theta_t in points[10:]:
        for theta_l in points:
            rule = predictive_probability(0.2, 0.45, 20, (0.5, 0.5), theta_l=theta_l, theta_t=theta_t)
            if rule.type_one_error <= 0.1 and rule.power >= 0.8:
                found.append(rule.properties[0].expected_size)
    assert search.designs[0].en0 == pytest.approx(min(found), rel=1e-12)


def test_a_search_without_a_design_says_so():
    search = find_predictive_probability(0.2, 0.25, 0.01, 0.99, (1, 1), n_to=20)
    assert search.designs == () and search.optimal is None and search.smallest is None
    assert "No size from 10 to 20 meets both errors." in str(search)
    assert "No size" in search._repr_html_()


def test_what_equals_a_threshold():
    # Beta(1, 1) and one patient: P(rate > 1/2) is 1/4 after a failure and 3/4 after a response.
    posterior = posterior_boundaries(0.5, 0.7, 1, (1, 1), futility=0.25, efficacy=0.75, first=1)
    assert (posterior.futility, posterior.efficacy) == ((0,), (1,))  # ≤ and ≥: equality stops
    assert monitor_toxicity_bayes(0.5, 1, (1, 1), certainty=0.75).stop_if == (None,)  # >: equality does not
    assert monitor_toxicity_bayes(0.5, 1, (1, 1), certainty=0.74).stop_if == (1,)
    with pytest.raises(DesignError, match=r"less than 0\.75"):
        predictive_probability(0.5, 0.7, 1, (1, 1), theta_l=0.1, theta_t=0.75)  # >: equality is no success
    # Success if both of two respond: the predictive probability after one response is 2/3, after none 0.
    for theta_l, expected in ((2 / 3, 0), (0.67, 1)):  # <: equality does not stop
        found = predictive_probability(0.5, 0.7, 2, (1, 1), theta_l=theta_l, theta_t=0.8, theta_u=1, first=1)
        assert (found.futility, found.efficacy) == ((expected, 1), (None, 2))
    for theta_u, expected in ((2 / 3, None), (0.66, 1)):  # >: equality does not stop
        found = predictive_probability(0.5, 0.7, 2, (1, 1), theta_l=0.1, theta_t=0.8, theta_u=theta_u, first=1)
        assert found.efficacy == (expected, 2)


@pytest.mark.parametrize("search", [posterior_boundaries, partial(predictive_probability, theta_l=0.05, theta_t=0.9)])
def test_a_first_look_after_the_last_patient_is_refused(search):
    with pytest.raises(DesignError, match="first is 50, expected 1 to 40"):
        search(0.3, 0.5, 40, (0.6, 1.4), first=50)
    assert search(0.3, 0.5, 40, (0.6, 1.4), first=40).looks == (40,)
    assert search(0.3, 0.5, 40, (0.6, 1.4)).looks == tuple(range(10, 41))
    assert search(0.3, 0.5, 8, (0.6, 1.4)).looks == (8,)
    held = search(np.float64(0.3), np.float64(0.5), np.int64(40), (np.int64(1), np.float64(1.4)), first=np.int64(40))
    assert json.dumps(held.as_dict())
