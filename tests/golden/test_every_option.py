"""Every option of a protocol, set to every value it allows: refused by name, or a result that changes.

An option that is accepted and ignored would be a rule that the signed protocol states and the software breaks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

import pytest
from little_trial import DEFAULTS, LittlePatient, little_protocol, little_records

from onearm.errors import ProtocolError, RefusedError
from onearm.pipeline import Analysis, analyse
from onearm.protocol.options import NOT_YET_SUPPORTED, IrecistOptions, ResponseOptions

CUT = dt.date(2026, 6, 30)


def fingerprint(patients: Sequence[LittlePatient], decisions: Any = (), **choices: str) -> str:
    """All that an analysis says, as text; or the codes for which it refuses."""
    protocol = little_protocol(**choices)
    try:
        found = analyse(protocol, little_records(patients, decisions), CUT)
    except RefusedError as refused:
        return "refused " + " ".join(sorted({finding.code for finding in refused.findings}))
    return _say(found)


def _say(found: Analysis) -> str:
    derived = found.derived
    parts = [
        str(table.drop("PARAM", strict=False).rows())
        for table in (derived.adsl, derived.adrs, derived.adtr, derived.adtte)
    ]
    parts += [str(estimate) for estimate in found.estimates]
    parts += [str(found.decision.action), str(found.decision.counts), str(found.decision.members), str(found.refused)]
    parts += [f"{finding.code} {finding.place}" for finding in found.findings]
    return "\n".join(parts)


P = LittlePatient

# One or more patients for each option; numbers name the values tried, on both sides of what the patients show.
OPTIONS: dict[str, tuple[list[LittlePatient], tuple[str, ...]]] = {
    "evaluator": (
        [
            P({"T1": "40 28 28"}, other_reader={"T1": "40 40 40"}),
            P({"T1": "40 20 20"}, evaluator="ADJUDICATOR"),
        ],
        (),
    ),
    "response_source": ([P({"T1": "40 28 28 28"}, days=(-7, 63, 126, 189), reported="PR SD PD")], ()),
    "reference_date": ([P({"T1": "40 40 40"}, days=(-2, 53, 126))], ()),
    "baseline_window_days": ([P({"T1": "40 28 28"}, days=(-20, 63, 126))], ("19", "20")),
    "baseline_on_reference_day": ([P({"T1": "50 40 28 28"}, days=(-10, 0, 63, 126))], ()),
    "partial_dates": ([P({"T1": "40 28 28"}, partial_scan=1)], ()),
    "several_readings": ([P({"T1": "40 20/60/28 20/60/28"})], ()),
    "response_date": ([P({"T1": "40 20 20", "T2": "30 20 20"}, days=(-7, (60, 66), 126))], ()),
    "progression_date": (
        [
            P({"T1": "40 60 60", "T2": "30 40 40"}, days=(-7, (60, 66), 126)),
            P({"W1": "- yes yes", "T1": "40 40 40"}, days=(-7, (60, 66), 126)),
        ],
        (),
    ),
    "too_small_mm": ([P({"T1": "20 small small"})], ("5", "14.1")),
    "too_small_node_mm": ([P({"N1": "20 small small"})], ("5", "12")),
    "node_normal_below_mm": ([P({"N1": "20 9.9 9.9"})], ("10", "9.9")),
    "pd_absolute_mm": ([P({"T1": "15 15 19"})], ("5", "0")),
    "nadir": ([P({"T1": "100 115 130"})], ()),
    "stable_disease_against": ([P({"T1": "100 55 62 40 72"})], ()),
    "missing_targets": (
        [P({"T1": "20 unseen", "T2": "20 50"}, days=(-7, 63)), P({"T1": "10 10 unseen", "T2": "30 18 18"})],
        (),
    ),
    "treated_lesion": ([P({"T1": "40 28 28", "T2": "20 20 treated"})], ()),
    "reappearance_absolute_mm": ([P({"T1": "20 gone 3", "NT1": "there there there"})], ("5", "0")),
    "target_back_after_target_cr": ([P({"T1": "20 gone 3", "NT1": "there there there"})], ()),
    "node_back_in_pr": ([P({"T1": "60 30 30", "N1": "20 9 10"})], ()),
    "reappearance_after_overall_cr": ([P({"T1": "20 gone 3 3"})], ()),
    "definitive_cr": ([P({"T1": "20 gone 3 3"})], ()),
    "single_node_after_cr": ([P({"N1": "20 9 11 11", "T1": "20 gone gone gone"})], ()),
    "slice_rule_for_nodes": ([P({"N1": "15 15 15"}, slice_mm="8")], ()),
    "equivocal_new_lesion_date": ([P({"T1": "40 40 40", "W1": "- maybe yes"})], ()),
    "new_node_sole_evidence": ([P({"T1": "40 40 40", "WN1": "- yes:12 yes:12"})], ()),
    "pet_only_new_lesion": ([P({"T1": "40 40 40", "W1": "- pet yes"})], ()),
    "non_target_only_stable": ([P({"NT1": "there there there"})], ()),
    "no_disease_at_baseline": ([P({"T1": "40 40 40"}), P({"W1": "maybe - maybe"})], ()),
    "pr_continues": ([P({"T1": "100 70 70 80"}), P({"T1": "100 70 80 80"})], ()),
    "pr_continues_over_ne": ([P({"T1": "100 70 70 unseen 80"})], ()),
    "clinical_progression": ([P({"T1": "40 40 40"}, clinical_progression=100)], ()),
    "markers": ([P({"T1": "40 gone gone"}, afp={-3: "400", 60: "21", 130: "20"})], ()),
    "marker_window_days": ([P({"T1": "40 gone"}, days=(-7, 63), afp={-3: "400", 70: "20"})], ("6", "7")),
    "confirmation": ([P({"T1": "40 28 40 40"})], ()),
    "confirmation_min_days": ([P({"T1": "40 28 28 40"}, days=(-7, 63, 90, 126))], ("28", "27")),
    "confirmation_scan": ([P({"T1": "100 70 80 70"})], ()),
    "confirmation_max_ne": ([P({"T1": "100 70 unseen 70"})], ("0", "1")),
    "confirmation_max_sd": ([P({"T1": "100 70 80 70"})], ("0", "1")),
    "missed_visit_as_ne": ([P({"T1": "100 70 unseen 70"}, days=(-7, 63, 126, 252))], ()),
    "cr_then_lesser": ([P({"T1": "100 gone gone", "NT1": "there gone unseen"}, days=(-7, 14, 28))], ()),
    "pr_confirmed_by_cr": ([P({"T1": "100 70 gone"})], ()),
    "sd_min_days": ([P({"T1": "100 100"}, days=(-7, 56))], ("56", "57")),
    "sd_min_counting": ([P({"T1": "100 100"}, days=(-7, 55))], ()),
    "unconfirmed_response_as_sd": ([P({"T1": "100 70"}, days=(-7, 42))], ()),
    "response_after_new_therapy": ([P({"T1": "100 100 70 70"}, new_therapy=100)], ()),
    "no_assessment": ([P({"T1": "100"}, days=(-7,))], ()),
    "early_death": ([P({"T1": "100"}, days=(-7,), death=30)], ()),
    "dcr_counts_non_cr_non_pd": ([P({"NT1": "there there there"})], ()),
    "gap_rule": ([P({"T1": "40 40 60"}, days=(-7, 50, 140))], ()),
    "no_baseline": ([P({"T1": "40 40 60"}, days=(63, 126, 189))], ()),
    "count_start_day": ([P({"T1": "40 28 60"})], ()),
}
EXTRA_OVERRIDES = {
    "definitive_cr": "reappearance_after_overall_cr: pd, ",
    "single_node_after_cr": "",
    "marker_window_days": "markers: afp, ",
}


def allowed_values(name: str) -> tuple[str, ...]:
    annotation = ResponseOptions.model_fields[name].annotation
    return tuple(get_args(annotation)) if get_origin(annotation) is Literal else OPTIONS[name][1]


def test_no_option_is_left_out() -> None:
    assert set(OPTIONS) | {"irecist"} == set(ResponseOptions.model_fields)


@pytest.mark.parametrize("name", OPTIONS)
def test_each_value_is_refused_or_changes_a_result(name: str) -> None:
    patients, _ = OPTIONS[name]
    values = allowed_values(name)
    assert len(values) >= 2
    said: dict[str, str] = {}
    for value in values:
        override = f"{EXTRA_OVERRIDES.get(name, '')}{name}: {value}"
        if value in NOT_YET_SUPPORTED.get(name, ()):
            with pytest.raises(ProtocolError) as refused:
                little_protocol(override=override)
            (finding,) = refused.value.findings
            assert name in finding.found and "not yet" in finding.found
            continue
        said[value] = fingerprint(patients, override=override)
    assert len(set(said.values())) == len(said), f"two values of {name} say the same: {sorted(said)}"
    assert said, f"no value of {name} is acted on"


@pytest.mark.parametrize("name", IrecistOptions.model_fields)
def test_each_irecist_value_is_refused(name: str) -> None:
    for value in get_args(IrecistOptions.model_fields[name].annotation):
        if value != "not_used":
            with pytest.raises(ProtocolError) as refused:
                little_protocol(override=f"irecist: {{{name}: {value}}}")
            assert "not yet" in refused.value.findings[0].found


RESPONDER, STABLE = P({"T1": "40 28 28 28 28"}), P({"T1": "40 40 40 40 40"})
PROGRESSING = P({"T1": "40 60"}, days=(-7, 63))
LATE = P({"T1": "40 40 40 28 28"})
UNCONFIRMED = P({"T1": "40 40 28"}, days=(-7, 500, 530))
NEVER_DOSED = P({"T1": "40"}, days=(-7,), dosed=False, off_study=5)
NOT_EVALUABLE = P({"T1": "40"}, days=(-7,), off_study=50)
NOT_ELIGIBLE = P({"T1": "40 28 28 28 28"}, eligible=False)
STAGES = (
    "{{kind: two-stage, endpoint: orr, n1: 3, n: 5, futility_stop: 0, efficacy_stop: {efficacy}, success: {success}, "
    "p0: 0.1, p1: 0.6, alpha: 0.1, power: {power}, "
    "stage_one: {{unit: {unit}, replacement: {replacement}, accrual: pauses}}, "
    "interim: {{assessed_through_scan: {scan}, counts: {counts}, late_responders: {late}}}, "
    "final: {{assessed_through_scan: {final}}}}}"
)
STAGE_DEFAULTS = {
    "efficacy": "none",
    "success": "3",
    "power": "0.6",
    "unit": "registered",
    "replacement": "none",
    "scan": "2",
    "counts": "confirmed",
    "late": "count_until_decision",
    "final": "2",
}
WINDOW = ", window: {{start: first_dose, until: [progression, cutoff], cap: 5 months, cap_counts: {counts}}}"


def stages(**choices: str) -> str:
    return STAGES.format(**{**STAGE_DEFAULTS, **choices})


def custom(therapy: str = "composite", scans: str = "treatment_policy", baseline: str = "treatment_policy") -> str:
    chosen = f"{{new_therapy: {therapy}, missed_scans: {scans}, no_baseline: {baseline}}}"
    return f"custom, intercurrent: {chosen}"


OTHERS: dict[str, tuple[list[LittlePatient], dict[str, dict[str, str]]]] = {
    "tumour.calendar.anchor": (
        [P({"T1": "40 40 60"}, days=(-7, 94, 344))],
        {
            anchor: {"anchor": anchor, "phases": "{every: 9 weeks, until: 18 weeks}, {every: 24 weeks}"}
            for anchor in ("first_dose", "inclusion")
        },
    ),
    "tumour.calendar.reading": (
        [P({"T1": "40 40 28 28"}, days=(-7, 63, 126, 700)), P({"T1": "40 40"}, days=(-7, 330))],
        {
            reading: {"phases": "{every: 9 weeks, until: 48 weeks}, {every: 12 weeks}", "reading": reading}
            for reading in ("count_on_from_last_scan", "extra_scan_at_change", "first_interval_past_change")
        },
    ),
    "endpoints.pfs.start": (
        [STABLE],
        {start: {"pfs_start": start} for start in ("first_dose", "inclusion")},
    ),
    "endpoints.os.start": ([STABLE], {start: {"os_start": start} for start in ("first_dose", "inclusion")}),
    "endpoints.pfs.censoring": (
        [
            P({"T1": "40 40 60"}, new_therapy=100),
            P({"T1": "40 40 60"}, days=(-7, 63, 260)),
            P({"T1": "40 40 60"}, days=(63, 126, 189)),
        ],
        {
            profile: {"censoring": profile}
            for profile in (
                "literal",
                "fda",
                "fda-treatment-policy",
                "ema",
                custom("composite"),
                custom("hypothetical"),
            )
        },
    ),
    "endpoints.pfs.intercurrent.missed_scans": (
        [P({"T1": "40 40 60"}, days=(-7, 63, 260))],
        {rule: {"censoring": custom(scans=rule)} for rule in ("treatment_policy", "hypothetical")},
    ),
    "endpoints.pfs.intercurrent.no_baseline": (
        [P({"T1": "40 40 60"}, days=(63, 126, 189))],
        {rule: {"censoring": custom(baseline=rule)} for rule in ("treatment_policy", "hypothetical")},
    ),
    "endpoints.orr.window.cap_counts": (
        [P({"T1": "40 40 28 28"}, days=(-7, 63, 90, 140), off_study=200)],
        {counts: {"window": WINDOW.format(counts=counts)} for counts in ("calendar", "on_treatment")},
    ),
    "sets.primary": (
        [RESPONDER, NEVER_DOSED, NOT_EVALUABLE, NOT_ELIGIBLE],
        {name: {"primary": name} for name in ("registered", "treated", "eligible", "evaluable")},
    ),
    "procedures.resection.response": (
        [P({"T1": "100 70 . ."}, days=(-7, 63, 126, 189), procedure=("RESECTION", 100))],
        {rule: {"procedure_response": rule} for rule in ("failure", "pending", "count_unconfirmed")},
    ),
    "procedures.resection.time_to_event": (
        [P({"T1": "100 100 150"}, procedure=("RESECTION", 100))],
        {rule: {"procedure_time": rule} for rule in ("treatment_policy", "censor")},
    ),
    "conventions.survival_interval": (
        [RESPONDER, STABLE, PROGRESSING, P({"T1": "40 40 60"})],
        {kind: {"conventions": f"survival_interval: {kind}"} for kind in ("log-log", "log", "plain")},
    ),
    "conventions.median_rule": (
        [PROGRESSING, STABLE],
        {rule: {"conventions": f"median_rule: {rule}"} for rule in ("sas", "r")},
    ),
    "conventions.level": ([RESPONDER, STABLE], {v: {"conventions": f"level: {v}"} for v in ("0.95", "0.9")}),
    "design.stage_one.unit": (
        [RESPONDER, NEVER_DOSED, NOT_ELIGIBLE, STABLE],
        {
            unit: {"design": stages(unit=unit), "primary": "registered"}
            for unit in ("registered", "treated", "eligible")
        },
    ),
    "design.stage_one.replacement": (
        [NEVER_DOSED, NOT_EVALUABLE, PROGRESSING, STABLE, RESPONDER],
        {rule: {"design": stages(replacement=rule)} for rule in ("none", "never_dosed", "not_evaluable")},
    ),
    "design.interim.assessed_through_scan": (
        [P({"T1": "40 40"}, days=(-7, 480)), PROGRESSING, PROGRESSING],
        {scan: {"design": stages(scan=scan)} for scan in ("2", "9")},
    ),
    "design.interim.counts": (
        [UNCONFIRMED, PROGRESSING, STABLE],
        {counts: {"design": stages(counts=counts, scan="9")} for counts in ("confirmed", "confirmed_and_pending")},
    ),
    "design.interim.late_responders": (
        [LATE, PROGRESSING, PROGRESSING],
        {late: {"design": stages(late=late)} for late in ("count_until_decision", "not_counted")},
    ),
    "design.final.assessed_through_scan": (
        [RESPONDER, PROGRESSING, P({"T1": "40 40"}, days=(-7, 480)), RESPONDER, P({"T1": "40 40"}, days=(-7, 480))],
        {scan: {"design": stages(final=scan)} for scan in ("2", "20")},
    ),
    "endpoints.dcr.test": (
        [RESPONDER, RESPONDER, STABLE, RESPONDER, PROGRESSING],
        {
            role: {"dcr_role": role, "design": stages()}
            for role in (
                "descriptive",
                "ordered, test: {order: 1, null_value: 0.3, null_source: an earlier trial, level: 0.05}",
                "ordered, test: {order: 1, null_value: 0.4, null_source: an earlier trial, level: 0.05}",
            )
        },
    ),
    "design.efficacy_stop": (
        [RESPONDER, RESPONDER, RESPONDER],
        {stop: {"design": stages(efficacy=stop)} for stop in ("none", "3")},
    ),
}


def test_an_efficacy_stop_that_is_not_binding_may_be_passed() -> None:
    subjects = "LITTLE-01;LITTLE-02;LITTLE-03"
    counts = {"SUBJECTS": subjects, "N1": "3", "X1": "3", "ACTION": "continue"}
    who = {"WHO": "the board", "REASON": "more safety data wanted", "PROTOCOL": "0" * 64}
    row = {"DECDTC": "2026-01-01", "STAGE": "1", "CUTDIGEST": "0" * 64, **counts, **who}
    said = {
        binding: fingerprint([RESPONDER] * 3, [row], design=stages(efficacy=f"3, efficacy_stop_binding: {binding}"))
        for binding in ("true", "false")
    }
    assert "S104" in said["true"]
    assert "S104" not in said["false"]


@pytest.mark.parametrize("path", OTHERS)
def test_each_other_choice_changes_a_result(path: str) -> None:
    patients, choices = OTHERS[path]
    said = {value: fingerprint(patients, **chosen) for value, chosen in choices.items()}
    assert len(set(said.values())) == len(said), f"two values of {path} say the same"


def test_defaults_are_a_protocol_that_loads() -> None:
    assert little_protocol(**DEFAULTS).identity.id == "LITTLE"
