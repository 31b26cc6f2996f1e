"""Every response option has its paragraph, and the page of options counts what each value does to the example."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

from onearm.protocol.options import ResponseOptions
from onearm.protocol.profile import supported_values
from onearm.words.option_words import OPTION_TEXTS

ROOT = Path(__file__).parents[3]


def test_every_option_has_its_paragraph_and_no_other() -> None:
    assert set(OPTION_TEXTS) == set(ResponseOptions.model_fields) - {"irecist"}
    assert all(text.changes.endswith(".") and text.done_by.endswith(".") for text in OPTION_TEXTS.values())


def test_the_page_tells_the_effect_of_every_value_that_can_be_chosen() -> None:
    page = (ROOT / "docs" / "reference" / "options.md").read_text(encoding="utf-8")
    for name, field in ResponseOptions.model_fields.items():
        if name == "irecist":
            continue
        paragraph = next(line for line in page.splitlines() if line.startswith(f"**`{name}`.**"))
        choices = get_args(field.annotation)
        if choices and all(isinstance(choice, str) for choice in choices):
            others = [value for value in supported_values(name) if f"`{value}`" in paragraph.partition("example:")[2]]
            # All but the example's own value, and a refusal, which derives nothing.
            assert len(others) >= len(set(supported_values(name)) - {"refuse"}) - 1, name
        else:
            assert "In the example:" in paragraph, name


def test_the_example_is_the_same_each_time() -> None:
    code = (
        "import sys; sys.path.insert(0, 'docs')\n"
        "from page_makers.option_example import example_tables\n"
        "one, two = example_tables(), example_tables()\n"
        "assert all(one[name].equals(two[name]) for name in one) and one['DM'].height > 300\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
