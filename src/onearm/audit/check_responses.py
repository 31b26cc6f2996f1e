"""Errors in counting responses: unconfirmed, confirmed too soon, too late to count, stable too early to count."""

from __future__ import annotations

from collections.abc import Iterator

from onearm.audit.case import Case
from onearm.audit.fault import Fault, fault
from onearm.audit.words import date
from onearm.derive.entered import RESPONSE_OF, Entered
from onearm.derive.entered_best import Best, best_of
from onearm.errors import Severity
from onearm.kernels.best_response import BestReason
from onearm.kernels.rules import NEVER
from onearm.terms import RESPONDING, Response


def check_confirmation(case: Case) -> Iterator[Fault]:
    """A201 (a best response that nothing confirms), A202 (a response without confirmation), A215 (confirmed too soon).

    RECIST 1.1, section 4.6 and table 3. Nothing is looked for where the protocol needs no confirmation.
    """
    if case.options.confirmation != "required" or not case.entered:
        return
    claimed = None if case.best is None else RESPONSE_OF.get(case.best.value)
    found = best_of(case.entered, case.rules, case.reference_day)
    anyhow = best_of(case.entered, case.rules._replace(confirmation_min_days=0), case.reference_day)
    first, single = anyhow.first, found.single
    claims_response = claimed in RESPONDING
    if found.confirmed not in RESPONDING and anyhow.confirmed in RESPONDING and first and anyhow.confirming:
        values = {
            "entered": first.value, "date": date(first.day), "confirming": anyhow.confirming.value,
            "confirming_date": date(anyhow.confirming.day), "days": str(anyhow.confirming.day - first.day),
            "needed": str(case.rules.confirmation_min_days), "right": found.confirmed.submission_value,
        }  # fmt: skip
        severity: Severity = "error" if claims_response else "warning"
        yield _at(case, "early_confirmation", "A215", anyhow.confirming, values, severity)
    elif claims_response and case.best is not None and _ranks_above(claimed, found.confirmed):
        values = {
            "entered": case.best.value, "right": found.confirmed.submission_value, "sequence": _sequence(case),
            "why": _why(found), "needed": str(case.rules.confirmation_min_days),
        }  # fmt: skip
        yield _at(case, "unconfirmed", "A201", case.best, values, "error")
    elif case.best is None and single and found.unconfirmed in RESPONDING and found.confirmed not in RESPONDING:
        values = {
            "entered": single.value, "date": date(single.day), "right": found.confirmed.submission_value,
            "sequence": _sequence(case), "needed": str(case.rules.confirmation_min_days),
        }  # fmt: skip
        yield _at(case, "unconfirmed", "A202", single, values, "warning")


def _ranks_above(claimed: Response | None, confirmed: Response) -> bool:
    """Whether a response was claimed that is better than the confirmed one."""
    return confirmed not in RESPONDING or (claimed == Response.CR and confirmed == Response.PR)


def _why(found: Best) -> str:
    if found.confirmed in RESPONDING:
        return "the CR was seen once"
    if found.unconfirmed in RESPONDING:
        return "no later visit confirms it"
    return "no visit was entered as CR or PR"


def _sequence(case: Case) -> str:
    return ", ".join(f"{row.value} ({date(row.day)})" for row in case.entered)


def check_window(case: Case) -> Iterator[Fault]:
    """A204: a response that exists only after the window, a new therapy or the progression that was entered."""
    claimed = None if case.best is None else RESPONSE_OF.get(case.best.value)
    if case.best is not None and claimed not in RESPONDING:
        return
    severity: Severity = "error" if claimed in RESPONDING else "warning"
    for name, end in _ends(case):
        inside = best_of(case.entered, case.rules, case.reference_day, end)
        sequence = [row for row in case.entered if row.day > end] if name == "progression" else case.entered
        whole = best_of(sequence, case.rules, case.reference_day)
        needs = case.options.confirmation == "required"
        counted, kept = (whole.confirmed, inside.confirmed) if needs else (whole.unconfirmed, inside.unconfirmed)
        if name == "progression":
            counted = whole.unconfirmed
        late = (whole.first if needs and whole.first else whole.single) or whole.single
        if counted not in RESPONDING or kept in RESPONDING or late is None:
            continue
        deciding = whole.confirming if needs and whole.confirming and late.day <= end else late
        values = {
            "entered": late.value, "date": date(deciding.day), "after": _WHAT[name].format(date=date(end)),
            "right": kept.submission_value,
        }  # fmt: skip
        yield _at(case, "window", "A204", deciding, values, severity)
        return


_WHAT = {
    "window": "the window for the response ended on {date}",
    "new_therapy": "a new anticancer therapy began on {date}",
    "progression": "progression was entered on {date}",
}


def _ends(case: Case) -> Iterator[tuple[str, int]]:
    if case.options.response_after_new_therapy == "excluded" and case.new_therapy_day != NEVER:
        yield "new_therapy", case.new_therapy_day
    if case.cap_end != NEVER:
        yield "window", case.cap_end
    progression = next((row.day for row in case.entered if row.value == "PD"), None)
    if progression is not None:
        yield "progression", progression


def check_early_stable(case: Case) -> Iterator[Fault]:
    """A216: stable disease counted before its minimum from the reference day (RECIST 1.1, section 4.6)."""
    if case.reference_day == NEVER or not case.entered:
        return
    stable = (Response.SD, Response.NON_CR_NON_PD)
    claimed = None if case.best is None else RESPONSE_OF.get(case.best.value)
    found = best_of(case.entered, case.rules, case.reference_day)
    sd = next((row for row in case.entered if RESPONSE_OF.get(row.value) in stable), None)
    too_early = found.confirmed not in (*stable, *RESPONDING) and sd is not None
    if sd is None or not too_early:
        return
    if claimed in stable or (case.best is None and found.reason == BestReason.TOO_EARLY_FOR_STABLE):
        last = [row for row in case.entered if RESPONSE_OF.get(row.value) in stable][-1]
        values = {
            "entered": sd.value, "date": date(last.day), "days": str(last.day - case.reference_day),
            "needed": str(case.rules.sd_min_days_after), "right": found.confirmed.submission_value,
        }  # fmt: skip
        yield _at(case, "early_stable", "A216", last, values, "error" if claimed in stable else "warning")


def _at(case: Case, check: str, code: str, row: Entered, values: dict[str, str], severity: Severity) -> Fault:
    return fault(
        check, code, subject=case.subject, reading=case.reading.label, domain="RS", column="RSSTRESC", row=row.row,
        visit=row.visit, values=values, severity=severity,
    )  # fmt: skip
