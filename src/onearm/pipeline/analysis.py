"""Protocol and records at a data cut → Analysis: the one place that wires derivation, estimates and decision."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from onearm.decide import Decision, counting_unit, decide, find_interim
from onearm.derive import Derived, derive
from onearm.design import SingleStageDesign, TwoStageDesign
from onearm.errors import Finding, Place, RecordsError
from onearm.estimates.agreement import Comparison, add_criteria, compare_readings
from onearm.estimates.benefit import estimate_benefit
from onearm.estimates.beside import Beside, by_criterion, derive_with_beside, estimate_beside, findings_beside
from onearm.estimates.interval_times import IntervalCurve, estimate_interval_curves
from onearm.estimates.ordered import apply_ordered_tests
from onearm.estimates.procedures import ProcedureReading, compare_procedure_rules
from onearm.estimates.response import describe_only, estimate_rates, estimate_tested_rate
from onearm.estimates.response_landmark import LandmarkAnalysis, analyse_landmarks
from onearm.estimates.results import AnalysisSet, Curve, Cut, Estimate, Refused
from onearm.estimates.sets import select_sets
from onearm.estimates.subgroups import SubgroupRates, estimate_subgroups, findings_of_subgroups
from onearm.estimates.survival import estimate_times
from onearm.kernels.stage import PatientState
from onearm.pipeline.departures import ENDS, departure_of
from onearm.pipeline.findings import decision_findings
from onearm.pipeline.patient_path import PatientPath, follow_path
from onearm.plan.calendar import planned_scan_days
from onearm.protocol import Protocol, check_study, design_of, missing_for
from onearm.records import Records
from onearm.stats.two_stage_inference import Outcome, list_outcomes
from onearm.units import round_half_away


@dataclass(frozen=True)
class AlternativeDecision:
    """The decision under another overlay of the same group of alternatives."""

    overlay: str
    protocol: Protocol
    decision: Decision


@dataclass(frozen=True)
class Analysis:
    """Everything that a report shows, and what it rests on."""

    protocol: Protocol
    records: Records
    cut: Cut
    derived: Derived
    sets: dict[str, AnalysisSet]
    estimates: tuple[Estimate, ...]
    curves: dict[str, Curve]
    decision: Decision
    alternatives: tuple[AlternativeDecision, ...]
    """The decision under each alternative overlay, the main one first; empty when there is only one."""
    refused: tuple[Refused, ...]
    findings: tuple[Finding, ...]
    software: str
    """Name and version of this software."""
    interval_curves: Mapping[str, IntervalCurve] = field(default_factory=dict)
    """Turnbull's estimates of the curves that end at progression, by the id of the curve they stand beside."""
    comparison: Comparison | None = None
    """What was entered as response beside what follows from the lesions, and the readers beside each other."""
    procedure_readings: tuple[ProcedureReading, ...] = ()
    """The estimates under each rule for procedures; empty where none happened."""
    subgroups: tuple[SubgroupRates, ...] = ()
    landmarks: tuple[LandmarkAnalysis, ...] = ()
    beside: tuple[Beside, ...] = ()
    """The same scans by other criteria and in regions, as the protocol asks for; they decide nothing."""
    path: PatientPath = field(default_factory=PatientPath)
    """Eligibility, exposure, laboratory, adverse events, questionnaires and deviations at the cut."""

    def estimate(self, estimate_id: str) -> Estimate:
        """The estimate with an id; KeyError if there is none."""
        for estimate in self.estimates:
            if estimate.id == estimate_id:
                return estimate
        raise KeyError(estimate_id)

    def _repr_html_(self) -> str:
        mark = " · SIMULATED" if self.records.simulated else ""
        rows = "".join(
            f"<tr><th>{html.escape(e.id)}</th><td>{_number(e.value)}</td><td>{_number(e.lower)}</td>"
            f"<td>{_number(e.upper)}</td><td>{html.escape(e.method)}</td><td>{e.x}/{e.n}</td></tr>"
            for e in self.estimates
        )
        head = "<tr><th>Estimate</th><th>Value</th><th>Lower</th><th>Upper</th><th>Method</th><th>x/n</th></tr>"
        title = f"{html.escape(self.protocol.identity.id)}, cut {self.cut.day}{mark}: {self.decision.action}"
        return f"<table><caption>{title}</caption>{head}{rows}</table>"

    def __repr__(self) -> str:
        return (
            f"Analysis({self.protocol.identity.id}, cut {self.cut.day}, {len(self.estimates)} estimates, "
            f"decision {self.decision.action})"
        )


