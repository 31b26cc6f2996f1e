"""Supplementary qualifiers belong to an event that is there."""

from __future__ import annotations

import polars as pl
import pytest

from onearm.errors import RecordsError
from onearm.records import Records

DM = pl.DataFrame({"STUDYID": ["S"], "USUBJID": ["P-1"], "RFICDTC": ["2024-01-01"], "RFSTDTC": ["2024-01-02"]})
AE = pl.DataFrame({"STUDYID": ["S"], "USUBJID": ["P-1"], "AESEQ": ["7"], "AETERM": ["Rash"], "AESTDTC": ["2024-02-01"]})


def supplement(number: str, **cells: str) -> pl.DataFrame:
    row = {
        "STUDYID": "S", "RDOMAIN": "AE", "USUBJID": "P-1", "IDVAR": "AESEQ", "IDVARVAL": number, "QNAM": "RELHAIC",
        "QVAL": "RELATED", **cells,
    }  # fmt: skip
    return pl.DataFrame([row])


def codes(tables: dict[str, pl.DataFrame]) -> list[str]:
    try:
        return [finding.code for finding in Records.from_tables(tables).findings]
    except RecordsError as refused:
        return [finding.code for finding in refused.findings]


def test_a_qualifier_of_an_event_is_taken():
    records = Records.from_tables({"DM": DM, "AE": AE, "SUPPAE": supplement("7")})
    assert records.tables["SUPPAE"]["QVAL"].to_list() == ["RELATED"]
    assert records.last_date().isoformat() == "2024-02-01"


@pytest.mark.parametrize("number", ["8", "07", "x"])
def test_a_qualifier_of_no_event_is_refused(number: str):
    assert codes({"DM": DM, "AE": AE, "SUPPAE": supplement(number)}) == ["F001"]


def test_a_qualifier_without_any_events_is_refused():
    assert codes({"DM": DM, "SUPPAE": supplement("7")}) == ["F001"]


def test_two_values_of_one_qualifier_contradict_each_other():
    both = pl.concat([supplement("7"), supplement("7", QVAL="NOT RELATED")])
    assert codes({"DM": DM, "AE": AE, "SUPPAE": both}) == ["R051"]
