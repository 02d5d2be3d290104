"""The tool that makes a record and its assignment in one, where the vendor has an address for both."""

from dataclasses import replace

from harvest_mcp.errors import PossibleDuplicate
from harvest_mcp.spec import Record, Resource, System, fields
from harvest_mcp.tools.arguments.dates_and_hours import dated
from harvest_mcp.tools.arguments.model import Argument, column, model, owner
from harvest_mcp.tools.arguments.references import columns, known
from harvest_mcp.tools.arguments.value_types import TRUTH
from harvest_mcp.tools.questions.write_results import insisting, told
from harvest_mcp.tools.records.create import MOST_TWINS, twins
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]


def create_along_tool(system: System, resource: Kind) -> list[Tool]:
    """`create_task_in_project`: a new record and its assignment in one, where the vendor has an address for both."""
    assigns, at = resource.assigns, resource.owned_by
    if assigns is None or at is None or not assigns.along:
        return []
    other = system.resource(str(fields(resource.record)[assigns.column].ref))
    name = system.tool("create", other, of=f"in_{at.ref}")
    columns_of = [item for item in other.writable() if item.name in assigns.columns]
    takes = [*owner(resource), *(column(item, required=item.required, words=system.zoned) for item in columns_of)]
    takes.append(Argument("allow_duplicate", TRUTH))

    async def run(call: Call, arguments: Arguments) -> str:
        given = await dated(call, system, arguments)
        api, changes = call.api(system), call.changes(system)
        values = {**await columns(api, resource, given), **await columns(api, other, given)}
        place, once = replace(resource.under(values), makes=other), not given.get("allow_duplicate")
        if once and (change := await changes.said(place, values)):
            return told("Already created", system, resource, change, insisting(change))
        if once and other.same and (like := twins((await api.scan(other)).rows, other, values)):
            raise PossibleDuplicate(other.word, [known(other, twin) for twin in like[:MOST_TWINS]])
        above = (await api.scan(place)).highest
        change = await changes.create(place, values, above=above, once=once)
        return told(f"Created the {other.word} and", system, resource, change)

    return [
        Tool(
            name=name,
            says=f"Add a new {other.noun} to a {at.ref}.",
            toolset=resource.toolset,
            hints=Hints(),
            arguments=model(name, *takes),
            run=run,
            untouched="Nothing was created.",
        )
    ]
