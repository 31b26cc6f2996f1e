"""Little trials written as people speak of them: one line a lesion, one word a visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from onearm.protocol import Protocol, load_protocol_text
from onearm.records import Records

STUDY = "LITTLE"
FIRST_DOSE = dt.date(2025, 1, 10)
REGISTERED = dt.date(2025, 1, 6)

TARGET_WORDS = {
    "gone": "ABSENT",
    "small": "TOO SMALL TO MEASURE",
    "unseen": "NOT EVALUABLE",
    "treated": "TREATED",
    "merged": "MERGED",
}
NON_TARGET_WORDS = {"there": "PRESENT", "gone": "ABSENT", "worse": "UNEQUIVOCAL PROGRESSION", "unseen": "NOT EVALUABLE"}


@dataclass
class LittlePatient:
    """A patient: lesions by name, each a text with one word a scan, the baseline first.

    Names: ``T…`` targets, ``N…`` target nodes, ``NT…`` non-targets, ``NN…`` non-target nodes, ``W…`` new lesions,
    ``WN…`` new nodes. Words: a length in mm, or ``gone small unseen treated merged`` (targets), ``there gone worse
    unseen`` (non-targets), ``- maybe yes pet`` or ``maybe:11`` with a short axis (new lesions); ``.`` for no row of TR
    at all, ``28/40`` for two readings. ``days``: each scan as days after the first dose, the baseline first; a pair
    gives two scan days of one visit.
    """

    lesions: Mapping[str, str] = field(default_factory=dict)
    days: Sequence[int | tuple[int, int]] = (-7, 63, 126, 189, 252)
    evaluator: str = "INVESTIGATOR"
    other_reader: Mapping[str, str] = field(default_factory=dict)
    """The same lesions as a second evaluator (independent assessor) read them."""
    death: int | None = None
    new_therapy: int | None = None
    clinical_progression: int | None = None
    procedure: tuple[str, int] | None = None
    pathology: Mapping[str, str] = field(default_factory=dict)
    """Further cells of the procedure's row."""
    off_study: int | None = None
    last_dose: int = 0
    dosed: bool = True
    eligible: bool = True
    afp: Mapping[int, str] = field(default_factory=dict)
    """AFP by the day after the first dose: a number against a limit of 20, or a word of LBNRIND."""
    partial_scan: int | None = None
    """Place of a scan whose day of the month is unknown."""
    slice_mm: str | None = None
    """Slice thickness of every scan."""
    reported: str = ""
    """Overall responses that the evaluator entered, one word a scan after the baseline; ``.`` for none."""
    viable: Mapping[str, str] = field(default_factory=dict)
    """Viable diameters of lesions, one a scan."""


def date_at(offset: int) -> str:
    return (FIRST_DOSE + dt.timedelta(days=offset)).isoformat()


class _Tables:
    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str | None]]] = {}

    def add(self, domain: str, subject: str, **cells: str | None) -> None:
        rows = self.rows.setdefault(domain, [])
        seq = {} if domain == "DM" else {f"{domain}SEQ": str(1 + sum(r["USUBJID"] == subject for r in rows))}
        empty = {"TRSTRESN": None, "TRSTRESU": None} if domain == "TR" else {}
        rows.append({"STUDYID": STUDY, "DOMAIN": domain, "USUBJID": subject, **seq, **empty, **cells})

    def frames(self) -> dict[str, pl.DataFrame]:
        frames = {}
        for domain, rows in self.rows.items():
            names = list(dict.fromkeys(name for row in rows for name in row))
            frames[domain] = pl.DataFrame({n: pl.Series([r.get(n) for r in rows], dtype=pl.String) for n in names})
        return frames


def little_records(patients: Sequence[LittlePatient], decisions: Sequence[Mapping[str, str]] = ()) -> Records:
    """Records of the patients, registered one a day in the order given: LITTLE-01, LITTLE-02, …"""
    frames = little_frames(patients)
    if decisions:
        frames["DECISIONS"] = pl.DataFrame({name: [row[name] for row in decisions] for name in decisions[0]})
    return Records.from_tables(frames)


def little_frames(patients: Sequence[LittlePatient]) -> dict[str, pl.DataFrame]:
    """The tables of ``little_records``, to be changed before they are read."""
    tables = _Tables()
    for number, patient in enumerate(patients, start=1):
        _add(tables, f"{STUDY}-{number:02d}", number, patient)
    return tables.frames()


