"""The JSON schema of a tool's arguments: what every client reads, and nothing that costs bytes and tells nothing."""

from collections.abc import Mapping
from typing import Any

from harvest_mcp.tools.tool import Arguments


def schema(arguments: type[Arguments]) -> dict[str, Any]:
    """Return the model's JSON schema without titles, defaults and bounds, and with a type in every place.

    Unknown names are refused anyway, with the list of those there are.
    """
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
    if "$ref" in item:
        return _object(parts[item["$ref"].rpartition("/")[2]], parts)
    slim = {key: value for key, value in item.items() if key not in DROPPED}
    if "const" in slim:  # one word to choose from is an enum of one
        slim["enum"] = [slim.pop("const")]
    if "items" in slim:
        slim["items"] = _slim(slim["items"], parts)
    return slim
