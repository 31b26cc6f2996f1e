"""The rows that speak of lesions, as integer columns: TR by the chosen reader, and new lesions that only TU names."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.derive.days import DayReader, Days, Mask, Rows
from onearm.derive.readers import EVALUATORS, select_lesion_list, select_reader
from onearm.derive.sites import Sites, gather_sites
from onearm.errors import Finding, Place
from onearm.kernels.arrays import Ints8, Ints64
from onearm.kernels.rules import NEVER
from onearm.protocol.variant import Evaluator
from onearm.records import LENGTH_COLUMN, ROW_COLUMN, Records
from onearm.records.performed import keep_rows

TARGET, NON_TARGET, NEW = 0, 1, 2
KINDS = pl.Enum(["TARGET", "NON-TARGET", "NEW"])
LDIAM, LPERP, SAXIS, VDIAM, TUMSTATE, ARTENH, WASHOUT, CYTOLOGY, IDENTIFIED = 0, 1, 2, 3, 4, 5, 6, 7, 8
TESTS = ("LDIAM", "LPERP", "SAXIS", "VDIAM", "TUMSTATE", "ARTENH", "WASHOUT", "CYTOLOGY")
"""TR.TRTESTCD that speak of a lesion; ``IDENTIFIED`` is a row of TU."""
FACTS = {"Y": 1, "POSITIVE": 1, "N": 0, "NEGATIVE": 0}
"""TR.TRSTRESC of enhancement, washout and cytology, and how ``LesionRows.said`` holds it."""

TUMOUR_STATES = (
    "ABSENT",
    "PRESENT",
    "TOO SMALL TO MEASURE",
    "NOT EVALUABLE",
    "TREATED",
    "MERGED",
    "UNEQUIVOCAL PROGRESSION",
    "EQUIVOCAL",
    "UNEQUIVOCAL",
)
"""TR.TRSTRESC of a state; arrays hold places in this list."""

PET = "PET SCAN"
"""TRMETHOD or TUMETHOD of a reading that rests on PET alone; ``PET/CT SCAN`` is another method."""
UNSAID = -1
NO_LENGTH = -1


class LesionRows(NamedTuple):
    """One entry a row. ``length`` is whole tenths of a millimetre, ``said`` a place in ``TUMOUR_STATES``, or of a fact
    1 for yes and 0 for no."""

    subject: Ints64
    visit: Ints64
    kind: Ints64
    lesion: Ints64
    test: Ints64
    said: Ints8
    length: npt.NDArray[np.int32]
    day: Days
    row: Rows
    text: Ints64
    is_pet: Mask
    sites: Sites
    """Where each lesion lies."""
    listed: pl.DataFrame
    """The lesion list: TU of the same reader."""
    visit_numbers: tuple[str, ...]
    visit_texts: tuple[str, ...]
    lesion_names: tuple[str, ...]


class _Coded(NamedTuple):
    frame: pl.DataFrame
    subject: Ints64
    day: Days


def gather_rows(records: Records, evaluator: Evaluator, reader: DayReader) -> LesionRows:
    """Every row of the evaluator up to the cut-off that speaks of a lesion.

    Findings: several readers (D011), partial dates (D001), new lesions without a day (D012).
    """
    everything = select_reader(_lesion_results(records), evaluator, reader.findings)
    listed = select_lesion_list(records.tables["TU"], everything, evaluator)
    results = _coded(everything, reader, "TR", "TRDTC")
    lesions = _coded(_without_idle_days(listed), reader, "TU", "TUDTC", undated=True)
    identified = _identified(lesions, everything, results.frame, reader)
    numbers, texts = _vocabulary(results.frame, identified, "VISITNUM"), _texts(results.frame, identified)
    names = pl.concat([results.frame["TRLNKID"], listed["TULNKID"]]).drop_nulls().unique().sort()
    n_names = max(1, len(names))
    name_codes = pl.Enum(names)
    listed_names = _physical(lesions.frame["TULNKID"], name_codes)
    columns = [
        _result_columns(results, numbers, texts, name_codes, lesions, listed_names),
        _identified_columns(identified, reader, numbers, texts, name_codes),
    ]
    subject, visit, kind, lesion, test, said, length, day, row, text, is_pet = (
        np.concatenate(parts) for parts in zip(*columns, strict=True)
    )
    return LesionRows(
        subject=subject,
        visit=visit,
        kind=kind,
        lesion=lesion,
        test=test,
        said=said,
        length=length,
        day=day,
        row=row,
        text=text,
        is_pet=is_pet,
        listed=lesions.frame.select("USUBJID", "TULNKID", "TUTESTCD", "TUGRPID", "TULOC", "TULOCDTL"),
        sites=gather_sites(lesions.subject * n_names + listed_names, lesions.frame["TULOC"], lesions.frame["TULOCDTL"]),
        visit_numbers=tuple(plain_number(value) for value in numbers.to_list()),
        visit_texts=tuple(texts.to_list()),
        lesion_names=tuple(names.to_list()),
    )


def plain_number(value: Decimal | int | str) -> str:
    """A visit number without closing zeros: ``3.100`` gives ``3.1``."""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _lesion_results(records: Records) -> pl.DataFrame:
    table = records.tables["TR"]
    wanted = (
        "USUBJID", "TRGRPID", "TRLNKID", "TRTESTCD", "TRSTRESC", "TRSTAT", "TRMETHOD", "TREVAL", "TREVALID",
        "TRACPTFL", "VISITNUM", "VISIT", "TRDTC", "TRDTC_FIRST", "TRDTC_LAST", LENGTH_COLUMN, ROW_COLUMN,
    )  # fmt: skip
    is_lesion = pl.col("TRTESTCD").is_in(TESTS) & pl.col("TRLNKID").is_not_null()
    return keep_rows(table.select(wanted), is_lesion)


def _without_idle_days(listed: pl.DataFrame) -> pl.DataFrame:
    """TU with partial days left out where none is needed: a target or non-target is there whatever the day."""
    idle = (pl.col("TUORRES") != "NEW") & (pl.col("TUDTC_FIRST") != pl.col("TUDTC_LAST"))
    columns = ("TUDTC", "TUDTC_FIRST", "TUDTC_LAST")
    return listed.with_columns(pl.when(~idle.fill_null(value=False)).then(pl.col(name)).alias(name) for name in columns)


def _coded(table: pl.DataFrame, reader: DayReader, domain: str, column: str, *, undated: bool = False) -> _Coded:
    """The rows up to the cut-off, with subject and day; rows without a date are kept only where ``undated`` says so."""
    days = reader.days(table, domain, column)
    kept = days != NEVER
    if undated:
        kept |= table[column].is_null().to_numpy()
    frame = table if kept.all() else table.filter(pl.Series(kept, dtype=pl.Boolean))
    return _Coded(frame, reader.numbers(frame), days[kept])


def _identified(lesions: _Coded, everything: pl.DataFrame, results: pl.DataFrame, reader: DayReader) -> pl.DataFrame:
    """New lesions that TU names at a visit where TR is silent about them, with the day they were seen."""
    new = lesions.frame.with_columns(pl.Series("DAY", lesions.day, dtype=pl.Int32)).filter(pl.col("TUORRES") == "NEW")
    if not new.height:
        return new
    lesion, visit = ["USUBJID", "TRLNKID"], ["USUBJID", "VISITNUM"]
    new = new.rename({"TULNKID": "TRLNKID"})
    silent = new.join(results.select(*lesion, "VISITNUM"), on=[*lesion, "VISITNUM"], how="anti", maintain_order="left")
    unplaced = pl.col("VISITNUM").is_null() & (pl.col("DAY") == NEVER)
    elsewhere = silent.filter(pl.col("VISITNUM").is_null()).join(everything, on=lesion, how="semi")
    silent = silent.join(elsewhere.select(ROW_COLUMN), on=ROW_COLUMN, how="anti", maintain_order="left")
    # A visit that lies after the cut-off is not there yet, and neither is what TU says of it.
    scans = everything.group_by(visit).agg(pl.col("TRDTC_FIRST").min().to_physical().alias("SCAN"))
    silent = silent.join(scans, on=visit, how="left", maintain_order="left", nulls_equal=False)
    here = results.select(*visit).unique().with_columns(pl.lit(value=True).alias("HERE"))
    silent = silent.join(here, on=visit, how="left", maintain_order="left")
    later = (pl.col("DAY") == NEVER) & pl.col("SCAN").is_not_null() & pl.col("HERE").is_null()
    silent = silent.filter(~later).with_columns(
        pl.when(pl.col("HERE")).then(pl.col("SCAN")).otherwise(pl.col("DAY")).alias("DAY")
    )
    lost = silent.filter(unplaced | (pl.col("DAY") == NEVER) | pl.col("VISITNUM").is_null())
    for row in lost.iter_rows(named=True):
        place = Place("TU", path="TUDTC", row=row[ROW_COLUMN], subject=row["USUBJID"])
        reader.findings.append(Finding("D012", place, {"lesion": row["TRLNKID"]}))
    return silent.join(lost.select(ROW_COLUMN), on=ROW_COLUMN, how="anti", maintain_order="left").rename(
        {"TRLNKID": "TULNKID"}
    )


def _vocabulary(results: pl.DataFrame, identified: pl.DataFrame, column: str) -> pl.Series:
    values = results[column].unique()
    if identified.height:
        values = pl.concat([values, identified[column]]).unique()
    return values.drop_nulls().sort()


def _texts(results: pl.DataFrame, identified: pl.DataFrame) -> pl.Series:
    numbers = [f"VISIT {plain_number(value)}" for value in _vocabulary(results, identified, "VISITNUM").to_list()]
    return (
        pl.concat([_vocabulary(results, identified, "VISIT"), pl.Series("VISIT", numbers, dtype=pl.String)])
        .unique()
        .sort()
    )


def _physical(values: pl.Series, codes: pl.Enum) -> Ints64:
    return values.cast(codes).to_physical().fill_null(0).to_numpy().astype(np.int64)


def _visit_columns(frame: pl.DataFrame, numbers: pl.Series, texts: pl.Series) -> tuple[Ints64, Ints64]:
    scale = pl.int_range(len(numbers), eager=True)
    place = frame["VISITNUM"].replace_strict(numbers, scale, default=len(numbers), return_dtype=pl.Int64)
    visit = place.to_numpy()
    spoken = frame["VISIT"]
    if spoken.null_count():
        fallback = pl.Series([f"VISIT {plain_number(value)}" for value in numbers.to_list()], dtype=pl.String)
        spoken = pl.select(pl.coalesce(spoken, fallback.gather(pl.Series(visit)))).to_series()
    return visit, _physical(spoken, pl.Enum(texts))


def _result_columns(
    results: _Coded, numbers: pl.Series, texts: pl.Series, names: pl.Enum, lesions: _Coded, listed: Ints64
) -> list[npt.NDArray[np.generic]]:
    frame = results.frame
    visit, text = _visit_columns(frame, numbers, texts)
    test = _physical(frame["TRTESTCD"], pl.Enum(TESTS))
    done = frame["TRSTAT"].is_null().to_numpy()
    length = frame[LENGTH_COLUMN].fill_null(NO_LENGTH).to_numpy().astype(np.int32)
    kind = _physical(frame["TRGRPID"], KINDS)
    name = _physical(frame["TRLNKID"], names)
    return [
        results.subject, visit, kind, name, test,
        _said(frame, test, done), np.where(done, length, NO_LENGTH).astype(np.int32), results.day,
        frame[ROW_COLUMN].to_numpy(), text, _is_pet(frame, kind, name, results, lesions, listed),
    ]  # fmt: skip


def _said(frame: pl.DataFrame, test: Ints64, done: Mask) -> Ints8:
    said = np.full(frame.height, UNSAID, np.int8)
    states = np.flatnonzero((test == TUMSTATE) & done)
    words = frame["TRSTRESC"].gather(pl.Series(states))
    said[states] = words.replace_strict(
        list(TUMOUR_STATES), list(range(len(TUMOUR_STATES))), default=UNSAID, return_dtype=pl.Int8
    ).to_numpy()
    facts = np.flatnonzero((test > TUMSTATE) & done)
    if len(facts):
        words = frame["TRSTRESC"].gather(pl.Series(facts))
        said[facts] = words.replace_strict(FACTS, default=UNSAID, return_dtype=pl.Int8).to_numpy()
    return said


def _is_pet(frame: pl.DataFrame, kind: Ints64, name: Ints64, results: _Coded, lesions: _Coded, listed: Ints64) -> Mask:
    """Whether a sighting of a new lesion rests on PET alone: by its own method, else by that of the lesion in TU."""
    method = frame["TRMETHOD"]
    pet = (method == PET).fill_null(value=False).to_numpy().copy()
    methods = lesions.frame["TUMETHOD"]
    if not (methods == PET).any():
        return pet
    n_names = int(max(listed.max(initial=0), name.max(initial=0))) + 1
    keys, seen_by_pet = lesions.subject * n_names + listed, (methods == PET).fill_null(value=False).to_numpy()
    otherwise = (methods != PET).fill_null(value=False).to_numpy()
    only_pet = np.setdiff1d(keys[seen_by_pet], keys[otherwise])
    unsaid = method.is_null().to_numpy() & (kind == NEW)
    pet[unsaid] = np.isin((results.subject * n_names + name)[unsaid], only_pet)
    return pet


def _identified_columns(
    identified: pl.DataFrame, reader: DayReader, numbers: pl.Series, texts: pl.Series, names: pl.Enum
) -> list[npt.NDArray[np.generic]]:
    n = identified.height
    if not n:
        whole, day = np.zeros(0, np.int64), np.zeros(0, np.int32)
        return [whole, whole, whole, whole, whole, np.zeros(0, np.int8), day, day, whole, whole, np.zeros(0, np.bool_)]
    visit, text = _visit_columns(identified, numbers, texts)
    pet = (identified["TUMETHOD"] == PET).fill_null(value=False).to_numpy()
    return [
        reader.numbers(identified), visit, np.full(n, NEW), _physical(identified["TULNKID"], names),
        np.full(n, IDENTIFIED), np.full(n, UNSAID, np.int8), np.full(n, NO_LENGTH, np.int32),
        identified["DAY"].to_numpy().astype(np.int32), identified[ROW_COLUMN].to_numpy(), text, pet,
    ]  # fmt: skip


__all__ = ["EVALUATORS", "LesionRows", "gather_rows", "plain_number"]
