"""The tools of the journal, over all systems: list changes, show one, undo one."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import get_args

from harvest_mcp.changes import Change, Entry, Found, Outcome, Wanted
from harvest_mcp.changes.looking import differing
from harvest_mcp.changes.undo import UndoPlan, plan, unchanged_since
from harvest_mcp.errors import CallFailed, Damaged, NotFound
from harvest_mcp.spec import Action, Record, Resource, Scope, System, Value, fields
from harvest_mcp.text.render import as_csv, as_json, count
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.value_types import ID, SINCE, WORD, several, whole
from harvest_mcp.tools.journal.change_sets import listed, one_set, set_of, sets
from harvest_mcp.tools.journal.elsewhere import refuse_other_api
from harvest_mcp.tools.journal.entries import at, fields_of, readable, record_of, scope_of, told, unread
from harvest_mcp.tools.journal.record_names import About, called, of_record, record_named
from harvest_mcp.tools.journal.taking_back import gone_for_all, undo_writes
from harvest_mcp.tools.journal.undo_result import record_words, undo_answer
from harvest_mcp.tools.journal.undo_set import undo_set
from harvest_mcp.tools.journal.unsettled import settled
from harvest_mcp.tools.questions.ask import Asking
from harvest_mcp.tools.questions.record_state import Owner, owner_change
from harvest_mcp.tools.questions.stakes import confirm_update, drops, effects
from harvest_mcp.tools.questions.write_results import duplicate_notes, join_sentences
from harvest_mcp.tools.records.actions import Wish, ask_to_act
from harvest_mcp.tools.records.create import ask_to_create, create_stakes
from harvest_mcp.tools.records.delete import ask_to_delete
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

LIMIT, MOST = 20, 200
OUTCOMES = get_args(Outcome)
TOOLSET = "changes"
Systems = Sequence[System]
Kind = Resource[Record]
Place = Scope[Record]


def history_tools(systems: Systems) -> list[Tool]:
    """Return `list_changes`, `get_change`, `undo_change`."""
    return [_list(systems), _get(systems), _undo(systems)]


def _list(systems: Systems) -> Tool:
    name = "list_changes"
    takes = [
        Argument("since", SINCE),
        Argument("tool", WORD),
        Argument("outcome", several(OUTCOMES)),
        Argument("record", WORD, f"e.g. {called(systems[0], 'contact')} 9"),
        Argument("limit", whole(MOST), f"default {LIMIT}"),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        wanted = Wanted(
            since=given["since"].timestamp() if "since" in given else None,
            tool=given.get("tool"),
            outcomes=tuple(given.get("outcome", ())),
            limit=given.get("limit", LIMIT),
            principal=call.whose or None,
        )
        narrow = record_named(name, systems, given.get("record"), [each.name for each in takes])
        alone = narrow is None and not wanted.outcomes
        found = await settled(call, systems, await entries(call, systems, replace(wanted, alone=alone), narrow))
        rows: list[tuple[object, ...]] = [
            (each.id, at(each.at), each.tool, record_of(systems, each), each.outcome, fields_of(each))
            for each in found.entries
        ]
        if alone:
            rows = listed(rows, await sets(call, systems, wanted), wanted.limit)
        table, taken = as_csv(("id", "at", "tool", "record", "outcome", "fields"), rows)
        apart = "".join(
            f"; {title} is left out, since it cannot be reached yet" for title, _ in call.desk.apart(systems)
        )
        head = f"# {count(taken, 'change')}, newest first{apart}\n{table}" if rows else f"# 0 changes{apart}"
        return f"{unread(found)}{head}"

    return Tool(
        name=name,
        says="Changes made here, newest first.",
        toolset=TOOLSET,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
    )


def _get(systems: Systems) -> Tool:
    name = "get_change"

    async def run(call: Call, arguments: Arguments) -> str:
        if (many := await set_of(call, systems, arguments.given()["change_id"])) is not None:
            return await one_set(call, *many)
        system, entry = await _found(call, systems, arguments.given()["change_id"])
        with readable(entry):
            place = scope_of(system, entry)
            shown = told(systems, place.resource, entry)
        if equals := await call.changes(system).equals(place, entry):
            shown["besides"] = list(duplicate_notes(system, place, equals))
        if await _hidden(call, system, entry):
            shown["fields"] = f"not told: this user does not see the {system.resource(entry.noun).word}"
            shown.pop("beside", None)
        return as_json(shown)

    return Tool(
        name=name,
        says="One change, field by field; settles one in doubt.",
        toolset=TOOLSET,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, Argument("change_id", ID, required=True)),
        run=run,
    )


def _undo(systems: Systems) -> Tool:
    name = "undo_change"
    takes = [Argument("change_id", ID, required=True), Argument("record", WORD, "refused if of another")]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        if (many := await set_of(call, systems, given["change_id"])) is not None:
            return await undo_set(call, *many, Asking(name, given, part_of=f"Undo change {many[1].id}"))
        system, entry = await _found(call, systems, given["change_id"])
        of_record(system, entry, record_named(name, systems, given.get("record"), list(type(arguments).model_fields)))
        entry, again = await _followed(call, system, entry)
        with readable(entry):
            place = scope_of(system, entry)
            resource = place.resource
            how = plan(resource, entry)
        asking = Asking(name, given, part_of=f"Undo change {entry.id}")
        owner = None
        if how.does == "delete":
            made, owner = await _delete(call, system, entry, asking)
        else:
            if how.does == "create" and create_stakes(resource, how.values):
                owner = await ask_to_create(call, system, place, how.values, asking)
            lists = (name for name in how.values if drops(fields(resource.record)[name]))
            if how.does == "update" and (effects(resource) or any(lists) or entry.verb == "attach"):
                await _ask_to_put_back(call, system, place, entry, how, asking)
            if how.action and how.action.sets_off:
                await _ask_back(call, system, place, entry, how.action, asking)
            made = await undo_writes(call.changes(system), place, entry, how)
        if not made:
            await call.journal(system).close(entry.id, "undone")
        equals = await call.changes(system).equals(place, entry)
        now = join_sentences(again, *duplicate_notes(system, place, equals), await owner_change(call, system, owner))
        return undo_answer(system, resource, entry, how, made, now=now)

    return Tool(
        name=name,
        says="Undo a change; asks a person where that deletes.",
        toolset=TOOLSET,
        hints=Hints(destroys=True, repeatable=True),
        arguments=model(name, *takes, asks=True),
        run=run,
        untouched="Nothing was undone.",
    )


async def entries(call: Call, systems: Systems, wanted: Wanted, about: About | None = None) -> Found:
    """Return entries of every account of the desk, newest first, and messages about unreadable ones."""
    found, damaged = list[Entry](), list[Damaged]()
    _any(call, systems)
    for system in systems:
        if system.name not in call.desk.accounts or (about and about.system is not system):
            continue
        there = await call.journal(system).look_up(about.narrowing(wanted) if about else wanted)
        found += there.entries
        damaged += (each for each in there.damaged if str(each) not in map(str, damaged))
    return Found(sorted(found, key=lambda entry: -entry.id)[: wanted.limit], damaged)


def _any(call: Call, systems: Systems) -> None:
    """Raise why there is no account if there is none at all: then a change is not merely unknown."""
    if not call.desk.accounts:
        call.desk.account(systems[0])


async def _found(call: Call, systems: Systems, id: int) -> tuple[System, Entry]:
    """Return the entry of that id, settled if it was open and can be.

    Raises:
        NotFound: no account here has it.
        Damaged: it cannot be read.
    """
    _any(call, systems)
    for system in systems:
        if system.name not in call.desk.accounts:
            continue
        for entry in await call.journal(system).find(Wanted(id=id, principal=call.whose or None)):
            with readable(entry):
                place = scope_of(system, entry)
            if entry.unsettled():
                return system, await call.changes(system).settle(place, entry)
            return system, entry
    for system in systems:
        if system.name in call.desk.accounts:
            await refuse_other_api(call, system, id)
    on = "".join(f"That of {title} is not looked at. {why}" for title, why in call.desk.apart(systems))
    raise NotFound(f"Change {id} is not known here.", next=on or "Call list_changes for ids.")


async def _followed(call: Call, system: System, entry: Entry) -> tuple[Entry, str]:
    """Return the entry with the new id of a record that was created again, and a sentence that says so."""
    if entry.record is None or (new := await call.journal(system).successor(entry.noun, entry.record)) is None:
        return entry, ""
    was = record_words(system, entry).replace("_", " ")
    return replace(entry, record=new), f"{was.capitalize()} was deleted and made again as {new}."


async def _delete(
    call: Call, system: System, entry: Entry, asking: Asking
) -> tuple[list[Change[Record]], Owner | None]:
    """Delete what was created, once a person confirmed; return whose it was. Nothing happens if it is gone."""
    place = scope_of(system, entry)
    resource = place.resource
    assert entry.record is not None  # noqa: S101 - an applied create has one
    changes = call.changes(system)
    try:
        unchanged_since(resource, entry, (await changes.current(place, entry.record)).record)
    except NotFound:
        await gone_for_all(changes, place, entry, entry.record)
        return [], None
    _, doomed = await ask_to_delete(call, system, place, entry.record, asking)
    made = await changes.doing(*doomed.beside, hangs=doomed.hangs).delete(place, doomed.snapshot, undoes=entry.id)
    return [made], doomed.owner


async def _hidden(call: Call, system: System, entry: Entry) -> bool:
    """Return whether a change is somebody else's, to a record this user may not see, who is no administrator."""
    if entry.principal == call.journal(system).principal:
        return False
    if entry.record is not None:
        with suppress(CallFailed):
            await call.api(system).get(scope_of(system, entry), entry.record)
            return False
    return not system.zoned or bool((await call.who(system)).limits())


async def _ask_back(call: Call, system: System, place: Place, entry: Entry, action: Action, asking: Asking) -> None:
    """Ask for the side effects of the reverse action, unless nothing is left to undo."""
    resource = place.resource
    assert entry.record is not None  # noqa: S101 - applied, so it has one
    current = (await call.changes(system).current(place, entry.record)).record
    if getattr(current, action.flips) == action.to:
        return
    unchanged_since(resource, entry, current)
    await ask_to_act(call, system, place, Wish(action, entry.record), asking)


async def _ask_to_put_back(
    call: Call, system: System, place: Place, entry: Entry, how: UndoPlan, asking: Asking
) -> None:
    """Ask before an update is undone, if something is at stake."""
    resource = place.resource
    assert entry.record is not None  # noqa: S101 - applied, so it has one

    def to(record: Record) -> Mapping[str, Value]:
        if differing(record, how.values):
            unchanged_since(resource, entry, record)
        return how.values

    await confirm_update(call, call.changes(system), place, entry.record, to, asking)
