"""Edit YAML by inserting and deleting at the positions a parser reports: everything else stays byte for byte."""

import copy
import io
import json
import re
from collections.abc import Sequence
from typing import Any

from harvest_mcp.commands.install.editors.edits import checked, newline_of, without


def parse(text: str) -> dict[str, Any]:
    """Return the data a client reads.

    Raises:
        ValueError: it is not YAML, or no mapping.
    """
    from ruamel.yaml import YAML  # noqa: PLC0415 - only for a client that keeps its servers in YAML
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - same

    try:
        data = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f"line {mark.line + 1} cannot be read" if mark else "it cannot be read") from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ValueError("it holds no mapping")
    return data


def put(text: str, path: Sequence[str], value: Any) -> str:
    """Return the text with `value` at `path`, two names deep, replacing an existing one.

    Raises:
        ValueError: it is not YAML, or the path leads through something other than a mapping.
    """
    outer, name = path
    want = copy.deepcopy(parse(text))
    if want.get(outer) is None:
        want[outer] = {}
    if not isinstance(want[outer], dict):
        raise ValueError(f"{outer} is no mapping")
    there = name in want[outer]
    want[outer][name] = value
    if there:
        return checked(_replaced(text, outer, name, value), want, parse)
    return checked(_inserted(text, outer, name, value), want, parse)


def remove(text: str, path: Sequence[str]) -> str:
    """Return the text without what is at `path`, one name or two deep.

    Raises:
        ValueError: it is not YAML.
    """
    if (found := without(parse(text), path)) is None:
        return text
    want, node = found
    start, end = _span(text, path)
    emptied = text[:start] + text[end:]
    if not node and len(path) > 1 and not _flow(_pair(text, path[:-1])[1]):  # without it the mapping would be null
        colon = text.index(":", _pair(text, path[:-1])[0].end_mark.index) + 1
        emptied = f"{text[:colon]} {{}}{text[colon:start]}{text[end:]}"
    return checked(emptied, want, parse)


def _member(node: Any, name: str) -> tuple[Any, Any] | None:
    """Return the nodes of a key and its value."""
    return next(((key, value) for key, value in node.value if key.value == name), None)


def _pair(text: str, path: Sequence[str]) -> tuple[Any, Any]:
    node, found = _root(text), (None, None)
    for name in path:
        member = _member(node, name)
        if member is None:
            raise ValueError(f"{name} is not written out there")
        found, node = member, member[1]
    return found


def _root(text: str) -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415 - same

    return YAML(typ="safe", pure=True).compose(text)


def _last(node: Any) -> int:
    """Return the end of a node's text: a mapping's own end is after the comments that follow it."""
    if isinstance(node.value, list) and node.value and not node.flow_style:
        inner = node.value[-1]
        return _last(inner[1] if isinstance(inner, tuple) else inner)
    return int(node.end_mark.index)


def _flow(node: Any) -> bool:
    """Return whether it is a non-empty mapping or list in brackets."""
    return isinstance(node.value, list) and bool(node.value) and bool(node.flow_style)


def _span(text: str, path: Sequence[str]) -> tuple[int, int]:
    """Return what belongs to a member: its lines, or within brackets its comma."""
    key, value = _pair(text, path)
    if len(path) == 1 or not _flow(_pair(text, path[:-1])[1]):
        return _lines(text, key, value)
    start, end = key.start_mark.index, value.end_mark.index
    if behind := re.compile(r"\s*,\s*").match(text, end):
        return start, behind.end()
    before = text[:start].rstrip()
    return len(before.removesuffix(",")), end


def _lines(text: str, key: Any, value: Any) -> tuple[int, int]:
    """Return the span of the whole lines of a member."""
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    if text[start : key.start_mark.index].strip():
        raise ValueError("it is written in a way that cannot be changed without changing more")
    last = _last(value)
    if last and text[last - 1] == "\n":  # a block scalar ends after its line
        return start, last
    end = text.find("\n", last)
    return start, len(text) if end < 0 else end + 1


def _shown(name: str, value: Any, margin: int, newline: str) -> str:
    """Write a member as a block."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - same

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # ruamel types it as None
    yaml.width = 4096
    out = io.StringIO()
    yaml.dump({name: value}, out)
    return "".join(f"{' ' * margin}{line}{newline}" for line in out.getvalue().splitlines())


def _inserted(text: str, outer: str, name: str, value: Any) -> str:
    newline, root = newline_of(text), _root(text)
    found = _member(root, outer) if root is not None else None
    if found is None:
        apart = newline if text and not text.endswith("\n") else ""
        return f"{text}{apart}{outer}:{newline}{_shown(name, value, 2, newline)}"
    key, old = found
    if _flow(old):
        start = old.start_mark.index + 1
        return f"{text[:start]}{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}, {text[start:]}"
    if not old.value or old.tag.endswith("null"):  # `{}` or empty
        text = text[: old.start_mark.index].rstrip(" ") + text[old.end_mark.index :]
    margin = (
        old.value[0][0].start_mark.column if isinstance(old.value, list) and old.value else key.start_mark.column + 2
    )
    end = text.find("\n", key.end_mark.index)
    if end < 0:
        text, end = text + newline, len(text) + len(newline) - 1
    return text[: end + 1] + _shown(name, value, margin, newline) + text[end + 1 :]


def _replaced(text: str, outer: str, name: str, value: Any) -> str:
    key, old = _pair(text, (outer, name))
    if _flow(old):
        shown = json.dumps(value, ensure_ascii=False)
        return text[: old.start_mark.index] + shown + text[old.end_mark.index :]
    start, end = _lines(text, key, old)
    newline = newline_of(text)
    shown = _shown(name, value, key.start_mark.column, newline)
    return text[:start] + (shown if text[:end].endswith("\n") else shown.removesuffix(newline)) + text[end:]
