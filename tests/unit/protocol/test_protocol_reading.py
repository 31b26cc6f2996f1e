"""Reading: exact values with places, digests, dates and lengths of time, imports that stay light."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onearm.protocol import ProtocolError, check_protocol, load_protocol_text
from onearm.protocol.base import DateError, Duration, DurationError, read_date
from onearm.protocol.yaml_tree import places_below, read_tree
from onearm.words.findings import FINDINGS


def test_scalars_are_read_by_yaml_1_2_and_decimals_stay_exact() -> None:
    tree, findings = read_tree("a: 0.1\nb: no\nc: 1_0\nd: 0x1F\ne: 2024-10-01\nf: -3\ng: true\nh: '5'\n", "x")
    assert findings == []
    assert tree is not None
    assert tree.plain() == {
        "a": Decimal("0.1"), "b": "no", "c": "1_0", "d": "0x1F", "e": "2024-10-01", "f": -3, "g": True, "h": "5",
    }  # fmt: skip


def test_places_count_from_one_and_name_list_items_by_their_id() -> None:
    tree, _ = read_tree("a:\n  - {id: x, b: 1}\n  - c: 2\n", "f.yaml")
    assert tree is not None
    places = {path: (place.line, place.column) for path, place in places_below(tree)}
    assert places == {"a": (1, 1), "a.x": (2, 5), "a.x.id": (2, 6), "a.x.b": (2, 13), "a.1": (3, 5), "a.1.c": (3, 5)}


def test_the_digest_sees_content_only(base_text: str) -> None:
    base = load_protocol_text(base_text)
    lines = base_text.splitlines(True)
    start, end = base_text.index("sets:"), base_text.index("design:")
    moved = base_text[:start] + base_text[end:] + base_text[start:end]
    same = ["# a comment\n" + base_text, moved, base_text.replace("p0: 0.30", "p0: 0.3"), "".join(lines) + "\n\n"]
    for text in same:
        assert load_protocol_text(text, "other.yaml").digest == base.digest
    for old, new in [("p0: 0.30", "p0: 0.29"), ("18 to 75", "18 - 75"), ("Nothing said", "Not said"), ("49", "48")]:
        assert load_protocol_text(base_text.replace(old, new, 1)).digest != base.digest
    assert len(base.digest) == 64


@pytest.mark.parametrize(
    "text, days, months", [("9 weeks", 63, None), ("1 day", 1, None), ("2 years", None, 24), ("6 months", None, 6)]
)
def test_a_length_of_time_keeps_its_unit(text: str, days: int | None, months: int | None) -> None:
    assert (Duration(text).days, Duration(text).months, str(Duration(text))) == (days, months, text)


@pytest.mark.parametrize("text", ["9 wks", "0 weeks", "nine weeks", "9", "1.5 weeks", "-9 weeks", "9 weeks 2 days", ""])
def test_other_lengths_of_time_are_refused(text: str) -> None:
    with pytest.raises(DurationError):
        Duration(text)


@pytest.mark.parametrize("text", ["2025-02-29", "2025-13", "25-01-01", "2025/01/01", "2025-1-1", "", "2025-00-10"])
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(DateError):
        read_date(text)
    assert read_date("2024-02-29") == (2024, 2, 29)


def test_every_finding_has_all_its_words() -> None:
    for code, text in FINDINGS.items():
        if code[0] in "PAX":
            assert all(text), code
            assert not text.mend.endswith("."), code


def test_loading_without_boundaries_needs_no_heavy_library(trials: Path) -> None:
    code = (
        "import sys, onearm.protocol\n"
        "onearm.protocol.load_protocol(sys.argv[1])\n"
        "print([m for m in ('numpy', 'scipy', 'numba', 'polars', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(trials / "haic-bev-pdl1.yaml")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


quiet = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


def survives(text: str | bytes) -> None:
    try:
        check_protocol(load_protocol_text(text))
    except ProtocolError as error:
        assert error.findings
        for finding in error.findings:
            json.dumps(finding.as_dict())
            assert str(finding)


@given(text=st.text(max_size=300))
@settings(quiet, max_examples=300)
def test_any_text_gives_a_protocol_or_findings(text: str) -> None:
    survives(text)


@given(content=st.binary(max_size=200))
@settings(quiet, max_examples=150)
def test_any_bytes_give_a_protocol_or_findings(content: bytes) -> None:
    survives(content)


PIECES = st.one_of(
    st.sampled_from(
        ["", "unstated", "none", "~", "[]", "{}", "[[1]]", "{a: b}", "yes", "true", "0", "-1", "27", "1e999",
         "9e-999", ".nan", "0.5", "2000", '"27"', "12 weeks",
         "9999 months", "2025-02-31", "&a x", "*a", "!!int 3", "? x", "|",
         ">", "'", '"', "{", "]", "- a", "a: b", "\t", "#", "%", "@", "\u2028", "\x85", "treated", "orr",
         "9" * 40, "design.n"]
    ),
    st.text(max_size=8),
)  # fmt: skip


@given(data=st.data())
@settings(quiet, max_examples=400)
def test_any_edit_of_a_valid_protocol_gives_a_protocol_or_findings(data: st.DataObject, base_text: str) -> None:
    text = base_text
    for _ in range(data.draw(st.integers(1, 3))):
        spans = [(m, m + 1) for m in range(len(text) - 1) if text[m] == " " and text[m + 1] not in " \n"]
        at, _ = data.draw(st.sampled_from(spans))
        end = data.draw(
            st.sampled_from([at + 1, *[i for i in range(at + 1, min(at + 60, len(text))) if text[i] in ",\n}]"]])
        )
        text = text[: at + 1] + data.draw(PIECES) + text[end:]
    survives(text)


@given(data=st.data())
@settings(quiet, max_examples=150)
def test_lines_removed_repeated_or_exchanged_give_a_protocol_or_findings(data: st.DataObject, base_text: str) -> None:
    lines = base_text.splitlines(True)
    one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    match data.draw(st.sampled_from(["remove", "repeat", "exchange", "indent"])):
        case "remove":
            del lines[one]
        case "repeat":
            lines.insert(other, lines[one])
        case "exchange":
            lines[one], lines[other] = lines[other], lines[one]
        case _:
            lines[one] = "  " + lines[one]
    survives("".join(lines))
