"""The listing of advice over time, and beside it what was given: the records say what the investigator decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from onearm.dosing.rules_moments import Moments, date_of
from onearm.dosing.rules_results import ReducedTo
from onearm.dosing.rules_state import Course
from onearm.errors import Finding, Place
from onearm.protocol.dose_rule_parts import DoseRule
from onearm.records import ROW_COLUMN

COLUMNS = {
    "USUBJID": pl.String,
    "COMPONENT": pl.String,
    "DATE": pl.Date,
    "KIND": pl.String,
    "ACTION": pl.String,
    "RULES": pl.String,
    "DETAIL": pl.String,
    "ADVICE": pl.String,
}
_KINDS = ("advice", "information", "given", "not_given")


def gather_course(
    moments: Moments,
    courses: Mapping[tuple[int, str], Course],
    information: Sequence[tuple[int, int, DoseRule]],
    given: pl.DataFrame,
    not_given: pl.DataFrame,
) -> pl.DataFrame:
    """One row for each change of advice, each run of an unconfirmed rule, and each dose given or left out.

    ADVICE is the advice that stood before the day of a dose: samples and events of that day may have come after it.
    """
    rows: list[tuple[object, ...]] = []
    for (number, component), course in courses.items():
        for change in course.changes:
            day = date_of(int(moments.day[change.moment]))
            words = _reduced(change.reduced_to)
            rows.append(
                (moments.subjects[number], component, day, "advice", change.action, ", ".join(change.rules), words, "")
            )
    for first, last, rule in information:
        subject, until = moments.subjects[int(moments.subject[first])], date_of(int(moments.day[last]))
        day = date_of(int(moments.day[first]))
        rows.append(
            (subject, rule.component, day, "information", rule.action, rule.id, f"until {until.isoformat()}", "")
        )
    said = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    # Patients without any change are left out: nothing stood beside their doses.
    advised = said.select("USUBJID", "COMPONENT").unique()
    doses = pl.concat([_doses(frame, kind) for frame, kind in ((given, "given"), (not_given, "not_given"))])
    doses = doses.join(advised, on=["USUBJID", "COMPONENT"], how="semi")
    changes = said.filter(pl.col("KIND") == "advice").select("USUBJID", "COMPONENT", "DATE", "ACTION", "RULES")
    before = changes.with_columns((pl.col("DATE") + pl.duration(days=1)).cast(pl.Date).alias("DATE")).sort("DATE")
    beside = (
        doses.sort("DATE")
        .join_asof(before, on="DATE", by=["USUBJID", "COMPONENT"], check_sortedness=False)
        .with_columns(pl.col("ACTION").fill_null("continue").alias("ADVICE"), pl.lit("").alias("ACTION"))
    )
    every = pl.concat(
        [said, beside.select(pl.col(name).fill_null("") if COLUMNS[name] == pl.String else name for name in COLUMNS)]
    )
    rank = pl.col("KIND").replace_strict({kind: index for index, kind in enumerate(_KINDS)})
    return every.sort("USUBJID", "COMPONENT", "DATE", rank, "RULES", "DETAIL", maintain_order=True)


def _reduced(entries: Sequence[ReducedTo]) -> str:
    return ", ".join(f"{entry.drug or 'dose'} at most {entry.amount:f} {entry.unit}" for entry in entries)


def _doses(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    amount = pl.col("AMOUNT").cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    detail = pl.concat_str("DRUG", amount, "UNIT", "REASON", separator=" ", ignore_nulls=True)
    return frame.select(
        "USUBJID",
        "COMPONENT",
        pl.col("DAY").alias("DATE"),
        pl.lit(kind).alias("KIND"),
        detail.alias("DETAIL"),
        ROW_COLUMN,
    )


def given_against(course: pl.DataFrame) -> list[Finding]:
    """G031 for each dose given on a day after a hold or a stop was advised: shown, never changed."""
    against = course.filter((pl.col("KIND") == "given") & pl.col("ADVICE").is_in(["hold", "stop"]))
    return [
        Finding(
            "G031",
            Place(subject=row["USUBJID"]),
            {
                "component": row["COMPONENT"],
                "date": row["DATE"].isoformat(),
                "rules": row["RULES"] or "the rules",
                "action": row["ADVICE"],
            },
            "warning",
        )
        for row in against.iter_rows(named=True)
    ]
