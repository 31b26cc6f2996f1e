"""Coding from the user's own file: only what is not coded is filled, and a doubtful file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from harm_cases import event, patient
from small_patients import records_of

from onearm.errors import RecordsError
from onearm.safety.dictionary import code_events, read_dictionary


def write(folder: Path, text: str) -> Path:
    file = folder / "codes.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_only_what_has_no_code_is_coded(tmp_path: Path):
    made = event(event(event(patient(), 1, "Own"), 2, "x"), 3, "y")
    made.rows[-2][1].update(AETERM=" nose  Bleed", AEDECOD=None)
    made.rows[-1][1].update(AETERM="odd", AEDECOD=None)
    file = write(tmp_path, "TERM,PT,SOC\nNose bleed,Epistaxis,Airways\nown,Other,Skin\n")
    coded = code_events(records_of(made), read_dictionary(file)).tables["AE"]
    assert coded["AEDECOD"].to_list() == ["Own", "Epistaxis", None]
    assert coded["AEBODSYS"].to_list() == [None, "Airways", None]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("TERM,PT\nA,B\n", 1),
        ("TERM,PT,SOC\nA,B,C\na,D,C\n,X,Y\nE,,F\n", 3),
        ("", 1),
    ],
)
def test_a_doubtful_file_is_refused_with_every_fault(text: str, faults: int, tmp_path: Path):
    with pytest.raises(RecordsError) as refused:
        read_dictionary(write(tmp_path, text))
    assert [finding.code for finding in refused.value.findings] == ["F013"] * faults


def test_the_same_code_twice_is_no_fault(tmp_path: Path):
    assert len(read_dictionary(write(tmp_path, "TERM,PT,SOC\nA,B,C\n a ,B,C\n"))) == 1
