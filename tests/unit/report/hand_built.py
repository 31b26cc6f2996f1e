"""A hand-built analysis: 36 patients with known outcomes, made without derivation or simulation.

The patients follow one fixed pattern, so that each report shows every kind of thing: responders of both kinds,
progression with and without a new lesion, a patient never dosed, one never scanned, deaths, a resection, a new
therapy, patients still on treatment.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import polars as pl

from onearm.decide.results import Counts, Decision, Member, RecordedComparison
from onearm.errors import Finding, Place
from onearm.estimates.response import describe_only, estimate_rates, estimate_tested_rate
from onearm.estimates.results import Cut
from onearm.estimates.sets import select_sets
from onearm.estimates.survival import estimate_times
from onearm.kernels.stage import PatientState
from onearm.pipeline import AlternativeDecision, Analysis
from onearm.protocol import load_protocol
from onearm.protocol.check_design import design_of
from onearm.records import Records
from onearm.stats.two_stage_inference import Outcome

TRIALS = Path(__file__).parents[3] / "trials"
CUT = dt.date(2026, 3, 31)
SCAN_DAYS = (63, 126, 189, 252, 315, 378, 462)

# Sums in millimetres scan by scan, from a baseline of 100; "+" opens a new lesion at that scan.
PATTERNS = (
    ("60 55 50 48 46 46", "PR", "PR"),
    ("85 82 88 104+", "SD", "SD"),
    ("68 62 60 75 92", "PR", "PR"),
    ("126", "PD", "PD"),
    ("40 10 0 0 0", "CR", "CR"),
    ("95 99 118+", "SD", "SD"),
    ("66 81 90", "SD", "PR"),
    ("72 64 58 52 50 49 47", "PR", "PR"),
    ("", "MISSING", "MISSING"),
    ("88 79 74 72 77", "SD", "SD"),
    ("55 63+", "PD", "PD"),
    ("64 60 58 57", "PR", "PR"),
)


@dataclass(frozen=True)
class HandDerived:
    """The tables of a derivation, as far as a report reads them."""

    adsl: pl.DataFrame
    adtr: pl.DataFrame
    adrs: pl.DataFrame
    adtte: pl.DataFrame


def build_analysis(
    *, study: str = "SIM-HBP", n: int = 36, subject_suffix: str = "", action: str = "success"
) -> Analysis:
    """The analysis; ``study`` that begins with SIM- is simulated; ``subject_suffix`` makes ids hostile."""
    protocol = load_protocol(
        TRIALS / "haic-bev-pdl1.yaml", assume=[TRIALS / "assumptions" / "boundaries-futility-20-40.yaml"]
    )
    patients = [_Patient(study, i, subject_suffix) for i in range(n)]
    records = _records(study, patients)
    derived = _derived(study, patients)
    sets = select_sets(derived.adsl)
    rates = estimate_rates(protocol, derived.adrs, sets)
    times, curves = estimate_times(protocol, derived.adtte, sets, {1: 70, 2: 133, 3: 196})
    decision = _decision(patients, action)
    responders = tuple(p.subject for p in patients if p.dosed and p.confirmed in ("CR", "PR"))
    design = design_of(protocol)
    assert design is not None
    treated = sets["treated"].members
    tested = estimate_tested_rate(design, Outcome(2, len(responders)), "treated", responders, treated, 0.95)
    finding = Finding("R001", Place("tr.csv", row=17, path="TRSTRESN", subject=patients[3].subject), {}, "warning")
    return Analysis(
        protocol=protocol,
        records=records,
        cut=Cut(CUT, given=False),
        derived=derived,  # type: ignore[arg-type]
        sets=sets,
        estimates=(*describe_only(rates), *tested, *times),
        curves=curves,
        decision=decision,
        alternatives=(
            AlternativeDecision("boundaries-futility-20-40", protocol, decision),
            AlternativeDecision("boundaries-other", protocol, replace(decision, action="failure")),
        ),
        refused=(),
        findings=(finding,),
        software="onearm 0.1.0",
    )


class _Patient:
    def __init__(self, study: str, i: int, suffix: str) -> None:
        sums, self.confirmed, self.unconfirmed = PATTERNS[i % len(PATTERNS)]
        self.i = i
        self.subject = f"{study}-01-{i + 1:03}{suffix}"
        self.dosed = i != 20
        self.registered = dt.date(2024, 11, 4) + dt.timedelta(days=9 * i)
        self.start = self.registered + dt.timedelta(days=5 + i % 3)
        scans = [] if not self.dosed else sums.split()
        known = [(SCAN_DAYS[k], text) for k, text in enumerate(scans)]
        self.scans = [
            (self.start + dt.timedelta(days=day + i % 5 - 2), int(text.rstrip("+")) + i // 12, "+" in text)
            for day, text in known
            if self.start + dt.timedelta(days=day) < CUT
        ]
        if not self.dosed or not self.scans:
            self.confirmed = self.unconfirmed = "MISSING"
        grown = [day for day, total, new in self.scans if new or total >= 120]
        self.progressed = grown[0] if grown else None
        last = self.scans[-1][0] if self.scans else self.start
        self.death = last + dt.timedelta(days=100 + 3 * i) if i % 4 in (1, 3) and self.dosed else None
        if self.death is not None and self.death > CUT:
            self.death = None
        self.new_therapy = self.progressed + dt.timedelta(days=15) if self.progressed and i % 2 else None
        self.resected = last + dt.timedelta(days=20) if i in (4, 16) else None
        self.ended = self.progressed or self.death or (last if i % 5 == 0 else None)
        self.last_alive = self.death or (last + dt.timedelta(days=60 if i % 3 else 5))
        self.last_alive = min(self.last_alive, CUT)
        stop = self.ended or min(CUT, last + dt.timedelta(days=50))
        self.doses = []
        for name, every, most in (("haic", 21, 6), ("bevacizumab", 21, 99), ("pdl1", 21, 99)):
            for k in range(most):
                day = self.start + dt.timedelta(days=every * k)
                if not self.dosed or day > stop:
                    break
                self.doses.append((name, day))


def _records(study: str, patients: list[_Patient]) -> Records:
    def rows(domain: str, items: list[dict[str, object]]) -> pl.DataFrame:
        seen: dict[object, int] = {}
        for item in items:
            seen[item["USUBJID"]] = seen.get(item["USUBJID"], 0) + 1
            item |= {"STUDYID": study, "DOMAIN": domain}
            if domain != "DM":
                item[f"{domain}SEQ"] = seen[item["USUBJID"]]
        return pl.DataFrame([{k: None if v is None else str(v) for k, v in item.items()} for item in items])

    dosed = [p for p in patients if p.dosed]
    tables = {
        "DM": rows(
            "DM",
            [
                {
                    "USUBJID": p.subject, "SITEID": "01", "RFICDTC": p.registered,
                    "RFSTDTC": p.start if p.dosed else None,
                    "AGE": 48 + (7 * p.i) % 29, "AGEU": "YEARS", "SEX": "F" if p.i % 6 == 2 else "M", "DTHDTC": p.death,
                }
                for p in patients
            ],
        ),
        "DS": rows("DS", [
            {"USUBJID": p.subject, "DSDECOD": code, "DSSTDTC": day}
            for p in patients
            for code, day in (("REGISTERED", p.registered), ("PROGRESSIVE DISEASE", p.ended))
            if day is not None
        ]),
        "EX": rows("EX", [
            {"USUBJID": p.subject, "EXTRT": name, "EXDOSE": "100", "EXDOSU": "mg", "EXSTDTC": day, "EXENDTC": day}
            for p in dosed for name, day in p.doses
        ]),
        "TU": rows("TU", [
            {"USUBJID": p.subject, "TULNKID": "T01", "TUORRES": "TARGET", "TULOC": "LIVER", "VISITNUM": "0"}
            for p in dosed
        ]),
        "TR": rows("TR", [
            {
                "USUBJID": p.subject, "TRGRPID": "TARGET", "TRLNKID": "T01", "TRTESTCD": "LDIAM",
                "TRSTRESC": str(total),
                "TRSTRESN": str(total), "TRSTRESU": "mm", "VISITNUM": str(k), "TRDTC": day,
            }
            for p in dosed
            for k, (day, total, _) in enumerate([(p.start - dt.timedelta(days=6), 100, False), *p.scans])
        ]),
        "LB": rows("LB", [
            {
                "USUBJID": p.subject, "LBTESTCD": "AFP", "LBSTRESN": str(12 + 37 * p.i), "LBSTRESU": "ug/L",
                "VISITNUM": "0",
                "LBDTC": p.registered,
            }
            for p in patients
        ]),
        "QS": rows("QS", [
            {
                "USUBJID": p.subject, "QSTESTCD": "ECOG", "QSCAT": "ECOG", "QSSTRESC": str(p.i % 2),
                "QSORRES": str(p.i % 2),
                "VISITNUM": "0", "QSDTC": p.registered,
            }
            for p in patients
        ]),
    }  # fmt: skip
    resected = [p for p in patients if p.resected]
    if resected:
        tables["PR"] = rows("PR", [
            {"USUBJID": p.subject, "PRTRT": "Resection", "PRDECOD": "RESECTION", "PROCCUR": "Y", "PRSTDTC": p.resected}
            for p in resected
        ])  # fmt: skip
    return Records.from_tables(tables)


def _derived(study: str, patients: list[_Patient]) -> HandDerived:
    flags = ("REGFL", "TRTFL", "ELIGFL", "EVALFL")
    adsl = pl.DataFrame(
        [
            {
                "USUBJID": p.subject, "SITEID": "01", "AGE": 48 + (7 * p.i) % 29, "SEX": "F" if p.i % 6 == 2 else "M",
                "REGDT": p.registered, "TRTSDT": p.start if p.dosed else None, "DTHDT": p.death,
                "LSTALVDT": p.last_alive,
                "NTHERDT": p.new_therapy, "EOTDT": p.ended, "EOSDT": None, "BLSUM": "100", "NTARGET": 1 + p.i % 3,
                **dict(zip(flags, ("Y", "Y" if p.dosed else "N", "Y", "Y" if p.scans else "N"), strict=True)),
                "REGRSN": "", "TRTRSN": "" if p.dosed else "no_dose", "ELIGRSN": "",
                "EVALRSN": "" if p.scans else ("no_adequate_assessment" if p.dosed else "not_treated"),
            }
            for p in patients
        ],
        infer_schema_length=None,
    )  # fmt: skip
    sums, responses, times = [], [], []
    row_of = _first_rows(patients)
    for p in patients:
        for k, (day, total, new) in enumerate(p.scans, start=1):
            visit = {"USUBJID": p.subject, "VISITNUM": k, "ADT": day}
            sums.append({**visit, "PARAMCD": "SUMDIAM", "AVAL": Decimal(total), "BASE": Decimal(100)})
            source = {
                "SRCDOM": "TR", "SRCVAR": "TRSTRESN", "SRCSEQ": k + 1, "SRCROW": row_of[p.subject] + k, "REASON": None,
                "CONFDT": None,
            }  # fmt: skip
            overall = "PD" if new or total >= 120 else "CR" if total <= 0 else "PR" if total <= 70 else "SD"
            responses.append({**visit, "PARAMCD": "OVRLRESP", "AVALC": overall, **source})
            responses.append({**visit, "PARAMCD": "NEWLRESP", "AVALC": "Y" if new else "N", **source})
        first = {"USUBJID": p.subject, "VISITNUM": 1 if p.scans else None, "ADT": p.scans[0][0] if p.scans else None}
        source = dict.fromkeys(("SRCDOM", "SRCVAR", "SRCSEQ", "SRCROW", "CONFDT"))
        if p.scans:
            source |= {"SRCDOM": "TR", "SRCVAR": "TRSTRESN", "SRCSEQ": 2, "SRCROW": row_of[p.subject] + 1}
        reason = "CONFIRMED" if p.confirmed in ("CR", "PR") else "PROGRESSION" if p.scans else "NO_ASSESSMENT"
        responses.append({**first, "PARAMCD": "CBOR", "AVALC": p.confirmed, **source, "REASON": reason.lower()})
        responses.append({**first, "PARAMCD": "BOR", "AVALC": p.unconfirmed, **source, "REASON": "best_single"})
        times += _times(p)
    return HandDerived(adsl, pl.DataFrame(sums), pl.DataFrame(responses, infer_schema_length=None), pl.DataFrame(times))


def _first_rows(patients: list[_Patient]) -> dict[str, int]:
    """Row of each patient's baseline in TR, the header being row 1."""
    rows, row = {}, 2
    for p in patients:
        rows[p.subject] = row
        row += 1 + len(p.scans) if p.dosed else 0
    return rows


