"""The delete tools: what goes with a record, the question to a person, and only then the delete."""

from harvest_mcp.errors import CallFailed, Refused
from harvest_mcp.spec import Dependent, Record, Resource, System
from harvest_mcp.tools.arguments import WORD, Argument, Arguments, key, model
from harvest_mcp.tools.confirm import Question
from harvest_mcp.tools.references import known
from harvest_mcp.tools.render import count, plain
from harvest_mcp.tools.tool import Call, Hints, Tool

Kind = Resource[Record]


def delete_tool(system: System, resource: Kind) -> Tool:
    """`delete_client`: gone for good, after a person agreed to the question as it reads at that moment."""
    name = system.tool("delete", resource)
    takes = [key(resource), Argument("confirm", WORD, "code, once a person agreed")]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        id: int = given[resource.key]
        again = f'{name}({resource.key}={id}, confirm="{{code}}")'
        asked: list[Question] = []

        async def build() -> Question:
            asked.append(await _question(call, system, resource, id))
            return asked[-1]

        await call.desk.confirmation.obtain(build, call.person, code=given.get("confirm"), again=again)
        try:
            await call.changes(system).delete(resource, id)
        except Refused as refusal:
            refusal.next = _instead(system, resource, id)
            raise
        return f"Deleted {asked[-1].tick}."

    return Tool(
        name=name,
        says=f"Delete a {resource.noun}, after asking a person.",
        toolset=resource.toolset,
        hints=Hints(destroys=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was deleted.",
    )


async def _question(call: Call, system: System, resource: Kind, id: int) -> Question:
    record = await call.api(system).get(resource, id)
    what = f"{resource.noun} {known(resource, record)}"
    parts = [f"Delete {what}?"]
    goes = []
    about: list[object] = [system.name, call.desk.accounts[system.name].principal, plain(record)]
    for dependent in resource.dependents:
        ids = await _hanging(call, system, dependent, id)
        about.append(ids)
        if ids and dependent.fate == "goes":
            goes.append(count(len(ids), dependent.words))
        parts += _consequence(dependent, ids, system.title)
    parts.append("Nothing brings it back.")
    tick = f"{what} and its {', '.join(goes)}" if goes else what
    return Question(" ".join(parts), tick, tuple(about))


def _consequence(dependent: Dependent, ids: list[int] | None, title: str) -> list[str]:
    words = dependent.words
    if ids is None:
        return [f"Its {words}s could not be counted."]
    if not ids:
        return []
    if dependent.fate == "goes":
        return [f"{count(len(ids), words)} {'goes' if len(ids) == 1 else 'go'} with it."]
    return [f"It has {count(len(ids), words)}, so {title} will probably refuse."]


async def _hanging(call: Call, system: System, dependent: Dependent, id: int) -> list[int] | None:
    """The ids of the records that hang on this one; None where the account does not let this user see them."""
    resource = system.resource(dependent.noun)
    narrow = next(each for each in resource.filters if f"{each.ref}_id" == dependent.by)
    try:
        rows = await call.api(system).list(resource, where={narrow.name: id})
    except CallFailed:
        return None
    wanted = [(dependent.by, id), *dependent.where]
    return [row.id for row in rows if all(getattr(row, name) == value for name, value in wanted)]


def _instead(system: System, resource: Kind, id: int) -> str:
    for action in resource.actions:
        call = f"{system.tool(action.verb, resource)}({resource.key}={id}, {action.flips}=false)"
        return f"To have it {action.no} instead, call {call}."
    return ""
