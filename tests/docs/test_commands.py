"""Every command and every Python block of the documentation runs, and gives the output that the page quotes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from doc_pages import PAGES, ROOT, Block, Command, blocks_of, commands_of, missing_line, name_of

PLAIN_LANGUAGES = {"", "text", "yaml", "csv", "json"}
MAKE_TARGETS = {
    line.partition(":")[0] for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if ":" in line
}
INSTALLS = ("python", "-m", "pip", "install", ".")


def runs_something(page: Path) -> bool:
    return any(block.language in ("sh", "console", "python") for block in blocks_of(page))


@pytest.mark.parametrize("page", [page for page in PAGES if runs_something(page)], ids=name_of)
def test_every_command_of_a_page_runs_in_order(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "trials", tmp_path / "trials")
    for block in blocks_of(page):
        if block.title:
            file = tmp_path / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8", newline="\n")
        elif block.language == "python":
            run_python(page, block, tmp_path)
        for command in commands_of(block):
            run_command(page, command, tmp_path)


def run_python(page: Path, block: Block, folder: Path) -> None:
    done = call([sys.executable, "-W", "error", "-c", block.text], folder)
    assert done.returncode == 0, f"{name_of(page)}:{block.line}\n{done.stdout}"


def run_command(page: Path, command: Command, folder: Path) -> None:
    place = f"{name_of(page)}:{command.line}: {' '.join(command.words)}"
    if command.words[0] == "make":
        assert set(command.words[1:]) <= MAKE_TARGETS, f"{place}: no such target in the Makefile"
        return
    if command.words == INSTALLS:
        assert (ROOT / "pyproject.toml").is_file()
        return
    assert command.words[0] == "onearm", f"{place}: only onearm, make and the installation are shown"
    words, out = list(command.words[1:]), None
    if len(words) > 2 and words[-2] == ">":
        words, out = words[:-2], folder / words[-1]
    done = call(
        [sys.executable, "-c", "from onearm.cli.main import main; main()", *words], folder, apart=out is not None
    )
    assert done.returncode == command.exit_code, f"{place}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    assert "Traceback" not in f"{done.stdout}{done.stderr}", place
    if out is not None:
        out.write_text(done.stdout, encoding="utf-8", newline="\n")
    missing = missing_line(command.excerpt, done.stdout)
    assert missing is None, f"{place}: the output does not hold {missing!r}\n{done.stdout}"


def call(words: list[str], folder: Path, *, apart: bool = False) -> subprocess.CompletedProcess[str]:
    """Run words in a folder; messages come with the output, unless ``apart``."""
    return subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if apart else subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_has_a_known_language(page: Path) -> None:
    known = PLAIN_LANGUAGES | {"sh", "console", "python"}
    strange = [f"{block.line}: {block.language}" for block in blocks_of(page) if block.language not in known]
    assert not strange


def test_no_command_hides_outside_the_blocks_that_are_run() -> None:
    hidden = [
        f"{name_of(page)}:{block.line}"
        for page in PAGES
        for block in blocks_of(page)
        if block.language in PLAIN_LANGUAGES and any(line.startswith("$ ") for line in block.text.splitlines())
    ]
    assert not hidden


def test_a_quoted_line_that_the_output_lacks_is_found() -> None:
    output = "one\ntwo\nthree four\n"
    assert missing_line(("one", "two"), output) is None
    assert missing_line(("one", "…", "three…"), output) is None
    assert missing_line(("one", "three four"), output) == "three four"
    assert missing_line(("five",), output) == "five"
