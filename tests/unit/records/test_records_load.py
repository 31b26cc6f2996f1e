"""Loading, in memory and from disk: the third-party chain, types, dates, digest, simulated records."""

from __future__ import annotations

import datetime
from collections import Counter
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from polars.testing import assert_frame_equal

from onearm.errors import RecordsError, UsageError
from onearm.records import SCHEMAS, Records, load_records, save_records
from onearm.words.findings import FINDINGS

DATA = Path(__file__).parents[2] / "data"
CHAIN = DATA / "recist_chain"
VALID = DATA / "broken_records" / "valid"


def assert_same_tables(left: Records, right: Records) -> None:
    assert left.tables.keys() == right.tables.keys()
    for name in left.tables:
        assert_frame_equal(left.tables[name], right.tables[name], check_column_order=False)


def test_third_party_chain_loads_with_its_known_repeats():
    records = load_records(CHAIN)
    found = Counter((finding.severity, finding.code) for finding in records.findings)
    assert found == {
        ("warning", "R050"): 13,
        ("warning", "R003"): 1,
        ("note", "R017"): 1,
        ("note", "R022"): 2,
        ("note", "R097"): 1,
    }
    assert {name: table.height for name, table in records.tables.items() if table.height} == {
        "DM": 8,
        "EX": 23,
        "TU": 25,
        "TR": 182,
        "RS": 22,
        "AE": 39,
        "DS": 25,
    }
    assert records.last_date() == datetime.date(2014, 12, 30)
    assert records.study_id == "CDISCPILOT01"
    assert len(records.subjects()) == 8
    assert not records.simulated


def test_lengths_are_whole_tenths_rounded_half_away_from_zero():
    lengths = load_records(CHAIN).tables["TR"]
    by_text = dict(lengths.select("TRSTRESN", "LENGTH_TENTH_MM").drop_nulls().iter_rows())
    assert by_text[Decimal("20.37")] == 204
    assert by_text[Decimal("15.64")] == 156
    assert by_text[Decimal("13.5")] == 135
    states = lengths.filter(pl.col("TRTESTCD") == "TUMSTATE")
    assert states["LENGTH_TENTH_MM"].null_count() == states.height == 26


def test_partial_dates_keep_text_bounds_and_precision():
    responses = load_records(CHAIN).tables["RS"].filter(pl.col("RSDTC") == "2014-02")
    row = responses.row(0, named=True)
    assert (row["RSDTC_FIRST"], row["RSDTC_LAST"]) == (datetime.date(2014, 2, 1), datetime.date(2014, 2, 28))
    assert row["RSDTC_PRECISION"] == "month"
    assert row["_ROW"] == 3


def test_absent_tables_are_empty_and_typed():
    records = load_records(CHAIN)
    assert records.tables["LB"].height == 0
    assert records.tables["LB"].schema["LBSTRESN"] == pl.Decimal(38, 18)
    assert records.tables["LB"].schema["LBDTC_FIRST"] == pl.Date
    assert records.tables["TR"].schema == load_records(VALID).tables["TR"].schema
    assert set(records.tables) == set(SCHEMAS)


def test_columns_beyond_the_schema_stay_as_text():
    assert load_records(CHAIN).tables["DM"]["DMDY"].to_list()[:2] == ["-7", "-8"]


def test_missing_folder_and_file_in_its_place_are_findings(tmp_path: Path):
    for path in (tmp_path / "nowhere", VALID / "dm.csv"):
        with pytest.raises(RecordsError) as refused:
            load_records(path)
        assert [finding.code for finding in refused.value.findings] == ["R001"]


def test_decisions_are_read():
    (decision,) = load_records(VALID).decisions
    assert decision.decided_on == datetime.date(2025, 7, 2)
    assert decision.subjects == ("HX01-001", "HX01-002")
    assert (decision.stage, decision.size, decision.responses, decision.action) == (1, 2, 1, "continue")


def as_xpt(source: Path, target: Path) -> None:
    """Write the tables of a folder as XPT, numbers as numbers."""
    for file in source.glob("*.csv"):
        if file.stem == "decisions":
            (target / file.name).write_bytes(file.read_bytes())
            continue
        schema = SCHEMAS[file.stem.upper()]
        numbers = [column.name for column in schema.columns if column.kind in ("integer", "decimal")]
        table = pl.read_csv(file, infer_schema=False)
        table = table.with_columns(pl.col(name).cast(pl.Float64) for name in numbers if name in table.columns)
        pyreadstat.write_xport(table, target / f"{file.stem.upper()}.XPT", file_format_version=5)


