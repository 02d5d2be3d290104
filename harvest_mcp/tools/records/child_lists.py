"""Tools for lists within a record: add, change or remove one child and keep the others.

What a server does with a list that is sent is not documented (incwo 8): the whole list is sent, existing children with
their ids, and the stored list is compared with it by value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from harvest_mcp.changes.looking import holds, written
from harvest_mcp.changes.missed import misses
from harvest_mcp.errors import InvalidArguments, PossibleDuplicate, Refused
from harvest_mcp.spec import Child, Field, Record, Resource, Scope, System, Value, fields
from harvest_mcp.text.render import count
from harvest_mcp.tools.arguments.dates_and_hours import resolve_dates
from harvest_mcp.tools.arguments.model import Argument, column, key, model
from harvest_mcp.tools.arguments.references import child, resolve_id
from harvest_mcp.tools.arguments.value_types import ID
from harvest_mcp.tools.questions.ask import Asking
from harvest_mcp.tools.questions.stakes import asks_note as asks
from harvest_mcp.tools.questions.stakes import confirm_update, drops, effects
from harvest_mcp.tools.questions.write_results import (
    changed_along,
    may_stay,
    status_change,
    sure_of,
    uncertain_undo,
    unchanged_answer,
    write_answer,
)
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
Children = tuple[Child, ...]


# Whether what is left out of a list goes is documented of tables (harvest-v1 22) and where each child is said by its id
# (harvest-v2 12.4), and not of elements (incwo 8).
REMOVED = {True: "; the others stay.", False: "; may be ignored."}


STAY = {True: "; the others stay.", False: "; may not come off again."}


def child_tools(system: System, resource: Kind) -> list[Tool]:
    """Return `add_incwo_contact_item`, `update_…` and `remove_…` for every writable list of the resource."""
    lists = [item for item in resource.writable() if item.many and item.each and not item.each.fixed]
    return [build(system, resource, item) for item in lists for build in (_add, _update, _remove)]


def _add(system: System, resource: Kind, item: Field) -> Tool:
    noun, word, kind = _named(item), _word(item), _kind(item)
    takes = [
        column(each, required=each.required, words=system.zoned)
        for each in fields(kind).values()
        if not each.server_set
    ]
    name = system.tool("add", resource, noun)

    async def run(call: Call, arguments: Arguments) -> str:
        given = await resolve_dates(call, system, arguments)
        new = kind(**await child(call.api(system), resource, kind, given))

        def added(there: Children) -> Children:
            if same := [each.id for each in there if written(each) == written(new)]:
                raise PossibleDuplicate(word, [f"{noun}_id {id}" for id in same], sure=True)
            return (*there, new)

        done = f"Added the {word} to"
        return await _turn(call, Listed(system, resource, item), arguments, added, given=given, done=done)

    return Tool(
        name=name,
        says=f"Add one {_meant(item)} to {system.one(resource)}{STAY[sure_of(resource, item)]}{_asks(resource, item)}",
        toolset=resource.toolset,
        hints=Hints(destroys=_confirms(resource, item)),
        arguments=model(
            name, key(resource, named=not _confirms(resource, item)), *takes, asks=_confirms(resource, item)
        ),
        run=run,
        untouched="Nothing was changed.",
    )


def _update(system: System, resource: Kind, item: Field) -> Tool:
    noun, word, kind = _named(item), _word(item), _kind(item)
    takes = [
        column(each, required=False, words=system.zoned, changes=True)
        for each in fields(kind).values()
        if not each.server_set
    ]
    name = system.tool("update", resource, noun)

    async def run(call: Call, arguments: Arguments) -> str:
        given = await resolve_dates(call, system, arguments)
        values = await child(call.api(system), resource, kind, given)
        if not values:
            raise InvalidArguments.unchanging(name, type(arguments).model_fields)
        wanted: int = given[_key(item).name]

        def changed(there: Children) -> Children:
            return tuple(each.model_copy(update=values) if each.id == wanted else each for each in there)

        done = f"Changed the {word} of"
        return await _turn(call, Listed(system, resource, item), arguments, changed, given=given, done=done)

    return Tool(
        name=name,
        says=f"Change one {_meant(item)} of {system.one(resource)}; the others stay.{_asks(resource, item)}",
        toolset=resource.toolset,
        hints=Hints(destroys=_confirms(resource, item), repeatable=True),
        arguments=model(
            name, key(resource, named=not _confirms(resource, item)), _key(item), *takes, asks=_confirms(resource, item)
        ),
        run=run,
        untouched="Nothing was changed.",
    )


def _remove(system: System, resource: Kind, item: Field) -> Tool:
    word = _word(item)
    name = system.tool("remove", resource, _named(item))

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        unwanted: int = given[_key(item).name]

        def left(there: Children) -> Children:
            return tuple(each for each in there if each.id != unwanted)

        done = f"Removed the {word} of"
        return await _turn(call, Listed(system, resource, item), arguments, left, given=given, done=done)

    return Tool(
        name=name,
        says=f"Remove one {word} of {system.one(resource)}{REMOVED[sure_of(resource, item)]}{_asks(resource, item)}",
        toolset=resource.toolset,
        hints=Hints(destroys=_confirms(resource, item), repeatable=True),
        arguments=model(
            name, key(resource, named=not _confirms(resource, item)), _key(item), asks=_confirms(resource, item)
        ),
        run=run,
        untouched="Nothing was changed.",
    )


def _confirms(resource: Kind, item: Field) -> bool:
    """Return whether a change of this list may ask a person."""
    return bool(effects(resource, item.name)) or drops(item)


def _asks(resource: Kind, item: Field) -> str:
    """Return the sentence of a tool's description on when it asks a person."""
    return asks(effects(resource, item.name)) + (f" Asks a person before it {_loses(item)}." if drops(item) else "")


