"""The account's documents as the vendor's, element for element, and its seed."""

from datetime import datetime

import pytest

from harvest_mcp.sandbox import open_incwo
from harvest_mcp.spec import Record, Resource, Scope, fields
from harvest_mcp.spec.exchange import Cursor, Response
from harvest_mcp.systems.incwo import CONTACTS, FIRMS, INCWO
from harvest_mcp.systems.incwo.contacts import Address, Contact, Item
from harvest_mcp.wire.incwo_wires import incwo_of, root_of
from tests.sandbox.kit import Clock

from .kit import account, shape

pytestmark = pytest.mark.anyio

THEN = datetime(2015, 2, 3, 10, 5)
CONTACT = Contact(
    id=4_294_967_305,
    civility_label_id="mrs",
    last_name="Lœuillet",
    first_name="Marie-Ève",
    first_last_name="Marie-Ève Lœuillet",
    contact_type="client",
    contact_type2="",
    firm_id=7,
    job_title="Architecte",
    job_department="Études & plans",
    firm_name="L'Atelier d'Ébène",
    country="France",
    comment="Rappeler\nle matin",
    contact_addresses=(
        Address(
            id=15,
            contact_id=4_294_967_305,
            business_file_id=123456,
            address_type="professional",
            zip_code="69002",
            city="Lyon",
            created_at=THEN,
            updated_at=THEN,
            country="France",
            country_iso_3166_a3="FRA",
            street_address="28 rue Sainte-Hélène",
            street_address2="Bât. B",
        ),
    ),
    contact_items=(
        Item(
            id=20,
            contact_id=4_294_967_305,
            type_id="main_phone",
            created_at=THEN,
            updated_at=THEN,
            creator_id=31,
            modifier_id=31,
            business_file_id=123456,
            normalized_phone="33465711000",
            object_zname="users",
            object_zid=4_294_967_305,
            value="+33 4 65 71 10 00",
        ),
    ),
)
ADDRESS = [
    ("id", "15"),
    ("contact_id", "4294967305"),
    ("business_file_id", "123456"),
    ("address_type", "21"),
    ("zip_code", "69002"),
    ("city", "Lyon"),
    ("created_at", "03-02-2015-10-05"),  # an hour ahead, as in Paris in winter
    ("updated_at", "03-02-2015-10-05"),
    ("country", "France"),
    ("country_iso_3166_a3", "FRA"),
    ("street_address", "28 rue Sainte-Hélène"),
    ("street_address2", "Bât. B"),
]
ITEM = [
    ("id", "20"),
    ("contact_id", "4294967305"),
    ("type_id", "471"),
    ("created_at", "03-02-2015-10-05"),
    ("updated_at", "03-02-2015-10-05"),
    ("creator_id", "31"),
    ("modifier_id", "31"),
    ("business_file_id", "123456"),
    ("normalized_phone", "33465711000"),
    ("object_zname", "users"),
    ("object_zid", "4294967305"),
    ("value", "+33 4 65 71 10 00"),
]


async def test_a_contact_is_shown_as_documented_element_for_element() -> None:
    given = CONTACT.model_copy(update={"first_last_name": None, "firm_name": None})
    async with account(seeded=False) as desk:
        desk.sandbox.put(FIRMS, id=7, name="L'Atelier d'Ébène")
        desk.sandbox.put(CONTACTS, **given.model_dump(), **{"data_editor_lines_123456-3": "a & b"})
        answer = await desk.get("/contacts/4294967305")
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert shape(answer.content) == (
        "contact",
        [
            ("id", "4294967305"),
            ("civility_label_id", "18"),
            ("last_name", "Lœuillet"),
            ("first_name", "Marie-Ève"),
            ("first_last_name", "Marie-Ève Lœuillet"),
            ("contact_type", "client"),
            ("contact_type2", ""),
            ("firm_id", "7"),
            ("job_title", "Architecte"),
            ("job_department", "Études & plans"),
            ("firm_name", "L'Atelier d'Ébène"),
            ("country", "France"),
            ("comment", "Rappeler\nle matin"),
            ("data_editor_lines_123456-3", "a & b"),
            ("contact_addresses", [("contact_address", ADDRESS)]),
            ("contact_items", [("contact_item", ITEM)]),
        ],
    )
    read = CONTACTS.wire.get(Scope(CONTACTS), 4_294_967_305).read(Response(200, {}, answer.content))
    assert read == Contact(**CONTACT.model_dump(), **{"data_editor_lines_123456-3": "a & b"})


