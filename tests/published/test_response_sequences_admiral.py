"""Every sequence of one to four overall responses under ``rules: admiral``: what the R package gives, value and date.

Source: outputs of admiralonco 1.4 (Apache-2.0) for 1,554 generated subjects, all four files whole
(tests/data/response_sequences/README.md).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pytest

from onearm.cli.main import run
from onearm.kernels.entered import derive_peer_responses
from onearm.kernels.peer_response import (
    PEER_BOR,
    PEER_BOR_VISIT,
    PEER_CB_VISIT,
    PEER_CBOR,
    PEER_CBOR_VISIT,
    PEER_CCB_VISIT,
    PEER_CRSP_VISIT,
    PEER_RSP_VISIT,
    PeerRules,
)
from onearm.terms import Response

DATA = Path(__file__).parents[1] / "data" / "response_sequences"
CODES = {response.submission_value: int(response) for response in Response}
WORDS = {code: word for word, code in CODES.items()}
N_SEQUENCES = 1554
TEMPLATE = PeerRules(42, 28, 1, 0)
Answers = dict[str, tuple[str, str | None]]


class Sequences(NamedTuple):
    subjects: list[str]
    visit_start: np.ndarray
    day: np.ndarray
    overall: np.ndarray
    reference: np.ndarray


def read(name: str) -> pl.DataFrame:
    return pl.read_csv(DATA / name, infer_schema=False)


@cache
def sequences() -> Sequences:
    """All subjects in one flat batch, an empty baseline before each subject's responses."""
    rows = read("ovr_input.csv").with_columns(pl.col("visit").cast(pl.Int64)).sort("USUBJID", "visit")
    subjects = rows["USUBJID"].unique(maintain_order=True).to_list()
    assert subjects == read("adsl_input.csv")["USUBJID"].to_list()
    assert len(subjects) == N_SEQUENCES
    days = rows["ADT"].str.to_date().to_physical().to_numpy()
    reference = read("adsl_input.csv")["RANDDT"].str.to_date().to_physical().to_numpy().astype(np.int32)
    counts = rows.group_by("USUBJID", maintain_order=True).len()["len"].to_numpy()
    start = np.zeros(len(subjects) + 1, np.int64)
    np.cumsum(counts + 1, out=start[1:])
    day, overall = np.zeros(start[-1], np.int32), np.zeros(start[-1], np.int8)
    is_response = np.ones(start[-1], np.bool_)
    is_response[start[:-1]] = False
    day[start[:-1]] = reference
    day[is_response] = days
    overall[is_response] = [CODES[value] for value in rows["AVALC"]]
    return Sequences(subjects, start, day, overall, reference)


def peer(rules: PeerRules) -> np.ndarray:
    batch = sequences()
    cut = np.full(len(batch.subjects), 2**30, np.int32)
    out, _ = derive_peer_responses(rules, batch.visit_start, batch.day, batch.overall, batch.reference, cut)
    return out


def dates(visit: np.ndarray) -> list[str | None]:
    batch = sequences()
    days = batch.day[batch.visit_start[:-1] + np.maximum(visit, 0)]
    return [str(np.datetime64(int(d), "D")) if v > 0 else None for v, d in zip(visit, days, strict=True)]


def best(out: np.ndarray, value: int, visit: int) -> Answers:
    words = [WORDS[int(code)] for code in out[:, value]]
    return dict(zip(sequences().subjects, zip(words, dates(out[:, visit]), strict=True), strict=True))


def occurred(out: np.ndarray, visit: int) -> Answers:
    words = ["Y" if at > 0 else "N" for at in out[:, visit]]
    return dict(zip(sequences().subjects, zip(words, dates(out[:, visit]), strict=True), strict=True))


def expected(name: str, **chosen: str) -> Answers:
    rows = read(name).filter(*(pl.col(column) == value for column, value in chosen.items()))
    assert rows.height == N_SEQUENCES
    return {subject: (value, date) for subject, value, date in rows.select("USUBJID", "AVALC", "ADT").iter_rows()}


def option_sets(name: str, *columns: str) -> list[dict[str, str]]:
    return list(read(name).select(columns).unique(maintain_order=True).iter_rows(named=True))


def rules_of(chosen: dict[str, str]) -> PeerRules:
    return PeerRules(
        int(chosen.get("ref_start_window", 42)),
        int(chosen.get("ref_confirm", 28)),
        int(chosen.get("max_nr_ne", 1)),
        int(chosen.get("accept_sd") == "TRUE"),
    )


BOR = option_sets("expected_bor_functions.csv", "ref_start_window")
CBOR = option_sets("expected_confirmed_bor_functions.csv", "ref_start_window", "ref_confirm", "max_nr_ne", "accept_sd")
CRSP = option_sets("expected_confirmed_resp_functions.csv", "ref_confirm", "max_nr_ne", "accept_sd")


def test_every_option_set_is_looked_at() -> None:
    assert (len(BOR), len(CBOR), len(CRSP)) == (2, 8, 6)


@pytest.mark.parametrize("chosen", BOR, ids=str)
def test_best_response_without_confirmation(chosen: dict[str, str]) -> None:
    out = peer(rules_of(chosen))
    assert best(out, PEER_BOR, PEER_BOR_VISIT) == expected("expected_bor_functions.csv", **chosen)


