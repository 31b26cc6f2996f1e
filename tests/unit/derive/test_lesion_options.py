"""Options on readings and dates of lesions, lesions that a procedure treated, and the choice of targets."""

from __future__ import annotations

import datetime as dt

import pytest
from small_patients import CUTOFF, FIRST_DOSE, Patient, derive_of, on, protocol_with, records_of, responses, time_of

from onearm.derive import Derived, derive
from onearm.errors import RefusedError
from onearm.protocol.variant import Variant


def codes(derived: Derived) -> list[str]:
    return [finding.code for finding in derived.findings]


def day_of(derived: Derived, parameter: str = "PFS") -> int:
    date = time_of(derived, parameter)["ADT"]
    assert isinstance(date, dt.date)
    return (date - FIRST_DOSE).days


def read_twice(first: str, second: str, *, days: tuple[int, int] = (63, 63)) -> Patient:
    patient = Patient().lesion("T01").length("T01", 1, -7, "50").length("T01", 2, days[0], first)
    return patient.length("T01", 2, days[1], second)


@pytest.mark.parametrize(
    "several, first, second, expected",
    [
        ("worst", "35", "60", "PD"),
        ("worst", "60", "35", "PD"),
        ("best", "35", "60", "PR"),
        ("best", "60", "35", "PR"),
        ("last", "35", "60", "PD"),
        ("last", "60", "35", "PR"),
    ],
)
def test_of_two_readings_the_one_counts_that_the_protocol_names(
    several: str, first: str, second: str, expected: str
) -> None:
    protocol = protocol_with(several_readings=several)
    derived = derive_of(read_twice(first, second), protocol=protocol)
    assert responses(derived) == [expected]
    assert derived.readings is not None
    (row,) = [int(row) for row in derived.readings.target_row[1:]]
    lengths = records_of(read_twice(first, second)).tables["TR"]
    kept = {"PD": 60, "PR": 35}[expected]
    assert float(lengths.filter(lengths["_ROW"] == row)["TRSTRESN"][0]) == kept


def test_the_last_reading_is_the_last_by_day_whatever_the_row() -> None:
    protocol = protocol_with(several_readings="last")
    assert responses(derive_of(read_twice("35", "60", days=(64, 63)), protocol=protocol)) == ["PR"]


def test_two_readings_are_refused_where_the_protocol_says_so() -> None:
    with pytest.raises(RefusedError) as refused:
        derive_of(read_twice("35", "60"))
    assert [finding.code for finding in refused.value.findings] == ["D010"]


@pytest.mark.parametrize("several, expected", [("worst", "PD"), ("best", "SD"), ("last", "SD")])
def test_of_two_words_the_more_progressed_is_the_worse(several: str, expected: str) -> None:
    patient = Patient().sums((-7, "50"), (63, "50")).lesion("NT1", "NON-TARGET")
    patient.state("NT1", 2, 63, "UNEQUIVOCAL PROGRESSION", "NON-TARGET").state("NT1", 2, 63, "PRESENT", "NON-TARGET")
    assert responses(derive_of(patient, protocol=protocol_with(several_readings=several))) == [expected]


def scattered() -> Patient:
    """Three lesions read on days 60, 63 and 66 of one visit."""
    patient = Patient().lesion("T01").lesion("T02", place="LUNG").lesion("NT1", "NON-TARGET", "BONE")
    return patient.length("T01", 1, -7, "50").length("T02", 1, -7, "50").state("NT1", 1, -7, "PRESENT", "NON-TARGET")


