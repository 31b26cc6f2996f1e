"""The protocol's dose rules: faults, remarks, digests, and the overlays of both trials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from onearm.errors import ProtocolError
from onearm.protocol import Protocol, load_protocol
from onearm.protocol.check import check_protocol
from onearm.protocol.load import load_protocol_text, protocol_digest
from onearm.protocol.parts import Dose, Treatment

ROOT = Path(__file__).parents[3]
MADE_UP = (ROOT / "tests" / "data" / "protocols" / "made-up.yaml").read_text(encoding="utf-8")
COMPONENT = '    - {id: pdl1, name: "PD-L1 antibody", kind: drug}\n'


def with_treatment(component: str, dosing: str = "") -> Protocol:
    assert COMPONENT in MADE_UP
    return load_protocol_text(MADE_UP.replace(COMPONENT, component + dosing))


def faults(component: str, dosing: str = "") -> list[str]:
    with pytest.raises(ProtocolError) as caught:
        with_treatment(component, dosing)
    return [finding.code for finding in caught.value.findings]


def one(doses: str, more: str = "") -> str:
    return f"    - {{id: drug, name: Drug, kind: drug, doses: [{doses}]{more}}}\n"


def test_levels_go_down_and_hold_the_starting_amount() -> None:
    assert faults(one("{amount: 160, unit: mg, levels: [120, 160]}")) == ["P530"]
    assert faults(one("{amount: 160, unit: mg, levels: [120, 80]}")) == ["P531"]
    assert with_treatment(one("{amount: 80, unit: mg, levels: [160, 120, 80]}"))


@pytest.mark.parametrize(
    ("component", "dosing"),
    [
        (one("{amount: 1.005, unit: mg}"), ""),
        (one("{amount: 85, unit: mg/m2, levels: [85, 64.999]}"), ""),
        (one("{amount: 85, unit: mg/m2}"), "  dosing: {rounding: {to_mg: 0.001}}\n"),
        (one("{amount: 85, unit: mg/m2}"), "  dosing: {max_bsa: 2.00001}\n"),
        (one("{amount: 15, unit: mg/kg}"), "  dosing: {max_weight: 100.05}\n"),
    ],
)
def test_digits_that_would_be_rounded_in_silence_are_refused(component: str, dosing: str) -> None:
    assert faults(component, dosing) == ["P532"]


def test_a_rule_that_nothing_acts_on_is_told() -> None:
    rule = "recalculate: {change_percent: 10, compare: more_than, against: last}"
    assert faults(one("{amount: 15, unit: mg/kg}"), f"  dosing: {{weight: latest, {rule}}}\n") == ["P533"]
    protocol = with_treatment(one("{amount: 1200, unit: mg}"), "  dosing: {bsa: mosteller, max_weight: 100}\n")
    assert [finding.code for finding in check_protocol(protocol) if finding.code == "P534"] == ["P534", "P534"]


def test_one_name_in_the_records_leads_to_one_drug() -> None:
    two = "{drug: a, amount: 1, unit: mg, recorded_as: [X]}, {drug: b, amount: 1, unit: mg, recorded_as: [x]}"
    assert faults(one(two)) == ["P535"]


def test_rules_that_nobody_wrote_leave_the_digest_as_it_was() -> None:
    protocol = load_protocol_text(MADE_UP)
    old = {"levels", "rounding", "recorded_as", "partial", "dosing"}
    assert old & (Dose.later_fields | Treatment.later_fields) == old - {"partial"}
    treatment = protocol.treatment.model_copy(update={"dosing": None})
    assert protocol_digest(protocol.model_copy(update={"treatment": treatment})) == protocol.digest
    assert with_treatment(COMPONENT, "  dosing: {bsa: mosteller}\n").digest != protocol.digest


@pytest.mark.parametrize(
    ("trial", "overlay", "oxaliplatin"),
    [
        ("haic-bev-pdl1", "haic-bev-pdl1-dosing", 85),
        ("haic-bev-pdl1", "haic-bev-pdl1-dosing-130", 130),
        ("haic-adebrelimab-regorafenib", "haic-adebrelimab-regorafenib-dosing", 85),
    ],
)
def test_the_overlays_of_both_trials_leave_no_dose_open(trial: str, overlay: str, oxaliplatin: int) -> None:
    trials = ROOT / "trials"
    protocol = load_protocol(trials / f"{trial}.yaml", [trials / "assumptions" / f"{overlay}.yaml"])
    components: dict[str, Any] = {component.id: component for component in protocol.treatment.components}
    assert components["haic"].doses[0].amount == oxaliplatin
    for component in components.values():
        assert component.every is not None
        assert all(dose.amount is not None and dose.unit is not None for dose in component.doses)
    entry = protocol.provenance_of("treatment.dosing.rounding")
    assert entry is not None
    assert "nconfirmed" in (entry.assumed or "")
