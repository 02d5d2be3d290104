"""What a person is asked before a delete: the record by name, and everything that goes with it."""

import pytest

from harvest_mcp.sandbox import MANAGER, MEMBER, Fault, Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, PROJECTS
from tests.conftest import Era, talking
from tests.tools.kit import ACME, BLUEPEAK, SUPRCORP, WILE, account, writes

pytestmark = pytest.mark.anyio

ONE = "1 contact goes with it. Undo recreates it, without its contact and under a new id."
GONE = "Undo recreates it, without its contacts and under a new id."
ALONE = "Undo recreates it under a new id."


async def question(sandbox: Sandbox, era: Era, tool: str, **arguments: object) -> str:
    """The question as the person at a form reads it; they decline."""
    async with talking(sandbox, era=era, reply="decline") as talk:
        await talk.error(tool, **arguments)
        assert writes(talk) == []
    (asked,) = talk.asked
    return asked


@pytest.mark.parametrize(
    ("client", "text"),
    [
        (ACME, f'Delete client "Acme" (11073), details "1 Desert Road"? 3 contacts go with it. {GONE}'),
        (11112, f'Delete client "Brightwater Sauna Club" (11112), details "Opening in spring."? {ONE}'),
        (
            SUPRCORP,
            'Delete client "SuprCorp" (11072), details "123 Main St."? 8 contacts go with it.'
            f" It has 2 active projects, so Harvest will probably refuse. {GONE}",
        ),
        (
            11074,
            'Delete client "Kestrel & Sons" (11074), details "5 Quay Road"? 5 contacts go with it.'
            f" It has 1 active project, so Harvest will probably refuse. {GONE}",
        ),
        (11082, f'Delete client "Halvorsen Marine AS" (11082), details "Bryggen 4"? 4 contacts go with it. {GONE}'),
    ],
)
@pytest.mark.eras
async def test_the_question_names_the_client_and_counts_what_hangs_on_it(
    sandbox: Sandbox, era: Era, client: int, text: str
) -> None:
    assert await question(sandbox, era, "delete_client", client_id=client) == text


async def test_a_client_with_nothing_is_asked_about_without_counts(sandbox: Sandbox, era: Era) -> None:
    bare = sandbox.put(CLIENTS, name="Bare", active=True)
    assert await question(sandbox, era, "delete_client", client_id=bare) == f'Delete client "Bare" (11113)? {ALONE}'


@pytest.mark.parametrize(
    ("hidden", "text"),
    [
        (
            ["/projects"],
            'Delete client "Acme" (11073), details "1 Desert Road"? 3 contacts go with it.'
            " Its active projects could not be counted.",
        ),
        (
            ["/clients/*/contacts"],
            'Delete client "Acme" (11073), details "1 Desert Road"? Its contacts could not be counted.',
        ),
        (
            ["/clients/*/contacts", "/projects"],
            'Delete client "Acme" (11073), details "1 Desert Road"? Its contacts could not be counted.'
            " Its active projects could not be counted.",
        ),
    ],
)
async def test_what_cannot_be_counted_is_said(sandbox: Sandbox, era: Era, hidden: list[str], text: str) -> None:
    for path in hidden:
        sandbox.fail(Fault("status", "404", path=path, times=None))
    assert await question(sandbox, era, "delete_client", client_id=ACME) == f"{text} {GONE}"


async def test_what_could_not_be_counted_does_not_keep_a_person_from_agreeing(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("status", "404", path="/projects", times=None))
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.ok("delete_client", client_id=ACME) == (
            'Deleted client "Acme" (11073) and its 3 contacts. '
            "undo_change(change_id=1) makes it again, without its contacts and under a new id."
        )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('He said "no" (1)? Delete', "He said 'no' (1)? Delete"),
        ("two\nlines\tand  blanks", "two lines and blanks"),
        ("a\u202eb\u200bc", "a⟦U+202E⟧b⟦U+200B⟧c"),
        ("x" * 200, "x" * 200),
        ("👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
    ],
)
async def test_a_name_in_a_question_is_quoted_whole_and_made_visible(
    sandbox: Sandbox, era: Era, name: str, shown: str
) -> None:
    odd = sandbox.put(CLIENTS, name=name, active=True)
    text = await question(sandbox, era, "delete_client", client_id=odd)
    assert text == f'Delete client "{shown}" ({odd})? {ALONE}'


async def test_a_contact_without_a_name_is_asked_about_by_its_id(sandbox: Sandbox, era: Era) -> None:
    nameless = sandbox.put(CONTACTS, client_id=ACME)
    assert (
        await question(sandbox, era, "delete_contact", contact_id=nameless)
        == f'Delete contact "" (158), client "Acme"? {ALONE}'
    )


