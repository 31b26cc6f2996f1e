"""``onearm simulate``: records of a trial that never happened, marked as such everywhere."""

from __future__ import annotations

from pathlib import Path

import click

from onearm.cli.options import assume_option, existing_file, json_option
from onearm.cli.output import emit_json, say


@click.command(
    epilog="""\b
Examples:
  onearm simulate trials/haic-bev-pdl1.yaml --seed 7 --out records
  onearm simulate PROTOCOL.yaml --assume OVERLAY.yaml --seed 7 --out records"""
)
@click.argument("protocol", type=existing_file)
@click.option("--seed", type=click.IntRange(min=0), required=True, help="Same seed, same records, byte for byte.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write.")
@assume_option
@json_option
def simulate_command(protocol: Path, seed: int, out: Path, assume: tuple[Path, ...], as_json: bool) -> None:
    """Write simulated records of PROTOCOL: what its forms would hold, never an endpoint.

    STUDYID and every USUBJID begin with SIM-, and everything made of such records says SIMULATED.
    """
    from onearm.protocol import load_protocol
    from onearm.rehearse.simulate import write_simulated

    written = write_simulated(load_protocol(protocol, assume), seed, out)
    if as_json:
        emit_json("simulate", {"simulated": True, "seed": seed, "files": [str(path) for path in written]})
        return
    say(f"Wrote {len(written)} files of SIMULATED records to {out}")
