"""The list tools: filter, search, choose columns, page by a cursor, answer as CSV."""

import base64
import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from harvest_mcp.errors import InvalidArguments
from harvest_mcp.spec import Record, Resource, Scalar, System, fields
from harvest_mcp.tools.arguments import (
    REFERENCE,
    SINCE,
    TRUTH,
    WORD,
    Argument,
    Arguments,
    model,
    several,
    whole,
)
from harvest_mcp.tools.references import resolve
from harvest_mcp.tools.render import as_csv, count
from harvest_mcp.tools.tool import Call, Hints, Tool

LIMIT, MOST = 50, 1000
FILTER: dict[type, Any] = {bool: TRUTH, datetime: SINCE, int: REFERENCE}


def list_tool(system: System, resource: Resource[Record]) -> Tool:
    """`list_contacts`: many records as CSV."""
    name = system.tool("list", resource)
    takes = [Argument("query", WORD, "words to find")]
    takes += [Argument(each.name, FILTER[each.type], each.says) for each in resource.filters]
    takes += [
        Argument(
            "fields",
            several(tuple(name for name, item in fields(resource.record).items() if not item.inner)),
            "columns",
        ),
        Argument("limit", whole(MOST), f"default {LIMIT}"),
        Argument("cursor", WORD, "from the last answer"),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        after = _after(name, given, list(arguments_model.model_fields))
        api = call.api(system)
        where = {each.name: given[each.name] for each in resource.filters if each.name in given}
        for each in resource.filters:
            if each.ref and each.name in where:
                where[each.name] = await resolve(api, each.ref, where[each.name])
        rows = _matching(await api.list(resource, where=where), resource, given.get("query", ""))
        return page(name, resource, rows, given, after=after)

    arguments_model = model(name, *takes)
    return Tool(
        name=name,
        says=f"List {resource.plural} as CSV.",
        toolset=resource.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=arguments_model,
        run=run,
    )


def page(name: str, resource: Resource[Record], rows: Sequence[Record], given: Mapping[str, Any], *, after: int) -> str:
    wanted = given.get("fields") or resource.summary()
    columns = tuple(dict.fromkeys(("id", *wanted)))
    left = [row for row in rows if row.id > after]
    shown = left[: given.get("limit", LIMIT)]
    table, taken = as_csv(columns, ([getattr(row, column) for column in columns] for row in shown))
    head = f"# {count(len(rows), resource.noun, resource.plural)}"
    if taken < len(rows):
        head = f"# {taken} of {count(len(rows), resource.noun, resource.plural)}"
    if taken < len(left):
        head += f"; next: cursor={_cursor(name, given, shown[taken - 1].id)}"
    return f"{head}\n{table}" if shown else head


def _matching(rows: list[Record], resource: Resource[Record], query: str) -> list[Record]:
    words = folded(query).split()
    if not words:
        return rows
    return [row for row in rows if all(word in text for text in [_text_of(row, resource)] for word in words)]


def _text_of(row: Record, resource: Resource[Record]) -> str:
    return folded(" ".join(value for name in resource.summary() if isinstance(value := getattr(row, name), str)))


def folded(text: str) -> str:
    """Without case and accents: `Ångström` and `angstrom` are one."""
    letters = unicodedata.normalize("NFKD", text)  # first: it makes letters with a case of signs without (™, №)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def _digest(name: str, given: Mapping[str, Any]) -> str:
    """What a cursor belongs to: the tool and everything that chooses rows."""
    chooses = {key: value for key, value in given.items() if key not in ("cursor", "limit", "fields")}
    return hashlib.sha256(json.dumps([name, chooses], default=str, sort_keys=True).encode()).hexdigest()[:8]


def _cursor(name: str, given: Mapping[str, Any], last: int) -> str:
    return base64.urlsafe_b64encode(f"{last}.{_digest(name, given)}".encode()).decode().rstrip("=")


def _after(name: str, given: Mapping[str, Any], known: list[str]) -> int:
    """The id a page starts behind; 0 for the first page."""
    cursor: Scalar = given.get("cursor")
    if cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(str(cursor) + "=" * (-len(str(cursor)) % 4)).decode("ascii")
        last, digest = text.split(".")
        if digest == _digest(name, given) and last.isdigit():
            return int(last)
    except ValueError:
        pass
    raise InvalidArguments(name, ["cursor is not from an answer to this same question"], known=known)
