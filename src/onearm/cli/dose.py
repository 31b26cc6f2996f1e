"""``onearm dose``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onearm.cli.options import IsoDate, assume_option, existing_file, existing_folder, json_option
from onearm.cli.output import announce_compilation, emit_json, print_findings
from onearm.cli.subject_choice import find_subject
from onearm.errors import Finding

if TYPE_CHECKING:
    from onearm.dosing import ComponentDay, DayDose, PatientDay
    from onearm.dosing.rules_results import SubjectAdvice
    from onearm.plan.doses import Measured
    from onearm.protocol import Protocol


@click.command(
    epilog="""\b
Examples:
  onearm dose PROTOCOL.yaml RECORDS_DIR --subject 012 --on 2025-06-02
  onearm dose PROTOCOL.yaml RECORDS_DIR --subject SIM-HAIC-BEV-PDL1-012 --on 2025-06-02 --json"""
)
@click.argument("protocol", type=existing_file)
@click.argument("records", type=existing_folder)
@click.option("--subject", required=True, help="USUBJID, or its end where that is one subject's alone.")
@click.option("--on", "on_day", type=IsoDate(), required=True, metavar="DATE", help="The day; nothing later is read.")
@assume_option
@json_option
def dose_command(
    protocol: Path, records: Path, subject: str, on_day: dt.date, assume: tuple[Path, ...], as_json: bool
) -> int:
    """Say which components are due on a day, in which cycle, and at what dose, with the arithmetic.

    The dose is what the protocol plans, at the level that was last given. Beside it stands what the dose rules of the
    protocol advise, with what each of them read; the investigator decides. What the protocol or the records leave open
    is refused by name for that component, the others are computed. Exit code 1 if anything was refused.
    """
    announce_compilation()
    from onearm.cli.dose_advice import advice_json, advice_status
    from onearm.derive import derive
    from onearm.dosing import dose_on
    from onearm.dosing.advice import advise
    from onearm.pipeline import refuse_other_study
    from onearm.protocol import load_protocol
    from onearm.records import load_records

    trial, data = load_protocol(protocol, assume), load_records(records)
    refuse_other_study(trial, data)
    own = find_subject(data.subjects(), subject)
    derived = derive(trial, data, on_day)
    day = dose_on(trial, data, derived, own)
    every = advise(trial, data, derived.adsl, on_day, [own])
    advice = every.of(own)
    findings = (*day.findings, *every.findings)
    print_findings(findings)
    if as_json:
        opening = {**_content(day), "simulated": data.simulated, "findings": [one.as_dict() for one in findings]}
        said = {"advice_status": advice_status(trial, advice), "advice": advice_json(trial, advice, _ended(day))}
        emit_json("dose", {**opening, **said})
    else:
        if data.simulated:
            click.echo("SIMULATED")
        _print(day, trial, advice)
    return 1 if any(component.refusals for component in day.components) else 0


def _ended(day: PatientDay) -> set[str]:
    return {one.component for one in day.components if one.status == "ended"}


def _mg(dose: int | None) -> float | None:
    return None if dose is None else dose / 100


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _content(day: PatientDay) -> dict[str, Any]:
    return {
        "subject": day.subject,
        "on": day.on.isoformat(),
        "first_dose": _iso(day.first_dose),
        "components": [_component(component) for component in day.components],
    }


def _component(one: ComponentDay) -> dict[str, Any]:
    return {
        "id": one.component,
        "name": one.name,
        "status": one.status,
        "cycle": one.cycle,
        "cycle_day": one.cycle_day,
        "last_start": _iso(one.last_start),
        "next_due": _iso(one.next_due),
        "days_overdue": one.overdue,
        "cycles_counted": one.counted,
        "max_cycles": one.max_cycles,
        "ended": [{"why": why, "since": _iso(since)} for why, since in one.ended],
        "doses": [_dose(dose) for dose in one.doses],
        "schedule": [
            {"cycle": cycle.cycle, "first": _iso(cycle.first), "last": _iso(cycle.last)} for cycle in one.schedule
        ],
        "refusals": [refusal.as_dict() for refusal in one.refusals],
    }


def _dose(one: DayDose) -> dict[str, Any]:
    plan, source = one.plan, one.source
    return {
        "drug": plan.drug,
        "amount": None if plan.amount is None else float(plan.amount),
        "unit": plan.unit or None,
        "level": one.level,
        "levels": one.levels,
        "level_from": {
            "how": one.inferred,
            "table": None if source is None else source.domain,
            "row": None if source is None else source.row,
            "date": None if source is None else _iso(source.start),
        },
        "planned_mg": _mg(plan.dose),
        "calculated_mg": _mg(plan.calculated),
        "surface_m2": None if plan.surface is None else plan.surface / 10_000,
        "inputs": {
            "weight_kg": _measured(plan.weight),
            "height_cm": _measured(plan.height),
        },
        "steps": [step.text for step in plan.steps],
    }


def _measured(value: Measured | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {"value": value.value / 10, "date": _iso(value.day), "table": "VS", "row": value.row}


_STATUS = {
    "due": "due",
    "given": "given on this day",
    "not_due": "not due",
    "ended": "ended",
    "refused": "not told",
}
_ENDS = {
    "cycle_cap": "the permitted number of cycles was given",
    "max_duration": "the longest permitted time on treatment is over",
    "end_of_treatment": "treatment has ended",
    "end_of_study": "observation has ended",
    "death": "the patient has died",
    "progression": "the disease has progressed",
}
_LEVELS = {
    "ordered": "from the dose ordered for {date}",
    "given": "from the dose given on {date}",
    "before": "the one before, since the dose given on {date} fits none",
    "start": "the starting one",
}


def _print(day: PatientDay, protocol: Protocol, advice: SubjectAdvice | None) -> None:
    from onearm.cli.dose_advice import advice_status, print_advice, print_status

    click.echo(f"{day.subject} on {day.on}")
    for one in day.components:
        click.echo(f"\n{one.name}: {_clock_words(one)}")
        for why, since in one.ended:
            click.echo(f"  {_ENDS[why]}{f' ({since})' if since is not None else ''}")
        shown: set[str] = set()
        for dose in one.doses:
            _print_dose(dose, shown)
        print_advice(protocol, advice, one.component, ended=one.status == "ended")
        print_refusals(one.refusals)
    print_status(advice_status(protocol, advice))


def _clock_words(one: ComponentDay) -> str:
    words = [_STATUS[one.status]]
    if one.cycle is not None:
        words.append(f"cycle {one.cycle}" + (f" of at most {one.max_cycles}" if one.max_cycles is not None else ""))
    if one.cycle_day is not None:
        words.append(f"day {one.cycle_day}")
    if one.overdue:
        words.append(f"{one.overdue} days overdue")
    elif one.next_due is not None and one.status != "due":
        words.append(f"next due {one.next_due}")
    return ", ".join(words)


def _print_dose(one: DayDose, shown: set[str]) -> None:
    """The dose and its arithmetic; a line that a drug before it has too stands there alone."""
    plan = one.plan
    if plan.dose is None:
        click.echo(f"  {plan.drug}: refused")
        return
    level = ""
    if one.levels > 1:
        said = _LEVELS.get(one.inferred, "")
        date = "" if one.source is None else str(one.source.start)
        level = f" (level {one.level} of {one.levels}, {said.format(date=date)})"
    from onearm.plan.doses import mg_text

    click.echo(f"  {plan.drug}: {mg_text(plan.dose)} mg{level}")
    for step in plan.steps:
        if step.code.startswith(("dose", "rounded", "not_rounded")) or step.text not in shown:
            click.echo(f"    {step.text}")
            shown.add(step.text)


def print_refusals(refusals: tuple[Finding, ...]) -> None:
    """What is missing, each once."""
    for refusal in dict.fromkeys((one.code, one.found, one.mend) for one in refusals):
        code, found, mend = refusal
        click.echo(f"  {code} {found}: {mend}")
