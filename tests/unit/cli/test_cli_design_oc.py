import json

import pytest
from click.testing import CliRunner

from onearm.cli.design_oc import infer_command, oc_command
from onearm.errors import UsageError

RULE = ["--n1", "27", "--r1", "8", "--n", "36", "--r", "13"]


def call(command, *words):
    return CliRunner().invoke(command, list(words), catch_exceptions=False, standalone_mode=False).stdout


def test_oc_as_text_and_json():
    text = call(oc_command, *RULE, "--p", "0.25,0.45")
    assert text.splitlines()[0] == "stop if 8 or fewer of 27 respond; success if 14 or more of 36 do"
    assert "0.0445" in text
    told = json.loads(call(oc_command, *RULE, "--p", "0.25,0.45", "--stops-not-followed", "--json"))
    assert told["schema"] == "onearm.design.oc/1"
    assert [round(row["success"], 4) for row in told["rows"]] == [0.0445, 0.8084]
    assert told["other_rows"] is None
    assert len(told["stops_not_followed"]) == 6


def test_oc_options_reach_the_calculation():
    told = json.loads(
        call(
            oc_command,
            *RULE,
            "--e1",
            "14",
            "--p",
            "0.5",
            "--not-binding",
            "--not-evaluable",
            "0.1",
            "--unseen",
            "0.2",
            "--json",
        )
    )
    assert (told["e1"], told["binding"], told["not_evaluable"], told["unseen"]) == (14, False, 0.1, 0.2)
    assert "stop is passed over" not in call(oc_command, *RULE, "--p", "0.3")
    assert "whatever the count" in call(oc_command, *RULE, "--p", "0.3", "--stops-not-followed")


def test_infer_as_the_interface_says():
    told = json.loads(
        call(
            infer_command,
            "--n1",
            "13",
            "--r1",
            "3",
            "--n",
            "43",
            "--r",
            "12",
            "--p0",
            "0.2",
            "--responses",
            "14",
            "--json",
        )
    )
    assert told["schema"] == "onearm.design.infer/1"
    assert set(told["estimates"]) == {"mle", "umvue", "mue", "bias_adjusted", "umvcue"}
    assert {name: len(limits) for name, limits in told["intervals"].items()} == {
        "stagewise": 2,
        "midp": 2,
        "koyama_chen": 2,
        "naive": 2,
    }
    assert round(told["p_value"], 6) == 0.026785
    assert told["design"] == {"n1": 13, "r1": 3, "n": 43, "r": 12, "e1": None, "p0": 0.2}


def test_infer_adds_what_happened():
    changed = ["--p0", "0.25", "--responses", "15", "--stage1-responses", "10", "--n-actual", "38"]
    told = json.loads(
        call(
            infer_command, *RULE, *changed, "--alpha", "0.05", "--p1", "0.45", "--rechoose", "--power", "0.7", "--json"
        )
    )
    assert told["boundaries"]["n_actual"] == 38
    assert told["rechosen"]["n"] == 38
    assert len(told["rechosen"]["rules"]) > 1
    assert told["conditional_error"]["success"] == 15
    text = call(infer_command, *RULE, *changed, "--size-changed-by-data")
    assert "no exact p-value" in text
    assert "Boundaries after 27 patients for 38 in all" in text
    against = ["--p0", "0.25", "--responses", "13", "--stage1-responses", "7", "--n-actual", "36"]
    assert "no futility stop" in call(infer_command, *RULE, *against)
    policies = ["--p0", "0.25", "--responses", "13", "--not-evaluable", "2", "--stage1-not-evaluable", "1"]
    assert "left out, boundaries as declared" in call(infer_command, *RULE, *policies)


def test_policies_never_contradict_the_decision_above_them():
    stopped = ["--p0", "0.3", "--n-actual", "27", "--not-evaluable", "2"]
    won = json.loads(call(infer_command, *RULE[:-1], "15", "--e1", "14", *stopped, "--responses", "15", "--json"))
    assert won["success"] is True
    assert [row["decision"] for row in won["policies"]["rows"]] == ["success"] * 3
    lost = json.loads(call(infer_command, *RULE[:-1], "15", "--e1", "14", *stopped, "--responses", "5", "--json"))
    assert lost["success"] is False
    assert [row["decision"] for row in lost["policies"]["rows"]] == ["no success"] * 3
    changed = ["--p0", "0.25", "--responses", "15", "--stage1-responses", "10", "--n-actual", "38"]
    with pytest.raises(UsageError, match="stage two had another size"):
        call(infer_command, *RULE, *changed, "--not-evaluable", "2")


def test_stops_not_followed_honours_or_refuses_the_other_options():
    lost = ["--p", "0.25", "--stops-not-followed", "--not-evaluable", "0.2"]
    told = json.loads(call(oc_command, *RULE, *lost, "--json"))
    planned = told["stops_not_followed"][0]
    assert planned["success"] == pytest.approx(told["rows"][0]["success"])
    assert planned["expected_size"] == pytest.approx(told["rows"][0]["expected_size"])
    assert "20 % not evaluable" in call(oc_command, *RULE, *lost).split("If a stop")[1]
    with pytest.raises(UsageError, match="does not go with --unseen"):
        call(oc_command, *RULE, "--p", "0.25", "--stops-not-followed", "--unseen", "0.1")
    with pytest.raises(UsageError, match="does not go with --not-binding"):
        call(oc_command, *RULE, "--e1", "14", "--p", "0.25", "--stops-not-followed", "--not-binding")
    assert "no futility stop" in call(oc_command, *RULE, "--p", "0.25", "--stops-not-followed", "--not-binding")


def test_more_patients_than_can_be_held_are_refused():
    with pytest.raises(UsageError, match="--n is 30000, expected at most 3000 patients"):
        call(oc_command, "--n1", "27", "--r1", "8", "--n", "30000", "--r", "13", "--p", "0.25")


def test_faults_are_words():
    with pytest.raises(UsageError) as refused:
        call(infer_command, "--n1", "13", "--r1", "13", "--n", "43", "--r", "43", "--p0", "0.2", "--responses", "14")
    assert str(refused.value).splitlines()[0] == "--r1 is 13, expected 0 to 12, less than n1 (13)"
    assert "--r is 43" in str(refused.value)
    with pytest.raises(UsageError, match="--n-actual is not given"):
        call(infer_command, *RULE[:-1], "15", "--e1", "14", "--p0", "0.3", "--responses", "15")
    with pytest.raises(UsageError, match="--rechoose needs"):
        call(infer_command, *RULE, "--p0", "0.25", "--responses", "15", "--rechoose")
    told = CliRunner().invoke(oc_command, [*RULE, "--p", "a,b"])
    assert told.exit_code == 2
    assert "no list of rates" in told.stderr
