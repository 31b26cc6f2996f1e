"""A made-up treatment of three components, and patients who got it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from small_patients import Patient, on, protocol_with

from onearm.protocol import Protocol
from onearm.protocol.base import Duration
from onearm.protocol.dosing_parts import DoseRules, PartialCycle, Recalculation, Rounding
from onearm.protocol.parts import Component, Dose, Treatment

D = Decimal
INFUSION = Component(
    id="haic",
    name="HAIC",
    kind="procedure",
    every=Duration("3 weeks"),
    max_cycles=3,
    doses=(
        Dose(drug="oxaliplatin", amount=D(85), unit="mg/m2", levels=(D(85), D(65))),
        Dose(drug="fluorouracil bolus", amount=D(400), unit="mg/m2", levels=(D(400), D(300), D(0))),
    ),
)
ANTIBODY = Component(
    id="bevacizumab",
    name="Bevacizumab",
    kind="drug",
    every=Duration("3 weeks"),
    doses=(Dose(amount=D(15), unit="mg/kg"),),
)
TABLETS = Component(
    id="regorafenib",
    name="Regorafenib",
    kind="drug",
    every=Duration("4 weeks"),
    days_on=(1, 21),
    doses=(Dose(amount=D(160), unit="mg", levels=(D(160), D(120), D(80)), recorded_as=("STIVARGA",)),),
)
RULES = DoseRules(
    bsa="mosteller",
    weight="baseline_until_changed",
    recalculate=Recalculation(change_percent=D(10), compare="more_than", against="last"),
    rounding=Rounding(to_mg=D(5)),
)
PARTIAL = PartialCycle(below_percent=D(50), counts="not")


def dosing_protocol(*components: Component, dosing: DoseRules | None = RULES, **more: Any) -> Protocol:
    """The made-up protocol with this treatment (all three components, if none is named)."""
    treatment = Treatment(components=components or (INFUSION, ANTIBODY, TABLETS), dosing=dosing, **more)
    return protocol_with().model_copy(update={"treatment": treatment})


def patient(subject: str = "P-1", weight: str = "70", height: str = "180") -> Patient:
    """A registered patient whose height and weight were taken on the day of the first dose: 1.8708 m²."""
    made = Patient(subject, dosed=False)
    made.rows[0][1]["RFSTDTC"] = on(0)
    made.add("VS", VSTESTCD="HEIGHT", VSSTRESN=height, VSSTRESU="cm", VSDTC=on(-7))
    return weigh(made, 0, weight)


def weigh(made: Patient, day: int, weight: str, unit: str = "kg") -> Patient:
    return made.add("VS", VSTESTCD="WEIGHT", VSSTRESN=weight, VSSTRESU=unit, VSDTC=on(day))


def give(made: Patient, name: str, day: int, mg: str | None, until: int | None = None, **more: str) -> Patient:
    """A row of EX; with ``until``, tablets taken daily through that day."""
    if until is not None:
        more = {"EXDOSFRQ": "QD", **more}
    end = on(day if until is None else until)
    return made.add("EX", EXTRT=name, EXDOSE=mg, EXDOSU="mg", EXSTDTC=on(day), EXENDTC=end, **more)


def infuse(made: Patient, day: int, oxaliplatin: str = "160", bolus: str = "750", **more: str) -> Patient:
    give(made, "OXALIPLATIN", day, oxaliplatin, **more)
    return give(made, "Fluorouracil Bolus", day, bolus, **more)
