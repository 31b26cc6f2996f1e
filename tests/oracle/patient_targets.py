"""Generated target lesions: sums on the limits, nodes beside theirs, and every way to be missing or treated."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

from chance import Chance, seldom
from response_patient import Lesion, Reading

NODE_EDGES = (99, 100, 101, 149, 150)
PLANS = ("pr_edge", "pd_edge", "absolute_edge", "gone", "almost_gone", "baseline", "nadir", "certain_edge", "free")
CALM_PLANS = (
    *("pr_edge", "pr_edge", "nadir", "regrown", "regrown", "pd_edge"),
    *("gone", "almost_gone", "above_nadir", "certain_edge"),
)
"""Courses in which responses are confirmed and continue, as they do in patients who respond."""

REMISSION_PLANS = ("gone", "gone", "gone", "almost_gone", "pr_edge")
"""Complete responses that are confirmed, and a lesion that comes back after them."""

LOST = ("not_assessed", "not_evaluable", "treated")
AFTER_TREATMENT = ("treated", "treated", "absent", "absent", "not_assessed", "measured")
"""How a lesion is entered once it was treated: a resected one is often read as absent."""


@dataclass
class TargetHistory:
    """Target lesions while they are generated: kinds, readings so far, and the sums that thresholds need."""

    nodes: list[bool]
    visits: list[list[Reading]] = field(default_factory=list)
    complete_sums: list[int] = field(default_factory=list)

    def add(self, readings: list[Reading]) -> None:
        """Remember one visit; a too small lesion is taken to be 5 mm, the usual default."""
        self.visits.append(readings)
        if not any(r.state in LOST for r in readings):
            self.complete_sums.append(sum(tenths(r) for r in readings))

    def treated(self, i: int) -> bool:
        return any(visit[i].state == "treated" for visit in self.visits[1:])

    def longest(self, i: int) -> int:
        """The greatest length a target ever had."""
        return max(tenths(visit[i]) for visit in self.visits)


def tenths(reading: Reading) -> int:
    if reading.state == "too_small":
        return 50
    return 0 if reading.mm is None else int(reading.mm * 10)


@cache
def measured(length_tenths: int) -> Reading:
    return Reading("measured", Fraction(length_tenths, 10))


BASELINE_NODE = [measured(t) for t in (150, 200, 300, 149)]
BASELINE_OTHER = [measured(t) for t in (100, 150, 200, 500, 333, 101)]
ODD_BASELINE = (Reading("not_evaluable"), Reading("too_small"), measured(0), Reading("treated"))
GONE_NODE = (measured(99), measured(80), Reading("absent"), measured(0))
GONE_OTHER = (Reading("absent"), Reading("absent"), measured(0), Reading("merged"))
STILL_NODE = (measured(100), measured(149), measured(101))
STILL_OTHER = (measured(1), measured(50), measured(49))
STILL_ODD = (Reading("too_small"), Reading("not_assessed"), Reading("treated"))


def target_lesions(chance: Chance, count: int, has_baseline: bool, calm: bool) -> list[Lesion]:
    """Zero to four targets whose sums sit on the limits of response and progression."""
    nodes = [chance.one_of((False, False, True)) for _ in range(chance.whole(int(calm), 4))]
    history = TargetHistory(nodes)
    first = [baseline_reading(chance, node, calm) for node in nodes]
    history.add(first if has_baseline else [Reading("not_assessed")] * len(nodes))
    plans = PLANS
    if calm:
        plans = REMISSION_PLANS if seldom(chance, 4) else CALM_PLANS
    for _ in range(count):
        plan = chance.one_of(plans)
        if plan in ("gone", "almost_gone"):
            history.add(gone_visit(chance, history, plan == "almost_gone"))
        else:
            history.add(summed_visit(chance, history, plan, calm))
    return [Lesion("target", node, [visit[i] for visit in history.visits]) for i, node in enumerate(nodes)]


def baseline_reading(chance: Chance, node: bool, calm: bool) -> Reading:
    if not calm and seldom(chance, 10):
        return chance.one_of(ODD_BASELINE)
    return chance.one_of(BASELINE_NODE if node else BASELINE_OTHER)


def gone_visit(chance: Chance, history: TargetHistory, almost: bool) -> list[Reading]:
    """All targets gone or normal, but for one that just is not."""
    readings = [chance.one_of(GONE_NODE if node else GONE_OTHER) for node in history.nodes]
    if almost and readings:
        i = chance.whole(0, len(readings) - 1)
        readings[i] = chance.one_of((STILL_NODE if history.nodes[i] else STILL_OTHER) + STILL_ODD)
    return readings


def summed_visit(chance: Chance, history: TargetHistory, plan: str, calm: bool) -> list[Reading]:
    """A visit whose assessed targets add up to a planned sum, or come as near as their states allow."""
    if not history.nodes:
        return []
    odd = ("absent",)
    if not calm:
        odd += ("too_small", "merged", "not_assessed", "not_evaluable", "treated")
    elif seldom(chance, 4):
        odd += LOST
    states = [chance.one_of(("measured",) * 12 + odd) for _ in history.nodes]
    states = [chance.one_of(AFTER_TREATMENT) if history.treated(i) else s for i, s in enumerate(states)]
    if plan == "certain_edge" and len(states) > 1:
        states[chance.whole(0, len(states) - 1)] = "not_assessed"
    rest = max(0, planned_sum(chance, history, plan, states) - 50 * states.count("too_small"))
    readings = [Reading(state) for state in states]
    lengths = [i for i, state in enumerate(states) if state == "measured"]
    for i in lengths[:-1]:
        edges = [t for t in NODE_EDGES if t <= rest] if history.nodes[i] else []
        part = chance.one_of([rest // 2, 0, min(rest, tenths(history.visits[-1][i])), *edges])
        readings[i] = measured(part)
        rest -= part
    for i in lengths[-1:]:
        readings[i] = measured(rest)
    return readings


def planned_sum(chance: Chance, history: TargetHistory, plan: str, states: list[str]) -> int:
    """Tenths of a millimetre on a limit, or one tenth beside it.

    Half of the time without the targets treated so far, as if they had never been in the sums.
    """
    out = [i for i in range(len(states)) if states[i] == "treated" or history.treated(i)]
    rebased = bool(out) and chance.one_of((False, True))
    sums = [sum(tenths(r) for i, r in enumerate(visit) if i not in out) for visit in history.visits]
    baseline = sums[0] if rebased else sum(tenths(reading) for reading in history.visits[0])
    nadir = min(sums if rebased else history.complete_sums, default=baseline)
    beside = chance.one_of((0, -1, 1))
    if plan == "certain_edge":
        missing = sum(history.longest(i) for i, s in enumerate(states) if s in LOST and not (rebased and i in out))
        return max(0, baseline * 7 // 10 + beside - missing)
    planned = {
        "pr_edge": baseline * 7 // 10 + beside,
        "pd_edge": -(-nadir * 12 // 10) + beside,
        "absolute_edge": nadir + 50 + beside,
        "regrown": max(baseline * 7 // 10 + 1, nadir * 12 // 10 - 1),
        "baseline": baseline,
        "nadir": nadir,
        "above_nadir": nadir + 1 + beside,
    }
    return max(0, planned[plan]) if plan in planned else chance.whole(0, 2 * baseline)
