"""The made-up patients on whom the page of options counts: ordinary ones, and situations where the rules part."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from page_makers.option_readers import add_entered, add_second_reader

CUTOFF = dt.date(2026, 12, 31)
FIRST_DAY = dt.date(2024, 1, 8)
N_ORDINARY, N_EACH = 240, 4

Scans = list[tuple[float, str]]
"""Day after the first dose, and what was read: ``T1 50 N1 12 X1 PRESENT`` (name, then millimetres or a word)."""

SITUATIONS: dict[str, Scans] = {
    "regrowth inside a pair": [(0, "T1 100"), (63, "T1 70"), (126, "T1 80"), (189, "T1 70")],
    "PR held, then small regrowth": [(0, "T1 100"), (63, "T1 70"), (126, "T1 69"), (189, "T1 80"), (252, "T1 80")],
    "PR, NE, PR": [(0, "T1 60"), (63, "T1 30"), (126, "T1 NE"), (189, "T1 30")],
    "PR, NE, NE, PR": [(0, "T1 60"), (63, "T1 30"), (126, "T1 NE"), (189, "T1 NE"), (252, "T1 30")],
    "PR, missed scan, NE, PR": [(0, "T1 60"), (63, "T1 30"), (189, "T1 NE"), (252, "T1 30")],
    "PR, two SD, PR": [(0, "T1 100"), (63, "T1 66"), (126, "T1 75"), (189, "T1 75"), (252, "T1 66")],
    "early CR, then SD": [(0, "T1 20"), (40, "T1 0"), (54, "T1 4"), (63, "T1 18")],
    "CR, CR, 4 mm back": [(0, "T1 20"), (63, "T1 0"), (126, "T1 0"), (189, "T1 4"), (252, "T1 4")],
    "CR, 4 mm back, gone again": [(0, "T1 20"), (63, "T1 0"), (126, "T1 4"), (189, "T1 0"), (252, "T1 0")],
    "CR, one node back": [(0, "N1 20"), (63, "N1 8"), (126, "N1 11"), (189, "N1 8"), (252, "N1 8")],
    "20 % but 2 mm": [(0, "T1 16"), (63, "T1 10"), (126, "T1 12"), (189, "T1 11")],
    "PD from baseline, then response": [(0, "T1 100"), (63, "T1 115"), (126, "T1 125"), (189, "T1 65"), (252, "T1 60")],
    "far below baseline, above nadir": [(0, "T1 100"), (63, "T1 55"), (126, "T1 62"), (189, "T1 60")],
    "one target unread, never large": [(0, "T1 80 T2 12"), (63, "T1 20 T2 NE"), (126, "T1 20 T2 NE")],
    "one target unread, the other grew": [(0, "T1 20 T2 60"), (63, "T1 20 T2 20"), (126, "T1 60 T2 NE"),
                                          (189, "T1 20 T2 20"), (252, "T1 20 T2 20")],
    "one target resected": [(0, "T1 50 T2 50"), (63, "T1 25 T2 TREATED"), (126, "T1 25 T2 TREATED")],
    "targets gone, rest left, 4 mm back": [(0, "T1 20 X1 PRESENT"), (63, "T1 0 X1 PRESENT"), (126, "T1 4 X1 PRESENT")],
    "node back in PR": [(0, "T1 60 N1 20"), (63, "T1 25 N1 8"), (126, "T1 25 N1 12")],
    "doubtful lesion proved later": [(0, "T1 60"), (63, "T1 30 W1 EQUIVOCAL"), (126, "T1 30 W1 EQUIVOCAL"),
                                     (189, "T1 30 W1 UNEQUIVOCAL")],
    "new node of 12 mm alone": [(0, "T1 60"), (63, "T1 30"), (126, "T1 30 V1 12"), (189, "T1 30 V1 9")],
    "hot spot on PET, then CT": [(0, "T1 60"), (63, "T1 30 P1 UNEQUIVOCAL"), (126, "T1 30"),
                                 (189, "T1 30 P2 UNEQUIVOCAL")],
    "too small beside a large one": [(0, "T1 10 T2 10"), (63, "T1 SMALL T2 9.5"), (126, "T1 SMALL T2 9.5")],
    "small node": [(0, "T1 20 N1 15"), (63, "T1 16 N1 SMALL"), (126, "T1 16 N1 SMALL")],
    "node of 12 mm left": [(0, "T1 20 N1 20"), (63, "T1 0 N1 12"), (126, "T1 0 N1 12")],
    "confirmed after 27 days": [(0, "T1 60"), (63, "T1 30"), (90, "T1 30")],
    "confirmed after 35 days": [(0, "T1 60"), (63, "T1 30"), (98, "T1 30")],
    "PR, then CR": [(0, "T1 20"), (63, "T1 10"), (126, "T1 0")],
    "one response, early": [(0, "T1 60"), (40, "T1 30")],
    "stable on day 50": [(0, "T1 60"), (50, "T1 55")],
    "stable on day 55": [(0, "T1 60"), (55, "T1 55")],
    "no target at all": [(0, "X1 PRESENT"), (63, "X1 PRESENT"), (126, "X1 PRESENT")],
    "nothing at baseline": [(0, "X1 ABSENT"), (63, "X1 ABSENT")],
    "scans over three days": [(0, "T1 60 T2 20"), (63, "T1 30 T2 10 +2"), (91, "T1 30 T2 10 +1")],
    "read twice": [(0, "T1 60"), (63, "T1 30 T1 45"), (126, "T1 30")],
    "date without its day": [(0, "T1 60"), (63, "T1 30 ?"), (100, "T1 30")],
    "raised marker": [(0, "T1 20 AFP 400"), (63, "T1 0 AFP 300"), (126, "T1 0 AFP 300")],
    "marker falls": [(0, "T1 20 AFP 400"), (63, "T1 0 AFP 5"), (126, "T1 0 AFP 5")],
    "response under another therapy": [(0, "T1 60"), (63, "T1 55"), (126, "T1 30 THERAPY -20"), (189, "T1 30")],
    "never scanned": [(0, "T1 60")],
    "dead before the first scan": [(0, "T1 60"), (40, "DEAD")],
    "gap, then progression": [(0, "T1 60"), (63, "T1 50"), (300, "T1 90")],
    "worse without a scan": [(0, "T1 60"), (63, "T1 55"), (100, "WORSE"), (126, "T1 56")],
}  # fmt: skip
"""Each is read from ``N_EACH`` patients, whose days and lengths differ a little where the rule allows it."""


class _Trial:
    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str | None]]] = {}

    def add(self, domain: str, subject: str, **cells: str | None) -> None:
        self.rows.setdefault(domain, []).append({"STUDYID": "EXAMPLE", "DOMAIN": domain, "USUBJID": subject, **cells})

    def tables(self) -> dict[str, pl.DataFrame]:
        tables = {}
        for domain, rows in self.rows.items():
            names = list(dict.fromkeys(name for row in rows for name in row))
            columns = {name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in names}
            tables[domain] = pl.DataFrame(columns)
        return tables


def example_tables(seed: int = 2026) -> dict[str, pl.DataFrame]:
    """DM, DS, EX, TU, TR, RS, LB and CM of the example, read by three; the same seed gives the same tables."""
    rng = np.random.default_rng(seed)
    trial = _Trial()
    courses: list[Scans] = [_ordinary(rng) for _ in range(N_ORDINARY)]
    courses += [scans for scans in SITUATIONS.values() for _ in range(N_EACH)]
    for number, scans in enumerate(courses):
        _add_patient(trial, f"EXAMPLE-{number + 1:03d}", scans, int(rng.integers(0, 300)), number)
    add_entered(trial.rows)
    add_second_reader(trial.rows, rng)
    return trial.tables()


def _ordinary(rng: np.random.Generator) -> Scans:
    """A course drawn at random: two targets that shrink or grow at one rate, until they double."""
    first = rng.integers(150, 700, 2) / 10
    rate = float(rng.normal(-0.06, 0.22))
    scans: Scans = [(0, f"T1 {first[0]:.1f} T2 {first[1]:.1f}")]
    for place in range(1, 6):
        size = np.minimum(first * np.exp(rate * place) * rng.normal(1, 0.04, 2), 200)
        scans.append((63 * place + int(rng.integers(-5, 6)), f"T1 {size[0]:.1f} T2 {size[1]:.1f}"))
        if size.sum() > 2 * first.sum():
            break
    return scans


def _add_patient(trial: _Trial, subject: str, scans: Scans, wait: int, number: int) -> None:
    start = FIRST_DAY + dt.timedelta(days=wait)
    included = start - dt.timedelta(days=number % 5)
    dead = next((_day(start, day) for day, text in scans if text == "DEAD"), None)
    trial.add("DM", subject, RFICDTC=included.isoformat(), RFSTDTC=start.isoformat(), DTHDTC=dead)
    trial.add("DS", subject, DSDECOD="REGISTERED", DSSTDTC=included.isoformat())
    trial.add("EX", subject, EXTRT="drug", EXDOSE="1", EXDOSU="mg", EXSTDTC=start.isoformat())
    # Most are scanned a week before the first dose; some twice, the second time on the day itself.
    first, *later = scans
    scans = [(-20, first[1]), (0, first[1]), *later] if number % 20 == 0 else [(-7, first[1]), *later]
    for place, (day, text) in enumerate(scans):
        if text == "WORSE":
            trial.add("DS", subject, DSDECOD="CLINICAL PROGRESSION", DSSTDTC=_day(start, day))
        elif text != "DEAD":
            _add_scan(trial, subject, start, int(day), text.split(), place + 1)


def _add_scan(trial: _Trial, subject: str, start: dt.date, day: int, words: list[str], visit: int) -> None:
    late = next((int(word) for word in words if word.startswith("+")), 0)
    names, readings = words[::2], words[1::2]
    for place, (name, reading) in enumerate(zip(names, readings, strict=False)):
        date = _day(start, day + (late if place == 1 else 0))
        if name == "AFP":
            trial.add("LB", subject, LBTESTCD="AFP", LBSTRESN=reading, LBSTRESU="ug/L", LBSTNRHI="20", LBDTC=date)
        elif name == "THERAPY":
            trial.add(
                "CM", subject, CMTRT="OTHER", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=_day(start, day + int(reading))
            )
        else:
            _add_reading(trial, subject, name, reading, visit, date[:7] if "?" in words else date)


_KINDS = {"T": "TARGET", "N": "TARGET", "X": "NON-TARGET", "W": "NEW", "V": "NEW", "P": "NEW"}
_STATES = {"NE": "NOT EVALUABLE", "SMALL": "TOO SMALL TO MEASURE"}


def _add_reading(trial: _Trial, subject: str, name: str, reading: str, visit: int, date: str) -> None:
    kind, is_node = _KINDS[name[0]], name[0] in "NV"
    method = "PET SCAN" if name == "P1" else "CT SCAN"
    lesion = "P" if name[0] == "P" else name
    if not any(row["USUBJID"] == subject and row["TULNKID"] == lesion for row in trial.rows.get("TU", ())[-8:]):
        trial.add("TU", subject, TULNKID=lesion, TUORRES=kind, TULOC="LYMPH NODE" if is_node else "LIVER",
                  TUMETHOD=method, TUDTC=date if len(date) == 10 else None, VISITNUM=str(visit))  # fmt: skip
    is_length = reading[0].isdigit()
    test = ("LPERP" if is_node else "LDIAM") if is_length else "TUMSTATE"
    trial.add(
        "TR", subject, TRGRPID=kind, TRLNKID=lesion, TRTESTCD=test, TRMETHOD=method, VISITNUM=str(visit),
        VISIT=f"SCAN {visit}", TRSTRESC=_STATES.get(reading, reading), TRSTRESN=reading if is_length else None,
        TRSTRESU="mm" if is_length else None, TREVAL="INVESTIGATOR", TRDTC=date,
    )  # fmt: skip


def _day(start: dt.date, days: float) -> str:
    return (start + dt.timedelta(days=int(days))).isoformat()
