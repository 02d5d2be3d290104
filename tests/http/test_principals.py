"""Several people in one account: what is kept for one of them is nobody else's."""

import random
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import mcp_types as types
import pytest

from harvest_mcp.commands import journal
from harvest_mcp.config import settings
from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.systems.harvest import CONTACTS
from tests.conftest import Talk
from tests.http.kit import SIGNED_IN, Hosted, asked, call, message, said
from tests.http.provider import Provider

pytestmark = pytest.mark.anyio


@pytest.fixture
async def two(team: Hosted, provider: Provider) -> AsyncIterator[tuple[Talk, Talk]]:
    """Ana and Ben, both with forms."""
    async with (
        team.talk(token=provider.token("ana"), reply="yes") as ana,
        team.talk(token=provider.token("ben"), reply="yes") as ben,
    ):
        yield ana, ben


async def test_a_change_names_the_person_and_is_theirs_alone(
    two: tuple[Talk, Talk], team: Hosted, provider: Provider
) -> None:
    ana, ben = two
    await ana.ok("update_contact", contact_id=9, title="CEO")
    assert f'"by":"ana at {provider.issuer}"' in await ana.ok("get_change", change_id=1)
    assert await ben.ok("list_changes") == "# 0 changes"
    for tool in ("get_change", "undo_change"):
        assert (await ben.error(tool, change_id=1)).startswith("Change 1 is not known here.")
    assert await ben.ok("list_changes", record="contact 9") == "# 0 changes"
    assert (await ana.ok("undo_change", change_id=1)).startswith("Undid change 1: ")


async def test_nobody_is_completed_what_another_has_seen(two: tuple[Talk, Talk]) -> None:
    ana, ben = two
    await ana.ok("list_clients")
    clients = types.ResourceTemplateReference(uri="harvest://client/{id}")
    for talk, names in ((ana, ["SuprCorp"]), (ben, [])):
        told = await talk.client.complete(clients, {"name": "id", "value": "suprc"})
        assert told.completion.values == names
    read = (await ben.client.read_resource("harvest://client/SuprCorp")).contents[0]
    assert isinstance(read, types.TextResourceContents)
    assert read.text == await ben.ok("get_client", client_id="SuprCorp")


