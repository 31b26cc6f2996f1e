"""Prints a digest of what the kernels say about batches of generated patients: compiled and plain must agree."""

from __future__ import annotations

import hashlib
import sys

import numpy as np
from chance import Seeded
from kernel_comparison import derive_batch, draw_strategies, ends_of, observed_of
from option_draws import an_option_set
from patients import a_patient

BATCH = 25


def digest(seed: int) -> str:
    chance = Seeded(seed)
    options = an_option_set(chance)
    several = [a_patient(chance) for _ in range(BATCH)]
    visits = derive_batch(several, options)
    start = np.array([patient.reference_day for patient in several], np.int32)
    profile = draw_strategies(chance)
    observed = observed_of(several, options, visits.overall, profile)
    ends = ends_of(profile, options, start, np.ones(BATCH, np.int32), observed)
    whole = hashlib.sha256()
    for array in visits:
        whole.update(f"{array.dtype} {array.shape}".encode())
        whole.update(np.ascontiguousarray(array).tobytes())
    whole.update(repr(ends).encode())
    return whole.hexdigest()


if __name__ == "__main__":
    for batch in range(int(sys.argv[1])):
        print(digest(batch))
