"""Hypothesis strategies: patients whose numbers sit on the thresholds, and every set of options acted on.

Lengths lie on the 0.1 mm grid. A lesion that split is measured by the sum of its fragments, as it is
recorded, so it needs no state of its own. Days are well formed: visits ascend, nothing is scanned after death, a
cut never falls between the two dates of one visit. Everything else may be as odd as records are in half of the
patients; the other half is calm, so that responses live long enough to be confirmed, to continue and to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from response_patient import UNDERSTOOD, Lesion, Patient, ProcedureRule, Reading

NUMBERS: dict[str, tuple[Any, ...]] = {
    "too_small_mm": (Decimal("5"), Decimal("3.3"), Decimal("0.1")),
    "too_small_node_mm": (Decimal("5"), Decimal("9.9"), Decimal("10")),
    "node_normal_below_mm": (Decimal("10"), Decimal("15"), Decimal("9.9")),
    "pd_absolute_mm": (Decimal("5"), Decimal("0"), Decimal("4.9")),
    "reappearance_absolute_mm": (Decimal("5"), Decimal("0"), Decimal("0.1")),
    "baseline_window_days": (28, 0),
    "confirmation_min_days": (28, 27, 29, 0, 56),
    "confirmation_max_ne": (1, 0, 2),
    "confirmation_max_sd": (0, 1, 2),
    "sd_min_days": (56, 42, 41, 28, 0),
}
"""Options that are numbers, with values on both sides of what the generated visits are apart."""

NOT_IN_THE_RULES: dict[str, tuple[str, ...]] = {
    "evaluator": ("investigator", "independent", "adjudicator"),
    "reference_date": ("first_dose", "inclusion"),
    "baseline_on_reference_day": ("counts", "does_not_count"),
    "partial_dates": ("refuse", "first_day", "last_day"),
    "several_readings": ("refuse",),
    "response_date": ("first_scan", "last_scan"),
    "progression_date": ("first_scan", "last_scan"),
    "slice_rule_for_nodes": ("not_checked",),
    "confirmation": ("required", "not_required"),
    "dcr_counts_non_cr_non_pd": ("yes", "no"),
    "count_start_day": ("yes", "no"),
}
"""Options settled before or after one patient's visits are judged; no answer of the rules depends on them."""

GAPS = (28, 56, 42, 27, 29, 14, 1)
CALM_GAPS = (28, 56, 29, 27)
NODE_EDGES = (99, 100, 149, 150)
PLANS = ("pr_edge", "pd_edge", "absolute_edge", "gone", "almost_gone", "baseline", "nadir", "free")
CALM_PLANS = ("pr_edge", "pr_edge", "nadir", "regrown", "regrown", "pd_edge", "gone", "almost_gone")
"""Courses in which responses are confirmed and continue, as they do in patients who respond."""


def option_sets() -> st.SearchStrategy[dict[str, Any]]:
    """Every option with every value that is acted on; lengths as decimals, as a protocol gives them."""
    values = {**UNDERSTOOD, **NUMBERS, **NOT_IN_THE_RULES}
    return st.fixed_dictionaries({name: st.sampled_from(known) for name, known in values.items()})


@dataclass
class TargetHistory:
    """Target lesions while they are generated: kinds, readings so far, and the sums that thresholds need."""

    nodes: list[bool]
    visits: list[list[Reading]] = field(default_factory=list)
    complete_sums: list[int] = field(default_factory=list)

    def add(self, readings: list[Reading]) -> None:
        """Remember one visit; a too small lesion is taken to be 5 mm, the usual default."""
        self.visits.append(readings)
        if not any(r.state in ("not_assessed", "not_evaluable", "treated") for r in readings):
            self.complete_sums.append(sum(tenths(r) for r in readings))


def tenths(reading: Reading) -> int:
    if reading.state == "too_small":
        return 50
    return 0 if reading.mm is None else int(reading.mm * 10)


def measured(length_tenths: int) -> Reading:
    return Reading("measured", Fraction(length_tenths, 10))


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    """A patient of zero to six visits after the baseline, at or beside a threshold wherever there is one."""
    calm = draw(st.booleans())
    count = draw(st.integers(2 if calm else 0, 6))
    reference_day = draw(st.sampled_from((0, 1, 7)))
    days = [0]
    for _ in range(count):
        days.append(days[-1] + draw(st.sampled_from(CALM_GAPS if calm else GAPS)))
    has_baseline = calm or draw(st.sampled_from((True,) * 7 + (False,)))
    non_targets_only = draw(st.sampled_from((False,) * 5 + (True,)))
    lesions = [] if non_targets_only else draw(target_lesions(count, has_baseline, calm))
    lesions += draw(non_target_lesions(count, has_baseline, calm))
    if not calm and draw(st.booleans()):
        lesions += draw(new_lesions(count))
    return draw(with_events(days, reference_day, lesions, has_baseline, calm))


