"""Finding records by words: any order, any case and accent, with slips of the finger, best first."""

import csv
import io

import pytest

from harvest_mcp.sandbox import MANAGER, MEMBER, Fault, Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST, INVOICES
from harvest_mcp.wire.rails_wires import rails_of
from tests.conftest import Era, talking
from tests.tools.kit import ACME, SEARCHED, SUPRCORP, account

pytestmark = pytest.mark.anyio

LOOKED = "searched: clients, contacts"
WHERE = "not searched: day entries, expenses. Looked in texts, telephones, addresses and names of what they refer to."
NONE = f"{LOOKED}; {WHERE} Try fewer or other words."


def hits(answer: str) -> list[tuple[str, int]]:
    """Kind and id of every hit, best first."""
    rows = list(csv.DictReader(io.StringIO(answer.partition("\n")[2])))
    return [(row["kind"], int(row["id"])) for row in rows]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("jane doe", ("contact", 9)),
        ("doe, jane", ("contact", 9)),
        ("JANE DOE", ("contact", 9)),
        ("jane receptionist northgate", ("contact", 105)),
        ("zoe lefevre", ("contact", 29)),
        ("ZOË LEFÈVRE", ("contact", 29)),
        ("groß", ("client", 11077)),
        ("gross", ("client", 11077)),
        ("supercorp", ("client", 11072)),
        ("harowgate muesum", ("client", 11092)),
        ("siddiqi", ("contact", 88)),
        ("O'Malley", ("client", 11075)),
        ("omalley", ("contact", 25)),
        ("11072", ("client", 11072)),
        ("吉田", ("contact", 119)),
        ("לוי", ("contact", 40)),
        ("Nguyen Thao", ("contact", 149)),
        ("jane suprcorp", ("contact", 9)),
        ("acme anvil", ("contact", 19)),
    ],
)
async def test_the_best_hit_comes_first(sandbox: Sandbox, era: Era, query: str, first: tuple[str, int]) -> None:
    async with talking(sandbox, era=era) as talk:
        assert hits(await talk.ok("search_records", query=query))[:1] == [first]


JOINED = (
    "Jane at suprcorp",
    "jane  from the SuprCorp, Inc.",
    "SuprCorp’s Jane",
    "Jane Doe (SuprCorp)",
    "Doe,SuprCorp",
    "Jane Doe <janedoe@example.com>? at SuprCorp",
    "mailto:janedoe@example.com of SuprCorp",
    "tel:555.555.7777, Jané with suprcorp",
)
"""A name and whose it is, as people say it."""


@pytest.mark.parametrize("tool", ["search_records", "list_contacts"])
async def test_a_name_and_whose_it_is_find_the_one_record_however_they_are_joined(sandbox: Sandbox, tool: str) -> None:
    async with talking(sandbox, toolsets="crm") as talk:
        found = {query: (await talk.ok(tool, query=query)).splitlines()[2:] for query in JOINED}
        assert {
            query: [9 if "janedoe@example.com" in row else row for row in rows] for query, rows in found.items()
        } == {query: [9] for query in JOINED}
        for query in ("Jane at Acme", "Acme's Jane", "Jane (Acme)"):
            assert (await talk.ok(tool, query=query)).startswith("# 0 ")


async def test_a_search_takes_an_address_without_a_dot_and_a_stroke_for_two_words(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="crm") as talk:
        for query in ("Jane@SuprCorp", "Jane / SuprCorp", "Jane/SuprCorp", "Jane – SuprCorp"):
            assert hits(await talk.ok("search_records", query=query)) == [("contact", 9)]


async def test_whoever_has_the_joining_word_comes_first(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="crm") as talk:
        await talk.ok("create_client", name="From Suprcorp")
        await talk.ok("create_contact", client="From Suprcorp", first_name="Jane", last_name="With")
        assert hits(await talk.ok("search_records", query="jane with"))[0] == ("contact", 158)
        assert hits(await talk.ok("search_records", query="from suprcorp"))[0][0] == "client"
        assert len(hits(await talk.ok("search_records", query="with"))) == 1


async def test_changes_of_many_take_a_query_to_the_letter(sandbox: Sandbox) -> None:
    """A search may find more than was meant; what is written to may not."""
    async with talking(sandbox, toolsets="crm,bulk") as talk:
        for query in ("Jane at SuprCorp", "SuprCorp's Jane"):
            said = await talk.call("update_many", kind="contacts", query=query, set=["title=Owner"])
            assert said.text.startswith("# Nothing"), said.text


