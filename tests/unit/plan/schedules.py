"""Protocols with a schedule, and anchors of patients, for the tests of the calendar."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from onearm.plan.anchors import ANCHOR_COLUMNS
from onearm.protocol import Protocol, load_protocol_text

MADE_UP = (Path(__file__).parents[2] / "data" / "protocols" / "made-up.yaml").read_text(encoding="utf-8")
COMPONENTS = """treatment:
  components:
    - {id: pdl1, name: "PD-L1 antibody", kind: drug, every: 3 weeks}
    - {id: haic, name: "HAIC-FOLFOX", kind: procedure, every: 3 weeks, max_cycles: 6,
       doses: [{drug: oxaliplatin}, {drug: fluorouracil}]}
    - {id: rego, name: "Regorafenib", kind: drug, every: 4 weeks, days_on: [1, 21]}
  max_duration: 24 months
"""
SCHEDULE = """
schedule:
  activities:
    - {id: labs, name: Laboratory, seen_in: LB}
    - {id: ecog, name: Performance status, seen_in: QS, category: ECOG}
    - {id: pregnancy, name: Pregnancy test}
    - {id: imaging, name: Imaging, seen_in: TR}
  visits:
    - {id: screening, name: Screening, anchor: first_dose, first_day: -1, days_before: 27,
       days_after: 0, activities: [labs, pregnancy]}
    - {id: antibody, name: Antibody, anchor: cycles_of, component: pdl1, cycle_days: [1, 8],
       days_before: 2, days_after: 2, activities: [labs]}
    - {id: infusion, name: HAIC, anchor: cycles_of, component: haic, cycle_days: [1], cycles: [2,
       4], days_before: 3, days_after: 3, activities: [labs, ecog]}
    - {id: weekly, name: Week, anchor: first_dose_of, component: rego, first_day: 7, every: 1 week,
       until: 6 weeks, during: treatment, days_before: 2, days_after: 2, activities: [labs]}
    - {id: safety, name: Safety, anchor: end_of_treatment, first_day: 30, days_before: 7,
       days_after: 7, activities: [labs]}
    - {id: survival, name: Survival, anchor: end_of_treatment, first_day: 84, every: 12 weeks,
       during: study, days_before: 14, days_after: 14}
  scans: {activities: [imaging, labs], until: [progression, new_therapy]}
"""

# Each series stands on one line, so that a test may change any piece of it.
COMPONENTS, SCHEDULE = (text.replace(",\n       ", ", ") for text in (COMPONENTS, SCHEDULE))


def protocol_text(schedule: str = SCHEDULE, *, identity: str = "", scans: str = "") -> str:
    """The made-up protocol with three components and a schedule."""
    old = MADE_UP[MADE_UP.index("treatment:") : MADE_UP.index("tumour:")]
    text = MADE_UP.replace(old, COMPONENTS)
    text = text.replace('title: "A made-up trial"}', f'title: "A made-up trial"{identity}}}')
    if scans:
        line = next(line for line in text.splitlines() if line.strip().startswith("calendar:"))
        text = text.replace(line, f"  calendar: {scans}")
    return text + schedule


def protocol_with_schedule(schedule: str = SCHEDULE, *, identity: str = "", scans: str = "") -> Protocol:
    return load_protocol_text(protocol_text(schedule, identity=identity, scans=scans))


def anchors_of(*patients: dict[str, dt.date]) -> pl.DataFrame:
    """One row a patient; a day that is not given is null."""
    return pl.DataFrame(
        {
            "USUBJID": [f"P-{number}" for number in range(1, len(patients) + 1)],
            "SITEID": ["01"] * len(patients),
            **{name: [patient.get(name) for patient in patients] for name in ANCHOR_COLUMNS},
        },
        schema={"USUBJID": pl.String, "SITEID": pl.String, **dict.fromkeys(ANCHOR_COLUMNS, pl.Date)},
    )


def doses_of(*doses: tuple[str, str, dt.date]) -> pl.DataFrame:
    """USUBJID, COMPONENT and DAY of each dose."""
    return pl.DataFrame(doses, schema={"USUBJID": pl.String, "COMPONENT": pl.String, "DAY": pl.Date}, orient="row")
