"""Everything about the patient beside scans and doses: entry, history, harm, other therapy, survival, disposition."""

from __future__ import annotations

import datetime as dt

from onearm.protocol.eligibility_parts import Criterion
from onearm.records.schema_treatment import ANTICANCER_CATEGORY
from onearm.rehearse.draws import Draws
from onearm.rehearse.forms import Forms
from onearm.rehearse.patients import Course, EntryDays, Person
from onearm.rehearse.scans import Scans
from onearm.rehearse.setting import EPOCH, Setting
from onearm.rehearse.treatment import Treatment

CONTACT_DAYS = 84
"""How often survival is asked for."""
SECOND_LINE = ("LENVATINIB", "SORAFENIB", "REGORAFENIB", "RAMUCIRUMAB")
FIRST_LINE = ("LENVATINIB", "SORAFENIB")


def write_entry(
    setting: Setting,
    seed: int,
    number: int,
    person: Person,
    entry: EntryDays,
    failed: Criterion | None,
    forms: Forms,
) -> None:
    """Consent, registration, the criterion that is not met, history and earlier therapy."""
    for decoded, day in (("INFORMED CONSENT OBTAINED", entry.consent), ("REGISTERED", entry.registration)):
        forms.add("DS", day, DSTERM=decoded, DSDECOD=decoded, DSCAT="PROTOCOL MILESTONE", DSDTC=day, DSSTDTC=day)
    write_judgements(setting, entry.registration, failed, is_ineligible=entry.is_ineligible, forms=forms)
    if entry.is_ineligible:
        _deviation(
            forms, entry.registration + 10, "REGISTERED AGAINST A CRITERION", "ELIGIBILITY", "MAJOR", entry.registration
        )
    draws = Draws(seed, number, "history")
    since = entry.consent - draws.whole(20, 400)
    write_diagnosis(forms, entry.consent, since)
    if person.cause != "OTHER":
        _history(forms, entry.consent, person.cause, "LIVER DISEASE", since - draws.whole(300, 6_000))
    if draws.chance(0.75):
        _history(forms, entry.consent, "LIVER CIRRHOSIS", "LIVER DISEASE", since - draws.whole(0, 300))
    if any(clock.family == "regorafenib" for clock in setting.clocks):
        ended = entry.consent - draws.whole(14, 60)
        began = ended - draws.whole(90, 400)
        drug = FIRST_LINE[draws.whole(0, 1)]
        for name in (drug, "CAMRELIZUMAB"):
            forms.add(
                "CM",
                entry.consent,
                CMTRT=name,
                CMDECOD=name,
                CMCAT=f"PRIOR {ANTICANCER_CATEGORY}",
                CMSTDTC=began,
                CMENDTC=ended,
            )


def write_judgements(
    setting: Setting, day: int, failed: Criterion | None, *, is_ineligible: bool, forms: Forms
) -> None:
    """The investigator's answer to each criterion that no value decides, and to the one that is not met."""
    population = setting.protocol.population
    criteria = (*population.criteria, *population.further_criteria)
    for criterion in criteria:
        unmet = is_ineligible and failed is not None and criterion.id == failed.id
        is_judged = criterion.variable is None and not (criterion.all or criterion.any or criterion.not_)
        if is_judged or unmet:
            write_judgement(forms, day, criterion.id.upper(), criterion.kind, is_met=not unmet)
    if failed is None and is_ineligible:
        write_judgement(forms, day, "INCL01", "inclusion", is_met=False)


def write_judgement(forms: Forms, day: int, name: str, kind: str, *, is_met: bool) -> None:
    """One answer: an inclusion criterion that is met is Y, an exclusion criterion that does not apply is N."""
    answer = "Y" if is_met == (kind == "inclusion") else "N"
    forms.add(
        "IE",
        day,
        IETESTCD=name,
        IETEST=f"{kind.capitalize()} criterion {name}",
        IECAT=kind.upper(),
        IEORRES=answer,
        IESTRESC=answer,
        IEDTC=day,
    )


def write_demographics(
    person: Person,
    entry: EntryDays,
    treatment: Treatment | None,
    death: int | None,
    origin: int,
    forms: Forms,
) -> None:
    """The one row of demographics; ``death`` is None where nobody knows of one."""
    first = entry.first_dose
    last = None if treatment is None else origin + treatment.last_dose
    consented = EPOCH + dt.timedelta(days=entry.consent)
    birth_year = consented.year - person.age - (1 if person.birth_month > consented.month else 0)
    forms.add(
        "DM",
        entry.consent,
        {"DTHFL": None},
        SUBJID=forms.subject.rsplit("-", 1)[1],
        SITEID=person.site,
        RFICDTC=entry.consent,
        RFSTDTC=first,
        RFXSTDTC=first,
        RFXENDTC=last,
        BRTHDTC=f"{birth_year}-{person.birth_month:02d}",
        AGE=str(person.age),
        AGEU="YEARS",
        SEX=person.sex,
        DTHDTC=death,
        DTHFL="Y" if death is not None else None,
        DMDTC=entry.consent,
    )


