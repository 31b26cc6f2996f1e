"""The records read again under each policy, and what moved: responders, rate, decision, median."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from onearm.decide import decide, find_interim
from onearm.derive import Derived, derive_variants
from onearm.errors import Finding, Place, RefusedError
from onearm.estimates.response import best_responses, primary_rate_set, primary_reading
from onearm.estimates.results import AnalysisSet, Cut, SetName
from onearm.estimates.sets import select_sets
from onearm.estimates.survival import estimate_times
from onearm.pipeline import choose_cut
from onearm.protocol import Protocol
from onearm.protocol.variant import MAIN, Variant
from onearm.records import Records
from onearm.sensitivity.policies import Group, Policy, list_policies
from onearm.terms import RESPONDING_VALUES


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reading of the records comes to."""

    best: Mapping[str, str]
    """Best response by subject: the confirmed one where the primary rate counts that."""
    responders: tuple[str, ...]
    """Members of the denominator who responded."""
    n: int
    action: str
    stage: str
    median_pfs: float | None
    """Months; None where it is not reached or not derived."""

    @property
    def rate(self) -> float | None:
        """Share of responders; None without a denominator."""
        return len(self.responders) / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Row:
    """One policy and what it moved."""

    name: str
    group: Group
    outcome: Outcome | None
    gained: tuple[str, ...] = ()
    """Responders under the policy who are none under the protocol."""
    lost: tuple[str, ...] = ()
    changed: tuple[tuple[str, str, str], ...] = ()
    """(subject, best response under the protocol, under the policy)."""
    refused: tuple[Finding, ...] = ()
    """Why the records could not be read so."""
    moved: bool = False


@dataclass(frozen=True)
class Sensitivity:
    """Every policy beside what the protocol gives."""

    protocol: Protocol
    cut: Cut
    denominator: SetName
    base: Outcome
    rows: tuple[Row, ...]

    @property
    def moved(self) -> tuple[Row, ...]:
        """The policies under which something is otherwise."""
        return tuple(row for row in self.rows if row.moved)

    @property
    def unmoved(self) -> tuple[str, ...]:
        """The names of those under which nothing is."""
        return tuple(row.name for row in self.rows if not row.moved and not row.refused)


def vary(
    protocol: Protocol,
    records: Records,
    cutoff: dt.date | None = None,
    policies: Sequence[Policy] | None = None,
) -> Sensitivity:
    """Read the records under each policy (all that ``list_policies`` names) and say what moved.

    The decision is that of the protocol's rule at the cut, with the recorded interim decision where there is one; its
    count then is the count under the policy. Raises RefusedError while the response criterion is open, or where the
    records cannot be read under the protocol itself.
    """
    cut = choose_cut(records, cutoff)
    if protocol.response_options is None:
        raise RefusedError([Finding("S107", Place(protocol.source_name), {"missing": "tumour.criterion"})])
    judge = _Judge(protocol, records, cut.day)
    main = judge.derive(protocol, [MAIN])[0]
    assert not isinstance(main, tuple)
    base = judge.outcome(protocol, main, judge.denominator)
    chosen = list_policies(protocol, records) if policies is None else tuple(policies)
    by_option = [policy for policy in chosen if policy.protocol is None and policy.set_name is None]
    derived = dict(
        zip(
            (policy.name for policy in by_option),
            judge.derive(protocol, [policy.variant for policy in by_option]),
            strict=True,
        )
    )
    rows = []
    for policy in chosen:
        trial = policy.protocol or protocol
        if policy.set_name is not None:
            rows.append(_row(policy, base, judge.outcome(protocol, main, policy.set_name)))
            continue
        found = derived[policy.name] if policy.protocol is None else judge.derive(trial, [policy.variant])[0]
        if isinstance(found, tuple):
            rows.append(Row(policy.name, policy.group, None, refused=found))
        else:
            rows.append(_row(policy, base, judge.outcome(trial, found, judge.denominator)))
    return Sensitivity(protocol, cut, judge.denominator, base, tuple(rows))


class _Judge:
    """Derives variants and says what each comes to."""

    def __init__(self, protocol: Protocol, records: Records, cut: dt.date) -> None:
        self.records, self.cut = records, cut
        self.interim = find_interim(records.decisions, cut)
        self.denominator: SetName = primary_rate_set(protocol)

    def derive(self, protocol: Protocol, variants: Sequence[Variant]) -> list[_Derivation | tuple[Finding, ...]]:
        """Each variant derived, or why it was refused; together where none is."""
        try:
            return [*self._together(protocol, variants)]
        except RefusedError:
            if len(variants) == 1:
                return [*self._alone(protocol, variants[0])]
        return [found for variant in variants for found in self._alone(protocol, variant)]

    def _alone(self, protocol: Protocol, variant: Variant) -> list[_Derivation | tuple[Finding, ...]]:
        try:
            return [*self._together(protocol, [variant])]
        except RefusedError as refused:
            if variant.is_main:
                raise
            return [refused.findings]

    def _together(self, protocol: Protocol, variants: Sequence[Variant]) -> list[_Derivation]:
        at_cut = derive_variants(protocol, self.records, self.cut, variants)
        two_stage = protocol.design.kind == "two-stage"
        if self.interim is None or not two_stage or self.interim.decided_on >= self.cut:
            return [_Derivation(found, found) for found in at_cut]
        at_interim = derive_variants(protocol, self.records, self.interim.decided_on, variants)
        return [_Derivation(*pair) for pair in zip(at_cut, at_interim, strict=True)]

    def outcome(self, protocol: Protocol, found: _Derivation, denominator: SetName) -> Outcome:
        derived = found.at_cut
        sets = select_sets(derived.adsl)
        best = best_responses(derived.best, primary_reading(derived.protocol))
        members = sets[denominator].members
        read = protocol.model_copy(update={"response_options": derived.protocol.response_options})
        decision = decide(read, derived, self.cut, self.interim, found.at_interim)
        return Outcome(
            best=best,
            responders=tuple(subject for subject in members if best.get(subject) in RESPONDING_VALUES),
            n=len(members),
            action=decision.action,
            stage=decision.stage,
            median_pfs=_median_pfs(read, derived, sets),
        )


@dataclass(frozen=True)
class _Derivation:
    at_cut: Derived
    at_interim: Derived


def _median_pfs(protocol: Protocol, derived: Derived, sets: Mapping[str, AnalysisSet]) -> float | None:
    rows = derived.adtte.filter(pl.col("PARAMCD") == "PFS")
    estimates, _ = estimate_times(protocol, rows, sets, {})
    return next((entry.value for entry in estimates if entry.id == "pfs.median"), None)


def _row(policy: Policy, base: Outcome, found: Outcome) -> Row:
    before, after = set(base.responders), set(found.responders)
    changed = tuple(
        (subject, base.best.get(subject, "MISSING"), best)
        for subject, best in found.best.items()
        if base.best.get(subject, "MISSING") != best
    )
    same = (base.responders, base.n, base.action, base.stage, base.median_pfs) == (
        found.responders, found.n, found.action, found.stage, found.median_pfs,
    )  # fmt: skip
    return Row(
        policy.name,
        policy.group,
        found,
        gained=tuple(subject for subject in found.responders if subject not in before),
        lost=tuple(subject for subject in base.responders if subject not in after),
        changed=changed,
        moved=bool(changed) or not same,
    )
