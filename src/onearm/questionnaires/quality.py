"""Records and protocol become quality of life: scores, completion, changes, times to deterioration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from onearm.derive import Derived
from onearm.errors import Finding, Place, RefusedError
from onearm.protocol import Protocol
from onearm.protocol.quality_parts import (
    QUALITY_PATH,
    ChangeThreshold,
    QualityOfLifePlan,
    open_quality,
    questionnaires_of,
    scales_of,
)
from onearm.questionnaires.adqs import ADQS_SCHEMA, ADQSTTE_SCHEMA, build_adqs, build_times
from onearm.questionnaires.answers import read_answers
from onearm.questionnaires.change import Change, add_change, describe_changes, whole_points
from onearm.questionnaires.completion import Completion, derive_completion, members_of
from onearm.questionnaires.deterioration import (
    TimeToDeterioration,
    definition_of,
    every_definition,
    gather_all,
)
from onearm.questionnaires.scores import list_forms, score_forms
from onearm.questionnaires.visits import PlannedVisit, calendar_of, place_forms, plan_visits
from onearm.records import Records
from onearm.reference.questionnaires import Questionnaire, Scale


@dataclass(frozen=True, eq=False)
class QualityOfLife:
    """Quality of life at the cut-off of a derivation; what the protocol leaves open is empty and named in findings."""

    protocol: Protocol
    plan: QualityOfLifePlan
    questionnaires: tuple[Questionnaire, ...]
    members: tuple[str, ...]
    """The patients of the plan's population."""
    visits: tuple[PlannedVisit, ...]
    table: pl.DataFrame
    """One row for each form and scale: SCORE, BASE_SCORE and CHANGE in PARTS of a point, exactly."""
    adqs: pl.DataFrame
    completion: tuple[Completion, ...]
    changes: tuple[Change, ...]
    deterioration: tuple[TimeToDeterioration, ...]
    """One for each scale of the plan, by its own definition; empty while a switch is open."""
    findings: tuple[Finding, ...]
    adsl: pl.DataFrame

    @property
    def scales(self) -> Mapping[str, Scale]:
        """Every scale by its code."""
        return scales_of(self.questionnaires)

    @cached_property
    def under_every_definition(self) -> tuple[TimeToDeterioration, ...]:
        """The plan's scales under every combination of the switches, at the plan's thresholds and start."""
        if not self.deterioration or self.plan.deterioration is None:
            return ()
        return gather_all(
            self.protocol, self.plan.deterioration, self.scales, self.table, self.adsl, self.members,
            _points(self.plan), tuple(every_definition()),
        )  # fmt: skip

    @cached_property
    def times(self) -> pl.DataFrame:
        """The rows behind ``deterioration`` as a table."""
        plan = self.plan.deterioration
        if not self.deterioration or plan is None:
            return pl.DataFrame(schema=ADQSTTE_SCHEMA)
        column = "TRTSDT" if plan.start == "first_dose" else "REGDT"
        starts = dict(self.adsl.select("USUBJID", column).iter_rows())
        return build_times(self.deterioration, self.scales, starts, str(self.adsl["STUDYID"].item(0)))

    def tables(self) -> dict[str, pl.DataFrame]:
        """The derived tables by file name: ``adqs``, and ``adqstte`` where times to deterioration are derived."""
        return {"adqs": self.adqs} | ({"adqstte": self.times} if self.deterioration else {})


def derive_quality(protocol: Protocol, records: Records, derived: Derived) -> QualityOfLife:
    """Everything that the protocol asks of its questionnaires, from the answers up to the derivation's cut-off.

    ValueError where the protocol has no ``quality_of_life``. What is left open is refused by name (Q010), never
    guessed; scores need no more than the questionnaires.
    """
    plan = protocol.quality_of_life
    if plan is None:
        raise ValueError("the protocol has no quality_of_life")
    questionnaires = questionnaires_of(plan, protocol.questionnaire_files)
    scales = scales_of(questionnaires)
    answers, findings = read_answers(records, questionnaires, derived.cutoff)
    forms = list_forms(answers)
    scores = score_forms(answers, forms, questionnaires)
    findings += _refused(protocol, plan)
    members = members_of(plan, derived.adsl)
    calendar, visits = calendar_of(protocol, plan), []
    if calendar is not None:
        try:
            visits = plan_visits(calendar, derived.adsl, derived.cutoff)
        except RefusedError as refused:
            findings += refused.findings
            calendar = None
    if calendar is None:
        placed = _unplaced(forms)
        completion: tuple[Completion, ...] = ()
    else:
        placed, doubled = place_forms(forms, derived.adsl, calendar, visits)
        findings += doubled
        not_done = _not_done(answers, derived.adsl, calendar, visits)
        names = tuple(questionnaire.name for questionnaire in questionnaires)
        is_open = plan.population is None or plan.expected_while is None
        completion = () if is_open else derive_completion(
            plan, calendar, visits, derived.adsl, placed, scores, not_done, names, derived.cutoff
        )  # fmt: skip
    table = add_change(_join(scores, placed), scales, _thresholds(plan, scales))
    level = float(protocol.conventions.level)
    return QualityOfLife(
        protocol=protocol,
        plan=plan,
        questionnaires=questionnaires,
        members=members,
        visits=tuple(visits),
        table=table,
        adqs=build_adqs(table, scales, records.study_id) if table.height else pl.DataFrame(schema=ADQS_SCHEMA),
        completion=completion,
        changes=describe_changes(table, members, level) if calendar is not None else (),
        deterioration=_deterioration(protocol, plan, scales, table, derived.adsl, members) if calendar else (),
        findings=tuple(findings),
        adsl=derived.adsl,
    )


