"""The oracle of mRECIST on worked examples: what is viable, new or proven, on both sides of each limit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from mrecist_oracle import Facts, ScannedLesion, mrecist_timepoints, translated
from response_cases import RECIST_CONFIRMED, new, non_target, patient, target
from response_oracle import Lesion, timepoints

NOTHING = Facts()


def viable(*texts: str | None) -> list[Facts]:
    return [Facts(viable_mm=None if text is None else Fraction(text)) for text in texts]


def liver(lesion: Lesion, facts: Sequence[Facts] = ()) -> ScannedLesion:
    return ScannedLesion(lesion, "liver", list(facts) or [NOTHING] * len(lesion.readings))


def elsewhere(lesion: Lesion) -> ScannedLesion:
    return ScannedLesion(lesion, "elsewhere", [NOTHING] * len(lesion.readings))


def overall(*lesions: ScannedLesion, **others: Any) -> list[str]:
    one = patient(*(x.lesion for x in lesions))
    return [row["overall"] for row in mrecist_timepoints(one, lesions, {**RECIST_CONFIRMED, **others})]


def states(scanned: ScannedLesion) -> list[str]:
    return [reading.state for reading in translated(scanned).readings]


def test_necrosis_is_a_response_only_to_mrecist() -> None:
    total = target("50", "50", "50")
    shrinking = liver(total, viable("50", "35", "0"))
    assert [row["overall"] for row in timepoints(patient(total), RECIST_CONFIRMED)] == ["SD", "SD"]
    assert overall(shrinking) == ["PR", "CR"]
    assert overall(liver(target("50", "50"), viable("50", "35.1"))) == ["SD"]


def test_outside_the_liver_the_whole_length_counts() -> None:
    lung = ScannedLesion(target("30", "30"), "elsewhere", viable("30", "0"))
    assert overall(liver(target("70", "70"), viable("70", "40")), lung) == ["PR"]
    assert overall(liver(target("70", "70"), viable("70", "40.1")), lung) == ["SD"]
    node = elsewhere(target("20", "9.9", node=True))
    assert overall(liver(target("70", "70"), viable("70", "0")), node) == ["CR"]


@pytest.mark.parametrize(("absolute", "expected"), [(0, "PD"), (5, "PR")])
def test_the_5_mm_rule_can_be_left_out(absolute: int, expected: str) -> None:
    """20 % of 20 mm is 4 mm."""
    grown = liver(target("50", "50", "50"), viable("40", "20", "24"))
    assert overall(grown, pd_absolute_mm=absolute)[1] == expected
    just_less = liver(target("50", "50", "50"), viable("40", "20", "23.9"))
    assert overall(just_less, pd_absolute_mm=absolute)[1] == "PR"


def test_a_liver_target_whose_viable_part_was_not_read() -> None:
    assert overall(liver(target("50", "50"), viable("50", None))) == ["NE"]
    assert overall(liver(target("50", "absent"), viable("50", None))) == ["CR"]
    assert overall(liver(target("50", "0"), viable("50", None))) == ["CR"]
    assert overall(liver(target("50", "0.1"), viable("50", None))) == ["NE"]
    assert overall(liver(target("50", "too_small"), viable("50", None))) == ["PR"]
    assert overall(liver(target("50", "too_small"), viable("50", "0"))) == ["CR"]
    assert overall(liver(target("50", "treated"), viable("50", "0"))) == ["NE"]


def test_a_non_target_of_the_liver_without_enhancement_is_gone() -> None:
    lesion = non_target("present", "present", "present", "unequivocal_pd")
    facts = [NOTHING, Facts(enhancing=False), Facts(enhancing=True), Facts(enhancing=False)]
    assert states(liver(lesion, facts)) == ["present", "absent", "present", "unequivocal_pd"]
    assert states(ScannedLesion(lesion, "elsewhere", facts)) == ["present", "present", "present", "unequivocal_pd"]


def test_a_viable_diameter_says_whether_a_non_target_is_enhanced() -> None:
    facts = viable("5", "0", "0.1")
    assert states(liver(non_target("present", "present", "present"), facts)) == ["present", "absent", "present"]


def test_a_viable_diameter_says_whether_a_new_nodule_is_enhanced_and_how_long_it_is_at_least() -> None:
    nodule = new("unequivocal 12", "unequivocal 12", "unequivocal", "unequivocal")
    facts = [Facts(washout=True, viable_mm=Fraction(mm)) for mm in ("1", "0", "10", "9.9")]
    assert states(liver(nodule, [NOTHING, *facts]))[1:] == ["unequivocal", "equivocal", "unequivocal", "equivocal"]


def test_only_the_growth_of_the_whole_nodule_counts() -> None:
    alone = new("unequivocal", "unequivocal")
    assert states(liver(alone, viable(None, "5", "15")))[1:] == ["equivocal", "equivocal"]
    whole_first = new("unequivocal 6", "unequivocal")
    assert states(liver(whole_first, viable(None, None, "16")))[1:] == ["equivocal", "unequivocal"]
    assert states(liver(whole_first, viable(None, None, "15.9")))[1:] == ["equivocal", "equivocal"]


TYPICAL = Facts(enhancing=True, washout=True)
ATYPICAL = [NOTHING, Facts(enhancing=True), Facts(washout=True), Facts(enhancing=True, washout=False)]


def test_a_typical_new_nodule_counts_from_10_mm() -> None:
    nodule = new("unequivocal 9.9", "unequivocal 10")
    assert states(liver(nodule, [NOTHING, TYPICAL, TYPICAL])) == ["not_seen", "equivocal", "unequivocal"]
    stable = liver(target("50", "50", "50"), viable("50", "50", "50"))
    assert overall(stable, liver(nodule, [NOTHING, TYPICAL, TYPICAL])) == ["PD", "PD"]
    later = {"equivocal_new_lesion_date": "when_confirmed"}
    assert overall(stable, liver(nodule, [NOTHING, TYPICAL, TYPICAL]), **later) == ["SD", "PD"]


@pytest.mark.parametrize("facts", ATYPICAL)
def test_an_atypical_new_nodule_counts_once_it_has_grown_by_10_mm(facts: Facts) -> None:
    grown = new("unequivocal 12", "unequivocal 21.9", "unequivocal 22", "unequivocal 15")
    assert states(liver(grown, [NOTHING, *[facts] * 4])) == ["not_seen", *["equivocal"] * 2, *["unequivocal"] * 2]
    small_first = new("equivocal 8", "not_seen", "equivocal 18", "equivocal 9")
    found = states(liver(small_first, [NOTHING, *[facts] * 4]))
    assert found == ["not_seen", "equivocal", "not_seen", "unequivocal", "equivocal"]


def test_growth_counts_from_the_first_sighting_not_from_the_smallest() -> None:
    shrunk_first = new("equivocal 15", "equivocal 10", "equivocal 24")
    assert states(liver(shrunk_first, [NOTHING] * 4)) == ["not_seen", "equivocal", "equivocal", "equivocal"]


def test_a_new_nodule_without_a_length_or_on_pet_alone() -> None:
    unmeasured = new("unequivocal", "pet_only", "not_seen")
    assert states(liver(unmeasured, [NOTHING, *[TYPICAL] * 3])) == ["not_seen", "equivocal", "pet_only", "not_seen"]
    assert states(elsewhere(unmeasured)) == ["not_seen", "unequivocal", "pet_only", "not_seen"]


def test_a_new_node_of_the_porta_hepatis_counts_from_20_mm() -> None:
    node = new("unequivocal 19.9", "unequivocal 20", "unequivocal", node=True)
    scanned = ScannedLesion(node, "porta_hepatis_node", [NOTHING] * 4)
    assert states(scanned) == ["not_seen", "not_seen", "unequivocal", "equivocal"]
    stable = liver(target("50", "50", "50", "50"), viable(*["50"] * 4))
    assert overall(stable, scanned) == ["SD", "PD", "SD"]
    assert overall(stable, elsewhere(node)) == ["PD", "PD", "PD"]


def test_fluid_counts_only_with_positive_cytology() -> None:
    ascites = new("unequivocal", "unequivocal")
    proofs = [NOTHING, Facts(cytology_positive=False), Facts(cytology_positive=True)]
    stable = liver(target("50", "50", "50"), viable("50", "50", "50"))
    assert states(ScannedLesion(ascites, "effusion", proofs)) == ["not_seen", "equivocal", "unequivocal"]
    assert overall(stable, ScannedLesion(ascites, "effusion", proofs[:1] * 3)) == ["SD", "SD"]
    assert overall(stable, ScannedLesion(ascites, "effusion", proofs)) == ["PD", "PD"]
    pleural = non_target("present", "unequivocal_pd", "unequivocal_pd")
    assert states(ScannedLesion(pleural, "effusion", proofs)) == ["present", "present", "unequivocal_pd"]
    assert overall(stable, ScannedLesion(pleural, "effusion", proofs)) == ["SD", "PD"]


def test_fluid_once_proven_stays_proven() -> None:
    pleural = non_target("present", "present", "unequivocal_pd")
    proofs = [NOTHING, Facts(cytology_positive=True), NOTHING]
    assert states(ScannedLesion(pleural, "effusion", proofs)) == ["present", "present", "unequivocal_pd"]


def test_cytology_settles_what_the_reader_of_new_fluid_was_not_sure_of() -> None:
    proofs = [NOTHING, Facts(cytology_positive=False), Facts(cytology_positive=True), NOTHING]
    ascites = new("equivocal", "equivocal", "pet_only")
    assert states(ScannedLesion(ascites, "effusion", proofs))[1:] == ["equivocal", "unequivocal", "pet_only"]


def test_an_unknown_site_is_refused() -> None:
    with pytest.raises(ValueError, match="spleen"):
        translated(ScannedLesion(target("20"), "spleen", [NOTHING]))
