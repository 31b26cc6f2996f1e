"""Small made-up trials for property tests: SDTM-shaped tables of text cells, drawn from a seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

STUDY = "MADEUP"
FIRST_DAY = dt.date(2024, 1, 8)
CUTOFF = dt.date(2025, 3, 31)
N_SUBJECTS = 10

Cells = dict[str, str | None]


class Trial:
    """Collects rows table by table; every cell is text or missing."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Cells]] = {}
        self._sequence: dict[tuple[str, str], int] = {}

    def add(self, domain: str, subject: str, **cells: str | None) -> None:
        key = (domain, subject)
        self._sequence[key] = self._sequence.get(key, 0) + 1
        start: Cells = {"STUDYID": STUDY, "DOMAIN": domain, "USUBJID": subject}
        if domain != "DM":
            start[f"{domain}SEQ"] = str(self._sequence[key])
        self.rows.setdefault(domain, []).append({**start, **cells})

    def tables(self) -> dict[str, pl.DataFrame]:
        tables = {}
        for domain, rows in self.rows.items():
            names = list(dict.fromkeys(name for row in rows for name in row))
            tables[domain] = pl.DataFrame(
                {name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in names}
            )
        return tables


def day(base: dt.date, days: int) -> str:
    return (base + dt.timedelta(days=int(days))).isoformat()


def made_up_trial(seed: int, n_subjects: int = N_SUBJECTS) -> dict[str, pl.DataFrame]:
    """Tables of a trial in which every rule has something to do; the same seed gives the same tables."""
    rng = np.random.default_rng(seed)
    trial = Trial()
    for number in range(n_subjects):
        _add_subject(trial, f"{STUDY}-{number + 1:02d}", rng)
    return trial.tables()


def _add_subject(trial: Trial, subject: str, rng: np.random.Generator) -> None:
    consent = FIRST_DAY + dt.timedelta(days=int(rng.integers(0, 120)))
    start = consent + dt.timedelta(days=int(rng.integers(3, 14)))
    fate = rng.choice(["treated", "treated", "treated", "treated", "treated", "never_dosed", "screen_failure"])
    dosed = fate == "treated"
    death = int(rng.integers(40, 400)) if dosed and rng.random() < 0.4 else None
    trial.add(
        "DM",
        subject,
        SUBJID=subject[-2:],
        SITEID=str(rng.integers(1, 4)),
        RFICDTC=consent.isoformat(),
        RFSTDTC=start.isoformat() if dosed else None,
        RFXSTDTC=start.isoformat() if dosed else None,
        AGE=str(rng.integers(40, 80)),
        SEX=str(rng.choice(["F", "M"])),
        DTHDTC=day(start, death) if death is not None and rng.random() < 0.7 else None,
    )
    trial.add("VS", subject, VSTESTCD="WEIGHT", VSSTRESN="70", VSSTRESU="kg", VSDTC=consent.isoformat())
    if fate == "screen_failure":
        trial.add("DS", subject, DSDECOD="SCREEN FAILURE", DSCAT="PROTOCOL MILESTONE", DSSTDTC=day(consent, 2))
        trial.add("IE", subject, IETESTCD="IN01", IECAT="INCLUSION", IEORRES="N", IEDTC=consent.isoformat())
        return
    registered = start - dt.timedelta(days=int(rng.integers(0, 3)))
    trial.add("DS", subject, DSDECOD="REGISTERED", DSCAT="PROTOCOL MILESTONE", DSSTDTC=registered.isoformat())
    if rng.random() < 0.2:
        trial.add("IE", subject, IETESTCD="EX01", IECAT="EXCLUSION", IEORRES="Y", IEDTC=consent.isoformat())
    end = death if death is not None else int(rng.integers(200, 420))
    if dosed:
        _add_doses(trial, subject, start, end, rng)
    _add_lesions(trial, subject, start, end if dosed else 0, rng)
    if dosed:
        _add_course(trial, subject, start, end, death, rng)


