"""Responses at each visit, sections 2 to 7 of ``docs/explanation/response.md``, slowly, in exact fractions.

Where the page can be read in two ways the chosen reading is marked ``Reading:``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from response_patient import Lesion, Options, Patient, Timepoint, Visit, refuse_unknown


def timepoints(patient: Patient, options: Options) -> list[Timepoint]:
    """Responses at each visit after the baseline, up to the cut day."""
    refuse_unknown(options)
    last = max([v for v, day in enumerate(patient.days) if day <= patient.cut_day], default=0)
    targets = [lesion for lesion in patient.lesions if lesion.kind == "target"]
    non_targets = [lesion for lesion in patient.lesions if lesion.kind == "non_target"]
    new = [lesion for lesion in patient.lesions if lesion.kind == "new"]
    target: dict[int, str] = {}
    for v in range(1, last + 1):
        target[v] = target_response(targets, v, [target[e] for e in range(1, v)], options)
    non_target = {v: non_target_response(non_targets, v) for v in range(1, last + 1)}
    grown = {v: target[v] == "PD" or non_target[v] == "PD" for v in range(1, last + 1)}
    rows: list[Timepoint] = []
    for v in range(1, last + 1):
        lengths = counted_lengths(targets, v, options)
        row = Timepoint(
            visit=v,
            target=target[v],
            sum_mm=sum((mm for mm in lengths if mm is not None), Fraction(0)) if targets else None,
            complete=bool(targets) and None not in lengths,
            nadir_mm=nadir_mm(targets, v, options),
            non_target=non_target[v],
            new=any(new_lesion_progresses(lesion, new, v, last, grown, options) for lesion in new),
            overall_arithmetic="",
            overall="",
        )
        row["overall_arithmetic"] = arithmetic_overall(patient, row, rows, options)
        row["overall"] = continued(patient, row, rows, options)
        rows.append(row)
    return rows


def counted_mm(lesion: Lesion, visit: int, options: Options) -> Fraction | None:
    """Length with which a target counts, None when it is missing (section 2)."""
    reading = lesion.readings[visit]
    if reading.state in ("not_assessed", "not_evaluable", "treated"):
        return None
    if reading.state in ("absent", "merged"):
        return Fraction(0)
    if reading.state == "too_small":
        return Fraction(options["too_small_node_mm"] if lesion.node else options["too_small_mm"])
    assert reading.state == "measured"
    assert reading.mm is not None
    return reading.mm


def counted_lengths(targets: Sequence[Lesion], visit: int, options: Options) -> list[Fraction | None]:
    """Length of each target; a merged one that nothing carries is missing (section 2)."""
    disease = any(is_malignant(lesion, visit, options) for lesion in targets)
    seen_node = any(
        lesion.node
        and (lesion.readings[visit].state == "too_small" or (counted_mm(lesion, visit, options) or Fraction(0)) > 0)
        for lesion in targets
    )
    lengths: list[Fraction | None] = []
    for lesion in targets:
        carried = disease or (lesion.node and seen_node)
        lost = lesion.readings[visit].state == "merged" and not carried
        lengths.append(None if lost else counted_mm(lesion, visit, options))
    return lengths


def is_malignant(lesion: Lesion, visit: int, options: Options) -> bool:
    """Whether a target is there: a node at or above the limit, a non-node above 0 or too small to measure."""
    mm = counted_mm(lesion, visit, options)
    if mm is None:
        return False
    if lesion.node:
        return mm >= Fraction(options["node_normal_below_mm"])
    # A lesion believed present is not gone, whatever length stands in for it.
    return mm > 0 or lesion.readings[visit].state == "too_small"


def complete_sum(targets: Sequence[Lesion], visit: int, options: Options) -> Fraction | None:
    """Sum of all targets, None when one is missing."""
    total = Fraction(0)
    for mm in counted_lengths(targets, visit, options):
        if mm is None:
            return None
        total += mm
    return total


def nadir_mm(targets: Sequence[Lesion], visit: int, options: Options) -> Fraction | None:
    """Smallest complete sum before a visit; a baseline sum of 0 is none."""
    if not targets:
        return None
    baseline = complete_sum(targets, 0, options)
    sums = [baseline] if baseline else []
    sums += [s for s in (complete_sum(targets, v, options) for v in range(1, visit)) if s is not None]
    return min(sums, default=None)


def target_response(targets: Sequence[Lesion], visit: int, earlier: Sequence[str], options: Options) -> str:
    """Target response at a visit, given those of the visits before it (section 2)."""
    if not targets:
        return "MISSING"
    lengths = counted_lengths(targets, visit, options)
    some_missing = None in lengths
    here = sum((mm for mm in lengths if mm is not None), Fraction(0))
    baseline = complete_sum(targets, 0, options)
    back = any(is_malignant(lesion, visit, options) for lesion in targets)
    if not some_missing and not back:
        return "CR"
    # Reading: `missing_targets: ne` silences all of step 2, the return after target CR included.
    if not (some_missing and options["missing_targets"] == "ne"):
        if grew(here, nadir_mm(targets, visit, options), options):
            return "PD"
        if options["target_back_after_target_cr"] == "pd" and "CR" in earlier and back:
            return "PD"
    if some_missing or baseline is None:
        return "NE"
    return "PR" if here <= Fraction(7, 10) * baseline else "SD"


def grew(here: Fraction, nadir: Fraction | None, options: Options) -> bool:
    """Whether a sum is progression over the nadir (Eisenhauer 2009, 4.3.1; both limits included)."""
    if nadir is None:
        return False
    if nadir == 0:
        return here > 0 and here >= Fraction(options["reappearance_absolute_mm"])
    return here - nadir >= Fraction(options["pd_absolute_mm"]) and here >= Fraction(6, 5) * nadir


def non_target_response(non_targets: Sequence[Lesion], visit: int) -> str:
    """Non-target response at a visit (section 3)."""
    if not non_targets:
        return "MISSING"
    states = {lesion.readings[visit].state for lesion in non_targets}
    if "unequivocal_pd" in states:
        return "PD"
    if "present" in states:
        return "NON-CR/NON-PD"
    return "NE" if states & {"not_assessed", "not_evaluable"} else "CR"


def sighting(lesion: Lesion, visit: int) -> str:
    """State of a new lesion; a node measured below 10 mm is none (section 4)."""
    reading = lesion.readings[visit]
    if lesion.node and reading.mm is not None and reading.mm < 10:
        return "not_seen"
    return reading.state


def is_small_node(lesion: Lesion, visit: int) -> bool:
    mm = lesion.readings[visit].mm
    return lesion.node and mm is not None and 10 <= mm < 15


def weighed(lesion: Lesion, new: Sequence[Lesion], visit: int, grown: Mapping[int, bool], options: Options) -> str:
    """Sighting of a new lesion, a small node without other evidence being equivocal (section 4)."""
    seen = sighting(lesion, visit)
    if seen != "unequivocal" or options["new_node_sole_evidence"] == "pd" or not is_small_node(lesion, visit):
        return seen
    others = [o for o in new if o is not lesion]
    evidence = [o for o in others if sighting(o, visit) == "unequivocal" and not is_small_node(o, visit)]
    return "unequivocal" if grown[visit] or evidence else "equivocal"


def new_lesion_progresses(
    lesion: Lesion,
    new: Sequence[Lesion],
    visit: int,
    last: int,
    grown: Mapping[int, bool],
    options: Options,
) -> bool:
    """Whether a new lesion is progression at a visit, seen from the last visit before the cut (section 4)."""
    states = {v: weighed(lesion, new, v, grown, options) for v in range(1, last + 1)}
    unequivocal = [v for v in states if states[v] == "unequivocal"]
    if visit in unequivocal:
        return True
    if not unequivocal or visit > min(unequivocal):
        return False
    if states[visit] == "equivocal":
        return bool(options["equivocal_new_lesion_date"] == "first_seen")
    return states[visit] == "pet_only" and options["pet_only_new_lesion"] == "backdated_if_confirmed"


def arithmetic_overall(patient: Patient, row: Timepoint, earlier: Sequence[Timepoint], options: Options) -> str:
    """Overall response from the three components and the history (section 5)."""
    has_targets = row["target"] != "MISSING"
    has_non_targets = row["non_target"] != "MISSING"
    if not has_targets and not has_non_targets:
        return "PD" if row["new"] else str(options["no_disease_at_baseline"]).upper()
    if row["target"] == "PD" or row["non_target"] == "PD" or row["new"]:
        return "PD"
    if options["reappearance_after_overall_cr"] == "pd" and back_after_cr(patient, row, earlier, options):
        return "PD"
    if has_targets:
        if row["target"] == "CR":
            return "CR" if not has_non_targets or row["non_target"] == "CR" else "PR"
        return row["target"]
    if row["non_target"] == "NON-CR/NON-PD" and options["non_target_only_stable"] == "sd":
        return "SD"
    return row["non_target"]


def back_after_cr(patient: Patient, row: Timepoint, earlier: Sequence[Timepoint], options: Options) -> bool:
    """Whether a malignant lesion is back after a definitive overall CR (section 5, step 3)."""
    cr_days = [patient.days[r["visit"]] for r in earlier if r["overall_arithmetic"] == "CR"]
    if not cr_days:
        return False
    if options["definitive_cr"] == "confirmed" and (
        len(cr_days) < 2 or max(cr_days) - min(cr_days) < options["confirmation_min_days"]
    ):
        return False
    v = row["visit"]
    targets = [x for x in patient.lesions if x.kind == "target" and is_malignant(x, v, options)]
    others = [x for x in patient.lesions if x.kind == "non_target" and not x.node and x.readings[v].state == "present"]
    if options["single_node_after_cr"] == "wait" and len(targets) == 1 and targets[0].node and not others:
        return False
    return bool(targets or others)


def continued(patient: Patient, row: Timepoint, earlier: Sequence[Timepoint], options: Options) -> str:
    """Overall response with a partial response that continues until progression (section 6)."""
    arithmetic = row["overall_arithmetic"]
    # Reading: a PD before the last NE ends the partial response as well.
    if arithmetic != "SD" or any(r["overall_arithmetic"] == "PD" for r in earlier):
        return arithmetic
    looked_at = [
        Visit(
            r["visit"],
            patient.days[r["visit"]],
            r["overall_arithmetic"],
            patient.missed_before[r["visit"]],
        )
        for r in earlier
    ]
    if options["pr_continues_over_ne"] == "no":
        after = max([visit.number for visit in looked_at if visit.response == "NE"], default=0)
        looked_at = [visit for visit in looked_at if visit.number > after]
    partial = [k for k, visit in enumerate(looked_at) if visit.response == "PR"]
    if options["pr_continues"] == "once_confirmed":
        partial = [k for k in partial if confirmed_by(looked_at, k, options)]
    return "PR" if partial and options["pr_continues"] != "never" else "SD"


def confirmed_by(visits: Sequence[Visit], first: int, options: Options) -> Visit | None:
    """The visit that confirms the CR or PR at position ``first``, None where nothing does (section 7)."""
    start = visits[first]
    kind = ("CR",) if start.response == "CR" else ("CR", "PR")
    for j in range(first + 1, len(visits)):
        scan = visits[j]
        if scan.response not in kind or scan.day - start.day < options["confirmation_min_days"]:
            continue
        between = [visit.response for visit in visits[first + 1 : j]]
        if options["confirmation_scan"] == "any_later":
            return None if "PD" in between else scan
        ne = between.count("NE")
        if options["missed_visit_as_ne"] == "yes":
            ne += sum(visit.missed for visit in visits[first + 1 : j + 1])
        sd = between.count("SD")
        allowed_sd = options["confirmation_max_sd"] if start.response == "PR" else 0
        broken = [r for r in between if r not in (*kind, "NE", "SD")]
        # Every later scan would have the same visits between, and more: only this one can confirm.
        return None if broken or ne > options["confirmation_max_ne"] or sd > allowed_sd else scan
    return None
