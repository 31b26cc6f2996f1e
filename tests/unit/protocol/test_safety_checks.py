"""Rules on harm that do not hold together are refused with a code; those that are open are not run."""

from __future__ import annotations

from pathlib import Path

import pytest

from onearm.errors import ProtocolError
from onearm.protocol import load_protocol
from onearm.protocol.check import check_protocol

MADE_UP = Path(__file__).parents[2] / "data" / "protocols" / "made-up.yaml"
TRIALS = Path(__file__).parents[3] / "trials"
RULE = "id: r, name: R, kind: {kind}, event: {{grade_at_least: 4}}"
WHOLE = "theta: 0.2, phi: 0.05, n: 20, window: 30 days, incomplete: no_event"


def findings(tmp_path: Path, safety: str, components: str = "") -> list[str]:
    text = MADE_UP.read_text("utf-8")
    if components:
        text = text.replace('    - {id: pdl1, name: "PD-L1 antibody", kind: drug}\n', components)
    file = tmp_path / "trial.yaml"
    file.write_text(f"{text}safety:\n{safety}", encoding="utf-8")
    try:
        return [finding.code for finding in check_protocol(load_protocol(file)) if finding.code != "P481"]
    except ProtocolError as refused:
        return [finding.code for finding in refused.findings]


def stopping(kind: str, options: str, event: str = "") -> str:
    rule = RULE.format(kind=kind) if not event else f"id: r, name: R, kind: {kind}, event: {event}"
    return f"  events: {{window: 30 days, new_therapy: ends}}\n  stopping: [{{{rule}, {options}}}]\n"


@pytest.mark.parametrize(
    ("safety", "code"),
    [
        ("  stopping: [{id: r, name: R, kind: count, stop_at: 2, event: {fatal: true}}]\n", "P620"),
        ("  events: {window: 3 months}\n", "P621"),
        ("  events: {planned_admissions: [{component: nobody, days: 2}]}\n", "P622"),
        (stopping("pocock", WHOLE, "{related_to: [nobody]}"), "P622"),
        (stopping("pocock", WHOLE, "{groups: [nobody]}"), "P624"),
        (stopping("pocock", WHOLE, "{serious: false}"), "P625"),
        (stopping("pocock", f"{WHOLE}, stop_at: 3"), "P626"),
        (stopping("bayes", f"{WHOLE}, prior: [1, 1], certainty: 0.95"), "P626"),
        (stopping("pocock", WHOLE.replace("phi: 0.05, ", "")), "P627"),
        (stopping("pocock", WHOLE.replace("n: 20", "n: unstated")), "P627"),
        (stopping("bayes", f"{WHOLE}, prior: [0, 1]"), "P628"),
        (stopping("bounds", "theta: 0.2, n: 9, window: 30 days, incomplete: no_event, bounds: [[3, 4]]"), "P628"),
        (
            stopping("bounds", "theta: 0.2, n: 9, window: 30 days, incomplete: no_event, bounds: [[3, 3], [6, 3]]"),
            "P628",
        ),
        (stopping("count", "stop_at: 5, n: 4"), "P628"),
    ],
)
def test_what_is_wrong_is_told_by_its_code(safety: str, code: str, tmp_path: Path) -> None:
    assert findings(tmp_path, safety) == [code]


def test_what_is_right_is_taken(tmp_path: Path) -> None:
    for safety in (
        stopping("pocock", WHOLE),
        stopping("bayes", f"{WHOLE}, prior: [0.6, 1.4]"),
        stopping("count", "stop_at: 2"),
        stopping("bounds", "theta: 0.2, n: 9, window: 4 weeks, incomplete: no_event, bounds: [[3, 3], [6, 4]]"),
    ):
        assert findings(tmp_path, safety) == []


def test_components_must_differ_in_their_short_names(tmp_path: Path) -> None:
    two = "    - {id: haic_one, name: A, kind: drug}\n    - {id: haic_other, name: B, kind: drug}\n"
    assert findings(tmp_path, "  events: {window: 30 days, new_therapy: ends}\n", two) == ["P623"]


def test_a_protocol_without_rules_on_harm_keeps_its_digest(tmp_path: Path) -> None:
    plain = tmp_path / "plain.yaml"
    plain.write_text(MADE_UP.read_text("utf-8"), encoding="utf-8")
    open_ = tmp_path / "open.yaml"
    open_.write_text(MADE_UP.read_text("utf-8") + "safety: unstated\n", encoding="utf-8")
    stated = tmp_path / "stated.yaml"
    stated.write_text(MADE_UP.read_text("utf-8") + "safety: {events: {window: 30 days}}\n", encoding="utf-8")
    assert load_protocol(plain).digest == load_protocol(open_).digest != load_protocol(stated).digest


@pytest.mark.parametrize(
    ("trial", "overlays"),
    [
        ("haic-bev-pdl1", ("boundaries-futility-25-45", "haic-bev-pdl1-safety")),
        ("haic-adebrelimab-regorafenib", ("haic-adebrelimab-regorafenib-demo", "haic-adebrelimab-regorafenib-safety")),
    ],
)
def test_the_overlays_of_both_trials_hold_together(trial: str, overlays: tuple[str, ...]) -> None:
    protocol = load_protocol(
        TRIALS / f"{trial}.yaml", assume=[TRIALS / "assumptions" / f"{name}.yaml" for name in overlays]
    )
    assert [f.code for f in check_protocol(protocol) if f.code.startswith("P6")] == []
    assert {rule.kind for rule in (protocol.safety.stopping if protocol.safety else ())} == {"pocock", "count"}
    assert protocol.provenance_of("safety.stopping") is not None
