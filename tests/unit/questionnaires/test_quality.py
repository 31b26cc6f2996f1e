"""Visits, completion, changes and ADQS of hand-made forms; what a plan may not say."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from statistics import mean, stdev

import pytest
from forms_by_hand import C30, HCC18, PROTOCOL, Patient, on, protocol_with, quality_of
from polars import col as C

from onearm.protocol import ProtocolError, check_protocol, list_open_questions, load_protocol, load_protocol_text
from onearm.questionnaires import QualityOfLife
from onearm.questionnaires.completion import Completion

CUT = dt.date.fromisoformat(on(200))


def at(quality: QualityOfLife, label: str, instrument: str = "QLQ-C30") -> Completion:
    return next(c for c in quality.completion if (c.label, c.instrument) == (label, instrument))


def visits_of(*days: int, window: int = 14) -> list[tuple[str, str | None]]:
    """AVISIT and ANL01FL of global health of forms on some days."""
    made = Patient()
    for number, day in enumerate(days):
        made.form(day, {29: 4, 30: 4}, visit=number)
    table = quality_of(protocol_with({"window_days": window}), made).adqs.filter(C("PARAMCD") == "QL2")
    return list(table.select("AVISIT", "ANL01FL").iter_rows())


def test_windows_hold_their_ends() -> None:
    assert visits_of(49, 77) == [("WEEK 9", "Y"), ("WEEK 9", None)]
    assert visits_of(48) == visits_of(78) == [("UNSCHEDULED", None)]
    assert visits_of(63, window=0) == [("WEEK 9", "Y")]
    assert visits_of(64, window=0) == [("UNSCHEDULED", None)]


def test_of_two_forms_the_nearer_counts_then_the_earlier() -> None:
    assert visits_of(60, 64) == [("WEEK 9", None), ("WEEK 9", "Y")]
    assert visits_of(61, 65) == [("WEEK 9", "Y"), ("WEEK 9", None)]
    made = Patient().form(60, {29: 4}, visit=1).form(64, {29: 4}, visit=2)
    (finding,) = quality_of(protocol_with(None), made).findings
    assert (finding.code, finding.severity) == ("Q004", "note")


def test_the_baseline_is_the_last_score_before_or_on_the_first_day() -> None:
    made = Patient().form(-9, {29: 2, 30: 2}, visit=1).form(0, {29: 6, 30: 6}, visit=2).form(1, {29: 7, 30: 7}, visit=3)
    table = quality_of(protocol_with(None), made).adqs.filter(C("PARAMCD") == "QL2")
    assert table["AVISIT"].to_list() == ["BASELINE", "BASELINE", "UNSCHEDULED"]
    assert table["ABLFL"].to_list() == [None, "Y", None]
    assert table["BASE"].to_list() == [83.3333] * 3
    assert table["CHG"].to_list() == [None, None, 16.6667]


def test_a_scale_without_score_on_the_last_form_takes_the_one_before() -> None:
    made = Patient().form(-9, {29: 2, 30: 2}, visit=1).form(-1, {1: 1, 2: 1, 3: 1}, visit=2)
    table = quality_of(protocol_with(None), made).adqs
    assert table.filter(C("PARAMCD") == "QL2")["ABLFL"].to_list() == ["Y", None]
    assert table.filter(C("PARAMCD") == "PF2")["ABLFL"].to_list() == [None, "Y"]


def test_completion_of_the_living_on_study_whose_window_has_closed() -> None:
    here = Patient("A").form(-3, 1).form(63, 1).form(126, 1)
    dead = Patient("B").form(-3, 1).died(126)
    left = Patient("C").form(-3, 1).form(63, 1)
    left.add(
        "DS", DSDECOD="WITHDRAWAL BY SUBJECT", DSCAT="DISPOSITION EVENT", DSSCAT="STUDY PARTICIPATION", DSSTDTC=on(125)
    )
    silent = Patient("D").form(-3, 1)
    untreated = Patient("E", dosed=False).form(-3, 1)
    quality = quality_of(protocol_with(None), here, dead, left, silent, untreated, cutoff=CUT)
    assert at(quality, "BASELINE").expected == ("A", "B", "C", "D")
    nine, eighteen = at(quality, "WEEK 9"), at(quality, "WEEK 18")
    assert (nine.expected, nine.received) == (("A", "B", "C", "D"), ("A", "C"))
    assert nine.missing == {"not_recorded": ("B", "D")}
    # B died on the planned day, C left the day before it.
    assert (eighteen.expected, eighteen.received) == (("A", "D"), ("A",))
    # Week 27 (day 189) is open until day 203.
    assert [c.label for c in quality.completion] == ["BASELINE", "WEEK 9", "WEEK 18"]


def test_a_death_the_day_after_leaves_the_form_expected() -> None:
    quality = quality_of(protocol_with(None), Patient("B").form(-3, 1).died(127), cutoff=CUT)
    assert at(quality, "WEEK 18").expected == ("B",)


def test_a_form_that_came_before_its_window_closed_is_expected() -> None:
    quality = quality_of(
        protocol_with(None), Patient("A").form(-3, 1).form(189, 1), Patient("B").form(-3, 1), cutoff=CUT
    )
    assert (at(quality, "WEEK 27").expected, at(quality, "WEEK 27").received) == (("A",), ("A",))


def test_a_form_of_one_who_died_before_the_planned_day_is_kept_apart() -> None:
    quality = quality_of(protocol_with(None), Patient("A").form(-3, 1).form(60, 1).died(62), cutoff=CUT)
    assert (at(quality, "WEEK 9").expected, at(quality, "WEEK 9").unexpected) == ((), ("A",))


def test_expected_while_on_treatment_ends_with_it() -> None:
    made = Patient("A").form(-3, 1)
    made.add("DS", DSDECOD="ADVERSE EVENT", DSCAT="DISPOSITION EVENT", DSSCAT="STUDY TREATMENT", DSSTDTC=on(100))
    by = {
        word: [c.label for c in quality_of(protocol_with({"expected_while": word}), made, cutoff=CUT).completion]
        for word in ("on_study", "on_treatment")
    }
    assert by == {"on_study": ["BASELINE", "WEEK 9", "WEEK 18"], "on_treatment": ["BASELINE", "WEEK 9"]}


def test_reasons_and_forms_without_a_score() -> None:
    refused = Patient("A").form(-3, 1)
    refused.add(
        "QS", QSCAT="QLQ-C30", QSTESTCD="QSALL", QSSTAT="NOT DONE", QSREASND="REFUSED", QSDTC=on(63), VISITNUM="9"
    )
    empty = Patient("B").form(-3, 1).form(63, dict.fromkeys(C30.items), QSREASND="TOO ILL")
    hollow = Patient("C").form(-3, 1).form(63, {1: 2, 2: 2, **dict.fromkeys(range(3, 31))})
    nine = at(quality_of(protocol_with(None), refused, empty, hollow, cutoff=CUT), "WEEK 9")
    assert nine.missing == {"REFUSED": ("A",), "TOO ILL": ("B",)}
    assert (nine.received, nine.evaluable) == (("C",), ())


def test_each_questionnaire_is_counted_by_itself() -> None:
    made = Patient("A").form(-3, 1).form(-3, 1, HCC18).form(63, 1)
    quality = quality_of(protocol_with({"instruments": ["QLQ-C30", "QLQ-HCC18"]}), made, cutoff=CUT)
    assert at(quality, "WEEK 9").received == ("A",)
    assert at(quality, "WEEK 9", "QLQ-HCC18").received == ()


def test_changes_against_other_arithmetic() -> None:
    later = [2, 4, 5, 7]
    people = [Patient(f"P-{i}").form(-3, {29: 4, 30: 4}).form(63, {29: a, 30: a}) for i, a in enumerate(later)]
    (change,) = quality_of(protocol_with(None), *people).changes
    points = [(a - 4) * 100 / 6 for a in later]
    assert change.mean == Fraction(200, 24)
    assert float(change.mean) == pytest.approx(mean(points))
    assert change.sd == pytest.approx(stdev(points))
    # Student's t with 3 degrees of freedom, two-sided 95 %: 3.182446 (any table).
    assert change.upper == pytest.approx(mean(points) + 3.182446305 * stdev(points) / 2)
    assert change.lower == pytest.approx(mean(points) - 3.182446305 * stdev(points) / 2)
    assert (change.improved, change.stable, change.worse) == (("P-2", "P-3"), ("P-1",), ("P-0",))


def test_one_patient_has_no_interval_and_equal_ones_no_spread() -> None:
    (one,) = quality_of(protocol_with(None), Patient().form(-3, {29: 4, 30: 4}).form(63, {29: 5, 30: 5})).changes
    assert (one.n, one.sd, one.lower) == (1, None, None)
    both = [Patient(name).form(-3, {29: 4, 30: 4}).form(63, {29: 5, 30: 5}) for name in "AB"]
    (two,) = quality_of(protocol_with(None), *both).changes
    assert (two.sd, two.lower) == (0, pytest.approx(100 / 6))


@pytest.mark.parametrize(("points", "kind"), [(8.3333, "IMPROVED"), (8.3334, "STABLE")])
def test_improved_from_exactly_the_threshold_on(points: float, kind: str) -> None:
    """One step of global health is 100/12 = 8.33333… points."""
    plan = {"thresholds": {"QL2": {"improvement": points, "worsening": 10, "source": "x", "mark": "confirmed"}}}
    made = Patient().form(-3, {29: 4, 30: 4}).form(63, {29: 5, 30: 4})
    table = quality_of(protocol_with(plan), made).adqs.filter(C("AVISIT") == "WEEK 9")
    assert table.filter(C("PARAMCD") == "QL2")["CHGCAT1"].to_list() == [kind]


def test_a_rise_of_a_symptom_is_worse() -> None:
    made = Patient().form(-3, {8: 1}).form(63, {8: 2})
    row = quality_of(protocol_with(None), made).adqs.filter((C("PARAMCD") == "DY") & (C("AVISIT") == "WEEK 9"))
    assert row.select("CHG", "CHGCAT1", "HIGHER").row(0) == (33.3333, "WORSE", "worse")


def test_adqs_names_items_reason_mark_and_source() -> None:
    made = Patient().form(-3, {1: 2, 2: 2})
    table = quality_of(protocol_with(None), made).adqs
    row = table.filter(C("PARAMCD") == "PF2").row(0, named=True)
    assert (row["AVAL"], row["NANSWER"], row["NITEM"], row["REASON"]) == (None, 2, 5, "too_few_items_answered")
    assert (row["SRCDOM"], row["SRCSEQ"], row["ADY"], row["MARK"]) == ("QS", 1, -3, "confirmed")
    summary = table.filter(C("PARAMCD") == "SUMSC").row(0, named=True)
    assert (summary["REASON"], summary["MARK"]) == ("scale_without_score", "unconfirmed")
    assert table.height == len(C30.scales)


@pytest.mark.parametrize("open_key", ["population", "schedule", "window_days", "expected_while"])
def test_what_the_plan_leaves_open_is_refused_by_name(open_key: str) -> None:
    protocol = protocol_with({open_key: None})
    quality = quality_of(protocol, Patient().form(-3, 1).form(63, 1))
    assert f"quality_of_life.{open_key}" in quality.findings[0].found
    assert quality.completion == ()
    assert quality.adqs.height == 2 * len(C30.scales)
    assert f"quality_of_life.{open_key}" in {question.path for question in list_open_questions(protocol)}


PLAN = """
quality_of_life:
  instruments: [QLQ-C30]
  population: treated
  schedule: scans
  window_days: 14
  expected_while: on_study
  thresholds:
    all_scales: {improvement: 10, worsening: 10, source: a convention, mark: unconfirmed}
  deterioration:
    {scales: [QL2], start: first_dose, reference: baseline, pattern: first, confirmation: none, death: event,
     no_baseline: exclude}
