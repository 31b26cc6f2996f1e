"""Simulated records as the other rooms read them: visits done, doses held and reduced, events without a doubt."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from onearm.derive import Derived, derive
from onearm.dosing import derive_adex, derive_exposure
from onearm.pipeline import PatientPath, follow_path
from onearm.protocol import Protocol, load_protocol
from onearm.records import Records, first_of
from onearm.rehearse import load_scenario, simulate

TRIALS = Path(__file__).parents[3] / "trials"
SEED = 1
OVERLAYS = {
    "haic-bev-pdl1": ("conduct", "dosing", "safety", "schedule", "quality"),
    "haic-adebrelimab-regorafenib": ("demo", "dosing", "safety", "schedule"),
}


class Trial:
    """One simulated trial with what the patients' path makes of it."""

    def __init__(self, name: str) -> None:
        overlays = [TRIALS / "assumptions" / f"{name}-{overlay}.yaml" for overlay in OVERLAYS[name]]
        self.protocol: Protocol = load_protocol(TRIALS / f"{name}.yaml", overlays)
        made = simulate(self.protocol, SEED)
        self.records: Records = made.records
        self.cut: dt.date = made.data_cut
        self.derived: Derived = derive(self.protocol, self.records, self.cut)
        self.path: PatientPath = follow_path(self.protocol, self.records, self.derived)

    def rows(self, domain: str) -> list[dict[str, object]]:
        return list(self.records.tables[domain].iter_rows(named=True))


@pytest.fixture(scope="module", params=list(OVERLAYS))
def trial(request: pytest.FixtureRequest) -> Trial:
    return Trial(request.param)


def test_tests_are_made_for_every_dose(trial: Trial) -> None:
    tested: dict[str, set[object]] = {}
    for row in trial.rows("LB"):
        tested.setdefault(str(row["USUBJID"]), set()).add(row[first_of("LBDTC")])
    before = load_scenario("haic-first-line").whole("tests_before_dose_days")
    for row in trial.rows("EX"):
        day = row[first_of("EXSTDTC")]
        assert isinstance(day, dt.date)
        assert tested[str(row["USUBJID"])] & {day - dt.timedelta(days=back) for back in range(before + 1)}


def test_the_records_are_read_without_a_doubt(trial: Trial) -> None:
    assert trial.records.findings == ()


def test_cycle_visits_read_as_done(trial: Trial) -> None:
    calendar = trial.path.calendar
    assert calendar is not None
    cycles = calendar.rows.filter(pl.col("CYCLE").is_not_null() & pl.col("DONE").is_not_null())
    assert cycles.height > 300
    assert cycles.filter(pl.col("STATUS") == "done").height > 0.95 * cycles.height


def test_most_patients_make_the_safety_follow_up_and_some_do_not(trial: Trial) -> None:
    calendar = trial.path.calendar
    assert calendar is not None
    late = calendar.rows.filter(pl.col("SERIES") == "safety_follow_up")
    passed = late.filter(pl.col("STATUS").is_in(("done", "incomplete", "outside", "missed")))
    assert 0.6 * passed.height < passed.filter(pl.col("STATUS") == "done").height < passed.height
    gone = dict(trial.derived.adsl.select("USUBJID", pl.min_horizontal("DTHDT", "EOSDT")).iter_rows())
    made = trial.records.tables["SV"].filter(pl.col("VISIT") == "SAFETY FOLLOW-UP")
    for subject, day in made.select("USUBJID", first_of("SVSTDTC")).iter_rows():
        assert gone[subject] is None or day < gone[subject]


