"""Doses that differ from what was planned by more than a tenth."""

from __future__ import annotations

from collections.abc import Iterator

from onearm.deviations.found import Found
from onearm.dosing import Exposure
from onearm.plan.doses import mg_text


def find_dose_deviations(exposure: Exposure) -> Iterator[Found]:
    """Each administration outside ±10 % of what was planned at its level; a dose held or left out is none.

    A tenth is the customary limit (pharmacy practice and audit guidance take more than 10 % as a deficiency).
    """
    for one in exposure.administrations:
        if one.within_tenth is not False or one.planned is None or one.given is None:
            continue
        limit = f"{mg_text(one.planned)} ± 10 %"
        path = f"treatment.components.{one.component}.doses.{one.drug_index}"
        variable = "EXDOSE" if one.domain == "EX" else "ECDOSE"
        value = f"{one.drug} {mg_text(one.given)}"
        yield Found(
            one.subject, "dose_outside_limit", one.start, value, limit, path, one.domain, variable, one.sequence
        )
