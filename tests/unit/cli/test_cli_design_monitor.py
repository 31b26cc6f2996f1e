"""``onearm design monitor``: each kind in words and as JSON, and refusals with every fault."""

from __future__ import annotations

import json
import shlex

import pytest

from onearm.cli.design_monitor import monitor_command
from onearm.errors import UsageError


def examples() -> list[str]:
    """Every example of the help texts."""
    return [
        line.strip()
        for command in monitor_command.commands.values()
        for line in (command.epilog or "").splitlines()
        if line.strip().startswith("onearm design monitor ")
    ]


def run(capsys: pytest.CaptureFixture[str], line: str) -> str:
    monitor_command.main(shlex.split(line), prog_name="monitor", standalone_mode=False)
    return capsys.readouterr().out


def test_every_command_has_examples() -> None:
    assert set(monitor_command.commands) == {
        "toxicity",
        "toxicity-bayes",
        "predictive",
        "predictive-search",
        "posterior",
    }
    for name in monitor_command.commands:
        assert any(f" {name} " in example for example in examples()), name


@pytest.mark.parametrize("example", examples())
def test_examples_run_in_words_and_as_json(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = example.removeprefix("onearm design monitor ")
    words = run(capsys, line)
    document = json.loads(run(capsys, f"{line} --json"))
    assert document["schema"] == f"onearm.design.monitor.{line.split()[0]}/1"
    for phrase in document.get("words", ()):
        assert f"  {phrase}\n" in words
    assert document.get("words") or document["designs"]


def test_json_of_a_toxicity_boundary(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "toxicity --acceptable 0.2 --n 4 --json"))
    assert found["looks"] == [1, 2, 3, 4]
    assert found["stop_if"] == [None, None, 3, 3]
    assert found["attained"] == pytest.approx(0.008 + 0.192 * 0.1)
    assert found["words"] == ["stop if 3 or more of the first 3 to 4 have it"]


def test_no_limit_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    line = "posterior --p0 0.3 --p1 0.5 --n 20 --prior 0.6,1.4 --no-futility --json"
    found = json.loads(run(capsys, line))
    assert found["settings"]["futility"] is None and set(found["futility"]) == {None}


def test_impossible_numbers_are_refused_with_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError) as caught:
        run(capsys, "toxicity --acceptable 2 --n 0")
    assert "acceptable is 2.0" in str(caught.value) and "n is 0" in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "toxicity --acceptable 0.2 --n 5.5",
        "toxicity --acceptable 0.2 --n 20 --looks 5,6.5",
        "posterior --p0 0.3 --p1 0.5 --n 20 --prior 0.6;1.4",
    ],
)
def test_what_is_no_number_is_a_usage_error(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    import click

    with pytest.raises(click.UsageError):
        run(capsys, line)


def test_options_are_named_as_they_are_typed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="--certainty or --false-stop is neither"):
        run(capsys, "toxicity-bayes --acceptable 0.2 --n 20 --prior 0.6,2.4")
    with pytest.raises(UsageError, match="--first is 50, expected 1 to 40"):
        run(capsys, "posterior --p0 0.3 --p1 0.5 --n 40 --prior 0.6,1.4 --first 50")
