"""Which lesions listed as targets are targets of mRECIST; the others are followed as its non-targets.

A target of the liver needs a viable diameter at baseline, and tumour in a vein of the liver, infiltrative disease of
the liver and fluid are never targets (Lencioni and Llovet 2010).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from onearm.derive.cells import SAID, Cells
from onearm.derive.days import DayReader, Mask
from onearm.derive.lesion_rows import LDIAM, NO_LENGTH, NON_TARGET, TARGET, TUMSTATE, VDIAM, LesionRows
from onearm.derive.numbering import number_keys
from onearm.derive.sites import FLUID, INFILTRATIVE, LIVER, VEIN, has, is_viable_measured
from onearm.errors import Finding, Place
from onearm.kernels.arrays import Ints8, Ints64
from onearm.terms import NonTargetState

if TYPE_CHECKING:
    from onearm.derive.readings import Roster


class Demoted(NamedTuple):
    """The rows with such lesions as non-targets, and the lesions (subject x number of names + name, in rising order)
    whose viable part at baseline nobody measured, or that had none."""

    rows: LesionRows
    unshown: Ints64


def is_never_target(site: Ints64) -> Mask:
    """Whether mRECIST has a lesion as a non-target by its kind, however it is listed."""
    return (has(site, LIVER) & has(site, VEIN | INFILTRATIVE)) | has(site, FLUID)


def demote_targets(rows: LesionRows, visit: Ints64, has_baseline: Mask, reader: DayReader) -> Demoted:
    """The targets that are none under mRECIST made non-targets; ``visit`` is the visit of each row, the baseline 0.

    Warnings: D060, a target of the liver without a viable diameter at a baseline that was read (``has_baseline``, by
    subject); D064, one that cannot be a target by its kind.
    """
    n_names = max(1, len(rows.lesion_names))
    key = rows.subject * n_names + rows.lesion
    is_target = rows.kind == TARGET
    lesions, _ = number_keys(key[is_target], reader.n_subjects * n_names)
    site = rows.sites.of(lesions)
    measured = is_target & (visit == 0) & (rows.test == VDIAM) & (rows.length > 0) & ~rows.is_pet
    unshown = is_viable_measured(site) & ~np.isin(lesions, key[measured])
    unfit = is_never_target(site)
    for code, column, where in (
        ("D060", "TUORRES", unshown & ~unfit & has_baseline[lesions // n_names]),
        ("D064", "TULOC", unfit),
    ):
        for lesion in lesions[where]:
            subject, name = divmod(int(lesion), n_names)
            who, lesion_name = reader.subjects.categories[subject], rows.lesion_names[name]
            values = {"lesion": lesion_name, "location": _location(rows, who, lesion_name)}
            reader.findings.append(Finding(code, Place("TU", path=column, subject=who), values, "warning"))
    leaves = is_target & np.isin(key, lesions[unshown | unfit])
    if not leaves.any():
        return Demoted(rows, lesions[unshown])
    kind = np.where(leaves, NON_TARGET, rows.kind)
    return Demoted(rows._replace(kind=kind, said=_as_said_of_non_targets(rows, visit, leaves)), lesions[unshown])


def _location(rows: LesionRows, subject: str, lesion: str) -> str:
    """TULOC and TULOCDTL of a lesion, as far as they are known."""
    said = rows.listed.filter((pl.col("USUBJID") == subject) & (pl.col("TULNKID") == lesion))
    texts = said.select("TULOC", "TULOCDTL").rows()
    return ", ".join(text for text in dict.fromkeys(text for row in texts for text in row) if text)


def _as_said_of_non_targets(rows: LesionRows, visit: Ints64, leaves: Mask) -> Ints8:
    """The words of such lesions as words of a non-target: too small is there; treated, merged, and seen but not
    measured are not evaluable, as of any target."""
    said = rows.said.copy()
    word = leaves & (rows.test == TUMSTATE)
    # One number for each lesion at each visit.
    cell = (rows.subject * max(1, len(rows.lesion_names)) + rows.lesion) * (int(visit.max(initial=0)) + 2) + visit
    measured = np.isin(cell, cell[np.isin(rows.test, (LDIAM, VDIAM)) & (rows.length != NO_LENGTH)])
    for entered, counted, where in (
        ("PRESENT", "NOT EVALUABLE", word & ~measured),
        ("TOO SMALL TO MEASURE", "PRESENT", word),
        ("TREATED", "NOT EVALUABLE", word),
        ("MERGED", "NOT EVALUABLE", word),
    ):
        said[where & (rows.said == SAID[entered])] = SAID[counted]
    return said


def withhold_unshown(
    cells: Cells, roster: Roster, state: Ints8, targets: Roster, unshown: Ints64, n_names: int
) -> Ints8:
    """The states of the non-targets; where nobody saw viable disease of a subject at baseline, they tell nothing of its
    course: neither a complete response nor stable disease comes of them. A progression stands.

    Viable disease was seen where there is a target, or a non-target that was not gone at baseline and is none of
    ``unshown``.
    """
    lesion, visit = cells.coordinates()
    gone = state == NonTargetState.ABSENT
    never = np.isin(roster.subject * n_names + roster.name, unshown)
    never[lesion[(visit == 0) & gone]] = True
    shown = np.zeros(len(targets.start) - 1, np.bool_)
    shown[roster.subject[~never]] = True
    shown[targets.subject] = True
    told = gone | (state == NonTargetState.PRESENT)
    withheld = told & (visit > 0) & ~shown[roster.subject[lesion]]
    return np.where(withheld, np.int8(NonTargetState.NOT_EVALUABLE), state)
