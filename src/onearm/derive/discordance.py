"""What was entered beside what follows from the lesions: visit by visit, component by component, with the rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from onearm.derive.derived import Derived
from onearm.derive.entered import Entered, Reading
from onearm.derive.source_columns import enum_words
from onearm.kernels.target import TargetReason
from onearm.kernels.timepoint import OverallReason
from onearm.terms import Response

Component = Literal["target", "non_target", "new_lesion", "overall"]
COMPONENT_OF: dict[str, Component] = {
    "TRGRESP": "target",
    "NTRGRESP": "non_target",
    "NEWLPROG": "new_lesion",
    "OVRLRESP": "overall",
}
"""RS.RSTESTCD of each component."""

NOT_ENTERED = "NOT ENTERED"
"""Stands for the response of a visit whose lesions were read and of which none was entered."""

_NEW_WORDS = {"Y": "Y", "UNEQUIVOCAL": "Y", "N": "N", "EQUIVOCAL": "N"}
_OVERALL_REASONS, _TARGET_REASONS = enum_words(OverallReason), enum_words(TargetReason)


class Compared(NamedTuple):
    """One component at one visit: what was entered, what follows from the lesions, and by which rule."""

    subject: str
    reading: Reading
    visit: str
    visit_name: str
    day: int
    component: Component
    entered: str
    derived: str
    rule: str
    """Code of the rule that gave the derived value; ``no_lesions_read`` where there is none."""
    row: int | None
    """Row of RS; None where nothing was entered."""

    @property
    def agrees(self) -> bool:
        """Whether the two say the same."""
        return self.entered == self.derived


def compare_entered(derived: Derived, entered: Sequence[Entered], reading: Reading) -> tuple[Compared, ...]:
    """Every entered response of one reader beside the derived one, in order of subject, day and row.

    A visit with lesions of which no overall response was entered stands there as ``NOT_ENTERED``, an entry at a visit
    without lesions beside ``MISSING``. A new lesion entered as EQUIVOCAL is no progression at that visit. Visits are
    matched by VISITNUM; a row without one by its day.
    """
    found = VisitsFound(derived)
    compared = []
    with_overall: set[int | None] = set()
    for row in entered:
        component = COMPONENT_OF.get(row.test)
        said = _NEW_WORDS.get(row.value) if component == "new_lesion" else row.value
        if component is None or said is None:
            continue
        flat = found.visit_of(row)
        if component == "overall":
            with_overall.add(flat)
        value, rule = ("MISSING", "no_lesions_read") if flat is None else found.value(component, flat)
        compared.append(
            Compared(row.subject, reading, row.visit, row.visit_name, row.day, component, said, value, rule, row.row)
        )
    compared += [found.without_entry(flat, reading) for flat in sorted(set(found.by_number.values()) - with_overall)]
    return tuple(sorted(compared, key=lambda one: (one.subject, one.day, one.row or 0)))


class VisitsFound:
    """Looks derived values up by visit."""

    def __init__(self, derived: Derived) -> None:
        self.derived = derived
        self.by_number: dict[tuple[str, str], int] = {}
        self.by_day: dict[tuple[str, int], int] = {}
        readings = derived.readings
        if readings is None:
            return
        for flat, is_baseline in enumerate(readings.is_baseline.tolist()):
            if is_baseline:
                continue
            subject = derived.subjects[int(readings.visit_subject[flat])]
            self.by_number[subject, readings.visit_number[flat] or ""] = flat
            for day in range(int(readings.first_day[flat]), int(readings.last_day[flat]) + 1):
                self.by_day.setdefault((subject, day), flat)

    def visit_of(self, row: Entered) -> int | None:
        """The flat visit that an entered row belongs to; None where no lesion was read then."""
        if row.visit:
            return self.by_number.get((row.subject, row.visit))
        return self.by_day.get((row.subject, row.day))

    def without_entry(self, flat: int, reading: Reading) -> Compared:
        """A visit of which the reader entered no overall response."""
        readings = self.derived.readings
        assert readings is not None
        number, day = readings.visit_number[flat] or "", int(readings.lesions.day[flat])
        subject, name = self.derived.subjects[int(readings.visit_subject[flat])], readings.visit_name[flat] or number
        value, rule = self.value("overall", flat)
        return Compared(subject, reading, number, name, day, "overall", NOT_ENTERED, value, rule, None)

    def value(self, component: Component, flat: int) -> tuple[str, str]:
        """The derived value of a component at a flat visit, and the code of its rule."""
        visits = self.derived.visits
        assert visits is not None
        overall_rule = _OVERALL_REASONS[int(visits.reason[flat])]
        if component == "target":
            return _words(visits.target[flat]), _TARGET_REASONS[int(visits.target_reason[flat])]
        if component == "non_target":
            return _words(visits.non_target[flat]), "table_1"
        if component == "new_lesion":
            progresses = bool(visits.new_witness[flat] >= 0)
            return ("Y", "new_lesion") if progresses else ("N", "no_new_lesion")
        return _words(visits.overall[flat]), overall_rule


def _words(code: int) -> str:
    return Response(int(code)).submission_value
