"""The generated patients of mRECIST reach its limits, and its oracle keeps its promises on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
from chance import Seeded
from mrecist_oracle import Facts, ScannedLesion, is_fit_target, mrecist_timepoints, translated
from option_draws import EVERY, an_option_set
from patients import a_patient
from response_oracle import Patient, Reading, timepoints
from scanned_patients import a_scanned_patient

N_PATIENTS = 3000
Scanned = tuple[Patient, list[ScannedLesion]]


@cache
def looked_at() -> list[Scanned]:
    chance = Seeded(0)
    return [a_scanned_patient(chance) for _ in range(N_PATIENTS)]


def new_ones(site: str, mm: str, state: str) -> Callable[[Scanned], bool]:
    """Whether a new lesion of this length at this site is translated into this state."""
    length = Fraction(mm)

    def reached(scanned: Scanned) -> bool:
        return any(
            read.mm == length and found.state == state
            for x in scanned[1]
            if x.site == site and x.lesion.kind == "new"
            for read, found in zip(x.lesion.readings, translated(x).readings, strict=True)
        )

    return reached


def new_nodes_without_a_length(scanned: Scanned) -> bool:
    return any(
        (read, found.state) == (UNMEASURED, "equivocal")
        for x in scanned[1]
        if x.site == "porta_hepatis_node" and x.lesion.kind == "new"
        for read, found in zip(x.lesion.readings, translated(x).readings, strict=True)
    )


def fluid(kind: str, before: str, after: str) -> Callable[[Scanned], bool]:
    def reached(scanned: Scanned) -> bool:
        return any(
            (read.state, found.state) == (before, after)
            for x in scanned[1]
            if x.site == "effusion" and x.lesion.kind == kind
            for read, found in zip(x.lesion.readings, translated(x).readings, strict=True)
        )

    return reached


def nodules(mm: int | None, facts: dict[str, object], state: str) -> Callable[[Scanned], bool]:
    """Whether a new liver nodule of this length with these facts is translated into this state."""

    def reached(scanned: Scanned) -> bool:
        return any(
            reading.mm == mm
            and reading.state in ("equivocal", "unequivocal")
            and all(getattr(at_visit, name) == value for name, value in facts.items())
            and answer.state == state
            for x in scanned[1]
            if x.site == "liver" and x.lesion.kind == "new"
            for reading, at_visit, answer in zip(x.lesion.readings, x.facts, translated(x).readings, strict=True)
        )

    return reached


def grown_without_a_pattern(scanned: Scanned) -> bool:
    """A nodule of which neither enhancement nor washout is known, and that has grown enough to count."""
    return any(
        (at_visit.is_enhanced, at_visit.washout, answer.state) == (None, None, "unequivocal")
        for x in scanned[1]
        if x.site == "liver" and x.lesion.kind == "new"
        for at_visit, answer in zip(x.facts, translated(x).readings, strict=True)
    )


def grown_before(scanned: Scanned) -> bool:
    """A nodule that has grown by 10 mm and is smaller again, without the typical pattern."""
    for x in scanned[1]:
        if x.site != "liver" or x.lesion.kind != "new":
            continue
        answers = translated(x).readings
        lengths = [r.mm for r in x.lesion.readings if r.mm is not None and r.state != "pet_only"]
        for reading, at_visit, answer in zip(x.lesion.readings, x.facts, answers, strict=True):
            atypical = at_visit.is_enhanced is False or at_visit.washout is False
            certain = reading.mm is not None and answer.state == "unequivocal"
            if atypical and certain and reading.mm - lengths[0] < 10:
                return True
    return False


def dead(kind: str, before: str, after: str) -> Callable[[Scanned], bool]:
    """A lesion of the liver that is not enhanced, by its word before and after."""

    def reached(scanned: Scanned) -> bool:
        return any(
            (read.state, found.state, at_visit.is_enhanced) == (before, after, False)
            for x in scanned[1]
            if x.site == "liver" and x.lesion.kind == kind
            for read, at_visit, found in zip(x.lesion.readings, x.facts, translated(x).readings, strict=True)
        )

    return reached


UNMEASURED = Reading("unequivocal")

WORTH_REACHING = {
    "a nodule without a length": nodules(None, {"enhancing": True, "washout": True, "viable_mm": None}, "equivocal"),
    "a nodule with a viable part of 9.9 mm": nodules(
        None, {"washout": True, "viable_mm": Fraction(99, 10)}, "equivocal"
    ),
    "a nodule with a viable part of 10 mm": nodules(None, {"washout": True, "viable_mm": Fraction(10)}, "unequivocal"),
    "a nodule enhanced by its viable part": nodules(
        10, {"is_enhanced": True, "enhancing": None, "washout": True}, "unequivocal"
    ),
    "a nodule of 10 mm without a washout": nodules(10, {"enhancing": True, "washout": None}, "equivocal"),
    "a nodule grown without a pattern": grown_without_a_pattern,
    "a nodule that is smaller again": grown_before,
    "a non-target that is not enhanced": dead("non_target", "present", "absent"),
    "a progressing non-target that is not enhanced": dead("non_target", "unequivocal_pd", "unequivocal_pd"),
    "a target that is not enhanced": dead("target", "measured", "absent"),
    "a too small target that is not enhanced": dead("target", "too_small", "absent"),
    "doubtful new fluid with proof": fluid("new", "equivocal", "unequivocal"),
    "a node without a length": new_nodes_without_a_length,
    "a nodule of 9.9 mm": new_ones("liver", "9.9", "equivocal"),
    "a nodule of 10 mm that is typical": new_ones("liver", "10", "unequivocal"),
    "a nodule of 10 mm that is not": new_ones("liver", "10", "equivocal"),
    "a nodule grown from 8 to 18 mm": new_ones("liver", "18", "unequivocal"),
    "a nodule grown from 8 to 17.9 mm": new_ones("liver", "17.9", "equivocal"),
    "a node of 19.9 mm": new_ones("porta_hepatis_node", "19.9", "not_seen"),
    "a node of 20 mm": new_ones("porta_hepatis_node", "20", "unequivocal"),
    "new fluid without proof": fluid("new", "unequivocal", "equivocal"),
    "new fluid with proof": fluid("new", "unequivocal", "unequivocal"),
    "progressing fluid without proof": fluid("non_target", "unequivocal_pd", "present"),
    "progressing fluid with proof": fluid("non_target", "unequivocal_pd", "unequivocal_pd"),
}


@pytest.mark.parametrize("what", sorted(WORTH_REACHING))
def test_the_generated_patients_reach_the_limits_of_mrecist(what: str) -> None:
    assert any(WORTH_REACHING[what](scanned) for scanned in looked_at())


def test_the_two_criteria_part_in_many_patients_and_agree_in_many() -> None:
    chance = Seeded(1)
    apart = 0
    for patient, lesions in looked_at():
        options = an_option_set(chance, EVERY)
        apart += timepoints(patient, options) != mrecist_timepoints(patient, lesions, options)
    assert N_PATIENTS // 5 < apart < N_PATIENTS * 4 // 5


def test_without_a_site_of_its_own_mrecist_is_recist() -> None:
    chance = Seeded(2)
    for patient, lesions in looked_at():
        options = an_option_set(chance, EVERY)
        elsewhere = [replace(x, site="elsewhere") for x in lesions]
        assert mrecist_timepoints(patient, elsewhere, options) == timepoints(patient, options)


def test_how_much_of_a_liver_target_is_dead_does_not_matter() -> None:
    chance = Seeded(3)

    def longer(x: ScannedLesion) -> ScannedLesion:
        if x.lesion.kind != "target" or x.site != "liver":
            return x
        readings = [Reading("measured", r.mm + 7) if r.mm else r for r in x.lesion.readings]
        return replace(x, lesion=replace(x.lesion, readings=readings))

    for patient, lesions in looked_at():
        options = an_option_set(chance, EVERY)
        expected = mrecist_timepoints(patient, lesions, options)
        assert mrecist_timepoints(patient, [longer(x) for x in lesions], options) == expected


def test_targets_that_are_wholly_viable_are_read_alike() -> None:
    """The two criteria have the same thresholds; only what is measured differs."""
    chance = Seeded(4)
    site_of = {"target": "liver", "non_target": "elsewhere", "new": "elsewhere"}
    compared = 0
    for _ in range(N_PATIENTS):
        patient, options = a_patient(chance), an_option_set(chance, EVERY)
        lesions = [
            ScannedLesion(x, site_of[x.kind], [Facts(viable_mm=reading.mm) for reading in x.readings])
            for x in patient.lesions
        ]
        # A target of the liver without a viable diameter at baseline is none under mRECIST.
        if all(is_fit_target(x) for x in lesions):
            assert mrecist_timepoints(patient, lesions, options) == timepoints(patient, options)
            compared += 1
    assert compared > N_PATIENTS // 4
