"""Time to deterioration: each switch with a patient on either side of it."""

from __future__ import annotations

import datetime as dt

import pytest
from forms_by_hand import FIRST_DOSE, Patient, on, protocol_with, quality_of

from onearm.questionnaires.deterioration import (
    CENSORED,
    COMPETING,
    EVENT,
    TimedRow,
    TimeToDeterioration,
    cumulative_incidence,
    find_deterioration,
    time_to_deterioration,
)
from onearm.questionnaires.deterioration import Definition as D

WEEKS = (63, 126, 189, 252)


def patient(*levels: float | None, name: str = "P-1", baseline: float | None = 50) -> Patient:
    """Global health at baseline and at each planned visit, in sixths of the scale: 50 is the middle of it."""
    made = Patient(name)
    for day, level in zip((-3, *WEEKS), (baseline, *levels), strict=False):
        if level is not None:
            answers = {29: round(level * 6 / 100) + 1, 30: round((level - round(level * 6 / 100) * 100 / 6) * 12 / 100)}
            answers[30] += answers[29]
            made.form(day, answers)
    return made


def time_of(made: Patient, plan: dict[str, object] | None = None, **switches: object) -> TimedRow | None:
    (one,) = quality_of(protocol_with(plan, **{"death": "censored", **switches}), made).deterioration
    return one.rows[0] if one.rows else None


def ended(row: TimedRow | None) -> tuple[int, str, int] | None:
    """CNSR, reason, and days after the first dose."""
    return None if row is None else (row.censored, row.reason, (row.date - FIRST_DOSE).days)


def test_a_loss_of_exactly_the_threshold_counts() -> None:
    """Global health moves in steps of 100/12 points: two of them are 16 2/3."""
    for points, kind in (("16.6666", EVENT), ("16.6667", CENSORED), (10, EVENT), (17, CENSORED)):
        plan = {
            "thresholds": {
                "all_scales": {"improvement": 10, "worsening": float(points), "source": "x", "mark": "confirmed"}
            }
        }
        row = time_of(patient(100 / 3), plan)
        assert row is not None
        assert row.censored == kind


@pytest.mark.parametrize(("loss", "found"), [(1799, None), (1800, (0, 9000)), (1801, (0, 9000))])
def test_ten_points_on_both_sides(loss: int, found: tuple[int, int] | None) -> None:
    """A score in 1/180 points: 1800 parts are 10 points; 9.994 is not enough, in either direction of the scale."""
    plain = D("baseline", "first", "none", None, "censored", "exclude")
    assert find_deterioration(9000, [9000 - loss], plain, 100_000, 1, 180) == found
    assert find_deterioration(9000, [9000 + loss], plain, 100_000, -1, 180) == found
    assert find_deterioration(9000, [9000 + loss], plain, 100_000, 1, 180) is None


def test_reference_baseline_or_best() -> None:
    """From 50 up to 66.7 and back to 50: worse than the best, not than the baseline."""
    made = patient(200 / 3, 50)
    assert ended(time_of(made, reference="baseline")) == (CENSORED, "LAST FORM", 126)
    best = time_of(made, reference="best")
    assert ended(best) == (EVENT, "WORSE", 126)
    assert best is not None
    assert (best.reference, best.score) == (800, 600)
    assert best.row == 5


def test_the_baseline_is_among_the_best() -> None:
    assert ended(time_of(patient(100 / 3), reference="best")) == (EVENT, "WORSE", 63)


def test_first_or_definitive() -> None:
    """Worse at week 9, well again at week 18, worse from week 27 on."""
    made = patient(100 / 3, 50, 100 / 3, 100 / 6)
    assert ended(time_of(made, pattern="first")) == (EVENT, "WORSE", 63)
    assert ended(time_of(made, pattern="definitive")) == (EVENT, "WORSE", 189)
    recovered = patient(100 / 3, 50)
    assert ended(time_of(recovered, pattern="definitive")) == (CENSORED, "LAST FORM", 126)


