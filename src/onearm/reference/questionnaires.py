"""Which items of a questionnaire make which scale, which way it runs, and how many answers it needs.

Numbers and names of scales only: the wording of items belongs to its owners and is not here. A map is a CSV file with
one row a scale, so that another questionnaire is another file.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import lcm
from typing import Literal, NamedTuple, get_args

from onearm.errors import Finding, Place
from onearm.reference.analytes import Confirmation

Scoring = Literal["rising", "falling", "sum", "mean_of_scales", "sum_of_scales"]
"""``rising``: (RS − first) / (last − first) · 100, RS the mean of the answered items; ``falling``: 100 less that
(Fayers et al. 2001, EORTC QLQ-C30 scoring manual); ``sum``: RS times the number of items; ``mean_of_scales``: the mean
of other scales of the map, all of them needed, and ``sum_of_scales`` their sum. What is turned round is taken from the
sum of its lowest and highest value."""

COLUMNS = (
    "instrument", "version", "category", "item_code", "scale", "name", "items", "first_answer", "last_answer", "score",
    "min_items_answered", "higher_is", "mark", "note", "source",
)  # fmt: skip
"""Columns of a map, in any order."""

OF_SCALES = ("mean_of_scales", "sum_of_scales")
FINEST_PARTS = 10**11
"""More parts of a point than this do not fit into 64 bits with everything that is computed from them."""

_SHARED = ("instrument", "version", "category", "item_code")
_FILES = {"QLQ-C30": "qlq_c30.csv", "QLQ-HCC18": "qlq_hcc18.csv"}


class Member(NamedTuple):
    """An item by its number, or a scale by its code, and whether it is turned round before it is added."""

    name: str
    turned: bool


@dataclass(frozen=True)
class Scale:
    """One scale of a questionnaire."""

    code: str
    name: str
    members: tuple[Member, ...]
    """Items; of a score made of scales, scales."""
    first_answer: int
    last_answer: int
    """Lowest and highest answer of an item; both 0 for a score made of scales."""
    scoring: Scoring
    min_answered: int
    higher_is: Literal["better", "worse"]
    mark: Confirmation
    note: str
    source: str
    parts: int
    """A score is a whole number of 1/``parts`` points, exactly."""
    low: int
    high: int
    """Lowest and highest possible score, in points."""

    @property
    def items(self) -> tuple[int, ...]:
        """Item numbers; empty for a score made of scales."""
        return () if self.scoring in OF_SCALES else tuple(int(member.name) for member in self.members)


@dataclass(frozen=True)
class Questionnaire:
    """One questionnaire: its name, how the records name it and its items, its scales."""

    name: str
    version: str
    categories: tuple[str, ...]
    """QSCAT under which its answers come."""
    item_codes: tuple[str, ...]
    """QSTESTCD of an item, ``{item}`` standing for its number."""
    scales: tuple[Scale, ...]

    @property
    def items(self) -> dict[int, tuple[int, int]]:
        """Number of each item with its lowest and highest answer, in order."""
        ranges = {item: (scale.first_answer, scale.last_answer) for scale in self.scales for item in scale.items}
        return dict(sorted(ranges.items()))

    def item_of_code(self) -> dict[str, int]:
        """QSTESTCD → number of the item."""
        return {pattern.format(item=item): item for pattern in self.item_codes for item in self.items}

    @property
    def is_confirmed(self) -> bool:
        """Whether every scale is."""
        return all(scale.mark == "confirmed" for scale in self.scales)


@cache
def shipped_questionnaires() -> Mapping[str, Questionnaire]:
    """The maps that come with the package, by name: QLQ-C30 (version 3.0) and QLQ-HCC18.

    Items of QLQ-C30 are known as ``C3001`` … and by the codes of CDISC (codelist C161619: ``EOR0101`` … ``EOR0130``).
    """
    made = {}
    for name, file in _FILES.items():
        text = files("onearm.reference").joinpath(file).read_text(encoding="utf-8")
        questionnaire, findings = read_questionnaire(text, file)
        if questionnaire is None:
            raise ValueError(str(findings[0]))
        made[name] = questionnaire
    return made


def read_questionnaire(text: str, name: str) -> tuple[Questionnaire | None, list[Finding]]:
    """The questionnaire of a map, or every fault of it (P652 to P655, P662); ``name`` stands in the findings."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
    try:
        rows = list(reader)
        given = [column.strip() for column in reader.fieldnames or ()]
    except csv.Error as error:
        return None, [Finding("P653", Place(name), {"column": "the file", "found": str(error), "wanted": "a CSV file"})]
    findings = [
        Finding("P652", Place(name, path=column), {"column": column, "known": ", ".join(COLUMNS)})
        for column in [*(c for c in COLUMNS if c not in given), *(c for c in given if c not in COLUMNS)]
    ] + [_bad(name, 0, c, "twice", "each column once") for c, count in Counter(given).items() if count > 1]
    if not rows and not findings:
        findings.append(_bad(name, 0, "scale", "no row", "one row for each scale"))
    if findings:
        return None, findings
    cells = [{key: (value or "").strip() for key, value in row.items() if key} for row in rows]
    drafts: list[Scale] = []
    for number, (row, raw) in enumerate(zip(cells, rows, strict=True), start=2):
        if raw.get("") or None in raw.values():
            findings.append(_bad(name, number, "the row", "more or fewer cells than columns", "one cell a column"))
            continue
        faults = list(_row_faults(name, number, row, cells[0]))
        findings += faults
        if not faults:
            drafts.append(_draft(row))
    findings += _between_rows(name, drafts, len(rows))
    if findings:
        return None, findings
    scales, findings = _with_parts(name, drafts)
    if findings:
        return None, findings
    top = cells[0]
    return (
        Questionnaire(
            top["instrument"], top["version"], _split(top["category"]), _split(top["item_code"]), tuple(scales)
        ),
        [],
    )