async def test_the_order_of_words_and_their_case_change_nothing(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        one = hits(await talk.ok("search_records", query="smith john"))
        assert one == hits(await talk.ok("search_records", query="John SMITH"))
        assert one == [("contact", 10), ("contact", 11), ("contact", 109)]


async def test_every_word_must_be_met(sandbox: Sandbox, era: Era) -> None:
    """Which word is nowhere is said, and what the others find."""
    async with talking(sandbox, era=era, toolsets="crm") as talk:
        said = await talk.ok("search_records", query="wile xylophone")
        assert said.splitlines()[0] == f'# 0 hits; "xylophone" is nowhere; "wile" alone has 1 hit; {LOOKED}'
        assert hits(said) == [("contact", 17)]
        assert await talk.ok("search_records", query="halle wile") == (
            f'# 0 hits; no record has all of them; "halle" is in 3; "wile" is in 1; {NONE}'
        )


@pytest.mark.parametrize("query", ["xylophone", "!!!", "—", "☕"])
async def test_nothing_found_says_where_it_was_looked_for_and_what_to_try(
    sandbox: Sandbox, era: Era, query: str
) -> None:
    async with talking(sandbox, era=era, toolsets="crm") as talk:
        nowhere = '"xylophone" is nowhere; ' if query == "xylophone" else ""
        assert await talk.ok("search_records", query=query) == f"# 0 hits; {nowhere}{NONE}"


async def test_kinds_narrow_the_search_and_its_calls(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert hits(await talk.ok("search_records", query="quill", kinds=["clients"])) == [("client", 11110)]
        assert talk.wire() == ["GET /clients"]
        found = hits(await talk.ok("search_records", query="quill", kinds=["contacts", "contacts"]))
        assert found == [("contact", 153), ("contact", 154)]
        assert talk.wire() == ["GET /contacts"]


async def test_ten_hits_are_shown_unless_told_otherwise(sandbox: Sandbox, era: Era) -> None:
    for number in range(30):
        sandbox.put(CLIENTS, name=f"Zebra {number}", active=True)
    async with talking(sandbox, era=era, toolsets="crm") as talk:
        answer = await talk.ok("search_records", query="zebra")
        assert answer.startswith("# 10 of 30 hits\n")
        assert hits(answer) == [("client", id) for id in range(11113, 11123)]
        answer = await talk.ok("search_records", query="zebra", limit=30)
        assert answer.startswith("# 30 hits\n")
        assert len(hits(answer)) == 30
        answer = await talk.ok("search_records", query="zebra", limit=1)
        assert answer == "# 1 of 30 hits\nkind,id,name,of,score,why,more\nclient,11113,Zebra 0,,100,name zebra,\n"


async def test_a_hit_says_which_column_met_which_word(sandbox: Sandbox, era: Era) -> None:
    """And what is asked next: how to reach them, what they do."""
    async with talking(sandbox, era=era, toolsets="crm") as talk:
        assert await talk.ok("search_records", query="presi doe") == (
            f"# 1 hit; {LOOKED}\nkind,id,name,of,score,why,more\n"
            'contact,9,Jane Doe,SuprCorp,93,"title president, last_name doe",'
            "janedoe@example.com; 555.555.5555; 555.555.7777; President\n"
        )


async def test_a_whole_word_beats_a_beginning_beats_a_part(sandbox: Sandbox, era: Era) -> None:
    names = ["Unzephyred", "Zephyrus", "Zephyr"]
    for name in names:
        sandbox.put(CLIENTS, name=name, active=True)
    async with talking(sandbox, era=era, toolsets="crm") as talk:
        assert await talk.ok("search_records", query="zephyr") == (
            f"# 3 hits; {LOOKED}\nkind,id,name,of,score,why,more\n"
            "client,11115,Zephyr,,100,name zephyr,\n"
            "client,11114,Zephyrus,,95,name zephyrus,\n"
            "client,11113,Unzephyred,,85,name unzephyred,\n"
        )


async def test_a_hit_names_whose_it_is_whatever_was_searched(sandbox: Sandbox, era: Era) -> None:
    """The names cost one list, which is remembered."""
    async with talking(sandbox, era=era) as talk:
        assert "contact,17,Wile Coyne,Acme,100," in await talk.ok("search_records", query="wile", kinds=["contacts"])
        assert talk.wire() == ["GET /contacts", "GET /clients"]
        assert hits(await talk.ok("search_records", query="wile acme", kinds=["contacts"])) == [("contact", 17)]
        assert talk.wire() == ["GET /contacts"]
        await talk.ok("update_client", client_id=ACME, name="Apex")
        assert "contact,17,Wile Coyne,Apex,100," in await talk.ok("search_records", query="wile", kinds=["contacts"])


async def test_kinds_a_member_may_not_see_are_named(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, account=account(MEMBER), toolsets="crm") as talk:
        assert await talk.ok("search_records", query="jane") == (
            f'# 0 hits; "jane" is nowhere; searched: nothing; this user may not see: clients, contacts; {WHERE}'
            " Try fewer or other words."
        )


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault("status", "500", path="/clients", times=None), "failed to answer (500). Try again in a minute"),
        (Fault("status", "400", path="/clients", times=None), "refused this (400)"),
        (
            Fault("garbage", "200", path="/clients", times=None, body=b"<clients>"),
            "not a document this server reads: ",
        ),
    ],
)
async def test_a_list_that_fails_costs_only_its_own_hits_and_is_named_with_why(
    sandbox: Sandbox, fault: Fault, why: str
) -> None:
    async with talking(sandbox, toolsets="crm") as talk:
        sandbox.fail(fault)
        answer = await talk.ok("search_records", query="jane doe")
        assert hits(answer)[0] == ("contact", 9)
        assert answer.startswith("# 2 hits; searched: contacts; clients: could not be read: ")
        assert why in answer.splitlines()[0]
        assert {*talk.wire()} == {"GET /clients", "GET /contacts"}


