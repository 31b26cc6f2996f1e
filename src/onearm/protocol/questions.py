"""What a protocol leaves open: each open path as a question to the investigator, with what it holds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from onearm.protocol.base import Part, Text
from onearm.protocol.calendar_reading import needs_reading
from onearm.protocol.model import Protocol
from onearm.protocol.parts import Endpoint
from onearm.protocol.paths import is_written, value_at
from onearm.protocol.quality_parts import open_quality

Blocked = Literal["decision", "response", "survival", "calendar", "simulation", "dosing", "procedures"]


@dataclass(frozen=True)
class OpenQuestion:
    """One open path of a protocol."""

    path: str
    ask: Text
    """The protocol's own question where it has one, else the general one."""
    blocks: tuple[Blocked, ...]
    """What cannot be done while it is open; empty when nothing waits for it."""


_DESIGN: tuple[tuple[str, str], ...] = (
    ("endpoint", "Which endpoint is tested?"),
    ("n", "How many patients in all?"),
    ("success", "From how many responders on is the trial a success?"),
    ("p0", "Which response rate is not worth pursuing (p0)?"),
    ("p1", "Which response rate is hoped for (p1)?"),
    ("alpha", "Which one-sided type I error is allowed?"),
    ("power", "Which power is asked for?"),
    ("final.assessed_through_scan", "Through which planned scan is every patient followed before the final decision?"),
)
_TWO_STAGE: tuple[tuple[str, str], ...] = (
    ("n1", "How many patients in stage one?"),
    ("futility_stop", "Up to how many responders in stage one does the trial stop?"),
    ("stage_one.unit", "Does stage one count registered, treated or eligible patients?"),
    ("stage_one.replacement", "Are patients of stage one replaced, and which?"),
    ("interim.assessed_through_scan", "Through which planned scan is stage one followed before the decision?"),
    ("interim.counts", "Does a response still waiting for its confirming scan count at the interim?"),
    ("interim.late_responders", "Does a response first seen after that scan count, if it comes before the decision?"),
)
_PROCEDURES = ("resection", "ablation", "tace", "radiotherapy", "transplant")


def list_open_questions(protocol: Protocol) -> list[OpenQuestion]:
    """Every open path with its question, in the order of the model; the protocol's own further questions last."""
    own = {question.path: question.ask for question in protocol.open_questions}
    general = [OpenQuestion(path, own.pop(path, ask), blocks) for path, ask, blocks in _open_paths(protocol)]
    return general + [OpenQuestion(path, ask, ()) for path, ask in own.items() if not is_settled(protocol, path)]


def is_settled(protocol: Protocol, path: str) -> bool:
    """Whether a question about a path is answered: an overlay fills the path, or a single value is stated there.

    A part may be asked about as a whole, and so may a value that the protocol only infers or assumes: the source does
    not say it. Such a question holds nothing up.
    """
    value = value_at(protocol, path)
    if value in (None, (), "", {}) or not is_written(protocol, path):
        return False
    entry = protocol.provenance_of(path)
    if entry is not None and entry.overlay is not None and path in entry.sets:
        return True
    if isinstance(value, (Part, dict)) or (isinstance(value, tuple) and isinstance(value[0], Part)):
        return False
    return entry is None or entry.status == "stated" or entry.overlay is not None


def missing_for(protocol: Protocol, what: Blocked) -> list[OpenQuestion]:
    """The open questions that hold up one thing, such as ``decision``: empty when it can be done.

    An exploratory design has no decision to wait for, so nothing is missing for it.
    """
    return [question for question in list_open_questions(protocol) if what in question.blocks]


_Open = Iterator[tuple[str, str, tuple[Blocked, ...]]]