@st.composite
def target_lesions(draw: st.DrawFn, count: int, has_baseline: bool, calm: bool) -> list[Lesion]:
    """Zero to four targets whose sums sit on the limits of response and progression."""
    nodes = draw(st.lists(st.sampled_from((False, False, True)), min_size=int(calm), max_size=4))
    history = TargetHistory(nodes)
    first = [draw(baseline_reading(node, calm)) for node in nodes]
    history.add(first if has_baseline else [Reading("not_assessed")] * len(nodes))
    for _ in range(count):
        plan = draw(st.sampled_from(CALM_PLANS if calm else PLANS))
        if plan in ("gone", "almost_gone"):
            history.add(draw(gone_visit(history, plan == "almost_gone")))
        else:
            history.add(draw(summed_visit(history, plan, calm)))
    return [Lesion("target", node, [visit[i] for visit in history.visits]) for i, node in enumerate(nodes)]


@st.composite
def baseline_reading(draw: st.DrawFn, node: bool, calm: bool) -> Reading:
    lengths = (150, 200, 300, 149) if node else (100, 150, 200, 500, 333, 101)
    odd = [Reading("not_evaluable"), Reading("too_small"), measured(0)]
    return draw(st.sampled_from([measured(t) for t in lengths] * 4 + ([] if calm else odd)))


@st.composite
def gone_visit(draw: st.DrawFn, history: TargetHistory, almost: bool) -> list[Reading]:
    """All targets gone or normal, but for one that just is not."""
    readings = [
        draw(st.sampled_from((measured(99), measured(80), Reading("absent"), measured(0))))
        if node
        else draw(st.sampled_from((Reading("absent"), Reading("absent"), measured(0), Reading("merged"))))
        for node in history.nodes
    ]
    if almost and readings:
        i = draw(st.integers(0, len(readings) - 1))
        there = (measured(100), measured(149)) if history.nodes[i] else (measured(1), measured(50), measured(49))
        odd = (Reading("too_small"), Reading("not_assessed"), Reading("treated"))
        readings[i] = draw(st.sampled_from(there + odd))
    return readings


