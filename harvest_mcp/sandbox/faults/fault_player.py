"""Plays each fault to the caller, and carries out writes late."""

import asyncio
import time
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from email.utils import formatdate
from functools import partial
from typing import Protocol

from harvest_mcp.sandbox import pages
from harvest_mcp.sandbox.asgi import Connection, Headers, HttpAnswer, HttpCall
from harvest_mcp.sandbox.faults import Fault, mixups
from harvest_mcp.sandbox.faults.later import Later, Work
from harvest_mcp.sandbox.faults.scene import Play, Scene
from harvest_mcp.sandbox.store import Store
from harvest_mcp.sandbox.world import World

MEGABYTE = 1024 * 1024
GLANCE = 0.01
EMPTY = HttpAnswer(200, content_type="")
PADDING = b" " * 64  # for faults that need a body where a write has none
GARBAGE = b'\x00\xff<clients type="array"><client><id>1</client'


class FaultyAccount(Protocol):
    """The account that a fault is played for."""

    @property
    def store(self) -> Store:
        """The account's rows."""

    @property
    def world(self) -> World:
        """The vendor's contract."""

    @property
    def clock(self) -> Callable[[], float]:
        """What the account takes for the time."""

    def answer(self, call: HttpCall) -> HttpAnswer:
        """Carry out a call and return the response."""


async def play(
    fault: Fault,
    call: HttpCall,
    line: Connection,
    account: FaultyAccount,
    *,
    later: Later,
    calm: Callable[[], bool],
) -> None:
    """Carry out the call when the fault says, and answer the caller as the fault says."""
    count = account.store.past.count
    work = partial(AROUND.get(fault.name, _plainly), account, fault, partial(account.answer, call))
    promise = _promised(fault, work, later)
    scene = Scene(
        fault=fault,
        call=call,
        line=line,
        world=account.world,
        store=account.store,
        promise=promise,
        now=account.clock(),
        count=count,
        calm=calm,
        hasten=partial(later.hasten, promise),
    )
    await PLAYS[fault.name](scene)


def _promised(fault: Fault, work: Work, later: Later) -> Future[HttpAnswer] | None:
    if fault.commits == "never":
        return None
    if fault.commits == "after":
        return later(fault.after, work)
    promise: Future[HttpAnswer] = Future()
    promise.set_result(work())
    return promise


def _plainly(account: FaultyAccount, fault: Fault, work: Work) -> HttpAnswer:
    return work()


def _as_it_was(account: FaultyAccount, fault: Fault, work: Work) -> HttpAnswer:
    """Answer from the account's past, unless the call wrote something (a GET that toggles a timer does)."""
    with account.store.as_it_was(float(fault.setting), made_only=fault.name == "unseen") as trial:
        answer = work()
    return work() if trial.wrote else answer


def _forgotten(account: FaultyAccount, fault: Fault, work: Work) -> HttpAnswer:
    with account.store.forgetting():
        return work()


AROUND: Mapping[str, Callable[[FaultyAccount, Fault, Work], HttpAnswer]] = {
    "lag": _as_it_was,
    "unseen": _as_it_was,
    "silent": _forgotten,
}
"""How a call is carried out under a fault; plainly unless named here."""


async def _delay(scene: Scene) -> None:
    over = time.monotonic() + float(scene.fault.setting)
    while (left := over - time.monotonic()) > 0 and not scene.calm():  # noqa: ASYNC110 - a thread disarms it
        await asyncio.sleep(min(left, GLANCE))
    if scene.calm():
        scene.hasten()
    await scene.tell(await scene.answer())


async def _true(scene: Scene) -> None:
    await scene.tell(await scene.answer())


async def _status(scene: Scene) -> None:
    code, _, form = scene.fault.setting.partition(" ")
    body, kind = {
        "html": (pages.WENT_WRONG, pages.PAGE),
        "empty": (b"", ""),
        "": (scene.world.error("Fault", "This failed because it was asked to."), scene.world.content_type),
    }[form]
    if scene.fault.body:
        body, kind = scene.fault.body, scene.fault.content_type
    await scene.line.answer(HttpAnswer(int(code), scene.fault.headers, body, kind))


async def _throttle(scene: Scene) -> None:
    status, setting = (
        (429, scene.fault.setting[4:])
        if scene.fault.setting.startswith("429 ")
        else (scene.world.throttled_status, scene.fault.setting)
    )
    form, _, seconds = setting.partition(" ")
    forms: Mapping[str, Headers] = {
        "none": (),
        "date": (("Retry-After", formatdate(scene.now + float(seconds or 15), usegmt=True)),),
    }
    headers = forms.get(form, (("Retry-After", form),))
    body = scene.world.error("Throttled", "Too many calls; wait.")
    await scene.line.answer(HttpAnswer(status, headers, body, scene.world.content_type))


