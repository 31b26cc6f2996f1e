"""From rows of TR and TU to what the rules see: axes, states, baselines, visits, new lesions."""

from __future__ import annotations

import datetime as dt

import pytest
from small_patients import CUTOFF, Patient, derive_of, on, protocol_with, responses, subject_of

from onearm.errors import RefusedError


def test_a_node_counts_by_its_short_axis_and_the_other_axis_is_only_read() -> None:
    patient = Patient().lesion("T01", place="LYMPH NODE").length("T01", 1, 0, "20", "LPERP").length("T01", 1, 0, "40")
    patient.length("T01", 2, 63, "14", "LPERP").length("T01", 2, 63, "39")
    derived = derive_of(patient)
    assert responses(derived, "TRGRESP") == ["PR"]
    assert subject_of(derived)["BLSUM"] == "20"


def test_a_short_axis_may_be_called_saxis() -> None:
    patient = Patient().lesion("T01", place="AXILLARY LYMPH NODE")
    patient.length("T01", 1, 0, "20", "SAXIS").length("T01", 2, 63, "9.9", "SAXIS")
    assert responses(derive_of(patient), "TRGRESP") == ["CR"]


def test_a_lesion_without_its_deciding_length_is_not_assessed_and_this_is_said() -> None:
    patient = Patient().lesion("T01").length("T01", 1, 0, "40").length("T01", 2, 63, "20", "LPERP")
    derived = derive_of(patient)
    assert responses(derived) == ["NE"]
    assert [(f.code, f.place.row, f.severity) for f in derived.findings] == [("D015", 3, "warning")]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ABSENT", "CR"),
        ("TOO SMALL TO MEASURE", "PR"),
        ("NOT EVALUABLE", "NE"),
        ("TREATED", "NE"),
        ("PRESENT", "NE"),
    ],
)
def test_each_word_said_of_a_target(word: str, expected: str) -> None:
    patient = Patient().lesion("T01").length("T01", 1, 0, "40").state("T01", 2, 63, word)
    assert responses(derive_of(patient), "TRGRESP") == [expected]


def test_a_merged_target_counts_as_assessed() -> None:
    patient = Patient().lesion("T01").lesion("T02").length("T01", 1, 0, "40").length("T02", 1, 0, "20")
    patient.length("T01", 2, 63, "59").state("T02", 2, 63, "MERGED")
    assert responses(derive_of(patient), "TRGRESP") == ["SD"]


def test_a_measured_length_is_preferred_to_the_length_of_too_small() -> None:
    patient = Patient().lesion("T01").length("T01", 1, 0, "10").length("T01", 2, 63, "4")
    patient.state("T01", 2, 63, "TOO SMALL TO MEASURE")
    derived = derive_of(patient)
    rows = derived.adtr.filter(derived.adtr["PARAMCD"] == "SUMDIAM")
    assert rows["AVAL"].to_list() == [10.0, 4.0]


def test_zero_is_gone() -> None:
    derived = derive_of(Patient().sums((0, "40"), (63, "0")))
    lengths = derived.adtr.filter(derived.adtr["PARAMCD"] == "LDIAM")
    assert lengths["STATE"].to_list() == ["measured", "absent"]
    assert responses(derived) == ["CR"]


@pytest.mark.parametrize("with_row", [True, False])
def test_a_target_without_a_row_is_like_one_not_done(with_row: bool) -> None:
    patient = Patient().lesion("T01").lesion("T02").length("T01", 1, 0, "40").length("T02", 1, 0, "20")
    patient.length("T01", 2, 63, "20")
    if with_row:
        patient.not_done("T02", 2, 63)
    assert responses(derive_of(patient)) == ["NE"]


def test_the_baseline_is_the_last_scan_with_targets_before_treatment() -> None:
    patient = Patient().lesion("T01").lesion("NT01", "NON-TARGET", "BONE")
    patient.length("T01", 1, -21, "50").length("T01", 1.1, -7, "40").state("NT01", 1.2, -2, "PRESENT", "NON-TARGET")
    patient.length("T01", 2, 63, "28").state("NT01", 2, 63, "PRESENT", "NON-TARGET")
    derived = derive_of(patient)
    person = subject_of(derived)
    assert (person["BLSUM"], person["BLDT"].isoformat()) == ("40", on(-7))
    assert responses(derived) == ["PR"]


@pytest.mark.parametrize(
    ("rule", "baseline", "visits"), [("counts", "40", ["SD"]), ("does_not_count", None, ["NE", "NE"])]
)
def test_a_scan_on_the_reference_day(rule: str, baseline: str | None, visits: list[str]) -> None:
    derived = derive_of(Patient().sums((0, "40"), (63, "39")), protocol=protocol_with(baseline_on_reference_day=rule))
    assert subject_of(derived)["BLSUM"] == baseline
    assert responses(derived) == visits


