"""Every policy, with and without forms, every answer, in both protocol eras: who gets to delete, and what is said."""

import socket
from html import unescape
from pathlib import Path

import pytest

from harvest_mcp.approval import approve_command
from harvest_mcp.consent.store import Consents
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.state import State, default_place
from tests.approval.kit import (
    ARGUMENTS,
    ASKED,
    CALL,
    DECLINED,
    DELETED,
    GONE,
    UNKNOWN,
    WILE,
    deletes,
    person,
    refusal,
    there,
)
from tests.approval.made import ACME, UNTOUCHED
from tests.conftest import Era, Reply, talking

pytestmark = [pytest.mark.anyio, pytest.mark.eras]

TOOLS = list(ARGUMENTS)
NO: dict[Reply, str] = {
    "unticked": f"The person did not tick the box. {UNTOUCHED}",
    "decline": DECLINED,
    "cancel": f"The person closed the question without an answer. {UNTOUCHED}",
}
REPLIES: list[Reply] = ["yes", *NO]
STRICT = (
    "This server asks a person in a form, and this client cannot show one. "
    f"Use a client with forms (elicitation), such as Claude Code, VS Code or Cursor. {UNTOUCHED}"
)


@pytest.mark.parametrize(
    ("policy", "tool"), [("ask", "delete_contact"), ("ask", "delete_client"), ("strict", "delete_client")]
)
@pytest.mark.parametrize("reply", REPLIES)
async def test_a_form_decides_where_one_can_be_shown(
    sandbox: Sandbox, era: Era, policy: str, reply: Reply, tool: str
) -> None:
    async with talking(sandbox, era=era, reply=reply, confirm=policy) as talk:
        said = await talk.call(tool, **ARGUMENTS[tool])
    assert talk.asked == [ASKED[tool]]
    if reply == "yes":
        assert said.text.startswith(DELETED[tool])
        assert len(deletes(sandbox)) == 1
    else:
        assert (said.text, deletes(sandbox)) == (NO[reply], [])
    assert there(sandbox, tool) is (reply != "yes")


@pytest.mark.parametrize("tool", TOOLS)
async def test_without_forms_a_person_approves_on_the_page(sandbox: Sandbox, era: Era, tool: str) -> None:
    async with talking(sandbox, era=era) as talk, person() as someone:
        asks = refusal(await talk.error(tool, **ARGUMENTS[tool]))
        assert asks.what == f"This needs a person's approval: {ASKED[tool]}"
        assert asks.again == f'{CALL[tool]}confirm="{asks.code}")'
        told = ASKED[tool].partition("), ")[2].partition("?")[0]
        assert told in unescape((await someone.see(asks.link)).text)
        await someone.approve(asks.link)
        assert (await talk.ok(tool, **ARGUMENTS[tool], confirm=asks.code)).startswith(DELETED[tool])
        assert len(deletes(sandbox)) == 1
        assert await talk.ok(tool, **ARGUMENTS[tool], confirm=asks.code) == GONE[tool]
        assert len(deletes(sandbox)) == 1
    assert not there(sandbox, tool)


@pytest.mark.parametrize("tool", TOOLS)
async def test_before_anyone_decided_the_code_gets_nothing_and_stays_good(
    sandbox: Sandbox, era: Era, tool: str
) -> None:
    async with talking(sandbox, era=era) as talk, person() as someone:
        asks = refusal(await talk.error(tool, **ARGUMENTS[tool]))
        for _ in range(3):
            waits = refusal(await talk.error(tool, **ARGUMENTS[tool], confirm=asks.code))
            assert waits.what == f"Nobody has decided about {asks.code} yet."
            assert (waits.code, waits.link, waits.command) == (asks.code, asks.link, asks.command)
            assert {call.split()[0] for call in talk.wire()} == {"GET"}  # whether it is still the same question
        assert there(sandbox, tool)
        await someone.approve(asks.link)
        await talk.ok(tool, **ARGUMENTS[tool], confirm=asks.code)


@pytest.mark.parametrize("tool", TOOLS)
async def test_after_a_decline_the_code_is_refused(sandbox: Sandbox, era: Era, tool: str) -> None:
    async with talking(sandbox, era=era) as talk, person() as someone:
        asks = refusal(await talk.error(tool, **ARGUMENTS[tool]))
        await someone.decline(asks.link)
        assert await talk.error(tool, **ARGUMENTS[tool], confirm=asks.code) == DECLINED
        assert await talk.error(tool, **ARGUMENTS[tool], confirm=asks.code) == UNKNOWN
        assert talk.wire() == []
    assert there(sandbox, tool)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("reply", [None, "yes", "decline"])
async def test_by_token_two_calls_delete_whether_forms_can_be_shown_or_not(
    sandbox: Sandbox, era: Era, reply: Reply | None, tool: str
) -> None:
    async with talking(sandbox, era=era, reply=reply, confirm="token") as talk:
        text = await talk.error(tool, **ARGUMENTS[tool])
        start = f"This needs a person's yes: {ASKED[tool]} Ask them, and only if they agree call {CALL[tool]}confirm="
        assert text.startswith(start)
        assert text.endswith(f") within five minutes. {UNTOUCHED}")
        token = text.removeprefix(start).split('"')[1]
        assert len(token) == 22
        assert (await talk.ok(tool, **ARGUMENTS[tool], confirm=token)).startswith(DELETED[tool])
        assert await talk.ok(tool, **ARGUMENTS[tool], confirm=token) == GONE[tool]
    assert talk.asked == []
    assert len(deletes(sandbox)) == 1


