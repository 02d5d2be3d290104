"""List tools: filter, search, choose columns, page by a cursor, answer."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import compress
from typing import Annotated, Any, Literal

from harvest_mcp.api import Api
from harvest_mcp.errors import CallFailed, InvalidArguments
from harvest_mcp.scans import behind, is_of
from harvest_mcp.spec import Filter, Record, Resource, Scope, System, Value, fields
from harvest_mcp.text.render import BUDGET, as_csv, cells, count
from harvest_mcp.text.unread import noted
from harvest_mcp.tools.arguments.dates_and_hours import SAID_SO, SPOKEN_DAY, SPOKEN_WEEK, echoed, gone_by, resolve_dates
from harvest_mcp.tools.arguments.model import Argument, model, owner
from harvest_mcp.tools.arguments.references import locate, resolve
from harvest_mcp.tools.arguments.value_types import DAY, REFERENCE, SINCE, TRUTH, WORD, WORDS, whole
from harvest_mcp.tools.records.columns import columns_of, shown_columns
from harvest_mcp.tools.records.cursors import cursor, id_of, start
from harvest_mcp.tools.records.gaps import check_told, refuse_without
from harvest_mcp.tools.records.no_rows import beside, elsewhere, head, narrower, unmet
from harvest_mcp.tools.records.paging import Bookmark, Criteria, RowsRead, read_on
from harvest_mcp.tools.records.query import NamesSeen, Sieve, named_inside
from harvest_mcp.tools.records.totals import summed
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

LIMIT, MOST = 50, 1000
Beside = Mapping[str, Mapping[int, str]]
"""Names by referring column and id."""
NOBODY: Beside = {}
UNKNOWN = "?"  # a name that another call would have to tell


@dataclass(frozen=True, slots=True)
class Whole:
    """A list read in full: its rows, which `part` of all records they are, and names of referenced records."""

    rows: Sequence[Record]
    part: str = ""
    names: Beside = field(default_factory=dict)


FILTER: dict[type, Any] = {bool: TRUTH, datetime: SINCE, int: REFERENCE, date: DAY, tuple: WORDS, str: WORD}


def list_tool(system: System, resource: Resource[Record]) -> Tool:
    """Return `list_contacts`."""
    name = system.tool("list", resource)
    takes = [*owner(resource), Argument("query", WORD)]
    takes += [_filter(system, resource, each) for each in resource.filters]
    takes += [Argument(rule.narrows, columns_of(resource, *rule.narrows_by)) for rule in resource.rules if rule.narrows]
    takes += [
        Argument("fields", columns_of(resource, listed=not resource.owner)),
        Argument("limit", whole(MOST)),
        Argument("cursor", WORD),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        refuse_without(name, resource, arguments.given().get("query", ""), [*arguments_model.model_fields])
        given = _in_order(name, await resolve_dates(call, system, arguments), arguments)
        api = call.api(system)
        where = {each.name: given[each.name] for each in resource.filters if each.name in given}
        refs = [(each.name, each.ref) for each in resource.filters if each.ref and each.name in where]
        ids = await api.all_of(*(partial(resolve, api, ref, where[name]) for name, ref in refs))
        where |= {name: id or None for (name, _), id in zip(refs, ids, strict=True)}
        asked = ListQuestion(
            name=name,
            resource=resource,
            place=await locate(api, resource, given),
            given=given,
            known=list(arguments_model.model_fields),
            where=where,
            said=echoed(arguments, given) + gone_by(resource, given),
        )
        called = NamesSeen(api, call.names_of(system))
        return await (_by_pages if resource.wire.paged else _at_once)(call, api, called, asked)

    arguments_model = model(name, *takes)
    return Tool(
        name=name,
        says=f"List {system.words(resource)}{resource.wire.lists}.",
        toolset=resource.wording.listed_with or resource.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=arguments_model,
        run=run,
    )


def _in_order(name: str, given: dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    """Return the arguments, unless a period ends before it begins.

    Raises:
        InvalidArguments: it does.
    """
    first, last = given.get("since"), given.get("until")
    if first and last and first > last:
        why = f"since is {first}, and until is before it, {last}"
        raise InvalidArguments(name, [why], known=list(type(arguments).model_fields))
    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuestion:
    """One list call: the resource in its scope, its filters, and what words for days meant."""

    name: str
    resource: Resource[Record]
    place: Scope[Record]
    given: Mapping[str, Any]
    known: list[str]
    where: Mapping[str, Value]
    said: str

    def to(self, whose: str) -> str:
        """Return what its cursors are issued for besides the arguments: the tool, and the caller if several."""
        return f"{self.name} {whose}" if whose else self.name

    @property
    def fixed(self) -> tuple[str, ...]:
        """The kinds of records that a filter or the scope names."""
        named = [each.ref for each in self.resource.filters if each.ref and each.name in self.where]
        return (*named, *(need.noun for need in self.resource.place))

    @property
    def own(self) -> str:
        """The note on a weekly list that is of the caller only, if nobody was named."""
        persons = self.resource.wire.lists and any(need.part == "person" for need in self.resource.place)
        return ", the user's own," if persons and not self.place.person else ""

    def sieve(self, called: NamesSeen) -> Sieve:
        """Return the filter for the query's words."""
        narrows = [(rule, self.given[rule.narrows]) for rule in self.resource.rules if rule.narrows in self.given]
        return Sieve(self.resource, self.given.get("query", ""), called, self.fixed, narrows)


