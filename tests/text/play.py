"""Calls every tool there is, in every way that brings other people's text into an answer."""

import json
import re

from harvest_mcp.sandbox import Fault
from harvest_mcp.spec import Part, Record, Resource, View, fields
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST, PROJECTS

from .hidden import IN_A_HEADER
from .stage import RESOURCES, Stage, fill, sign, texts, told

Kind = Resource[Record]
CHECKED = frozenset({"currency"})
"""What the vendor takes only from a list of its own."""
HOSTILE_HEADER = "in a header: " + "".join(f"{character}." for character in IN_A_HEADER)


async def every_tool(stage: Stage, hidden: str) -> None:
    """Everything, over records that hide this; the names of the tools called are in `stage.called`."""
    names = await stage.begin()
    client = fill(stage.sandbox, CLIENTS, hidden, active=True)
    owned = {"client_id": client}
    ids = {CLIENTS.noun: client, CONTACTS.noun: fill(stage.sandbox, CONTACTS, hidden, **owned)}
    stage.sandbox.put(PROJECTS, name=f"project_{hidden}", code=hidden, active=True, **owned)
    for view in HARVEST.views:
        await _view(stage, view, hidden)
    for resource in RESOURCES:
        await _reads(stage, resource, ids[resource.noun])
        await _refusals(stage, resource, ids[resource.noun], hidden)
        await _writes(stage, resource, ids[resource.noun], hidden, owned)
    for noun in ("contact", "client"):
        await _deletes(stage, HARVEST.resource(noun), hidden, owned)
    await _history(stage, hidden)
    await _prompts(stage, hidden)
    missing = set(names) - stage.called
    assert missing == set(), f"tools that nobody called: a new one needs a line in {__name__}"


async def _view(stage: Stage, view: View[Part], hidden: str) -> None:
    stage.sandbox.fail(told(view, hidden))
    await stage.call(view.name)
    stage.sandbox.calm()


async def _reads(stage: Stage, resource: Kind, id: int) -> None:
    columns = [name for name, item in fields(resource.record).items() if not item.inner and name != "id"]
    names = HARVEST.tool("list", resource)
    await stage.call(names, fields=columns, limit=1000)
    await stage.call(names, query=sign(resource.noun, resource.label[0]), limit=1)
    await stage.call(HARVEST.tool("get", resource), **{resource.key: id})
    await stage.call(HARVEST.tool("get", resource), **{resource.key: 999_999})
    for column in texts(resource):
        await stage.call("search_records", query=sign(resource.noun, column).rstrip("_"))


async def _refusals(stage: Stage, resource: Kind, id: int, hidden: str) -> None:
    """What is told when the caller, or the vendor, will not have it: both quote."""
    get, names = HARVEST.tool("get", resource), HARVEST.tool("list", resource)
    await stage.call(get, **{resource.key: hidden})
    await stage.call(get, **{resource.key: id, f"more{hidden}": hidden})
    await stage.call(names, fields=[hidden], cursor=f"x{hidden[:20]}")
    await stage.call(f"get_{hidden}")
    stage.called.discard(f"get_{hidden}")
    for filter in resource.filters:
        if filter.ref:
            await stage.call(names, **{filter.name: sign(filter.ref, "name")})
            await stage.call(names, **{filter.name: sign(filter.ref, "name") + hidden[:20]})
    for fault in (
        Fault("status", "400", body=f"<error><message>vendor_{hidden}</message></error>".encode()),
        Fault("status", "422", headers=(("Hint", HOSTILE_HEADER),)),
        Fault("status", "400", body=f"<errors><error>vendor_{hidden}</error></errors>".encode()),
        Fault("html"),
        Fault("redirect", "/account/sign_in?a=b"),
        Fault("garbage", body=f"<{resource.plural}>{hidden}</{resource.plural}>".encode()),
    ):
        stage.sandbox.fail(fault)
        await stage.call(get, **{resource.key: id})
        stage.sandbox.calm()


async def _writes(stage: Stage, resource: Kind, id: int, hidden: str, owned: dict[str, int]) -> None:
    create, update = HARVEST.tool("create", resource), HARVEST.tool("update", resource)
    writable = [item.name for item in resource.writable() if item.type is str and item.name not in CHECKED]
    owner = {item.argument: str(owned[item.name]) for item in resource.writable() if item.ref}
    given = {name: (sign(resource.noun, name) + hidden)[:200] for name in writable}
    await stage.call(create, **given, **owner)  # looks like the one that is there
    await stage.call(create, **given, **owner, allow_duplicate=True)  # which the vendor may refuse
    given = {name: f"{text} anew" for name, text in given.items()}
    new = {resource.key: _id(await stage.call(create, **given, **owner))}
    await stage.call(create, **given, **owner)  # said twice
    for name in writable:
        await stage.call(update, **new, **{name: f"changed {given[name]}"})
    for action in resource.actions:
        await stage.call(HARVEST.tool(action.verb, resource), **new)
        await stage.call(HARVEST.tool(action.verb, resource), **new)
    stage.sandbox.fail(
        Fault("status", "400", method="PUT", body=f"<error><message>{hidden}</message></error>".encode())
    )
    await stage.call(update, **new, **{writable[0]: "refused"})
    stage.sandbox.calm()


async def _deletes(stage: Stage, resource: Kind, hidden: str, owned: dict[str, int]) -> None:
    """Declined once, and then carried out: the question, the form, what stands in the way, the result."""
    delete = HARVEST.tool("delete", resource)
    alone = {name: id for name, id in owned.items() if name in fields(resource.record)}
    id = fill(stage.sandbox, resource, hidden, **alone)
    if resource is CLIENTS:
        fill(stage.sandbox, CONTACTS, hidden, client_id=id)
        await stage.call(delete, **{resource.key: owned["client_id"]})  # a project is in the way
    for _ in range(2):
        await stage.call(delete, **{resource.key: id})


async def _history(stage: Stage, hidden: str) -> None:
    """Every change, and every undo of it: first over what somebody else changed since, then as it is."""
    listed = await stage.call("list_changes", limit=200)
    await stage.call("list_changes", record=f"contact {hidden[:20]}")
    changes = [int(id) for id in re.findall(r"^(\d+),", listed, re.MULTILINE)]
    for change in changes:
        entry = json.loads(await stage.call("get_change", change_id=change))
        resource = HARVEST.resource(entry["record"].split()[0])
        text = next(item.name for item in resource.writable() if item.type is str)
        if entry["tool"].startswith("update") and entry["record"].split()[1].isdigit():
            with stage.sandbox.store.writing():
                stage.sandbox.store.update(resource, int(entry["record"].split()[1]), {text: f"meanwhile {hidden}"})
        await stage.call("undo_change", change_id=change)
    await stage.call("get_change", change_id=999_999)


async def _prompts(stage: Stage, hidden: str) -> None:
    listed = await stage.client.list_prompts()
    for prompt in listed.prompts:
        names = [argument.name for argument in prompt.arguments or []]
        await stage.prompt(prompt.name, {name: f"{name}_{hidden}" for name in names})
        await stage.prompt(prompt.name, {f"more{hidden}": hidden})
    await stage.prompt(f"no{hidden}", {})


def _id(answer: str) -> int:
    return int(json.loads(answer.splitlines()[-1])["id"])
