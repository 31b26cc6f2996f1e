"""Lesions that split or merge: their sum is that of the lesions chosen at baseline."""

from __future__ import annotations

import pytest
from small_patients import CUTOFF, Patient, derive_of, protocol_with, records_of, responses

from onearm.derive import Derived, derive
from onearm.errors import RefusedError
from onearm.protocol.variant import Variant


def split(*, by_group: bool = False, test: str | None = "TUSPLIT") -> Patient:
    """T01 of 50 mm; its fragments are listed later, under names of their own where ``by_group``."""
    patient = Patient().lesion("T01", TUTESTCD="TUMIDENT").length("T01", 1, -7, "50")
    for number in (1, 2):
        name = f"F{number}" if by_group else f"T01.{number}"
        patient.lesion(name, TUTESTCD=test, TUGRPID="T01" if by_group else None)
    return patient


def lengths(derived: Derived) -> list[int]:
    assert derived.readings is not None
    return derived.readings.lesions.target_length.tolist()


def codes(derived: Derived) -> list[str]:
    return [finding.code for finding in derived.findings]


@pytest.mark.parametrize("by_group", [True, False])
@pytest.mark.parametrize("second, expected", [("15.0", "PR"), ("15.1", "SD"), ("45", "PD")])
def test_the_lengths_of_fragments_add_up(second: str, expected: str, *, by_group: bool) -> None:
    first, other = ("F1", "F2") if by_group else ("T01.1", "T01.2")
    derived = derive_of(split(by_group=by_group).length(first, 2, 63, "20").length(other, 2, 63, second))
    assert responses(derived) == [expected]
    assert lengths(derived) == [500, 200 + round(float(second) * 10)]
    assert codes(derived) == []


def test_a_name_with_a_number_is_a_fragment_of_the_lesion_that_the_list_holds() -> None:
    patient = split(test="TUMIDENT").length("T01.1", 2, 63, "10").length("T01.2", 2, 63, "10")
    assert lengths(derive_of(patient)) == [500, 200]
    apart = Patient().lesion("T.1").lesion("T.2", place="LUNG")
    for name in ("T.1", "T.2"):
        apart.length(name, 1, -7, "20").length(name, 2, 63, "10")
    assert lengths(derive_of(apart)) == [200, 200, 100, 100]


@pytest.mark.parametrize(
    "one, other, length, response",
    [
        ("ABSENT", "ABSENT", 0, "CR"),
        ("20", "ABSENT", 200, "PR"),
        ("20", "TOO SMALL TO MEASURE", 250, "PR"),
        ("TOO SMALL TO MEASURE", "TOO SMALL TO MEASURE", 100, "PR"),
        ("ABSENT", "TOO SMALL TO MEASURE", 0, "PR"),
        ("20", "NOT EVALUABLE", 0, "NE"),
        ("20", "TREATED", 0, "NE"),
        ("20", "MERGED", 200, "PR"),
    ],
)
def test_what_is_said_of_fragments(one: str, other: str, length: int, response: str) -> None:
    patient = split()
    for name, said in (("T01.1", one), ("T01.2", other)):
        (patient.length if said.isdigit() else patient.state)(name, 2, 63, said)
    derived = derive_of(patient)
    assert (responses(derived), lengths(derived)) == ([response], [500, length])


def test_a_fragment_that_was_read_before_must_be_read_again() -> None:
    patient = split().length("T01.1", 2, 63, "10").length("T01.2", 2, 63, "10").length("T01.1", 3, 126, "10")
    derived = derive_of(patient)
    assert responses(derived) == ["PR", "NE"]
    assert codes(derived) == ["D082"]


def test_fragments_that_are_one_again_are_read_as_one() -> None:
    patient = split().length("T01.1", 2, 63, "10").length("T01.2", 2, 63, "10").length("T01", 3, 126, "24")
    assert responses(derive_of(patient)) == ["PR", "PR"]


def test_a_lesion_read_as_a_whole_and_in_parts_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        derive_of(split().length("T01.1", 2, 63, "10").length("T01", 2, 63, "40"))
    assert [finding.code for finding in refused.value.findings] == ["D081"]


def test_viable_parts_of_fragments_add_up_too() -> None:
    patient = split().length("T01", 1, -7, "50", "VDIAM")
    for name, whole, viable in (("T01.1", "30", "10"), ("T01.2", "30", "0")):
        patient.length(name, 2, 63, whole).length(name, 2, 63, viable, "VDIAM")
    records = records_of(patient)
    assert lengths(derive(protocol_with(), records, CUTOFF, Variant(criterion="mrecist"))) == [500, 100]
    assert lengths(derive(protocol_with(), records, CUTOFF)) == [500, 600]


@pytest.mark.parametrize(
    "word, expected", [("UNEQUIVOCAL PROGRESSION", "PD"), ("PRESENT", "PR"), ("NOT EVALUABLE", "PR"), ("ABSENT", "CR")]
)
def test_of_the_fragments_of_a_non_target_the_worst_counts(word: str, expected: str) -> None:
    patient = (
        Patient().sums((-7, "50"), (63, "0")).lesion("NT1", "NON-TARGET").state("NT1", 1, -7, "PRESENT", "NON-TARGET")
    )
    for name, said in (("NT1.1", "ABSENT"), ("NT1.2", word)):
        patient.lesion(name, "NON-TARGET", TUTESTCD="TUSPLIT").state(name, 2, 63, said, "NON-TARGET")
    assert responses(derive_of(patient)) == [expected]


def test_a_merged_mass_counts_as_its_first_lesion_and_the_other_is_merged() -> None:
    patient = Patient().lesion("T01").lesion("T02").length("T01", 1, -7, "30").length("T02", 1, -7, "20")
    patient.lesion("T01/T02", TUTESTCD="TUMERGE").length("T01/T02", 2, 63, "35")
    derived = derive_of(patient)
    assert responses(derived) == ["PR"]
    assert lengths(derived) == [300, 200, 350, 0]
    assert codes(derived) == []


@pytest.mark.parametrize("mm, expected", [("0", "CR"), ("3", "PD")])
def test_a_lesion_that_was_gone_and_is_back(mm: str, expected: str) -> None:
    patient = Patient().sums((-7, "50"), (63, "0"), (126, mm))
    assert responses(derive_of(patient)) == ["CR", expected]
    back = derive_of(patient, protocol=protocol_with(reappearance_after_overall_cr="arithmetic"))
    assert responses(back) == ["CR", "CR" if mm == "0" else "PR"]
