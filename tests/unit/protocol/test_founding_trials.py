# ruff: noqa: E501 - the statements stand as the records have them
"""The two founding trials: every statement of their registry records is in the file, and nothing else without a source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onearm.protocol import (
    Protocol,
    check_protocol,
    describe_protocol,
    exact_properties,
    list_open_questions,
    load_alternatives,
    load_protocol,
    missing_for,
)
from onearm.protocol.paths import FILLED_BY_LOADER, is_written, leaves, value_at

RECORDS = Path(__file__).parents[2] / "data" / "registry"
BEV = "haic-bev-pdl1"
REGO = "haic-adebrelimab-regorafenib"
RECORD = {BEV: "000_d21ade92f4d85067.txt", REGO: "004_32a105e88a271653.txt"}

# Statement of the record → where the protocol holds it. Together they cover the record's text.
STATEMENTS: dict[str, dict[str, str]] = {
    BEV: {
        "PD-L1 Antibody + Bevacizumab With Hepatic Arterial Infusion Chemotherapy for Advanced HCC": "identity.title",
        "This is a single-arm, phase II clinical trial evaluating the safety and efficacy of PD-L1 antibody combined "
        "with bevacizumab and hepatic arterial infusion chemotherapy (HAIC) for patients with advanced unresectable "
        "hepatocellular carcinoma (HCC) with extrahepatic metastases.": "identity.phase population.disease",
        "Study Population: Patients with advanced HCC who have:": "population.criteria",
        "Confirmed extrahepatic metastases": "population.criteria.metastases",
        "No prior PD-L1 or bevacizumab therapy": "population.criteria.untreated",
        "Age 18-75 years": "population.criteria.age.at_least population.criteria.age.at_most",
        "Child-Pugh A or B7 liver function": "population.criteria.child_pugh.one_of",
        "ECOG performance status 0-1": "population.criteria.ecog.one_of",
        "Treatment Regimen:": "treatment.components",
        "PD-L1 antibody: 1200mg every 3 weeks": "treatment.components.pdl1.doses treatment.components.pdl1.every",
        "Bevacizumab: 15mg/kg every 3 weeks": "treatment.components.bevacizumab.doses "
        "treatment.components.bevacizumab.every",
        "HAIC with FOLFOX regimen: Up to 6 cycles": "treatment.components.haic.max_cycles "
        "treatment.components.haic.route",
        "Treatment continues until disease progression or up to 24 months": "treatment.until treatment.max_duration",
        "Primary Endpoint:": "endpoints.orr.role",
        "Objective Response Rate (ORR)": "endpoints.orr.name",
        "Secondary Endpoints:": "endpoints.dcr.role endpoints.dor.role endpoints.pfs.role endpoints.os.role",
        "Disease Control Rate (DCR)": "endpoints.dcr.name",
        "Duration of Response (DOR)": "endpoints.dor.name",
        "Progression-free Survival (PFS)": "endpoints.pfs.name",
        "Overall Survival (OS)": "endpoints.os.name",
        "Safety assessments": "endpoints.safety.name",
        "Quality of life measurements": "endpoints.quality_of_life.name",
        "Study Design Details:": "design",
        "Single-arm study using Simon's two-stage design": "design.kind",
        "First stage: 27 patients": "design.n1",
        "Second stage: 9 additional patients if first stage shows efficacy": "design.n design.n1",
        "Total planned enrollment: 36 patients": "design.n",
        "Study duration: October 2024 - July 2027": "identity.study_start identity.study_end",
        "This study aims to evaluate whether adding HAIC to PD-L1 inhibitor plus bevacizumab immunotherapy can improve "
        "outcomes for advanced HCC patients with extrahepatic spread, who currently have limited treatment options.": (
            "identity.purpose"
        ),
        "The trial will assess both efficacy and safety of this combination approach.": "endpoints.orr endpoints.safety",
        "Hepato Cellular Carcinoma (HCC)": "population.disease",
        "DRUG: PD-L1 antibody": "treatment.components.pdl1.kind",
        "DRUG: Bevacizumab": "treatment.components.bevacizumab.kind",
        "PROCEDURE: HAIC-FOLFOX": "treatment.components.haic.kind treatment.components.haic.name",
        "as Assessed by RECIST v1.1": "tumour.criterion",
        "From first dose until disease progression or up to 24 months of treatment": "endpoints.orr.window.start "
        "endpoints.orr.window.until endpoints.orr.window.cap endpoints.orr.time_frame tumour.calendar.anchor",
        "with tumor assessments performed every 9 weeks for the first 48 weeks and every 12 weeks thereafter.": (
            "tumour.calendar.phases"
        ),
    },
    REGO: {
        "HAIC Combined With PD-L1 Plus Regorafenib in the Treatment of Advanced Hepatocellular Carcinoma After "
        "Immunotherapy Failure": "identity.title",
        "For patients with advanced liver cancer who have progressed after first-line targeted and immunotherapy": (
            "population.criteria.advanced population.criteria.progressed"
        ),
        "there is currently no standard treatment regimen for second-line therapy.": "identity.purpose",
        "this study aims to explore the efficacy and safety of HAIC combined with PD-L1 and Regorafenib in patients with "
        "advanced liver cancer who have failed immunotherapy": "identity.purpose endpoints.safety",
        "not only providing new treatment options for second-line therapy of liver cancer, but also laying the foundation "
        "for research on the combination of HAIC and PD-L1 inhibitors plus Regorafenib, which has significant scientific "
        "research significance and clinical value.": "identity.purpose",
        "HCC - Hepatocellular Carcinoma": "population.disease",
        "DRUG: PD-L1 inhibitor: Adebrelimab Injection": "treatment.components.adebrelimab.kind "
        "treatment.components.adebrelimab.name",
        "Regorafenib Tablets": "treatment.components.regorafenib.name treatment.components.regorafenib.route",
        "Objective Response Rate, The rate of participants that achieve either a complete response (CR) or a partial "
        "response (PR)., approximately 1years": "endpoints.orr.definition endpoints.orr.time_frame",
        "Disease Control Rate (DCR), The percentage of cases with remission (PR + CR) and stable lesions (SD) after "
        "treatment was assessable, Up to approximately 1 years": "endpoints.dcr.definition endpoints.dcr.time_frame "
        "endpoints.dcr.denominator",
        "Progression-Free Survival (PFS), PFS is defined as time from the start of treatment to progression of disease or "
        "death, approximately 2 years": "endpoints.pfs.start endpoints.pfs.events endpoints.pfs.time_frame",
        "Overall Survival (OS), From date of include in this research until the date of death from any cause, whichever "
        "came first, approximately 2 years": "endpoints.os.start endpoints.os.events endpoints.os.time_frame",
        "This is A Single-center, Single-arm, Exploratory Clinical Study of Hepatic Arterial Infusion Chemotherapy (HAIC) "
        "Combined with PD-L1 Plus Regorafenib in the Treatment of Advanced Hepatocellular Carcinoma After Immunotherapy "
        "Failure.": "identity.centres design.kind treatment.components.haic",
        "In clinical practice, second-line liver cancer treatment still mainly relies on single-agent therapy, which may "
        "not provide additional clinical benefits for patients.": "identity.background",
        "On one hand, a real-world multicenter study published by ESMO in 2023 showed that the combination of ICIs and "
        "TKIs may still have potential efficacy in patients who progress after first-line targeted therapy for advanced "
        "liver cancer.": "identity.background",
        "Secondly, the combination of targeted therapy and local hepatic arterial infusion chemotherapy (HAIC) may provide "
        "a new opportunity for patients with advanced liver cancer who progress after targeted therapy.": (
            "identity.background"
        ),
        "On the other hand, unlike PD-1 inhibitors, PD-L1 inhibitors can block the binding ability of PD-L1 with B7.1 on "
        "the surface of T cells, which is advantageous for comprehensive T cell activation.": "identity.background",
        "At the same time, PD-L1 monoclonal antibody only blocks the binding of PD-L1 with PD-1, preserving the function "
        "of PD-L2 and avoiding side effects such as interstitial lung disease (ILD), thus having better safety.": (
            "identity.background"
        ),
        "Therefore, this study aims to explore the efficacy and safety of HAIC combined with PD-L1 and Regorafenib in "
        "patients with advanced liver cancer who have failed immunotherapy.": "identity.purpose",
    },
}


def record(trial: str) -> str:
    return (RECORDS / RECORD[trial]).read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=[BEV, REGO])
def trial(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def protocol(trial: str, trials: Path) -> Protocol:
    return load_protocol(trials / f"{trial}.yaml")


def test_every_statement_of_the_record_is_in_the_protocol(trial: str, protocol: Protocol) -> None:
    text = record(trial)
    left = text
    for statement, paths in sorted(STATEMENTS[trial].items(), key=lambda item: -len(item[0])):
        assert statement in text
        left = left.replace(statement, " ")
        for path in paths.split():
            assert value_at(protocol, path) not in (None, (), ""), path
            assert protocol.provenance_of(path) is not None or path == "design" or path.count(".") == 1, path
    # The title's tail and the semicolon of the interventions are what remains.
    assert re.sub(r"[^A-Za-z0-9]", "", left.replace("ï¼›", "")) == ""


def test_every_value_has_a_source_and_every_quote_stands_in_the_record(trial: str, protocol: Protocol) -> None:
    text = record(trial)
    for path, value in leaves(protocol):
        top = path.split(".")[0]
        if top in FILLED_BY_LOADER | {"onearm", "provenance", "open_questions"} or path == "identity.id":
            continue
        if value not in (None, (), "", {}) and is_written(protocol, path):
            assert protocol.provenance_of(path) is not None, path
    quotes = [quote for entry in protocol.provenance if entry.stated for quote in entry.stated.split(" … ")]
    assert len(quotes) > 10
    for quote in quotes:
        assert quote in text
    assert not [entry for entry in protocol.provenance if entry.status == "assumed"]


def test_the_files_stay_short_and_load_without_an_error(trial: str, protocol: Protocol, trials: Path) -> None:
    assert len((trials / f"{trial}.yaml").read_text(encoding="utf-8").splitlines()) <= 120
    # The record states a time frame for ORR alone; what its cap does to DCR is said.
    remarks = [(finding.code, finding.severity, finding.place.path) for finding in check_protocol(protocol)]
    assert remarks == ([("P474", "note", "endpoints.dcr")] if trial == BEV else [])


def test_whether_a_response_must_be_confirmed_is_asked_and_blocks_nothing(trials: Path) -> None:
    bare = load_protocol(trials / f"{BEV}.yaml")
    made = load_protocol(trials / f"{BEV}.yaml", [trials / "assumptions" / "boundaries-futility-25-45.yaml"])
    for protocol in (bare, made):
        entry = protocol.provenance_of("tumour.profile")
        assert entry is not None and entry.status == "inferred"
        assert protocol.tumour.profile == "recist-1.1-confirmed-2026"
        (question,) = [q for q in list_open_questions(protocol) if q.path == "tumour.profile"]
        assert question.blocks == () and "confirmed" in str(question.ask)
        (row,) = [row for row in describe_protocol(protocol) if row.path == "tumour.profile"]
        assert (row.value, row.status) == ("recist-1.1-confirmed-2026", "inferred")
        assert "Eisenhauer 2009" in row.source and str(question.ask) in row.source


def test_what_the_records_leave_open_stays_open(trials: Path) -> None:
    bev, rego = (load_protocol(trials / f"{name}.yaml") for name in (BEV, REGO))
    design = bev.design
    assert (design.n1, design.n) == (27, 36)
    assert [design.futility_stop, design.success, design.p0, design.p1, design.alpha, design.power] == [None] * 6
    missing = {question.path for question in missing_for(bev, "decision")}
    assert {f"design.{name}" for name in ("futility_stop", "success", "p0", "p1", "alpha", "power")} <= missing
    assert {"sets.primary", "design.stage_one.unit", "design.interim.assessed_through_scan"} <= missing
    assert missing_for(bev, "response") == []
    assert [q.path for q in missing_for(bev, "survival")] == ["endpoints.os.start"]
    assert [q.path for q in missing_for(bev, "calendar")] == ["tumour.calendar.reading", "tumour.calendar.window_days"]
    assert exact_properties(bev) is None
    assert [q.path for q in missing_for(rego, "response")] == ["tumour.criterion", "tumour.profile"]
    assert (rego.endpoints["pfs"].start, rego.endpoints["os"].start) == ("first_dose", "inclusion")
    assert (rego.design.kind, rego.design.n, rego.response_options) == ("exploratory", None, None)
    assert missing_for(rego, "decision") == []
    for protocol in (bev, rego):
        asked = [question.path for question in list_open_questions(protocol)]
        assert len(asked) == len(set(asked))
        assert {question.path for question in protocol.open_questions} <= set(asked)


def test_each_boundary_overlay_alone_is_enough_for_a_decision(trials: Path) -> None:
    attained = {
        "boundaries-futility-25-45": (8, None, 14, "0.0445", "0.8084"),
        "boundaries-futility-20-40": (7, None, 12, "0.0393", "0.8209"),
        "boundaries-efficacy-30-50": (8, 14, 16, "0.0489", "0.8003"),
    }
    for name, (futility, efficacy, success, alpha, power) in attained.items():
        made = load_protocol(trials / f"{BEV}.yaml", [trials / "assumptions" / f"{name}.yaml"])
        design = made.design
        assert (design.futility_stop, design.efficacy_stop, design.success) == (futility, efficacy, success)
        exact = exact_properties(made)
        assert exact is not None
        assert (f"{exact.type_one_error:.4f}", f"{exact.power:.4f}") == (alpha, power)
        assert [entry.percent for entry in exact.power_not_evaluable] == [0, 5, 10, 15]
        assert made.headings[-1] == "boundaries assumed, not stated by the registry"
        assert [finding.code for finding in check_protocol(made)] == ["P474"]
        for what in ("decision", "response", "survival", "calendar", "simulation", "procedures"):
            assert missing_for(made, what) == []
        departing = [entry.sets for entry in made.provenance if entry.departs]
        assert departing == ([("design.efficacy_stop",)] if efficacy else [])
        if efficacy:
            assert exact.without_efficacy_stop is not None
            assert f"{exact.without_efficacy_stop.type_one_error:.4f}" == "0.0470"
            assert f"{exact.without_efficacy_stop.power:.4f}" == "0.7971"


def test_the_three_boundaries_are_alternatives(trials: Path) -> None:
    names = ["boundaries-futility-25-45", "boundaries-futility-20-40", "boundaries-efficacy-30-50"]
    given = [trials / "assumptions" / f"{name}.yaml" for name in names]
    made = load_alternatives(trials / f"{BEV}.yaml", given)
    assert [name for name, _ in made] == names
    assert [protocol.design.success for _, protocol in made] == [14, 12, 16]
    assert len({protocol.digest for _, protocol in made}) == 3


def test_the_demo_overlay_lets_the_exploratory_trial_run(trials: Path) -> None:
    made = load_protocol(trials / f"{REGO}.yaml", [trials / "assumptions" / f"{REGO}-demo.yaml"])
    assert made.design.n == 30
    assert made.response_options is not None
    assert made.response_options.confirmation == "required"
    for what in ("decision", "response", "survival", "calendar", "simulation", "procedures"):
        assert missing_for(made, what) == []
    assert "not stated by the registry" in str(made.headings[0])
    # Scans every 8 weeks, up to 7 days early: the profile's 56 days would lose stable disease at an early first scan.
    assert made.response_options.sd_min_days == 49
    entry = made.provenance_of("tumour.override.sd_min_days")
    assert entry is not None and entry.assumed is not None and "day 49" in entry.assumed
    assert check_protocol(made) == []
    assert "tumour.calendar" not in {question.path for question in list_open_questions(made)}
