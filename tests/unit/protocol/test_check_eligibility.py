"""Faults of eligibility criteria that a protocol check names, and their sound twins that it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from onearm.protocol import check_protocol, load_protocol
from onearm.protocol.eligibility_parts import Population

MADE_UP = Path(__file__).parents[2] / "data" / "protocols" / "made-up.yaml"
DECLARED = (
    "{gcsf: {from: CM, where: {CMDECOD: [FILGRASTIM]}, take: date}, scan: {from: VS, take: number, column: VSSTRESN}}"
)


def codes(criteria: str, variables: str = "{}", child_pugh: str | None = "albumin-28") -> list[str]:
    yaml = YAML(typ="safe")
    given = [
        {"id": f"c{place}", "kind": "inclusion", "text": "made up", **entry}
        for place, entry in enumerate(yaml.load(criteria))
    ]
    population = {"disease": "HCC", "criteria": given, "variables": yaml.load(variables), "child_pugh": child_pugh}
    changed = load_protocol(MADE_UP).model_copy(update={"population": Population.model_validate(population)})
    found = [finding.code for finding in check_protocol(changed)]
    return [code for code in found if "P500" <= code <= "P529" or code == "P462"]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ("[{variable: anc, at_least: 1.5, unit: 10^9/L}]", []),
        ("[{variable: ank, at_least: 1.5}]", ["P500"]),
        ("[{variable: anc, at_least: 1.5, unit: kg}]", ["P501"]),
        ("[{variable: anc, at_least: 1.5, unit: xULN}]", []),
        ("[{variable: age, at_least: 18, unit: months}]", ["P501"]),
        ("[{variable: anc, more_than: 2, less_than: 2}]", ["P502"]),
        ("[{variable: anc, more_than: 2, at_most: 2}]", ["P502"]),
        ("[{variable: anc, at_least: 2, at_most: 2}]", []),
        ("[{variable: anc, at_least: 3, at_most: 2}]", ["P462"]),
        ("[{any: [{variable: anc, at_least: 1, window: 7 days}]}]", ["P503"]),
        ("[{any: [{variable: age, at_least: 1}], window: 7 days}]", ["P513"]),
        ("[{variable: anc, at_least: 1, window: 7 days}]", []),
        ("[{variable: anc, at_least: 1, window: 7 days, before: consent}]", []),
        ("[{variable: ecog, one_of: ['0', '7']}]", ["P504"]),
        ("[{variable: child_pugh, one_of: [A7]}]", ["P504"]),
        ("[{variable: anc, one_of: [HIGH]}]", ["P505"]),
        ("[{variable: anc}]", ["P505"]),
        ("[{variable: sex, at_least: 1}]", ["P505"]),
        ("[{variable: ecog, at_most: 1}]", []),
        ("[{variable: anc, at_least: 3}, {variable: ANC, less_than: 3}]", ["P506"]),
        ("[{variable: anc, at_least: 3}, {variable: ANC, at_most: 3}]", []),
        ("[{variable: sex, one_of: [F]}, {variable: sex, one_of: [M]}]", ["P506"]),
        ("[{variable: extrahepatic_spread, is_true: true}, {variable: extrahepatic_spread, is_true: false}]", ["P506"]),
        ("[{id: judged_first_a, judged_by: board}, {id: judged_first_b, judged_by: board}]", ["P510"]),
        ("[{variable: age, at_least: 18, window: 7 days, before: consent}]", ["P513"]),
        ("[{any: [{variable: ank, at_least: 1}, {variable: age, at_least: 18}]}]", ["P500"]),
        ("[{not: {variable: age, at_least: 18, unit: kg}}]", ["P501"]),
        ("[{id: judged, judged_by: investigator}]", []),
    ],
)
def test_criteria(criteria: str, expected: list[str]) -> None:
    assert codes(criteria) == expected


def test_declared_variables() -> None:
    both = "[{variable: gcsf, not_within: 14 days, before: consent}, {variable: scan, at_least: 1}]"
    assert codes(both, DECLARED) == []
    assert codes("[{variable: scan, at_least: 1}]", DECLARED) == ["P512"]
    assert codes("[{variable: gcsf, at_least: 1}, {variable: scan, at_least: 1}]", DECLARED) == ["P505"]
    assert codes("[{variable: scan, at_least: 1}]", "{scan: {from: VS, take: number}}") == ["P515"]


def test_the_version_of_the_child_pugh_table() -> None:
    rule = "[{variable: child_pugh, one_of: [A5]}]"
    assert codes(rule) == []
    assert codes(rule, child_pugh=None) == []
    assert codes(rule, child_pugh="mine") == ["P509"]
