"""Designs on response and toxicity: what is asked, refused and shown."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from onearm.design import BryantDayDesign, BryantDayTable, DesignError, find_bryant_day

ASKED = (0.3, 0.5, 0.2, 0.4, 0.1, 0.1, 0.8)


@pytest.fixture(scope="module")
def table() -> BryantDayTable:
    return find_bryant_day(*ASKED)


def test_the_table_runs_from_optimal_to_minimax(table: BryantDayTable) -> None:
    by_type: dict[str, list[BryantDayDesign]] = {}
    for design in table.designs:
        by_type.setdefault(design.type, []).append(design)
    (optimal,), (minimax,) = by_type["optimal"], by_type["minimax"]
    assert (optimal.n1, optimal.r1, optimal.t1, optimal.n, optimal.r, optimal.t) == (14, 4, 6, 40, 15, 13)
    assert minimax.n == 34
    assert optimal.weights[0] == 0 and minimax.weights[1] == 1
    assert all(minimax.n < design.n < optimal.n for design in by_type["admissible"])
    for design in table.designs:
        found = design.independent
        assert found.alpha_response <= 0.1 and found.alpha_toxicity <= 0.1 and found.power >= 0.8
        assert [p.odds_ratio for p in design.dependent] == [0.1, 10]
    assert table.proved_at > optimal.n


def test_the_mean_may_choose_another_design() -> None:
    asked = (0.2, 0.35, 0.1, 0.3, 0.1, 0.1, 0.8)
    mean = find_bryant_day(*asked, criterion="average", odds_ratios=()).designs[0].independent
    worst = find_bryant_day(*asked, odds_ratios=()).designs[0].independent
    assert mean.en_response + mean.en_toxicity < worst.en_response + worst.en_toxicity
    assert max(mean.en_response, mean.en_toxicity) > max(worst.en_response, worst.en_toxicity)


def test_limits_hold_at_equality_and_not_beyond(table: BryantDayTable) -> None:
    minimax = table.designs[1]
    found = minimax.independent
    attained = (found.alpha_response, found.alpha_toxicity, found.power)
    assert find_bryant_day(*ASKED[:4], *attained).designs[1].rule == minimax.rule
    for place, step in ((0, -1e-9), (1, -1e-9), (2, 1e-9)):
        tighter = [value + (step if i == place else 0) for i, value in enumerate(attained)]
        assert find_bryant_day(*ASKED[:4], *tighter).designs[1].rule != minimax.rule


def test_it_shows_itself(table: BryantDayTable) -> None:
    text, page = str(table), table._repr_html_()
    words = (
        "stop if 4 or fewer of the first 14 respond or 6 or more have toxicity; "
        "success if 16 or more of 40 respond and 12 or fewer have toxicity"
    )
    assert table.designs[0].words() == words
    assert words in text and words in page and "<table>" in page
    assert "proved" in text and "the larger of EN(response) and EN(toxicity)" in text
    mean = find_bryant_day(*ASKED, criterion="average")
    assert "the mean of EN(response) and EN(toxicity)" in str(mean)
    document = json.loads(json.dumps(table.as_dict()))
    assert document["proved"] is True and document["designs"][0]["words"] == words
    with pytest.raises(FrozenInstanceError):
        table.designs[0].n = 3  # type: ignore[misc]


def test_words_of_no_response_and_no_toxicity() -> None:
    design = find_bryant_day(0.05, 0.6, 0.01, 0.6, 0.2, 0.2, 0.7).designs[0]
    assert "none of the first" in design.words() and "responds or" in design.words()
    assert ("none has toxicity" in design.words()) == (design.t == 1)


def test_every_fault_at_once() -> None:
    with pytest.raises(DesignError) as refused:
        find_bryant_day(0.5, 0.3, 0.4, 0.2, 0, 0.1, True, criterion="best", odds_ratios=(0, 2))  # type: ignore[arg-type]
    fields = [fault.field for fault in refused.value.faults]
    assert fields == ["p1", "unacceptable_toxicity", "alpha_response", "power", "criterion", "odds_ratios"]
    with pytest.raises(DesignError, match=r"power is 0\.1, expected more than alpha_toxicity"):
        find_bryant_day(0.3, 0.5, 0.2, 0.4, 0.05, 0.1, 0.1)


def test_rates_too_close_are_refused() -> None:
    with pytest.raises(DesignError, match="further apart"):
        find_bryant_day(0.5, 0.52, 0.2, 0.4, 0.05, 0.05, 0.9)
