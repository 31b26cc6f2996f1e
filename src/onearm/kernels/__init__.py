"""The rules, each written once: integers in, integers out, compiled, one patient (or one trial) at a time.

Contract of a kernel: it allocates nothing (outputs and scratch are arguments owned by the caller), takes its rules as
one ``NamedTuple`` of integers, takes a cut day and ignores what is later, is compiled with an explicit signature,
``nogil`` and cached on disk. With ``NUMBA_DISABLE_JIT=1`` every kernel runs as plain Python and gives the same
integers.
"""

from __future__ import annotations

from onearm import _numba_cache as _numba_cache
