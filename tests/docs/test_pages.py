"""The pages agree with the code and with each other."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from doc_pages import PAGES, ROOT, anchors_of, blocks_of, commands_of, links_of, name_of

from onearm.cli.main import COMMANDS, cli
from onearm.protocol.options import IrecistOptions, ResponseOptions
from onearm.words.findings import FINDINGS

sys.path.insert(0, str(ROOT / "docs"))

from page_makers.named_rules import RULES, Rule
from page_makers.rules import find_rule

REFERENCE = ROOT / "docs" / "reference"
ALL_RULES = [rule for group in RULES.values() for rule in group]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in links_of(page):
        if link.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        inside = target.is_relative_to(ROOT)
        line = re.fullmatch(r"L(\d+)", anchor)
        if not inside or not target.exists():
            broken.append(link)
        elif line and target.suffix == ".py":
            if int(line[1]) > len(target.read_text(encoding="utf-8").splitlines()):
                broken.append(link)
        elif anchor and anchor not in anchors_of(target):
            broken.append(link)
    assert not broken


def test_every_page_is_reached_from_the_index() -> None:
    start = ROOT / "docs" / "index.md"
    reached, waiting = {start}, [start]
    while waiting:
        page = waiting.pop()
        for link in links_of(page):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target in PAGES and target not in reached:
                reached.add(target)
                waiting.append(target)
    assert {page for page in PAGES if page.is_relative_to(ROOT / "docs")} <= reached


def test_generated_pages_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["PR", "Nadir", "Confirmation", "Missed scans", "Stage-one membership", "Rounding"])
def test_named_rules_are_found_from_the_page(name: str) -> None:
    page = (REFERENCE / "rules.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith(f"| **{name}")]
    assert rows
    place = re.search(r"\[(src/onearm/[\w/]+\.py):(\d+)\]", rows[0])
    function = re.search(r"\| `(\w+)` \|", rows[0])
    assert place
    assert function
    text = (ROOT / place[1]).read_text(encoding="utf-8")
    assert re.search(rf"^\s*(def |class )?{function[1]}\b", text, re.MULTILINE)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_the_function_of_each_rule_is_there(rule: Rule) -> None:
    file, line = find_rule(rule)
    text = file.read_text(encoding="utf-8").splitlines()[line - 1]
    assert rule.at in text
    assert rule.at or rule.function.rpartition(".")[2] in text


def test_a_rule_that_is_gone_is_told() -> None:
    with pytest.raises(LookupError):
        find_rule(Rule("gone", "", "kernels.target.no_such_function"))
    with pytest.raises(LookupError):
        find_rule(Rule("gone", "", "kernels.target.grew", "no such line"))
    with pytest.raises(LookupError):
        find_rule(Rule("gone", "", "no_room.no_module.no_function"))


def test_rules_have_names_of_their_own() -> None:
    names = [rule.name for rule in ALL_RULES]
    assert len(names) == len(set(names))


def test_every_kernel_is_named_by_a_rule() -> None:
    """A kernel is a rule: one that is not on the page would not be found."""
    plain = {"log_ways", "fill_binomial"}
    run_rules_only = ("patients", "entered", "follow_up", "rules", "arrays", "__init__")
    named = {rule.function for rule in ALL_RULES}
    for module in sorted((ROOT / "src" / "onearm" / "kernels").glob("*.py")):
        if module.stem in run_rules_only:
            continue
        functions = set(re.findall(r"^def (\w+)", module.read_text(encoding="utf-8"), re.MULTILINE)) - plain
        assert functions <= {name.rpartition(".")[2] for name in named if f"kernels.{module.stem}." in name}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_is_documented(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    assert f"  onearm {name}" in (command.epilog or "")
    assert all(param.help for param in command.params if isinstance(param, click.Option) and param.name != "out")
    assert f"## onearm {name}\n" in (REFERENCE / "commands.md").read_text(encoding="utf-8")
    shown = [
        found.words[:2] for page in PAGES for block in blocks_of(page) for found in commands_of(block) if found.words
    ]
    assert ("onearm", name) in shown, f"no page shows onearm {name}"


def test_every_finding_and_option_has_its_place_in_the_reference() -> None:
    findings = (REFERENCE / "findings.md").read_text(encoding="utf-8")
    options = (REFERENCE / "options.md").read_text(encoding="utf-8")
    assert all(f"### {code}\n" in findings for code in FINDINGS)
    assert all(f"| `{name}` |" in options for name in ResponseOptions.model_fields if name != "irecist")
    assert all(f"| `irecist.{name}` |" in options for name in IrecistOptions.model_fields)


def test_every_finding_named_in_a_page_exists() -> None:
    named = {
        code
        for page in PAGES
        for code in re.findall(r"(?<!#)\b([PARDSXGKLFQ]\d{3})\b", page.read_text(encoding="utf-8"))
    }
    assert named <= set(FINDINGS)


def test_the_architecture_page_lists_the_rooms_in_the_order_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    table = page.split("| Room | What it does |")[1].split("\n\n")[0]
    rows = [re.findall(r"`(\w+)`", line.split("|")[1]) for line in table.splitlines() if line.startswith("| `")]
    assert rows == [layer.split(" | ") for layer in layers]
    rooms = {folder.name for folder in (ROOT / "src" / "onearm").iterdir() if (folder / "__init__.py").is_file()}
    assert rooms <= {room for row in rows for room in row}
