"""Where each variable of a criterion comes from: built-in ones, laboratory tests, those that the protocol declares."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import polars as pl

from onearm.eligibility.categories import compare_category
from onearm.eligibility.comparisons import has_limit, leaf_of_rows
from onearm.eligibility.occurrences import covered_days, days_before_reference, happened
from onearm.eligibility.reference_days import ReferenceDays
from onearm.eligibility.verdicts import UNKNOWN, Leaf, reason_code
from onearm.errors import Finding, Place
from onearm.measure.declared import Declared, read_declared
from onearm.measure.demographics import read_age, read_sex, read_spread
from onearm.measure.laboratory_rows import (
    LaboratoryTest,
    as_numbers,
    multiples_of_limit,
    read_answers,
    read_laboratory_rows,
    read_vital_sign,
)
from onearm.measure.observations import Ints, Mask, Numbers, Observations
from onearm.measure.scores import albi_millionths, body_mass_index, body_surface, creatinine_clearance
from onearm.measure.selection import Picked, Ranges, Window, pick, ranges, witness_days
from onearm.protocol import Protocol
from onearm.protocol.eligibility_parts import Condition, Variable
from onearm.protocol.paths import nearest
from onearm.records import Records
from onearm.reference.analytes import ANALYTES
from onearm.reference.eligibility_variables import BuiltIn, built_in_variables, is_multiple_of_limit
from onearm.reference.liver_scores import unconfirmed_constants

VITAL_SIGNS: dict[str, tuple[str, str, dict[str, int]]] = {
    "weight": ("WEIGHT", "kg", {"g": 1_000}),
    "height": ("HEIGHT", "cm", {"m": 100_000_000, "mm": 100_000}),
    "sysbp": ("SYSBP", "mmHg", {}),
    "diabp": ("DIABP", "mmHg", {}),
}
"""VSTESTCD, unit, and other units with millionths of the unit that one of them is."""
COMPUTED = {
    "albi": ("tbil", "alb"),
    "bmi": ("weight", "height"),
    "bsa": ("weight", "height"),
    "crcl": ("age", "weight", "creat"),
}
"""Variables computed from exact numbers of others."""


class Variables:
    """Every variable over the subjects of some records, each read once."""

    def __init__(self, protocol: Protocol, records: Records, days: ReferenceDays, wanted: list[str]) -> None:
        self.protocol, self.records, self.days = protocol, records, days
        self.findings: list[Finding] = []
        self.declared: dict[str, Variable] = dict(protocol.population.variables)
        codes = [code for code in ANALYTES if code.lower() in wanted and code.lower() not in self.declared]
        self._laboratory = read_laboratory_rows(records, codes, days.latest) if codes else {}
        self._read: dict[str, Observations] = {}
        self._rows: dict[str, Declared] = {}
        self._multiples: dict[str, Observations] = {}

    def leaf(self, condition: Condition) -> Leaf:
        """One comparison over all subjects; unknown for everybody where the variable is not known or not comparable."""
        name = (condition.variable or "").lower()
        before = condition.before or "registration"
        length = condition.window or condition.within or condition.not_within
        window, has_window = self.days.window(before, length), length is not None
        declared = self.declared.get(name)
        if declared is not None:
            return self._declared_leaf(name, declared, condition, window, has_window)
        built_in = built_in_variables().get(name)
        if built_in is None:
            place = Place(self.protocol.source_name)
            self.findings.append(Finding("E007", place, {"variable": condition.variable or ""}))
            return self._nothing(condition, "unknown_variable", window)
        if built_in.kind == "category":
            return compare_category(self, built_in, condition, window, has_window)
        observed, factor = self._for_condition(built_in, condition, window)
        if not _is_comparable(observed, condition):
            return self._nothing(condition, "not_comparable", window)
        marks = _marks(name, condition)
        return leaf_of_rows(observed, condition, window, has_window=has_window, factor=factor, unconfirmed=marks)

    def _for_condition(self, variable: BuiltIn, condition: Condition, window: Window) -> tuple[Observations, Decimal]:
        """The rows as the condition compares them, and the factor from its unit to theirs."""
        name, code = variable.name, variable.name.upper()
        if name in COMPUTED:
            return self.computed(name, window), Decimal(1)
        if code not in ANALYTES:
            return self.observed(name), Decimal(1)
        if is_multiple_of_limit(condition.unit):
            if name not in self._multiples:
                self._multiples[name] = multiples_of_limit(self._test(code))
            return self._multiples[name], Decimal(1)
        factor = ANALYTES[code].factor(condition.unit) if condition.unit else Decimal(1)
        return self.observed(name), factor if factor is not None else Decimal(1)

    def observed(self, name: str) -> Observations:
        """The rows of a built-in variable, or of a declared number or text."""
        if name not in self._read:
            self._read[name] = self._read_rows(name)
        return self._read[name]

    def _read_rows(self, name: str) -> Observations:
        horizon = self.days.latest
        if name in self.declared:
            return self._declared(name).rows
        if name.upper() in ANALYTES:
            return self._test(name.upper()).values
        if name in VITAL_SIGNS:
            test, unit, factors = VITAL_SIGNS[name]
            return read_vital_sign(self.records, test, unit, factors, horizon)
        if name == "age":
            return read_age(self.records, self.days.day("registration"))
        if name == "sex":
            return read_sex(self.records)
        if name == "extrahepatic_spread":
            return read_spread(self.records, self.days.day("first_dose"))
        return as_numbers(read_answers(self.records, ("ECOG", "ECOG101"), "", horizon))

    def _test(self, code: str) -> LaboratoryTest:
        if code not in self._laboratory:
            self._laboratory |= read_laboratory_rows(self.records, [code], self.days.latest)
        return self._laboratory[code]

    def picked(self, name: str, window: Window) -> tuple[Observations, Picked]:
        """The rows of a variable and which of them count in a window."""
        observed = self.observed(name)
        return observed, pick(observed, window, self.days.n_subjects)

    def ranges(self, name: str, window: Window) -> Ranges:
        """What each subject's number may be in a window."""
        observed, picked = self.picked(name, window)
        return ranges(observed, picked, self.days.n_subjects)

    def computed(self, name: str, window: Window) -> Observations:
        """A number computed from the exact numbers of others, one row a subject who has any of them."""
        inputs = [self.ranges(part, window) for part in COMPUTED[name]]
        exact = np.all([part.is_exact for part in inputs], axis=0)
        some = np.any([part.is_known for part in inputs], axis=0)
        first, second, *rest = (np.where(exact, part.low, 1_000_000) for part in inputs)
        if name == "crcl":
            sex = self._sexes()
            exact &= (sex == "F") | (sex == "M")
            numbers = creatinine_clearance(first, second, rest[0], sex == "F")
        elif name == "albi":
            exact &= first > 0
            numbers = albi_millionths(first, second, exact)
        else:
            exact &= second > 0
            numbers = (body_mass_index if name == "bmi" else body_surface)(first, second)
        places = np.flatnonzero(some)
        day, raw, sequence, domain = self.witnesses(COMPUTED[name], window)
        return Observations(
            domain="",
            unit=built_in_variables()[name].unit,
            subject=places,
            first=day[places],
            last=day[places],
            numbers=Numbers(
                numbers.low[places], numbers.high[places], numbers.low_open[places], numbers.high_open[places]
            ),
            text=None,
            truth=None,
            problem=np.where(exact[places], 0, _MISSING).astype(np.int8),
            sequence=sequence.gather(places),
            raw=raw.gather(places),
            domains=domain.gather(places),
        )

    def witnesses(self, names: tuple[str, ...], window: Window) -> tuple[Ints, pl.Series, pl.Series, pl.Series]:
        """The latest day, the values in words, and the source row of the variables that another is computed from."""
        n = self.days.n_subjects
        day = np.full(n, -(2**30), np.int64)
        texts: list[pl.Series] = []
        sequence = pl.Series([None] * n, dtype=pl.Int64)
        domain = pl.Series([None] * n, dtype=pl.String)
        for name in names:
            observed, picked = self.picked(name, window)
            row = pl.Series(np.maximum(picked.witness, 0)).set(pl.Series(picked.witness < 0), None)
            own = witness_days(observed, picked.witness)
            later: Mask = own > day
            day = np.where(later, own, day)
            sequence = observed.sequence.cast(pl.Int64).gather(row).zip_with(pl.Series(later), sequence)
            domain = pl.Series([observed.domain] * n).zip_with(pl.Series(later), domain)
            texts.append(
                (pl.Series([f"{name} "] * n) + observed.raw.cast(pl.String).gather(row)).fill_null(f"{name} –")
            )
        frame = pl.DataFrame({f"_{i}": text for i, text in enumerate(texts)})
        raw = frame.select(pl.concat_str(pl.all(), separator="; ")).to_series()
        return np.where(day == -(2**30), window.end, day), raw, sequence, domain

    def _sexes(self) -> np.ndarray:
        observed = self.observed("sex")
        assert observed.text is not None
        result = np.full(self.days.n_subjects, "", object)
        result[observed.subject] = observed.text.fill_null("").to_numpy()
        return result

    def _declared(self, name: str) -> Declared:
        if name not in self._rows:
            self._rows[name] = read_declared(self.records, self.declared[name], self.days.latest)
        return self._rows[name]

    def _declared_leaf(
        self, name: str, variable: Variable, condition: Condition, window: Window, has_window: bool
    ) -> Leaf:
        missing = self._missing_columns(name, variable)
        if missing:
            return self._nothing(condition, "unknown_variable", window)
        rows = self._declared(name)
        if variable.take in ("exists", "date"):
            wanted = condition.is_true if condition.is_true is not None else condition.not_within is None
            asks = condition.is_true is not None or condition.within is not None or condition.not_within is not None
            if not asks:
                return self._nothing(condition, "not_comparable", window)
            leaf = happened(rows, variable, window, has_window=has_window)
            return leaf if wanted else replace(leaf, verdict=(2 - leaf.verdict).astype(np.int8))
        if variable.take == "days":
            return days_before_reference(rows, variable, condition, window, has_window=has_window)
        if variable.take == "covered_days":
            return covered_days(rows, variable, condition, window, has_window=has_window)
        if not _is_comparable(rows.rows, condition):
            return self._nothing(condition, "not_comparable", window)
        return leaf_of_rows(rows.rows, condition, window, has_window=has_window, first=variable.which == "first")

    def _missing_columns(self, name: str, variable: Variable) -> list[str]:
        """Columns by which a declared variable is taken and that its table has not, each a finding."""
        columns = self.records.tables[variable.source].columns
        asked = [*variable.where, *variable.where_at_least, *([variable.column] if variable.column else [])]
        missing = [column for column in asked if column not in columns]
        for column in missing:
            guess = nearest(column, columns)
            hint = f"write {guess}" if guess else "see the page of the tables of records"
            values = {"variable": name, "found": column, "table": variable.source, "hint": hint}
            place = self.protocol.place_of(f"population.variables.{name}")
            self.findings.append(Finding("E008", place, values))
        return missing

    def _nothing(self, condition: Condition, reason: str, window: Window) -> Leaf:
        n = self.days.n_subjects
        return Leaf(
            np.full(n, UNKNOWN, np.int8),
            np.full(n, reason_code(reason), np.int8),
            lambda: empty_details(n),
            condition.unit,
            condition.variable or "",
            None,
            window.end,
        )


