"""Each broken folder is refused with the finding that says where and how to mend it; its valid twin loads."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest
from records_cases import CASES, Case, Folder

from onearm.errors import RecordsError
from onearm.records import load_records
from onearm.words.findings import FINDINGS

VALID = Path(__file__).parents[2] / "data" / "broken_records" / "valid"


def folder_with(edit, target: Path) -> Path:
    folder: Folder = {file.name: file.read_bytes() for file in VALID.iterdir()}
    edit(folder)
    for name, content in folder.items():
        (target / name).write_bytes(content)
    return target


def fields_of(code: str) -> set[str]:
    """The names that the words of a finding need."""
    words = FINDINGS[code]
    texts = (words.found, words.expected, words.mend)
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def test_there_are_at_least_fifty_cases_with_names_of_their_own():
    assert len({case.name for case in CASES}) == len(CASES) >= 50


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_folder_is_refused_at_the_right_place(case: Case, tmp_path: Path):
    with pytest.raises(RecordsError) as refused:
        load_records(folder_with(case.broken, tmp_path))
    places = [
        (finding.code, finding.place.file, finding.place.row, finding.place.path) for finding in refused.value.findings
    ]
    assert (case.code, case.file, case.row, case.column) in places
    wanted = [finding for finding in refused.value.findings if finding.code == case.code]
    assert case.mend in wanted[0].mend
    assert all(finding.severity == "error" for finding in refused.value.findings)
    assert all(fields_of(finding.code) <= set(finding.values) for finding in refused.value.findings)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_valid_twin_loads(case: Case, tmp_path: Path):
    records = load_records(folder_with(case.valid, tmp_path))
    assert all(finding.severity != "error" for finding in records.findings)
    assert len(records.subjects()) >= 3


def test_every_fault_of_a_folder_is_told_at_once(tmp_path: Path):
    together = {
        "decimal comma": "R031",
        "31 February": "R041",
        "code in lower case": "R021",
        "row too long": "R008",
        "unknown action": "R021",
        "two dates of death": "R074",
        "semicolons": "R010",
    }
    edits = {case.name: case.broken for case in CASES}

    def break_all(folder: Folder) -> None:
        for name in together:
            edits[name](folder)

    with pytest.raises(RecordsError) as refused:
        load_records(folder_with(break_all, tmp_path))
    assert {finding.code for finding in refused.value.findings} >= set(together.values())