def _loses(item: Field) -> str:
    """Return `may lose additional_info of contact_addresses`: what the vendor shows of children, and no write sends."""
    columns = fields(_kind(item))
    kept = (name for name, each in columns.items() if each.server_set and not each.inner and misses(_kind(item), name))
    return f"may lose {' and '.join(kept)} of {item.name}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One child list of one kind of record."""

    system: System
    resource: Kind
    item: Field


async def _turn(
    call: Call,
    of: Listed,
    arguments: Arguments,
    turned: Callable[[Children], Children],
    *,
    given: Mapping[str, Any],
    done: str,
) -> str:
    """Change the list of the record as just read; the child that is meant must be in it. One is added if none is."""
    system, resource, item = of.system, of.resource, of.item
    changes, argument = call.changes(system), _key(item).name
    wanted = given.get(argument)

    def to(record: Record) -> dict[str, Value]:
        there = _there(record, item)
        _sure(resource, record, item)
        if wanted is not None and wanted not in (ids := [each.id for each in there]):
            what = f"{argument} {wanted} is none of {resource.word} {record.id}, which has {_ids(ids)}"
            raise InvalidArguments(call.tool, [what], known=list(type(arguments).model_fields))
        return {item.name: turned(there)}

    asking, place = Asking(call.tool, given), Scope(resource)
    id = await resolve_id(changes.api, resource, given[resource.key])
    snapshot, values = await confirm_update(call, changes, place, id, to, asking)
    record = snapshot.record
    if holds(record, values):
        return unchanged_answer(resource, record)
    change = await changes.update(place, snapshot, values)
    undo = uncertain_undo(system, change) if wanted is None and not sure_of(resource, item) else None
    stands = status_change(resource, record, change.record)
    more = changed_along(resource, record, change.record, values)
    many = _number(item, change.record) or ("" if change.record else may_stay(system, resource, dict(record), values))
    return write_answer(done, system, resource, change, stands, more, many, undo=undo, before=record)


def _number(item: Field, record: Record | None) -> str:
    """Return `It has 3 lines now.` if children are known by position, since the answer shows only the new one."""
    if record is None or not item.table:
        return ""
    return f"It has {count(len(_there(record, item)), _word(item))} now."


def _sure(resource: Kind, record: Record, item: Field) -> None:
    """Refuse to send a list whose children cannot be told apart or are not all known.

    Raises:
        Refused: two have one id, one has none, or a value to be sent could not be read.
    """
    there, noun, of = _there(record, item), _word(item), f"{resource.word} {record.id}"
    ids = [child.id for child in there]
    sent = {name for name, column in fields(_kind(item)).items() if not column.server_set}
    lost = [f"{name} of {noun} {child.id}" for child in there for name in child.unread if name in sent]
    twice = next((id for id in ids if id is not None and ids.count(id) > 1), None)
    if twice is not None:
        what = f"{of.capitalize()} has {ids.count(twice)} {noun}s under the id {twice}, and a change could reach any."
    elif None in ids:
        what = f"{of.capitalize()} has {ids.count(None)} {noun}s without an id, which would be added once more."
    elif item.name in record.unread or lost:
        what = f"{', '.join(lost) or item.name} of {of} cannot be read, and would be sent along."
    else:
        return
    raise Refused(what, next="Put it in order in the account itself, or make the change there.")


def _ids(ids: Sequence[int | None]) -> str:
    return ", ".join(map(str, ids)) or "none"


def _there(record: Record, item: Field) -> Children:
    return getattr(record, item.name) or ()


def _kind(item: Field) -> type[Child]:
    return cast("type[Child]", item.type)


def _named(item: Field) -> str:
    """Return what one child is called in names of tools and arguments: `cost_line`."""
    return item.each.noun if item.each else item.name


def _word(item: Field) -> str:
    """Return what one child is called in sentences: `cost line`."""
    return item.each.word if item.each else item.name


def _meant(item: Field) -> str:
    return f"{_word(item)} ({item.says})" if item.says else _word(item)


def _key(item: Field) -> Argument:
    says = "its place, from 1" if item.table else "its id in the record"
    return Argument(f"{_named(item)}_id", ID, says, required=True)