def _number(value: float | None) -> str:
    return "NE" if value is None else str(round_half_away(value, 3))


def analyse(
    protocol: Protocol,
    records: Records,
    cutoff: dt.date | None = None,
    *,
    alternatives: Sequence[tuple[str, Protocol]] = (),
    progress: Callable[[str], None] | None = None,
) -> Analysis:
    """Analyse the records of a trial as its protocol says, on what was known at the cut.

    ``cutoff``: the data cut; without it the last complete date in the records. ``alternatives``: the protocol under
    each overlay of one group of alternatives (``onearm.protocol.load_alternatives``); the decision is shown under each.
    What the protocol leaves open is refused by name in ``Analysis.refused``, never guessed. Raises RecordsError or
    RefusedError with every finding.
    """
    say = progress or (lambda _: None)
    cut = choose_cut(records, cutoff)
    refuse_other_study(protocol, records)
    say("deriving responses and times to event")
    readings = derive_with_beside(protocol, records, cut.day)
    derived = readings.main
    sets = select_sets(derived.adsl)
    say("estimating")
    estimates: list[Estimate] = []
    curves: dict[str, Curve] = {}
    if protocol.response_options is not None:
        estimates += estimate_rates(protocol, derived.best, sets)
        estimates += estimate_benefit(protocol, derived.best, derived.adtte, sets)
    times, curves = estimate_times(protocol, derived.adtte, sets, _scan_days(protocol, cut.day, derived))
    estimates += times
    interval_curves = estimate_interval_curves(protocol, derived.adtte, sets, times)
    subgroups = estimate_subgroups(protocol, records, derived, sets)
    say("applying the decision rule")
    cuts = _Cuts(protocol, records, cut.day, derived)
    decision, tested = _decide_and_test(protocol, cuts, cut.day)
    estimates = [*(describe_only(estimates) if protocol.design.kind != "exploratory" else estimates), *tested]
    # A sequence of tests opens on a finished primary test, not on one that is merely determined.
    succeeded = bool(tested) and decision.action in ("success", "stop_efficacy")
    others = tuple(
        AlternativeDecision(name, other, _decide_under(other, protocol, cuts, records, cut.day))
        for name, other in (alternatives if len(alternatives) > 1 else ())
    )
    path = follow_path(protocol, records, derived)
    return Analysis(
        protocol=protocol,
        records=records,
        cut=cut,
        derived=derived,
        sets=sets,
        estimates=apply_ordered_tests(protocol, tuple(estimates), curves, primary_succeeded=succeeded),
        curves=curves,
        decision=decision,
        alternatives=others,
        refused=tuple(Refused(entry.id, tuple(entry.missing)) for entry in derived.refusals),
        findings=(
            *records.findings,
            *derived.findings,
            *findings_beside(readings),
            *findings_of_subgroups(subgroups),
            *path.findings,
            *decision_findings(decision, protocol, records, cut, derived),
        ),
        software=f"onearm {version('onearm')}",
        interval_curves=interval_curves,
        comparison=add_criteria(
            compare_readings(protocol, records, cut.day), by_criterion(readings), float(protocol.conventions.level)
        ),
        procedure_readings=compare_procedure_rules(protocol, records, cut.day, derived, sets),
        subgroups=subgroups,
        landmarks=analyse_landmarks(protocol, derived),
        beside=estimate_beside(protocol, readings, sets),
        path=path,
    )


class _Cuts:
    """The derivations of one protocol: at the cut, and at the day of the recorded interim decision."""

    def __init__(self, protocol: Protocol, records: Records, cut: dt.date, derived: Derived) -> None:
        self.at_cut = derived
        self.interim = find_interim(records.decisions, cut)
        two_stage = protocol.design.kind == "two-stage"
        earlier = self.interim is not None and two_stage and self.interim.decided_on < cut
        self.at_interim = derive(protocol, records, self.interim.decided_on) if earlier and self.interim else derived


