"""What a decision says and what it rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from onearm.kernels.stage import PatientState

ActionName = Literal["continue", "stop_futility", "stop_efficacy", "success", "failure", "not_ready", "refused"]


@dataclass(frozen=True, slots=True)
class Member:
    """One patient of a decision set."""

    subject: str
    state: PatientState
    best_response: str
    """Confirmed best response at the cut, as its submission value."""
    waits_from: dt.date | None = None
    """Earliest day on which that scan may be made."""
    waits_until: dt.date | None = None
    """Latest day on which the scan that this patient waits for is still in its window; None when settled."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Patients of a decision set by state; ``missing`` are planned patients not yet registered."""

    planned: int
    members: int
    responders: int
    pending_confirmation: int
    may_respond: int
    not_yet_assessed: int
    not_evaluable: int
    non_responders: int

    @property
    def missing(self) -> int:
        """Planned patients who are not there yet."""
        return max(0, self.planned - self.members)

    @property
    def undecided(self) -> int:
        """Patients who may still turn out to respond, those to come included."""
        return self.pending_confirmation + self.may_respond + self.not_yet_assessed + self.missing


@dataclass(frozen=True, slots=True)
class RecordedComparison:
    """The decision taken at the interim beside the same count now."""

    date: dt.date
    action: str
    n1: int
    x1: int
    x1_now: int
    subjects: tuple[str, ...]
    crosses_boundary: bool
    """x1 now lies in another region than x1 as decided: a finding, never a new decision."""
    against_boundary: bool
    """The action taken is not the one that x1 as decided calls for."""
    protocol_digest: str
    """Digest of the protocol under which it was decided, as recorded."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision by the protocol's rule. It computes; the investigator decides."""

    action: ActionName
    stage: Literal["one", "final", "none"]
    rule: dict[str, object]
    """The numbers of the rule: kind, n1, n, futility_stop, efficacy_stop, success, unit, counts …"""
    counts: Counts | None
    members: tuple[Member, ...] = ()
    determined_early: bool = False
    """Settled although patients are still open: best and worst case agree."""
    responders_needed: int | None = None
    """Further responders that settle it upwards."""
    earliest_day: dt.date | None = None
    """Earliest day on which every open patient's scan can have been made; None while planned patients are not yet
    registered.
    """
    recorded: RecordedComparison | None = None
    missing: tuple[str, ...] = ()
    """Open places of the protocol for which the decision is refused."""
    passed_stop: Literal["stop_futility", "stop_efficacy"] | None = None
    """The stop that stage one called for and the trial, as recorded, went past: the rule had ended there."""
    beyond: tuple[str, ...] = ()
    """Patients of the counting unit beyond the planned number: reported, never counted."""
    p_value: float | None = None
    """Exact stage-wise p-value of the final outcome."""

    @property
    def pending(self) -> tuple[Member, ...]:
        """Members who are not settled."""
        return tuple(
            member
            for member in self.members
            if member.state
            in (PatientState.PENDING_CONFIRMATION, PatientState.MAY_RESPOND, PatientState.NOT_YET_ASSESSED)
        )