@pytest.mark.parametrize(("day", "codes"), [(-28, []), (-29, ["D013"])])
def test_an_old_baseline_is_reported(day: int, codes: list[str]) -> None:
    derived = derive_of(Patient().sums((day, "40"), (63, "39")))
    assert [finding.code for finding in derived.findings] == codes


def test_a_target_that_was_not_read_at_baseline_is_reported() -> None:
    patient = Patient().sums((0, "40"), (63, "20")).lesion("T02").length("T02", 2, 63, "10")
    derived = derive_of(patient)
    assert [(finding.code, finding.values["lesion"]) for finding in derived.findings] == [("D014", "T02")]
    assert responses(derived) == ["NE"]


def test_unscheduled_visits_are_ordered_by_day_not_by_number() -> None:
    patient = Patient().lesion("T01").length("T01", 1, 0, "100").length("T01", 2, 63, "70")
    patient.length("T01", 99, 40, "60").length("T01", 3, 126, "72")
    derived = derive_of(patient, protocol=protocol_with(pr_continues="never"))
    rows = derived.adrs.filter(derived.adrs["PARAMCD"] == "OVRLRESP")
    # 72 is 20 % and 12 mm above the nadir of 60, which the unscheduled scan on day 40 set.
    assert list(zip(rows["VISITNUM"], rows["AVALC"], strict=True)) == [("99", "PR"), ("2", "PR"), ("3", "PD")]


def test_the_order_of_the_rows_makes_no_difference() -> None:
    patient = Patient().sums((0, "40"), (63, "28"), (126, "28"), (189, "34"))
    turned = Patient().sums((0, "40"), (63, "28"), (126, "28"), (189, "34"))
    turned.rows = [turned.rows[0], *reversed(turned.rows[1:])]
    one, other = derive_of(patient), derive_of(turned)
    assert one.adrs.drop("SRCROW").equals(other.adrs.drop("SRCROW"))
    assert one.adtte.drop("SRCROW").equals(other.adtte.drop("SRCROW"))


def test_rows_after_the_cut_off_are_not_read() -> None:
    patient = Patient().sums((0, "40"), (63, "28"), (126, "60"))
    cutoff = dt.date.fromisoformat(on(125))
    assert responses(derive_of(patient, cutoff=cutoff)) == ["PR"]
    assert responses(derive_of(patient, cutoff=cutoff + dt.timedelta(days=1))) == ["PR", "PD"]


@pytest.mark.parametrize(("which", "day"), [("first_scan", 63), ("last_scan", 66)])
def test_the_day_of_a_response_with_scans_on_several_days(which: str, day: int) -> None:
    patient = Patient().lesion("T01").lesion("T02").length("T01", 1, 0, "40").length("T02", 1, 0, "40")
    patient.length("T01", 2, 63, "20").length("T02", 2, 66, "20")
    derived = derive_of(patient, protocol=protocol_with(response_date=which))
    assert derived.adrs.filter(derived.adrs["PARAMCD"] == "OVRLRESP")["ADT"].item().isoformat() == on(day)


@pytest.mark.parametrize(("which", "day"), [("first_scan", 63), ("last_scan", 66)])
def test_the_day_of_a_progression_with_scans_on_several_days(which: str, day: int) -> None:
    patient = Patient().lesion("T01").lesion("T02").length("T01", 1, 0, "40").length("T02", 1, 0, "40")
    patient.length("T01", 2, 63, "60").length("T02", 2, 66, "60")
    derived = derive_of(patient, protocol=protocol_with(progression_date=which))
    for parameter in ("PFSLIT", "PFS"):
        assert derived.adtte.filter(derived.adtte["PARAMCD"] == parameter)["ADT"].item().isoformat() == on(day)


def new_lesion_patient() -> Patient:
    return Patient().sums((0, "40"), (63, "39"), (126, "39"), (189, "39"))


def test_an_equivocal_new_lesion_dates_back_once_it_is_certain() -> None:
    patient = new_lesion_patient().lesion("NEW01", "NEW", "LUNG")
    patient.state("NEW01", 2, 63, "EQUIVOCAL", "NEW").state("NEW01", 3, 126, "UNEQUIVOCAL", "NEW")
    assert responses(derive_of(patient), "NEWLRESP") == ["Y", "Y", "N"]
    later = protocol_with(equivocal_new_lesion_date="when_confirmed")
    assert responses(derive_of(patient, protocol=later), "NEWLRESP") == ["N", "Y", "N"]


