"""What decides a verdict: the window, the last value, bounds, units, partial dates, judgements; and what blocks."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hand_made import CUTOFF, Patient, on, one, protocol_of, records_of, screen_of, verdicts
from statements import STATEMENTS

from onearm.eligibility import screen
from onearm.errors import UsageError
from onearm.protocol import load_protocol

TRIALS = Path(__file__).parents[3] / "trials"
ANC = "{variable: ANC, at_least: 1.5, unit: 10^9/L, window: 14 days}"
GCSF = "gcsf: {from: CM, where: {CMDECOD: [FILGRASTIM]}, take: date, absence: negative}"


@pytest.mark.parametrize(
    ("value", "unit", "day", "expected"),
    [
        ("1.5", "10^9/L", -14, ("met", "")),
        ("1.499999", "10^9/L", -14, ("not_met", "")),
        ("1499", "/mm3", 0, ("not_met", "")),
        ("1500", "/mm3", 0, ("met", "")),
        ("9", "10^9/L", -15, ("unknown", "outside_window")),
        ("9", "10^9/L", 1, ("unknown", "no_value")),
        ("9", None, -3, ("unknown", "unit_missing")),
        ("9", "furlongs", -3, ("unknown", "unit_unknown")),
        ("<1.5", "10^9/L", -3, ("not_met", "")),
        ("<1.6", "10^9/L", -3, ("unknown", "bound_undecided")),
        (">1.5", "10^9/L", -3, ("met", "")),
        (">1.4", "10^9/L", -3, ("unknown", "bound_undecided")),
        ("low", "10^9/L", -3, ("unknown", "no_number")),
    ],
)
def test_one_value(value: str, unit: str | None, day: int, expected: tuple[str, str]) -> None:
    found = one(ANC, Patient().lab("NEUT", value, unit, day))
    # A value of the day after registration is none; whether it is called outside depends on nothing that decides.
    assert found == expected or (day == 1 and found == ("unknown", "outside_window"))


def test_a_bound_with_its_own_value_does_not_decide_less_than() -> None:
    assert one("{variable: HBVDNA, less_than: 20}", Patient().lab("HBVDNA", "<20", "IU/mL"))[0] == "met"
    assert one("{variable: HBVDNA, less_than: 20}", Patient().lab("HBVDNA", "<=20", "IU/mL"))[0] == "unknown"
    assert one("{variable: HBVDNA, at_most: 20}", Patient().lab("HBVDNA", "<=20", "IU/mL"))[0] == "met"


def test_the_last_value_counts_even_where_it_cannot_be_read() -> None:
    good = Patient().lab("NEUT", "1.0", "10^9/L", -10).lab("NEUT", "2.0", "10^9/L", -3)
    assert one(ANC, good) == ("met", "")
    assert one(ANC, good.lab("NEUT", "2.0", None, -2)) == ("unknown", "unit_missing")


def test_values_of_one_day_must_agree() -> None:
    agreeing = Patient().lab("NEUT", "1.6", "10^9/L").lab("NEUT", "1.9", "10^9/L")
    assert one(ANC, agreeing) == ("met", "")
    assert one(ANC, agreeing.lab("NEUT", "1.2", "10^9/L")) == ("unknown", "several_values")


def test_a_partial_date_inside_the_window_counts_and_one_across_its_edge_does_not() -> None:
    month = ANC.replace("14 days", "2 months")
    assert one(month, Patient().lab("NEUT", "2", "10^9/L", "2025-03")) == ("met", "")
    assert one(month, Patient().lab("NEUT", "2", "10^9/L", "2025-01")) == ("unknown", "partial_date")
    assert one(month, Patient().lab("NEUT", "2", "10^9/L", "2024")) == ("unknown", "outside_window")
    # The month's value may be later than the whole date: both must agree.
    both = Patient().lab("NEUT", "2", "10^9/L", on(-20))
    assert one(month, both.lab("NEUT", "1", "10^9/L", "2025-03")) == ("unknown", "partial_date")


def test_a_month_back_from_the_last_day_is_the_last_day_of_a_shorter_month() -> None:
    # Registered on 31 March 2025: one month before is 28 February.
    month = ANC.replace("14 days", "1 month")
    assert one(month, Patient().lab("NEUT", "2", "10^9/L", "2025-02-28")) == ("met", "")
    assert one(month, Patient().lab("NEUT", "2", "10^9/L", "2025-02-27")) == ("unknown", "outside_window")


def test_multiples_of_the_limit_use_the_range_of_their_own_row() -> None:
    rule = "{variable: ALT, at_most: 5, unit: xULN}"
    assert one(rule, Patient().lab("ALT", "35", "U/L", LBSTNRHI="7")) == ("met", "")
    assert one(rule, Patient().lab("ALT", "35.000001", "U/L", LBSTNRHI="7")) == ("not_met", "")
    assert one(rule, Patient().lab("ALT", "35", "U/L")) == ("unknown", "limit_missing")
    assert one(rule, Patient().lab("ALT", "35", "U/L", LBSTNRHI="0")) == ("unknown", "limit_missing")
    # 10/3 is no decimal number: more than 3.333333 and less than 3.333334.
    third = Patient().lab("ALT", "10", "U/L", LBSTNRHI="3")
    assert one("{variable: ALT, more_than: 3.333333, less_than: 3.333334, unit: xULN}", third) == ("met", "")
    assert one("{variable: ALT, at_most: 3.333333, unit: xULN}", third) == ("not_met", "")


@pytest.mark.parametrize(
    ("days", "expected"),
    [((-20, -15), "met"), ((-20, -14), "not_met"), ((-3, -3), "not_met"), ((-20, None), "unknown")],
)
def test_a_drug_in_the_window_is_one_of_whose_days_any_lies_in_it(days: tuple[int, int | None], expected: str) -> None:
    end = None if days[1] is None else on(days[1])
    patient = Patient().add("CM", CMTRT="x", CMDECOD="filgrastim", CMSTDTC=on(days[0]), CMENDTC=end)
    assert one("{variable: gcsf, not_within: 14 days}", patient, GCSF)[0] == expected


def test_silence_is_a_no_only_where_the_form_was_filled() -> None:
    rule = "{variable: gcsf, not_within: 14 days}"
    other = Patient().add("CM", CMTRT="PARACETAMOL", CMDECOD="PARACETAMOL", CMSTDTC=on(-30))
    assert one(rule, other, GCSF) == ("met", "")
    assert one(rule, Patient(), GCSF) == ("unknown", "no_row")
    assert one(rule, other, GCSF.replace(", absence: negative", "")) == ("unknown", "no_row")


def test_kleene_tables() -> None:
    yes, no, open_ = (
        "{variable: age, at_least: 18}", "{variable: age, at_least: 90}", "{variable: ANC, at_least: 1}",
    )  # fmt: skip
    patient = Patient(AGE="50", AGEU="YEARS")
    for rule, expected in (
        (f"{{all: [{yes}, {open_}]}}", "unknown"), (f"{{all: [{no}, {open_}]}}", "not_met"),
        (f"{{any: [{yes}, {open_}]}}", "met"), (f"{{any: [{no}, {open_}]}}", "unknown"),
        (f"{{not: {open_}}}", "unknown"), (f"{{not: {no}}}", "met"), (f"{{kind: exclusion, {yes[1:]}", "not_met"),
    ):  # fmt: skip
        assert one(rule, patient)[0] == expected, rule


def test_a_judgement_may_only_make_a_patient_not_eligible() -> None:
    rule = "{id: adult, variable: age, at_least: 18}"
    old, young = ({"AGE": age, "AGEU": "YEARS"} for age in ("50", "17"))
    agreed = screen_of(rule, Patient(**old).answer("ADULT", "Y"))
    assert (verdicts(agreed), agreed.findings) == (["met"], ())
    against = screen_of(rule, Patient(**old).answer("ADULT", "N"))
    assert verdicts(against) == ["not_met"]
    assert {f.code for f in against.findings} == {"E002", "E005"}
    row = against.table.row(0, named=True)
    assert (row["COMPUTED"], row["JUDGED"], row["REASON"]) == ("met", "not_met", "judged_not_met")
    waived = screen_of(rule, Patient(**young).answer("ADULT", "Y"))
    assert verdicts(waived) == ["not_met"]
    assert "E001" in {f.code for f in waived.findings}
    unknown = screen_of(rule, Patient().answer("ADULT", "Y"))
    assert verdicts(unknown) == ["unknown"]


@pytest.mark.parametrize(
    ("says", "category", "expected"),
    [
        ("Y", "INCLUSION", ("met", "")),
        ("N", "INCLUSION", ("not_met", "")),
        ("NA", "INCLUSION", ("unknown", "not_applicable")),
        ("Y", "EXCLUSION", ("unknown", "kind_contradicts")),
        ("Y", None, ("met", "")),
    ],
)
def test_a_criterion_without_a_variable_is_answered(says: str, category: str | None, expected: tuple[str, str]) -> None:
    rule = "{id: unresectable, judged_by: board}"
    assert one(rule, Patient().answer("UNRESECT", says, category)) == expected
    assert one(rule, Patient().answer("UNRESECTABLE", says, category)) == expected
    assert one(rule, Patient()) == ("unknown", "not_answered")
    assert one(rule, Patient().answer("UNRESECT", says, category, day=1)) == ("unknown", "not_answered")


def test_the_last_answer_counts_and_two_of_one_day_must_agree() -> None:
    rule = "{id: fit, judged_by: investigator}"

    def answers(*given: tuple[str, int]) -> Patient:
        patient = Patient()
        for visit, (says, day) in enumerate(given):
            patient.add("IE", IETESTCD="FIT", IECAT="INCLUSION", IEORRES=says, VISITNUM=str(visit), IEDTC=on(day))
        return patient

    assert one(rule, answers(("N", -5), ("Y", -1)))[0] == "met"
    differing = answers(("N", -1), ("Y", -1))
    assert one(rule, differing) == ("unknown", "several_answers")


def test_an_exclusion_is_met_where_it_does_not_apply() -> None:
    rule = "{id: brain, kind: exclusion, judged_by: investigator}"
    assert one(rule, Patient().answer("BRAIN", "N", "EXCLUSION"))[0] == "met"
    assert one(rule, Patient().answer("BRAIN", "Y", "EXCLUSION"))[0] == "not_met"


def test_age_from_the_date_of_birth_where_none_is_recorded() -> None:
    rule = "{variable: age, at_least: 18}"
    assert one(rule, Patient(BRTHDTC="2007-03-31"))[0] == "met"
    assert one(rule, Patient(BRTHDTC="2007-04-01"))[0] == "not_met"
    assert one(rule, Patient(BRTHDTC="2007-03"))[0] == "met"
    assert one(rule, Patient(BRTHDTC="2007"))[0] == "unknown"
    assert one(rule, Patient(AGE="40")) == ("unknown", "unit_missing")


def test_as_known_on_a_day() -> None:
    patient = Patient().lab("NEUT", "2", "10^9/L", -3)
    assert verdicts(screen_of(ANC, patient, on=dt.date.fromisoformat(on(-1)))) == ["met"]
    assert verdicts(screen_of(ANC, patient, on=dt.date.fromisoformat(on(-5)))) == ["unknown"]
    assert verdicts(screen_of(ANC, Patient(registered=False).lab("NEUT", "2", "10^9/L", -3))) == ["unknown"]


def test_attrition_and_a_criterion_left_out() -> None:
    rules = "{id: adult, variable: age, at_least: 18}\n{id: fit, variable: ecog, one_of: ['0', '1']}"
    adult, minor = {"AGE": "50", "AGEU": "YEARS"}, {"AGE": "17", "AGEU": "YEARS"}
    patients = [
        Patient("A", **adult).ask("ECOG101", "0"), Patient("B", **adult).ask("ECOG101", "2"),
        Patient("C", **minor).ask("ECOG101", "1"), Patient("D", **minor).ask("ECOG101", "2"), Patient("E", **adult),
    ]  # fmt: skip
    screening = screen_of(rules, *patients)
    assert list(screening.verdicts.values()) == ["eligible", "not_eligible", "not_eligible", "not_eligible", "unknown"]
    assert [tuple(entry)[2:] for entry in screening.attrition] == [(3, 2, 0, 1, 1, 2), (2, 2, 1, 1, 2, 3)]
    without = screen_of(rules, *patients, without=("fit",))
    assert without.counts() == {"not_eligible": 2, "unknown": 0, "eligible": 3}
    assert screening.attrition[1].eligible_without == 3
    assert without.table.filter(without.table["CRITERION"] == "fit")["LEFTOUT"].to_list() == ["Y"] * 5
    with pytest.raises(UsageError, match="no criterion height"):
        screen_of(rules, *patients, without=("height",))


def test_no_patient_without_records_is_eligible() -> None:
    empty = records_of(Patient(registered=False, RFICDTC=None))
    for statement in STATEMENTS.values():
        screening = screen(protocol_of(statement.criterion, statement.variables), empty, CUTOFF)
        assert list(screening.verdicts.values()) == ["unknown"]
    for path in sorted(TRIALS.glob("*.yaml")):
        assert list(screen(load_protocol(path), empty, CUTOFF).verdicts.values()) == ["unknown"]
    assert list(screen_of("{id: x}", Patient(), without=("x",)).verdicts.values()) == ["unknown"]


@pytest.mark.parametrize(
    ("cells", "criterion", "expected"),
    [
        ({"AGE": "17"}, "age", "not_met"), ({"AGE": "18"}, "age", "met"), ({"AGE": "75"}, "age", "met"),
        ({"AGE": "76"}, "age", "not_met"), ({"ecog": "1"}, "ecog", "met"), ({"ecog": "2"}, "ecog", "not_met"),
        ({"score": "7"}, "child_pugh", "met"), ({"score": "8"}, "child_pugh", "not_met"), ({}, "child_pugh", "unknown"),
        ({}, "unresectable", "unknown"),
    ],
)  # fmt: skip
def test_patients_on_the_limits_of_a_trial(cells: dict[str, str], criterion: str, expected: str) -> None:
    patient = Patient(AGE=cells.get("AGE"), AGEU="YEARS")
    patient = patient.ask("ECOG101", cells["ecog"]) if "ecog" in cells else patient
    patient = patient.ask("CHPSCORE", cells["score"], category="CHILD-PUGH") if "score" in cells else patient
    table = screen(load_protocol(TRIALS / "haic-bev-pdl1.yaml"), records_of(patient), CUTOFF).table
    assert table.filter(table["CRITERION"] == criterion)["VERDICT"].to_list() == [expected]


def test_each_verdict_names_its_row() -> None:
    patient = Patient().lab("NEUT", "1.0", "10^9/L", -10).lab("NEUT", "2000", "/mm3", -3)
    row = screen_of(ANC, patient).table.row(0, named=True)
    assert (row["VALUE"], row["UNIT"], row["RAW"]) == ("2", "10^9/L", "2000 /mm3")
    assert (row["DATE"].isoformat(), row["SRCDOM"], row["SRCSEQ"]) == (on(-3), "LB", 2)
    assert (row["WINSTDT"].isoformat(), row["WINENDT"].isoformat()) == (on(-14), on(0))
