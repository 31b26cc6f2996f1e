"""Target lesions at each visit, section 2 of ``docs/explanation/response.md``, slowly, in exact fractions.

Where the page can be read in two ways the chosen reading is marked ``Reading:``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

from response_patient import Lesion, Options, Reading

ZERO = Fraction(0)
MISSING_STATES = ("not_assessed", "not_evaluable", "treated")

Lengths = list[Fraction | None]
Kept = tuple[int, ...]
"""Places of the targets that are looked at, in the list of all targets."""


@cache
def exact(length: Decimal) -> Fraction:
    return Fraction(length)


def treated_for_good(lesion: Lesion) -> Lesion:
    """A target treated at a visit after the baseline is treated at every later one, whatever is entered there."""
    states = [reading.state for reading in lesion.readings]
    if "treated" not in states[1:]:
        return lesion
    since = states.index("treated", 1)
    later = [Reading("treated")] * (len(states) - since)
    return replace(lesion, readings=lesion.readings[:since] + later)


@dataclass
class Targets:
    """The targets of one patient under one set of options, with the lengths they count with."""

    lesions: Sequence[Lesion]
    options: Options
    known: dict[tuple[int, Kept], Lengths] = field(default_factory=dict)
    single: dict[tuple[int, int], Fraction | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lesions = [treated_for_good(lesion) for lesion in self.lesions]

    def excluded(self, visit: int) -> Kept:
        """Targets that a treatment at this visit or before took out of the sums."""
        if self.options["treated_lesion"] != "exclude_and_rebase" or visit == 0:
            return ()
        return tuple(i for i, x in enumerate(self.lesions) if x.readings[visit].state == "treated")

    def kept(self, visit: int) -> Kept:
        out = self.excluded(visit)
        return tuple(i for i in range(len(self.lesions)) if i not in out)

    def counted_mm(self, i: int, visit: int) -> Fraction | None:
        """Length with which one target counts, None when it is missing."""
        if (i, visit) not in self.single:
            self.single[i, visit] = counted_mm(self.lesions[i], visit, self.options)
        return self.single[i, visit]

    def is_malignant(self, i: int, visit: int) -> bool:
        """Whether a target is there: a node at or above the limit, a non-node above 0 or too small to measure."""
        mm = self.counted_mm(i, visit)
        if mm is None:
            return False
        if self.lesions[i].node:
            return mm >= exact(self.options["node_normal_below_mm"])
        # A lesion believed present is not gone, whatever length stands in for it.
        return mm > 0 or self.lesions[i].readings[visit].state == "too_small"

    def lengths(self, visit: int, kept: Kept) -> Lengths:
        """Length of each target looked at; a merged one that none of them carries is missing."""
        if (visit, kept) in self.known:
            return self.known[visit, kept]
        disease = any(self.is_malignant(i, visit) for i in kept)
        seen_node = any(
            self.lesions[i].node
            and (self.lesions[i].readings[visit].state == "too_small" or (self.counted_mm(i, visit) or ZERO) > 0)
            for i in kept
        )
        found: Lengths = []
        for i in kept:
            carried = disease or (self.lesions[i].node and seen_node)
            lost = self.lesions[i].readings[visit].state == "merged" and not carried
            found.append(None if lost else self.counted_mm(i, visit))
        self.known[visit, kept] = found
        return found

    def complete_sum(self, visit: int, kept: Kept) -> Fraction | None:
        """Sum of the targets looked at, None when one is missing."""
        lengths = self.lengths(visit, kept)
        return None if None in lengths else sum_of_seen(lengths)

    def nadir(self, visit: int, kept: Kept) -> tuple[Fraction | None, list[int]]:
        """Smallest complete sum before a visit, and the visits that had it; a baseline sum of 0 is none."""
        if not kept:
            return None, []
        sums = {v: total for v in range(1, visit) if (total := self.complete_sum(v, kept)) is not None}
        baseline = self.complete_sum(0, kept)
        if baseline and (self.options["nadir"] == "includes_baseline" or not sums):
            sums[0] = baseline
        if not sums:
            return None, []
        smallest = min(sums.values())
        return smallest, sorted(v for v, total in sums.items() if total == smallest)

    def response(self, visit: int, earlier: Sequence[str]) -> str:
        """Target response at a visit, given those of the visits before it."""
        if not self.lesions:
            return "MISSING"
        kept = self.kept(visit)
        if not kept:
            return "NE"
        lengths = self.lengths(visit, kept)
        missing = [i for i, mm in zip(kept, lengths, strict=True) if mm is None]
        here = sum_of_seen(lengths)
        back = any(self.is_malignant(i, visit) for i in kept)
        if not missing and not back:
            # Without a complete baseline above 0 nobody knows what was there to go.
            if not self.complete_sum(0, kept):
                return "NE"
            return "CR" if len(kept) == len(self.lesions) else "PR"
        nadir, _ = self.nadir(visit, kept)
        # Reading: `missing_targets: ne` silences every rule of step 2, the two about what came back included.
        if not (missing and self.options["missing_targets"] == "ne") and (
            grew(here, nadir, self.options)
            or (self.options["target_back_after_target_cr"] == "pd" and "CR" in earlier and back)
            or (self.options["node_back_in_pr"] == "pd" and self.node_is_back(visit, kept))
        ):
            return "PD"
        baseline = self.complete_sum(0, kept)
        if not baseline:
            return "NE"
        if missing:
            return "PR" if self.surely_partial(here, missing, visit, kept) else "NE"
        return "PR" if self.shrank(here, baseline, nadir) else "SD"

    def shrank(self, total: Fraction, baseline: Fraction, nadir: Fraction | None) -> bool:
        """Whether a sum is a partial response (Eisenhauer 2009, 4.3.1; the limit included)."""
        regrown = self.options["stable_disease_against"] == "nadir" and nadir is not None and total > nadir
        return total <= Fraction(7, 10) * baseline and not regrown

    def surely_partial(self, here: Fraction, missing: Sequence[int], visit: int, kept: Kept) -> bool:
        """Whether the missing ones, each as long as it ever was, would still leave a partial response."""
        if self.options["missing_targets"] != "pr_if_certain":
            return False
        worst = here
        for i in missing:
            place = kept.index(i)
            ever = [mm for v in range(visit) if (mm := self.lengths(v, kept)[place]) is not None]
            if not ever:
                return False
            worst += max(ever)
        baseline = self.complete_sum(0, kept)
        nadir, _ = self.nadir(visit, kept)
        assert baseline is not None
        return self.shrank(worst, baseline, nadir) and not grew(worst, nadir, self.options)

    def node_is_back(self, visit: int, kept: Kept) -> bool:
        """Whether a node is at or above the limit that was seen below it at an earlier visit after the baseline."""
        limit = exact(self.options["node_normal_below_mm"])
        for place, i in enumerate(kept):
            if self.lesions[i].node and self.is_malignant(i, visit):
                # Reading: a node that had merged counts as assessed, with 0 mm, so it was below the limit.
                before = [self.lengths(v, kept)[place] for v in range(1, visit)]
                if any(mm is not None and mm < limit for mm in before):
                    return True
        return False


def sum_of_seen(lengths: Lengths) -> Fraction:
    return sum((mm for mm in lengths if mm is not None), ZERO)


def counted_mm(lesion: Lesion, visit: int, options: Options) -> Fraction | None:
    """Length with which a target counts by itself, None when it is missing."""
    reading = lesion.readings[visit]
    if reading.state in MISSING_STATES:
        return None
    if reading.state in ("absent", "merged"):
        return ZERO
    if reading.state == "too_small":
        return exact(options["too_small_node_mm"] if lesion.node else options["too_small_mm"])
    assert reading.state == "measured"
    assert reading.mm is not None
    return reading.mm


def grew(total: Fraction, nadir: Fraction | None, options: Options) -> bool:
    """Whether a sum is progression over the nadir (Eisenhauer 2009, 4.3.1; both limits included)."""
    if nadir is None:
        return False
    if nadir == 0:
        return total > 0 and total >= exact(options["reappearance_absolute_mm"])
    return total - nadir >= exact(options["pd_absolute_mm"]) and total >= Fraction(6, 5) * nadir
