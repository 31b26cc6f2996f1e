"""Scans as the site's reader enters them: lesions found (TU), what was seen in each (TR), visits kept or missed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from onearm.plan.calendar import planned_scan_days, scan_windows
from onearm.rehearse.draws import Draws
from onearm.rehearse.forms import Forms
from onearm.rehearse.patients import Course, EntryDays, Lesion
from onearm.rehearse.setting import Setting

TOO_SMALL_MM = 5.0
"""A lesion smaller than this is seen and not measured."""
GONE_MM = 1.5
"""A lesion smaller than this is not seen."""
DEAD_SHARE = 0.35
"""A liver lesion of which less than this share lives shows no enhancement."""
LONGEST_MM = 400
"""No reader finds more: the field of view ends."""
SCREENING = "0"
"""VISITNUM of the screening visit."""


@dataclass
class Scans:
    """What the scans of one patient came to, in days after the anchor."""

    kept: list[tuple[int, int, int]] = field(default_factory=list)
    """Planned day, day made, number of the planned scan."""
    missed: list[int] = field(default_factory=list)
    """Planned days of scans not made."""
    progression: int | None = None
    """Day of the scan on which the site saw progression: behaviour of the site, never written down."""
    last: int | None = None
    """Day after which no scan is made."""
    resection: int | None = None


def visit_number(day: int) -> str:
    """VISITNUM of a planned day after the anchor: its week, with a decimal where it is not a whole one."""
    weeks, rest = divmod(day, 7)
    return str(weeks) if not rest else f"{weeks}.{rest}"


def write_scans(
    setting: Setting, seed: int, number: int, entry: EntryDays, course: Course, anchor: int, forms: Forms
) -> Scans:
    """Write the lesions and scans of one patient, until progression is seen or the patient is gone."""
    reader = _Reader(setting, seed, number, course, anchor, forms)
    reader.baseline(entry.baseline_scan)
    timing = Draws(seed, number, "timing")
    scans = Scans()
    if entry.first_dose is None:
        return scans
    gone = min(course.death, course.leaves, course.early_therapy, course.clinical_progression)
    windows = scan_windows(setting.calendar, setting.horizon(anchor))
    goes_on = Draws(seed, number, "beyond").chance(setting.scenario.number("treat_beyond_progression"))
    for index, (first, last) in enumerate(windows, 1):
        planned = reader.planned[index - 1]
        day = _within(timing, planned, first, last)
        made = not timing.chance(setting.scenario.number("missed_scan"))
        if day >= gone or (scans.last is not None and planned > scans.last):
            break
        if not made:
            scans.missed.append(planned)
            continue
        scans.kept.append((planned, day, index))
        progressed = reader.follow_up(planned, day, scans.resection)
        if progressed and scans.progression is None:
            scans.progression = day
            following = reader.planned[index] if goes_on and index < len(windows) else planned
            scans.last = following
        elif scans.resection is None and scans.progression is None:
            scans.resection = _resection(setting, seed, number, index, day, gone, reader)
    return scans


def _within(timing: Draws, planned: int, first: int, last: int) -> int:
    """A day in the window, most often near the planned one."""
    spread = timing.uniform() - timing.uniform()
    wide = last - planned if spread > 0 else planned - first
    return min(last, max(first, planned + round(spread * wide)))


def _resection(
    setting: Setting, seed: int, number: int, index: int, day: int, gone: int, reader: _Reader
) -> int | None:
    """Day of a conversion resection after a deep response, now and then, where the protocol has a rule for it."""
    draws = Draws(seed, number, "resection")
    willing, wait = draws.chance(setting.scenario.number("resection")), draws.whole(21, 42)
    if not setting.resects or not willing or index < 2 or 10 * reader.lowest > 7 * reader.at_baseline:
        return None
    return day + wait if day + wait < gone else None


class _Reader:
    """The one reader of a site: reads each lesion with an error, rounds to whole millimetres, keeps the lesion list."""

    def __init__(self, setting: Setting, seed: int, number: int, course: Course, anchor: int, forms: Forms) -> None:
        self._setting, self._course, self._anchor, self._forms = setting, course, anchor, forms
        self._reading = Draws(seed, number, "reading")
        self._spoilt = Draws(seed, number, "spoilt")
        self._new = Draws(seed, number, "new lesion")
        self._viability = Draws(seed, number, "viability")
        self._site = self._new.one_of(("LIVER", 0.5), ("LUNG", 0.35), ("LYMPH NODE", 0.1), ("BONE", 0.05))
        self._new_is = ""
        self.at_baseline = 0
        self.lowest = 0
        self.planned = planned_scan_days(setting.calendar, setting.horizon(anchor))

    def baseline(self, day: int) -> None:
        """Find the lesions and measure them for the first time; at baseline each is measurable."""
        for lesion in self._course.lesions:
            self._identify(lesion.id, lesion.kind, lesion.location, SCREENING, "SCREENING", day)
            if lesion.kind == "TARGET":
                least = 15 if lesion.is_node else 10
                length = max(least, self._measure(lesion.size_mm))
                self._length(lesion, length, SCREENING, "SCREENING", day)
                self._viable(lesion, length, 0, SCREENING, "SCREENING", day)
                self.at_baseline += length
            else:
                self._state(lesion.id, lesion.kind, "PRESENT", SCREENING, "SCREENING", day)
        self.lowest = self.at_baseline

    def follow_up(self, planned: int, day: int, resection: int | None) -> bool:
        """Read one scan; returns whether the site sees progression on it."""
        visit, label = visit_number(planned), f"WEEK {visit_number(planned)}"
        total, complete = 0, True
        for lesion in self._course.lesions:
            if lesion.kind == "TARGET":
                length = self._target(lesion, visit, label, day, resection)
                complete &= length is not None
                total += length or 0
            else:
                self._non_target(lesion, visit, label, day)
        grown = 5 * total >= 6 * self.lowest and total - self.lowest >= 5
        if complete:
            self.lowest = min(self.lowest, total)
        elsewhere = day >= self._course.non_target_progression
        appeared = self._new_lesion(visit, label, day)
        return grown or elsewhere or appeared

    def _target(self, lesion: Lesion, visit: str, label: str, day: int, resection: int | None) -> int | None:
        size = lesion.size_at(day)
        read = self._measure(size)
        spoilt = self._spoilt.chance(self._setting.scenario.number("lesion_not_assessed"))
        if resection is not None and day >= resection and lesion.location == "LIVER":
            self._state(lesion.id, lesion.kind, "TREATED", visit, label, day)
            return None
        if spoilt:
            self._not_done(lesion, visit, label, day)
            return None
        if size < GONE_MM:
            self._state(lesion.id, lesion.kind, "ABSENT", visit, label, day)
            return 0
        if size < TOO_SMALL_MM:
            self._state(lesion.id, lesion.kind, "TOO SMALL TO MEASURE", visit, label, day)
            return round(TOO_SMALL_MM)
        length = max(round(TOO_SMALL_MM), read)
        self._length(lesion, length, visit, label, day)
        self._viable(lesion, length, day, visit, label, day)
        return read

    def _non_target(self, lesion: Lesion, visit: str, label: str, day: int) -> None:
        state = "ABSENT" if lesion.size_at(day) < 0.25 * lesion.size_mm else "PRESENT"
        first = next(one for one in self._course.lesions if one.kind == "NON-TARGET")
        if lesion is first and day >= self._course.non_target_progression:
            state = "UNEQUIVOCAL PROGRESSION"
        self._state(lesion.id, lesion.kind, state, visit, label, day)

    def _new_lesion(self, visit: str, label: str, day: int) -> bool:
        """A new lesion: equivocal at first now and then, and then real or gone. Returns whether it is beyond doubt."""
        if day < self._course.new_lesion or self._new_is == "NONE":
            return False
        scenario = self._setting.scenario
        if not self._new_is:
            self._identify("NEW01", "NEW", self._site, visit, label, day)
            doubtful = self._new.chance(scenario.number("equivocal_share"))
            self._new_is = "EQUIVOCAL" if doubtful else "UNEQUIVOCAL"
        elif self._new_is == "EQUIVOCAL":
            real = self._new.chance(scenario.number("equivocal_confirmed"))
            self._new_is = "UNEQUIVOCAL" if real else "NONE"
        if self._new_is != "NONE":
            self._state("NEW01", "NEW", self._new_is, visit, label, day)
            if self._site == "LIVER":
                self._nodule(day, visit, label)
        return self._new_is == "UNEQUIVOCAL"

    def _nodule(self, day: int, visit: str, label: str) -> None:
        """Size and pattern of the new liver nodule: what is beyond doubt is enhanced, washes out and grows."""
        certain = self._new_is == "UNEQUIVOCAL"
        size = 12 + (day - self._course.new_lesion) // 14 if certain else 8
        text = str(min(LONGEST_MM, size))
        cells = {"TRTESTCD": "LDIAM", "TRTEST": "Longest Diameter", "TRORRES": text, "TRORRESU": "mm"}
        self._result("NEW01", "NEW", visit, label, day, cells | {"TRSTRESC": text, "TRSTRESN": text, "TRSTRESU": "mm"})
        for code, words, seen in (
            ("ARTENH", "Arterial Phase Enhancement", True),
            ("WASHOUT", "Washout", certain),
        ):
            answer = "Y" if seen else "N"
            cells = {"TRTESTCD": code, "TRTEST": words, "TRORRES": answer, "TRSTRESC": answer}
            self._result("NEW01", "NEW", visit, label, day, cells)

    def _measure(self, size: float) -> int:
        """One reading in whole millimetres, half up, with a lognormal error of the scenario's variation."""
        error = self._setting.scenario.number("reading_cv")
        return min(LONGEST_MM, math.floor(size * self._reading.lognormal(1.0, error) + 0.5))

    def _identify(self, lesion: str, kind: str, place: str, visit: str, label: str, day: int) -> None:
        self._forms.add(
            "TU",
            self._date(day, visit),
            TULNKID=lesion,
            TUTESTCD="TUMIDENT",
            TUTEST="Tumor Identification",
            TUORRES=kind,
            TULOC=place,
            TUMETHOD="CT SCAN",
            TUEVAL="INVESTIGATOR",
            VISITNUM=visit,
            VISIT=label,
            TUDTC=self._date(day, visit),
        )

    def _length(self, lesion: Lesion, length: int, visit: str, label: str, day: int) -> None:
        code, words = ("LPERP", "Longest Perpendicular") if lesion.is_node else ("LDIAM", "Longest Diameter")
        text = str(length)
        self._result(
            lesion.id, lesion.kind, visit, label, day,
            {"TRTESTCD": code, "TRTEST": words, "TRORRES": text, "TRORRESU": "mm"}
            | {"TRSTRESC": text, "TRSTRESN": text, "TRSTRESU": "mm"},
        )  # fmt: skip

    def _viable(self, lesion: Lesion, length: int, treated_days: int, visit: str, label: str, day: int) -> None:
        """The viable diameter of a liver lesion: at baseline the whole one, later what has not died.

        The more a lesion shrinks, the more of it is dead; below a share of the whole nothing is enhanced any more.
        """
        if lesion.location != "LIVER":
            return
        alive = length
        if treated_days > 0:
            share = min(1.0, lesion.size_at(treated_days) / lesion.size_mm) * self._viability.lognormal(1.0, 0.1)
            alive = 0 if share < DEAD_SHARE else min(length, math.floor(length * min(1.0, share) + 0.5))
        text = str(alive)
        self._result(
            lesion.id, lesion.kind, visit, label, day,
            {"TRTESTCD": "VDIAM", "TRTEST": "Viable Diameter", "TRORRES": text, "TRORRESU": "mm"}
            | {"TRSTRESC": text, "TRSTRESN": text, "TRSTRESU": "mm"},
        )  # fmt: skip

    def _state(self, lesion: str, kind: str, state: str, visit: str, label: str, day: int) -> None:
        cells = {"TRTESTCD": "TUMSTATE", "TRTEST": "Tumor State", "TRORRES": state, "TRSTRESC": state}
        self._result(lesion, kind, visit, label, day, cells)

    def _not_done(self, lesion: Lesion, visit: str, label: str, day: int) -> None:
        code, words = ("LPERP", "Longest Perpendicular") if lesion.is_node else ("LDIAM", "Longest Diameter")
        cells = {"TRTESTCD": code, "TRTEST": words, "TRSTAT": "NOT DONE", "TRREASND": "IMAGE NOT READABLE"}
        self._result(lesion.id, lesion.kind, visit, label, day, cells)

    def _result(self, lesion: str, kind: str, visit: str, label: str, day: int, cells: dict[str, str]) -> None:
        date = self._date(day, visit)
        self._forms.add(
            "TR",
            date,
            TRGRPID=kind,
            TRLNKID=lesion,
            TRMETHOD="CT SCAN",
            TREVAL="INVESTIGATOR",
            VISITNUM=visit,
            VISIT=label,
            TRDTC=date,
            **cells,
        )

    def _date(self, day: int, visit: str) -> int:
        return day if visit == SCREENING else self._anchor + day
