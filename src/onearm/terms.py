"""Coded vocabularies: the integers that kernels speak, with the words of CDISC controlled terminology beside them.

The codes are part of the kernels' contract: they are compared as integers in compiled code and never renumbered.
"""

from __future__ import annotations

from enum import IntEnum


class Response(IntEnum):
    """Response at a timepoint, or best overall response."""

    NONE = 0
    """No assessment at all (kept apart from NE)."""
    CR = 1
    PR = 2
    SD = 3
    NON_CR_NON_PD = 4
    PD = 5
    NE = 6
    NED = 7
    """No evidence of disease: nothing at baseline, nothing since."""

    @property
    def submission_value(self) -> str:
        """The CDISC submission value."""
        return _RESPONSE_TEXT[self]


_RESPONSE_TEXT = {
    Response.NONE: "MISSING",
    Response.CR: "CR",
    Response.PR: "PR",
    Response.SD: "SD",
    Response.NON_CR_NON_PD: "NON-CR/NON-PD",
    Response.PD: "PD",
    Response.NE: "NE",
    Response.NED: "NED",
}


RESPONDING = (Response.CR, Response.PR)
"""What is an objective response wherever responders are counted outside the kernels (RECIST 1.1, section 4.4)."""

RESPONDING_VALUES = frozenset(response.submission_value for response in RESPONDING)
"""The same as AVALC has it."""


class TargetState(IntEnum):
    """What is known of one target lesion at one assessment. A length counts only when MEASURED."""

    NOT_ASSESSED = 0
    MEASURED = 1
    TOO_SMALL = 2
    """Believed present, too small to measure: the protocol's default length stands in."""
    ABSENT = 3
    """Gone: length zero."""
    NOT_EVALUABLE = 4
    TREATED = 5
    """Resected, ablated, embolised or irradiated on study."""
    MERGED = 6
    """Coalesced with another target, which carries the length: assessed, adds nothing."""


class NonTargetState(IntEnum):
    """What is known of one non-target lesion at one assessment."""

    NOT_ASSESSED = 0
    PRESENT = 1
    ABSENT = 2
    UNEQUIVOCAL_PD = 3
    NOT_EVALUABLE = 4


class NewLesionState(IntEnum):
    """What is known of one new lesion at one assessment."""

    NOT_SEEN = 0
    EQUIVOCAL = 1
    UNEQUIVOCAL = 2
    PET_ONLY = 3
    """A hot spot without a lesion on CT or MRI."""


class MarkerState(IntEnum):
    """What a tumour marker says at a visit."""

    NOT_APPLICABLE = 0
    """Not above its upper limit at baseline, or not measured there: it says nothing."""
    NORMAL = 1
    ABOVE_LIMIT = 2
    NOT_MEASURED = 3
    """Above its limit at baseline and not measured near this visit."""


class VisitQuery(IntEnum):
    """Why the images of a visit should be looked at again. Bits: a visit may carry several."""

    NONE = 0
    REAPPEARED_AFTER_CR = 1
    """Malignant disease is there again after a complete response."""
    CR_THEN_LESSER = 2
    """PR or SD right after a complete response."""
    PR_NOT_HELD = 4
    """SD right after a first partial response that needed confirmation."""
