"""The list tools: filter, search, choose columns, page by a cursor, answer as CSV."""

import base64
import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import FailFast, WithJsonSchema
from pydantic import Field as Bound

from harvest_mcp.api import Api
from harvest_mcp.errors import Forbidden, InvalidArguments, NotFound
from harvest_mcp.spec import Filter, Record, Resource, Scope, System, fields
from harvest_mcp.text.render import as_csv, cells, count
from harvest_mcp.text.unread import noted
from harvest_mcp.tools.arguments.dates_and_hours import dated, echoed
from harvest_mcp.tools.arguments.model import Argument, model, owner
from harvest_mcp.tools.arguments.references import placed, resolve
from harvest_mcp.tools.arguments.relative_dates import SAID_SO, SPOKEN_DAY
from harvest_mcp.tools.arguments.value_types import DAY, REFERENCE, SINCE, TRUTH, WORD, Taken, several, whole
from harvest_mcp.tools.questions.record_state import counting, summed
from harvest_mcp.tools.records.paging import Bookmark, Leaf, digits, leaf
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

T = TypeVar("T")
LIMIT, MOST = 50, 1000
NOBODY: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Whole:
    """A list that came whole: its rows, which `part` of all they are, and what whom they name is called, by id."""

    rows: Sequence[Record]
    part: str = ""
    names: Mapping[int, str] = field(default_factory=dict)


FILTER: dict[type, Any] = {bool: TRUTH, datetime: SINCE, int: REFERENCE, date: DAY}


def list_tool(system: System, resource: Resource[Record]) -> Tool:
    """`list_contacts`: many records as CSV."""
    name = system.tool("list", resource)
    takes = [*owner(resource), Argument("query", WORD)]
    takes += [_filter(system, each) for each in resource.filters]
    takes += [Argument("empty", columns_of(resource))] if resource.gaps else []
    takes += [
        Argument(
            "fields",
            several(
                tuple(name for name, item in fields(resource.record).items() if not (item.inner or item.sent_only))
            ),
        ),
        Argument("limit", whole(MOST)),
        Argument("cursor", WORD),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given = await dated(call, system, arguments)
        known, said = list(arguments_model.model_fields), echoed(arguments, given)
        api = call.api(system)
        where = {each.name: given[each.name] for each in resource.filters if each.name in given}
        for each in resource.filters:
            if each.ref and each.name in where:
                where[each.name] = await resolve(api, each.ref, where[each.name]) or None
        place = await placed(api, resource, given)
        names = await _names(api, resource)
        fits = _fitting(resource, given.get("query", ""), names, given.get("empty", ()))
        if resource.wire.paged:
            start = _begin(name, given, known, Bookmark.of, Bookmark())
            leaves = await leaf(
                api.pages(place, where=where, start=start.at),
                fits=fits,
                start=start,
                limit=given.get("limit", LIMIT),
                most=api.most,
                progress=call.progress,
            )
            return leafed(name, resource, leaves, given, part=said)
        after = _begin(name, given, known, _id_of, 0)
        found = await api.scan(place, where=where)
        part = f"{resource.wire.span(found.days)}{said}{counting(system, place.resource, found.rows)}"
        return page(name, resource, Whole([row for row in found.rows if fits(row)], part, names), given, after=after)

    arguments_model = model(name, *takes)
    return Tool(
        name=name,
        says=f"List {system.words(resource)} as CSV{resource.wire.lists}.",
        toolset=resource.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=arguments_model,
        run=run,
    )


async def _names(api: Api, resource: Resource[Record]) -> dict[int, str]:
    """What whom an assignment names is called, by id; nothing where this user may not see that."""
    if not resource.wire.assigns:
        return {}
    other = api.system.resource(str(fields(resource.record)[resource.wire.assigns].ref))
    try:
        return {row.id: other.name_of(row) for row in (await api.scan(Scope(other))).rows}
    except (NotFound, Forbidden):
        return {}


def _filter(system: System, each: Filter) -> Argument:
    if each.type is date and system.zoned:
        return Argument(each.name, SPOKEN_DAY, f"{each.says}; {SAID_SO}" if each.says else SAID_SO)
    return Argument(each.name, Literal[each.words] if each.words else FILTER[each.type], each.says)


def page(name: str, resource: Resource[Record], whole: Whole, given: Mapping[str, Any], *, after: int) -> str:
    """A page of a list that came whole: the rows behind an id."""
    left = [row for row in whole.rows if row.id > after]
    shown = left[: given.get("limit", LIMIT)]
    table, taken = _table(resource, shown, given, whole.names)
    many = count(len(whole.rows), resource.word, resource.words)
    head = f"# {many}{whole.part}" if taken == len(whole.rows) else f"# {taken} of {many}{whole.part}"
    head += noted(shown[:taken], _watched(resource, given))
    if taken < len(left):
        head += f"; next: cursor={_cursor(name, given, (str(shown[taken - 1].id),))}"
    return f"{head}\n{table}" if shown else head


def leafed(name: str, resource: Resource[Record], found: Leaf, given: Mapping[str, Any], *, part: str = "") -> str:
    """A page of a list that comes page by page; which pages were read is said unless it was all of them."""
    table, taken = _table(resource, found.rows, given)
    on = found.behind[taken - 1] if taken < len(found.rows) else found.on
    head = f"# {count(taken, resource.word, resource.words)}{part}"
    if on is not None or found.first > 1 or found.note:
        head += f", {_pages(found, on)} of {found.of}{found.note}"
    head += noted(found.rows[:taken], _watched(resource, given))
    if on is not None:
        head += f"; next: cursor={_cursor(name, given, on.parts)}"
    elif given.get("cursor") is None:
        head += summed(resource, found.rows)
    return f"{head}\n{table}" if taken else head


def _pages(found: Leaf, on: Bookmark | None) -> str:
    """Which pages the rows are of; only a part of them where the next answer goes on within the last."""
    last, part = (on.page, "part of ") if on and on.rows else (found.last, "")
    return f"{part}page {last}" if found.first == last else f"{part}pages {found.first} to {last}"


def _columns(resource: Resource[Record], given: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("id", *(given.get("fields") or resource.summary()))))


