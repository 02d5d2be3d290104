"""Projects and tasks a person may track time on, and why one is not among them."""

from harvest_mcp.api import Api
from harvest_mcp.errors import CallFailed, Incomplete, NotOpen
from harvest_mcp.spec import Record, Resource, Scope, fields
from harvest_mcp.systems.harvest.time_entries import Timesheet
from harvest_mcp.text.apart import restoring
from harvest_mcp.text.render import quoted
from harvest_mcp.tools.arguments.references import Called, alike, fitting, name_and_id
from harvest_mcp.tools.arguments.spellings import said_id
from harvest_mcp.tools.records.actions import action_tool_name

Kind = Resource[Record]
Place = Scope[Record]
MOST_TOLD = 5
ANY = '"ID"'


async def lacking(api: Api, place: Place, sheet: Timesheet, *, project: int, task: int) -> str:
    """Return the calls that would put a person on this project and this task, both given by id."""
    ways = []
    there = next((each for each in sheet.projects or () if each.id == project), None)
    if there is not None:
        used = {each.id for each in there.tasks or ()}
    elif (found := await _used(api, project)) is not None:
        ways.append(_way(api, place, api.system.resource("project"), str(project), None))
        used = found
    else:
        return ""  # a user who may not see it may not change it either
    if task not in used:
        ways.append(_way(api, place, api.system.resource("task"), str(task), project))
    ways = [way for way in ways if way]
    return f"{' and '.join(ways)} would open it, if that is meant." if ways else ""


async def _used(api: Api, project: int) -> set[int] | None:
    """Return the ids of tasks in use on a project that is on no timesheet; None if this user may not see that."""
    on = _assignments(api)
    try:
        rows = (await api.scan(on.under({on.owner: project}))).every(on.words)
    except (CallFailed, Incomplete):
        return None
    archived = [rule.archived for rule in on.rules if rule.archived]
    return {getattr(row, on.wire.assigns) for row in rows if not any(getattr(row, name) for name in archived)}


def _assignments(api: Api) -> Kind:
    """Return the resource that assigns tasks to projects."""
    (on,) = (each for each in api.system.resources if each.wire.making)
    return on


async def why_closed(api: Api, place: Place, missed: NotOpen, project: int | None, task: str) -> str:
    """Return why the named record is not open, with the calls that open it; empty if unknown."""
    owner = api.system.resource(missed.noun)
    try:
        rows = (await api.scan(Scope(owner))).every(owner.words)
    except (CallFailed, Incomplete):
        return ""
    fit = fitting([Called(row.id, owner.name_of(row)) for row in rows], missed.value)
    if len(fit) == 1:
        row = rows[fit[0]]
        if action := restoring(owner, row):
            does = f"{action_tool_name(api.system, owner, action)}({owner.key}={row.id})"
            return f"{name_and_id(owner, row)} is archived; {does} restores it."
        if way := _way(api, place, owner, str(row.id), project):
            there = f"{name_and_id(owner, row)} is there, but not on this timesheet; {way} puts it there"
            holds = (under := _assignments(api).owned_by) is not None and under.ref == owner.noun
            more = await _task_too(api, place, row.id, task) if holds else ""
            return f"{there}, if that is meant.{more}"
    way = "" if missed.candidates else _way(api, place, owner, ANY, project)
    return f"{missed.next} {way} does that." if way else ""


async def _task_too(api: Api, place: Place, project: int, task: str) -> str:
    """Add that the task is missing too, as both obstacles would otherwise come up in turn."""
    if (used := await _used(api, project)) is None:
        return ""
    if (id := said_id(task, "task")) is not None:
        way = "" if id in used else _way(api, place, api.system.resource("task"), str(id), project)
        return f" Task {id} is not on it either; {way} puts it there." if way else ""
    owner = api.system.resource("task")
    try:
        rows = (await api.scan(Scope(owner))).every(owner.words)
    except (CallFailed, Incomplete):
        return ""
    on = [row for row in rows if row.id in used]
    if alike([owner.name_of(row) for row in on], task):
        return ""
    fit = alike([owner.name_of(row) for row in rows], task)
    if len(fit) == 1 and (way := _way(api, place, owner, str(rows[fit[0]].id), project)):
        return f" The task {name_and_id(owner, rows[fit[0]])} is not on it either; {way} puts it there."
    has = ", ".join(name_and_id(owner, row) for row in on[:MOST_TOLD]) or "no task"
    return f" No task is named exactly {quoted(task)}; it has {has}."


def _way(api: Api, place: Place, owner: Kind, id: str, project: int | None) -> str:
    """Return the call that assigns a person to this project, or this task to it."""
    whom = next((need.noun for need in place.resource.place if need.part == "person"), "")
    for each in api.system.resources:
        if each.wire.assigns and (under := each.owned_by):
            of = fields(each.record)[each.wire.assigns].ref
            if (under.ref, of) == (owner.noun, whom):
                return f"{api.system.tool('create', each)}({under.ref}={id}, {of}={place.person or ANY})"
            if of == owner.noun and project is not None:
                return f"{api.system.tool('create', each)}({under.ref}={project}, {of}={id})"
    return ""
