"""Generated patients whose numbers sit on the thresholds.

Lengths lie on the 0.1 mm grid. A lesion that split is measured by the sum of its fragments, as it is
recorded, so it needs no state of its own. Days are well formed: visits ascend, nothing is scanned after death, a
cut never falls between the two dates of one visit. Everything else may be as odd as records are in half of the
patients; the other half is calm, so that responses live long enough to be confirmed, to continue and to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from chance import Chance, Drawn, seldom
from hypothesis import strategies as st
from patient_targets import target_lesions
from response_patient import Lesion, Patient, ProcedureRule, Reading

GAPS = (28, 56, 42, 27, 29, 14, 1)
CALM_GAPS = (28, 56, 29, 27)
NEW_NODE_SIZES = (99, 100, 101, 149, 150, 120, None)
NEW_STATES = ("not_seen", "pet_only", "equivocal", "unequivocal")
PROCEDURE_RULES = tuple(
    ProcedureRule(response, time)
    for response in ("failure", "pending", "count_unconfirmed")
    for time in ("treatment_policy", "censor")
)
MARKERS = ("normal", "above", "not_measured")


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    """``a_patient`` for Hypothesis, which makes a small case of one that fails."""
    return a_patient(Drawn(draw))


def a_patient(chance: Chance) -> Patient:
    """A patient of zero to six visits after the baseline, at or beside a threshold wherever there is one."""
    calm = chance.one_of((False, True))
    count = chance.whole(2 if calm else 0, 6)
    reference_day = chance.one_of((0, 1, 7))
    days = [0]
    for _ in range(count):
        days.append(days[-1] + chance.one_of(CALM_GAPS if calm else GAPS))
    has_baseline = calm or not seldom(chance, 8)
    lesions = [] if seldom(chance, 6) else target_lesions(chance, count, has_baseline, calm)
    lesions += non_target_lesions(chance, count, has_baseline, calm)
    if not calm and chance.one_of((False, True)):
        lesions += new_lesions(chance, count)
    patient = with_events(chance, days, reference_day, lesions, has_baseline, calm)
    if seldom(chance, 3):
        # Reading: a marker that mattered at baseline has a code at every visit, one that did not at none.
        usual = ("normal",) * 2 if calm else ()
        patient.markers = ["above", *(chance.one_of((*usual, *MARKERS)) for _ in patient.days[1:])]
    return patient


def non_target_lesions(chance: Chance, count: int, has_baseline: bool, calm: bool) -> list[Lesion]:
    """Zero to three non-targets, each mostly present or mostly gone."""
    odd = ("absent", "present")
    if not calm:
        odd += ("not_assessed", "not_evaluable", "unequivocal_pd")
    lesions = []
    for _ in range(chance.whole(0, 1 if calm else 3)):
        node = chance.one_of((False, True))
        usual = (chance.one_of(("absent", "present")),) * 8
        states = ["present" if has_baseline else "not_assessed"]
        states += [chance.one_of(usual + odd) for _ in range(count)]
        lesions.append(Lesion("non_target", node, [Reading(state) for state in states]))
    return lesions


def new_lesions(chance: Chance, count: int) -> list[Lesion]:
    """Zero to three new lesions: not seen, then doubtful, then certain, in that order or in none."""
    lesions = []
    for _ in range(chance.whole(0, 3)):
        node = chance.one_of((False, True))
        states = [chance.one_of(NEW_STATES) for _ in range(count)]
        if chance.one_of((False, True)):
            states.sort(key=NEW_STATES.index)
        readings = [Reading("not_seen")]
        for state in states:
            size = chance.one_of(NEW_NODE_SIZES) if node and state in ("equivocal", "unequivocal") else None
            readings.append(Reading(state) if size is None else Reading(state, Fraction(size, 10)))
        lesions.append(Lesion("new", node, readings))
    return lesions


def with_events(
    chance: Chance,
    days: list[int],
    reference_day: int,
    lesions: list[Lesion],
    has_baseline: bool,
    calm: bool,
) -> Patient:
    """The lesions with deaths, therapies, procedures, windows and cuts on visit days, or one day beside."""
    one_in = 9 if calm else 3
    death_day = None
    if seldom(chance, one_in):
        death_day = chance.one_of(sorted({*days[1:], days[-1] + 1, days[-1] + 120}))
        count = sum(day <= death_day for day in days)
        days = days[:count]
        lesions = [Lesion(x.kind, x.node, x.readings[:count]) for x in lesions]
    around = sorted({day + beside for day in days for beside in (-1, 0, 1)})

    def maybe() -> int | None:
        return chance.one_of(around) if seldom(chance, one_in) else None

    pd_days = [days[0], *(progression_day(chance, days, i) for i in range(1, len(days)))]
    if death_day is not None:
        pd_days = [min(day, death_day) for day in pd_days]
    cuts = [day for day in around if day >= days[0]]
    cut_day = chance.one_of(cuts) if seldom(chance, one_in) else days[-1] + 400
    cut_day = max([pd for day, pd in zip(days, pd_days, strict=True) if day <= cut_day] + [cut_day])
    procedure_day = maybe()
    patient = Patient(
        days=days,
        pd_days=pd_days,
        missed_before=[0, *(chance.one_of((0, 0, 0, 1, 2)) for _ in days[1:])],
        lesions=lesions,
        reference_day=reference_day,
        death_day=death_day,
        new_therapy_day=maybe(),
        clinical_pd_day=maybe(),
        procedure_day=procedure_day,
        procedure_rule=None if procedure_day is None else chance.one_of(PROCEDURE_RULES),
        window_end=maybe(),
        cut_day=cut_day,
        gap_limit=[],
        has_baseline=has_baseline,
    )
    patient.gap_limit = gap_limits(chance, patient)
    return patient


def progression_day(chance: Chance, days: Sequence[int], visit: int) -> int:
    """The visit's day, or one a little earlier or later that meets no other visit."""
    earliest = days[visit - 1] + 1
    latest = days[visit + 1] - 1 if visit + 1 < len(days) else days[visit] + 2
    chosen = days[visit] + chance.one_of((0, 0, 0, 0, 1, 2, -1))
    return min(max(chosen, earliest), latest)


def gap_limits(chance: Chance, patient: Patient) -> list[int]:
    """Limits of which many are exactly, or one day less than, the time from a visit to an event."""
    limits = []
    for i, day in enumerate(patient.days):
        since = day if i else patient.reference_day
        events = [patient.death_day, patient.clinical_pd_day, patient.new_therapy_day, *patient.pd_days[i + 1 :]]
        exact = {e - since - less for e in events if e is not None for less in (0, 1)}
        limits.append(chance.one_of([91, 400, *sorted(x for x in exact if x >= 0)]))
    return limits