def _times(p: _Patient) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []

    def add(paramcd: str, start: dt.date, end: dt.date, event: bool, reason: str) -> None:
        rows.append(
            {
                "USUBJID": p.subject, "PARAMCD": paramcd, "STARTDT": start, "ADT": end, "AVAL": (end - start).days + 1,
                "CNSR": 0 if event else 1, "EVNTDESC": reason, "SRCDOM": "TR" if p.scans else None, "SRCVAR": None,
                "SRCSEQ": len(p.scans) + 1 if p.scans else None, "SRCROW": None,
            }
        )  # fmt: skip

    if p.dosed:
        last = p.scans[-1][0] if p.scans else p.start
        end, reason = (p.progressed, "progression") if p.progressed else (p.death, "death")
        for paramcd in ("PFS", "PFSFDA"):
            if end is not None and not (paramcd == "PFSFDA" and reason == "death"):
                add(paramcd, p.start, end, True, reason)
            else:
                add(paramcd, p.start, last, False, "last_adequate" if p.scans else "no_assessment")
        if p.confirmed in ("CR", "PR"):
            add("DOR", p.scans[0][0], end or last, end is not None, reason if end else "last_adequate")
    add("OS", p.registered, p.death or p.last_alive, p.death is not None, "death" if p.death else "last_alive")
    return rows


