"""The same scans by another criterion and in another region, from records to overall responses."""

from __future__ import annotations

import pytest
from small_patients import CUTOFF, Patient, on, protocol_with, records_of, responses

from onearm.derive import Derived, derive, derive_variants
from onearm.errors import RefusedError
from onearm.protocol import Protocol
from onearm.protocol.variant import Region, Variant, beside_variants, read_as

MRECIST = Variant(criterion="mrecist")


def codes(derived: Derived) -> list[str]:
    return [finding.code for finding in derived.findings]


def overall(patient: Patient, variant: Variant = MRECIST, **options: object) -> list[str]:
    return responses(derive(protocol_with(**options), records_of(patient), CUTOFF, variant))


def liver(*readings: tuple[str, str | None]) -> Patient:
    """One liver target: whole and viable diameter at screening and every 63 days."""
    patient = Patient().lesion("T01")
    for visit, (whole, viable) in enumerate(readings, 1):
        day = -7 if visit == 1 else 63 * (visit - 1)
        patient.length("T01", visit, day, whole)
        if viable is not None:
            patient.length("T01", visit, day, viable, test="VDIAM")
    return patient


def test_one_scan_gives_two_responses() -> None:
    patient = liver(("50", "50"), ("50", "35"), ("50", "0"))
    recist, mrecist = derive_variants(protocol_with(), records_of(patient), CUTOFF, [Variant(), MRECIST])
    assert responses(recist) == ["SD", "SD"]
    assert responses(mrecist) == ["PR", "CR"]
    assert recist.readings is not None and mrecist.readings is not None
    assert recist.readings.lesions.target_length.tolist() == [500, 500, 500]
    assert mrecist.readings.lesions.target_length.tolist() == [500, 350, 0]


@pytest.mark.parametrize("viable, response", [("35.0", "PR"), ("35.1", "SD")])
def test_partial_response_is_a_viable_sum_of_70_percent(viable: str, response: str) -> None:
    assert overall(liver(("80", "50"), ("80", viable))) == [response]


@pytest.mark.parametrize(
    "viable, profile, response",
    [("11.9", None, "SD"), ("12.0", None, "PD"), ("14.9", "mrecist-hcc-5mm-2026", "SD"),
     ("15.0", "mrecist-hcc-5mm-2026", "PD")],
)  # fmt: skip
def test_progression_needs_5_mm_only_where_the_profile_says_so(viable: str, profile: str | None, response: str) -> None:
    protocol = protocol_with()
    tumour = protocol.tumour.model_copy(update={"beside": ("mrecist",), "beside_profile": profile})
    protocol = protocol.model_copy(update={"tumour": tumour})
    records = records_of(liver(("40", "10"), ("40", viable)))
    assert responses(derive(protocol, records, CUTOFF, MRECIST)) == [response]


def test_without_a_viable_baseline_a_liver_lesion_is_no_target_and_its_length_never_stands_in() -> None:
    patient = liver(("50", None), ("20", "10"))
    derived = derive(protocol_with(), records_of(patient), CUTOFF, MRECIST)
    assert responses(derived) == ["NE"]
    assert "D060" in codes(derived)


def test_a_later_scan_without_a_viable_diameter_is_not_evaluable() -> None:
    derived = derive(protocol_with(), records_of(liver(("50", "40"), ("20", None), ("20", "20"))), CUTOFF, MRECIST)
    assert responses(derived) == ["NE", "PR"]
    assert codes(derived) == ["D061"]


def test_the_other_way_round() -> None:
    protocol = read_as(protocol_with(), MRECIST)
    assert protocol.tumour.criterion == "mrecist"
    records = records_of(liver(("50", "50"), ("50", "0")))
    main, other = derive_variants(protocol, records, CUTOFF, [Variant(), Variant(criterion="recist-1.1")])
    assert (responses(main), responses(other)) == (["CR"], ["SD"])
    assert read_as(protocol, Variant(criterion="recist-1.1")).response_options == protocol_with().response_options


def test_a_target_of_0_mm_is_gone_without_a_viable_diameter() -> None:
    derived = derive(protocol_with(), records_of(liver(("50", "40"), ("0", None), ("0.1", None))), CUTOFF, MRECIST)
    assert responses(derived) == ["CR", "NE"]
    assert codes(derived) == ["D061"]