async def _drop(scene: Scene) -> None:
    await scene.line.hang_up(reset=scene.fault.setting == "reset")


async def _truncate(scene: Scene) -> None:
    answer = await scene.answer() or EMPTY
    answer = replace(answer, body=answer.body or PADDING)
    keep = int(scene.fault.setting) if scene.fault.setting else len(answer.body) // 2
    await scene.line.start(answer.status, answer.all_headers())
    await scene.line.say(answer.body[: min(keep, len(answer.body) - 1)], more=True)
    await scene.line.hang_up()


async def _garbage(scene: Scene) -> None:
    fault = scene.fault
    await scene.line.answer(HttpAnswer(int(fault.setting), fault.headers, fault.body or GARBAGE, fault.content_type))


async def _huge(scene: Scene) -> None:
    await scene.line.start(200, (("Content-Type", scene.world.content_type),))
    start, record, end = _filler(scene.world)
    await scene.line.say(start, more=True)
    chunk = record * (MEGABYTE // len(record))
    for _ in range(int(scene.fault.setting)):
        if scene.line.gone:
            return
        await scene.line.say(chunk, more=True)
    await scene.line.say(end)


def _filler(world: World) -> tuple[bytes, bytes, bytes]:
    """Return the start of a list, one record, and the end of the list."""
    list_, one = world.filler
    if "json" in world.content_type:
        line = f'{{"id":1,"name":"Filler","address":"{"x" * 200}"}},'
        return f'{{"{list_}":['.encode(), line.encode(), b'{"id":1}]}'
    record = f"<{one}><id>1</id><name>Filler</name><details>{'x' * 200}</details></{one}>"
    return f'<{list_} type="array">'.encode(), record.encode(), f"</{list_}>".encode()


async def _drip(scene: Scene) -> None:
    answer = await scene.answer() or EMPTY
    answer = replace(answer, body=answer.body or PADDING)
    await scene.line.start(answer.status, answer.all_headers())
    for byte in answer.body:
        await asyncio.sleep(float(scene.fault.setting))
        if scene.line.gone:
            return
        await scene.line.say(bytes([byte]), more=True)
    await scene.line.say(b"")


async def _gzip(scene: Scene) -> None:
    """Send a list with so many megabytes of blanks, compressed once or twice."""
    squeezed = _squeezed(int(scene.fault.setting), scene.world)
    coding = "gzip"
    if scene.fault.name == "gzip-gzip":
        squeezer = zlib.compressobj(9, wbits=31)
        squeezed, coding = squeezer.compress(squeezed) + squeezer.flush(), "gzip, gzip"
    await scene.line.answer(HttpAnswer(200, (("Content-Encoding", coding),), squeezed, scene.world.content_type))


def _squeezed(megabytes: int, world: World) -> bytes:
    start, _, end = _filler(world)
    squeezer = zlib.compressobj(9, wbits=31)
    blanks = b" " * MEGABYTE
    parts = [squeezer.compress(start)]
    parts += [squeezer.compress(blanks) for _ in range(megabytes)]
    return b"".join([*parts, squeezer.compress(end), squeezer.flush()])


async def _redirect(scene: Scene) -> None:
    await scene.line.answer(HttpAnswer(302, (("Location", scene.fault.setting),), content_type=pages.PAGE))


async def _html(scene: Scene) -> None:
    await scene.line.answer(scene.world.sign_in)


async def _many_headers(scene: Scene) -> None:
    answer = await scene.answer() or EMPTY
    filler = tuple((f"X-Filler-{number}", "filler") for number in range(int(scene.fault.setting)))
    await scene.line.answer(replace(answer, headers=(*answer.headers, *filler)))


PLAYS: Mapping[str, Play] = {
    "delay": _delay,
    "status": _status,
    "throttle": _throttle,
    "drop": _drop,
    "truncate": _truncate,
    "garbage": _garbage,
    "huge": _huge,
    "drip": _drip,
    "gzip": _gzip,
    "gzip-gzip": _gzip,
    "redirect": _redirect,
    "html": _html,
    "many-headers": _many_headers,
    "lag": _true,
    "unseen": _true,
    "silent": _true,
    "other-record": mixups.other_record,
    "other-location": mixups.other_location,
    "leftover": mixups.leftover,
}
