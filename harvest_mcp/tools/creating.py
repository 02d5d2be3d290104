"""The create tools: one more record, unless it looks like one that is there, or a person says no."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harvest_mcp.errors import PossibleDuplicate
from harvest_mcp.spec import Record, Resource, Same, System, Value, fields
from harvest_mcp.tools.arguments import Argument, Arguments, column, model, owner
from harvest_mcp.tools.deleting import Asking, matter_of
from harvest_mcp.tools.kinds import TRUTH, WORD
from harvest_mcp.tools.listing import folded
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
    takes = [column(item, required=item.required) for item in resource.creatable()]
    takes += owner(resource) if resource.acting else []
    if resource.same and not resource.same.sure:
        takes.append(Argument("allow_duplicate", TRUTH))
    if resource.sets_off:
        takes.append(Argument("confirm", WORD, "code, once a person agreed"))

    async def run(call: Call, arguments: Arguments) -> str:
        given, api = arguments.given(), call.api(system)
        agree(name, resource, given, None, known=[each.name for each in takes])
        values = await columns(api, resource, given)
        once = not given.get("allow_duplicate")
        changes = call.changes(system)
        place = await placed(api, resource, given) if resource.acting else resource.under(values)
        if once and (change := await changes.said(place, values)):
            return told("Already created", system, resource, change)
        others = await api.around(place, values)
        if once and resource.same and (twins := _twins(others.rows, resource.same, values)):
            if change := await changes.said(place, values):  # by somebody else, since it was asked
                return told("Already created", system, resource, change)
            twinned = [known(resource, twin) for twin in twins[:5]]
            raise PossibleDuplicate(resource.noun, twinned, sure=resource.same.sure)
        if resource.sets_off:
            asking = Asking(given.get("confirm"), again(name, given), lead="Create")
            await ask_to_create(call, system, resource, values, asking)
        change = await changes.create(place, values, above=others.highest, whole=others.whole, once=once)
        if change.before:
            return told("Already created", system, resource, change)
        done = told("Created", system, resource, change)
        return done if others.whole or not resource.same else f"{done}\nNot all were compared: {others.told}."

    return Tool(
        name=name,
        says=" ".join(part for part in (_what(resource), resource.caution) if part),
        toolset=resource.toolset,
        hints=Hints(destroys=bool(resource.sets_off)),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was created.",
    )


def create_along_tool(system: System, resource: Kind) -> list[Tool]:
    """`create_task_in_project`: a new record and its assignment in one, where the vendor has an address for both."""
    assigns, at = resource.assigns, resource.owned_by
    if assigns is None or at is None or not assigns.along:
        return []
    other = system.resource(str(fields(resource.record)[assigns.column].ref))
    name = system.tool("create", other, of=f"in_{at.ref}")
    columns_of = [item for item in other.writable() if item.name in assigns.columns]
    takes = [*owner(resource), *(column(item, required=item.required) for item in columns_of)]
    takes.append(Argument("allow_duplicate", TRUTH))

    async def run(call: Call, arguments: Arguments) -> str:
        given, api, changes = arguments.given(), call.api(system), call.changes(system)
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
    matter = matter_of(call, system, resource, 0)
    what = f"{resource.noun} {quoted(resource.name_of(resource.record.model_validate({'id': 0, **values})))}"
    sets_off = f"{system.title} {resource.sets_off.format_map({name: str(value) for name, value in values.items()})}"
    question = Question(
        text=f"{asking.lead} {what}? {sets_off}, which nothing takes back.",
        tick=what,
        matter=matter,
        content=({name: plain(value) for name, value in values.items()},),
        sheet=draft(
            resource, values, f"{sets_off}.", place=f"{system.title} at {call.desk.accounts[system.name].host}"
        ),
    )

    async def build() -> Question:
        return question

    await call.desk.confirmation.obtain(build, call.person, matter=matter, code=asking.code, again=asking.again)


def _what(resource: Kind) -> str:
    if resource.sets_off:
        return f"Add {resource.one}, after asking a person: {resource.sets_off.replace('{', '').replace('}', '')}."
    return f"Add {resource.one}; a likely duplicate is reported."


def again(name: str, given: Mapping[str, Any]) -> str:
    """How to call again with a code, as it must be typed; braces of a value are no place holder."""
    told = {key: plain(value) for key, value in given.items() if key != "confirm"}
    values = [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in told.items()]
    written = ", ".join(values)
    return f'{name}({written.replace("{", "{{").replace("}", "}}")}, confirm="{{code}}")'


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
