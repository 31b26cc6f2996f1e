"""``onearm derive`` with rule sets, sources and evaluators; ``onearm compare-rules``."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from onearm.cli.main import run

DATA = Path(__file__).parents[2] / "data"
PROTOCOL, RECORDS = DATA / "protocols" / "recist-chain.yaml", DATA / "recist_chain"


def call(*arguments: object) -> int:
    return run([str(argument) for argument in arguments])


def derive(out: Path, *arguments: str) -> int:
    return call("derive", PROTOCOL, RECORDS, "--out", out, *arguments)


def test_what_was_set_is_printed_in_every_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ("--rules", "recist", "--set", "confirmation_min_days=56", "--evaluator", "INVESTIGATOR")
    assert derive(tmp_path, *chosen) == 0
    line = capsys.readouterr().out.splitlines()[0]
    assert all(part in line for part in ("rules=recist", "evaluator=investigator", "confirmation_min_days=56"))
    said = json.loads((tmp_path / "variant.json").read_text(encoding="utf-8"))
    assert said["set"] == {"rules": "recist", "evaluator": "investigator", "confirmation_min_days": "56"}
    assert said["options"]["confirmation_min_days"] == 56
    assert derive(tmp_path, *chosen, "--json") == 0
    shown = json.loads(capsys.readouterr().out)["variant"]
    assert shown["set"] == said["set"] and shown["rules"] == "recist"
    adrs = pl.read_csv(tmp_path / "adrs.csv", infer_schema=False)
    assert adrs.filter(pl.col("PARAMCD") == "CBOR")["AVALC"].value_counts().height > 1
    assert not adrs.filter((pl.col("PARAMCD") == "CBOR") & pl.col("AVALC").is_in(["CR", "PR"])).height


def test_nothing_is_said_of_a_protocol_read_as_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert derive(tmp_path) == 0
    assert "otherwise" not in capsys.readouterr().out
    assert json.loads((tmp_path / "variant.json").read_text(encoding="utf-8"))["set"] == {}


def test_the_packages_parameters_stand_once_beside_our_own(tmp_path: Path) -> None:
    assert derive(tmp_path) == 0
    adrs = pl.read_csv(tmp_path / "adrs.csv", infer_schema=False)
    package = {"OVR", "PD", "RSP", "CRSP", "CB", "CCB", "BOR", "CBOR", "BCP", "CBCP", "DEATH", "LSTA", "MDIS"}
    assert package | {"OVRLRESP", "TRGRESP"} <= set(adrs["PARAMCD"])
    per_subject = adrs.filter(pl.col("PARAMCD").is_in(package - {"OVR"})).group_by("PARAMCD", "USUBJID").len()
    assert per_subject["len"].max() == 1 and per_subject.height == 8 * 12


def test_a_length_with_a_decimal_is_an_option_too(tmp_path: Path) -> None:
    assert derive(tmp_path, "--set", "too_small_mm=7.5") == 0
    said = json.loads((tmp_path / "variant.json").read_text(encoding="utf-8"))
    assert said["options"]["too_small_mm"] == "7.5"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--set", "max_nr_ne=0"), "needs --rules admiral"),
        (("--set", "too_small_mm=0"), "greater than 0"),
        (("--set", "confirmation_min_dais=3"), "did you mean confirmation_min_days"),
        (("--rules", "admiral", "--set", "confirmation_min_days=3"), "not read under --rules admiral"),
        (("--evaluator", "somebody"), "expected one of investigator"),
        (("--evaluator", "independent:R9"), "no reader 'R9'"),
        (("--rules", "reciste"), "'reciste'"),
    ],
)
def test_a_choice_that_means_nothing_ends_with_2(
    arguments: tuple[str, ...], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert derive(tmp_path, *arguments) == 2
    assert words in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_compare_rules_names_patients_and_visits(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """PR, CR, PR: progression by the papers, a confirmed PR by the tables alone, stable disease by the package."""
    records = tmp_path / "records"
    records.mkdir()
    for name in ("dm", "rs", "ds", "ex"):
        text = (RECORDS / f"{name}.csv").read_text(encoding="utf-8")
        if name == "rs":
            text = text.replace(
                "Overall Response,PD,PD,INVESTIGATOR,,,2012-12-30", "Overall Response,PR,PR,INVESTIGATOR,,,2012-12-30"
            )
        (records / f"{name}.csv").write_text(text, encoding="utf-8")
    assert call("compare-rules", PROTOCOL, records, "--response-source", "reported") == 0
    said = capsys.readouterr().out
    assert "differs between rule sets in 1 of 8 patients, the status as responder in 1" in said
    assert "confirmed by WEEK 9 (2012-12-30)" in said
    assert call("compare-rules", PROTOCOL, records, "--response-source", "reported", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["changed"] == found["changed_responder_status"] == ["01-701-1133"]
    by_rules = found["patients"]["01-701-1133"]
    assert {name: judged["responder"] for name, judged in by_rules.items()} == {
        "protocol": False, "recist": False, "arithmetic": True, "admiral": False,
    }  # fmt: skip
    assert by_rules["arithmetic"]["confirmed_at"]["date"] == "2012-12-30"
    # The package reports on the CR, its unconfirmed best response: no CR follows it.
    assert (by_rules["admiral"]["category"], by_rules["admiral"]["not_confirmed"]) == ("SD", "no_later_response")
    assert by_rules["recist"]["responses"][-1]["response"] == "PD"
    assert found["rule_sets"]["arithmetic"]["responders"] == found["rule_sets"]["recist"]["responders"] + 1


def test_the_packages_arguments_are_said_where_all_rule_sets_stand_together(capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--set", "max_nr_ne=0", "--set", "ref_confirm=28")
    assert call("compare-rules", PROTOCOL, RECORDS, *given) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("otherwise" in line and "max_nr_ne=0" in line and "ref_confirm=28" in line for line in lines)
    assert call("compare-rules", PROTOCOL, RECORDS, *given, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["set"] == {"max_nr_ne": 0, "ref_confirm": 28}
    assert said["admiral"] == {"ref_start_window": 42, "ref_confirm": 28, "max_nr_ne": 0, "accept_sd": False}
