"""Short and long tables, plain and quoted files, go different ways to the same records."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import onearm.records.read_csv as read_csv_module
from onearm.errors import Finding, RecordsError
from onearm.records import Records, load_records
from onearm.records.faults import RowCheck, check_rows
from onearm.records.read_csv import read_csv
from onearm.records.schema import SCHEMAS

VALID = Path(__file__).parents[2] / "data" / "broken_records" / "valid"
DATES = ("2025", "2025-02", "2025-02-28", "2025-02-28T10:30", None)
NUMBERS = ("1", "+2.50", "-3.000000000000000001", "0", None)
BROKEN_DATES = ("2025-02-30", "2025-02T10", "0205-01-01", "28.02.2025", "2025-01-10T09:30Z")
BROKEN_NUMBERS = ("1e3", "<5", "3,5", "12 mm", "1.0000000000000000000")


def laboratory(rows: int, dates: tuple[str | None, ...], numbers: tuple[str | None, ...]) -> dict[str, pl.DataFrame]:
    """A trial of one subject with so many rows of LB, in which ``dates`` and ``numbers`` take turns."""
    texts = pl.String
    return {
        "DM": pl.DataFrame({"STUDYID": ["T"], "USUBJID": ["T-1"], "RFICDTC": [None], "RFSTDTC": [None]}),
        "LB": pl.DataFrame(
            {
                "STUDYID": ["T"] * rows,
                "USUBJID": ["T-1"] * rows,
                "LBTESTCD": [f"TEST{row}" for row in range(rows)],
                "LBSTRESN": pl.Series([numbers[row % len(numbers)] for row in range(rows)], dtype=texts),
                "LBSTRESU": ["g/L"] * rows,
                "LBDTC": ["2025-01-10"] * rows,
                "LBSEQ": [str(row) if row % 2 else f"{row}.0" for row in range(rows)],
            }
        ),
        "MH": pl.DataFrame(
            {
                "STUDYID": ["T"] * rows,
                "USUBJID": ["T-1"] * rows,
                "MHTERM": ["x"] * rows,
                "MHSTDTC": pl.Series([dates[row % len(dates)] for row in range(rows)], dtype=texts),
            }
        ),
    }


def refused(tables: dict[str, pl.DataFrame]) -> list[tuple[str, str, int | None, str]]:
    with pytest.raises(RecordsError) as error:
        Records.from_tables(tables)
    return [(f.code, f.place.file, f.place.row, f.values["value"]) for f in error.value.findings]


def test_long_tables_are_typed_as_short_ones_are():
    short = Records.from_tables(laboratory(20, DATES, NUMBERS))
    long = Records.from_tables(laboratory(6_000, DATES, NUMBERS))
    for name in ("LB", "MH"):
        assert_frame_equal(long.tables[name].head(20), short.tables[name])
    assert short.tables["LB"]["LBSEQ"].to_list() == list(range(20))
    assert long.tables["MH"]["MHSTDTC_LAST"].null_count() == long.tables["LB"]["LBSTRESN"].null_count() == 1_200


def test_long_tables_are_refused_where_short_ones_are():
    short = refused(laboratory(20, BROKEN_DATES, BROKEN_NUMBERS))
    long = refused(laboratory(6_000, BROKEN_DATES, BROKEN_NUMBERS))
    assert [place for place in long if place[2] is not None and place[2] <= 21] == short
    assert len(short) == 40
    assert len(long) == 12_000


def rewritten(target: Path, **form: object) -> Path:
    """The valid folder, written anew by Python's csv module in another form."""
    target.mkdir()
    for file in VALID.iterdir():
        rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
        out = io.StringIO(newline="")
        csv.writer(out, **form).writerows(rows)
        (target / file.name).write_bytes(out.getvalue().encode())
    return target


def test_quotes_and_line_ends_do_not_change_the_records(tmp_path: Path):
    plain = load_records(VALID)
    forms = {"quoted": {"quoting": csv.QUOTE_ALL}, "windows": {}, "old": {"lineterminator": "\r"}}
    for name, form in forms.items():
        again = load_records(rewritten(tmp_path / name, **form))
        for table in SCHEMAS:
            assert_frame_equal(again.tables[table], plain.tables[table])
        assert [str(finding) for finding in again.findings] == [str(finding) for finding in plain.findings]


