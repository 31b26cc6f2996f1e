"""Planned doses of one patient: the steps, the weight in use, caps, rounding, and what is refused by name."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from onearm.plan.doses import Body, Measured, PlannedDose, plan_dose
from onearm.protocol.dosing_parts import DoseRules, Recalculation, Rounding
from onearm.protocol.parts import Component, Dose

BEFORE, FIRST, LATER = dt.date(2025, 3, 1), dt.date(2025, 3, 3), dt.date(2025, 4, 14)
HEIGHT = Measured(1_710, dt.date(2025, 2, 20), 2)


def drug(amount: str | None = "85", unit: Any = "mg/m2", **more: Any) -> Component:
    dose = Dose(drug="oxaliplatin", amount=None if amount is None else Decimal(amount), unit=unit, **more)
    return Component(id="haic", name="HAIC", kind="procedure", doses=(dose,))


def rules(**more: Any) -> DoseRules:
    plain: dict[str, Any] = {"bsa": "mosteller", "weight": "latest", "rounding": Rounding(to_mg=Decimal(5))}
    return DoseRules(**{**plain, **more})


def body(*weights: int, height: Measured | None = HEIGHT) -> Body:
    days = [BEFORE, *(LATER + dt.timedelta(days=21 * i) for i in range(len(weights) - 1))]
    measured = tuple(Measured(weight, day, row) for row, (weight, day) in enumerate(zip(weights, days, strict=True), 3))
    return Body(height, measured, FIRST)


def changed(compare: Any = "more_than", against: Any = "last") -> DoseRules:
    rule = Recalculation(change_percent=Decimal(10), compare=compare, against=against)
    return rules(weight="baseline_until_changed", recalculate=rule)


def lines(planned: PlannedDose) -> list[str]:
    return [step.text for step in planned.steps]


def test_the_arithmetic_is_shown_from_the_integers_it_was_made_of() -> None:
    planned = plan_dose(changed(), drug(), 0, body(684), FIRST)
    assert lines(planned) == [
        "weight 68.4 kg on 2025-03-01, the last before the first dose",
        "height 171.0 cm on 2025-02-20",
        "surface √(171.0 × 68.4 / 3600) = 1.8025 m²",
        "85 mg/m² × 1.8025 m² = 153.21 mg",
        "rounded to 5 mg: 155 mg (+1.2 %)",
    ]
    assert (planned.surface, planned.calculated, planned.dose) == (18_025, 15_321, 15_500)


@pytest.mark.parametrize(
    ("latest", "compare", "in_use"),
    [
        (770, "more_than", 700),
        (771, "more_than", 771),
        (770, "at_least", 770),
        (769, "at_least", 700),
        (630, "more_than", 700),
        (629, "more_than", 629),
        (630, "at_least", 630),
        (631, "at_least", 700),
    ],
)
def test_both_sides_of_the_threshold_of_recalculation(latest: int, compare: str, in_use: int) -> None:
    planned = plan_dose(changed(compare), drug("15", "mg/kg"), 0, body(700, latest), LATER)
    assert planned.weight is not None
    assert planned.weight.value == in_use


def test_a_change_is_from_the_baseline_or_from_the_weight_in_use() -> None:
    """70, 80 (+14 %), 74: from 70 that is +5.7 %, from 80 -7.5 %."""
    day = LATER + dt.timedelta(days=21)
    last = plan_dose(changed(against="last"), drug("10", "mg/kg"), 0, body(700, 800, 740), day)
    reference = plan_dose(changed(against="reference"), drug("10", "mg/kg"), 0, body(700, 800, 740), day)
    assert last.dose == 80_000
    assert reference.dose == 70_000
    assert lines(last)[0] == (
        "weight 80.0 kg on 2025-04-14 kept: 74.0 kg on 2025-05-05 is a change of -7.50 % from 80.0 kg, "
        "not more than 10 %"
    )


def test_nothing_measured_later_is_read() -> None:
    planned = plan_dose(rules(), drug("10", "mg/kg"), 0, body(700, 900), LATER - dt.timedelta(days=1))
    assert planned.dose == 70_000


def test_which_weight_counts() -> None:
    for weight, expected in (("baseline", 70_000), ("latest", 75_000)):
        assert plan_dose(rules(weight=weight), drug("10", "mg/kg"), 0, body(700, 750), LATER).dose == expected


def test_caps_hold_above_them_and_not_at_them() -> None:
    at = plan_dose(rules(max_bsa=Decimal("1.8025")), drug(), 0, body(684), FIRST)
    above = plan_dose(rules(max_bsa=Decimal("1.8")), drug(), 0, body(684), FIRST)
    assert at.dose == 15_500
    assert "surface capped: 1.8000 m²" in lines(above)
    assert above.calculated == 15_300
    heavy = plan_dose(rules(max_weight=Decimal(100)), drug("15", "mg/kg"), 0, body(1_204), FIRST)
    assert (heavy.dose, lines(heavy)[1]) == (150_000, "weight capped: 100.0 kg")
    assert plan_dose(rules(max_weight=Decimal(100)), drug("15", "mg/kg"), 0, body(1_000), FIRST).dose == 150_000


def test_rounding_is_not_made_where_it_would_move_the_dose_too_far() -> None:
    near = Rounding(to_mg=Decimal(100), within_percent=Decimal(2))
    kept = plan_dose(rules(rounding=near), drug(), 0, body(684), FIRST)
    assert kept.dose == 15_321
    assert lines(kept)[-1] == "not rounded to 100 mg: 153.21 mg would be moved by +30.5 %, more than 2 %"
    own = plan_dose(rules(), drug(rounding=Rounding(to_mg=Decimal(10))), 0, body(684), FIRST)
    assert own.dose == 15_000


def test_a_flat_dose_needs_neither_body_nor_rule() -> None:
    planned = plan_dose(None, drug("1200", "mg"), 0, Body(None, ()), FIRST)
    assert (planned.dose, lines(planned), planned.refusals) == (120_000, ["1200 mg flat"], ())


def test_a_level_takes_the_place_of_the_amount_and_zero_leaves_out() -> None:
    bolus = drug("400", levels=(Decimal(400), Decimal(300), Decimal(0)))
    assert plan_dose(rules(), bolus, 0, body(684), FIRST, Decimal(300)).dose == 54_000
    left_out = plan_dose(rules(), bolus, 0, body(684), FIRST, Decimal(0))
    assert (left_out.dose, lines(left_out)) == (0, ["level 0: left out"])


def test_everything_that_is_open_is_named_at_once() -> None:
    def codes(planned: PlannedDose) -> list[str]:
        assert planned.dose is None
        return [refusal.code for refusal in planned.refusals]

    assert codes(plan_dose(None, drug(None, None), 0, body(684), FIRST)) == ["G001", "G002"]
    assert codes(plan_dose(None, drug(), 0, body(684), FIRST)) == ["G004", "G006", "G003"]
    assert codes(plan_dose(rules(weight="baseline_until_changed"), drug(), 0, body(684), FIRST)) == ["G005"]
    assert codes(plan_dose(rules(), drug(), 0, Body(None, ()), FIRST)) == ["G007", "G008"]
    assert codes(plan_dose(rules(), drug("15", "mg/kg"), 0, body(684), BEFORE - dt.timedelta(days=1))) == ["G007"]
    assert codes(plan_dose(rules(rounding=None), drug(), 0, body(684), FIRST)) == ["G006"]


def test_a_surface_by_dubois() -> None:
    planned = plan_dose(rules(bsa="dubois"), drug(), 0, body(684), FIRST)
    assert planned.surface == 17_996
    assert "surface 0.007184 × 68.4^0.425 × 171.0^0.725 = 1.7996 m²" in lines(planned)
