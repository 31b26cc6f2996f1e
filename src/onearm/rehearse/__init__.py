"""Simulated records of one trial: what its forms would hold, never endpoints."""

from onearm.rehearse.scenario import Scenario, load_scenario, scenario_names
from onearm.rehearse.simulate import Simulation, simulate, simulate_trial, write_simulated

__all__ = [
    "Scenario",
    "Simulation",
    "load_scenario",
    "scenario_names",
    "simulate",
    "simulate_trial",
    "write_simulated",
]
