"""``onearm design find`` and ``recover``: the fields of their JSON, their words, and refusals."""

from __future__ import annotations

import pytest

from onearm.cli.main import run

from .conftest import Call

USUAL = ("design", "find", "--p0", ".2", "--p1", ".4", "--alpha", ".05", "--power", ".8")


def test_find_in_json(call: Call) -> None:
    code, found, err = call(*USUAL)
    assert code == 0 and not err
    assert [row["type"] for row in found["designs"]] == ["optimal", "minimax", "admissible", "single-stage"]
    needed = {"type", "n1", "r1", "e1", "n", "r", "alpha", "power", "en0", "en1", "pet0", "weights"}
    assert all(needed <= row.keys() for row in found["designs"])
    optimal = found["designs"][0]
    assert [optimal[name] for name in ("n1", "r1", "e1", "n", "r")] == [13, 3, None, 43, 12]
    assert len(optimal["weights"]) == 2 and optimal["weights"][0] == 0
    assert found["fleming"]["n"] == 29 and found["fleming"]["meets_power"] is False


def test_find_with_an_efficacy_stop_in_json(call: Call) -> None:
    words = ("design", "find", "--p0", "0.3", "--p1", "0.5", "--alpha", "0.05", "--power", "0.8", "--efficacy-stop")
    _, found, _ = call(*words)
    (minimax,) = [row for row in found["designs"] if row["type"] == "H0-minimax"]
    assert [minimax[name] for name in ("n1", "r1", "e1", "n", "r")] == [27, 8, 14, 36, 15]
    assert found["asked"]["binding"] is True and minimax["never_used"]["alpha"] < minimax["alpha"]
    _, loose, _ = call(*words, "--not-binding")
    assert loose["asked"]["binding"] is False
    assert next(row for row in loose["designs"] if row["type"] == "H0-minimax")["n"] == 39


def test_find_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*USUAL, "--drop-out", ".1", "--fleming-look", "15", "--fleming-look", "25"]) == 0
    text = capsys.readouterr().out
    assert "optimal" in text and "13" in text and "enrolled" in text and "proved" in text
    assert "0.0505 (advertised 0.05)" in text


def test_recover_in_json(call: Call) -> None:
    code, found, _ = call("design", "recover", "--n1", "27", "--n", "36")
    assert code == 0
    first = found["candidates"][0]
    assert first == {
        **first,
        "class": "H0-minimax",
        "p0": 0.3,
        "p1": 0.5,
        "n1": 27,
        "r1": 8,
        "e1": 14,
        "n": 36,
        "r": 15,
    }
    futility_only = [
        (c["p0"], c["p1"], c["r1"], c["r"])
        for c in found["candidates"]
        if c["class"] == "feasible" and (c["alpha"], c["power"]) == (0.05, 0.8)
    ]
    assert (0.25, 0.45, 8, 13) in futility_only and (0.2, 0.4, 7, 11) in futility_only
    assert "r1" in found["unidentified"] and "n1" not in found["unidentified"]
    assert any("none is proof" in note for note in found["notes"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["find", "--p0", ".5", "--p1", ".4", "--alpha", "2", "--power", ".8"], ["--alpha is 2.0", "--p1 is 0.4"]),
        (["recover", "--n1", "27", "--n", "27"], ["--n1 is 27", "1 to 26"]),
        (["recover", "--n1", "27.5"], ["27.5"]),
        (
            ["find", "--p0=.2", "--p1=.4", "--alpha=.05", "--power=.8", "--fleming-look=25", "--fleming-look=15"],
            ["--fleming-look is 25, 15, expected rising"],
        ),
    ],
)
def test_impossible_numbers_end_with_2_and_every_fault(
    words: list[str], told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["design", *words]) == 2
    err = capsys.readouterr().err
    assert all(part in err for part in told) and "Traceback" not in err
