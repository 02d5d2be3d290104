"""The few tools that span resources: who this server is, what is left of the budget, and search."""

from functools import cache

from harvest_mcp.errors import Forbidden, NotFound
from harvest_mcp.spec import Part, Record, Resource, System, View
from harvest_mcp.text.render import as_json, plain
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.value_types import WORD, several, whole
from harvest_mcp.tools.search import Names, report, search
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

SEARCH = "search_records"
HITS, MOST_HITS = 10, 100
FEW = 3
"""Up to so many hits, what was searched is said unless the caller did: what is missing may be of another kind."""


def view_tool(system: System, view: View[Part]) -> Tool:
    """`who_am_i`, `get_rate_limit_status`: one thing read whole."""

    async def run(call: Call, arguments: Arguments) -> str:
        if view.shows_budget:
            return await _budgets(call, system, view)
        return as_json(await call.api(system).view(view))

    return Tool(
        name=view.name,
        says=view.says,
        toolset=view.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(view.name),
        run=run,
    )


async def _budgets(call: Call, system: System, view: View[Part]) -> str:
    """The vendor's count beside our own; the vendor is not asked while the gate is closed."""
    budget = call.desk.line(system).throttle
    vendor = None if await budget.closed_for() else plain(await call.api(system).view(view))
    own = {
        "calls_left": await budget.left(),
        "calls": system.plan.calls,
        "per_seconds": system.plan.seconds,
        "closed_for_seconds": round(await budget.closed_for()),
    }
    return as_json({system.name: vendor, "this_server": own})


@cache
def search_tool(systems: tuple[System, ...], offered: frozenset[str] | None = None) -> Tool:
    """`search_records`: words in any order over everything whose list tool is among those offered, if any is."""
    kinds = _searched(systems, offered) or _searched(systems, None)
    takes = [
        Argument("query", WORD, "e.g. jane suprcorp; typos ok", required=True),
        Argument("kinds", several(tuple(kinds)), "default all"),
        Argument("limit", whole(MOST_HITS), f"default {HITS}"),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        read: list[tuple[System, Resource[Record], list[Record]]] = []
        hidden: list[str] = []
        partly: list[str] = []
        unset: dict[str, None] = {}
        asked = list(dict.fromkeys(given.get("kinds") or kinds))
        for kind in asked:
            system, resource = kinds[kind]
            if system.name in call.desk.missing and any(kinds[each][0] is not system for each in asked):
                unset[system.title] = None
                continue
            try:
                found = await call.api(system).scan(resource)
            except (NotFound, Forbidden):
                hidden.append(kind)
                continue
            read.append((system, resource, found.rows))
            if not found.whole:
                partly.append(f"{kind}: {found.told}")
        names: Names = {
            (system.name, resource.noun, row.id): resource.name_of(row)
            for system, resource, rows in read
            for row in rows
        }
        hits = [hit for system, resource, rows in read for hit in search(given["query"], system, resource, rows, names)]
        unseen = f"this user may not see: {', '.join(hidden)}" if hidden else ""
        sought = [kind for kind in asked if kind not in hidden and kinds[kind][0].title not in unset]
        looked = f"searched: {', '.join(sought) or 'nothing'}"
        apart = f"not searched, since it cannot be reached yet: {', '.join(unset)}" if unset else ""
        notes = [looked if "kinds" not in given and len(hits) <= FEW else "", unseen, apart]
        return report(hits, names, notes, "; ".join(partly), limit=given.get("limit", HITS), named=len(systems) > 1)

    return Tool(
        name=SEARCH,
        says="Find records by words.",
        toolset=next(iter(kinds.values()))[1].toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(SEARCH, *takes),
        run=run,
    )


def _searched(
    systems: tuple[System, ...], offered: frozenset[str] | None
) -> dict[str, tuple[System, Resource[Record]]]:
    """What can be searched, by what it is called: of these list tools, or of any."""
    return {
        "_".join(part for part in (system.prefix, resource.plural) if part): (system, resource)
        for system in systems
        for resource in system.resources
        if _cheap(system, resource) and (offered is None or system.tool("list", resource) in offered)
    }


def _cheap(system: System, resource: Resource[Record]) -> bool:
    """Whether all of them come in a call or a few: one list, by pages only where people mostly look, or by number."""
    if "list" not in resource.verbs or resource.owner or resource.week:
        return False
    return not resource.paged or resource.named_by.digits or resource.toolset in system.default_toolsets
