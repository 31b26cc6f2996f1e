"""Compiled or not, the same integers; and a changed callee is never served from an old cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import onearm
from onearm import _numba_cache

HERE = Path(__file__).parent
PACKAGE = Path(onearm.__file__).parent


def run(arguments: list[str], **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_plain_python_gives_the_same_integers_as_the_compiled_kernels() -> None:
    batch = [str(HERE / "kernel_batch.py"), "6"]
    compiled, plain = run(batch), run(batch, NUMBA_DISABLE_JIT="1")
    assert compiled.count("\n") == 6 * 17
    assert compiled == plain
    # Another batch gives other integers: the digests are not those of empty arrays.
    assert len(set(compiled.splitlines())) > 40


ASK = """
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
import onearm
from onearm.kernels.best_response import N_BEST, OUT_CONFIRMED, derive_best_response
from onearm.kernels.rules import NEVER, ResponseRules
rules = ResponseRules(*[0] * len(ResponseRules._fields))._replace(confirmation_min_days=28)
day, overall, out = np.array([0, 63, 91], np.int32), np.array([0, 2, 2], np.int8), np.zeros(N_BEST, np.int32)
missed = np.zeros(3, np.int32)
derive_best_response(rules, 3, day, overall, missed, 0, NEVER, NEVER, NEVER, 0, NEVER - 1, out)
print(onearm.__file__, out[OUT_CONFIRMED])
"""
"""A partial response and the next scan exactly 28 days later: confirmed (2), or stable (3) if 28 days were too few."""


def test_a_changed_callee_changes_what_its_cached_caller_says(tmp_path: Path) -> None:
    copy = tmp_path / "onearm"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "templates"))
    cache = tmp_path / "cache"
    settings = {"ONEARM_CACHE_DIR": str(cache)}
    ask = ["-c", ASK, str(tmp_path)]
    for _ in range(2):
        assert run(ask, **settings).split() == [str(copy / "__init__.py"), "2"]
    first = set(cache.iterdir())
    # The callee stands in another file than the caller that was asked.
    callee = copy / "kernels" / "confirmation.py"
    text = callee.read_text(encoding="utf-8")
    old, new = ">= rules.confirmation_min_days", "> rules.confirmation_min_days"
    assert text.count(old) == 1
    callee.write_text(text.replace(old, new), encoding="utf-8")
    assert run(ask, **settings).split()[1] == "3"
    assert len(set(cache.iterdir()) - first) == 1


def test_the_cache_key_covers_kernels_statistics_and_codes(tmp_path: Path) -> None:
    for part in ("kernels", "stats"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "one.py").write_text("a = 1\n", encoding="utf-8")
    (tmp_path / "terms.py").write_text("b = 1\n", encoding="utf-8")
    seen = {_numba_cache.source_digest(tmp_path)}
    for changed in ("kernels/one.py", "stats/one.py", "terms.py"):
        (tmp_path / changed).write_text("a = 2\n", encoding="utf-8")
        seen.add(_numba_cache.source_digest(tmp_path))
    assert len(seen) == 4
