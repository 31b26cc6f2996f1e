"""Fifty and more broken protocols: expected code, line, path and mend; the twin that is not broken loads."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from onearm.protocol import (
    ProtocolError,
    check_protocol,
    list_open_questions,
    load_protocol,
    load_protocol_text,
)

DATA = Path(__file__).parents[2] / "data"
WINDOW = "{start: first_dose, until: [progression, cutoff], cap: 24 months, cap_counts: calendar}"
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
        "P408": ("path: population.criteria.age", "path: sets.primary"),
        "P413": ("      - {every: 12 weeks}", "      - {every: 12 weeks, until: 96 weeks}"),
        "P418": ("sd_min_days: 49", "sd_min_days: 50"),
        "P419": ("sd_min_days: 49", "sd_min_days: 49\n    confirmation_min_days: 60"),
        "P420": ("anchor: first_dose", "anchor: inclusion"),
        "P422": ("amount: 1200, unit: mg}", "amount: 1200, unit: mg/kg}"),
        "P474": (f", window: {WINDOW}, test", ", test"),
        "P461": ("kind: inclusion", "kind: exclusion"),
        "P481": ("sets: [procedures, design]", "sets: [procedures]"),
    }
    for code, (old, new) in edits.items():
        assert old in base_text
        remarks = check_protocol(load_protocol_text(base_text.replace(old, new, 1)))
        assert [f.code for f in remarks] == [code]
        assert remarks[0].severity != "error"


@pytest.mark.parametrize(
    "calendar, minimum, counting, first",
    [
        ("every: 8 weeks, until: 48 weeks}", 49, "days_after", None),
        ("every: 8 weeks, until: 48 weeks}", 50, "days_after", 49),
        ("every: 8 weeks, until: 48 weeks}", 50, "study_day", None),
        ("every: 8 weeks, until: 48 weeks}", 51, "study_day", 49),
        ("every: 9 weeks, until: 45 weeks}", 56, "days_after", None),
        ("every: 9 weeks, until: 45 weeks}", 57, "days_after", 56),
    ],
)
def test_the_minimum_for_stable_disease_meets_the_first_day_of_the_first_window(
    base_text: str, calendar: str, minimum: int, counting: str, first: int | None
) -> None:
    text = base_text.replace("every: 8 weeks, until: 48 weeks}", calendar)
    text = text.replace("sd_min_days: 49", f"sd_min_days: {minimum}\n    sd_min_counting: {counting}")
    remarks = check_protocol(load_protocol_text(text))
    assert [f.code for f in remarks] == ([] if first is None else ["P418"])
    assert all(f.severity == "warning" and f"begins on day {first}" in f.found for f in remarks)


def test_a_later_phase_with_shorter_intervals_does_not_move_the_first_scan(base_text: str) -> None:
    text = base_text.replace("every: 12 weeks}", "every: 6 weeks}")
    assert check_protocol(load_protocol_text(text)) == []


def test_the_cap_of_one_rate_that_ends_another_is_said(base_text: str) -> None:
    (note,) = check_protocol(load_protocol_text(base_text.replace(f", window: {WINDOW}, test", ", test")))
    assert (note.code, note.severity, note.place.path) == ("P474", "note", "endpoints.dcr")
    assert "orr" in note.found and "24 months" in note.found
    uncapped = base_text.replace(WINDOW, "{start: first_dose}")
    assert check_protocol(load_protocol_text(uncapped)) == []
    assert check_protocol(load_protocol_text(uncapped.replace(", window: {start: first_dose}, test", ", test"))) == []


@pytest.mark.parametrize(
    "path, settled",
    [
        ("sets.primary", True),  # stated
        ("conventions.level", True),  # written, without a word on how it is known
        ("design.n1", False),  # assumed in the protocol itself
        ("tumour.profile", False),  # inferred
        ("identity.registry", False),  # not written
        ("identity.time_zone", True),
        ("conventions.median_rule", False),  # a default
    ],
)
def test_a_question_about_a_value_stays_open_unless_the_value_is_stated(
    base_text: str, path: str, settled: bool
) -> None:
    text = base_text.replace("path: population.criteria.age", f"path: {path}")
    text = text.replace("open_questions:", "  - {sets: [tumour.profile], inferred: A rule}\nopen_questions:")
    protocol = load_protocol_text(text)
    assert ("P408" in [f.code for f in check_protocol(protocol)]) is settled
    asked = {question.path: question.blocks for question in list_open_questions(protocol)}
    assert (path in asked) is not settled
    assert settled or asked[path] == ()