def test_confirmation_by_the_next_form() -> None:
    passing = patient(100 / 3, 50, 50)
    assert ended(time_of(passing, confirmation="none")) == (EVENT, "WORSE", 63)
    assert ended(time_of(passing, confirmation="next_form", last_form="counts")) == (CENSORED, "LAST FORM", 189)
    lasting = patient(100 / 3, 100 / 3, 50)
    assert ended(time_of(lasting, confirmation="next_form", last_form="does_not_count")) == (EVENT, "WORSE", 63)


def test_a_missing_form_leaves_confirmation_to_the_next_one_that_came() -> None:
    made = patient(100 / 3, None, 100 / 3)
    assert ended(time_of(made, confirmation="next_form", last_form="does_not_count")) == (EVENT, "WORSE", 63)


def test_the_last_form_counts_or_not() -> None:
    made = patient(50, 100 / 3)
    assert ended(time_of(made, confirmation="next_form", last_form="counts")) == (EVENT, "WORSE", 126)
    assert ended(time_of(made, confirmation="next_form", last_form="does_not_count")) == (CENSORED, "LAST FORM", 126)


def test_death_as_event_censored_or_competing() -> None:
    made = patient(50).died(200)
    assert ended(time_of(made, death="event")) == (EVENT, "DEATH", 200)
    assert ended(time_of(made, death="competing")) == (COMPETING, "DEATH", 200)
    assert ended(time_of(made, death="censored")) == (CENSORED, "LAST FORM", 63)
    before = patient(100 / 3).died(200)
    assert ended(time_of(before, death="event")) == (EVENT, "WORSE", 63)


def test_no_baseline_left_out_or_an_event_at_the_start() -> None:
    made = patient(100 / 3, baseline=None)
    assert time_of(made, no_baseline="exclude") is None
    row = time_of(made, no_baseline="event_at_start")
    assert ended(row) == (EVENT, "NO BASELINE", 0)


def test_without_a_later_form_the_time_is_censored_at_the_start() -> None:
    assert ended(time_of(patient())) == (CENSORED, "NO FORM AFTER BASELINE", 0)


def test_days_count_the_start_day_as_the_other_times_do() -> None:
    protocol = protocol_with(None, death="censored")
    assert protocol.response_options is not None
    for word, days in (("yes", 64), ("no", 63)):
        options = protocol.response_options.model_copy(update={"count_start_day": word})
        changed = protocol.model_copy(update={"response_options": options})
        (one,) = quality_of(changed, patient(100 / 3)).deterioration
        assert one.rows[0].days == days


def test_start_at_inclusion_counts_from_registration() -> None:
    row, other = (time_of(patient(100 / 3), start=start) for start in ("first_dose", "inclusion"))
    assert row is not None
    assert other is not None
    assert other.days - row.days == 1


@pytest.mark.parametrize("switch", ["start", "reference", "pattern", "confirmation", "death", "no_baseline"])
def test_an_open_switch_is_refused_by_name(switch: str) -> None:
    quality = quality_of(protocol_with(None, **{switch: None}), patient(100 / 3))
    assert quality.deterioration == ()
    (finding,) = quality.findings
    assert finding.code == "Q010"
    assert f"quality_of_life.deterioration.{switch}" in finding.found
    assert quality.changes


def test_an_open_last_form_and_an_open_threshold_are_refused_by_name() -> None:
    quality = quality_of(protocol_with(None, confirmation="next_form"), patient(100 / 3))
    assert "deterioration.last_form" in quality.findings[0].found
    assert quality.deterioration == ()
    quality = quality_of(protocol_with({"thresholds": {}}, death="event"), patient(100 / 3))
    assert "quality_of_life.thresholds" in quality.findings[0].found
    assert quality.deterioration == ()
    assert quality.changes[0].worse is None


