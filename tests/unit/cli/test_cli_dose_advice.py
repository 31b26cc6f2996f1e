"""``onearm dose`` with the advice of the dose rules, on simulated records of the second trial."""

from __future__ import annotations

from pathlib import Path

import pytest

from onearm.cli.main import run

from .conftest import TRIALS, Call

SECOND = TRIALS / "haic-adebrelimab-regorafenib.yaml"
DOSING = TRIALS / "assumptions" / "haic-adebrelimab-regorafenib-dosing.yaml"
RULES = TRIALS / "assumptions" / "haic-adebrelimab-regorafenib-dose-rules.yaml"
SUBJECT = "SIM-HAIC-ADE-REGO-001"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulated records of the second trial; its first patient has platelets of 40 and ALT without a limit.

    What was measured and what happened to that patient after the screening is taken out, so that nothing else holds.
    """
    folder = tmp_path_factory.mktemp("records")
    assert run(["simulate", str(SECOND), "--assume", str(DOSING), "--seed", "1", "--out", str(folder)]) == 0
    table = folder / "lb.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    rows = [row for row in rows if SUBJECT not in row or ",SCREENING," in row]
    for name in ("ae.csv", "suppae.csv"):
        events = folder / name
        kept = [line for line in events.read_text(encoding="utf-8").splitlines() if SUBJECT not in line]
        events.write_text("\n".join(kept) + "\n", encoding="utf-8")
    names = head.split(",")
    own = []
    for number, (test, value) in enumerate((("PLAT", "40"), ("ALT", "900"))):
        like = next(r.split(",") for r in rows if SUBJECT in r and f",{test}," in r)
        new = {
            "LBSEQ": str(9000 + number),
            "LBDTC": "2025-03-19",
            "LBORRES": value,
            "LBSTRESC": value,
            "LBSTRESN": value,
        }
        new |= {"LBSTNRHI": ""} if test == "ALT" else {}
        own.append(",".join(new.get(name, cell) for name, cell in zip(names, like, strict=True)))
    table.write_text("\n".join([head, *rows, *own]) + "\n", encoding="utf-8")
    return folder


def arguments(folder: Path, *assume: Path) -> list[str]:
    return ["dose", str(SECOND), str(folder), "--subject", SUBJECT, *(w for a in assume for w in ("--assume", str(a)))]


def test_each_component_has_its_advice_with_what_was_read_and_where_it_is_written(call: Call, second: Path) -> None:
    _, said, _ = call(*arguments(second, DOSING, RULES), "--on", "2025-03-20")
    assert said["advice_status"] == "judged"
    advice = {one["component"]: one for one in said["advice"]}
    assert list(advice) == ["haic", "adebrelimab", "regorafenib"]
    assert advice["haic"]["action"] == "hold"
    fired = {one["rule"]: one for one in advice["haic"]["fired"]}
    platelets = fired["haic_platelets"]
    assert platelets["source"]
    assert platelets["mark"] == "confirmed"
    assert [(one["name"], one["value"], one["date"]) for one in platelets["inputs"]] == [("PLT", "40", "2025-03-19")]
    assert all(one["mark"] == "unconfirmed" for entry in said["advice"] for one in entry["unconfirmed_rules"])
    assert all(one["mark"] == "confirmed" for entry in said["advice"] for one in entry["fired"])
    undecided = {m["reason"] for one in advice["adebrelimab"]["cannot_be_judged"] for m in one["missing"]}
    assert "no_limit" in undecided


def test_the_day_before_nothing_is_held(call: Call, second: Path) -> None:
    _, said, _ = call(*arguments(second, DOSING, RULES), "--on", "2025-03-18")
    assert {one["component"]: one["action"] for one in said["advice"]}["haic"] != "hold"


def test_without_rules_nobody_is_advised_to_go_on(call: Call, second: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, said, _ = call(*arguments(second, DOSING), "--on", "2025-03-20")
    assert (said["advice_status"], said["advice"]) == ("no_rules", [])
    run([*arguments(second, DOSING), "--on", "2025-03-20"])
    printed = capsys.readouterr().out
    assert "the protocol has no dose rules" in printed.lower()
    assert "continue" not in printed


def test_before_the_first_dose_no_rule_is_judged(call: Call, second: Path) -> None:
    _, said, _ = call(*arguments(second, DOSING, RULES), "--on", "2024-01-02")
    assert (said["advice_status"], said["advice"]) == ("not_treated", [])


def test_the_advice_is_printed_below_its_component(second: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run([*arguments(second, DOSING, RULES), "--on", "2025-03-20"])
    printed = capsys.readouterr().out
    first = printed[: printed.index("Adebrelimab")]
    assert "  advice: hold since 2025-03-19" in first
    assert "haic_platelets (hold, fires since 2025-03-19)" in first
    assert "      PLT 40 10^9/L" in first
    assert "cannot be judged, " in printed


def test_a_component_that_has_ended_is_not_advised_to_go_on(call: Call, second: Path) -> None:
    _, said, _ = call(*arguments(second, DOSING, RULES), "--on", "2029-03-20")
    ended = {one["id"] for one in said["components"] if one["status"] == "ended"}
    assert ended
    actions = {one["component"]: (one["action"], one["no_action_because"]) for one in said["advice"]}
    assert all(actions[name][0] in ("hold", "stop") or actions[name] == (None, "ended") for name in ended)
