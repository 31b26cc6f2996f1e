"""Words of the audit: errors that response trials make again and again, each with its evidence."""

from __future__ import annotations

from onearm.words.finding_text import FindingText

AUDIT_FINDINGS: dict[str, FindingText] = {
    "A201": FindingText(
        title="Unconfirmed response recorded as best response",
        found="best response {entered}, but of the responses entered ({sequence}) {why}",
        expected="{right}: a response counts when a scan at least {needed} days later confirms it",
        mend="record {right}, or count it as unconfirmed and say so",
        why=(
            "Without a comparison group an unconfirmed response may be measurement error. RECIST 1.1 asks for "
            "confirmation where response is the primary endpoint."
        ),
    ),
    "A202": FindingText(
        title="Response that no later scan confirms",
        found="{entered} on {date}, never confirmed; the responses entered are {sequence}",
        expected="{right} as confirmed best response: confirmation needs a scan at least {needed} days later",
        mend="do not count this patient as a confirmed responder",
        why="A count of first responses gives a higher rate than the confirmed one that the design was made for.",
    ),
    "A203": FindingText(
        title="Treated patient whom an evaluable-only denominator loses",
        found="treated, assessments: {why}; responders {x}/{n} = {of_all} of all treated, {x}/{m} = {of_assessed} "
        "of those with an assessment",
        expected="the patient in the denominator, as a non-responder",
        mend="report the rate over all treated patients, the other one beside it at most",
        why=(
            "Patients who die or stop before the first scan are failures of treatment. Leaving them out raises the "
            "rate (RECIST 1.1, section 4.6)."
        ),
    ),
    "A204": FindingText(
        title="Response after its time",
        found="{entered} counts only through the scan on {date}, but {after}",
        expected="{right}: later responses do not count",
        mend="take the best response from the scans that count",
        why="A response after another therapy began, or after progression, is not the work of this treatment.",
    ),
    "A205": FindingText(
        title="Threshold judged by rounded numbers",
        found="{entered} entered at visit {visit}; the sum is {sum}, baseline {baseline} ({from_baseline}), smallest "
        "{nadir} ({from_nadir}); rounding explains it ({how})",
        expected="{right}: a fall of at least 30 % or a rise of at least 20 %, exactly",
        mend="enter {right}, and compare the measured lengths before any rounding",
        why=(
            "29.6 % is not 30 %. A percentage or a length rounded first, or a binary fraction that misses an exact "
            "20 %, moves patients over the line."
        ),
    ),
    "A206": FindingText(
        title="Progression missed because growth was not judged against the smallest sum",
        found="{entered} entered at visit {visit}; the sum {sum} is {from_nadir} ({growth}) over the smallest one, "
        "{nadir} at {nadir_visit}, and {from_baseline} against baseline",
        expected="PD: growth counts from the smallest sum so far",
        mend="enter PD, dated at this scan",
        why="After a response the baseline is no reference for growth: a tumour that doubles may still be below it.",
    ),
    "A207": FindingText(
        title="Progression without the absolute growth",
        found="PD entered at visit {visit}; the sum grew from {nadir} to {sum} ({from_nadir}), by {growth} only",
        expected="{right}: besides 20 % the sum must grow by at least {needed}",
        mend="enter {right}, unless something else shows progression",
        why="A few millimetres on a small sum are within what two measurements of the same scan differ by.",
    ),
    "A208": FindingText(
        title="Target that is not measurable",
        found="target {lesion} at {visit_name}: {why}",
        expected="{needed}",
        mend="keep it as a non-target lesion",
        why=(
            "What cannot be measured cannot shrink or grow by a percentage; ascites, effusions and tumour thrombus "
            "are followed as non-target disease (RECIST 1.1, section 3.1)."
        ),
    ),
    "A209": FindingText(
        title="Complete response with disease left",
        found="CR entered at visit {visit}, with {left}",
        expected="{right}: every lesion gone and every node below 10 mm",
        mend="enter {right}",
        why="A complete response needs all non-target disease gone and all nodes back to normal size.",
    ),
    "A210": FindingText(
        title="Response denied for a non-target that was not read",
        found="{entered} entered at visit {visit}, with {left} and a target sum of {sum}",
        expected="{right}: an unread non-target rules out CR only",
        mend="enter {right}",
        why="Table 1 of RECIST 1.1 lets a partial response stand when non-target disease is not all evaluated.",
    ),
    "A211": FindingText(
        title="Complete response denied for normal nodes",
        found="{entered} entered at visit {visit}, where nothing is left but nodes of normal size ({left})",
        expected="{right}: a node below 10 mm short axis is no disease, whatever it adds to the sum",
        mend="enter {right}",
        why="A node never shrinks to zero; the sum stays above zero in a complete response.",
    ),
    "A212": FindingText(
        title="Response from an incomplete sum",
        found="{entered} entered at visit {visit}, where of {n} targets {missing} was not assessed; the rest add up "
        "to {sum}",
        expected="NE: what was not measured may have grown",
        mend="enter NE, unless what was measured shows progression alone",
        why="A missing lesion counts as zero in a spreadsheet: the sum falls and a response appears.",
    ),
    "A213": FindingText(
        title="New lesion without progression",
        found="{entered} entered at visit {visit} on {date}, where new lesion {lesion} was recorded",
        expected="PD: an unequivocal new lesion is progression, whatever the targets do",
        mend="enter PD, or record the lesion as equivocal",
        why="Targets that shrink and new lesions go together more often than one thinks.",
    ),
    "A214": FindingText(
        title="Progression by an equivocal new lesion dated too late",
        found="{entered} entered at visit {visit} on {date}; new lesion {lesion}, equivocal there, is unequivocal at "
        "{later} on {later_date}",
        expected="PD dated {date}: a doubtful lesion that is confirmed dates back to where it was first seen",
        mend="keep the entry, and date progression {date} in the analysis",
        why="RECIST 1.1, section 4.3.4. Dated later, progression-free survival is too long.",
    ),
    "A215": FindingText(
        title="Confirmation sooner than the minimum",
        found="{entered} on {date} and {confirming} on {confirming_date}, {days} days later; no later scan confirms it",
        expected="{right}: a confirming scan at least {needed} days later",
        mend="do not count the response as confirmed",
        why="Two scans close together repeat the same state of the tumour, and its measurement error.",
    ),
    "A216": FindingText(
        title="Stable disease before its minimum",
        found="{entered} as late as {date}, {days} days after the reference day, and nothing better",
        expected="{right}: stable disease counts from {needed} days on",
        mend="record {right} as best response",
        why="A patient who was stable for a few weeks has not shown that the disease is controlled.",
    ),
}