def test_what_lies_outside_the_liver_is_read_by_recist() -> None:
    patient = liver(("50", "50"), ("50", "30"))
    patient.lesion("T02", place="LUNG").length("T02", 1, -7, "20").length("T02", 2, 63, "20")
    patient.lesion("T03", place="LYMPH NODE").length("T03", 1, -7, "20", "SAXIS").length("T03", 2, 63, "9", "SAXIS")
    derived = derive(protocol_with(), records_of(patient), CUTOFF, MRECIST)
    assert derived.readings is not None
    assert derived.readings.lesions.target_length.tolist() == [500, 200, 200, 300, 200, 90]
    assert responses(derived) == ["PR"]


def test_a_dead_non_target_is_gone_although_it_is_still_seen() -> None:
    patient = liver(("50", "50"), ("50", "0")).lesion("NT1", "NON-TARGET")
    for visit, day, viable in ((1, -7, "9"), (2, 63, "0")):
        patient.state("NT1", visit, day, "PRESENT", "NON-TARGET")
        patient.length("NT1", visit, day, viable, "VDIAM", "NON-TARGET")
    assert overall(patient) == ["CR"]
    assert overall(patient, Variant()) == ["SD"]


@pytest.mark.parametrize(
    "place, answer, response",
    [("LIVER", "N", "CR"), ("LIVER", "Y", "PR"), ("PORTAL VEIN", "N", "CR"), ("LUNG", "N", "PR")],
)
@pytest.mark.parametrize("entered", ["word", "length", "nothing"])
def test_a_non_target_of_the_liver_that_is_not_enhanced_is_gone(
    place: str, answer: str, response: str, entered: str
) -> None:
    patient = liver(("50", "50"), ("50", "0")).lesion("NT1", "NON-TARGET", place)
    patient.state("NT1", 1, -7, "PRESENT", "NON-TARGET")
    if entered == "word":
        patient.state("NT1", 2, 63, "PRESENT", "NON-TARGET")
    elif entered == "length":
        patient.length("NT1", 2, 63, "20", kind="NON-TARGET")
    patient._read("NT1", 2, 63, "NON-TARGET", "ARTENH", TRSTRESC=answer)
    assert overall(patient) == [response]


def contradicting() -> Patient:
    """Ascites of which two taps of one day say two things."""
    patient = liver(("50", "50"), ("50", "50")).lesion("A1", "NEW", "ASCITES").state("A1", 2, 63, "UNEQUIVOCAL", "NEW")
    for answer in ("POSITIVE", "NEGATIVE"):
        patient._read("A1", 2, 63, "NEW", "CYTOLOGY", TRSTRESC=answer)
    return patient


def test_two_answers_are_refused_like_two_lengths() -> None:
    with pytest.raises(RefusedError) as refused:
        derive(protocol_with(), records_of(contradicting()), CUTOFF, MRECIST)
    (finding,) = refused.value.findings
    assert (finding.code, finding.values["test"], finding.severity) == ("D010", "CYTOLOGY", "error")
    assert responses(derive(protocol_with(), records_of(contradicting()), CUTOFF)) == ["PD"]


@pytest.mark.parametrize("several, response", [("worst", "PD"), ("best", "SD"), ("last", "SD")])
def test_of_two_answers_the_protocol_chooses(several: str, response: str) -> None:
    assert overall(contradicting(), several_readings=several) == [response]


def nodule(*sightings: tuple[str, str | None], word: str = "UNEQUIVOCAL") -> Patient:
    """A stable target and a new liver nodule at visits 2, 3, …: size, and Y or N for enhancement and washout."""
    patient = liver(*[("50", "50")] * (len(sightings) + 1)).lesion("NEW1", "NEW")
    for visit, (size, pattern) in enumerate(sightings, 2):
        day = 63 * (visit - 1)
        patient.state("NEW1", visit, day, word, "NEW").length("NEW1", visit, day, size, kind="NEW")
        for test in ("ARTENH", "WASHOUT") if pattern else ():
            patient._read("NEW1", visit, day, "NEW", test, TRSTRESC=pattern)
    return patient


