"""Generated patients with facts of mRECIST as records: TU and TR of many patients at once, in the ways of a form.

What can be entered in two ways is entered now in one, now in the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import polars as pl
from chance import Chance, seldom
from mrecist_oracle import Facts, ScannedLesion
from response_patient import Lesion, Patient, Reading

from onearm.records import Records

FIRST_DOSE = dt.date(2024, 3, 4)
STUDY = "GENERATED"

LEFT_OUT = {
    "no lesion": "whoever has no lesion has no row of TR, so no visit",
}
"""Why a generated patient cannot be written as records."""

NAMES = {"target": "T", "non_target": "NT", "new": "NEW"}
GROUPS = {"target": "TARGET", "non_target": "NON-TARGET", "new": "NEW"}

Place = tuple[str, str | None]

NODE_PLACES: tuple[Place, ...] = (("LYMPH NODE", None), ("LYMPH NODE, LIVER HILUM", None), ("LYMPH NODE", "NECK"))
PLACES: dict[tuple[str, str], tuple[Place, ...]] = {
    ("target", "liver"): (("LIVER", None), ("LIVER", "SEGMENT 8"), ("INTRAHEPATIC", None)),
    ("non_target", "liver"): (
        ("LIVER", None),
        ("PORTAL VEIN", None),
        ("HEPATIC VEIN", "LEFT"),
        ("LIVER", "INFILTRATIVE"),
    ),
    ("new", "liver"): (("LIVER", None), ("LIVER", "SEGMENT 2")),
    ("target", "elsewhere"): (("LUNG", None), ("ADRENAL GLAND", "LEFT")),
    ("non_target", "elsewhere"): (("LUNG", None), ("BONE", "RIB")),
    # The reader's word decides of new tumour in a vein and of new infiltrative disease.
    ("new", "elsewhere"): (("LUNG", None), ("BONE", None), ("PORTAL VEIN", None), ("LIVER", "DIFFUSE")),
    ("non_target", "effusion"): (("ASCITES", None), ("PLEURA", "EFFUSION"), ("PLEURAL EFFUSION", None)),
    ("new", "effusion"): (("ASCITES", None), ("PLEURA", "EFFUSION"), ("PERITONEAL FLUID", None)),
}
"""TULOC and TULOCDTL by kind and site."""

WORDS = {
    "too_small": "TOO SMALL TO MEASURE",
    "absent": "ABSENT",
    "not_evaluable": "NOT EVALUABLE",
    "treated": "TREATED",
    "merged": "MERGED",
    "present": "PRESENT",
    "unequivocal_pd": "UNEQUIVOCAL PROGRESSION",
    "equivocal": "EQUIVOCAL",
    "unequivocal": "UNEQUIVOCAL",
}
"""TRSTRESC of a state."""

TU_COLUMNS = ("USUBJID", "TULNKID", "TUORRES", "TULOC", "TULOCDTL")
TR_COLUMNS = (
    *("USUBJID", "TRGRPID", "TRLNKID", "TRTESTCD", "TRSTRESC", "TRSTRESN", "TRSTRESU"),
    *("TRSTAT", "TRMETHOD", "VISITNUM", "TRDTC"),
)

Row = tuple[str | None, ...]


def why_left_out(patient: Patient) -> str | None:
    """A key of ``LEFT_OUT``, or None for a patient who can be written."""
    return None if patient.lesions else "no lesion"


def up_to_the_cut(patient: Patient, scanned: Sequence[ScannedLesion]) -> tuple[Patient, list[ScannedLesion]]:
    """The patient as known at the cut: a folder of records has one cut-off for all."""
    count = max(1, sum(day <= patient.cut_day for day in patient.days))
    known = [
        ScannedLesion(Lesion(x.lesion.kind, x.lesion.node, x.lesion.readings[:count]), x.site, x.facts[:count])
        for x in scanned
    ]
    lesions = [x.lesion for x in known]
    return replace(patient, days=patient.days[:count], lesions=lesions), known


@dataclass
class LesionTables:
    """Rows of TU and TR while they are gathered."""

    chance: Chance
    listed: list[Row] = field(default_factory=list)
    results: list[Row] = field(default_factory=list)

    def add_patient(self, subject: str, patient: Patient, scanned: Sequence[ScannedLesion]) -> None:
        """Every lesion at every visit; a visit or a lesion that would have no row gets one that says nothing."""
        seen = set()
        named = [(f"{NAMES[x.lesion.kind]}{i:02}", x) for i, x in enumerate(scanned, start=1)]
        for name, one in named:
            for v, day in enumerate(patient.days):
                entered = self.reading(one, one.lesion.readings[v], one.facts[v])
                if entered:
                    seen |= {name, v}
                self.results += [(*head(subject, one, name), *row, *tail(v, day)) for row in entered]
        for v in range(1, len(patient.days)):
            if v not in seen:
                name, one = named[0]
                seen.add(name)
                self.results.append((*head(subject, one, name), *unread(one), *tail(v, patient.days[v])))
        for name, one in named:
            if one.lesion.kind != "new" and name not in seen:
                seen.add(name)
                self.results.append((*head(subject, one, name), *unread(one), *tail(0, patient.days[0])))
            if name in seen:
                self.listed.append((subject, name, GROUPS[one.lesion.kind], *self.place(one)))

    def place(self, one: ScannedLesion) -> Place:
        if one.site == "porta_hepatis_node":
            return "LYMPH NODE", "PORTA HEPATIS"
        return self.chance.one_of(NODE_PLACES if one.lesion.node else PLACES[one.lesion.kind, one.site])

    def reading(self, one: ScannedLesion, reading: Reading, facts: Facts) -> list[Row]:
        """The rows of one lesion at one visit, without subject and visit."""
        if one.lesion.kind == "target":
            return self.target(one, reading, facts)
        if one.lesion.kind == "non_target":
            return self.non_target(one, reading, facts)
        return self.new(one, reading, facts)

    def target(self, one: ScannedLesion, reading: Reading, facts: Facts) -> list[Row]:
        if reading.state == "not_assessed":
            return [unread(one)] if seldom(self.chance, 2) else []
        rows = [length("VDIAM", facts.viable_mm)] if facts.viable_mm is not None else []
        if reading.mm is not None:
            if rows and seldom(self.chance, 8):
                return rows
            if one.site == "elsewhere" and not one.lesion.node and seldom(self.chance, 8):
                rows.append(length("VDIAM", Fraction(0)))
            return [*rows, length(self.axis(one), reading.mm)]
        if reading.state == "absent" and seldom(self.chance, 3):
            return [*rows, length(self.axis(one), Fraction(0))]
        seen_only = reading.state == "not_evaluable" and seldom(self.chance, 3)
        return [*rows, word("PRESENT" if seen_only else WORDS[reading.state])]

    def axis(self, one: ScannedLesion) -> str:
        return self.chance.one_of(("SAXIS", "LPERP")) if one.lesion.node else "LDIAM"

    def non_target(self, one: ScannedLesion, reading: Reading, facts: Facts) -> list[Row]:
        rows = fact_rows(facts)
        if reading.state == "not_assessed":
            # Fluid may be tapped although it was not imaged.
            return [*rows, unread(one)] if seldom(self.chance, 2) else rows
        told = one.site == "liver" and facts.is_enhanced is not None
        if reading.state == "present" and not one.lesion.node and seldom(self.chance, 4):
            # A length, or a fact about it, says that a lesion was seen.
            return rows if told and seldom(self.chance, 2) else [*rows, length("LDIAM", Fraction(12))]
        if reading.state == "absent" and seldom(self.chance, 4):
            return [*rows, length(self.axis(one), Fraction(0))]
        return [*rows, word(WORDS[reading.state])]

    def new(self, one: ScannedLesion, reading: Reading, facts: Facts) -> list[Row]:
        rows = fact_rows(facts)
        if reading.state == "not_seen":
            return [*rows, length(self.axis(one), Fraction(0))] if seldom(self.chance, 4) else rows
        if reading.mm is not None:
            rows.append(length(self.axis(one), reading.mm))
        if reading.state == "pet_only":
            rows.append(word(self.chance.one_of(("EQUIVOCAL", "UNEQUIVOCAL"))))
            return [(*row[:5], "PET SCAN") for row in rows]
        sized = any(row[0] in ("LDIAM", "VDIAM", "SAXIS", "LPERP") and row[2] != "0" for row in rows)
        if reading.state == "unequivocal" and sized and seldom(self.chance, 4):
            return rows
        return [*rows, word(WORDS[reading.state])]


def head(subject: str, one: ScannedLesion, name: str) -> Row:
    return subject, GROUPS[one.lesion.kind], name


def tail(visit: int, day: int) -> Row:
    return str(visit + 1), (FIRST_DOSE + dt.timedelta(days=day)).isoformat()


def length(test: str, mm: Fraction) -> Row:
    """Test, result, number, unit, status, method."""
    whole, tenth = divmod(int(mm * 10), 10)
    text = f"{whole}.{tenth}" if tenth else str(whole)
    return test, text, text, "mm", None, None


def word(text: str, test: str = "TUMSTATE") -> Row:
    return test, text, None, None, None, None


def fact_rows(facts: Facts) -> list[Row]:
    rows = [length("VDIAM", facts.viable_mm)] if facts.viable_mm is not None else []
    for test, fact, answers in (
        ("ARTENH", facts.enhancing, ("N", "Y")),
        ("WASHOUT", facts.washout, ("N", "Y")),
        ("CYTOLOGY", facts.cytology_positive, ("NEGATIVE", "POSITIVE")),
    ):
        if fact is not None:
            rows.append(word(answers[fact], test))
    return rows


def unread(one: ScannedLesion) -> Row:
    """A lesion that was not assessed; a new one that was looked for and is not there."""
    if one.lesion.kind == "new":
        return length("SAXIS" if one.lesion.node else "LDIAM", Fraction(0))
    return "SAXIS" if one.lesion.node else "LDIAM", None, None, None, "NOT DONE", None


def records_of(chance: Chance, patients: Sequence[tuple[Patient, Sequence[ScannedLesion]]]) -> Records:
    """All of them, subject by subject in their order; the baseline scan is on the day of the first dose."""
    tables = LesionTables(chance)
    subjects = [f"G-{k:06}" for k in range(len(patients))]
    for subject, (patient, scanned) in zip(subjects, patients, strict=True):
        tables.add_patient(subject, patient, scanned)
    dose = FIRST_DOSE.isoformat()
    given = {"EXTRT": "DRUG", "EXDOSE": "1", "EXDOSU": "mg", "EXSTDTC": dose}
    every = pl.DataFrame({"STUDYID": [STUDY] * len(subjects), "USUBJID": subjects})
    registered = {"DSDECOD": "REGISTERED", "DSCAT": "PROTOCOL MILESTONE", "DSSTDTC": dose}
    return Records.from_tables(
        {
            "DM": every.with_columns(RFICDTC=pl.lit(dose), RFSTDTC=pl.lit(dose)),
            "DS": every.with_columns(**{name: pl.lit(value) for name, value in registered.items()}),
            "EX": every.with_columns(**{name: pl.lit(value) for name, value in given.items()}),
            "TU": table(TU_COLUMNS, tables.listed),
            "TR": table(TR_COLUMNS, tables.results),
        }
    )


def table(columns: Sequence[str], rows: Sequence[Row]) -> pl.DataFrame:
    schema = dict.fromkeys(columns, pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(STUDYID=pl.lit(STUDY))
