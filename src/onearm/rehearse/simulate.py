"""Simulated records of one trial: made in memory, or written to a folder with the assumptions beside them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from onearm.errors import UsageError
from onearm.protocol import Protocol
from onearm.records import Records, save_records
from onearm.records.load import SIMULATION_FILE
from onearm.rehearse.scenario import Assumption, Scenario, load_scenario
from onearm.rehearse.setting import EPOCH, FILLERS, default_scenario, settle
from onearm.rehearse.trial import Progress, SimulatedTrial
from onearm.units import DAYS_A_MONTH


@dataclass(frozen=True)
class Simulation:
    """A simulated trial and what it rests on."""

    records: Records
    seed: int
    scenario: Scenario
    data_cut: dt.date
    filled: tuple[Assumption, ...]
    """Assumptions that stand where the protocol is silent."""


def simulate_trial(
    protocol: Protocol,
    seed: int,
    *,
    scenario: Scenario | str | Path | None = None,
    progress: Progress | None = None,
) -> Records:
    """The records of one simulated trial, as its forms would hold them at the data cut.

    ``scenario`` is one of `scenario_names`, a CSV file or a `Scenario`; None takes the one that fits the treatment.
    The same protocol, seed and scenario give the same records. Raises UsageError for a seed below 0 or an unknown
    scenario.
    """
    return simulate(protocol, seed, scenario=scenario, progress=progress).records


def simulate(
    protocol: Protocol,
    seed: int,
    *,
    scenario: Scenario | str | Path | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """As `simulate_trial`, with the assumptions that the records rest on."""
    if seed < 0:
        raise UsageError("a seed is a whole number from 0 on")
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario or default_scenario(protocol))
    trial = SimulatedTrial(settle(protocol, scenario), seed, progress)
    trial.run()
    setting = trial.setting
    end = setting.end_day
    if end is None:
        end = trial.last_registration + round(scenario.number("follow_up_months") * DAYS_A_MONTH)
    tables = trial.tables(end)
    return Simulation(
        records=Records.from_tables(tables, source=f"simulated, seed {seed}"),
        seed=seed,
        scenario=scenario,
        data_cut=EPOCH + dt.timedelta(days=end),
        filled=tuple(setting.filled),
    )


def write_simulated(
    protocol: Protocol,
    seed: int,
    folder: str | Path,
    *,
    scenario: Scenario | str | Path | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the records of one simulated trial and ``simulation.json`` to a folder; returns the files.

    An earlier simulation in the folder is replaced. Raises UsageError if the folder holds other files.
    """
    result = simulate(protocol, seed, scenario=scenario, progress=progress)
    target = Path(folder)
    _remove_earlier(target)
    save_records(result.records, target)
    files = sorted(target.glob("*.csv"))
    about = target / SIMULATION_FILE
    text = json.dumps(describe_simulation(result, protocol, files), indent=1, ensure_ascii=False)
    about.write_text(text + "\n", encoding="utf-8", newline="\n")
    return [*files, about]


def describe_simulation(result: Simulation, protocol: Protocol, files: list[Path]) -> dict[str, object]:
    """What ``simulation.json`` holds: the mark, seed, scenario, every assumption used and those without a source."""
    unused = FILLERS - {entry.name for entry in result.filled}
    used = [entry for entry in result.scenario.assumptions.values() if entry.name not in unused]
    return {
        "mark": "SIMULATED",
        "simulated": True,
        "schema": 1,
        "study": result.records.study_id,
        "seed": result.seed,
        "protocol": protocol.identity.id,
        "protocol_digest": protocol.digest,
        "overlays": list(protocol.overlays),
        "records_digest": result.records.digest,
        "data_cut": result.data_cut.isoformat(),
        "scenario": result.scenario.name,
        "in_place_of_the_protocol": [entry.name for entry in result.filled],
        "without_source": [entry.name for entry in result.scenario.without_source() if entry.name not in unused],
        "assumptions": [entry.as_dict() for entry in used],
        "files": [file.name for file in files],
    }


def _remove_earlier(folder: Path) -> None:
    """Remove the files of an earlier simulation, once it is sure that nothing else lies there."""
    about = folder / SIMULATION_FILE
    if not about.is_file():
        return
    try:
        names = set(json.loads(about.read_text(encoding="utf-8"))["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{about} was not written by this program; choose an empty folder") from error
    foreign = sorted(file.name for file in folder.iterdir() if file.name not in names | {SIMULATION_FILE})
    if foreign:
        raise UsageError(f"{folder} holds other files ({', '.join(foreign)}); choose an empty folder")
    for file in [file for file in folder.iterdir() if file.suffix == ".csv"]:
        file.unlink()
    about.unlink()
