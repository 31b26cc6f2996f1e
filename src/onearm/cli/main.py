"""``onearm``: the list of commands, loaded one by one when called, and the exit codes.

0 fine · 1 findings (or a refusal) · 2 usage · 3 internal error. A command that promised a file and did not write it
never ends with 0.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

import click

from onearm.cli.lazy_group import CommandTable, LazyGroup

COMMANDS: CommandTable = {
    "demo": ("onearm.cli.demo", "Run both founding trials on simulated patients, from protocol to report."),
    "check": ("onearm.cli.protocols", "Check a protocol like a program: every fault at once, and what it leaves open."),
    "show": ("onearm.cli.protocols", "Print a protocol: each value and how it is known."),
    "diff": ("onearm.cli.protocols", "Say in words what changed between two protocols."),
    "schema": ("onearm.cli.protocols", "Print the JSON Schema of protocol files, for editors."),
    "explain": ("onearm.cli.explain", "Explain a finding's code: what it means, why it matters, how to mend it."),
    "design": ("onearm.cli.design", "Find, judge, recover and draw designs; infer from an outcome; monitor."),
    "simulate": ("onearm.cli.simulate", "Write simulated records of a trial, as its forms would hold them."),
    "derive": ("onearm.cli.derive", "Derive ADSL, ADTR, ADRS and ADTTE from records."),
    "compare-rules": ("onearm.cli.rule_sets", "List the patients whose response depends on the rule set."),
    "analyse": ("onearm.cli.analyses", "Analyse records at a data cut: estimates, decision, report."),
    "worksheet": ("onearm.cli.worksheet", "Work out the decision that is due, with a two-page memo for the board."),
    "audit": ("onearm.cli.audit", "Look in any records for the errors most often made in response trials."),
    "sensitivity": ("onearm.cli.sensitivity", "Say what would move the result: each choice of the protocol otherwise."),
    "trace": ("onearm.cli.traces", "Walk from a number to the patients, derived rows and source rows behind it."),
    "screen": ("onearm.cli.screen", "Say who is eligible, criterion by criterion, and what each criterion costs."),
    "dose": ("onearm.cli.dose", "Say what is due on a day and at what dose, with the arithmetic shown."),
    "calendar": ("onearm.cli.calendar", "List visits and scans: planned, due, overdue, missed; the trial's timeline."),
    "doctor": ("onearm.cli.doctor", "Check this installation; with --warm, compile the kernels."),
}
"""Command → module that defines it (under the same name), and its line in ``onearm --help``."""

EXIT_FINE, EXIT_FINDINGS, EXIT_USAGE, EXIT_INTERNAL = 0, 1, 2, 3


EPILOG = """\b
Examples:
  onearm demo
  onearm check trials/haic-bev-pdl1.yaml
  onearm analyse PROTOCOL.yaml RECORDS_DIR --out results --open
  onearm explain P201
"""


@click.command(
    cls=LazyGroup,
    table=COMMANDS,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="onearm", message="onearm %(version)s")
def cli() -> None:
    """Run a single-arm phase II oncology trial from one protocol file.

    It computes what the signed protocol says and shows inputs and rule; the investigator decides.
    """


def main(arguments: list[str] | None = None) -> None:
    """Entry point: run a command and end the process with its exit code."""
    code = run(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()  # the process ends: searching everything that it loaded for cycles would take half a second
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run a command and return its exit code; every error becomes words, never a traceback."""
    from onearm.errors import FindingsError, UsageError

    as_json = "--json" in arguments
    command = next((word for word in arguments if word in COMMANDS), "onearm")
    try:
        result: Any = cli.main(args=arguments, prog_name="onearm", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.Abort:
        click.echo("Stopped.", err=True)
        return EXIT_USAGE
    except click.ClickException as problem:
        problem.show()
        _emit_failure(as_json, command, "usage", problem.format_message())
        return EXIT_USAGE
    except UsageError as problem:
        click.echo(f"Error: {problem}", err=True)
        _emit_failure(as_json, command, "usage", str(problem))
        return EXIT_USAGE
    except FindingsError as problem:
        from onearm.cli.output import print_findings

        print_findings(problem.findings)
        _emit_failure(as_json, command, "findings", "", [finding.as_dict() for finding in problem.findings])
        return EXIT_FINDINGS
    except BrokenPipeError:
        sys.stderr.close()
        return EXIT_FINE
    except OSError as problem:
        click.echo(f"Error: {_os_words(problem)}", err=True)
        _emit_failure(as_json, command, "usage", _os_words(problem))
        return EXIT_USAGE
    except Exception as problem:
        from onearm.cli.output import report_internal_error

        report_internal_error(problem)
        _emit_failure(as_json, command, "internal", f"{type(problem).__name__}: {problem}")
        return EXIT_INTERNAL
    return result if isinstance(result, int) else EXIT_FINE


def _os_words(problem: OSError) -> str:
    where = f" {problem.filename}" if problem.filename else ""
    return f"{problem.strerror or type(problem).__name__}:{where}"


def _emit_failure(
    as_json: bool, command: str, kind: str, message: str, findings: list[dict[str, object]] | None = None
) -> None:
    if as_json:
        from onearm.cli.output import emit_json

        emit_json(command, {"error": {"kind": kind, "message": message}, "findings": findings or []})