async def _by_pages(call: Call, api: Api, called: NamesSeen, asked: ListQuestion) -> str:
    """Return the answer from a paged list."""
    begin = start(asked.name, asked.given, asked.known, Bookmark.of, Bookmark(), to=asked.to(call.whose))
    resource, sieve, shown = asked.resource, asked.sieve(called), shown_columns(asked.resource, asked.given)
    wanted = Criteria(
        sift=sieve,
        limit=asked.given.get("limit", LIMIT),
        weigh=lambda row: len(as_csv((), [cells(row, shown)])[0]),
        room=BUDGET,
        hit=sieve.hit,
    )
    pages = api.pages(asked.place, where=asked.where, start=begin.at)
    found = await read_on(pages, wanted, start=begin, most=api.most, progress=call.progress)
    if found.rows and (untold := sieve.untold):
        await check_told(api, asked.place, untold, found.rows[0].id)
    called.names.see(resource, found.rows)
    names = await called.beside(resource, found.rows, shown, given=asked.fixed)
    part = f"{asked.said}{narrower(resource, asked.given, found.rows) if found.rows else ''}"
    told = paged_list_answer(asked.to(call.whose), resource, found, asked.given, part=part, names=names)
    if found.rows or asked.given.get("cursor"):
        return told
    return head(told, *await elsewhere(api, asked.place, asked.where, sieve), unmet(resource, sieve, call.offered))


async def _at_once(call: Call, api: Api, called: NamesSeen, asked: ListQuestion) -> str:
    """Return the answer from a list that comes in full."""
    after = start(asked.name, asked.given, asked.known, id_of, 0, to=asked.to(call.whose))
    resource, sieve = asked.resource, asked.sieve(called)
    if resource.wire.assigns and not named_inside(resource, resource.wire.assigns):
        await called.of(str(fields(resource.record)[resource.wire.assigns].ref))
    ours = {each.name: each for each in resource.filters if each.column and each.name in asked.where}
    found = await api.scan(asked.place, where={name: at for name, at in asked.where.items() if name not in ours})
    rows = found.rows
    if ours:
        rows = [row for row in rows if all(is_of(row, by, asked.where[name]) for name, by in ours.items())]
    fits = await sieve(rows)
    kept = [*compress(rows, fits)]
    shown = behind(kept, after)[: asked.given.get("limit", LIMIT)]
    told_of = shown_columns(resource, asked.given)
    names = await called.beside(resource, shown, told_of, given=asked.fixed)
    part = f"{asked.own}{resource.wire.span(found.days)}{asked.said}{await _footnotes(api, resource, rows, told_of)}"
    part += f"; {found.told}, so there may be more" if found.cut or found.next else ""
    told = whole_list_answer(asked.to(call.whose), resource, Whole(kept, part, names), asked.given, after=after)
    if kept:
        return told
    fits = await asked.sieve(called)(found.rows)
    others = [row for row, fit in zip(found.rows, fits, strict=True) if fit]
    return head(told, *beside(resource, others, asked.where), unmet(resource, sieve, call.offered))


