"""Clinic visits: which were kept (SV), vital signs (VS), performance and questionnaires (QS)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from onearm.rehearse.draws import Draws
from onearm.rehearse.forms import Forms
from onearm.rehearse.laboratory import Sampling, write_laboratory
from onearm.rehearse.patients import EntryDays, Person
from onearm.rehearse.scans import SCREENING, Scans, visit_number
from onearm.rehearse.setting import Setting
from onearm.rehearse.treatment import Treatment

FIRST_DAY = "0.1"
"""VISITNUM of the day of the first dose."""


FOLLOW_UP_DAYS, FOLLOW_UP_KEPT = 30, 0.85
"""Safety follow-up: days after the end of treatment, and the assumed share of patients who come."""


QUESTIONNAIRES = (("QLQ-C30", 1, 30), ("QLQ-HCC18", 31, 48))
"""Instrument with the numbers of its items: answers as given, 1 to 4, and 1 to 7 in items 29 and 30."""


ASCITES = {7: "MILD", 8: "MODERATE"}
"""Child-Pugh points → the ascites that explains them beside a low albumin."""


class Visit(NamedTuple):
    """One visit to the clinic."""

    number: str
    label: str
    day: int
    """Date, since 1970-01-01."""
    with_scan: bool
    for_dose: bool = False
    """Made for a dose alone: its numbers come from draws of their own, so that a delay shifts no other visit."""


def write_visits(
    setting: Setting,
    seed: int,
    number: int,
    person: Person,
    entry: EntryDays,
    scans: Scans,
    treatment: Treatment | None,
    gone: int,
    origin: int,
    found: Mapping[str, float],
    forms: Forms,
) -> None:
    """Write every visit of one patient with its measurements; ``gone`` is the first day without the patient.

    ``found`` are values of the screening by LBTESTCD or VSTESTCD, in place of those drawn.
    """
    visits = [Visit(SCREENING, "SCREENING", entry.consent, with_scan=True)]
    if treatment is not None:
        visits += _visits(setting, seed, number, scans, treatment, gone, origin)
    for visit in visits:
        ends = entry.registration if visit.number == SCREENING else visit.day
        write_kept(visit, ends, forms)
    window = setting.calendar.window_days or 0
    for planned in scans.missed:
        name = visit_number(planned)
        forms.add(
            "SV",
            origin + planned + window,
            VISITNUM=name,
            VISIT=f"WEEK {name}",
            SVPRESP="Y",
            SVOCCUR="N",
            SVREASOC="PATIENT DID NOT COME",
        )
    samplings = [Sampling(visit.number, visit.label, visit.day) for visit in visits]
    late = None if treatment is None else _follow_up(setting, seed, number, visits, treatment, gone, origin)
    sampling = None if late is None else Sampling(late.number, late.label, late.day)
    write_laboratory(setting, seed, number, person, samplings, treatment, origin, forms, found, sampling)
    if late is not None:
        _write_follow_up(seed, number, person, late, forms)
    write_vital_signs(setting, seed, number, person, visits, found, forms)
    write_performance(seed, number, person, visits, forms)
    if setting.asks_quality_of_life:
        progression = None if scans.progression is None else origin + scans.progression
        _write_questionnaires(setting, seed, number, [visit for visit in visits if visit.with_scan], progression, forms)


def _visits(
    setting: Setting, seed: int, number: int, scans: Scans, treatment: Treatment, gone: int, origin: int
) -> list[Visit]:
    """The first day, a visit at each scan, and one at each cycle of the shortest clock that is not near a scan."""
    draws = Draws(seed, number, "visits")
    every = min(clock.every_days for clock in setting.clocks)
    planned_scans = [planned for planned, _, _ in scans.kept] + scans.missed
    near = (setting.calendar.window_days or 0) + 3
    found = [(0, Visit(FIRST_DAY, "DAY 1", origin + treatment.first, with_scan=False))]
    for planned, day, _ in scans.kept:
        name = visit_number(planned)
        found.append((planned, Visit(name, f"WEEK {name}", origin + day, with_scan=True)))
    for planned in range(every, treatment.stop + 1, every):
        day = planned + draws.whole(-1, 2)
        if day < min(gone, treatment.stop + 1) and all(abs(planned - scan) > near for scan in planned_scans):
            name = visit_number(planned)
            found.append((planned, Visit(name, f"WEEK {name}", origin + day, with_scan=False)))
    visits = [visit for _, visit in sorted(found, key=lambda one: one[0])]
    return sorted([*visits, *_cycle_visits(setting, visits, treatment, gone, origin)], key=lambda one: one.day)


def _cycle_visits(setting: Setting, visits: list[Visit], treatment: Treatment, gone: int, origin: int) -> list[Visit]:
    """A visit on each day of a cycle that has none in the days before it: tests are made for the dose of that day.

    Tablets have a second visit in the cycle, and regorafenib
    weekly ones at first, for blood pressure. The days are those of the doses, so they follow every delay.
    """
    beside = setting.scenario.whole("tests_before_dose_days")
    second = setting.scenario.whole("second_visit_of_tablets_day") - 1
    wanted: dict[int, str] = {}
    for clock in setting.clocks:
        for cycle, day in enumerate(treatment.attended[clock.id], 1):
            wanted.setdefault(day, f"{clock.name} CYCLE {cycle}")
            if clock.days_on > 1 and day + second <= min(treatment.last_dose, treatment.stop - 1, gone - 1):
                wanted.setdefault(day + second, f"{clock.name} CYCLE {cycle} DAY {second + 1}")
        if clock.family == "regorafenib" and treatment.attended[clock.id]:
            for week in range(1, setting.scenario.whole("weekly_visits_of_tablets") + 1):
                day = treatment.attended[clock.id][0] + 7 * week
                if day <= min(treatment.last_dose, gone - 1):
                    wanted.setdefault(day, f"{clock.name} WEEK {week}")
    held = {visit.day - origin for visit in visits}
    found: list[Visit] = []
    beside_it: dict[str, int] = {}
    for day in sorted(wanted):
        if any(before in held for before in range(day - beside, day + 1)):
            continue
        held.add(day)
        last = max((visit for visit in visits if visit.day <= origin + day), key=lambda visit: visit.day).number
        beside_it[last] = beside_it.get(last, 0) + 1
        found.append(
            Visit(_number_after(last, beside_it[last]), wanted[day], origin + day, with_scan=False, for_dose=True)
        )
    return found


def _follow_up(
    setting: Setting, seed: int, number: int, visits: Sequence[Visit], treatment: Treatment, gone: int, origin: int
) -> Visit | None:
    """The visit after the end of treatment, for patients still on study then; most come."""
    draws = Draws(seed, number, "safety follow-up")
    comes, day = draws.chance(FOLLOW_UP_KEPT), treatment.stop + FOLLOW_UP_DAYS + draws.whole(-4, 5)
    held = {visit.day - origin for visit in visits}
    if not comes or day >= min(gone, setting.horizon(origin)) or day in held:
        return None
    last = max((visit for visit in visits if visit.day <= origin + day), key=lambda visit: visit.day)
    return Visit(_number_after(last.number, 1), "SAFETY FOLLOW-UP", origin + day, with_scan=False)


def _write_follow_up(seed: int, number: int, person: Person, visit: Visit, forms: Forms) -> None:
    """The visit with weight, blood pressure and performance status."""
    draws = Draws(seed, number, "findings of the safety follow-up")
    write_kept(visit, visit.day, forms)
    weight = max(350, person.weight_tenth_kg + round(draws.normal(-18, 8)))
    systolic = round(draws.normal(128, 12))
    diastolic = min(systolic - 20, round(draws.normal(79, 8)))
    _vital_sign(forms, visit, "WEIGHT", "Weight", f"{weight // 10}.{weight % 10}", "kg")
    _vital_sign(forms, visit, "SYSBP", "Systolic Blood Pressure", str(systolic), "mmHg")
    _vital_sign(forms, visit, "DIABP", "Diastolic Blood Pressure", str(diastolic), "mmHg")
    ecog = min(3, person.ecog + draws.whole(0, 1))
    _answer(forms, visit, "ECOG", "ECOG101", "ECOG Performance Status", str(ecog), "INVESTIGATOR")


def _number_after(visit: str, place: int) -> str:
    """VISITNUM of a visit between those of the scans: behind the one before it, so that numbers rise with the dates."""
    return f"{visit}{'' if '.' in visit else '.'}{place:02d}"


def write_kept(visit: Visit, ends: int, forms: Forms) -> None:
    """The row of SV of a visit that was made."""
    forms.add(
        "SV",
        visit.day,
        VISITNUM=visit.number,
        VISIT=visit.label,
        SVPRESP="Y",
        SVOCCUR="Y",
        SVSTDTC=visit.day,
        SVENDTC=ends,
    )


def write_vital_signs(
    setting: Setting,
    seed: int,
    number: int,
    person: Person,
    visits: Sequence[Visit],
    found: Mapping[str, float],
    forms: Forms,
) -> None:
    """Height once, weight and blood pressure at every visit; at screening within the limits of entry."""
    highest = [setting.scenario.whole(f"entry_highest_{name}") for name in ("systolic", "diastolic")]
    draws = Draws(seed, number, "vital signs")
    _vital_sign(forms, visits[0], "HEIGHT", "Height", str(person.height_cm), "cm")
    of_doses = Draws(seed, number, "vital signs at doses")
    index = -1
    for visit in visits:
        index += not visit.for_dose
        own = of_doses if visit.for_dose else draws
        drift = round(own.normal(-1.5 * min(index, 12), 8)) if index or visit.for_dose else 0
        weight = max(350, person.weight_tenth_kg + drift)
        _vital_sign(forms, visit, "WEIGHT", "Weight", f"{weight // 10}.{weight % 10}", "kg")
        systolic, drawn = round(own.normal(128, 12)), round(own.normal(79, 8))
        diastolic = min(systolic - 20, drawn)
        if not index and not visit.for_dose:
            systolic = round(found.get("SYSBP", min(systolic, highest[0])))
            diastolic = round(found.get("DIABP", min(diastolic, highest[1])))
        _vital_sign(forms, visit, "SYSBP", "Systolic Blood Pressure", str(systolic), "mmHg")
        _vital_sign(forms, visit, "DIABP", "Diastolic Blood Pressure", str(diastolic), "mmHg")


def _vital_sign(forms: Forms, visit: Visit, code: str, name: str, value: str, unit: str) -> None:
    forms.add(
        "VS",
        visit.day,
        VSTESTCD=code,
        VSTEST=name,
        VSORRES=value,
        VSORRESU=unit,
        VSSTRESC=value,
        VSSTRESN=value,
        VSSTRESU=unit,
        VISITNUM=visit.number,
        VISIT=visit.label,
        VSDTC=visit.day,
    )


def write_performance(seed: int, number: int, person: Person, visits: Sequence[Visit], forms: Forms) -> None:
    """Child-Pugh components and score at screening, performance status at every visit."""
    draws = Draws(seed, number, "performance")
    ascites = ASCITES.get(person.child_pugh, "NONE")
    for code, name, words in (
        ("CPS0101", "Child-Pugh: Encephalopathy", "NONE"),
        ("CPS0102", "Child-Pugh: Ascites", ascites),
        ("CHPSCORE", "Child-Pugh Score", str(person.child_pugh)),
    ):
        _answer(forms, visits[0], "CHILD-PUGH", code, name, words, "INVESTIGATOR")
    ecog = person.ecog
    for index, visit in enumerate(visits):
        if index and not visit.for_dose:
            ecog = min(3, max(0, ecog + int(draws.one_of(("0", 0.9), ("1", 0.06), ("-1", 0.04)))))
        _answer(forms, visit, "ECOG", "ECOG101", "ECOG Performance Status", str(ecog), "INVESTIGATOR")


def _write_questionnaires(
    setting: Setting, seed: int, number: int, visits: list[Visit], progression: int | None, forms: Forms
) -> None:
    """Answers around the patient's own level, which rises in the weeks before a progression and stays up after it.

    Now and then an item, or the whole sheet, is left empty; a sheet that was not filled in says why.
    """
    worsening, weeks = setting.scenario.number("quality_worsening"), setting.scenario.whole("quality_worsens_weeks")
    draws = Draws(seed, number, "questionnaires")
    burden = min(0.8, max(0.05, draws.normal(0.3, 0.15)))
    for visit in visits:
        if draws.chance(setting.scenario.number("sheet_missing")):
            _sheets_missing(visit, forms)
            continue
        ahead = 7 * weeks if progression is None else max(0, progression - visit.day)
        level = min(0.95, burden + worsening * max(0.0, 1 - ahead / (7 * weeks)))
        for instrument, first, last in QUESTIONNAIRES:
            code = instrument.replace("QLQ-", "")
            for item in range(first, last + 1):
                share = min(0.999, max(0.0, draws.normal(level, 0.22)))
                empty = draws.chance(0.01)
                answer = str(7 - int(7 * share)) if item in (29, 30) else str(1 + int(4 * share))
                name = f"{code}{item:02d}"
                words = f"{instrument} item {item}"
                _answer(forms, visit, instrument, name, words, None if empty else answer, "STUDY SUBJECT")


def _sheets_missing(visit: Visit, forms: Forms) -> None:
    """A row for each questionnaire that was not filled in, with the reason."""
    for instrument, first, _ in QUESTIONNAIRES:
        code = instrument.replace("QLQ-", "")
        forms.add(
            "QS",
            visit.day,
            QSTESTCD=f"{code}{first:02d}",
            QSTEST=f"{instrument} item {first}",
            QSCAT=instrument,
            QSSTAT="NOT DONE",
            QSREASND="SHEET NOT FILLED IN",
            QSEVAL="STUDY SUBJECT",
            VISITNUM=visit.number,
            VISIT=visit.label,
            QSDTC=visit.day,
        )


def _answer(forms: Forms, visit: Visit, category: str, code: str, name: str, value: str | None, who: str) -> None:
    forms.add(
        "QS",
        visit.day,
        QSTESTCD=code,
        QSTEST=name,
        QSCAT=category,
        QSORRES=value,
        QSSTRESC=value,
        QSSTRESN=value if value is not None and value.isdigit() else None,
        QSSTAT="NOT DONE" if value is None else None,
        QSREASND="LEFT EMPTY" if value is None else None,
        QSEVAL=who,
        VISITNUM=visit.number,
        VISIT=visit.label,
        QSDTC=visit.day,
    )
