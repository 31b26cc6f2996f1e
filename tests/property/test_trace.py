"""Trace tells the truth: what changes when a source cell is edited was read from that row, and the rows that are
said to decide a value do decide it.

There are 2,000 random edits in ten parts, so that the parts spread over the cores; ONEARM_EDITS sets another number.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest
from records_strategy import CUTOFF, draw_edit, made_up_trial

from onearm.derive import Derived, derive, trace
from onearm.errors import FindingsError, UsageError
from onearm.protocol import Protocol
from onearm.protocol.load import load_protocol
from onearm.records import Records

PROTOCOL = Path(__file__).parent.parent / "data" / "protocols" / "made-up.yaml"
EDITS_A_TRIAL = 60
PARTS = 10


class Value(NamedTuple):
    """What trace is asked for."""

    parameter: str
    subject: str
    visitnum: str | None
    lesion: str | None


class Trial(NamedTuple):
    records: Records
    derived: Derived


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_protocol(PROTOCOL)


def _values(derived: Derived) -> dict[tuple[Value, str], object]:
    """Every derived cell, by the value it belongs to and its column."""
    cells: dict[tuple[Value, str], object] = {}
    for row in derived.adsl.iter_rows(named=True):
        for name, cell in row.items():
            cells[Value(name, row["USUBJID"], None, None), ""] = cell
    for table in (derived.adrs, derived.adtte, derived.adtr):
        for row in table.iter_rows(named=True):
            of_visit = row["PARAMCD"] in VISIT_KINDS
            lesion = row.get("LNKID") if row["PARAMCD"] in ("LDIAM", "SAXIS") else None
            value = Value(row["PARAMCD"], row["USUBJID"], row["VISITNUM"] if of_visit else None, lesion)
            for name, cell in row.items():
                cells[value, name] = cell
    return cells


VISIT_KINDS = ("TRGRESP", "NTRGRESP", "NEWLRESP", "OVRLRESP", "OVRLARIT", "SUMDIAM", "LDIAM", "SAXIS")
KINDS = (
    *VISIT_KINDS,
    *("BOR", "CBOR", "OS", "PFS", "PFSLIT", "DOR", "DORFDA", "TTR"),
    *("REGFL", "TRTFL", "ELIGFL", "EVALFL", "REGDT", "REGSEQ", "TRTSDT", "TRTEDT", "EOTDT", "EOTREAS", "EOSDT"),
    *(
        "EOSREAS",
        "DTHDT",
        "LSTALVDT",
        "NTHERDT",
        "PROCDT",
        "PROCDECOD",
        "WINENDT",
        "BLDT",
        "NTARGET",
        "BLSUM",
        "RFICDT",
    ),
)
"""Every kind of derived value."""


def _changed(before: Derived, after: Derived) -> set[Value]:
    one, other = _values(before), _values(after)
    return {key[0] for key in one.keys() | other.keys() if one.get(key, "absent") != other.get(key, "absent")}


def _read(trial: Trial, value: Value) -> set[tuple[str, int]]:
    try:
        found = trace(trial.derived, trial.records, value.parameter, value.subject, value.visitnum, value.lesion)
    except UsageError:
        # Not there on this side of the edit; that it is not follows from what the subject's course was read from.
        found = trace(trial.derived, trial.records, "EVALFL", value.subject)
    assert {(row.domain, row.row) for row in found.decided_by} <= {(row.domain, row.row) for row in found.read}
    return {(row.domain, row.row) for row in found.read}


def _derive(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> Trial | None:
    """None where the edited records are refused: then nothing is derived that could be wrong."""
    try:
        records = Records.from_tables(tables)
        return Trial(records, derive(protocol, records, CUTOFF))
    except FindingsError:
        return None


def _check_edits(protocol: Protocol, n_edits: int, seed: int) -> int:
    """Makes edits, of which only those that leave valid records count; gives the number of values that changed."""
    rng = np.random.default_rng(seed)
    made, n_changed, trial_seed = 0, 0, seed * 1000
    while made < n_edits:
        tables = made_up_trial(trial_seed)
        before = _derive(protocol, tables)
        assert before is not None, f"the made-up trial {trial_seed} is not valid"
        trial_seed += 1
        for _ in range(min(EDITS_A_TRIAL, n_edits - made)):
            after = None
            while after is None:
                edit = draw_edit(tables, rng)
                after = None if edit is None else _derive(protocol, edit[2])
            made += 1
            assert edit is not None
            row = (edit[0], edit[1] + 2)
            for value in sorted(_changed(before.derived, after.derived), key=str):
                n_changed += 1
                assert row in _read(before, value) | _read(after, value), f"trial {trial_seed - 1}, {row}: {value}"
    return n_changed


@pytest.mark.parametrize("part", range(PARTS))
def test_every_changed_value_was_read_from_the_edited_row(protocol: Protocol, part: int) -> None:
    n_edits = int(os.environ.get("ONEARM_EDITS") or 2000) // PARTS
    assert _check_edits(protocol, n_edits, seed=1 + part) > n_edits // 4


@cache
def _made_up(trial_seed: int) -> tuple[dict[str, pl.DataFrame], Trial]:
    tables = made_up_trial(trial_seed)
    trial = _derive(load_protocol(PROTOCOL), tables)
    assert trial is not None
    return tables, trial


def _filled(derived: Derived, kind: str) -> list[Value]:
    """The values of a kind that say something; a missing one is decided by what is not there."""
    cells = _values(derived)
    return sorted(
        {value for (value, _), cell in cells.items() if value.parameter == kind and cell is not None}, key=str
    )


def _decides(protocol: Protocol, kind: str) -> bool:
    """Whether some edit of a row that decides a value of this kind changes that value."""
    rng = np.random.default_rng(KINDS.index(kind))
    for trial_seed in range(30):
        tables, before = _made_up(trial_seed)
        for value in _filled(before.derived, kind)[:4]:
            found = trace(before.derived, before.records, value.parameter, value.subject, value.visitnum, value.lesion)
            for source in found.decided_by[:3]:
                for _ in range(6):
                    edit = draw_edit(tables, rng, (source.domain, source.row - 2))
                    after = None if edit is None else _derive(protocol, edit[2])
                    if after is not None and value in _changed(before.derived, after.derived):
                        return True
    return False


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_value_changes_with_a_row_that_decides_it(protocol: Protocol, kind: str) -> None:
    assert _decides(protocol, kind)


def test_every_kind_of_value_is_in_the_list(protocol: Protocol) -> None:
    derived = derive(protocol, Records.from_tables(made_up_trial(0)), CUTOFF)
    given = {"STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "SEX"}
    reasons = {"REGRSN", "TRTRSN", "ELIGRSN", "EVALRSN"}
    parameters = {value.parameter for value, _ in _values(derived)}
    assert parameters - given - reasons <= set(KINDS)
