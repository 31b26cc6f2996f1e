"""The page that counts where the rule sets part: every sequence of one to four overall responses, 28 days apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

from page_makers.markdown import page

RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")
START = dt.date(2024, 1, 1)
CUT = dt.date(2024, 12, 31)
SPACING_DAYS = 28
PROTOCOL = """
onearm: 1
identity: {id: SEQUENCES, title: Every sequence of overall responses}
population: {disease: any}
treatment: {components: [{id: drug, name: Drug, kind: drug}]}
tumour: {criterion: recist-1.1, profile: recist-1.1-confirmed-2026, override: {sd_min_days: 42}}
endpoints:
  orr: {kind: response_rate, name: ORR, role: primary, denominator: treated}
sets: {primary: treated}
design: {kind: exploratory}
"""

EXPLAINED = {
    (
        "PD",
        "SD",
    ): "Whatever is less than CR after a CR means that disease is there again: PD. The package keeps the CR, "
    "or a response that was not confirmed, as SD.",
    ("PD", "NON-CR/NON-PD"): "The same; the package finds Non-CR/Non-PD late enough for its window, the CR too early.",
    ("PD", "PR"): "The same; the package starts again from the PR and finds it confirmed. A CR that was none should be "
    "corrected to PR in the records.",
    ("PD", "CR"): "The same; the package starts again from a later CR.",
    ("SD", "PR"): "The same, where an earlier reading or the CR itself already is stable disease for long enough.",
    ("PR", "SD"): "A CR too early to confirm stands between the two PR: by the tables PR is confirmed by PR or CR; the "
    "package wants no PR after the CR of such a pair.",
}
"""What stands behind each change of category, from the first rule set to the package."""

COMPARISONS = (
    ("recist", 28, "`recist` and `admiral`, both with their defaults (28 days to confirm, 42 days for stable disease)"),
    ("arithmetic", 28, "`arithmetic` and `admiral`, the same days"),
    ("arithmetic", 56, "`arithmetic` and `admiral`, both with 56 days to confirm"),
)


class Kind(NamedTuple):
    """The sequences that change in one way."""

    count: int
    moved: int
    """How many of them change the status as responder."""
    example: str


def rule_set_differences_page() -> str:
    """Counts by kind of difference, an example of each, and why. LookupError for a kind without explanation."""
    lines = [
        "# Where the rule sets part",
        "",
        "Every sequence of one to four overall responses (CR, PR, SD, Non-CR/Non-PD, PD, NE), 28 days apart: 1,554",
        "patients whose responses were entered by a reader. Counted by running both rule sets;",
        "[what each rule set is](../explanation/rule-sets.md).",
    ]
    for name, days, title in COMPARISONS:
        kinds, n = _count(name, days)
        n_kinds = sum(kind.count for kind in kinds.values())
        n_moved = sum(kind.moved for kind in kinds.values())
        lines += [
            "",
            f"## {title}",
            "",
            f"{n_kinds} of {n:,} categories differ, {n_moved} of them in the status as responder.",
        ]
        if kinds:
            lines += [
                "",
                f"| `{name}` | `admiral` | sequences | responder status | example | why |",
                "|---|---|---|---|---|---|",
            ]
            lines += [
                f"| {one} | {other} | {kind.count} | {kind.moved} | {kind.example} | {EXPLAINED[one, other]} |"
                for (one, other), kind in sorted(kinds.items(), key=lambda entry: (-entry[1].count, entry[0]))
            ]
    return page(lines)


def _count(name: str, days: int) -> tuple[Mapping[tuple[str, str], Kind], int]:
    from onearm.estimates.rule_sets import compare_rules
    from onearm.protocol.load import load_protocol_text
    from onearm.protocol.variant import AdmiralOptions, Variant

    base = Variant(
        source="reported",
        settings=(("confirmation_min_days", str(days)),),
        admiral=AdmiralOptions(ref_confirm=days),
    )
    sets = (name, "admiral")
    found = compare_rules(load_protocol_text(PROTOCOL, "sequences.yaml"), _records(), CUT, base, sets)  # type: ignore[arg-type]
    if found is None:
        raise LookupError("the protocol of the sequences has no criterion")
    ours, package = (result.patients for result in found.results)
    kinds: dict[tuple[str, str], Kind] = {}
    for subject in found.changed:
        one, other = ours[subject], package[subject]
        key = one.category, other.category
        if key not in EXPLAINED:
            raise LookupError(f"no explanation of {key} between {name} and admiral")
        before = kinds.get(key, Kind(0, 0, ", ".join(visit.response for visit in other.responses)))
        moved = int(one.responder != other.responder)
        kinds[key] = before._replace(count=before.count + 1, moved=before.moved + moved)
    return kinds, len(ours)


def _records() -> object:
    import polars as pl

    from onearm.records import Records

    sequences = [sequence for length in range(1, 5) for sequence in product(RESPONSES, repeat=length)]
    names = [f"S{number:04d}" for number in range(1, len(sequences) + 1)]
    rows = [
        (
            "SEQUENCES",
            name,
            str(at),
            "OVRLRESP",
            word,
            str(at),
            (START + dt.timedelta(days=SPACING_DAYS * at)).isoformat(),
        )
        for name, sequence in zip(names, sequences, strict=True)
        for at, word in enumerate(sequence, start=1)
    ]
    columns = ("STUDYID", "USUBJID", "RSSEQ", "RSTESTCD", "RSSTRESC", "VISITNUM", "RSDTC")
    subjects = pl.DataFrame({"USUBJID": names}).with_columns(
        STUDYID=pl.lit("SEQUENCES"), RFICDTC=pl.lit(None, dtype=pl.String), RFSTDTC=pl.lit(START.isoformat())
    )
    return Records.from_tables({"DM": subjects, "RS": pl.DataFrame(rows, schema=columns, orient="row")})