def _watched(resource: Resource[Record], given: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns whose unread cells are told: those shown, and those that rows were chosen by."""
    chosen = (each.column for each in resource.filters if each.column and each.name in given)
    return (*_columns(resource, given), *chosen)


def _table(
    resource: Resource[Record], rows: Sequence[Record], given: Mapping[str, Any], names: Mapping[int, str] = NOBODY
) -> tuple[str, int]:
    """The columns asked for; whom an assignment names is told by name behind the id."""
    columns = _columns(resource, given)
    if not rows:
        return "", 0
    if (whom := resource.wire.assigns) not in columns:
        return as_csv(columns, (cells(row, columns) for row in rows))
    behind = columns.index(whom) + 1
    head = (*columns[:behind], str(fields(resource.record)[whom].ref), *columns[behind:])
    lines = ((cells(row, columns), names.get(getattr(row, whom), "")) for row in rows)
    return as_csv(head, ((*line[:behind], known, *line[behind:]) for line, known in lines))


def columns_of(resource: Resource[Record]) -> Any:
    """Columns by name; the schema does not repeat them all, the refusal of a wrong one does."""
    known = tuple(name for name, item in fields(resource.record).items() if not (item.inner or item.sent_only))
    one = Annotated[Literal[known], WithJsonSchema({"type": "string"})]  # type: ignore[valid-type]  # made at run time
    return Annotated[list[one], FailFast(), Bound(min_length=1), Taken("words")]


def _fitting(
    resource: Resource[Record], query: str, names: Mapping[int, str], empty: Sequence[str]
) -> Callable[[Record], bool]:
    words = folded(query).split()
    whom = resource.wire.assigns

    def fits(row: Record) -> bool:
        text = _text_of(row, resource) if words else ""
        text += folded(f" {names.get(getattr(row, whom), '')}") if words and whom else ""
        return all(word in text for word in words) and all(getattr(row, name) in (None, "") for name in empty)

    return fits


def _text_of(row: Record, resource: Resource[Record]) -> str:
    return folded(" ".join(value for name in resource.summary() if isinstance(value := getattr(row, name), str)))


def folded(text: str) -> str:
    """Without case and accents: `Ångström` and `angstrom` are one."""
    letters = unicodedata.normalize("NFKD", text)  # first: it makes letters with a case of signs without (™, №)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def _digest(name: str, given: Mapping[str, Any], parts: Sequence[str]) -> str:
    """What a cursor belongs to: the tool, everything that chooses rows, and the place itself."""
    chooses = {key: value for key, value in given.items() if key not in ("cursor", "limit", "fields")}
    return hashlib.sha256(json.dumps([name, chooses, *parts], default=str, sort_keys=True).encode()).hexdigest()[:8]


def _cursor(name: str, given: Mapping[str, Any], parts: Sequence[str]) -> str:
    text = ".".join([_digest(name, given, parts), *parts])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _begin(name: str, given: Mapping[str, Any], known: list[str], read: Callable[[Sequence[str]], T], first: T) -> T:
    """The place a page starts behind; `first` where no cursor was given."""
    cursor = given.get("cursor")
    if cursor is None:
        return first
    try:
        text = base64.urlsafe_b64decode(str(cursor) + "=" * (-len(str(cursor)) % 4)).decode("ascii")
        digest, *parts = text.split(".")
        if digest == _digest(name, given, parts):
            return read(parts)
    except ValueError:
        pass
    raise InvalidArguments(name, ["cursor is not from an answer to this same question"], known=known)


def _id_of(parts: Sequence[str]) -> int:
    """The id that the rows of a page of an answer are behind."""
    (id,) = parts
    return digits(id)
