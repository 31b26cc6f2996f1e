"""Records become values of clinical variables: one code, one unit, whole millionths, with the row they came from."""

from __future__ import annotations

from onearm.measure.baseline import with_baseline
from onearm.measure.laboratory import MILLION, read_laboratory

__all__ = ["MILLION", "read_laboratory", "with_baseline"]
