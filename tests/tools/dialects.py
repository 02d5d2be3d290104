"""What the schema of a tool must be for each kind of client to take it: tables of their rules, and what breaks them.

Where each rule comes from, as known in November 2026:
- OpenAI: the rules of strict function calling ("Structured outputs", supported schemas), checked with the converter of
  openai-agents 0.24.
- Gemini: the converter of google-genai 3.6, and what the API answers to more, as in google-gemini/gemini-cli#3178
  ("only 'enum' and 'date-time' are supported for STRING type") and decolua/9router#380
  ("enum only allowed for STRING type").
- VS Code: microsoft/vscode#246119 ("tool parameters array type must have items").
- Anthropic: names of tools of at most 64 letters, digits, `_` and `-`, and what the API answers about keys ("Property
  keys should match pattern").
"""

import keyword
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types
from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped]  # same
from pydantic import BaseModel, ConfigDict, create_model

Schema = dict[str, Any]
Faults = Iterator[str]

OURS = frozenset({"type", "description", "enum", "items", "properties", "required"})
TYPES = frozenset({"string", "integer", "boolean", "array", "object"})

STRICT_TYPES = TYPES | {"number", "null"}
STRICT_KEYS = OURS | {
    *("additionalProperties", "anyOf", "$ref", "$defs", "const", "pattern", "format", "multipleOf"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"),
}
STRICT_MOST = {"properties": 5_000, "levels": 10, "enum values": 1_000, "characters": 120_000}
STRICT_LONG_ENUM = (250, 15_000)
"""An enum of more values than the first has at most the second in characters."""

GEMINI_TYPES = frozenset({"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT"})
GEMINI_KEYS = OURS | {
    *("title", "format", "nullable", "default", "example", "anyOf", "propertyOrdering", "pattern"),
    *("minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"),
}
GEMINI_FORMATS = {
    "STRING": frozenset({"enum", "date-time"}),
    "NUMBER": frozenset({"float", "double"}),
    "INTEGER": frozenset({"int32", "int64"}),
}
GEMINI_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")

ANTHROPIC_TOOL = re.compile(r"[a-zA-Z0-9_-]{1,64}")
ANTHROPIC_PROPERTY = re.compile(r"[a-zA-Z0-9_.-]{1,64}")


def places(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Every schema within a schema, itself first, with the way to it: `lines[].kind`."""
    yield path, schema
    for name, item in schema.get("properties", {}).items():
        yield from places(item, f"{path}.{name}" if path else name)
    if "items" in schema:
        yield from places(schema["items"], f"{path}[]")


def of_the_draft(tool: str, schema: Schema) -> Faults:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield error.message


def plain(tool: str, schema: Schema) -> Faults:
    """Our own rule, under all others: one type in every place, few keywords, names that any language can have."""
    for path, item in places(schema):
        if strange := item.keys() - OURS:
            yield f"{path} has {sorted(strange)}"
        if item.get("type") not in TYPES:
            yield f"{path} has the type {item.get('type')}"
        if "description" in item and not item["description"].strip():
            yield f"{path} has an empty description"
        names = item.get("properties", {})
        if not set(item.get("required", ())) <= set(names):
            yield f"{path} requires what it has not"
        yield from (f"{name} is no name" for name in names if not name.isidentifier() or keyword.iskeyword(name))


def strictly(schema: Schema) -> Schema:
    """What a converter makes for OpenAI: everything required, and null for what may be left out."""
    made = dict(schema)
    if "properties" in schema:
        required = schema.get("required", [])
        items = {name: strictly(item) for name, item in schema["properties"].items()}
        made["properties"] = {name: item if name in required else _nullable(item) for name, item in items.items()}
        made |= {"required": list(items), "additionalProperties": False}
    if "items" in schema:
        made["items"] = strictly(schema["items"])
    return made


def _nullable(schema: Schema) -> Schema:
    enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **enum}


def openai(tool: str, schema: Schema) -> Faults:
    """Strict function calling, of what a converter makes."""
    made = strictly(schema)
    yield from of_the_draft(tool, made)
    all_places = list(places(made))
    for path, item in all_places:
        types = [item["type"]] if isinstance(item["type"], str) else item["type"]
        if item.keys() - STRICT_KEYS or not set(types) <= STRICT_TYPES:
            yield f"{path} is outside of the subset: {sorted(item.keys() - STRICT_KEYS)} {types}"
        if "object" in types and (item["additionalProperties"] or set(item["required"]) != set(item["properties"])):
            yield f"{path} is an open object"
        values = [value for value in item.get("enum", ()) if value is not None]
        if len(values) > STRICT_LONG_ENUM[0] and sum(map(len, values)) > STRICT_LONG_ENUM[1]:
            yield f"{path} has too long an enum"
    names = [name for _, item in all_places for name in item.get("properties", ())]
    words = [str(value) for _, item in all_places for value in item.get("enum", ())]
    found = {
        "properties": len(names),
        "levels": 1 + max(path.count(".") + path.count("[]") for path, _ in all_places),
        "enum values": len(words),
        "characters": sum(map(len, names + words)),
    }
    yield from (f"{many} {what}" for what, many in found.items() if many > STRICT_MOST[what])


def gemini(tool: str, schema: Schema) -> Faults:
    """The API's own subset. A tool without arguments goes there without parameters, since no object may be empty."""
    if not GEMINI_NAME.fullmatch(tool):
        yield "its name"
    for path, item in places(schema) if schema["properties"] else ():
        kind = str(item.get("type", "")).upper()
        if kind not in GEMINI_TYPES or item.keys() - GEMINI_KEYS:
            yield f"{path} is outside of the subset: {kind} {sorted(item.keys() - GEMINI_KEYS)}"
        if "format" in item and item["format"] not in GEMINI_FORMATS.get(kind, ()):
            yield f"{path} has the format {item['format']}"
        if "enum" in item and (kind != "STRING" or not all(isinstance(value, str) and value for value in item["enum"])):
            yield f"{path} has an enum that is not of words"
        if kind == "ARRAY" and "items" not in item:
            yield f"{path} is an array of anything"
        if kind == "OBJECT" and not item.get("properties"):
            yield f"{path} is an object without properties"


def vs_code(tool: str, schema: Schema) -> Faults:
    for path, item in places(schema):
        if item.get("type") == "array" and "type" not in item.get("items", {}):
            yield f"{path} is an array without concrete items"


def anthropic(tool: str, schema: Schema) -> Faults:
    if not ANTHROPIC_TOOL.fullmatch(tool):
        yield "its name"
    names = (name for _, item in places(schema) for name in item.get("properties", ()))
    yield from (f"the name {name}" for name in names if not ANTHROPIC_PROPERTY.fullmatch(name))


DIALECTS: Mapping[str, Callable[[str, Schema], Faults]] = {
    "draft 2020-12": of_the_draft,
    "ours": plain,
    "OpenAI strict": openai,
    "Gemini": gemini,
    "VS Code": vs_code,
    "Anthropic": anthropic,
}

MADE: Mapping[str, type] = {"string": str, "integer": int, "boolean": bool}


def converted(name: str, schema: Schema) -> type[BaseModel]:
    """What a plain converter of the agent frameworks makes: a model by pydantic, each optional argument null."""
    required = schema.get("required", ())
    takes: dict[str, Any] = {
        each: (kind, ...) if each in required else (kind | None, None)
        for each, item in schema["properties"].items()
        for kind in [_made(f"{name}_{each}", item)]
    }
    return create_model(name, __config__=ConfigDict(extra="forbid", strict=True), **takes)


def _made(name: str, item: Schema) -> Any:
    if item["type"] == "object":
        return converted(name, item)
    if item["type"] == "array":
        return list[_made(name, item["items"])]  # type: ignore[misc]  # made at run time
    return Literal[tuple(item["enum"])] if "enum" in item else MADE[item["type"]]