@pytest.mark.parametrize("source", [CHAIN, VALID], ids=["chain", "valid"])
def test_xpt_and_csv_give_the_same_records(source: Path, tmp_path: Path):
    as_xpt(source, tmp_path)
    from_csv, from_xpt = load_records(source), load_records(tmp_path)
    assert_same_tables(from_csv, from_xpt)
    assert from_csv.digest == from_xpt.digest
    assert from_csv.decisions == from_xpt.decisions


def test_sas_day_numbers_in_a_date_column_are_refused(tmp_path: Path):
    as_xpt(VALID, tmp_path)
    table = pl.read_csv(VALID / "cm.csv", infer_schema=False).with_columns(CMSTDTC=pl.lit(23_867.0))
    pyreadstat.write_xport(table, tmp_path / "CM.XPT", file_format_version=5, variable_format={"CMSTDTC": "DATE9"})
    with pytest.raises(RecordsError) as refused:
        load_records(tmp_path)
    assert [(finding.code, finding.values["value"]) for finding in refused.value.findings] == [("R040", "23867")]


def test_tables_in_memory_meet_the_same_checks():
    records = load_records(VALID)
    again = Records.from_tables(records.source_tables())
    assert_same_tables(records, again)
    assert again.digest == records.digest
    assert again.decisions == records.decisions
    tables = records.source_tables()
    tables["TR"] = tables["TR"].with_columns(TRDTC=pl.lit("2025-02-31"))
    with pytest.raises(RecordsError) as refused:
        Records.from_tables(tables)
    assert Counter(finding.code for finding in refused.value.findings) == {"R041": 9}


def test_tables_in_memory_may_hold_numbers_and_dates():
    tables = load_records(VALID).source_tables()
    typed = tables | {
        "TR": tables["TR"].with_columns(
            pl.col("TRSTRESN").cast(pl.Float64),
            pl.col("VISITNUM").cast(pl.Int32),
            pl.col("TRDTC").str.to_date(),
            pl.col("TRGRPID").cast(pl.Categorical),
        )
    }
    assert_same_tables(Records.from_tables(typed), Records.from_tables(tables))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_not_a_number_is_refused_in_memory(value: float):
    tables = load_records(VALID).source_tables()
    tables["EX"] = tables["EX"].with_columns(EXDOSE=pl.lit(value))
    with pytest.raises(RecordsError) as refused:
        Records.from_tables(tables)
    assert {finding.code for finding in refused.value.findings} == {"R030"}


def test_column_of_a_foreign_type_and_unknown_table_in_memory():
    tables = load_records(VALID).source_tables()
    tables["EX"] = tables["EX"].with_columns(EXTRT=pl.lit(True))
    with pytest.raises(RecordsError) as refused:
        Records.from_tables(tables)
    assert "R024" in {finding.code for finding in refused.value.findings}
    foreign = Records.from_tables(load_records(VALID).source_tables() | {"ZZ": pl.DataFrame({"A": [1]})})
    assert ("warning", "R003", "ZZ") in {
        (finding.severity, finding.code, finding.place.file) for finding in foreign.findings
    }


def test_digest_follows_content_not_form():
    records = load_records(VALID)
    tables = records.source_tables()
    turned = {name: table.select(sorted(table.columns, reverse=True)) for name, table in tables.items()}
    assert Records.from_tables(turned).digest == records.digest
    undecided = {name: table for name, table in tables.items() if name != "DECISIONS"}
    assert Records.from_tables(undecided).digest == records.digest
    changed = tables | {"RS": tables["RS"].reverse()}
    assert Records.from_tables(changed).digest != records.digest
    moved = tables | {"AE": tables["AE"].rename({"AETERM": "AEDECOD", "AEDECOD": "AETERM"})}
    assert Records.from_tables(moved).digest != records.digest


def test_digest_of_a_known_folder_never_changes():
    """Recorded decisions quote digests for years: a new way to compute them would disown those decisions."""
    assert load_records(VALID).digest == "4faa5777ce336aec09ea2981bddddfd1c78b895644d99b6d01b11c0b335c0166"


def test_simulated_records_say_so():
    tables = {
        name: table.with_columns(pl.col(pl.String).str.replace_all("HX01", "SIM-HX01"))
        for name, table in load_records(VALID).source_tables().items()
    }
    records = Records.from_tables(tables)
    assert records.simulated
    assert "simulated" in records._repr_html_()
    assert "simulated" not in load_records(VALID)._repr_html_()


