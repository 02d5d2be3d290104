"""Delete tools: what is deleted along, the question to a person, and then the delete."""

from dataclasses import dataclass
from functools import partial

from harvest_mcp.changes import Change, Hangs, Snapshot
from harvest_mcp.consent.question import CUT, facts
from harvest_mcp.errors import CallFailed, NotFound, Refused
from harvest_mcp.spec import Dependent, Record, Resource, Scope, System, fields
from harvest_mcp.text.render import as_json, quoted
from harvest_mcp.tools.arguments.model import key, model, owner
from harvest_mcp.tools.arguments.owners import whose
from harvest_mcp.tools.arguments.references import locate, name_and_id
from harvest_mcp.tools.questions.ask import Asking, Intention, ask, matter_of
from harvest_mcp.tools.questions.namesakes import apart
from harvest_mcp.tools.questions.record_state import (
    Hanging,
    Owner,
    Shown,
    owner_change,
    owner_of,
    report_facts,
    standing_of,
    without,
)
from harvest_mcp.tools.questions.write_results import join_sentences, unnoted
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
Place = Scope[Record]
ARCHIVED = "archived"
"""Words for a record that is archived instead of deleted."""


def delete_tool(system: System, resource: Kind) -> Tool:
    """Return `delete_client`: deletes for good, after a person confirmed the question as it reads at that moment."""
    name = system.tool("delete", resource)

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        id: int = given[resource.key]
        place = await locate(call.api(system), resource, given)
        if (done := await call.changes(system).gone(place, id)) is not None:
            return _already(resource, id, done.id)
        try:
            proposed, doomed = await ask_to_delete(call, system, place, id, Asking(name, given))
            change = await _deleted(call, system, place, doomed)
        except NotFound:
            if (done := await call.changes(system).gone(place, id)) is None:
                raise
            return _already(resource, id, done.id)
        why = [says for rule in resource.rules if (says := rule.instead(system.title))]
        if change.record is not None and why:
            kept = f"Archived, not deleted: {proposed.tick}. {' '.join(why)}"
            return f"{kept} undo_change(change_id={change.entry}) restores it.\n{as_json(change.record)}"
        again = f"undo_change(change_id={change.entry}) makes it again{without(doomed.found)} under a new id."
        undo = again if resource.restorable else "Nothing brings it back."
        return join_sentences(
            f"Deleted {proposed.tick}.", unnoted(change), undo, await owner_change(call, system, doomed.owner)
        )

    return Tool(
        name=name,
        says=f"Delete {system.one(resource)}; asks a person.",
        toolset=resource.toolset,
        hints=Hints(destroys=True, repeatable=True),
        arguments=model(name, *owner(resource), key(resource), asks=True),
        run=run,
        untouched="Nothing was deleted.",
    )


def _already(resource: Kind, id: int, change: int) -> str:
    return f"{resource.word.capitalize()} {id} is deleted already; that was change {change}."


@dataclass(frozen=True, slots=True)
class Doomed:
    """A record that a person confirmed to delete, what goes with it, and its owner."""

    snapshot: Snapshot[Record]
    found: list[Hanging]
    owner: Owner | None
    hangs: Hangs | None

    @property
    def record(self) -> Record:
        """The record as it read when the question was asked."""
        return self.snapshot.record

    @property
    def beside(self) -> tuple[str, ...]:
        """What goes with it, as the journal notes it."""
        return tuple(kept for each in self.found if (kept := each.kept))


async def _deleted(call: Call, system: System, place: Place, doomed: Doomed) -> Change[Record]:
    """Delete it; if refused, say what can be done instead."""
    try:
        return await call.changes(system).doing(*doomed.beside, hangs=doomed.hangs).delete(place, doomed.snapshot)
    except Refused as refusal:
        refusal.next = _instead(system, place, doomed.record.id)
        raise


async def ask_to_delete(call: Call, system: System, place: Place, id: int, asking: Asking) -> tuple[Intention, Doomed]:
    """Return what a person confirmed and the record, both as just read.

    Raises:
        NotConfirmed: nobody confirmed.
    """

    resource = place.resource

    async def propose() -> tuple[Intention, Doomed]:
        snapshot = await call.changes(system).current(place, id)
        record = snapshot.record
        _unkept(system, resource, record)
        owner = await owner_of(call, system, resource, _owner(resource, record))
        hangs = await _read_now(call, system, resource)
        found = await call.api(system).all_of(
            *(partial(_hanging, call, system, each, record.id) for each in resource.dependents)
        )
        doomed = Doomed(snapshot, found, owner, hangs)
        return await _proposed(call, system, place, doomed, asking), doomed

    return await ask(call, asking, matter_of(call, system, resource, id), propose)


