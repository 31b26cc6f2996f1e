"""Doses given against doses planned, worked by hand."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import polars as pl
import pytest
from dosed_patients import ANTIBODY, INFUSION, TABLETS, dosing_protocol, give, infuse, patient, weigh
from small_patients import FIRST_DOSE, Patient, on, protocol_with, records_of

from onearm.derive import derive
from onearm.dosing import DrugSummary, Exposure, derive_adex, derive_exposure
from onearm.protocol import Protocol

CUT = FIRST_DOSE + dt.timedelta(days=400)


def exposure_of(*patients: Patient, protocol: Protocol | None = None, cut: dt.date = CUT) -> Exposure:
    trial, records = protocol or dosing_protocol(), records_of(*patients)
    return derive_exposure(trial, records, derive(trial, records, cut))


def summary(exposure: Exposure, component: str, drug: int = 0, subject: str = "P-1") -> DrugSummary:
    (found,) = [
        one for one in exposure.summaries if (one.subject, one.component, one.drug_index) == (subject, component, drug)
    ]
    return found


def test_relative_dose_intensity_by_hand() -> None:
    """Three infusions on days 0, 21 and 49 (7 days late), the last reduced to 65 mg/m².

    Planned 85 × 1.8708 = 159.02, to 5 mg 160 mg, three times 480 mg in 63 days: 53.33 mg/week. Reduced: 65 × 1.8708 =
    121.60, 120 mg. Given 160 + 160 + 120 = 440 mg in 49 + 21 = 70 days: 44 mg/week, 82.5 %.
    """
    made = patient()
    infuse(made, 0)
    infuse(made, 21)
    infuse(made, 49, "120")
    one = summary(exposure_of(made), "haic")
    assert (one.cycles, one.planned, one.given, one.planned_days, one.actual_days) == (3, 48_000, 44_000, 63, 70)
    assert (one.planned_intensity, one.intensity) == (5_333, 4_400)
    assert one.relative == Fraction(825, 1_000)
    assert (one.delayed, one.delay_days, one.longest_delay, one.reduced, one.held) == (1, 7, 7, 1, 0)


def test_a_delay_of_one_component_moves_no_other() -> None:
    made = patient()
    for day in (0, 30, 51):
        infuse(made, day)
    for day in (0, 21, 42):
        give(made, "BEVACIZUMAB", day, "1050")
    exposure = exposure_of(made)
    delays = {key[1]: [cycle.delay for cycle in cycles] for key, cycles in exposure.cycles.items()}
    assert delays == {"haic": [None, 9, 0], "bevacizumab": [None, 0, 0]}
    assert summary(exposure, "bevacizumab").relative == 1


def test_tablets_on_their_clock_of_28_days() -> None:
    """Cycle 1: 160 mg for 21 days. Cycle 2: 160 for 7 days, held, 120 from day 15 to 21; then stopped."""
    made = patient()
    give(made, "REGORAFENIB", 0, "160", until=20)
    give(made, "STIVARGA", 28, "160", until=34)
    give(made, "STIVARGA", 42, "120", until=48, EXADJ="ADVERSE EVENT")
    exposure = exposure_of(made)
    cycles = exposure.cycles["P-1", "regorafenib"]
    assert [(cycle.number, (cycle.start - FIRST_DOSE).days, cycle.delay) for cycle in cycles] == [
        (1, 0, None),
        (2, 28, 0),
    ]
    one = summary(exposure, "regorafenib")
    assert one.planned == 2 * 21 * 16_000
    assert one.given == (21 * 160 + 7 * 160 + 7 * 120) * 100
    assert one.relative == Fraction(21 * 160 + 7 * 160 + 7 * 120, 2 * 21 * 160)
    assert [(a.level, a.status, a.reason) for a in exposure.administrations] == [
        (1, "given", ""), (1, "given", ""), (2, "reduced", "ADVERSE EVENT"),
    ]  # fmt: skip


def test_a_cycle_that_is_still_running_is_planned_up_to_the_cut() -> None:
    made = give(patient(), "REGORAFENIB", 0, "160", until=20)
    one = summary(exposure_of(made, cut=FIRST_DOSE + dt.timedelta(days=9)), "regorafenib")
    assert (one.planned, one.given, one.relative) == (160_000, 160_000, 1)


def test_tablets_are_planned_up_to_the_end_of_treatment() -> None:
    made = give(patient(), "REGORAFENIB", 0, "160", until=9)
    made.add("DS", DSDECOD="PROGRESSIVE DISEASE", DSCAT="DISPOSITION EVENT", DSSCAT="TREATMENT", DSSTDTC=on(12))
    one = summary(exposure_of(made), "regorafenib")
    assert (one.planned, one.given) == (12 * 16_000, 10 * 16_000)


@pytest.mark.parametrize(("given", "within"), [("1155", True), ("1156", False), ("945", True), ("944", False)])
def test_both_sides_of_ten_percent(given: str, within: bool) -> None:
    """15 mg/kg × 70 kg = 1050 mg."""
    exposure = exposure_of(give(patient(), "BEVACIZUMAB", 0, given))
    assert exposure.administrations[0].within_tenth is within


def test_the_planned_dose_follows_the_weight_in_force() -> None:
    made = patient()
    give(made, "BEVACIZUMAB", 0, "1050")
    weigh(made, 21, "63")  # exactly 10 %: kept
    give(made, "BEVACIZUMAB", 21, "1050")
    weigh(made, 42, "62.9")
    give(made, "BEVACIZUMAB", 42, "945")
    planned = [one.planned for one in exposure_of(made).administrations]
    assert planned == [105_000, 105_000, 94_500]


def test_an_ordered_dose_says_the_level_and_a_held_cycle_gives_none() -> None:
    made = patient()
    infuse(made, 0)
    made.add("EC", ECTRT="OXALIPLATIN", ECMOOD="SCHEDULED", ECDOSE="120", ECDOSU="mg", ECSTDTC=on(42))
    for name in ("OXALIPLATIN", "FLUOROURACIL BOLUS"):
        made.add("EC", ECTRT=name, ECMOOD="PERFORMED", ECOCCUR="N", ECADJ="PLATELETS", ECSTDTC=on(21))
    infuse(made, 42, "70", "560")
    exposure = exposure_of(made)
    shown = [(a.drug, a.cycle, a.level, a.inferred, a.status, a.reason, a.domain) for a in exposure.administrations]
    assert shown == [
        ("oxaliplatin", 1, 1, "given", "given", "", "EX"),
        ("oxaliplatin", None, None, None, "held", "PLATELETS", "EC"),
        ("oxaliplatin", 2, 2, "ordered", "reduced", "", "EX"),
        ("fluorouracil bolus", 1, 1, "given", "given", "", "EX"),
        ("fluorouracil bolus", None, None, None, "held", "PLATELETS", "EC"),
        ("fluorouracil bolus", 2, 2, "given", "reduced", "", "EX"),
    ]
    one = summary(exposure, "haic")
    assert (one.cycles, one.held, one.longest_delay, one.given) == (2, 1, 21, 23_000)
    assert exposure.administrations[2].within_tenth is False  # 70 of 120 mg


def test_a_drug_that_is_left_out_of_a_cycle() -> None:
    made = patient()
    give(made, "OXALIPLATIN", 0, "160")
    give(made, "FLUOROURACIL BOLUS", 0, "0", EXADJ="ADVERSE EVENT")
    (oxaliplatin, bolus) = exposure_of(made).administrations
    assert (oxaliplatin.status, bolus.status, bolus.reason) == ("given", "omitted", "ADVERSE EVENT")


def test_a_dose_at_no_level_keeps_the_level_before_and_is_told() -> None:
    made = patient()
    infuse(made, 0, "120")
    infuse(made, 21, "60")
    exposure = exposure_of(made)
    assert [a.level for a in exposure.administrations if a.drug == "oxaliplatin"] == [2, 2]
    (finding,) = exposure.findings
    assert (finding.code, finding.place.subject) == ("G014", "P-1")
    assert "60 mg of oxaliplatin, while the levels plan 160, 120 mg" in finding.found


def test_an_infusion_that_was_resumed_the_next_day_is_one_cycle() -> None:
    made = patient()
    give(made, "OXALIPLATIN", 0, "100")
    give(made, "OXALIPLATIN", 1, "60")
    give(made, "OXALIPLATIN", 21, "160")
    one = summary(exposure_of(made), "haic")
    assert (one.cycles, one.given, one.planned) == (2, 32_000, 32_000)


def test_what_is_open_or_missing_is_refused_by_name_and_the_rest_computed() -> None:
    made = patient()
    infuse(made, 0)
    give(made, "REGORAFENIB", 0, "160", until=20)
    exposure = exposure_of(made, protocol=dosing_protocol(INFUSION, TABLETS, dosing=None))
    assert {finding.code for finding in exposure.findings} == {"G003", "G004", "G006"}
    assert all(finding.severity == "warning" for finding in exposure.findings)
    assert (summary(exposure, "haic").given, summary(exposure, "haic").relative) == (16_000, None)
    assert summary(exposure, "regorafenib").relative == 1
    no_weight = Patient("P-2", dosed=False)
    give(no_weight, "BEVACIZUMAB", 0, "1050")
    weigh(no_weight, 0, "154", "lb")
    exposure = exposure_of(no_weight)
    assert [(f.code, f.place.subject) for f in exposure.findings] == [("G007", "P-2")]
    assert summary(exposure, "bevacizumab", subject="P-2").planned is None


def test_without_an_interval_there_is_no_intensity() -> None:
    trial = dosing_protocol(ANTIBODY.model_copy(update={"every": None}))
    exposure = exposure_of(give(patient(), "BEVACIZUMAB", 0, "1050"), protocol=trial)
    one = summary(exposure, "bevacizumab")
    assert (one.given, one.actual_days, one.intensity, one.relative, one.delayed) == (105_000, None, None, None, None)
    assert [finding.code for finding in exposure.findings] == ["G009"]


def test_rows_that_cannot_be_read_are_told_and_count_in_nothing() -> None:
    made = patient()
    give(made, "SORAFENIB", 0, "400")
    give(made, "SORAFENIB", 1, "400")
    made.add("EX", EXTRT="BEVACIZUMAB", EXDOSE="1.05", EXDOSU="g", EXSTDTC=on(0))
    made.add("EX", EXTRT="BEVACIZUMAB", EXDOSE="1050", EXDOSU="mg", EXSTDTC=on(21)[:7])
    made.add("EX", EXTRT="REGORAFENIB", EXDOSE="160", EXDOSU="mg", EXDOSFRQ="QD", EXSTDTC=on(0))
    give(made, "REGORAFENIB", 28, "160", until=48, EXDOSFRQ="QOD")
    # A trial that reads partial dates counts this day towards the first dose, and still no cycle begins on it.
    treatment = dosing_protocol().treatment
    exposure = exposure_of(
        made, protocol=protocol_with(partial_dates="first_day").model_copy(update={"treatment": treatment})
    )
    assert sorted(finding.code for finding in exposure.findings) == ["G011", "G012", "G013", "G015", "G016"]
    assert exposure.administrations == ()


def test_what_begins_after_the_cut_is_not_read() -> None:
    made = patient()
    infuse(made, 0)
    infuse(made, 21)
    assert summary(exposure_of(made, cut=FIRST_DOSE + dt.timedelta(days=20)), "haic").cycles == 1
    assert summary(exposure_of(made, cut=FIRST_DOSE + dt.timedelta(days=21)), "haic").cycles == 2


def test_adex_has_a_row_for_each_value_with_its_source() -> None:
    made = patient()
    infuse(made, 0)
    infuse(made, 49, "120")
    trial = dosing_protocol()
    adex = derive_adex(trial, exposure_of(made, protocol=trial))
    assert adex["PARCAT1"].unique().sort().to_list() == ["ADMINISTRATION", "SUMMARY"]
    of_day_49 = adex.filter((pl.col("DRUG") == "oxaliplatin") & (pl.col("ACYCLE") == 2))
    values = dict(zip(of_day_49["PARAMCD"], of_day_49["AVALC"], strict=True))
    assert values == {
        "DOSEPL": "120", "DOSEGV": "120", "DOSERAT": "100", "DOSEW10": "Y", "DOSELVL": "2", "DELAY": "28",
        "STATUS": "REDUCED",
    }  # fmt: skip
    assert of_day_49["SRCDOM"].unique().to_list() == ["EX"]
    assert of_day_49["SRCROW"].null_count() == 0
    relative = adex.filter((pl.col("DRUG") == "oxaliplatin") & (pl.col("PARAMCD") == "RELDI"))["AVALC"].item()
    assert relative == "52.5"  # (280 mg in 70 days) / (320 mg in 42 days)


def test_a_height_measured_again_later_does_not_take_away_the_one_before() -> None:
    made = infuse(patient(height="180"), 0)
    made.add("VS", VSTESTCD="HEIGHT", VSSTRESN="170", VSSTRESU="cm", VSDTC=on(30))
    infuse(made, 42)
    exposure = exposure_of(made)
    planned = [one.planned for one in exposure.administrations if one.drug == "oxaliplatin"]
    assert planned == [16000, 15500]
    assert not [finding for finding in exposure.findings if finding.code == "G008"]