def _bad(name: str, row: int, column: str, found: str, wanted: str) -> Finding:
    place = Place(name, path=column, row=row or None)
    return Finding("P653", place, {"column": column, "found": found, "wanted": wanted})


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _row_faults(name: str, number: int, row: dict[str, str], top: dict[str, str]) -> Iterator[Finding]:
    for column in ("instrument", "category", "item_code", "scale", "name", "items", "source"):
        if not row[column]:
            yield _bad(name, number, column, "nothing", "a value")
    for column in _SHARED:
        if row[column] != top[column]:
            yield _bad(name, number, column, row[column], f"what the first row says: {top[column]}")
    for pattern in _split(row["item_code"]):
        if not _is_pattern(pattern):
            yield _bad(name, number, "item_code", pattern, "a code with {item}, such as Q{item:02d}")
    for column, allowed in (
        ("score", get_args(Scoring)),
        ("higher_is", ("better", "worse")),
        ("mark", ("confirmed", "unconfirmed")),
    ):
        if row[column] not in allowed:
            yield _bad(name, number, column, row[column] or "nothing", "one of " + ", ".join(allowed))
    of_scales = row["score"] in OF_SCALES
    members = row["items"].split()
    needed = row["min_items_answered"]
    if not needed.isdecimal() or not 1 <= int(needed) <= len(members):
        yield _bad(name, number, "min_items_answered", needed, f"a whole number from 1 to {len(members)}")
    elif of_scales and int(needed) != len(members):
        yield _bad(name, number, "min_items_answered", needed, f"{len(members)}: a score of scales needs all of them")
    if of_scales:
        if row["first_answer"] or row["last_answer"]:
            yield _bad(name, number, "first_answer", row["first_answer"], "nothing: scales have a range of their own")
        return
    if not all(part.removeprefix("-").isdecimal() and len(part) <= 5 for part in members):
        yield _bad(
            name,
            number,
            "items",
            row["items"],
            "item numbers up to 9999 with blanks between, - before one to turn round",
        )
    first, last = row["first_answer"], row["last_answer"]
    if not (first.isdecimal() and last.isdecimal() and int(first) < int(last) <= 1000):
        yield _bad(name, number, "last_answer", f"{first} to {last}", "whole numbers, the first below the last")