def test_a_nodule_without_the_pattern_dates_back_once_it_has_grown() -> None:
    assert overall(nodule(("11", "N"), ("20.9", "N"))) == ["SD", "SD"]
    assert overall(nodule(("11", "N"), ("21", "N"))) == ["PD", "PD"]
    assert overall(nodule(("11", "N"), ("21", "N")), equivocal_new_lesion_date="when_confirmed") == ["SD", "PD"]
    assert overall(nodule(("9.9", "Y"))) == ["SD"]
    assert overall(nodule(("10", "Y"))) == ["PD"]
    assert overall(nodule(("10", "N"))) == ["SD"]
    assert overall(nodule(("10", "N")), Variant()) == ["PD"]


@pytest.mark.parametrize("word", ["UNEQUIVOCAL", "EQUIVOCAL"])
def test_a_nodule_without_facts_is_equivocal_and_asked_about(word: str) -> None:
    derived = derive(protocol_with(), records_of(nodule(("12", None), word=word)), CUTOFF, MRECIST)
    assert (responses(derived), codes(derived)) == (["SD"], ["D062"])
    grown = derive(protocol_with(), records_of(nodule(("12", None), ("22", None), word=word)), CUTOFF, MRECIST)
    assert (responses(grown), codes(grown)) == (["PD", "PD"], ["D062"])


def test_a_nodule_that_the_lesion_list_alone_names_is_asked_about_at_its_row() -> None:
    patient = liver(("50", "50"), ("50", "50")).lesion("NEW1", "NEW", VISITNUM="2", TUDTC=on(63))
    derived = derive(protocol_with(), records_of(patient), CUTOFF, MRECIST)
    (finding,) = derived.findings
    assert (responses(derived), finding.code) == (["SD"], "D062")
    assert (finding.place.file, finding.place.path) == ("TU", "TUORRES")
    assert overall(patient, Variant()) == ["PD"]


@pytest.mark.parametrize("size, response", [("19.9", "SD"), ("20", "PD")])
def test_a_new_node_at_the_porta_hepatis(size: str, response: str) -> None:
    patient = liver(("50", "50"), ("50", "50")).lesion("NEW1", "NEW", "LYMPH NODE", TULOCDTL="PORTA HEPATIS")
    patient.state("NEW1", 2, 63, "UNEQUIVOCAL", "NEW").length("NEW1", 2, 63, size, "SAXIS", "NEW")
    assert overall(patient) == [response]
    assert overall(patient, Variant()) == ["PD"]


@pytest.mark.parametrize("answer, response", [("NEGATIVE", "SD"), (None, "SD"), ("POSITIVE", "PD")])
@pytest.mark.parametrize("kind, word", [("NEW", "UNEQUIVOCAL"), ("NON-TARGET", "UNEQUIVOCAL PROGRESSION")])
def test_ascites_counts_with_positive_cytology_only(answer: str | None, response: str, kind: str, word: str) -> None:
    patient = liver(("50", "50"), ("50", "50")).lesion("A1", kind, "ASCITES").state("A1", 2, 63, word, kind)
    if answer:
        patient._read("A1", 2, 63, kind, "CYTOLOGY", TRSTRESC=answer)
    derived = derive(protocol_with(), records_of(patient), CUTOFF, MRECIST)
    assert responses(derived) == [response]
    assert codes(derived) == (["D067"] if response == "SD" else [])


@pytest.mark.parametrize("place", ["PORTAL VEIN", "ASCITES"])
def test_a_vein_or_fluid_is_no_target(place: str) -> None:
    patient = Patient().lesion("T01", place=place).length("T01", 1, -7, "30").length("T01", 1, -7, "30", "VDIAM")
    assert "D064" in codes(derive(protocol_with(), records_of(patient), CUTOFF, MRECIST))
    assert ("D064" in codes(derive(protocol_with(), records_of(patient), CUTOFF))) == (place == "ASCITES")


