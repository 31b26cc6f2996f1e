"""The page of the decision tables, printed from the constants that the kernels read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from page_makers.markdown import page

INTRODUCTION = (
    "# Decision tables",
    "",
    "These are the constants that the kernels read, printed. A table is read from the top: the first row that fits "
    "speaks. [How a response is derived](../explanation/response.md) tells the rules in words, "
    "[the rules page](rules.md) leads to the functions, and [the options](options.md) name what a protocol may choose.",
)
MEANING = {
    "ALL_GONE": "none missing, none left as disease, none treated",
    "GONE_EXCEPT_TREATED": "none missing, none left as disease, some left out because they were treated",
    "GONE_WITHOUT_BASELINE": "none missing, none left as disease, and the baseline sum is incomplete or zero",
    "GROWTH_OVER_NADIR": "the sum has grown enough over the nadir",
    "GROWTH_FROM_ZERO": "the sum has grown enough from a nadir of zero",
    "BACK_AFTER_TARGET_CR": "a target is there again after all were gone (`target_back_after_target_cr: pd`)",
    "NODE_BACK": "a target node is at the normal limit again (`node_back_in_pr: pd`)",
    "ALL_TREATED": "every target was treated and left out",
    "CERTAIN_DESPITE_MISSING": "at most 70 % however long the missing ones are (`missing_targets: pr_if_certain`)",
    "MISSING": "a target is missing",
    "NO_BASELINE_SUM": "the baseline sum is incomplete or zero",
    "SHRINKAGE": "the sum is at most 70 % of the baseline sum",
    "NEITHER": "in every other case",
}
STATE_WORDS = {
    "NOT_ASSESSED": "not assessed",
    "PRESENT": "present",
    "ABSENT": "absent",
    "UNEQUIVOCAL_PD": "unequivocal progression",
    "NOT_EVALUABLE": "not evaluable",
}
NEW_WORDS = {-1: "any", 0: "no", 1: "yes"}


def decision_tables_page() -> str:
    """Every table, each with its source."""
    return page(
        [
            *INTRODUCTION,
            *_targets(),
            *_non_targets(),
            *_overall(),
            *_markers(),
            *_confirmation(),
            *_best(),
        ]
    )


def _table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    names = list(headings)
    lines = [f"| {' | '.join(names)} |", "|" + " --- |" * len(names)]
    return lines + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]


def _response(code: Any, *, none: str = "–") -> str:
    from onearm.terms import Response

    words = {-1: "any", int(Response.NONE): none}
    return words.get(int(code)) or Response(int(code)).submission_value.replace("NON-CR/NON-PD", "Non-CR/Non-PD")


def _targets() -> list[str]:
    from onearm.kernels.target import TARGET_RULES, TargetReason

    rows = []
    for place, (reason, response) in enumerate(TARGET_RULES, start=1):
        name = TargetReason(int(reason)).name
        rows.append((place, MEANING[name], _response(response), f"`{name.lower()}`"))
    return [
        "",
        "## Target lesions",
        "",
        "Source: RECIST 1.1 (Eisenhauer 2009), section 4.3.1, evaluated in the order CR, PD, NE, PR, SD; a treated, a "
        "reappeared and a missing lesion by the rulings of the RECIST Working Group and by the protocol's options. "
        "Constant: `onearm.kernels.target.TARGET_RULES`.",
        "",
        *_table(("No.", "If", "Target response", "Reason in ADRS"), rows),
    ]


def _non_targets() -> list[str]:
    from onearm.kernels.lesions import NON_TARGET_ORDER, NON_TARGET_PLACES
    from onearm.terms import NonTargetState

    rows = []
    for place, response in enumerate(NON_TARGET_ORDER):
        states = [STATE_WORDS[state.name] for state in NonTargetState if NON_TARGET_PLACES[state] == place]
        rows.append((place + 1, " or ".join(states), _response(response)))
    return [
        "",
        "## Non-target lesions",
        "",
        "Source: RECIST 1.1, section 4.3.3: a lesion that was seen rules out CR even when another was not assessed. "
        "Constants: `onearm.kernels.lesions.NON_TARGET_PLACES` and `NON_TARGET_ORDER`.",
        "",
        *_table(("No.", "If any non-target is", "Non-target response"), rows),
    ]


def _overall() -> list[str]:
    from onearm.kernels.timepoint import TABLE_1, TABLE_2, OverallReason

    lines = []
    for heading, source, name, table, none in (
        ("with target lesions", "RECIST 1.1, table 1", "TABLE_1", TABLE_1, "none at baseline"),
        (
            "without target lesions",
            "RECIST 1.1, table 2; the last row, no lesion at all, is not in the paper (`no_disease_at_baseline`)",
            "TABLE_2",
            TABLE_2,
            "none at baseline",
        ),
    ):
        rows = [
            (
                _response(target, none=none),
                _response(non_target, none=none),
                NEW_WORDS[int(new)],
                _response(overall),
                f"`{OverallReason(int(reason)).name.lower()}`",
            )
            for target, non_target, new, overall, reason in table
        ]
        lines += [
            "",
            f"## Overall response {heading}",
            "",
            f"Source: {source}. Constant: `onearm.kernels.timepoint.{name}`.",
            "",
            *_table(("Target", "Non-target", "New lesion", "Overall", "Reason in ADRS"), rows),
        ]
    return lines


def _markers() -> list[str]:
    from onearm.kernels.timepoint import MARKER_INSTEAD_OF_CR
    from onearm.terms import MarkerState

    words = {
        MarkerState.NOT_APPLICABLE: "not used, or not above its limit at baseline",
        MarkerState.NORMAL: "normal",
        MarkerState.ABOVE_LIMIT: "above its limit",
        MarkerState.NOT_MEASURED: "not measured near the visit",
    }
    rows = [(words[state], *(_response(MARKER_INSTEAD_OF_CR[has, state]) for has in (1, 0))) for state in MarkerState]
    return [
        "",
        "## A tumour marker where the tables give CR",
        "",
        "Source: RECIST 1.1, section 4.3.3 (a marker that was above its limit must normalise for a complete response); "
        "`markers: afp`. Constant: `onearm.kernels.timepoint.MARKER_INSTEAD_OF_CR`.",
        "",
        *_table(("Marker", "With targets", "Without targets"), rows),
    ]


def _confirmation() -> list[str]:
    from onearm.kernels.confirmation import CONFIRMATION_STEPS, Step
    from onearm.terms import Response

    words = {
        Step.CONFIRMS: "confirms",
        Step.COUNTS_AS_NE: "counts as NE",
        Step.COUNTS_AS_SD: "counts as SD",
        Step.BREAKS: "breaks",
        Step.PROGRESSION: "progression",
        Step.PASSED_OVER: "passed over",
    }
    responses = [response for response in Response if response not in (Response.NONE, Response.NED)]
    rows = []
    for any_later, scan in enumerate(("next_evaluable", "any_later")):
        for place, candidate in enumerate((Response.CR, Response.PR)):
            steps = CONFIRMATION_STEPS[any_later, place]
            rows.append((f"`{scan}`", _response(candidate), *(words[Step(int(steps[code]))] for code in responses)))
    return [
        "",
        "## Steps of a confirmation",
        "",
        "A search starts at each CR and PR and takes the later responses one by one. *Confirms*: at least "
        "`confirmation_min_days` later, else passed over. *Counts*: at most `confirmation_max_ne` and "
        "`confirmation_max_sd` times. *Breaks*, *progression*: the search ends. Source: RECIST 1.1, table 3, which "
        "leaves open what may lie between. Constant: `onearm.kernels.confirmation.CONFIRMATION_STEPS`.",
        "",
        *_table(("`confirmation_scan`", "After", *(_response(code) for code in responses)), rows),
    ]


def _best() -> list[str]:
    from onearm.kernels.best_response import CONFIRMABLE, FALL_BACK, BestReason
    from onearm.terms import Response

    words = {
        BestReason.STABLE_LONG_ENOUGH: "one at least `sd_min_days` after the reference day",
        BestReason.CR_THEN_LESSER: "PR or SD right after a CR (`cr_then_lesser: sd_or_pd`)",
        BestReason.NO_DISEASE: "no lesion at baseline and none since",
        BestReason.PROGRESSION: "a progression",
    }
    rows = [(place, _response(best), "confirmed") for place, best in enumerate(CONFIRMABLE, start=1)]
    rows += [
        (
            place,
            _response(best),
            words[BestReason(int(reason))] + ("; a CR or PR serves too" if best == Response.SD else ""),
        )
        for place, (best, reason) in enumerate(FALL_BACK, start=len(rows) + 1)
    ]
    rows.append((len(rows) + 1, "NE", "any visit, or as the options say without one"))
    return [
        "",
        "## Order of the best responses",
        "",
        "Source: RECIST 1.1, table 3 and section 4.4. Unconfirmed, the first two rows need no confirmation. Constants: "
        "`onearm.kernels.best_response.CONFIRMABLE` and `FALL_BACK`.",
        "",
        *_table(("No.", "Best response", "Shown by"), rows),
    ]