"""


def codes(old: str, new: str) -> list[str]:
    assert old in PLAN
    try:
        load_protocol_text(PROTOCOL.read_text("utf-8") + PLAN.replace(old, new, 1))
    except ProtocolError as error:
        return [finding.code for finding in error.findings]
    return []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[QLQ-C30]", "[QLQ-C29]", "P650"),
        ("[QLQ-C30]", "[QLQ-C30, {file: map.csv}]", "P651"),
        ("[QLQ-C30]", "[QLQ-C30, QLQ-C30]", "P661"),
        ("[QLQ-C30]", "[QLQ-C30, QLQ-C30]", "P655"),
        ("schedule: scans", "schedule: own", "P656"),
        ("schedule: scans", "schedule: scans\n  calendar: {phases: [{every: 3 weeks}]}", "P656"),
        ("schedule: scans", "schedule: own\n  calendar: {phases: [{every: 3 weeks}], window_days: 3}", "P663"),
        ("all_scales:", "QL3:", "P657"),
        ("scales: [QL2]", "scales: [QL3]", "P658"),
        ("confirmation: none", "confirmation: none, last_form: counts", "P659"),
        ("improvement: 10", "improvement: 100.1", "P660"),
        ("improvement: 10", "improvement: 3.33333", "P664"),
        ("improvement: 10", "improvement: 0", "P205"),
        ("death: event", "death: ignored", "P203"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(old: str, new: str, code: str) -> None:
    assert code in codes(old, new)


def test_a_sound_plan_is_taken_and_changes_the_digest() -> None:
    text = PROTOCOL.read_text("utf-8")
    bare, planned = load_protocol_text(text), load_protocol_text(text + PLAN)
    assert bare.digest != planned.digest
    assert [f for f in check_protocol(planned) if f.severity == "error"] == []
    assert bare.digest == load_protocol(PROTOCOL).digest


def test_the_map_of_a_file_is_part_of_the_protocol(tmp_path: Path) -> None:
    (tmp_path / "trial.yaml").write_text(
        PROTOCOL.read_text("utf-8") + PLAN.replace("[QLQ-C30]", "[QLQ-C30, {file: well.csv}]"), encoding="utf-8"
    )
    rows = [
        "instrument,version,category,item_code,scale,name,items,first_answer,last_answer,score,min_items_answered,higher_is,mark,note,source",
        "WELL,1,WELL,W{item},REST,Rest,1 2,0,4,rising,1,better,unconfirmed,,invented",
    ]
    path = tmp_path / "well.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    first = load_protocol(tmp_path / "trial.yaml")
    made = Patient().form(-3, 1)
    made.add("QS", QSCAT="WELL", QSTESTCD="W1", QSSTRESN="3", QSDTC=on(-3), VISITNUM="-1")
    assert quality_of(first, made).adqs.filter(C("PARAMCD") == "REST")["AVAL"].to_list() == [75]
    path.write_text("\n".join(rows).replace("rising", "falling"), encoding="utf-8")
    assert load_protocol(tmp_path / "trial.yaml").digest != first.digest
    path.write_text("\n".join(rows).replace("1 2", "1 1"), encoding="utf-8")
    with pytest.raises(ProtocolError) as error:
        load_protocol(tmp_path / "trial.yaml")
    assert [finding.code for finding in error.value.findings] == ["P654"]


def test_a_form_without_answers_hides_no_form_of_the_same_visit() -> None:
    empty = dict.fromkeys(C30.items)
    made = Patient().form(-5, 3, visit=1).form(-1, empty, visit=2).form(63, empty, visit=9).form(70, 3, visit=10)
    quality = quality_of(protocol_with(None), made, cutoff=CUT)
    assert at(quality, "BASELINE").received == at(quality, "WEEK 9").received == ("P-1",)
    assert {change.visit for change in quality.changes if change.scale == "QL2"} == {1}


def test_the_form_of_a_patient_who_was_never_dosed_is_received_at_baseline() -> None:
    made = Patient(dosed=False).form(-9, 3, visit=1).form(3, 4, visit=2)
    quality = quality_of(protocol_with({"population": "registered"}), made, cutoff=CUT)
    base = at(quality, "BASELINE")
    assert (base.expected, base.received, base.missing) == (("P-1",), ("P-1",), {})
    assert quality.adqs.filter((C("PARAMCD") == "QL2") & (C("ANL01FL") == "Y"))["ADT"].to_list() == [
        dt.date.fromisoformat(on(3))
    ]
