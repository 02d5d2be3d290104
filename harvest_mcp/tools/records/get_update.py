"""The tools of one record: get, update, an action; each built from its resource."""

from collections.abc import Mapping
from dataclasses import replace

from harvest_mcp.changes.looking import holds
from harvest_mcp.errors import InvalidArguments
from harvest_mcp.spec import Field, Record, Resource, System, Value
from harvest_mcp.tools.arguments.dates_and_hours import dated
from harvest_mcp.tools.arguments.model import CONFIRM, STAYS, Argument, column, key, model, owner
from harvest_mcp.tools.arguments.references import columns, placed
from harvest_mcp.tools.arguments.value_types import ADDRESS
from harvest_mcp.tools.questions.ask import Asking
from harvest_mcp.tools.questions.billed_changes import agreed, back
from harvest_mcp.tools.questions.record_state import now_stands, uncounted
from harvest_mcp.tools.questions.stakes import says as asks
from harvest_mcp.tools.questions.write_results import along, compact, doubted, so_already, told
from harvest_mcp.tools.records.checks import agree, asked, complete, refusing, remarks, ruled
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]


def get_tool(system: System, resource: Kind) -> Tool:
    """`get_contact`: one record with everything the vendor tells."""
    name = system.tool("get", resource)
    takes = [*owner(resource), key(resource)]
    if handle := resource.handle:
        takes = [*owner(resource), replace(key(resource), required=False), Argument(handle, ADDRESS, "or this")]

    async def run(call: Call, arguments: Arguments) -> str:
        given, api = arguments.given(), call.api(system)
        named = [given[each] for each in (resource.key, handle) if each in given]
        if len(named) != 1:
            raise InvalidArguments(
                name, [f"takes either {resource.key} or {handle}"], known=[each.name for each in takes]
            )
        record = await api.get(await placed(api, resource, given), named[0])
        return f"{doubted(record)}{compact(record, inner=True)}"

    return Tool(
        name=name,
        says=f"One {system.word(resource)} in full.",
        toolset=resource.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
    )


def update_tool(system: System, resource: Kind) -> Tool:
    """`update_contact`: the given columns and no others."""
    name = system.tool("update", resource)
    # A list of children is not replaced by the way: its own tools keep what is not spoken of.
    fills = [_filling(system, resource, item) for item in resource.changeable() if not item.many]
    takes = [*owner(resource), key(resource), *fills, *ruled(resource), *([CONFIRM] if resource.stakes else [])]

    async def run(call: Call, arguments: Arguments) -> str:
        given, api = await dated(call, system, arguments), call.api(system)
        filled = {each.name: given[each.name] for each in fills if each.name in given}
        if not filled and not asked(resource, given):
            raise InvalidArguments(name, ["no field to change was given"], known=[each.name for each in takes])
        values = await columns(api, resource, filled)
        place = await placed(api, resource, given)
        changes = call.changes(system)

        def to(record: Record) -> Mapping[str, Value]:
            agree(name, resource, values, record, known=[each.name for each in takes])
            with refusing(name, [each.name for each in takes]):
                return complete(resource, values, given, record)

        asking = Asking(
            name, {**given, **{item.name: "…" for item in resource.writable() if item.bytes and item.name in given}}
        )
        snapshot, written = await agreed(call, changes, place, given[resource.key], to, asking)
        record = snapshot.record
        if holds(record, written):
            return so_already(resource, record, *remarks(system, resource, written, record))
        change = await changes.update(place, snapshot, written)
        more = [
            now_stands(resource, record, change.record),
            along(resource, record, change.record, written),
            await uncounted(call, system, resource, written, change.record),
            *remarks(system, resource, written, change.record),
        ]
        undo = back(resource, written, change.entry)
        return told("Updated", system, resource, change, *more, undo=undo, before=record)

    return Tool(
        name=name,
        says=f"Change fields of {system.one(resource)}. {resource.caution}".rstrip() + asks(resource.stakes),
        toolset=resource.toolset,
        hints=Hints(destroys=bool(resource.stakes), repeatable=True),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was changed.",
    )


def _filling(system: System, resource: Kind, item: Field) -> Argument:
    """The argument that changes one column; of two figures where one is taken, none is emptied."""
    argument = column(item, required=False, words=system.zoned, changes=True)
    either = resource.either
    return replace(argument, blank=STAYS) if either and item.name in (either.amount, either.count) else argument
