"""Other readers of the example's patients: an independent one, an adjudicator, and what the investigator entered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

Row = dict[str, str | None]
Rows = dict[str, list[Row]]

LENGTH_SPREAD = 0.06
"""Standard deviation of the second reader's length about the first one's, as a share of it."""
SEES_MORE, CANNOT_JUDGE, JUDGES_BY_BASELINE = 20, 25, 12
"""One patient in so many: a new lesion that only the independent reader sees; a scan that he cannot judge; progression
that the investigator judges against the baseline instead of the smallest sum."""
TOO_SMALL_MM = 5.0


def add_second_reader(rows: Rows, rng: np.random.Generator) -> None:
    """The independent reader's rows of TU and TR: the same lesions, other lengths and a few other calls; and those of
    an adjudicator, who accepts one of the two readings of each patient."""
    subjects = list(dict.fromkeys(row["USUBJID"] for row in rows["TR"]))
    place = {subject: number for number, subject in enumerate(subjects)}
    lists, readings = list(rows["TU"]), list(rows["TR"])
    own = [_read_again(row, rng, place[row["USUBJID"]]) for row in readings]
    seen = [{**row, "TUEVAL": "INDEPENDENT ASSESSOR"} for row in lists]
    for subject in subjects[::SEES_MORE]:
        visits = [row for row in own if row["USUBJID"] == subject and row["VISITNUM"] == "3"]
        if visits:
            new = {"TULNKID": "W9", "TUORRES": "NEW", "TUEVAL": "INDEPENDENT ASSESSOR"}
            seen.append({**{k: visits[0][k] for k in ("STUDYID", "USUBJID", "VISITNUM")}, "DOMAIN": "TU", **new,
                         "TULOC": "LIVER", "TUMETHOD": "CT SCAN", "TUDTC": visits[0]["TRDTC"]})  # fmt: skip
            own.append({**visits[0], "TRGRPID": "NEW", "TRLNKID": "W9", "TRTESTCD": "TUMSTATE",
                        "TRSTRESC": "UNEQUIVOCAL", "TRSTRESN": None, "TRSTRESU": None})  # fmt: skip
    for domain, first, second in (("TU", lists, seen), ("TR", readings, own)):
        # Even patients go by the first reading, odd ones by the second.
        accepted = [row for row in first if place.get(row["USUBJID"], 0) % 2 == 0]
        accepted += [row for row in second if place.get(row["USUBJID"], 0) % 2 == 1]
        rows[domain] += [*second, *({**row, f"{domain}EVAL": "ADJUDICATOR"} for row in accepted)]


def _read_again(row: Row, rng: np.random.Generator, patient: int) -> Row:
    again = {**row, "TREVAL": "INDEPENDENT ASSESSOR"}
    length, factor = row["TRSTRESN"], float(rng.normal(1, LENGTH_SPREAD))
    if length is not None and float(length) > 0:
        again["TRSTRESN"] = again["TRSTRESC"] = f"{max(float(length) * factor, 0.1):.1f}"
    if patient % CANNOT_JUDGE == 1 and row["VISITNUM"] == "2" and row["TRGRPID"] == "TARGET":
        again |= {"TRTESTCD": "TUMSTATE", "TRSTRESC": "NOT EVALUABLE", "TRSTRESN": None, "TRSTRESU": None}
    return again


def add_entered(rows: Rows) -> None:
    """RS: the overall responses that the investigator entered, from percentages that he rounded to whole ones."""
    by_patient: dict[str, list[Row]] = {}
    for row in rows["TR"]:
        by_patient.setdefault(str(row["USUBJID"]), []).append(row)
    rows["RS"] = [
        {"STUDYID": "EXAMPLE", "DOMAIN": "RS", "USUBJID": subject, "RSTESTCD": "OVRLRESP", "RSSTRESC": response,
         "RSEVAL": "INVESTIGATOR", "VISITNUM": visit["VISITNUM"], "VISIT": visit["VISIT"], "RSDTC": visit["TRDTC"]}
        for number, (subject, readings) in enumerate(by_patient.items())
        for visit, response in _enter(readings, by_baseline=number % JUDGES_BY_BASELINE == 0)
    ]  # fmt: skip


def _enter(readings: Sequence[Row], *, by_baseline: bool) -> Iterator[tuple[Row, str]]:
    visits: dict[str, list[Row]] = {}
    for row in readings:
        visits.setdefault(str(row["VISITNUM"]), []).append(row)
    first, *later = visits.values()
    baseline = smallest = _sum(first)
    for visit in later:
        total = _sum(visit)
        yield visit[0], _response(visit, total, baseline, baseline if by_baseline else smallest)
        if total is not None:
            smallest = total if smallest is None else min(total, smallest)


def _sum(visit: Sequence[Row]) -> float | None:
    """Millimetres of the targets; None where one was not evaluable, or where there is none."""
    targets = {row["TRLNKID"]: row for row in visit if row["TRGRPID"] == "TARGET"}
    if not targets or any(row["TRSTRESC"] in ("NOT EVALUABLE", "TREATED") for row in targets.values()):
        return None
    return sum(TOO_SMALL_MM if row["TRSTRESN"] is None else float(row["TRSTRESN"]) for row in targets.values())


def _response(visit: Sequence[Row], total: float | None, baseline: float | None, before: float | None) -> str:
    said = {row["TRSTRESC"] for row in visit if row["TRGRPID"] != "TARGET"}
    has_targets = any(row["TRGRPID"] == "TARGET" for row in visit)
    if "UNEQUIVOCAL" in said:
        return "PD"
    if not has_targets:
        return "CR" if said == {"ABSENT"} else "NON-CR/NON-PD"
    if total is None or baseline is None or before is None:
        return "NE"
    if _percent(total, before) >= 20 and total - before >= 5:
        return "PD"
    if _all_gone(visit):
        return "PR" if "PRESENT" in said else "CR"
    return "PR" if _percent(total, baseline) <= -30 else "SD"


def _all_gone(visit: Sequence[Row]) -> bool:
    return all(
        row["TRSTRESN"] is not None and float(row["TRSTRESN"]) < (10 if row["TRTESTCD"] == "LPERP" else 0.1)
        for row in visit
        if row["TRGRPID"] == "TARGET"
    )


def _percent(value: float, of: float) -> int:
    """Change in whole percent: 29.6 % less becomes 30 % less."""
    return round(100 * (value - of) / of) if of > 0 else (100 if value > 0 else 0)
