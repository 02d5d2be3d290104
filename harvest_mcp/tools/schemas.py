"""The JSON schema of a tool's arguments, without what costs bytes and tells nothing."""

from collections.abc import Mapping
from typing import Any

from harvest_mcp.tools.arguments import Arguments


def schema(arguments: type[Arguments]) -> dict[str, Any]:
    """The model's JSON schema without what costs bytes and tells nothing: titles, null defaults, bounds; unknown names
    are refused anyway, with the list of those there are."""
    told = arguments.model_json_schema()
    return _object(told, told.get("$defs", {}))


DROPPED = {"title", "default", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"}


def _object(told: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    properties = {name: _slim(item, parts) for name, item in told.get("properties", {}).items()}
    slim: dict[str, Any] = {"type": "object", "properties": properties}
    if required := told.get("required"):
        slim["required"] = required
    return slim


def _slim(item: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    slim = {key: value for key, value in item.items() if key not in DROPPED}
    if "items" in slim:
        of = slim["items"]
        inner = parts.get(of.get("$ref", "").rpartition("/")[2])
        slim["items"] = _object(inner, parts) if inner else {"enum": of["enum"]} if "enum" in of else _slim(of, parts)
    return slim
