"""What a person may track time on, by id or by name, and why something of that name is not among it."""

from collections.abc import Sequence

from harvest_mcp.api import Api
from harvest_mcp.errors import CallFailed, NotOpen
from harvest_mcp.spec import Record, Resource, fields
from harvest_mcp.tools.acting import named
from harvest_mcp.tools.daily import Open, Project, Sheet
from harvest_mcp.tools.kinds import as_id
from harvest_mcp.tools.references import alike, known, restoring
from harvest_mcp.tools.render import quoted

Kind = Resource[Record]
MOST_TOLD = 20
ANY = '"ID"'


async def opened(api: Api, place: Kind, sheet: Sheet | None, *, project: str, task: str) -> tuple[int, int]:
    """The ids of a project and its task, by id or by name among what is open to this person.

    An id is taken as it is: the vendor knows better what is open.

    Raises:
        NotOpen: a name fits none, or several.
    """
    projects = (sheet.projects if sheet else None) or ()
    id = as_id(project)
    try:
        if id is None:
            id = _the_one("project", project, projects, [_of(each) for each in projects])
        if (chosen := as_id(task)) is None:
            tasks = next((each.tasks or () for each in projects if each.id == id), ())
            chosen = _the_one("task", task, tasks, [_called(each) for each in tasks])
    except NotOpen as missed:
        if not missed.matches:
            missed.next = await _why(api, place, missed, id) or missed.next
        raise
    return id, chosen


def _the_one(noun: str, value: str, among: Sequence[Open], told: Sequence[str]) -> int:
    fit = alike([each.name or "" for each in among], value)
    if len(fit) == 1:
        return among[fit[0]].id
    shown = [told[place] for place in fit] or told
    raise NotOpen(noun, value, list(shown[:MOST_TOLD]), matches=len(fit), more=max(0, len(shown) - MOST_TOLD))


async def _why(api: Api, place: Kind, missed: NotOpen, project: int | None) -> str:
    """What keeps the record of that name from being open, and the call that opens it; empty where that is not known."""
    owner = api.system.resource(missed.noun)
    try:
        rows = (await api.scan(owner)).rows
    except CallFailed:
        return ""
    fit = alike([owner.name_of(row) for row in rows], missed.value)
    if len(fit) == 1:
        row = rows[fit[0]]
        if action := restoring(owner, row):
            does = f"{named(api.system, owner, action)}({owner.key}={row.id})"
            return f"{known(owner, row)} is archived; {does} restores it."
        if way := _way(api, place, owner, str(row.id), project):
            return f"{known(owner, row)} is there, but not on this timesheet; {way} puts it there, if that is meant."
    way = "" if missed.candidates else _way(api, place, owner, ANY, project)
    return f"{missed.next} {way} does that." if way else ""


def _way(api: Api, place: Kind, owner: Kind, id: str, project: int | None) -> str:
    """The call that assigns a person to this project, or this task to the project."""
    whom = place.acting.noun if place.acting else ""
    for each in api.system.resources:
        if each.assigns and (under := each.owned_by):
            of = fields(each.record)[each.assigns.column].ref
            if (under.ref, of) == (owner.noun, whom):
                return f"{api.system.tool('create', each)}({under.ref}={id}, {of}={place.whose or ANY})"
            if of == owner.noun and project is not None:
                return f"{api.system.tool('create', each)}({under.ref}={project}, {of}={id})"
    return ""


def _called(each: Open) -> str:
    return f"{quoted(each.name or '')} ({each.id})"


def _of(project: Project) -> str:
    return f"{_called(project)} of {quoted(project.client or '')}"
