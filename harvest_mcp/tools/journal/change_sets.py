"""Sets of changes in the journal: found by id, listed as one line, shown step by step."""

from collections.abc import Sequence

from harvest_mcp.changes import ChangeSet, Counted, Entry, Wanted
from harvest_mcp.spec import System
from harvest_mcp.text.render import as_csv, count
from harvest_mcp.tools.journal.entries import at, fields_of
from harvest_mcp.tools.journal.undo_result import record_words
from harvest_mcp.tools.tool import Call

Systems = Sequence[System]
MOST_PARTS = 5_000
PLANNED = ("import_", "update_")
"""Prefixes of tools that take a plan, and can continue an interrupted one."""
Row = tuple[object, ...]


async def set_of(call: Call, systems: Systems, id: int) -> tuple[System, ChangeSet] | None:
    """Return the change set of this id; None if it is a single change, or there is none."""
    for system in systems:
        if system.name not in call.desk.accounts:
            continue
        found = await call.journal(system).batch(id=id)
        if found is not None and call.whose in ("", found.principal):
            return system, found
    return None


async def parts(call: Call, system: System, many: ChangeSet) -> list[Entry]:
    """Return its changes, oldest first."""
    found = await call.journal(system).find(Wanted(part_of=many.id, limit=MOST_PARTS))
    return list(reversed(found))


async def sets(call: Call, systems: Systems, wanted: Wanted) -> list[Counted]:
    """Return the sets that were started, newest first, as far as a list asks for them."""
    found = list[Counted]()
    for system in systems:
        if system.name in call.desk.accounts:
            found += await call.journal(system).batches(wanted.limit)
    since, tool = wanted.since or 0.0, wanted.tool
    mine = (each for each in found if call.whose in ("", each.batch.principal))
    return [each for each in mine if each.batch.at >= since and tool in (None, each.batch.tool)]


def listed(rows: Sequence[Row], many: Sequence[Counted], limit: int) -> list[Row]:
    """Return the rows of a list of changes with a line for each set among them, newest first."""
    lines = [
        (
            each.batch.id,
            at(each.batch.at),
            each.batch.tool,
            count(sum(each.parts.values()) or len(each.batch.steps), "change"),
            each.told,
            f"plan {each.batch.plan}",
        )
        for each in many
    ]
    return sorted([*rows, *lines], key=lambda row: -int(str(row[0])))[:limit]


async def one_set(call: Call, system: System, many: ChangeSet) -> str:
    """Return one set, step by step."""
    found = await parts(call, system, many)
    rows = (
        (
            each.id,
            "" if each.step is None else _row(many, each.step),
            record_words(system, each),
            each.outcome,
            fields_of(each),
        )
        for each in found
    )
    table, shown = as_csv(("id", "row", "record", "outcome", "fields"), rows)
    sent = count(len(found), "change")
    head = f"# {many.id}: {many.says} By {many.tool}, {at(many.at)}, plan {many.plan}: {sent} of {len(many.steps)} sent"
    if many.stage == "planned":
        head += "; nobody agreed to it"
    elif many.stage == "begun":
        goes_on = many.tool.startswith(PLANNED)
        head += f'; {many.tool}(plan="{many.plan}") goes on with it' if goes_on else "; not all of it was carried out"
    cut = "" if shown == len(found) else f"; the first {shown}"
    return f"{head}{cut}\n{table}" if found else head


def _row(many: ChangeSet, step: int) -> object:
    return many.steps[step].row or "" if step < len(many.steps) else ""
