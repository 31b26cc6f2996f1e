"""Whether what a reader entered as response can stand for another criterion or for a region: only where it says so."""

from __future__ import annotations

import polars as pl

from onearm.derive.reported import OVERALL
from onearm.errors import Finding, Place, RefusedError
from onearm.protocol import Protocol
from onearm.protocol.variant import Criterion, Variant, read_as
from onearm.records import Records

_NAMES: dict[Criterion, str] = {"mrecist": r"M-?RECIST", "recist-1.1": r"^RECIST"}
"""What RSCAT says, in capitals and without blanks, where it names a criterion."""


def refuse_entered_elsewhere(protocol: Protocol, variant: Variant, records: Records) -> None:
    """RefusedError (D098) where entered responses would be read for a region, or by a criterion that is not the
    protocol's and that no RSCAT names: what was entered speaks of the whole patient, by the criterion of the trial.
    """
    options = read_as(protocol, variant).response_options
    if options is None or options.response_source != "reported":
        return
    other = variant.criterion if variant.criterion != protocol.tumour.criterion else None
    if variant.region != "whole" or (other is not None and not _is_named(other, records)):
        what = variant.region if variant.region != "whole" else str(other)
        raise RefusedError([Finding("D098", Place("RS", path="RSCAT"), {"what": what})])


def _is_named(criterion: Criterion, records: Records) -> bool:
    category = pl.col("RSCAT").str.to_uppercase().str.replace_all(" ", "")
    own = (pl.col("RSTESTCD") == OVERALL) & category.str.contains(_NAMES[criterion])
    return not records.tables["RS"].filter(own).is_empty()
