"""Patients whom a denominator of evaluable patients would lose, and the response rate both ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from onearm.audit.case import Case
from onearm.audit.fault import Fault, fault
from onearm.audit.words import date
from onearm.derive import Derived
from onearm.derive.entered_best import best_of
from onearm.kernels.rules import NEVER
from onearm.terms import RESPONDING, RESPONDING_VALUES, Response
from onearm.units import percent


class Rates(NamedTuple):
    """Responders over all treated patients, and over those of them with a scan after baseline that can be judged."""

    responders: tuple[str, ...]
    treated: tuple[str, ...]
    assessed: tuple[str, ...]


def count_rates(derived: Derived, cases: Sequence[Case]) -> Rates:
    """Who responded, by the lesions; by what was entered for a patient without any lesion read after baseline."""
    treated = set(derived.adsl.filter(pl.col("TRTFL") == "Y")["USUBJID"].to_list())
    named = "CBOR" if _needs_confirmation(derived) else "BOR"
    rows = derived.best.filter(pl.col("PARAMCD") == named).select("USUBJID", "AVALC")
    best: Mapping[str, str] = dict(rows.iter_rows())
    responders, assessed = [], []
    for case in cases:
        if case.subject not in treated:
            continue
        if case.visits:
            responds = best.get(case.subject) in RESPONDING_VALUES
            is_assessed = any(visit.overall not in (Response.NE, Response.NONE) for visit in case.visits)
        else:
            found = best_of(case.entered, case.rules, case.reference_day, min(case.cap_end, case.new_therapy_day))
            chosen = found.confirmed if named == "CBOR" else found.unconfirmed
            responds = chosen in RESPONDING
            is_assessed = any(row.value not in ("NE", "MISSING") for row in case.entered)
        if responds:
            responders.append(case.subject)
        if is_assessed:
            assessed.append(case.subject)
    everybody = tuple(case.subject for case in cases if case.subject in treated)
    return Rates(tuple(responders), everybody, tuple(assessed))


def _needs_confirmation(derived: Derived) -> bool:
    options = derived.protocol.response_options
    return options is None or options.confirmation == "required"


def check_denominator(derived: Derived, cases: Sequence[Case], rates: Rates) -> Iterator[Fault]:
    """A203: a treated patient without an assessment after baseline that can be judged is in the denominator."""
    assessed, treated = set(rates.assessed), set(rates.treated)
    x, n, m = len(rates.responders), len(rates.treated), len(rates.assessed)
    for case in cases:
        if case.subject not in treated or case.subject in assessed:
            continue
        death = int(derived.course.death.day[case.number])
        if case.visits or case.entered:
            why = f"{len(case.visits) or len(case.entered)} after baseline, none of which can be judged"
        elif death != NEVER:
            why = f"none after baseline; died on {date(death)}"
        else:
            why = "none after baseline"
        values = {
            "why": why, "x": str(x), "n": str(n), "m": str(m), "of_all": f"{percent(x, n)} %",
            "of_assessed": f"{percent(x, m)} %" if m else "not estimable",
        }  # fmt: skip
        yield fault(
            "denominator", "A203", subject=case.subject, reading=case.reading.label, domain="DM", column="USUBJID",
            row=None, values=values, severity="warning",
        )  # fmt: skip
