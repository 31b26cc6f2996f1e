"""A patient of the oracle as the kernels' arrays."""

from __future__ import annotations

import numpy as np
from response_patient import Patient, Reading

from onearm.kernels.patients import Followed, Lesions
from onearm.kernels.rules import NEVER, ProcedureResponse
from onearm.terms import NewLesionState, NonTargetState, TargetState

TARGET_STATES = {
    "measured": TargetState.MEASURED,
    "too_small": TargetState.TOO_SMALL,
    "absent": TargetState.ABSENT,
    "not_evaluable": TargetState.NOT_EVALUABLE,
    "treated": TargetState.TREATED,
    "merged": TargetState.MERGED,
    "not_assessed": TargetState.NOT_ASSESSED,
}
NON_TARGET_STATES = {
    "present": NonTargetState.PRESENT,
    "absent": NonTargetState.ABSENT,
    "unequivocal_pd": NonTargetState.UNEQUIVOCAL_PD,
    "not_evaluable": NonTargetState.NOT_EVALUABLE,
    "not_assessed": NonTargetState.NOT_ASSESSED,
}
NEW_STATES = {
    "not_seen": NewLesionState.NOT_SEEN,
    "equivocal": NewLesionState.EQUIVOCAL,
    "unequivocal": NewLesionState.UNEQUIVOCAL,
    "pet_only": NewLesionState.PET_ONLY,
}
MARKER_CODES = {"not_applicable": 0, "normal": 1, "above": 2, "not_measured": 3}


def tenths(reading: Reading) -> int:
    """The length in whole tenths of a millimetre; 0 where there is none."""
    if reading.mm is None:
        return 0
    whole, rest = divmod(10 * reading.mm.numerator, reading.mm.denominator)
    assert rest == 0
    return whole


def day_or_never(day: int | None) -> int:
    return NEVER if day is None else day


def lesions_of(patients: list[Patient]) -> Lesions:
    """Many patients one after another."""
    kinds = {
        kind: [[x for x in p.lesions if x.kind == kind] for p in patients] for kind in ("target", "non_target", "new")
    }

    def starts(counts: list[int]) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def cells(kind: str, value) -> list:  # type: ignore[no-untyped-def, type-arg]
        return [
            value(lesion.readings[visit])
            for p, own in zip(patients, kinds[kind], strict=True)
            for visit in range(len(p.days))
            for lesion in own
        ]

    def layout(kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        own = kinds[kind]
        nodes = np.array([lesion.node for group in own for lesion in group], np.bool_)
        sizes = [len(group) * len(p.days) for p, group in zip(patients, own, strict=True)]
        return starts([len(group) for group in own]), starts(sizes), nodes

    target_start, target_cell, target_node = layout("target")
    other_start, other_cell, other_node = layout("non_target")
    new_start, new_cell, new_node = layout("new")
    return Lesions(
        visit_start=starts([len(p.days) for p in patients]),
        day=np.array([day for p in patients for day in p.days], np.int32),
        missed_before=np.array([n for p in patients for n in p.missed_before], np.int32),
        target_start=target_start,
        target_cell=target_cell,
        target_length=np.array(cells("target", tenths), np.int32),
        target_state=np.array(cells("target", lambda r: TARGET_STATES[r.state]), np.int8),
        target_is_node=target_node,
        non_target_start=other_start,
        non_target_cell=other_cell,
        non_target_state=np.array(cells("non_target", lambda r: NON_TARGET_STATES[r.state]), np.int8),
        non_target_is_node=other_node,
        new_start=new_start,
        new_cell=new_cell,
        new_state=np.array(cells("new", lambda r: NEW_STATES[r.state]), np.int8),
        new_is_node=new_node,
        new_measured=np.array(cells("new", lambda r: r.mm is not None), np.bool_),
        new_length=np.array(cells("new", tenths), np.int32),
    )


def window_end(patient: Patient, *, new_therapy_ends: bool) -> int:
    """The last day that counts for the best response."""
    ends = [day_or_never(patient.window_end)]
    if new_therapy_ends:
        ends.append(day_or_never(patient.new_therapy_day))
    return min(ends)


def marker_codes(patients: list[Patient]) -> np.ndarray:
    """How the marker stands at every visit, one patient after another."""
    codes = [code for p in patients for code in (p.markers or ["not_applicable"] * len(p.days))]
    return np.array([MARKER_CODES[code] for code in codes], np.int8)


def followed_of(patients: list[Patient], *, new_therapy_ends: bool) -> Followed:
    rules = [
        ProcedureResponse.NONE if p.procedure_rule is None else ProcedureResponse[p.procedure_rule.response.upper()]
        for p in patients
    ]
    return Followed(
        reference_day=np.array([p.reference_day for p in patients], np.int32),
        window_end=np.array([window_end(p, new_therapy_ends=new_therapy_ends) for p in patients], np.int32),
        death_day=np.array([day_or_never(p.death_day) for p in patients], np.int32),
        procedure_day=np.array([day_or_never(p.procedure_day) for p in patients], np.int32),
        procedure_rule=np.array(rules, np.int32),
        cut_day=np.array([p.cut_day for p in patients], np.int32),
        marker=marker_codes(patients),
        has_baseline=np.array([p.has_baseline for p in patients], np.bool_),
    )
