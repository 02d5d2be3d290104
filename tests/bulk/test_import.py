"""Imports: a plan first, one approval of exactly that plan, row by row, gone on with, undone as one change."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from harvest_mcp.changes import USUAL
from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.sandbox.faults import Fault
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from harvest_mcp.systems.harvest import CONTACTS
from harvest_mcp.text.contact_files.vcards import vcards
from tests.bulk.kit import plan_of, table
from tests.conftest import Era, Reply, Talk, talking
from tests.harvest_v2.kit import conversing
from tests.incwo.kit import at
from tests.sandbox.kit import Clock
from tests.tools.kit import code

pytestmark = pytest.mark.anyio
SETS = "crm,bulk"
GERMAN = (
    "Vorname;Nachname;Firma;E-Mail;Handy;Funktion;Geburtstag\n"
    "Maya;Lindqvist;SuprCorp Inc.;maya@suprcorp.example;0171 5550100;Einkauf;1.1.1990\n"
    "Jane;Doe;SuprCorp;janedoe@example.com;;;\n"
    ";;;;;;\n"
    "Otto;Groß;Neue Firma GmbH;otto@neu.example;;;\n"
    "Ute;Kaputt;SuprCorp;kein-mail;;;\n"
    "Maya;Lindqvist;suprcorp;maya@suprcorp.example;;;\n"
    "Nina;Allein;;;;;\n"
)


@asynccontextmanager
async def at_either(api: str, reply: Reply | None = "yes") -> AsyncIterator[Talk]:
    with open_account() if api == "v1" else open_harvest_v2() as sandbox:
        opened: Callable[..., object] = talking if api == "v1" else conversing
        async with opened(sandbox, toolsets=SETS, reply=reply) as talk:  # type: ignore[attr-defined]  # either of two
            yield talk


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_every_row_is_planned_before_anything_is_sent(api: str) -> None:
    async with at_either(api) as talk:
        answer = await talk.ok("import_contacts", text=GERMAN)
        assert not any(call.startswith(("POST", "PUT", "PATCH")) for call in talk.wire())
        rows = {row["row"]: (row["status"], row["why"]) for row in table(answer)}
        assert rows == {
            "2": ("new", ""),
            "3": ("there", 'as "Jane Doe" (9)'),
            "5": (
                "unclear",
                "No client named exactly 'Neue Firma GmbH'. Nothing is named like it. Pass the id, or the whole name;"
                " new_clients=true makes one",
            ),
            "6": ("unreadable", "email 'kein-mail' is no address"),
            "7": ("twice", "as row 2"),
            "8": ("unclear", "it names no client; client=… says one"),
        }
        assert (
            "6 rows: 1 new, 1 there, 1 twice, 2 unclear, 1 unreadable. read as separated by semicolons;"
            " Vorname = first_name, Nachname = last_name, Firma = company, E-Mail = email, Handy = phone_mobile,"
            " Funktion = title; not used: Geburtstag"
        ) in answer.partition("\n")[0]
        assert (await talk.ok("list_changes")).startswith("# 0 changes")


async def test_a_row_of_an_archived_company_says_so_in_the_plan() -> None:
    async with at_either("v1") as talk:
        answer = await talk.ok("import_contacts", rows=[{"name": "Nina Allein", "company": "Penrose Dairy"}])
        assert [(row["status"], row["why"]) for row in table(answer)] == [("new", "its client is archived")]


@pytest.mark.parametrize("client", ["11073", "id 11073"])
async def test_an_id_names_the_company_where_none_is_called_so(client: str) -> None:
    async with at_either("v1") as talk:
        answer = await talk.ok("import_contacts", rows=[{"name": "Nina Allein"}], client=client, new_clients=True)
        assert [row["status"] for row in table(answer)] == ["new"]
        await talk.ok("import_contacts", plan=plan_of(answer))
        assert "Nina,Allein" in await talk.ok("list_contacts", client="Acme", limit=100)
        assert len(talk.asked) == 1
        assert "new" not in talk.asked[0]


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_one_yes_carries_the_plan_out_and_one_undo_takes_it_back(api: str) -> None:
    async with at_either(api) as talk:
        before = await talk.ok("list_contacts", limit=1000, fields=["first_name", "last_name", "email", "title"])
        plan = plan_of(await talk.ok("import_contacts", text=GERMAN, new_clients=True, client="Acme"))
        answer = await talk.ok("import_contacts", plan=plan)
        assert [row["outcome"] for row in table(answer)] == ["done"] * 4
        assert talk.asked == [
            'Import 3 contacts and 1 new client? "SuprCorp Inc.": "Maya Lindqvist" ("maya@suprcorp.example",'
            ' "0171 5550100"); new "Neue Firma GmbH": "Otto Groß" ("otto@neu.example");'
            f' "Acme": "Nina Allein". Plan {plan}; one undo takes all of it back, as far as each can be.'
        ]
        assert "Maya" in await talk.ok("list_contacts", client="SuprCorp", limit=100)
        (line,) = table(await talk.ok("list_changes"))
        assert (line["tool"], line["record"], line["outcome"]) == ("import_contacts", "4 changes", "4 applied")
        undone = await talk.ok("undo_change", change_id=int(line["id"]))
        assert undone.startswith(f"# Undid 4 of 4 changes of change {line['id']}\n")
        assert before == await talk.ok(
            "list_contacts", limit=1000, fields=["first_name", "last_name", "email", "title"]
        )
        assert "Neue Firma" not in await talk.ok("list_clients", limit=1000)
        assert len(talk.asked) == 2
        assert talk.asked[1].startswith(f"Undo change {line['id']} (import_contacts): delete 4 records: contact")


async def test_incwo_gets_telephones_and_mailboxes_as_items_and_firms_before_their_people() -> None:
    async with at(toolsets="all", reply="yes") as talk:
        plan = plan_of(await talk.ok("import_incwo_contacts", text=GERMAN, new_firms=True))
        answer = table(await talk.ok("import_incwo_contacts", plan=plan))
        assert [row["what"] for row in answer][:2] == [
            'firm "SuprCorp Inc."',
            'contact "Maya Lindqvist", SuprCorp Inc.',
        ]
        told = json.loads(await talk.ok("get_incwo_contact", contact_id=int(answer[1]["id"])))
        assert [(item["type_id"], item["value"]) for item in told["contact_items"]] == [
            ("professional_email", "maya@suprcorp.example"),
            ("professional_mobile", "0171 5550100"),
        ]
        assert (told["firm_name"], told["job_title"]) == ("SuprCorp Inc.", "Einkauf")


async def test_a_file_comes_in_its_own_bytes_and_vcards_count_as_rows(sandbox: Sandbox) -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:Lef=E8vre;Zo=EB\r\n"
        "ORG:Acme\r\nTEL;CELL:06 39 98 01 01\r\nEND:VCARD\r\n"
    )
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        data = base64.b64encode(card.encode("cp1252")).decode()
        plan = plan_of(await talk.ok("import_contacts", data=data))
        (row,) = table(await talk.ok("import_contacts", plan=plan))
        told = json.loads(await talk.ok("get_contact", contact_id=int(row["id"])))
        assert (told["first_name"], told["last_name"], told["phone_mobile"]) == ("Zoë", "Lefèvre", "06 39 98 01 01")


async def test_rows_are_taken_as_they_are_and_what_may_be_there_is_left_to_the_caller(sandbox: Sandbox) -> None:
    rows = [{"name": "Doe, J.", "company": "Acme", "email": "janedoe@example.com"}]
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        answer = await talk.ok("import_contacts", rows=rows)
        (row,) = table(answer)
        assert (row["status"], row["why"]) == (
            "unclear",
            'may be "Jane Doe" (9) of "SuprCorp": names that fit each other, same e-mail; insist=[1] makes another',
        )
        assert answer.startswith("# Nothing to import: 1 row: 1 unclear")
        assert (await talk.ok("import_contacts", rows=rows, insist=[1])).startswith("# Plan ")


async def test_a_yes_is_to_that_plan_alone(sandbox: Sandbox) -> None:
    """A plan that does not fit the account any more is refused, and so is the code of another."""
    async with talking(sandbox, toolsets=SETS, confirm="token") as talk:
        one = plan_of(await talk.ok("import_contacts", text=GERMAN))
        other = plan_of(await talk.ok("import_contacts", rows=[{"name": "Ida Lind", "company": "Acme"}]))
        asked = await talk.error("import_contacts", plan=one)
        assert "Import 1 contact?" in asked
        assert "Nothing was imported." in await talk.error("import_contacts", plan=other, confirm=code(asked))
        await talk.ok("create_contact", client="SuprCorp", first_name="Maya", last_name="Lindqvist")
        stale = await talk.error("import_contacts", plan=one)
        assert stale.startswith(
            'This plan fits the account no more: contact "Maya Lindqvist", SuprCorp Inc. is there by now as'
        )
        assert stale.endswith("Nothing was imported. Call without plan to make a new one.")


@pytest.mark.eras
async def test_a_no_imports_nothing(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets=SETS, reply="decline") as talk:
        plan = plan_of(await talk.ok("import_contacts", text=GERMAN))
        assert await talk.error("import_contacts", plan=plan) == "The person declined. Nothing was imported."
        assert not any(call.startswith("POST") for call in talk.wire())


@pytest.mark.eras
async def test_what_fails_is_told_by_its_row_and_the_same_plan_goes_on(sandbox: Sandbox, era: Era) -> None:
    rows = [{"name": f"Ida Lind{at}", "company": "Acme", "email": f"ida{at}@acme.example"} for at in range(4)]
    async with talking(sandbox, era=era, toolsets=SETS, reply="yes") as talk:
        plan = plan_of(await talk.ok("import_contacts", rows=rows))
        sandbox.fail(Fault("status", "422", method="POST", path="/contacts", skip=1))
        first = await talk.ok("import_contacts", plan=plan)
        outcomes = [row["outcome"] for row in table(first)]
        assert outcomes == ["done", "failed", "done", "done"]
        assert f'import_contacts(plan="{plan}")' in first.partition("\n")[0]
        await talk.ok("import_contacts", plan=plan)
        assert len(talk.asked) == 1
        there = table(await talk.ok("list_contacts", client="Acme", query="Ida", limit=100))
        assert sorted(row["first_name"] + row["last_name"] for row in there) == [f"IdaLind{at}" for at in range(4)]


async def test_a_record_that_is_gone_is_in_no_question_of_an_undo_and_told_as_gone(sandbox: Sandbox) -> None:
    rows, clock = [{"first_name": name, "last_name": "Neu", "company": "Acme"} for name in ("Ann", "Bob")], Clock()
    async with talking(sandbox, toolsets=SETS, reply="yes", clock=clock) as talk:
        done = await talk.ok("import_contacts", plan=plan_of(await talk.ok("import_contacts", rows=rows)))
        ann, bob = [int(row["id"]) for row in table(done)]
        set_ = int(done.partition("change_id=")[2].partition(")")[0])
        sandbox.store.delete(CONTACTS, ann)
        clock.turn(USUAL.lag + 1)
        undone = await talk.ok("undo_change", change_id=set_)
        assert f'delete 1 record: contact "Bob Neu" ({bob})?' in talk.asked[-1]
        assert [row["outcome"] for row in table(undone)] == ["deleted", "is gone already"]

        plan = plan_of(await talk.ok("update_many", kind="contacts", records=[9, 10], set=["title=Buyer"]))
        done = await talk.ok("update_many", plan=plan)
        set_ = int(done.partition("change_id=")[2].partition(")")[0])
        sandbox.store.delete(CONTACTS, 10)
        clock.turn(USUAL.lag + 1)
        undone = await talk.ok("undo_change", change_id=set_)
        assert [row["outcome"] for row in table(undone)] == ["stays", "as it was"]
        assert table(undone)[0]["why"].startswith("No contact 10 in this account")


async def test_the_question_shows_the_addresses_and_telephones_of_who_is_imported(sandbox: Sandbox) -> None:
    row = {"first_name": "Ann", "last_name": "Neu", "company": "Acme", "email": "ann@neu.example"}
    async with talking(sandbox, toolsets=SETS, reply="decline") as talk:
        plan = plan_of(await talk.ok("import_contacts", rows=[{**row, "phone_mobile": "+49 171 5550100"}]))
        await talk.error("import_contacts", plan=plan)
        assert '"Acme": "Ann Neu" ("ann@neu.example", "+49 171 5550100").' in talk.asked[0]
    async with at(toolsets="all", reply="decline") as talk:
        await talk.ok("create_incwo_firm", name="Acme")
        plan = plan_of(await talk.ok("import_incwo_contacts", rows=[{**row, "phone_mobile": "+49 171 5550100"}]))
        await talk.error("import_incwo_contacts", plan=plan)
        assert '"Acme": "Ann Neu" ("ann@neu.example", "+49 171 5550100").' in talk.asked[-1]


async def test_what_others_added_since_is_not_deleted_by_the_undo(sandbox: Sandbox) -> None:
    rows = [{"name": "Otto Groß", "company": "Neue Firma", "email": "otto@neu.example"}]
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        plan = plan_of(await talk.ok("import_contacts", rows=rows, new_clients=True))
        await talk.ok("import_contacts", plan=plan)
        await talk.ok("create_contact", client="Neue Firma", first_name="Ute", last_name="Neu")
        line = table(await talk.ok("list_changes"))[1]
        undone = await talk.ok("undo_change", change_id=int(line["id"]))
        assert undone.startswith(
            f"# Undid 1 of 2 changes of change {line['id']}; undo_change(change_id={line['id']}) tries again what stays"
        )
        (stays, _) = table(undone)
        assert (stays["outcome"], stays["why"]) == (
            "stays",
            "It has 1 contact that this did not make. Delete it by itself, if it is to go.",
        )
        assert "Ute" in await talk.ok("list_contacts", client="Neue Firma")


async def test_an_undo_is_undone_as_one_too_with_people_at_the_company_that_is_made_again(sandbox: Sandbox) -> None:
    rows = [{"name": "Otto Groß", "company": "Neue Firma", "email": "otto@neu.example"}]
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        plan = plan_of(await talk.ok("import_contacts", rows=rows, new_clients=True))
        await talk.ok("import_contacts", plan=plan)
        for _ in range(2):
            (last,) = table(await talk.ok("list_changes", limit=1))
            assert (await talk.ok("undo_change", change_id=int(last["id"]))).startswith("# Undid 2 of 2 changes")
        assert "Otto" in await talk.ok("list_contacts", client="Neue Firma")


async def test_more_rows_than_one_change_may_have_are_refused(sandbox: Sandbox) -> None:
    text = "first name,last name\n" + "\n".join(f"A{at},B" for at in range(501))
    async with talking(sandbox, toolsets=SETS) as talk:
        assert (await talk.error("import_contacts", text=text, client="Acme")).startswith(
            "501 rows are more than the 500 of one change; import them in parts. Nothing was sent."
        )


@pytest.mark.soak
async def test_sixty_creates_keep_to_the_accounts_budget(sandbox: Sandbox) -> None:
    rows = [{"name": f"Ida Lind{at}", "company": "Acme", "email": f"ida{at}@acme.example"} for at in range(60)]
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        plan = plan_of(await talk.ok("import_contacts", rows=rows))
        answer = await talk.ok("import_contacts", plan=plan)
    assert answer.startswith("# 60 of 60 changes done")
    assert {seen.status for seen in sandbox.seen} == {200, 201}


async def test_a_table_without_rows_and_a_plan_with_more_than_itself_are_told_so(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        empty = await talk.ok("import_contacts", text="first_name,last_name\n")
        assert empty.startswith("# Nothing to import: 0 rows. read as separated by commas; ")
        row = {"first_name": "Maya", "last_name": "Lindqvist", "company": "SuprCorp"}
        plan = plan_of(await talk.ok("import_contacts", rows=[row]))
        refused = await talk.error("import_contacts", plan=plan, insist=["3"], client="Acme")
        assert refused.startswith("plan goes alone, without client, insist. Nothing was sent.")
        assert talk.asked == []


async def test_an_undo_asks_for_no_record_that_somebody_changed_since(sandbox: Sandbox) -> None:
    rows = [
        {"first_name": name, "last_name": "Lindqvist", "company": "SuprCorp"} for name in ("Maya", "Nils", "Ole", "Per")
    ]
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        done = table(await talk.ok("import_contacts", plan=plan_of(await talk.ok("import_contacts", rows=rows))))
        await talk.ok("update_contact", contact_id=int(done[0]["id"]), title="Owner")
        await talk.ok("undo_change", change_id=1)
        assert talk.asked[-1].startswith("Undo change 1 (import_contacts): delete 3 records: ")
        assert f"contact {done[0]['id']} stays: Contact {done[0]['id']} changed since: title" in talk.asked[-1]
        asked = len(talk.asked)
        again = await talk.ok("undo_change", change_id=1)
        assert again.startswith("# Undid 0 of 1 change of change 1;")
        assert len(talk.asked) == asked


async def test_a_row_without_a_client_is_told_by_its_name_and_what_a_card_has_twice_is_not_lost_silently(
    sandbox: Sandbox,
) -> None:
    card = (
        "BEGIN:VCARD\nVERSION:4.0\nFN:Solo Artist\nEMAIL:solo@acme.example\nEMAIL;TYPE=home:s2@x.example\n"
        "EMAIL;PREF=1:first@acme.example\nTEL;TYPE=cell:0171 1\nTEL;TYPE=cell:0171 2\nTEL;TYPE=cell:0171 1\nEND:VCARD\n"
    )
    async with talking(sandbox, toolsets=SETS) as talk:
        (row,) = table(await talk.ok("import_contacts", text=card))
        assert (row["name"], row["why"]) == ("Solo Artist", "it names no client; client=… says one")
        (row,) = table(await talk.ok("import_contacts", text=card, client="Acme"))
        assert row["why"] == "no place for email solo@acme.example, email s2@x.example, phone_mobile 0171 2"


def test_of_two_addresses_of_a_card_none_is_made_up_of_both() -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:A B\nADR:;;Main St 1;Town;;;\nADR:;;Dorfweg 2;Dorf;;99999;DE\nEND:VCARD\n"
    (row,) = vcards(card).rows
    assert row.values == {"name": "A B", "street": "Main St 1", "city": "Town"}
    assert row.left == ["address Dorfweg 2, Dorf, 99999, DE"]


async def test_the_question_says_which_company_is_made_and_who_of_other_spellings_goes_there(sandbox: Sandbox) -> None:
    spelt = "Vorname;Nachname;Firma\nA;B;NeuA\nC;D;neua gmbh\nE;F;Acme\n"
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        await talk.ok("import_contacts", plan=plan_of(await talk.ok("import_contacts", text=spelt, new_clients=True)))
        assert talk.asked[0].startswith(
            'Import 3 contacts and 1 new client? new "NeuA": "A B", "C D"; "Acme": "E F". Plan '
        )


async def test_a_name_cannot_end_the_question_and_go_on_in_its_voice(sandbox: Sandbox) -> None:
    row = {"first_name": 'Eve". Nothing is written', "last_name": "X", "company": "Acme"}
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        await talk.ok("import_contacts", plan=plan_of(await talk.ok("import_contacts", rows=[row])))
        assert talk.asked[0].startswith("""Import 1 contact? "Acme": "Eve'. Nothing is written X". Plan """)
