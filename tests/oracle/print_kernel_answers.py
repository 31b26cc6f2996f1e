"""Prints a digest of what the kernels say about batches of generated patients: compiled and plain must agree."""

from __future__ import annotations

import hashlib
import sys

import numpy as np
from chance import Seeded
from kernel_comparison import derive_batch
from option_draws import an_option_set
from patients import a_patient

BATCH = 25


def digest(seed: int) -> str:
    chance = Seeded(seed)
    options = an_option_set(chance)
    visits = derive_batch([a_patient(chance) for _ in range(BATCH)], options)
    whole = hashlib.sha256()
    for array in visits:
        whole.update(f"{array.dtype} {array.shape}".encode())
        whole.update(np.ascontiguousarray(array).tobytes())
    return whole.hexdigest()


if __name__ == "__main__":
    for batch in range(int(sys.argv[1])):
        print(digest(batch))
