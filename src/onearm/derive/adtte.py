"""ADTTE: survival, progression-free survival, duration of and time to response, duration of disease control."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from onearm.derive.days import Witnessed
from onearm.derive.derived import Refusal
from onearm.derive.followed import Course
from onearm.derive.progression_times import (
    ProgressionTimes,
    Responses,
    anchor_day,
    best_responses,
    response_starts,
)
from onearm.derive.time_rows import ADTTE_SCHEMA, PARAMETERS, TimeRows, empty_adtte
from onearm.errors import Finding, Place, RefusedError
from onearm.kernels.arrays import Ints32
from onearm.kernels.best_response import OUT_CONFIRMED, OUT_UNCONFIRMED
from onearm.kernels.rules import NEVER
from onearm.protocol import Protocol
from onearm.protocol.censoring import CENSORING_PROFILES, CensoringProfile, profile_of
from onearm.protocol.parts import Endpoint
from onearm.terms import RESPONDING, Response

__all__ = [
    "ADTTE_SCHEMA",
    "PARAMETERS",
    "Responses",
    "anchor_day",
    "derive_adtte",
    "empty_adtte",
    "endpoint_of",
    "start_of",
]

_KINDS = {"dor": "response_duration", "ddc": "control_duration", "cbr": "benefit_rate"}
_SUFFIX = {"literal": "LIT", "fda": "FDA"}


@dataclass(frozen=True)
class Start:
    """From which day a time is counted, and the open place of the protocol where it is not said."""

    day: Witnessed | None
    missing: str


def endpoint_of(protocol: Protocol, name: str) -> tuple[str, Endpoint] | None:
    """Key and endpoint of a name in ``_KINDS``, ``os`` or ``pfs``, by kind and events; None where there is none."""
    for key, endpoint in protocol.endpoints.items():
        is_survival = endpoint.kind == "survival"
        if (
            endpoint.kind == _KINDS.get(name)
            or (name == "os" and is_survival and endpoint.events == ("death",))
            or (name == "pfs" and is_survival and "progression" in endpoint.events)
        ):
            return key, endpoint
    return None


def start_of(protocol: Protocol, course: Course, name: str) -> Start:
    """The start of ``os``, ``pfs`` or ``ddc`` for each subject."""
    found = endpoint_of(protocol, name)
    if found is None or found[1].start not in ("first_dose", "inclusion"):
        key = name if found is None else found[0]
        return Start(None, f"endpoints.{key}.start")
    return Start(course.first_dose if found[1].start == "first_dose" else course.registered, "")


def derive_adtte(
    protocol: Protocol,
    course: Course,
    cut_day: int,
    responses: Responses | None,
    *,
    with_best: bool,
    findings: list[Finding] | None = None,
) -> tuple[pl.DataFrame, list[Refusal]]:
    """One row a parameter and subject whose start has come; and the parameters that the protocol leaves open.

    Everything but survival needs ``responses``; duration of and time to response, duration of disease control and of
    stable disease also need the best responses. The last two appear only where the protocol has an endpoint for them.
    Who is left out of every time to progression is named in ``findings`` (D050).
    """
    options = protocol.response_options
    rows = TimeRows(course, cut_day, options is None or options.count_start_day == "yes")
    frames: list[pl.DataFrame] = []
    refused: list[Refusal] = []
    survival = start_of(protocol, course, "os")
    if survival.day is None:
        refused.append(Refusal("OS", (survival.missing,)))
    else:
        frames.append(rows.survival(survival.day))
    if responses is not None:
        times = _Times(protocol, course, cut_day, responses, rows, refused)
        if findings is not None:
            findings += times.left_out()
        frames += times.progression_free()
        frames += [*times.of_response(), *times.of_control(), *times.of_stable_disease()] if with_best else []
    return pl.concat(frames) if frames else empty_adtte(), refused


class _Times:
    """The parameters that end at progression, each by the same kernel."""

    def __init__(
        self,
        protocol: Protocol,
        course: Course,
        cut_day: int,
        responses: Responses,
        rows: TimeRows,
        refused: list[Refusal],
    ) -> None:
        self.protocol, self.course, self.responses, self.rows = protocol, course, responses, rows
        self.refused = refused
        self.times = ProgressionTimes(protocol, course, cut_day, responses)
        self.from_first = np.ones(course.n_subjects, np.int32)

    def left_out(self) -> list[Finding]:
        """Registered subjects whose reference day has come and who have no time to progression."""
        course = self.course
        dropped = self.times.left_out & course.is_registered & (course.reference.day != NEVER)
        return [
            Finding("D050", Place("TR", path="TRDTC", subject=course.subjects[int(number)]), severity="warning")
            for number in np.flatnonzero(dropped)
        ]

    def progression_free(self) -> list[pl.DataFrame]:
        """PFS under its own profile, and beside it."""
        start = start_of(self.protocol, self.course, "pfs")
        if start.day is None:
            self.refused += [Refusal(name, (start.missing,)) for name in ("PFS", "PFSFDA")]
            return []
        return self._under_profiles("pfs", start.day, self.from_first)

    def of_response(self) -> list[pl.DataFrame]:
        """Duration of response like PFS, and the time to it."""
        begin, first = response_starts(self.protocol, self.responses)
        frames = self._under_profiles("dor", begin, first)
        return [*frames, self.rows.to_response(self.course.reference, begin, first, self.responses)]

    def of_control(self) -> list[pl.DataFrame]:
        """Duration of disease control: from its start, in patients whose best response is control."""
        found = endpoint_of(self.protocol, "ddc")
        if found is None:
            return []
        profile, start = profile_of(found[1]), start_of(self.protocol, self.course, "ddc")
        if start.day is None or profile is None:
            missing = start.missing if start.day is None else f"endpoints.{found[0]}.censoring"
            self.refused.append(Refusal("DDC", (missing,)))
            return []
        is_controlled = np.isin(best_responses(self.protocol, self.responses.visits), [*RESPONDING, *self._stable])
        return self._under("DDC", profile, _only(start.day, is_controlled), self.from_first)

    def of_stable_disease(self) -> list[pl.DataFrame]:
        """How long stable disease lasted (RECIST 1.1, section 4.7.2), of patients with it by either best response: from
        the reference day to progression or death, else to the last adequate scan.

        Gaps are ignored; a new therapy ends it unless responses after one count.
        """
        found, options = endpoint_of(self.protocol, "cbr"), self.protocol.response_options
        if found is None or options is None:
            return []
        if found[1].at_least is None:
            self.refused.append(Refusal("CBR", (f"endpoints.{found[0]}.at_least",)))
            return []
        best = self.responses.visits.best
        is_stable = np.isin(best[:, OUT_CONFIRMED], self._stable) | np.isin(best[:, OUT_UNCONFIRMED], self._stable)
        ends = options.response_after_new_therapy == "excluded"
        profile = CENSORING_PROFILES["literal"]._replace(new_therapy="censor" if ends else "ignore")
        return self._under("DSD", profile, _only(self.course.reference, is_stable), self.from_first)

    @property
    def _stable(self) -> list[int]:
        options = self.protocol.response_options
        counts = options is not None and options.dcr_counts_non_cr_non_pd == "yes"
        return [int(Response.SD), *([int(Response.NON_CR_NON_PD)] if counts else [])]

    def _under_profiles(self, name: str, start: Witnessed, first: Ints32) -> list[pl.DataFrame]:
        """The endpoint's own profile under its plain name, another beside it."""
        found, code = endpoint_of(self.protocol, name), name.upper()
        profile = None if found is None else profile_of(found[1])
        if found is None or profile is None:
            if name == "dor" and found is None:
                return []
            self.refused.append(Refusal(code, (f"endpoints.{name if found is None else found[0]}.censoring",)))
            beside: tuple[str, ...] = ("literal", "fda")
            frames = []
        else:
            beside = ("fda",) if found[1].censoring == "literal" else ("literal",)
            frames = self._under(code, profile, start, first)
        for other in beside:
            frames += self._under(f"{code}{_SUFFIX[other]}", CENSORING_PROFILES[other], start, first)
        return frames

    def _under(self, name: str, profile: CensoringProfile, start: Witnessed, first: Ints32) -> list[pl.DataFrame]:
        try:
            begin, out = self.times.derive(profile, start, first)
        except RefusedError as error:
            self.refused.append(Refusal(name, tuple(finding.place.path for finding in error.findings)))
            return []
        return [self.rows.progression(name, begin, out, self.responses)]


def _only(start: Witnessed, those: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Witnessed:
    return start._replace(day=np.where(those, start.day, np.int32(NEVER)).astype(np.int32))
