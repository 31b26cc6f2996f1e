"""``onearm.derive.patient``: plain lists in, named results out."""

from __future__ import annotations

import datetime as dt
import doctest
from typing import Any

import pytest

import onearm
import onearm.derive.one_patient
from onearm.derive import patient
from onearm.errors import ProtocolError, UsageError


def test_the_examples_of_the_docstring() -> None:
    done = doctest.testmod(onearm.derive.one_patient)
    assert done.attempted >= 5 and done.failed == 0


def test_it_is_found_from_the_top() -> None:
    assert onearm.derive.patient is patient


def responses(found: onearm.derive.PatientResult) -> list[str]:
    return [visit.response for visit in found.visits]


def test_thresholds_from_lists() -> None:
    days = [-5, 60, 120]
    assert responses(patient(days, {"T": [100, 70.1, 70]})) == ["SD", "PR"]
    assert responses(patient(days, {"T": [20, 20, 23.9]})) == ["SD", "SD"]
    assert responses(patient(days, {"T": [25, 25, 29.9]})) == ["SD", "SD"]
    assert responses(patient(days, {"T": [25, 25, 30]})) == ["SD", "PD"]


def test_a_normal_node_is_no_disease_and_counts_in_the_sum() -> None:
    found = patient([0, 60], {"T": [30, "absent"], "N": [20, 9]}, nodes={"N"})
    assert (found.visits[0].response, found.visits[0].sum_mm) == ("CR", 9.0)
    assert patient([0, 60], {"T": [30, "absent"], "N": [20, 9]}).visits[0].response == "PR"


def test_words_of_every_kind() -> None:
    found = patient(
        [0, 60, 120],
        {"T1": [40, 40, 40], "T2": [20, "too small", "not evaluable"]},
        {"NT": ["present", "present", "progression"]},
        {"W": [None, "equivocal", "unequivocal"]},
    )
    first, second = found.visits
    # The equivocal lesion is confirmed at the second visit, so that progression dates back to the first.
    assert (first.response, first.reason, first.new_lesion, first.sum_mm) == ("PD", "new_lesion", True, 45.0)
    assert (second.target, second.target_reason, second.non_target) == ("NE", "missing", "PD")
    assert found.confirmed.response == "PD" and found.confirmed.day == 60


def test_days_keep_their_count_and_times_are_in_days() -> None:
    found = patient([993, 1063, 1126, 1189], {"T": [100, 70, 70, 85]}, reference_day=1000, death=1400)
    assert [visit.day for visit in found.visits] == [1063, 1126, 1189]
    assert (found.confirmed.response, found.confirmed.day, found.confirmed.confirmed_on) == ("PR", 1063, 1126)
    pfs, dor = found.times["PFS"], found.times["DOR"]
    assert (pfs.start, pfs.end, pfs.event, pfs.days) == (1000, 1189, True, 190)
    assert (dor.start, dor.days, found.times["OS"].days, found.times["TTR"].days) == (1063, 127, 401, 64)


def test_options_and_rule_sets() -> None:
    days, lesions = [0, 60, 120, 180], {"T": [100, 70, 80, 70]}
    assert patient(days, lesions).confirmed.response == "SD"
    assert patient(days, lesions, options={"confirmation_max_sd": 1}).confirmed.response == "PR"
    entered = [60, 120, 180], ["PR", "SD", "PR"]
    assert patient(entered[0], responses=entered[1], rules="admiral").confirmed.response == "SD"
    found = patient(entered[0], responses=entered[1], rules="admiral", admiral={"accept_sd": True})
    assert (found.confirmed.response, found.confirmed.confirmed_on) == ("PR", 180)
    after_cr = {rules: patient([60, 120], responses=["CR", "PR"], rules=rules) for rules in ("recist", "arithmetic")}  # type: ignore[arg-type]
    assert responses(after_cr["recist"]) == ["CR", "PD"] and responses(after_cr["arithmetic"]) == ["CR", "PR"]
    assert after_cr["recist"].visits[1].arithmetic == "PR" and after_cr["recist"].findings == ("D095",)


def test_faults_are_told_at_once() -> None:
    with pytest.raises(UsageError) as fault:
        patient([5, 3], {"T": [1], "U": ["smaller", 3]}, {"U": ["present", "present"]})
    said = str(fault.value)
    for part in ("rising days", "T: 1 readings for 2 scans", "U: 'smaller'", "each name once", "after the reference"):
        assert part in said
    with pytest.raises(UsageError, match="either the lesions or"):
        patient([5], {"T": [3]}, responses=["SD"])
    with pytest.raises(ProtocolError):
        patient([0, 60], {"T": [30, 30]}, options={"confirmation_min_dais": 3})


@pytest.mark.parametrize(
    "call, said",
    [
        ({"rules": "admral"}, "rules: 'admral' is none of recist, arithmetic, admiral, protocol"),
        ({"nodes": {"T9"}}, "nodes: there is no lesion 'T9'"),
        ({"death": dt.date(2024, 1, 1)}, "death: datetime.date(2024, 1, 1) is no whole number"),
    ],
)
def test_a_word_that_means_nothing_is_refused_and_not_read_as_the_usual(call: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        patient([0, 63], {"T1": [50, 30]}, **call)
    assert said in str(refused.value)


def test_dates_in_the_place_of_days_are_told() -> None:
    with pytest.raises(UsageError, match="is no whole number; count days"):
        patient([dt.date(2024, 1, 1), dt.date(2024, 3, 4)], {"T1": [50, 30]})  # type: ignore[list-item]