def write_disposition(
    setting: Setting,
    seed: int,
    number: int,
    course: Course,
    scans: Scans,
    treatment: Treatment | None,
    origin: int,
    forms: Forms,
) -> None:
    """End of treatment, procedures, other therapy, contacts, leaving and death."""
    draws = Draws(seed, number, "disposition")
    gone = min(course.death, course.leaves)
    if treatment is not None:
        day = origin + treatment.stop
        if treatment.stop <= gone:
            _disposition(forms, day, treatment.reason, "STUDY TREATMENT")
    if scans.resection is not None:
        day = origin + scans.resection
        forms.add(
            "PR",
            day,
            PRTRT="LIVER RESECTION",
            PRDECOD="RESECTION",
            PRCAT="CONVERSION SURGERY",
            PRLOC="LIVER",
            PROCCUR="Y",
            PRSTDTC=day,
        )
    _write_therapy(setting, draws, course, scans, treatment, origin, forms)
    _write_contacts(draws, course, origin, setting.horizon(origin), forms)
    if course.death < course.leaves:
        _write_death(setting, draws, course, treatment, origin, forms)
    else:
        _disposition(forms, origin + course.leaves, course.leaves_by, "STUDY PARTICIPATION")
    for planned in scans.missed:
        late = origin + planned + (setting.calendar.window_days or 0)
        _deviation(forms, late, "PLANNED SCAN NOT MADE", "ASSESSMENT", "MINOR", origin + planned)


def _write_therapy(
    setting: Setting,
    draws: Draws,
    course: Course,
    scans: Scans,
    treatment: Treatment | None,
    origin: int,
    forms: Forms,
) -> None:
    after, wait = draws.chance(setting.scenario.number("therapy_after_progression")), draws.whole(14, 60)
    drug = SECOND_LINE[draws.whole(0, len(SECOND_LINE) - 1)]
    begins: int | None = None
    if scans.progression is not None or (treatment is not None and treatment.reason == "CLINICAL PROGRESSION"):
        begins = treatment.stop + wait if treatment is not None and after else None
    elif treatment is not None and course.early_therapy == treatment.stop:
        begins = treatment.stop
    if begins is None or begins >= min(course.death, course.leaves):
        return
    day = origin + begins
    cancer = "HEPATOCELLULAR CARCINOMA"
    forms.add("CM", day, CMTRT=drug, CMDECOD=drug, CMCAT=ANTICANCER_CATEGORY, CMINDC=cancer, CMSTDTC=day)


def _write_contacts(draws: Draws, course: Course, origin: int, horizon: int, forms: Forms) -> None:
    gone = min(course.death, course.leaves)
    day = CONTACT_DAYS + draws.whole(-5, 10)
    while day < min(gone, horizon):
        _status(forms, origin + day, "ALIVE")
        day += CONTACT_DAYS + draws.whole(-5, 10)


def _write_death(
    setting: Setting, draws: Draws, course: Course, treatment: Treatment | None, origin: int, forms: Forms
) -> None:
    day = origin + course.death
    near = treatment is not None and course.death <= treatment.last_dose + 30
    related = draws.chance(setting.scenario.number("related_death")) and near
    cause = "ADVERSE EVENT" if related else "DISEASE PROGRESSION"
    _disposition(forms, day, "DEATH", "STUDY PARTICIPATION")
    _status(forms, day, "DEAD")
    forms.add("DD", day, DDTESTCD="PRCDTH", DDTEST="Primary Cause of Death", DDORRES=cause, DDSTRESC=cause, DDDTC=day)
    if related:
        forms.add(
            "AE",
            day,
            AETERM="LIVER FAILURE",
            AEDECOD="Hepatic failure",
            AEBODSYS="Hepatobiliary disorders",
            AETOXGR="5",
            AESER="Y",
            AESDTH="Y",
            AEREL="RELATED TO STUDY TREATMENT",
            AEACN="NOT APPLICABLE",
            AEOUT="FATAL",
            AESTDTC=day,
            AEENDTC=day,
        )


def _status(forms: Forms, day: int, status: str) -> None:
    forms.add("SS", day, SSTESTCD="SURVSTAT", SSTEST="Survival Status", SSORRES=status, SSSTRESC=status, SSDTC=day)


def _disposition(forms: Forms, day: int, decoded: str, scope: str) -> None:
    forms.add(
        "DS", day, DSTERM=decoded, DSDECOD=decoded, DSCAT="DISPOSITION EVENT", DSSCAT=scope, DSDTC=day, DSSTDTC=day
    )


def write_diagnosis(forms: Forms, consent: int, since: int) -> None:
    """The cancer in the medical history."""
    _history(forms, consent, "HEPATOCELLULAR CARCINOMA", "DIAGNOSIS", since)


def _history(forms: Forms, consent: int, term: str, category: str, since: int) -> None:
    forms.add("MH", consent, MHTERM=term, MHDECOD=term, MHCAT=category, MHDTC=consent, MHSTDTC=since)


def _deviation(forms: Forms, known: int, term: str, decoded: str, category: str, day: int) -> None:
    forms.add("DV", known, DVTERM=term, DVDECOD=decoded, DVCAT=category, DVSTDTC=day)
