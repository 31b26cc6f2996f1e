"""Adverse events by family of drugs, and what is done with the treatment for a severe one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from onearm.protocol.check_safety import short_name
from onearm.rehearse.draws import Draws
from onearm.rehearse.forms import SUPPLEMENT, Cell, Forms
from onearm.rehearse.patients import Person
from onearm.rehearse.scenario import read_table
from onearm.rehearse.setting import Clock, Setting

NOT_CHANGED = "DOSE NOT CHANGED"
INTERRUPTED = "DRUG INTERRUPTED"
REDUCED = "DOSE REDUCED"
WITHDRAWN = "DRUG WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Harm:
    """One adverse event; days count from the origin."""

    event: Mapping[str, str]
    """Its row of ``adverse_events.csv``."""
    onset: int
    ends: int | None
    """None where its end is not seen."""
    grade: int
    is_serious: bool
    action: str
    """What was done with the components of its family."""

    @property
    def family(self) -> str:
        """The family of drugs to which it is put down."""
        return self.event["family"]

    @property
    def reason(self) -> str:
        """The reason of a dose that was held or reduced for it."""
        return f"ADVERSE EVENT: {self.event['decoded'].upper()}"


def draw_harm(
    setting: Setting,
    seed: int,
    number: int,
    person: Person,
    days: Mapping[str, Sequence[int]],
    period: tuple[int, int],
    gone: int,
) -> list[Harm]:
    """The adverse events of the families of drugs that the patient gets, each once, from its own onset.

    ``days`` are those of administration by component; ``period`` the first day of treatment and the first without it.
    """
    draws = Draws(seed, number, "harm")
    actions = Draws(seed, number, "actions taken")
    worst = Draws(seed, number, "life-threatening harm")
    first, stop = period
    of_family = _days_of_families(setting, days)
    found: list[Harm] = []
    for event in _catalogue():
        rate, severe = float(event["any_grade"]), float(event["grade_3"])
        happens, drawn = draws.chance(rate), draws.uniform()
        grade = 3 if draws.chance(severe / rate) else 1 + draws.whole(0, 1)
        lasts, serious = max(1, round(draws.lognormal(14, 0.8))), draws.chance(0.3)
        acted = actions.one_of((INTERRUPTED, 0.6), (REDUCED, 0.2), (WITHDRAWN, 0.2))
        if worst.chance(float(event["of_them_grade_4"])) and grade == 3:
            grade = 4
        given = of_family.get(event["family"], [])
        if event["family"] not in of_family or not happens or event["only_with"] not in ("", person.cause):
            continue
        onset = first + int(180 * drawn**2)
        ends: int | None = onset + lasts
        if event["onset"] == "at a dose":
            # What comes of a procedure is seen on the day of one, and is over by a later one.
            onset = given[int(drawn * len(given))] if given else stop + gone
            ends = next((day for day in given if day > onset), None)
        if onset >= min(stop + 30, gone):
            continue
        action = _action(setting, acted, event["family"], onset, days) if grade >= 3 else NOT_CHANGED
        found.append(Harm(event, onset, ends, grade, grade >= 3 and serious, action))
    return found


def write_harm(setting: Setting, harm: Iterable[Harm], gone: int, origin: int, forms: Forms) -> None:
    """Write the events with what they are related to and what was done (AE, SUPPAE)."""
    for one in harm:
        is_over = one.ends is not None and one.ends < gone
        outcome = "RECOVERED/RESOLVED" if is_over else "UNKNOWN"
        forms.add(
            "AE",
            origin + one.onset,
            {"AEOUT": "NOT RECOVERED/NOT RESOLVED"},
            AETERM=one.event["term"].upper(),
            AEDECOD=one.event["decoded"],
            AEBODSYS=one.event["organ_class"],
            AETOXGR=str(one.grade),
            AESER="Y" if one.is_serious else "N",
            AESHOSP="Y" if one.is_serious else None,
            AESLIFE="Y" if one.is_serious and one.grade == 4 else None,
            AEREL="RELATED",
            AEACN=one.action,
            AEOUT=outcome,
            AESTDTC=origin + one.onset,
            AEENDTC=origin + one.ends if one.ends is not None and is_over else None,
            **_by_component(setting, one),
        )


def _days_of_families(setting: Setting, days: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {clock.family: [] for clock in setting.clocks}
    for clock in setting.clocks:
        found[clock.family] = sorted({*found[clock.family], *days[clock.id]})
    return found


def _action(setting: Setting, drawn: str, family: str, onset: int, days: Mapping[str, Sequence[int]]) -> str:
    """What was done, as the doses that follow can show it.

    A component is withdrawn only where no dose follows, reduced only where the protocol has levels, and held only where
    another dose is soon due and a later one after it.
    """
    clocks = [clock for clock in setting.clocks if clock.family == family]
    due = {clock.id: doses_after(setting, days[clock.id], onset) for clock in clocks}
    if not any(due.values()):
        return WITHDRAWN if drawn == WITHDRAWN else NOT_CHANGED
    if drawn == REDUCED and any(clock.lowest_level and due[clock.id] for clock in clocks):
        return REDUCED
    return INTERRUPTED if any(len(found) > 1 for found in due.values()) else NOT_CHANGED


def doses_after(setting: Setting, days: Sequence[int], onset: int) -> list[int]:
    """The administrations after an onset, if the next one is soon due; the first one of all is no answer to harm."""
    later = [day for day in days[1:] if day > onset]
    return later if later and later[0] <= onset + setting.scenario.whole("answer_to_harm_days") else []


def plan_changes(
    setting: Setting, clock: Clock, harm: Iterable[Harm], days: Sequence[int]
) -> tuple[dict[int, Harm], dict[int, tuple[int, Harm]]]:
    """The doses of one component that are held, by day, and the level from a day on, each with its event."""
    held: dict[int, Harm] = {}
    reduced: dict[int, tuple[int, Harm]] = {}
    level = 0
    for one in sorted(harm, key=lambda found: found.onset):
        later = doses_after(setting, days, one.onset)
        if one.family != clock.family or not later:
            continue
        if one.action == INTERRUPTED and len(later) > 1:
            held.setdefault(later[0], one)
        elif one.action == REDUCED and level < clock.lowest_level:
            level += 1
            reduced[later[0]] = (level, one)
    return held, reduced


def _by_component(setting: Setting, one: Harm) -> dict[str, Cell]:
    """Relation to each component and, of a severe event, what was done with it (SUPPAE)."""
    cells: dict[str, Cell] = {}
    for clock in setting.clocks:
        name = short_name(clock.id)
        is_related = clock.family == one.family
        cells[f"{SUPPLEMENT}REL{name}"] = "RELATED" if is_related else "NOT RELATED"
        if one.grade >= 3:
            cells[f"{SUPPLEMENT}ACN{name}"] = one.action if is_related else NOT_CHANGED
    return cells


@cache
def _catalogue() -> tuple[dict[str, str], ...]:
    return tuple(read_table("adverse_events.csv"))