def _add(tables: _Tables, subject: str, number: int, patient: LittlePatient) -> None:
    start = date_at(0) if patient.dosed else None
    died = None if patient.death is None else date_at(patient.death)
    registered = (REGISTERED - dt.timedelta(days=100 - number)).isoformat() if number > 50 else REGISTERED.isoformat()
    tables.add("DM", subject, SUBJID=f"{number:02d}", SITEID="1", RFICDTC="2024-12-20", RFSTDTC=start, RFXSTDTC=start,
               AGE="60", SEX="M", DTHDTC=died, DTHFL="Y" if died else None)  # fmt: skip
    tables.add("DS", subject, DSDECOD="REGISTERED", DSCAT="PROTOCOL MILESTONE", DSSTDTC=registered)
    if patient.clinical_progression is not None:
        tables.add(
            "DS",
            subject,
            DSDECOD="CLINICAL PROGRESSION",
            DSCAT="OTHER EVENT",
            DSSTDTC=date_at(patient.clinical_progression),
        )
    if patient.off_study is not None:
        tables.add("DS", subject, DSDECOD="LOST TO FOLLOW-UP", DSCAT="DISPOSITION EVENT", DSSCAT="STUDY PARTICIPATION",
                   DSSTDTC=date_at(patient.off_study))  # fmt: skip
    if not patient.eligible:
        tables.add("IE", subject, IETESTCD="IN01", IECAT="INCLUSION", IEORRES="N", IEDTC="2024-12-22")
    if patient.dosed:
        for offset in sorted({0, patient.last_dose}):
            tables.add(
                "EX", subject, EXTRT="drug", EXDOSE="100", EXDOSU="mg", EXSTDTC=date_at(offset), EXENDTC=date_at(offset)
            )
    if patient.new_therapy is not None:
        tables.add("CM", subject, CMTRT="SORAFENIB", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=date_at(patient.new_therapy))
    if patient.procedure is not None:
        name, offset = patient.procedure
        tables.add("PR", subject, PRTRT=name, PRDECOD=name, PRSTDTC=date_at(offset), **patient.pathology)
    for offset, value in patient.afp.items():
        number, word = (value, None) if value[0].isdigit() else (None, value)
        tables.add("LB", subject, LBTESTCD="AFP", LBORRES=value, LBSTRESN=number, LBSTRESU="ug/L", LBNRIND=word,
                   LBSTNRHI="20" if number else None, LBDTC=date_at(offset))  # fmt: skip
    _add_lesions(tables, subject, patient, patient.lesions, patient.evaluator)
    for scan, response in enumerate(patient.reported.split(), start=1):
        if response != ".":
            tables.add("RS", subject, RSTESTCD="OVRLRESP", RSSTRESC=response, RSEVAL=patient.evaluator,
                       VISITNUM=str(scan + 1), RSDTC=date_at(_first_day(patient.days[scan])))  # fmt: skip
    if patient.other_reader:
        _add_lesions(tables, subject, patient, patient.other_reader, "INDEPENDENT ASSESSOR")


def _first_day(when: int | tuple[int, int]) -> int:
    return when if isinstance(when, int) else when[0]


def _add_lesions(
    tables: _Tables, subject: str, patient: LittlePatient, lesions: Mapping[str, str], evaluator: str
) -> None:
    for place, (name, words) in enumerate(lesions.items()):
        kind = "NON-TARGET" if name.startswith(("NT", "NN")) else "NEW" if name.startswith("W") else "TARGET"
        node = name.startswith(("N0", "N1", "N2", "NN", "WN"))
        for scan, word in enumerate(words.split()):
            if word in (".", "-") and (scan > 0 or kind == "NEW"):
                continue
            when = patient.days[scan]
            offset = when[place % 2] if isinstance(when, tuple) else when
            date = date_at(offset)[:7] if patient.partial_scan == scan else date_at(offset)
            visit = str(scan + 1)
            if scan == 0 or kind == "NEW":
                method = "PET SCAN" if word == "pet" else "CT SCAN"
                if kind != "NEW" or not _identified(tables, subject, name, evaluator, method):
                    tables.add("TU", subject, TUTESTCD="TUMIDENT", TUORRES=kind, TUSTRESC=kind, TULNKID=name,
                               TULOC="LYMPH NODE" if node else "LIVER", TUMETHOD=method, TUEVAL=evaluator,
                               VISITNUM=visit, TUDTC=date)  # fmt: skip
            for reading in word.split("/") if word != "." else ():
                _add_reading(tables, subject, (kind, name, node), reading, evaluator, visit, date)
            for length in patient.viable[name].split()[scan].split("/") if name in patient.viable else ():
                tables.add("TR", subject, TRGRPID=kind, TRLNKID=name, TREVAL=evaluator, VISITNUM=visit, TRDTC=date,
                           TRTESTCD="VDIAM", TRSTRESC=length, TRSTRESN=length, TRSTRESU="mm")  # fmt: skip
    if patient.slice_mm is not None:
        for row in tables.rows["TR"]:
            row["TRSLICE"] = patient.slice_mm


