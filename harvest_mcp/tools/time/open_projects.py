"""Projects and tasks a person may track time on, and why one is not among them."""

from functools import partial

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
    """Return the calls that would put a person on this project and this task, both given by id.

    What is archived is restored first: nobody and nothing is put on an archived project, nor an archived person or task
    on any.
    """
    person = place.person or (await api.here())[1]
    told = [("person", person), ("project", project), ("task", task)]
    ways = await api.all_of(*(partial(_restoring, api, noun, id) for noun, id in told if id))
    there = next((each for each in sheet.projects or () if each.id == project), None)
    if there is None:
        if await _assigned(api, "task", project) is None:
            return ""  # a user who may not see it may not change it either
        ways.append(await _putting(api, "person", person, project))
    if there is None or task not in {each.id for each in there.tasks or ()}:
        ways.append(await _putting(api, "task", task, project))
    ways = [way for way in ways if way]
    return f"{' and '.join(ways)} would open it, if that is meant." if ways else ""


async def _restoring(api: Api, noun: str, id: int | None) -> str:
    """Return the call that restores a record if it is archived; empty if not, or if this user may not see it."""
    owner = api.system.resource(noun)
    try:
        row = await api.get(Scope(owner), id or 0)
    except CallFailed:
        return ""
    return _restore(api, owner, row)


def _restore(api: Api, owner: Kind, row: Record) -> str:
    if (action := restoring(owner, row)) is None:
        return ""
    return f"{action_tool_name(api.system, owner, action)}({owner.key}={row.id})"


async def _putting(api: Api, noun: str, id: int | None, project: int) -> str:
    """Return the call that puts a person or task on a project, or restores it there; empty if it is on it."""
    on = _assignments(api, noun)
    rows = await _assigned(api, noun, project) or ()
    row = next((each for each in rows if getattr(each, on.wire.assigns) == id), None)
    if row is None:
        return f"{api.system.tool('create', on)}({on.place[0].argument}={project}, {noun}={id or ANY})"
    archived = next((name for name in _archived(on) if getattr(row, name)), None)
    if archived is None:
        return ""
    return f"{api.system.tool('update', on)}({on.place[0].argument}={project}, {on.key}={row.id}, {archived}=false)"


async def _assigned(api: Api, noun: str, project: int) -> list[Record] | None:
    """Return the assignments of people or tasks to a project, archived ones included; None if not all are seen."""
    on = _assignments(api, noun)
    try:
        return (await api.scan(on.under({on.owner: project}))).every(on.words)
    except (CallFailed, Incomplete):
        return None


async def _used(api: Api, project: int) -> set[int] | None:
    """Return the ids of tasks in use on a project that is on no timesheet; None if this user may not see that."""
    on, rows = _assignments(api, "task"), await _assigned(api, "task", project)
    if rows is None:
        return None
    return {getattr(row, on.wire.assigns) for row in rows if not any(getattr(row, name) for name in _archived(on))}


def _archived(on: Kind) -> list[str]:
    """Return the columns that say that an assignment is archived."""
    return [name for rule in on.rules for name in (rule.archived, rule.retired) if name]


def _assignments(api: Api, noun: str) -> Kind:
    """Return the resource that assigns people, or tasks, to projects."""
    assigning = (each for each in api.system.resources if each.wire.assigns and each.owned_by)
    return next(each for each in assigning if fields(each.record)[each.wire.assigns].ref == noun)


async def why_closed(api: Api, place: Place, missed: NotOpen, project: int | None, task: str) -> str:
    """Return why the named record is not open, with the calls that open it; empty if unknown."""
    owner, person = api.system.resource(missed.noun), place.person or (await api.here())[1]
    if way := await _restoring(api, "person", person):
        return f"This person is archived; {way} restores them, on no project."
    try:
        rows = (await api.scan(Scope(owner))).every(owner.words)
    except (CallFailed, Incomplete):
        return ""
    fit = fitting([Called(row.id, owner.name_of(row)) for row in rows], missed.value)
    if len(fit) == 1:
        row = rows[fit[0]]
        if way := _restore(api, owner, row):
            return f"{name_and_id(owner, row)} is archived; {way} restores it."
        if way := await _opens(api, missed.noun, row.id, person, project):
            there = f"{name_and_id(owner, row)} is there, but not on this timesheet; {way} puts it there"
            more = await _task_too(api, row.id, task) if missed.noun == "project" else ""
            return f"{there}, if that is meant.{more}"
    way = "" if missed.candidates else _template(api, missed.noun, person, project)
    return f"{missed.next} {way} does that." if way else ""


async def _opens(api: Api, noun: str, id: int, person: int | None, project: int | None) -> str:
    """Return the call that puts the person on this project, or this task on the project."""
    if noun == "project":
        return await _putting(api, "person", person, id)
    return await _putting(api, "task", id, project) if project is not None else ""


def _template(api: Api, noun: str, person: int | None, project: int | None) -> str:
    """Return such a call for a project, or task, of any id."""
    on = _assignments(api, "person" if noun == "project" else "task")
    at, whom = (ANY, person or ANY) if noun == "project" else (project, ANY)
    of = fields(on.record)[on.wire.assigns].ref
    return f"{api.system.tool('create', on)}({on.place[0].argument}={at}, {of}={whom})" if at is not None else ""


async def _task_too(api: Api, project: int, task: str) -> str:
    """Add that the task is missing too, as both obstacles would otherwise come up in turn."""
    if (used := await _used(api, project)) is None:
        return ""
    owner = api.system.resource("task")
    if (id := said_id(task, "task")) is not None:
        ways = [await _restoring(api, "task", id), await _putting(api, "task", id, project)]
        way = " and ".join(each for each in ways if each)
        return f" Task {id} is not on it either; {way} puts it there." if way else ""
    try:
        rows = (await api.scan(Scope(owner))).every(owner.words)
    except (CallFailed, Incomplete):
        return ""
    on = [row for row in rows if row.id in used]
    if alike([owner.name_of(row) for row in on], task):
        return ""
    fit = alike([owner.name_of(row) for row in rows], task)
    if len(fit) == 1:
        row = rows[fit[0]]
        ways = [_restore(api, owner, row), await _putting(api, "task", row.id, project)]
        way = " and ".join(each for each in ways if each)
        return f" The task {name_and_id(owner, row)} is not on it either; {way} puts it there."
    has = ", ".join(name_and_id(owner, row) for row in on[:MOST_TOLD]) or "no task"
    return f" No task is named exactly {quoted(task)}; it has {has}."