async def test_a_document_is_laid_out_one_element_to_a_line() -> None:
    async with account(seeded=False) as desk:
        desk.sandbox.put(FIRMS, id=5, name="A & B <C>", siren="")
        assert (await desk.get("/firms")).content == (
            b'<?xml version="1.0" encoding="UTF-8"?>\n'
            b'<firms type="array">\n'
            b"  <pagination>\n"
            b"    <current_page>1</current_page>\n"
            b"    <total_pages>1</total_pages>\n"
            b"    <current_page_items_count>1</current_page_items_count>\n"
            b"  </pagination>\n"
            b"  <firm>\n"
            b"    <id>5</id>\n"
            b"    <name>A &amp; B &lt;C&gt;</name>\n"
            b"    <siren></siren>\n"
            b"    <name_soundex>A120</name_soundex>\n"
            b"  </firm>\n"
            b"</firms>\n"
        )


@pytest.mark.parametrize("resource", INCWO.resources, ids=lambda resource: str(resource.plural))
async def test_every_resource_is_seeded_listed_and_read_by_the_client(resource: Resource[Record]) -> None:
    async with account() as desk:
        rows = desk.sandbox.rows(resource)
        assert len(rows) >= 3
        found: list[Record] = []
        for number in range(1, -(-len(rows) // 20) + 1):
            answer = await desk.get(incwo_of(resource).path, page=str(number))
            page = resource.wire.list(Scope(resource), cursor=Cursor(str(number))).read(
                Response(200, {}, answer.content)
            )
            found += page.rows
        assert [record.id for record in found] == [row["id"] for row in rows]
        for record in found[:5]:
            answer = await desk.get(f"{incwo_of(resource).path}/{record.id}")
            assert resource.wire.get(Scope(resource), record.id).read(Response(200, {}, answer.content)) == record


@pytest.mark.parametrize("resource", INCWO.resources, ids=lambda resource: str(resource.plural))
async def test_a_verb_is_there_exactly_if_the_resource_has_it(resource: Resource[Record]) -> None:
    body = f"<{root_of(resource)}></{root_of(resource)}>"
    async with account("required=none") as desk:
        id = desk.sandbox.rows(resource)[0]["id"]
        made = await desk.post(incwo_of(resource).path, body)
        changed = await desk.put(f"{incwo_of(resource).path}/{id}", body)
        gone = await desk.delete(f"{incwo_of(resource).path}/{id}")
    expected = {"create": 201, "update": 200, "delete": 200}
    assert [made.status_code, changed.status_code, gone.status_code] == [
        expected[verb] if verb in resource.verbs else 404 for verb in ("create", "update", "delete")
    ]


def test_the_seed_is_a_french_company_with_every_oddity_and_the_same_each_time() -> None:
    with open_incwo(clock=Clock()) as first, open_incwo(clock=Clock()) as second:
        for resource in INCWO.resources:
            assert first.rows(resource) == second.rows(resource)
        people, firms = first.rows(CONTACTS), first.rows(FIRMS)
    assert (len(firms), len(people)) == (60, 200)
    assert [row["name"] for row in firms].count("Menuiserie Lacaze") == 2
    assert [row["last_name"] for row in people if row["civility_label_id"] == "620105"] == ["Faÿ"]
    assert sum("data_editor_lines_123456-3" in row for row in people) == 20
    assert sum(row["firm_id"] in (0, None) for row in people) == 10
    named = " ".join(f"{row['first_name']} {row['last_name']}" for row in people)
    assert all(letters in named for letters in ("Jean-Baptiste", "œ", "Œ", "’", "L'H", "N'D", "Ève", "ÿ"))


def test_rows_have_the_columns_of_their_record() -> None:
    with open_incwo(clock=Clock()) as sandbox:
        for resource in INCWO.resources:
            assert set(sandbox.rows(resource)[1]) == set(fields(resource.record))
