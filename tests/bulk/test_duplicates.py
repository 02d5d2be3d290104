"""Which records are there twice: judged against pairs labelled by hand, and in the accounts of every system."""

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from tests.bulk import pairs
from tests.bulk.kit import table
from tests.conftest import Talk, talking
from tests.harvest_v2.kit import conversing
from tests.incwo.kit import at

pytestmark = pytest.mark.anyio


def test_of_three_hundred_pairs_nine_in_ten_twins_are_found_and_hardly_ever_a_wrong_one() -> None:
    told = pairs.figures()
    assert len(pairs.every()) == 300
    assert told.precision >= 0.98, [each.line for each in told.wrong]
    assert told.recall >= 0.9, [each.line for each in told.missed]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jhon/Smith; @Acme", "John/Smith; @Acme"),
        ("Stefan/Meier; @Bank", "Stefan/Meyer; @Bank"),
        ("Eva/Brandt; @Klinik; praxis@klinik.example", "Eva/Brand; @Klinik; praxis@klinik.example"),
    ],
)
def test_names_that_only_look_alike_are_two(one: str, other: str) -> None:
    cards = (pairs.card(one, companies=False), pairs.card(other, companies=False))
    assert pairs.Pair("two", "", cards, companies=False).verdict() is None


async def _made_twice(talk: Talk) -> tuple[str, list[dict[str, str]]]:
    await talk.ok("create_client", name="Müller & Söhne GmbH", details="Hafenstr. 5, 20457 Hamburg")
    await talk.ok("create_client", name="Mueller und Soehne", details="Hafenstraße 5\n20457 Hamburg")
    for client, mail in (
        ("Müller & Söhne GmbH", "hans@mueller.example"),
        ("Mueller und Soehne", "HANS@Mueller.example"),
    ):
        await talk.ok("create_contact", client=client, first_name="Hans", last_name="Müller", email=mail)
    people = await talk.ok("find_duplicates")
    return people, table(await talk.ok("find_duplicates", kind="clients"))


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_a_person_and_a_company_that_are_there_twice_are_found_with_the_reason(api: str) -> None:
    with open_account() if api == "v1" else open_harvest_v2() as sandbox:
        opened = talking(sandbox, toolsets="crm,bulk") if api == "v1" else conversing(sandbox, toolsets="crm,bulk")
        async with opened as talk:
            people, companies = await _made_twice(talk)
    (person,) = table(people)
    assert (person["sure"], person["why"], person["name"], person["other_name"]) == (
        "certain",
        "same name, same e-mail",
        "Hans Müller",
        "Hans Müller",
    )
    assert person["of"] == "Müller & Söhne GmbH / Mueller und Soehne"
    (company,) = companies
    assert (company["sure"], company["why"]) == ("certain", "same name, same address")
    assert people.startswith("# 1 pair, likely one each; 1")


async def test_nobody_is_found_where_nobody_is_twice_and_it_is_said_what_was_compared(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="crm,bulk") as talk:
        assert await talk.ok("find_duplicates") == (
            "# 0 likely duplicates; 149 contacts compared by name, e-mail, telephone and company; of one name, but by"
            ' the rest not likely one: "John Smith" (10, 11), "Anna Schmidt" (35, 36)'
        )
        assert talk.wire() == ["GET /contacts", "GET /clients"]
        assert (await talk.ok("find_duplicates", kind="clients")).endswith(
            '; of one name, but by the rest not likely one: "BluePeak" (11080, 11081)'
        )


async def test_incwo_firms_and_contacts_are_compared_by_their_items_too() -> None:
    async with at(toolsets="all") as talk:
        await talk.ok("create_incwo_firm", name="Lacaze Menuiserie", siren="999 000 000", allow_duplicate=True)
        item = {"type_id": "professional_mobile", "value": "+33 6 39 98 01 01"}
        await talk.ok("create_incwo_contact", first_name="A.", last_name="Dupont", contact_items=[item])
        (person,) = table(await talk.ok("find_incwo_duplicates"))
        assert (person["sure"], person["why"]) == ("likely", "names that fit each other, same mobile")
        assert (person["name"], person["other_name"]) == ("Anne Dupont", "A. Dupont")
        found = table(await talk.ok("find_incwo_duplicates", kind="firms"))
    assert [(each["sure"], each["why"], each["name"], each["other_name"]) for each in found] == [
        ("likely", "same company number", "Menuiserie Lacaze", "Lacaze Menuiserie")
    ]
