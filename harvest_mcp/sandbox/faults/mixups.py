"""Mixed-up responses: another record's body, another record's id, or leftover bytes on the connection."""

import re
from collections.abc import Iterator
from dataclasses import replace

from harvest_mcp.sandbox.asgi import HttpAnswer
from harvest_mcp.sandbox.faults.scene import Scene

LAST_NUMBER = re.compile(r"\d+(?!.*\d)", re.ASCII)
ID = re.compile(rb"(<id[^>]*>|\"id\":)(\d+)")


async def other_record(scene: Scene) -> None:
    """Send another record's body with the true status and headers; a response without a body stays as it is."""
    answer = await scene.answer()
    if answer and answer.body and (other := _other(scene)):
        answer = replace(answer, body=other.body, content_type=other.content_type)
    await scene.tell(answer)


async def other_location(scene: Scene) -> None:
    """Send the true response to a create, but with another id in `Location` and in the body."""
    answer = await scene.answer()
    made = scene.store.past.made_since(scene.count)
    older = [near[0] for table, id in made if (near := scene.store.near(table, id))]
    other = scene.fault.setting or next((str(id) for id in older), None)
    await scene.tell(_displaced(answer, {id for _, id in made}, other) if answer and other else answer)


async def leftover(scene: Scene) -> None:
    """Send the true response, followed on the connection by an unrequested one."""
    answer = await scene.answer()
    other = None if scene.fault.body else _other(scene)
    rest = scene.fault.body or (_on_the_wire(other) if other else b"")
    await (scene.line.answer(answer, rest=rest) if answer else scene.line.hang_up())


def _displaced(answer: HttpAnswer, made: set[int], other: str) -> HttpAnswer:
    answer = replace(answer, headers=tuple(_place(name, value, other) for name, value in answer.headers))
    own = next((found for found in ID.finditer(answer.body) if int(found[2]) in made), None)
    if own is None:
        return answer
    return replace(answer, body=answer.body[: own.start(2)] + other.encode() + answer.body[own.end(2) :])


def _place(name: str, value: str, other: str) -> tuple[str, str]:
    return name, LAST_NUMBER.sub(other, value, count=1) if name == "Location" else value


def _other(scene: Scene) -> HttpAnswer | None:
    """Return the response to a GET of another record: the one the fault names, else the nearest, older ones first."""
    headers = {**scene.call.headers, "content-type": "application/xml"}
    for path in _paths(scene):
        answer = scene.world.answer(replace(scene.call, method="GET", path=path, headers=headers, body=b""))
        if answer.status == 200 and answer.body:
            return answer
    return None


def _paths(scene: Scene) -> Iterator[str]:
    own, setting = scene.call.path, scene.fault.setting
    if setting.startswith("/"):
        yield setting
    elif scene.call.method == "POST":
        stem, dot, ending = own.partition(".xml")
        made = [near for table, id in scene.store.past.made_since(scene.count) for near in scene.store.near(table, id)]
        yield from (f"{stem}/{id}{dot}{ending}" for id in ([int(setting)] if setting else made))
    elif found := LAST_NUMBER.search(own):
        ids = [int(setting)] if setting else _near(scene, int(found[0]))
        yield from (f"{own[: found.start()]}{id}{own[found.end() :]}" for id in ids)


def _near(scene: Scene, id: int) -> list[int]:
    """Return the nearest ids, first those of the table that the path names."""
    tables = [resource.plural for resource in scene.store.system.resources]
    tables.sort(key=lambda table: f"/{table}" not in scene.call.path)
    return [near for table in tables for near in scene.store.near(table, id)]


def _on_the_wire(answer: HttpAnswer) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in answer.all_headers())
    return f"HTTP/1.1 {answer.status} OK\r\n{head}\r\n".encode("latin-1") + answer.body
