"""The create tools: one more record, unless it looks like one that is there, or a person says no."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from harvest_mcp.errors import PossibleDuplicate
from harvest_mcp.spec import Record, Resource, Same, System, Value, fields
from harvest_mcp.tools.arguments import Argument, Arguments, column, model, owner
from harvest_mcp.tools.days import dated
from harvest_mcp.tools.deleting import Asking, again_of, matter_of, place_of
from harvest_mcp.tools.kinds import TRUTH, WORD
from harvest_mcp.tools.listing import folded
from harvest_mcp.tools.owning import Owner, moved, owner_of
from harvest_mcp.tools.question import Question
from harvest_mcp.tools.references import columns, known, placed
from harvest_mcp.tools.render import plain, quoted
from harvest_mcp.tools.rules import agree
from harvest_mcp.tools.sheet import draft
from harvest_mcp.tools.tool import Call, Hints, Tool
from harvest_mcp.tools.written import told

Kind = Resource[Record]


def create_tool(system: System, resource: Kind) -> Tool:
    """`create_contact`: one more record, unless it looks like one that is there."""
    name = system.tool("create", resource)
    takes = [column(item, required=item.required, words=system.zoned) for item in resource.creatable()]
    takes += owner(resource) if resource.acting else []
    if resource.same and not resource.same.sure:
        takes.append(Argument("allow_duplicate", TRUTH))
    if resource.sets_off:
        takes.append(Argument("confirm", WORD, "code, once a person agreed"))

    async def run(call: Call, arguments: Arguments) -> str:
        given, api = await dated(call, system, arguments), call.api(system)
        agree(name, resource, given, None, known=[each.name for each in takes])
        values = await columns(api, resource, given)
        once = not given.get("allow_duplicate")
        changes = call.changes(system)
        place = await placed(api, resource, given) if resource.acting else resource.under(values)
        if once and (change := await changes.said(place, values)):
            return told(f"Already {resource.done}", system, resource, change, stays=resource.stays)
        others = await api.around(place, values)
        if once and resource.same and (twins := _twins(others.rows, resource.same, values)):
            if change := await changes.said(place, values):  # by somebody else, since it was asked
                return told(f"Already {resource.done}", system, resource, change, stays=resource.stays)
            twinned = [known(resource, twin) for twin in twins[:5]]
            raise PossibleDuplicate(resource.noun, twinned, sure=resource.same.sure)
        if resource.sets_off:
            asking = Asking(given.get("confirm"), again_of(name, given))
            await ask_to_create(call, system, resource, values, asking)
        change = await changes.create(place, values, above=others.highest, whole=others.whole, once=once)
        if change.before:
            return told(f"Already {resource.done}", system, resource, change, stays=resource.stays)
        done = told(resource.done.capitalize(), system, resource, change, stays=resource.stays)
        if resource.moves:
            first, *rest = done.split("\n", 1)
            now = await moved(call, system, resource, _whose(resource, values))
            done = "\n".join([f"{first}{now}", *rest])
        return done if others.whole or not resource.same else f"{done}\nNot all were compared: {others.told}."

    return Tool(
        name=name,
        says=" ".join(part for part in (_what(resource), resource.caution) if part),
        toolset=resource.toolset,
        hints=Hints(destroys=bool(resource.sets_off)),
        arguments=model(name, *takes),
        run=run,
        untouched=f"Nothing was {resource.done}.",
    )


def _whose(resource: Kind, values: Mapping[str, Value]) -> int:
    """The id of the record it lies under; 0 where it lies under none."""
    return int(str(values.get(resource.owner) or 0)) if resource.owner else 0


def create_along_tool(system: System, resource: Kind) -> list[Tool]:
    """`create_task_in_project`: a new record and its assignment in one, where the vendor has an address for both."""
    assigns, at = resource.assigns, resource.owned_by
    if assigns is None or at is None or not assigns.along:
        return []
    other = system.resource(str(fields(resource.record)[assigns.column].ref))
    name = system.tool("create", other, of=f"in_{at.ref}")
    columns_of = [item for item in other.writable() if item.name in assigns.columns]
    takes = [*owner(resource), *(column(item, required=item.required, words=system.zoned) for item in columns_of)]
    takes.append(Argument("allow_duplicate", TRUTH))

    async def run(call: Call, arguments: Arguments) -> str:
        given = await dated(call, system, arguments)
        api, changes = call.api(system), call.changes(system)
        values = {**await columns(api, resource, given), **await columns(api, other, given)}
        place, once = replace(resource.under(values), makes=other), not given.get("allow_duplicate")
        if once and (change := await changes.said(place, values)):
            return told("Already created", system, resource, change)
        if once and other.same and (twins := _twins((await api.scan(other)).rows, other.same, values)):
            raise PossibleDuplicate(other.noun, [known(other, twin) for twin in twins[:5]])
        above = (await api.scan(place)).highest
        change = await changes.create(place, values, above=above, once=once)
        return told(f"Created the {other.noun} and", system, resource, change)

    return [
        Tool(
            name=name,
            says=f"Add a new {other.noun} to a {at.ref}.",
            toolset=resource.toolset,
            hints=Hints(),
            arguments=model(name, *takes),
            run=run,
            untouched="Nothing was created.",
        )
    ]


async def ask_to_create(
    call: Call, system: System, resource: Kind, values: Mapping[str, Value], asking: Asking
) -> None:
    """Return once a person agreed to what this create sets off.

    Raises:
        NotConfirmed: nobody agreed.
    """
    matter, place = matter_of(call, system, resource, 0), place_of(call, system)
    name = quoted(resource.name_of(resource.record.model_validate({"id": 0, **values})))

    async def build() -> Question:
        owner = await owner_of(call, system, resource, _whose(resource, values))
        what = f"{resource.noun.replace('_', ' ')} {name}"
        what = f"{what} of {owner.called}" if owner else what
        notes = list(_notes(system, resource, values, owner))
        return Question(
            text=" ".join([asking.asks(resource.does, what), *notes]),
            tick=what,
            matter=matter,
            content=({name: plain(value) for name, value in values.items()}, owner.facts if owner else {}),
            sheet=draft(resource, values, notes, place=place),
        )

    await call.desk.confirmation.obtain(build, call.person, matter=matter, code=asking.code, again=asking.again)


def _notes(system: System, resource: Kind, values: Mapping[str, Value], owner: Owner | None) -> Iterator[str]:
    """What a create sets off, what its owner stands at, and what an undo can do."""
    told = {name: str(value) for name, value in values.items()}
    sets_off = f"{system.title} {resource.sets_off.format_map(told)}"
    yield f"{sets_off}, which nothing takes back." if resource.stays else f"{sets_off}."
    if owner:
        yield owner.standing
        if warning := owner.warning(values):
            yield warning
    if not resource.stays:
        yield "An undo deletes it again."


def _what(resource: Kind) -> str:
    if resource.sets_off:
        does = "add" if resource.does == "create" else resource.does
        sets_off = resource.sets_off.replace("{", "").replace("}", "")
        return f"{does.capitalize()} {resource.one}, after asking a person: {sets_off}."
    return f"Add {resource.one}; a likely duplicate is reported."


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
