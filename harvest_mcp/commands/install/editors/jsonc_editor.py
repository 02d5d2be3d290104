"""Edit JSON with comments by inserting and deleting: everything else stays byte for byte."""

import copy
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harvest_mcp.commands.install.editors.edits import checked, without

TOKEN = re.compile(r'[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/|"(?:[^"\\\r\n]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"/]+', re.DOTALL)
REST_OF_LINE = re.compile(r"(?:[ \t]|/\*[^\r\n]*?\*/)*(?://[^\r\n]*)?(?=\r?\n)")
BLANKS = re.compile(r"[ \t]*(?=\r?\n|$)")
EMPTY = re.compile(r"[ \t\r\n]*}")
COMMENT = ("//", "/*")


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the file, and its position."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class JsonMember:
    """A member of an object, by the indexes of its tokens."""

    name: str
    key: int
    value: int
    last: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The file's line ending and indentation."""

    newline: str
    unit: str


def parse(text: str) -> dict[str, Any]:
    """Return the data a client reads, without comments and trailing commas.

    Raises:
        ValueError: it is not JSON, or no object.
    """
    words = [token.text for token in _tokens(text)]
    data = json.loads(" ".join(word for at, word in enumerate(words) if not _trailing(words, at)) or "{}")
    if not isinstance(data, dict):
        raise ValueError("it holds no object")
    return data


def extras(text: str) -> dict[str, int]:
    """Return what plain JSON does not allow, with the line where each comes first."""
    found: dict[str, int] = {}
    tokens = _tokens(text)
    words = [token.text for token in tokens]
    for at, token in enumerate(tokens):
        if _trailing(words, at):
            found.setdefault("a comma before a closing bracket", text.count("\n", 0, token.start) + 1)
    for match in TOKEN.finditer(text):
        if match[0].startswith(COMMENT):
            found.setdefault("a comment", text.count("\n", 0, match.start()) + 1)
    return found


def put(text: str, path: Sequence[str], value: Any) -> str:
    """Return the text with `value` at `path`; of an existing value only the differences are changed.

    Raises:
        ValueError: it is not JSON, or the path leads through something other than an object.
    """
    want = copy.deepcopy(parse(text))
    node = want
    for key in path[:-1]:
        if node.get(key) is None:
            node[key] = {}
        node = node[key]
        if not isinstance(node, dict):
            raise ValueError(f"{key} is no object")
    old = node.get(path[-1])
    node[path[-1]] = value
    if not _tokens(text):
        text += "{}" + _layout(text).newline
    if isinstance(old, dict) and isinstance(value, dict):
        done = _renewed(text, path, old, value)
    else:
        done = _set(text, path, value)
    return checked(done, want, parse)


def remove(text: str, path: Sequence[str]) -> str:
    """Return the text without the member at `path`.

    Raises:
        ValueError: it is not JSON.
    """
    if (found := without(parse(text), path)) is None:
        return text
    want, _ = found
    while (cut := _cut(text, path)) is not None:
        text = cut
    return checked(text, want, parse)


def _renewed(text: str, path: Sequence[str], old: dict[str, Any], new: dict[str, Any]) -> str:
    """Change single members of an object, so that comments between them stay."""
    for key in [key for key in old if key not in new]:
        text = remove(text, [*path, key])
    for key, value in new.items():
        if key not in old or old[key] != value:
            text = put(text, [*path, key], value)
    return text


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    while at < len(text):
        if (match := TOKEN.match(text, at)) is None:
            raise ValueError(f"line {text.count(chr(10), 0, at) + 1} cannot be read")
        if not match[0].isspace() and not match[0].startswith(COMMENT):
            found.append(Token(at, match.end(), match[0]))
        at = match.end()
    return found


def _trailing(words: Sequence[str], at: int) -> bool:
    """Return whether this is a comma that nothing follows."""
    return words[at] == "," and words[at + 1 : at + 2] in (["}"], ["]"]) and words[at - 1] not in (*"{[,:",)


