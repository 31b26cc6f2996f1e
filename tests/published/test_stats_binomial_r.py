"""R 4.2.2 ``binom.test`` and the Wilson score interval: tests/data/survival/binomial_exact.csv, every row."""

import csv
from pathlib import Path

import pytest

from onearm.stats.binomial import binomial_tail, clopper_pearson, wilson

FILE = Path(__file__).parents[1] / "data/survival/binomial_exact.csv"
with FILE.open(newline="") as _file:
    ROWS = list(csv.DictReader(_file))


def test_the_whole_file_is_read():
    assert len(ROWS) == 111


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['x']}/{row['n']}@{row['conf_level']}")
def test_row(row):
    x, n, level = int(row["x"]), int(row["n"]), float(row["conf_level"])
    found = {
        "cp_lower": clopper_pearson(x, n, level).lower,
        "cp_upper": clopper_pearson(x, n, level).upper,
        "wilson_lower": wilson(x, n, level).lower,
        "wilson_upper": wilson(x, n, level).upper,
        "p_greater_p0_05": binomial_tail(x, n, 0.05),
        "p_greater_p0_10": binomial_tail(x, n, 0.10),
        "p_greater_p0_20": binomial_tail(x, n, 0.20),
    }
    for column, value in found.items():
        assert value == pytest.approx(float(row[column]), abs=1e-9), column
