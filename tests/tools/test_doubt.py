"""A write whose answer was lost: looked for, told as it is, and never sent a second time."""

import json
from functools import partial
from typing import Any

import anyio
import pytest

from harvest_mcp.changes import USUAL, Journal, Timing
from harvest_mcp.errors import StateError
from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.conftest import Era, Talk, talking
from tests.patience import until
from tests.sandbox.kit import Clock
from tests.tools.kit import ACME, JANE, SAUNA, WILE, document, undo, writes

pytestmark = pytest.mark.anyio

LOST = "The request was sent once, but its fate is unknown. sandbox.localhost broke the connection off."
NOT_SHOWN = "Harvest does not show the change so far. It was not sent a second time."
UNREAD = "Harvest could not be read since. It was not sent a second time."
SETTLE = "It is change 1 in the journal. Call get_change(change_id=1) in a minute: it looks again and settles this."
DONE = f"Harvest's answer was lost, but the change is there. {undo(1)}"
AGAIN = "undo_change(change_id=1) makes it again under a new id."
ALONE = AGAIN.replace(" again", " again, without its contact and")

WRITES: dict[str, tuple[dict[str, Any], tuple[str, str, bytes], str]] = {
    "create_client": (
        {"name": "Fresh", "details": "a\nb"},
        ("POST", "/clients", document("client", "<name>Fresh</name>", "<details>a\nb</details>")),
        f'Created client "Fresh" (11113). {DONE}\n',
    ),
    "create_contact": (
        {"client": ACME, "first_name": "A", "last_name": "B"},
        (
            "POST",
            "/contacts",
            document(
                "contact",
                '<client-id type="integer">11073</client-id>',
                "<first-name>A</first-name>",
                "<last-name>B</last-name>",
            ),
        ),
        f'Created contact "A B" (158). {DONE}\n',
    ),
    "update_client": (
        {"client_id": ACME, "details": ""},
        ("PUT", "/clients/11073", document("client", "<details></details>")),
        f'Updated client "Acme" (11073). {DONE}\n',
    ),
    "update_contact": (
        {"contact_id": JANE, "first_name": "Janet"},
        ("PUT", "/contacts/9", document("contact", "<first-name>Janet</first-name>")),
        f'Updated contact "Janet Doe" (9). {DONE}\n',
    ),
    "toggle_client": (
        {"client_id": ACME},
        ("POST", "/clients/11073/toggle", b""),
        f'Now archived: client "Acme" (11073). {DONE}\n',
    ),
    "delete_client": (
        {"client_id": SAUNA},
        ("DELETE", "/clients/11112", b""),
        f'Deleted client "Brightwater Sauna Club" (11112) and its 1 contact. {ALONE}',
    ),
    "delete_contact": (
        {"contact_id": WILE},
        ("DELETE", "/contacts/17", b""),
        f'Deleted contact "Wile Coyne" (17). {AGAIN}',
    ),
}
READS_BEFORE = {
    "create_client": 1,
    "create_contact": 1,
    "update_client": 1,
    "update_contact": 1,
    "toggle_client": 1,
    "delete_client": 6,
    "delete_contact": 3,
}


def rows(sandbox: Sandbox) -> list[dict[str, object]]:
    return [dict(row) for resource in (CLIENTS, CONTACTS) for row in sandbox.rows(resource)]


async def told(talk: Talk, tool: str, *, error: bool) -> str:
    """The answer to the tool's write; it was sent exactly once."""
    arguments, sent, _ = WRITES[tool]
    said = await talk.call(tool, **arguments)
    assert said.is_error == error, said.text
    assert writes(talk) == [sent]
    return said.text


async def outcome(talk: Talk) -> str:
    """What the journal says of the first change, once it looked."""
    said: str = json.loads(await talk.ok("get_change", change_id=1))["outcome"]
    return said


@pytest.mark.parametrize("tool", WRITES)
async def test_a_write_carried_out_before_the_line_broke_is_told_as_done(sandbox: Sandbox, era: Era, tool: str) -> None:
    before = rows(sandbox)
    sandbox.fail(Fault("drop", method=WRITES[tool][1][0], commit="before"))
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert (await told(talk, tool, error=False)).startswith(WRITES[tool][2])
        assert await outcome(talk) == "applied"
    assert rows(sandbox) != before


