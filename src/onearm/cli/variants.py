"""Options that say how the records are read otherwise than the protocol says, and how that is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import click

from onearm.cli.options import Command

if TYPE_CHECKING:
    from onearm.derive import Derived
    from onearm.protocol.variant import RuleSet, Source, Variant
    from onearm.records import Records

VARIANT_SCHEMA = "onearm.variant/1"
"""Schema of variant.json."""
RULE_SETS = ("recist", "arithmetic", "admiral", "protocol")


def evaluator_option(command: Command) -> Command:
    """``--evaluator NAME``: whose reading is taken."""
    return click.option(
        "--evaluator",
        metavar="NAME",
        help="Whose reading: investigator, independent or adjudicator, or one reader of them as EVALUATOR:READER "
        "(such as 'independent:RADIOLOGIST 1'); without it, the protocol's.",
    )(command)


def source_option(command: Command) -> Command:
    """``--response-source``: the lesions, or what was entered."""
    return click.option(
        "--response-source",
        "source",
        type=click.Choice(["reported", "derived"]),
        help="derived: responses follow from the lesions (TR, TU); reported: those entered in RS; without it, the "
        "protocol's.",
    )(command)


def rules_option(command: Command) -> Command:
    """``--rules``: the rule set."""
    return click.option(
        "--rules",
        type=click.Choice(RULE_SETS),
        default="protocol",
        show_default=True,
        help="recist: the papers and the working group; arithmetic: the tables alone; admiral: as the R package does; "
        "protocol: the protocol's own options.",
    )(command)


def set_option(command: Command) -> Command:
    """``--set KEY=VALUE``: single options."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="KEY=VALUE",
        help="Override one response option; may be given several times. With --rules admiral also ref_start_window, "
        "ref_confirm, max_nr_ne and accept_sd.",
    )(command)


def read_variant(
    records: Records,
    rules: RuleSet | Literal["every"],
    source: Source | None,
    evaluator: str | None,
    settings: tuple[str, ...],
) -> Variant:
    """What the options say; ``every`` lets the options of all rule sets in. Raises UsageError for one that means
    nothing in these records."""
    from onearm.derive.readers import find_reading
    from onearm.protocol.variant import Variant, parse_settings

    chosen, admiral = parse_settings(rules, settings)
    who, reader = (None, None) if evaluator is None else find_reading(records, evaluator)
    own: RuleSet = "protocol" if rules == "every" else rules
    return Variant(rules=own, source=source, evaluator=who, reader=reader, settings=chosen, admiral=admiral)


def describe_variant(derived: Derived) -> dict[str, Any]:
    """How the records were read: what was set by hand, and every option in force."""
    variant, options = derived.variant, derived.protocol.response_options
    in_force: Mapping[str, object] = {} if options is None else options.model_dump(exclude={"irecist"}, mode="json")
    return {
        "schema": VARIANT_SCHEMA,
        "protocol": {"id": derived.protocol.identity.id, "digest": derived.protocol.digest},
        "rules": variant.rules,
        "response_source": in_force.get("response_source"),
        "evaluator": in_force.get("evaluator"),
        "reader": variant.reader,
        "set": variant.describe(),
        "options": dict(in_force),
        "admiral": variant.admiral.model_dump() if variant.rules == "admiral" else None,
    }


def variant_line(variant: Variant) -> str:
    """What was set by hand, in one line; empty where the protocol is read as it stands."""
    given = variant.describe()
    return "" if not given else "Read otherwise than the protocol: " + ", ".join(f"{k}={v}" for k, v in given.items())
