"""onearm runs a single-arm phase II oncology trial from one protocol file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onearm.pipeline import Analysis, analyse
    from onearm.protocol import Protocol, load_protocol
    from onearm.records import Records, load_records

__version__ = "0.1.0"
__all__ = ["Analysis", "Protocol", "Records", "analyse", "load_protocol", "load_records"]

_ROOMS = {
    "Analysis": "onearm.pipeline",
    "analyse": "onearm.pipeline",
    "Protocol": "onearm.protocol",
    "load_protocol": "onearm.protocol",
    "Records": "onearm.records",
    "load_records": "onearm.records",
}


def __getattr__(name: str) -> Any:
    """Load a room when it is asked for, so that ``onearm --help`` stays quick."""
    import importlib

    if name == "derive":
        return importlib.import_module("onearm.derive")
    if name not in _ROOMS:
        raise AttributeError(f"module 'onearm' has no attribute {name!r}")
    return getattr(importlib.import_module(_ROOMS[name]), name)
