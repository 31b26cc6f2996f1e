"""The response rates of the same scans by another criterion and in a region. They decide nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from onearm.derive import Derived, derive, derive_variants
from onearm.errors import Finding, RefusedError
from onearm.estimates.response import estimate_rates, primary_rate_set, primary_reading
from onearm.estimates.results import AnalysisSet, Estimate
from onearm.kernels.arrays import Ints64
from onearm.protocol import Protocol
from onearm.protocol.variant import MAIN, Region, Variant, beside_variants
from onearm.records import Records


@dataclass(frozen=True, eq=False)
class Beside:
    """One other reading of the scans: its derivation and its rates, or what stood in the way."""

    criterion: str
    region: Region
    derived: Derived | None
    estimates: tuple[Estimate, ...] = ()
    """ORR and DCR in the set of the primary rate, as the primary endpoint reads confirmation; role ``supporting``."""
    without_disease: tuple[str, ...] = ()
    """Members of the set whose baseline was read and showed nothing in the region: they are in no denominator."""
    refused: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """Criterion and region as part of an id: ``mrecist.liver``."""
        return f"{self.criterion}.{self.region}"

    def as_dict(self) -> dict[str, object]:
        """As ``results.json`` gives it."""
        return {
            "criterion": self.criterion,
            "region": self.region,
            "primary": False,
            "estimates": [
                {"id": e.id, "x": e.x, "n": e.n, "value": e.value, "lower": e.lower, "upper": e.upper,
                 "level": e.level, "method": e.method, "population": e.population, "subjects": list(e.subjects)}
                for e in self.estimates
            ],
            "without_disease": list(self.without_disease),
            "refused": [finding.as_dict() for finding in self.refused],
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Readings:
    """The main derivation, and those beside it: what was derived, or the findings for which it was refused."""

    main: Derived
    others: tuple[tuple[Variant, Derived | tuple[Finding, ...]], ...]


def derive_with_beside(protocol: Protocol, records: Records, cutoff: dt.date) -> Readings:
    """The derivation of a protocol and those that it asks for beside it, from rows read once.

    A fault that only another reading meets (two viable diameters of one lesion, say) refuses that reading alone.
    Raises RefusedError as ``derive`` does for the main one.
    """
    variants = beside_variants(protocol)
    try:
        main, *others = derive_variants(protocol, records, cutoff, [MAIN, *variants])
    except RefusedError:
        main = derive(protocol, records, cutoff)
        return Readings(main, tuple((variant, _try(protocol, records, cutoff, variant)) for variant in variants))
    return Readings(main, tuple(zip(variants, others, strict=True)))


def by_criterion(readings: Readings) -> list[tuple[str, Derived]]:
    """The derivations of the whole patient, each with its criterion, the main one first."""
    whole = [derived for variant, derived in readings.others if variant.region == "whole"]
    found = [readings.main, *(derived for derived in whole if isinstance(derived, Derived))]
    return [(derived.protocol.tumour.criterion or "", derived) for derived in found]


def _try(protocol: Protocol, records: Records, cutoff: dt.date, variant: Variant) -> Derived | tuple[Finding, ...]:
    try:
        return derive(protocol, records, cutoff, variant)
    except RefusedError as refused:
        return refused.findings


def estimate_beside(protocol: Protocol, readings: Readings, sets: Mapping[str, AnalysisSet]) -> tuple[Beside, ...]:
    """ORR and DCR of each other reading in the set of the primary rate, with exact intervals.

    In a region the patients count who may have disease there: a member whose baseline was read and showed no target and
    no non-target in the region leaves the denominator, by name. A lesion without a known place might lie in it:
    whoever has one stays. ids as ``orr.confirmed.treated.mrecist.liver``.
    """
    found = []
    for variant, derived in readings.others:
        criterion = variant.criterion or protocol.tumour.criterion or ""
        if not isinstance(derived, Derived):
            found.append(Beside(criterion, variant.region, None, refused=derived))
            continue
        criterion = derived.protocol.tumour.criterion or criterion
        chosen = sets[primary_rate_set(protocol)]
        without = _without_disease(derived) if variant.region != "whole" else frozenset()
        members = tuple(subject for subject in chosen.members if subject not in without)
        rates = estimate_rates(derived.protocol, derived.best, {**sets, chosen.name: replace(chosen, members=members)})
        wanted = {f"{key}.{primary_reading(protocol)}.{chosen.name}" for key in ("orr", "dcr")}
        found.append(
            Beside(
                criterion,
                variant.region,
                derived,
                tuple(
                    replace(rate, id=f"{rate.id}.{criterion}.{variant.region}", role="supporting")
                    for rate in rates
                    if rate.id in wanted
                ),
                tuple(subject for subject in chosen.members if subject in without),
            )
        )
    return tuple(found)


def _without_disease(derived: Derived) -> frozenset[str]:
    readings = derived.readings
    if readings is None:
        return frozenset()
    lesions = readings.lesions
    none: Ints64 = np.diff(lesions.target_start) + np.diff(lesions.non_target_start)
    return frozenset(derived.subjects[number] for number in np.flatnonzero((none == 0) & readings.has_baseline))


def findings_beside(readings: Readings) -> list[Finding]:
    """What only the other readings met: their findings that the main one has not, each once; refusals as warnings."""
    found: list[Finding] = []
    known = list(readings.main.findings)
    for _, derived in readings.others:
        theirs = derived.findings if isinstance(derived, Derived) else [replace(f, severity="warning") for f in derived]
        for finding in theirs:
            if finding not in known:
                known.append(finding)
                found.append(finding)
    return found
