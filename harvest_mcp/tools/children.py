"""The tools of lists within a record: add, change or remove one child and keep its siblings.

What a server makes of a list that is sent is not documented (incwo 8): the whole list wanted is sent, existing children
with their ids, and what is stored afterwards is compared with it by value.
"""

from typing import cast

from harvest_mcp.changes.looking import written
from harvest_mcp.errors import InvalidArguments, PossibleDuplicate
from harvest_mcp.spec import Child, Field, Record, Resource, System, fields
from harvest_mcp.tools.arguments import Argument, Arguments, column, key, model
from harvest_mcp.tools.kinds import ID
from harvest_mcp.tools.references import child, known
from harvest_mcp.tools.tool import Call, Hints, Tool
from harvest_mcp.tools.written import told

Kind = Resource[Record]
Children = tuple[Child, ...]


# Whether what is left out of a list goes is documented of tables (harvest-v1 22), and not of elements (incwo 8).
REMOVED = {True: "; the others stay.", False: ". Unverified on the real service; the result is compared."}


def child_tools(system: System, resource: Kind) -> list[Tool]:
    """`add_incwo_contact_item`, `update_…`, `remove_…`, for every list of the resource that may be written."""
    lists = [item for item in resource.writable() if item.many and item.each and not item.each.fixed]
    return [build(system, resource, item) for item in lists for build in (_add, _update, _remove)]


def _add(system: System, resource: Kind, item: Field) -> Tool:
    noun, kind = _named(item), _kind(item)
    takes = [column(each, required=each.required) for each in fields(kind).values() if not each.server_set]
    name = system.tool("add", resource, noun)

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        record = await call.changes(system).current(resource, given[resource.key])
        new = kind(**await child(call.api(system), kind, given))
        if same := [each.id for each in _there(record, item) if written(each) == written(new)]:
            whose = f"{resource.noun} {known(resource, record)}"
            raise PossibleDuplicate(noun, [f"{noun}_id {id} of {whose}" for id in same], sure=True)
        change = await call.changes(system).update(resource, record, {item.name: (*_there(record, item), new)})
        return told(f"Added the {noun} to", system, resource, change)

    return Tool(
        name=name,
        says=f"Add one {_meant(item)} to {resource.one}; the others stay.",
        toolset=resource.toolset,
        hints=Hints(),
        arguments=model(name, key(resource), *takes),
        run=run,
        untouched="Nothing was changed.",
    )


def _update(system: System, resource: Kind, item: Field) -> Tool:
    noun, kind = _named(item), _kind(item)
    takes = [column(each, required=False) for each in fields(kind).values() if not each.server_set]
    name = system.tool("update", resource, noun)

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        values = await child(call.api(system), kind, given)
        if not values:
            raise InvalidArguments(name, ["no field to change was given"], known=list(type(arguments).model_fields))
        record, wanted = await _found(call, system, resource, item, arguments)
        children = tuple(each.model_copy(update=values) if each.id == wanted else each for each in _there(record, item))
        change = await call.changes(system).update(resource, record, {item.name: children})
        return told(f"Changed the {noun} of", system, resource, change)

    return Tool(
        name=name,
        says=f"Change one {_meant(item)} of {resource.one}; the others stay.",
        toolset=resource.toolset,
        hints=Hints(repeatable=True),
        arguments=model(name, key(resource), _key(item), *takes),
        run=run,
        untouched="Nothing was changed.",
    )


def _remove(system: System, resource: Kind, item: Field) -> Tool:
    noun = _named(item)
    name = system.tool("remove", resource, noun)

    async def run(call: Call, arguments: Arguments) -> str:
        record, unwanted = await _found(call, system, resource, item, arguments)
        left = tuple(each for each in _there(record, item) if each.id != unwanted)
        change = await call.changes(system).update(resource, record, {item.name: left})
        return told(f"Removed the {noun} of", system, resource, change)

    return Tool(
        name=name,
        says=f"Remove one {noun} of {resource.one}{REMOVED[bool(item.table)]}",
        toolset=resource.toolset,
        hints=Hints(repeatable=True),
        arguments=model(name, key(resource), _key(item)),
        run=run,
        untouched="Nothing was changed.",
    )


async def _found(call: Call, system: System, resource: Kind, item: Field, arguments: Arguments) -> tuple[Record, int]:
    """The record as it reads now, and the id of its child that is meant."""
    given, argument = arguments.given(), _key(item).name
    record = await call.changes(system).current(resource, given[resource.key])
    wanted: int = given[argument]
    if wanted not in (ids := [each.id for each in _there(record, item)]):
        there = ", ".join(map(str, ids)) or "none"
        what = f"{argument} {wanted} is none of {resource.noun} {record.id}, which has {there}"
        raise InvalidArguments(call.tool, [what], known=list(type(arguments).model_fields))
    return record, wanted


def _there(record: Record, item: Field) -> Children:
    return getattr(record, item.name) or ()


def _kind(item: Field) -> type[Child]:
    return cast("type[Child]", item.type)


def _named(item: Field) -> str:
    return item.each.noun if item.each else item.name


def _meant(item: Field) -> str:
    return f"{_named(item)} ({item.says})" if item.says else _named(item)


def _key(item: Field) -> Argument:
    says = "its place, from 1" if item.table else "its id in the record"
    return Argument(f"{_named(item)}_id", ID, says, required=True)