def test_a_lesion_without_a_place_is_found_and_makes_every_region_not_evaluable() -> None:
    patient = liver(("50", "50"), ("50", "30"))
    patient.rows = [(d, {**c, "TULOC": None} if d == "TU" else c) for d, c in patient.rows]
    for variant, expected in ((MRECIST, ["NE"]), (Variant(region="liver"), ["NE"]), (Variant(), ["SD"])):
        derived = derive(protocol_with(), records_of(patient), CUTOFF, variant)
        assert responses(derived) == expected
        assert ("D063" in codes(derived)) == (variant != Variant())


def unplaced(kind: str, *words: str) -> Patient:
    """A target of the liver that shrinks and a lesion of an unknown place, one word a scan from screening on."""
    patient = Patient().lesion("T01").lesion("X1", kind, "OTHER")
    for visit, (mm, word) in enumerate(zip(("50", "30", "30", "30"), words, strict=True), 1):
        day = -7 if visit == 1 else 63 * (visit - 1)
        patient.length("T01", visit, day, mm)
        if word != "-":
            patient.state("X1", visit, day, word, kind)
    return patient


@pytest.mark.parametrize("region", ["liver", "outside_liver"])
@pytest.mark.parametrize("word", ["PRESENT", "ABSENT", "UNEQUIVOCAL PROGRESSION"])
def test_a_non_target_without_a_place_leaves_no_region_evaluable(region: Region, word: str) -> None:
    patient = unplaced("NON-TARGET", "PRESENT", word, word, word)
    derived = derive(protocol_with(), records_of(patient), CUTOFF, Variant(region=region))
    assert responses(derived) == ["NE"] * 3
    assert codes(derived).count("D063") == 1


def test_a_new_lesion_without_a_place_ends_what_can_be_told_of_a_region() -> None:
    liver_alone = Variant(region="liver")
    sure = unplaced("NEW", "-", "-", "UNEQUIVOCAL", "-")
    assert overall(sure, Variant()) == ["PR", "PD", "PR"]
    assert overall(sure, liver_alone) == ["PR", "NE", "NE"]
    dating_back = unplaced("NEW", "-", "EQUIVOCAL", "EQUIVOCAL", "UNEQUIVOCAL")
    assert overall(dating_back, liver_alone) == ["NE", "NE", "NE"]
    never_sure = unplaced("NEW", "-", "EQUIVOCAL", "-", "-")
    assert overall(never_sure, liver_alone) == overall(never_sure, Variant()) == ["PR", "PR", "PR"]


def test_what_lies_in_the_region_can_still_progress() -> None:
    patient = unplaced("NEW", "-", "-", "UNEQUIVOCAL", "-").lesion("N2", "NEW", "LIVER")
    patient.state("N2", 4, 189, "UNEQUIVOCAL", "NEW")
    assert overall(patient, Variant(region="liver")) == ["PR", "NE", "PD"]


def spread() -> Patient:
    """Liver and vein get better, the lung gets worse; a new lesion in bone at the last visit."""
    patient = Patient().lesion("T01").lesion("T02", place="LUNG").lesion("NT1", "NON-TARGET", "PORTAL VEIN")
    for visit, (day, first, second, vein) in enumerate(
        [(-7, "50", "20", "PRESENT"), (63, "30", "24", "ABSENT"), (126, "0", "40", "ABSENT")], 1
    ):
        patient.length("T01", visit, day, first).length("T02", visit, day, second)
        patient.state("NT1", visit, day, vein, "NON-TARGET")
    return patient.lesion("NEW1", "NEW", "BONE").state("NEW1", 3, 126, "UNEQUIVOCAL", "NEW")


@pytest.mark.parametrize(
    "region, expected",
    [("whole", ["SD", "PD"]), ("liver", ["PR", "CR"]), ("outside_liver", ["SD", "PD"])],
)
def test_a_region_has_its_own_targets_non_targets_and_new_lesions(region: Region, expected: list[str]) -> None:
    derived = derive(protocol_with(), records_of(spread()), CUTOFF, Variant(region=region))
    assert responses(derived) == expected
    assert derived.variant.describe() == ({} if region == "whole" else {"region": region})


