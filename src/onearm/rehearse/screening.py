"""Patients who were screened and never registered: consent, what was found, and the criterion that kept them out."""

from __future__ import annotations

from onearm.protocol.eligibility_parts import Criterion
from onearm.rehearse.draws import Draws
from onearm.rehearse.follow_up import write_demographics, write_judgement
from onearm.rehearse.forms import Forms
from onearm.rehearse.laboratory import Sampling, write_laboratory
from onearm.rehearse.patients import EntryDays, draw_person
from onearm.rehearse.scans import SCREENING
from onearm.rehearse.setting import Setting

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
    person = draw_person(setting, seed, key)
    consent = ended - draws.whole(2, LONGEST_DAYS)
    entry = EntryDays(consent, consent, ended, None, is_ineligible=True)
    cells = {"DSTERM": "INFORMED CONSENT OBTAINED", "DSDECOD": "INFORMED CONSENT OBTAINED"}
    forms.add("DS", consent, **cells, DSCAT="PROTOCOL MILESTONE", DSDTC=consent, DSSTDTC=consent)
    failed = _failed(setting, draws)
    term = "SCREEN FAILURE" if failed is None else f"SCREEN FAILURE: {failed.id.upper()}"
    forms.add("DS", ended, DSTERM=term, DSDECOD="SCREEN FAILURE", DSCAT="DISPOSITION EVENT", DSDTC=ended, DSSTDTC=ended)
    if failed is not None:
        write_judgement(forms, ended, failed.id.upper(), failed.kind, is_met=False)
    visit = Sampling(SCREENING, "SCREENING", consent + 1)
    forms.add(
        "SV",
        visit.day,
        VISITNUM=visit.number,
        VISIT=visit.label,
        SVPRESP="Y",
        SVOCCUR="Y",
        SVSTDTC=visit.day,
        SVENDTC=ended,
    )
    write_laboratory(setting, seed, key, person, [visit], None, ended, forms)
    write_demographics(person, entry, None, None, ended, forms)
    return forms


def _failed(setting: Setting, draws: Draws) -> Criterion | None:
    """The criterion that was not met, any of the protocol's with the same chance; None where it has none."""
    criteria = setting.protocol.population.criteria
    return criteria[draws.whole(0, len(criteria) - 1)] if criteria else None
