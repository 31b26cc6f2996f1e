"""Who is in each analysis set, and why each other subject is not."""

from __future__ import annotations

import polars as pl

from onearm.estimates.results import SET_NAMES, AnalysisSet, SetName

FLAG_COLUMNS: dict[SetName, tuple[str, str]] = {
    "registered": ("REGFL", "REGRSN"),
    "treated": ("TRTFL", "TRTRSN"),
    "eligible": ("ELIGFL", "ELIGRSN"),
    "evaluable": ("EVALFL", "EVALRSN"),
}
"""ADSL columns of each set: the flag, and the reason code of who is left out."""


def select_sets(adsl: pl.DataFrame) -> dict[str, AnalysisSet]:
    """Every analysis set of an ADSL, subjects in its order."""
    sets: dict[str, AnalysisSet] = {}
    for name in SET_NAMES:
        flag, reason = FLAG_COLUMNS[name]
        rows = list(adsl.select("USUBJID", flag, reason).iter_rows())
        sets[name] = AnalysisSet(
            name=name,
            members=tuple(subject for subject, in_set, _ in rows if in_set == "Y"),
            excluded=tuple((subject, why or "") for subject, in_set, why in rows if in_set != "Y"),
        )
    return sets
