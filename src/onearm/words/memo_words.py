"""Words of the interim memo for the board. One dictionary by code, as in ``report_words``."""

from __future__ import annotations

MEMO_WORDS: dict[str, str] = {
    "memo.title": "Interim memo",
    "memo.title_final": "Memo on the final decision",
    "memo.kicker": "{trial} · protocol {digest} · data cut {cut}",
    "memo.section.state": "What the rule says now",
    "memo.section.patients": "Where the patients stand",
    "memo.section.chances": "How it can still end",
    "memo.section.rule": "The rule, in words",
    "memo.section.signatures": "Decision of the board",
    "memo.determined": "The decision is determined: whatever the {open} open patients turn out to be, it is {action}.",
    "memo.determined_one": "The decision is determined: whatever the one open patient turns out to be, it is {action}.",
    "memo.settled": "Every patient is settled. By the rule the decision is {action}.",
    "memo.open": (
        "The decision is not determined. At least {least} and at most {most} of {planned} respond; the decision can "
        "still be {actions}."
    ),
    "memo.earliest": "The last open patient can be seen on {day} at the earliest.",
    "memo.no_earliest": "Planned patients are not yet registered: no earliest day can be named.",
    "memo.needed": "{n} more responders settle the next boundary upwards.",
    "memo.needed_one": "One more responder settles the next boundary upwards.",
    "memo.recorded": "On record: decided on {day} with {x1} of {n1} responders: {action}.",
    "memo.counts": "Patients of the decision set by state",
    "memo.pending": "Who must still be seen, and when",
    "memo.more_pending": "{n} more open patients are in the report.",
    "memo.col.best": "Confirmed best response so far",
    "memo.waits_from": "From",
    "memo.waits_until": "Until",
    "memo.chances": "Chances of each end",
    "memo.col.at": "If open and later patients respond at",
    "memo.col.futility": "Stop for futility",
    "memo.col.efficacy": "Stop for efficacy",
    "memo.col.goes_on": "Goes on",
    "memo.col.success": "Success in the end",
    "memo.at.p0": "p0 = {rate}",
    "memo.at.p1": "p1 = {rate}",
    "memo.at.predictive": "what the settled patients taught",
    "memo.note.chances": (
        "Each open patient, a response that waits for its confirmation included, is taken to respond on its own at "
        "that rate. The last row draws the rate from a Beta({a}, {b}) prior updated with {settled} settled patients; "
        "patients who are not evaluable count as failures. Exact sums, no simulation."
    ),
    "memo.no_chances": "Nothing is open: the chances are certainty.",
    "memo.rule.unit": "Counted are {unit} patients, the first {planned} in order of registration; {replacement}.",
    "memo.rule.scan": "Each is followed through planned scan {scan}; {counts}; {late}.",
    "memo.rule.scan_final": "Each is followed through planned scan {scan}; confirmed responses count.",
    "memo.rule.not_binding": (
        "The efficacy stop need not be followed. The chances below count it as followed; without it the error rates of "
        "the design are those that its check prints."
    ),
    "memo.unrecorded": (
        "No decision of stage one is on record, though more patients than stage one are registered. This is the memo "
        "of stage one, on what is known now. Write the decision that was taken into decisions.csv."
    ),
    "memo.beyond": "Registered beyond the planned number, and not counted: {n}.",
    "memo.rule.error": (
        "Exact error rates of the design: type I error {error} at p0 {p0}, power {power} at p1 {p1}; probability of "
        "an early stop {pet0} and {pet1}."
    ),
    "memo.replacement.none": "nobody is replaced",
    "memo.replacement.never_dosed": "who was never dosed is replaced",
    "memo.replacement.not_evaluable": "who is not evaluable is replaced",
    "memo.counting.confirmed": "only confirmed responses count",
    "memo.counting.confirmed_and_pending": "a response that waits for its confirmation counts",
    "memo.late.count_until_decision": "a response first seen later counts up to the decision",
    "memo.late.not_counted": "a response first seen later does not count",
    "memo.signatures": "Signatures",
    "memo.col.role": "Role",
    "memo.col.name": "Name",
    "memo.col.signature": "Signature",
    "memo.col.date": "Date",
    "memo.role.investigator": "Principal investigator",
    "memo.role.statistician": "Trial statistician",
    "memo.role.board": "Chair of the monitoring board",
    "memo.decision_line": "Decision taken:  ☐ {actions}.  Reason, if it is not what the rule says: ________________",
    "memo.action.continue": "go on to stage two",
    "memo.action.stop_futility": "stop for futility",
    "memo.action.stop_efficacy": "stop for efficacy",
    "memo.action.success": "success",
    "memo.action.failure": "no success",
    "memo.action.not_ready": "wait for the open patients",
    "memo.or": " or ",
    "memo.none": "No memo: the protocol leaves open what the decision needs ({paths}).",
    "memo.nothing_due": "No memo: no decision is due ({why}).",
}
