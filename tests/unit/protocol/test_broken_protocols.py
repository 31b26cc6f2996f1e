"""Fifty and more broken protocols: expected code, line, path and mend; the twin that is not broken loads."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from onearm.protocol import ProtocolError, check_protocol, load_protocol, load_protocol_text

DATA = Path(__file__).parents[2] / "data"
ROWS = YAML(typ="safe").load((DATA / "broken_protocols.yaml").read_text(encoding="utf-8"))


def test_the_table_holds_fifty_rows_with_different_names() -> None:
    assert len({row["name"] for row in ROWS}) == len(ROWS) >= 50
    assert len({row["code"] for row in ROWS}) >= 45


def test_the_unbroken_twin_passes_without_a_remark(base_text: str) -> None:
    assert check_protocol(load_protocol_text(base_text)) == []


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_a_broken_protocol_is_refused_with_place_and_mend(row: dict[str, str], base_text: str) -> None:
    assert row["old"] in base_text
    with pytest.raises(ProtocolError) as caught:
        load_protocol_text(base_text.replace(row["old"], row["new"], 1), "broken.yaml")
    found = [f for f in caught.value.findings if (f.code, f.place.path) == (row["code"], row["path"])]
    assert found, str(caught.value)
    finding = found[0]
    assert (finding.place.file, finding.place.line) == ("broken.yaml", row["line"])
    assert row["mend"] in finding.mend
    assert "…" not in f"{finding.found}{finding.expected}{finding.mend}", "a template field was left empty"


def test_every_fault_is_reported_at_once(base_text: str) -> None:
    text = base_text
    for old, new in [
        ("  n1: 27", '  n1: "27"'),
        ("primary: treated", "primary: all"),
        ("every: 8 weeks", "every: 8 wks"),
        ("sd_min_days: 49", "sd_mindays: 49"),
    ]:
        text = text.replace(old, new, 1)
    with pytest.raises(ProtocolError) as caught:
        load_protocol_text(text)
    assert sorted(f.code for f in caught.value.findings) == ["P201", "P203", "P206", "P208"]
    mended = text.replace('"27"', "27").replace("primary: all", "primary: treated").replace("8 wks", "8 weeks")
    with pytest.raises(ProtocolError) as caught:
        load_protocol_text(mended.replace("  endpoint: orr", "  endpoint: response"))
    assert sorted(f.code for f in caught.value.findings) == ["P201", "P401"]


def test_a_file_that_is_no_text_too_long_or_absent_is_a_finding(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    for content, code in [(b"onearm: 1\nid: \xff\n", "P103"), (b"#" * 1_000_001, "P102"), (b"", "P108")]:
        broken.write_bytes(content)
        with pytest.raises(ProtocolError) as caught:
            load_protocol(broken)
        assert [f.code for f in caught.value.findings] == [code]
    for path in (tmp_path / "absent.yaml", tmp_path, "bad\0name"):
        with pytest.raises(ProtocolError) as caught:
            load_protocol(path)
        assert [f.code for f in caught.value.findings] == ["P101"]


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ProtocolError) as caught:
        load_protocol_text("a: " + "[" * 5000)
    assert "P110" in [f.code for f in caught.value.findings]


def test_remarks_do_not_stop_loading(base_text: str) -> None:
    edits = {
        "P408": ("path: population.criteria.age", "path: design.n1"),
        "P413": ("      - {every: 12 weeks}", "      - {every: 12 weeks, until: 96 weeks}"),
        "P418": ("sd_min_days: 49", "sd_min_days: 70"),
        "P419": ("sd_min_days: 49", "confirmation_min_days: 60"),
        "P420": ("anchor: first_dose", "anchor: inclusion"),
        "P422": ("amount: 1200, unit: mg}", "amount: 1200, unit: mg/kg}"),
        "P461": ("kind: inclusion", "kind: exclusion"),
        "P481": ("sets: [procedures, design]", "sets: [procedures]"),
    }
    for code, (old, new) in edits.items():
        assert old in base_text
        remarks = check_protocol(load_protocol_text(base_text.replace(old, new, 1)))
        assert [f.code for f in remarks] == [code]
        assert remarks[0].severity != "error"