_MISSING = 6
"""Place of ``component_missing`` in ``PROBLEMS``."""


def empty_details(n: int) -> pl.DataFrame:
    """Details of a verdict without any value."""
    kinds = {"VALUE": pl.String, "RAW": pl.String, "DAY": pl.Int64, "SRCDOM": pl.String, "SRCSEQ": pl.Int64}
    columns = {name: pl.Series([None] * n, dtype=kind) for name, kind in {**kinds, "NOTE": pl.String}.items()}
    return pl.DataFrame(columns).with_columns(DAY=pl.lit(-(2**30), pl.Int64))


def _is_comparable(observed: Observations, condition: Condition) -> bool:
    """Whether the rows have all that the condition compares, and it compares something."""
    asked = {
        "numbers": has_limit(condition),
        "text": bool(condition.one_of or condition.none_of),
        "truth": condition.is_true is not None,
    }
    given = {name: getattr(observed, name) is not None for name in asked}
    asks_date = condition.within is not None or condition.not_within is not None
    return any(asked.values()) and not asks_date and all(given[name] for name, is_asked in asked.items() if is_asked)


def _marks(name: str, condition: Condition) -> tuple[str, ...]:
    """The unconfirmed constants behind a comparison, in words."""
    if name == "crcl":
        return tuple(f"{c.name} {c.value} ({c.source})" for c in unconfirmed_constants("creatinine"))
    analyte = ANALYTES.get(name.upper())
    if analyte is not None and analyte.mark == "unconfirmed" and condition.unit not in ("", analyte.unit, "xULN"):
        return (f"units of {analyte.code} ({analyte.source})",)
    return ()
