"""What is saved is what is loaded; whatever bytes a file holds, loading ends in records or in findings."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from onearm.errors import RecordsError
from onearm.records import Records, load_records, save_records

VALID = Path(__file__).parents[2] / "data" / "broken_records" / "valid"
FILES = {file.name: file.read_bytes() for file in VALID.iterdir()}

PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
SUBJECTS = st.lists(st.from_regex(r"[A-Z]{1,3}-[0-9]{3}", fullmatch=True), min_size=1, max_size=5, unique=True)
DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)).map(str)
PARTIAL = DATES.flatmap(lambda day: st.sampled_from([day, day[:7], day[:4], f"{day}T10:30"]))


@st.composite
def tables(draw) -> dict[str, pl.DataFrame]:
    """Valid tables of a made-up trial, with awkward texts in every free column."""
    subjects = draw(SUBJECTS)
    texts = pl.String
    dm = [
        {"STUDYID": "T1", "USUBJID": name, "RFICDTC": None, "RFSTDTC": None, "NOTE": draw(PLAIN)} for name in subjects
    ]
    mh = [
        {"STUDYID": "T1", "USUBJID": name, "MHTERM": draw(PLAIN), "MHSTDTC": draw(st.none() | PARTIAL)}
        for name in draw(st.lists(st.sampled_from(subjects), max_size=6))
    ]
    lb = [
        {
            "STUDYID": "T1",
            "USUBJID": draw(st.sampled_from(subjects)),
            "LBTESTCD": "AFP",
            "LBSTRESN": draw(st.none() | st.decimals(-9999, 9999, places=5).map(lambda number: format(number, "f"))),
            "LBSTRESU": "ng/mL",
            "LBDTC": draw(PARTIAL),
            "LBSEQ": str(number),
        }
        for number in range(draw(st.integers(0, 5)))
    ]
    made = {"DM": dm, "MH": mh, "LB": lb}
    return {name: pl.DataFrame(rows, schema=dict.fromkeys(rows[0], texts)) for name, rows in made.items() if rows}


@given(tables())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_saved_records_load_as_they_were(source: dict[str, pl.DataFrame]):
    records = Records.from_tables(source)
    with tempfile.TemporaryDirectory() as folder:
        save_records(records, folder)
        loaded = load_records(folder)
    for name, table in records.tables.items():
        assert_frame_equal(table, loaded.tables[name], check_column_order=False)
    assert loaded.digest == records.digest


def load_with(name: str, content: bytes) -> None:
    """Load the valid folder with one file replaced; only a `RecordsError` may come of it."""
    with tempfile.TemporaryDirectory() as folder:
        for file, valid in FILES.items():
            (Path(folder) / file).write_bytes(content if file == name else valid)
        try:
            records = load_records(folder)
        except RecordsError as refused:
            assert refused.findings
            assert str(refused)
        else:
            assert records.digest


@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_end_in_findings(name: str, content: bytes):
    load_with(name, content)


@given(st.data(), st.sampled_from(sorted(FILES)))
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_any_damage_to_a_valid_file_ends_in_records_or_findings(data, name: str):
    content = FILES[name]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 20)))
    signs = st.sampled_from([b",", b'"', b"\n", b"\r", b"\0", b"\xff", b"-", b"9", b"mm", b" ", "é".encode(), b"T01"])
    inserted = b"".join(data.draw(st.lists(signs, max_size=4)))
    load_with(name, content[:start] + inserted + content[end:])
