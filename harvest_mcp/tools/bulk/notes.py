"""`add_note`: put a dated line on top of a record's notes, keeping what is there even if others write at once."""

from datetime import UTC, date, datetime

from harvest_mcp.changes import Change
from harvest_mcp.errors import InvalidArguments, Overtaken, Unsettled
from harvest_mcp.spec import Field, Record, Resource, Scope, System
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.references import name_and_id, resolve_id
from harvest_mcp.tools.arguments.value_types import LINES_TEXT, RECORD
from harvest_mcp.tools.bulk.naming import BULK, one_of, tool_name
from harvest_mcp.tools.questions.stakes import effects
from harvest_mcp.tools.questions.write_results import write_answer
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
HOLDS = ("details", "comment", "notes")
"""The multi-line columns for notes."""
TRIES = 10
"""How often to retry after somebody else's write."""


def note_tools(system: System) -> list[Tool]:
    """Return the tool; none if no record has such a text."""
    kinds = {each.noun: each for each in system.resources if column_of(each) is not None}
    if not kinds:
        return []
    name, usual = tool_name(system, "add", "note"), next(iter(kinds))
    takes = [
        Argument("kind", one_of(kinds), f"default {usual}"),
        Argument("record", RECORD, "its id or exact name", required=True),
        Argument("text", LINES_TEXT, required=True),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        if not given["text"].strip():
            raise InvalidArguments(name, ["text is empty"], known=list(type(arguments).model_fields))
        resource = kinds[given.get("kind", usual)]
        id = await resolve_id(call.api(system), resource, given["record"])
        before, change = await _noted(call, system, resource, id, given["text"].strip())
        if change is None:
            return f"{resource.word.capitalize()} {name_and_id(resource, before)} has this note of today already."
        return write_answer("Noted on", system, resource, change, before=before)

    tool = Tool(
        name=name,
        says=f"Put a dated line on top of what is written about {system.one(kinds[usual])}; what is there stays.",
        toolset=BULK,
        hints=Hints(),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was noted.",
    )
    return [tool]


def column_of(resource: Kind) -> Field | None:
    """Return the column for notes; None if there is none, or updating it asks a person."""
    if not {"list", "get", "update"} <= set(resource.verbs) or resource.place or effects(resource):
        return None
    return next((item for item in resource.changeable() if item.name in HOLDS and item.lines), None)


async def _noted(
    call: Call, system: System, resource: Kind, id: int, text: str
) -> tuple[Record, Change[Record] | None]:
    """Return the record before and the write, retried on top of others' writes; None if the same was noted today.

    Raises:
        Overtaken: somebody was quicker every time.
    """
    changes, place, column = call.changes(system), Scope(resource), column_of(resource)
    assert column is not None  # noqa: S101 - only such kinds are offered
    day = await _today(call, system)
    for attempt in range(TRIES):
        try:
            snapshot = await changes.current(place, id)
            there = getattr(snapshot.record, column.name) or ""
            note = f"{day}: {text}"
            if f"\n{there}\n".replace("\r\n", "\n").find(f"\n{note}\n") >= 0:
                return snapshot.record, None
            values = {column.name: f"{note}\n{there}" if there else note}
            return snapshot.record, await changes.update(place, snapshot, values, firm=True)
        except (Overtaken, Unsettled):
            if attempt == TRIES - 1:
                raise
            await changes.sleep(changes.timing.pause)
    raise Overtaken(resource.word, id, f"{name_and_id(resource, snapshot.record)} is written to all the time")


async def _today(call: Call, system: System) -> date:
    """Return the date where the user is; in UTC, without a call, if the vendor does not tell."""
    if system.zoned:
        return (await call.here(system))[0]
    return datetime.fromtimestamp(call.desk.clock(), UTC).date()
