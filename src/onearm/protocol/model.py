"""The protocol: one frozen model of everything the signed document says, and how each value is known."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PrivateAttr, model_validator

from onearm.errors import Place
from onearm.protocol.analyses import Analyses
from onearm.protocol.base import Identifier, Part, Text
from onearm.protocol.eligibility_parts import Population
from onearm.protocol.options import ResponseOptions
from onearm.protocol.parts import (
    AnalysisSets,
    Conventions,
    Endpoint,
    Identity,
    Procedures,
    Treatment,
    Tumour,
)
from onearm.protocol.quality_parts import QualityOfLifePlan
from onearm.protocol.safety_parts import SafetyPlan
from onearm.protocol.schedule_parts import Schedule
from onearm.protocol.trial_design import Design

Status = Literal["stated", "inferred", "assumed", "unstated"]


class Provenance(Part):
    """How some values are known: the quoted words, the rule of inference, or who assumed them and why."""

    sets: Annotated[tuple[str, ...], Field(min_length=1)]
    """Dotted paths; a path covers everything below it."""
    stated: str | None = None
    """The quoted words of the source."""
    inferred: str | None = None
    """The rule by which the value follows."""
    assumed: str | None = None
    """Why it is assumed."""
    who: str | None = None
    """Who assumes it."""
    overlay: str | None = None
    """Name of the overlay that brought the value; filled in when overlays are applied."""
    departs: bool = False
    """The value contradicts a stated one, knowingly."""

    @model_validator(mode="after")
    def _exactly_one_status(self) -> Provenance:
        given = [name for name in ("stated", "inferred", "assumed") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of stated (the quoted words), inferred (the rule), assumed (why)")
        if (self.assumed is not None) != (self.who is not None):
            raise ValueError("an assumption names who makes it: 'assumed' and 'who' go together")
        return self

    @property
    def status(self) -> Status:
        """``stated``, ``inferred`` or ``assumed``."""
        if self.stated is not None:
            return "stated"
        return "inferred" if self.inferred is not None else "assumed"


class Question(Part):
    """Something the source leaves open, put as a question to the investigator."""

    path: str
    ask: Text


class Protocol(Part):
    """One version of a trial's protocol. Read with ``onearm.load_protocol``; never changed afterwards."""

    later_fields: ClassVar[frozenset[str]] = frozenset(
        {"analyses", "safety", "quality_of_life", "questionnaire_files", "schedule"}
    )

    onearm: Literal[1]
    """Version of this file format."""
    identity: Identity
    population: Population
    treatment: Treatment
    tumour: Tumour
    endpoints: Annotated[dict[Identifier, Endpoint], Field(min_length=1)]
    sets: AnalysisSets
    procedures: Procedures = Procedures()
    design: Design
    conventions: Conventions = Conventions()
    analyses: Analyses = Analyses()
    """Subgroups and landmark analyses, declared before the data are seen."""
    quality_of_life: QualityOfLifePlan | None = None
    """Questionnaires, when they are due and how they are analysed."""
    schedule: Schedule = Schedule()
    """Visits with their windows, and what is done at each."""
    safety: SafetyPlan | None = None
    """How harm is graded and described, and when it is too much; without it nothing is graded."""
    provenance: tuple[Provenance, ...] = ()
    open_questions: tuple[Question, ...] = ()

    # Filled by the loader, not written in files.
    response_options: ResponseOptions | None = None
    """The profile with its overrides; None while the criterion is unstated."""
    source_name: str = ""
    digest: str = ""
    """SHA-256 of the canonical content, overlays included."""
    overlays: tuple[str, ...] = ()
    """Names of the overlays applied, in order."""
    headings: tuple[Text, ...] = ()
    """What the overlays ask every report to say at its head, each once."""

    questionnaire_files: dict[str, str] = Field(default_factory=dict)
    """Text of each map of a questionnaire that ``quality_of_life`` names, by its path."""

    _places: dict[str, Place] = PrivateAttr(default_factory=dict)

    def place_of(self, path: str) -> Place:
        """Where the value at a dotted path, or the nearest one above it, stands in its file."""
        parts = path.split(".")
        for end in range(len(parts), 0, -1):
            place = self._places.get(".".join(parts[:end]))
            if place is not None:
                return Place(place.file, place.line, place.column, path)
        return Place(self.source_name, path=path)

    @cached_property
    def provenance_by_path(self) -> dict[str, Provenance]:
        """The last word on each path that a provenance entry names."""
        return {path: entry for entry in self.provenance for path in entry.sets}

    def provenance_of(self, path: str) -> Provenance | None:
        """How the value at a dotted path is known: by its own entry, or the nearest one above it."""
        parts = path.split(".")
        for end in range(len(parts), 0, -1):
            found = self.provenance_by_path.get(".".join(parts[:end]))
            if found is not None:
                return found
        return None

    @property
    def primary_endpoint(self) -> str | None:
        """Key of the primary endpoint."""
        return next((key for key, endpoint in self.endpoints.items() if endpoint.role == "primary"), None)
