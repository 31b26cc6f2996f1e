"""The trials' eligibility overlays on hand-made patients; the source row of computed values; the report's section."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hand_made import CUTOFF, Patient, on, protocol_of, records_of, screen_of

from onearm.eligibility import screen
from onearm.pipeline import analyse
from onearm.protocol import check_protocol, load_protocol
from onearm.report.section_eligibility import eligibility_section
from onearm.report.view import View

TRIALS = Path(__file__).parents[3] / "trials"


@pytest.mark.parametrize("trial", ["haic-bev-pdl1", "haic-adebrelimab-regorafenib"])
def test_the_overlays_add_criteria_and_no_remark_of_eligibility(trial: str) -> None:
    overlay = TRIALS / "assumptions" / f"{trial}-eligibility.yaml"
    protocol = load_protocol(TRIALS / f"{trial}.yaml", [overlay])
    assert not [f for f in check_protocol(protocol) if f.code.startswith("P5")]
    assert len(protocol.population.further_criteria) >= 11


@pytest.mark.parametrize(("drug", "verdict"), [("ASPIRIN", "met"), ("BEVACIZUMAB", "not_met"), (None, "unknown")])
def test_prior_therapy_becomes_answerable(drug: str | None, verdict: str) -> None:
    overlay = TRIALS / "assumptions" / "haic-bev-pdl1-eligibility.yaml"
    patient = Patient()
    if drug is not None:
        patient.add("CM", CMTRT=drug, CMDECOD=drug, CMSTDTC=on(-90))
    protocol = load_protocol(TRIALS / "haic-bev-pdl1.yaml", [overlay])
    table = screen(protocol, records_of(patient), CUTOFF).table
    assert table.filter(table["CRITERION"] == "untreated")["VERDICT"].item() == verdict


def test_a_computed_value_names_the_latest_row_behind_it() -> None:
    patient = Patient(AGE="60", AGEU="YEARS", SEX="M").vital("WEIGHT", "70", "kg", -9).lab("CREAT", "80", "umol/L", -2)
    row = screen_of("{variable: crcl, at_least: 60}", patient).table.row(0, named=True)
    assert (row["SRCDOM"], row["SRCSEQ"], row["DATE"].isoformat()) == ("LB", 1, on(-2))


def test_the_report_shows_criteria_attrition_and_who_was_registered_all_the_same() -> None:
    protocol = protocol_of("{id: adult, variable: age, at_least: 18}\n{id: fit, judged_by: board}")
    patients = [Patient(f"P-{age}", AGE=age, AGEU="YEARS").answer("FIT", "Y") for age in ("17", "18", "40")]
    analysis = analyse(protocol, records_of(*patients), CUTOFF)
    (section,) = eligibility_section(View(analysis, "team"))
    criteria, attrition, registered = [block for block in section.blocks if block.kind == "table"]
    assert [[cell.text for cell in row.cells] for row in criteria.rows] == [
        ["adult", "age ≥ 18", "computed", "2", "1", "0", "3"],
        ["fit", "judged", "judged by the board", "3", "0", "0", "3"],
    ]
    assert [[cell.text for cell in row.cells] for row in attrition.rows] == [
        ["adult", "1", "1", "3"],
        ["fit", "0", "0", "2"],
    ]
    assert [row.cells[0].value for row in registered.rows] == ["P-17"]
    (public,) = eligibility_section(View(analysis, "public"))
    assert not any(getattr(block, "patient_level", False) for block in public.blocks)
    silent = analyse(protocol_of("{id: fit}"), records_of(Patient()), CUTOFF)
    assert eligibility_section(View(silent, "team")) == ()
