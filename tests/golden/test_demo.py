"""The demonstration, whole: both founding trials from protocol to report, and nothing of it without its mark."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

import pytest

from onearm.cli.demo import DEMO_TRIALS
from onearm.cli.main import run

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert run(["demo", "--out", str(folder)]) == 0
    return folder


def files(demo: Path) -> list[Path]:
    return sorted(path for path in demo.rglob("*") if path.is_file())


def words_of_pdf(path: Path) -> str:
    """The document information and every stream that can be inflated."""
    raw = path.read_bytes()
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL)
    parts = [raw.decode("latin-1")]
    for stream in streams:
        try:
            parts.append(zlib.decompress(stream).decode("latin-1"))
        except zlib.error:
            continue
    return "".join(parts)


def test_both_reports_are_there_and_small(demo: Path) -> None:
    for trial in DEMO_TRIALS:
        report = demo / trial.name / "report.html"
        assert report.is_file()
        assert report.stat().st_size < MEGABYTE


def test_every_kind_of_output_is_there(demo: Path) -> None:
    for trial in DEMO_TRIALS:
        kinds = {path.suffix for path in files(demo / trial.name)}
        assert {".html", ".svg", ".pdf", ".csv", ".json"} <= kinds


def test_no_output_lacks_the_mark(demo: Path) -> None:
    assert len(files(demo)) > 40
    for path in files(demo):
        if path.suffix == ".pdf":
            assert "SIMULATED" in words_of_pdf(path), path
        elif path.parent.name == "records" and path.suffix == ".csv":
            rows = path.read_text(encoding="utf-8").splitlines()[1:]
            assert rows and all("SIM-" in row for row in rows), path
        elif path.suffix == ".json":
            content = json.loads(path.read_text(encoding="utf-8"))
            assert content["simulated"] is True and content["mark"] == "SIMULATED", path
        elif path.suffix == ".csv":
            rows = path.read_text(encoding="utf-8").splitlines()
            assert all("SIMULATED" in row for row in rows), path
        else:
            assert "SIMULATED" in path.read_text(encoding="utf-8"), path


def test_reports_say_that_boundaries_are_assumed(demo: Path) -> None:
    text = (demo / DEMO_TRIALS[0].name / "report.html").read_text(encoding="utf-8")
    assert "boundaries assumed, not stated by the registry" in text.lower()
    results = json.loads((demo / DEMO_TRIALS[0].name / "results.json").read_text(encoding="utf-8"))
    assert [other["decision"]["action"] for other in results["alternatives"]] == ["success", "success", "failure"]


def test_simulated_and_other_records_never_mix(demo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for path in (demo / DEMO_TRIALS[0].name / "records").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        folder.joinpath(path.name).write_text(text.replace("SIM-", "", 1) if path.name == "dm.csv" else text)
    from onearm.errors import RecordsError
    from onearm.records import load_records

    with pytest.raises(RecordsError):
        load_records(folder)
