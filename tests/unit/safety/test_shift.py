"""Worst grades and shifts: patients in one grade each, with the denominator that the table says."""

from __future__ import annotations

from lab_patients import Patient, assess, lab


def sodium(subject: str, *values: tuple[int, str]) -> Patient:
    patient = Patient(subject)
    for day, value in values:
        lab(patient, "SODIUM", day, value, "mmol/L", "135", "145")
    return patient


PATIENTS = (
    sodium("P-1", (-1, "140"), (20, "132"), (40, "122")),
    sodium("P-2", (-1, "133"), (20, "133")),
    sodium("P-3", (20, "138")),
    sodium("P-4", (-1, "140"), (20, "129.5")),
    sodium("P-5", (-1, "140"), (20, "129.5"), (40, "131")),
    sodium("P-6", (-1, "140")),
)


def test_worst_grade_and_denominator() -> None:
    (one,) = assess(*PATIENTS).worst
    assert (one.analyte, one.direction) == ("NA", "low")
    assert one.by_grade == (("P-3",), ("P-2", "P-5"), (), ("P-1",), ())
    assert set(one.denominator) == {"P-1", "P-2", "P-3", "P-5"}
    assert one.not_gradable == ("P-4",)
    assert one.severe == ("P-1",)
    assert one.reasons == (("gap", 2),)


def test_partly_and_emergent() -> None:
    (one,) = assess(*PATIENTS).worst
    assert one.partly == ("P-5",)
    assert one.emergent == ("P-1", "P-5")


def test_shift_adds_up_to_the_denominator() -> None:
    (one,) = assess(*PATIENTS).worst
    assert one.shift == (
        (0, ((), ("P-5",), (), ("P-1",), ())),
        (1, ((), ("P-2",), (), (), ())),
        (None, (("P-3",), (), (), (), ())),
    )
    assert sorted(s for _, groups in one.shift for group in groups for s in group) == sorted(one.denominator)


def test_a_grade_that_depends_on_a_fact_could_be_higher() -> None:
    patient = lab(Patient(), "HGB", 20, "90", "g/L", "130", "170")
    (one,) = assess(patient).worst
    assert (one.by_grade[2], one.partly) == (("P-1",), ("P-1",))


def test_a_result_that_cannot_be_read_hides_no_patient() -> None:
    no_unit = lab(Patient("P-1"), "SODIUM", 20, "120", "", "135", "145")
    no_number = lab(Patient("P-2"), "SODIUM", 20, "HAEMOLYSED", "mmol/L", "135", "145")
    partial = lab(sodium("P-3", (20, "140")), "SODIUM", 30, "120", "mmol/L", "135", "145", LBDTC="2025-02")
    before = lab(sodium("P-4", (20, "140")), "SODIUM", -2, "120", "", "135", "145")
    not_done = lab(Patient("P-5"), "SODIUM", 20, "", "mmol/L", LBSTAT="NOT DONE")
    (one,) = assess(no_unit, no_number, partial, before, not_done).worst
    assert one.not_gradable == ("P-1", "P-2")
    assert (one.denominator, one.partly) == (("P-3", "P-4"), ("P-3",))
    assert one.reasons == (("no_number", 1), ("partial_date", 1), ("unit_missing", 1))
