"""The lists of one patient as tables of records, days as dates; and what is wrong with the lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import get_args

import polars as pl

from onearm.protocol.variant import RuleSet

Reading = float | int | str | None
"""A length in millimetres, a word, or None where the lesion was not assessed."""

TARGET_WORDS = {
    "absent": "ABSENT", "gone": "ABSENT", "too small": "TOO SMALL TO MEASURE", "not evaluable": "NOT EVALUABLE",
    "treated": "TREATED", "merged": "MERGED",
}  # fmt: skip
NON_TARGET_WORDS = {
    "present": "PRESENT", "absent": "ABSENT", "gone": "ABSENT", "progression": "UNEQUIVOCAL PROGRESSION",
    "unequivocal progression": "UNEQUIVOCAL PROGRESSION", "not evaluable": "NOT EVALUABLE",
}  # fmt: skip
NEW_WORDS = {"unequivocal": "UNEQUIVOCAL", "equivocal": "EQUIVOCAL", "pet": "UNEQUIVOCAL"}
"""Words for the readings of each kind of lesion, and what they are in TR; ``pet`` is a hot spot on PET alone."""

SUBJECT = "PATIENT"
_REFERENCE = dt.date(2000, 1, 1)
_FAR = 20 * 366


def find_wrong_kinds(days: Sequence[object], others: Mapping[str, object], rules: str) -> list[str]:
    """Days that are no whole numbers, and a rule set that there is not."""
    faults = [
        f"{name}: {value!r} is no whole number; count days, as in [0, 63, 126] (a date minus the first dose's)"
        for name, value in [*(("days", day) for day in days), *others.items()]
        if value is not None and (not isinstance(value, int) or isinstance(value, bool))
    ]
    if rules not in get_args(RuleSet):
        faults.append(f"rules: {rules!r} is none of {', '.join(get_args(RuleSet))}")
    return faults


def find_faults(
    days: Sequence[int],
    targets: Mapping[str, Sequence[Reading]],
    non_targets: Mapping[str, Sequence[str | None]],
    new_lesions: Mapping[str, Sequence[str | tuple[str, float] | None]],
    responses: Sequence[str] | None,
    reference_day: int,
) -> list[str]:
    """What is wrong with the lists, in words; nothing of what the records check."""
    faults = []
    if any(later <= earlier for earlier, later in pairwise(days)):
        faults.append("days: expected rising days, one a scan")
    if any(abs(day - reference_day) > _FAR for day in days):
        faults.append("days: expected days of one course, within twenty years of the reference day")
    lesions = {**targets, **non_targets, **new_lesions}
    if responses is not None:
        if lesions:
            faults.append("responses: give either the lesions or the overall responses")
        if len(responses) != len(days):
            faults.append(f"responses: {len(responses)} for {len(days)} days")
        return faults
    if len(lesions) < len(targets) + len(non_targets) + len(new_lesions):
        faults.append("lesions: each name once among targets, non-targets and new lesions")
    if not days:
        faults.append("days: expected at least the baseline")
    elif days[0] > reference_day:
        faults.append(f"days: the first is the baseline; {days[0]} lies after the reference day {reference_day}")
    faults += [
        f"{name}: {len(read)} readings for {len(days)} scans"
        for name, read in lesions.items()
        if len(read) != len(days)
    ]
    for words, kind in ((TARGET_WORDS, targets), (NON_TARGET_WORDS, non_targets), (NEW_WORDS, new_lesions)):
        for name, read in kind.items():
            said = [entry[0] if isinstance(entry, tuple) else entry for entry in read]
            unknown = [word for word in said if isinstance(word, str) and word.lower() not in words]
            wrong = [word for word in said if isinstance(word, float | int) and kind is not targets]
            if unknown or wrong:
                faults.append(f"{name}: {[*unknown, *wrong][0]!r} is none of {', '.join(words)}")
    return faults


class PatientTables:
    """The tables of one patient, days as dates."""

    def __init__(self, reference_day: int) -> None:
        self.reference_day = reference_day
        self.rows: dict[str, list[dict[str, str | None]]] = {}

    def day(self, day: int) -> dt.date:
        """A day as a date: the reference day is 2000-01-01."""
        return _REFERENCE + dt.timedelta(days=day - self.reference_day)

    def date(self, day: int) -> str:
        """A day as a table holds it."""
        return self.day(day).isoformat()

    def number(self, day: dt.date) -> int:
        """A date as the day it was given as."""
        return (day - _REFERENCE).days + self.reference_day

    def add(self, domain: str, **cells: str | None) -> None:
        """One row of a table."""
        rows = self.rows.setdefault(domain, [])
        number = {} if domain == "DM" else {f"{domain}SEQ": str(len(rows) + 1)}
        rows.append({"STUDYID": "ONE", "USUBJID": SUBJECT, **number, **cells})

    def add_course(self, death: int | None, new_therapy: int | None, last_alive: int | None) -> None:
        """Registration and first dose on the reference day, and what bounds the observation."""
        start = self.date(self.reference_day)
        died = None if death is None else self.date(death)
        self.add("DM", RFICDTC=None, RFSTDTC=start, RFXSTDTC=start, DTHDTC=died, DTHFL=None if died is None else "Y")
        self.add("DS", DSDECOD="REGISTERED", DSCAT="PROTOCOL MILESTONE", DSSTDTC=start)
        self.add("EX", EXTRT="DRUG", EXDOSE="1", EXDOSU="mg", EXSTDTC=start, EXENDTC=start)
        if new_therapy is not None:
            self.add("CM", CMTRT="THERAPY", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=self.date(new_therapy))
        if last_alive is not None:
            self.add("SS", SSTESTCD="SURVSTAT", SSSTRESC="ALIVE", SSDTC=self.date(last_alive))

    def add_lesions(
        self,
        kind: str,
        lesions: Mapping[str, Sequence[Reading | tuple[str, float]]],
        days: Sequence[int],
        nodes: Collection[str],
    ) -> None:
        """Each lesion of a kind, identified where it was first read, with one reading a scan."""
        words = {"TARGET": TARGET_WORDS, "NON-TARGET": NON_TARGET_WORDS, "NEW": NEW_WORDS}[kind]
        for name, readings in lesions.items():
            is_node = name in nodes
            first = next((at for at, reading in enumerate(readings) if reading is not None), 0)
            method = "PET SCAN" if readings[first : first + 1] == ["pet"] else "CT SCAN"
            self.add(
                "TU", TULNKID=name, TUTESTCD="TUMIDENT", TUORRES=kind, TULOC="LYMPH NODE" if is_node else "LIVER",
                TUMETHOD=method, VISITNUM=str(first + 1), TUDTC=self.date(days[first]),
            )  # fmt: skip
            for at, reading in enumerate(readings):
                word, length = reading if isinstance(reading, tuple) else (reading, None)
                if isinstance(word, float | int):
                    word, length = None, word
                common = {
                    "TRGRPID": kind, "TRLNKID": name, "VISITNUM": str(at + 1), "TRDTC": self.date(days[at]),
                    "TRMETHOD": "PET SCAN" if word == "pet" else "CT SCAN",
                }  # fmt: skip
                if length is not None:
                    size = str(Decimal(str(length)))
                    test = "SAXIS" if is_node else "LDIAM"
                    self.add("TR", **common, TRTESTCD=test, TRSTRESC=size, TRSTRESN=size, TRSTRESU="mm")
                if word is not None:
                    self._add_state(common, words[word.lower()])
                elif reading is None and kind != "NEW":
                    self._add_state(common, "NOT EVALUABLE")

    def _add_state(self, common: Mapping[str, str], state: str) -> None:
        self.add("TR", **common, TRTESTCD="TUMSTATE", TRSTRESC=state, TRSTRESN=None, TRSTRESU=None)

    def frames(self) -> dict[str, pl.DataFrame]:
        """The tables, all cells as text."""
        frames = {}
        for domain, rows in self.rows.items():
            names = list(dict.fromkeys(name for row in rows for name in row))
            frames[domain] = pl.DataFrame(
                {name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in names}
            )
        return frames