def _is_pattern(pattern: str) -> bool:
    try:
        return pattern.format(item=1) != pattern.format(item=12)
    except (ValueError, KeyError, IndexError, AttributeError):
        return False


def _draft(row: dict[str, str]) -> Scale:
    members = tuple(Member(part.removeprefix("-"), part.startswith("-")) for part in row["items"].split())
    scoring: Scoring = row["score"]  # type: ignore[assignment]
    if scoring not in OF_SCALES:
        members = tuple(Member(str(int(member.name)), member.turned) for member in members)
    first, last = (int(row[name] or 0) for name in ("first_answer", "last_answer"))
    return Scale(
        row["scale"],
        row["name"],
        members,
        first,
        last,
        scoring,
        int(row["min_items_answered"]),
        row["higher_is"],  # type: ignore[arg-type]
        row["mark"],  # type: ignore[arg-type]
        row["note"],
        row["source"],
        parts=1,
        low=first * len(members) if scoring == "sum" else 0,
        high=last * len(members) if scoring == "sum" else 100,
    )


def _between_rows(name: str, scales: list[Scale], rows: int) -> Iterator[Finding]:
    """Each item in one scale, each code once, every scale of a mean in the map."""
    for code, count in Counter(scale.code for scale in scales).items():
        if count > 1:
            yield Finding("P655", Place(name), {"scale": code, "where": f"{count} rows of {name}"})
    owners: dict[int, list[str]] = {}
    for scale in scales:
        for item in scale.items:
            owners.setdefault(item, []).append(scale.code)
    for item, codes in sorted(owners.items()):
        if len(codes) > 1:
            yield Finding("P654", Place(name), {"item": str(item), "scales": ", ".join(codes)})
    plain = {scale.code for scale in scales if scale.scoring not in OF_SCALES}
    for scale in scales if len(scales) == rows else ():
        if scale.scoring in OF_SCALES:
            for member in scale.members:
                if member.name not in plain:
                    yield _bad(name, 0, "items", member.name, "the code of a scale of this map that is made of items")


def _with_parts(name: str, drafts: list[Scale]) -> tuple[list[Scale], list[Finding]]:
    """Each scale with the parts of a point in which its scores are whole, whatever was answered."""
    parts = {scale.code: _parts_of_items(scale) for scale in drafts if scale.scoring not in OF_SCALES}
    bounds = {scale.code: (scale.low, scale.high) for scale in drafts}
    done, findings = [], []
    for scale in drafts:
        own, (low, high) = parts.get(scale.code, 1), bounds[scale.code]
        if scale.scoring in OF_SCALES:
            # A mean lies between the means of the lowest and of the highest values: the sums are divided alike.
            own = lcm(*(parts[member.name] for member in scale.members))
            low, high = (sum(bounds[member.name][end] for member in scale.members) for end in (0, 1))
            if scale.scoring == "mean_of_scales":
                own *= len(scale.members)
                low, high = low // len(scale.members), -(-high // len(scale.members))
        if own * max(high, 1) > FINEST_PARTS * 100:
            findings.append(Finding("P662", Place(name), {"scale": scale.code, "count": str(len(scale.members))}))
        done.append(replace(scale, parts=own, low=low, high=high))
    return done, findings


def _parts_of_items(scale: Scale) -> int:
    counts = range(scale.min_answered, len(scale.members) + 1)
    return lcm(*(count * (1 if scale.scoring == "sum" else scale.last_answer - scale.first_answer) for count in counts))
