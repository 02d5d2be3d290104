"""The JSON schema of a tool's arguments, without anything that costs bytes and tells a model nothing."""

from collections.abc import Mapping
from typing import Any

from harvest_mcp.tools.tool import Arguments


def schema(arguments: type[Arguments]) -> dict[str, Any]:
    """Return the model's JSON schema without titles, defaults and bounds, but with a type everywhere.

    `additionalProperties` is left out too: unknown names are refused anyway, with a list of the known ones.
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
    if "const" in slim:  # pydantic writes a single choice as `const`
        slim["enum"] = [slim.pop("const")]
    if "items" in slim:
        slim["items"] = _slim(slim["items"], parts)
    return slim