async def test_the_operator_sees_who_changed_what(
    sandbox: Sandbox,
    provider: Provider,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    state = str(tmp_path / "state.db")
    async with asked(sandbox, {**SIGNED_IN, "issuer": provider.issuer}, state=state) as team:
        for who in ("ana", "ben"):
            await team.post(call("update_contact", contact_id=9, title=who), provider.token(who))
    chosen = settings.read({"state": state})
    told = await anyio.to_thread.run_sync(lambda: journal.changes(chosen, {"harvest": sandbox}, **EVERY))
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert told == 0
    assert rows[0][:4] == ["id", "at", "who", "tool"]
    assert [row[3:6] for row in rows[1:]] == [[who, "at", provider.issuer] for who in ("ben", "ana")]


EVERY: dict[str, Any] = {"tool": None, "record": None, "limit": 20, "as_json": False}


async def test_the_same_name_at_another_provider_is_another_person(
    team: Hosted, provider: Provider, sandbox: Sandbox
) -> None:
    await team.post(call("update_contact", contact_id=9, title="CEO"), provider.token("ana"))
    entry = said(await team.post(call("get_change", change_id=1), provider.token("ana")))
    assert f"ana at {provider.issuer}" in entry.text
    other = provider.token("ana", iss=f"{provider.issuer}/other")
    assert (await team.post(message("tools/list"), other)).status_code == 401


async def test_the_same_person_through_another_client_goes_on(team: Hosted, provider: Provider) -> None:
    await team.post(call("update_contact", contact_id=9, title="CEO"), provider.token("ana", client_id="one"))
    answer = await team.post(call("undo_change", change_id=1), provider.token("ana", client_id="two"))
    assert said(answer).text.startswith("Undid change 1: ")


async def test_a_question_asked_of_one_is_not_answered_by_another(team: Hosted, provider: Provider) -> None:
    """In a form: the state of the question is worth nothing with another's token."""
    delete = call("delete_contact", contact_id=10)
    meta = {**delete["params"]["_meta"], "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}}
    delete["params"]["_meta"] = meta
    asked_ana = (await team.post(delete, provider.token("ana"))).json()["result"]
    answered = {
        **delete,
        "params": {
            **delete["params"],
            "requestState": asked_ana["requestState"],
            "inputResponses": {"confirm": {"action": "accept", "content": {"confirm": True}}},
        },
    }
    refused = said(await team.post(answered, provider.token("ben")))
    assert refused.text == ("This confirmation is not known: it was used before, or is too old. Nothing was deleted.")
    assert 10 in [row["id"] for row in team.sandbox.rows(CONTACTS)]
    assert said(await team.post(answered, provider.token("ana"))).text.startswith("Deleted contact ")


async def test_a_code_given_to_one_is_not_known_from_another(sandbox: Sandbox, provider: Provider) -> None:
    way = {**SIGNED_IN, "issuer": provider.issuer}
    async with asked(sandbox, way, confirm="token") as team:
        told = said(await team.post(call("delete_contact", contact_id=10), provider.token("ana"))).text
        code = re.search(r'confirm="([\w-]{22})"', told)
        assert code is not None
        again = call("delete_contact", contact_id=10, confirm=code[1])
        refused = said(await team.post(again, provider.token("ben")))
        assert refused.text.startswith("This confirmation is not known")
        assert said(await team.post(again, provider.token("ana"))).text.startswith("Deleted contact ")


async def test_without_a_form_a_person_is_asked_outside_and_never_on_a_page_of_this_machine(
    team: Hosted, provider: Provider
) -> None:
    told = said(await team.post(call("delete_contact", contact_id=10), provider.token("ana"))).text
    code = r"[A-Z0-9]{4}-[A-Z0-9]{4}"
    assert re.search(
        rf"\. Ask whoever runs this server to run `harvest-mcp approve {code}`, and once they approved", told
    )
    assert "http://" not in told


async def test_a_cursor_of_one_leads_another_nowhere(two: tuple[Talk, Talk]) -> None:
    ana, ben = two
    first = await ana.ok("list_clients", limit=2)
    cursor = first.splitlines()[0].rpartition("cursor=")[2]
    assert (await ben.error("list_clients", limit=2, cursor=cursor)).startswith(
        "cursor is not from an answer to this query."
    )
    await ana.ok("list_clients", limit=2, cursor=cursor)


async def test_the_same_said_by_two_is_said_twice(two: tuple[Talk, Talk]) -> None:
    """One person's repeated call is one create; another's is looked at as any other that is alike."""
    ana, ben = two
    made = await ana.ok("create_contact", client="11072", first_name="Uma", last_name="Noh")
    assert (await ana.ok("create_contact", client="11072", first_name="Uma", last_name="Noh")) != made
    told = await ben.call("create_contact", client="11072", first_name="Uma", last_name="Noh")
    assert "change 1" not in told.text.lower()


MOST = 5


async def interleaved(team: Hosted, provider: Provider, calls: int) -> dict[str, int]:
    """Two people make the same calls on the same records at once; how often one got what is the other's."""
    wrong = {"changes": 0, "undone": 0, "cursors": 0, "titles": 0}
    mine: dict[str, set[int]] = {"ana": set(), "ben": set()}
    cursors: dict[str, set[str]] = {"ana": set(), "ben": set()}
    chance = random.Random(16)

    async def person(who: str, other: str) -> None:
        token = provider.token(who)
        for number in range(calls):
            record = 9 + number % MOST
            told = said(await team.post(call("update_contact", contact_id=record, title=f"{who} {number}"), token))
            if found := re.search(r"undo_change\(change_id=(\d+)\)", told.text):
                mine[who].add(int(found[1]))
            listed = said(await team.post(call("list_changes", limit=200), token)).text
            ids = {int(row.split(",")[0]) for row in listed.splitlines()[2:]}
            wrong["changes"] += len(ids & mine[other])
            if theirs := mine[other]:
                chosen = chance.choice(sorted(theirs))
                undo = said(await team.post(call("undo_change", change_id=chosen), token)).text
                wrong["undone"] += not undo.startswith(f"Change {chosen} is not known here.")
            page = said(await team.post(call("list_clients", limit=1 + number % 7), token)).text.splitlines()[0]
            cursors[who].add(page.rpartition("cursor=")[2] + f" {1 + number % 7}")
            if cursors[other]:
                text, _, limit = chance.choice(sorted(cursors[other])).partition(" ")
                taken = said(await team.post(call("list_clients", limit=int(limit), cursor=text), token))
                wrong["cursors"] += not taken.is_error

    async with anyio.create_task_group() as group:
        group.start_soon(person, "ana", "ben")
        group.start_soon(person, "ben", "ana")
    assert mine["ana"]
    assert mine["ben"]
    return wrong


async def test_two_who_call_at_once_never_get_what_is_the_others(provider: Provider) -> None:
    assert set((await rounds(provider, 12)).values()) == {0}


@pytest.mark.soak
async def test_two_who_call_at_once_five_thousand_times(provider: Provider) -> None:
    assert set((await rounds(provider, 500)).values()) == {0}


async def rounds(provider: Provider, calls: int) -> dict[str, int]:
    with open_account(calls=None) as sandbox:
        async with asked(sandbox, {**SIGNED_IN, "issuer": provider.issuer}) as team:
            return await interleaved(team, provider, calls)
