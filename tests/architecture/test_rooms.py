"""The rooms keep their order, and stay as light as they promise."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "onearm"
MODULES = sorted(PACKAGE.rglob("*.py"))

LONGEST = 400
"""Lines of a module that needs no reason."""
CATALOGUES = {"words/protocol_findings.py", "words/records_findings.py", "words/report_words.py"}
"""Catalogues of words are as long as there are words to keep."""

ALONE = {"numpy", "scipy", "numba"}
HEAVY = {"numba", "numpy", "polars", "pydantic", "scipy", "matplotlib", "jinja2", "pyreadstat", "ruamel"}


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_module_is_too_long(module: Path) -> None:
    if name_of(module) not in CATALOGUES:
        assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST


def imports_of(module: Path) -> set[str]:
    """Full names of everything that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(module)} imports relatively"
            names.add(str(node.module))
    return names


@pytest.mark.parametrize("room", ["kernels", "stats"])
def test_kernels_and_statistics_stand_alone(room: str) -> None:
    allowed = {"onearm", "onearm.terms", "onearm._numba_cache"}
    for module in sorted((PACKAGE / room).glob("*.py")):
        for name in imports_of(module):
            top = name.partition(".")[0]
            inside = name in allowed or name.startswith(f"onearm.{room}")
            assert inside or top in ALONE | set(sys.stdlib_module_names), f"{name_of(module)} imports {name}"


def loaded_after(statements: str, folder: Path) -> set[str]:
    """Top-level names and rooms of onearm in ``sys.modules`` after statements run in a new process."""
    code = f"{statements}\nimport json, sys\nprint('\\n' + json.dumps(sorted(sys.modules)), file=sys.stdout)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    modules: list[str] = json.loads(done.stdout.splitlines()[-1])
    return {name.partition(".")[0] for name in modules} | {
        ".".join(name.split(".")[:2]) for name in modules if name.startswith("onearm.")
    }


@pytest.mark.parametrize("statement", ["import onearm", "import onearm.cli.main"])
def test_starting_is_light(statement: str, tmp_path: Path) -> None:
    assert not loaded_after(statement, tmp_path) & HEAVY


@pytest.mark.parametrize("words", [[], ["design"], ["design", "find"], ["design", "infer"], ["worksheet"]])
def test_help_loads_nothing_heavy(tmp_path: Path, words: list[str]) -> None:
    asked = [*words, "--help"]
    assert not loaded_after(f"from onearm.cli.main import run\nassert run({asked!r}) == 0", tmp_path) & HEAVY


TRIAL = str(ROOT / "trials" / "haic-bev-pdl1.yaml")
OVERLAY = str(ROOT / "trials" / "assumptions" / "boundaries-futility-25-45.yaml")
OTHER = str(ROOT / "trials" / "haic-adebrelimab-regorafenib.yaml")


@pytest.mark.parametrize(
    "words",
    [
        ["check", TRIAL, "--assume", OVERLAY],
        ["show", TRIAL, "--expanded"],
        ["diff", TRIAL, OTHER],
        ["schema"],
        ["explain", "S102"],
    ],
    ids=lambda words: words[0],
)
def test_commands_that_need_no_kernel_compile_nothing(words: list[str], tmp_path: Path) -> None:
    loaded = loaded_after(f"from onearm.cli.main import run\nassert run({words!r}) in (0, 1)", tmp_path)
    assert "onearm.kernels" not in loaded
    assert "numba" not in loaded


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_only_the_edges_know_the_clock_and_chance(module: Path) -> None:
    """Today's date and unseeded chance are arguments; command line and rehearsal alone make them."""
    room = name_of(module).partition("/")[0]
    if room in ("cli", "rehearse"):
        return
    text = module.read_text(encoding="utf-8")
    for word in ("date.today(", "datetime.now(", "time.time(", "default_rng(", "import random", "np.random."):
        assert word not in text, f"{name_of(module)} uses {word}"


def test_no_room_hides_a_public_function() -> None:
    """``onearm.analyse`` stays the function after every room was imported: a room of that name would take its place."""
    import importlib
    import pkgutil

    import onearm

    for room in pkgutil.iter_modules(onearm.__path__):
        importlib.import_module(f"onearm.{room.name}")
    for name in ("analyse", "load_protocol", "load_records"):
        assert callable(getattr(onearm, name)), name
