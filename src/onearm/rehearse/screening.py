"""Patients who were screened and never registered: consent, what was found, and the criterion that kept them out."""

from __future__ import annotations

from onearm.rehearse.criteria import Found, ways_to_fail, within_criteria, write_found
from onearm.rehearse.draws import Draws
from onearm.rehearse.follow_up import write_demographics, write_diagnosis, write_judgement
from onearm.rehearse.forms import Forms
from onearm.rehearse.laboratory import Sampling, write_laboratory
from onearm.rehearse.patients import EntryDays, draw_person
from onearm.rehearse.scans import SCREENING
from onearm.rehearse.setting import Setting
from onearm.rehearse.visits import Visit, write_kept, write_performance, write_vital_signs

LONGEST_DAYS = 12
"""From consent to the end of screening."""

MOST_IN_A_ROW = 5

_FIRST_KEY = 1_000_000
"""Keys of their random numbers lie above those of the registered patients."""


def count_failures(setting: Setting, seed: int, number: int) -> int:
    """How many patients fail screening between the registration of patient ``number - 1`` and that of ``number``."""
    draws = Draws(seed, number, "screen failures")
    share = setting.scenario.number("screen_failure")
    count = 0
    while count < MOST_IN_A_ROW and draws.chance(share):
        count += 1
    return count


def write_screen_failure(setting: Setting, seed: int, number: int, ended: int) -> Forms:
    """Every form of the screen failure ``number`` (from 1), whose screening ended on a day since 1970-01-01."""
    forms = Forms(setting.study, f"{setting.study}-F{number:03d}")
    key = _FIRST_KEY + number
    draws = Draws(seed, key, "screening")
    person = within_criteria(setting.protocol, draw_person(setting, seed, key)).person
    consent = ended - draws.whole(2, LONGEST_DAYS)
    entry = EntryDays(consent, consent, ended, None, is_ineligible=True)
    cells = {"DSTERM": "INFORMED CONSENT OBTAINED", "DSDECOD": "INFORMED CONSENT OBTAINED"}
    forms.add("DS", consent, **cells, DSCAT="PROTOCOL MILESTONE", DSDTC=consent, DSSTDTC=consent)
    ways = ways_to_fail(setting, person) or [Found(person)]
    found = ways[draws.whole(0, len(ways) - 1)]
    person, failed = found.person, found.criterion
    term = "SCREEN FAILURE" if failed is None else f"SCREEN FAILURE: {failed.id.upper()}"
    forms.add("DS", ended, DSTERM=term, DSDECOD="SCREEN FAILURE", DSCAT="DISPOSITION EVENT", DSDTC=ended, DSSTDTC=ended)
    if failed is not None:
        write_judgement(forms, ended, failed.id.upper(), failed.kind, is_met=False)
    visit = Visit(SCREENING, "SCREENING", consent + 1, with_scan=False)
    write_kept(visit, ended, forms)
    write_diagnosis(forms, consent, consent - setting.scenario.whole("examined_before_days"))
    write_found(setting, found, consent, forms)
    sampling = Sampling(visit.number, visit.label, visit.day)
    write_laboratory(setting, seed, key, person, [sampling], None, ended, forms, found.values)
    write_vital_signs(setting, seed, key, person, [visit], found.values, forms)
    write_performance(seed, key, person, [visit], forms)
    write_demographics(person, entry, None, None, ended, forms)
    return forms
