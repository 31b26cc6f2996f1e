"""Cohen's kappa against published tables.

Sources: the skin condition example of the SAS FREQ procedure (two dermatologists, 88 patients); the table SexualFun
of the R package vcd (husband and wife, 91 couples; Hout et al. 1987, linear weights); Fleiss 1981, page 213 (two
psychiatrists, 100 patients); Fleiss, Cohen and Everitt 1969, the example of 200 patients.
"""

from __future__ import annotations

import pytest

from onearm.stats.kappa import cohen_kappa

SKIN = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]
COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]


@pytest.mark.parametrize(
    ("table", "weights", "value", "error", "limits"),
    [
        (SKIN, "none", 0.3449, 0.0724, (0.2030, 0.4868)),
        (SKIN, "linear", 0.5082, 0.0655, (0.3798, 0.6366)),
        (COUPLES, "none", 0.1293, 0.0686, None),
        (COUPLES, "linear", 0.2374, 0.0783, None),
    ],
)
def test_kappa_with_its_standard_error(
    table: list[list[int]], weights: str, value: float, error: float, limits: tuple[float, float] | None
) -> None:
    found = cohen_kappa(table, weights)  # type: ignore[arg-type]
    assert found.value == pytest.approx(value, abs=5e-5)
    assert found.standard_error == pytest.approx(error, abs=5e-5)
    if limits is not None:
        assert (found.lower, found.upper) == pytest.approx(limits, abs=5e-5)


def test_kappa_of_fleiss_and_his_colleagues() -> None:
    assert cohen_kappa([[106, 10, 4], [22, 28, 10], [2, 12, 6]]).value == pytest.approx(0.429, abs=5e-4)
    two_psychiatrists = cohen_kappa([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    assert two_psychiatrists.value == pytest.approx(0.68, abs=5e-3)
    assert (two_psychiatrists.observed, two_psychiatrists.expected) == pytest.approx((0.89, 0.66))
