"""By how much does each option move the response rate of one example? Counted, by deriving the example each way."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

from page_makers.option_example import CUTOFF, example_tables

ROOT = Path(__file__).parent.parent.parent
NUMBERS: dict[str, tuple[str, ...]] = {
    "baseline_window_days": ("14",),
    "too_small_mm": ("3",),
    "too_small_node_mm": ("10",),
    "node_normal_below_mm": ("15",),
    "pd_absolute_mm": ("0",),
    "reappearance_absolute_mm": ("0",),
    "marker_window_days": ("3",),
    "confirmation_min_days": ("42", "70"),
    "confirmation_max_ne": ("0", "2"),
    "confirmation_max_sd": ("1",),
    "sd_min_days": ("42", "84"),
}
"""Other values that the example is derived with, for options that are numbers."""

OVERRIDE = "{partial_dates: first_day, several_readings: worst}"
"""Where the profile refuses, the example starts from a value that does not."""


class Effect(NamedTuple):
    """One option at another value: how many patients change, and the rate then."""

    value: str
    responders: int
    gained: int
    lost: int
    moved_best: int
    moved_times: int


class Example(NamedTuple):
    """The example as its profile has it, and every effect by option."""

    n: int
    responders: int
    effects: dict[str, list[Effect]]


@lru_cache(maxsize=1)
def derive_example() -> Example:
    """Derive a made-up trial, in which every rule has something to do, once for each value of each option."""
    from onearm.derive import derive_variants
    from onearm.protocol import load_protocol_text
    from onearm.protocol.options import ResponseOptions
    from onearm.protocol.profile import supported_values
    from onearm.protocol.variant import MAIN, Variant
    from onearm.records import Records

    file = ROOT / "tests" / "data" / "protocols" / "made-up.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(f"  override: {OVERRIDE}\n" if "override:" in line else line for line in lines)
    protocol = load_protocol_text(text, file.name)
    options = protocol.response_options
    assert options is not None
    settings: list[tuple[str, str]] = []
    for name, field in ResponseOptions.model_fields.items():
        choices = get_args(field.annotation)
        if name in NUMBERS:
            settings += [(name, value) for value in NUMBERS[name]]
        elif choices and all(isinstance(choice, str) for choice in choices):
            own = getattr(options, name)
            settings += [(name, value) for value in supported_values(name) if value not in (own, "refuse")]
    records = Records.from_tables(example_tables())
    variants = [MAIN, *(Variant(settings=(setting,)) for setting in settings)]
    main, *others = derive_variants(protocol, records, CUTOFF, variants)
    before, best_before, times_before = _responders(main), _best(main), _times(main)
    effects: dict[str, list[Effect]] = {}
    for (name, value), derived in zip(settings, others, strict=True):
        after, best, times = _responders(derived), _best(derived), _times(derived)
        effects.setdefault(name, []).append(
            Effect(
                value,
                len(after),
                len(after - before),
                len(before - after),
                sum(best.get(subject) != category for subject, category in best_before.items()),
                len({key[0] for key in times_before.keys() | times.keys() if times_before.get(key) != times.get(key)}),
            )
        )
    return Example(int((main.adsl["TRTFL"] == "Y").sum()), len(before), effects)


def _parameter(derived: Any) -> str:
    return "CBOR" if derived.protocol.response_options.confirmation == "required" else "BOR"


def _best(derived: Any) -> dict[str, str]:
    rows = derived.adrs.filter(derived.adrs["PARAMCD"] == _parameter(derived))
    treated = set(derived.adsl.filter(derived.adsl["TRTFL"] == "Y")["USUBJID"])
    return {subject: value for subject, value in rows.select("USUBJID", "AVALC").iter_rows() if subject in treated}


def _responders(derived: Any) -> set[str]:
    return {subject for subject, value in _best(derived).items() if value in ("CR", "PR")}


def _times(derived: Any) -> dict[tuple[str, str], tuple[object, ...]]:
    rows = derived.adtte.select("USUBJID", "PARAMCD", "AVAL", "CNSR").iter_rows()
    return {(subject, name): (value, censored) for subject, name, value, censored in rows}
