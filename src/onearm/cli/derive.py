"""``onearm derive``."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onearm.cli.options import assume_option, cutoff_option, existing_file, existing_folder, json_option
from onearm.cli.output import announce_compilation, emit_json, has_errors, marked, print_findings, say
from onearm.cli.variants import (
    describe_variant,
    evaluator_option,
    read_variant,
    rules_option,
    set_option,
    source_option,
    variant_line,
)

if TYPE_CHECKING:
    from onearm.protocol.variant import RuleSet, Source

_OUT = click.Path(file_okay=False, path_type=Path)
VARIANT_FILE = "variant.json"


@click.command(
    epilog="""\b
Examples:
  onearm derive PROTOCOL.yaml RECORDS_DIR --out derived
  onearm derive PROTOCOL.yaml RECORDS_DIR --out derived --cutoff 2026-03-01
  onearm derive PROTOCOL.yaml RECORDS_DIR --out derived --evaluator independent --response-source reported
  onearm derive PROTOCOL.yaml RECORDS_DIR --out derived --rules admiral --set max_nr_ne=0
  onearm derive PROTOCOL.yaml RECORDS_DIR --out derived --set confirmation_min_days=42"""
)
@click.argument("protocol", type=existing_file)
@click.argument("records", type=existing_folder)
@click.option(
    "--out", type=_OUT, required=True, help="Folder to write adsl.csv, adtr.csv, adrs.csv, adtte.csv, adlb.csv … to."
)
@evaluator_option
@source_option
@rules_option
@set_option
@click.option(
    "--dictionary",
    type=existing_file,
    metavar="FILE",
    help="Your licensed dictionary for adverse events: a CSV with TERM, PT, SOC.",
)
@assume_option
@cutoff_option
@json_option
def derive_command(
    protocol: Path,
    records: Path,
    out: Path,
    evaluator: str | None,
    source: Source | None,
    rules: RuleSet,
    settings: tuple[str, ...],
    dictionary: Path | None,
    assume: tuple[Path, ...],
    cutoff: dt.date | None,
    as_json: bool,
) -> int:
    """Derive the analysis tables from RECORDS as PROTOCOL says; each row names the source row that decided it.

    RECORDS may hold DM and RS alone: then with --response-source reported. How the records were read, and every option
    in force, is written to variant.json beside the tables.
    """
    announce_compilation()
    from onearm.derive import derive, save_derived, save_tables
    from onearm.pipeline import choose_cut, follow_path, refuse_other_study
    from onearm.protocol import load_protocol
    from onearm.records import load_records

    trial, data = load_protocol(protocol, assume), load_records(records)
    refuse_other_study(trial, data)
    if dictionary is not None:
        from onearm.safety.dictionary import code_events, read_dictionary

        data = code_events(data, read_dictionary(dictionary))
    variant = read_variant(data, rules, source, evaluator, settings)
    cut = choose_cut(data, cutoff)
    derived = derive(trial, data, cut.day, variant)
    path_of_patients = follow_path(trial, data, derived)
    described = describe_variant(derived)
    written = [
        *save_derived(derived, out, simulated=data.simulated),
        *save_tables(path_of_patients.tables(trial), out, simulated=data.simulated),
        out / VARIANT_FILE,
    ]
    content = marked({**described, "simulated": data.simulated})
    written[-1].write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    left_out = path_of_patients.places_left_out()
    findings = (*data.findings, *derived.findings, *path_of_patients.findings)
    print_findings(findings)
    if as_json:
        emit_json(
            "derive",
            {
                "cutoff": cut.day.isoformat(),
                "cutoff_given": cut.given,
                "simulated": data.simulated,
                "variant": {name: value for name, value in described.items() if name != "schema"},
                "refused": [{"id": entry.id, "missing": list(entry.missing)} for entry in derived.refusals],
                "left_out": [{"table": name, "missing": place} for name, place in left_out.items()],
                "findings": [finding.as_dict() for finding in findings],
                "files": [str(path) for path in written],
            },
        )
    else:
        say(f"Data cut {cut.day}{'' if cut.given else ' (the last date in the records)'}")
        if variant_line(variant):
            click.echo(variant_line(variant))
        for entry in derived.refusals:
            say(f"Not derived: {entry.id} (the protocol leaves open: {', '.join(entry.missing)})")
        for name, place in left_out.items():
            say(f"No rows in {name}.csv: the protocol has no {place}")
        for path in written:
            click.echo(path)
    return 1 if has_errors(findings) or derived.refusals else 0