AUDIT_CHECKS: dict[str, str] = {
    "unconfirmed": "Unconfirmed response counted as response",
    "denominator": "Denominator without patients who have no assessment",
    "window": "Response after its window, a new therapy or progression",
    "rounding": "-30 % or +20 % by rounding",
    "nadir": "Progression judged against baseline instead of the smallest sum",
    "absolute_increase": "Progression without the absolute growth",
    "measurable": "Target that is not measurable",
    "complete_response": "Complete response with disease left, or denied without cause",
    "missing_target": "Response from a sum with a missing target",
    "new_lesion": "New lesion without progression, or dated too late",
    "early_confirmation": "Confirmation sooner than the minimum",
    "early_stable": "Stable disease before its minimum",
}
"""Title of each check."""

AUDIT_LACKS: dict[str, str] = {
    "entered": "the records hold no response as entered (RS)",
    "best": "no best response is entered (RS), so that only unconfirmed sequences are seen",
    "lesions": "the records hold no lesions (TR)",
    "treated": "nobody is known to be treated (EX), or nothing was derived",
    "window": "without the protocol the end of the response window is unknown; a new therapy and progression are seen",
    "confirmation": "the protocol needs no confirmation",
    "millimetres": "the protocol asks for no absolute growth",
}
"""What a check lacks, or lacks to be whole."""

ROUNDING_WORDS: dict[str, str] = {
    "percent": "the percentage rounded to a whole number",
    "lengths": "the lengths rounded to whole millimetres",
    "binary": "binary fractions, which miss an exact threshold",
}
