"""Options that act on lesions do nothing where the responses were entered, and the others are not named with them."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

from small_patients import PROTOCOL

from onearm.derive import Derived, derive_variants
from onearm.derive.inert import READ_FROM_LESIONS
from onearm.protocol import load_protocol
from onearm.protocol.options import ResponseOptions
from onearm.protocol.profile import supported_values
from onearm.protocol.variant import Variant
from onearm.records import Records

sys.path.insert(0, str(Path(__file__).parents[3] / "docs"))
from page_makers.option_effects import NUMBERS
from page_makers.option_example import CUTOFF, example_tables

ACT_ON_ENTRIES = {
    "reference_date", "reappearance_after_overall_cr", "confirmation", "confirmation_min_days", "confirmation_scan",
    "confirmation_max_ne", "confirmation_max_sd", "cr_then_lesser", "sd_min_days", "unconfirmed_response_as_sd",
    "response_after_new_therapy", "no_assessment", "early_death", "count_start_day",
}  # fmt: skip


@lru_cache(maxsize=1)
def _derived() -> dict[tuple[str, str], Derived]:
    """The example with entered responses as the source, under every value of every option concerned."""
    settings = [("response_source", "reported")]
    for name in (field for field in ResponseOptions.model_fields if field in READ_FROM_LESIONS | ACT_ON_ENTRIES):
        values = NUMBERS.get(name) or supported_values(name)
        settings += [(name, value) for value in values if value != "refuse"]
    variants = [Variant(source="reported", settings=(("partial_dates", "first_day"), setting)) for setting in settings]
    found = derive_variants(load_protocol(PROTOCOL), Records.from_tables(example_tables()), CUTOFF, variants)
    return dict(zip(settings, found, strict=True))


def _moved() -> set[str]:
    derived = _derived()
    main = derived["response_source", "reported"]
    return {
        name
        for (name, _), found in derived.items()
        if not (found.adrs.equals(main.adrs) and found.adtte.equals(main.adtte))
    }


def test_no_option_that_is_named_as_inert_moves_anything() -> None:
    assert not _moved() & READ_FROM_LESIONS


def test_the_example_shows_the_others_at_work() -> None:
    assert ACT_ON_ENTRIES - _moved() <= {"no_assessment", "cr_then_lesser"}
