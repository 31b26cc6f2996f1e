"""``rules: admiral``: the overall responses of the visits, made into best responses as the R package does."""

from __future__ import annotations

import numpy as np

from onearm.derive.derived import Peer
from onearm.derive.readings import Readings
from onearm.kernels.best_response import (
    OUT_CANDIDATE_VISIT,
    OUT_CONFIRMED,
    OUT_CONFIRMED_REASON,
    OUT_CONFIRMED_VISIT,
    OUT_CONFIRMING_VISIT,
    OUT_LAST_VISIT,
    OUT_UNCONFIRMED,
    OUT_UNCONFIRMED_REASON,
    OUT_UNCONFIRMED_VISIT,
    OUT_WHY_NOT,
    OUT_WHY_NOT_VISIT,
)
from onearm.kernels.confirmation import WhyNot
from onearm.kernels.entered import derive_peer_responses
from onearm.kernels.patients import Followed, Visits
from onearm.kernels.peer_response import (
    PEER_BOR,
    PEER_BOR_REASON,
    PEER_BOR_VISIT,
    PEER_CANDIDATE,
    PEER_CBOR,
    PEER_CBOR_REASON,
    PEER_CBOR_VISIT,
    PEER_CONFIRMING_VISIT,
    PEER_LAST_COUNTED,
    PEER_WHY_NOT,
    PEER_WHY_NOT_VISIT,
    PeerRules,
    PeerWhyNot,
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
    (OUT_CANDIDATE_VISIT, PEER_CANDIDATE),
    (OUT_WHY_NOT_VISIT, PEER_WHY_NOT_VISIT),
)

_IN_OUR_WORDS = {
    PeerWhyNot.NO_CANDIDATE: WhyNot.NO_CANDIDATE,
    PeerWhyNot.CONFIRMED: WhyNot.CONFIRMED,
    PeerWhyNot.NO_LATER_RESPONSE: WhyNot.NO_LATER_SCAN,
    PeerWhyNot.OTHER_BETWEEN: WhyNot.LESSER_RESPONSE,
    PeerWhyNot.TOO_MANY_NE: WhyNot.TOO_MANY_NE,
    PeerWhyNot.TOO_MANY_SD: WhyNot.LESSER_RESPONSE,
    PeerWhyNot.PR_AFTER_CR: WhyNot.LESSER_RESPONSE,
}
_WHY_NOT = np.array([_IN_OUR_WORDS[reason] for reason in PeerWhyNot], np.int32)


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
    best[:, OUT_WHY_NOT] = _WHY_NOT[out[:, PEER_WHY_NOT]]
    best[:, OUT_LAST_VISIT] = np.maximum(out[:, PEER_LAST_COUNTED], 0)
    return visits._replace(best=best), Peer(out, mark)
