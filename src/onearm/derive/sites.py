"""Where a lesion lies and of what kind it is, as far as a criterion or a region asks: read from TULOC and TULOCDTL."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.derive.days import Mask
from onearm.kernels.arrays import Ints64

PLACED, NODE, LIVER, PORTA_HEPATIS, VEIN, FLUID, INFILTRATIVE, OUTSIDE = 1, 2, 4, 8, 16, 32, 64, 128
"""Bits of a site. ``PLACED``: it is known whether the lesion lies in the liver or outside it."""

NODE_WORD = "LYMPH NODE"

LIVER_WORDS = r"\b(LIVER|HEPATIC|INTRAHEPATIC|PORTAL VEINS?|PVTT)\b"
"""What says in TULOC that a lesion lies in the liver."""
OUTSIDE_WORDS = (
    r"\b(?:EXTRA|PERI|PARA|SUB)HEPATIC\b|\bHEPATIC FLEXURE\b|"
    r"\b(?:LUNGS?|PULMONARY|PLEURAL?|PERICARDI\w+|HEART|MEDIASTIN\w+|CHEST|THORA\w+|TRACHEA|BRONCH\w+|DIAPHRAGM|"
    r"BONES?|BONY|OSSEOUS|SKELET\w+|MARROW|SPIN(?:E|AL)|VERTEBRA\w*|RIBS?|STERNUM|SCAPULA|CLAVICLE|HUMERUS|FEMUR|"
    r"FEMORAL|TIBIA|PELVI[SC]|SACRUM|ILIUM|ILIAC|SKULL|BRAIN|CEREBR\w+|CEREBELL\w+|MENING\w+|ADRENALS?|SUPRARENAL|"
    r"KIDNEYS?|RENAL|SPLEEN|SPLENIC|PANCREA\w+|STOMACH|GASTRIC|[OE]*SOPHAG\w+|DUODEN\w+|JEJUN\w+|ILEUM|C[AO]*ECUM|"
    r"COLON|COLIC|RECTUM|RECTAL|BOWEL|INTESTIN\w+|APPENDIX|GALL ?BLADDER|BLADDER|PROSTATE|TEST[IE]S|OVAR\w+|UTERUS|"
    r"ANUS|ANAL|CERVIX|VAGINA|BREASTS?|THYROID|NECK|HEAD|TONGUE|PHARYNX|LARYNX|EYES?|ORBIT|SKIN|SUBCUTANE\w+|"
    r"SOFT TISSUES?|MUSC\w+|ABDOMINAL WALL|PERITONE\w+|RETROPERITONE\w+|OMENT\w+|MESENTER\w+|VENA CAVA|AORTA|ATRIUM|"
    r"ASCITES|EFFUSIONS?)\b"
)
"""What says in TULOC that it lies elsewhere."""
BESIDE_WORDS = (
    r"\b(?:NOT|NON|NO|WITHOUT|OUTSIDE|BESIDE|NEAR|NEXT|ADJACENT|ADJOINING|ABUT\w*|CLOSE|CONTACT\w*|TOUCH\w*|BETWEEN)\b"
)
"""Words that tell what a lesion is not, or only what lies beside it: such a text is not read."""
JOINED_WORDS = r"\b(EXTRA|INTRA|PERI|PARA|SUB)[- ]HEPATIC\b"
"""Written in two words or in one."""

KIND_WORDS: tuple[tuple[int, str], ...] = (
    (PORTA_HEPATIS, r"\bPORTA HEPATIS\b"),
    (VEIN, r"\b(PORTAL|HEPATIC) VEINS?\b|\bVEIN.* THROMB|\bPVTT\b"),
    (FLUID, r"\b(ASCITES|EFFUSIONS?|PERITONEAL FLUID|PLEURAL FLUID)\b"),
    (INFILTRATIVE, r"\b(INFILTRATIVE|DIFFUSE)\b"),
)
"""What TULOC and TULOCDTL together say of the kind of a lesion."""


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
    """The bits of one location in words; without ``PLACED`` where it is not among those known.

    TULOC alone says whether a lesion lies in the liver; a text that names the liver and another organ does not. A node
    lies outside, wherever it drains.
    """
    place, further = _read(location), _read(detail)
    bits = 0
    for bit, words in KIND_WORDS:
        if re.search(words, f"{place} {further}"):
            bits |= bit
    if NODE_WORD in location.upper():
        return (bits | NODE | PLACED | OUTSIDE) & ~VEIN
    outside = re.search(OUTSIDE_WORDS, place) is not None
    inside = re.search(LIVER_WORDS, place.replace("HEPATIC FLEXURE", "")) is not None
    if inside != outside and not re.search(r"\b(NODES?|NODAL)\b", place):
        bits |= PLACED | (LIVER if inside else OUTSIDE)
    return bits


def _read(text: str) -> str:
    """A text as the words are looked for in it; empty where it tells what a lesion is not or lies beside."""
    words = re.sub(JOINED_WORDS, r"\1HEPATIC", text.upper().strip())
    return "" if re.search(BESIDE_WORDS, words) else words


def gather_sites(keys: Ints64, location: pl.Series, detail: pl.Series) -> Sites:
    """The sites of the lesions of a list; rows of one lesion add up, and one that is said to lie in two places lies in
    none."""
    said = pl.DataFrame({"location": location.fill_null(""), "detail": detail.fill_null("")})
    distinct = said.unique()
    table = distinct.with_columns(pl.Series("bits", [site_bits(*row) for row in distinct.iter_rows()], dtype=pl.Int64))
    bits = said.join(table, on=["location", "detail"], how="left", maintain_order="left")["bits"].to_numpy()
    distinct_keys, place = np.unique(keys, return_inverse=True)
    all_bits = np.zeros(len(distinct_keys), np.int64)
    np.bitwise_or.at(all_bits, place, bits)
    twice = has(all_bits, LIVER) & has(all_bits, OUTSIDE) & ~has(all_bits, NODE)
    return Sites(distinct_keys, np.where(twice, all_bits & ~(PLACED | LIVER | OUTSIDE), all_bits))


def has(site: Ints64, bit: int) -> Mask:
    """Which sites have a bit."""
    return np.asarray((site & bit) != 0, np.bool_)


def is_viable_measured(site: Ints64) -> Mask:
    """Lesions of the liver that are no nodes: under mRECIST their viable part counts, whatever the whole measures."""
    return has(site, LIVER) & ~has(site, NODE)
