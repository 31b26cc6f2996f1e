"""The interim of a simulated trial: taken with the real analysis, recorded, and acted on."""

from __future__ import annotations

import datetime as dt
import itertools

import polars as pl
import pytest

from onearm.pipeline import analyse
from onearm.protocol import Protocol
from onearm.records import Records, first_of
from onearm.rehearse import Simulation, load_scenario, simulate
from onearm.rehearse.setting import settle
from onearm.rehearse.trial import SimulatedTrial

GOES_ON, STOPS = 1, 2
"""Seeds whose trial goes through both stages, and stops after the first."""


def registered(records: Records) -> list[tuple[dt.date, str]]:
    rows = records.tables["DS"].iter_rows(named=True)
    return sorted((row[first_of("DSSTDTC")], row["USUBJID"]) for row in rows if row["DSDECOD"] == "REGISTERED")


@pytest.fixture(scope="module")
def went_on(staged_protocol: Protocol) -> Simulation:
    return simulate(staged_protocol, GOES_ON)


@pytest.fixture(scope="module")
def stopped(staged_protocol: Protocol) -> Simulation:
    return simulate(staged_protocol, STOPS)


def test_the_decision_is_recorded_as_the_protocol_counts(went_on: Simulation, staged_protocol: Protocol) -> None:
    (decision,) = went_on.records.decisions
    assert (decision.stage, decision.size, decision.action) == (1, 27, "continue")
    assert decision.responses > (staged_protocol.design.futility_stop or 0)
    assert decision.protocol_digest == staged_protocol.digest
    dosed = {row["USUBJID"] for row in went_on.records.tables["EX"].iter_rows(named=True)}
    first = [subject for _, subject in registered(went_on.records) if subject in dosed][:27]
    assert list(decision.subjects) == first


def test_registration_pauses_for_the_interim(went_on: Simulation) -> None:
    (decision,) = went_on.records.decisions
    before = [day for day, _ in registered(went_on.records) if day <= decision.decided_on]
    after = [day for day, _ in registered(went_on.records) if day > decision.decided_on]
    assert len(after) == 9
    assert max(before) < decision.decided_on - dt.timedelta(days=56)
    dosed = went_on.records.tables["EX"]["USUBJID"].n_unique()
    assert dosed == 36


def test_after_a_stop_nobody_is_registered(stopped: Simulation, staged_protocol: Protocol) -> None:
    (decision,) = stopped.records.decisions
    assert decision.action == "stop_futility"
    assert decision.responses <= (staged_protocol.design.futility_stop or 0)
    assert max(day for day, _ in registered(stopped.records)) < decision.decided_on
    assert stopped.records.tables["EX"]["USUBJID"].n_unique() == 27


@pytest.mark.parametrize("which", ["went_on", "stopped"])
def test_the_final_analysis_keeps_to_the_recorded_decision(
    which: str, staged_protocol: Protocol, request: pytest.FixtureRequest
) -> None:
    trial: Simulation = request.getfixturevalue(which)
    analysis = analyse(staged_protocol, trial.records, trial.data_cut)
    assert analysis.decision.recorded is not None
    assert analysis.decision.recorded.x1 == trial.records.decisions[0].responses
    expected = ("success", "failure") if which == "went_on" else ("stop_futility",)
    assert analysis.decision.action in expected


def test_the_digest_is_that_of_the_records_known_on_the_day(staged_protocol: Protocol, stopped: Simulation) -> None:
    (decision,) = stopped.records.decisions
    trial = SimulatedTrial(settle(staged_protocol, load_scenario("haic-first-line")), STOPS, None)
    trial.run()
    day = (decision.decided_on - dt.date(1970, 1, 1)).days
    cut = Records.from_tables(trial_tables(trial, day))
    assert cut.digest == decision.cut_digest
    now = analyse(staged_protocol, cut, decision.decided_on).decision
    assert now.action == decision.action
    assert now.counts is not None
    assert now.counts.responders == decision.responses
    early = decision.decided_on - dt.timedelta(days=90)
    before = Records.from_tables(trial_tables(trial, day - 90))
    assert analyse(staged_protocol, before, early).decision.action == "not_ready"


def trial_tables(trial: SimulatedTrial, day: int) -> dict[str, pl.DataFrame]:
    return {name: table for name, table in trial.tables(day).items() if name != "DECISIONS"}


def test_accrual_that_goes_on_is_not_held_up(staged_protocol: Protocol) -> None:
    stage_one = staged_protocol.design.stage_one.model_copy(update={"accrual": "continues"})
    design = staged_protocol.design.model_copy(update={"stage_one": stage_one})
    trial = simulate(staged_protocol.model_copy(update={"design": design}), STOPS)
    (decision,) = trial.records.decisions
    assert decision.size == 27
    assert len([day for day, _ in registered(trial.records) if day <= decision.decided_on]) > 27


def test_a_protocol_that_cannot_decide_has_no_interim(first_trial: Simulation) -> None:
    assert first_trial.records.decisions == ()
    days = [day for day, _ in registered(first_trial.records)]
    assert max((b - a).days for a, b in itertools.pairwise(days)) < 56


def test_nobody_is_registered_at_a_weekend(first_trial: Simulation) -> None:
    assert {day.weekday() for day, _ in registered(first_trial.records)} <= set(range(5))


@pytest.mark.parametrize(
    ("unit", "replacement", "least"),
    [("registered", "none", 36), ("treated", "never_dosed", 37), ("eligible", "none", 37)],
)
def test_everybody_whom_the_rule_does_not_count_is_made_up_for(
    staged_protocol: Protocol, unit: str, replacement: str, least: int
) -> None:
    stage_one = staged_protocol.design.stage_one.model_copy(update={"unit": unit, "replacement": replacement})
    design = staged_protocol.design.model_copy(update={"stage_one": stage_one})
    protocol = staged_protocol.model_copy(update={"design": design})
    trial = simulate(protocol, GOES_ON)
    assert trial.records.decisions[0].action == "continue"
    counts = analyse(protocol, trial.records, trial.data_cut).decision.counts
    assert counts is not None
    assert (counts.members, counts.missing) == (36, 0)
    registered = trial.records.tables["DS"].filter(pl.col("DSDECOD") == "REGISTERED")["USUBJID"].n_unique()
    assert registered >= least
    if unit == "registered":
        assert registered == least