async def _read_now(call: Call, system: System, resource: Kind) -> Hangs | None:
    """Return how to read what depends on such a record."""
    if not resource.dependents:
        return None
    return Hangs(tuple((each.noun, each.by) for each in resource.dependents), await call.journal(system).count())


async def _proposed(call: Call, system: System, place: Place, doomed: Doomed, asking: Asking) -> Intention:
    resource = place.resource
    record, owner, found = doomed.record, doomed.owner, doomed.found
    standing = await standing_of(call, system, resource, record)
    facts_elsewhere = await report_facts(call, system, resource, record, before_delete=True)
    name, below = await _named(call, system, resource, record), f" of {owner.standing.called}" if owner else ""
    below = f"{below}{await whose(call.api(system), place)}"
    return Intention(
        asks="delete",
        does="delete",
        system=system,
        resource=resource,
        names=[f"{resource.word} {quoted(name, most=most)} ({record.id}){below}" for most in CUT],
        apart=await apart(call, system, resource, record),
        content=(facts(record), [each.facts for each in found], facts(owner.standing.record) if owner else None),
        shown=Shown.doomed(resource, record, system.title),
        undoes=bool(asking.part_of),
        record=record,
        standing=standing,
        owner=owner,
        found=found,
        facts=facts_elsewhere,
    )


def _owner(resource: Kind, record: Record) -> int:
    """Return the id of its owner, if that is in its path."""
    return int(getattr(record, resource.owner) or 0) if resource.owner else 0


def _unkept(system: System, resource: Kind, record: Record) -> None:
    """Refuse to delete a record that others fall back on."""
    for column in (rule.kept(record) for rule in resource.rules):
        if column:
            another = f"{system.tool('update', resource)}({resource.key}=…, {column}=true)"
            raise Refused(
                f"{system.title} keeps the {resource.word} {name_and_id(resource, record)}, which has {column}.",
                next=f"Give {column} to another first: {another}.",
            )


async def _named(call: Call, system: System, resource: Kind, record: Record) -> str:
    """Return a record's name for people; for an assignment, the names of what it connects."""
    refs = [(getattr(record, column), fields(resource.record)[column].ref) for column in resource.label]
    names = []
    for id, noun in refs:
        if noun is None or id is None:
            return resource.name_of(record)
        if inside := getattr(record, f"{noun}_name", None):
            names.append(inside)
            continue
        other = system.resource(noun)
        try:
            names.append(other.name_of(await call.api(system).get(Scope(other), id)))
        except CallFailed:
            names.append(f"{noun} {id}")
    return ", ".join(names)


async def _hanging(call: Call, system: System, dependent: Dependent, id: int) -> Hanging:
    """Return the records that depend on this one; unknown if the user may not see them."""
    resource = system.resource(dependent.noun)
    narrow = {each.name: id for each in resource.filters if f"{each.ref}_id" == dependent.by}
    try:
        found = await call.api(system).scan(resource.under({dependent.by: id}), where=narrow)
    except CallFailed:
        return Hanging(dependent, resource, None)
    if not found.whole:
        return Hanging(dependent, resource, None)
    wanted = [(dependent.by, id), *dependent.where]
    if any(name in row.unread for row in found.rows for name, _ in wanted):
        return Hanging(dependent, resource, None)
    kept = [row for row in found.rows if all(getattr(row, name) == value for name, value in wanted)]
    return Hanging(dependent, resource, kept)


def _instead(system: System, place: Place, id: int) -> str:
    resource, one = place.resource, place.naming(id)
    for flips in dict.fromkeys(each.flips for each in resource.actions):
        ways = ((resource.action(flips, wanted), wanted) for wanted in (False, True))
        for action in (action for action, wanted in ways if action and action.word(wanted) == ARCHIVED):
            state = "" if action.to is not None else f", {flips}=false"
            call = f"{system.tool(action.verb, resource)}({one}{state})"
            return f"To have it {ARCHIVED} instead, call {call}."
    for column in (rule.retired for rule in resource.rules if rule.retired):
        call = f"{system.tool('update', resource)}({one}, {column}=true)"
        return f"To have it archived instead, call {call}."
    return ""
