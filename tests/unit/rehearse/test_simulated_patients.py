"""The models behind simulated records, held against their formulas and the scenario's numbers."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pytest

from onearm.protocol import Protocol
from onearm.protocol.dosing_parts import DoseRules, Rounding
from onearm.rehearse import Scenario, load_scenario
from onearm.rehearse.forms import Forms
from onearm.rehearse.patients import Lesion, draw_course, draw_entry, draw_person
from onearm.rehearse.setting import Given, Setting, default_scenario, settle
from onearm.rehearse.treatment import dose_mg
from onearm.rehearse.trial import write_patient

N = 1_500


@pytest.fixture(scope="module")
def setting(staged_protocol: Protocol) -> Setting:
    return settle(staged_protocol, load_scenario("haic-first-line"))


@pytest.fixture(scope="module")
def forms(setting: Setting) -> list[Forms]:
    return [write_patient(setting, 21, number, setting.start_day) for number in range(1, N // 5 + 1)]


def near(share: float, expected: float, size: int) -> bool:
    """Within four standard errors of a share."""
    return abs(share - expected) < 4 * math.sqrt(expected * (1 - expected) / size)


def changed(**values: str) -> Scenario:
    """The first scenario with other values."""
    scenario = load_scenario("haic-first-line")
    others = {name: replace(scenario.assumptions[name], value=value) for name, value in values.items()}
    return Scenario("changed", MappingProxyType(dict(scenario.assumptions) | others))


def rows(forms: Forms, domain: str) -> list[dict[str, object]]:
    return [dict(entry.cells) for entry in forms.entries if entry.domain == domain]


@pytest.mark.parametrize(
    ("day", "factor"),
    [(0, 1.0), (100, math.exp(-0.6) + math.exp(0.1) - 1), (400, math.exp(-2.4) + math.exp(0.4) - 1)],
)
def test_a_lesion_follows_the_formula_of_stein(day: int, factor: float) -> None:
    lesion = Lesion("T01", "TARGET", "LIVER", False, 80.0, 0.006, 0.001)
    assert lesion.size_at(day) == pytest.approx(80 * factor)
    node = replace(lesion, location="LYMPH NODE", is_node=True, size_mm=24.0)
    assert node.size_at(day) == pytest.approx(6 + 18 * factor)


def test_the_largest_lesion_is_lognormal_as_the_scenario_says(setting: Setting) -> None:
    largest = [draw_course(setting, 1, n, draw_person(setting, 1, n)).lesions[0].size_mm for n in range(1, N + 1)]
    assert near(sum(size < 112 for size in largest) / N, 0.5, N)
    assert near(sum(size < 112 * math.exp(0.35) for size in largest) / N, 0.8413, N)


def test_rare_entries_come_as_often_as_the_scenario_says(setting: Setting) -> None:
    entries = [draw_entry(setting, 2, number, 20_000) for number in range(1, N + 1)]
    assert near(sum(entry.first_dose is None for entry in entries) / N, 0.02, N)
    assert near(sum(entry.is_ineligible for entry in entries) / N, 0.03, N)
    assert all(entry.consent < entry.baseline_scan < entry.registration for entry in entries)


def test_some_patients_are_refractory_and_some_never_grow_again(setting: Setting) -> None:
    courses = [draw_course(setting, 3, number, draw_person(setting, 3, number)) for number in range(1, N + 1)]
    refractory = sum(course.lesions[0].shrinkage == 0 for course in courses)
    assert near(refractory / N, 0.25, N)
    lasting = sum(course.lesions[0].growth == 0 for course in courses)
    assert near(lasting / (N - refractory), 0.12, N - refractory)


def test_frail_patients_die_sooner(setting: Setting) -> None:
    persons = [draw_person(setting, 4, number) for number in range(1, N + 1)]
    days = [draw_course(setting, 4, number, person).death for number, person in enumerate(persons, 1)]
    frail = [day for day, person in zip(days, persons, strict=True) if person.frailty_normal > 0]
    robust = [day for day, person in zip(days, persons, strict=True) if person.frailty_normal <= 0]
    assert statistics.median(frail) < 0.8 * statistics.median(robust)


def test_a_death_hazard_without_progression_is_exponential(staged_protocol: Protocol) -> None:
    setting = settle(staged_protocol, changed(death_ratio_progressed="1", frailty_sigma="0"))
    days = [draw_course(setting, 5, number, draw_person(setting, 5, number)).death for number in range(1, N + 1)]
    rate = setting.scenario.number("death_per_day")
    for day in (180, 365, 730):
        assert near(sum(one > day for one in days) / N, math.exp(-rate * day), N)


def test_scans_are_missed_as_often_as_the_scenario_says(forms: list[Forms]) -> None:
    visits = Counter(
        row["SVOCCUR"] for one in forms for row in rows(one, "SV") if row["SVOCCUR"] == "N" or _has_scan(one, row)
    )
    assert near(visits["N"] / visits.total(), 0.05, visits.total())


def _has_scan(forms: Forms, visit: dict[str, object]) -> bool:
    return visit["VISITNUM"] != "0" and any(row["VISITNUM"] == visit["VISITNUM"] for row in rows(forms, "TR"))


def test_a_reading_errs_by_the_variation_of_the_scenario(setting: Setting, forms: list[Forms]) -> None:
    errors = []
    for number, one in enumerate(forms, 1):
        lesion = draw_course(setting, 21, number, draw_person(setting, 21, number)).lesions[0]
        read = next(row for row in rows(one, "TR") if row["TRLNKID"] == "T01")
        errors.append(math.log(int(str(read["TRSTRESN"])) / lesion.size_mm))
    size = len(errors)
    assert abs(statistics.pstdev(errors) - 0.061) < 4 * 0.061 / math.sqrt(2 * size)
    assert abs(statistics.fmean(errors)) < 4 * 0.061 / math.sqrt(size)


def not_at_doses(forms: Forms, domain: str) -> list[dict[str, object]]:
    """Rows but for the questions asked at visits that are made for a dose or after the last one: they go where the
    doses go."""
    follow = ("CYCLE", "FOLLOW-UP")
    return [
        row for row in rows(forms, domain) if domain != "QS" or not any(word in str(row["VISIT"]) for word in follow)
    ]


@pytest.mark.parametrize(
    ("name", "value", "moves", "stays"),
    [
        ("dose_delay", "0.9", {"EX", "LB"}, {"TR", "TU", "QS", "SS"}),
        ("equivocal_share", "0.9", {"TR"}, {"IE", "MH", "SS"}),
        ("related_death", "1", {"AE", "DD"}, {"EX", "TR", "TU", "LB", "QS", "SS"}),
        ("component_stop_per_cycle", "0.3", {"EX", "LB"}, {"TR", "TU", "QS", "SS"}),
    ],
)
def test_one_purpose_never_shifts_another(
    staged_protocol: Protocol, setting: Setting, name: str, value: str, moves: set[str], stays: set[str]
) -> None:
    other = settle(staged_protocol, changed(**{name: value}))
    differing: set[str] = set()
    for number in range(1, 61):
        before = write_patient(setting, 8, number, 20_000)
        after = write_patient(other, 8, number, 20_000)
        differing |= {domain for domain in moves | stays if not_at_doses(before, domain) != not_at_doses(after, domain)}
    assert differing == moves


def test_doses_follow_weight_and_surface(setting: Setting) -> None:
    person = replace(draw_person(setting, 1, 1), weight_tenth_kg=600, height_cm=170)
    assert dose_mg(Given("A", 1200, "mg"), person) == "1200"
    assert dose_mg(Given("B", 15, "mg/kg"), person) == "900"
    assert dose_mg(Given("C", 85, "mg/m2"), person) == str(round(85 * math.sqrt(170 * 60 / 3600)))
    rules = DoseRules(bsa="mosteller", weight="baseline", rounding=Rounding(to_mg=Decimal(5)))
    assert dose_mg(Given("C", 85, "mg/m2"), person, rules) == "145"


def test_the_scenario_follows_the_treatment(staged_protocol: Protocol, second_protocol: Protocol) -> None:
    assert default_scenario(staged_protocol) == "haic-first-line"
    assert default_scenario(second_protocol) == "haic-second-line"


def test_what_the_protocol_says_is_not_assumed(staged_protocol: Protocol, second_protocol: Protocol) -> None:
    filled = {entry.name for entry in settle(staged_protocol, load_scenario("haic-first-line")).filled}
    assert filled == {"dose_oxaliplatin", "dose_leucovorin", "dose_fluorouracil"}
    bare = {entry.name for entry in settle(second_protocol, load_scenario("haic-second-line")).filled}
    assert {"start", "planned_size", "calendar_every_weeks", "every_haic", "dose_regorafenib"} <= bare
