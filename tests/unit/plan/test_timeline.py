"""Can the trial be done in its time? Worked by hand for the first founding trial, then properties."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.plan.civil_dates import add_duration, add_time, add_times, day_number, first_day_of, last_day_of
from onearm.plan.timeline import plan_timeline
from onearm.protocol import Protocol, load_protocol
from onearm.protocol.base import Duration

TRIALS = Path(__file__).parents[3] / "trials"
FIRST = TRIALS / "haic-bev-pdl1.yaml"
CONDUCT = TRIALS / "assumptions" / "haic-bev-pdl1-conduct.yaml"


@pytest.fixture(scope="module")
def trial() -> Protocol:
    return load_protocol(FIRST, [CONDUCT])


def test_october_2024_to_july_2027_at_three_patients_a_month(trial: Protocol) -> None:
    """27 / 3 = 9 months to 1 July 2025; 18 weeks and 28 days more to 2 December; 9 / 3 = 3 months more to 2 March."""
    made = plan_timeline(trial, Decimal(3))
    assert (made.start, made.end_earliest, made.end_latest) == (
        dt.date(2024, 10, 1),
        dt.date(2027, 7, 1),
        dt.date(2027, 7, 31),
    )
    assert made.months == (33, 34)
    exposure, final = made.limits
    assert (exposure.earliest, exposure.latest) == (dt.date(2025, 7, 1), dt.date(2025, 7, 31))
    assert final.latest == dt.date(2027, 7, 31) - dt.timedelta(days=4 * 63 + 7)
    assert made.interim_wait_days == 2 * 63 + 28
    pausing, continuing = made.accruals
    assert (pausing.last_of_stage_one, pausing.interim) == (dt.date(2025, 7, 1), dt.date(2025, 12, 2))
    assert (pausing.last_entry, continuing.last_entry) == (dt.date(2026, 3, 2), dt.date(2025, 10, 1))
    assert pausing.fits == continuing.fits == {"full_exposure": False, "final_assessment": True}
    assert not made.findings


def test_the_required_rate_is_the_slowest_that_fits(trial: Protocol) -> None:
    made = plan_timeline(trial)
    assert made.accruals == ()
    assert made.required["full_exposure"] == {"pausing": Fraction(15, 2), "continuing": Fraction(37, 10)}
    for name, rates in made.required.items():
        for way, rate in rates.items():
            assert rate is not None
            at, below = (
                next(
                    accrual
                    for accrual in plan_timeline(trial, Decimal(found.numerator) / found.denominator).accruals
                    if accrual.pauses == (way == "pausing")
                )
                for found in (rate, rate - Fraction(1, 10))
            )
            assert at.fits[name] and not below.fits[name]


def test_what_is_open_is_named_and_what_needs_it_left_out() -> None:
    made = plan_timeline(load_protocol(FIRST))
    assert [finding.values["path"] for finding in made.findings] == [
        "tumour.calendar.reading",
        "design.final.assessed_through_scan",
        "design.interim.assessed_through_scan",
        "design.interim.counts",
    ]
    assert {finding.code for finding in made.findings} == {"K009"}
    assert [limit.name for limit in made.limits] == ["full_exposure"]
    assert made.interim_wait_days is None and list(made.required["full_exposure"]) == ["continuing"]
    other = plan_timeline(load_protocol(TRIALS / "haic-adebrelimab-regorafenib.yaml"), Decimal(1))
    assert {finding.values["path"] for finding in other.findings} == {
        "identity.study_start", "identity.study_end", "treatment.max_duration", "design.n", "tumour.calendar",
    }  # fmt: skip
    assert (other.limits, other.accruals, other.required, other.months) == ((), (), {}, None)


def test_a_pending_response_that_counts_needs_no_confirmation(trial: Protocol) -> None:
    interim = trial.design.interim.model_copy(update={"counts": "confirmed_and_pending"})
    changed = trial.model_copy(update={"design": trial.design.model_copy(update={"interim": interim})})
    assert plan_timeline(changed).interim_wait_days == 2 * 63


def test_no_rate_is_fast_enough_once_the_interim_comes_too_late(trial: Protocol) -> None:
    treatment = trial.treatment.model_copy(update={"max_duration": Duration("32 months")})
    made = plan_timeline(trial.model_copy(update={"treatment": treatment}))
    assert made.required["full_exposure"]["pausing"] is None
    assert made.required["full_exposure"]["continuing"] is not None


@given(st.integers(1, 300), st.integers(1, 300))
def test_a_higher_rate_never_makes_it_later(some: int, more: int) -> None:
    trial = load_protocol(FIRST, [CONDUCT])
    slow, fast = (Decimal(rate) / 10 for rate in (some, some + more))
    for one, other in zip(plan_timeline(trial, slow).accruals, plan_timeline(trial, fast).accruals, strict=True):
        assert other.last_entry <= one.last_entry
        assert one.interim is not None and other.interim is not None and other.interim <= one.interim


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 24, "2026-02-28"),
        ("2025-12-15", 1, "2026-01-15"),
        ("2027-07-31", -24, "2025-07-31"),
        ("2025-03-31", -1, "2025-02-28"),
    ],
)
def test_calendar_months(day: str, months: int, then: str) -> None:
    assert add_time(dt.date.fromisoformat(day), months=months) == dt.date.fromisoformat(then)


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)),
    st.integers(1, 60),
    st.sampled_from(["days", "weeks", "months", "years"]),
)
def test_one_day_and_many_are_added_to_alike(day: dt.date, number: int, unit: str) -> None:
    import numpy as np

    length = Duration(f"{number} {unit}")
    assert int(add_times(np.array([day_number(day)]), length)[0]) == day_number(add_duration(day, length))


def test_a_partial_date_has_a_first_and_a_last_day() -> None:
    assert (first_day_of("2024"), last_day_of("2024")) == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert (first_day_of("2024-02"), last_day_of("2024-02")) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    assert first_day_of("2024-02-03") == last_day_of("2024-02-03") == dt.date(2024, 2, 3)