def _decision(patients: list[_Patient], action: str) -> Decision:
    dosed = [p for p in patients if p.dosed]
    waiting = {dosed[-1].subject, dosed[-2].subject} if action == "not_ready" else set()
    members = tuple(
        Member(
            p.subject,
            PatientState.PENDING_CONFIRMATION if p.subject in waiting
            else PatientState.RESPONDER if p.confirmed in ("CR", "PR")
            else PatientState.NON_RESPONDER if p.scans else PatientState.NOT_EVALUABLE,
            p.confirmed,
            dt.date(2026, 4, 20) if p.subject in waiting else None,
        )
        for p in dosed
    )  # fmt: skip
    states = [member.state for member in members]
    counts = Counts(
        planned=36,
        members=len(members),
        responders=states.count(PatientState.RESPONDER),
        pending_confirmation=states.count(PatientState.PENDING_CONFIRMATION),
        may_respond=0,
        not_yet_assessed=0,
        not_evaluable=states.count(PatientState.NOT_EVALUABLE),
        non_responders=states.count(PatientState.NON_RESPONDER),
    )
    rule = {
        "kind": "two-stage", "n1": 27, "n": 36, "futility_stop": 7, "efficacy_stop": None, "success": 12,
        "unit": "treated", "interim_counts": "confirmed",
    }  # fmt: skip
    recorded = RecordedComparison(
        date=dt.date(2025, 11, 3), action="continue", n1=27, x1=10, x1_now=11,
        subjects=tuple(member.subject for member in members[:27]), crosses_boundary=False, against_boundary=False,
        protocol_digest="0" * 64,
    )  # fmt: skip
    ready = action != "not_ready"
    return Decision(
        action=action,  # type: ignore[arg-type]
        stage="final",
        rule=rule,
        counts=counts,
        members=members,
        recorded=recorded,
        responders_needed=None if ready else 3,
        earliest_day=None if ready else dt.date(2026, 4, 14),
        p_value=0.0123 if ready else None,
    )
