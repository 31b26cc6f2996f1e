"""Relation and action by component, seriousness, flags, deaths: each event read once, nothing decided twice."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from harm_cases import codes, event, judge, patient, protocol_of, safety_of
from small_patients import on

from onearm.safety.event_tables import death_counts


def row(result, number: int = 1):
    return result.adae.filter(pl.col("AESEQ") == number).row(0, named=True)


@pytest.mark.parametrize(
    ("whole", "antibody", "infusion", "related", "to_antibody", "to_infusion"),
    [
        ("RELATED", "", "", "Y", None, None),
        ("not related", "", "", "N", "N", "N"),
        ("Possibly  related", "RELATED", "UNLIKELY", "Y", "Y", "N"),
        (None, "NOT RELATED", "PROBABLE", "Y", "N", "Y"),
        (None, "NOT RELATED", "NOT RELATED", "N", "N", "N"),
        (None, "NOT RELATED", "", None, "N", None),
        ("RELATED TO HAIC", "", "", "Y", None, "Y"),
        ("UNKNOWN", "", "", None, None, None),
        (None, "", "", None, None, None),
    ],
)
def test_relation_to_the_whole_and_to_each_component(whole, antibody, infusion, related, to_antibody, to_infusion):
    made = event(patient(), 10, AEREL=whole)
    judge(judge(made, 1, "PDL1", relation=antibody), 1, "HAIC", relation=infusion)
    result = safety_of(made)
    found = row(result)
    assert (found["AREL"], found["ARELPDL1"], found["ARELHAIC"]) == (related, to_antibody, to_infusion)
    assert not {"F002", "F006"} & set(codes(result))


def test_with_one_component_alone_the_whole_is_that_component():
    found = row(safety_of(event(patient(), 10, AEREL="RELATED"), protocol=protocol_of(components=("pdl1",))))
    assert found["ARELPDL1"] == "Y"


def test_a_relation_that_contradicts_itself_counts_as_related_and_is_a_finding():
    result = safety_of(judge(event(patient(), 10, AEREL="NOT RELATED"), 1, "HAIC", relation="RELATED"))
    assert row(result)["AREL"] == "Y"
    assert "F006" in codes(result)


def test_words_that_nobody_knows_are_findings_and_not_recorded():
    made = judge(event(patient(), 10, AEREL="PERHAPS", AEACN="SHRUGGED"), 1, "BEVAC", relation="RELATED")
    result = safety_of(made)
    assert {"F002", "F003", "F011"} <= set(codes(result))
    assert (row(result)["AREL"], row(result)["AACN"]) == (None, None)


def test_action_by_component():
    made = event(event(patient(), 10, AEACN="MULTIPLE"), 11, "Rash", AEACN="DOSE NOT CHANGED")
    judge(judge(made, 1, "PDL1", action="DRUG INTERRUPTED"), 1, "HAIC", action="DOSE REDUCED")
    result = safety_of(made)
    assert (row(result)["AACNPDL1"], row(result)["AACNHAIC"]) == ("held", "reduced")
    assert row(result)["AACN"] == "several held reduced"
    assert (row(result, 2)["AACNPDL1"], row(result, 2)["AACNHAIC"]) == ("none", "none")


def test_serious_and_its_criteria():
    made = patient()
    for serious, hospital in (("Y", None), ("N", "Y"), (None, "Y"), ("Y", "Y"), ("N", None), (None, None)):
        event(made, 10, f"T{serious}{hospital}", AESER=serious, AESHOSP=hospital)
    result = safety_of(made)
    assert result.adae.sort("AESEQ")["ASER"].to_list() == ["Y", "N", "Y", "Y", "N", None]
    places = [(f.code, f.place.row) for f in result.findings if f.code in ("F004", "F005")]
    assert places == [("F004", 2), ("F005", 3), ("F005", 4)]


@pytest.mark.parametrize(
    ("day", "other", "asked"),
    [(99, None, False), (100, None, True), (102, None, True), (103, None, False), (100, "Y", False)],
)
def test_a_planned_admission_is_asked_about_and_changes_nothing(day, other, asked):
    rules = protocol_of(events={"planned_admissions": [{"component": "haic", "days": 2}]})
    result = safety_of(event(patient(last=100), day, AESER="Y", AESHOSP="Y", AESLIFE=other), protocol=rules)
    assert ("F009" in codes(result)) == asked
    assert row(result)["ASER"] == "Y"


def test_a_group_matches_the_coded_term_and_only_without_one_the_verbatim_text():
    group = {"id": "bleeding", "name": "Bleeding", "terms": ["epistaxis", "Nose bleed"]}
    made = event(event(event(patient(), 1, "Epistaxis"), 2, "Rhinorrhoea"), 3, "x")
    made.rows[-2][1]["AETERM"] = "Nose bleed"
    made.rows[-1][1].update(AETERM=" nose  bleed", AEDECOD=None)
    result = safety_of(made, protocol=protocol_of(interest=(group,)))
    assert result.adae.sort("AESEQ")["AESI"].to_list() == ["bleeding", None, "bleeding"]
    assert "F010" in codes(result)


def test_first_and_worst_occurrences_are_flagged_once():
    made = patient()
    for day, term, grade in (
        (5, "Nausea", "2"),
        (6, "Rash", "3"),
        (7, "Nausea", "3"),
        (8, "Nausea", "3"),
        (-5, "Pain", "4"),
    ):
        event(made, day, term, grade, AEBODSYS={"Rash": "Skin"}.get(term, "Gut"))
    table = safety_of(made).adae.sort("AESEQ")
    flagged = {
        name: table.filter(table[name] == "Y")["AESEQ"].to_list() for name in table.columns if name.startswith("AOCC")
    }
    assert flagged == {
        "AOCCFL": [1], "AOCCSFL": [1, 2], "AOCCPFL": [1, 2], "AOCCIFL": [2], "AOCCSIFL": [2, 3], "AOCCPIFL": [2, 3],
    }  # fmt: skip


def test_progression_is_no_event_where_the_protocol_says_so():
    made = event(patient(last=10, ended=None), 20, "Disease progression", "5", AEOUT="FATAL", AESER="Y", AESDTH="Y")
    made.add("DS", DSDECOD="DEATH", DSSTDTC=on(40))
    apart = safety_of(made, protocol=protocol_of(events={"progression_terms": ["DISEASE PROGRESSION"]}))
    assert (row(apart)["TRTEMFL"], row(apart)["PROGFL"], row(apart)["ANL01FL"]) == ("Y", "Y", "N")
    assert row(safety_of(made))["ANL01FL"] == "Y"


@pytest.mark.parametrize(
    ("day", "within"),
    [(130, (True, True)), (131, (False, True)), (190, (False, True)), (191, (False, False))],
)
def test_deaths_after_the_last_dose(day, within):
    made = patient(last=100).add("DS", DSDECOD="DEATH", DSSTDTC=on(day))
    made.add("DD", DDTESTCD="PRCDTH", DDSTRESC="DISEASE PROGRESSION", DDDTC=on(day))
    result = safety_of(made)
    (death,) = result.deaths.iter_rows(named=True)
    assert (death["DAYS"], death["CAUSE"], death["AREL"]) == (day - 100, "DISEASE PROGRESSION", None)
    counts = {(line.code, line.about): line.events for line in death_counts(result.deaths)}
    assert (counts["deaths_within", "30"] == 1, counts["deaths_within", "90"] == 1) == within


def test_a_fatal_event_without_a_death_is_a_finding():
    made = event(
        patient(last=10, ended=None), 20, "Liver failure", "5", AEOUT="FATAL", AEREL="RELATED", AESER="Y", AESDTH="Y"
    )
    assert "F012" in codes(safety_of(made))
    made.add("DS", DSDECOD="DEATH", DSSTDTC=on(25))
    result = safety_of(made)
    assert "F012" not in codes(result)
    assert result.deaths["AREL"].to_list() == ["Y"]


def dies(day: int):
    made = patient("P-1", ended=None)
    made.add("DS", DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC=on(day))
    return event(made, 90, "Hepatitis", "5", AEOUT="FATAL", AESDTH="Y", AESER="Y")


@pytest.mark.parametrize(("cutoff", "fatal", "grade"), [(120, "Y", 5), (119, "N", None)])
def test_an_event_is_fatal_only_once_the_patient_has_died(cutoff: int, fatal: str, grade: int | None):
    result = safety_of(dies(120), cutoff=dt.date.fromisoformat(on(cutoff)))
    assert (row(result)["AFATFL"], row(result)["AETOXGRN"]) == (fatal, grade)
    assert ("F014" in codes(result)) == (fatal == "N")
    assert result.deaths.height == (fatal == "Y")


def test_an_event_that_ends_in_death_after_the_cut_is_not_yet_fatal():
    made = event(patient(ended=None), 90, "Hepatitis", "5", AEOUT="FATAL", AEENDTC=on(120))
    assert row(safety_of(made, cutoff=dt.date.fromisoformat(on(119))))["AFATFL"] == "N"
    assert row(safety_of(made, cutoff=dt.date.fromisoformat(on(120))))["AFATFL"] == "Y"


def test_one_term_in_two_spellings_is_one_term():
    first = event(patient(), 5, "NAUSEA")
    first.rows[-1][1]["AEDECOD"] = None
    made = event(event(first, 8, "Nausea", "3"), 9, "nausea")
    result = safety_of(made)
    assert result.adae["TERM"].unique().to_list() == ["Nausea"]
    assert result.adae["AOCCPFL"].to_list() == ["Y", None, None]
    assert result.adae["AOCCPIFL"].to_list() == [None, "Y", None]


@pytest.mark.parametrize(("infusion", "asked"), [("NOT RELATED", True), ("", False), ("RELATED", False)])
def test_related_to_the_treatment_and_to_no_component_is_asked_about(infusion: str, asked: bool):
    made = judge(event(patient(), 10, AEREL="RELATED"), 1, "PDL1", relation="NOT RELATED")
    result = safety_of(judge(made, 1, "HAIC", relation=infusion))
    assert row(result)["AREL"] == "Y"
    assert ("F015" in codes(result)) == asked
