"""JSON Schemas of protocols and overlays, so that editors complete and check while one types."""

from __future__ import annotations

from typing import Any

from onearm.protocol.base import UNSTATED
from onearm.protocol.model import Protocol
from onearm.protocol.options import NOT_YET_SUPPORTED, ResponseOptions
from onearm.protocol.overlay import Overlay
from onearm.protocol.paths import FILLED_BY_LOADER
from onearm.protocol.profile import SUPPORTED_CRITERIA, profile_names

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NUMBER = {"type": "number"}


def protocol_schema() -> dict[str, Any]:
    """The schema of a protocol file: the fields that a file may write, ``unstated`` where the loader takes it."""
    schema = Protocol.model_json_schema()
    options = ResponseOptions.model_json_schema()
    for name in FILLED_BY_LOADER:
        schema["properties"].pop(name, None)
    definitions = {**schema.pop("$defs"), **options.pop("$defs", {})}
    override = {key: value for key, value in options.items() if key != "required"}
    override["title"] = "ResponseOptions that differ from the profile"
    _leave_out_unsupported(override["properties"])
    definitions["ResponseOptions"] = override
    tumour = definitions["Tumour"]["properties"]
    tumour["override"] = {"$ref": "#/$defs/ResponseOptions"}
    tumour["profile"] = {
        "anyOf": [{"enum": profile_names()}, {"type": "null"}],
        "description": tumour["profile"].get("description", ""),
    }
    tumour["criterion"]["anyOf"] = [{"enum": list(SUPPORTED_CRITERIA)}, {"type": "null"}]
    made = _as_written({**schema, "$defs": definitions})
    made["properties"]["endpoints"]["additionalProperties"] = False
    stop = made["$defs"]["Design"]["properties"]["efficacy_stop"]
    stop["anyOf"] = [{"const": "none"} if choice == {"const": UNSTATED} else choice for choice in stop["anyOf"]]
    return {"$schema": _DIALECT, **made, "title": "onearm protocol"}


def overlay_schema() -> dict[str, Any]:
    """The schema of an overlay file."""
    return {"$schema": _DIALECT, **_as_written(Overlay.model_json_schema()), "title": "onearm overlay"}


def _leave_out_unsupported(properties: dict[str, Any]) -> None:
    for name, refused in NOT_YET_SUPPORTED.items():
        choices = properties[name].pop("enum", None) or [properties[name].pop("const")]
        properties[name]["enum"] = [choice for choice in choices if choice not in refused]


def _as_written(node: Any) -> Any:
    """The schema of what stands in a file: ``unstated`` for null, plain numbers, no defaults."""
    if isinstance(node, list):
        return [_as_written(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node:
        node = {**node, "anyOf": _choices(node["anyOf"])}
    if node.get("type") == "null":
        return {"const": UNSTATED}
    return {key: _as_written(value) for key, value in node.items() if key != "default" or not _is_default(node)}


def _choices(choices: list[Any]) -> list[Any]:
    """A decimal's schema allows text; a file writes bare numbers only."""
    types = {choice.get("type") for choice in choices if isinstance(choice, dict)}
    if "number" in types:
        return [choice for choice in choices if not (choice.get("type") == "string" and "pattern" in choice)]
    return choices


def _is_default(node: dict[str, Any]) -> bool:
    return any(key in node for key in ("type", "anyOf", "enum", "const", "$ref", "description", "title"))
