"""The tables of mRECIST on plain cells: both sides of 10 mm, of 10 mm growth, of 20 mm, and cytology."""

from __future__ import annotations

import numpy as np
import pytest

from onearm.derive.mrecist import (
    NOT_RECORDED,
    Facts,
    JudgedNew,
    judge_enhancement,
    judge_fluid_progression,
    judge_new_lesions,
)
from onearm.derive.sites import site_bits
from onearm.terms import NewLesionState, NonTargetState

EQUIVOCAL, UNEQUIVOCAL = NewLesionState.EQUIVOCAL, NewLesionState.UNEQUIVOCAL
NOT_SEEN, PET_ONLY = NewLesionState.NOT_SEEN, NewLesionState.PET_ONLY
YES, NO, NONE = 1, 0, NOT_RECORDED


def judgement(
    place: str,
    *sightings: tuple[int, int, int],
    cytology: tuple[int, ...] = (),
    viable: tuple[int, ...] = (),
    word: int | tuple[int, ...] = UNEQUIVOCAL,
) -> JudgedNew:
    """One new lesion at visits 1, 2, …: (tenths of a millimetre, enhancement, washout) each."""
    n = len(sightings)
    length, enhancement, washout = (np.array(column) for column in zip(*sightings, strict=True))
    facts = Facts(
        enhancement.astype(np.int8),
        washout.astype(np.int8),
        np.array(cytology or (NONE,) * n, np.int8),
        np.array(viable or (NONE,) * n, np.int32),
    )
    site = np.full(n, site_bits(*place.split("/")) if "/" in place else site_bits(place, ""), np.int64)
    state = np.full(n, word, np.int8)
    return judge_new_lesions(state, length.astype(np.int32), site, np.zeros(n, np.int64), np.arange(1, n + 1), facts)


def judged(place: str, *sightings: tuple[int, int, int], **others: object) -> tuple[list[int], list[bool]]:
    """What each sighting counts as, and whether a fact is asked for."""
    found = judgement(place, *sightings, **others)  # type: ignore[arg-type]
    return found.state.tolist(), found.asked.tolist()


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
def test_without_a_fact_a_nodule_is_equivocal_and_the_fact_is_asked(
    size: int, facts: tuple[int, int], word: int
) -> None:
    assert judged("LIVER", (size, *facts), word=word) == ([EQUIVOCAL], [True])


def test_growth_settles_a_nodule_without_a_pattern() -> None:
    assert judged("LIVER", (100, NONE, NONE), (199, NONE, NONE)) == ([EQUIVOCAL, EQUIVOCAL], [True, True])
    assert judged("LIVER", (100, NONE, NONE), (200, NONE, NONE)) == ([EQUIVOCAL, UNEQUIVOCAL], [True, False])


def test_what_has_grown_by_10_mm_has_grown_also_where_it_is_measured_smaller_later() -> None:
    sizes = (120, 220, 150, 99)
    found, _ = judged("LIVER", *((size, NO, NO) for size in sizes))
    assert found == [EQUIVOCAL, UNEQUIVOCAL, UNEQUIVOCAL, EQUIVOCAL]


def test_growth_starts_with_the_first_length_not_with_the_smallest() -> None:
    assert judged("LIVER", (150, NO, NO), (100, NO, NO), (249, NO, NO))[0] == [EQUIVOCAL] * 3


def test_a_length_on_pet_starts_no_growth_and_shows_none() -> None:
    words = (PET_ONLY, UNEQUIVOCAL, UNEQUIVOCAL)
    assert judged("LIVER", (110, NO, NO), (210, NO, NO), (219, NO, NO), word=words)[0] == [
        PET_ONLY,
        EQUIVOCAL,
        EQUIVOCAL,
    ]
    words = (UNEQUIVOCAL, PET_ONLY, UNEQUIVOCAL)
    assert judged("LIVER", (110, NO, NO), (210, NO, NO), (150, NO, NO), word=words)[0] == [
        EQUIVOCAL,
        PET_ONLY,
        EQUIVOCAL,
    ]


