"""What each response option changes, and who reads it which way: a paragraph an option, for docs and ``explain``."""

from __future__ import annotations

from typing import NamedTuple


class OptionText(NamedTuple):
    """Two sentences or so each; values are named as the protocol writes them."""

    changes: str
    """What another value changes."""
    done_by: str
    """Who does it so: a guideline, a working group, a package, a habit of sponsors."""


WG = "the RECIST Working Group"
PAPER = "the RECIST 1.1 paper (Eisenhauer 2009)"

OPTION_TEXTS: dict[str, OptionText] = {
    "evaluator": OptionText(
        "Another reader has other lesions, other sums and other dates: nothing of the first reading is kept.",
        "Registration trials name independent reviewers, most academic phase II trials the investigator. Pooled over "
        "40 trials the two differed in the best response of 23 % of the patients and in the date of progression of "
        "31 %.",
    ),
    "response_source": OptionText(
        "`derived` starts from the lesions; `reported` takes the response that the reader entered, so that a slip of "
        "the reader's arithmetic stays in.",
        "Most packages (admiralonco among them) know only reported responses. Where no lesions were collected it is "
        "the only source.",
    ),
    "reference_date": OptionText(
        "Moves the day from which the baseline window, stable disease and the response window count: a patient who "
        "waits two weeks for the first dose reaches the minimum for stable disease two weeks sooner from inclusion.",
        "Single-arm trials count from the first dose or from inclusion, randomised ones from randomisation.",
    ),
    "baseline_window_days": OptionText(
        "A scan older than this is reported as too old, and is still the baseline. With `markers` it decides: a value "
        "of the marker older than this is no baseline value, so that a complete response needs no normal one.",
        f"{PAPER} asks for a baseline as near to the start as possible and never more than four weeks before it.",
    ),
    "baseline_on_reference_day": OptionText(
        "`does_not_count` makes a scan on the day of the first dose a scan on treatment; the scan before it, if any, "
        "becomes the baseline.",
        "CDISC flags the last value before the first dose; where only days are known many sponsors let the day itself "
        "count.",
    ),
    "partial_dates": OptionText(
        "`refuse` stops at a scan date without its day and names the row; the others put it on the first or last "
        "possible day, in every table alike.",
        "The published admiral example puts the same scan on the last day of the month in one table and on the first "
        "in another; here one rule serves all tables.",
    ),
    "several_readings": OptionText(
        "Two different readings of one lesion by one reader at one visit are refused, or the worst, best or last of "
        "them counts.",
        "Nobody's guideline; data bases differ. Refusing shows the double entry.",
    ),
    "response_date": OptionText(
        "A visit whose scans lie on several days is dated by its first or its last scan; this moves the days between "
        "a response and its confirmation.",
        "Guidance of the FDA dates a response by the last of the scans that show it; many data bases keep the first.",
    ),
    "progression_date": OptionText(
        "Moves the day of progression within a visit: its first scan, its last, or the scan that shows it (that of "
        "the new lesion; for the sum the last of the targets measured).",
        "Guidance of the FDA: the earliest scan that shows it, for a sum the last of the scans measured.",
    ),
    "too_small_mm": OptionText(
        "The length that stands in for a lesion seen but too small to measure; it enters the sum, so a lesion that "
        "shrank from 10 mm is never counted as gone.",
        f"5 mm by {PAPER}; a number that was measured is always preferred to it.",
    ),
    "too_small_node_mm": OptionText(
        "The same for a lymph node, whose short axis is meant: at 5 mm such a node is normal.",
        f"{PAPER} gives one default for all lesions; some protocols have another for nodes.",
    ),
    "node_normal_below_mm": OptionText(
        "A node below this short axis is normal: it does not stand against a complete response, and its length still "
        "counts in the sum.",
        f"10 mm by {PAPER}. Drafts of a CDISC supplement print more than 10 where the paper has 10 and more.",
    ),
    "pd_absolute_mm": OptionText(
        "Progression by the sum needs this absolute growth over the nadir besides 20 %. At 0 small sums progress by a "
        "millimetre or two: less disease control, shorter progression-free survival, and responses that end sooner.",
        f"5 mm by {PAPER}; the original text of mRECIST has no such rule.",
    ),
    "nadir": OptionText(
        "`after_baseline` leaves the baseline out of the smallest sum as soon as there is another: a patient who only "
        "grows progresses later.",
        f"{PAPER}: the smallest sum on study, the baseline included. Leaving it out is a frequent slip of home-made "
        "spreadsheets.",
    ),
    "stable_disease_against": OptionText(
        "`nadir` calls a sum that grew again stable although it is still 30 % below baseline: partial responses are "
        "lost, and pairs that would confirm break.",
        f"{WG} calls it a misreading of one sentence of the 2009 paper; a public teaching page still has it.",
    ),
    "missing_targets": OptionText(
        "What a visit with some targets unread may be: not evaluable unless the read ones alone show progression; "
        "never anything but not evaluable; or also a partial response when even the largest size ever seen of the "
        "unread ones would leave it one.",
        f"{PAPER} and {WG}: not evaluable unless the missing part could not change the result. Most systems: always "
        "not evaluable.",
    ),
    "treated_lesion": OptionText(
        "A target that was resected, ablated, embolised or irradiated on study is missing from then on; or it leaves "
        "the sums, the baseline's among them, which tends towards response.",
        f"{WG}: the lesion leaves the assessment, which makes it missing; some sponsors exclude and rebase. Neither "
        "ever makes a complete response.",
    ),
    "reappearance_absolute_mm": OptionText(
        "From a sum of zero 20 % means nothing: this growth counts as progression.",
        f"5 mm by {PAPER}; a page of {WG} leaves the 5 mm out.",
    ),
    "target_back_after_target_cr": OptionText(
        "Targets that were all gone while other disease remained: any return is progression, or the sum decides.",
        f"{WG} rules on the return after an *overall* complete response only; the sum decides here by default.",
    ),
    "node_back_in_pr": OptionText(
        "A target node that had become normal and is not any more, in a patient with partial response or stable "
        "disease: the sum decides, or it is progression.",
        f"{WG}: no progression of its own.",
    ),
    "reappearance_after_overall_cr": OptionText(
        "After an overall complete response any malignant lesion that is back is progression whatever its size; or "
        "20 % and 5 mm decide (a 4 mm lesion back is then a partial response); or the same with a query.",
        f"Progression: {WG} and table 3 of the paper. Never progression, at most a warning: admiralonco. Query: "
        "companies that take it for an error of the data first.",
    ),
    "definitive_cr": OptionText(
        "Whether the rule above starts with the first complete response or only with one that a second scan confirmed.",
        f"{WG} advises confirming a complete response and does not say that an unconfirmed one is not definitive.",
    ),
    "single_node_after_cr": OptionText(
        "One target node back at the limit as the only finding after a complete response: progression, or waiting for "
        "the next scan.",
        f"{WG}: ideally image again first.",
    ),
    "slice_rule_for_nodes": OptionText(
        "Only a warning for a node thinner than twice the slice: no response changes.",
        "The answer of the working group's old page is cut in what is public.",
    ),
    "equivocal_new_lesion_date": OptionText(
        "A doubtful new lesion that a later scan proves: progression on the day it was first seen, or on the day it "
        "was proved. Responses read in between are lost under `first_seen`.",
        f"First seen: {PAPER}. CDISC allows keeping the entry and dating back in the analysis, which is done here.",
    ),
    "new_node_sole_evidence": OptionText(
        "A new node of 10 to under 15 mm and nothing else: doubtful until the next scan, or progression at once.",
        f"Waiting: {WG}. At once: the letter of the paper (new lesion).",
    ),
    "pet_only_new_lesion": OptionText(
        "A hot spot that CT or MRI does not show: nothing, or the date of progression once CT or MRI shows it.",
        f"{WG}: CT and MRI decide. The paper dates progression back to the PET.",
    ),
    "non_target_only_stable": OptionText(
        "The name of stable disease without any target; under `sd` such patients can have stable disease as best "
        "response.",
        f"{PAPER} prefers Non-CR/Non-PD.",
    ),
    "no_disease_at_baseline": OptionText(
        "The name of the response of a patient without any lesion: no evidence of disease, or not evaluable.",
        "CDISC allows NED of an independent reader; a trial of advanced disease may want NE and a query.",
    ),
    "pr_continues": OptionText(
        "A partial response whose sum is back above 70 % of baseline without progression (100, 70, 70, 80): still one "
        "once it was confirmed, from the first on, or never (then stable).",
        f"{WG}: five times PR. Arithmetic, and every package that reads the tables visit by visit: PR, PR, SD, SD, SD.",
    ),
    "pr_continues_over_ne": OptionText(
        "Whether such a response goes on across a visit that could not be read.",
        f"{WG} is silent; here it carries over by default.",
    ),
    "clinical_progression": OptionText(
        "Symptomatic deterioration without imaging as an event of progression-free survival; no response changes.",
        f"{PAPER} and CDISC: no response, a reason to stop treatment, and imaging should go on.",
    ),
    "markers": OptionText(
        "`afp`: a marker above its limit at baseline must be normal for a complete response; otherwise the response is "
        "partial (or Non-CR/Non-PD without targets).",
        f"{PAPER} for markers that the protocol names; in hepatocellular carcinoma AFP.",
    ),
    "marker_window_days": OptionText(
        "How far from the scan the marker may have been measured to speak for it.",
        "Nobody's guideline; most protocols measure it within two weeks of the scan.",
    ),
    "confirmation": OptionText(
        "Which best response the primary rate counts. Both are always derived and shown. No other switch moves a "
        "response rate as much.",
        f"{PAPER}: needed where response is the primary endpoint of a trial that is not randomised.",
    ),
    "confirmation_min_days": OptionText(
        "A second scan sooner than this does not confirm.",
        f"At least four weeks: {PAPER}. Some protocols allow four weeks minus their scan window.",
    ),
    "confirmation_scan": OptionText(
        "The next evaluable scan must confirm, or any later one before progression will do.",
        "Table 3 of the paper leaves it open; admiralonco wants the pair unbroken.",
    ),
    "confirmation_max_ne": OptionText(
        "How many scans that could not be read may lie inside a confirming pair.",
        "One by default in admiralonco; strict readings allow none.",
    ),
    "confirmation_max_sd": OptionText(
        "How many readings of stable disease may lie between a partial response and the one that confirms it.",
        "None by table 3 (PR, then SD is SD); `accept_sd` of admiralonco allows one.",
    ),
    "missed_visit_as_ne": OptionText(
        "A planned scan that was not made counts like one that could not be read.",
        "Packages that start from records cannot see a scan that is not there; the calendar of the protocol can.",
    ),
    "cr_then_lesser": OptionText(
        "Complete, then only partial response or stable disease, too early for stable disease: progression if the "
        "first was real; not evaluable; or the latter with a query.",
        f"Table 3, note a, of {PAPER}: progression, unless the complete response is read again as partial. "
        "admiralonco: never progression.",
    ),
    "pr_confirmed_by_cr": OptionText(
        "A partial response confirmed by a complete one that is not itself confirmed: best response PR or CR.",
        "PR: most readings; the response rate is the same.",
    ),
    "sd_min_days": OptionText(
        "Stable disease seen sooner than this is not yet stable disease: not evaluable, or progression if that "
        "follows. It moves disease control, not response.",
        f"{PAPER}: six to eight weeks, as the protocol says; admiralonco's template has 42 days.",
    ),
    "sd_min_counting": OptionText(
        "Whether the number counts days after the reference or study days (the reference day is day 1): one day apart.",
        "Both are in use; that one day flipped 2 of 205 subjects of a published test set.",
    ),
    "unconfirmed_response_as_sd": OptionText(
        "A response that was never confirmed counts as stable disease only after the minimum, or always.",
        f"{PAPER}, table 3: only after the minimum.",
    ),
    "response_after_new_therapy": OptionText(
        "Whether a response seen after another anticancer therapy began counts.",
        "Excluded by nearly everybody: it is not the trial's treatment that did it.",
    ),
    "no_assessment": OptionText(
        "The name of the best response of a patient without any scan on treatment. A failure under either name in "
        "every denominator that has the patient.",
        "admiralonco: MISSING; many reports put NE.",
    ),
    "early_death": OptionText(
        "The name of the best response of a patient who died before the first scan: not evaluable or progression. "
        "Never a response.",
        "Both are in use; the WHO and older group rules called it early death.",
    ),
    "dcr_counts_non_cr_non_pd": OptionText(
        "Whether lasting non-target disease counts as disease control.",
        "Usually yes; it moves the disease control rate only.",
    ),
    "gap_rule": OptionText(
        "What counts as two missed scans before an event: more than twice the interval in force plus the window, or "
        "two planned scans without an adequate one in their windows. It moves censoring under the FDA's profile only.",
        "Guidance of the FDA says two or more missed assessments; programmes differ in how they count.",
    ),
    "no_baseline": OptionText(
        "Time to event of a patient without baseline scan: censored at the start, or left out with a finding.",
        "Censored on day 1: guidance of the FDA.",
    ),
    "count_start_day": OptionText(
        "Adds one day to every time to event.",
        "ADaM's examples count the start day (date - start + 1).",
    ),
}
"""By name in ``ResponseOptions``; tests hold the two together."""
