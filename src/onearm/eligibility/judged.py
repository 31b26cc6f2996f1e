"""What people answered to a criterion (IE), and what an answer may do beside a computed verdict.

The answer to a criterion stands under its id in upper case; where that is longer than the eight characters of an SDTM
test code, under its first eight characters without underscores. Both are read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from onearm.eligibility.reference_days import ReferenceDays
from onearm.eligibility.verdicts import MET, NOT_MET, UNKNOWN, Verdicts, reason_code
from onearm.errors import Finding, Place
from onearm.measure.observations import EVER_AFTER, EVER_BEFORE, Ints, days_of, subject_places
from onearm.protocol.eligibility_parts import Criterion, ReferenceDay
from onearm.records import Records, first_of, last_of
from onearm.reference.answer_codes import answer_codes


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers to one criterion: verdicts of the requirement (2 where it is fulfilled), and the rows."""

    verdict: Verdicts
    reason: Verdicts
    is_answered: np.ndarray
    day: Ints
    sequence: pl.Series
    raw: pl.Series
    findings: tuple[Finding, ...]
    is_split: np.ndarray
    """Who has answers that differ, one of them against the patient."""


def read_answers_to(criterion: Criterion, records: Records, days: ReferenceDays) -> Answers:
    """The last answers on or before the reference day, inside the window of a judged criterion that has one.

    An inclusion is fulfilled by Y, an exclusion by N. NA, answers that differ on the same last day, and a row that
    calls an exclusion an inclusion answer nothing.
    """
    before: ReferenceDay = criterion.before or "registration"
    window = days.window(before, criterion.window if not criterion.variable else None)
    end, n = window.end, days.n_subjects
    table = records.tables["IE"].filter(pl.col("IETESTCD").str.to_uppercase().is_in(answer_codes(criterion.id)))
    if not table.height:
        return _nobody(n)
    rows = (
        table.join(subject_places(records.subjects()), on="USUBJID", how="inner")
        .with_columns(SAYS=pl.coalesce("IESTRESC", "IEORRES").str.to_uppercase(), DAY=pl.col(first_of("IEDTC")),
                      LAST=pl.col(last_of("IEDTC")))
        .sort("SUBJECT", "DAY", "_ROW", nulls_last=False)
    )  # fmt: skip
    day, latest = days_of(rows["DAY"], EVER_BEFORE), days_of(rows["LAST"], EVER_AFTER)
    keep = (day <= end[rows["SUBJECT"].to_numpy()]) & (latest >= window.start[rows["SUBJECT"].to_numpy()])
    rows, day, latest = rows.filter(pl.Series(keep)), day[keep], latest[keep]
    subject = rows["SUBJECT"].to_numpy()
    last = np.full(n, EVER_BEFORE, np.int64)
    np.maximum.at(last, subject, day)
    # An answer of a partial date may be the last one too.
    on_last = np.flatnonzero(latest >= last[subject])
    fulfils = "Y" if criterion.kind == "inclusion" else "N"
    contradicts = (rows["IECAT"].is_not_null() & (rows["IECAT"] != criterion.kind.upper())).to_numpy()
    says = rows["SAYS"].fill_null("").to_numpy()
    verdict = np.where(says == fulfils, MET, np.where(np.isin(says, ("Y", "N")), NOT_MET, UNKNOWN))
    verdict = np.where(contradicts, UNKNOWN, verdict)
    low, high = np.full(n, MET, np.int8), np.full(n, NOT_MET, np.int8)
    np.minimum.at(low, subject[on_last], verdict[on_last].astype(np.int8))
    np.maximum.at(high, subject[on_last], verdict[on_last].astype(np.int8))
    witness = np.full(n, -1, np.int64)
    witness[subject[on_last]] = on_last
    is_answered = witness >= 0
    result = np.where(is_answered & (low == high), low, UNKNOWN)
    against = np.zeros(n, np.bool_)
    against[subject[on_last][contradicts[on_last]]] = True
    reason = np.select(
        [result != UNKNOWN, ~is_answered, against, low != high],
        [reason_code(""), reason_code("not_answered"), reason_code("kind_contradicts"), reason_code("several_answers")],
        reason_code("not_applicable"),
    )
    row = pl.Series(np.maximum(witness, 0)).set(pl.Series(~is_answered), None)
    names = records.subjects()
    findings = tuple(
        Finding(
            "E004", Place("IE", subject=names[int(s)]), {"criterion": criterion.id, "kind": criterion.kind}, "warning"
        )
        for s in np.flatnonzero(against)
    )
    return Answers(
        result.astype(np.int8),
        reason.astype(np.int8),
        is_answered,
        np.where(is_answered, last, EVER_BEFORE),
        rows["IESEQ"].cast(pl.Int64).gather(row),
        rows["SAYS"].gather(row),
        findings,
        is_answered & (low == NOT_MET) & (high == MET),
    )


def _nobody(n: int) -> Answers:
    """No answer from anybody."""
    return Answers(
        np.full(n, UNKNOWN, np.int8),
        np.full(n, reason_code("not_answered"), np.int8),
        np.zeros(n, np.bool_),
        np.full(n, EVER_BEFORE, np.int64),
        pl.Series([None], dtype=pl.Int64).new_from_index(0, n),
        pl.Series([None], dtype=pl.String).new_from_index(0, n),
        (),
        np.zeros(n, np.bool_),
    )
