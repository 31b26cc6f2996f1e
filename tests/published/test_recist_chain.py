"""The overall response of a published SDTM example, at every timepoint, from its lesions alone.

Source: pharmaversesdtm 1.5 (TU, TR, RS, DM, EX, DS; Apache-2.0), copied whole to tests/data/recist_chain: eight
subjects with hand-made edge cases of RECIST 1.1, as read by the investigator. RS is what is to be met; nothing here
reads it but this test.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from onearm.derive import Derived, derive
from onearm.errors import RefusedError
from onearm.protocol.load import load_protocol
from onearm.records import Records, load_records

DATA = Path(__file__).parent.parent / "data"
PROTOCOL = DATA / "protocols" / "recist-chain.yaml"
CUTOFF = dt.date(2014, 12, 31)


@pytest.fixture(scope="module")
def records() -> Records:
    return load_records(DATA / "recist_chain")


@pytest.fixture(scope="module")
def derived(records: Records) -> Derived:
    return derive(load_protocol(PROTOCOL), records, CUTOFF)


def _published(records: Records) -> dict[tuple[str, str], str]:
    rows = records.tables["RS"].filter((pl.col("RSTESTCD") == "OVRLRESP") & (pl.col("RSEVAL") == "INVESTIGATOR"))
    visits = rows["VISITNUM"].cast(pl.Int64).cast(pl.String)
    return dict(zip(zip(rows["USUBJID"], visits, strict=True), rows["RSSTRESC"], strict=True))


def test_every_published_overall_response_is_derived(records: Records, derived: Derived) -> None:
    rows = derived.adrs.filter(pl.col("PARAMCD") == "OVRLRESP")
    ours = dict(zip(zip(rows["USUBJID"], rows["VISITNUM"], strict=True), rows["AVALC"], strict=True))
    published = _published(records)
    assert len(published) == 22
    assert ours == published


def test_the_examples_that_were_made_to_be_hard(derived: Derived) -> None:
    rows = derived.adrs.filter(pl.col("PARAMCD") == "OVRLRESP")
    reason = {(s[-4:], v): r for s, v, r in rows.select("USUBJID", "VISITNUM", "REASON").iter_rows()}
    # Four of five lesions read, 110 mm against a nadir of 91: progression though one target is missing.
    assert reason["1028", "3"] == "target_pd"
    # 0 to 5 mm after a complete response.
    assert reason["1133", "4"] == "target_pd"
    # Nodes of 7 and 3 mm are normal: complete response with a sum of 10 mm.
    assert reason["1115", "4"] == "target_and_non_target_cr"
    target = derived.adrs.filter(pl.col("PARAMCD") == "TRGRESP")
    by_rule = {(s[-4:], v): r for s, v, r in target.select("USUBJID", "VISITNUM", "REASON").iter_rows()}
    assert by_rule["1133", "2"] == "shrinkage"  # 60 to 42 mm, exactly 30 %
    assert by_rule["1118", "4"] == "missing"


def test_sums_baselines_and_nadirs_agree_with_the_published_analysis(derived: Derived) -> None:
    """AVAL, BASE and NADIR of PARAMCD SDIAM in the published ADTR (pharmaverseadam 1.3), visit by visit."""
    published = pl.read_csv(DATA / "recist_chain" / "expected" / "adtr_onco.csv", infer_schema=False)
    rows = published.filter(pl.col("PARAMCD") == "SDIAM").select("USUBJID", "ADT", "AVAL", "BASE", "NADIR")
    # The published table reads the partial date as the first day of its month, its own response table as the last.
    rows = rows.with_columns(pl.col("ADT").replace("2014-02-01", "2014-02-28")).sort("USUBJID", "ADT")
    ours = derived.adtr.filter(pl.col("PARAMCD") == "SUMDIAM").sort("USUBJID", "ADT")
    assert rows.height == 25
    expected = [(*row[:2], *(None if cell is None else float(cell) for cell in row[2:])) for row in rows.iter_rows()]
    given = ours.select("USUBJID", pl.col("ADT").cast(pl.String), "AVAL", "BASE", "NADIR")
    assert list(given.iter_rows()) == expected


def test_the_partial_date_is_refused_where_the_protocol_does_not_say_how_to_read_it(records: Records) -> None:
    protocol = load_protocol(PROTOCOL)
    options = protocol.response_options
    assert options is not None
    strict = protocol.model_copy(update={"response_options": options.model_copy(update={"partial_dates": "refuse"})})
    with pytest.raises(RefusedError) as refused:
        derive(strict, records, CUTOFF)
    assert {(f.code, f.place.file, f.place.row) for f in refused.value.findings} == {
        ("D001", "TR", row) for row in (18, 19, 20, 21)
    }


def test_the_whole_analysis_runs_on_these_records(tmp_path: Path) -> None:
    from onearm.cli.main import run

    data = Path(__file__).parents[1] / "data"
    protocol, folder = data / "protocols" / "recist-chain.yaml", data / "recist_chain"
    assert run(["analyse", str(protocol), str(folder), "--out", str(tmp_path)]) in (0, 1)
    assert (tmp_path / "report.html").is_file() and (tmp_path / "results.json").is_file()
