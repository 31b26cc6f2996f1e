"""Duration of disease control and clinical benefit: who has them, from when, and what lasts long enough."""

from __future__ import annotations

import pytest
from small_patients import Patient, derive_of, on, protocol_with, records_of, time_of

from onearm.derive import Derived, Refusal, trace
from onearm.estimates.benefit import estimate_benefit
from onearm.estimates.results import Estimate
from onearm.estimates.sets import select_sets
from onearm.estimates.survival import estimate_times
from onearm.protocol import Protocol
from onearm.protocol.parts import Endpoint

CONTROL = {
    "kind": "control_duration",
    "name": "Control",
    "role": "descriptive",
    "start": "first_dose",
    "events": ("progression", "death"),
    "censoring": "literal",
}


def declared(
    at_least: str | None = "24 weeks", *, control: dict[str, object] | None = None, **options: object
) -> Protocol:
    protocol = protocol_with(**options)
    added = {
        "ddc": Endpoint.model_validate({**CONTROL, **(control or {})}),
        "cbr": Endpoint.model_validate(
            {"kind": "benefit_rate", "name": "Benefit", "role": "descriptive", "at_least": at_least}
        ),
    }
    return protocol.model_copy(update={"endpoints": {**protocol.endpoints, **added}})


def responder() -> Patient:
    return Patient("P-1").sums((0, "40"), (63, "20"), (126, "20"), (189, "60"))


def stable(*visits: tuple[int, str], subject: str = "P-2") -> Patient:
    return Patient(subject).sums((0, "40"), *visits)


def progressed() -> Patient:
    return Patient("P-3").sums((0, "40"), (63, "60"))


def rates(derived: Derived, protocol: Protocol) -> dict[str, Estimate]:
    found = estimate_benefit(protocol, derived.adrs, derived.adtte, select_sets(derived.adsl))
    return {estimate.id: estimate for estimate in found}


def test_neither_appears_unless_the_protocol_declares_it() -> None:
    derived = derive_of(responder())
    assert not {"DDC", "DSD"} & set(derived.adtte["PARAMCD"])
    assert estimate_benefit(protocol_with(), derived.adrs, derived.adtte, select_sets(derived.adsl)) == ()


def test_control_lasts_from_the_start_in_patients_who_had_it() -> None:
    protocol = declared()
    derived = derive_of(responder(), stable((63, "39"), (126, "60")), progressed(), protocol=protocol)
    rows = derived.adtte.filter(derived.adtte["PARAMCD"] == "DDC")
    assert rows.select("USUBJID", "AVAL", "CNSR", "EVNTDESC").rows() == [
        ("P-1", 190, 0, "progression"),
        ("P-2", 127, 0, "progression"),
    ]
    assert {row.isoformat() for row in rows["STARTDT"]} == {on(0)}
    found, curves = estimate_times(protocol, derived.adtte, select_sets(derived.adsl), {})
    median = next(estimate for estimate in found if estimate.id == "ddc.median")
    assert (median.population, median.denominator, median.role) == ("controlled", ("P-1", "P-2"), "descriptive")
    assert curves["ddc"].paramcd == "DDC"


def test_control_that_was_not_confirmed_is_still_stable_disease_but_progression_is_not() -> None:
    unconfirmed = Patient("P-4").sums((0, "40"), (63, "20"), (126, "60"))
    derived = derive_of(unconfirmed, protocol=declared())
    assert time_of(derived, "DDC")["AVAL"] == 127


def test_control_follows_its_own_start_and_profile() -> None:
    patient = stable((63, "39"), (126, "60")).add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(100))
    protocol = declared(control={"start": "inclusion", "censoring": "fda"})
    row = time_of(derive_of(patient, protocol=protocol), "DDC")
    assert (row["STARTDT"].isoformat(), row["ADT"].isoformat(), row["EVNTDESC"]) == (on(-1), on(63), "new_therapy")


@pytest.mark.parametrize(
    ("missing", "path"), [("start", "endpoints.ddc.start"), ("censoring", "endpoints.ddc.censoring")]
)
def test_what_is_open_is_refused_by_name(missing: str, path: str) -> None:
    derived = derive_of(responder(), protocol=declared(control={missing: None}))
    assert Refusal("DDC", (path,)) in derived.refusals
    assert "DDC" not in set(derived.adtte["PARAMCD"])


@pytest.mark.parametrize(
    ("at_least", "visits", "benefits"),
    [
        ("18 weeks", ((63, "39"), (126, "39")), True),  # last scan on the very day
        ("18 weeks", ((63, "39"), (125, "39")), False),
        ("18 weeks", ((63, "39"), (126, "60")), False),  # progression that day: nobody saw stable disease
        ("18 weeks", ((63, "39"), (189, "60")), False),
        ("18 weeks", ((63, "39"), (126, "39"), (189, "60")), True),
        ("18 weeks", ((63, "39"), (125, "60")), False),
        ("6 months", ((63, "39"), (182, "39")), False),  # 182.625 days
        ("6 months", ((63, "39"), (183, "39")), True),
    ],
)
def test_stable_disease_must_be_seen_to_last(
    at_least: str, visits: tuple[tuple[int, str], ...], benefits: bool
) -> None:
    protocol = declared(at_least)
    found = rates(derive_of(stable(*visits), protocol=protocol), protocol)
    assert (found["cbr.confirmed.treated"].x, found["cbr.confirmed.treated"].n) == (int(benefits), 1)


@pytest.mark.parametrize(("last", "benefits"), [(63, False), (167, False), (168, True)])
def test_a_death_long_after_the_last_scan_shows_no_stable_disease(last: int, benefits: bool) -> None:
    protocol = declared("24 weeks")
    patient = stable(*dict.fromkeys([(63, "39"), (last, "39")]))
    patient.rows[0][1].update({"DTHDTC": on(400), "DTHFL": "Y"})
    found = rates(derive_of(patient, protocol=protocol), protocol)
    assert found["cbr.confirmed.treated"].x == int(benefits)


def test_responses_are_a_benefit_however_short_and_progression_never() -> None:
    protocol = declared("52 weeks")
    derived = derive_of(responder(), stable((63, "39"), (126, "39")), progressed(), protocol=protocol)
    found = rates(derived, protocol)
    assert found["cbr.confirmed.treated"].subjects == ("P-1",)
    assert found["cbr.confirmed.treated"].n == 3
    assert len(found) == 8


def test_a_new_therapy_ends_stable_disease_unless_later_responses_count() -> None:
    patient = stable((63, "39"), (200, "39")).add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(100))
    for choice, x in (("excluded", 0), ("included", 1)):
        protocol = declared("24 weeks", response_after_new_therapy=choice)
        assert rates(derive_of(patient, protocol=protocol), protocol)["cbr.confirmed.treated"].x == x


def test_an_open_duration_is_refused() -> None:
    derived = derive_of(responder(), protocol=declared(None))
    assert Refusal("CBR", ("endpoints.cbr.at_least",)) in derived.refusals
    assert rates(derived, declared(None)) == {}


@pytest.mark.parametrize("parameter", ["DDC", "DSD"])
def test_its_trace_names_start_response_and_end(parameter: str) -> None:
    patient = stable((63, "39"), (126, "39"), (189, "60"))
    derived = derive_of(patient, protocol=declared())
    found = trace(derived, records_of(patient), parameter, "P-2")
    assert {("EX", 2)} <= {(row.domain, row.row) for row in found.decided_by}
    assert {row.columns["VISITNUM"] for row in found.decided_by if row.domain == "TR"} >= {"2", "4"}
