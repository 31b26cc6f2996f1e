"""Times to event: curves, medians, landmarks and follow-up."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from onearm.estimates.results import AnalysisSet, Curve, CurvePoint, Estimate, Role
from onearm.protocol import Protocol
from onearm.stats.kaplan_meier import KaplanMeier, estimate_survival_curve, reverse
from onearm.stats.survival_summaries import landmark, quantile
from onearm.units import DAYS_A_MONTH

CURVE_PARAMETERS = {
    "pfs": "PFS",
    "pfs.fda": "PFSFDA",
    "pfs.literal": "PFSLIT",
    "os": "OS",
    "dor": "DOR",
    "dor.fda": "DORFDA",
    "dor.literal": "DORLIT",
    "ttr": "TTR",
    "ddc": "DDC",
}
"""ADTTE parameter of each curve; ``pfs`` and ``dor`` follow the protocol's censoring profile, the other stands
beside.
"""

OF_BEST_RESPONSE = ("responders", "controlled")
"""Populations that are made by the best response: those members of an analysis set who have a time at all."""

DEFAULT_LANDMARKS_MONTHS = (6, 12, 24)
"""Shown where the protocol names none."""


def estimate_times(
    protocol: Protocol, adtte: pl.DataFrame, sets: Mapping[str, AnalysisSet], scan_days: Mapping[int, int]
) -> tuple[tuple[Estimate, ...], dict[str, Curve]]:
    """All medians, landmarks and curves.

    ``scan_days``: last day of the window of each planned scan, by its number, counted as time from the anchor of the
    scan calendar. PFS is read there too, since a progression can only be seen at a scan, but only where PFS starts at
    that anchor: from another start each patient's scans lie on other days. Kaplan and Meier 1958, Greenwood's variance,
    quantile limits by Brookmeyer and Crowley 1982.
    """
    estimates: list[Estimate] = []
    curves: dict[str, Curve] = {}
    for curve_id, paramcd in CURVE_PARAMETERS.items():
        rows, population = rows_of_curve(protocol, adtte, sets, curve_id, paramcd)
        if rows.is_empty():
            continue
        fitted = _fit(protocol, rows)
        curves[curve_id] = _curve(curve_id, paramcd, fitted, rows)
        estimates.append(_median(protocol, f"{curve_id}.median", fitted, rows, population, _role(protocol, curve_id)))
        estimates += _landmarks(protocol, curve_id, fitted, rows, population)
        if curve_id == "pfs" and _starts_at_anchor(protocol):
            estimates += [
                _landmark(f"pfs.landmark.scan{number}", fitted, rows, population, day)
                for number, day in scan_days.items()
            ]
        if curve_id == "os":
            turned = reverse(fitted)
            curves["followup"] = _curve("followup", paramcd, turned, rows)
            estimates.append(_median(protocol, "followup.median", turned, rows, population, "supporting"))
    return tuple(estimates), curves


def rows_of_curve(
    protocol: Protocol, adtte: pl.DataFrame, sets: Mapping[str, AnalysisSet], curve_id: str, paramcd: str
) -> tuple[pl.DataFrame, str]:
    """The rows of ADTTE behind a curve, and the name of the population that they are of."""
    rows = adtte.filter(pl.col("PARAMCD") == paramcd)
    population = _population(protocol, curve_id)
    members = _described_set(protocol, curve_id) if population in OF_BEST_RESPONSE else population
    if members is not None:
        rows = rows.filter(pl.col("USUBJID").is_in(list(sets[members].members)))
    return rows, population


def _endpoint_key(curve_id: str) -> str:
    return curve_id.split(".", maxsplit=1)[0]


def _population(protocol: Protocol, curve_id: str) -> str:
    """The set of a time to event: the endpoint's own, else the primary one, else whoever has its start date."""
    key = _endpoint_key(curve_id)
    if key in ("dor", "ttr"):
        return "responders"
    if key == "ddc":
        return "controlled"
    endpoint = protocol.endpoints.get(key)
    if endpoint is not None and endpoint.denominator is not None:
        return endpoint.denominator
    if protocol.sets.primary is not None:
        return protocol.sets.primary
    return "registered" if endpoint is not None and endpoint.start == "inclusion" else "treated"


def _described_set(protocol: Protocol, curve_id: str) -> str | None:
    """The set whose responders (or patients with disease control) a duration describes; None where there is none.

    The endpoint's own, for time to response else that of the duration, else the primary one.
    """
    own = _endpoint_key(curve_id)
    for key in (own, *(("dor",) if own == "ttr" else ())):
        endpoint = protocol.endpoints.get(key)
        if endpoint is not None and endpoint.denominator is not None:
            return endpoint.denominator
    return protocol.sets.primary