def _open_paths(protocol: Protocol) -> _Open:
    tested = protocol.design.kind != "exploratory"
    yield from _treatment(protocol)
    yield from _tumour(protocol, tested)
    for key, endpoint in protocol.endpoints.items():
        yield from _endpoint(f"endpoints.{key}", endpoint, tested and key == protocol.design.endpoint)
    if protocol.sets.primary is None:
        yield "sets.primary", "Which analysis set is the primary one?", ("decision",) if tested else ()
    for name in _PROCEDURES:
        if getattr(protocol.procedures, name) is None:
            ask = f"What does {_procedure_words(name)} on study do to response and to time to event?"
            yield f"procedures.{name}", ask, ("procedures",)
    yield from _design(protocol)
    yield from ((path, ask, ()) for path, ask in open_quality(protocol.quality_of_life))


def _treatment(protocol: Protocol) -> _Open:
    for component in protocol.treatment.components:
        path = f"treatment.components.{component.id}"
        for index, dose in enumerate(component.doses):
            if dose.amount is None:
                yield f"{path}.doses.{index}.amount", "Which dose is given?", ("dosing",)
        if not component.doses and component.kind == "drug":
            yield f"{path}.doses", "Which dose is given?", ("dosing",)
        if component.every is None:
            yield f"{path}.every", "How often is it given?", ("simulation", "dosing")


def _tumour(protocol: Protocol, tested: bool) -> _Open:
    tumour = protocol.tumour
    blocks: tuple[Blocked, ...] = ("response", "decision") if tested else ("response",)
    if tumour.criterion is None:
        yield "tumour.criterion", "By which criterion is response judged?", blocks
        yield "tumour.profile", "By which published set of response options?", blocks
    calendar = tumour.calendar
    if calendar is None:
        yield "tumour.calendar", "On which weeks are tumours assessed?", ("calendar", "simulation")
        return
    if calendar.reading is None and needs_reading(calendar):
        ask = "How do scans go on where a phase ends on no multiple of its interval?"
        yield "tumour.calendar.reading", ask, ("calendar", "simulation")
    if calendar.window_days is None:
        ask = "By how many days may a scan be early or late?"
        yield "tumour.calendar.window_days", ask, ("calendar", "simulation")


def _endpoint(path: str, endpoint: Endpoint, tested: bool) -> _Open:
    if endpoint.kind in ("response_rate", "control_rate", "benefit_rate") and endpoint.denominator is None:
        yield f"{path}.denominator", "Of which patients is this a proportion?", ()
    if endpoint.kind == "benefit_rate" and endpoint.at_least is None:
        yield f"{path}.at_least", "How long must stable disease last to count as a benefit?", ()
    if endpoint.kind in ("survival", "response_duration", "control_duration"):
        if endpoint.start is None:
            yield f"{path}.start", "From which day does it count?", ("survival",)
        if not endpoint.events:
            yield f"{path}.events", "Which events end it?", ("survival",)
        if endpoint.censoring is None:
            yield f"{path}.censoring", "By which rule is a patient without event censored?", ("survival",)
    window = endpoint.window
    if window is not None and window.cap is not None and window.cap_counts is None:
        ask = "Is the cap calendar time from the start, or time on treatment?"
        yield f"{path}.window.cap_counts", ask, ("decision",) if tested else ()


def _design(protocol: Protocol) -> _Open:
    design = protocol.design
    if design.kind == "exploratory":
        return
    asked = _DESIGN + (_TWO_STAGE if design.kind == "two-stage" else ())
    for name, ask in asked:
        part, _, field = name.rpartition(".")
        holder = getattr(design, part) if part else design
        if getattr(holder, field) is None:
            yield f"design.{name}", ask, ("decision",)
    if design.kind == "two-stage":
        if design.stage_one.accrual is None:
            yield "design.stage_one.accrual", "Is registration open while the interim waits?", ("simulation",)
        asked_for = {question.path for question in protocol.open_questions}
        if design.efficacy_stop is None and "design.efficacy_stop" in asked_for:
            yield "design.efficacy_stop", "May stage one end in success, from how many responders on?", ("decision",)
        if design.efficacy_stop is not None and design.efficacy_stop_binding is None:
            yield "design.efficacy_stop_binding", "Must the trial stop at the efficacy boundary?", ()


def _procedure_words(name: str) -> str:
    return {"tace": "TACE", "radiotherapy": "radiotherapy"}.get(name, f"{'an ' if name == 'ablation' else 'a '}{name}")
