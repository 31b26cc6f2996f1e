"""Rows that are not coded: where absence means no, they leave that no open, and a row that fits still counts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hand_made import CUTOFF, Patient, on, one, protocol_of, records_of

from onearm.eligibility import screen

DRUGS = "{gcsf: {from: CM, where: {CMDECOD: [FILGRASTIM]}, take: date, absence: negative}}"
NO_GCSF = "{variable: gcsf, not_within: 14 days}"


def taking(name: str, coded: str | None, day: int = -3, **cells: str | None) -> Patient:
    patient = Patient().add("CM", CMTRT="PANTOPRAZOLE", CMDECOD="PANTOPRAZOLE", CMSTDTC=on(-30))
    return patient.add("CM", CMTRT=name, CMDECOD=coded, CMSTDTC=on(day), **cells)


@pytest.mark.parametrize(
    ("patient", "expected"),
    [
        (taking("BISOPROLOL", "BISOPROLOL"), ("met", "")),
        (taking("NEUPOGEN", None), ("unknown", "not_coded")),
        (taking("NEUPOGEN", " "), ("unknown", "not_coded")),
        (taking("NEUPOGEN", None, 1), ("met", "")),
        (taking("NEUPOGEN", None).add("CM", CMTRT="X", CMDECOD="FILGRASTIM", CMSTDTC=on(-2)), ("not_met", "")),
        (taking("NEUPOGEN", None).add("CM", CMTRT="X", CMDECOD="FILGRASTIM", CMSTDTC=on(-60), CMENDTC=on(-59)),
         ("unknown", "not_coded")),
        (taking("NEUPOGEN", None, CMOCCUR="N"), ("met", "")),
    ],
)  # fmt: skip
def test_silence_of_a_table_that_is_not_coded_is_no_no(patient: Patient, expected: tuple[str, str]) -> None:
    assert one(NO_GCSF, patient, DRUGS) == expected


def test_the_note_names_the_row_and_absence_that_is_unknown_stays_so() -> None:
    protocol = protocol_of(NO_GCSF, DRUGS)
    row = screen(protocol, records_of(taking("NEUPOGEN", None)), CUTOFF).table.row(0, named=True)
    assert row["NOTE"] == "CM 2 NEUPOGEN"
    assert one(NO_GCSF, taking("NEUPOGEN", None), DRUGS.replace("negative", "unknown")) == ("unknown", "no_row")


def test_a_history_without_any_code() -> None:
    bleeding = "{bled: {from: MH, where: {MHDECOD: [VARICEAL BLEEDING]}, absence: negative}}"
    records = Patient().add("MH", MHTERM="VARICEAL BLEEDING", MHDECOD=None, MHSTDTC=on(-40))
    assert one("{variable: bled, is_true: false}", records, bleeding) == ("unknown", "not_coded")


def test_another_column_may_rule_a_row_out() -> None:
    drugs = "{gcsf: {from: CM, where: {CMCAT: [GROWTH FACTOR], CMDECOD: [FILGRASTIM]}, take: date, absence: negative}}"
    for category, expected in (("ANTIVIRAL", ("met", "")), ("GROWTH FACTOR", ("unknown", "not_coded"))):
        patient = Patient().add("CM", CMTRT="X", CMDECOD=None, CMCAT=category, CMSTDTC=on(-3))
        assert one(NO_GCSF, patient, drugs) == expected


def test_days_that_a_row_without_a_code_may_add() -> None:
    steroids = "{steroid: {from: CM, where: {CMDECOD: [PREDNISOLONE]}, take: covered_days, absence: negative}}"
    at_most, at_least = (
        "{variable: steroid, at_most: 2, window: 14 days}",
        "{variable: steroid, at_least: 2, window: 14 days}",
    )
    uncoded = taking("X", None)
    assert one(at_most, taking("X", "X"), steroids) == ("met", "")
    assert one(at_most, uncoded, steroids) == ("unknown", "not_coded")
    given = taking("X", None).add("CM", CMTRT="Y", CMDECOD="PREDNISOLONE", CMSTDTC=on(-5), CMENDTC=on(-3))
    assert one(at_most, given, steroids) == ("not_met", "")
    assert one(at_least, given, steroids) == ("met", "")
