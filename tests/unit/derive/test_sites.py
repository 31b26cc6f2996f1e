"""Where a lesion lies and of what kind it is, from the words of the lesion list."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from onearm.derive.organs import organ_of
from onearm.derive.sites import (
    FLUID,
    INFILTRATIVE,
    LIVER,
    NODE,
    OUTSIDE,
    PLACED,
    PORTA_HEPATIS,
    VEIN,
    gather_sites,
    site_bits,
)

IN_THE_LIVER, OUTSIDE_IT = PLACED | LIVER, PLACED | OUTSIDE


@pytest.mark.parametrize(
    "location",
    ["LIVER", "Liver, right lobe", "HEPATIC", "HEPATIC SEGMENT VIII", "INTRAHEPATIC", "INTRA-HEPATIC", "intra hepatic"],
)
def test_the_liver(location: str) -> None:
    assert site_bits(location, "") == IN_THE_LIVER
    assert organ_of(location) == "liver"


@pytest.mark.parametrize(
    "location",
    ["LUNG", "ADRENAL GLAND", "BONE", "PERITONEUM", "EXTRAHEPATIC", "EXTRA-HEPATIC", "PERI-HEPATIC", "HEPATIC FLEXURE",
     "COLON, HEPATIC FLEXURE", "GALLBLADDER", "INFERIOR VENA CAVA", "SPLEEN", "CHEST WALL"],
)  # fmt: skip
def test_outside_the_liver(location: str) -> None:
    assert site_bits(location, "") == OUTSIDE_IT
    assert organ_of(location) != "liver"


@pytest.mark.parametrize(
    "location",
    ["", "RIGHT LOBE", "SEGMENT VIII", "OTHER", "LIVER/LUNG", "ADJACENT TO LIVER", "NOT LIVER", "HEPATIC NODE"],
)  # fmt: skip
def test_what_is_not_known_is_not_guessed(location: str) -> None:
    assert site_bits(location, "") & (PLACED | LIVER | OUTSIDE) == 0


@pytest.mark.parametrize("detail", ["abutting liver", "LIVER", "HEPATIC SIDE", "PORTAL VEIN SIDE"])
def test_the_detail_never_says_where(detail: str) -> None:
    assert site_bits("ADRENAL GLAND", detail) & (PLACED | LIVER | OUTSIDE) == OUTSIDE_IT
    assert site_bits("", detail) & PLACED == 0


@pytest.mark.parametrize(
    "location, detail, bits",
    [("PORTAL VEIN", "", IN_THE_LIVER | VEIN), ("LIVER", "TUMOR THROMBUS OF PORTAL VEIN", IN_THE_LIVER | VEIN),
     ("LIVER", "ADJACENT TO HEPATIC VEIN", IN_THE_LIVER), ("LIVER", "DIFFUSE", IN_THE_LIVER | INFILTRATIVE),
     ("LIVER", "NOT INFILTRATIVE", IN_THE_LIVER), ("PVTT", "", IN_THE_LIVER | VEIN),
     ("PLEURA", "EFFUSION", OUTSIDE_IT | FLUID), ("ASCITES", "", OUTSIDE_IT | FLUID),
     ("LYMPH NODE", "PORTA HEPATIS", OUTSIDE_IT | NODE | PORTA_HEPATIS),
     ("LYMPH NODE, LIVER HILUM", "", OUTSIDE_IT | NODE), ("LYMPH NODE", "PORTAL VEIN", OUTSIDE_IT | NODE)],
)  # fmt: skip
def test_the_kind_of_a_lesion(location: str, detail: str, bits: int) -> None:
    assert site_bits(location, detail) == bits


def test_a_lesion_in_two_places_lies_in_none() -> None:
    keys = np.array([1, 1, 2, 2, 3, 3], np.int64)
    places = pl.Series(["LIVER", "LUNG", "LIVER", "HEPATIC", "LIVER", None], dtype=pl.String)
    sites = gather_sites(keys, places, pl.Series([None] * 6, dtype=pl.String))
    assert sites.bits.tolist() == [0, IN_THE_LIVER, IN_THE_LIVER]
