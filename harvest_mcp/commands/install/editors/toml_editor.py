"""Edit TOML by whole tables: other tables, and the comments between them, stay byte for byte."""

import copy
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harvest_mcp.commands.install.editors.edits import checked, newline_of, without

PIECE = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})|' + r"'''.*?'''(?:'{0,2})|" + r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'|#[^\n]*|[\[\]{}\n]|[^\"'#\[\]{}\n]+",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A header, a pair or a comment line, with its line end; `header` is the path in a header."""

    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text or self.text.startswith("#")

    @property
    def header(self) -> tuple[str, ...] | None:
        if not self.text.startswith("["):
            return None
        path, node = [], tomllib.loads(self.text)
        while node:
            ((name, inner),) = node.items()
            path.append(name)
            node = inner[0] if isinstance(inner, list) else inner
        return tuple(path)


def parse(text: str) -> dict[str, Any]:
    """Return the data a client reads.

    Raises:
        ValueError: it is not TOML.
    """
    return tomllib.loads(text)


def put(text: str, path: Sequence[str], value: Any) -> str:
    """Return the text with the table `value` at `path`, replacing an existing one or at the end.

    Raises:
        ValueError: it is not TOML, or the path leads through something other than a table.
    """
    want = copy.deepcopy(parse(text))
    node = want
    for name in path[:-1]:
        node = node.setdefault(name, {})
        if not isinstance(node, dict):
            raise ValueError(f"{name} is no table")
    there = path[-1] in node
    node[path[-1]] = value
    newline, spans = newline_of(text), _spans(text, tuple(path))
    table = _table(path, value).replace("\n", newline)
    if spans:
        return checked(_without(text, spans[1:], spans[0], table), want, parse)
    if not there:
        apart = (newline if text and not text.endswith("\n") else "") + (newline if text.strip() else "")
        try:
            return checked(f"{text}{apart}{table}", want, parse)
        except ValueError:  # an inline table of servers cannot be extended by a header
            pass
    return checked(_inline(text, path, value), want, parse)


def remove(text: str, path: Sequence[str]) -> str:
    """Return the text without the table at `path`.

    Raises:
        ValueError: it is not TOML.
    """
    if (found := without(parse(text), path)) is None:
        return text
    want, node = found
    spans = _spans(text, tuple(path))
    done = _without(text, spans) if spans else _inline(text, path, None)
    if not node and parse(done) != want:  # the table of servers existed only through this one
        _drop(want, path[:-1])
    return checked(done, want, parse)


def _drop(data: dict[str, Any], path: Sequence[str]) -> None:
    for name in path[:-1]:
        data = data[name]
    del data[path[-1]]


def _statements(text: str) -> Iterator[Statement]:
    start = depth = 0
    for piece in PIECE.finditer(text):
        depth += (piece[0] in ("[", "{")) - (piece[0] in ("]", "}"))
        if piece[0] == "\n" and depth == 0:
            yield Statement(start, piece.end(), text[start : piece.end()].strip())
            start = piece.end()
    if start < len(text):
        yield Statement(start, len(text), text[start:].strip())


def _spans(text: str, path: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where the table and its subtables are, each from its header to its last pair."""
    spans: list[tuple[int, int]] = []
    inside = False
    for statement in _statements(text):
        if (header := statement.header) is not None:
            inside = header[: len(path)] == path
            if inside and spans and not text[spans[-1][1] : statement.start].strip():
                spans[-1] = (spans[-1][0], statement.end)
            elif inside:
                spans.append((statement.start, statement.end))
        elif inside and not statement.blank:
            spans[-1] = (spans[-1][0], statement.end)
    return spans


def _without(
    text: str, spans: Sequence[tuple[int, int]], instead: tuple[int, int] | None = None, table: str = ""
) -> str:
    """Remove spans, and put a table in place of the first."""
    for start, end in reversed(spans):
        head, tail = text[:start], text[end:]
        newline = newline_of(text)
        if head.endswith(newline * 2) and (not tail or tail.startswith(newline)):
            head = head.removesuffix(newline)  # keep one of the empty lines around it
        if not head:
            tail = tail.removeprefix(newline)
        text = head + tail
    if instead:
        text = text[: instead[0]] + table + text[instead[1] :]
    return text


def _table(path: Sequence[str], value: dict[str, Any]) -> str:
    """Write a table below its own header, and its subtables below theirs."""
    import tomlkit  # noqa: PLC0415 - only for a client that keeps its servers in TOML

    whole: dict[str, Any] = value
    for name in reversed(path):
        whole = {name: whole}
    document = tomlkit.item(whole)
    node = document
    for name in path[:-1]:
        node = node[name]
        node._is_super_table = True
    return tomlkit.dumps(whole)


def _inline(text: str, path: Sequence[str], value: dict[str, Any] | None) -> str:
    """Change an entry without a header of its own; None removes it."""
    import tomlkit  # noqa: PLC0415 - same

    document = tomlkit.parse(text)
    node: Any = document
    for name in path[:-1]:
        node = node[name]
    if value is None:
        del node[path[-1]]
    else:
        inline = tomlkit.inline_table()
        inline.update(value)
        node[path[-1]] = inline
    return document.as_string()
