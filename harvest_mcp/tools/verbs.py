"""The tools of one record: get, create, update, an action; each built from its resource."""

from collections.abc import Callable, Mapping

from harvest_mcp.errors import InvalidArguments, PossibleDuplicate
from harvest_mcp.spec import Action, Record, Resource, Same, System, Value, Verb
from harvest_mcp.tools.arguments import Argument, Arguments, column, key, model
from harvest_mcp.tools.children import child_tools
from harvest_mcp.tools.deleting import delete_tool
from harvest_mcp.tools.kinds import TRUTH
from harvest_mcp.tools.listing import folded, list_tool
from harvest_mcp.tools.references import columns, known
from harvest_mcp.tools.render import as_json
from harvest_mcp.tools.tool import Call, Hints, Tool
from harvest_mcp.tools.written import told

Kind = Resource[Record]


def get_tool(system: System, resource: Kind) -> Tool:
    """`get_contact`: one record with everything the vendor tells."""
    name = system.tool("get", resource)

    async def run(call: Call, arguments: Arguments) -> str:
        return as_json(await call.api(system).get(resource, arguments.given()[resource.key]))

    return Tool(
        name=name,
        says=f"One {resource.noun}, all fields.",
        toolset=resource.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, key(resource)),
        run=run,
    )


def create_tool(system: System, resource: Kind) -> Tool:
    """`create_contact`: one more record, unless it looks like one that is there."""
    name = system.tool("create", resource)
    takes = [column(item, required=item.required) for item in resource.writable()]
    if resource.same:
        takes.append(Argument("allow_duplicate", TRUTH, "create anyway"))

    async def run(call: Call, arguments: Arguments) -> str:
        given, api = arguments.given(), call.api(system)
        values = await columns(api, resource, given)
        once = not given.get("allow_duplicate")
        changes = call.changes(system)
        if once and (change := await changes.said(resource, values)):
            return told("Already created", system, resource, change)
        others = await api.scan(resource, where=resource.around(values))
        if once and resource.same and (twins := _twins(others.rows, resource.same, values)):
            if change := await changes.said(resource, values):  # by somebody else, since it was asked
                return told("Already created", system, resource, change)
            raise PossibleDuplicate(resource.noun, [known(resource, twin) for twin in twins[:5]])
        change = await changes.create(resource, values, above=others.highest, whole=others.whole, once=once)
        if change.before:
            return told("Already created", system, resource, change)
        done = told("Created", system, resource, change)
        return done if others.whole or not resource.same else f"{done}\nNot all were compared: {others.told}."

    return Tool(
        name=name,
        says=f"Add {resource.one}; a likely duplicate is reported. {resource.caution}".rstrip(),
        toolset=resource.toolset,
        hints=Hints(),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was created.",
    )


def update_tool(system: System, resource: Kind) -> Tool:
    """`update_contact`: the given columns and no others."""
    name = system.tool("update", resource)
    # A list of children is not replaced by the way: its own tools keep what is not spoken of.
    takes = [key(resource), *(column(item, required=False) for item in resource.writable() if not item.many)]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        values = await columns(call.api(system), resource, given)
        if not values:
            raise InvalidArguments(name, ["no field to change was given"], known=[each.name for each in takes])
        changes = call.changes(system)
        record = await changes.current(resource, given[resource.key])
        return told("Updated", system, resource, await changes.update(resource, record, values))

    return Tool(
        name=name,
        says=f'Change fields of {resource.one}; "" empties. {resource.caution}'.rstrip(),
        toolset=resource.toolset,
        hints=Hints(repeatable=True),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was changed.",
    )


def action_tool(system: System, resource: Kind, action: Action) -> Tool:
    """`toggle_client`: flip one column, or bring it to a definite state."""
    name = system.tool(action.verb, resource)
    state = Argument(action.flips, TRUTH, f"false: {action.no}; left out: flip")

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        changes = call.changes(system)
        record = await changes.current(resource, given[resource.key])
        now = bool(getattr(record, action.flips))
        wanted = given.get(action.flips, not now)
        words = action.yes if wanted else action.no
        if wanted == now:
            return f"{resource.noun.capitalize()} {known(resource, record)} is already {words}. Nothing was changed."
        change = await changes.act(resource, action, record, wanted=wanted)
        return told(f"Now {words}:", system, resource, change)

    return Tool(
        name=name,
        says=f"{action.says}.",
        toolset=resource.toolset,
        hints=Hints(),
        arguments=model(name, key(resource), state),
        run=run,
        untouched="Nothing was changed.",
    )


BUILD: dict[Verb, Callable[[System, Kind], Tool]] = {
    "list": list_tool,
    "get": get_tool,
    "create": create_tool,
    "update": update_tool,
    "delete": delete_tool,
}


def tools_of(system: System, resource: Kind) -> list[Tool]:
    """Every tool of a resource, in the order a reader expects: verbs, then actions, delete last."""
    verbs = [BUILD[verb](system, resource) for verb in resource.verbs if verb != "delete"]
    actions = [action_tool(system, resource, action) for action in resource.actions]
    actions += child_tools(system, resource) if "update" in resource.verbs else []
    return verbs + actions + ([delete_tool(system, resource)] if "delete" in resource.verbs else [])


def _twins(others: list[Record], same: Same, values: Mapping[str, Value]) -> list[Record]:
    return [other for other in others if any(_alike(other, group, values) for group in same.any_of)]


def _alike(other: Record, group: tuple[str, ...], values: Mapping[str, Value]) -> bool:
    """All columns of the group are filled and equal, whatever their case, accents and blanks."""
    pairs = [(getattr(other, name), values.get(name)) for name in group]
    return all(one and two and _equal(one, two) for one, two in pairs)


def _equal(one: Value, two: Value) -> bool:
    if isinstance(one, str) and isinstance(two, str):
        return folded(one).split() == folded(two).split()
    return one == two
