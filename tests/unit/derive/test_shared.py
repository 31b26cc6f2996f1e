"""Derivations that share readings say what each says alone."""

from __future__ import annotations

import pytest
from small_patients import CUTOFF, Patient, protocol_with, records_of

from onearm.derive import derive, derive_variants
from onearm.derive.rules import ONLY_IN_RULES
from onearm.protocol.profile import supported_values
from onearm.protocol.variant import MAIN, Variant

NUMBERS = {
    "pd_absolute_mm": "0", "reappearance_absolute_mm": "0", "confirmation_min_days": "42", "confirmation_max_ne": "0",
    "confirmation_max_sd": "1", "sd_min_days": "84", "marker_window_days": "3",
}  # fmt: skip


def merged() -> Patient:
    """A node that merged with one of 11 mm, then with one of 8 mm; a target that is treated, then gone."""
    patient = Patient().lesion("N1", place="LYMPH NODE").lesion("N2", place="LYMPH NODE").lesion("T3")
    for visit, (day, first, third) in enumerate([(0, "20", "40"), (63, "11", "20"), (126, "8", "")], start=1):
        patient.length("N1", visit, day, first, test="LPERP")
        if visit == 1:
            patient.length("N2", visit, day, "16", test="LPERP")
        else:
            patient.state("N2", visit, day, "MERGED")
        if third:
            patient.length("T3", visit, day, third)
        else:
            patient.state("T3", visit, day, "MERGED")
    return patient


@pytest.mark.parametrize("name", sorted(ONLY_IN_RULES))
def test_an_option_of_the_rules_changes_nothing_that_is_remarked_about_the_readings(name: str) -> None:
    """Together the remarks are made once: they must be those that each derivation makes alone."""
    protocol, records = protocol_with(), records_of(merged())
    values = [NUMBERS[name]] if name in NUMBERS else supported_values(name)
    variants = [MAIN, *(Variant(settings=((name, value),)) for value in values)]
    together = derive_variants(protocol, records, CUTOFF, variants)
    for variant, found in zip(variants, together, strict=True):
        alone = derive(protocol, records, CUTOFF, variant)
        assert [str(finding) for finding in found.findings] == [str(finding) for finding in alone.findings]
        assert found.adrs.equals(alone.adrs)
    assert "D016" in [finding.code for finding in together[0].findings]


def test_an_option_of_the_readings_is_not_shared() -> None:
    """At a limit of 8 mm the node of 8 mm is disease, and carries what merged into it."""
    records = records_of(merged())
    strict, loose = derive_variants(
        protocol_with(), records, CUTOFF, [MAIN, Variant(settings=(("node_normal_below_mm", "8"),))]
    )
    counts = [sum(finding.code == "D016" for finding in found.findings) for found in (strict, loose)]
    assert counts[0] > counts[1]
