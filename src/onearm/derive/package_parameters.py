"""The parameters of the R package's ADRS beside our own: OVR, PD, RSP, CRSP, CB, CCB, BCP, CBCP, DEATH, LSTA, MDIS.

Under ``rules: admiral`` they are what the package says; under any other rule set the same questions are answered from
our own results. BOR and CBOR mean the same in both and stand once, in ``Derived.adrs``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.derive.adrs import ADRS_SCHEMA, empty_adrs, study_days
from onearm.derive.days import NO_ROW, SOURCE_CODES, Mask, Rows
from onearm.derive.derived import Derived
from onearm.derive.readers import select_lesion_list
from onearm.derive.rules import response_rules
from onearm.derive.source_columns import source_columns
from onearm.derive.window import to_dates
from onearm.kernels.arrays import Ints64
from onearm.kernels.best_response import (
    OUT_CONFIRMED,
    OUT_CONFIRMED_VISIT,
    OUT_CONFIRMING_VISIT,
    OUT_LAST_VISIT,
    OUT_UNCONFIRMED,
    OUT_UNCONFIRMED_VISIT,
)
from onearm.kernels.confirmation import NO_VISIT
from onearm.kernels.follow_up import find_response_starts
from onearm.kernels.peer_response import (
    PEER_CB_VISIT,
    PEER_CCB_VISIT,
    PEER_CRSP_CONFIRMING,
    PEER_CRSP_VISIT,
    PEER_LSTA_VISIT,
    PEER_PD_VISIT,
    PEER_RSP_VISIT,
)
from onearm.kernels.rules import NEVER
from onearm.records import ROW_COLUMN
from onearm.terms import RESPONDING, Response

PARAMETERS = {
    "OVR": "Overall Response",
    "PD": "Disease Progression",
    "RSP": "Response (confirmation not required)",
    "CRSP": "Confirmed Response",
    "CB": "Clinical Benefit (confirmation for response not required)",
    "CCB": "Confirmed Clinical Benefit",
    "BCP": "Best Overall Response of CR/PR (confirmation not required)",
    "CBCP": "Best Confirmed Overall Response of CR/PR",
    "DEATH": "Death",
    "LSTA": "Last Disease Assessment",
    "MDIS": "Measurable Disease at Baseline",
}
REASONS = {
    "PD": ("first_progression", "no_progression"),
    "RSP": ("first_response", "no_response"),
    "CRSP": ("first_confirmed_response", "no_confirmed_response"),
    "CB": ("first_disease_control", "no_disease_control"),
    "CCB": ("first_disease_control", "no_disease_control"),
    "BCP": ("best_response_is_cr_or_pr", "best_response_is_less"),
    "CBCP": ("best_response_is_cr_or_pr", "best_response_is_less"),
    "DEATH": ("died", "not_known_dead"),
    "MDIS": ("target_at_baseline", "no_target_at_baseline"),
}
"""REASON of Y and of N."""
TEMPLATE_CBCP = "template_asks_before_cbor_is_there"
"""The package's ADRS template asks for the confirmed best response in the same pipe that makes it, so that it never
finds one: its published CBCP is N for everybody. Kept under ``rules: admiral``, with this reason."""
_CONTROL = (*RESPONDING, int(Response.SD), int(Response.NON_CR_NON_PD))
Visit = npt.NDArray[np.integer]


def derive_package_adrs(derived: Derived) -> pl.DataFrame:
    """OVR a visit, then one row a subject and parameter; without rows while the response criterion is unstated.

    What waits for a best response (RSP, CRSP, CB, CCB, BCP, CBCP) is left out where that is not derived.
    """
    if derived.readings is None or derived.visits is None:
        return empty_adrs()
    rows = _Rows(derived)
    frames = [rows.overall.with_columns(PARAMCD=pl.lit("OVR"), PARAM=pl.lit(PARAMETERS["OVR"]))]
    asked = _as_package(derived) if derived.peer is not None else _as_ours(derived)
    best = derived.visits.best
    if derived.best.height:
        frames += [rows.occurrence(name, visit, visit >= 1) for name, visit in asked.items()]
        for name, value, visit in (
            ("BCP", OUT_UNCONFIRMED, OUT_UNCONFIRMED_VISIT),
            ("CBCP", OUT_CONFIRMED, OUT_CONFIRMED_VISIT),
        ):
            frames.append(rows.occurrence(name, best[:, visit], np.isin(best[:, value], RESPONDING)))
        if derived.peer is not None:
            frames[-1] = rows.never("CBCP", TEMPLATE_CBCP)
    else:
        frames.append(rows.occurrence("PD", asked["PD"], asked["PD"] >= 1))
    frames += [rows.death(), rows.last_assessment(), rows.measurable()]
    order = list(PARAMETERS)
    filled = [frame for frame in frames if frame.height]
    return pl.concat(sorted(filled, key=lambda frame: order.index(frame["PARAMCD"][0])) or [empty_adrs()])


def _as_package(derived: Derived) -> dict[str, Visit]:
    """The visit that shows each parameter first (-1: none does), by the package."""
    assert derived.peer is not None
    out = derived.peer.out
    places = {
        "PD": PEER_PD_VISIT, "RSP": PEER_RSP_VISIT, "CRSP": PEER_CRSP_VISIT, "CB": PEER_CB_VISIT,
        "CCB": PEER_CCB_VISIT,
    }  # fmt: skip
    return {name: out[:, place] for name, place in places.items()}


def _as_ours(derived: Derived) -> dict[str, Visit]:
    """The same by our own results: clinical benefit where the best response controls the disease, from the first visit
    that shows a response, or stable disease at its minimum."""
    readings, visits, options = derived.readings, derived.visits, derived.protocol.response_options
    assert readings is not None and visits is not None and options is not None
    lesions, best, rules = readings.lesions, visits.best, response_rules(options)
    place = np.arange(len(visits.overall)) - lesions.visit_start[readings.visit_subject]
    counts = (place >= 1) & (place <= best[readings.visit_subject, OUT_LAST_VISIT])
    reference = derived.course.reference.day[readings.visit_subject].astype(np.int64)
    stable = counts & np.isin(visits.overall, _CONTROL) & (lesions.day - reference >= rules.sd_min_days_after)
    is_response = np.isin(visits.overall, RESPONDING)
    first_response, first_stable = (_first(derived, counts & is_response), _first(derived, stable))
    n_counted = best[:, OUT_LAST_VISIT] + np.int32(1)
    begins = find_response_starts(
        rules, np.ones(len(best), np.bool_), lesions.visit_start, lesions.day, visits.overall, lesions.missed_before,
        n_counted,
    )  # fmt: skip
    confirmed = np.isin(best[:, OUT_CONFIRMED], RESPONDING)
    # A response that a procedure let stand unconfirmed begins at the visit that was counted.
    begins = np.where(confirmed, np.where(begins >= 1, begins, best[:, OUT_CONFIRMED_VISIT]), NO_VISIT)
    return {
        "PD": _first(derived, (place >= 1) & (visits.overall == Response.PD)),
        "RSP": first_response,
        "CRSP": begins,
        "CB": _benefit(best[:, OUT_UNCONFIRMED], first_response, first_stable, best[:, OUT_UNCONFIRMED_VISIT]),
        "CCB": _benefit(best[:, OUT_CONFIRMED], begins, first_stable, best[:, OUT_CONFIRMED_VISIT]),
    }


def _benefit(value: Visit, response: Visit, stable: Visit, best_visit: Visit) -> Visit:
    earlier = np.where((response >= 1) & ((stable < 1) | (response < stable)), response, stable)
    return np.where(np.isin(value, _CONTROL), np.where(earlier >= 1, earlier, best_visit), NO_VISIT)


def _first(derived: Derived, shows: Mask) -> Ints64:
    """Each subject's first visit where a mask of flat visits says so, or -1."""
    readings = derived.readings
    assert readings is not None
    first = np.full(derived.course.n_subjects, NO_VISIT, np.int64)
    flat = np.flatnonzero(shows)[::-1]
    subject = readings.visit_subject[flat]
    first[subject] = flat - readings.lesions.visit_start[subject]
    return first


