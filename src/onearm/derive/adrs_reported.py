"""ADRS where the responses of the visits were entered by a reader: the same parameters, each with its row of RS."""

from __future__ import annotations

import numpy as np
import polars as pl

from onearm.derive.adrs import RESPONSE_WORDS, Blocks
from onearm.derive.days import NO_ROW, SOURCE_CODES, Rows
from onearm.derive.followed import Course
from onearm.derive.readings import Readings
from onearm.derive.witnesses import Witnesses
from onearm.kernels.arrays import Ints8, Ints64
from onearm.kernels.patients import Visits

REASONS = ("as_reported", "less_after_cr")
"""Why a response is what it is: as the reader entered it, or disease again after a complete response."""


def derive_reported_rows(
    course: Course, readings: Readings, visits: Visits, witnesses: Witnesses
) -> list[pl.DataFrame]:
    """As ``derive_visit_rows``: components where they were entered, and overall responses as entered."""
    reported = readings.reported
    assert reported is not None, "readings of lesions hold no entered response"
    post = np.flatnonzero(~readings.is_baseline)
    why = np.zeros(len(readings.visit_subject), np.int8)
    changed = (visits.overall != reported.overall).astype(np.int8)

    def component(parameter: str, words: tuple[str, ...], values: Ints8, rows: Rows) -> pl.DataFrame:
        row = np.repeat(rows[:, np.newaxis], 4, axis=1)
        own = Witnesses(np.full(row.shape, SOURCE_CODES["RS", "RSSTRESC"]), row, np.full(row.shape, -1))
        flat: Ints64 = post[rows[post] != NO_ROW]
        return Blocks(course, readings, visits, own).visits(parameter, flat, words, values, REASONS, why, 0)

    block = Blocks(course, readings, visits, witnesses)
    frames = [
        component("TRGRESP", RESPONSE_WORDS, reported.target, reported.target_row),
        component("NTRGRESP", RESPONSE_WORDS, reported.non_target, reported.non_target_row),
        component("NEWLRESP", ("N", "Y"), np.maximum(reported.new, 0), reported.new_row),
        block.visits("OVRLRESP", post, RESPONSE_WORDS, visits.overall, REASONS, changed, 0),
        block.visits("OVRLARIT", post, RESPONSE_WORDS, visits.arithmetic, REASONS, why, 0),
    ]
    return [frame for frame in frames if frame.height]
