"""Do records belong to the trial of a protocol? Judged by the name of their study."""

from __future__ import annotations

from onearm.errors import Finding
from onearm.protocol.model import Protocol

SIMULATED_PREFIX = "SIM-"
"""How the STUDYID of simulated records begins, before the protocol's ``identity.id``."""


def check_study(protocol: Protocol, study_id: str, simulated: bool) -> list[Finding]:
    """The finding (X001) that records of the study ``study_id`` are another trial's, or nothing.

    Simulated records belong to the protocol whose ``identity.id`` their STUDYID holds after ``SIM-``. Other records
    belong to it when their STUDYID is among ``identity.study_ids``; a protocol that names none takes any.
    """
    identity = protocol.identity
    known = (f"{SIMULATED_PREFIX}{identity.id}",) if simulated else identity.study_ids
    if not known or study_id in known:
        return []
    path = "identity.id" if simulated else "identity.study_ids"
    values = {"study": study_id, "trial": identity.id, "wanted": " or ".join(known)}
    return [Finding("X001", protocol.place_of(path), values)]