@st.composite
def summed_visit(draw: st.DrawFn, history: TargetHistory, plan: str, calm: bool) -> list[Reading]:
    """A visit whose assessed targets add up to a planned sum, or come as near as their states allow."""
    if not history.nodes:
        return []
    usual = ["measured"] * 12
    odd = ["absent"]
    if not calm:
        odd += ["too_small", "merged", "not_assessed", "not_evaluable", "treated"]
    states = [draw(st.sampled_from(usual + odd)) for _ in history.nodes]
    previous = history.visits[-1]
    states = ["treated" if p.state == "treated" else s for s, p in zip(states, previous, strict=True)]
    rest = max(0, draw(planned_sum(history, plan)) - 50 * states.count("too_small"))
    readings = [Reading(state) for state in states]
    lengths = [i for i, state in enumerate(states) if state == "measured"]
    for i in lengths[:-1]:
        edges = [t for t in NODE_EDGES if t <= rest] if history.nodes[i] else []
        part = draw(st.sampled_from([rest // 2, 0, min(rest, tenths(previous[i])), *edges]))
        readings[i] = measured(part)
        rest -= part
    for i in lengths[-1:]:
        readings[i] = measured(rest)
    return readings


@st.composite
def planned_sum(draw: st.DrawFn, history: TargetHistory, plan: str) -> int:
    """Tenths of a millimetre on a limit, or one tenth beside it."""
    baseline = sum(tenths(reading) for reading in history.visits[0])
    nadir = min(history.complete_sums, default=baseline)
    beside = draw(st.sampled_from((0, -1, 1)))
    sums = {
        "pr_edge": baseline * 7 // 10 + beside,
        "pd_edge": -(-nadir * 12 // 10) + beside,
        "absolute_edge": nadir + 50 + beside,
        "regrown": max(baseline * 7 // 10 + 1, nadir * 12 // 10 - 1),
        "baseline": baseline,
        "nadir": nadir,
    }
    return max(0, sums[plan]) if plan in sums else draw(st.integers(0, 2 * baseline))


@st.composite
def non_target_lesions(draw: st.DrawFn, count: int, has_baseline: bool, calm: bool) -> list[Lesion]:
    """Zero to three non-targets, each mostly present or mostly gone."""
    odd = ["absent", "present"]
    if not calm:
        odd += ["not_assessed", "not_evaluable", "unequivocal_pd"]
    lesions = []
    for node in draw(st.lists(st.booleans(), max_size=1 if calm else 3)):
        usual = [draw(st.sampled_from(("absent", "present")))] * 8
        states = ["present" if has_baseline else "not_assessed"]
        states += [draw(st.sampled_from(usual + odd)) for _ in range(count)]
        lesions.append(Lesion("non_target", node, [Reading(state) for state in states]))
    return lesions


@st.composite
def new_lesions(draw: st.DrawFn, count: int) -> list[Lesion]:
    """Zero to three new lesions: not seen, then doubtful, then certain, in that order or in none."""
    lesions = []
    for node in draw(st.lists(st.booleans(), max_size=3)):
        states = [draw(st.sampled_from(("not_seen", "equivocal", "unequivocal", "pet_only"))) for _ in range(count)]
        if draw(st.booleans()):
            states.sort(key=("not_seen", "pet_only", "equivocal", "unequivocal").index)
        readings = [Reading("not_seen")]
        for state in states:
            sized = node and state in ("equivocal", "unequivocal")
            size = draw(st.sampled_from((*NODE_EDGES, 120, None))) if sized else None
            readings.append(Reading(state) if size is None else Reading(state, Fraction(size, 10)))
        lesions.append(Lesion("new", node, readings))
    return lesions


@st.composite
def with_events(
    draw: st.DrawFn,
    days: list[int],
    reference_day: int,
    lesions: list[Lesion],
    has_baseline: bool,
    calm: bool,
) -> Patient:
    """The lesions with deaths, therapies, procedures, windows and cuts on visit days, or one day beside."""
    rarely = 8 if calm else 2
    deaths = sorted({*days[1:], days[-1] + 1, days[-1] + 120})
    death_day = draw(st.sampled_from([None] * rarely * len(deaths) + deaths))
    if death_day is not None:
        count = sum(day <= death_day for day in days)
        days = days[:count]
        lesions = [Lesion(x.kind, x.node, x.readings[:count]) for x in lesions]
    around = sorted({day + beside for day in days for beside in (-1, 0, 1)})
    maybe = st.sampled_from([None] * rarely * len(around) + around)
    pd_days = [days[0], *(draw(progression_day(days, i)) for i in range(1, len(days)))]
    if death_day is not None:
        pd_days = [min(day, death_day) for day in pd_days]
    cuts = [day for day in around if day >= days[0]]
    cut_day = draw(st.sampled_from([days[-1] + 400] * rarely * len(cuts) + cuts))
    cut_day = max([pd for day, pd in zip(days, pd_days, strict=True) if day <= cut_day] + [cut_day])
    procedure_day = draw(maybe)
    rules = st.builds(
        ProcedureRule,
        st.sampled_from(("failure", "pending", "count_unconfirmed")),
        st.sampled_from(("treatment_policy", "censor")),
    )
    patient = Patient(
        days=days,
        pd_days=pd_days,
        missed_before=[0, *(draw(st.sampled_from((0, 0, 0, 1, 2))) for _ in days[1:])],
        lesions=lesions,
        reference_day=reference_day,
        death_day=death_day,
        new_therapy_day=draw(maybe),
        clinical_pd_day=draw(maybe),
        procedure_day=procedure_day,
        procedure_rule=None if procedure_day is None else draw(rules),
        window_end=draw(maybe),
        cut_day=cut_day,
        gap_limit=[],
        has_baseline=has_baseline,
    )
    patient.gap_limit = draw(gap_limits(patient))
    return patient


@st.composite
def progression_day(draw: st.DrawFn, days: Sequence[int], visit: int) -> int:
    """The visit's day, or one a little earlier or later that meets no other visit."""
    earliest = days[visit - 1] + 1
    latest = days[visit + 1] - 1 if visit + 1 < len(days) else days[visit] + 2
    chosen = days[visit] + draw(st.sampled_from((0, 0, 0, 0, 1, 2, -1)))
    return min(max(chosen, earliest), latest)


@st.composite
def gap_limits(draw: st.DrawFn, patient: Patient) -> list[int]:
    """Limits of which many are exactly, or one day less than, the time from a visit to an event."""
    limits = []
    for i, day in enumerate(patient.days):
        since = day if i else patient.reference_day
        events = [patient.death_day, patient.clinical_pd_day, *patient.pd_days[i + 1 :]]
        exact = {e - since - less for e in events if e is not None for less in (0, 1)}
        limits.append(draw(st.sampled_from([91, 400, *sorted(x for x in exact if x >= 0)])))
    return limits
