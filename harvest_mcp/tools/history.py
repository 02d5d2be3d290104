"""The tools of the journal: what was changed, one change field by field, and taking one back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from harvest_mcp.changes import Change, Changes, Entry, Wanted
from harvest_mcp.changes.looking import differing, typed
from harvest_mcp.changes.undo import Plan, plan, unchanged_since
from harvest_mcp.errors import InvalidArguments
from harvest_mcp.spec import Record, Resource, System
from harvest_mcp.tools.arguments import ID, SINCE, WORD, Argument, Arguments, model, several, whole
from harvest_mcp.tools.deleting import ask_to_delete
from harvest_mcp.tools.references import known
from harvest_mcp.tools.render import as_csv, as_json, count
from harvest_mcp.tools.tool import Call, Hints, Tool

LIMIT, MOST = 20, 200
OUTCOMES = ("intended", "applied", "refused", "in doubt", "undone")
TOOLSET = "changes"


def history_tools(system: System) -> list[Tool]:
    """`list_changes`, `get_change`, `undo_change` of one system."""
    return [_list(system), _get(system), _undo(system)]


def _name(system: System, verb: str, noun: str) -> str:
    return "_".join(part for part in (verb, system.prefix, noun) if part)


def _list(system: System) -> Tool:
    name = _name(system, "list", "changes")
    takes = [
        Argument("since", SINCE, "e.g. 2026-01-31T09:00Z"),
        Argument("tool", WORD, "e.g. update_contact"),
        Argument("outcome", several(OUTCOMES), "any of"),
        Argument("record", WORD, "e.g. contact 9"),
        Argument("limit", whole(MOST), f"default {LIMIT}"),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        noun, id = record_named(name, given.get("record"), [each.name for each in takes])
        wanted = Wanted(
            since=given["since"].timestamp() if "since" in given else None,
            tool=given.get("tool"),
            noun=noun,
            record=id,
            outcomes=tuple(given.get("outcome", ())),
            limit=given.get("limit", LIMIT),
        )
        found = await call.journal(system).find(wanted)
        rows = [(each.id, _at(each.at), each.tool, _of(each), each.outcome, ",".join(each.sent)) for each in found]
        table, taken = as_csv(("id", "at", "tool", "record", "outcome", "fields"), rows)
        return f"# {count(taken, 'change')}, newest first\n{table}" if rows else "# 0 changes"

    return Tool(
        name=name,
        says="Changes made here, newest first.",
        toolset=TOOLSET,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
    )


def _get(system: System) -> Tool:
    name = _name(system, "get", "change")

    async def run(call: Call, arguments: Arguments) -> str:
        entry = await call.journal(system).get(arguments.given()["change_id"])
        return as_json(_told(await _settled(call, system, entry)))

    return Tool(
        name=name,
        says="One change, field by field; settles one in doubt.",
        toolset=TOOLSET,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, Argument("change_id", ID, "e.g. 12", required=True)),
        run=run,
    )


def _undo(system: System) -> Tool:
    name = _name(system, "undo", "change")
    takes = [
        Argument("change_id", ID, "e.g. 12", required=True),
        Argument("confirm", WORD, "code, once a person agreed"),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        entry = await _settled(call, system, await call.journal(system).get(given["change_id"]))
        resource = system.resource(entry.noun)
        how = plan(resource, entry)
        if how.does == "delete":
            again = f'{name}(change_id={entry.id}, confirm="{{code}}")'
            assert entry.record is not None  # noqa: S101 - an applied create has one
            _, record = await ask_to_delete(
                call, system, resource, entry.record, code=given.get("confirm"), again=again
            )
            change: Change[Record] | None = await call.changes(system).delete(resource, record, undoes=entry.id)
        else:
            change = await _take_back(call.changes(system), resource, entry, how)
        if change is None:
            await call.journal(system).close(entry.id, "undone")
        return _undone(resource, entry, how, change)

    return Tool(
        name=name,
        says="Take a change back; asks a person where that deletes.",
        toolset=TOOLSET,
        hints=Hints(destroys=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was undone.",
    )


async def _settled(call: Call, system: System, entry: Entry) -> Entry:
    if entry.unsettled(call.desk.clock()):
        return await call.changes(system).settle(system.resource(entry.noun), entry)
    return entry


async def _take_back(changes: Changes, resource: Resource[Record], entry: Entry, how: Plan) -> Change[Record] | None:
    """The write that takes it back; None when everything is as it was already."""
    if how.does == "create":
        made = await changes.create(resource, how.values, above=await _highest(changes, resource), undoes=entry.id)
        return await _flipped_back(changes, resource, entry, made)
    assert entry.record is not None  # noqa: S101 - applied, so it has one
    current = await changes.current(resource, entry.record)
    if not differing(current, how.values):
        return None
    unchanged_since(resource, entry, current)
    if how.action:
        wanted = bool(how.values[how.action.flips])
        return await changes.act(resource, how.action, current, wanted=wanted, undoes=entry.id)
    return await changes.update(resource, current, how.values, undoes=entry.id)


async def _flipped_back(
    changes: Changes, resource: Resource[Record], entry: Entry, made: Change[Record]
) -> Change[Record]:
    """What is made again is new in every state; an archived one is archived again."""
    before = typed(resource, entry.before or {})
    for action in resource.actions:
        was = before.get(action.flips)
        if made.record is not None and was is not None and getattr(made.record, action.flips) != was:
            return await changes.act(resource, action, made.record, wanted=bool(was), undoes=entry.id)
    return made


async def _highest(changes: Changes, resource: Resource[Record]) -> int:
    rows = await changes.api.list(resource)
    return rows[-1].id if rows else 0


def _undone(resource: Resource[Record], entry: Entry, how: Plan, change: Change[Record] | None) -> str:
    if change is None:
        return f"{_of(entry).capitalize()} is as it was before already; change {entry.id} counts as undone."
    lost = f" Not restored: {', '.join(how.lost)}." if how.lost else ""
    if how.does == "delete":
        return f"Undid change {entry.id}: deleted {_of(entry)}.{lost}"
    what = known(resource, change.record) if change.record else f"{resource.noun} {change.id}"
    new = f" under the new id {change.id}" if how.does == "create" else ""
    line = f"Undid change {entry.id}: {resource.noun} {what} is as it was{new}. That is change {change.entry}.{lost}"
    return f"{line}\n{as_json(change.record)}" if change.record else line


def _told(entry: Entry) -> dict[str, Any]:
    """A change for people and models: only columns that were sent, or all of a record that is gone."""
    before, after = entry.before or {}, entry.after or {}
    names = list(entry.sent) or list(before)
    told: dict[str, Any] = {
        "id": entry.id,
        "at": _at(entry.at),
        "tool": entry.tool,
        "record": _of(entry),
        "outcome": entry.outcome,
        "by": entry.principal,
        "fields": {name: _three(name, before, entry.sent, after) for name in names},
    }
    if entry.undoes:
        told["undoes"] = entry.undoes
    return told


def _three(name: str, *images: Mapping[str, Any]) -> dict[str, Any]:
    labels = ("before", "sent", "after")
    return {label: image[name] for label, image in zip(labels, images, strict=True) if name in image}


def _of(entry: Entry) -> str:
    return f"{entry.noun} {entry.record}" if entry.record else f"{entry.noun} (new)"


def _at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def record_named(tool: str, text: str | None, known_names: list[str]) -> tuple[str | None, int | None]:
    """`contact 9` as its parts."""
    if text is None:
        return None, None
    noun, _, id = text.rpartition(" ")
    if not noun or not id.isascii() or not id.isdigit() or len(id) > 15:
        raise InvalidArguments(tool, ["record takes a kind and an id, such as contact 9"], known=known_names)
    return noun, int(id)
