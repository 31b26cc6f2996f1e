"""The public report tells of no patient: searched for every subject, every date, every small count."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import polars as pl
import pytest
from hand_built import build_analysis

from onearm.pipeline import Analysis, analyse
from onearm.protocol import load_protocol
from onearm.rehearse import simulate_trial
from onearm.report import render_html, write_report
from onearm.report.view import short_labels

MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip


TRIALS = Path(__file__).parents[3] / "trials"


def simulated_analysis() -> Analysis:
    overlay = TRIALS / "assumptions" / "boundaries-futility-25-45.yaml"
    protocol = load_protocol(TRIALS / "haic-bev-pdl1.yaml", assume=[overlay])
    return analyse(protocol, simulate_trial(protocol, 1))


@pytest.fixture(scope="module", params=["hand built", "simulated"])
def analysis(request: pytest.FixtureRequest) -> Analysis:
    return build_analysis() if request.param == "hand built" else simulated_analysis()


@pytest.fixture(scope="module")
def contents(analysis: Analysis, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    texts = {}
    for path in write_report(analysis, tmp_path_factory.mktemp("public"), audience="public"):
        text = path.read_bytes().decode("latin-1") if path.suffix == ".pdf" else path.read_text("utf-8")
        texts[path.name] = html.unescape(text).replace("\u00a0", " ")
    return texts


def record_dates(analysis: Analysis) -> set[str]:
    found: set[str] = set()
    for table in analysis.records.tables.values():
        for name in table.columns:
            if name.endswith("_FIRST"):
                found |= {day.isoformat() for day in table[name].drop_nulls().to_list()}
    for frame in (analysis.derived.adsl, analysis.derived.adrs, analysis.derived.adtte):
        for name in frame.columns:
            if frame[name].dtype == pl.Date:
                found |= {day.isoformat() for day in frame[name].drop_nulls().to_list()}
    return found


def written_forms(iso: str) -> list[str]:
    year, month, day = iso.split("-")
    name, plain_day = MONTHS[int(month) - 1], str(int(day))
    return [
        iso, iso.replace("-", "/"), iso.replace("-", ""), f"{plain_day} {name} {year}", f"{day} {name} {year}",
        f"{plain_day} {name[:3]} {year}", f"{name} {plain_day}, {year}", f"{day}{name[:3].upper()}{year}",
        f"{day}.{month}.{year}", f"{day}/{month}/{year}", f"{month}/{day}/{year}",
    ]  # fmt: skip


def test_no_subject_of_the_records_is_found(analysis: Analysis, contents: dict[str, str]) -> None:
    subjects = list(analysis.records.subjects())
    assert len(subjects) >= 36
    for name, text in contents.items():
        assert [subject for subject in subjects if subject in text] == [], name


def test_no_short_label_is_found_in_words_or_tables(analysis: Analysis, contents: dict[str, str]) -> None:
    labels = short_labels(list(analysis.records.subjects())).values()
    page = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", contents["report.html"], flags=re.DOTALL)
    for label in labels:
        assert not re.search(rf"(?<![\w.-]){label}(?![\w.-])", page), label


def test_no_date_of_the_records_is_found_in_any_form(analysis: Analysis, contents: dict[str, str]) -> None:
    dates = record_dates(analysis)
    assert len(dates) > 200
    for name, text in contents.items():
        assert [form for iso in dates for form in written_forms(iso) if form in text] == [], name


def test_neither_patients_nor_source_rows_nor_hooks_are_left(contents: dict[str, str]) -> None:
    page = re.sub(r"<(style|script)\b.*?</\1>", "", contents["report.html"], flags=re.DOTALL)
    for word in ("data-subject", 'id="pt-', "TRSTRESN", 'id="trace"', "figure-waterfall", "figure-swimmer"):
        assert word not in page
    assert {name for name in contents if name.endswith(".svg")} == {"km-pfs.svg", "km-os.svg", "km-dor.svg"}


def count_cells(contents: dict[str, str]) -> list[tuple[str, str, dict[str, object]]]:
    found = []
    for name, text in contents.items():
        if name.endswith(".json"):
            for row in json.loads(text)["rows"]:
                for key, cell in row.items():
                    if key in ("x", "n", "patients", "events", "at_risk", "responders", "members") or key.endswith(
                        "_x"
                    ):
                        found.append((name, key, cell))
    return found


def test_no_count_of_one_to_four_is_told(contents: dict[str, str]) -> None:
    cells = count_cells(contents)
    assert len(cells) > 100
    told = [cell["value"] for *_, cell in cells if cell["value"] is not None]
    assert told and all(value == 0 or value >= 5 for value in told)  # type: ignore[operator]
    assert any(cell["text"] == "<5" for *_, cell in cells)


def test_no_percentage_stands_beside_a_withheld_count(contents: dict[str, str]) -> None:
    rates = json.loads(contents["response_rates.json"])["rows"]
    assert any(row["x"]["value"] is None for row in rates)
    for row in rates:
        if row["x"]["value"] is None:
            assert row["value"]["value"] is row["lower"]["value"] is row["upper"]["value"] is None


def test_withheld_parts_do_not_follow_from_the_whole(analysis: Analysis, contents: dict[str, str]) -> None:
    """In each column of best responses, what is missing to the total is shared by two parts and is five or more."""
    rows = json.loads(contents["best_response.json"])["rows"]
    for reading in ("Confirmed", "Unconfirmed"):
        own = [row for row in rows if row["reading"]["value"] == reading]
        for name in ("registered", "treated"):
            hidden = [row for row in own if row[f"{name}_x"]["value"] is None]
            told = sum(row[f"{name}_x"]["value"] or 0 for row in own)
            missing = len(analysis.sets[name].members) - told
            assert not hidden or (len(hidden) >= 2 and missing >= 5)


def test_numbers_at_risk_below_five_are_not_drawn(analysis: Analysis) -> None:
    page = render_html(analysis, "public")
    figure = re.search(r'<figure id="figure-km-pfs".*?</figure>', page, re.DOTALL)
    assert figure is not None
    words = [html.unescape(word) for word in re.findall(r"<text[^>]*>([^<]*)</text>", figure[0])]
    assert "<5" in words
    after = words.index("At risk")
    assert not [word for word in words[after + 1 :] if word in ("1", "2", "3", "4")]


def test_where_a_set_is_withheld_no_share_of_it_gives_its_size_away(contents: dict[str, str]) -> None:
    table = json.loads(contents["best_response.json"])
    withheld_sets = [column["key"].removesuffix("_x") for column in table["columns"] if "withheld" in column["label"]]
    assert withheld_sets
    for row in table["rows"]:
        assert all(row[f"{name}_percent"]["value"] is None for name in withheld_sets)