def _decide_under(other: Protocol, main: Protocol, cuts: _Cuts, records: Records, cut: dt.date) -> Decision:
    """The decision under an alternative protocol, deriving again only if something that derivation reads differs."""
    read = ("tumour", "response_options", "endpoints", "procedures", "sets", "treatment", "population")
    same = all(getattr(other, part) == getattr(main, part) for part in read)
    used = cuts if same else _Cuts(other, records, cut, derive(other, records, cut))
    return _decide_and_test(other, used, cut)[0]


def refuse_other_study(protocol: Protocol, records: Records) -> None:
    """Raise RecordsError (X001) when the records are those of another trial than the protocol's."""
    findings = check_study(protocol, records.study_id, records.simulated)
    if findings:
        raise RecordsError(findings)


def choose_cut(records: Records, cutoff: dt.date | None) -> Cut:
    """The data cut: the day asked for, else the last complete date in the records. RecordsError if there is none."""
    if cutoff is not None:
        return Cut(cutoff, given=True)
    last = records.last_date()
    if last is None:
        raise RecordsError([Finding("S101", Place(records.source))])
    return Cut(last, given=False)


def _scan_days(protocol: Protocol, cut: dt.date, derived: Derived) -> dict[int, int]:
    """Last day of the window of each planned scan up to the cut, as time from the start; none while the calendar is
    open.
    """
    calendar = protocol.tumour.calendar
    options = protocol.response_options
    starts = [day for day in derived.adsl["TRTSDT"].to_list() if day is not None]
    if calendar is None or calendar.window_days is None or options is None or not starts:
        return {}
    if missing_for(protocol, "calendar"):
        return {}
    counted = 1 if options.count_start_day == "yes" else 0
    planned = planned_scan_days(calendar, (cut - min(starts)).days)
    return {number: day + calendar.window_days + counted for number, day in enumerate(planned, start=1)}


def _decide_and_test(protocol: Protocol, cuts: _Cuts, cut: dt.date) -> tuple[Decision, list[Estimate]]:
    decision = decide(protocol, cuts.at_cut, cut, cuts.interim, cuts.at_interim)
    design = _tested_design(protocol, decision)
    outcome = _final_outcome(decision, design)
    if design is None or outcome is None:
        return decision, []
    responders = tuple(m.subject for m in decision.members if m.state is PatientState.RESPONDER)
    everyone = tuple(m.subject for m in decision.members)
    level = float(protocol.conventions.level)
    estimates = estimate_tested_rate(design, outcome, counting_unit(protocol), responders, everyone, level)
    return replace(decision, p_value=estimates[0].p_value), [*estimates]


def _tested_design(protocol: Protocol, decision: Decision) -> TwoStageDesign | SingleStageDesign | None:
    """The design whose order of outcomes gives the p-value.

    An efficacy stop that does not bind has its place in it if the trial ended there, and none if the trial went on.
    """
    design = design_of(protocol)
    if isinstance(design, TwoStageDesign) and protocol.design.efficacy_stop_binding is False:
        return design if decision.action == "stop_efficacy" else replace(design, efficacy_stop=None)
    return design


def _final_outcome(decision: Decision, design: TwoStageDesign | SingleStageDesign | None) -> Outcome | None:
    """How the trial ended, if it ended at its planned sizes and by its boundaries.

    Otherwise there is no exact p-value: patients open or missing, or the trial departed from its plan.
    """
    counts = decision.counts
    if design is None or counts is None or counts.members != counts.planned or counts.undecided:
        return None
    if decision.action not in ENDS or departure_of(decision, design) is not None:
        return None
    if isinstance(design, SingleStageDesign):
        return Outcome(1, counts.responders) if counts.planned == design.n else None
    recorded = decision.recorded
    if decision.stage == "one":
        same_count = recorded is None or recorded.x1 == counts.responders
        outcome = Outcome(1, counts.responders)
        ended = same_count and counts.planned == design.n1
    else:
        outcome = Outcome(2, counts.responders)
        ended = counts.planned == design.n
    return outcome if ended and outcome in list_outcomes(design.rule) else None
