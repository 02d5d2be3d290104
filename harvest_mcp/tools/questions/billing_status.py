"""What only a report tells of a record, such as that it is billed: looked up for a question or an answer."""

from collections.abc import Mapping

from harvest_mcp.errors import CallFailed, Forbidden, NotFound
from harvest_mcp.spec import Record, Resource, Scope, System, Value
from harvest_mcp.tools.tool import Call


async def standing(call: Call, system: System, resource: Resource[Record], record: Record) -> list[str]:
    """Sentences; none where there is nothing to say, or it is not for this user to know.

    One call, for the record's own day in the record it lies under, and none for those whom the vendor would refuse.
    """
    if (reported := resource.reported) is None:
        return []
    under, day = getattr(record, reported.column), getattr(record, reported.day)
    if under is None or day is None:  # bodies of old accounts have names alone
        return []
    try:
        if (await call.who(system)).limits():
            return []
        found = await call.api(system).scan(
            Scope(reported.rows), where={reported.by: under, "since": day, "until": day}
        )
    except (NotFound, Forbidden):
        return []
    except CallFailed:
        return [f"Whether it is {reported.words} could not be read."]
    rows = (row for row in found.rows if row.id == record.id)
    return [says for row in rows for column, says in reported.tells if getattr(row, column)]


async def lost(call: Call, system: System, resource: Resource[Record], record: Record) -> list[str]:
    """The same before a delete, and that a record made again has none of it."""
    stands = await standing(call, system, resource, record)
    return [*stands, f"Made again, it is not {resource.reported.words}."] if stands and resource.reported else []


async def pointed_out(
    call: Call, system: System, resource: Resource[Record], values: Mapping[str, Value], record: Record | None
) -> str:
    """The same after a change, each with a blank before it; empty where the change does not matter to it."""
    if record is None or resource.reported is None or not any(name in values for name in resource.reported.minds):
        return ""
    return "".join(f" {each}" for each in await standing(call, system, resource, record))
