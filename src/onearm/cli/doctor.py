"""``onearm doctor``: is this installation sound, and are the kernels compiled?"""

from __future__ import annotations

import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from onearm.cli.options import json_option
from onearm.cli.output import emit_json, say

_NEEDED = ("numpy", "scipy", "numba", "polars", "pydantic", "ruamel.yaml", "matplotlib", "jinja2", "pyreadstat", "rich")


@click.command(
    epilog="""\b
Examples:
  onearm doctor
  onearm doctor --warm"""
)
@click.option("--warm", is_flag=True, help="Compile the kernels now and keep them on disk.")
@json_option
def doctor_command(warm: bool, as_json: bool) -> int:
    """Check Python, the libraries, the trials that travel with onearm, and the folder of compiled kernels."""
    checks = [_check_python(), *(_check_library(name) for name in _NEEDED), _check_trials(), _check_cache()]
    if warm:
        say("Compiling the kernels (about ten seconds the first time) …")
        checks.append(_warm())
    failed = [check for check in checks if not check["ok"]]
    if as_json:
        emit_json("doctor", {"ok": not failed, "checks": checks})
    else:
        for check in checks:
            mark = click.style("ok  ", fg="green") if check["ok"] else click.style("FAIL", fg="red", bold=True)
            click.echo(f"{mark} {check['name']}: {check['found']}")
    return 1 if failed else 0


def _check_python() -> dict[str, object]:
    return {
        "name": "Python",
        "ok": sys.version_info >= (3, 11),
        "found": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
    }


def _check_library(name: str) -> dict[str, object]:
    try:
        return {"name": name, "ok": True, "found": version(name)}
    except PackageNotFoundError:
        return {"name": name, "ok": False, "found": "not installed; run: python -m pip install ."}


def _check_trials() -> dict[str, object]:
    from onearm.cli.demo import find_trials

    folder = find_trials()
    return {"name": "founding trials", "ok": folder is not None, "found": str(folder or "not found")}


def _check_cache() -> dict[str, object]:
    from onearm._numba_cache import CACHE_DIRECTORY

    compiled = any(Path(CACHE_DIRECTORY).rglob("*.nbc"))
    state = "compiled kernels are there" if compiled else "empty; the first analysis compiles (or onearm doctor --warm)"
    return {"name": "kernel cache", "ok": True, "found": f"{CACHE_DIRECTORY} ({state})"}


def _warm() -> dict[str, object]:
    begun = time.perf_counter()
    import onearm.kernels.entered
    import onearm.kernels.patients
    import onearm.kernels.peer_response
    import onearm.kernels.stage
    import onearm.kernels.time_to_event
    import onearm.kernels.worksheet
    import onearm.stats.bryant_day_search
    import onearm.stats.monitoring_search
    import onearm.stats.single_stage_search
    import onearm.stats.three_stage_search
    import onearm.stats.two_stage_search
    import onearm.stats.two_stage_search_stops  # noqa: F401

    return {"name": "kernels", "ok": True, "found": f"ready after {time.perf_counter() - begun:.1f} s"}
