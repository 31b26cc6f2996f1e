"""How long a derivation takes: 10,000 subjects × 8 visits × 5 lesions, shuffled rows of text, on one core.

Run as a script. Compilation comes first and is not counted. The step from text tables to typed, checked records is
timed apart.
"""

from __future__ import annotations

import os

os.environ["POLARS_MAX_THREADS"] = "1"

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from onearm.derive import Derived, derive
from onearm.protocol.load import load_protocol_text
from onearm.records import Records

N_SUBJECTS, N_VISITS, N_LESIONS = 10_000, 8, 5
PLACES = ("LIVER", "LIVER", "LUNG", "ADRENAL GLAND", "BONE")
"""Where the five targets lie: no more than two in an organ."""
FIRST_DAY = np.datetime64("2024-01-01")
CUTOFF = dt.date(2027, 12, 31)
PROTOCOL = Path(__file__).parent.parent / "tests" / "data" / "protocols" / "made-up.yaml"


def made_up_tables(
    n_subjects: int = N_SUBJECTS, seed: int = 1, *, n_visits: int = N_VISITS, viable: bool = False
) -> dict[str, pl.DataFrame]:
    """DM, DS, EX, TU and TR as texts; TR holds subjects × visits × lesions rows in random order.

    ``viable``: the lesions of the liver (two of the five, as many as RECIST takes as targets) have a second row with
    their viable diameter, as mRECIST needs it.
    """
    rng = np.random.default_rng(seed)
    names = np.array([f"BENCH-{number:05d}" for number in range(n_subjects)])
    start = FIRST_DAY + rng.integers(0, 365, n_subjects)
    subject = np.repeat(np.arange(n_subjects), n_visits * N_LESIONS)
    visit = np.tile(np.repeat(np.arange(n_visits), N_LESIONS), n_subjects)
    lesion = np.tile(np.arange(N_LESIONS), n_subjects * n_visits)
    day = start[subject] + 63 * visit - (visit == 0) * 7
    trend = rng.normal(-0.05, 0.12, n_subjects)
    first = rng.integers(150, 600, n_subjects * N_LESIONS)[subject * N_LESIONS + lesion]
    size = np.minimum(np.round(first * np.exp(trend[subject] * visit)), 4000)
    test = np.full(len(subject), "LDIAM")
    if viable:
        again = np.flatnonzero(lesion < PLACES.count("LIVER"))
        share = rng.uniform(0.5, 1, len(again))
        test = np.concatenate([test, np.full(len(again), "VDIAM")])
        size = np.concatenate([size, np.round(size[again] * share)])
        subject, visit, lesion, day = (
            np.concatenate([column, column[again]]) for column in (subject, visit, lesion, day)
        )
    order = rng.permutation(len(subject))
    lengths = np.char.mod("%.1f", size / 10)
    results = pl.DataFrame(
        {
            "STUDYID": np.full(len(subject), "BENCH"),
            "USUBJID": names[subject],
            "TRSEQ": (2 * (visit * N_LESIONS + lesion) + (test == "VDIAM") + 1).astype(str),
            "TRGRPID": np.full(len(subject), "TARGET"),
            "TRLNKID": np.array([f"T{place + 1:02d}" for place in range(N_LESIONS)])[lesion],
            "TRTESTCD": test,
            "TRSTRESC": lengths,
            "TRSTRESN": lengths,
            "TRSTRESU": np.full(len(subject), "mm"),
            "TREVAL": np.full(len(subject), "INVESTIGATOR"),
            "VISITNUM": (visit + 1).astype(str),
            "VISIT": np.array([f"SCAN {place + 1}" for place in range(n_visits)])[visit],
            "TRDTC": day.astype(str),
        }
    )[order]
    return {**_subject_tables(names, start, rng, 63 * n_visits + 90), "TR": results}


def _subject_tables(
    names: np.ndarray[tuple[int], np.dtype[np.str_]],
    start: np.ndarray[tuple[int], np.dtype[np.datetime64]],
    rng: np.random.Generator,
    first_death: int,
) -> dict[str, pl.DataFrame]:
    n = len(names)
    study = np.full(n, "BENCH")
    first = start.astype(str)
    dies = rng.random(n) < 0.4
    death = (start + rng.integers(first_death, first_death + 300, n)).astype(str)
    listed = np.repeat(names, N_LESIONS)
    lesion = np.tile(np.array([f"T{place + 1:02d}" for place in range(N_LESIONS)]), n)
    return {
        "DM": pl.DataFrame({"STUDYID": study, "USUBJID": names, "RFICDTC": first, "RFSTDTC": first}).with_columns(
            pl.Series("DTHDTC", [day if dead else None for day, dead in zip(death, dies, strict=True)])
        ),
        "DS": pl.DataFrame({"STUDYID": study, "USUBJID": names, "DSDECOD": np.full(n, "REGISTERED"), "DSSTDTC": first}),
        "EX": pl.DataFrame(
            {
                "STUDYID": study,
                "USUBJID": names,
                "EXTRT": np.full(n, "pdl1"),
                "EXDOSE": np.full(n, "1200"),
                "EXDOSU": np.full(n, "mg"),
                "EXSTDTC": first,
            }
        ),
        "TU": pl.DataFrame(
            {
                "STUDYID": np.full(len(listed), "BENCH"),
                "USUBJID": listed,
                "TULNKID": lesion,
                "TUORRES": np.full(len(listed), "TARGET"),
                "TULOC": np.tile(np.array(PLACES), n),
            }
        ),
    }


def best_time(work: Callable[[], object], repeats: int = 5) -> tuple[float, float]:
    """Least wall-clock and CPU seconds of several runs."""
    wall, processor = [], []
    for _ in range(repeats):
        clock, used = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - clock)
        processor.append(time.process_time() - used)
    return min(wall), min(processor)


def main() -> None:
    """Print a table of the two steps."""
    protocol = load_protocol_text(PROTOCOL.read_text(encoding="utf-8"), "made-up.yaml")
    small = Records.from_tables(made_up_tables(20))
    derive(protocol, small, CUTOFF)
    tables = made_up_tables()
    records = Records.from_tables(tables)
    derived: list[Derived] = []
    read = best_time(lambda: Records.from_tables(tables))
    done = best_time(lambda: derived.append(derive(protocol, records, CUTOFF)))
    n_rows = tables["TR"].height
    made = f"ADRS {derived[0].adrs.height:,} rows, ADTTE {derived[0].adtte.height:,}"
    print(f"{N_SUBJECTS:,} subjects, {n_rows:,} rows of TR; {made}")
    print(f"{'step':<44}{'wall s':>8}{'CPU s':>8}")
    print(f"{'text tables → checked records':<44}{read[0]:>8.2f}{read[1]:>8.2f}")
    print(f"{'records → ADSL, ADRS, ADTTE':<44}{done[0]:>8.2f}{done[1]:>8.2f}")
    print(f"{'both':<44}{read[0] + done[0]:>8.2f}{read[1] + done[1]:>8.2f}")


if __name__ == "__main__":
    main()
