"""Dotted paths into a protocol: ``design.n1``, ``endpoints.orr.window.cap``, ``treatment.components.haic.every``.

A step names a field, a key, or an item of a list by its ``id`` (else by its index, from 0).
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from onearm.protocol.base import Part

FILLED_BY_LOADER = frozenset(
    {"response_options", "source_name", "digest", "overlays", "headings", "questionnaire_files"}
)
"""Fields of the protocol that no file may write."""


def known_keys(part: type[BaseModel]) -> list[str]:
    """Keys that a file may write in a part."""
    keys = [info.alias or name for name, info in part.model_fields.items()]
    return [key for key in keys if key not in FILLED_BY_LOADER]


def kind_at(root: type[BaseModel], steps: Iterable[str | int]) -> Any:
    """The annotation at a path below a part, or None when the model has no such path."""
    here: Any = root
    for step in steps:
        here = _below(here, str(step))
        if here is None:
            return None
    return here


def part_at(root: type[BaseModel], steps: Iterable[str | int]) -> type[BaseModel] | None:
    """The part that stands at a path, when one does."""
    return next(iter(_parts(kind_at(root, steps))), None)


def path_exists(root: type[BaseModel], path: str) -> bool:
    """Whether the model has a place of this name that a file may write."""
    steps = path.split(".")
    return steps[0] not in FILLED_BY_LOADER and kind_at(root, steps) is not None


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word nearest to a mistyped one, or the empty text."""
    candidates = list(known)
    lowered = {name.lower().replace("-", "_"): name for name in candidates}
    found = get_close_matches(word.lower().replace("-", "_").replace(" ", "_"), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else ""


def value_at(part: Any, path: str) -> Any:
    """The value at a path of a loaded protocol; None when it is open or not there."""
    here = part
    for step in path.split("."):
        if isinstance(here, BaseModel):
            here = getattr(here, step, None)
        elif isinstance(here, dict):
            here = here.get(step)
        elif isinstance(here, tuple):
            here = _item(here, step)
        else:
            return None
    return here


def is_written(part: Part, path: str) -> bool:
    """Whether the file wrote this path, if only as ``unstated``: a default was not written."""
    *above, last = path.split(".")
    holder = value_at(part, ".".join(above)) if above else part
    if isinstance(holder, BaseModel):
        reached = is_written(part, ".".join(above)) if above else True
        return reached and last in holder.model_fields_set
    return value_at(part, path) is not None


def leaves(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Path and value of everything that is no further divided, in the order of the model."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from leaves(getattr(value, name), f"{prefix}.{name}" if prefix else name)
    elif isinstance(value, dict) and value and not all(isinstance(text, str) for text in value.values()):
        for key, below in value.items():
            yield from leaves(below, f"{prefix}.{key}")
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        for index, item in enumerate(value):
            yield from leaves(item, f"{prefix}.{getattr(item, 'id', index)}")
    else:
        yield prefix, value


def _item(items: tuple[Any, ...], step: str) -> Any:
    if step.isdecimal():
        return items[int(step)] if int(step) < len(items) else None
    return next((item for item in items if getattr(item, "id", None) == step), None)


def _below(annotation: Any, step: str) -> Any:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            for name, info in option.model_fields.items():
                if step in (name, info.alias):
                    return info.annotation
        elif typing.get_origin(option) in (dict, tuple):
            arguments = typing.get_args(option)
            below = arguments[1] if typing.get_origin(option) is dict else arguments[0]
            if typing.get_origin(option) is dict or _parts(below):
                return below
    return None


def _parts(annotation: Any) -> list[type[BaseModel]]:
    return [o for o in _options(annotation) if isinstance(o, type) and issubclass(o, BaseModel)]


def _options(annotation: Any) -> list[Any]:
    if typing.get_origin(annotation) is typing.Annotated:
        return _options(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [leaf for option in typing.get_args(annotation) for leaf in _options(option)]
    return [annotation]
