"""``onearm screen``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onearm.cli.options import IsoDate, assume_option, cutoff_option, existing_file, existing_folder, json_option
from onearm.cli.output import emit_json, has_errors, print_findings, say
from onearm.cli.subject_choice import find_subject

if TYPE_CHECKING:
    from onearm.eligibility import Screening


@click.command(
    epilog="""\b
Examples:
  onearm screen PROTOCOL.yaml RECORDS_DIR
  onearm screen PROTOCOL.yaml RECORDS_DIR --subject P-001 --on 2025-03-14
  onearm screen PROTOCOL.yaml RECORDS_DIR --without ecog --without age --json"""
)
@click.argument("protocol", type=existing_file)
@click.argument("records", type=existing_folder)
@click.option(
    "--subject",
    "subjects",
    multiple=True,
    metavar="S",
    help="Show this subject (USUBJID, or its end where that is one subject's alone); may be given several times.",
)
@click.option("--without", multiple=True, metavar="CRITERION", help="Leave a criterion out of the verdicts.")
@click.option("--on", type=IsoDate(), metavar="DATE", help="As known on this day (YYYY-MM-DD); else at the data cut.")
@assume_option
@cutoff_option
@json_option
def screen_command(
    protocol: Path,
    records: Path,
    subjects: tuple[str, ...],
    without: tuple[str, ...],
    on: dt.date | None,
    assume: tuple[Path, ...],
    cutoff: dt.date | None,
    as_json: bool,
) -> int:
    """Say of each subject of RECORDS whether it is eligible by PROTOCOL, and what each verdict rests on.

    A criterion is met, not met or unknown; unknown never passes. Met means that the requirement is fulfilled: an
    exclusion is met where it does not apply.
    """
    from onearm.eligibility import screen
    from onearm.pipeline import choose_cut, refuse_other_study
    from onearm.protocol import load_protocol
    from onearm.records import load_records

    trial, data = load_protocol(protocol, assume), load_records(records)
    refuse_other_study(trial, data)
    named = tuple(dict.fromkeys(find_subject(data.subjects(), subject) for subject in subjects))
    cut = choose_cut(data, cutoff)
    screening = screen(trial, data, cut.day, on=on, without=without)
    findings = (*data.findings, *screening.findings)
    print_findings(findings)
    chosen = named or screening.subjects
    if as_json:
        content = screening_json(screening, chosen)
        opening = {"cutoff": cut.day.isoformat(), "cutoff_given": cut.given, "simulated": data.simulated}
        emit_json("screen", {**opening, **content, "findings": [finding.as_dict() for finding in findings]})
    else:
        say(f"As known on {screening.horizon}")
        _print(screening, chosen, every_criterion=bool(named) or len(chosen) == 1)
    return 1 if has_errors(findings) else 0


def screening_json(screening: Screening, subjects: tuple[str, ...]) -> dict[str, Any]:
    """The verdicts of some subjects and the attrition over all of them, as ``--json`` gives them."""
    from onearm.words.eligibility_words import REASON_WORDS

    by_subject: dict[str, list[dict[str, Any]]] = {subject: [] for subject in subjects}
    for row in screening.table.iter_rows(named=True):
        if row["USUBJID"] in by_subject:
            by_subject[row["USUBJID"]].append(_criterion_json(row, REASON_WORDS))
    unconfirmed = list(dict.fromkeys(mark for one in screening.criteria for mark in one.unconfirmed))
    return {
        "on": screening.horizon.isoformat(),
        "child_pugh_version": screening.child_pugh,
        "unconfirmed": unconfirmed,
        "counts": screening.counts(),
        "without": [one.criterion.id for one in screening.criteria if one.is_left_out],
        "attrition": [entry._asdict() for entry in screening.attrition],
        "subjects": [
            {"subject": subject, "verdict": screening.verdicts[subject], "criteria": criteria}
            for subject, criteria in by_subject.items()
        ],
    }


def _criterion_json(row: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    def day(name: str) -> str | None:
        return row[name].isoformat() if row[name] is not None else None

    note = [part for part in (words[row["REASON"]], row["NOTE"] if row["REASON"] else None) if part]
    return {
        "id": row["CRITERION"],
        "verdict": row["VERDICT"],
        "value": row["VALUE"],
        "unit": row["UNIT"],
        "date": day("DATE"),
        "reason": ": ".join(note),
        "reason_code": row["REASON"],
        "kind": row["KIND"],
        "rule": row["RULE"],
        "variable": row["VARIABLE"],
        "recorded": row["RAW"],
        "note": row["NOTE"],
        "window": {"from": day("WINSTDT"), "to": day("WINENDT")},
        "source": {"domain": row["SRCDOM"], "sequence": row["SRCSEQ"]},
        "computed": row["COMPUTED"],
        "judged": {"verdict": row["JUDGED"], "date": day("JUDGDT"), "sequence": row["JUDGSEQ"], "by": row["JUDGEDBY"]},
        "unconfirmed": row["UNCONFIRMED"],
        "left_out": row["LEFTOUT"] == "Y",
    }


def _print(screening: Screening, subjects: tuple[str, ...], *, every_criterion: bool) -> None:
    from onearm.words.eligibility_words import ELIGIBILITY_WORDS, REASON_WORDS

    table = screening.table
    for subject in subjects:
        click.echo(f"{subject}: {ELIGIBILITY_WORDS['eligibility.verdict.' + screening.verdicts[subject]]}")
        own = table.filter(table["USUBJID"] == subject) if table.height else table
        for row in own.iter_rows(named=True):
            if row["VERDICT"] == "met" and not every_criterion:
                continue
            value = " ".join(str(part) for part in (row["VALUE"], row["UNIT"], row["DATE"]) if part is not None)
            source = f" [{row['SRCDOM']} {row['SRCSEQ']}]" if row["SRCSEQ"] is not None else ""
            why = REASON_WORDS[row["REASON"]]
            mark = f"UNCONFIRMED: {row['UNCONFIRMED']}" if row["UNCONFIRMED"] else None
            parts = [part for part in (value + source, why, row["NOTE"] if row["REASON"] else None, mark) if part]
            left_out = " (left out)" if row["LEFTOUT"] == "Y" else ""
            verdict = row["VERDICT"].replace("_", " ")
            click.echo(
                f"  {verdict:<8} {row['CRITERION']}{left_out}: {row['RULE']}{'; ' if parts else ''}{'; '.join(parts)}"
            )
    counts = screening.counts()
    click.echo(
        f"{counts['eligible']} of {len(screening.subjects)} eligible, {counts['not_eligible']} not, "
        f"{counts['unknown']} unknown"
    )
    for entry in screening.attrition:
        click.echo(
            f"  {entry.criterion}: met {entry.met}, not met {entry.not_met}, unknown {entry.unknown}; "
            f"fail only it {entry.only_it_fails}, blocked only by it {entry.only_it_blocks}, "
            f"eligible without it {entry.eligible_without}"
        )
    for mark in dict.fromkeys(mark for one in screening.criteria for mark in one.unconfirmed):
        click.echo(f"Unconfirmed: {mark}")
