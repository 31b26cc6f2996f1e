"""Overlays fill what is open, in order; a contradiction is refused unless it is announced as a departure."""

from __future__ import annotations

from pathlib import Path

import pytest

from onearm.protocol import ProtocolError, load_alternatives, load_protocol
from onearm.protocol.paths import value_at

HEAD = "onearm_overlay: 1\ntitle: T\nheading: assumed\nwho: W\nwhy: because\nfor: TEST-01\n"


@pytest.fixture
def protocol(tmp_path: Path, base_text: str) -> Path:
    text = base_text.replace("  primary: treated", "  primary: unstated").replace("    denominator: treated\n", "")
    text = text.replace("  success: 16", "  success: unstated").replace("    window_days: 7\n", "")
    path = tmp_path / "trial.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def overlay(protocol: Path, name: str, body: str, head: str = HEAD) -> Path:
    path = protocol.parent / f"{name}.yaml"
    path.write_text(f"{head}name: {name}\n{body}", encoding="utf-8")
    return path


def codes(protocol: Path, *overlays: Path) -> list[tuple[str, str]]:
    with pytest.raises(ProtocolError) as caught:
        load_protocol(protocol, overlays)
    return [(f.code, f.place.path) for f in caught.value.findings]


def test_an_assumption_fills_a_gap_and_says_so(protocol: Path) -> None:
    made = load_protocol(
        protocol, [overlay(protocol, "one", "assume: {sets.primary: registered, design.success: 16}\n")]
    )
    assert (made.sets.primary, made.design.success) == ("registered", 16)
    entry = made.provenance_of("sets.primary")
    assert entry is not None
    assert (entry.status, entry.assumed, entry.who, entry.overlay) == ("assumed", "because", "W", "one")
    assert (made.overlays, made.headings) == (("one",), ("assumed",))
    assert made.digest != load_protocol(protocol).digest
    assert load_protocol(protocol).sets.primary is None


@pytest.mark.parametrize("path, value", [("design.n1", 26), ("design.kind", "exploratory"), ("design", {"n": 36})])
def test_a_contradiction_is_refused(protocol: Path, path: str, value: object) -> None:
    given = overlay(protocol, "one", f"assume: {{{path}: {value}}}\n".replace("'", ""))
    assert codes(protocol, given) == [("A102", path)]


def test_an_option_that_the_source_profile_settles_is_contradicted_too(protocol: Path) -> None:
    first = overlay(protocol, "one", "assume: {tumour.override.confirmation_max_ne: 2}\n")
    assert codes(protocol, first) == [("A102", "tumour.override.confirmation_max_ne")]
    body = "departs: [{set: tumour.override.confirmation_max_ne, to: 2, why: on purpose}]\n"
    made = load_protocol(protocol, [overlay(protocol, "two", body)])
    assert made.response_options is not None
    assert made.response_options.confirmation_max_ne == 2


def test_agreeing_with_a_stated_value_is_no_contradiction_and_leaves_its_source(protocol: Path) -> None:
    made = load_protocol(protocol, [overlay(protocol, "one", "assume: {design.n1: 27}\n")])
    entry = made.provenance_of("design.n1")
    assert entry is not None
    assert entry.overlay is None


def test_a_departure_is_marked_and_needs_something_to_depart_from(protocol: Path) -> None:
    made = load_protocol(protocol, [overlay(protocol, "one", "departs: [{set: design.p1, to: 0.55, why: hope}]\n")])
    entry = made.provenance_of("design.p1")
    assert entry is not None
    assert (entry.departs, entry.assumed, str(made.design.p1)) == (True, "hope", "0.55")
    for path, to in [("sets.primary", "treated"), ("design.n1", "27")]:
        given = overlay(protocol, "two", f"departs: [{{set: {path}, to: {to}, why: x}}]\n")
        assert codes(protocol, given) == [("A103", path)]


def test_overlays_are_cumulative_and_contradict_each_other(protocol: Path) -> None:
    one = overlay(protocol, "one", "assume: {sets.primary: registered}\n")
    two = overlay(protocol, "two", "assume: {design.success: 16, tumour.calendar.window_days: 7}\n")
    other = overlay(protocol, "other", "assume: {sets.primary: treated}\n")
    made = load_protocol(protocol, [one, two])
    assert (made.sets.primary, made.design.success, made.overlays) == ("registered", 16, ("one", "two"))
    assert codes(protocol, one, other) == [("A102", "sets.primary")]


