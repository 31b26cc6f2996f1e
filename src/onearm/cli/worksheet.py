"""``onearm worksheet``: the interim worksheet and the memo for the board."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onearm.cli.options import assume_option, cutoff_option, existing_file, existing_folder, json_option
from onearm.cli.output import emit_json, has_errors, print_findings

if TYPE_CHECKING:
    from onearm.decide.worksheet import Worksheet
    from onearm.pipeline import Analysis

_OUT = click.Path(file_okay=False, path_type=Path)
MEMO_FILES = ("memo.html", "memo.docx")


@click.command(
    epilog="""\b
Examples:
  onearm worksheet PROTOCOL.yaml RECORDS_DIR --out memo
  onearm worksheet PROTOCOL.yaml RECORDS_DIR --out memo --cutoff 2026-03-01 --json"""
)
@click.argument("protocol", type=existing_file)
@click.argument("records", type=existing_folder)
@click.option("--out", type=_OUT, required=True, help="Folder to write memo.html and memo.docx to.")
@assume_option
@cutoff_option
@json_option
def worksheet_command(
    protocol: Path, records: Path, out: Path, assume: tuple[Path, ...], cutoff: dt.date | None, as_json: bool
) -> int:
    """Work out the decision that is due: who is open, worst and best case, chances; with a two-page memo to sign."""
    from onearm.decide import build_worksheet, decide_stage_one_now
    from onearm.errors import UsageError
    from onearm.pipeline import analyse
    from onearm.protocol import load_protocol
    from onearm.records import load_records

    trial = load_protocol(protocol, assume)
    analysis = analyse(trial, load_records(records), cutoff)
    print_findings(analysis.findings)
    decision = analysis.decision
    if decision.stage == "final" and trial.design.kind == "two-stage" and decision.recorded is None:
        decision = decide_stage_one_now(trial, analysis.derived, analysis.cut.day)
    worksheet = build_worksheet(trial, decision)
    if worksheet is None:
        raise UsageError(_why_none(analysis))
    files = _write_memo(analysis, worksheet, out)
    if as_json:
        emit_json("worksheet", {**describe_worksheet(analysis, worksheet), "files": [str(file) for file in files]})
    else:
        _print(worksheet, files)
    return 1 if has_errors(analysis.findings) else 0


def _why_none(analysis: Analysis) -> str:
    from onearm.report.say import say

    decision = analysis.decision
    if decision.missing:
        return say("memo.none", paths=", ".join(decision.missing))
    why = "the trial declares no test" if decision.action == "refused" else "the recorded decision ended the trial"
    return say("memo.nothing_due", why=why)


def _write_memo(analysis: Analysis, worksheet: Worksheet, out: Path) -> list[Path]:
    from onearm.protocol.base import text_in
    from onearm.report.docx import write_docx
    from onearm.report.memo import build_memo, render_memo
    from onearm.report.say import say
    from onearm.report.view import View

    memo = build_memo(View(analysis, "board"), worksheet)
    identity = analysis.protocol.identity
    lines = [memo.kicker, text_in(identity.title), *(text_in(heading) for heading in analysis.protocol.headings)]
    footer = f"{identity.id} · {analysis.software} · {say('page.footer')}"
    word = write_docx(memo.title, lines, memo.sections, footer, simulated=analysis.records.simulated)
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / name for name in MEMO_FILES]
    for path, content in zip(paths, (render_memo(memo).encode(), word), strict=True):
        path.write_bytes(content)
    return paths


def describe_worksheet(analysis: Analysis, worksheet: Worksheet) -> dict[str, Any]:
    """The worksheet as the ``--json`` object gives it."""
    from onearm.cli.analyses import describe_decision

    return {
        "simulated": analysis.records.simulated,
        "cutoff": analysis.cut.day.isoformat(),
        "decision": describe_decision(worksheet.decision),
        "determined": worksheet.determined,
        "possible": list(worksheet.possible),
        "responders_least": worksheet.responders_least,
        "responders_most": worksheet.responders_most,
        "chances": [
            {
                "at": chances.at,
                "rate": chances.rate,
                "stop_futility": chances.stop_futility,
                "stop_efficacy": chances.stop_efficacy,
                "goes_on": chances.goes_on,
                "success": chances.success,
            }
            for chances in worksheet.chances
        ],
        "findings": [finding.as_dict() for finding in analysis.findings],
    }


def _print(worksheet: Worksheet, files: list[Path]) -> None:
    from onearm.report.say import say

    counts = worksheet.decision.counts
    assert counts is not None
    possible = say("memo.or").join(say(f"memo.action.{action}") for action in worksheet.possible)
    if worksheet.determined:
        code = {0: "memo.settled", 1: "memo.determined_one"}.get(counts.undecided, "memo.determined")
        click.echo(say(code, open=counts.undecided, action=possible))
    else:
        least, most = worksheet.responders_least, worksheet.responders_most
        click.echo(say("memo.open", least=least, most=most, planned=counts.planned, actions=possible))
    for member in worksheet.decision.pending:
        state = say(f"member.{member.state.name.lower()}")
        click.echo(f"  {member.subject}: {state}, {member.waits_from or '?'} to {member.waits_until or '?'}")
    for chances in worksheet.chances:
        rate = "" if chances.rate is None else f"{chances.rate:g}"
        click.echo(f"  {say(f'memo.at.{chances.at}', rate=rate)}: success {chances.success:.3f}")
    for file in files:
        click.echo(file)
