"""Where a lesion lies and of what kind it is, as far as a criterion or a region asks: read from TULOC and TULOCDTL."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.derive.days import Mask
from onearm.kernels.arrays import Ints64

PLACED, NODE, LIVER, PORTA_HEPATIS, VEIN, FLUID, INFILTRATIVE = 1, 2, 4, 8, 16, 32, 64
"""Bits of a site. ``PLACED``: somebody said where the lesion lies."""

NODE_WORD = "LYMPH NODE"

SITE_WORDS: tuple[tuple[int, str], ...] = (
    (LIVER, r"\b(LIVER|INTRAHEPATIC)\b"),
    (LIVER, r"\b(PORTAL|HEPATIC) VEINS?\b"),
    (PORTA_HEPATIS, r"\bPORTA HEPATIS\b"),
    (VEIN, r"\b(PORTAL|HEPATIC) VEINS?\b|\bVEIN.* THROMB|\bPVTT\b"),
    (FLUID, r"\b(ASCITES|EFFUSION|PERITONEAL FLUID|PLEURAL FLUID)\b"),
    (INFILTRATIVE, r"\b(INFILTRATIVE|DIFFUSE)\b"),
)
"""What the words of TULOC and TULOCDTL together say of a lesion. A node lies outside the liver, wherever it drains."""


class Sites(NamedTuple):
    """Bits by lesion: ``key`` is subject × number of names + name, in rising order."""

    key: Ints64
    bits: Ints64

    def of(self, keys: Ints64) -> Ints64:
        """The bits of each lesion; 0 where no list names it."""
        if not len(self.key):
            return np.zeros(len(keys), np.int64)
        at = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        return np.where(self.key[at] == keys, self.bits[at], 0)


def site_bits(location: str, detail: str) -> int:
    """The bits of one location in words; 0 without any."""
    text = f"{location} {detail}".upper().strip()
    if not text:
        return 0
    bits = PLACED
    for bit, words in SITE_WORDS:
        if re.search(words, text):
            bits |= bit
    if NODE_WORD in location.upper():
        bits = (bits | NODE) & ~(LIVER | VEIN)
    return bits


def gather_sites(keys: Ints64, location: pl.Series, detail: pl.Series) -> Sites:
    """The sites of the lesions of a list; rows of one lesion add up."""
    said = pl.DataFrame({"location": location.fill_null(""), "detail": detail.fill_null("")})
    distinct = said.unique()
    table = distinct.with_columns(pl.Series("bits", [site_bits(*row) for row in distinct.iter_rows()], dtype=pl.Int64))
    bits = said.join(table, on=["location", "detail"], how="left", maintain_order="left")["bits"].to_numpy()
    distinct_keys, place = np.unique(keys, return_inverse=True)
    all_bits = np.zeros(len(distinct_keys), np.int64)
    np.bitwise_or.at(all_bits, place, bits)
    return Sites(distinct_keys, all_bits)


def has(site: Ints64, bit: int) -> Mask:
    """Which sites have a bit."""
    return np.asarray((site & bit) != 0, np.bool_)


def is_viable_measured(site: Ints64) -> Mask:
    """Lesions of the liver that are no nodes: under mRECIST their viable part counts, whatever the whole measures."""
    return has(site, LIVER) & ~has(site, NODE)
