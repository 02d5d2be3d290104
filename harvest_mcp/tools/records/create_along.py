"""The tool that creates a record together with its assignment, in one call if the vendor has an endpoint for both."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harvest_mcp.errors import CallFailed, PossibleDuplicate
from harvest_mcp.spec import Record, Resource, Scope, System, Value, fields
from harvest_mcp.tools.arguments.dates_and_hours import resolve_dates
from harvest_mcp.tools.arguments.model import Argument, column, model, owner
from harvest_mcp.tools.arguments.references import column_values, name_and_id
from harvest_mcp.tools.arguments.value_types import TRUTH
from harvest_mcp.tools.questions.write_results import insist_note, write_answer
from harvest_mcp.tools.records.create import MOST_TWINS, not_compared, twins
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]


def create_along_tool(system: System, resource: Kind) -> list[Tool]:
    """Return `create_task_in_project`: a new record and its assignment."""
    wire, at = resource.wire, resource.owned_by
    if not wire.making or at is None:
        return []
    other = system.resource(str(fields(resource.record)[wire.assigns].ref))
    both = replace(resource, wire=wire.along(other))
    name = system.tool("create", other, of=f"in_{at.ref}")
    columns_of = [item for item in other.writable() if item.name in wire.making]
    takes = [*owner(resource), *(column(item, required=item.required, words=system.zoned) for item in columns_of)]
    takes.append(Argument("allow_duplicate", TRUTH))

    async def run(call: Call, arguments: Arguments) -> str:
        given = await resolve_dates(call, system, arguments)
        api, changes = call.api(system), call.changes(system)
        values = {**await column_values(api, resource, given), **await column_values(api, other, given)}
        place, once = both.under(values), not given.get("allow_duplicate")
        if not both.wire.made:
            return await _one_by_one(call, system, place, other, values, once=once)
        if once and (change := await changes.said(place, values)):
            return write_answer("Already created", system, resource, change, insist_note(change))
        there, on = await api.scan(Scope(other)), await api.scan(place)
        if once:
            _alone(there.rows, other, values)
        change = await changes.create(place, values, above=on.highest, whole=on.newest, once=once)
        said = write_answer(f"Created the {other.word} and", system, resource, change)
        return f"{said}{not_compared(there, other)}"

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


def _alone(others: Sequence[Record], other: Kind, values: Mapping[str, Value]) -> None:
    """Check that no existing record looks like the new one.

    Raises:
        PossibleDuplicate: one does.
    """
    if other.same and (like := twins(others, other, values)):
        raise PossibleDuplicate(other.word, [name_and_id(other, twin) for twin in like[:MOST_TWINS]])


async def _one_by_one(
    call: Call, system: System, place: Scope[Record], other: Kind, values: Mapping[str, Value], *, once: bool
) -> str:
    """Create the record, then its assignment; if the second fails, say what was done.

    Raises:
        CallFailed: one of the two was not created.
    """
    changes, resource = call.changes(system), place.resource
    own = {name: value for name, value in values.items() if name in resource.wire.making}
    made, compared = await changes.said(Scope(other), own) if once else None, ""
    if made is None:
        there = await changes.api.scan(Scope(other))
        if once:
            _alone(there.rows, other, own)
        made = await changes.create(Scope(other), own, above=there.highest, whole=there.newest, once=once)
        compared = not_compared(there, other)
    if made.id is None:
        return write_answer("Created", system, other, made)
    of_it = {own: getattr(made.record, its, None) for own, its in resource.wire.begins}
    begins = {own: value for own, value in of_it.items() if value is not None}
    assigns = {resource.owner: place.parent, resource.wire.assigns: made.id, **begins}
    try:  # a new record cannot be assigned yet
        change = await changes.create(place, assigns, above=0, once=once)
    except CallFailed as failure:
        way = f"{system.tool('create', resource)}({resource.place[0].argument}={place.parent}, {other.noun}={made.id})"
        stays = f"{name_and_id(other, made.record) if made.record else made.id}"
        failure.state = f"The {other.word} {stays} was created, and is on no {resource.place[0].noun}."
        failure.next = f"{failure.next} {way} puts it there; undo_change(change_id={made.entry}) deletes it.".lstrip()
        raise
    back = f"undo_change(change_id={change.entry}), and then undo_change(change_id={made.entry}), take both back."
    done = "Already created" if change.before else "Created"
    said = write_answer(f"{done} the {other.word} and", system, resource, change, insist_note(change), undo=back)
    return f"{said}{compared}"
