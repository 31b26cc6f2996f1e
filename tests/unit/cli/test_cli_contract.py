"""What every command promises: one JSON object with a schema, messages on stderr, exit codes, no traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from onearm.cli.main import COMMANDS, cli, run

from .conftest import OVERLAY, TRIAL, Call


def _commands(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, as its words; groups are gone into."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, (*above, name))
        else:
            yield (*above, name), command


def test_every_command_has_help_with_an_example_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    every = [words for words, _ in _commands(cli)]
    assert {words[0] for words in every} == set(COMMANDS) and ("design", "monitor", "toxicity") in every
    for words in every:
        assert run([*words, "--help"]) == 0
        text = capsys.readouterr().out
        assert "Examples:" in text and f"onearm {' '.join(words)}" in text, words
        assert "--json" in text, words


def test_the_list_of_commands_matches_the_commands() -> None:
    assert cli.list_commands(None) == list(COMMANDS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "arguments",
    [
        ["chek"],
        ["check"],
        ["check", "nowhere.yaml"],
        ["analyse", str(TRIAL)],
        ["explain", "Z999"],
        ["simulate", str(TRIAL), "--seed", "minus one", "--out", "x"],
        ["derive", str(TRIAL), ".", "--out", "x", "--cutoff", "31.12.2026"],
        ["trace", "orr.confirmed.treated", "--results", "."],
    ],
)
def test_a_wrong_call_ends_with_2_and_words(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err and "Traceback" not in captured.err
    assert run([*arguments, "--json"]) == 2
    failure = json.loads(capsys.readouterr().out)
    assert failure["schema"].startswith("onearm.") and failure["error"]["kind"] == "usage"


def test_a_fault_in_a_protocol_ends_with_1_and_every_finding(call: Call, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    text = TRIAL.read_text(encoding="utf-8").replace("n1: 27", "n1: 40").replace("phase: ", "fase: ")
    broken.write_text(text, encoding="utf-8")
    code, found, err = call("check", broken)
    assert code == 1
    assert found["error"]["kind"] == "findings"
    assert any(finding["path"] == "identity.fase" for finding in found["findings"])
    assert "broken.yaml:" in err and "mend:" in err and "Traceback" not in err


def test_an_internal_error_ends_with_3_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def explode(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a fault of the program")

    monkeypatch.setattr("onearm.protocol.load_protocol", explode)
    assert run(["check", str(TRIAL), "--json"]) == 3
    captured = capsys.readouterr()
    assert json.loads(captured.out)["error"]["kind"] == "internal"
    assert "Traceback" not in captured.err and "Details:" in captured.err


def test_check_gives_the_exact_properties_and_the_open_questions(call: Call) -> None:
    code, bare, _ = call("check", TRIAL)
    assert code == 0 and bare["properties"] is None
    blocked = {question["path"] for question in bare["questions"] if "decision" in question["blocks"]}
    assert {"design.futility_stop", "design.success", "design.p0", "sets.primary"} <= blocked
    code, filled, _ = call("check", TRIAL, "--assume", OVERLAY)
    assert code == 0
    assert round(filled["properties"]["type_one_error"], 4) == 0.0445
    assert round(filled["properties"]["power"], 4) == 0.8084
    assert set(filled["properties"]["power_not_evaluable"]) == {"0", "5", "10", "15"}


def test_explain_and_schema_and_diff(call: Call, tmp_path: Path) -> None:
    code, found, _ = call("explain", "s102")
    assert code == 0 and found["code"] == "S102" and found["why"]
    code, found, _ = call("explain", "gap_rule")
    assert code == 0 and found["number"] == "28" and found["done_by"]
    code, found, _ = call("schema")
    assert code == 0 and found["json_schema"]["title"] == "onearm protocol"
    changed = tmp_path / "changed.yaml"
    changed.write_text(TRIAL.read_text(encoding="utf-8").replace("n: 36", "n: 40"), encoding="utf-8")
    code, found, _ = call("diff", TRIAL, changed)
    assert code == 0
    (change,) = found["changes"]
    assert (change["path"], change["kind"], change["before"], change["after"]) == ("design.n", "design", "36", "40")


def test_doctor_names_every_library(call: Call) -> None:
    code, found, _ = call("doctor")
    assert code == 0 and {"numba", "polars", "founding trials"} <= {check["name"] for check in found["checks"]}
