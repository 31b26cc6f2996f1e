"""Every code that the report can meet has words."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import get_args

import pytest

import onearm.report
from onearm.decide.results import ActionName
from onearm.derive.adsl import EVALUABLE_REASONS
from onearm.estimates.results import SET_NAMES
from onearm.kernels.best_response import BestReason
from onearm.kernels.stage import PatientState
from onearm.kernels.time_to_event import TimeReason
from onearm.kernels.timepoint import OverallReason
from onearm.protocol.trial_design import Design
from onearm.terms import Response
from onearm.words import report_words
from onearm.words.report_words import REPORT_WORDS

SOURCES = sorted(Path(onearm.report.__file__).parent.rglob("*.py"))
TEMPLATE = Path(onearm.report.__file__).parent / "templates" / "report.html.j2"


def literal_codes() -> set[str]:
    text = "\n".join(path.read_text("utf-8") for path in [*SOURCES, TEMPLATE])
    return set(re.findall(r"\bsay(?:_html)?\(\s*\"([a-z0-9_.]+)\"[,)]", text))


def test_every_code_written_in_the_report_has_words() -> None:
    codes = literal_codes()
    assert len(codes) > 150
    assert sorted(codes - REPORT_WORDS.keys()) == []


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("best_reason", [reason.name for reason in BestReason]),
        ("best_reason", [reason.name for reason in OverallReason]),
        ("time_reason", [reason.name for reason in TimeReason]),
        ("reason", [*EVALUABLE_REASONS[1:], "not_registered", "screen_failure", "no_dose", "criterion_violated"]),
        ("response", [response.submission_value for response in Response]),
        ("response_short", [response.submission_value for response in Response]),
        ("member", [state.name for state in PatientState]),
        ("set", list(SET_NAMES)),
        ("action", list(get_args(ActionName))),
        ("methods", list(get_args(Design.model_fields["kind"].annotation))),
        ("design", list(get_args(Design.model_fields["kind"].annotation))),
    ],
)
def test_every_code_of_the_rooms_below_has_words(group: str, names: list[str]) -> None:
    assert [name for name in names if f"{group}.{name.lower()}" not in REPORT_WORDS] == []


def test_templates_hold_no_number_of_a_result() -> None:
    """A sentence of the results takes every number from a field."""
    for code, words in REPORT_WORDS.items():
        if code.startswith(("results.", "headline.", "rule.", "tile.")):
            plain = "".join(literal for literal, *_ in string.Formatter().parse(words))
            assert not re.search(r"\d", plain), code


def test_no_catalogue_takes_the_words_of_another() -> None:
    parts = [
        value
        for name, value in vars(report_words).items()
        if name.isupper() and isinstance(value, dict) and name != "REPORT_WORDS"
    ]
    keys = [key for part in parts for key in part]
    assert sorted(keys) == sorted(report_words.REPORT_WORDS)