@pytest.mark.parametrize("rule, day", [("first_scan", 60), ("last_scan", 66), ("scan_showing_it", 63)])
@pytest.mark.parametrize("what", ["sum", "non-target", "new"])
def test_progression_is_dated_by_the_scan_that_shows_it(rule: str, day: int, what: str) -> None:
    patient = scattered()
    grown, word = ("90", "PRESENT") if what == "sum" else ("50", "PRESENT")
    if what == "sum":
        patient.length("T01", 2, 60, grown).length("T02", 2, 63, "50").state("NT1", 2, 66, word, "NON-TARGET")
    else:
        patient.length("T01", 2, 60, grown).length("T02", 2, 66, "50")
        progressed = what == "non-target"
        patient.state(
            "NT1", 2, 63 if progressed else 66, "UNEQUIVOCAL PROGRESSION" if progressed else word, "NON-TARGET"
        )
        if what == "new":
            patient.lesion("NEW1", "NEW", "BRAIN").state("NEW1", 2, 63, "UNEQUIVOCAL", "NEW")
    derived = derive_of(patient, protocol=protocol_with(progression_date=rule))
    assert responses(derived) == ["PD"]
    assert day_of(derived) == day


@pytest.mark.parametrize(
    "day, expected", [(62, ["NE", "NE"]), (63, ["CR", "NE"]), (64, ["CR", "NE"]), (127, ["CR", "CR"])]
)
@pytest.mark.parametrize("procedure", ["RESECTION", "ABLATION", "TACE", "RADIOTHERAPY", "TRANSPLANT"])
def test_a_lesion_that_a_procedure_names_is_treated_from_the_day_after_on(
    day: int, expected: list[str], procedure: str
) -> None:
    patient = Patient().sums((-7, "50")).state("T01", 2, 63, "ABSENT").state("T01", 3, 126, "ABSENT")
    patient.add("PR", PRTRT=procedure, PRDECOD=procedure, PRLNKID="T01", PRSTDTC=on(day))
    assert responses(derive_of(patient)) == expected


def test_procedures_before_the_trial_or_on_other_lesions_treat_nothing() -> None:
    for name, day in (("T01", -30), ("T02", 30)):
        patient = Patient().sums((-7, "50"), (63, "30")).lesion("T02", "NON-TARGET")
        patient.add("PR", PRTRT="ABLATION", PRDECOD="ABLATION", PRLNKID=name, PRSTDTC=on(day))
        assert responses(derive_of(patient)) == ["PR"]


def test_a_treated_non_target_that_is_gone_makes_no_complete_response() -> None:
    patient = (
        Patient().sums((-7, "50"), (63, "0")).lesion("NT1", "NON-TARGET").state("NT1", 2, 63, "ABSENT", "NON-TARGET")
    )
    assert responses(derive_of(patient)) == ["CR"]
    patient.add("PR", PRTRT="ABLATION", PRDECOD="ABLATION", PRLNKID="NT1", PRSTDTC=on(40))
    assert responses(derive_of(patient)) == ["PR"]


def targets(*lesions: tuple[str, str], **cells: str) -> Derived:
    """Targets at baseline, (place, mm) each; nodes by their short axis."""
    patient = Patient()
    for number, (place, mm) in enumerate(lesions, 1):
        test = "SAXIS" if "LYMPH NODE" in place else "LDIAM"
        tr = {name: value for name, value in cells.items() if name.startswith("TR")}
        tu = {name: value for name, value in cells.items() if name.startswith("TU")}
        patient.lesion(f"T0{number}", place=place, **tu).length(f"T0{number}", 1, -7, mm, test, **tr)
    return derive_of(patient)