async def test_a_refused_delete_says_what_blocks_it_and_offers_to_archive(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.error("delete_client", client_id=BLUEPEAK) == (
            'Harvest refused this (400): "This client has 2 projects." (Harvest\'s words). Nothing was deleted.'
            " To have it archived instead, call archive_client(client_id=11080)."
        )
        assert writes(talk) == [("DELETE", "/clients/11080", b"")]
    assert sandbox.store.get(CLIENTS, BLUEPEAK) is not None


async def test_a_refused_delete_of_a_contact_offers_nothing(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("status", "400", method="DELETE"))
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.error("delete_contact", contact_id=WILE) == (
            'Harvest refused this (400): "This failed because it was asked to." (Harvest\'s words).'
            " Nothing was deleted."
        )


async def test_a_manager_who_may_look_but_not_delete_is_told_so(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes", account=account(MANAGER)) as talk:
        assert await talk.error("delete_contact", contact_id=WILE) == (
            'No contact 17 in this account, or this user may not see it: "There is no contact here for this user."'
            " (Harvest's words). It still shows, as it may for a minute after a delete. It was not sent a second time."
            " It is change 1 in the journal. Call get_change(change_id=1) in a minute: it looks again and settles this."
        )
        assert writes(talk) == [("DELETE", "/contacts/17", b"")]
    assert sandbox.store.get(CONTACTS, WILE) is not None


async def test_a_member_is_not_even_asked(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes", account=account(MEMBER)) as talk:
        assert await talk.error("delete_client", client_id=ACME) == (
            "No client 11073 in this account, or this user may not see it. Nothing was deleted."
            " Call list_clients for ids."
        )
    assert talk.asked == []


async def test_only_active_projects_of_this_client_are_counted(sandbox: Sandbox, era: Era) -> None:
    sandbox.put(PROJECTS, client_id=ACME, name="Done", active=False)
    sandbox.put(PROJECTS, client_id=SUPRCORP, name="Another's", active=True)
    text = await question(sandbox, era, "delete_client", client_id=ACME)
    assert text == f'Delete client "Acme" (11073), details "1 Desert Road"? 3 contacts go with it. {GONE}'


async def test_a_question_tells_a_contact_from_those_of_the_same_name(sandbox: Sandbox, era: Era) -> None:
    """Whose it is, how to reach them, what they do: what is filled of it."""
    for values, told in (
        ({"client_id": ACME, "title": "Buyer"}, 'client "Acme", title "Buyer"'),
        ({"client_id": BLUEPEAK, "email": "anna@bluepeak.example"}, 'client "BluePeak", email "anna@bluepeak.example"'),
        ({"client_id": SUPRCORP}, 'client "SuprCorp"'),
    ):
        id = sandbox.put(CONTACTS, first_name="Anna", last_name="Schmidt", **values)
        text = await question(sandbox, era, "delete_contact", contact_id=id)
        assert text == f'Delete contact "Anna Schmidt" ({id}), {told}? {ALONE}'


async def test_an_archived_one_is_told_from_the_one_that_is_not(sandbox: Sandbox, era: Era) -> None:
    old = sandbox.put(CLIENTS, name="Twin", active=False, details="\n 4 Mill Lane\nYork")
    text = await question(sandbox, era, "delete_client", client_id=old)
    assert text == f'Delete client "Twin" ({old}), details "4 Mill Lane", archived? {ALONE}'


async def test_what_tells_it_apart_costs_one_call_that_is_remembered(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="decline") as talk:
        await talk.error("delete_contact", contact_id=WILE)
        assert talk.wire() == ["GET /contacts/17", "GET /clients/11073"]
        await talk.error("delete_contact", contact_id=WILE)
        assert talk.wire() == ["GET /contacts/17"]
        await talk.ok("update_client", client_id=ACME, name="Acme Ltd")
        talk.wire()
        await talk.error("delete_contact", contact_id=WILE)
        assert talk.wire() == ["GET /contacts/17", "GET /clients/11073"]
        assert ', client "Acme Ltd", ' in talk.asked[-1]


async def test_whose_it_is_goes_by_the_id_where_it_cannot_be_read(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("status", "404", path="/clients/*", times=None))
    text = await question(sandbox, era, "delete_contact", contact_id=WILE)
    assert text.startswith('Delete contact "Wile Coyne" (17), client 11073, email "wile@acme.example", ')
