"""Which options of the protocol cannot act where the responses were entered, since no lesion is read."""

from __future__ import annotations

from onearm.derive.days import DayReader
from onearm.errors import Finding
from onearm.protocol import Protocol
from onearm.protocol.variant import Variant

READ_FROM_LESIONS = frozenset(
    {
        "baseline_window_days", "baseline_on_reference_day", "several_readings", "response_date", "progression_date",
        "too_small_mm", "too_small_node_mm", "node_normal_below_mm", "pd_absolute_mm", "nadir",
        "stable_disease_against", "missing_targets", "treated_lesion", "reappearance_absolute_mm",
        "target_back_after_target_cr", "node_back_in_pr", "single_node_after_cr", "equivocal_new_lesion_date",
        "new_node_sole_evidence", "pet_only_new_lesion", "non_target_only_stable", "no_disease_at_baseline",
        "pr_continues_over_ne", "markers", "marker_window_days", "no_baseline",
    }
)  # fmt: skip
"""Options that say what lesions or a marker make of a visit, or which scan is the baseline: whoever enters the response
of a visit has judged all that himself."""


def report_inert(protocol: Protocol, variant: Variant, reader: DayReader) -> None:
    """A warning (D099) that names every option that the protocol sets itself, or a variant sets by hand, in vain."""
    options = protocol.response_options
    given = {*protocol.tumour.override, *(name for name, _ in variant.settings)} & READ_FROM_LESIONS
    if options is None or not given:
        return
    named = ", ".join(f"{name}: {getattr(options, name)}" for name in type(options).model_fields if name in given)
    reader.findings.append(Finding("D099", protocol.place_of("tumour.override"), {"options": named}, "warning"))
