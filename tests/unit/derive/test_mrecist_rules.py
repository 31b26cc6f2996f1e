"""The tables of mRECIST on plain cells: both sides of 10 mm, of 10 mm growth, of 20 mm, and cytology."""

from __future__ import annotations

import numpy as np
import pytest

from onearm.derive.mrecist import NOT_RECORDED, Facts, judge_fluid_progression, judge_new_lesions
from onearm.derive.sites import site_bits
from onearm.terms import NewLesionState, NonTargetState

EQUIVOCAL, UNEQUIVOCAL = NewLesionState.EQUIVOCAL, NewLesionState.UNEQUIVOCAL
NOT_SEEN, PET_ONLY = NewLesionState.NOT_SEEN, NewLesionState.PET_ONLY
YES, NO, NONE = 1, 0, NOT_RECORDED


def judged(
    place: str, *sightings: tuple[int, int, int], cytology: tuple[int, ...] = (), word: int = UNEQUIVOCAL
) -> tuple[list[int], list[bool]]:
    """One new lesion at visits 1, 2, …: (tenths of a millimetre, enhancement, washout) each."""
    n = len(sightings)
    length, enhancement, washout = (np.array(column) for column in zip(*sightings, strict=True))
    facts = Facts(enhancement.astype(np.int8), washout.astype(np.int8), np.array(cytology or (NONE,) * n, np.int8))
    site = np.full(n, site_bits(*place.split("/")) if "/" in place else site_bits(place, ""), np.int64)
    state, asked = judge_new_lesions(
        np.full(n, word, np.int8), length.astype(np.int32), site, np.zeros(n, np.int64), np.arange(1, n + 1), facts
    )
    return state.tolist(), asked.tolist()


@pytest.mark.parametrize("word", [EQUIVOCAL, UNEQUIVOCAL])
@pytest.mark.parametrize(
    "size, enhancement, washout, counts",
    [
        (99, YES, YES, EQUIVOCAL),
        (100, YES, YES, UNEQUIVOCAL),
        (100, YES, NO, EQUIVOCAL),
        (100, NO, YES, EQUIVOCAL),
        (400, NO, NONE, EQUIVOCAL),
        (99, NONE, NONE, EQUIVOCAL),
    ],
)
def test_a_new_liver_nodule_counts_by_size_and_pattern_whatever_the_word(
    word: int, size: int, enhancement: int, washout: int, counts: int
) -> None:
    assert judged("LIVER", (size, enhancement, washout), word=word) == ([counts], [False])


@pytest.mark.parametrize("grown, counts", [(209, EQUIVOCAL), (210, UNEQUIVOCAL)])
def test_an_atypical_nodule_counts_once_it_has_grown_by_10_mm_since_it_was_first_measured(
    grown: int, counts: int
) -> None:
    found, _ = judged("LIVER", (0, NO, NO), (110, YES, NO), (grown, YES, NO), word=UNEQUIVOCAL)
    assert found[1:] == [EQUIVOCAL, counts]


@pytest.mark.parametrize("size, facts", [(0, (YES, YES)), (100, (NONE, NONE)), (100, (YES, NONE))])
@pytest.mark.parametrize("word", [EQUIVOCAL, UNEQUIVOCAL])
def test_without_a_fact_the_word_stands_and_it_is_asked(size: int, facts: tuple[int, int], word: int) -> None:
    assert judged("LIVER", (size, *facts), word=word) == ([word], [True])


def test_growth_settles_a_nodule_without_a_pattern() -> None:
    assert judged("LIVER", (100, NONE, NONE), (200, NONE, NONE)) == ([UNEQUIVOCAL, UNEQUIVOCAL], [True, False])


@pytest.mark.parametrize(
    "size, counts, asked", [(199, NOT_SEEN, False), (200, UNEQUIVOCAL, False), (0, UNEQUIVOCAL, True)]
)
def test_a_new_node_at_the_porta_hepatis_is_a_lesion_from_20_mm_on(size: int, counts: int, asked: bool) -> None:
    assert judged("LYMPH NODE/PORTA HEPATIS", (size, NONE, NONE)) == ([counts], [asked])
    assert judged("LYMPH NODE", (size, NONE, NONE)) == ([UNEQUIVOCAL], [False])


def test_new_fluid_counts_from_its_positive_cytology_on() -> None:
    seen = ((0, NONE, NONE),) * 4
    found, asked = judged("ASCITES", *seen, cytology=(NONE, NO, YES, NO))
    assert found == [EQUIVOCAL, EQUIVOCAL, UNEQUIVOCAL, UNEQUIVOCAL]
    assert not any(asked)
    assert judged("PLEURA/EFFUSION", *seen, cytology=(YES, NONE, NONE, NONE))[0] == [UNEQUIVOCAL] * 4


@pytest.mark.parametrize("place", ["LUNG", "PORTAL VEIN", "LIVER/INFILTRATIVE", "LYMPH NODE, LIVER HILUM"])
def test_elsewhere_and_in_veins_the_word_stands(place: str) -> None:
    assert judged(place, (50, NO, NO)) == ([UNEQUIVOCAL], [False])
    assert judged(place, (50, NO, NO), word=EQUIVOCAL) == ([EQUIVOCAL], [False])


def test_what_pet_alone_shows_stays_so() -> None:
    assert judged("LIVER", (100, YES, YES), word=PET_ONLY) == ([PET_ONLY], [False])


def test_fluid_among_the_non_targets_progresses_with_positive_cytology_only() -> None:
    state = np.array([NonTargetState.UNEQUIVOCAL_PD] * 3 + [NonTargetState.ABSENT], np.int8)
    site = np.array([site_bits("ASCITES", "")] * 2 + [site_bits("LUNG", "")] + [site_bits("ASCITES", "")])
    lesion, visit = np.array([0, 0, 1, 0]), np.array([1, 2, 1, 3])
    cytology = np.array([NO, YES, NONE, NONE], np.int8)
    found, denied = judge_fluid_progression(state, site, lesion, visit, cytology)
    assert found.tolist() == [
        NonTargetState.PRESENT,
        NonTargetState.UNEQUIVOCAL_PD,
        NonTargetState.UNEQUIVOCAL_PD,
        NonTargetState.ABSENT,
    ]
    assert denied.tolist() == [True, False, False, False]