class _Rows:
    """Builds the rows of one parameter from those of the overall responses."""

    def __init__(self, derived: Derived) -> None:
        readings = derived.readings
        assert readings is not None
        self.derived, self.readings = derived, readings
        self.overall = derived.adrs.filter(pl.col("PARAMCD") == "OVRLRESP")
        self.of_visits = self.overall.drop("STUDYID", "USUBJID", "PARAMCD", "PARAM", "REASON")
        post = ~readings.is_baseline
        self.row_of = np.where(post, np.cumsum(post) - 1, -1)
        self.subjects = pl.Series("USUBJID", derived.subjects, dtype=pl.String)

    def _visit_rows(self, visit: Visit) -> pl.DataFrame:
        """What the overall response of each subject's visit says of it; nulls where it is -1."""
        if not (visit >= 1).any():
            return self.of_visits.clear(len(visit))
        start = self.readings.lesions.visit_start[:-1]
        flat = np.where(visit >= 1, start + np.maximum(visit, 0), -1)
        at = pl.Series(np.where(flat >= 0, self.row_of[flat], -1).astype(np.int64))
        at = at.set(at < 0, None)
        return self.of_visits.select(pl.all().gather(at))

    def occurrence(self, name: str, visit: Visit, happened: Mask) -> pl.DataFrame:
        """Y with the visit that shows it first, or N."""
        own = np.where(happened, visit, NO_VISIT)
        rows = self._named(self._visit_rows(own), name, self._words(name, happened))
        confirming = self._confirming(name, happened)
        if confirming is None:
            return rows
        shown = self._visit_rows(confirming)
        return rows.with_columns(shown["VISITNUM"].alias("CONFVIS"), shown["ADT"].alias("CONFDT"))

    def never(self, name: str, reason: str) -> pl.DataFrame:
        """N for everybody, for a reason that is not the patient's."""
        nobody = np.full(self.derived.course.n_subjects, NO_VISIT)
        rows = self._visit_rows(nobody)
        words = [pl.repeat(text, rows.height, eager=True) for text in ("N", reason)]
        return self._named(rows, name, words)

    def _confirming(self, name: str, happened: Mask) -> Visit | None:
        peer, visits = self.derived.peer, self.derived.visits
        assert visits is not None
        if name == "CBCP":
            return np.where(happened, visits.best[:, OUT_CONFIRMING_VISIT], NO_VISIT)
        return None if name != "CRSP" or peer is None else peer.out[:, PEER_CRSP_CONFIRMING]

    def last_assessment(self) -> pl.DataFrame:
        """The last visit with a response, whatever it was; subjects without one have no row."""
        peer, visits = self.derived.peer, self.derived.visits
        assert visits is not None
        if peer is not None:
            last: Visit = peer.out[:, PEER_LSTA_VISIT]
        else:
            shows = ~self.readings.is_baseline & (visits.overall != Response.NONE)
            last = np.full(self.derived.course.n_subjects, NO_VISIT, np.int64)
            flat = np.flatnonzero(shows)
            subject = self.readings.visit_subject[flat]
            last[subject] = flat - self.readings.lesions.visit_start[subject]
        rows = self._visit_rows(last)
        named = self._named(rows, "LSTA", [rows["AVALC"], pl.repeat("last_assessment", rows.height, eager=True)])
        return named.filter(pl.Series(last >= 1))

    def death(self) -> pl.DataFrame:
        """Y with the day of death, or N."""
        course = self.derived.course
        death = course.death
        died = death.day != NEVER
        nothing = self._visit_rows(np.full(course.n_subjects, NO_VISIT))
        rows = self._named(nothing, "DEATH", self._words("DEATH", died))
        return rows.with_columns(
            to_dates(death.day, "ADT"),
            study_days(death.day, course.reference.day).alias("ADY"),
            *source_columns(course.records.tables, np.where(died, death.source, 0).astype(np.int64), death.row),
        )

    def measurable(self) -> pl.DataFrame:
        """Whether a target was chosen at baseline; no rows where the records hold no lesions at all."""
        course, options = self.derived.course, self.derived.protocol.response_options
        tables = course.records.tables
        assert options is not None
        if not tables["TU"].height and not tables["TR"].height:
            return empty_adrs()
        listed = select_lesion_list(tables["TU"], tables["TR"], options.evaluator)
        listed = listed.filter(pl.col("TUORRES") == "TARGET").unique("USUBJID", keep="first", maintain_order=True)
        row_of = dict(listed.select("USUBJID", ROW_COLUMN).iter_rows())
        row: Rows = np.array([row_of.get(subject, NO_ROW) for subject in course.subjects], np.int64)
        has = row != NO_ROW
        if self.readings.reported is None:
            has = (self.derived.adsl["NTARGET"].fill_null(0) > 0).to_numpy()
        nothing = self._visit_rows(np.full(course.n_subjects, NO_VISIT))
        source = np.where(has & (row != NO_ROW), SOURCE_CODES["TU", "TUORRES"], 0)
        rows = self._named(nothing, "MDIS", self._words("MDIS", has))
        return rows.with_columns(source_columns(tables, source, row))

    def _words(self, name: str, happened: Mask) -> list[pl.Series]:
        place = pl.Series((~happened).astype(np.int64))
        return [pl.Series(["Y", "N"]).gather(place), pl.Series(REASONS[name]).gather(place)]

    def _named(self, rows: pl.DataFrame, name: str, words: list[pl.Series]) -> pl.DataFrame:
        value, reason = words
        study = self.derived.course.records.study_id
        return rows.with_columns(
            self.subjects, value.alias("AVALC"), reason.alias("REASON"), STUDYID=pl.lit(study), PARAMCD=pl.lit(name),
            PARAM=pl.lit(PARAMETERS[name]),
        ).select(list(ADRS_SCHEMA))  # fmt: skip
