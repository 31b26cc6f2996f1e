"""Writes ``docs/reference`` from the code: options, findings, rules, decision tables, commands, protocol fields, tables
of records.

``python docs/generate.py`` writes the pages; ``--check`` writes nothing and ends with 1 when a page is stale.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

from page_makers.commands import commands_page  # noqa: E402 - found through the line above
from page_makers.ctcae_grades import ctcae_page  # noqa: E402
from page_makers.decision_tables import decision_tables_page  # noqa: E402
from page_makers.dose_rules import dose_rules_page  # noqa: E402
from page_makers.dose_table import dose_table_page  # noqa: E402
from page_makers.findings import findings_page  # noqa: E402
from page_makers.mrecist_tables import mrecist_page  # noqa: E402
from page_makers.options import options_page  # noqa: E402
from page_makers.protocol import protocol_page  # noqa: E402
from page_makers.records import records_page  # noqa: E402
from page_makers.rule_set_differences import rule_set_differences_page  # noqa: E402
from page_makers.rules import rules_page  # noqa: E402

PAGES: dict[str, Callable[[], str]] = {
    "options.md": options_page,
    "findings.md": findings_page,
    "rules.md": rules_page,
    "decision-tables.md": decision_tables_page,
    "mrecist-tables.md": mrecist_page,
    "rule-set-differences.md": rule_set_differences_page,
    "commands.md": commands_page,
    "protocol.md": protocol_page,
    "records.md": records_page,
    "ctcae-grades.md": ctcae_page,
    "dose-table.md": dose_table_page,
    "dose-rules.md": dose_rules_page,
}


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when a page is stale")
    given = parser.parse_args(arguments)
    folder = DOCS / "reference"
    stale = []
    for name, make in PAGES.items():
        try:
            file, content = folder / name, make()
        except LookupError as gone:
            print(f"docs/reference/{name}: {gone}; mend docs/page_makers")
            return 1
        if file.is_file() and file.read_text(encoding="utf-8") == content:
            continue
        stale.append(name)
        if not given.check:
            folder.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8", newline="\n")
    for name in stale:
        print(f"docs/reference/{name} {'is stale: run python docs/generate.py' if given.check else 'written'}")
    return 1 if stale and given.check else 0


if __name__ == "__main__":
    sys.exit(main())