@pytest.mark.parametrize("chosen", CBOR, ids=str)
def test_confirmed_best_response(chosen: dict[str, str]) -> None:
    out = peer(rules_of(chosen))
    assert best(out, PEER_CBOR, PEER_CBOR_VISIT) == expected("expected_confirmed_bor_functions.csv", **chosen)


@pytest.mark.parametrize("chosen", CRSP, ids=str)
def test_confirmed_response(chosen: dict[str, str]) -> None:
    out = peer(rules_of(chosen))
    assert occurred(out, PEER_CRSP_VISIT) == expected("expected_confirmed_resp_functions.csv", **chosen)


def test_the_events_of_the_template() -> None:
    out = peer(TEMPLATE)
    ours = {
        "BOR": best(out, PEER_BOR, PEER_BOR_VISIT),
        "CBOR": best(out, PEER_CBOR, PEER_CBOR_VISIT),
        "RSP": occurred(out, PEER_RSP_VISIT),
        "CRSP": occurred(out, PEER_CRSP_VISIT),
        "CB": occurred(out, PEER_CB_VISIT),
        "CCB": occurred(out, PEER_CCB_VISIT),
    }
    assert set(read("expected_template_events.csv")["PARAMCD"]) == set(ours)
    for parameter, answers in ours.items():
        assert answers == expected("expected_template_events.csv", PARAMCD=parameter), parameter


PROTOCOL = """
onearm: 1
identity: {id: SYN, title: Sequences of responses}
population: {disease: any}
treatment: {components: [{id: drug, name: Drug, kind: drug}]}
tumour: {criterion: recist-1.1, profile: recist-1.1-confirmed-2026}
endpoints:
  orr: {kind: response_rate, name: ORR, role: primary, denominator: treated}
sets: {primary: treated}
design: {kind: exploratory}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A protocol, and the sequences as records: DM and RS alone."""
    folder = tmp_path_factory.mktemp("sequences")
    records = folder / "records"
    records.mkdir()
    (folder / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    nothing = pl.lit(None, dtype=pl.String)
    read("adsl_input.csv").select(
        "STUDYID", "USUBJID", nothing.alias("RFICDTC"), pl.col("RANDDT").alias("RFSTDTC")
    ).write_csv(records / "dm.csv")
    read("ovr_input.csv").select(
        pl.lit("SYN").alias("STUDYID"), "USUBJID", pl.col("visit").alias("RSSEQ"), pl.lit("OVRLRESP").alias("RSTESTCD"),
        pl.col("AVALC").alias("RSSTRESC"), pl.col("visit").alias("VISITNUM"), pl.col("ADT").alias("RSDTC"),
    ).write_csv(records / "rs.csv")  # fmt: skip
    return folder


def derive(folder: Path, out: Path, *arguments: str) -> int:
    return run(["derive", str(folder / "protocol.yaml"), str(folder / "records"), "--out", str(out), *arguments])


def parameter(out: Path, name: str) -> Answers:
    rows = pl.read_csv(out / "adrs.csv", infer_schema=False).filter(pl.col("PARAMCD") == name)
    assert rows.height == N_SEQUENCES
    return {subject: (value, date) for subject, value, date in rows.select("USUBJID", "AVALC", "ADT").iter_rows()}


def test_the_command_gives_the_same_from_demographics_and_responses_alone(folder: Path, tmp_path: Path) -> None:
    as_package = ("--rules", "admiral", "--response-source", "reported")
    assert derive(folder, tmp_path / "template", *as_package) in (0, 1)
    for name in ("BOR", "CBOR", "RSP", "CRSP", "CB", "CCB"):
        assert parameter(tmp_path / "template", name) == expected("expected_template_events.csv", PARAMCD=name), name
    chosen = {"ref_start_window": "42", "ref_confirm": "56", "max_nr_ne": "1", "accept_sd": "FALSE"}
    settings = [word for name, value in chosen.items() for word in ("--set", f"{name}={value.lower()}")]
    assert derive(folder, tmp_path / "other", *as_package, *settings) in (0, 1)
    assert parameter(tmp_path / "other", "CBOR") == expected("expected_confirmed_bor_functions.csv", **chosen)
    said = json.loads((tmp_path / "other" / "variant.json").read_text(encoding="utf-8"))
    assert said["admiral"] == {"ref_start_window": 42, "ref_confirm": 56, "max_nr_ne": 1, "accept_sd": False}
    assert said["response_source"] == "reported" and said["rules"] == "admiral"


def test_without_lesions_the_derived_source_is_refused_and_names_the_other(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert derive(folder, tmp_path) == 1
    said = capsys.readouterr().err
    assert "D090" in said and "--response-source reported" in said
    assert not list(tmp_path.iterdir())


def test_what_the_rule_sets_make_of_the_sequences(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A response less than CR after a CR is progression under ``recist``: 159 categories and 30 responders move."""
    arguments = ["compare-rules", str(folder / "protocol.yaml"), str(folder / "records")]
    assert run([*arguments, "--response-source", "reported", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {name: rate["responders"] for name, rate in found["rule_sets"].items()} == {
        "protocol": 255, "recist": 255, "arithmetic": 285, "admiral": 285,
    }  # fmt: skip
    assert len(found["changed"]) == 159 and len(found["changed_responder_status"]) == 30
    crs = {subject for subject in found["changed"] if "CR" in _responses(found, subject)}
    assert crs == set(found["changed"])


def _responses(found: dict[str, Any], subject: str) -> list[str]:
    return [visit["response"] for visit in found["patients"][subject]["admiral"]["responses"]]
