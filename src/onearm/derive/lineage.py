"""Lesions that fell apart or grew together: their rows are read as rows of the lesions that were chosen at baseline.

Fragments (``T01.1``, ``T01.2``; or TUTESTCD TUSPLIT with the parent in TUGRPID) count together as their parent. A
merged mass (``T01/T02`` with TUTESTCD TUMERGE) counts as its first parent; the others are MERGED.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from onearm.derive.cells import SAID, WORDS_FROM_BEST_TO_WORST
from onearm.derive.days import DayReader
from onearm.derive.lesion_rows import (
    LDIAM,
    NEW,
    NO_LENGTH,
    SAXIS,
    TARGET,
    TUMOUR_STATES,
    TUMSTATE,
    UNSAID,
    LesionRows,
)
from onearm.derive.sites import NODE
from onearm.errors import Finding, Place
from onearm.protocol.options import ResponseOptions
from onearm.units import tenth_mm

_FRAGMENT = re.compile(r"^(?P<parent>.+)\.\d+$")
_COUNT_NOTHING = (SAID["ABSENT"], SAID["MERGED"])

Lesion = tuple[int, int]
"""Subject and name, as numbers."""


class Entry(NamedTuple):
    """One row that speaks of a lesion."""

    place: int
    """Among the rows."""
    test: int
    said: int
    length: int


class Lineage(NamedTuple):
    """Whose part each fragment is, and of which lesions each merged mass was made."""

    parent: dict[Lesion, Lesion]
    merged: dict[Lesion, tuple[Lesion, ...]]


def find_lineage(lesions: pl.DataFrame, subjects: pl.Enum, names: tuple[str, ...]) -> Lineage:
    """The fragments and merged masses that a lesion list (TU) names."""
    code = {name: place for place, name in enumerate(names)}
    number = {name: place for place, name in enumerate(subjects.categories)}
    parts = lesions.filter(
        pl.col("TUTESTCD").is_in(["TUSPLIT", "TUMERGE"]) | pl.col("TULNKID").str.contains(_FRAGMENT.pattern)
    )
    parent: dict[Lesion, Lesion] = {}
    merged: dict[Lesion, tuple[Lesion, ...]] = {}
    if not parts.height:
        return Lineage(parent, merged)
    known = set(lesions.select("USUBJID", "TULNKID").unique().iter_rows())
    for subject, name, test, group in parts.select("USUBJID", "TULNKID", "TUTESTCD", "TUGRPID").iter_rows():
        who = number[subject]
        match = _FRAGMENT.match(name)
        written = group if test == "TUSPLIT" and (subject, group) in known and group != name else None
        above = written or (match["parent"] if match else None)
        made_of = name.split("/")
        if above is not None and (subject, above) in known:
            parent[who, code[name]] = (who, code[above])
        elif test == "TUMERGE" and len(made_of) > 1 and all((subject, one) in known for one in made_of):
            merged[who, code[name]] = tuple((who, code[one]) for one in made_of)
    return Lineage(parent, merged)


def trace_lineage(rows: LesionRows, lineage: Lineage, options: ResponseOptions, reader: DayReader) -> LesionRows:
    """The rows with fragments summed under their parents and merged masses under their first one.

    Lengths of fragments add up, test by test; one too small to measure adds the protocol's default. A parent is not
    evaluable while a fragment of it is, or is not read (D082). Finding D081: a lesion read as a whole and in parts.
    """
    if not (lineage.parent or lineage.merged):
        return rows
    return _Rewrite(rows, lineage, options, reader).rows()


class _Rewrite:
    """One pass over the rows of split and merged lesions; all others stay untouched."""

    def __init__(self, rows: LesionRows, lineage: Lineage, options: ResponseOptions, reader: DayReader) -> None:
        self._rows, self._lineage, self._options, self._reader = rows, lineage, options, reader
        self._dropped: set[int] = set()
        self._added: list[tuple[int, int, int, int, int]] = []
        """Index of the row that stands for it, name, test, word, length."""
        concerned = {*lineage.parent, *lineage.parent.values(), *lineage.merged}
        concerned |= {lesion for made_of in lineage.merged.values() for lesion in made_of}
        n_names = max(1, len(rows.lesion_names))
        keys = np.array(sorted(subject * n_names + name for subject, name in concerned), np.int64)
        self._at: dict[tuple[Lesion, int], list[Entry]] = defaultdict(list)
        """The entries of each lesion concerned at each visit."""
        for index in np.flatnonzero(np.isin(rows.subject * n_names + rows.lesion, keys)):
            i = int(index)
            lesion = (int(rows.subject[i]), int(rows.lesion[i]))
            entry = Entry(i, int(rows.test[i]), int(rows.said[i]), int(rows.length[i]))
            self._at[lesion, int(rows.visit[i])].append(entry)

    def rows(self) -> LesionRows:
        for mass, made_of in self._lineage.merged.items():
            for visit in self._visits(mass):
                self._merge(mass, made_of, visit)
        fragments: dict[Lesion, list[Lesion]] = defaultdict(list)
        for fragment, parent in self._lineage.parent.items():
            fragments[parent].append(fragment)
        for parent, parts in sorted(fragments.items()):
            seen: set[Lesion] = set()
            for visit in sorted({v for part in parts for v in self._visits(part)}, key=lambda v: self._day(parts, v)):
                self._sum(parent, sorted(parts), visit, seen)
        return self._built()

    def _visits(self, lesion: Lesion) -> list[int]:
        return [visit for one, visit in self._at if one == lesion]

    def _day(self, lesions: Iterable[Lesion], visit: int) -> int:
        entries = [entry for lesion in lesions for entry in self._at.get((lesion, visit), [])]
        return min(int(self._rows.day[entry.place]) for entry in entries)

    def _kind(self, entries: list[Entry]) -> int:
        return int(self._rows.kind[entries[0].place])

    def _merge(self, mass: Lesion, made_of: tuple[Lesion, ...], visit: int) -> None:
        entries, (first, *others) = self._at[mass, visit], made_of
        self._refuse_twice(first, visit, entries)
        for lesion in made_of:
            self._dropped |= {entry.place for entry in self._at.get((lesion, visit), [])}
        for entry in entries:
            self._dropped.add(entry.place)
            self._added.append((entry.place, first[1], entry.test, entry.said, entry.length))
        for _, name in others:
            self._added.append((entries[0].place, name, TUMSTATE, SAID["MERGED"], NO_LENGTH))

    def _sum(self, parent: Lesion, parts: list[Lesion], visit: int, seen: set[Lesion]) -> None:
        read = {part: self._at[part, visit] for part in parts if (part, visit) in self._at}
        entries = [entry for one in read.values() for entry in one]
        kind = self._kind(entries)
        if kind == NEW:
            return
        self._refuse_twice(parent, visit, entries)
        own = self._at.get((parent, visit), [])
        self._dropped |= {entry.place for entry in (*entries, *own)}
        words = {part: _word(one) for part, one in read.items()}
        unread = sorted(seen - set(read))
        if unread:
            self._report("D082", parent, visit, entries[0].place)
        seen |= set(read)
        if kind != TARGET:
            told = [word for word in words.values() if word != UNSAID] + [SAID["NOT EVALUABLE"]] * len(unread)
            worst = max(told, key=lambda w: WORDS_FROM_BEST_TO_WORST.index(TUMOUR_STATES[w]), default=UNSAID)
            self._added.append((entries[0].place, parent[1], TUMSTATE, worst, NO_LENGTH))
            return
        self._sum_targets(parent, read, words, is_whole=not unread)

    def _sum_targets(
        self, parent: Lesion, read: dict[Lesion, list[Entry]], words: dict[Lesion, int], *, is_whole: bool
    ) -> None:
        index, name = next(entry.place for one in read.values() for entry in one), parent[1]
        for unknown in (SAID["TREATED"], SAID["NOT EVALUABLE"]):
            if unknown in words.values() or (unknown == SAID["NOT EVALUABLE"] and not is_whole):
                self._added.append((index, name, TUMSTATE, unknown, NO_LENGTH))
                return
        said = list(words.values())
        lengths = [
            entry for one in read.values() for entry in one if entry.test < TUMSTATE and entry.length != NO_LENGTH
        ]
        n_small = said.count(SAID["TOO SMALL TO MEASURE"])
        if not lengths and (n_small <= 1 and UNSAID not in said):
            word = SAID["TOO SMALL TO MEASURE"] if n_small else SAID["ABSENT"]
            self._added.append((index, name, TUMSTATE, word, NO_LENGTH))
            return
        n_names = max(1, len(self._rows.lesion_names))
        site = int(self._rows.sites.of(np.array([parent[0] * n_names + name]))[0])
        small = self._options.too_small_node_mm if site & NODE else self._options.too_small_mm
        tests = sorted({entry.test for entry in lengths}) or [SAXIS if site & NODE else LDIAM]
        complete = [test for test in tests if all(_has(one, test, words[part]) for part, one in read.items())]
        for test in complete:
            total = sum(_length(one, test, words[part], tenth_mm(small)) for part, one in read.items())
            source = next((entry.place for entry in lengths if entry.test == test), index)
            self._added.append((source, name, test, UNSAID, total))
        if not complete:
            self._added.append((index, name, TUMSTATE, SAID["NOT EVALUABLE"], NO_LENGTH))

    def _refuse_twice(self, lesion: Lesion, visit: int, parts: list[Entry]) -> None:
        """Finding D081 where a lesion is measured at a visit both as a whole and as what it became."""
        own = self._at.get((lesion, visit), [])
        if any(entry.length > 0 for entry in own) and any(entry.length > 0 for entry in parts):
            self._report("D081", lesion, visit, own[0].place)

    def _report(self, code: str, lesion: Lesion, visit: int, index: int) -> None:
        rows = self._rows
        values = {"lesion": rows.lesion_names[lesion[1]], "visit": rows.visit_numbers[visit]}
        subject = self._reader.subjects.categories[lesion[0]]
        place = Place("TR", path="TRLNKID", row=int(rows.row[index]), subject=subject)
        self._reader.findings.append(Finding(code, place, values, "error" if code == "D081" else "warning"))

    def _built(self) -> LesionRows:
        rows = self._rows
        kept = np.ones(len(rows.subject), np.bool_)
        kept[sorted(self._dropped)] = False
        index = np.array([one[0] for one in self._added], np.int64)
        new = {
            "lesion": np.array([one[1] for one in self._added], np.int64),
            "test": np.array([one[2] for one in self._added], np.int64),
            "said": np.array([one[3] for one in self._added], np.int8),
            "length": np.array([one[4] for one in self._added], np.int32),
        }
        columns = ("subject", "visit", "kind", "lesion", "test", "said", "length", "day", "row", "text", "is_pet")
        joined: dict[str, Any] = {}
        for name in columns:
            old = getattr(rows, name)
            joined[name] = np.concatenate([old[kept], new.get(name, old[index])])
        return rows._replace(**joined)


def _word(entries: list[Entry]) -> int:
    """The word about a fragment; ABSENT for a length of zero, NOT EVALUABLE where nothing was read."""
    said = [entry.said for entry in entries if entry.test == TUMSTATE and entry.said != UNSAID]
    if said:
        return said[0]
    lengths = [entry.length for entry in entries if entry.test < TUMSTATE and entry.length != NO_LENGTH]
    return UNSAID if lengths else SAID["NOT EVALUABLE"]


def _has(entries: list[Entry], test: int, word: int) -> bool:
    measured = any(entry.test == test and entry.length != NO_LENGTH for entry in entries)
    return measured or word in (*_COUNT_NOTHING, SAID["TOO SMALL TO MEASURE"])


def _length(entries: list[Entry], test: int, word: int, too_small: int) -> int:
    lengths = [entry.length for entry in entries if entry.test == test and entry.length != NO_LENGTH]
    if lengths and not (lengths[0] == 0 and word == SAID["TOO SMALL TO MEASURE"]):
        return lengths[0]
    return too_small if word == SAID["TOO SMALL TO MEASURE"] else 0
