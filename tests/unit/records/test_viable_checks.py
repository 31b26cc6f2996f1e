"""Viable diameters and enhancement against the other rows of the same lesion, visit and reader."""

from __future__ import annotations

import polars as pl
import pytest

from onearm.errors import Finding, RecordsError
from onearm.records import Records

Row = dict[str, str | None]


def length(test: str, mm: str, **others: str | None) -> Row:
    return {"TRTESTCD": test, "TRSTRESC": mm, "TRSTRESN": mm, "TRSTRESU": "mm", **others}


def word(test: str, text: str, **others: str | None) -> Row:
    return {"TRTESTCD": test, "TRSTRESC": text, **others}


def records_of(*rows: Row) -> Records:
    """One target of the liver and another one; a row is of the first one at visit 1 unless it says otherwise."""
    who = {"STUDYID": "HAND", "USUBJID": "P-1"}
    usual: Row = {
        **{"TRGRPID": "TARGET", "TRLNKID": "T01", "TRSTRESN": None, "TRSTRESU": None, "TRSTAT": None, "TRREASND": None},
        **{"TREVAL": "INVESTIGATOR", "TREVALID": None, "VISITNUM": "1", "TRDTC": "2024-03-04"},
    }
    listed = [{**who, "TULNKID": name, "TUORRES": "TARGET", "TULOC": "LIVER"} for name in ("T01", "T02")]
    return Records.from_tables(
        {
            "DM": pl.DataFrame([{**who, "RFICDTC": "2024-03-01", "RFSTDTC": "2024-03-04"}]),
            "TU": pl.DataFrame(listed),
            "TR": pl.DataFrame(
                [{**who, **usual, **row} for row in rows],
                schema=dict.fromkeys([*who, *usual, "TRTESTCD", "TRSTRESC"], pl.String),
            ),
        }
    )


def found(*rows: Row) -> list[Finding]:
    try:
        return list(records_of(*rows).findings)
    except RecordsError as error:
        return list(error.findings)


def codes(*rows: Row) -> list[str]:
    return [finding.code for finding in found(*rows)]


@pytest.mark.parametrize("viable, expected", [("30", []), ("30.1", ["R111"]), ("0", [])])
def test_a_viable_part_is_no_longer_than_the_lesion(viable: str, expected: list[str]) -> None:
    assert codes(length("LDIAM", "30"), length("VDIAM", viable)) == expected


def test_the_words_name_both_rows() -> None:
    (finding,) = found(length("VDIAM", "30.1"), length("LDIAM", "30"))
    assert (finding.severity, finding.place.path, finding.place.subject) == ("warning", "TRSTRESN", "P-1")
    assert finding.found == "the viable diameter is 30.1 mm, and the longest diameter in row 3 is 30 mm"
    assert finding.place.row == 2


@pytest.mark.parametrize(
    "other",
    [
        {"TRLNKID": "T02"},
        {"VISITNUM": "2", "TRDTC": "2024-05-06"},
        {"TREVAL": "INDEPENDENT ASSESSOR"},
        {"TREVALID": "B"},
    ],
)
def test_another_lesion_visit_or_reader_is_no_contradiction(other: Row) -> None:
    rows = (length("LDIAM", "30"), length("VDIAM", "40", **other))
    assert "R111" not in codes(*rows)
    rows = (length("VDIAM", "30"), word("ARTENH", "N", **other))
    assert "R112" not in codes(*rows)


def test_of_several_readings_the_longest_counts_and_no_evaluator_is_the_investigator() -> None:
    twice = (length("LDIAM", "30"), length("LDIAM", "35", TREVAL=None))
    assert codes(*twice, length("VDIAM", "35")) == []
    assert codes(*twice, length("VDIAM", "36")) == ["R111"]


def test_what_was_not_done_contradicts_nothing() -> None:
    undone: Row = {"TRTESTCD": "VDIAM", "TRSTRESC": None, "TRSTAT": "NOT DONE", "TRREASND": "NO ARTERIAL PHASE"}
    assert codes(length("LDIAM", "30"), undone, word("ARTENH", "Y")) == []


@pytest.mark.parametrize(
    "other, answer, expected",
    [
        (length("VDIAM", "0"), "Y", "VDIAM 0"),
        (length("VDIAM", "0"), "N", None),
        (length("VDIAM", "0.1"), "N", "VDIAM 0.1"),
        (length("VDIAM", "0.1"), "Y", None),
        (length("LDIAM", "0"), "Y", "LDIAM 0"),
        (length("LDIAM", "0.1"), "Y", None),
        (length("LDIAM", "0.1"), "N", None),
        (word("TUMSTATE", "ABSENT"), "Y", "TUMSTATE ABSENT"),
        (word("TUMSTATE", "ABSENT"), "N", None),
        (word("TUMSTATE", "NOT EVALUABLE"), "Y", None),
    ],
)
def test_enhancement_goes_with_the_viable_diameter_and_with_the_lesion(
    other: Row, answer: str, expected: str | None
) -> None:
    findings = found(other, word("ARTENH", answer))
    assert [finding.code for finding in findings] == ([] if expected is None else ["R112"])
    if expected is not None:
        assert (findings[0].severity, findings[0].place.row, findings[0].place.path) == ("error", 3, "TRSTRESC")
        assert findings[0].found == f"ARTENH is {answer}, and row 2 says {expected} of the same lesion"


def test_one_answer_is_told_once() -> None:
    assert codes(length("VDIAM", "0"), word("TUMSTATE", "ABSENT"), word("ARTENH", "Y")) == ["R112"]