def test_every_region_has_the_same_visits() -> None:
    patient = spread().lesion("T03", place="BRAIN").length("T03", 1, -7, "10").length("T03", 4, 189, "10")
    regions: tuple[Region, ...] = ("whole", "liver", "outside_liver")
    all_of_them = derive_variants(
        protocol_with(), records_of(patient), CUTOFF, [Variant(region=region) for region in regions]
    )
    days = [one.readings.lesions.day.tolist() for one in all_of_them if one.readings is not None]
    assert days[0] == days[1] == days[2] and len(days[0]) == 4
    assert responses(all_of_them[1])[-1] == "NE"


def test_what_stands_beside() -> None:
    def beside(**tumour: object) -> list[dict[str, object]]:
        protocol = protocol_with()
        changed: Protocol = protocol.model_copy(update={"tumour": protocol.tumour.model_copy(update=tumour)})
        return [variant.describe() for variant in beside_variants(changed)]

    assert beside() == []
    assert beside(beside=("mrecist",)) == [{"criterion": "mrecist"}]
    assert beside(regions=("liver", "outside_liver")) == [{"region": "liver"}, {"region": "outside_liver"}]
    assert beside(beside=("mrecist",), regions=("liver",)) == [
        {"region": "liver"},
        {"criterion": "mrecist"},
        {"criterion": "mrecist", "region": "liver"},
    ]
    assert {"criterion": "mrecist", "region": "outside_liver"} not in beside(
        beside=("mrecist",), regions=("outside_liver",)
    )


def test_outside_the_liver_mrecist_reads_by_recist() -> None:
    patient = Patient().lesion("T01", place="LUNG").length("T01", 1, -7, "10").length("T01", 2, 63, "14.9")
    assert overall(patient, Variant(criterion="mrecist", region="outside_liver")) == ["SD"]
    assert overall(patient, MRECIST) == ["PD"]


@pytest.mark.parametrize("axis, response", [("14", "CR"), ("19.9", "CR"), ("20", "PR")])
@pytest.mark.parametrize("word", ["PRESENT", None])
def test_a_non_target_node_at_the_porta_hepatis(axis: str, response: str, word: str | None) -> None:
    patient = liver(("50", "50"), ("50", "0")).lesion("N1", "NON-TARGET", "LYMPH NODE", TULOCDTL="PORTA HEPATIS")
    for visit, day in ((1, -7), (2, 63)):
        patient.length("N1", visit, day, axis, "SAXIS", "NON-TARGET")
        if word:
            patient.state("N1", visit, day, word, "NON-TARGET")
    assert overall(patient) == [response]
    assert overall(patient, Variant()) == ["SD"]


def test_another_node_keeps_its_limit() -> None:
    patient = liver(("50", "50"), ("50", "0")).lesion("N1", "NON-TARGET", "LYMPH NODE")
    for visit, day in ((1, -7), (2, 63)):
        patient.length("N1", visit, day, "14", "SAXIS", "NON-TARGET")
    assert overall(patient) == ["PR"]


def test_a_normal_node_at_the_porta_hepatis_alone_is_no_disease_that_could_go() -> None:
    patient = Patient().lesion("N1", "NON-TARGET", "LYMPH NODE", TULOCDTL="PORTA HEPATIS")
    patient.length("N1", 1, -7, "14", "SAXIS", "NON-TARGET").length("N1", 2, 63, "9", "SAXIS", "NON-TARGET")
    assert overall(patient) == ["NE"]


@pytest.mark.parametrize("axis, asked", [("20", False), ("19.9", True), ("10", True), ("9.9", False)])
def test_a_target_node_at_the_porta_hepatis_between_the_limits_is_found(axis: str, asked: bool) -> None:
    patient = liver(("50", "50"), ("50", "0")).lesion("T02", place="LYMPH NODE", TULOCDTL="PORTA HEPATIS")
    patient.length("T02", 1, -7, "22", "SAXIS").length("T02", 2, 63, axis, "SAXIS")
    derived = derive(protocol_with(), records_of(patient), CUTOFF, MRECIST)
    assert ("D068" in codes(derived)) == asked
    assert responses(derived) == (["CR"] if axis == "9.9" else ["PR"])
    assert "D068" not in codes(derive(protocol_with(), records_of(patient), CUTOFF))
