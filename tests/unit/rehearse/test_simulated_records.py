"""Simulated records: marked, clean, on the calendar, on the clocks, and the same bytes every time."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from onearm.errors import UsageError
from onearm.plan.calendar import planned_scan_days, scan_windows
from onearm.protocol import Protocol
from onearm.records import SCHEMAS, Records, first_of, load_records, save_records
from onearm.rehearse import Scenario, Simulation, load_scenario, simulate, simulate_trial, write_simulated
from onearm.rehearse.forms import tables_known_at
from onearm.rehearse.scans import visit_number
from onearm.rehearse.setting import EPOCH, settle
from onearm.rehearse.trial import write_patient

WRITTEN = {
    "DM",
    "IE",
    "MH",
    "CM",
    "EC",
    "PR",
    "EX",
    "TU",
    "TR",
    "AE",
    "LB",
    "VS",
    "QS",
    "DS",
    "SV",
    "SS",
    "DD",
    "DV",
    "SUPPAE",
}


def days(records: Records, table: str, date: str) -> dict[str, list[dt.date]]:
    """Dates of a table by subject, in order."""
    found: dict[str, list[dt.date]] = defaultdict(list)
    for row in records.tables[table].iter_rows(named=True):
        if row[first_of(date)] is not None:
            found[row["USUBJID"]].append(row[first_of(date)])
    return {subject: sorted(listed) for subject, listed in found.items()}


def protocol_of(trial: Simulation, request: pytest.FixtureRequest) -> Protocol:
    name = "first_protocol" if "BEV" in trial.records.study_id else "second_protocol"
    protocol: Protocol = request.getfixturevalue(name)
    return protocol


def test_every_file_loads_without_a_finding(trial: Simulation, tmp_path: Path) -> None:
    save_records(trial.records, tmp_path / "records")
    assert not load_records(tmp_path / "records").findings


def test_every_row_carries_the_mark(trial: Simulation) -> None:
    study = trial.records.study_id
    assert trial.records.simulated
    assert study.startswith("SIM-")
    for table in trial.records.tables.values():
        assert table["STUDYID"].is_in([study]).all()
        assert table["USUBJID"].str.starts_with(study).all()


def test_the_forms_of_a_trial_are_all_there(several_trials: list[Records]) -> None:
    filled = {name for records in several_trials for name, table in records.tables.items() if table.height}
    assert filled == WRITTEN


def test_no_endpoint_is_written(trial: Simulation) -> None:
    assert trial.records.tables["RS"].height == 0
    tests = set(trial.records.tables["TR"]["TRTESTCD"])
    assert tests <= {"LDIAM", "LPERP", "VDIAM", "TUMSTATE", "ARTENH", "WASHOUT"}
    scores = trial.records.tables["QS"].filter(pl.col("QSCAT").str.starts_with("QLQ"))
    assert scores["QSTESTCD"].str.contains(r"^(C30|HCC18)[0-9]{2}$").all()


def test_the_same_seed_writes_the_same_bytes(second_protocol: Protocol, tmp_path: Path) -> None:
    first = write_simulated(second_protocol, 4, tmp_path / "one")
    again = write_simulated(second_protocol, 4, tmp_path / "two")
    other = write_simulated(second_protocol, 5, tmp_path / "three")
    assert [file.name for file in first] == [file.name for file in again]
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in again]
    assert (tmp_path / "three" / "tr.csv").read_bytes() != (tmp_path / "one" / "tr.csv").read_bytes()
    assert "simulation.json" in [file.name for file in other]


def test_a_second_simulation_replaces_the_first_and_nothing_else(second_protocol: Protocol, tmp_path: Path) -> None:
    write_simulated(second_protocol, 4, tmp_path)
    write_simulated(second_protocol, 5, tmp_path)
    assert load_records(tmp_path).digest == simulate_trial(second_protocol, 5).digest
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        write_simulated(second_protocol, 6, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert load_records(tmp_path).digest == simulate_trial(second_protocol, 5).digest


def test_the_sidecar_tells_seed_scenario_and_every_assumption(second_protocol: Protocol, tmp_path: Path) -> None:
    write_simulated(second_protocol, 4, tmp_path)
    about = json.loads((tmp_path / "simulation.json").read_text(encoding="utf-8"))
    assert about["mark"] == "SIMULATED"
    assert about["simulated"] is True
    assert (about["seed"], about["scenario"]) == (4, "haic-second-line")
    assert {"calendar_every_weeks", "planned_size", "dose_regorafenib"} <= set(about["in_place_of_the_protocol"])
    listed = {entry["name"]: entry for entry in about["assumptions"]}
    assert listed["reading_cv"]["source"]
    assert set(about["without_source"]) <= set(listed)
    assert "dose_bevacizumab" not in listed
    assert about["records_digest"] == load_records(tmp_path).digest


def test_sizes_are_those_of_the_protocol_or_the_scenario(first_trial: Simulation, second_trial: Simulation) -> None:
    for trial, size in ((first_trial, 36), (second_trial, 30)):
        decoded = trial.records.tables["DS"].filter(pl.col("DSDECOD").is_in(["REGISTERED", "SCREEN FAILURE"]))
        counts = dict(decoded["DSDECOD"].value_counts().iter_rows())
        assert counts["REGISTERED"] == size
        assert counts["SCREEN FAILURE"] == len(trial.records.subjects()) - size > 0


def test_who_fails_screening_has_a_reason_and_never_a_dose(first_trial: Simulation) -> None:
    tables = first_trial.records.tables
    failed = set(tables["DS"].filter(pl.col("DSDECOD") == "SCREEN FAILURE")["USUBJID"])
    unmet = ((pl.col("IECAT") == "INCLUSION") & (pl.col("IEORRES") == "N")) | (
        (pl.col("IECAT") == "EXCLUSION") & (pl.col("IEORRES") == "Y")
    )
    assert failed <= set(tables["IE"].filter(unmet)["USUBJID"])
    for name in ("EX", "TR", "TU", "AE"):
        assert not failed & set(tables[name]["USUBJID"])


def test_screen_failures_shift_nobody_else(first_protocol: Protocol) -> None:
    with_failures = simulate_trial(first_protocol, 3)
    without = simulate_trial(first_protocol, 3, scenario=_without_failures())
    for name, table in without.tables.items():
        kept = with_failures.tables[name].filter(~pl.col("USUBJID").str.contains("-F"))
        assert kept.drop("_ROW").equals(table.drop("_ROW")), name


def _without_failures() -> Scenario:
    scenario = load_scenario("haic-first-line")
    share = replace(scenario.assumptions["screen_failure"], value="0")
    return Scenario("without failures", {**scenario.assumptions, "screen_failure": share})


def test_every_scan_is_inside_its_window(trial: Simulation, request: pytest.FixtureRequest) -> None:
    setting = settle(protocol_of(trial, request), trial.scenario)
    windows = scan_windows(setting.calendar, 1_500)
    named = [visit_number(day) for day in planned_scan_days(setting.calendar, 1_500)]
    planned = dict(zip(named, windows, strict=True))
    starts = {row["USUBJID"]: row[first_of("RFSTDTC")] for row in trial.records.tables["DM"].iter_rows(named=True)}
    seen = 0
    for row in trial.records.tables["TR"].iter_rows(named=True):
        if row["VISITNUM"] == 0:
            assert starts[row["USUBJID"]] is None or row[first_of("TRDTC")] <= starts[row["USUBJID"]]
            continue
        week = format(row["VISITNUM"].normalize(), "f")
        first, last = planned[week]
        after = (row[first_of("TRDTC")] - starts[row["USUBJID"]]).days
        assert first <= after <= last
        seen += 1
    assert seen > 100


def test_dates_lie_within_the_study(trial: Simulation, request: pytest.FixtureRequest) -> None:
    history = {"BRTHDTC", "MHSTDTC", "CMSTDTC", "CMENDTC"}
    opens = EPOCH + dt.timedelta(days=settle(protocol_of(trial, request), trial.scenario).start_day)
    for name, table in trial.records.tables.items():
        for column in SCHEMAS[name].dates():
            listed = table[first_of(column.name)].drop_nulls()
            if column.name in history or not len(listed):
                continue
            assert listed.min() >= opens
            assert listed.max() <= trial.data_cut


def test_each_component_keeps_its_own_clock(second_trial: Simulation) -> None:
    doses = second_trial.records.tables["EX"]
    intervals: dict[str, list[int]] = defaultdict(list)
    held: dict[tuple[object, object], list[dt.date]] = defaultdict(list)
    for row in second_trial.records.tables["EC"].iter_rows(named=True):
        held[row["USUBJID"], row["ECTRT"]].append(row[first_of("ECSTDTC")])
    for (subject, drug), rows in doses.group_by("USUBJID", "EXTRT", maintain_order=True):
        listed = sorted([*rows[first_of("EXSTDTC")], *held.get((subject, drug), [])])
        intervals[str(drug)] += [(b - a).days for a, b in itertools.pairwise(listed)]
    every = {drug: min(listed) for drug, listed in intervals.items()}
    assert len(every) == 3
    assert every["REGORAFENIB TABLETS"] == 28
    assert all(shortest == 21 for drug, shortest in every.items() if "REGORAFENIB" not in drug)
    assert all(max(listed) <= every[drug] + 14 for drug, listed in intervals.items())
    tablets = doses.filter(pl.col("EXTRT") == "REGORAFENIB TABLETS")
    taken = (tablets[first_of("EXENDTC")] - tablets[first_of("EXSTDTC")]).dt.total_days().drop_nulls()
    assert taken.max() == 20


def test_nobody_gets_more_infusions_than_the_protocol_allows(several_trials: list[Records]) -> None:
    most = []
    for records in several_trials:
        doses = records.tables["EX"]
        infusions = doses.filter(pl.col("EXTRT") == "OXALIPLATIN").group_by("USUBJID").len()
        most.append(infusions["len"].max())
    assert max(most) == 6


def test_bevacizumab_is_dosed_by_the_weight(first_trial: Simulation) -> None:
    weights = {
        row["USUBJID"]: row["VSSTRESN"]
        for row in first_trial.records.tables["VS"].iter_rows(named=True)
        if row["VSTESTCD"] == "WEIGHT" and row["VISITNUM"] == 0
    }
    doses = first_trial.records.tables["EX"].filter(pl.col("EXTRT") == "BEVACIZUMAB")
    for row in doses.iter_rows(named=True):
        share = Decimal("0.6") if row["EXADJ"] == "INFUSION NOT COMPLETED" else 1
        assert abs(row["EXDOSE"] - 15 * weights[row["USUBJID"]] * share) <= 1


def test_nothing_is_done_to_a_patient_who_left_or_died(trial: Simulation) -> None:
    ends: dict[str, dt.date] = {}
    for row in trial.records.tables["DS"].iter_rows(named=True):
        if row["DSSCAT"] == "STUDY PARTICIPATION":
            ends[row["USUBJID"]] = row[first_of("DSSTDTC")]
    assert ends
    for name, date in (("TR", "TRDTC"), ("EX", "EXSTDTC"), ("LB", "LBDTC"), ("SS", "SSDTC"), ("CM", "CMSTDTC")):
        for subject, listed in days(trial.records, name, date).items():
            assert subject not in ends or listed[-1] <= ends[subject]


def test_lengths_are_whole_millimetres_and_measurable_at_baseline(trial: Simulation) -> None:
    lengths = trial.records.tables["TR"].filter(pl.col("TRSTRESN").is_not_null())
    assert (lengths["LENGTH_TENTH_MM"] % 10 == 0).all()
    baseline = lengths.filter(pl.col("VISITNUM") == 0)
    assert (baseline.filter(pl.col("TRTESTCD") == "LDIAM")["LENGTH_TENTH_MM"] >= 100).all()
    assert (baseline.filter(pl.col("TRTESTCD") == "LPERP")["LENGTH_TENTH_MM"] >= 150).all()
    per_patient = baseline.filter(pl.col("TRTESTCD") != "VDIAM").group_by("USUBJID").len()["len"]
    assert 1 <= per_patient.min() <= per_patient.max() <= 5


def test_the_viable_part_of_a_liver_lesion_is_the_whole_at_baseline_and_never_more(trial: Simulation) -> None:
    lengths = trial.records.tables["TR"].filter(pl.col("LENGTH_TENTH_MM").is_not_null())
    at = ["USUBJID", "TRLNKID", "VISITNUM"]
    viable = lengths.filter(pl.col("TRTESTCD") == "VDIAM").select(*at, pl.col("LENGTH_TENTH_MM").alias("VIABLE"))
    whole = lengths.filter((pl.col("TRTESTCD") == "LDIAM") & (pl.col("TRGRPID") == "TARGET"))
    places = trial.records.tables["TU"].select("USUBJID", pl.col("TULNKID").alias("TRLNKID"), "TULOC")
    both = whole.join(places, on=["USUBJID", "TRLNKID"]).join(viable, on=at, how="left")
    assert (both["VIABLE"].is_not_null() == (both["TULOC"] == "LIVER")).all()
    liver = both.filter(pl.col("TULOC") == "LIVER")
    assert (liver["VIABLE"] <= liver["LENGTH_TENTH_MM"]).all()
    assert (liver["VIABLE"] == 0).any()
    screening = liver.filter(pl.col("VISITNUM") == 0)
    assert (screening["VIABLE"] == screening["LENGTH_TENTH_MM"]).all()


def test_rare_happenings_come_now_and_then(staged_protocol: Protocol) -> None:
    setting = settle(staged_protocol, load_scenario("haic-first-line"))
    forms = [write_patient(setting, 3, number, setting.start_day + number) for number in range(1, 301)]
    tables = Records.from_tables(tables_known_at(forms, setting.start_day + 1_000)).tables
    states = set(tables["TR"]["TRSTRESC"].drop_nulls())
    assert {"EQUIVOCAL", "UNEQUIVOCAL", "UNEQUIVOCAL PROGRESSION", "TOO SMALL TO MEASURE", "TREATED"} <= states
    assert "NOT DONE" in set(tables["TR"]["TRSTAT"].drop_nulls())
    assert {"LOST TO FOLLOW-UP", "WITHDRAWAL BY SUBJECT", "DEATH"} <= set(tables["DS"]["DSDECOD"])
    assert tables["SV"].filter(pl.col("SVOCCUR") == "N").height
    assert tables["CM"].filter(pl.col("CMCAT") == "ANTI-CANCER THERAPY").height
    assert "RESECTION" in set(tables["PR"]["PRDECOD"])
    assert "5" in set(tables["AE"]["AETOXGR"].drop_nulls())
    never = 300 - tables["EX"]["USUBJID"].n_unique()
    assert 0 < never <= 20
    assert 0 < tables["IE"].filter(pl.col("IEORRES") == "N", pl.col("IECAT") == "INCLUSION")["USUBJID"].n_unique() <= 30


def test_no_resection_without_a_rule_for_it(several_trials: list[Records]) -> None:
    for records in several_trials:
        assert set(records.tables["PR"]["PRDECOD"]) == {"HAIC"}


def test_what_was_known_earlier_is_a_part_of_what_is_known_later(first_protocol: Protocol) -> None:
    setting = settle(first_protocol, load_scenario("haic-first-line"))
    forms = [write_patient(setting, 9, number, setting.start_day + 10 * number) for number in range(1, 16)]
    cut = setting.start_day + 300
    early = Records.from_tables(tables_known_at(forms, cut))
    late = Records.from_tables(tables_known_at(forms, cut + 500))
    assert not early.findings
    assert early.last_date() <= EPOCH + dt.timedelta(days=cut)
    for name in ("TR", "EX", "LB", "TU"):
        known = late.tables[name].filter(pl.col(first_of(_date_of(name))) <= EPOCH + dt.timedelta(days=cut))
        key = ["USUBJID", f"{name}SEQ"]
        assert known.select(key).equals(early.tables[name].select(key))


def _date_of(name: str) -> str:
    return {"TR": "TRDTC", "EX": "EXSTDTC", "LB": "LBDTC", "TU": "TUDTC"}[name]


def test_a_seed_below_zero_is_refused(first_protocol: Protocol) -> None:
    with pytest.raises(UsageError, match="seed"):
        simulate_trial(first_protocol, -1)


def test_progress_counts_the_registered(second_protocol: Protocol) -> None:
    seen: list[tuple[int, int]] = []
    simulate(second_protocol, 1, progress=lambda done, planned: seen.append((done, planned)))
    assert seen == [(number, 30) for number in range(1, 31)]


def test_ages_agree_with_the_months_of_birth(trial: Simulation) -> None:
    for row in trial.records.tables["DM"].iter_rows(named=True):
        consent, born = row[first_of("RFICDTC")], row[first_of("BRTHDTC")]
        whole = consent.year - born.year - (consent.month < born.month)
        assert row["AGE"] == whole