def _filter(system: System, resource: Resource[Record], each: Filter) -> Argument:
    if each.type is date and system.zoned:
        kind: Any = Annotated[SPOKEN_DAY, SPOKEN_WEEK] if each.name == resource.wire.weekly else SPOKEN_DAY
        return Argument(each.name, kind, f"{each.says}; {SAID_SO}" if each.says else SAID_SO)
    return Argument(each.name, Literal[each.words] if each.words else FILTER[each.type], each.says)


async def _footnotes(api: Api, resource: Resource[Record], rows: Sequence[Record], shown: Sequence[str]) -> str:
    """Return `; bill_by of the project is People: …`: whether a figure in the rows takes effect."""
    system, item = api.system, resource.owned_by
    if item is None:
        return ""
    told = [{name: getattr(row, name) for name in shown} for row in rows]
    rules = [rule for rule in resource.rules if any(rule.minds_owner(each) for each in told)]
    if not rules:
        return ""
    of, owner = system.resource(str(item.ref)), None
    if not named_inside(resource, resource.wire.assigns):  # otherwise no other call is needed
        with suppress(CallFailed):  # only an extra
            if owners := [id for row in rows if (id := getattr(row, item.name))]:
                owner = await api.get(Scope(of), owners[0])
    lists = {by: system.tool("list", each) for each in system.resources for rule in each.rules for by in rule.counts_by}
    return "".join(rule.footnote(rows, owner, of.word, lists) for rule in rules)


def whole_list_answer(
    to: str, resource: Resource[Record], whole: Whole, given: Mapping[str, Any], *, after: int
) -> str:
    """Return a page of a list read in full: the rows after an id."""
    left = behind(whole.rows, after)
    shown = left[: given.get("limit", LIMIT)]
    table, taken = _table(resource, shown, given, whole.names)
    many = count(len(whole.rows), resource.word, resource.words)
    head = f"# {many}{whole.part}" if taken == len(whole.rows) else f"# {taken} of {many}{whole.part}"
    head += noted(shown[:taken], _watched(resource, given))
    if taken < len(left):
        head += f"; next: cursor={cursor(to, given, (str(shown[taken - 1].id),))}"
    return f"{head}\n{table}" if shown else head


def paged_list_answer(
    to: str,
    resource: Resource[Record],
    found: RowsRead,
    given: Mapping[str, Any],
    *,
    part: str = "",
    names: Beside = NOBODY,
) -> str:
    """Return a page of a paged list; which of the vendor's pages were read is said unless it was all."""
    table, taken = _table(resource, found.rows, given, names)
    on = found.behind[taken - 1] if taken < len(found.rows) else found.on
    head = f"# {count(taken, resource.word, resource.words)}{part}"
    if on is not None or found.first > 1 or found.note:
        head += f", {_pages(found, on)} of {found.of}{found.note}"
    head += noted(found.rows[:taken], _watched(resource, given))
    if on is not None:
        head += f"; next: cursor={cursor(to, given, on.parts)}"
    elif given.get("cursor") is None:
        head += summed(resource, found.rows)
    return f"{head}\n{table}" if taken else head


def _pages(found: RowsRead, on: Bookmark | None) -> str:
    """Return which of the vendor's pages the rows come from; partly, if the next answer continues within the last."""
    last, part = (on.page, "part of ") if on and on.rows else (found.last, "")
    return f"{part}page {last}" if found.first == last else f"{part}pages {found.first} to {last}"


def _watched(resource: Resource[Record], given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns whose unreadable cells are reported: those shown, and those rows were filtered by."""
    chosen = (each.column or each.name for each in resource.filters if each.name in given)
    return (*shown_columns(resource, given), *chosen)


def _table(
    resource: Resource[Record], rows: Sequence[Record], given: Mapping[str, Any], names: Beside = NOBODY
) -> tuple[str, int]:
    """Return the columns asked for, with the name of a referenced record after its id."""
    columns = shown_columns(resource, given)
    if not rows:
        return "", 0
    if not names:
        return as_csv(columns, (cells(row, columns) for row in rows))
    known = fields(resource.record)
    header = [each for name in columns for each in ((name, str(known[name].ref)) if name in names else (name,))]
    return as_csv(header, (list(_named(columns, row, names)) for row in rows))


def _named(columns: Sequence[str], row: Record, names: Beside) -> Iterator[object]:
    for column, cell in zip(columns, cells(row, columns), strict=True):
        yield cell
        if column in names:
            yield names[column].get(id := getattr(row, column) or 0, UNKNOWN if id else "")
