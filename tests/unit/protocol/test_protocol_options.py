"""Profiles never change; what the code does not act on is refused; overrides are judged where they stand."""

from __future__ import annotations

import hashlib
from importlib import resources

import pytest

from onearm.protocol import ProtocolError, load_protocol_text
from onearm.protocol.load import protocol_digest
from onearm.protocol.options import LATER_OPTIONS, NOT_YET_SUPPORTED, IrecistOptions, ResponseOptions
from onearm.protocol.paths import kind_at
from onearm.protocol.profile import profile_names, profile_options, supported_values
from onearm.protocol.variant import DECIDED_BY_CRITERION

FROZEN = {
    "mrecist-hcc-2026": "2cc51bbbe52b36a9aaf98bc26c9c8bdbb5b83905bca01aee80f6c20d9a1d71a1",
    "mrecist-hcc-5mm-2026": "90bc810253604f8013cfef6631faf1ba128d312e083780bc0c6d4d9cfbd49274",
    "recist-1.1-confirmed-2026": "e923effbea4d3baaa4d86aa9d5cd0a4bab2cbce6e5a173f06242dc390ae557a9",
    "recist-1.1-unconfirmed-2026": "4471455b142772121e9b15234c0e5651a62d64779d0aff55565d825e5280d553",
}
IRECIST = {
    option: [value for value in kind_at(IrecistOptions, [option]).__args__ if value != "not_used"]
    for option in IrecistOptions.model_fields
}


def override(base_text: str, line: str) -> str:
    return base_text.replace("    sd_min_days: 49\n", f"    {line}\n", 1)


def test_a_published_profile_never_changes() -> None:
    assert profile_names() == sorted(FROZEN)
    for name, digest in FROZEN.items():
        file = resources.files("onearm.protocol") / "profiles" / f"{name}.yaml"
        content = file.read_bytes().replace(b"\r\n", b"\n")
        assert hashlib.sha256(content).hexdigest() == digest, "publish a new profile instead of changing this one"


def test_a_profile_sets_every_option_to_a_supported_value() -> None:
    for name in profile_names():
        options = profile_options(name)
        assert set(options) == set(ResponseOptions.model_fields) - {"irecist"} - LATER_OPTIONS
        ResponseOptions.model_validate(options)
        assert not [option for option, refused in NOT_YET_SUPPORTED.items() if options[option] in refused]
    with pytest.raises(KeyError):
        profile_options("recist-1.0")


def test_the_two_profiles_of_recist_differ_in_confirmation_only() -> None:
    assert differing("recist-1.1-confirmed-2026", "recist-1.1-unconfirmed-2026") == {"confirmation", "pr_continues"}


def test_the_profiles_of_mrecist_differ_in_what_the_criterion_decides() -> None:
    assert differing("recist-1.1-confirmed-2026", "mrecist-hcc-2026") == set(DECIDED_BY_CRITERION)
    assert differing("mrecist-hcc-2026", "mrecist-hcc-5mm-2026") == {"pd_absolute_mm", "reappearance_absolute_mm"}


def differing(one: str, other: str) -> set[str]:
    first, second = profile_options(one), profile_options(other)
    return {option for option in first if first[option] != second[option]}


@pytest.mark.parametrize("option, value", [("nadir", "after_baseline"), ("several_readings", "best")])
def test_a_value_that_the_code_does_not_act_on_is_refused(
    base_text: str, option: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every value is acted on today; one that came without its code would be refused, not ignored."""
    assert not NOT_YET_SUPPORTED
    monkeypatch.setitem(NOT_YET_SUPPORTED, option, frozenset({value}))
    with pytest.raises(ProtocolError) as caught:
        load_protocol_text(override(base_text, f"{option}: {value}"))
    (finding,) = caught.value.findings
    assert (finding.code, finding.place.path) == ("P303", f"tumour.override.{option}")
    assert option in finding.found
    assert supported_values(option)
    for supported in supported_values(option):
        assert supported in finding.expected
        load_protocol_text(override(base_text, f'{option}: "{supported}"'))


@pytest.mark.parametrize("option", sorted(IRECIST))
def test_irecist_options_are_refused_until_the_criterion_is_supported(base_text: str, option: str) -> None:
    for value in IRECIST[option]:
        with pytest.raises(ProtocolError) as caught:
            load_protocol_text(base_text.replace("isd_minimum: not_used", f'{option}: "{value}"'))
        (finding,) = caught.value.findings
        assert (finding.code, finding.place.path) == ("P303", f"tumour.override.irecist.{option}")


@pytest.mark.parametrize("criterion", ["irecist"])
def test_other_criteria_are_refused(base_text: str, criterion: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        load_protocol_text(base_text.replace("criterion: recist-1.1", f"criterion: {criterion}"))
    assert [f.code for f in caught.value.findings] == ["P304"]


def test_overrides_change_the_profile_and_nothing_else(base_text: str) -> None:
    options = load_protocol_text(base_text).response_options
    assert options is not None
    profile = ResponseOptions.model_validate(profile_options("recist-1.1-confirmed-2026"))
    changed = {name for name in ResponseOptions.model_fields if getattr(options, name) != getattr(profile, name)}
    assert changed == {"sd_min_days", "pr_continues_over_ne"}
    assert (options.sd_min_days, options.pr_continues_over_ne) == (49, "no")


def test_an_open_criterion_leaves_the_options_open(base_text: str) -> None:
    start, end = base_text.index("  criterion:"), base_text.index("  calendar:")
    text = base_text[:start] + "  criterion: unstated\n" + base_text[end:]
    assert load_protocol_text(text).response_options is None


def test_an_option_that_came_later_leaves_the_digest_of_older_protocols_alone(base_text: str) -> None:
    plain = load_protocol_text(base_text)
    options = plain.response_options
    assert options is not None
    assert options.marker_window_days == 14
    for days, same in (("14", False), ("15", False)):
        written = load_protocol_text(
            base_text.replace("    sd_min_days: 49\n", f"    sd_min_days: 49\n    marker_window_days: {days}\n", 1)
        )
        assert (written.digest == plain.digest) == same
    content = {name: value for name, value in options.model_dump().items() if name not in LATER_OPTIONS}
    older = plain.model_copy(update={"response_options": type(options).model_validate(content)})
    assert protocol_digest(older) == plain.digest
