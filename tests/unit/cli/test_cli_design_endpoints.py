"""``onearm design bryant-day`` and ``bop2``: in words and as JSON, and refusals with every fault."""

from __future__ import annotations

import json
import shlex

import click
import pytest

from onearm.cli.design_bop2 import bop2_command
from onearm.cli.design_bryant_day import bryant_day_command
from onearm.errors import UsageError

COMMANDS = {"bryant-day": bryant_day_command, "bop2": bop2_command}


def examples() -> list[tuple[str, str]]:
    """Every example of the help texts: its command and its options."""
    found = []
    for name, command in COMMANDS.items():
        text = (command.epilog or "").replace("\\\n", " ")
        start = f"onearm design {name} "
        found += [(name, line.strip().removeprefix(start)) for line in text.splitlines() if start in line]
    return found


def run(capsys: pytest.CaptureFixture[str], command: click.Command, line: str) -> str:
    command.main(shlex.split(line), standalone_mode=False)
    return capsys.readouterr().out


@pytest.mark.parametrize(("name", "line"), examples())
def test_examples_run_in_words_and_as_json(name: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = run(capsys, COMMANDS[name], line.replace("--json", ""))
    document = json.loads(run(capsys, COMMANDS[name], f"{line} --json"))
    assert document["schema"] == f"onearm.design.{name}/1"
    phrases = document["words"] if name == "bop2" else [design["words"] for design in document["designs"]]
    assert phrases and all(phrase in words for phrase in phrases)


def test_there_are_two_examples_each() -> None:
    assert [name for name, _ in examples()] == ["bryant-day"] * 2 + ["bop2"] * 2


def test_every_fault_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    line = "--p0 .5 --p1 .3 --acceptable-toxicity .2 --unacceptable-toxicity .1 --alpha-response 2 --alpha-toxicity .1"
    with pytest.raises(UsageError) as refused:
        run(capsys, bryant_day_command, f"{line} --power .8")
    for option in ("--p1 is 0.3", "--unacceptable-toxicity is 0.1", "--alpha-response is 2"):
        assert option in str(refused.value)
    with pytest.raises(UsageError, match=r"--looks is \[20, 10\], expected rising numbers of patients"):
        run(capsys, bop2_command, "--p0 .2 --p1 .4 --alpha .1 --looks 20,10")
