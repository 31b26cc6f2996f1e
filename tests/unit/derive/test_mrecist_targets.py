"""Listed targets that are none under mRECIST: followed as non-targets, and never a response that nobody saw."""

from __future__ import annotations

import pytest
from small_patients import CUTOFF, Patient, protocol_with, records_of, responses

from onearm.derive import Derived, derive
from onearm.protocol.variant import Variant

MRECIST = Variant(criterion="mrecist")


def scanned(**lesions: str) -> Patient:
    """Lesions of the liver (``V…`` in the portal vein, ``NT…`` non-targets), one word a scan: ``whole/viable``, one of
    them ``-`` where it was not read, or a state."""
    patient = Patient()
    words = {"gone": "ABSENT", "small": "TOO SMALL TO MEASURE", "there": "PRESENT", "unseen": "NOT EVALUABLE"}
    for name, line in lesions.items():
        kind = "NON-TARGET" if name.startswith("NT") else "TARGET"
        patient.lesion(name, kind, "PORTAL VEIN" if name.startswith("V") else "LIVER")
        for visit, word in enumerate(line.split(), 1):
            day = -7 if visit == 1 else 63 * (visit - 1)
            whole, _, viable = word.partition("/")
            if whole in words:
                patient.state(name, visit, day, words[whole], kind)
            elif whole not in "-.":
                patient.length(name, visit, day, whole, kind=kind)
            if viable and viable != "-":
                patient.length(name, visit, day, viable, "VDIAM", kind)
    return patient


def derived(**lesions: str) -> Derived:
    return derive(protocol_with(), records_of(scanned(**lesions)), CUTOFF, MRECIST)


def found(of: Derived, *codes: str) -> list[tuple[str, str]]:
    return [(one.code, str(one.values["lesion"])) for one in of.findings if one.code in codes]


@pytest.mark.parametrize("later", ["50/0", "gone", "0/-", "small/0", "there/0"])
@pytest.mark.parametrize("baseline", ["50/-", "50/0", "small", "unseen"])
def test_no_complete_response_of_what_nobody_saw_to_be_viable(baseline: str, later: str) -> None:
    read = derived(T1=f"{baseline} {later} {later}")
    assert responses(read) == ["NE", "NE"]
    assert responses(read, "CBOR") == ["NE"]
    assert found(read, "D060", "D061") == [("D060", "T1")]


def test_another_target_responds_alone() -> None:
    read = derived(T1="50/50 50/20 50/20", T2="30/- 30/- 30/-")
    assert responses(read) == ["PR", "PR"]
    assert found(read, "D060") == [("D060", "T2")]
    assert read.readings is not None
    assert read.readings.lesions.target_length.tolist() == [500, 200, 200]


@pytest.mark.parametrize(
    "second, response", [("30/-", "PR"), ("30/4", "PR"), ("unseen", "PR"), (".", "PR"), ("30/0", "CR"), ("gone", "CR")]
)
def test_it_is_shown_to_be_without_enhancement_before_the_response_is_complete(second: str, response: str) -> None:
    assert responses(derived(T1="50/50 50/0", T2=f"30/- {second}")) == [response]


def test_it_alone_shows_no_course_of_viable_disease() -> None:
    read = derived(T1="50/- 20/10 80/60")
    assert responses(read) == ["NE", "NE"]


def test_a_non_target_that_was_there_can_complete_the_response() -> None:
    assert responses(derived(T1="50/- gone", NT1="9/9 9/0")) == ["CR"]
    assert responses(derived(T1="50/- gone", NT1="gone gone")) == ["NE"]


def test_tumour_in_a_vein_enters_no_sum() -> None:
    read = derived(V1="50/50 50/20 50/0")
    assert responses(read) == ["SD", "CR"]
    assert found(read, "D060", "D064") == [("D064", "V1")]
    assert responses(derived(V1="50/50 50/20", T1="30/30 30/25")) == ["SD"]
    assert responses(derived(V1="50/50 50/20", T1="30/30 30/0")) == ["PR"]


def test_the_visits_stay_those_of_recist() -> None:
    """The baseline is the last scan with a listed target, whatever mRECIST makes of it."""
    patient = scanned(V1="50/50 50/20").length("V1", 1.5, -3, "50").lesion("NT1", "NON-TARGET")
    patient.state("NT1", 1.7, -1, "PRESENT", "NON-TARGET")
    both = [derive(protocol_with(), records_of(patient), CUTOFF, one) for one in (Variant(), MRECIST)]
    days = [one.readings.lesions.day.tolist() for one in both if one.readings is not None]
    assert days[0] == days[1]


def test_recist_reads_them_as_listed() -> None:
    read = derive(protocol_with(), records_of(scanned(V1="50/50 20/20")), CUTOFF)
    assert responses(read) == ["PR"]
    assert found(read, "D060", "D064") == []