def test_doses_are_held_and_reduced_for_a_severe_event(trial: Trial) -> None:
    tables = [simulate(trial.protocol, seed).records.tables for seed in (SEED, 5, 7)]
    acts = {"EC": "DRUG INTERRUPTED", "EX": "DOSE REDUCED"}
    seen = dict.fromkeys(acts, 0)
    for records in tables:
        severe = [row for row in records["AE"].iter_rows(named=True) if row["AETOXGR"] in ("3", "4")]
        for domain, action in acts.items():
            for row in records[domain].iter_rows(named=True):
                reason = row[f"{domain}ADJ"] or ""
                if not reason.startswith("ADVERSE EVENT"):
                    continue
                seen[domain] += 1
                assert any(
                    event["USUBJID"] == row["USUBJID"]
                    and f"ADVERSE EVENT: {event['AEDECOD'].upper()}" == reason
                    and event["AEACN"] == action
                    and event[first_of("AESTDTC")] < row[first_of(f"{domain}STDTC")]
                    for event in severe
                )
                assert domain == "EX" or row["ECOCCUR"] == "N"
    assert min(seen.values()) > 0


def test_dosing_reads_the_held_the_reduced_and_the_incomplete(trial: Trial) -> None:
    exposure = derive_exposure(trial.protocol, trial.records, trial.derived)
    # An infusion that was not completed is at no level; nothing else is doubtful.
    incomplete = [row for row in trial.rows("EX") if row["EXADJ"] == "INFUSION NOT COMPLETED"]
    assert incomplete
    assert {finding.code for finding in exposure.findings} <= {"G014"}
    assert {finding.place.row for finding in exposure.findings} <= {row["_ROW"] for row in incomplete}
    adex = derive_adex(trial.protocol, exposure)
    given = adex.filter(pl.col("PARAMCD") == "DOSEGV")
    statuses = adex.filter(pl.col("PARAMCD") == "STATUS")
    held = trial.records.tables["EC"].filter(pl.col("ECOCCUR") == "N")
    assert statuses.filter(pl.col("SRCDOM") == "EC").height == held.height > 0
    outside = adex.filter((pl.col("PARAMCD") == "DOSEW10") & (pl.col("AVALC") == "N"))
    assert 0 < outside.height < 0.1 * given.height


def test_events_leave_no_doubt_and_every_group_comes(trial: Trial) -> None:
    safety = trial.path.safety
    assert safety is not None
    assert safety.findings == ()
    assert not [finding for finding in trial.path.findings if finding.code.startswith("F")]


def test_every_group_of_special_interest_comes_now_and_then() -> None:
    for name, overlaid in OVERLAYS.items():
        overlays = [TRIALS / "assumptions" / f"{name}-{overlay}.yaml" for overlay in overlaid]
        protocol = load_protocol(TRIALS / f"{name}.yaml", overlays)
        terms = {term for seed in range(1, 6) for term in simulate(protocol, seed).records.tables["AE"]["AEDECOD"]}
        assert protocol.safety is not None
        missing = {group.id for group in protocol.safety.special_interest if not terms & set(group.terms)}
        # Regorafenib's trial has neither bevacizumab's bleeding nor its protein in the urine.
        assert missing <= ({"bleeding", "proteinuria"} if "regorafenib" in name else set())


def test_questionnaires_are_missing_with_a_reason_and_worsen_before_a_progression() -> None:
    trial = Trial("haic-bev-pdl1")
    quality = trial.path.quality
    assert quality is not None
    assert not [finding for finding in quality.findings if finding.severity == "error"]
    reasons = {reason for one in quality.completion for reason in one.missing}
    assert "SHEET NOT FILLED IN" in reasons
    received = sum(len(one.received) for one in quality.completion)
    expected = sum(len(one.expected) for one in quality.completion)
    assert 0.7 * expected < received < expected
    times = trial.derived.adtte.filter((pl.col("PARAMCD") == "PFS") & (pl.col("CNSR") == 0))
    progressed = dict(times.select("USUBJID", "ADT").iter_rows())
    scores = quality.tables()["adqs"].filter((pl.col("PARAMCD") == "QL2") & pl.col("CHG").is_not_null())
    near: list[float] = []
    far: list[float] = []
    for subject, day, change in scores.select("USUBJID", "ADT", "CHG").iter_rows():
        left = (progressed[subject] - day).days if subject in progressed else 1_000
        (near if left < 14 else far if left > 84 else []).append(float(change))
    assert len(near) > 10
    assert sum(near) / len(near) < sum(far) / len(far) - 5