@pytest.mark.parametrize("tool", TOOLS)
async def test_strict_refuses_where_no_form_can_be_shown(sandbox: Sandbox, era: Era, tool: str) -> None:
    async with talking(sandbox, era=era, confirm="strict") as talk:
        assert await talk.error(tool, **ARGUMENTS[tool]) == STRICT
        assert await talk.error(tool, **ARGUMENTS[tool], confirm="KX4T-9QWM") == STRICT
    assert sandbox.seen == []


@pytest.mark.parametrize("policy", ["ask", "strict"])
async def test_an_approval_stands_in_for_a_form_unless_only_forms_count(
    sandbox: Sandbox, era: Era, policy: str, place: str
) -> None:
    async with talking(sandbox, era=era, state=place) as formless, person() as someone:
        asks = refusal(await formless.error("delete_contact", contact_id=WILE))
        await someone.approve(asks.link)
        async with talking(sandbox, era=era, reply="decline", confirm=policy, state=place) as talk:
            said = await talk.call("delete_contact", contact_id=WILE, confirm=asks.code)
    assert (said.is_error, talk.asked) == ((True, [ASKED["delete_contact"]]) if policy == "strict" else (False, []))
    assert len(deletes(sandbox)) == (policy == "ask")


async def test_a_token_is_no_approval_and_an_approval_no_token(sandbox: Sandbox, era: Era, place: str) -> None:
    async with (
        talking(sandbox, era=era, confirm="token", state=place) as by_token,
        talking(sandbox, era=era, state=place) as by_approval,
        person() as someone,
    ):
        token = (await by_token.error("delete_contact", contact_id=WILE)).split('"')[3]
        assert await by_approval.error("delete_contact", contact_id=WILE, confirm=token) == UNKNOWN
        asks = refusal(await by_approval.error("delete_contact", contact_id=WILE))
        await someone.approve(asks.link)
        assert await by_token.error("delete_contact", contact_id=WILE, confirm=asks.code) == UNKNOWN
        assert deletes(sandbox) == []
        await by_approval.ok("delete_contact", contact_id=WILE, confirm=asks.code)


async def test_taking_back_a_create_asks_the_same_way(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk, person() as someone:
        made = await talk.ok("create_contact", client=str(ACME), first_name="Ann", last_name="Ode")
        change = int(made.split("undo_change(change_id=")[1].split(")")[0])
        asks = refusal(await talk.error("undo_change", change_id=change))
        assert asks.what == (
            "This needs a person's approval: "
            f'Undo change {change}: delete contact "Ann Ode" (158), client "Acme"? It can be made again under a new id.'
        )
        assert asks.again == f'undo_change(change_id={change}, confirm="{asks.code}")'
        assert await talk.error("delete_contact", contact_id=158, confirm=asks.code) == (
            "This code is for another question, or the record changed since; that question still waits. " + UNTOUCHED
        )
        await someone.approve(asks.link)
        done = await talk.ok("undo_change", change_id=change, confirm=asks.code)
        assert done.startswith(f"Undid change {change}: deleted contact 158.")


async def test_a_record_that_is_not_there_is_not_asked_about(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("delete_client", client_id=5) == (
            f"No client 5 in this account, or this user may not see it. {UNTOUCHED} Call list_clients for ids."
        )


async def test_without_a_page_the_command_is_still_told(
    sandbox: Sandbox, era: Era, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*_: object) -> socket.socket:
        raise OSError("no port")

    monkeypatch.setattr(socket, "create_server", taken)
    async with talking(sandbox, era=era, state=place) as talk:
        asks = refusal(await talk.error("delete_contact", contact_id=WILE))
        assert (asks.link, asks.command) == ("", f"harvest-mcp approve {asks.code} --state {place}")
        state = State(place)
        assert await Consents(state).decide(asks.code, "yes")
        state.close()
        await talk.ok("delete_contact", contact_id=WILE, confirm=asks.code)


def test_the_command_is_told_with_its_path_where_a_terminal_would_not_find_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder := tmp_path / "my tools").mkdir()
    (program := folder / "harvest-mcp").write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.argv", [str(program), "--sandbox"])
    told = approve_command(State(default_place()))
    for path, command in ((str(folder), "harvest-mcp"), (str(tmp_path), f"'{program}'")):
        monkeypatch.setenv("PATH", path)
        assert told("KX4T-9QWM") == f"{command} approve KX4T-9QWM"


def test_the_command_names_the_store_unless_it_is_the_users_own() -> None:
    assert approve_command(State(default_place()))("KX4T-9QWM") == "harvest-mcp approve KX4T-9QWM"
    assert approve_command(State("/tmp/my state.db"))("KX4T-9QWM") == (  # noqa: S108 - only a name
        "harvest-mcp approve KX4T-9QWM --state '/tmp/my state.db'"
    )
    assert approve_command(State("postgresql://ada:secret@db.example/harvest"))("KX4T-9QWM") == (
        "harvest-mcp approve KX4T-9QWM"
    )