@pytest.mark.parametrize("from_bytes", [0, 1_000_000])
@pytest.mark.parametrize(
    ("content", "cells", "codes"),
    [
        ("USUBJID,X\n1,2\n3,4", [("1", "2", 2), ("3", "4", 3)], []),
        ("USUBJID,X\r\n1,2\n3,\r\n", [("1", "2", 2), ("3", "", 3)], []),
        ("USUBJID,X\n\n3,4\n", [("3", "4", 3)], ["R008"]),
        ("USUBJID,X\n1\n3,4\n5,6,7\n", [("3", "4", 3)], ["R008", "R008"]),
        ("USUBJID,X\n1,2\n3,4\n\n", [("1", "2", 2), ("3", "4", 3)], ["R008"]),
        ("USUBJID,X\n1,2\r3,4\n", [("1", "2", 2), ("3", "4", 3)], []),
        ("USUBJID,X\na\x0bb,c\u2028d\n", [("a\x0bb", "c\u2028d", 2)], []),
        ("USUBJID,X\n\ufeff1, 2\n", [("\ufeff1", " 2", 2)], []),
        ("USUBJID\n1\n\n", [("1", 2)], ["R008"]),
        ("USUBJID,X\n", [], []),
    ],
)
def test_lines_are_split_as_a_reader_of_csv_does(
    content: str,
    cells: list[tuple[object, ...]],
    codes: list[str],
    from_bytes: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(read_csv_module, "_LARGE_FILE", from_bytes)
    (tmp_path / "mh.csv").write_bytes(content.encode())
    source = read_csv(tmp_path / "mh.csv", SCHEMAS["MH"])
    assert source.frame is not None
    assert source.frame.with_columns(pl.col(pl.String).fill_null("")).rows() == cells
    assert [finding.code for finding in source.findings if finding.code != "R012"] == codes


@pytest.mark.parametrize(
    ("content", "is_quick"),
    [
        (b"USUBJID,X\n1,2\n3,\n", True),
        (b"\xef\xbb\xbfUSUBJID,X\r\n1,\xc2\xb52\r\n", True),
        (b'USUBJID,X\n1,"2"\n', False),
        (b"USUBJID,X\n1,2\r3,4\n", False),
        # One row too short and one too long: as many commas as there should be.
        (b"USUBJID,X\n1\n3,4,5\n", False),
        (b"USUBJID,X\n3,4,5\n1\n", False),
        (b"USUBJID,X\n1,\xb52\n", False),
        (b"USUBJID,X\n1,2\0\n", False),
        (b"USUBJID,X\n1," + b"2" * 1_000_001 + b"\n", False),
        (b"USUBJID,X\n", False),
    ],
)
def test_a_large_file_is_read_the_quick_way_only_if_it_is_plain(content: bytes, is_quick: bool):
    assert (read_csv_module._read_large(content, SCHEMAS["MH"], "mh.csv") is not None) == is_quick


def test_large_files_give_the_same_records(monkeypatch: pytest.MonkeyPatch):
    plain = load_records(VALID)
    monkeypatch.setattr(read_csv_module, "_LARGE_FILE", 0)
    again = load_records(VALID)
    for table in SCHEMAS:
        assert_frame_equal(again.tables[table], plain.tables[table])
    assert again.findings == plain.findings


def test_a_check_without_rows_finds_nothing_and_null_is_no_fault():
    frame = pl.DataFrame({"USUBJID": ["P-1", "P-1", None], "X": ["a", "a", None], "_ROW": [2, 3, 4]})
    every = RowCheck("R023", "X", pl.col("X") == "a")
    once = RowCheck("R023", "X", pl.col("X") == "a", once=True)

    def rows(found: list[Finding]) -> list[int | None]:
        return [finding.place.row for finding in found]

    assert rows(check_rows(frame, "x.csv", [every])) == [2, 3]
    assert rows(check_rows(frame, "x.csv", [once, every])) == [2, 2, 3]
    assert check_rows(frame.clear(), "x.csv", [every]) == []
    assert check_rows(frame, "x.csv", [RowCheck("R023", "X", pl.col("X") == "b")]) == []


_DM = b"STUDYID,USUBJID,RFICDTC,RFSTDTC\nS,S-1,2025-01-02,2025-01-06\n"
_TR = (
    "STUDYID,USUBJID,TRSEQ,TRGRPID,TRLNKID,TRTESTCD,TRSTRESC,TRSTRESN,TRSTRESU,TREVAL,VISITNUM,TRDTC\n"
    "S,S-1,1,TARGET,T01,LDIAM,{length},{length},mm,INVESTIGATOR,0,2025-01-03\n"
)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"dm": b"\xef\xbb\xbf"}, "R018"),
        ({"dm": b"\nA\nB\n"}, "R015"),
        ({"dm": _DM, "tr": _TR.format(length=10**18 - 1).encode()}, "R082"),
        ({"dm": _DM, "tr": _TR.format(length=-(10**18 - 1)).encode()}, "R037"),
        ({"dm": _DM, "tr": _TR.format(length=10**30).encode()}, "R035"),
    ],
)
def test_what_no_column_holds_is_a_finding_and_no_crash(files: dict[str, bytes], code: str, tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / f"{name}.csv").write_bytes(content)
    with pytest.raises(RecordsError) as refused:
        load_records(tmp_path)
    assert code in [finding.code for finding in refused.value.findings]


@pytest.mark.parametrize(("kind", "value"), [(pl.UInt64, 2**64 - 1), (pl.Int128, 2**100)])
def test_a_whole_number_too_large_for_its_column_is_a_finding(kind: pl.DataType, value: int) -> None:
    age = pl.Series("AGE", [value], dtype=kind)
    subjects = pl.DataFrame(
        {"STUDYID": ["S"], "USUBJID": ["S-1"], "RFICDTC": ["2025-01-02"], "RFSTDTC": ["2025-01-06"]}
    )
    with pytest.raises(RecordsError) as refused:
        Records.from_tables({"DM": subjects.with_columns(age)})
    assert [finding.code for finding in refused.value.findings] == ["R035"]
    small = subjects.with_columns(pl.Series("AGE", [61], dtype=kind))
    assert Records.from_tables({"DM": small}).tables["DM"]["AGE"].to_list() == [61]
