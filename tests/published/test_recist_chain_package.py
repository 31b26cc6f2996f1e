"""ADRS and ADTTE of a published example under ``rules: admiral``: every row, from the entered responses alone.

Source: pharmaverseadam 1.3 (Apache-2.0), tests/data/recist_chain/expected, made from pharmaversesdtm 1.5.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from onearm.derive import Derived, derive, trace
from onearm.protocol.load import load_protocol
from onearm.protocol.variant import Variant
from onearm.records import Records, load_records

DATA = Path(__file__).parents[1] / "data"
CUTOFF = dt.date(2014, 12, 31)
AS_PACKAGE = Variant(rules="admiral", source="reported")

DIFFERING_TIMES = {
    # The published ADSL takes the last sign of life from treatment, laboratory and adverse events; ours from every
    # date of the records, so that the retrieval visit of 2013-05-20 counts.
    ("01-701-1115", "OS"): ("2013-01-23", "2013-05-20"),
}
"""Published and derived ADT of the rows that ask for another rule, with the reason."""


@pytest.fixture(scope="module")
def records() -> Records:
    return load_records(DATA / "recist_chain")


def derived_as(records: Records, variant: Variant) -> Derived:
    return derive(load_protocol(DATA / "protocols" / "recist-chain.yaml"), records, CUTOFF, variant)


def published(name: str) -> pl.DataFrame:
    return pl.read_csv(DATA / "recist_chain" / "expected" / name, infer_schema=False)


def adrs(derived: Derived) -> pl.DataFrame:
    return pl.concat([derived.adrs, derived.package_adrs])


def rows_of(frame: pl.DataFrame, sequence: str) -> set[tuple[object, ...]]:
    wanted = ("USUBJID", "PARAMCD", "AVALC", pl.col("ADT").cast(pl.String), "AVISIT", pl.col(sequence).cast(pl.Int64))
    return set(frame.select(wanted).iter_rows())


def test_every_row_of_the_published_adrs(records: Records) -> None:
    expected = published("adrs_onco.csv")
    assert expected.height == 118
    ours = adrs(derived_as(records, AS_PACKAGE))
    ours = ours.filter(pl.col("PARAMCD").is_in(expected["PARAMCD"].unique().implode()))
    # The witness of measurable disease is a row of TU, which the published table does not name.
    own_row = pl.when(pl.col("SRCDOM") == "RS").then(pl.col("SRCSEQ"))
    assert rows_of(ours.with_columns(own_row.alias("SRCSEQ")), "SRCSEQ") == rows_of(expected, "RSSEQ")
    shown = ours.filter(pl.col("SRCDOM") == "RS")
    assert shown["SRCVAR"].unique().to_list() == ["RSSTRESC"] and shown.height == 70


def test_the_published_cbcp_never_finds_the_confirmed_response_and_says_why(records: Records) -> None:
    """One patient has a confirmed PR (CBOR), and CBCP is N all the same: the template asks before CBOR is made."""
    ours = adrs(derived_as(records, AS_PACKAGE))
    of = {(p, s): (v, r) for s, p, v, r in ours.select("USUBJID", "PARAMCD", "AVALC", "REASON").iter_rows()}
    assert of["CBOR", "01-701-1118"][0] == "PR"
    assert of["CBCP", "01-701-1118"] == ("N", "template_asks_before_cbor_is_there")
    own = adrs(derived_as(records, Variant(source="reported")))
    row = own.filter((pl.col("PARAMCD") == "CBCP") & (pl.col("USUBJID") == "01-701-1118")).row(0, named=True)
    assert (row["AVALC"], row["ADT"], row["CONFVIS"]) == ("Y", dt.date(2014, 4, 23), "5")


def test_every_row_of_the_published_adtte_but_those_named(records: Records) -> None:
    expected = published("adtte_onco.csv")
    columns = ["USUBJID", "PARAMCD", "STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC", "CNSDTDSC"]
    ours = derived_as(records, AS_PACKAGE).adtte.select(pl.col(columns).cast(pl.String))
    by_key = {row[:2]: row[2:] for row in ours.iter_rows()}
    assert expected.height == 20
    for row in expected.select(columns).iter_rows():
        found = by_key[row[:2]]
        if row[:2] in DIFFERING_TIMES:
            assert (row[3], found[1]) == DIFFERING_TIMES[row[:2]]
            assert (row[2], *row[5:]) == (found[0], *found[3:])
        else:
            assert found == row[2:]
    # The package's own duration runs from a response that need not be confirmed; ours from the confirmed one.
    assert [subject for subject, parameter in by_key if parameter == "RSD"] == sorted(
        f"01-701-{n}" for n in (1015, 1115, 1118, 1133)
    )
    assert [subject for subject, parameter in by_key if parameter in ("DOR", "TTR")] == ["01-701-1118"] * 2


def test_the_lesions_give_the_same_tables_as_the_entered_responses(records: Records) -> None:
    columns = ["USUBJID", "PARAMCD", "AVALC", "ADT", "AVISIT"]
    from_lesions, entered = (
        adrs(derived_as(records, Variant(rules="admiral", source=s))) for s in ("derived", "reported")
    )
    names = published("adrs_onco.csv")["PARAMCD"].unique().implode()
    one, other = (frame.filter(pl.col("PARAMCD").is_in(names)).select(columns) for frame in (from_lesions, entered))
    assert set(one.iter_rows()) == set(other.iter_rows())


@pytest.mark.parametrize("rules", ["admiral", "protocol"])
@pytest.mark.parametrize("source", ["derived", "reported"])
def test_the_witness_of_every_row_is_among_the_rows_that_decided_it(records: Records, rules: str, source: str) -> None:
    derived = derived_as(records, Variant(rules=rules, source=source))  # type: ignore[arg-type]
    seen = 0
    for table in (derived.adrs, derived.package_adrs, derived.adtte):
        for row in table.filter(pl.col("SRCDOM").is_not_null()).iter_rows(named=True):
            found = trace(derived, records, row["PARAMCD"], row["USUBJID"], row["VISITNUM"])
            assert (row["SRCDOM"], row["SRCROW"]) in {(entry.domain, entry.row) for entry in found.decided_by}, row
            seen += 1
    assert seen > 100


def readers(records: Records) -> Records:
    """The same records as two independent readers would have entered them; the second saw no response at week 12."""
    tables = {name: table for name, table in records.source_tables().items() if name in ("DM", "RS", "DS", "EX")}
    own = tables["RS"].with_columns(RSEVAL=pl.lit("INDEPENDENT ASSESSOR"))
    two = own.with_columns(
        RSEVALID=pl.lit("RADIOLOGIST 2"), RSACPTFL=pl.lit("N"), RSSEQ=pl.col("RSSEQ").cast(int) + 500
    )
    late = (pl.col("USUBJID") == "01-701-1118") & (pl.col("VISITNUM").cast(float) == 5)
    two = two.with_columns(pl.when(late).then(pl.lit("SD")).otherwise("RSSTRESC").alias("RSSTRESC"))
    one = own.with_columns(
        RSEVALID=pl.lit("RADIOLOGIST 1"), RSACPTFL=pl.lit("Y"), RSSEQ=pl.col("RSSEQ").cast(int) + 100
    )
    cast = [frame.with_columns(pl.all().cast(pl.String)) for frame in (tables["RS"], one, two)]
    return Records.from_tables({**tables, "RS": pl.concat(cast, how="diagonal")})


def test_the_accepted_reader_counts_and_each_reader_can_be_asked(records: Records) -> None:
    by_two = readers(records)
    bests = {}
    for name, variant in {
        "investigator": Variant(source="reported"),
        "accepted": Variant(source="reported", evaluator="independent"),
        "one": Variant(source="reported", evaluator="independent", reader="RADIOLOGIST 1"),
        "two": Variant(source="reported", evaluator="independent", reader="RADIOLOGIST 2"),
    }.items():
        rows = derived_as(by_two, variant).adrs.filter(pl.col("PARAMCD") == "CBOR")
        bests[name] = dict(rows.select("USUBJID", "AVALC").iter_rows())
        sequences = set(rows["SRCSEQ"].drop_nulls())
        assert min(sequences) > {"investigator": 0, "accepted": 100, "one": 100, "two": 500}[name]
    assert bests["investigator"] == bests["accepted"] == bests["one"]
    assert bests["two"] == {**bests["one"], "01-701-1118": "SD"}
