"""The delete tools: what goes with a record, the question to a person, and only then the delete."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harvest_mcp.errors import CallFailed, NotFound, Refused
from harvest_mcp.spec import Dependent, Record, Resource, System, fields
from harvest_mcp.tools.arguments import Argument, Arguments, key, model, owner
from harvest_mcp.tools.confirm import Matter, Question
from harvest_mcp.tools.kinds import WORD
from harvest_mcp.tools.owning import moved, owner_of
from harvest_mcp.tools.question import doing
from harvest_mcp.tools.references import known, placed
from harvest_mcp.tools.render import as_json, plain, quoted
from harvest_mcp.tools.reported import lost
from harvest_mcp.tools.sheet import Hanging, sheet
from harvest_mcp.tools.tool import Call, Hints, Tool
from harvest_mcp.tools.written import unnoted

Kind = Resource[Record]


@dataclass(frozen=True, slots=True)
class Asking:
    """The code a caller brings along, how to call again with one, and what it is a part of: `Undo change 3`."""

    code: str | None
    again: str
    part_of: str = ""

    def asks(self, does: str, what: str) -> str:
        """`Delete client "Acme"?`"""
        asked = doing(does, what)
        return f"{self.part_of}: {asked}?" if self.part_of else f"{asked[0].upper()}{asked[1:]}?"


def delete_tool(system: System, resource: Kind) -> Tool:
    """`delete_client`: gone for good, after a person agreed to the question as it reads at that moment."""
    name = system.tool("delete", resource)
    takes = [*owner(resource), key(resource), Argument("confirm", WORD, "code, once a person agreed")]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        id: int = given[resource.key]
        place = await placed(call.api(system), resource, given)
        if (done := await call.changes(system).gone(place, id)) is not None:
            return _already(resource, id, done.id)
        named = [each.name for each in owner(resource) if each.name in given]
        whose = "".join(f"{each}={json.dumps(given[each], ensure_ascii=False)}, " for each in named)
        again = f'{name}({whose.replace("{", "{{").replace("}", "}}")}{resource.key}={id}, confirm="{{code}}")'
        asking = Asking(given.get("confirm"), again)
        try:
            question, record = await ask_to_delete(call, system, place, id, asking)
        except NotFound:
            if (done := await call.changes(system).gone(place, id)) is None:
                raise
            return _already(resource, id, done.id)
        try:
            change = await call.changes(system).delete(place, record)
        except Refused as refusal:
            refusal.next = _instead(system, resource, id)
            raise
        if change.record is not None and resource.archives:
            kept = f"Archived, not deleted: {question.tick}. {system.title} keeps what has {resource.archives.has}."
            return f"{kept} undo_change(change_id={change.entry}) restores it.\n{as_json(change.record)}"
        again = f"undo_change(change_id={change.entry}) makes it again under a new id."
        undo = f"{unnoted(change)}{again if resource.restorable else 'Nothing brings it back.'}"
        return f"Deleted {question.tick}. {undo}{await moved(call, system, resource, _owner(resource, record))}"

    return Tool(
        name=name,
        says=f"Delete {resource.one}, after asking a person.",
        toolset=resource.toolset,
        hints=Hints(destroys=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was deleted.",
    )


def _already(resource: Kind, id: int, change: int) -> str:
    return f"{resource.noun.capitalize()} {id} is deleted already; that was change {change}."


async def ask_to_delete(call: Call, system: System, resource: Kind, id: int, asking: Asking) -> tuple[Question, Record]:
    """The question a person agreed to, and the record, as both read now.

    Raises:
        NotConfirmed: nobody agreed.
    """
    asked: list[tuple[Question, Record]] = []

    async def build() -> Question:
        record = await call.changes(system).current(resource, id)
        _unkept(system, resource, record)
        asked.append((await _question(call, system, resource, record, asking), record))
        return asked[-1][0]

    await call.desk.confirmation.obtain(
        build, call.person, matter=matter_of(call, system, resource, id), code=asking.code, again=asking.again
    )
    return asked[-1]


def matter_of(call: Call, system: System, resource: Kind, id: int) -> Matter:
    """What a consent to this call is for; the id is 0 for a record that is not there yet."""
    account = call.desk.accounts[system.name]
    return Matter(
        system=system.name,
        account=account.key,
        principal=account.principal,
        tool=call.tool,
        noun=resource.noun,
        record=id,
    )


async def _question(call: Call, system: System, resource: Kind, record: Record, asking: Asking) -> Question:
    what = f"{resource.noun} {quoted(await _named(call, system, resource, record))} ({record.id})"
    if owner := await owner_of(call, system, resource, _owner(resource, record)):
        what = f"{what} of {owner.called}"
    found = [await _hanging(call, system, dependent, record.id) for dependent in resource.dependents]
    said = [sentence for each in found if (sentence := each.says(system.title))]
    if resource.archives:
        said.append(f"If it has {resource.archives.has}, {system.title} archives it instead.")
    if resource.locks and getattr(record, resource.locks.column):
        why = getattr(record, resource.locks.why) or "it is locked"
        said.append(f"{why.rstrip('.')}: made again, it is neither locked nor on an invoice.")
    said += (stands := await lost(call, system, resource, record))
    if resource.attachment and getattr(record, resource.attachment.has):
        said.append(f"Its {resource.attachment.noun} goes with it, and nothing brings that back.")
    if owner:
        said.append(owner.standing)
    if resource.stays:
        said.append(f"This takes back its record, not {resource.stays}.")
    goes = [each.counted for each in found if each.going and each.rows]
    undo = "An undo brings it back alone, under a new id." if resource.restorable else "Nothing brings it back."
    return Question(
        text=" ".join([asking.asks("delete", what), *said, undo]),
        tick=f"{what} and its {', '.join(goes)}" if goes else what,
        matter=matter_of(call, system, resource, record.id),
        content=(plain(record), [each.ids for each in found], owner.facts if owner else {}),
        sheet=sheet(resource, record, found, stands, title=system.title, place=place_of(call, system)),
    )


def again_of(name: str, given: Mapping[str, Any]) -> str:
    """How to call again with a code, as it must be typed; braces of a value are no place holder."""
    told = {key: plain(value) for key, value in given.items() if key != "confirm"}
    values = [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in told.items()]
    written = ", ".join(values)
    return f'{name}({written.replace("{", "{{").replace("}", "}}")}, confirm="{{code}}")'


def place_of(call: Call, system: System) -> str:
    """Where it is, for a person."""
    return f"{system.title} at {call.desk.accounts[system.name].host}"


def _owner(resource: Kind, record: Record) -> int:
    """The id of whose it is, if that is in its path."""
    return int(getattr(record, resource.owner) or 0) if resource.owner else 0


def _unkept(system: System, resource: Kind, record: Record) -> None:
    """Refuse what is kept as long as it is what others fall back on."""
    for column in resource.kept_by:
        if getattr(record, column):
            raise Refused(
                f"{system.title} keeps the {resource.noun} {known(resource, record)}, which has {column}.",
                next=f"Give {column} to another first: {system.tool('update', resource)}({column}=true).",
            )


async def _named(call: Call, system: System, resource: Kind, record: Record) -> str:
    """What a person knows it by; for what only refers to others, their names."""
    refs = [(getattr(record, column), fields(resource.record)[column].ref) for column in resource.label]
    names = []
    for id, noun in refs:
        if noun is None or id is None:
            return resource.name_of(record)
        other = system.resource(noun)
        try:
            names.append(other.name_of(await call.api(system).get(other, id)))
        except CallFailed:
            names.append(f"{noun} {id}")
    return ", ".join(names)


async def _hanging(call: Call, system: System, dependent: Dependent, id: int) -> Hanging:
    """What hangs on this one; unknown where the account does not let this user see it."""
    resource = system.resource(dependent.noun)
    narrow = {each.name: id for each in resource.filters if f"{each.ref}_id" == dependent.by}
    try:
        found = await call.api(system).scan(resource.under({dependent.by: id}), where=narrow)
    except CallFailed:
        return Hanging(dependent, resource, None)
    if not found.whole:
        return Hanging(dependent, resource, None)
    wanted = [(dependent.by, id), *dependent.where]
    kept = [row for row in found.rows if all(getattr(row, name) == value for name, value in wanted)]
    return Hanging(dependent, resource, kept)


def _instead(system: System, resource: Kind, id: int) -> str:
    for flips in dict.fromkeys(each.flips for each in resource.actions):
        if action := resource.action(flips, False):
            state = "" if action.to is not None else f", {flips}=false"
            call = f"{system.tool(action.verb, resource)}({resource.key}={id}{state})"
            return f"To have it {action.no} instead, call {call}."
    if resource.retires:
        call = f"{system.tool('update', resource)}({resource.key}={id}, {resource.retires}=true)"
        return f"To have it archived instead, call {call}."
    return ""
