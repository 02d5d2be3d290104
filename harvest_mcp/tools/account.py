"""Tools across resources: who is signed in, what is left of the call budget, and search."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import anyio.lowlevel

from harvest_mcp.errors import Unfit
from harvest_mcp.spec import Part, Record, Resource, System, View
from harvest_mcp.text.render import as_json, plain
from harvest_mcp.text.terms import terms
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.references import resolve
from harvest_mcp.tools.arguments.value_types import REFERENCE, TRUTH, WORD, several, whole
from harvest_mcp.tools.records.gaps import gap_in
from harvest_mcp.tools.records.no_rows import SEARCH
from harvest_mcp.tools.search.answers import Searched, answer
from harvest_mcp.tools.search.lists import ALL, ReadLists, cheap, kinds_of, unsearched
from harvest_mcp.tools.search.match import look
from harvest_mcp.tools.tool import Arguments, Budget, Call, Hints, Tool
from harvest_mcp.wire.records import uncollected

HITS, MOST_HITS = 10, 100
FEW = 3
"""With at most so many hits the answer says what was searched, as a missing one may be of another kind."""


def view_tool(system: System, view: View[Part]) -> Tool:
    """Return the tool that reads a view: `who_am_i`, `get_rate_limit_status`."""

    takes = [Argument(view.of, REFERENCE, required=True)] if view.of else []
    takes += [Argument(name, TRUTH) for name in view.asks]

    async def run(call: Call, arguments: Arguments) -> str:
        if view.shows_budget:
            return await _budgets(call, system, view)
        given, api = arguments.given(), call.api(system)
        query = tuple((name, "true" if given[name] else "false") for name in view.asks if name in given)
        at = await resolve(api, view.of, given[view.of]) if view.of else 0
        return as_json(await api.view(replace(view, path=view.path.format(id=at), query=(*view.query, *query))))

    return Tool(
        name=view.name,
        says=view.says,
        toolset=view.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(view.name, *takes),
        run=run,
    )


async def _budgets(call: Call, system: System, view: View[Part]) -> str:
    """Return the vendor's count of calls, if it keeps one, and our own; the vendor is not asked during a lockout."""
    budget = call.desk.line(system).throttle
    asked = view.path and not await budget.closed_for()
    vendor = plain(await call.api(system).view(view)) if asked else None
    own = {**await _counted(budget), **{each.plan.name: await _counted(each) for each in budget.apart}}
    return as_json({**({system.name: vendor} if view.path else {}), "this_server": own})


async def _counted(budget: Budget) -> dict[str, float]:
    return {
        "calls_left": await budget.left(),
        "calls": budget.plan.calls,
        "per_seconds": budget.plan.seconds,
        "closed_for_seconds": round(await budget.closed_for()),
    }


@cache
def search_tool(
    systems: tuple[System, ...],
    offered: frozenset[str] | None = None,
    *,
    beyond: bool = False,
    without: tuple[str, ...] = (),
) -> Tool:
    """Return `search_records`: words in any order, over all kinds except those of the list tools in `without`.

    Unless `beyond`, only kinds whose list tool is `offered` are searched, if any is. Paged lists other than the main
    ones are only read if asked for: each costs calls, and so seconds.
    """
    kinds = kinds_of(systems, None if beyond else offered, without) or kinds_of(systems, None)
    nameable = [kind for kind, (system, each) in kinds.items() if _nameable(system, each, offered)] or list(kinds)
    usual = [kind for kind, (system, each) in kinds.items() if cheap(system, each)] or list(kinds)
    some = len(usual) < len(kinds)
    takes = [
        Argument("query", WORD, "e.g. jane suprcorp; typos ok", required=True),
        Argument("kinds", several((*nameable, *([ALL] * some))), "default main ones" if some else ""),
        Argument("limit", whole(MOST_HITS)),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        return await _search(call, arguments.given(), kinds, usual)

    return Tool(
        name=SEARCH,
        says="Find records by words.",
        toolset=next(iter(kinds.values()))[1].toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(SEARCH, *takes),
        run=run,
    )


async def _search(
    call: Call, given: Mapping[str, Any], kinds: Mapping[str, tuple[System, Resource[Record]]], usual: Sequence[str]
) -> str:
    named, missing = given.get("kinds"), call.desk.missing
    words, every = terms(given["query"], split=True), ALL in (named or ())
    asked = list(kinds) if every else list(dict.fromkeys(named or usual))
    _refuse_without(given["query"], [kinds[kind] for kind in asked], call.offered)
    reached = [kind for kind in asked if kinds[kind][0].name not in missing] or asked
    apart = dict.fromkeys(kinds[kind][0].title for kind in asked if kind not in reached)
    reading = ReadLists(call, given["query"], words, named is not None and not every)
    await reading.all({kind: kinds[kind] for kind in reached})
    names = await reading.names()
    seen = [kind for kind in reached if kind in reading.rows]
    notes = [f"this user may not see: {', '.join(reading.hidden)}"] if reading.hidden else []
    notes += [f"not searched, since it cannot be reached yet: {', '.join(apart)}"] if apart else []
    left = [kind for kind, (system, _) in kinds.items() if kind not in usual and system.name not in missing]
    systems = tuple(dict.fromkeys(system for system, _ in kinds.values()))
    looked = []
    for kind in seen:
        with uncollected():
            looked.append(look(words, *reading.rows[kind], names))
        await anyio.lowlevel.checkpoint()  # matching many rows takes a while; let other tasks run
    return answer(
        words,
        Searched(
            looked=looked,
            searched=f"searched: {', '.join(seen) or 'nothing'}",
            left=[] if named else left,
            notes=notes,
            partly="; ".join(reading.partly),
            elsewhere=unsearched(systems, call.offered),
            goes_on=[tool for tool in reading.goes_on if tool in call.offered],
        ),
        limit=given.get("limit", HITS),
        named=len(systems) > 1,
        few=-1 if named else FEW,
    )


def _refuse_without(query: str, kinds: Sequence[tuple[System, Resource[Record]]], offered: Container[str]) -> None:
    """Refuse a query for what records lack where a list finds that: words find what is there.

    Raises:
        Unfit: it is one.
    """
    for system, resource in kinds:
        tool = system.tool("list", resource)
        if tool in offered and (said := gap_in(resource, query)):
            raise Unfit(
                "search_records finds words that are there, a name of such words in quotes.",
                next=f"{tool}({said}) lists those without.",
            )


def _nameable(system: System, resource: Resource[Record], offered: frozenset[str] | None) -> bool:
    """Return whether callers may ask for this kind alone: people, or a kind with a list tool here.

    Every other kind would cost bytes of the schema.
    """
    return offered is None or bool(resource.named_by.address) or system.tool("list", resource) in offered
