"""incwo: everything is found by its items, its addresses and what it refers to; a delete tells what hangs on one."""

import re

import pytest

from tests.incwo.kit import LACAZE, OEUVRARD, account, at, first

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "query",
    ["anne.dupont@menuiserie-lacaze.example", "06 39 98 01 01", "+33 6 39 98 01 01", "0033639980101"],
)
async def test_a_contact_is_found_by_its_mail_and_telephone(query: str) -> None:
    async with at() as talk:
        said = await talk.ok("search_records", query=query, kinds=["incwo_contacts"])
        assert said.splitlines()[2].startswith("contact,880005,Anne Dupont,Menuiserie Lacaze,")
        assert "anne.dupont@menuiserie-lacaze.example; 0639980101" in said
        assert "\n880005,Dupont,Anne," in await talk.ok("list_incwo_contacts", query=query)


async def test_a_contact_is_found_by_its_name_and_its_firm_as_people_say_them() -> None:
    async with at(toolsets="incwo_crm") as talk:
        for query in ("Anne chez Lacaze", "Lacaze's Anne", "l'Anne de la Menuiserie", "Anne at Lacaze"):
            assert (await talk.ok("search_records", query=query)).splitlines()[2].startswith("contact,880005,")
            assert "\n880005,Dupont,Anne," in await talk.ok("list_incwo_contacts", query=query)


async def test_a_name_with_its_id_is_sure_where_not_every_page_is_read() -> None:
    async with at(toolsets="incwo_crm", caller=account(most_pages=1)) as talk:
        said = await talk.error("get_incwo_firm", firm_id="Menuiserie Lacaze")
        assert f'There is "Menuiserie Lacaze" ({LACAZE}), ' in said
        assert said.endswith(", but there may be others. Pass the id.")
        assert f'"id":{LACAZE}' in await talk.ok("get_incwo_firm", firm_id=f"Menuiserie Lacaze ({LACAZE})")
        assert (await talk.error("get_incwo_firm", firm_id=f"Oeuvrard ({LACAZE})")).startswith("No firm named exactly")


async def test_a_sheet_is_named_by_its_number_alone_too() -> None:
    async with at(toolsets="incwo_money,incwo_sales") as talk:
        assert (await talk.ok("get_incwo_invoice", invoice_id="F-0102")).startswith('{"id":750010,')
        assert (await talk.ok("get_incwo_proposal", proposal_id="d-0101")).startswith('{"id":720005,')


async def test_a_query_of_leads_follows_what_they_refer_to_and_remembers_it() -> None:
    async with at(toolsets="all") as talk:
        for calls in (14, 1):
            said = await talk.ok("list_incwo_leads", query="dupont")
            assert said.splitlines()[2].startswith("1005,Menuiserie Lacaze,Sous-traitance d'été,880005,Anne Dupont,")
            assert len(talk.wire()) == calls


async def test_a_search_reads_the_main_kinds_and_every_kind_when_asked() -> None:
    async with at() as talk:
        said = await talk.ok("search_records", query="dupont", limit=50)
        assert {line.partition(",")[0] for line in said.splitlines()[2:]} == {"contact", "firm"}
        assert re.search(r'; not searched: (\d+ kinds|incwo_.*, incwo_leads, .*) \(kinds=\["all"\] does\)', first(said))
        assert {call.rpartition("/")[2].partition(".")[0] for call in talk.wire()} == {"contacts", "firms"}
        nothing = first(await talk.ok("search_records", query="xyzzyq"))
        assert "incwo_leads, " in nothing
        assert '(kinds=["all"] does)' in nothing
        said = await talk.ok("search_records", query="dupont", limit=50, kinds=["all"])
        assert {line.partition(",")[0] for line in said.splitlines()[2:]} >= {"contact", "task", "lead", "proposal"}
        assert "lead,1005,Sous-traitance d'été,Anne Dupont; Menuiserie Lacaze," in said
    async with at(toolsets="incwo_crm") as talk:
        said = await talk.ok("search_records", query="dupont", limit=50)
        assert {line.partition(",")[0] for line in said.splitlines()[2:]} == {"contact", "firm"}
        assert "not searched" not in first(said)


async def test_what_rows_do_not_carry_is_not_said_to_be_looked_through() -> None:
    async with at("nested_in_rows=absent") as talk:
        said = await talk.ok("list_incwo_contacts", query="0639980101", firm=LACAZE)
        assert first(said).startswith('# 0 contacts; "0639980101" is nowhere; looked in ')
        assert "contact_items" not in said
    async with at() as talk:
        assert "contact_items" in await talk.ok("list_incwo_contacts", query="0639980199", firm=LACAZE)


@pytest.mark.parametrize(
    "name", ["Charpentes Oeuvrard & Fils", "CHARPENTES ŒUVRARD & FILS SARL", "SAS Charpentes Oeuvrard & Fils."]
)
async def test_a_firm_of_the_same_name_is_there_already(name: str) -> None:
    async with at() as talk:
        assert f"({OEUVRARD})" in await talk.error("create_incwo_firm", name=name)
        await talk.ok("list_incwo_contacts", firm=name)