def _close(tokens: Sequence[Token], at: int) -> int:
    """Return the last token of the value that begins here."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].text in ("{", "[")) - (tokens[place].text in ("}", "]"))
        if depth == 0:
            return place
    raise ValueError("a bracket is not closed")


def _members(tokens: Sequence[Token], at: int) -> Iterator[JsonMember]:
    place, end = at + 1, _close(tokens, at)
    while place < end:
        last = _close(tokens, place + 2)
        yield JsonMember(json.loads(tokens[place].text), place, place + 2, last)
        place = last + 1 + (tokens[last + 1].text == ",")


def _member(tokens: Sequence[Token], at: int, name: str) -> JsonMember | None:
    """Return the member of this name; of several, the last, which counts."""
    return next((each for each in reversed(list(_members(tokens, at))) if each.name == name), None)


def _found(tokens: Sequence[Token], path: Sequence[str], at: int = 0) -> JsonMember | None:
    """Return the member at a path below the value that begins here."""
    member = _member(tokens, at, path[0]) if tokens[at].text == "{" else None
    return member if member is None or len(path) == 1 else _found(tokens, path[1:], member.value)


def _set(text: str, path: Sequence[str], value: Any) -> str:
    """Replace a value."""
    tokens, at = _tokens(text), 0
    for depth, name in enumerate(path):
        member = _member(tokens, at, name)
        if member is None:
            return _inserted(text, tokens, at, name, _nested(path[depth + 1 :], value))
        if depth == len(path) - 1 or tokens[member.value].text != "{":
            start, end = tokens[member.value].start, tokens[member.last].end
            shown = _shown(_nested(path[depth + 1 :], value), _margin(text, tokens[member.key].start), _layout(text))
            return text[:start] + shown + text[end:]
        at = member.value
    return text


def _nested(path: Sequence[str], value: Any) -> Any:
    return {path[0]: _nested(path[1:], value)} if path else value


def _inserted(text: str, tokens: Sequence[Token], at: int, name: str, value: Any) -> str:
    """Add a member after the last, with a trailing comma if the file has them."""
    layout, close = _layout(text), _close(tokens, at)
    last, end = tokens[close - 1], tokens[close].start
    comma, empty = last.text == "," and close - 1 != at, close - 1 == at
    outer = _margin(text, tokens[at].start)
    margins = [_margin(text, tokens[each.key].start) for each in _members(tokens, at) if _first(text, tokens[each.key])]
    margin = margins[-1] if margins else outer + layout.unit
    between = text[last.end : end]
    rest = REST_OF_LINE.match(between)
    tail = rest[0] if rest else between.rstrip(" \t\r\n")
    after = between[len(tail) :]
    if "\n" not in after:
        after = layout.newline + outer
    new = f"{layout.newline}{margin}{json.dumps(name, ensure_ascii=False)}: {_shown(value, margin, layout)}"
    before = "" if comma or empty else ","
    return text[: last.end] + before + tail + new + ("," if comma else "") + after + text[end:]


def _cut(text: str, path: Sequence[str]) -> str | None:
    """Remove a member with its comma and line; None if it is not there."""
    tokens = _tokens(text)
    if (member := _found(tokens, path)) is None:
        return None
    start, end = tokens[member.key].start, tokens[member.last].end
    before, behind = tokens[member.key - 1], tokens[member.last + 1]
    if behind.text == ",":
        end = behind.end
    head = text[:start]
    if _first(text, tokens[member.key]) and (blanks := BLANKS.match(text, end)):
        head = head.rstrip(" \t").removesuffix("\n").removesuffix("\r")
        end = blanks.end()
    if behind.text != "," and before.text == ",":
        head = head[: before.start] + head[before.end :]
    if before.text == "{" and (empty := EMPTY.match(text, end)) and not head[before.end :].strip():
        return f"{head[: before.end]}}}{text[empty.end() :]}"
    return head + text[end:]


def _first(text: str, token: Token) -> bool:
    """Return whether the token is the first of its line."""
    return not text[text.rfind("\n", 0, token.start) + 1 : token.start].strip()


def _margin(text: str, at: int) -> str:
    """Return the indentation of the line at this position."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _layout(text: str) -> Layout:
    tokens = _tokens(text)
    members = _members(tokens, 0) if tokens else ()
    margins = [_margin(text, tokens[each.key].start) for each in members if _first(text, tokens[each.key])]
    return Layout("\r\n" if "\r\n" in text else "\n", next(filter(None, margins), "  "))


def _shown(value: Any, margin: str, layout: Layout) -> str:
    """Write a value as it follows its name: a line for each member, lists on one."""
    if not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False)
    inner = margin + layout.unit
    rows = [
        f"{inner}{json.dumps(key, ensure_ascii=False)}: {_shown(each, inner, layout)}" for key, each in value.items()
    ]
    return "{" + layout.newline + f",{layout.newline}".join(rows) + layout.newline + margin + "}"
