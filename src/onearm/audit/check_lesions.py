"""Errors in reading the lesions: complete with disease left, incomplete sums, new lesions, unmeasurable targets."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from onearm.audit.case import Case, Visit
from onearm.audit.claims import row_of_claim, visits_that_matter
from onearm.audit.fault import Fault, fault
from onearm.audit.words import date, mm
from onearm.records import ROW_COLUMN, Records
from onearm.terms import RESPONDING, NewLesionState, NonTargetState, Response, TargetState

LEAST_TENTH_MM = 100
"""Longest diameter of a measurable lesion on CT or MRI in slices of 5 mm or less (RECIST 1.1, section 3.1.1)."""
LEAST_NODE_TENTH_MM = 150
"""Short axis of a measurable lymph node (RECIST 1.1, section 3.1.1)."""
NOT_MEASURABLE = (
    "PORTAL VEIN", "VEIN THROMB", "TUMOR THROMB", "TUMOUR THROMB", "PVTT", "ASCITES", "PLEURAL EFFUSION",
    "PERICARDIAL EFFUSION", "LEPTOMENING", "LYMPHANGI", "BILE DUCT DILAT",
)  # fmt: skip
"""Places (TULOC, TULOCDTL) where what is seen has no longest diameter (RECIST 1.1, section 3.1.2)."""


Places = dict[tuple[str, str], tuple[str, int]]
"""Where each target lies, in words, and its row of TU; by subject and name."""


def check_measurable(case: Case, places: Places) -> Iterator[Fault]:
    """A208: a target that was too small at baseline, or of a kind that cannot be measured."""
    for target in case.baseline.targets:
        least = LEAST_NODE_TENTH_MM if target.is_node else LEAST_TENTH_MM
        values = {"lesion": target.name, "visit_name": case.baseline.name}
        place, row = places.get((case.subject, target.name), ("", None))
        kind = next((word for word in NOT_MEASURABLE if word in place), "")
        if kind:
            values |= {"why": f"its place is {place}", "needed": "a lesion with a diameter that can be measured"}
            yield _at_tu(case, row, values)
        elif target.state in (TargetState.MEASURED, TargetState.TOO_SMALL) and target.length < least:
            axis = "short axis" if target.is_node else "longest diameter"
            said = "too small to measure" if target.state == TargetState.TOO_SMALL else mm(target.length)
            values |= {"why": f"its {axis} was {said} at baseline", "needed": f"a {axis} of at least {mm(least)}"}
            yield fault(
                "measurable", "A208", subject=case.subject, reading=case.reading.label, domain="TR",
                column="TRSTRESN", row=target.row, visit=case.baseline.number, values=values,
            )  # fmt: skip


def _at_tu(case: Case, row: int | None, values: dict[str, str]) -> Fault:
    return fault(
        "measurable", "A208", subject=case.subject, reading=case.reading.label, domain="TU", column="TULOC",
        row=row, visit=case.baseline.number, values=values,
    )  # fmt: skip


def places_of_targets(records: Records) -> Places:
    """The place of every target lesion."""
    rows = records.tables["TU"].filter(pl.col("TUORRES") == "TARGET")
    return {
        (subject, name): (f"{place or ''} {detail or ''}".strip().upper(), row)
        for subject, name, place, detail, row in rows.select(
            "USUBJID", "TULNKID", "TULOC", "TULOCDTL", ROW_COLUMN
        ).iter_rows()
    }


def check_complete(case: Case) -> Iterator[Fault]:
    """A209 (CR with disease left), A210 (response denied for an unread non-target), A211 (CR denied for normal nodes).

    RECIST 1.1, section 4.3 and table 1.
    """
    for visit in visits_that_matter(case):
        entered, target = visit.said("OVRLRESP"), visit.said("TRGRESP")
        left = _left(visit)
        of_targets = [text for name, text in left if any(t.name == name for t in visit.targets)]
        if entered == Response.CR and left and visit.overall != Response.CR:
            yield _complete(case, visit, "A209", "OVRLRESP", "; ".join(text for _, text in left))
        elif target == Response.CR and of_targets:
            yield _complete(case, visit, "A209", "TRGRESP", "; ".join(of_targets))
        elif visit.non_target == Response.NE and visit.overall in RESPONDING and entered in (Response.NE, Response.SD):
            yield _complete(case, visit, "A210", "OVRLRESP", "; ".join(text for _, text in left))
        elif visit.target == Response.CR and visit.total > 0:
            nodes = ", ".join(f"{node.name} {mm(node.length)}" for node in visit.targets if node.length)
            if target in (Response.PR, Response.SD, Response.NE):
                yield _complete(case, visit, "A211", "TRGRESP", nodes)
            elif target is None and visit.overall == Response.CR and entered in (Response.PR, Response.SD):
                yield _complete(case, visit, "A211", "OVRLRESP", nodes)


def _left(visit: Visit) -> list[tuple[str, str]]:
    """What rules a complete response out: name and words."""
    found = []
    for target in visit.targets:
        if target.is_missing:
            found.append((target.name, f"target {target.name} not assessed"))
        elif target.is_disease:
            kind = "node " if target.is_node else ""
            found.append((target.name, f"target {kind}{target.name} {mm(target.length)}"))
    for lesion in visit.non_targets:
        if lesion.state == NonTargetState.ABSENT:
            continue
        is_seen, progressed = lesion.state == NonTargetState.PRESENT, lesion.state == NonTargetState.UNEQUIVOCAL_PD
        state = "present" if is_seen else "progressed" if progressed else "not assessed"
        found.append((lesion.name, f"non-target {lesion.name} {state}"))
    return found


def _complete(case: Case, visit: Visit, code: str, test: str, left: str) -> Fault:
    right = visit.overall if test == "OVRLRESP" else visit.target
    entered = visit.said(test)
    assert entered is not None
    codes = {"entered": entered.submission_value, "right": right.submission_value}
    return fault(
        "complete_response", code, subject=case.subject, reading=case.reading.label, domain="RS", column="RSSTRESC",
        row=row_of_claim(visit, test), visit=visit.number, values={**codes, "left": left, "sum": mm(visit.total)},
    )  # fmt: skip


def check_missing_targets(case: Case) -> Iterator[Fault]:
    """A212: a response or stable disease from a sum in which a target is missing (RECIST 1.1, section 4.4)."""
    for visit in visits_that_matter(case):
        missing = [target.name for target in visit.targets if target.is_missing]
        if not missing or visit.target != Response.NE:
            continue
        test = "TRGRESP" if "TRGRESP" in visit.entered else "OVRLRESP"
        entered = visit.said(test)
        if entered not in (Response.CR, Response.PR, Response.SD) or entered == visit.overall:
            continue
        values = {
            "entered": entered.submission_value, "right": "NE", "missing": ", ".join(missing),
            "sum": mm(visit.total), "n": str(len(visit.targets)),
        }  # fmt: skip
        yield fault(
            "missing_target", "A212", subject=case.subject, reading=case.reading.label, domain="RS",
            column="RSSTRESC", row=row_of_claim(visit, test), visit=visit.number, values=values,
        )  # fmt: skip


def check_new_lesions(case: Case) -> Iterator[Fault]:
    """A213 (a new lesion without progression) and A214 (an equivocal one whose progression dates back).

    RECIST 1.1, section 4.3.4.
    """
    for visit in visits_that_matter(case):
        entered = visit.said("OVRLRESP")
        if visit.new_lesion is None or entered is None or entered == Response.PD:
            continue
        lesion = next(found for found in visit.new if found.name == visit.new_lesion)
        values = {
            "lesion": lesion.name,
            "entered": entered.submission_value if entered else "",
            "date": date(visit.day),
        }
        certain = lesion.state == NewLesionState.UNEQUIVOCAL
        if not certain:
            later = next(v for v in case.visits if v.day > visit.day and _is_certain(v, lesion.name))
            values |= {"later": later.name, "later_date": date(later.day)}
        yield fault(
            "new_lesion", "A213" if certain else "A214", subject=case.subject, reading=case.reading.label,
            domain="RS", column="RSSTRESC", row=row_of_claim(visit, "OVRLRESP"), visit=visit.number, values=values,
        )  # fmt: skip


def _is_certain(visit: Visit, name: str) -> bool:
    return any(lesion.name == name and lesion.state == NewLesionState.UNEQUIVOCAL for lesion in visit.new)
