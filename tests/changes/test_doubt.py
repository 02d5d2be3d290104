"""A write without an answer is sent once, looked for, and told as it is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import anyio
import pytest

from harvest_mcp.api import Api
from harvest_mcp.changes import USUAL, Change, Changes, Timing
from harvest_mcp.changes.looking import differing
from harvest_mcp.errors import InDoubt, NotFound, Refused, Unreachable
from harvest_mcp.gateway import Waiting, nobody
from harvest_mcp.gateway.client import Limits
from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.spec import Scalar, Scope
from harvest_mcp.spec.exchange import Request, Response
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST
from tests.holds import holds_for
from tests.patience import PATIENCE

from ..conftest import QUICK
from .kit import (
    DOLLARS,
    KINDS,
    LIMITS,
    Write,
    at_no_time,
    at_once,
    entries,
    every_kind,
    highest,
    journal,
    lay,
    outcomes,
    patiently,
    read,
    row,
    stored,
    working,
)

pytestmark = pytest.mark.anyio
LATE = 0.25
"""Seconds after which a write is carried out although its caller has given up."""

APPLIED: Mapping[str, Fault] = {
    "dropped after the commit": Fault("drop", commit="before"),
    "reset after the commit": Fault("drop", "reset", commit="before"),
    "dropped, then committed": Fault("drop", after=LATE),
    "reset, then committed": Fault("drop", "reset", after=LATE),
    "silent after the commit": Fault("delay", "3600"),
    "silent, then committed": Fault("delay", "3600", after=LIMITS.read + LATE),
    "cut short": Fault("truncate", "1"),
    "502 after the commit": Fault("status", "502 html", commit="before"),
    "502, then committed": Fault("status", "502", after=LATE),
    "503 of a proxy after the commit": Fault("throttle", "none", commit="before"),
    "packed twice": Fault("gzip-gzip", "1"),
    "200 with a web page": Fault("html", commit="before"),
    "redirected after the commit": Fault("redirect", "/account/sign_in", commit="before"),
    "too many headers": Fault("many-headers", "20000"),
}
NEVER: Mapping[str, Fault] = {
    "dropped": Fault("drop"),
    "reset": Fault("drop", "reset"),
    "silent": Fault("delay", "3600", commit="never"),
    "502": Fault("status", "502"),
    "500 with nothing": Fault("status", "500 empty"),
    "a web page": Fault("html"),
    "redirected": Fault("redirect"),
}
ACCEPTED_AND_NOT_DONE = Fault("status", "200 empty", commit="never")
LEFT = (
    " It was not sent a second time. It is change {id} in the journal."
    " Call get_change(change_id={id}) in a minute: it looks again and settles this."
)


def until_done(*writes: Write) -> Callable[[float], Awaitable[None]]:
    """A pause before a look at once, then pauses that last until the writes have been carried out."""

    async def sleep(seconds: float) -> None:
        while seconds and not all(write.effects() for write in writes):  # noqa: ASYNC110 - a thread carries them out
            await anyio.sleep(0.005)

    return sleep


def for_(fault: Fault) -> Limits:
    """Limits short enough for a silence, otherwise long enough for a slow machine."""
    return LIMITS if fault.name == "delay" else patiently()


@pytest.mark.parametrize("fault", APPLIED)
async def test_a_write_that_was_carried_out_is_found_and_told_as_done(fault: str, sandbox: Sandbox) -> None:
    every = every_kind(sandbox)
    for write in every.values():
        sandbox.fail(replace(APPLIED[fault], method=write.method, path=write.path))
    async with working(sandbox, limits=for_(APPLIED[fault])) as changes:
        ends = await at_once(replace(changes, sleep=until_done(*every.values())), every)
        assert await outcomes(changes) == ["applied"] * len(every)
    for kind, write in every.items():
        change = ends[kind]
        assert isinstance(change, Change), str(change)
        assert (write.effects(), write.sent(sandbox)) == (1, 1)
        assert (change.settled, change.differs, stored(sandbox, change)) == (True, (), True)


@pytest.mark.parametrize("fault", NEVER)
async def test_a_write_that_cannot_be_found_is_told_as_in_doubt_and_not_sent_again(
    fault: str, sandbox: Sandbox
) -> None:
    every = every_kind(sandbox)
    for write in every.values():
        sandbox.fail(replace(NEVER[fault], method=write.method, path=write.path))
    async with working(sandbox, limits=for_(NEVER[fault])) as changes:
        ends = await at_once(changes, every)
        kept = {entry.verb: entry for entry in await entries(changes)}
    for kind, write in every.items():
        assert (write.effects(), write.sent(sandbox)) == (0, 1)
        assert isinstance(ends[kind], InDoubt)
        assert kept[kind].outcome == "in doubt"
        told = str(ends[kind])
        assert told.startswith("The request was sent once, but its fate is unknown. ")
        assert told.endswith(" Harvest does not show the change so far." + LEFT.format(id=kept[kind].id))


async def test_a_write_that_works_is_sent_once_and_read_back(sandbox: Sandbox) -> None:
    async with working(sandbox, limits=patiently()) as changes:
        for write in every_kind(sandbox).values():
            before = len(sandbox.seen)
            change = await write.do(changes)
            assert (write.effects(), write.sent(sandbox), change.settled) == (1, 1, False)
            assert stored(sandbox, change)
            lines = [f"{seen.method} {seen.path}" for seen in sandbox.seen[before:]]
            assert lines == [f"{write.method} {write.path}", f"GET /clients/{change.id}"]
        assert await outcomes(changes) == ["applied"] * len(KINDS)


async def test_a_throttled_write_is_sent_again_after_a_look_that_does_not_show_it(sandbox: Sandbox) -> None:
    every = every_kind(sandbox)
    for write in every.values():
        sandbox.fail(Fault("throttle", "0", method=write.method, path=write.path, times=2))
    async with working(sandbox, limits=patiently()) as changes:
        ends = await at_once(replace(changes, timing=replace(QUICK, lag=0.2)), every)
    assert all(isinstance(end, Change) for end in ends.values())
    assert {kind: (write.effects(), write.sent(sandbox)) for kind, write in every.items()} == dict.fromkeys(
        KINDS, (1, 3)
    )
    # Of the create two before each time that it is sent again, and one that looks for a second record.
    assert sum(seen.path == "/clients" and seen.method == "GET" for seen in sandbox.seen) == 5


async def test_where_reads_were_late_a_throttled_write_is_sent_again_if_twice_is_as_good_as_once(
    sandbox: Sandbox,
) -> None:
    every = every_kind(sandbox)
    for write in every.values():
        sandbox.fail(Fault("throttle", "0", method=write.method, path=write.path, times=2))
    async with working(sandbox, limits=patiently()) as changes:
        changes.saw_late()
        ends = await at_once(changes, every)
    for kind, write in every.items():
        again = kind in ("update", "delete")
        assert (write.effects(), write.sent(sandbox)) == ((1, 3) if again else (0, 1))
        assert isinstance(ends[kind], Change if again else InDoubt)


async def test_a_refused_write_is_told_as_refused_without_a_look(sandbox: Sandbox) -> None:
    every = every_kind(sandbox)
    sandbox.fail(Fault("status", "400", headers=(("Hint", "Not today."),), times=None))
    async with working(sandbox, limits=patiently()) as changes:
        ends = await at_once(changes, every)
        assert await outcomes(changes) == ["refused"] * len(every)
    for kind, write in every.items():
        assert (write.effects(), write.sent(sandbox)) == (0, 1)
        assert str(ends[kind]) == 'Harvest refused this (400): "Not today." (Harvest\'s words).'
        assert type(ends[kind]) is Refused
    assert len(sandbox.seen) == len(every)


@pytest.mark.parametrize("kind", ["update", "toggle"])
async def test_a_write_to_a_record_that_is_gone_is_told_as_such(kind: str, sandbox: Sandbox) -> None:
    write = KINDS[kind](sandbox, "Nordlicht")
    sandbox.store.delete(CLIENTS, int(write.path.split("/")[2]))
    async with working(sandbox, limits=patiently()) as changes:
        with pytest.raises(NotFound, match="Call list_clients for ids"):
            await write.do(changes)
        assert await outcomes(changes) == ["refused"]


async def test_a_delete_of_a_record_that_went_since_it_was_read_is_told_as_done(sandbox: Sandbox) -> None:
    write = KINDS["delete"](sandbox, "Nordlicht")
    sandbox.store.delete(CLIENTS, int(write.path.split("/")[2]))
    async with working(sandbox, limits=patiently()) as changes:
        assert (await write.do(changes)).record is None
        assert await outcomes(changes) == ["applied"]


async def test_a_write_that_never_connected_is_told_as_such_without_a_look(sandbox: Sandbox) -> None:
    every, sent = every_kind(sandbox), list[str]()

    async def nowhere(request: Request, *, waiting: Waiting = nobody) -> Response:
        sent.append(f"{request.method} {request.path}")
        raise Unreachable("No way.")

    with journal() as kept:
        changes = Changes(Api(HARVEST, nowhere), kept, "test")
        ends = await at_once(changes, every)
        assert await outcomes(changes) == ["refused"] * len(every)
    assert {kind: type(end) for kind, end in ends.items()} == dict.fromkeys(KINDS, Unreachable)
    assert sorted(sent) == sorted(f"{write.method} {write.path}" for write in every.values())


@pytest.mark.parametrize(
    "fault",
    [Fault("drop"), Fault("status", "500"), Fault("garbage"), Fault("delay", "3600")],
    ids=lambda fault: f"{fault.name} {fault.value}",
)
async def test_a_write_that_was_accepted_is_not_told_as_failed_when_it_cannot_be_read_back(
    fault: Fault, sandbox: Sandbox
) -> None:
    every = {kind: write for kind, write in every_kind(sandbox).items() if kind != "delete"}
    sandbox.fail(replace(fault, method="GET", path="/clients/*", times=None))
    async with working(sandbox, limits=for_(fault)) as changes:
        ends = await at_once(changes, every)
        assert await outcomes(changes) == ["accepted"] * len(every)
    for kind, end in ends.items():
        change, write = end, every[kind]
        assert isinstance(change, Change)
        assert (write.effects(), write.sent(sandbox)) == (1, 1)
        assert change == Change(change.id, None, change.entry, unseen="failed")
        assert str(row(sandbox, change.id)["name"]).startswith("Nordlicht")


async def test_a_create_whose_answer_names_no_record_is_found(sandbox: Sandbox) -> None:
    write = KINDS["create"](sandbox, "Nordlicht")
    sandbox.fail(Fault("status", "201 empty", method="POST", commit="before"))
    async with working(sandbox, limits=patiently()) as changes:
        change = await write.do(changes)
    assert (write.effects(), write.sent(sandbox), change.settled) == (1, 1, False)
    assert stored(sandbox, change)


async def test_a_create_whose_answer_names_no_record_and_cannot_be_found_says_that_it_was_accepted(
    sandbox: Sandbox,
) -> None:
    write = KINDS["create"](sandbox, "Nordlicht")
    sandbox.fail(Fault("status", "201 empty", method="POST"))
    async with working(sandbox, limits=patiently()) as changes:
        with pytest.raises(InDoubt) as doubt:
            await write.do(changes)
    assert str(doubt.value) == (
        "The create was accepted, but the answer does not name the new record. "
        "Harvest does not show the change so far." + LEFT.format(id=1)
    )


async def test_a_delete_that_was_accepted_and_not_carried_out_is_in_doubt(sandbox: Sandbox) -> None:
    write = KINDS["delete"](sandbox, "Nordlicht")
    sandbox.fail(replace(ACCEPTED_AND_NOT_DONE, method="DELETE"))
    async with working(sandbox, limits=patiently()) as changes:
        with pytest.raises(InDoubt, match=r"^The delete was accepted\. Harvest does not show the change so far\."):
            await write.do(changes)
    assert (write.effects(), write.sent(sandbox)) == (0, 1)


async def test_a_toggle_that_was_accepted_and_not_carried_out_is_in_doubt(sandbox: Sandbox) -> None:
    """Telling it as done, with the old state beside, would be telling it wrongly."""
    write = KINDS["toggle"](sandbox, "Nordlicht")
    sandbox.fail(replace(ACCEPTED_AND_NOT_DONE, method="POST"))
    async with working(sandbox, limits=patiently()) as changes:
        with pytest.raises(InDoubt, match=r"^The toggle was accepted\. Harvest does not show the change so far\."):
            await write.do(changes)
    assert (write.effects(), write.sent(sandbox)) == (0, 1)


async def test_a_toggle_the_vendor_carries_out_a_moment_later_is_waited_for(sandbox: Sandbox) -> None:
    write = KINDS["toggle"](sandbox, "Nordlicht")
    sandbox.fail(Fault("status", "200 empty", method="POST", after=0.05))
    async with working(sandbox, limits=patiently()) as changes:
        change = await write.do(replace(changes, sleep=until_done(write)))
    assert (write.effects(), write.sent(sandbox), change.settled, change.differs) == (1, 1, False, ())
    assert stored(sandbox, change)


async def test_what_the_vendor_stored_otherwise_is_named(sandbox: Sandbox) -> None:
    id = lay(sandbox, "Nordlicht")
    async with working(sandbox, limits=patiently()) as changes:
        line = changes.api.send

        async def folding(request: Request, *, waiting: Waiting = nobody) -> Response:
            answer = await line(request, waiting=waiting)
            if request.writes:
                sandbox.store.update(CLIENTS, id, {"name": "Suedwind"})
            return answer

        folded = replace(changes, api=replace(changes.api, send=folding))
        change = await folded.update(Scope(CLIENTS), read(sandbox, id), {"name": "Südwind", "currency": DOLLARS})
    assert change.differs == ("name",)


async def test_an_update_that_was_accepted_and_not_carried_out_is_not_told_as_done(sandbox: Sandbox) -> None:
    id, now = lay(sandbox, "Nordlicht"), [1_800_000_000.0]
    sandbox.fail(replace(ACCEPTED_AND_NOT_DONE, method="PUT"))
    async with working(sandbox, limits=patiently()) as changes:
        changes.journal.clock = changes.journal.state.clock = lambda: now[0]
        change = await changes.update(Scope(CLIENTS), read(sandbox, id), {"name": "Südwind", "currency": DOLLARS})
        assert (change.record, change.unseen) == (None, "late")
        for later, outcome in ((0, "accepted"), (USUAL.lag, "no effect")):
            now[0] += later
            (entry,) = await entries(changes)
            assert (await changes.settle(Scope(CLIENTS), entry)).outcome == outcome


@pytest.mark.parametrize("failing", [1, 2])
async def test_looks_that_fail_are_made_again(failing: int, sandbox: Sandbox) -> None:
    write = KINDS["update"](sandbox, "Nordlicht")
    sandbox.fail(Fault("drop", method="PUT", commit="before"))
    sandbox.fail(Fault("status", "401", method="GET", times=failing))
    async with working(sandbox, limits=patiently()) as changes:
        change = await write.do(changes)
    assert (write.effects(), write.sent(sandbox), change.settled) == (1, 1, True)


async def test_when_no_look_succeeds_the_doubt_says_so(sandbox: Sandbox) -> None:
    write = KINDS["update"](sandbox, "Nordlicht")
    sandbox.fail(Fault("drop", method="PUT", commit="before"))
    sandbox.fail(Fault("status", "401", method="GET", times=None))
    async with working(sandbox, limits=patiently()) as changes:
        with pytest.raises(InDoubt, match=r"Harvest could not be read since\. It was not sent a second time"):
            await write.do(changes)
    assert (write.effects(), write.sent(sandbox)) == (1, 1)


async def test_looks_come_a_moment_after_the_doubt_and_later_and_later(
    sandbox: Sandbox,
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    write = KINDS["toggle"](sandbox, "Nordlicht")
    sandbox.fail(Fault("drop", method="POST"))
    async with working(sandbox, limits=patiently()) as changes:
        with pytest.raises(InDoubt):
            await write.do(replace(changes, sleep=sleep, timing=USUAL))
    assert slept == [0.3, 1.0, 2.0]
    assert write.sent(sandbox) == 1


async def test_a_create_in_doubt_is_not_mistaken_for_an_equal_record_that_was_there(sandbox: Sandbox) -> None:
    values: dict[str, Scalar] = {"client_id": 11072, "first_name": "Jane", "last_name": "Twin"}
    older = sandbox.put(CONTACTS, **values)
    above = highest(sandbox, CONTACTS)
    async with working(sandbox, limits=patiently()) as changes:
        sandbox.fail(Fault("drop", method="POST"))
        with pytest.raises(InDoubt):
            await changes.create(Scope(CONTACTS), values, above=above, once=False)
        sandbox.fail(Fault("drop", method="POST", commit="before"))
        change = await changes.create(Scope(CONTACTS), values, above=above, once=False)
    twins = [row["id"] for row in sandbox.rows(CONTACTS) if row["last_name"] == "Twin"]
    assert twins == [older, change.id]


async def test_a_create_in_doubt_stays_so_when_somebody_else_made_an_equal_record(sandbox: Sandbox) -> None:
    """Which of the two is ours cannot be told."""
    values: dict[str, Scalar] = {"client_id": 11072, "first_name": "Jane", "last_name": "Twin"}
    above = highest(sandbox, CONTACTS)
    sandbox.fail(Fault("drop", method="POST", commit="before"))
    sandbox.put(CONTACTS, **values)
    async with working(sandbox, limits=patiently()) as changes:
        with pytest.raises(InDoubt):
            await changes.create(Scope(CONTACTS), values, above=above, once=False)
        assert await outcomes(changes) == ["in doubt"]
    assert [seen.path for seen in sandbox.seen if seen.method == "POST"] == ["/contacts"]


async def test_a_write_in_doubt_never_outlasts_its_deadline(sandbox: Sandbox) -> None:
    write = KINDS["update"](sandbox, "Nordlicht")
    sandbox.fail(Fault("delay", "3600", times=None, commit="before"))
    async with working(sandbox) as changes:
        with anyio.fail_after(PATIENCE), pytest.raises(InDoubt, match="no time was left to see what came of it"):
            await write.do(replace(changes, timing=Timing(longest=2.0)))
    assert (write.effects(), write.sent(sandbox)) == (1, 1)


@holds_for(("sent", "stored"), [("a\r\nb", "a\nb"), (" a ", "a"), ("", None), (None, ""), ("a", "a")])
def test_line_ends_outer_blanks_and_emptiness_are_no_difference(sent: str | None, stored: str | None) -> None:
    record = CLIENTS.record(id=1, details=stored)
    assert differing(record, {"details": sent}) == ()


@holds_for(("sent", "stored"), [("a", "b"), ("a", None), (None, "a"), ("A", "a"), ("a b", "a  b")])
def test_anything_else_is_a_difference(sent: str | None, stored: str | None) -> None:
    record = CLIENTS.record(id=1, details=stored)
    assert differing(record, {"details": sent}) == ("details",)


async def test_the_minute_a_server_has_to_show_a_write_begins_when_it_was_given_up(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write may have waited for its turn; its age in the journal says nothing then."""
    now = [1_800_000_000.0]
    write = KINDS["update"](sandbox, "Nordlicht")
    sandbox.fail(Fault("drop", method="PUT"))
    async with working(sandbox, limits=patiently()) as changes:
        monkeypatch.setattr(changes.journal.state, "clock", lambda: now[0])

        async def late(request: Request, *, waiting: Waiting = nobody) -> Response:
            now[0] += 60
            return await changes.api.send(request, waiting=waiting)

        with pytest.raises(InDoubt):
            await write.do(replace(changes, api=replace(changes.api, send=late), sleep=at_no_time))
        for later, outcome in ((59, "in doubt"), (61, "refused")):
            now[0] = 1_800_000_060.0 + len(QUICK.looks) * 60 + later
            (entry,) = await entries(changes)
            assert (await changes.settle(Scope(CLIENTS), entry)).outcome == outcome


async def test_a_fault_of_ours_leaves_a_write_in_doubt_and_nobody_waiting(sandbox: Sandbox) -> None:
    id = lay(sandbox, "Faulty")
    async with working(sandbox) as changes:
        line = changes.api.send

        async def broken(request: Request, *, waiting: Waiting = nobody) -> Response:
            if request.writes:
                raise RuntimeError("a bug")
            return await line(request, waiting=waiting)

        faulty = replace(changes, api=replace(changes.api, send=broken))
        record = await faulty.current(Scope(CLIENTS), id)
        with pytest.raises(RuntimeError):
            await faulty.update(Scope(CLIENTS), record, {"details": "new"})
        assert await outcomes(changes) == ["in doubt"]
