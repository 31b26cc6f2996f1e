"""Records of another trial are told by the name of their study."""

from __future__ import annotations

import pytest

from onearm.protocol import check_study, load_protocol_text

NAMED = "study_ids: [T-1, T-2]"


@pytest.mark.parametrize(
    "study, simulated, named, wanted",
    [
        ("SIM-TEST-01", True, "", None),
        ("SIM-TEST-02", True, "", "SIM-TEST-01"),
        ("SIM-TEST-01", True, NAMED, None),
        ("T-1", False, NAMED, None),
        ("T-2", False, NAMED, None),
        ("T-3", False, NAMED, "T-1 or T-2"),
        ("TEST-01", False, NAMED, "T-1 or T-2"),
        ("anything", False, "", None),
    ],
)
def test_records_belong_to_their_own_protocol(
    base_text: str, study: str, simulated: bool, named: str, wanted: str | None
) -> None:
    protocol = load_protocol_text(base_text.replace("  id: TEST-01\n", f"  id: TEST-01\n  {named}\n"), "p.yaml")
    found = check_study(protocol, study, simulated)
    assert [finding.code for finding in found] == ([] if wanted is None else ["X001"])
    for finding in found:
        assert finding.severity == "error" and finding.place.file == "p.yaml"
        assert study in finding.found and "TEST-01" in finding.found and str(wanted) in finding.expected
        assert "…" not in str(finding)
