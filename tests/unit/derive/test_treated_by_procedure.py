"""What a local treatment on study took away is no response, whether or not anybody says which lesion it was."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from little_trial import LittlePatient, little_protocol, little_records
from test_never_seen import CUT, codes, derive_one, said

from onearm.derive import derive
from onearm.protocol.variant import Variant

EVERY = "treatment_policy}\n" + "\n".join(
    f"  {name}: {{response: failure, time_to_event: treatment_policy" + ("}" if name != "transplant" else "")
    for name in ("ablation", "tace", "radiotherapy", "transplant")
)
"""A rule for each procedure, in place of the one for resection alone."""
PROTOCOL = little_protocol(procedure_time=EVERY)


def operated(
    lesions: Mapping[str, str], day: int, lesion: str | None, procedure: str = "RESECTION", **cells: str
) -> LittlePatient:
    named = {} if lesion is None else {"PRLNKID": lesion}
    return LittlePatient(lesions, procedure=(procedure, day), pathology={**named, **cells})


@pytest.mark.parametrize(("day", "visits"), [(125, "NE NE"), (126, "NE PD"), (127, "NE PD")])
def test_a_scan_on_the_day_of_the_treatment_was_made_before_it(day: int, visits: str) -> None:
    lesions = {"T1": "50 unseen 80", "T2": "20 20 20"}
    assert said(derive_one(operated(lesions, day, "T1"), PROTOCOL)) == visits


@pytest.mark.parametrize("lesion", [None, "T9"])
@pytest.mark.parametrize(
    ("lesions", "visits"),
    [
        ({"T1": "50 48 48 gone gone"}, "SD SD NE NE"),
        ({"T1": "50 48 48 gone 30"}, "SD SD NE PR"),
        ({"T1": "50 48 unseen gone gone"}, "SD NE NE NE"),
        ({"T1": "50 gone gone gone gone"}, "CR CR CR CR"),
        ({"T1": "50 gone unseen gone gone"}, "CR NE CR CR"),
        ({"T1": "50 48 48 gone gone", "T2": "50 48 48 20 130"}, "SD SD NE PD"),
        ({"T1": "50 48 48 gone gone", "T2": "50 gone gone gone gone"}, "PR PR NE NE"),
        ({"N1": "20 18 18 9 10"}, "SD SD NE PR"),
        ({"N1": "20 18 18 small small"}, "SD SD NE NE"),
        ({"T1": "50 gone gone gone gone", "NT1": "there there there gone gone"}, "PR PR PR PR"),
        ({"NT1": "there there there gone worse"}, "NON-CR/NON-PD NON-CR/NON-PD NE PD"),
    ],
)
def test_what_is_gone_after_a_treatment_of_nobody_knows_what_is_not_evaluable(
    lesions: dict[str, str], visits: str, lesion: str | None
) -> None:
    derived = derive_one(operated(lesions, 150, lesion), PROTOCOL)
    assert said(derived) == visits
    assert ("D096" in codes(derived)) == (lesion is not None)
    assert ("D097" in codes(derived)) == (visits not in ("CR CR CR CR", "CR NE CR CR"))


def test_the_finding_names_the_procedure_and_the_lesions() -> None:
    derived = derive_one(operated({"T1": "50 48 48 gone", "T2": "20 20 20 gone"}, 150, None), PROTOCOL)
    (found,) = [finding for finding in derived.findings if finding.code == "D097"]
    assert (found.place.file, found.place.path, found.severity) == ("PR", "PRLNKID", "warning")
    assert found.values == {"value": "RESECTION", "lesion": "T1, T2"}


@pytest.mark.parametrize("rules", ["protocol", "arithmetic", "admiral"])
def test_no_rule_set_makes_a_responder_of_it(rules: str) -> None:
    patient = operated({"T1": "50 48 48 gone gone gone"}, 150, None)
    patient.days = (-7, 63, 126, 189, 252, 315)
    derived = derive(little_protocol(), little_records([patient]), CUT, Variant(rules=rules))  # type: ignore[arg-type]
    assert said(derived) == "SD SD NE NE NE"
    assert "DOR" not in set(derived.adtte["PARAMCD"])
    assert not {"CR", "PR"} & set(derived.adrs["AVALC"])


@pytest.mark.parametrize("lesion", ["T1", "T1.1"])
def test_a_fragment_stands_for_its_parent(lesion: str) -> None:
    lesions = {"T1": "50 40", "T1.1": ". . 20 gone", "T1.2": ". . 20 gone", "T2": "30 30 30 30"}
    assert said(derive_one(operated(lesions, 150, lesion, "ABLATION"), PROTOCOL)) == "SD SD NE"
    assert "D096" not in codes(derive_one(operated(lesions, 150, lesion, "ABLATION"), PROTOCOL))


@pytest.mark.parametrize("lesion", [None, "N1", "T9"])
def test_a_transplant_takes_every_lesion_of_the_liver(lesion: str | None) -> None:
    derived = derive_one(
        operated({"T1": "50 48 48 gone 20", "N1": "20 18 18 18 30"}, 150, lesion, "TRANSPLANT"), PROTOCOL
    )
    states = [row["STATE"] for row in derived.adtr.to_dicts() if row["LNKID"] == "T1"]
    assert states[-2:] == ["treated", "treated"]
    assert said(derived) == "SD SD NE NE"
    assert "D097" not in codes(derived)


def test_the_trials_own_treatment_without_a_lesion_hides_nothing() -> None:
    patient = operated({"T1": "50 48 48 gone gone"}, 150, None, "TACE", PRCAT="STUDY TREATMENT")
    assert said(derive_one(patient, PROTOCOL)) == "SD SD CR CR"
