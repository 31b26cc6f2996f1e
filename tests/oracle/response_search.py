"""Why a response was not confirmed, and which visits are to be looked at again.

Where the rules can be read in two ways the chosen reading is marked ``Reading:``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from response_patient import Options, Search, Visit
from response_timepoints import confirmed_by

REASONS = (
    "CONFIRMED",
    "NO_LATER_SCAN",
    "WINDOW_ENDED",
    "PROGRESSION_CAME",
    "LESSER_RESPONSE",
    "TOO_MANY_NE",
    "TOO_SOON",
)


def search_of(
    visits: Sequence[Visit],
    options: Options,
    confirmed: tuple[Visit | None, Visit] | None,
    single: Visit | None,
    not_counted: bool,
) -> Search:
    """How the search for a confirming scan went, for the response that the best response rests on.

    ``visits`` are those that count, up to the first PD; ``single`` is that of the unconfirmed best response.
    """
    if confirmed is not None:
        # Reading: once a pair confirms, it is that pair that is told, not an earlier response that failed.
        first, second = confirmed
        assert first is not None
        return Search(candidate=first.number, reason="CONFIRMED", ended_at=second.number)
    if single is None or single.response not in ("CR", "PR"):
        return Search(candidate=None, reason="", ended_at=None)
    later = visits[visits.index(single) + 1 :]
    reason, end = walked(single, later, options)
    if not reason:
        reason = "WINDOW_ENDED" if not_counted else out_of_visits(single, later, options)
    return Search(candidate=single.number, reason=reason, ended_at=end)


def walked(start: Visit, later: Sequence[Visit], options: Options) -> tuple[str, int | None]:
    """The first thing after which no later scan could confirm, and its visit; nothing if there was none."""
    kind = ("CR",) if start.response == "CR" else ("CR", "PR")
    allowed_sd = options["confirmation_max_sd"] if start.response == "PR" else 0
    ne = sd = 0
    for visit in later:
        if options["confirmation_scan"] == "any_later":
            if visit.response == "PD":
                return "PROGRESSION_CAME", visit.number
            continue
        # Reading: what a visit shows is told before the scans that were missed on the way to it.
        if visit.response == "PD":
            return "PROGRESSION_CAME", visit.number
        if visit.response not in (*kind, "NE", "SD") or (visit.response == "SD" and start.response == "CR"):
            return "LESSER_RESPONSE", visit.number
        ne += visit.missed if options["missed_visit_as_ne"] == "yes" else 0
        ne += visit.response == "NE"
        sd += visit.response == "SD"
        if ne > options["confirmation_max_ne"]:
            return "TOO_MANY_NE", visit.number
        if sd > allowed_sd:
            return "LESSER_RESPONSE", visit.number
    return "", None


def out_of_visits(start: Visit, later: Sequence[Visit], options: Options) -> str:
    """What was wanting where nothing ended the search."""
    evaluable = [visit for visit in later if visit.response != "NE"]
    if not evaluable:
        return "NO_LATER_SCAN"
    early = [visit for visit in evaluable if visit.day - start.day < options["confirmation_min_days"]]
    return "TOO_SOON" if len(early) == len(evaluable) else "LESSER_RESPONSE"


def queries_of(visits: Sequence[Visit], options: Options) -> dict[str, int]:
    """Visits to be looked at again, by the code of the query; ``visits`` count and end with the first PD."""
    evaluable = [visit for visit in visits if visit.response != "NE"]
    found: dict[str, int] = {}
    if options["cr_then_lesser"] == "query":
        lesser = [b for a, b in pairwise(evaluable) if a.response == "CR" and b.response in ("PR", "SD")]
        if lesser:
            found["CR_THEN_LESSER"] = lesser[0].number
    asked = options["confirmation"] == "required" and options["pr_continues"] == "once_confirmed"
    partial = [k for k, visit in enumerate(visits) if visit.response == "PR"]
    # Reading: confirmed or not is judged by the visits that count, as the best response is.
    if asked and partial and confirmed_by(visits, partial[0], options) is None:
        first = visits[partial[0]]
        after = [visit for visit in evaluable if visit.number > first.number]
        if after and after[0].response == "SD":
            found["PR_NOT_HELD"] = after[0].number
    return found