def test_saving_is_refused_beside_foreign_files_and_repeats_byte_for_byte(tmp_path: Path):
    records = load_records(VALID)
    save_records(records, tmp_path / "one")
    save_records(records, tmp_path / "one")
    save_records(load_records(tmp_path / "one").source_tables(), tmp_path / "two")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
        assert b"\r" not in file.read_bytes()
    (tmp_path / "two" / "mh.csv").write_text("old")
    with pytest.raises(UsageError, match=r"mh\.csv"):
        save_records(records, tmp_path / "two")


def test_faulty_tables_are_not_saved(tmp_path: Path):
    tables = load_records(VALID).source_tables()
    tables["AE"] = tables["AE"].with_columns(USUBJID=pl.lit("HX01-404"))
    with pytest.raises(RecordsError):
        save_records(tables, tmp_path / "out")
    assert not (tmp_path / "out").exists()


WARNINGS = {
    "R022": {"DS": {"DSDECOD": "MOVED AWAY"}},
    "R053": {"LB": {"LBTESTCD": "AFP", "USUBJID": "HX01-001", "LBSEQ": None, "LBSTAT": None}},
    "R073": {"RS": {"RSEVAL": "INVESTIGATOR", "USUBJID": "HX01-001", "RSSEQ": None, "VISITNUM": ["3", "2", "4"]}},
    "R075": {"DM": {"DTHDTC": None}, "DS": {"DSDECOD": "COMPLETED", "DSCAT": ["A", "B", "C", "D"]}},
    "R077": {"DM": {"RFICDTC": "2025-01-11"}},
    "R078": {"DM": {"RFSTDTC": "2025-01-09"}},
    "R087": {"TR": {"TRREASND": None}},
    "R093": {"LB": {"LBSTRESU": None}},
    "R099": {"TR": {"TRSTRESC": ["52.4", "18", "PRESENT", None, None, "ABSENT", "33", "TREATED", "0"]}},
}


@pytest.mark.parametrize("code", WARNINGS)
def test_doubtful_records_load_with_a_warning(code: str):
    tables = load_records(VALID).source_tables()
    for name, columns in WARNINGS[code].items():
        tables[name] = tables[name].with_columns(
            pl.Series(column, value if isinstance(value, list) else [value] * tables[name].height, dtype=pl.String)
            for column, value in columns.items()
        )
    found = [finding for finding in Records.from_tables(tables).findings if finding.code == code]
    assert found
    assert {finding.severity for finding in found} <= {"warning", "note"}
    assert "…" not in "".join(map(str, found))


def test_every_words_entry_of_the_room_is_raised_somewhere():
    source = Path(__file__).parents[3] / "src" / "onearm" / "records"
    code = "".join(file.read_text(encoding="utf-8") for file in sorted(source.glob("*.py")))
    assert [name for name in FINDINGS if name.startswith("R") and f'"{name}"' not in code] == []


def test_foreign_columns_may_have_any_name():
    tables = load_records(VALID).source_tables()
    names = (
        "BIRTH_FIRST",
        "DEATH_LAST",
        "DS_FIRST",
        "DM_LAST",
        "STATE_ROW",
        "FIRST_ROW",
        "START",
        "WHAT",
        "KIND",
    )
    foreign = {name: table.with_columns(pl.lit("x").alias(other) for other in names) for name, table in tables.items()}
    records = Records.from_tables(foreign)
    assert records.tables["TR"]["STATE_ROW"].to_list() == ["x"] * 9
    assert [finding.code for finding in records.findings] == ["R022"]


@pytest.mark.parametrize(
    "text", ["a\rb", "\r", "a\r\nb", "\n", 'say "no"', '"', ",", " a ", "\ufeff", "日本語", "'", "\\"]
)
def test_awkward_texts_survive_saving(text: str, tmp_path: Path):
    tables = load_records(VALID).source_tables()
    tables["AE"] = tables["AE"].with_columns(AETERM=pl.lit(text))
    save_records(tables, tmp_path)
    assert load_records(tmp_path).tables["AE"]["AETERM"].to_list() == [text, text]


def test_text_that_no_file_can_hold_is_not_saved(tmp_path: Path):
    tables = load_records(VALID).source_tables()
    tables["AE"] = tables["AE"].with_columns(AETERM=pl.lit("a\0b"))
    with pytest.raises(RecordsError) as refused:
        save_records(tables, tmp_path / "out")
    assert [finding.code for finding in refused.value.findings] == ["R007"]
    assert not (tmp_path / "out").exists()
