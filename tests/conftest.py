"""How thoroughly Hypothesis looks: the environment variable HYPOTHESIS_PROFILE chooses ``default`` or ``long``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("default", max_examples=60, derandomize=True, database=None, deadline=None)
settings.register_profile(
    "long",
    max_examples=1000,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "default")
