"""Three values and how they join (Kleene 1952): not met < unknown < met, so that "all" is the least of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

Verdicts = npt.NDArray[np.int8]

NOT_MET, UNKNOWN, MET = np.int8(0), np.int8(1), np.int8(2)
VERDICT_NAMES = ("not_met", "unknown", "met")
SUBJECT_VERDICTS = ("not_eligible", "unknown", "eligible")

REASONS = (
    "",
    "no_value",
    "outside_window",
    "unit_missing",
    "unit_unknown",
    "no_number",
    "limit_missing",
    "not_in_scale",
    "component_missing",
    "partial_date",
    "several_values",
    "bound_undecided",
    "no_reference_day",
    "no_row",
    "versions_differ",
    "recorded_differs",
    "not_answered",
    "several_answers",
    "not_applicable",
    "kind_contradicts",
    "judged_not_met",
    "unknown_variable",
    "not_comparable",
    "not_coded",
)
"""Why a verdict is unknown, or who made it; the place is the code. Words: ``words.eligibility_words``."""


def reason_code(name: str) -> np.int8:
    """The code of a reason."""
    return np.int8(REASONS.index(name))


@dataclass(frozen=True, eq=False)
class Leaf:
    """One comparison over all subjects. ``details`` makes VALUE, RAW, DAY, SRCDOM, SRCSEQ, NOTE, a row a subject."""

    verdict: Verdicts
    reason: Verdicts
    details: Callable[[], pl.DataFrame]
    unit: str = ""
    variable: str = ""
    start: npt.NDArray[np.int64] | None = None
    """First day of the window; None where there is none."""
    end: npt.NDArray[np.int64] | None = None
    unconfirmed: tuple[str, ...] = ()
    """The unconfirmed constants behind it in every subject, in words."""
    own_marks: tuple[str, npt.NDArray[np.bool_]] | None = None
    """What is unconfirmed in some subjects, and in whom."""


@dataclass(frozen=True, eq=False)
class Node:
    """A condition over all subjects, and which of its leaves decided it for each."""

    verdict: Verdicts
    leaf: npt.NDArray[np.int32]
    leaves: tuple[Leaf, ...]


def of_leaf(leaf: Leaf) -> Node:
    """A condition of one comparison."""
    return Node(leaf.verdict, np.zeros(len(leaf.verdict), np.int32), (leaf,))


def negate(node: Node) -> Node:
    """Met where it is not met; unknown stays."""
    return Node((2 - node.verdict).astype(np.int8), node.leaf, node.leaves)


def join(nodes: list[Node], how: Literal["all", "any"]) -> Node:
    """All of them, or any. The first one with the joined verdict is the one that decided."""
    if len(nodes) == 1:
        return nodes[0]
    verdicts = np.stack([node.verdict for node in nodes])
    joined = verdicts.min(axis=0) if how == "all" else verdicts.max(axis=0)
    decider = (verdicts == joined).argmax(axis=0)
    starts = np.cumsum([0, *(len(node.leaves) for node in nodes)])[:-1]
    places = np.stack([node.leaf + start for node, start in zip(nodes, starts, strict=True)])
    leaf = np.take_along_axis(places, decider[None, :], axis=0)[0].astype(np.int32)
    return Node(joined.astype(np.int8), leaf, tuple(leaf for node in nodes for leaf in node.leaves))
