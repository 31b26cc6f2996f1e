"""Records → Derived: the one place that puts the steps of a derivation in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from onearm.derive.adsl import derive_adsl
from onearm.derive.adtte import derive_adtte
from onearm.derive.censoring_dates import with_censoring_dates
from onearm.derive.days import day_number
from onearm.derive.derived import Derived, Refusal
from onearm.derive.entered_scope import refuse_entered_elsewhere
from onearm.derive.peer_times import derive_peer_times
from onearm.derive.respond import respond
from onearm.derive.shared import Shared
from onearm.errors import RefusedError
from onearm.protocol import Protocol
from onearm.protocol.variant import MAIN, Variant, read_as
from onearm.records import Records

WITH_CRITERION = ("PFS", "PFSFDA", "DOR", "DORFDA", "TTR", "BOR", "CBOR", "EVALFL")
"""What waits for the response criterion."""


def derive(protocol: Protocol, records: Records, cutoff: dt.date, variant: Variant = MAIN) -> Derived:
    """Derive every table of the records at a data cut-off (rows up to that day, included).

    What the protocol leaves open is named in ``Derived.refusals``. Raises RefusedError with every finding where the
    records need a rule that the protocol lacks: a partial date, a procedure without a rule, two readings of one
    lesion.
    """
    return derive_variants(protocol, records, cutoff, [variant])[0]


def derive_variants(
    protocol: Protocol, records: Records, cutoff: dt.date, variants: Sequence[Variant]
) -> list[Derived]:
    """The derivation once for each variant; what they have in common is read once. Raises as ``derive``."""
    for variant in variants:
        refuse_entered_elsewhere(protocol, variant, records)
    shared = Shared(records, cutoff)
    return [_derive(read_as(protocol, variant), variant, shared) for variant in variants]


def _derive(protocol: Protocol, variant: Variant, shared: Shared) -> Derived:
    course, reader = shared.course(protocol)
    cut_day = day_number(shared.cutoff)
    responded = None
    if protocol.response_options is not None:
        responded = respond(protocol, variant, course, reader, shared)
    errors = [finding for finding in reader.findings if finding.severity == "error"]
    if errors:
        raise RefusedError(errors)
    if responded is None:
        adtte, open_times = derive_adtte(protocol, course, cut_day, None, with_best=True, findings=reader.findings)
        return Derived(
            cutoff=shared.cutoff,
            protocol=protocol,
            adsl=derive_adsl(course, None, None, None, None),
            adtte=with_censoring_dates(adtte),
            course=course,
            readings=None,
            visits=None,
            refusals=(*(Refusal(name, ("tumour.criterion",)) for name in WITH_CRITERION), *open_times),
            findings=tuple(reader.findings),
            variant=variant,
        )
    responses = responded.responses
    with_best = not any(refusal.id == "CBOR" for refusal in responded.refused)
    if responded.peer is not None:
        adtte, open_times = derive_peer_times(protocol, course, cut_day, responses, responded.peer)
    else:
        adtte, open_times = derive_adtte(
            protocol, course, cut_day, responses, with_best=with_best, findings=reader.findings
        )
    readings, visits = responses.readings, responses.visits
    return Derived(
        cutoff=shared.cutoff,
        protocol=protocol,
        adsl=derive_adsl(course, readings, visits, responded.window, responded.evaluable),
        adtte=with_censoring_dates(adtte),
        course=course,
        readings=readings,
        visits=visits,
        refusals=(*responded.refused, *open_times),
        findings=tuple(reader.findings),
        variant=variant,
        markers=responded.markers,
        peer=responded.peer,
        witnesses=responses.witnesses,
        with_best=with_best,
    )
