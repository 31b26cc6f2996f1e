"""The hand-made patients of the derivation's tests are used here too, also when this folder is run alone."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "derive"))
