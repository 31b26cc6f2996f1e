"""Words of the trial findings."""

from __future__ import annotations

from onearm.words.finding_text import FindingText

TRIAL_FINDINGS: dict[str, FindingText] = {
    "D001": FindingText(
        title="Partial date",
        found="{column} is {value}",
        expected=("a complete date, or a protocol that says how to read partial ones (tumour.override.partial_dates)"),
        mend="complete the date in the source, or set partial_dates to first_day or last_day",
        why=(
            "A day that nobody wrote down would decide what comes before what; the protocol says "
            "whether it may be assumed."
        ),
    ),
    "D002": FindingText(
        title="Scan calendar open",
        found=("a phase ends on day {end}, between two scans {interval} days apart (the last one on day {last})"),
        expected=(
            "a reading that says how scans go on: count_on_from_last_scan, extra_scan_at_change or "
            "first_interval_past_change"
        ),
        mend="set tumour.calendar.reading",
        why=(
            "The three readings plan later scans on different days, and with them missed scans and progression times."
        ),
    ),
    "D003": FindingText(
        title="Scan interval in months",
        found="the duration is {value}",
        expected="days or weeks",
        mend="write the duration in days or weeks",
        why="Calendar months have no fixed number of days, so that no scan could be planned to the day.",
    ),
    "D004": FindingText(
        title="Scan window open",
        found="the protocol does not say by how many days a scan may be early or late",
        expected="tumour.calendar.window_days",
        mend="set tumour.calendar.window_days",
        why="Whether a scan was missed depends on its window.",
    ),
    "D005": FindingText(
        title="No scan calendar",
        found="the protocol has no scan calendar",
        expected="tumour.calendar",
        mend="set tumour.calendar",
        why="Missed scans can only be told where scans are planned.",
    ),
    "D010": FindingText(
        title="Two readings of one lesion",
        found="lesion {lesion} has two different readings of {test} at visit {visit}",
        expected="one reading of each lesion by one reader at one visit",
        mend="correct the rows, or mark the accepted reading",
        why=("Two lengths or states of one lesion lead to two responses; none of them is chosen in silence."),
    ),
    "D011": FindingText(
        title="Several readers",
        found=("{count} readers ({readers}) assessed the subject, and none or more than one is accepted (TRACPTFL)"),
        expected="one reader whose rows count",
        mend="mark the accepted reader's rows with TRACPTFL (RSACPTFL) Y, or name one: --evaluator EVALUATOR:READER",
        why="Readings of different readers do not add up to one sum.",
    ),
    "D012": FindingText(
        title="New lesion without a day",
        found="TU names the new lesion {lesion}, and neither TU nor TR says when it was seen",
        expected="a visit with a date",
        mend="add TUDTC, or rows of TR for that visit",
        why="A new lesion is a progression, and a progression needs a day.",
    ),
    "D013": FindingText(
        title="Baseline scan too old",
        found="the baseline scan is {days} days before the reference date",
        expected="at most {limit} days",
        mend="check the dates; if they are right, record the deviation",
        why="Growth before treatment would be taken for growth on treatment.",
    ),
    "D014": FindingText(
        title="Target without baseline",
        found="target {lesion} was not read at baseline",
        expected="every target lesion read at baseline",
        mend="check the kind of the lesion and its baseline row",
        why="Without its baseline the sum has no reference, and every later visit is not evaluable.",
    ),
    "D015": FindingText(
        title="Deciding length missing",
        found="lesion {lesion} has a length at visit {visit}, but not the one that counts ({needed})",
        expected="{needed}",
        mend="add the row, or correct TRTESTCD",
        why=(
            "Nodes count by their short axis, other lesions by their longest diameter; the other "
            "length is read and does not decide."
        ),
    ),
    "D016": FindingText(
        title="Merged into nothing",
        found="target {lesion} is MERGED at visit {visit}, and no other target there can carry its length",
        expected="the length of the merged mass in the row of another target",
        mend="give the mass its length under one target, or say ABSENT or NOT EVALUABLE",
        why=(
            "A merged lesion counts as assessed because another one carries its length; without one it is read as "
            "missing, so that nobody is taken for a complete response."
        ),
    ),
    "D017": FindingText(
        title="Absent, yet as long as disease",
        found="non-target {lesion} is ABSENT at visit {visit} and has a length there that is disease",
        expected="no length, or for a node a short axis below the normal limit",
        mend="correct the state or the length",
        why="A lesion cannot be gone and measured at once; which of the two is true decides about a complete response.",
    ),
    "D018": FindingText(
        title="One visit, many days",
        found="the scans of visit {visit} lie {days} days apart",
        expected="at most {limit} days, or two visits with numbers of their own",
        mend="check the dates, and give scans of different times different VISITNUMs",
        why=(
            "Scans with one VISITNUM are read as one assessment; scans of different times under one number (all "
            "unscheduled ones, say) lose a response or a progression."
        ),
    ),
    "D019": FindingText(
        title="No baseline",
        found="the subject has tumour assessments, and none before the reference date",
        expected="a scan before the reference date, with the targets",
        mend="add the baseline scan, or correct the dates",
        why="Without a baseline nothing can shrink or be stable: every visit is not evaluable or a progression.",
    ),
    "D020": FindingText(
        title="Procedure without a rule",
        found="{value} on study, and the protocol has no rule for it",
        expected="procedures.{name} with a rule for response and for time to event",
        mend="set procedures.{name}",
        why=(
            "What an intercurrent procedure does to response and to time to event belongs to the "
            "protocol, not to the program."
        ),
    ),
    "D021": FindingText(
        title="Procedure that no rule can name",
        found="{value} on study, a procedure that the protocol format has no rule for",
        expected="a procedure with a rule, or PRCAT ANTI-CANCER THERAPY",
        mend="if it is a new anticancer therapy, write so in PRCAT",
        why="A local treatment of the tumour changes what later scans mean.",
    ),
    "D022": FindingText(
        title="Dates of death differ",
        found="{column} is {value}, the date of death is {death}",
        expected="dates that agree",
        mend="correct one of the two",
        why="Survival ends at this date; the one in demographics is used, else the one in dispositions.",
    ),
    "D023": FindingText(
        title="Date of death is the day it was learned",
        found="the only date of death is {value} in {column}",
        expected="a date of death in DM.DTHDTC or in DS",
        mend="add the date of death",
        why="The day on which a death became known is not earlier than the death.",
    ),
    "D024": FindingText(
        title="Registration without a day",
        found="the subject has doses, and no row of DS says when it was registered",
        expected="DSDECOD REGISTERED, ENROLLED or RANDOMIZED with a date",
        mend="add the row",
        why=(
            "Times that start at inclusion are not derived for the subject, and its place in the "
            "order of registration is that of its first dose."
        ),
    ),
    "D025": FindingText(
        title="Therapy without a start",
        found="an anticancer therapy or a procedure at the tumour has no start date in {column}",
        expected="the date on which it began",
        mend="add {column}, in part if that is all that is known",
        why=("A therapy that began on study ends the observation of response; this one is read as given before."),
    ),
    "D026": FindingText(
        title="Two windows for one best response",
        found="the endpoints {first} and {second} observe response in different windows",
        expected="one window for response and control",
        mend="write the same window at both endpoints",
        why="One best overall response is derived; it cannot obey two windows.",
    ),
    "D027": FindingText(
        title="Unclear what ended",
        found="{value} does not say whether the treatment, one component or the study ended",
        expected="DSSCAT STUDY TREATMENT, STUDY PARTICIPATION or the name of a component",
        mend="fill DSSCAT",
        why=(
            "Whoever completes a treatment or one of its components stays under observation; the row ends nothing "
            "until it says what it ends."
        ),
    ),
    "D028": FindingText(
        title="Therapy on study without a start",
        found="an anticancer therapy or a procedure at the tumour has no start date in {column} and ended on {end}",
        expected="the date on which it began",
        mend="add {column}, in part if that is all that is known",
        why=(
            "It was still given after the reference date: if it began on study, it ends the observation of response; "
            "which of the two is true is not guessed."
        ),
    ),
    "D029": FindingText(
        title="Never read",
        found="no row of TR by the evaluator {evaluator} speaks of a lesion of the subject",
        expected="the baseline scan, read by the evaluator whom the protocol names",
        mend="add the readings, or check TREVAL and the protocol's option evaluator",
        why="The subject counts as not assessed: a failure in every rate, and without progression in every time.",
    ),
    "D050": FindingText(
        title="Left out of time to progression",
        found="the subject has no baseline scan, and the protocol drops such subjects (no_baseline: drop)",
        expected="a baseline scan, or a protocol that follows subjects without one",
        mend="add the baseline readings, or set tumour.override.no_baseline to censor_at_start",
        why="The times describe the other subjects only; who is missing from them is said here.",
    ),
    "D030": FindingText(
        title="Last dose not known to the day",
        found="{column} is partial, and no complete date shows when treatment was given last",
        expected="a complete date",
        mend="complete the date in the source, or set tumour.override.partial_dates to first_day or last_day",
        why="There is no day of the last dose; where the protocol's response window ends with it, nothing is derived.",
    ),
    "D041": FindingText(
        title="Disease back after a complete response",
        found="malignant disease is there again at visit {visit} ({response}), after the CR of visit {earlier}",
        expected="a complete response that lasts, or a progression",
        mend="look at the images of both visits again; where the CR was none, correct its readings",
        why=(
            "The RECIST Working Group calls it a progression whatever its size; this protocol asks for a second look "
            "and keeps what the sums say."
        ),
    ),
    "D042": FindingText(
        title="Complete response, then a lesser one",
        found="visit {visit} is {response}, right after the CR of visit {earlier}",
        expected="CR again, or a progression",
        mend="look at the images of both visits again; where the CR was none, correct its readings",
        why="Table 3 of RECIST 1.1: after a true CR this is a progression; else the CR was a PR from the start.",
    ),
    "D043": FindingText(
        title="Partial response not held",
        found="visit {visit} is {response}, right after the PR of visit {earlier}, which no scan confirmed",
        expected="a scan that confirms the response, or a progression",
        mend="look at the images of both visits again",
        why=(
            "The RECIST Working Group wants the images to settle whether this was a response; by the sums alone it was "
            "not confirmed, and that is what stands."
        ),
    ),
    "D044": FindingText(
        title="Read after its treatment",
        found="target {lesion} has a reading at visit {visit}; it was treated locally at visit {treated}",
        expected="TREATED or NOT EVALUABLE from then on",
        mend="nothing, if it was treated; else correct the visit at which it is TREATED",
        why="What is left of a treated lesion is no response to the trial's therapy: the reading does not count.",
    ),
    "D045": FindingText(
        title="Marker without a verdict",
        found="the value {value} does not say whether the marker is above its limit",
        expected="LBSTRESN with LBSTNRHI, or LBNRIND as HIGH, NORMAL or LOW",
        mend="add the upper limit or LBNRIND",
        why="With the option markers a complete response needs a normal marker; this row is not read.",
    ),
    "D090": FindingText(
        title="Responses without lesions",
        found="RS holds {count} overall responses, and there is no row of TR or TU from which they could be derived",
        expected="the lesions, or the entered responses named as the source",
        mend="derive with --response-source reported, or set tumour.override.response_source: reported",
        why="Where only overall responses were collected, they are the only source; what is used is not guessed.",
    ),
    "D091": FindingText(
        title="Response before the start",
        found="the response {value} of {date} lies before the reference day",
        expected="responses from the reference day on",
        mend="correct RSDTC, or the dates of registration and treatment",
        why="What was read before treatment is no response to it: the row is left out.",
    ),
    "D092": FindingText(
        title="Two responses of one visit",
        found="the evaluator entered {values} as overall responses of one visit",
        expected="one overall response a visit",
        mend="correct RS, or mark the accepted reader's row with RSACPTFL Y",
        why="Which of them counts is not guessed.",
    ),
    "D093": FindingText(
        title="No response entered",
        found="no overall response by the evaluator {evaluator} stands in RS",
        expected="RSTESTCD OVRLRESP at each scan, by the evaluator whom the protocol names",
        mend="add the rows, or check RSEVAL and the option evaluator",
        why="The subject counts as not assessed: a failure in every rate, and without progression in every time.",
    ),
    "D094": FindingText(
        title="Components without an overall response",
        found="{test} {value} was entered at a visit without an overall response",
        expected="RSTESTCD OVRLRESP at the same visit",
        mend="add the overall response",
        why="A visit without an overall response is no assessment where the entered responses are the source.",
    ),
    "D095": FindingText(
        title="Less than complete response after one",
        found="{value} was entered after a complete response, and counts as progression",
        expected="CR, PD or NE after a CR: whatever is less means that disease is there again",
        mend="look at the images again: if the CR was none, correct it to PR; if disease is back, the response is PD",
        why=(
            "RECIST 1.1, table 3, note a. The option reappearance_after_overall_cr: arithmetic, and the rule sets "
            "arithmetic and admiral, take the entered response as it stands."
        ),
    ),
    "D099": FindingText(
        title="Option without lesions to act on",
        found="the responses are those that were entered, so these options do nothing: {options}",
        expected="options that entered responses leave something to",
        mend="leave them out, or derive the responses from the lesions (response_source: derived)",
        why="Whoever entered the response of a visit judged its lesions, its baseline and the marker himself.",
    ),
    "D100": FindingText(
        title="Subgroup of several units",
        found="the values of {variable} at baseline stand in several units: {units}",
        expected="one unit (LBSTRESU) for all subjects",
        mend="convert LBSTRESN to one unit in the records",
        why="A cut means another thing in another unit: the subgroup is not made.",
    ),
}
