"""Simulated patients under the criteria of both trials: eligible, but for those who fail one, by its value."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from onearm.eligibility import screen
from onearm.protocol import Protocol, load_protocol
from onearm.records import Records, first_of
from onearm.rehearse import simulate

TRIALS = Path(__file__).parents[3] / "trials"
ASSUMPTIONS = TRIALS / "assumptions"

SEEDS = (1, 3)
OVERLAYS = {
    "haic-bev-pdl1": ("haic-bev-pdl1-conduct", "haic-bev-pdl1-eligibility"),
    "haic-adebrelimab-regorafenib": ("haic-adebrelimab-regorafenib-demo", "haic-adebrelimab-regorafenib-eligibility"),
}


@pytest.fixture(scope="module", params=list(OVERLAYS))
def protocol(request: pytest.FixtureRequest) -> Protocol:
    overlays = [ASSUMPTIONS / f"{name}.yaml" for name in OVERLAYS[request.param]]
    return load_protocol(TRIALS / f"{request.param}.yaml", overlays)


@pytest.fixture(scope="module")
def trials(protocol: Protocol) -> list[tuple[Records, dt.date]]:
    return [(made.records, made.data_cut) for made in (simulate(protocol, seed) for seed in SEEDS)]


def registered_against(records: Records) -> set[str]:
    table = records.tables["DV"]
    return set(table.filter(pl.col("DVTERM") == "REGISTERED AGAINST A CRITERION")["USUBJID"])


def of_term(records: Records, decoded: str) -> dict[str, dict[str, Any]]:
    rows = records.tables["DS"].filter(pl.col("DSDECOD") == decoded).iter_rows(named=True)
    return {row["USUBJID"]: row for row in rows}


def test_whoever_is_registered_is_eligible_but_for_those_against_a_criterion(
    protocol: Protocol, trials: list[tuple[Records, dt.date]]
) -> None:
    against_any = set()
    for records, cut in trials:
        screening = screen(protocol, records, cut)
        against = registered_against(records)
        against_any |= against
        registered = of_term(records, "REGISTERED")
        assert {subject: screening.verdicts[subject] for subject in registered} == {
            subject: "not_eligible" if subject in against else "eligible" for subject in registered
        }
        failed = screening.table.filter(pl.col("USUBJID").is_in(against) & (pl.col("VERDICT") != "met"))
        # One criterion each, by its value, to which the recorded answer agrees.
        assert failed["USUBJID"].to_list() == sorted(against)
        assert failed["COMPUTED"].to_list() == failed["JUDGED"].to_list() == ["not_met"] * len(against)
    assert against_any


def test_who_fails_screening_fails_the_criterion_that_was_written_down(
    protocol: Protocol, trials: list[tuple[Records, dt.date]]
) -> None:
    seen = set()
    for records, _ in trials:
        for subject, row in of_term(records, "SCREEN FAILURE").items():
            ended = row[first_of("DSSTDTC")]
            table = screen(protocol, records, ended).table.filter(pl.col("USUBJID") == subject)
            failed = table.filter(pl.col("VERDICT") == "not_met")
            assert [f"SCREEN FAILURE: {name.upper()}" for name in failed["CRITERION"]] == [row["DSTERM"]]
            assert failed["COMPUTED"].to_list() in (["not_met"], ["unknown"], [None])
            seen.add(failed["COMPUTED"][0])
    assert "not_met" in seen


def test_no_recorded_score_or_answer_contradicts_the_values(
    protocol: Protocol, trials: list[tuple[Records, dt.date]]
) -> None:
    for records, _ in trials:
        for subject, row in of_term(records, "SCREEN FAILURE").items():
            found = screen(protocol, records, row[first_of("DSSTDTC")]).findings
            assert not [one for one in found if one.place.subject == subject]
        registered = of_term(records, "REGISTERED")
        last = max(row[first_of("DSSTDTC")] for row in registered.values())
        contradictions = [
            one for one in screen(protocol, records, last).findings if one.code in ("E002", "E003", "E004")
        ]
        assert [one for one in contradictions if one.place.subject in registered] == []
