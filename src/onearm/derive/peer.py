"""``rules: admiral``: the overall responses of the visits, made into best responses as the R package does."""

from __future__ import annotations

import numpy as np

from onearm.derive.derived import Peer
from onearm.derive.readings import Readings
from onearm.kernels.best_response import (
    OUT_CONFIRMED,
    OUT_CONFIRMED_REASON,
    OUT_CONFIRMED_VISIT,
    OUT_CONFIRMING_VISIT,
    OUT_LAST_VISIT,
    OUT_UNCONFIRMED,
    OUT_UNCONFIRMED_REASON,
    OUT_UNCONFIRMED_VISIT,
)
from onearm.kernels.entered import derive_peer_responses
from onearm.kernels.patients import Followed, Visits
from onearm.kernels.peer_response import (
    PEER_BOR,
    PEER_BOR_REASON,
    PEER_BOR_VISIT,
    PEER_CBOR,
    PEER_CBOR_REASON,
    PEER_CBOR_VISIT,
    PEER_CONFIRMING_VISIT,
    PEER_LAST_COUNTED,
    PeerRules,
)
from onearm.protocol.variant import AdmiralOptions

_PLACES = (
    (OUT_UNCONFIRMED, PEER_BOR),
    (OUT_UNCONFIRMED_VISIT, PEER_BOR_VISIT),
    (OUT_UNCONFIRMED_REASON, PEER_BOR_REASON),
    (OUT_CONFIRMED, PEER_CBOR),
    (OUT_CONFIRMED_VISIT, PEER_CBOR_VISIT),
    (OUT_CONFIRMED_REASON, PEER_CBOR_REASON),
    (OUT_CONFIRMING_VISIT, PEER_CONFIRMING_VISIT),
)


def peer_rules(options: AdmiralOptions) -> PeerRules:
    """The package's arguments as integers."""
    return PeerRules(options.ref_start_window, options.ref_confirm, options.max_nr_ne, int(options.accept_sd))


def respond_as_peer(
    options: AdmiralOptions, readings: Readings, visits: Visits, followed: Followed
) -> tuple[Visits, Peer]:
    """The visits with the package's best responses in place of ours, and all that the package says of each patient.

    Neither response window, procedure nor new therapy bounds them: its template reads every record up to the first
    progression.
    """
    lesions = readings.lesions
    out, mark = derive_peer_responses(
        peer_rules(options), lesions.visit_start, lesions.day, visits.overall, followed.reference_day, followed.cut_day
    )
    best = visits.best.copy()
    for ours, theirs in _PLACES:
        best[:, ours] = out[:, theirs]
    best[:, OUT_LAST_VISIT] = np.maximum(out[:, PEER_LAST_COUNTED], 0)
    return visits._replace(best=best), Peer(out, mark)
