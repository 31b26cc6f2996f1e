"""Three stages, stochastic curtailment and Gehan's plan on the command line."""

import json

import pytest
from click.testing import CliRunner

from onearm.cli.design_find import find_command
from onearm.cli.design_gehan import gehan_command
from onearm.cli.design_oc import oc_command
from onearm.errors import UsageError

ASKED = ["--p0", "0.2", "--p1", "0.4", "--alpha", "0.05", "--power", "0.8"]
PLAN = ["--n1", "13", "--r1", "3", "--n", "43", "--r", "12", "--p", "0.2,0.4"]
THREE = ["--n1", "8", "--r1", "1", "--n2", "22", "--r2", "5", "--n", "38", "--r", "11", "--p", "0.2,0.4"]


def call(command, *words):
    result = CliRunner().invoke(command, list(words), catch_exceptions=False, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.stdout


def test_find_three_stages():
    told = json.loads(call(find_command, *ASKED, "--stages", "3", "--json"))
    assert told["schema"] == "onearm.design.find/1" and told["proved"] is True
    first = told["designs"][0]
    assert [first[name] for name in ("type", "n1", "r1", "n2", "r2", "n", "r")] == ["optimal", 8, 1, 22, 5, 38, 11]
    assert "minimax     13   2  22   5  33  10" in call(find_command, *ASKED, "--stages", "3")
    assert call(find_command, *ASKED, "--stages", "2") == call(find_command, *ASKED)


@pytest.mark.parametrize("more", [["--efficacy-stop"], ["--words"], ["--drop-out", "0.1"], ["--fleming-look", "20"]])
def test_what_three_stages_cannot_do_is_refused(more):
    with pytest.raises(UsageError, match="--stages 3 takes"):
        call(find_command, *ASKED, "--stages", "3", *more)


def test_a_given_rule_of_three_stages():
    told = json.loads(call(oc_command, *THREE, "--json"))
    assert [round(row["success"], 4) for row in told["rows"]] == [0.0482, 0.8019]
    assert "stop if 5 or fewer of 22 do" in call(oc_command, *THREE)
    with pytest.raises(UsageError, match="both --n2 and --r2"):
        call(oc_command, *PLAN, "--n2", "20")
    for more in (["--e1", "7"], ["--not-binding"], ["--unseen", "0.1"], ["--curtail-below", "0.1"]):
        with pytest.raises(UsageError, match="three stages take"):
            call(oc_command, *THREE, *more)
    with pytest.raises(UsageError, match="--r2 is 1, expected 2 to 21"):
        call(oc_command, *[{"5": "1"}.get(word, word) for word in THREE])


def test_stochastic_curtailment():
    plain = json.loads(call(oc_command, *PLAN, "--json"))
    more = ["--curtail-below", "0.1", "--curtail-at", "0.4"]
    told = json.loads(call(oc_command, *PLAN, *more, "--json"))
    curtailed = told.pop("curtailment")
    assert told == plain
    assert (curtailed["p1"], curtailed["below"], curtailed["above"]) == (0.4, 0.1, None)
    assert curtailed["rows"][0]["expected_size"] < plain["rows"][0]["expected_size"]
    assert "Stochastic curtailment: stop for futility" in call(oc_command, *PLAN, *more)
    assert "Stochastic" not in call(oc_command, *PLAN)


def test_every_option_of_stochastic_curtailment():
    words = ["--curtail-below", "0", "--curtail-above", "0.9", "--curtail-prior", "0.4,0.6"]
    words += ["--curtail-looks", "5,13,20", "--counting-stops"]
    curtailed = json.loads(call(oc_command, *PLAN, *words, "--json"))["curtailment"]
    assert (curtailed["prior"], curtailed["above"], curtailed["counting_stops"]) == ([0.4, 0.6], 0.9, True)
    assert curtailed["looks"] == [5, 13, 20, 43]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--curtail-at", "0.4"], "needs --curtail-below"),
        (["--counting-stops"], "needs --curtail-below"),
        (["--curtail-below", "0.1"], "--curtail-at is neither p1 nor a prior"),
        (["--curtail-below", "0.1", "--curtail-at", "2"], "--curtail-at is 2.0"),
        (["--curtail-below", "0.1", "--curtail-at", "0.4", "--unseen", "0.1"], "does not go with"),
        (["--curtail-below", "0.9", "--curtail-above", "0.5", "--curtail-at", "0.4"], "--curtail-below is 0.9"),
    ],
)
def test_impossible_curtailment_is_refused(words, said):
    with pytest.raises(UsageError, match=said):
        call(oc_command, *PLAN, *words)


def test_numbers_that_do_not_read():
    failed = CliRunner().invoke(oc_command, [*PLAN, "--curtail-below", "0.1", "--curtail-looks", "10,2.5"])
    assert failed.exit_code == 2 and "write it as in 10,20,30" in failed.stderr


def test_gehan():
    told = json.loads(call(gehan_command, "--p1", "0.2", "--beta", "0.05", "--precision", "0.1", "--json"))
    assert told["schema"] == "onearm.design.gehan/1"
    assert told["n1"] == 14 and [row["n2"] for row in told["stage_two"]][:5] == [1, 6, 9, 11, 11]
    words = ["--p1", "0.2", "--beta", "0.05", "--precision", "0.1", "--rate", "observed", "--p", "0.05"]
    text = call(gehan_command, *words)
    assert "share of responders in stage one" in text and "0.4877" in text
    with pytest.raises(UsageError, match=r"--confidence is 0\.4, expected more than one half"):
        call(gehan_command, "--p1", "0.2", "--beta", "0.05", "--precision", "0.1", "--confidence", "0.4")
