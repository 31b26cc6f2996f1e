"""Every fault of a dose rule is refused by its code; a scheme with an overlap or a gap is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onearm.protocol import Protocol, load_protocol
from onearm.protocol.check_dose_rules import check_dose_rules
from onearm.protocol.dose_bands import interval_of
from onearm.protocol.dose_rule_parts import Band, DoseRule
from onearm.words.dose_rule_findings import DOSE_RULE_FINDINGS

TRIALS = Path(__file__).parents[3] / "trials"
REGO = "haic-adebrelimab-regorafenib"
ANC: dict[str, Any] = {"laboratory": {"tests": ["ANC"], "below": 1.2, "unit": "10^9/L"}}
AGAIN: dict[str, Any] = {"laboratory": {"tests": ["ANC"], "at_least": 1.2, "unit": "10^9/L"}}
HOLD: dict[str, Any] = {
    "id": "a_rule", "component": "haic", "action": "hold", "text": "a rule", "when": ANC, "resume": AGAIN,
    "source": "a label", "mark": "confirmed",
}  # fmt: skip
STOP: dict[str, Any] = {key: value for key, value in HOLD.items() if key != "resume"} | {"action": "stop"}
REDUCE = STOP | {"component": "regorafenib", "action": "reduce"}


LOW_BASE = {"laboratory": {"tests": ["ANC"], "below": 1, "unit": "xLLN", "baseline": {"at_most": 1}}}
LOW_AGAIN = {"laboratory": {"tests": ["ANC"], "below": 1.2, "unit": "10^9/L"}}


def lab(**more: object) -> dict[str, Any]:
    return {"laboratory": {"tests": ["ALT"], "unit": "xULN", **more}}


def scheme(*bands: tuple[dict[str, Any], dict[str, Any] | None]) -> list[dict[str, Any]]:
    return [
        STOP | {"id": f"rule_{i}", "scheme": "liver", "when": lab(**value, **({"baseline": base} if base else {}))}
        for i, (value, base) in enumerate(bands)
    ]


def protocol_with(*rules: dict[str, Any], steroids: bool = False) -> Protocol:
    made = load_protocol(TRIALS / f"{REGO}.yaml", [TRIALS / "assumptions" / f"{REGO}-dose-rules.yaml"])
    change: dict[str, Any] = {"rules": tuple(DoseRule.model_validate(rule) for rule in rules)}
    if not steroids:
        change["steroids"] = ()
    return made.model_copy(update={"treatment": made.treatment.model_copy(update=change)})


FAULTS: list[tuple[str, list[dict[str, Any]]]] = [
    ("P409", [HOLD, HOLD]),
    ("P550", [HOLD | {"component": "sorafenib"}]),
    ("P550", [HOLD | {"also": ["sorafenib"]}]),
    ("P551", [HOLD | {"also": ["haic"]}]),
    ("P552", [HOLD | {"source": " "}]),
    ("P553", [STOP | {"resume": AGAIN}]),
    ("P553", [STOP | {"limit": {"within": "30 days", "of": "hold"}}]),
    ("P553", [HOLD | {"below_last": "stop"}]),
    ("P553", [REDUCE | {"reduce": [{"amount": 120, "unit": "mg"}], "also": ["haic"]}]),
    ("P554", [{key: value for key, value in HOLD.items() if key != "resume"}]),
    ("P555", [REDUCE]),
    ("P556", [STOP | {"action": "examine"}]),
    ("P557", [REDUCE | {"reduce": "one_level_down"}]),
    ("P558", [REDUCE | {"component": "adebrelimab", "reduce": "one_level_down", "below_last": "stop"}]),
    ("P558", [STOP | {"when": {"level": {"at_most": 80}}}]),
    ("P558", [STOP | {"when": {"event": {"grade_at_least": 2, "days_after_reduction": 7}}}]),
    ("P559", [HOLD | {"limit": {"within": "1 month", "of": "hold"}}]),
    ("P559", [HOLD | {"hold_at_least": "1 month"}]),
    ("P559", [STOP | {"when": {"since_dose": {"more_than": "3 months"}}}]),
    ("P560", [STOP | {"when": {"laboratory": {"tests": ["XYZ"], "below": 1, "unit": "g/L"}}}]),
    ("P560", [STOP | {"action": "examine", "needs": ["XYZ"]}]),
    ("P561", [STOP | {"when": {}}]),
    ("P561", [STOP | {"when": ANC | {"event": {"grade_at_least": 3}}}]),
    ("P562", [STOP | {"when": lab()}]),
    ("P562", [STOP | {"when": {"event": {}}}]),
    ("P563", [STOP | {"when": lab(above=1, at_least=2)}]),
    ("P564", [STOP | {"when": lab(above=5, at_most=5)}]),
    ("P564", [STOP | {"when": {"event": {"grade_at_least": 3, "grade_at_most": 2}}}]),
    ("P564", [STOP | {"when": {"procedure": {"codes": ["RESECTION"]}}}]),
    ("P565", [STOP | {"when": {"laboratory": {"tests": ["TBIL"], "above": 3, "unit": "g/L"}}}]),
    ("P566", [STOP | {"when": {"same_day": [ANC, {"event": {"grade_at_least": 3}}]}}]),
    ("P567", [STOP | {"when": {"steroid": {"above_mg": 10}}}]),
    ("P568", [STOP | {"when": LOW_BASE}]),
    ("P569", [STOP | {"when": lab(above="PLACE")}]),
    ("P570", [STOP | {"when": {"event": {"terms": ["Rash"], "except_terms": ["Itch"]}}}]),
    ("P572", [REDUCE | {"reduce": [{"amount": 100, "unit": "mg"}]}]),
    ("P573", [HOLD | {"resume": {"all_of": [AGAIN, LOW_AGAIN]}}]),
    ("P574", [HOLD | {"resume": {"laboratory": {"tests": ["ANC"], "at_least": 1.1, "unit": "10^9/L"}}}]),
    ("P574", [HOLD | {"when": {"laboratory": {"tests": ["ANC"], "at_most": 1.2, "unit": "10^9/L"}}}]),
    ("P575", [HOLD | {"mark": "unconfirmed"}]),
    ("P576", [STOP | {"scheme": "liver", "when": {"event": {"grade_at_least": 3}}}]),
    ("P577", [*scheme(({"above": 3}, None)), STOP | {"id": "b", "scheme": "liver", "when": ANC}]),
    ("P578", scheme(({"above": 3, "at_most": 8}, None), ({"at_least": 8}, None))),
    ("P579", scheme(({"above": 3, "below": 8}, None), ({"above": 8}, None))),
    ("P580", scheme(({"above": 3}, {"at_most": 1}), ({"above": 5}, {"above": 2}))),
    ("P581", [STOP | {"when": {"after_rule": {"rule": "a_rule"}}}]),
    ("P582", [STOP | {"id": "other", "mark": "unconfirmed"}, STOP | {"when": {"after_rule": {"rule": "other"}}}]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "rules"), FAULTS, ids=[f"{code}-{i}" for i, (code, _) in enumerate(FAULTS)])
def test_a_fault_is_found_by_its_code(code: str, rules: list[dict[str, Any]]) -> None:
    from decimal import Decimal

    text = [
        rule | ({"when": lab(above=Decimal("5.0001"))} if rule["when"] == lab(above="PLACE") else {}) for rule in rules
    ]
    found = check_dose_rules(protocol_with(*text))
    assert code in {finding.code for finding in found}
    for finding in found:
        assert "…" not in finding.found.replace(" …", "")


def test_a_drug_that_is_not_given_is_found() -> None:
    made = load_protocol(TRIALS / "haic-bev-pdl1.yaml")
    rule = DoseRule.model_validate(
        STOP | {"action": "reduce", "reduce": [{"drug": "cisplatin", "amount": 1, "unit": "mg"}]}
    )
    changed = made.model_copy(update={"treatment": made.treatment.model_copy(update={"rules": (rule,)})})
    assert [finding.code for finding in check_dose_rules(changed)] == ["P571"]


def test_every_code_of_the_checks_is_tested() -> None:
    codes = {code for code in DOSE_RULE_FINDINGS if code.startswith("P")}
    assert codes - {code for code, _ in FAULTS} - {"P571"} == set()


def test_what_is_whole_is_not_faulted() -> None:
    assert check_dose_rules(protocol_with(HOLD, STOP | {"id": "other"})) == []
    whole = scheme(
        ({"above": 3, "at_most": 8}, {"at_most": 1}), ({"above": 8}, {"at_most": 1}), ({"above": 10}, {"above": 1})
    )
    assert check_dose_rules(protocol_with(*whole)) == []


def test_both_overlays_have_no_fault() -> None:
    for trial in (REGO, "haic-bev-pdl1"):
        made = load_protocol(TRIALS / f"{trial}.yaml", [TRIALS / "assumptions" / f"{trial}-dose-rules.yaml"])
        assert [finding.code for finding in check_dose_rules(made)] == ["P575"]


ENDS = st.none() | st.integers(0, 6)


@given(st.tuples(ENDS, ENDS, ENDS, ENDS, ENDS, ENDS))
@settings(max_examples=200, deadline=None)
def test_two_intervals_meet_where_numbers_lie_in_both(ends: tuple[int | None, ...]) -> None:
    bands = [
        Band(above=above, at_least=least, below=below)  # type: ignore[arg-type]
        for above, least, below in (ends[:3], ends[3:])
    ]

    def inside(band: Band, halves: int) -> bool:
        return (
            (band.above is None or halves > 2 * band.above)
            and (band.at_least is None or halves >= 2 * band.at_least)
            and (band.below is None or halves < 2 * band.below)
        )

    both = interval_of(bands[0]).meets(interval_of(bands[1]))
    assert both.empty is not any(all(inside(band, halves) for band in bands) for halves in range(20))
