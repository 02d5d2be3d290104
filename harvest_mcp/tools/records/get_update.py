"""The get and update tools of a resource."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from harvest_mcp.api import Api
from harvest_mcp.changes.looking import holds
from harvest_mcp.errors import InvalidArguments, NoMatch, NotFound
from harvest_mcp.spec import Field, Record, Resource, Scope, System, Value
from harvest_mcp.tools.address import RecordAddress
from harvest_mcp.tools.arguments.dates_and_hours import resolve_dates
from harvest_mcp.tools.arguments.model import STAYS, Argument, column, key, model, owner, ruled
from harvest_mcp.tools.arguments.references import (
    check_rules,
    column_values,
    completed_values,
    locate,
    resolve,
    resolve_id,
    rule_refusals,
)
from harvest_mcp.tools.arguments.value_types import ADDRESS
from harvest_mcp.tools.questions.ask import Asking
from harvest_mcp.tools.questions.record_state import owner_remarks
from harvest_mcp.tools.questions.stakes import asks_note, confirm_update, effects, undo_note
from harvest_mcp.tools.questions.write_results import (
    changed_along,
    doubt_lines,
    left_alone,
    record_json,
    remarks,
    status_change,
    unchanged_answer,
    write_answer,
)
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]


def get_tool(system: System, resource: Kind) -> Tool:
    """Return `get_contact`: one record with all its columns."""
    name, address = system.tool("get", resource), resource.named_by.address
    takes = [*owner(resource), key(resource, named=True)]
    if address:
        takes = [
            *owner(resource),
            replace(key(resource, named=True), required=False),
            Argument(address, ADDRESS, "or this"),
        ]

    async def run(call: Call, arguments: Arguments) -> str:
        given, api = arguments.given(), call.api(system)
        named = [given[each] for each in (resource.key, address) if each in given]
        if len(named) != 1:
            raise InvalidArguments(
                name, [f"takes either {resource.key} or {address}"], known=type(arguments).model_fields
            )
        place = await locate(api, resource, given)
        there = await resolve_id(api, resource, named[0], place) if resource.key in given else named[0]
        record = await _record(api, resource, place, there)
        return f"{doubt_lines(record)}{record_json(record, inner=True)}"

    return Tool(
        name=name,
        says=f"One {system.word(resource)} in full.",
        toolset=resource.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
        address=_address(system, resource),
    )


async def _record(api: Api, resource: Kind, place: Scope[Record], there: int | str) -> Record:
    """Return the record with that id; if digits may be a name and no id matches, the one with that name.

    Raises:
        NotFound: there is neither.
    """
    try:
        return await api.get(place, there)
    except NotFound:
        if not (resource.named_by.digits and isinstance(there, int)):
            raise
        with suppress(NoMatch):
            named = await resolve(api, resource.noun, f"{resource.label[0]} {there}", exact=True)
            return await api.get(place, named)
        raise


def _address(system: System, resource: Kind) -> RecordAddress | None:
    """Return the address to read one at; None if it lies under another record, which the address would have to name."""
    if resource.owner:
        return None
    by = "an id or exact name" if key(resource, named=True) != key(resource) else "its id"
    says = f"One {system.word(resource)} in full, by {by}."
    return RecordAddress(system, resource.noun, "id", lambda said: {resource.key: said}, says)


def update_tool(system: System, resource: Kind) -> Tool:
    """Return `update_contact`: changes the given columns and no others."""
    name, asks = system.tool("update", resource), effects(resource)
    # Child lists are changed by their own tools, which keep the other children.
    fills = [_filling(system, resource, item) for item in resource.changeable() if not item.many]

    async def run(call: Call, arguments: Arguments) -> str:
        given, api, takes = await resolve_dates(call, system, arguments), call.api(system), type(arguments).model_fields
        filled = {each.name: given[each.name] for each in fills if each.name in given}
        if not filled and not any(given.get(each.name) for each in ruled(resource)):
            raise InvalidArguments.unchanging(name, takes)
        place = await locate(api, resource, given)
        given = {**given, resource.key: await resolve_id(api, resource, given[resource.key], place)}
        values, changes, names = await column_values(api, resource, filled), call.changes(system), call.names_of(system)

        def to(record: Record) -> Mapping[str, Value]:
            check_rules(name, resource, values, record, known=takes)
            with rule_refusals(name, takes):
                return completed_values(resource, values, given, record)

        files = {item.name: "…" for item in resource.writable() if item.bytes and item.name in given}
        asking = Asking(name, {**given, **files})
        snapshot, written = await confirm_update(call, changes, place, given[resource.key], to, asking)
        record = snapshot.record
        if holds(record, written):
            return unchanged_answer(resource, record, *remarks(system, resource, written, record))
        change = await changes.update(place, snapshot, written)
        minding = [rule for rule in resource.rules if rule.minds_owner(written)]
        more = [status_change(resource, record, change.record), changed_along(resource, record, change.record, written)]
        more += await owner_remarks(call, system, minding, resource, change.record) if minding else []
        more += [*remarks(system, resource, written, change.record, names), *left_alone(resource, written)]
        undo = undo_note(resource, written, change.entry)
        return write_answer("Updated", system, resource, change, *more, undo=undo, before=record)

    return Tool(
        name=name,
        says=f"Change {system.one(resource)}. {resource.wording.caution}".rstrip() + asks_note(asks),
        toolset=resource.toolset,
        hints=Hints(destroys=bool(asks), repeatable=True),
        arguments=model(
            name, *owner(resource), key(resource, named=not asks), *fills, *ruled(resource), asks=bool(asks)
        ),
        run=run,
        untouched="Nothing was changed.",
    )


def _filling(system: System, resource: Kind, item: Field) -> Argument:
    """Return the argument that changes one column; one of two that express a figure is never emptied."""
    argument = column(item, required=False, words=system.zoned, changes=True)
    kept = any(item.name in rule.unemptied for rule in resource.rules)
    return replace(argument, blank=STAYS) if kept else argument
