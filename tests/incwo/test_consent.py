"""Deletes of incwo's records: the question a person is asked, and what is sent for each answer."""

import pytest

from tests.conftest import Era, Reply
from tests.incwo.kit import ANNE, LACAZE, OEUVRARD, account, at, code, first, told, writes

pytestmark = pytest.mark.anyio

ALONE = "Undo recreates it under a new id."
LOST = 'No undo restores its data_editor_lines_123456-1 "Fidèle", its data_editor_lines_123456-3 "Bois & métal".'
LOST_OF_A_FIRM = 'No undo restores its batch "Import du 3 mars", its batch_kind "CSV", its accounting_ref "4110000".'
HANGING = "It has 1 lead; what becomes of it is not known. It has 1 proposal; what becomes of it is not known."
ANNE_IS = (
    '"Anne Dupont" (880005), firm "Menuiserie Lacaze", email "anne.dupont@menuiserie-lacaze.example", '
    'job title "Acheteuse"'
)
LACAZE_IS = '"Menuiserie Lacaze" (500005), email "contact@menuiserie-lacaze.example", siren "999000000", city "Lyon"'
ASKED = f"Delete contact {ANNE_IS}? {HANGING} {ALONE} {LOST}"
ASKED_OF_A_FIRM = (
    f"Delete firm {LACAZE_IS}? It has 3 contacts; what becomes of them is not known. {HANGING} {ALONE} {LOST_OF_A_FIRM}"
)
GONE = 'Deleted contact "Anne Dupont" (880005). undo_change(change_id=1) makes it again under a new id.'


@pytest.mark.eras
async def test_a_form_that_is_agreed_to_deletes(era: Era) -> None:
    async with at(era=era, reply="yes") as talk:
        assert await talk.ok("delete_incwo_contact", contact_id=ANNE) == GONE
        assert (talk.asked, writes(talk)) == ([ASKED], ["DELETE /123456/contacts/880005.xml"])


@pytest.mark.parametrize("reply", ["unticked", "decline", "cancel"])
async def test_a_form_that_is_not_agreed_to_sends_nothing(era: Era, reply: Reply) -> None:
    async with at(era=era, reply=reply) as talk:
        assert (await talk.error("delete_incwo_contact", contact_id=ANNE)).endswith("Nothing was deleted.")
        assert (talk.asked, writes(talk)) == ([ASKED], [])


async def test_a_code_stands_for_a_yes_where_there_are_no_forms(era: Era) -> None:
    async with at(era=era, confirm="token") as talk:
        said = await talk.error("delete_incwo_contact", contact_id=ANNE)
        given = code(said)
        assert said == (
            f"This needs a person's yes: {ASKED} Ask them, and only if they agree call"
            f' delete_incwo_contact(contact_id=880005, confirm="{given}") within five minutes. Nothing was deleted.'
        )
        assert writes(talk) == []
        other = await talk.error("delete_incwo_firm", firm_id=LACAZE, confirm=given)
        assert (other.endswith("Nothing was deleted."), writes(talk)) == (True, [])
        given = code(await talk.error("delete_incwo_contact", contact_id=ANNE))
        assert await talk.ok("delete_incwo_contact", contact_id=ANNE, confirm=given) == GONE
        assert await talk.ok("delete_incwo_contact", contact_id=ANNE, confirm=given) == (
            "Contact 880005 is deleted already; that was change 1."
        )
        assert writes(talk) == []


async def test_what_hangs_on_a_firm_is_counted_before_it_goes(era: Era) -> None:
    async with at(era=era, reply="yes") as talk:
        assert await talk.ok("delete_incwo_firm", firm_id=LACAZE) == (
            'Deleted firm "Menuiserie Lacaze" (500005). undo_change(change_id=1) makes it again under a new id.'
        )
        assert talk.asked == [ASKED_OF_A_FIRM]


async def test_a_firm_is_told_from_its_namesakes_by_its_town(era: Era) -> None:
    async with at(era=era, reply="decline") as talk:
        for city in ("Lyon", "Nantes"):
            made = told(
                await talk.ok(
                    "create_incwo_firm",
                    name=f"Jumeau {city}",
                    contact_addresses=[{"address_type": "other", "city": city}],
                )
            )
            await talk.error("delete_incwo_firm", firm_id=made["id"])
            assert talk.asked[-1].startswith(f'Delete firm "Jumeau {city}" ({made["id"]}), city "{city}"? ')


async def test_a_firm_the_account_will_not_let_go_stays_and_is_told(era: Era) -> None:
    async with at("owners=refused", era=era, reply="yes") as talk:
        assert await talk.error("delete_incwo_firm", firm_id=OEUVRARD) == (
            'incwo refused this (422): "This firm has contacts." (incwo\'s words). Nothing was deleted.'
        )
        assert len(writes(talk)) == 1


async def test_a_question_whose_contacts_could_not_all_be_read_says_so() -> None:
    async with at(reply="yes", caller=account(most_pages=2)) as talk:
        await talk.ok("delete_incwo_firm", firm_id=LACAZE)
        assert talk.asked == [
            f"Delete firm {LACAZE_IS}? Its contacts could not be counted. {HANGING} {ALONE} {LOST_OF_A_FIRM}"
        ]


async def test_undoing_a_create_asks_and_undoing_a_delete_does_not(era: Era) -> None:
    async with at(era=era, reply="yes") as talk:
        await talk.ok("create_incwo_firm", name="Neuve")
        assert await talk.ok("undo_change", change_id=1) == (
            "Undid change 1: deleted incwo firm 500305. That is change 2."
        )
        assert talk.asked == ['Undo change 1: delete firm "Neuve" (500305)? It can be made again under a new id.']
        said = await talk.ok("undo_change", change_id=2)
        assert first(said).startswith('Undid change 2: firm "Neuve" (500310) is as it was under the new id 500310.')
        assert len(talk.asked) == 1
