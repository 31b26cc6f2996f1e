"""Simulated trials that several tests read: made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from onearm.protocol import Protocol, load_protocol
from onearm.records import Records
from onearm.rehearse import Simulation, simulate, simulate_trial

TRIALS = Path(__file__).parents[3] / "trials"
ASSUMPTIONS = TRIALS / "assumptions"


@pytest.fixture(scope="session")
def first_protocol() -> Protocol:
    return load_protocol(TRIALS / "haic-bev-pdl1.yaml")


@pytest.fixture(scope="session")
def second_protocol() -> Protocol:
    return load_protocol(TRIALS / "haic-adebrelimab-regorafenib.yaml")


@pytest.fixture(scope="session")
def staged_protocol() -> Protocol:
    return load_protocol(TRIALS / "haic-bev-pdl1.yaml", [ASSUMPTIONS / "boundaries-futility-25-45.yaml"])


@pytest.fixture(scope="session")
def first_trial(first_protocol: Protocol) -> Simulation:
    return simulate(first_protocol, 11)


@pytest.fixture(scope="session")
def several_trials(first_protocol: Protocol) -> list[Records]:
    return [simulate_trial(first_protocol, seed) for seed in range(4)]


@pytest.fixture(scope="session")
def second_trial(second_protocol: Protocol) -> Simulation:
    return simulate(second_protocol, 11)


@pytest.fixture(scope="session", params=["first", "second"])
def trial(request: pytest.FixtureRequest, first_trial: Simulation, second_trial: Simulation) -> Simulation:
    return first_trial if request.param == "first" else second_trial
