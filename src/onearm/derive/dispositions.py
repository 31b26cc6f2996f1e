"""What does a disposition event end: the treatment, the study, or one component alone?"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.derive.days import DayReader, Witnessed
from onearm.errors import Finding, Place
from onearm.kernels.rules import NEVER
from onearm.protocol import Protocol
from onearm.records import ROW_COLUMN, first_of, last_of

REGISTRATIONS = ("REGISTERED", "ENROLLED", "RANDOMIZED")
CLINICAL_PROGRESSIONS = ("CLINICAL PROGRESSION", "SYMPTOMATIC DETERIORATION")
MILESTONES = (*REGISTRATIONS, "INFORMED CONSENT OBTAINED", "SCREEN FAILURE")
"""Codes of DS.DSDECOD that begin something and end nothing."""

TREATMENT_ENDS = (
    "ADVERSE EVENT",
    "PROGRESSIVE DISEASE",
    *CLINICAL_PROGRESSIONS,
    "PHYSICIAN DECISION",
    "NON-COMPLIANCE WITH STUDY DRUG",
    "PROTOCOL DEVIATION",
    "PREGNANCY",
)
"""Codes that end the treatment and not the observation, where DSSCAT does not say which of the two."""

STUDY_ENDS = (
    "DEATH",
    "LOST TO FOLLOW-UP",
    "WITHDRAWAL BY SUBJECT",
    "WITHDRAWAL OF CONSENT",
    "STUDY TERMINATED BY SPONSOR",
)
"""Codes that end the observation, where DSSCAT does not say that only the treatment or a component ended."""

TREATMENT_WORDS = r"TREATMENT|DRUG|MEDICATION|THERAPY|DOSING"
"""In DS.DSSCAT: the row speaks of the treatment, even where it says STUDY TREATMENT."""
STUDY_WORD = "STUDY"
"""In DS.DSSCAT, as in STUDY PARTICIPATION: the row speaks of the observation."""


class Ends(NamedTuple):
    """The first day on which each subject's treatment, and its observation, ended."""

    of_treatment: Witnessed
    of_study: Witnessed


def find_ends(protocol: Protocol, dispositions: pl.DataFrame, reader: DayReader) -> Ends:
    """When treatment and observation ended, from the rows of DS that are disposition events.

    DSSCAT says which of the two a row ends, else DSDECOD where it is clear. Whoever stops or completes one component
    stays under observation, and under treatment until every component has ended. A row that does not say what it ends
    (COMPLETED without a DSSCAT, say) ends nothing and is a finding (D027).
    """
    events = dispositions.filter(
        ~pl.col("DSDECOD").is_in(MILESTONES) & (pl.col("DSCAT") == "DISPOSITION EVENT").fill_null(value=True)
    )
    if not events.height:
        nothing = Witnessed.nothing(reader.n_subjects)
        return Ends(nothing, nothing)
    components = _component_patterns(protocol)
    scope, code = pl.col("DSSCAT").str.to_uppercase(), pl.col("DSDECOD")
    ends = (
        pl.when(scope.str.contains("|".join(components))).then(pl.lit("component"))
        .when(scope.str.contains(TREATMENT_WORDS)).then(pl.lit("treatment"))
        .when(scope.str.contains(STUDY_WORD, literal=True) | code.is_in(STUDY_ENDS)).then(pl.lit("study"))
        .when(scope.is_null() & code.is_in(TREATMENT_ENDS)).then(pl.lit("treatment"))
        .otherwise(pl.lit("unsaid"))
    )  # fmt: skip
    events = events.with_columns(ends.alias("ENDS"), scope.alias("SCOPE"))
    _report_unsaid(events.filter(pl.col("ENDS") == "unsaid"), reader)
    treatment = reader.earliest(events.filter(pl.col("ENDS") == "treatment"), "DS", "DSSTDTC")
    of_components = _end_of_all(components, events.filter(pl.col("ENDS") == "component"), reader)
    of_study = events.filter(pl.col("ENDS") == "study")
    if reader.partial == "refuse":
        # A death in part is told where deaths are read, and is no fault where another row has its day.
        of_study = of_study.filter((code != "DEATH") | (pl.col(first_of("DSSTDTC")) == pl.col(last_of("DSSTDTC"))))
    return Ends(treatment.or_else(of_components), reader.earliest(of_study, "DS", "DSSTDTC"))


def _component_patterns(protocol: Protocol) -> list[str]:
    """A pattern for each component, matching its id and its names."""
    patterns = []
    for part in protocol.treatment.components:
        names = [part.name] if isinstance(part.name, str) else list(part.name.values())
        patterns.append("|".join(rf"\b{re.escape(name.upper())}\b" for name in dict.fromkeys([part.id, *names])))
    return patterns


def _end_of_all(patterns: list[str], events: pl.DataFrame, reader: DayReader) -> Witnessed:
    """The day on which the last component ended, for subjects in whom each one has."""
    last = Witnessed.nothing(reader.n_subjects)
    if not events.height:
        return last
    have_all = np.ones(reader.n_subjects, np.bool_)
    for pattern in patterns:
        ended = reader.earliest(events.filter(pl.col("SCOPE").str.contains(pattern)), "DS", "DSSTDTC")
        have_all &= ended.day != NEVER
        last = last.later_of(ended)
    return last.replaced_where(~have_all, Witnessed.nothing(reader.n_subjects))


def _report_unsaid(events: pl.DataFrame, reader: DayReader) -> None:
    come = events.filter(pl.Series(reader.spans(events, "DSSTDTC")[0] <= reader.cut_day, dtype=pl.Boolean))
    for row in come.iter_rows(named=True):
        said = row["DSDECOD"] if row["DSSCAT"] is None else f"{row['DSDECOD']} ({row['DSSCAT']})"
        place = Place("DS", path="DSSCAT", row=row[ROW_COLUMN], subject=row["USUBJID"])
        reader.findings.append(Finding("D027", place, {"value": said}, "warning"))