def test_a_new_lesion_that_only_tu_names_is_unequivocal() -> None:
    patient = new_lesion_patient().lesion("NEW01", "NEW", "LUNG", VISITNUM="3", VISIT="SCAN 3", TUDTC=on(126))
    derived = derive_of(patient)
    assert responses(derived, "NEWLRESP") == ["N", "Y", "N"]
    row = derived.adrs.filter((derived.adrs["PARAMCD"] == "OVRLRESP") & (derived.adrs["AVALC"] == "PD")).row(
        0, named=True
    )
    assert (row["SRCDOM"], row["SRCVAR"], row["LNKID"], row["REASON"]) == ("TU", "TUORRES", "NEW01", "new_lesion")


def test_a_new_lesion_without_any_day_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        derive_of(new_lesion_patient().lesion("NEW01", "NEW", "LUNG"))
    assert [finding.code for finding in refused.value.findings] == ["D012"]


@pytest.mark.parametrize(
    ("methods", "rule", "expected"),
    [
        (("PET SCAN", None), "backdated_if_confirmed", ["N", "N", "N"]),
        (("PET SCAN", "CT SCAN"), "backdated_if_confirmed", ["Y", "Y", "N"]),
        (("PET SCAN", "CT SCAN"), "not_pd", ["N", "Y", "N"]),
        (("CT SCAN", "CT SCAN"), "not_pd", ["Y", "Y", "N"]),
    ],
)
def test_a_hot_spot_on_pet_alone(methods: tuple[str, str | None], rule: str, expected: list[str]) -> None:
    patient = new_lesion_patient().lesion("NEW01", "NEW", "LUNG")
    for visit, method in zip((2, 3), methods, strict=True):
        if method is not None:
            patient.state("NEW01", visit, 63 * (visit - 1), "UNEQUIVOCAL", "NEW", TRMETHOD=method)
    derived = derive_of(patient, protocol=protocol_with(pet_only_new_lesion=rule))
    assert responses(derived, "NEWLRESP") == expected


def test_the_chosen_evaluator_alone_is_read() -> None:
    patient = Patient().sums((0, "40"), (63, "20"))
    for visit, day, mm in ((1, 0, "40"), (2, 63, "60")):
        patient.length("T01", visit, day, mm, TREVAL="INDEPENDENT ASSESSOR", TREVALID="READER 1")
    assert responses(derive_of(patient)) == ["PR"]
    assert responses(derive_of(patient, protocol=protocol_with(evaluator="independent"))) == ["PD"]
    assert responses(derive_of(patient, protocol=protocol_with(evaluator="adjudicator"))) == []


def test_of_several_readers_the_accepted_one_counts_and_without_one_it_is_refused() -> None:
    def patient(accepted: str | None) -> Patient:
        made = Patient().lesion("T01")
        for reader, sizes in (("READER 1", ("40", "20")), ("READER 2", ("40", "60"))):
            for visit, mm in enumerate(sizes, start=1):
                flag = "Y" if reader == accepted else None
                cells = {"TREVAL": "INDEPENDENT ASSESSOR", "TREVALID": reader, "TRACPTFL": flag}
                made.length("T01", visit, 63 * (visit - 1), mm, **cells)
        return made

    independent = protocol_with(evaluator="independent")
    assert responses(derive_of(patient("READER 2"), protocol=independent)) == ["PD"]
    with pytest.raises(RefusedError) as refused:
        derive_of(patient(None), protocol=independent)
    assert [finding.code for finding in refused.value.findings] == ["D011"]


def test_two_readings_of_one_lesion_are_refused() -> None:
    patient = Patient().sums((0, "40"), (63, "20")).length("T01", 2, 63, "30", TREVAL=None)
    with pytest.raises(RefusedError) as refused:
        derive_of(patient)
    assert {(f.code, f.values["lesion"], f.values["visit"]) for f in refused.value.findings} == {("D010", "T01", "2")}


@pytest.mark.parametrize(("rule", "day"), [("first_day", "2024-05-01"), ("last_day", "2024-05-31")])
def test_partial_scan_dates_are_read_as_the_protocol_says(rule: str, day: str) -> None:
    patient = Patient().sums((0, "40"))
    patient.length("T01", 2, 63, "20", TRDTC="2024-05")
    derived = derive_of(patient, protocol=protocol_with(partial_dates=rule))
    assert derived.adrs.filter(derived.adrs["PARAMCD"] == "OVRLRESP")["ADT"].item().isoformat() == day


def test_a_subject_without_a_dose_has_a_baseline_and_no_visits() -> None:
    patient = Patient(dosed=False).sums((-3, "40"))
    derived = derive_of(patient)
    person = subject_of(derived)
    assert (person["NTARGET"], person["TRTFL"], person["TRTRSN"], person["EVALRSN"]) == (
        1,
        "N",
        "no_dose",
        "not_treated",
    )
    assert responses(derived) == []
    assert responses(derived, "CBOR") == ["MISSING"]
    assert derived.cutoff == CUTOFF