@pytest.mark.parametrize("tool", WRITES)
async def test_a_write_never_carried_out_is_told_as_in_doubt(
    sandbox: Sandbox, clock: Clock, era: Era, tool: str
) -> None:
    before = rows(sandbox)
    sandbox.fail(Fault("drop", method=WRITES[tool][1][0]))
    async with talking(sandbox, era=era, reply="yes", clock=clock) as talk:
        assert await told(talk, tool, error=True) == f"{LOST} {NOT_SHOWN} {SETTLE}"
        clock.turn(USUAL.lag)
        assert await outcome(talk) == "refused"
        assert writes(talk) == []
    assert rows(sandbox) == before


@pytest.mark.parametrize("tool", WRITES)
async def test_a_write_that_cannot_be_looked_for_is_told_as_in_doubt(sandbox: Sandbox, era: Era, tool: str) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        sandbox.fail(Fault("drop", method=WRITES[tool][1][0], commit="before"))
        sandbox.fail(Fault("status", "400", method="GET", skip=READS_BEFORE[tool], times=None))
        assert await told(talk, tool, error=True) == f"{LOST} {UNREAD} {SETTLE}"
        assert await outcome(talk) == "in doubt"
        sandbox.calm()
        assert await outcome(talk) == "applied"
        assert writes(talk) == []


async def test_a_write_carried_out_a_moment_later_is_found_by_a_later_look(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("drop", method="PUT", after=0.1))
    async with talking(sandbox, era=era, timing=Timing(looks=(0.01, 0.3, 0.6))) as talk:
        assert (await told(talk, "update_contact", error=False)).startswith(WRITES["update_contact"][2])


@pytest.mark.parametrize("fault", ["502 html", "500", "503", "504 empty"])
async def test_a_server_error_after_a_write_is_a_doubt_too(sandbox: Sandbox, era: Era, fault: str) -> None:
    sandbox.fail(Fault("status", fault, method="PUT", commit="before"))
    async with talking(sandbox, era=era) as talk:
        assert (await told(talk, "update_contact", error=False)).startswith(WRITES["update_contact"][2])


async def test_a_refused_write_is_no_doubt(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("status", "400", method="PUT"))
    async with talking(sandbox, era=era) as talk:
        assert await told(talk, "update_contact", error=True) == (
            'Harvest refused this (400): "This failed because it was asked to." (Harvest\'s words).'
            " Nothing was changed."
        )
        assert talk.wire() == ["GET /contacts/9", "PUT /contacts/9"]
        assert await outcome(talk) == "refused"


async def test_a_create_whose_answer_names_no_record_is_found_by_a_look(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("garbage", "201", method="POST", commit="before", body=b" "))
    async with talking(sandbox, era=era) as talk:
        assert (await told(talk, "create_client", error=False)).startswith(
            f'Created client "Fresh" (11113). {undo(1)}\n'
        )
        assert talk.wire() == ["GET /clients", "POST /clients", "GET /clients"]


async def test_a_create_whose_answer_names_no_record_and_that_is_not_found_is_in_doubt(
    sandbox: Sandbox, era: Era
) -> None:
    sandbox.fail(Fault("garbage", "201", method="POST", commit="never", body=b" "))
    async with talking(sandbox, era=era) as talk:
        assert await told(talk, "create_client", error=True) == (
            f"The create was accepted, but the answer does not name the new record. {NOT_SHOWN} {SETTLE}"
        )


async def test_somebody_elses_new_record_is_not_taken_for_the_lost_one(sandbox: Sandbox, era: Era) -> None:
    sandbox.put(CONTACTS, client_id=ACME, first_name="A", last_name="B")
    sandbox.fail(Fault("drop", method="POST"))
    async with talking(sandbox, era=era) as talk:
        text = await talk.error("create_contact", client=ACME, first_name="A", last_name="B", allow_duplicate=True)
        assert text == f"{LOST} {NOT_SHOWN} {SETTLE}"


async def test_a_delete_accepted_but_still_shown_is_in_doubt(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("garbage", "200", method="DELETE", commit="never", body=b" "))
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await told(talk, "delete_contact", error=True) == (f"The delete was accepted. {NOT_SHOWN} {SETTLE}")


async def test_a_delete_that_answers_404_of_a_record_that_shows_was_refused_where_reads_are_quick(
    sandbox: Sandbox, clock: Clock, era: Era
) -> None:
    async with talking(sandbox, era=era, reply="yes", clock=clock) as talk:
        await talk.ok("update_contact", contact_id=JANE, title="CEO")
        sandbox.fail(Fault("status", "404", method="DELETE"))
        said = await talk.error("delete_contact", contact_id=WILE)
        assert said.startswith("No contact 17 in this account, or this user may not see it")
        assert "Nothing was deleted." in said
        assert json.loads(await talk.ok("get_change", change_id=2))["outcome"] == "refused"


