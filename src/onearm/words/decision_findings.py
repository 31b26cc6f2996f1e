"""Words of the findings about the data cut and the decision."""

from __future__ import annotations

from onearm.words.finding_text import FindingText

DECISION_FINDINGS: dict[str, FindingText] = {
    "S101": FindingText(
        title="no date to cut at",
        found="the records hold no complete date",
        expected="at least one complete date, or a data cut",
        mend="name the data cut with --cutoff YYYY-MM-DD",
        why="Without a given data cut the analysis uses the last date in the records. There is none.",
    ),
    "S102": FindingText(
        title="the interim count now crosses a boundary",
        found=(
            "the interim decision '{action}' was taken on {x1} responders of {n1}; the same patients now count "
            "{now}, which lies on the other side of a boundary"
        ),
        expected="the same side of the boundary as when it was decided",
        mend=(
            "find out which response changed (onearm trace orr.confirmed.treated:SUBJECT) and tell the "
            "investigator; the recorded decision stands"
        ),
        why=(
            "A decision is taken once, on what was known that day. Later corrections can move the count; the "
            "final analysis conditions on the recorded decision and shows both counts. The difference is "
            "reported, and never decided again."
        ),
    ),
    "S103": FindingText(
        title="the interim count has changed",
        found="the interim decision was taken on {x1} responders of {n1}; the same patients now count {now}",
        expected="usually the same count; the boundary is not crossed",
        mend="nothing need be done; the report shows both counts",
        why=(
            "Late or corrected assessments changed the count without crossing a boundary. The recorded decision stands."
        ),
    ),
    "S104": FindingText(
        title="decided against the boundary",
        found="the recorded interim action is '{action}', but {x1} of {n1} calls for another one{errors}",
        expected="the action that the boundary gives",
        mend="check decisions.csv; if the board decided so on purpose, its reason stands in the REASON column",
        why=(
            "When a decision departs from the boundary, the design's error rates no longer hold as planned. The "
            "report says so and gives no exact p-value."
        ),
    ),
    "S105": FindingText(
        title="decided under another version of the protocol",
        found="the interim decision quotes protocol {recorded}…, this analysis uses {now}…",
        expected="the same digest, or an amendment that leaves the boundary alone",
        mend="compare the versions with 'onearm diff OLD NEW'",
        why=(
            "A decision is only as good as the rule in force when it was taken; a change of rule after a look at "
            "the data must be visible."
        ),
    ),
    "S113": FindingText(
        title="nothing to judge the response by",
        found="{reading}: of {assessed} patients with a scan after the baseline, {unjudged} have no response but NE",
        expected="readings by which most patients can be judged",
        mend="check the criterion, the evaluator and the source that the protocol names against what was collected",
        why=(
            "A patient who cannot be judged counts as a failure. Where that holds for most of them, the rate and the "
            "decision tell of the records, not of the treatment."
        ),
    ),
    "S112": FindingText(
        title="no exact p-value",
        found="the trial has ended, but {reason}",
        expected="an end at the planned sizes and by the boundaries",
        mend=(
            "see what can still be said: onearm design infer with the attained sizes, and --size-changed-by-data if "
            "the size was changed because of the results"
        ),
        why=(
            "The design's order of outcomes holds for trials that end as planned. The plain rates in the report "
            "describe; none of them tests."
        ),
    ),
    "S106": FindingText(
        title="no recorded interim decision",
        found="more patients than stage one are registered, but decisions.csv has no decision for stage 1",
        expected="a row with STAGE 1: date, subjects, N1, X1, action, who and why",
        mend=(
            "write down the decision that was taken in decisions.csv; until then stage one is judged on today's data"
        ),
        why="The final analysis of a two-stage trial conditions on the interim decision as it was taken.",
    ),
    "S107": FindingText(
        title="no go/no-go: the protocol leaves the rule open",
        found="the decision needs {missing}, which the protocol leaves open",
        expected="every number and choice of the decision rule",
        mend="write them into the protocol, or name an overlay that assumes them with --assume FILE",
        why=(
            "Sizes alone do not identify a two-stage design: many boundaries fit them. A guessed boundary would "
            "be a guessed decision about patients."
        ),
    ),
    "S108": FindingText(
        title="more patients than planned",
        found="{count} patients beyond the planned number: {subjects}",
        expected="the planned number of patients",
        mend=(
            "nothing need be done; they are reported in their analysis sets, and the decision counts the planned number"
        ),
        why=(
            "A boundary is exact for its planned number only. Patients beyond it, in the order of registration, "
            "are left out of the decision, never of the estimates."
        ),
    ),
    "S109": FindingText(
        title="cut long after the last record",
        found="the data cut {cut} lies {days} days after the last record ({last})",
        expected="a cut near the last record",
        mend="check the date, or enter what happened since; scans due in between count as missed",
        why=("After the last record nobody looked. Every window that has passed by the cut is taken as a missed scan."),
    ),
    "S114": FindingText(
        title="the cut rests on one far date",
        found="the data cut {cut} is the last date in the records; the one before it is {before}",
        expected="a last date near the others",
        mend="correct the date, or give the cut with --cutoff",
        why=(
            "Without --cutoff the last date in the records is the data cut. One slip in a year moves it, and with it "
            "every censored time and every window that seems to have passed."
        ),
    ),
    "S110": FindingText(
        title="recorded final decision differs",
        found="decisions.csv records '{recorded}' as the final decision, the rule gives '{computed}'",
        expected="the same decision",
        mend="find out which response changed since, or correct decisions.csv",
        why=(
            "The computed decision follows the signed protocol on today's records; the recorded one was taken. "
            "The difference must be explained."
        ),
    ),
    "S111": FindingText(
        title="nobody registered at the cut",
        found="no patient was registered by the data cut {cut}",
        expected="a cut after the first registration",
        mend="check the date of --cutoff, and that DS holds the registrations",
        why="An analysis of nobody says nothing about a trial.",
    ),
}
