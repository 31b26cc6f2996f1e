"""Keys Numba's disk cache by what the compiled code depends on. Imported before Numba, by every room that compiles.

Numba's own cache does not notice a changed callee in another file. So the cache directory carries a digest of every
source file of ``kernels/`` and ``stats/`` and ``terms.py``, and the versions of Numba and NumPy: a change anywhere
there starts a new one.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path


def source_digest(package: Path) -> str:
    """SHA-256 (first 16 hex digits) over the sources that compiled code may contain, and the compiler's version."""
    digest = hashlib.sha256()
    for name in ("numba", "numpy"):
        digest.update(f"{name}={version(name)};".encode())
    digest.update(f"python={sys.version_info[0]}.{sys.version_info[1]};".encode())
    sources = [
        package / "terms.py",
        *sorted((package / "kernels").glob("*.py")),
        *sorted((package / "stats").glob("*.py")),
    ]
    for source in sources:
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    """Where compiled kernels are kept: ``ONEARM_CACHE_DIR``, else the user's cache folder, else a temporary one."""
    chosen = os.environ.get("ONEARM_CACHE_DIR")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "onearm"


def choose_cache_directory() -> Path:
    """Point Numba at the folder for exactly these sources; falls back to a temporary folder that can be written."""
    name = f"kernels-{source_digest(Path(__file__).parent)}"
    for root in (cache_root(), Path(tempfile.gettempdir()) / f"onearm-{os.environ.get('USER', 'user')}"):
        folder = root / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".write-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError:
            continue
        break
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)
    return folder


CACHE_DIRECTORY = choose_cache_directory()