def _add_doses(trial: Trial, subject: str, start: dt.date, end: int, rng: np.random.Generator) -> None:
    for cycle in range(min(5, end // 21 + 1)):
        given = day(start, 21 * cycle)
        dose = "0" if cycle == 2 and rng.random() < 0.3 else "1200"
        trial.add("EX", subject, EXTRT="pdl1", EXDOSE=dose, EXDOSU="mg", EXSTDTC=given, EXENDTC=given)


def _add_lesions(trial: Trial, subject: str, start: dt.date, end: int, rng: np.random.Generator) -> None:
    baseline = int(rng.integers(-35, 1))
    visits = [(1, baseline)]
    for scan in range(1, 7):
        at = 63 * scan + int(rng.integers(-4, 5))
        if at < end and rng.random() > 0.12:
            visits.append((scan + 1, at))
    targets = _targets(trial, subject, start, baseline, rng)
    others = _non_targets(trial, subject, start, baseline, rng)
    trend = float(rng.choice([0.55, 0.75, 0.95, 1.0, 1.25]))
    turn = int(rng.integers(2, 6))
    for place, (visit, at) in enumerate(visits):
        factor = trend ** min(place, turn) * 1.3 ** max(0, place - turn)
        for name, is_node, size in targets:
            _read_target(trial, subject, (name, is_node, size * factor), visit, start, at, rng)
        for name in others:
            state = str(
                rng.choice(["PRESENT", "ABSENT", "NOT EVALUABLE", "UNEQUIVOCAL PROGRESSION"], p=[0.7, 0.2, 0.06, 0.04])
            )
            _read_state(trial, subject, "NON-TARGET", name, state if visit > 1 else "PRESENT", visit, day(start, at))
    _add_new_lesions(trial, subject, start, [entry for entry in visits if entry[0] > 1], rng)


def _targets(
    trial: Trial, subject: str, start: dt.date, baseline: int, rng: np.random.Generator
) -> list[tuple[str, bool, float]]:
    targets = []
    for number in range(int(rng.choice([0, 1, 2, 3], p=[0.1, 0.3, 0.3, 0.3]))):
        name, is_node = f"T{number + 1:02d}", bool(rng.random() < 0.25)
        targets.append((name, is_node, float(rng.integers(16, 60))))
        _identify(trial, subject, name, "TARGET", "LYMPH NODE" if is_node else "LIVER", 1, day(start, baseline))
    return targets


def _non_targets(trial: Trial, subject: str, start: dt.date, baseline: int, rng: np.random.Generator) -> list[str]:
    names = [f"NT{number + 1:02d}" for number in range(int(rng.integers(0, 3)))]
    for name in names:
        _identify(trial, subject, name, "NON-TARGET", "BONE", 1, day(start, baseline))
    return names


def _identify(
    trial: Trial, subject: str, name: str, kind: str, place: str, visit: int, date: str, method: str = "CT SCAN"
) -> None:
    trial.add(
        "TU", subject, TULNKID=name, TUTESTCD="TUMIDENT", TUORRES=kind, TULOC=place, TUMETHOD=method,
        TUEVAL="INVESTIGATOR", VISITNUM=str(visit), VISIT=f"SCAN {visit}", TUDTC=date,
    )  # fmt: skip


def _read_target(
    trial: Trial,
    subject: str,
    lesion: tuple[str, bool, float],
    visit: int,
    start: dt.date,
    at: int,
    rng: np.random.Generator,
) -> None:
    name, is_node, size = lesion
    date = day(start, at)
    chance = rng.random()
    if visit > 1 and chance < 0.05:
        _read_state(trial, subject, "TARGET", name, "TOO SMALL TO MEASURE", visit, date)
    elif visit > 1 and chance < 0.10:
        _row(
            trial,
            subject,
            "TARGET",
            name,
            "LPERP" if is_node else "LDIAM",
            visit,
            date,
            TRSTAT="NOT DONE",
            TRREASND="NOT IMAGED",
        )
    else:
        size = 0.0 if visit > 2 and chance > 0.93 else size
        number = f"{max(0.0, size):.1f}"
        _row(
            trial, subject, "TARGET", name, "LPERP" if is_node else "LDIAM", visit, date,
            TRSTRESN=number, TRSTRESC=number, TRSTRESU="mm",
        )  # fmt: skip


def _read_state(trial: Trial, subject: str, kind: str, name: str, state: str, visit: int, date: str) -> None:
    _row(trial, subject, kind, name, "TUMSTATE", visit, date, TRSTRESC=state)


def _row(
    trial: Trial, subject: str, kind: str, name: str, test: str, visit: int, date: str, **cells: str | None
) -> None:
    empty: Cells = {"TRSTRESC": None, "TRSTRESN": None, "TRSTRESU": None, "TRSTAT": None, "TRREASND": None}
    trial.add(
        "TR", subject, TRGRPID=kind, TRLNKID=name, TRTESTCD=test, **{**empty, **cells},
        TREVAL="INVESTIGATOR", VISITNUM=str(visit), VISIT=f"SCAN {visit}", TRDTC=date,
    )  # fmt: skip


def _add_new_lesions(
    trial: Trial, subject: str, start: dt.date, visits: list[tuple[int, int]], rng: np.random.Generator
) -> None:
    if len(visits) < 3 or rng.random() > 0.45:
        return
    first = int(rng.integers(0, len(visits) - 1))
    seen = visits[first : first + 2]
    method = "PET SCAN" if rng.random() < 0.2 else "CT SCAN"
    _identify(trial, subject, "NEW01", "NEW", "LUNG", seen[0][0], day(start, seen[0][1]), method)
    states = ["EQUIVOCAL", "UNEQUIVOCAL"] if rng.random() < 0.5 else ["UNEQUIVOCAL", "UNEQUIVOCAL"]
    for (visit, at), state in zip(seen, states, strict=True):
        _read_state(trial, subject, "NEW", "NEW01", state, visit, day(start, at))


def _add_course(
    trial: Trial, subject: str, start: dt.date, end: int, death: int | None, rng: np.random.Generator
) -> None:
    if end > 62 and rng.random() < 0.35:
        at = int(rng.integers(60, end))
        trial.add("CM", subject, CMTRT="LENVATINIB", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=day(start, at), CMENDTC=None)
    if end > 62 and rng.random() < 0.3:
        at = int(rng.integers(50, end))
        name = str(rng.choice(["RESECTION", "TACE", "ABLATION", "HAIC"]))
        trial.add("PR", subject, PRTRT=name, PRDECOD=name, PROCCUR="Y", PRSTDTC=day(start, at))
    if end > 62 and rng.random() < 0.25:
        at = int(rng.integers(40, end))
        trial.add("DS", subject, DSDECOD="CLINICAL PROGRESSION", DSCAT="OTHER EVENT", DSSTDTC=day(start, at))
    if rng.random() < 0.5:
        trial.add(
            "DS", subject, DSDECOD="ADVERSE EVENT", DSCAT="DISPOSITION EVENT", DSSCAT="STUDY TREATMENT",
            DSSTDTC=day(start, min(end, 100)),
        )  # fmt: skip
    if death is not None:
        trial.add("DS", subject, DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC=day(start, death))
        trial.add("SS", subject, SSTESTCD="SURVSTAT", SSSTRESC="DEAD", SSDTC=day(start, death + 5))
        trial.add("DD", subject, DDTESTCD="PRCDTH", DDORRES="DISEASE", DDDTC=day(start, death + 5))
    else:
        trial.add("SS", subject, SSTESTCD="SURVSTAT", SSSTRESC="ALIVE", SSDTC=day(start, end))
    trial.add("AE", subject, AETERM="FATIGUE", AESTDTC=day(start, 10), AEENDTC=day(start, 20))
    trial.add("LB", subject, LBTESTCD="AFP", LBSTRESN="12", LBSTRESU="ug/L", LBDTC=day(start, min(end, 30)))


def edited(
    tables: Mapping[str, pl.DataFrame], domain: str, row: int, column: str, value: str | None
) -> dict[str, pl.DataFrame]:
    """The tables with one cell exchanged; ``row`` counts from 0."""
    texts = tables[domain][column].to_list()
    texts[row] = value
    table = tables[domain].with_columns(pl.Series(column, texts, dtype=pl.String))
    return {**tables, domain: table}


_WORDS: dict[tuple[str, str], tuple[str | None, ...]] = {
    ("TR", "TRSTRESC"): (
        "PRESENT",
        "ABSENT",
        "NOT EVALUABLE",
        "UNEQUIVOCAL PROGRESSION",
        "EQUIVOCAL",
        "UNEQUIVOCAL",
        "TREATED",
    ),
    ("TR", "TREVAL"): ("INVESTIGATOR", "INDEPENDENT ASSESSOR", None),
    ("TR", "TRMETHOD"): ("PET SCAN", "CT SCAN"),
    ("TU", "TULOC"): ("LYMPH NODE", "LIVER"),
    ("TU", "TUMETHOD"): ("PET SCAN", "CT SCAN"),
    ("TU", "TUEVAL"): ("INVESTIGATOR", "INDEPENDENT ASSESSOR", None),
    ("DS", "DSDECOD"): (
        "REGISTERED",
        "SCREEN FAILURE",
        "COMPLETED",
        "DEATH",
        "LOST TO FOLLOW-UP",
        "CLINICAL PROGRESSION",
        "OTHER",
    ),
    ("DS", "DSSCAT"): ("STUDY TREATMENT", "STUDY PARTICIPATION", None),
    ("EX", "EXDOSE"): ("0", "600", "1200"),
    ("CM", "CMCAT"): ("ANTI-CANCER THERAPY", "OTHER", None),
    ("PR", "PRDECOD"): ("RESECTION", "TACE", "HAIC", "BIOPSY"),
    ("PR", "PROCCUR"): ("Y", "N", None),
    ("PR", "PRCAT"): ("ANTI-CANCER THERAPY", None),
    ("SS", "SSSTRESC"): ("ALIVE", "DEAD", "UNKNOWN"),
    ("IE", "IEORRES"): ("Y", "N", "NA"),
    ("IE", "IECAT"): ("INCLUSION", "EXCLUSION"),
}
_LENGTH_FACTORS = (0.0, 0.3, 0.69, 0.7, 0.9, 1.2, 1.5, 3.0)


def draw_edit(
    tables: Mapping[str, pl.DataFrame], rng: np.random.Generator, at: tuple[str, int] | None = None
) -> tuple[str, int, dict[str, pl.DataFrame]] | None:
    """One random cell exchanged for a value that may well be valid: domain, row from 0, and the new tables.

    ``at`` fixes the row. None where the draw would change nothing.
    """
    if at is None:
        weights = np.array(
            [table.height * (3 if name in ("TR", "EX", "DS") else 1) for name, table in tables.items()], float
        )
        domain = str(rng.choice(list(tables), p=weights / weights.sum()))
        row = int(rng.integers(tables[domain].height))
    else:
        domain, row = at
    table = tables[domain]
    names = [name for name in table.columns if name not in ("STUDYID", "DOMAIN")]
    tells = [name.endswith("DTC") or name == "TRSTRESN" or (domain, name) in _WORDS for name in names]
    shares = np.where(tells, 4.0, 1.0)
    column = str(rng.choice(names, p=shares / shares.sum()))
    old = table[column][row]
    new = _new_value(table, domain, column, old, rng)
    if new == old:
        return None
    changed = edited(tables, domain, row, column, new)
    if column == "TRSTRESN":
        changed = edited(changed, domain, row, "TRSTRESC", new)
    return domain, row, changed


def _new_value(table: pl.DataFrame, domain: str, column: str, old: str | None, rng: np.random.Generator) -> str | None:
    if column.endswith("DTC") and old is not None and rng.random() < 0.9:
        shift = int(rng.choice([-200, -60, -29, -7, -1, 1, 7, 29, 60, 200]))
        return (dt.date.fromisoformat(old) + dt.timedelta(days=shift)).isoformat()
    if column == "TRSTRESN" and old is not None:
        return f"{max(0.0, float(old) * float(rng.choice(_LENGTH_FACTORS))):.1f}"
    if (domain, column) in _WORDS and rng.random() < 0.9:
        words = _WORDS[domain, column]
        return words[int(rng.integers(len(words)))]
    if column.endswith("SEQ"):
        return str(rng.integers(500, 900))
    value = table[column][int(rng.integers(table.height))]
    return None if rng.random() < 0.1 else value