def _join(scores: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    return scores.join(placed.drop("NANSWER", "QSSEQ", "_ROW"), on="FORM", how="inner", maintain_order="left")


def _unplaced(forms: pl.DataFrame) -> pl.DataFrame:
    """Forms of which no visit is known, since the protocol does not say when they are due."""
    return forms.with_columns(
        pl.lit(None, pl.Date).alias("TRTSDT"),
        pl.lit(None, pl.Int64).alias("AVISITN"),
        pl.lit("UNSCHEDULED").alias("AVISIT"),
        pl.lit(None, pl.Int64).alias("ADY"),
        pl.lit(None, pl.String).alias("ANL01FL"),
    )


def _not_done(answers: pl.DataFrame, adsl: pl.DataFrame, calendar: object, visits: list[PlannedVisit]) -> pl.DataFrame:
    """USUBJID, INSTRUMENT, AVISITN and the reason of each form of which nothing was answered."""
    from onearm.protocol.parts import ScanCalendar

    assert isinstance(calendar, ScanCalendar)
    empty = (
        answers.group_by("USUBJID", "INSTRUMENT", "VISITNUM", "DATE", maintain_order=True)
        .agg(
            pl.col("ANSWER").count().alias("NANSWER"),
            pl.col("REASON").drop_nulls().first(),
            pl.col("VISIT").first(),
            pl.col("_ROW").min(),
        )
        .filter(pl.col("NANSWER") == 0)
        .with_row_index("FORM")
        .with_columns(pl.col("FORM").cast(pl.Int64))
    )
    placed, _ = place_forms(empty, adsl, calendar, visits)
    known = placed.filter(pl.col("AVISITN").is_not_null() & pl.col("REASON").is_not_null())
    return known.select("USUBJID", "INSTRUMENT", "AVISITN", "REASON")


def _thresholds(plan: QualityOfLifePlan, scales: Mapping[str, Scale]) -> dict[str, ChangeThreshold]:
    found = {code: plan.threshold_of(code) for code in scales}
    return {code: threshold for code, threshold in found.items() if threshold is not None}


def _points(plan: QualityOfLifePlan) -> dict[str, int]:
    """From how many ten-thousandths of a point on each scale of the plan's deterioration is worse."""
    assert plan.deterioration is not None
    found = {code: plan.threshold_of(code) for code in plan.deterioration.scales}
    return {code: whole_points(threshold.worsening) for code, threshold in found.items() if threshold is not None}


def _deterioration(
    protocol: Protocol,
    plan: QualityOfLifePlan,
    scales: Mapping[str, Scale],
    table: pl.DataFrame,
    adsl: pl.DataFrame,
    members: tuple[str, ...],
) -> tuple[TimeToDeterioration, ...]:
    """By the plan's own definition; empty while the plan leaves open what it needs."""
    if plan.deterioration is None or plan.population is None:
        return ()
    definition, points = definition_of(plan.deterioration), _points(plan)
    if definition is None or any(code not in points for code in plan.deterioration.scales):
        return ()
    return gather_all(protocol, plan.deterioration, scales, table, adsl, members, points, (definition,))


def _refused(protocol: Protocol, plan: QualityOfLifePlan) -> list[Finding]:
    """What is left open, by what waits for it (Q010)."""
    open_paths = [path for path, _ in open_quality(plan)]
    of_switches = [p for p in open_paths if p.startswith((f"{QUALITY_PATH}.deterioration", f"{QUALITY_PATH}.thresh"))]
    of_visits = [p for p in open_paths if p not in of_switches]
    found = []
    if of_visits:
        found.append(_waits(protocol, "completion and change by visit", of_visits))
    if plan.deterioration is not None and open_paths:
        found.append(_waits(protocol, "time to deterioration", open_paths))
    return found


def _waits(protocol: Protocol, what: str, paths: list[str]) -> Finding:
    place = protocol.place_of(paths[0])
    values = {"what": what, "missing": ", ".join(paths)}
    return Finding("Q010", Place(place.file, place.line, place.column, paths[0]), values, "warning")
