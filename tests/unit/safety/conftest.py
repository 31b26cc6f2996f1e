"""The hand-made patients of the derivation's tests serve here too."""
"""The hand-made patients of the derivation serve the audit too."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "derive"))
