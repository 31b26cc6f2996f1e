"""``onearm design plot``: the figures of a given rule and of found designs."""

from __future__ import annotations

from pathlib import Path

import pytest

from onearm.cli.main import run

from .conftest import Call

SETTING = ["--p0", ".2", "--p1", ".4", "--alpha", ".05", "--power", ".8"]
GIVEN = ["--n1", "27", "--r1", "8", "--n", "36", "--r", "15", "--e1", "14", "--p0", ".3", "--p1", ".5"]


def test_found_designs_are_drawn_with_their_trade_off(call: Call, tmp_path: Path) -> None:
    code, found, _ = call("design", "plot", *SETTING, "--out", tmp_path)
    assert code == 0
    names = [Path(file).name for file in found["files"]]
    kinds = ("region", "trade-off", "power")
    assert names == [f"design-{kind}.{suffix}" for kind in kinds for suffix in ("svg", "pdf")]
    assert all(Path(file).stat().st_size > 1000 for file in found["files"])
    drawn = (tmp_path / "design-trade-off.svg").read_text(encoding="utf-8")
    for label in ("minimax (n = 33)", "admissible (n = 38)", "optimal (n = 43)"):
        assert label in drawn
    region = (tmp_path / "design-region.svg").read_text(encoding="utf-8")
    assert "stop if 3 or fewer" in region and "success if 13 or more" in region


def test_a_given_rule_with_both_stops(call: Call, tmp_path: Path) -> None:
    code, found, _ = call("design", "plot", *GIVEN, "--out", tmp_path)
    assert code == 0 and len(found["files"]) == 4
    region = (tmp_path / "design-region.svg").read_text(encoding="utf-8")
    for words in ("stop if 8 or fewer", "stop with success if 14 or more", "success if 16 or more"):
        assert words in region


def test_the_same_input_gives_the_same_bytes(call: Call, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert call("design", "plot", *GIVEN, "--out", tmp_path / name)[0] == 0
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--p0", ".2"], "--p1"),
        (["--n1", "13", *SETTING], "--r1"),
        (["--n1", "13", "--r1", "13", "--n", "43", "--r", "12", "--p0", ".2"], "--r1"),
        (["--p0", ".4", "--p1", ".2", "--alpha", ".05", "--power", ".8"], "--p1"),
        ([*GIVEN, "--alpha", ".05"], "--alpha"),
        ([*GIVEN, "--efficacy-stop"], "--efficacy-stop"),
        ([*SETTING, "--e1", "9"], "--e1"),
        ([*GIVEN[:8], "--p0", "1.5"], "--p0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    arguments: list[str], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["design", "plot", *arguments, "--out", str(tmp_path / "figures")]) == 2
    assert named in capsys.readouterr().err
    assert not (tmp_path / "figures").exists()
