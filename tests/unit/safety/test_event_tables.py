"""Tables of adverse events: each patient once a line at the worst grade, and every count leads to its patients."""

from __future__ import annotations

import polars as pl
from harm_cases import event, judge, patient, protocol_of, safety_of
from hypothesis import given, settings
from hypothesis import strategies as st

from onearm.safety.event_tables import by_term, counted_events, interest, overview

GROUP = {"id": "bleeding", "name": "Bleeding", "terms": ["Epistaxis"]}


def small_trial():
    first = event(event(event(patient("P-1"), 5, "Nausea", "1"), 8, "Nausea", "3"), -3, "Rash", "4")
    second = event(event(patient("P-2"), 6, "Nausea", None), 9, "Epistaxis", "2", AEENDTC="2024-03-20")
    judge(judge(first, 2, "HAIC", relation="RELATED", action="DRUG INTERRUPTED"), 2, "PDL1", relation="NOT RELATED")
    return (first, second, patient("P-3"))


def test_a_patient_stands_once_in_a_line_at_the_worst_grade():
    result = safety_of(*small_trial())
    nausea, epistaxis = by_term(counted_events(result.adae))
    assert (nausea.term, nausea.subjects, nausea.events) == ("Nausea", ("P-1", "P-2"), 3)
    assert nausea.by_grade == ((), (), ("P-1",), (), ())
    assert nausea.ungraded == ("P-2",)
    assert (nausea.at_least(3), nausea.at_least(4)) == (("P-1",), ())
    assert (epistaxis.subjects, epistaxis.by_grade[1]) == (("P-2",), ("P-2",))


def test_the_overview_counts_patients_and_events_by_component():
    result = safety_of(*small_trial())
    lines = {(line.code, line.about): line for line in overview(protocol_of(), result.adae, result.treated)}
    assert (lines["any", ""].subjects, lines["any", ""].events) == (("P-1", "P-2"), 4)
    assert lines["severe", ""].subjects == ("P-1",)
    assert (lines["related", ""].events, lines["related", "haic"].events, lines["related", "pdl1"].events) == (1, 1, 0)
    assert lines["relation_not_recorded", ""].events == 3
    assert (lines["held", ""].subjects, lines["held", "haic"].subjects, lines["held", "pdl1"].subjects) == (
        ("P-1",), ("P-1",), (),
    )  # fmt: skip
    assert lines["action_not_recorded", ""].events == 3
    assert result.treated == ("P-1", "P-2", "P-3")


def test_what_cannot_be_told_is_a_line_of_its_own_and_in_the_worst_case():
    made = event(event(patient("P-1"), 5), None, "Rash")
    result = safety_of(made, event(patient("P-2"), None))
    lines = {line.code: line for line in overview(protocol_of(), result.adae, result.treated) if not line.about}
    assert lines["any"].subjects == ("P-1",)
    assert (lines["cannot_be_told"].subjects, lines["cannot_be_told"].events) == (("P-1", "P-2"), 2)
    assert lines["worst_case"].events == 3


def test_special_interest_tells_onset_and_resolution():
    protocol = protocol_of(interest=(GROUP,))
    (bleeding,) = interest(protocol, safety_of(*small_trial(), protocol=protocol).adae)
    # Onset 9 days after 4 March is study day 10, the 13th; it ended on the 20th.
    assert (bleeding.onset_days, bleeding.resolved, bleeding.duration_days) == ((10,), 1, (8,))


EVENTS = st.lists(
    st.tuples(
        st.integers(1, 4), st.sampled_from(["Nausea", "Rash", "Pain"]), st.sampled_from([None, *"12345"]),
        st.integers(-20, 200), st.sampled_from(["Gut", "Skin", None]),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(EVENTS)
def test_grades_and_classes_add_up_whatever_the_events(rows):
    patients = {number: patient(f"P-{number}") for number in range(1, 5)}
    for number, term, grade, day, organ_class in rows:
        event(patients[number], day, term, grade, AEBODSYS=organ_class)
    result = safety_of(*patients.values())
    counted = counted_events(result.adae)
    assert result.adae.height == len(rows)
    for one in (*by_term(counted), *by_term(counted, by_organ_class=True)):
        members = [subject for group in (*one.by_grade, one.ungraded) for subject in group]
        assert sorted(members) == sorted(set(members)) == list(one.subjects)
        assert len(one.subjects) <= one.events
    assert sum(one.events for one in by_term(counted)) == counted.height
    classes = [one for one in by_term(counted, by_organ_class=True) if not one.term]
    assert sum(one.events for one in classes) == counted.height
    for flag, within in (("AOCCFL", []), ("AOCCPFL", ["SOC", "TERM"]), ("AOCCIFL", []), ("AOCCPIFL", ["SOC", "TERM"])):
        flagged = result.adae.filter(pl.col(flag) == "Y")
        assert flagged.height == counted.select("USUBJID", *within).n_unique() if counted.height else not flagged.height
