"""``onearm derive`` writes the tables of the patients' path always; one that is not asked for says so by name."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from .conftest import OVERLAY, TRIAL, TRIALS, Call

ALWAYS = ("adae", "adlb", "adex", "adqs")
ASKED = ("safety", "dosing", "quality")


def test_tables_that_the_protocol_does_not_ask_for_have_a_header_and_are_named(
    call: Call, records: Path, tmp_path: Path
):
    _, told, _ = call("derive", TRIAL, records, "--out", tmp_path, "--assume", OVERLAY)
    left = {entry["table"]: entry["missing"] for entry in told["left_out"]}
    assert left == {"adex": "treatment.dosing", "adae": "safety.events", "adqs": "quality_of_life"}
    for name in ALWAYS:
        table = pl.read_csv(tmp_path / f"{name}.csv", infer_schema=False)
        assert "USUBJID" in table.columns
        assert (table.height == 0) == (name in left)
        assert "SIMULATED" in table.columns[0].upper()


def test_the_same_tables_have_rows_and_the_same_columns_where_the_protocol_asks(
    call: Call, records: Path, tmp_path: Path
):
    overlays = [TRIALS / "assumptions" / f"haic-bev-pdl1-{name}.yaml" for name in ASKED]
    assumed = [word for path in (OVERLAY, *overlays) for word in ("--assume", path)]
    call("derive", TRIAL, records, "--out", tmp_path / "bare", "--assume", OVERLAY)
    _, told, _ = call("derive", TRIAL, records, "--out", tmp_path / "asked", *assumed)
    assert told["left_out"] == []
    for name in ALWAYS:
        asked, bare = (pl.read_csv(tmp_path / one / f"{name}.csv", infer_schema=False) for one in ("asked", "bare"))
        assert asked.height > 0
        assert asked.columns == bare.columns