def _starts_at_anchor(protocol: Protocol) -> bool:
    """Whether PFS is counted from the anchor of the scan calendar."""
    endpoint, calendar = protocol.endpoints.get("pfs"), protocol.tumour.calendar
    return endpoint is not None and calendar is not None and endpoint.start == calendar.anchor


def _role(protocol: Protocol, curve_id: str) -> Role:
    endpoint = protocol.endpoints.get(curve_id)
    return endpoint.role if endpoint is not None else "supporting"


def _fit(protocol: Protocol, rows: pl.DataFrame) -> KaplanMeier:
    conventions = protocol.conventions
    return estimate_survival_curve(
        rows["AVAL"].to_numpy(),
        (rows["CNSR"] == 0).to_numpy(),
        interval=conventions.survival_interval,
        level=float(conventions.level),
    )


def _curve(curve_id: str, paramcd: str, fitted: KaplanMeier, rows: pl.DataFrame) -> Curve:
    points = tuple(
        CurvePoint(
            time=float(fitted.time[i]),
            at_risk=int(fitted.n_risk[i]),
            events=int(fitted.n_event[i]),
            censored=int(fitted.n_censor[i]),
            survival=float(fitted.survival[i]),
            lower=fitted.limits(i).lower,
            upper=fitted.limits(i).upper,
        )
        for i in range(fitted.time.size)
    )
    return Curve(
        id=curve_id,
        paramcd=paramcd,
        n=fitted.n,
        n_events=fitted.total_events,
        interval=fitted.interval,
        level=fitted.level,
        points=points,
        times={
            subject: (int(days), censored == 0)
            for subject, days, censored in rows.select("USUBJID", "AVAL", "CNSR").iter_rows()
        },
    )


def _months(days: float | None) -> float | None:
    return None if days is None else days / DAYS_A_MONTH


def _subjects(rows: pl.DataFrame, *, events_only: bool) -> tuple[str, ...]:
    kept = rows.filter(pl.col("CNSR") == 0) if events_only else rows
    return tuple(kept["USUBJID"].to_list())


def _median(
    protocol: Protocol, estimate_id: str, fitted: KaplanMeier, rows: pl.DataFrame, population: str, role: Role
) -> Estimate:
    rule = protocol.conventions.median_rule
    found = quantile(fitted, 0.5, rule)
    return Estimate(
        id=estimate_id,
        kind="median",
        value=_months(found.estimate),
        lower=_months(found.lower),
        upper=_months(found.upper),
        level=fitted.level,
        method=f"brookmeyer-crowley-{fitted.interval}-{rule}",
        n=fitted.n,
        x=fitted.total_events,
        population=population,
        unit="months",
        value_days=found.estimate,
        lower_days=found.lower,
        upper_days=found.upper,
        subjects=_subjects(rows, events_only=True),
        denominator=_subjects(rows, events_only=False),
        role=role,
    )


def _landmarks(
    protocol: Protocol, curve_id: str, fitted: KaplanMeier, rows: pl.DataFrame, population: str
) -> list[Estimate]:
    endpoint = protocol.endpoints.get(_endpoint_key(curve_id))
    asked = [m.months for m in endpoint.landmarks if m.months is not None] if endpoint is not None else []
    if curve_id == "ttr":
        return []
    return [
        _landmark(f"{curve_id}.landmark.{months}m", fitted, rows, population, months * DAYS_A_MONTH)
        for months in (asked or DEFAULT_LANDMARKS_MONTHS)
    ]


def _landmark(estimate_id: str, fitted: KaplanMeier, rows: pl.DataFrame, population: str, day: float) -> Estimate:
    """The share without the event at a time; not estimable beyond the last follow-up."""
    found = landmark(fitted, day)
    by_then = rows.filter((pl.col("CNSR") == 0) & (pl.col("AVAL") <= day))
    return Estimate(
        id=estimate_id,
        kind="landmark",
        value=found.survival,
        lower=found.lower,
        upper=found.upper,
        level=fitted.level,
        method=f"kaplan-meier-{fitted.interval}",
        n=fitted.n,
        x=by_then.height,
        population=population,
        unit="proportion",
        at_day=int(day),
        at_risk=found.n_risk,
        subjects=tuple(by_then["USUBJID"].to_list()),
        denominator=_subjects(rows, events_only=False),
    )
