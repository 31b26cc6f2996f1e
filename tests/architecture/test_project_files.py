"""Locks pin what the project needs, and no file of the project points outside it."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = {"requirements.lock": (), "requirements-dev.lock": ("dev",)}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins_of(lock: str) -> dict[str, str]:
    pins: dict[str, str] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        found = re.fullmatch(r"([A-Za-z0-9._-]+)==([^\s;]+)(\s*;.*)?", line)
        assert found or not line or line.startswith("#"), f"{lock}: {line!r} is no pin"
        if found:
            pins[canonicalize_name(found[1])] = found[2]
    return pins


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|--trusted|\s@\s", text)


@pytest.mark.parametrize(("lock", "extras"), LOCKS.items())
def test_a_lock_pins_every_dependency_as_pyproject_allows(lock: str, extras: tuple[str, ...]) -> None:
    project = PYPROJECT["project"]
    needed = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    pins = pins_of(lock)
    for requirement in map(Requirement, needed):
        pin = pins.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{lock} lacks {requirement.name}"
        assert requirement.specifier.contains(pin), f"{lock}: {requirement.name} {pin} is not {requirement.specifier}"


def test_the_locks_agree() -> None:
    smaller, larger = pins_of("requirements.lock"), pins_of("requirements-dev.lock")
    assert all(larger.get(name, pin) == pin for name, pin in smaller.items())


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def is_text(file: Path) -> bool:
    return b"\0" not in file.read_bytes()[:4096]


# Written in pieces, so that this file does not hold what it looks for.
OUTSIDE = re.compile(
    "|".join(
        (
            r"(?<![\w.])/" + "work/",
            r"(?<![\w.:])/" + "tmp/",
            r"(?<![\w.])/" + "home/",
            "/" + "Users/",
            r"\.\./" + "shared",
        )
    )
)


def test_no_file_names_a_path_outside_the_project() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for file in tracked_files()
        if is_text(file)
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if OUTSIDE.search(line)
    ]
    assert not found


def test_text_files_end_with_one_line_feed_and_know_no_carriage_return() -> None:
    for file in tracked_files():
        if file.suffix in (".py", ".md", ".toml", ".yaml") and file.stat().st_size:
            content = file.read_bytes()
            assert content.endswith(b"\n"), file
            assert b"\r" not in content, file