@pytest.mark.parametrize(
    "lesions, cells, expected",
    [
        ([("LIVER", "10")], {}, []),
        ([("LIVER", "9.9")], {}, ["D072"]),
        ([("LYMPH NODE", "15")], {}, []),
        ([("LYMPH NODE", "14.9")], {}, ["D073"]),
        ([("LYMPH NODE", "10")], {}, ["D073"]),
        ([("LYMPH NODE", "9.9")], {}, ["D080"]),
        ([("LUNG", "20")], {"TRMETHOD": "CHEST X-RAY"}, []),
        ([("LUNG", "19.9")], {"TRMETHOD": "CHEST X-RAY"}, ["D072"]),
        ([("SKIN", "10")], {"TRMETHOD": "CALIPER"}, []),
        ([("SKIN", "9.9")], {"TRMETHOD": "CALIPER"}, ["D072"]),
        ([("LIVER", "10")], {"TRSLICE": "5"}, []),
        ([("LIVER", "15.9")], {"TRSLICE": "8"}, ["D072"]),
        ([("LIVER", "16")], {"TRSLICE": "8"}, []),
        ([("LIVER", "30")], {"TUPRIOR": "Y", "TUPROG": "Y"}, []),
        ([("LIVER", "30")], {"TUPRIOR": "Y", "TUPROG": "N"}, ["D074"]),
        ([("LIVER", "30")], {"TUPRIOR": "Y"}, ["D074"]),
        ([("LIVER", "30")], {"TUPRIOR": "N"}, []),
        ([("LIVER", "30")], {"TRMETHOD": "ULTRASOUND"}, ["D077"]),
        ([("LUNG, LEFT", "20"), ("LUNG, RIGHT", "20")], {}, []),
        ([("LUNG, LEFT", "20"), ("LUNG, RIGHT", "20"), ("LEFT LUNG", "20")], {}, ["D071"]),
        ([("LYMPH NODE, NECK", "20"), ("LYMPH NODE, GROIN", "20"), ("LYMPH NODE", "20")], {}, ["D071"]),
        ([(place, "20") for place in ("LIVER", "LIVER", "LUNG", "LUNG", "BRAIN")], {}, []),
        ([(place, "20") for place in ("LIVER", "LIVER", "LUNG", "LUNG", "BRAIN", "SKIN")], {}, ["D070"]),
    ],
)
def test_the_choice_of_targets(lesions: list[tuple[str, str]], cells: dict[str, str], expected: list[str]) -> None:
    assert codes(targets(*lesions, **cells)) == expected


@pytest.mark.parametrize("size, expected", [("19.9", ["D066"]), ("20", [])])
def test_a_node_at_the_porta_hepatis_is_a_target_of_mrecist_from_20_mm_on(size: str, expected: list[str]) -> None:
    patient = Patient().lesion("T01", place="LYMPH NODE", TULOCDTL="PORTA HEPATIS").length("T01", 1, -7, size, "SAXIS")
    records = records_of(patient)
    assert codes(derive(protocol_with(), records, CUTOFF, Variant(criterion="mrecist"))) == expected
    assert codes(derive(protocol_with(), records, CUTOFF)) == []


def test_no_measurable_lesion_under_a_primary_response_rate() -> None:
    patient = Patient().lesion("NT1", "NON-TARGET").state("NT1", 1, -7, "PRESENT", "NON-TARGET")
    assert codes(derive_of(patient)) == ["D075"]


@pytest.mark.parametrize("rule, expected", [("warn", ["D079"]), ("not_checked", [])])
@pytest.mark.parametrize("size, is_short", [("15.9", True), ("16", False)])
def test_thick_slices_and_nodes(rule: str, expected: list[str], size: str, *, is_short: bool) -> None:
    patient = Patient().lesion("T01", place="LYMPH NODE").length("T01", 1, -7, size, "SAXIS", TRSLICE="8")
    derived = derive_of(patient, protocol=protocol_with(slice_rule_for_nodes=rule))
    assert codes(derived) == (expected if is_short else [])


def test_another_method_than_at_baseline_is_a_query_once_a_lesion() -> None:
    patient = Patient().lesion("T01").length("T01", 1, -7, "30", TRMETHOD="CT SCAN")
    for visit, day in ((2, 63), (3, 126)):
        patient.length("T01", visit, day, "30", TRMETHOD="MRI")
    derived = derive_of(patient)
    assert (responses(derived), codes(derived)) == (["SD", "SD"], ["D076"])


def test_pet_never_enters_the_response_of_targets() -> None:
    patient = Patient().lesion("T01").length("T01", 1, -7, "30").length("T01", 2, 63, "60", TRMETHOD="PET SCAN")
    derived = derive_of(patient)
    assert (responses(derived), codes(derived)) == (["NE"], ["D078"])
    both = Patient().lesion("T01").length("T01", 1, -7, "30").length("T01", 2, 63, "60", TRMETHOD="PET/CT SCAN")
    assert responses(derive_of(both)) == ["PD"]