async def test_a_write_that_takes_too_long_in_all_is_told_as_in_doubt(
    sandbox: Sandbox,
) -> None:
    sandbox.fail(Fault("delay", "3600", method="PUT"))
    async with talking(sandbox, timing=Timing(longest=2.0)) as talk:
        assert await told(talk, "update_contact", error=True) == (
            "The request was sent once, and no time was left to see what came of it. It was not sent a second time. "
            f"{SETTLE}"
        )
        assert await outcome(talk) == "applied"


@pytest.mark.parametrize("tool", WRITES)
@pytest.mark.eras
async def test_a_write_goes_on_when_its_caller_leaves(sandbox: Sandbox, era: Era, tool: str) -> None:
    arguments, sent, _ = WRITES[tool]
    before = rows(sandbox)
    sandbox.fail(Fault("delay", "0.15", method=sent[0], after=0.1))
    async with talking(sandbox, era=era, reply="yes") as talk:
        async with anyio.create_task_group() as caller:
            caller.start_soon(partial(talk.call, tool, **arguments))
            await until(lambda: writes(talk) == [sent])
            caller.cancel_scope.cancel()
        await until(lambda: sandbox.seen[-1].method == "GET" and sandbox.seen[-1].status != 0)
        assert writes(talk) == [sent]
        assert rows(sandbox) != before
        await talk.ok("list_clients", limit=1)


async def test_the_same_create_is_not_sent_while_the_first_is_still_under_way(sandbox: Sandbox, era: Era) -> None:
    arguments, sent, _ = WRITES["create_client"]
    sandbox.fail(Fault("delay", "3600", method="POST", after=3600))
    async with talking(sandbox, era=era, timing=Timing(patience=0.1)) as talk:
        async with anyio.create_task_group() as caller:
            caller.start_soon(partial(talk.ok, "create_client", **arguments))
            await until(lambda: writes(talk) == [sent])
            assert await talk.error("create_client", **arguments) == (
                f"The same was sent before, and its fate is unknown. It was not sent a second time. {SETTLE}"
            )
            assert writes(talk) == []
            sandbox.calm()
        assert await outcome(talk) == "applied"
    assert [call.method for call in sandbox.seen if call.method != "GET"] == ["POST"]


async def test_a_write_whose_outcome_could_not_be_noted_is_settled_once_nobody_is_at_it(
    sandbox: Sandbox, era: Era, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise StateError("The disk is full.")

    now = [1_800_000_000.0]
    async with talking(sandbox, era=era, clock=lambda: now[0]) as talk:
        with monkeypatch.context() as store:
            store.setattr(Journal, "close", full)
            text = await told(talk, "update_contact", error=False)
            unnoted = "The disk is full. This outcome is noted with the next write."
            assert text.startswith(f'Updated contact "Janet Doe" (9). {unnoted} {undo(1)}\n')
        assert await outcome(talk) == "intended"
        now[0] += 301
        assert await outcome(talk) == "applied"


async def test_a_web_page_beside_a_404_hides_neither_a_delete_nor_a_missing_record(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        sandbox.fail(Fault("status", "404 html", method="GET", path="/contacts/17", skip=2))
        assert (await talk.ok("delete_contact", contact_id=17)).startswith('Deleted contact "Wile Coyne" (17).')
        assert talk.wire()[-2:] == ["DELETE /contacts/17", "GET /contacts/17"]
        sandbox.fail(Fault("status", "404 html", method="GET", path="/clients/*"))
        assert await talk.error("get_client", client_id=99) == (
            "No client 99 in this account, or this user may not see it. Call list_clients for ids."
        )
        sandbox.fail(Fault("status", "404 html", path="/account/who_am_i"))
        assert await talk.error("who_am_i") == (
            "The address knows no /account/who_am_i (404), which Harvest's XML API has. "
            "Check the address with `harvest-mcp doctor`. The API seems to be off there; move to API v2: make a token "
            "at id.getharvest.com/developers, set HARVEST_ACCESS_TOKEN, and take HARVEST_URL, HARVEST_EMAIL and "
            "HARVEST_PASSWORD out."
        )
