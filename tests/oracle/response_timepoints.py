"""Responses at each visit, sections 3 to 7 of ``docs/explanation/response.md``, slowly, in exact fractions.

Section 2, target lesions, is in ``response_targets``. Where the page can be read in two ways the chosen
reading is marked ``Reading:``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from response_patient import Lesion, Options, Patient, Timepoint, Visit, refuse_unknown
from response_targets import Targets, sum_of_seen


def timepoints(patient: Patient, options: Options) -> list[Timepoint]:
    """Responses at each visit after the baseline, up to the cut day."""
    refuse_unknown(options)
    last = max([v for v, day in enumerate(patient.days) if day <= patient.cut_day], default=0)
    targets = Targets([lesion for lesion in patient.lesions if lesion.kind == "target"], options)
    non_targets = [lesion for lesion in patient.lesions if lesion.kind == "non_target"]
    new = [lesion for lesion in patient.lesions if lesion.kind == "new"]
    target: dict[int, str] = {}
    for v in range(1, last + 1):
        target[v] = targets.response(v, [target[e] for e in range(1, v)])
    non_target = {v: non_target_response(non_targets, v, patient.has_baseline) for v in range(1, last + 1)}
    grown = {v: target[v] == "PD" or non_target[v] == "PD" for v in range(1, last + 1)}
    progressing = visits_of_new_lesions(new, last, grown, options)
    rows: list[Timepoint] = []
    for v in range(1, last + 1):
        kept = targets.kept(v)
        lengths = targets.lengths(v, kept)
        nadir, nadir_visits = targets.nadir(v, kept)
        row = Timepoint(
            visit=v,
            target=target[v],
            sum_mm=sum_of_seen(lengths) if targets.lesions else None,
            # Reading: with every target taken out there is no sum, so none that is complete.
            complete=bool(kept) and None not in lengths,
            nadir_mm=nadir,
            nadir_visits=nadir_visits,
            non_target=non_target[v],
            new=v in progressing,
            overall_arithmetic="",
            overall="",
            queries=set(),
        )
        row["overall_arithmetic"] = arithmetic_overall(patient, targets, row, rows, options)
        row["overall"] = continued(patient, row, rows, options)
        rows.append(row)
    return rows


def non_target_response(non_targets: Sequence[Lesion], visit: int, has_baseline: bool) -> str:
    """Non-target response at a visit (section 3); without a baseline a progression or not evaluable."""
    if not non_targets:
        return "MISSING"
    states = {lesion.readings[visit].state for lesion in non_targets}
    if "unequivocal_pd" in states:
        return "PD"
    if not has_baseline:
        return "NE"
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


def visits_of_new_lesions(new: Sequence[Lesion], last: int, grown: Mapping[int, bool], options: Options) -> set[int]:
    """Visits at which a new lesion is progression, seen from the last visit before the cut (section 4)."""
    dated_back = {
        "equivocal": options["equivocal_new_lesion_date"] == "first_seen",
        "pet_only": options["pet_only_new_lesion"] == "backdated_if_confirmed",
    }
    found: set[int] = set()
    for lesion in new:
        states = {v: weighed(lesion, new, v, grown, options) for v in range(1, last + 1)}
        unequivocal = [v for v in states if states[v] == "unequivocal"]
        found.update(unequivocal)
        if unequivocal:
            found.update(v for v in range(1, unequivocal[0]) if dated_back.get(states[v], False))
    return found


def arithmetic_overall(
    patient: Patient, targets: Targets, row: Timepoint, earlier: Sequence[Timepoint], options: Options
) -> str:
    """Overall response from the three components and the history (section 5); a query goes into the row."""
    has_targets = row["target"] != "MISSING"
    has_non_targets = row["non_target"] != "MISSING"
    progresses = row["target"] == "PD" or row["non_target"] == "PD" or row["new"]
    if not patient.has_baseline:
        return "PD" if progresses else "NE"
    if not has_targets and not has_non_targets:
        return "PD" if row["new"] else str(options["no_disease_at_baseline"]).upper()
    if progresses:
        return "PD"
    rule = options["reappearance_after_overall_cr"]
    if rule != "arithmetic" and back_after_cr(patient, targets, row, earlier, options):
        if rule == "pd":
            return "PD"
        row["queries"].add("REAPPEARED_AFTER_CR")
    marker = patient.markers[row["visit"]] if patient.markers and options["markers"] == "afp" else "not_applicable"
    stable = "SD" if options["non_target_only_stable"] == "sd" else "NON-CR/NON-PD"
    if has_targets:
        if row["target"] == "CR":
            gone = not has_non_targets or row["non_target"] == "CR"
            return "CR" if gone and marker not in ("above", "not_measured") else "PR"
        return row["target"]
    if row["non_target"] == "CR":
        return {"above": stable, "not_measured": "NE"}.get(marker, "CR")
    return stable if row["non_target"] == "NON-CR/NON-PD" else row["non_target"]


def back_after_cr(
    patient: Patient, targets: Targets, row: Timepoint, earlier: Sequence[Timepoint], options: Options
) -> bool:
    """Whether a malignant lesion is back after a definitive overall CR (section 5, step 3)."""
    cr_days = [patient.days[r["visit"]] for r in earlier if r["overall_arithmetic"] == "CR"]
    if not cr_days:
        return False
    if options["definitive_cr"] == "confirmed" and (
        len(cr_days) < 2 or max(cr_days) - min(cr_days) < options["confirmation_min_days"]
    ):
        return False
    v = row["visit"]
    back = [x for i, x in enumerate(targets.lesions) if targets.is_malignant(i, v)]
    others = [x for x in patient.lesions if x.kind == "non_target" and not x.node and x.readings[v].state == "present"]
    if options["single_node_after_cr"] == "wait" and len(back) == 1 and back[0].node and not others:
        return False
    return bool(back or others)


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