def test_forms_and_deaths_after_the_cut_are_not_known() -> None:
    made = patient(50, 100 / 3).died(200)
    quality = quality_of(protocol_with(None, death="event"), made, cutoff=dt.date.fromisoformat(on(125)))
    assert ended(quality.deterioration[0].rows[0]) == (CENSORED, "LAST FORM", 63)


def several() -> TimeToDeterioration:
    """Events at days 63, 126, 126; censored at 63 and 252 (in the order of day)."""
    people = [
        patient(100 / 3, name="A"),
        patient(50, name="B"),
        patient(50, 100 / 3, name="C"),
        patient(50, 100 / 3, name="D"),
        patient(50, 50, 50, 50, name="E"),
    ]
    protocol = protocol_with(None, death="censored")
    assert protocol.response_options is not None
    options = protocol.response_options.model_copy(update={"count_start_day": "no"})
    (one,) = quality_of(protocol.model_copy(update={"response_options": options}), *people).deterioration
    return one


def test_median_by_hand() -> None:
    """S: 4/5 after day 63, then 4/5 · 1/3 after day 126: the median is 126."""
    one = several()
    assert sorted((row.days, row.censored) for row in one.rows) == [(63, 0), (63, 1), (126, 0), (126, 0), (252, 1)]
    assert one.median.estimate == 126


def test_cumulative_incidence_by_hand() -> None:
    """Five patients: event 1, death 2, event 3, censored 4, event 5 → 1/5, 1/5 + 3/5 · 1/3 = 2/5, then + 2/5."""
    found = cumulative_incidence([1, 2, 3, 4, 5], [EVENT, COMPETING, EVENT, CENSORED, EVENT])
    assert [day for day, _ in found] == [1, 3, 5]
    assert [share for _, share in found] == pytest.approx([0.2, 0.4, 0.8])


def test_without_deaths_incidence_is_one_less_survival() -> None:
    one = several()
    found = dict(cumulative_incidence([r.days for r in one.rows], [r.censored for r in one.rows]))
    assert found == pytest.approx({63: 1 / 5, 126: 1 - 4 / 15})


def test_every_definition_is_shown_and_the_plans_own_is_among_them() -> None:
    people = [
        patient(100 / 3, 50, name="A"),
        patient(50, 100 / 3, name="B").died(300),
        patient(50, baseline=None, name="C"),
    ]
    quality = quality_of(protocol_with(None, death="event"), *people)
    everything = quality.under_every_definition
    assert len({one.definition for one in everything}) == len(everything) == 72
    (own,) = quality.deterioration
    assert next(one for one in everything if one.definition == own.definition).rows == own.rows
    assert len({one.median.estimate for one in everything}) > 1
    # Stricter definitions never give an earlier event.
    by = {one.definition: {r.subject: r.days for r in one.rows if r.reason == "WORSE"} for one in everything}
    for definition, times in by.items():
        loose = by[definition._replace(pattern="first", confirmation="none", last_form=None)]
        assert all(loose[subject] <= days for subject, days in times.items())


def test_time_to_deterioration_of_nobody() -> None:
    protocol = protocol_with(None, death="event")
    quality = quality_of(protocol, patient(baseline=None))
    (one,) = quality.deterioration
    assert (one.rows, one.excluded, one.median.estimate) == ((), ("P-1",), None)
    scale = quality.scales["QL2"]
    assert time_to_deterioration(protocol, scale, [], one.definition, 100_000).rows == ()


@pytest.mark.parametrize("no_baseline", ["exclude", "event_at_start"])
def test_who_never_had_a_dose_is_left_out_and_named(no_baseline: str) -> None:
    undosed = Patient("P-2", dosed=False).form(-3, {29: 4, 30: 4})
    plan = protocol_with({"population": "registered"}, death="censored", no_baseline=no_baseline)
    (one,) = quality_of(plan, patient(50), undosed).deterioration
    assert (one.subjects(), one.excluded) == (("P-1",), ("P-2",))
    (counted,) = quality_of(protocol_with({"population": "registered"}, start="inclusion"), undosed).deterioration
    assert counted.subjects() == ("P-2",)
