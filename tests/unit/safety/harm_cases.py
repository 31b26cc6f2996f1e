"""Hand-made trials for adverse events: a protocol with rules on harm, and patients with a few events."""

from __future__ import annotations

from typing import Any

from small_patients import CUTOFF, Patient, on, protocol_with, records_of

from onearm.derive import derive
from onearm.protocol import Protocol
from onearm.protocol.parts import Component
from onearm.protocol.safety_parts import SafetyPlan
from onearm.safety import SafetyResult, derive_safety

EVENTS: dict[str, Any] = {"window": "30 days", "new_therapy": "does_not_end"}


def protocol_of(
    *,
    events: dict[str, Any] | None = None,
    interest: tuple[dict[str, Any], ...] = (),
    stopping: tuple[dict[str, Any], ...] = (),
    components: tuple[str, ...] = ("pdl1", "haic"),
    **options: object,
) -> Protocol:
    """The made-up protocol with rules on harm; the events' rules are ``EVENTS`` with the given changes."""
    protocol = protocol_with(**options)
    parts = tuple(Component(id=name, name=name.upper(), kind="drug") for name in components)
    treatment = protocol.treatment.model_copy(update={"components": parts})
    plan = SafetyPlan.model_validate(
        {"events": {**EVENTS, **(events or {})}, "special_interest": interest, "stopping": stopping}
    )
    return protocol.model_copy(update={"treatment": treatment, "safety": plan})


def patient(subject: str = "P-1", *, last: int = 100, ended: int | None = 101) -> Patient:
    """Treated from day 0 to day ``last``; the treatment is recorded as ended on day ``ended``, if it is."""
    made = Patient(subject)
    made.add("EX", EXTRT="haic", EXDOSE="85", EXDOSU="mg/m2", EXSTDTC=on(last), EXENDTC=on(last))
    if ended is not None:
        made.add("DS", DSDECOD="PROGRESSIVE DISEASE", DSSCAT="STUDY TREATMENT", DSSTDTC=on(ended))
    return made


def event(
    made: Patient, start: str | int | None, term: str = "Nausea", grade: str | None = "2", **cells: Any
) -> Patient:
    """One adverse event more; ``start`` is a day from the first dose or a text."""
    number = 1 + sum(domain == "AE" for domain, _ in made.rows)
    begins = on(start) if isinstance(start, int) else start
    return made.add("AE", AESEQ=str(number), AETERM=term, AEDECOD=term, AETOXGR=grade, AESTDTC=begins, **cells)


def judge(made: Patient, number: int, component: str, *, relation: str = "", action: str = "") -> Patient:
    """Relation to, or action taken with, one component for the event of a number."""
    for kind, said in (("REL", relation), ("ACN", action)):
        if said:
            made.add("SUPPAE", RDOMAIN="AE", IDVAR="AESEQ", IDVARVAL=str(number), QNAM=f"{kind}{component}", QVAL=said)
    return made


def safety_of(*patients: Patient, protocol: Protocol | None = None, cutoff: Any = CUTOFF) -> SafetyResult:
    """Everything about harm of some patients."""
    trial, records = protocol or protocol_of(), records_of(*patients)
    found = derive_safety(trial, records, derive(trial, records, cutoff))
    assert found is not None
    return found


def codes(result: SafetyResult) -> list[str]:
    """The codes of the findings, each once."""
    return sorted({finding.code for finding in result.findings})