@pytest.mark.parametrize(
    "size, washout, viable, counts, asked",
    [
        (120, YES, 1, UNEQUIVOCAL, False),  # a viable part is enhanced
        (120, YES, 0, EQUIVOCAL, False),  # none is not
        (0, YES, 100, UNEQUIVOCAL, False),  # the whole is at least as long
        (0, YES, 99, EQUIVOCAL, True),  # and may be longer
        (0, NONE, 100, EQUIVOCAL, True),
    ],
)
def test_a_viable_diameter_shows_enhancement_and_the_least_size(
    size: int, washout: int, viable: int, counts: int, asked: bool
) -> None:
    assert judged("LIVER", (size, NONE, washout), viable=(viable,)) == ([counts], [asked])


def test_only_the_growth_of_the_whole_counts() -> None:
    alone = ((0, NONE, NO), (0, NONE, NO))
    assert judged("LIVER", *alone, viable=(50, 150))[0] == [EQUIVOCAL, EQUIVOCAL]
    mixed = ((60, NONE, NO), (0, NONE, NO))
    assert judged("LIVER", *mixed, viable=(NONE, 159))[0] == [EQUIVOCAL, EQUIVOCAL]
    assert judged("LIVER", *mixed, viable=(NONE, 160))[0] == [EQUIVOCAL, UNEQUIVOCAL]
    assert judged("LIVER", (0, NONE, NO), (160, NONE, NO), viable=(50, NONE))[0] == [EQUIVOCAL, EQUIVOCAL]


@pytest.mark.parametrize(
    "size, counts, asked", [(199, NOT_SEEN, False), (200, UNEQUIVOCAL, False), (0, EQUIVOCAL, True)]
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


def test_cytology_settles_what_the_reader_of_new_fluid_was_not_sure_of() -> None:
    seen = ((0, NONE, NONE),) * 3
    words, cytology = (EQUIVOCAL, EQUIVOCAL, PET_ONLY), (NO, YES, NONE)
    assert judged("ASCITES", *seen, cytology=cytology, word=words)[0] == [EQUIVOCAL, UNEQUIVOCAL, PET_ONLY]


def test_fluid_that_does_not_count_as_it_was_entered_is_told() -> None:
    seen = ((0, NONE, NONE),) * 4
    words = (EQUIVOCAL, UNEQUIVOCAL, UNEQUIVOCAL, PET_ONLY)
    found = judgement("ASCITES", *seen, cytology=(NO, NO, YES, NONE), word=words)
    assert found.unproven.tolist() == [False, True, False, False]


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


STATES = {state.name: state for state in NonTargetState}


@pytest.mark.parametrize(
    "entered, enhancement, counts",
    [
        ("PRESENT", NONE, "PRESENT"),
        ("PRESENT", NO, "ABSENT"),
        ("PRESENT", YES, "PRESENT"),
        ("NOT_ASSESSED", NONE, "NOT_ASSESSED"),
        ("NOT_ASSESSED", NO, "ABSENT"),
        ("NOT_ASSESSED", YES, "PRESENT"),
        ("ABSENT", NONE, "ABSENT"),
        ("UNEQUIVOCAL_PD", NO, "UNEQUIVOCAL_PD"),
        ("NOT_EVALUABLE", NO, "NOT_EVALUABLE"),
        ("NOT_EVALUABLE", YES, "NOT_EVALUABLE"),
    ],
)
def test_a_non_target_of_the_liver_that_is_not_enhanced_is_gone(entered: str, enhancement: int, counts: str) -> None:
    places = ["LIVER", "PORTAL VEIN", "LUNG", "LYMPH NODE, LIVER HILUM"]
    site = np.array([site_bits(place, "") for place in places])
    state = np.full(len(places), STATES[entered], np.int8)
    found = judge_enhancement(state, site, np.full(len(places), enhancement, np.int8))
    assert found.tolist() == [STATES[counts]] * 2 + [STATES[entered]] * 2
