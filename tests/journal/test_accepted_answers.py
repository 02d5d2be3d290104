"""Answers about other records, throttles after the commit, two servers at one record: nothing twice, nothing else."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.spec import Plan
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests import calls
from tests.conftest import QUICK, Talk, talking
from tests.incwo.kit import at
from tests.incwo.kit import writes as written
from tests.patience import PATIENCE, until
from tests.sandbox.kit import Clock
from tests.tools.conftest import clock, sandbox
from tests.tools.kit import ACME, JANE, SAUNA, SUPRCORP, WILE, account, undo, writes

__all__ = ["clock", "sandbox"]

pytestmark = pytest.mark.anyio

OTHER = "The answer is about another record than was asked for."
ANN = {"client": "SuprCorp", "first_name": "Ann", "last_name": "Leeward"}


def sent(talk: Talk) -> list[str]:
    return [f"{method} {path}" for method, path, _ in writes(talk)]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_contact", {"contact_id": JANE}),
        ("update_contact", {"contact_id": JANE, "title": "CEO"}),
        ("delete_contact", {"contact_id": JANE}),
        ("toggle_client", {"client_id": ACME}),
        ("update_time_entry", {"time_entry_id": calls.ENTRY, "notes": "x"}),
        ("get_person", {"email": "ana@kestrel.example"}),
    ],
)
async def test_an_answer_about_another_record_is_refused_and_nothing_is_sent(
    sandbox: Sandbox, tool: str, arguments: dict[str, Any]
) -> None:
    other = "/people/33" if "email" in arguments else ""
    sandbox.fail(Fault("other-record", other, times=None))
    async with talking(sandbox, reply="yes", toolsets="all") as talk:
        assert (await talk.error(tool, **arguments)).startswith(OTHER)
        assert sent(talk) == []


async def test_an_answer_about_another_record_of_the_second_system_is_refused() -> None:
    async with at(reply="yes") as talk:
        talk.sandbox.fail(Fault("other-record", times=None))
        for tool in ("get_incwo_firm", "delete_incwo_firm"):
            assert (await talk.error(tool, firm_id=500005)).startswith(OTHER)
            assert written(talk) == []


async def test_a_list_of_another_client_is_no_list_of_this_one(sandbox: Sandbox) -> None:
    sandbox.fail(Fault("other-record", f"/clients/{SAUNA}/contacts", path=f"/clients/{ACME}/contacts", times=None))
    async with talking(sandbox) as talk:
        assert (await talk.error("list_contacts", client=ACME)).startswith(OTHER)


async def test_a_create_that_names_an_older_record_is_told_by_the_one_it_made(sandbox: Sandbox) -> None:
    sandbox.fail(Fault("other-location"))
    async with talking(sandbox, reply="yes") as talk:
        assert (await talk.ok("create_contact", **ANN)).startswith(f'Created contact "Ann Leeward" (158). {undo(1)}\n')
        assert sent(talk) == ["POST /contacts"]
        assert await talk.ok("undo_change", change_id=1) == "Undid change 1: deleted contact 158. That is change 2."
    assert [each["id"] for each in sandbox.rows(CONTACTS)][-1] == 157


async def test_a_create_that_names_an_older_record_and_is_not_found_is_never_undone_upon_it(sandbox: Sandbox) -> None:
    sandbox.fail(Fault("other-location", "10"))
    sandbox.fail(Fault("lag", "30", times=None))
    async with talking(sandbox, reply="yes") as talk:
        assert (await talk.error("create_contact", **ANN)).startswith(
            "The create was accepted, but the answer names contact 10, which was there before."
        )
        await talk.error("undo_change", change_id=1)
        assert sent(talk) == []
        assert json.loads(await talk.ok("get_change", change_id=1))["record"] == "contact (new)"


async def test_a_create_that_names_somebody_elses_new_record_is_told_by_the_one_it_made(sandbox: Sandbox) -> None:
    """Whose id is above every one that was known before."""
    async with talking(sandbox) as talk:
        sandbox.fail(Fault("other-location", "158"))
        other = sandbox.put(CONTACTS, client_id=ACME, first_name="Other", last_name="Body")
        text = await talk.ok("create_contact", **ANN)
        assert (other, text.split("\n")[0]) == (158, f'Created contact "Ann Leeward" (159). {undo(1)}')


SOON = replace(QUICK, lag=0.5)
"""A lag that tests can wait for."""
BRIEF = Plan(calls=100_000, seconds=0.01, pause=0.01)
"""A throttle that is over at once."""
THROTTLED: dict[str, dict[str, Any]] = {
    "create_contact": ANN,
    "update_contact": {"contact_id": JANE, "title": "CEO"},
    "toggle_client": {"client_id": ACME},
    "delete_contact": {"contact_id": WILE},
    "log_time": calls.said("log_time", 1),
    "create_invoice_payment": calls.said("create_invoice_payment", 1),
    "send_invoice": calls.said("send_invoice", 1),
}


@pytest.mark.parametrize("status", ["0", "429 0"])
@pytest.mark.parametrize("tool", THROTTLED)
async def test_a_write_that_was_throttled_after_the_commit_is_not_sent_again(tool: str, status: str) -> None:
    with calls.account() as sandbox:
        for method in ("POST", "PUT", "DELETE"):
            sandbox.fail(Fault("throttle", status, method=method, commit="before"))
        async with talking(sandbox, reply="yes", toolsets="all", account=account(plan=BRIEF)) as talk:
            text = await talk.ok(tool, **THROTTLED[tool])
            assert len(sent(talk)) == 1
            assert "Nothing was" not in text
            assert json.loads(await talk.ok("get_change", change_id=1))["outcome"] == "applied"


async def test_a_create_throttled_before_the_commit_is_sent_again_once_a_look_does_not_show_it(
    sandbox: Sandbox,
) -> None:
    async with talking(sandbox, account=account(plan=BRIEF), timing=SOON) as talk:
        sandbox.fail(Fault("throttle", "0", method="POST"))
        assert (await talk.ok("create_contact", **ANN)).startswith(f'Created contact "Ann Leeward" (158). {undo(1)}\n')
        lines = [f"{seen.method} {seen.path.partition('?')[0]}" for seen in sandbox.seen[-6:]]
        assert lines == [
            *("POST /contacts", *[f"GET /clients/{SUPRCORP}/contacts"] * 2, "POST /contacts"),
            *("GET /contacts/158", f"GET /clients/{SUPRCORP}/contacts"),
        ]


BESIDES = (
    "Harvest also made contact 158, a duplicate, although it answered that it was too busy.",
    "delete_contact(contact_id=158) deletes it.",
)


async def test_a_create_that_was_made_twice_after_all_is_told_so_by_it_its_change_and_its_undo(
    sandbox: Sandbox,
) -> None:
    """The throttled one shows to no look before it is sent again: reads are later than they ever should be."""
    async with talking(sandbox, account=account(plan=BRIEF), timing=SOON, reply="yes") as talk:
        sandbox.fail(Fault("throttle", "0", method="POST", commit="before"))
        sandbox.fail(Fault("lag", "30", path="*/contacts", skip=1, times=2))
        created = await talk.ok("create_contact", **ANN)
        assert created.startswith(f'Created contact "Ann Leeward" (159). {" ".join(BESIDES)}')
        assert json.loads(await talk.ok("get_change", change_id=1))["besides"] == [*BESIDES]
        said = await talk.ok("undo_change", change_id=1)
        assert said == f"Undid change 1: deleted contact 159. That is change 2. {' '.join(BESIDES)}"


async def test_a_throttled_create_waits_for_no_lag_where_a_write_was_just_read_back(
    sandbox: Sandbox, clock: Clock
) -> None:
    """What was read back sooner than the throttle takes shows that a look then proves."""
    async with talking(sandbox, clock=clock, account=account(plan=BRIEF)) as talk:
        await talk.ok("update_contact", contact_id=JANE, title="CEO")
        sandbox.fail(Fault("throttle", "0", method="POST"))
        with anyio.fail_after(PATIENCE):
            assert (await talk.ok("create_contact", **ANN)).startswith('Created contact "Ann Leeward" (158).')


async def test_a_delete_that_answers_404_and_still_shows_is_in_doubt(sandbox: Sandbox, clock: Clock) -> None:
    sandbox.fail(Fault("status", "404", method="DELETE", commit="before"))
    sandbox.fail(Fault("lag", "30", method="GET", times=None))
    async with talking(sandbox, reply="yes", clock=clock) as talk:
        assert (await talk.error("delete_contact", contact_id=WILE)).startswith(
            'No contact 17 in this account, or this user may not see it: "This failed because it was asked to."'
            " (Harvest's words). It still shows, as it may for a minute after a delete. It was not sent a second time."
        )
        clock.turn(31)
        assert json.loads(await talk.ok("get_change", change_id=1))["outcome"] == "applied"


async def test_a_create_waits_for_the_delete_of_its_owner(sandbox: Sandbox, tmp_path: Path) -> None:
    place = str(tmp_path / "state.db")
    sandbox.fail(Fault("delay", "3600", method="DELETE", after=3600))
    async with (
        talking(sandbox, state=place, timing=replace(QUICK, patience=0.0)) as one,
        talking(sandbox, state=place, reply="yes") as other,
        anyio.create_task_group() as group,
    ):
        group.start_soon(lambda: other.call("delete_client", client_id=SAUNA))
        await until(lambda: any(seen.method == "DELETE" for seen in sandbox.seen))
        text = await one.error("create_contact", client=SAUNA, first_name="Ann", last_name="Leeward")
        sandbox.calm()
    assert text.startswith(f"This was not sent to a new contact: client {SAUNA} is being deleted.")
    assert not any(seen.method == "POST" for seen in sandbox.seen)


async def test_a_create_throttled_after_the_commit_is_not_sent_again_where_reads_were_late(
    sandbox: Sandbox, clock: Clock
) -> None:
    async with talking(sandbox, clock=clock, account=account(plan=BRIEF)) as talk:
        sandbox.fail(Fault("lag", "30", method="GET", times=None))
        assert (await talk.ok("update_contact", contact_id=JANE, title="CEO")).startswith("Accepted, not visible yet")
        sandbox.fail(Fault("throttle", "0", method="POST", commit="before"))
        assert "Whether it was carried out is not known." in await talk.error("create_contact", **ANN)
        assert sent(talk) == ["POST /contacts"]
        clock.turn(31)
        assert json.loads(await talk.ok("get_change", change_id=2))["outcome"] == "applied"


async def test_a_delete_that_answers_404_after_it_was_read_is_told_as_done(sandbox: Sandbox) -> None:
    """As where the first answer was lost on the way, and a proxy asked again."""
    sandbox.fail(Fault("status", "404", method="DELETE", commit="before"))
    async with talking(sandbox, reply="yes") as talk:
        assert (await talk.ok("delete_contact", contact_id=WILE)).startswith('Deleted contact "Wile Coyne" (17).')


async def test_of_two_servers_that_flip_one_record_at_once_one_does(sandbox: Sandbox, tmp_path: Path) -> None:
    place, said = str(tmp_path / "state.db"), list[str]()
    async with talking(sandbox, state=place) as one, talking(sandbox, state=place) as other:

        async def flip(talk: Talk) -> None:
            said.append((await talk.call("toggle_client", client_id=ACME, active=False)).text)

        async with anyio.create_task_group() as group:
            group.start_soon(flip, one)
            group.start_soon(flip, other)
    flips = [seen.path for seen in sandbox.seen if seen.method == "POST"]
    assert flips == [f"/clients/{ACME}/toggle"]
    assert sum(text.startswith("Now archived") for text in said) == 1
    assert next(each["active"] for each in sandbox.rows(CLIENTS) if each["id"] == ACME) is False


async def test_a_delete_agreed_to_before_another_server_changed_what_hangs_on_the_record_is_not_sent(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """The other's change comes after its contacts were read for the last time, while its projects are."""
    place, said = str(tmp_path / "state.db"), list[str]()
    contact = sandbox.put(CONTACTS, client_id=SAUNA, first_name="Ann", last_name="Leeward")
    sandbox.fail(Fault("delay", "3600", method="GET", path="/projects", skip=1))
    async with talking(sandbox, state=place) as one, talking(sandbox, state=place, reply="yes") as other:

        async def delete() -> None:
            said.append((await other.call("delete_client", client_id=SAUNA)).text)

        async with anyio.create_task_group() as group:
            group.start_soon(delete)
            await until(lambda: sum(seen.path == "/projects" for seen in sandbox.seen) == 2)
            await one.ok("update_contact", contact_id=contact, title="CEO")
            sandbox.calm()
    assert said == [
        f"This was not sent to client {SAUNA}: contact {contact}, which hangs on it, is being changed or was meanwhile."
        " Nothing was deleted. Read it as it is now, and decide again."
    ]


async def test_a_delete_agreed_to_before_another_server_changed_the_record_is_not_sent(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """The other's change comes after the Yes, while what hangs on the record is read."""
    place, said = str(tmp_path / "state.db"), list[str]()
    sandbox.fail(Fault("delay", "3600", method="GET", path="/projects", skip=1))
    async with talking(sandbox, state=place) as one, talking(sandbox, state=place, reply="yes") as other:

        async def delete() -> None:
            said.append((await other.call("delete_client", client_id=SAUNA)).text)

        async with anyio.create_task_group() as group:
            group.start_soon(delete)
            await until(lambda: sum(seen.path == "/projects" for seen in sandbox.seen) == 2)
            await one.ok("update_client", client_id=SAUNA, details="important")
            sandbox.calm()
    assert said == [
        f"This was not sent to client {SAUNA}: it was changed meanwhile. Nothing was deleted."
        " Read it as it is now, and decide again."
    ]
    assert next(each["details"] for each in sandbox.rows(CLIENTS) if each["id"] == SAUNA) == "important"