def _identified(tables: _Tables, subject: str, name: str, evaluator: str, method: str) -> bool:
    return any(
        r["USUBJID"] == subject and r["TULNKID"] == name and r["TUEVAL"] == evaluator and r["TUMETHOD"] == method
        for r in tables.rows.get("TU", [])
    )


def _add_reading(
    tables: _Tables, subject: str, lesion: tuple[str, str, bool], word: str, evaluator: str, visit: str, date: str
) -> None:
    kind, name, node = lesion
    common = {"TRGRPID": kind, "TRLNKID": name, "TREVAL": evaluator, "VISITNUM": visit, "TRDTC": date}
    state, _, axis = word.partition(":")
    length = state if state[0].isdigit() else axis
    if length:
        tables.add("TR", subject, **common, TRTESTCD="LPERP" if node else "LDIAM", TRSTRESC=length, TRSTRESN=length,
                   TRSTRESU="mm")  # fmt: skip
    if kind == "TARGET" and not length:
        tables.add("TR", subject, **common, TRTESTCD="TUMSTATE", TRSTRESC=TARGET_WORDS[state])
    elif kind == "NON-TARGET":
        tables.add("TR", subject, **common, TRTESTCD="TUMSTATE", TRSTRESC=NON_TARGET_WORDS[state])
    elif kind == "NEW":
        method = "PET SCAN" if state == "pet" else "CT SCAN"
        words = "EQUIVOCAL" if state == "maybe" else "UNEQUIVOCAL"
        tables.add("TR", subject, **common, TRTESTCD="TUMSTATE", TRSTRESC=words, TRMETHOD=method)


BASE = """
onearm: 1
identity: {{id: LITTLE, title: A little trial}}
population: {{disease: any}}
treatment: {{components: [{{id: drug, name: Drug, kind: drug, every: 3 weeks}}]}}
tumour:
  criterion: recist-1.1
  profile: recist-1.1-confirmed-2026
  override: {{{override}}}
  calendar: {{anchor: {anchor}, phases: [{phases}], reading: {reading}, window_days: 7}}
endpoints:
  orr: {{kind: response_rate, name: ORR, role: primary{window}}}
  dcr: {{kind: control_rate, name: DCR, role: {dcr_role}}}
  dor:
    {{kind: response_duration, name: DOR, role: descriptive, start: first_response,
    events: [progression, death], censoring: {censoring}}}
  pfs:
    {{kind: survival, name: PFS, role: descriptive, start: {pfs_start},
    events: [progression, death], censoring: {censoring}}}
  os: {{kind: survival, name: OS, role: descriptive, start: {os_start}, events: [death], censoring: literal}}
sets: {{primary: {primary}}}
procedures:
  resection: {{response: {procedure_response}, time_to_event: {procedure_time}}}
conventions: {{{conventions}}}
design: {design}
"""

DEFAULTS = {
    "override": "",
    "anchor": "first_dose",
    "phases": "{every: 9 weeks}",
    "reading": "unstated",
    "window": "",
    "dcr_role": "descriptive",
    "censoring": "literal",
    "pfs_start": "first_dose",
    "os_start": "inclusion",
    "primary": "treated",
    "procedure_response": "failure",
    "procedure_time": "treatment_policy",
    "conventions": "",
    "design": "{kind: exploratory}",
}


def little_protocol(**choices: str) -> Protocol:
    """A short protocol; each choice replaces one place of ``BASE``. Raises ProtocolError like any file."""
    return load_protocol_text(BASE.format(**{**DEFAULTS, **choices}), "little.yaml")