async def test_the_question_counts_what_hangs_on_a_firm_and_a_contact() -> None:
    async with at() as talk:
        said = await talk.error("delete_incwo_firm", firm_id=LACAZE)
        assert "It has 3 contacts; what becomes of them is not known. It has 1 lead; " in said
        assert " It has 1 proposal; " in said
        assert "It has 1 lead; what becomes of it is not known." in await talk.error(
            "delete_incwo_contact", contact_id=880_005
        )


async def test_contacts_are_found_by_what_they_lack_and_never_by_words_for_it() -> None:
    async with at(toolsets="incwo_crm,bulk") as talk:
        said = await talk.ok("list_incwo_contacts", empty=["email", "phone"], fields=["last_name"])
        assert [line.partition(",")[0] for line in said.splitlines()[1:]] == [
            *("id", "880015", "880070", "880085", "880330", "880465", "880610", "880960", "880980", "881000"),
        ]
        told = await talk.ok("export_incwo_records", kind="contacts", empty=["email", "phone"])
        assert told.startswith("Exported 9 contacts as ")
        for tool, more in (("list_incwo_contacts", {}), ("export_incwo_records", {"kind": "contacts"})):
            said = await talk.error(tool, query="contacts sans e-mail", **more)
            assert said.startswith(
                "query finds words that are there, a name of such words in quotes;"
                ' empty=["email"] finds contacts without.'
            )
            assert talk.wire() == []
        told = await talk.error("export_incwo_records", kind="contacts", empty=["mobile"])
        assert told.startswith('empty takes no "mobile", only email, phone, ')
        assert talk.wire() == []
        told = await talk.ok("export_incwo_records", kind="contacts", empty=["firm"])
        assert told == (await talk.ok("export_incwo_records", kind="contacts", empty=["firm_id"]))
        assert (await talk.error("search_records", query="no phone")).endswith(
            'list_incwo_contacts(empty=["phone"]) lists those without.'
        )
        assert first(await talk.ok("list_incwo_contacts", query="email")).startswith("# 0 contacts; ")


async def test_a_company_called_as_if_it_lacked_something_is_found_by_its_name() -> None:
    async with at(toolsets="incwo_crm", seeded=False) as talk:
        for name in ("Notel", "No Name", "Sans Adresse Fixe", "Keine Mail AG"):
            await talk.ok("create_incwo_firm", name=name)
            assert first(await talk.ok("list_incwo_firms", query=name)) == "# 1 firm"
            assert first(await talk.ok("search_records", query=name)).startswith("# 1 hit; ")
        await talk.ok("create_incwo_firm", name="Sans Adresse")
        for query in ("Sans Adresse", "firmes sans adresse", "pas d'adresse", "ohne Adresse"):
            assert 'empty=["address"] finds firms without.' in await talk.error("list_incwo_firms", query=query)
        assert first(await talk.ok("list_incwo_firms", query='"Sans Adresse"')) == "# 2 firms"
        assert 'empty=["firm_id"]' in await talk.error("list_incwo_contacts", query="contacts without firm")


async def test_nobody_is_told_to_have_no_mail_by_a_list_that_tells_no_mails() -> None:
    async with at("nested_in_rows=absent", toolsets="incwo_crm") as talk:
        assert await talk.error("list_incwo_contacts", empty=["email"]) == (
            "The list of contacts leaves contact_items out, so it does not tell who has none."
            " get_incwo_contact tells it of one contact."
        )


async def test_a_company_is_found_by_its_siret_and_by_where_it_is() -> None:
    async with at(toolsets="incwo_crm") as talk:
        for query in ("SIRET 999 000 137 00012", "99900013700012", "clients à Mâcon"):
            assert f"\nfirm,{OEUVRARD}," in await talk.ok("search_records", query=query)
        assert f"\n{OEUVRARD}," in await talk.ok("list_incwo_firms", query="SIRET 99900013700012")


async def test_names_stand_beside_ids_where_a_short_list_tells_them_once() -> None:
    async with at(toolsets="all") as talk:
        said = await talk.ok("list_incwo_invoices", fields=["contact_id", "firm_id"])
        assert [call.partition("?")[0] for call in talk.wire()[1:]] == [
            *("GET /123456/contacts.xml", *(["GET /123456/firms.xml"] * 3)),  # ten pages, and three
        ]
        assert said.splitlines()[1] == "id,contact_id,contact,firm_id,firm"
        assert "\n750020,880085,Antoine Müller-Schmitt,500045,Cabinet Lœuillet Architectes" in said
        assert "\n750030,880995,?,," in said
        await talk.ok("list_incwo_contacts", query="hérouville")
        assert "\n750030,880995,Œnone d’Hérouville-Saint-Clair,," in await talk.ok(
            "list_incwo_invoices", fields=["contact_id", "firm_id"]
        )
        assert len(talk.wire()) == 1


async def test_several_firms_of_one_name_are_told_in_whatever_case_they_are_named() -> None:
    async with at(toolsets="incwo_crm") as talk:
        said = await talk.error("list_incwo_contacts", firm="menuiserie lacaze")
        assert said.startswith("2 firms named exactly 'menuiserie lacaze'. They are: ")
