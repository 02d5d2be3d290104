"""Under `token` a code stands for one yes to one question: used once, for five minutes, and for nothing else."""

from functools import partial
from pathlib import Path

import anyio
import pytest

from harvest_mcp.changes import USUAL
from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests import conftest
from tests.approval.kit import OLD, OTHER, UNKNOWN, deletes
from tests.conftest import Era, Talk
from tests.patience import until
from tests.sandbox.kit import Clock
from tests.tools.kit import ACME, SUPRCORP, WILE, account, code, writes

pytestmark = pytest.mark.anyio

talking = partial(conftest.talking, confirm="token")
DELETED = 'Deleted contact "Wile Coyne" (17). undo_change(change_id=1) makes it again under a new id.'
ALREADY = "Contact 17 is deleted already; that was change 1."


async def asked(talk: Talk, tool: str, **arguments: object) -> str:
    """The code of a fresh question."""
    return code(await talk.error(tool, **arguments))


async def refused(talk: Talk, tool: str, **arguments: object) -> str:
    """Why a delete was refused; no DELETE was sent."""
    text = await talk.error(tool, **arguments)
    assert writes(talk) == []
    return text


async def test_a_code_is_used_up_by_a_delete_the_vendor_refuses(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        once = await asked(talk, "delete_client", client_id=SUPRCORP)
        assert (await talk.error("delete_client", client_id=SUPRCORP, confirm=once)).startswith("Harvest refused this")
        assert await refused(talk, "delete_client", client_id=SUPRCORP, confirm=once) == UNKNOWN


async def test_a_code_does_not_delete_a_record_that_came_back(sandbox: Sandbox, era: Era) -> None:
    before, clock = sandbox.rows(CONTACTS)[8], Clock()
    assert before["id"] == WILE
    async with talking(sandbox, era=era, clock=clock) as talk:
        once = await asked(talk, "delete_contact", contact_id=WILE)
        await talk.ok("delete_contact", contact_id=WILE, confirm=once)
        clock.turn(USUAL.lag)  # before, a read that shows it is late
        sandbox.put(CONTACTS, **before)
        assert await refused(talk, "delete_contact", contact_id=WILE, confirm=once) == UNKNOWN
    assert sandbox.store.get(CONTACTS, WILE) == before


async def test_a_code_lasts_five_minutes_and_no_longer(sandbox: Sandbox, era: Era) -> None:
    clock = Clock()
    async with talking(sandbox, era=era, clock=clock) as talk:
        late = await asked(talk, "delete_contact", contact_id=WILE)
        clock.turn(300.1)
        assert await refused(talk, "delete_contact", contact_id=WILE, confirm=late) == OLD
        assert await refused(talk, "delete_contact", contact_id=WILE, confirm=late) == UNKNOWN
        in_time = await asked(talk, "delete_contact", contact_id=WILE)
        clock.turn(300)
        await talk.ok("delete_contact", contact_id=WILE, confirm=in_time)


@pytest.mark.eras
async def test_a_code_is_for_its_own_record(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        of_wile = await asked(talk, "delete_contact", contact_id=WILE)
        assert await refused(talk, "delete_contact", contact_id=18, confirm=of_wile) == OTHER
        assert await refused(talk, "delete_contact", contact_id=WILE, confirm=of_wile) == UNKNOWN


async def test_a_code_is_for_its_own_tool(sandbox: Sandbox, era: Era) -> None:
    sandbox.put(CLIENTS, id=WILE, name="Wile Coyne", active=True)
    async with talking(sandbox, era=era) as talk:
        of_contact = await asked(talk, "delete_contact", contact_id=WILE)
        assert await refused(talk, "delete_client", client_id=WILE, confirm=of_contact) == OTHER


async def test_a_code_dies_when_the_record_changes(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        stale = await asked(talk, "delete_contact", contact_id=WILE)
        sandbox.store.update(CONTACTS, WILE, {"title": "Chair"})
        assert await refused(talk, "delete_contact", contact_id=WILE, confirm=stale) == OTHER


async def test_a_code_dies_when_what_hangs_on_the_record_changes(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        stale = await asked(talk, "delete_client", client_id=ACME)
        sandbox.put(CONTACTS, client_id=ACME, first_name="A", last_name="B")
        assert await refused(talk, "delete_client", client_id=ACME, confirm=stale) == OTHER


async def test_a_code_dies_when_what_hangs_on_the_record_cannot_be_counted_any_more(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        stale = await asked(talk, "delete_client", client_id=ACME)
        sandbox.fail(Fault("status", "404", path="/projects"))
        assert await refused(talk, "delete_client", client_id=ACME, confirm=stale) == OTHER


@pytest.mark.parametrize("forged", ["yes", "true", "x" * 22, "⟦", "Delete contact", "é" * 22, "\u202e", "x" * 255])
async def test_a_forged_code_is_refused(sandbox: Sandbox, era: Era, forged: str) -> None:
    async with talking(sandbox, era=era) as talk:
        real = await asked(talk, "delete_contact", contact_id=WILE)
        assert await refused(talk, "delete_contact", contact_id=WILE, confirm=forged) == UNKNOWN
        await talk.ok("delete_contact", contact_id=WILE, confirm=real)


async def test_a_code_is_known_to_every_server_on_the_same_store_and_to_no_other(
    sandbox: Sandbox, era: Era, tmp_path: Path
) -> None:
    place = str(tmp_path / "state.db")
    async with talking(sandbox, era=era, state=place) as one:
        once = await asked(one, "delete_contact", contact_id=WILE)
    async with talking(sandbox, era=era) as elsewhere, talking(sandbox, era=era, state=place) as next_one:
        assert await refused(elsewhere, "delete_contact", contact_id=WILE, confirm=once) == UNKNOWN
        await next_one.ok("delete_contact", contact_id=WILE, confirm=once)


async def test_every_question_has_a_code_of_its_own(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        first = await asked(talk, "delete_contact", contact_id=WILE)
        second = await asked(talk, "delete_contact", contact_id=WILE)
        assert first != second
        await talk.ok("delete_contact", contact_id=WILE, confirm=first)
        for code in (second, first):
            told = await talk.ok("delete_contact", contact_id=WILE, confirm=code)
            assert told == ALREADY
            assert talk.wire() == []


async def test_of_64_uses_at_once_exactly_one_deletes(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("delay", "0.2", method="DELETE", after=0.2))
    texts: list[str] = []

    async with talking(sandbox, era=era, account=account()) as talk:
        once = await asked(talk, "delete_contact", contact_id=WILE)

        async def use() -> None:
            texts.append((await talk.call("delete_contact", contact_id=WILE, confirm=once)).text)

        async with anyio.create_task_group() as together:
            for _ in range(64):
                together.start_soon(use)
    assert texts.count(DELETED) == 1
    assert texts.count(UNKNOWN) + texts.count(ALREADY) == 63
    assert deletes(sandbox) == ["/contacts/17"]


@pytest.mark.eras
async def test_a_delete_said_again_while_it_is_under_way_waits_for_it(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("delay", "0.5", method="DELETE", commit="before"))
    async with talking(sandbox, era=era, account=account()) as talk:
        once = await asked(talk, "delete_contact", contact_id=WILE)
        async with anyio.create_task_group() as together:
            together.start_soon(partial(talk.ok, "delete_contact", contact_id=WILE, confirm=once))
            await until(lambda: deletes(sandbox) == ["/contacts/17"])
            for given in ({}, {"confirm": once}):
                assert await talk.ok("delete_contact", contact_id=WILE, **given) == ALREADY


async def test_a_delete_of_what_is_gone_at_the_second_look_says_which_change_deleted_it(
    sandbox: Sandbox, era: Era
) -> None:
    before = sandbox.store.get(CONTACTS, WILE)
    assert before is not None
    async with talking(sandbox, era=era, account=account()) as talk:
        once = await asked(talk, "delete_contact", contact_id=WILE)
        await talk.ok("delete_contact", contact_id=WILE, confirm=once)
        sandbox.put(CONTACTS, **before)
        sandbox.fail(Fault("status", "404", method="GET", path="/contacts/17", skip=1, times=None))
        assert await talk.ok("delete_contact", contact_id=WILE) == ALREADY
    assert deletes(sandbox) == ["/contacts/17"]
