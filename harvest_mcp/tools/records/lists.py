"""The list tools: filter, search, choose columns, page by a cursor, answer as CSV."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import FailFast, WithJsonSchema
from pydantic import Field as Bound

from harvest_mcp.api import Api
from harvest_mcp.errors import Forbidden, InvalidArguments, NotFound
from harvest_mcp.spec import Filter, Record, Resource, System, fields
from harvest_mcp.text.render import as_csv, cells, count, folded, line
from harvest_mcp.text.unread import noted
from harvest_mcp.tools.arguments.dates_and_hours import SAID_SO, SPOKEN_DAY, dated, echoed
from harvest_mcp.tools.arguments.model import Argument, model, owner
from harvest_mcp.tools.arguments.references import placed, resolve
from harvest_mcp.tools.arguments.value_types import DAY, REFERENCE, SINCE, TRUTH, WORD, Taken, several, whole
from harvest_mcp.tools.records.paging import BEGINNING, Leaf, Place, leaf
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

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
    takes += [Argument(rule.narrows, columns_of(resource)) for rule in resource.rules if rule.narrows]
    takes += [Argument("fields", several(_shown(resource))), Argument("limit", whole(MOST)), Argument("cursor", WORD)]

    async def run(call: Call, arguments: Arguments) -> str:
        given = await dated(call, system, arguments)
        known, said = list(arguments_model.model_fields), echoed(arguments, given)
        api = call.api(system)
        where = await _where(api, resource, given)
        place = await placed(api, resource, given)
        names = await _names(api, resource)
        fits = _fitting(resource, given, names)
        if resource.paged:
            at, behind = _start(name, given, known, BEGINNING)
            leaves = await leaf(
                api.pages(place, where=where, start=at),
                fits=fits,
                start=(at, behind),
                limit=given.get("limit", LIMIT),
                most=api.most,
                progress=call.progress,
            )
            return leafed(name, resource, leaves, given, part=said)
        (after,) = _start(name, given, known, (0,))
        found = await api.scan(place, where=where)
        part = f"{_week(found.days) if resource.week else ''}{said}{_footnotes(system, place, found.rows)}"
        return page(name, resource, Whole([row for row in found.rows if fits(row)], part, names), given, after=after)

    arguments_model = model(name, *takes)
    return Tool(
        name=name,
        says=f"List {system.words(resource)} as CSV{', of one week only' if resource.week else ''}.",
        toolset=resource.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=arguments_model,
        run=run,
    )


async def _where(api: Api, resource: Resource[Record], given: Mapping[str, Any]) -> dict[str, Any]:
    """The filters that were given, whoever they name by id."""
    where = {each.name: given[each.name] for each in resource.filters if each.name in given}
    for each in resource.filters:
        if each.ref and each.name in where:
            where[each.name] = await resolve(api, each.ref, where[each.name]) or None
    return where


def _footnotes(system: System, place: Resource[Record], rows: Sequence[Record]) -> str:
    """`; hourly_rate counts only while …`: a figure beside rows does not say whether it counts."""
    if (item := place.owned_by) is None:
        return ""
    of, name = system.resource(str(item.ref)), item.name

    def look(row: Record) -> str:
        return f"{system.tool('get', of)}({of.key}={getattr(row, name)})"

    return "".join(rule.footnote(rows, of.word, look) for rule in place.rules)


def _summed(resource: Resource[Record], rows: Sequence[Record]) -> str:
    """`; amount 1200.00 EUR, 80.00 USD`: the money of a whole list, by currency; empty where it has none."""
    told = ((name, sorted(money.items())) for rule in resource.rules for name, money in rule.totals(rows) if money)
    return "".join(f"; {name} {', '.join(f'{value:f} {line(code)}' for code, value in each)}" for name, each in told)


async def _names(api: Api, resource: Resource[Record]) -> dict[int, str]:
    """What whom an assignment names is called, by id; nothing where this user may not see that."""
    if resource.assigns is None:
        return {}
    other = api.system.resource(str(fields(resource.record)[resource.assigns.column].ref))
    try:
        return {row.id: other.name_of(row) for row in (await api.scan(other)).rows}
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
        head += f"; next: cursor={_cursor(name, given, (shown[taken - 1].id,))}"
    return f"{head}\n{table}" if shown else head


def _week(days: tuple[date, date] | None) -> str:
    """Which week a list is of, so that it is not taken for all there are."""
    return f" of the week {days[0]} to {days[1]} only" if days else " of one week only, which the answer does not name"


def leafed(name: str, resource: Resource[Record], found: Leaf, given: Mapping[str, Any], *, part: str = "") -> str:
    """A page of a list that comes page by page; which pages were read is said unless it was all of them."""
    table, taken = _table(resource, found.rows, given)
    on = found.behind[taken - 1] if taken < len(found.rows) else found.on
    head = f"# {count(taken, resource.word, resource.words)}{part}"
    if on is not None or found.first > 1 or found.note:
        head += f", {_pages(found, on)} of {found.of}{found.note}"
    head += noted(found.rows[:taken], _watched(resource, given))
    if on is not None:
        head += f"; next: cursor={_cursor(name, given, on)}"
    elif given.get("cursor") is None:
        head += _summed(resource, found.rows)
    return f"{head}\n{table}" if taken else head


def _pages(found: Leaf, on: Place | None) -> str:
    """Which pages the rows are of; only a part of them where the next answer goes on within the last."""
    last, part = (on[0], "part of ") if on and on[1] else (found.last, "")
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
    if resource.assigns is None or (whom := resource.assigns.column) not in columns:
        return as_csv(columns, (cells(row, columns) for row in rows))
    behind = columns.index(whom) + 1
    head = (*columns[:behind], str(fields(resource.record)[whom].ref), *columns[behind:])
    lines = ((cells(row, columns), names.get(getattr(row, whom), "")) for row in rows)
    return as_csv(head, ((*line[:behind], known, *line[behind:]) for line, known in lines))


def columns_of(resource: Resource[Record]) -> Any:
    """Columns by name; the schema does not repeat them all, the refusal of a wrong one does."""
    known = _shown(resource)
    one = Annotated[Literal[known], WithJsonSchema({"type": "string"})]  # type: ignore[valid-type]  # made at run time
    return Annotated[list[one], FailFast(), Bound(min_length=1), Taken("words")]


def _shown(resource: Resource[Record]) -> tuple[str, ...]:
    """The columns that a list may show."""
    return tuple(name for name, item in fields(resource.record).items() if not (item.inner or item.sent_only))


def _fitting(
    resource: Resource[Record], given: Mapping[str, Any], names: Mapping[int, str]
) -> Callable[[Record], bool]:
    """Whether a row has the words of the query, and is among those that rules leave."""
    words = folded(given.get("query", "")).split()
    narrows = [(rule, given[rule.narrows]) for rule in resource.rules if rule.narrows in given]
    whom = resource.assigns.column if resource.assigns else ""

    def fits(row: Record) -> bool:
        text = _text_of(row, resource) if words else ""
        text += folded(f" {names.get(getattr(row, whom), '')}") if words and whom else ""
        return all(word in text for word in words) and all(rule.narrowed(row, columns) for rule, columns in narrows)

    return fits


def _text_of(row: Record, resource: Resource[Record]) -> str:
    return folded(" ".join(value for name in resource.summary() if isinstance(value := getattr(row, name), str)))


def _digest(name: str, given: Mapping[str, Any]) -> str:
    """What a cursor belongs to: the tool and everything that chooses rows."""
    chooses = {key: value for key, value in given.items() if key not in ("cursor", "limit", "fields")}
    return hashlib.sha256(json.dumps([name, chooses], default=str, sort_keys=True).encode()).hexdigest()[:8]


def _cursor(name: str, given: Mapping[str, Any], place: tuple[int, ...]) -> str:
    text = ".".join([*map(str, place), _digest(name, given)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _start(name: str, given: Mapping[str, Any], known: list[str], beginning: tuple[int, ...]) -> tuple[int, ...]:
    """The place a page starts behind; `beginning` is that of the first."""
    cursor = given.get("cursor")
    if cursor is None:
        return beginning
    try:
        text = base64.urlsafe_b64decode(str(cursor) + "=" * (-len(str(cursor)) % 4)).decode("ascii")
        *place, digest = text.split(".")
        numbers = tuple(int(part) for part in place if part.isdigit())
        if digest == _digest(name, given) and len(numbers) == len(place) == len(beginning) and numbers >= beginning:
            return numbers
    except ValueError:
        pass
    raise InvalidArguments(name, ["cursor is not from an answer to this same question"], known=known)