async def test_a_search_that_could_read_no_list_fails(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="crm") as talk:
        sandbox.fail(Fault("status", "400", times=None))
        assert (await talk.error("search_records", query="jane doe")).startswith("Harvest refused this (400)")


async def test_a_search_goes_no_further_where_the_credentials_are_refused(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="crm") as talk:
        sandbox.fail(Fault("status", "401", path="/clients", times=None))
        assert "(401)" in await talk.error("search_records", query="jane doe")


async def test_the_newest_invoices_are_told_where_those_of_a_client_cannot_be_read(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="all") as talk:
        sandbox.fail(Fault("status", "400", path="/invoices", skip=1, times=None))
        head = (await talk.ok("search_records", query="suprcorp")).splitlines()[0]
        assert "invoices: only page 1 of at least 2 read, and none behind: Harvest refused this (400)" in head


async def test_a_manager_searches_what_a_manager_sees(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, account=account(MANAGER)) as talk:
        assert hits(await talk.ok("search_records", query="jane doe")) == [("contact", 9), ("contact", 105)]


async def test_hits_that_do_not_fit_an_answer_are_counted_as_not_shown(sandbox: Sandbox, era: Era) -> None:
    for _ in range(100):
        sandbox.put(CONTACTS, client_id=SUPRCORP, first_name="zebra " + "x" * 249, last_name="y" * 255)
    async with talking(sandbox, era=era, toolsets="crm") as talk:
        answer = await talk.ok("search_records", query="zebra", limit=100)
        assert answer.startswith(f"# {len(hits(answer))} of 100 hits\n")
        assert len(hits(answer)) == 43
        assert len(answer) < 24_100


async def test_an_id_finds_its_record_first(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        found = hits(await talk.ok("search_records", query=str(ACME), kinds=["clients"]))
        assert found[0] == ("client", ACME)


async def test_every_kind_whose_list_costs_a_call_is_searched_and_the_newest_invoices(
    sandbox: Sandbox, era: Era
) -> None:
    """People among them. What comes by the week is not looked through, and no further page of invoices."""
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("search_records", query="ana souza")
        assert answer.splitlines()[0] == (
            f"# 1 hit; searched: {', '.join(SEARCHED)}; invoices: only page 1 of at least 2 read"
        )
        assert hits(answer) == [("person", 34)]
        whole = [
            f"GET {rails_of(each).path}"
            for each in HARVEST.resources
            if each.plural in SEARCHED and not each.wire.paged
        ]
        assert talk.wire() == ["GET /invoices", *whole]


async def test_a_client_that_is_found_narrows_the_invoices_to_its_own(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="all") as talk:
        answer = await talk.ok("search_records", query="suprcorp", limit=50)
        assert 'invoices: only page 1 of at least 2 read, and all of "SuprCorp"' in answer.splitlines()[0]
        assert (talk.wire()[0], talk.wire()[-1]) == ("GET /invoices", "GET /invoices?client=11072")
        theirs = [("invoice", row["id"]) for row in sandbox.rows(INVOICES) if row["client_id"] == SUPRCORP]
        assert sorted(hit for hit in hits(answer) if hit[0] == "invoice") == theirs


async def test_a_number_is_met_exactly_or_by_its_beginning_and_never_by_another_number(
    sandbox: Sandbox, era: Era
) -> None:
    async with talking(sandbox, era=era, toolsets="all") as talk:
        assert hits(await talk.ok("search_records", query="1004"))[0] == ("invoice", 7004)
        sandbox.put(CLIENTS, name="Zebra 81234", active=True)
        assert hits(await talk.ok("search_records", query="81235", kinds=["clients"])) == []


async def test_who_names_toolsets_has_no_other_lists_searched(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="crm", tools="list_people", exclude_tools="list_contacts") as talk:
        assert await talk.ok("search_records", query="ana souza") == (
            "# 1 hit; searched: clients, people\nkind,id,name,of,score,why,more\n"
            'person,34,Ana Souza,,100,"first_name ana, last_name souza",ana@kestrel.example; Design\n'
        )
    async with talking(sandbox, era=era, exclude_tools="list_people") as talk:
        await talk.ok("search_records", query="ana souza")
        assert "GET /people" not in talk.wire()


async def test_whoever_says_the_kinds_is_not_told_them(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert (await talk.ok("search_records", query="animation", kinds=["tasks"])).startswith("# 1 hit\n")
