"""What is remarkable about the choice of the targets and the way they were imaged (RECIST 1.1, sections 3 and 4.1)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from onearm.derive.days import NO_ROW, DayReader
from onearm.derive.followed import Course
from onearm.derive.organs import organ_of
from onearm.derive.readings import Readings
from onearm.derive.scope import Scope
from onearm.derive.sites import FLUID, NODE, PORTA_HEPATIS, has
from onearm.derive.source_columns import place_rows, places
from onearm.errors import Finding, Place, Severity
from onearm.kernels.arrays import Ints64
from onearm.kernels.rules import NEVER
from onearm.protocol import Protocol
from onearm.protocol.options import ResponseOptions
from onearm.records import ROW_COLUMN
from onearm.terms import TargetState
from onearm.units import tenth_mm, tenth_text

MOST_TARGETS, MOST_IN_AN_ORGAN = 5, 2
MEASURABLE_TENTH_MM = 100
"""Longest diameter from which a lesion is measurable on CT, on MRI and by caliper (≥)."""
THICK_SLICE_TENTH_MM = 50
"""Above this slice thickness a lesion must measure twice the slice (RECIST 1.1, section 3.1.1)."""
X_RAY_TENTH_MM = 200
NODE_TARGET_TENTH_MM, NODE_NORMAL_TENTH_MM = 150, 100
"""Short axis from which a node may be a target (≥), and below which it is normal (<)."""
PORTA_TARGET_TENTH_MM = 200
"""Short axis from which a node at the porta hepatis may be a target under mRECIST (≥)."""
X_RAYS = ("X-RAY", "CHEST X-RAY", "PLAIN RADIOGRAPHY", "RADIOGRAPHY")
NO_METHODS = ("ULTRASOUND", "ULTRASONOGRAPHY", "ENDOSCOPY", "LAPAROSCOPY")
"""TRMETHOD by which no target is measured (RECIST 1.1, appendix II)."""


def check_targets(
    readings: Readings, protocol: Protocol, options: ResponseOptions, scope: Scope, course: Course, reader: DayReader
) -> None:
    """Warnings D064, D066, D068, D070 to D077, D079 and D080; once for the whole patient, not again for a region."""
    if scope.region != "whole":
        return
    targets = _targets(readings, course)
    findings = [
        *_too_many(targets),
        *_not_measurable(targets, options, scope),
        *_unfit(targets),
        *_methods(readings, course),
        *(_porta_nodes(readings, options, course) if scope.by_viable else ()),
        *_without_targets(readings, protocol, course),
    ]
    reader.findings.extend(findings)


def _targets(readings: Readings, course: Course) -> pl.DataFrame:
    """One row a target that has a baseline visit: what its list and its baseline reading say."""
    lesions, roster = readings.lesions, readings.targets
    subject = roster.subject
    cell = lesions.target_cell[subject] + np.arange(len(subject)) - lesions.target_start[subject]
    row = readings.target_row[cell]
    targets = pl.DataFrame(
        {
            "USUBJID": pl.Series(course.subjects, dtype=pl.String).gather(pl.Series(subject)),
            "LESION": pl.Series(readings.lesion_names, dtype=pl.String).gather(pl.Series(roster.name)),
            "SITE": roster.site,
            "STATE": lesions.target_state[cell],
            "LENGTH": lesions.target_length[cell],
            ROW_COLUMN: row,
            "READ": readings.has_baseline[subject],
        }
    ).filter("READ")
    listed = (
        course.records.tables["TU"]
        .filter(pl.col("TUORRES") == "TARGET")
        .group_by("USUBJID", pl.col("TULNKID").alias("LESION"), maintain_order=True)
        .agg(pl.col("TULOC", "TUPRIOR", "TUPROG").drop_nulls().first())
    )
    results = course.records.tables["TR"]
    place = places(place_rows(results[ROW_COLUMN].to_numpy(), targets[ROW_COLUMN].to_numpy()))
    targets = targets.with_columns(results["TRMETHOD"].gather(place), results["TRSLICE"].gather(place))
    return targets.with_columns((pl.col("TRSLICE") * 10).cast(pl.Int64)).join(
        listed, on=["USUBJID", "LESION"], how="left", maintain_order="left"
    )


def _at(row: dict[str, object], domain: str, column: str) -> Place:
    number = row.get(ROW_COLUMN)
    known = domain == "TR" and isinstance(number, int) and number != NO_ROW
    return Place(domain, path=column, row=int(str(number)) if known else None, subject=str(row["USUBJID"]))


def _found(
    code: str, row: dict[str, object], domain: str, column: str, severity: Severity = "warning", /, **values: object
) -> Finding:
    said = {"lesion": str(row.get("LESION", "")), **{key: str(value) for key, value in values.items()}}
    return Finding(code, _at(row, domain, column), said, severity)


def _too_many(targets: pl.DataFrame) -> Iterator[Finding]:
    """More than five targets (D070), or more than two in one organ (D071)."""
    whole = targets.group_by("USUBJID").agg(pl.len().alias("COUNT")).filter(pl.col("COUNT") > MOST_TARGETS)
    for row in whole.sort("USUBJID").iter_rows(named=True):
        yield _found("D070", row, "TU", "TUORRES", count=row["COUNT"], limit=MOST_TARGETS)
    named = targets.filter(pl.col("TULOC").is_not_null())
    locations = named["TULOC"].unique().to_list()
    organ = pl.col("TULOC").replace_strict({text: organ_of(text) for text in locations}, return_dtype=pl.String)
    crowded = (
        named.with_columns(organ.alias("ORGAN"))
        .group_by("USUBJID", "ORGAN")
        .agg(pl.len().alias("COUNT"), "LESION")
        .filter(pl.col("COUNT") > MOST_IN_AN_ORGAN)
        .with_columns(pl.col("LESION").list.sort())
    )
    for row in crowded.sort("USUBJID", "ORGAN").iter_rows(named=True):
        names = ", ".join(row.pop("LESION"))
        yield _found(
            "D071", row, "TU", "TULOC", count=row["COUNT"], limit=MOST_IN_AN_ORGAN, organ=row["ORGAN"], lesions=names
        )


def _not_measurable(targets: pl.DataFrame, options: ResponseOptions, scope: Scope) -> Iterator[Finding]:
    """Targets below the length from which one is measurable at baseline: D072, of nodes D066, D073, D079 and D080."""
    site = pl.col("SITE").cast(pl.Int64)
    is_node = (site & NODE) != 0
    slice_limit = pl.when(pl.col("TRSLICE") > THICK_SLICE_TENTH_MM).then(2 * pl.col("TRSLICE"))
    by_method = pl.when(pl.col("TRMETHOD").is_in(X_RAYS)).then(X_RAY_TENTH_MM).otherwise(MEASURABLE_TENTH_MM)
    limit = pl.when(is_node).then(NODE_TARGET_TENTH_MM).otherwise(pl.max_horizontal(by_method, slice_limit))
    read = [TargetState.MEASURED, TargetState.TOO_SMALL, TargetState.ABSENT]
    told = targets.filter(pl.col("STATE").is_in([int(state) for state in read]))
    told = told.with_columns(limit.cast(pl.Int64).alias("LIMIT"), is_node.alias("NODE"))
    # Most targets are as long as they should be: the others alone are looked at one by one.
    length, twice = pl.col("LENGTH").cast(pl.Int64), 2 * pl.col("TRSLICE").fill_null(0)
    porta = (site & PORTA_HEPATIS) != 0
    short = (length < pl.col("LIMIT")) | (is_node & ((length < twice) | (porta & (length < PORTA_TARGET_TENTH_MM))))
    for row in told.filter(short).iter_rows(named=True):
        length, least = row["LENGTH"], row["LIMIT"]
        values = {"length": tenth_text(length), "limit": tenth_text(least)}
        if not row["NODE"]:
            if length < least:
                yield _found("D072", row, "TR", "TRSTRESN", **values)
            continue
        if length < NODE_NORMAL_TENTH_MM:
            yield _found("D080", row, "TR", "TRSTRESN", **values | {"limit": tenth_text(NODE_NORMAL_TENTH_MM)})
        elif length < least:
            yield _found("D073", row, "TR", "TRSTRESN", **values)
        elif scope.by_viable and row["SITE"] & PORTA_HEPATIS and length < PORTA_TARGET_TENTH_MM:
            yield _found("D066", row, "TR", "TRSTRESN", **values | {"limit": tenth_text(PORTA_TARGET_TENTH_MM)})
        thick = row["TRSLICE"]
        if options.slice_rule_for_nodes == "warn" and thick is not None and length < 2 * thick:
            yield _found("D079", row, "TR", "TRSLICE", **values | {"limit": tenth_text(2 * thick)})


def _unfit(targets: pl.DataFrame) -> Iterator[Finding]:
    """Targets that are fluid (D064), or treated before without progression since (D074)."""
    of_kind = (pl.col("SITE").cast(pl.Int64) & FLUID) != 0
    for row in targets.filter(of_kind | (pl.col("TUPRIOR") == "Y")).iter_rows(named=True):
        if row["SITE"] & FLUID:
            yield _found("D064", row, "TU", "TULOC", location=row["TULOC"] or "")
        if row["TUPRIOR"] == "Y" and row["TUPROG"] != "Y":
            yield _found("D074", row, "TU", "TUPROG")


def _methods(readings: Readings, course: Course) -> Iterator[Finding]:
    """Targets read by another method than at baseline (D076), or by one that measures nothing (D077): once a lesion."""
    table = course.records.tables["TR"]
    if table["TRMETHOD"].null_count() == table.height:
        return
    lesion, visit = _coordinates(readings)
    cells = pl.DataFrame({ROW_COLUMN: readings.target_row, "TARGET": lesion, "AT": visit}).filter(
        pl.col(ROW_COLUMN) != NO_ROW
    )
    rows = table.select(ROW_COLUMN, "USUBJID", pl.col("TRLNKID").alias("LESION"), "TRMETHOD", "TRSTAT", "VISITNUM")
    read = cells.join(rows, on=ROW_COLUMN, how="left", maintain_order="left").filter(
        pl.col("TRMETHOD").is_not_null() & pl.col("TRSTAT").is_null()
    )
    first = read.filter(pl.col("AT") == 0).select("TARGET", pl.col("TRMETHOD").alias("FIRST"))
    later = read.filter(pl.col("AT") > 0).join(first, on="TARGET", how="inner", maintain_order="left")
    other = later.filter(pl.col("TRMETHOD") != pl.col("FIRST")).unique(
        ["TARGET", "TRMETHOD"], keep="first", maintain_order=True
    )
    for row in other.iter_rows(named=True):
        yield _found("D076", row, "TR", "TRMETHOD", method=row["TRMETHOD"], first=row["FIRST"], visit=row["VISITNUM"])
    unfit = read.filter(pl.col("TRMETHOD").is_in(NO_METHODS)).unique("TARGET", keep="first", maintain_order=True)
    for row in unfit.iter_rows(named=True):
        yield _found("D077", row, "TR", "TRMETHOD", method=row["TRMETHOD"], visit=row["VISITNUM"])


def _porta_nodes(readings: Readings, options: ResponseOptions, course: Course) -> Iterator[Finding]:
    """Target nodes at the porta hepatis after baseline that still count although mRECIST takes them for normal (D068):
    once a lesion."""
    roster, lesions = readings.targets, readings.lesions
    lesion, visit = _coordinates(readings)
    length = lesions.target_length
    here = has(roster.site, NODE)[lesion] & has(roster.site, PORTA_HEPATIS)[lesion] & (visit > 0)
    here &= (lesions.target_state == TargetState.MEASURED) & (length < PORTA_TARGET_TENTH_MM)
    normal = tenth_mm(options.node_normal_below_mm)
    here &= length >= normal
    for number in np.unique(lesion[here]):
        cell = int(np.flatnonzero(here & (lesion == number))[0])
        place = Place("TR", path="TRSTRESN", row=int(readings.target_row[cell]),
                      subject=course.subjects[int(roster.subject[number])])  # fmt: skip
        values = {"lesion": roster.name_of(int(number), readings.lesion_names), "length": tenth_text(length[cell]),
                  "limit": tenth_text(PORTA_TARGET_TENTH_MM), "normal": tenth_text(normal)}  # fmt: skip
        yield Finding("D068", place, values, "warning")


def _coordinates(readings: Readings) -> tuple[Ints64, Ints64]:
    """Flat target and visit of each target cell."""
    lesions = readings.lesions
    width = np.diff(lesions.target_start)
    subject = np.repeat(np.arange(len(width)), np.diff(lesions.target_cell))
    visit, local = np.divmod(np.arange(len(subject)) - lesions.target_cell[subject], np.maximum(width[subject], 1))
    return lesions.target_start[subject] + local, visit


def _without_targets(readings: Readings, protocol: Protocol, course: Course) -> Iterator[Finding]:
    """Subjects without a measurable lesion at baseline although the primary endpoint is a response rate (D075)."""
    if not any(one.kind == "response_rate" and one.role == "primary" for one in protocol.endpoints.values()):
        return
    lacks = np.diff(readings.lesions.target_start) == 0
    known = course.is_registered & (course.reference.day != NEVER) & readings.has_baseline
    for number in np.flatnonzero(lacks & known):
        yield Finding("D075", Place("TU", path="TUORRES", subject=course.subjects[int(number)]), {}, "warning")