def test_an_extended_overlay_comes_first_and_once(protocol: Path) -> None:
    overlay(protocol, "base", "assume: {sets.primary: treated}\n")
    one = overlay(protocol, "one", "extends: base.yaml\nassume: {design.success: 16}\n")
    two = overlay(protocol, "two", "extends: base.yaml\nassume: {tumour.calendar.window_days: 3}\n")
    assert load_protocol(protocol, [one, two]).overlays == ("base", "one", "two")


def test_a_circle_a_missing_base_and_another_folder_are_refused(protocol: Path) -> None:
    one = overlay(protocol, "one", "extends: two.yaml\n")
    overlay(protocol, "two", "extends: one.yaml\n")
    assert codes(protocol, one) == [("A106", "extends")]
    assert codes(protocol, overlay(protocol, "three", "extends: absent.yaml\n")) == [("A105", "extends")]
    assert codes(protocol, overlay(protocol, "four", "extends: ../one.yaml\n")) == [("A108", "extends")]


def test_of_alternatives_the_first_drives_and_all_come_back(protocol: Path) -> None:
    head = HEAD + "alternatives: boundaries\n"
    nested = "procedures.tace: {response: failure, time_to_event: censor}"
    one = overlay(protocol, "one", f"assume: {{design.success: 16, {nested}}}\n", head)
    two = overlay(protocol, "two", f"assume: {{design.success: 17, {nested}}}\n", head)
    body = "departs: [{set: design.power, to: 0.7, why: lower}]\n"
    lower = overlay(protocol, "lower", body)
    named = load_alternatives(protocol, [one, two, lower])
    assert [(name, made.design.success, made.overlays) for name, made in named] == [
        ("one", 16, ("one", "lower")),
        ("two", 17, ("two", "lower")),
    ]
    assert load_protocol(protocol, [two, one, lower]).design.success == 17
    assert [name for name, _ in load_alternatives(protocol, [lower])] == ["TEST-01"]


@pytest.mark.parametrize(
    "body, code, path",
    [
        ("assume: {design.sucess: 16}\n", "A104", "design.sucess"),
        ("assume: {identity.id: X}\n", "A110", "identity.id"),
        ("assume: {identity.study_ids: [X]}\n", "A110", "identity.study_ids"),
        ("assume: {provenance: []}\n", "A110", "provenance"),
        ("assume: {sets.primary.more: x}\n", "A104", "sets.primary.more"),
        ("assume: {treatment.components.absent.every: 3 weeks}\n", "A107", "treatment.components.absent.every"),
        ("assume: {design.success: many}\n", "P204", "design.success"),
        ("assume: {sets.primary: unstated}\n", "P213", "assume.sets.primary"),
        ("asume: {}\n", "P201", "asume"),
        ("departs: [{set: design.n1}]\n", "P202", "departs.0.to"),
    ],
)
def test_faults_of_an_overlay_have_their_place_in_its_own_file(protocol: Path, body: str, code: str, path: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        load_protocol(protocol, [overlay(protocol, "one", body)])
    found = [f for f in caught.value.findings if (f.code, f.place.path) == (code, path)]
    assert found, str(caught.value)
    assert found[0].place.file == "one.yaml"
    assert found[0].place.line is not None
    assert "…" not in f"{found[0].found}{found[0].expected}{found[0].mend}"


def test_an_open_calendar_is_filled_as_a_whole_only(protocol: Path, base_text: str) -> None:
    start, end = base_text.index("  calendar:"), base_text.index("endpoints:")
    text = base_text[:start] + "  calendar: unstated\n" + base_text[end:]
    protocol.write_text(text, encoding="utf-8")
    half = overlay(protocol, "half", "assume: {tumour.calendar.window_days: 7}\n")
    assert codes(protocol, half) == [("A107", "tumour.calendar.window_days")]
    whole = overlay(protocol, "whole", "assume: {tumour.calendar: {phases: [{every: 8 weeks}]}}\n")
    assert value_at(load_protocol(protocol, [whole]), "tumour.calendar.phases.0.every") == "8 weeks"


def test_the_wrong_kind_of_file_or_another_trial_is_refused(protocol: Path) -> None:
    one = overlay(protocol, "one", "")
    assert codes(one)[0][0] == "A109"
    assert codes(protocol, protocol)[0][0] == "A109"
    assert codes(protocol, overlay(protocol, "two", "", HEAD.replace("TEST-01", "TEST-02"))) == [("A101", "for")]
    assert codes(protocol, protocol.parent / "absent.yaml")[0][0] == "P101"
