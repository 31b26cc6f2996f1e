"""Protocol and records that a command brings together: of one trial, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onearm.errors import RecordsError

if TYPE_CHECKING:
    from onearm.protocol import Protocol
    from onearm.records import Records


def refuse_other_study(protocol: Protocol, records: Records) -> None:
    """Raise RecordsError (X001) when the records are those of another trial than the protocol's."""
    from onearm.protocol import check_study

    findings = check_study(protocol, records.study_id, records.simulated)
    if findings:
        raise RecordsError(findings)
