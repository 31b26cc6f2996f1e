"""Analyses that a protocol declares beside its endpoints: subgroups of the response rate, landmarks by response."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, field_validator

from onearm.protocol.base import Duration, Number, Part, Text

IDENTIFIERS = frozenset({"STUDYID", "DOMAIN", "USUBJID", "SUBJID"})


def may_split(variable: str) -> bool:
    """Whether a variable can make groups: an identifier of the patient or trial, or a date or time, cannot."""
    is_date = variable.endswith(("DTC", "DT", "DTM", "TM")) and not variable.startswith("LB.")
    return variable not in IDENTIFIERS and not is_date


class Subgroup(Part):
    """One variable by which the response rate is split."""

    variable: Annotated[str, Field(pattern=r"^(LB\.)?[A-Z][A-Z0-9_]*$")]
    """A column of DM (``AGE``, ``SEX``), of ADSL (``NTARGET``, ``BLSUM``), or a baseline laboratory value (``LB.AFP``):
    the last one on or before the first dose."""
    name: Text = ""
    """What people read; the variable's own name without it."""
    cuts: tuple[Number, ...] = ()
    """Where a number is split: ``[65]`` gives below 65, and 65 or more. Without cuts each value is a group."""

    @field_validator("cuts")
    @classmethod
    def _rising(cls, cuts: tuple[Number, ...]) -> tuple[Number, ...]:
        if any(later <= earlier for earlier, later in pairwise(cuts)):
            raise ValueError("cuts rise from one to the next")
        return cuts


class ResponseLandmark(Part):
    """A time to event from a landmark on, in those who had responded by then and those who had not."""

    endpoint: Literal["os", "pfs"]
    at: Duration
    """Time from the start of the endpoint to the landmark."""


class Analyses(Part):
    """Declared before the data were seen, so that none is picked after; all describe, none tests."""

    subgroups: tuple[Subgroup, ...] = ()
    response_landmarks: tuple[ResponseLandmark, ...] = ()
