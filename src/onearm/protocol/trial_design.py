"""The part of a protocol that says how many patients, which boundary, and when one looks."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from onearm.protocol.base import Number, Part, Whole

Rate = Annotated[Number, Field(gt=0, lt=1)] | None
Count = Annotated[Whole, Field(ge=0, le=2000)] | None


def _none_means_no_stop(value: Any) -> Any:
    return None if value == "none" else value


class StageOneRule(Part):
    """Who belongs to stage one. The order is registration time, then subject id."""

    unit: Literal["registered", "treated", "eligible"] | None = None
    replacement: Literal["none", "never_dosed", "not_evaluable"] | None = None
    accrual: Literal["pauses", "continues"] | None = None
    """Whether patients are registered while the interim waits."""


class InterimRule(Part):
    """What the interim decision waits for and what it counts."""

    assessed_through_scan: Annotated[Whole, Field(ge=1, le=50)] | None = None
    """Number of the planned scan through which each stage-one patient is followed, unless settled earlier."""
    counts: Literal["confirmed", "confirmed_and_pending"] | None = None
    """Whether a response still waiting for its confirming scan counts at the interim."""
    late_responders: Literal["count_until_decision", "not_counted"] | None = None
    """Whether a response first seen after that scan counts, if it comes before the decision."""


class FinalRule(Part):
    """What the final decision waits for."""

    assessed_through_scan: Annotated[Whole, Field(ge=1, le=50)] | None = None
    """Number of the planned scan through which every patient is followed, unless settled earlier."""


class Design(Part):
    """Sizes, boundaries and rates. Boundaries: stop for futility if x1 ≤ ``futility_stop``, stop for efficacy if
    x1 ≥ ``efficacy_stop``, success if x ≥ ``success``."""

    never_open: ClassVar[frozenset[str]] = frozenset({"efficacy_stop"})

    kind: Literal["two-stage", "single-stage", "exploratory"]
    endpoint: str | None = None
    """Endpoint that is tested (a key of ``endpoints``)."""
    n1: Count = None
    n: Count = None
    futility_stop: Count = None
    efficacy_stop: Annotated[Count, BeforeValidator(_none_means_no_stop)] = None
    """Left out or ``none`` where the design has no such stop; where nobody says, an open question stands for it."""
    efficacy_stop_binding: Annotated[bool, Field(strict=True)] | None = None
    success: Count = None
    p0: Rate = None
    p1: Rate = None
    alpha: Rate = None
    power: Rate = None
    stage_one: StageOneRule = StageOneRule()
    interim: InterimRule = InterimRule()
    final: FinalRule = FinalRule()
