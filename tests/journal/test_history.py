"""list_changes, get_change and undo_change, as a model sees them."""

import json
import re
from pathlib import Path

import anyio
import pytest

from harvest_mcp.changes import USUAL
from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.conftest import Era, Talk, talking

pytestmark = pytest.mark.anyio

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def steady(text: str) -> str:
    """The text with every instant as T."""
    return INSTANT.sub("T", text)


def row(sandbox: Sandbox, kind: object, id: int) -> dict[str, object]:
    return next(dict(each) for each in sandbox.rows(kind) if each["id"] == id)  # type: ignore[arg-type]  # either kind


async def id_of(talk: Talk, tool: str, **arguments: object) -> int:
    return int(json.loads((await talk.ok(tool, **arguments)).splitlines()[-1])["id"])


async def test_every_write_is_in_the_journal_newest_first(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.ok("list_changes") == "# 0 changes"
        await talk.ok("create_contact", client="SuprCorp", first_name="Ann", last_name="Lee")
        await talk.ok("update_contact", contact_id=9, title="CEO")
        await talk.ok("toggle_client", client_id=11076)
        await talk.ok("delete_contact", contact_id=10)
        await talk.error("toggle_client", client_id=11072)
        assert steady(await talk.ok("list_changes")) == (
            "# 5 changes, newest first\n"
            "id,at,tool,record,outcome,fields\n"
            "5,T,toggle_client,client 11072,refused,active\n"
            "4,T,delete_contact,contact 10,applied,\n"
            "3,T,toggle_client,client 11076,applied,active\n"
            "2,T,update_contact,contact 9,applied,title\n"
            '1,T,create_contact,contact 158,applied,"client_id,first_name,last_name"\n'
        )


async def test_the_journal_is_narrowed_by_tool_outcome_record_and_time(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        await talk.ok("update_contact", contact_id=9, title="A")
        await talk.ok("update_contact", contact_id=11, title="B")
        await talk.error("toggle_client", client_id=11072)

        async def ids(**narrow: object) -> list[str]:
            return [line.split(",")[0] for line in (await talk.ok("list_changes", **narrow)).splitlines()[2:]]

        assert await ids(tool="update_contact") == ["2", "1"]
        assert await ids(outcome=["refused"]) == ["3"]
        assert await ids(record="contact 9") == ["1"]
        assert await ids(limit=1) == ["3"]
        assert await ids(since="2001-01-01") == ["3", "2", "1"]
        assert await ids(since="2101-01-01") == []


async def test_one_change_is_told_field_by_field(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        await talk.ok("update_contact", contact_id=9, title="CEO", phone_office="")
        told = json.loads(await talk.ok("get_change", change_id=1))
        assert INSTANT.fullmatch(told.pop("at"))
        assert told == {
            "id": 1,
            "tool": "update_contact",
            "record": "contact 9",
            "outcome": "applied",
            "by": "admin@kestrel.example",
            "fields": {
                "phone_office": {"before": "555.555.5555", "sent": "", "after": ""},
                "title": {"before": "President", "sent": "CEO", "after": "CEO"},
            },
        }
        assert talk.wire() == []


async def test_an_update_is_undone_column_by_column(sandbox: Sandbox) -> None:
    before = row(sandbox, CONTACTS, 9)
    async with talking(sandbox) as talk:
        await talk.ok("update_contact", contact_id=9, title="CEO", phone_office="", email="x@y.example")
        text = await talk.ok("undo_change", change_id=1)
        assert text.startswith('Undid change 1: contact "Jane Doe" (9) is as it was. That is change 2.\n')
        assert talk.wire() == ["GET /contacts/9", "PUT /contacts/9", "GET /contacts/9"]
        after = row(sandbox, CONTACTS, 9)
        assert {**after, "updated_at": None} == {**before, "updated_at": None}
        assert await talk.error("undo_change", change_id=1) == (
            "Change 1 is undone, so there is nothing to undo. Nothing was undone. It was taken back before."
        )


async def test_a_create_is_undone_by_a_delete_that_a_person_agreed_to(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        new = await id_of(talk, "create_client", name="Harbour Nine")
        assert await talk.ok("undo_change", change_id=1) == (f"Undid change 1: deleted client {new}. That is change 2.")
        assert talk.asked == [
            f'Undo change 1: delete client "Harbour Nine" ({new})? It can be made again under a new id.'
        ]
        assert [each for each in sandbox.rows(CLIENTS) if each["id"] == new] == []


async def test_a_create_stays_when_the_person_declines_the_undo(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="decline") as talk:
        new = await id_of(talk, "create_client", name="Harbour Nine")
        assert await talk.error("undo_change", change_id=1) == "The person declined. Nothing was undone."
        assert row(sandbox, CLIENTS, new)["name"] == "Harbour Nine"
        assert json.loads(await talk.ok("get_change", change_id=1))["outcome"] == "applied"


async def test_a_toggle_is_undone_only_when_needed(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        await talk.ok("toggle_client", client_id=11076, active=False)
        await talk.ok("toggle_client", client_id=11076, active=True)
        assert await talk.ok("undo_change", change_id=1) == (
            "Client 11076 is as it was before already; change 1 counts as undone."
        )
        assert talk.wire() == ["GET /clients/11076"]


async def test_a_deleted_record_is_made_again_and_what_is_lost_is_named(sandbox: Sandbox) -> None:
    before = row(sandbox, CONTACTS, 10)
    async with talking(sandbox, reply="yes") as talk:
        await talk.ok("delete_contact", contact_id=10)
        text = await talk.ok("undo_change", change_id=1)
        assert text.splitlines()[0] == (
            'Undid change 1: contact "John Smith" (158) is as it was under the new id 158. That is change 2.'
        )
        lost = {"id": 0, "created_at": None, "updated_at": None}
        assert {**row(sandbox, CONTACTS, 158), **lost} == {**before, **lost}


async def test_an_archived_client_that_was_deleted_comes_back_archived(sandbox: Sandbox) -> None:
    id = sandbox.put(CLIENTS, name="Old Mill", active=False, details="1 Lane")
    async with talking(sandbox, reply="yes") as talk:
        await talk.ok("delete_client", client_id=id)
        await talk.ok("undo_change", change_id=1)
        again = sandbox.rows(CLIENTS)[-1]
        assert (again["name"], again["active"], again["details"]) == ("Old Mill", False, "1 Lane")


async def test_an_undo_never_writes_over_somebody_elses_change(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        await talk.ok("update_contact", contact_id=9, title="CEO")
        await talk.ok("update_contact", contact_id=9, title="CFO")
        assert await talk.error("undo_change", change_id=1) == (
            "Contact 9 changed since: title was left as 'CEO' and is now 'CFO'. Nothing was undone."
            " If list_changes has a later change of it, undo that first; else decide which is right, and"
            " update the record yourself."
        )
        assert row(sandbox, CONTACTS, 9)["title"] == "CFO"


async def test_an_undo_can_itself_be_undone(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        await talk.ok("update_contact", contact_id=9, title="CEO")
        await talk.ok("undo_change", change_id=1)
        await talk.ok("undo_change", change_id=2)
        assert row(sandbox, CONTACTS, 9)["title"] == "CEO"
        assert json.loads(await talk.ok("get_change", change_id=2))["undoes"] == 1


async def test_a_refused_change_has_nothing_to_undo(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        await talk.error("toggle_client", client_id=11072)
        assert await talk.error("undo_change", change_id=1) == (
            "Change 1 is refused, so there is nothing to undo. Nothing was undone. It never took effect."
        )


async def test_an_unknown_change_is_said_to_be_unknown(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        await talk.ok("update_contact", contact_id=9, title="CEO")
        for tool in ("get_change", "undo_change"):
            assert (await talk.error(tool, change_id=99)).startswith("Change 99 is not known here.")


async def test_what_was_said_a_moment_ago_is_not_done_twice(sandbox: Sandbox, era: Era) -> None:
    arguments = {"client": "SuprCorp", "first_name": "Ann", "last_name": "Lee", "email": "ann@lee.example"}
    async with talking(sandbox, era=era) as talk:
        first = await talk.ok("create_contact", **arguments)
        again = await talk.ok("create_contact", **arguments)
        assert first.splitlines()[1] == again.splitlines()[1]
        assert again.splitlines()[0] == (
            'Already created contact "Ann Lee" (158). An identical create ran a moment ago; that was change 1, and '
            "nothing was sent now. undo_change(change_id=1) takes it back. allow_duplicate=true does it once more."
        )
        assert talk.wire() == ["GET /clients", "GET /contacts/158"]


async def test_the_same_said_ten_minutes_later_is_looked_at_afresh(sandbox: Sandbox) -> None:
    now = [1_800_000_000.0]
    async with talking(sandbox, clock=lambda: now[0]) as talk:
        await talk.ok("create_client", name="Harbour Nine")
        now[0] += 601
        assert (await talk.error("create_client", name="Harbour Nine")).startswith("This client may already be there: ")


async def test_what_was_made_and_deleted_may_be_made_again(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        new = await id_of(talk, "create_client", name="Harbour Nine")
        await talk.ok("delete_client", client_id=new)
        assert await id_of(talk, "create_client", name="Harbour Nine") == new + 1


async def test_allow_duplicate_is_the_way_round(sandbox: Sandbox) -> None:
    arguments = {"client": "SuprCorp", "first_name": "Ann", "last_name": "Lee"}
    async with talking(sandbox) as talk:
        one = await id_of(talk, "create_contact", **arguments)
        other = await id_of(talk, "create_contact", **arguments, allow_duplicate=True)
        assert other == one + 1


async def test_a_create_that_was_refused_may_be_said_again(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        sandbox.fail(Fault("status", "400", method="POST"))
        await talk.error("create_client", name="Harbour Nine")
        assert await id_of(talk, "create_client", name="Harbour Nine") == 11113


@pytest.mark.parametrize("commit", ["before", "never"])
async def test_a_doubt_is_settled_by_looking(sandbox: Sandbox, commit: str) -> None:
    now = [1_800_000_000.0]
    async with talking(sandbox, clock=lambda: now[0]) as talk:
        sandbox.fail(Fault("drop", method="PUT", commit=commit))  # type: ignore[arg-type]  # one of the two
        said = await talk.call("update_contact", contact_id=9, title="CEO")
        assert [call for call in talk.wire() if call.startswith("PUT")] == ["PUT /contacts/9"]
        if commit == "before":
            assert said.text.startswith(
                'Updated contact "Jane Doe" (9). Harvest\'s answer was lost, but the change is there.'
            )
        else:
            assert said.is_error
            assert said.text.endswith(
                "Harvest does not show the change so far. It was not sent a second time. It is change 1 in the journal."
                " Call get_change(change_id=1) in a minute: it looks again and settles this."
            )

        async def outcome() -> str:
            return str(json.loads(await talk.ok("get_change", change_id=1))["outcome"])

        assert await outcome() == {"before": "applied", "never": "in doubt"}[commit]
        now[0] += USUAL.lag
        assert await outcome() == {"before": "applied", "never": "refused"}[commit]


async def test_a_store_that_cannot_be_written_stops_writes_and_not_reads(sandbox: Sandbox, tmp_path: Path) -> None:
    place = tmp_path / "state.db"
    place.write_text("Dear Jane, " * 1000)
    place.chmod(0o600)
    async with talking(sandbox, state=str(place)) as talk:
        assert "11072" in await talk.ok("list_clients")
        error = await talk.error("update_contact", contact_id=9, title="CEO")
        assert error == (
            f"The state store at {place} cannot be used: the file is not a state store, or is damaged. Nothing was"
            " changed. Repair it or name another with HARVEST_MCP_STATE; `harvest-mcp doctor` checks it. Reading goes"
            " on."
        )
        assert [call for call in talk.wire() if not call.startswith("GET")] == []


async def test_deletes_of_two_equal_records_are_both_undone(sandbox: Sandbox) -> None:
    twin = {"client": "11072", "first_name": "Dup", "last_name": "Twin"}
    async with talking(sandbox, reply="yes") as talk:
        ids = [
            await id_of(talk, "create_contact", **twin),
            await id_of(talk, "create_contact", **twin, allow_duplicate=True),
        ]
        for id in ids:
            await talk.ok("delete_contact", contact_id=id)
        for change in (3, 4):
            assert (await talk.ok("undo_change", change_id=change)).startswith(f"Undid change {change}: contact ")
        assert sum(each["last_name"] == "Twin" for each in sandbox.rows(CONTACTS)) == 2


async def test_one_change_is_undone_once_however_many_ask_at_once(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("toggle_client", client_id=11076, active=False)
        texts: list[str] = []

        async def undo() -> None:
            texts.append((await talk.call("undo_change", change_id=1)).text)

        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(undo)
        assert row(sandbox, CLIENTS, 11076)["active"] is True
        assert sum(text.startswith("Undid change 1: ") for text in texts) == 1


async def test_a_created_record_that_somebody_changed_since_is_not_deleted_by_an_undo(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        new = await id_of(talk, "create_client", name="Harbour Nine")
        await talk.ok("update_client", client_id=new, details="important")
        assert await talk.error("undo_change", change_id=1) == (
            f"Client {new} changed since: details was left as '' and is now 'important'. Nothing was undone."
            " If list_changes has a later change of it, undo that first; else decide which is right, and"
            " delete the record yourself."
        )
        assert talk.asked == []


async def test_a_created_record_that_is_gone_already_counts_as_undone(sandbox: Sandbox) -> None:
    now = [1_800_000_000.0]
    async with talking(sandbox, reply="yes", clock=lambda: now[0]) as talk:
        new = await id_of(talk, "create_client", name="Harbour Nine")
        sandbox.store.delete(CLIENTS, new)
        assert await talk.error("undo_change", change_id=1) == (
            f"Change 1 of client {new} was accepted and does not show yet. Nothing was undone."
            " Call get_change(change_id=1) in 60 seconds, and then this again."
        )
        now[0] += USUAL.lag
        assert await talk.ok("undo_change", change_id=1) == (
            f"Client {new} is gone already; change 1 counts as undone."
        )


async def test_a_delete_said_again_says_which_change_it_was(sandbox: Sandbox, era: Era) -> None:
    """As after a server that was killed between the delete and its answer, or a stream that broke."""
    async with talking(sandbox, era=era, reply="yes") as talk:
        await talk.ok("delete_contact", contact_id=10)
        assert await talk.ok("delete_contact", contact_id=10) == ("Contact 10 is deleted already; that was change 1.")
        assert len(talk.asked) == 1


async def test_a_kind_that_does_not_exist_is_no_reason_to_list_nothing(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        assert (await talk.error("list_changes", record="klient 9")).startswith(
            "record takes a kind and an id, such as contact 9."
        )
