"""The page of doses: ten patients who sit on edges, worked for both trials by the functions that plan doses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from page_makers.markdown import cell, page

if TYPE_CHECKING:
    from onearm.plan.doses import Body, PlannedDose
    from onearm.protocol import Protocol

TRIALS = Path(__file__).parents[2] / "trials"
SHOWN = (
    ("haic-bev-pdl1", "haic-bev-pdl1-dosing"),
    ("haic-adebrelimab-regorafenib", "haic-adebrelimab-regorafenib-dosing"),
)
FIRST, DAY = dt.date(2025, 3, 3), dt.date(2025, 6, 2)
"""First dose, and the day for which the doses are worked out."""


class Edge(NamedTuple):
    """A patient: height in 0.1 cm, weights in 0.1 kg (at the first dose, then three weeks apart), levels below the
    first."""

    name: str
    why: str
    height: int | None
    weights: tuple[int, ...]
    down: int = 0


PATIENTS = (
    Edge("A", "an ordinary patient", 1_710, (684,)),
    Edge("B", "short and light", 1_480, (420,)),
    Edge("C", "tall and heavy", 1_900, (1_204,)),
    Edge("D", "lost exactly 10 %: the weight is kept", 1_680, (700, 630)),
    Edge("E", "lost a little more than 10 %: the weight is taken anew", 1_680, (700, 629)),
    Edge(
        "F",
        "gained in steps: 8.6 %, then 11.4 %, then back to 8.6 % over the first weight",
        1_750,
        (700, 760, 780, 760),
    ),
    Edge("G", "a surface just below a tie: 1.89584999… m²", 1_687, (767,)),
    Edge("H", "15 mg/kg half-way between two steps of 5 mg: up", 1_650, (505,)),
    Edge("I", "no height: what needs the surface is refused, the rest computed", None, (640,)),
    Edge("J", "one level down", 1_720, (655,), 1),
)


def dose_table_page() -> str:
    """Both trials, each with a table and the arithmetic."""
    lines = [
        "# Doses of ten patients",
        "",
        f"Ten made-up patients who sit on edges, with the first dose on {FIRST} and the doses worked out for {DAY}. "
        "Every number comes from `onearm.plan.doses.plan_dose`, the function behind `onearm dose`; each line of the "
        "arithmetic is made of the whole numbers that the next line starts from. What the registry records leave open "
        "is filled by the overlays named below: these doses are assumptions for a demonstration, some of them "
        "unconfirmed, and no advice for any patient. [How doses are planned](../explanation/doses.md) tells the rules.",
        "",
        "| Patient | What the edge is | Height, cm | Weights, kg |",
        "| --- | --- | --- | --- |",
    ]
    for one in PATIENTS:
        height = "none" if one.height is None else f"{one.height / 10:.1f}"
        lines.append(f"| {one.name} | {cell(one.why)} | {height} | {', '.join(f'{w / 10:.1f}' for w in one.weights)} |")
    for trial, overlay in SHOWN:
        lines += _trial(trial, overlay)
    return page(lines)


def _trial(trial: str, overlay: str) -> Iterator[str]:
    from onearm.plan.doses import mg_text
    from onearm.protocol import load_protocol
    from onearm.protocol.base import text_in

    protocol = load_protocol(TRIALS / f"{trial}.yaml", [TRIALS / "assumptions" / f"{overlay}.yaml"])
    planned = {one.name: list(_doses(protocol, one)) for one in PATIENTS}
    drugs = [dose.drug for dose in planned["A"]]
    entry = protocol.provenance_of("treatment.dosing.rounding")
    yield from ("", f"## {text_in(protocol.identity.title)}", "")
    yield f"Overlay `{overlay}.yaml`. {cell(entry.assumed if entry and entry.assumed else '')}."
    yield from ("", f"| Patient | {' | '.join(f'{drug}, mg' for drug in drugs)} |", "|" + " --- |" * (len(drugs) + 1))
    for name, doses in planned.items():
        shown = [f"refused ({dose.refusals[0].code})" if dose.dose is None else mg_text(dose.dose) for dose in doses]
        yield f"| {name} | {' | '.join(shown)} |"
    for name, doses in planned.items():
        yield from _arithmetic(name, doses)


def _arithmetic(name: str, doses: list[PlannedDose]) -> Iterator[str]:
    yield from ("", f"**{name}**", "")
    said: set[str] = set()
    for dose in doses:
        # Weight, height and surface stand once; the dose of each drug follows.
        shared = [step.text for step in dose.steps if not step.code.startswith(_OF_A_DRUG)]
        for line in shared:
            if line not in said:
                yield f"- {cell(line)}"
                said.add(line)
        own = [step.text for step in dose.steps if step.code.startswith(_OF_A_DRUG)]
        refused = [f"{refusal.code}: {refusal.found}" for refusal in dose.refusals]
        yield f"- {dose.drug}: {cell('; '.join(refused or own))}"


_OF_A_DRUG = ("dose.", "rounded", "not_rounded", "level.", "weight.capped")


def _doses(protocol: Protocol, one: Edge) -> Iterator[PlannedDose]:
    from onearm.plan.doses import plan_dose

    body = _body(one)
    for component in protocol.treatment.components:
        for index, dose in enumerate(component.doses):
            amount = dose.amount
            if dose.levels and amount is not None:
                amount = dose.levels[min(dose.levels.index(amount) + one.down, len(dose.levels) - 1)]
            yield plan_dose(protocol.treatment.dosing, component, index, body, DAY, amount)


def _body(one: Edge) -> Body:
    from onearm.plan.doses import Body, Measured

    height = None if one.height is None else Measured(one.height, FIRST - dt.timedelta(days=10), 2)
    weights = tuple(
        Measured(weight, FIRST + dt.timedelta(days=21 * place), 3 + place) for place, weight in enumerate(one.weights)
    )
    return Body(height, weights, FIRST)
