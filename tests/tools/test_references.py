"""Naming another record: by its id or its whole name, never by a guess."""

import unicodedata

import pytest

from harvest_mcp.sandbox import ADMIN, Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, PEOPLE, PROJECTS
from tests.conftest import Era, talking
from tests.tools.kit import ACME, BAKERY, JANE, account, document, writes

pytestmark = pytest.mark.anyio

NO_NAME = "Pass the id, or the name as it is written there."
NOTHING_LIKE_IT = "Nothing is named like it. Pass the id, or the whole name."


@pytest.mark.parametrize("client", ["11073", 11073, "0011073"])
async def test_an_id_is_taken_as_it_is_and_costs_no_call(sandbox: Sandbox, era: Era, client: object) -> None:
    async with talking(sandbox, era=era) as talk:
        assert (await talk.ok("list_contacts", client=client)).startswith("# 3 contacts\n")
        assert talk.wire() == ["GET /clients/11073/contacts"]


async def test_an_exact_name_is_looked_up(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert (await talk.ok("list_contacts", client="Acme")).startswith("# 3 contacts\n")
        assert talk.wire() == ["GET /clients", "GET /clients/11073/contacts"]


@pytest.mark.parametrize(
    ("tool", "given", "place", "read"),
    [
        ("list_contacts", {}, "client", "GET /clients"),
        ("create_user_assignment", {"person": "42"}, "project", "GET /projects"),
        ("log_time", {"task": "501", "hours": "1", "day": "2018-03-05"}, "project", "GET /daily/64/2018"),
    ],
)
async def test_nobody_is_no_place(sandbox: Sandbox, tool: str, given: dict[str, str], place: str, read: str) -> None:
    async with talking(sandbox, account=account()) as talk:
        for zero in ("0", "id 0"):
            said = await talk.error(tool, **{place: zero}, **given)
            assert said.startswith(f"No {place} named exactly '{zero}'")
            assert read in talk.wire()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_a_name_is_the_same_in_every_normalisation(sandbox: Sandbox, era: Era, form: str) -> None:
    name = unicodedata.normalize("NFC" if form == "NFC" else "NFD", "Bäckerei Groß")
    async with talking(sandbox, era=era) as talk:
        await talk.ok("update_contact", contact_id=JANE, client=name)
        assert writes(talk) == [
            ("PUT", "/contacts/9", document("contact", f'<client-id type="integer">{BAKERY}</client-id>'))
        ]


async def test_a_stored_name_in_another_normalisation_is_found(sandbox: Sandbox, era: Era) -> None:
    decomposed = sandbox.put(CLIENTS, name=unicodedata.normalize("NFD", "Håndværk"), active=True)
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("list_contacts", client="Håndværk") == "# 0 contacts"
        assert talk.wire() == ["GET /clients", f"GET /clients/{decomposed}/contacts"]


async def test_blanks_around_a_stored_name_do_not_count(sandbox: Sandbox, era: Era) -> None:
    padded = sandbox.put(CLIENTS, name=" Padded \n", active=True)
    async with talking(sandbox, era=era) as talk:
        await talk.ok("list_contacts", client="Padded")
        assert talk.wire() == ["GET /clients", f"GET /clients/{padded}/contacts"]


@pytest.mark.parametrize(
    ("name", "what", "near"),
    [
        ("suprcor", "No client named exactly 'suprcor'.", 'Similar: "SuprCorp" (11072). '),
        ("SuprCorp In", "No client named exactly 'SuprCorp In'.", 'Similar: "SuprCorp" (11072). '),
        ("BLUEPEAK", "No client named exactly 'BLUEPEAK'.", 'Similar: "BluePeak" (11080); "Bluepeak" (11081). '),
        ("Cafe Zo", "No client named exactly 'Cafe Zo'.", 'Similar: "Café Zoë" (11076). '),
        ("O'Malley", "No client named exactly 'O'Malley'.", 'Similar: "O\'Malley & Daughters Brewing" (11075). '),
        ("Ac\u202eme", "No client named exactly 'Ac⟦U+202E⟧me'.", 'Similar: "Acme" (11073). '),
        ("qqqq", "No client named exactly 'qqqq'.", ""),
        ("-7", "No client named exactly '-7'.", ""),
        ("11073.0", "No client named exactly '11073.0'.", ""),
        ("１１０７３", "No client named exactly '１１０７３'.", ""),
    ],
)
async def test_a_name_that_fits_nothing_is_refused_with_what_is_close(
    sandbox: Sandbox, era: Era, name: str, what: str, near: str
) -> None:
    way = near + NO_NAME if near else NOTHING_LIKE_IT
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("list_contacts", client=name) == f"{what} {way}"
        assert talk.wire() == ["GET /clients"]
        assert await talk.error("update_contact", contact_id=JANE, client=name) == (
            f"{what} Nothing was changed. {way}"
        )
        assert talk.wire() == ["GET /clients"]


async def test_a_name_that_two_records_have_is_refused_with_what_tells_them_apart(sandbox: Sandbox, era: Era) -> None:
    second = sandbox.put(CLIENTS, name="Acme", active=True)
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("create_contact", client="Acme", first_name="A", last_name="B") == (
            f"2 clients named exactly 'Acme'. Nothing was created. "
            f'They are: "Acme" (11073), details "1 Desert Road"; "Acme" ({second}). Pass the id.'
        )
        assert talk.wire() == ["GET /clients"]


async def test_an_exact_name_wins_over_one_that_differs_in_case(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("list_contacts", client="Bluepeak")
        assert talk.wire() == ["GET /clients", "GET /clients/11081/contacts"]


@pytest.mark.parametrize("client", ["suprcorp", "SUPRCORP", '"SuprCorp"', "“suprcorp”"])
async def test_case_and_quotes_do_not_count_where_only_one_record_is_meant(
    sandbox: Sandbox, era: Era, client: str
) -> None:
    async with talking(sandbox, era=era) as talk:
        assert (await talk.ok("list_contacts", client=client)).startswith("# ")
        assert talk.wire() == ["GET /clients", "GET /clients/11072/contacts"]
        await talk.ok("update_contact", contact_id=17, client=client)
        assert writes(talk)[0][2] == document("contact", '<client-id type="integer">11072</client-id>')


@pytest.mark.parametrize(
    "client",
    [
        " O'Malley & Daughters Brewing\n",
        "O'Malley  &\u00a0Daughters Brewing",
        "O’Malley & Daughters Brewing",
        "“O‘malley & Daughters Brewing”",
        "O'Malley & Daughters Brewing (11075)",
        '"O’Malley & Daughters Brewing" (11075)',
    ],
)
async def test_blanks_quotes_and_an_id_behind_the_name_do_not_count(sandbox: Sandbox, client: str) -> None:
    async with talking(sandbox) as talk:
        assert (await talk.ok("list_contacts", client=client)).startswith("# ")
        assert talk.wire() == ["GET /clients", "GET /clients/11075/contacts"]


async def test_the_word_id_before_digits_costs_no_call(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        await talk.ok("list_contacts", client="id 11073")
        assert talk.wire() == ["GET /clients/11073/contacts"]


@pytest.mark.parametrize("client", ["Acme (11072)", "Acme (9)", "Ac (11073)"])
async def test_an_id_behind_another_name_is_refused(sandbox: Sandbox, client: str) -> None:
    async with talking(sandbox) as talk:
        assert (await talk.error("list_contacts", client=client)).startswith(f"No client named exactly '{client}'.")
        assert talk.wire() == ["GET /clients"]


async def test_a_project_is_named_by_its_code_too(sandbox: Sandbox) -> None:
    row = next(each for each in sandbox.rows(PROJECTS) if each["code"] and each["id"] == 301)
    async with talking(sandbox, toolsets="all") as talk:
        for code, named in ((row["code"], ["GET /tasks"]), (f" {str(row['code']).lower()}", [])):
            await talk.ok("list_task_assignments", project=code)
            assert talk.wire() == ["GET /projects", *named, "GET /projects/301/task_assignments", "GET /projects/301"]
        said = await talk.ok("log_time", project=row["code"], task="id 501", hours="1")
        assert '"project_id":301' in said
        said = await talk.ok("log_time", project=f"{row['name']} (301)", task=501, hours="2")
        assert '"project_id":301' in said


async def test_a_code_that_is_the_name_of_another_is_refused(sandbox: Sandbox) -> None:
    row = next(each for each in sandbox.rows(PROJECTS) if each["code"])
    other = sandbox.put(PROJECTS, name=row["code"], client_id=ACME, active=True)
    async with talking(sandbox, toolsets="all") as talk:
        said = await talk.error("list_task_assignments", project=row["code"])
        assert said.startswith(f"2 projects named exactly '{row['code']}'.")
        assert f"({row['id']})" in said
        assert f"({other})" in said


async def test_a_person_is_named_by_an_address_or_as_me(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="all") as talk:
        by_id = await talk.ok("report_time", period="2018-02", person="31")
        by_name = await talk.ok("report_time", period="2018-02", person="ada kestrel")
        assert await talk.ok("report_time", period="2018-02", person="me") == by_id
        assert await talk.ok("report_time", period="2018-02", person=ADMIN.email.upper()) == by_name
        assert await talk.ok("report_time", period="2018-02", person="Ada Kestrel (31)") == by_name
        mine = await talk.ok("get_timesheet")
        assert await talk.ok("get_timesheet", person="Me") == mine
        said = await talk.error("create_user_assignment", project="310", person=f" {ADMIN.email} ")
        assert said.startswith('This user assignment is there already: "person 31 project 310"')


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("O’Malley & Daughters Brewing", 11075),
        ("Cafe Zoe", 11076),
        ("SuprCorp, Inc.", 11072),
        ("Backerei  Gross", 11077),
        ("Quill, Ink & Co", 11110),
    ],
)
async def test_quotes_accents_blanks_end_dots_and_legal_forms_do_not_count_where_one_record_is_meant(
    sandbox: Sandbox, name: str, id: int
) -> None:
    async with talking(sandbox) as talk:
        await talk.ok("list_contacts", client=name)
        assert talk.wire() == ["GET /clients", f"GET /clients/{id}/contacts"]


async def test_two_legal_forms_are_two_companies(sandbox: Sandbox) -> None:
    sandbox.put(CLIENTS, name="Meyer AG", active=True)
    async with talking(sandbox) as talk:
        assert "Similar: " in await talk.error("list_contacts", client="Meyer GmbH")
        sandbox.put(CLIENTS, name="Meyer Ltd.", active=True)
        assert (await talk.error("list_contacts", client="Meyer")).startswith(
            'No client named exactly \'Meyer\'. Similar: "Meyer AG" (11113); "Meyer Ltd." (11114). '
        )
        assert (await talk.ok("list_contacts", client="Meyer Limited")).startswith("# 0 contacts")


async def test_the_name_that_holds_it_is_named_and_none_that_is_unlike_it(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        assert await talk.error("list_contacts", client="Northgate") == (
            f"No client named exactly 'Northgate'. Similar: \"Northgate Outfitters\" (11096). {NO_NAME}"
        )
        for number in range(7):
            sandbox.put(CLIENTS, name=f"Northgate {number}", active=True)
        near = (await talk.error("list_contacts", client="northgate")).partition("Similar: ")[2]
        assert near.count("(") == 5


async def test_a_person_may_be_named_by_one_name_where_one_fits(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="all") as talk:
        await talk.ok("list_expenses", person="ana", day="2018-03-01")
        assert talk.wire()[:2] == ["GET /people", "GET /expenses/60/2018?of_user=34"]
        sandbox.put(PEOPLE, first_name="Ana", last_name="Zwei", email="zwei@kestrel.example", is_active=True)
        assert (await talk.error("list_expenses", person="Ana", day="2018-03-01")).startswith(
            '2 persons named exactly \'Ana\'. They are: "Ana Souza" (34), email "ana@kestrel.example", department '
        )


async def test_case_is_no_guess_in_other_letters_either(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("list_contacts", client=unicodedata.normalize("NFD", "BÄCKEREI GROSS"))
        assert talk.wire()[1] == f"GET /clients/{BAKERY}/contacts"


async def test_an_invoice_may_be_named_with_its_number_sign(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        await talk.ok("list_invoice_payments", invoice="#1004")
        assert talk.wire()[-1] == "GET /invoices/7004/payments"


async def test_digits_are_an_id_even_where_a_client_is_called_so(sandbox: Sandbox, era: Era) -> None:
    sandbox.put(CLIENTS, name="11073", active=True)
    async with talking(sandbox, era=era) as talk:
        await talk.ok("list_contacts", client="11073")
        assert talk.wire() == ["GET /clients/11073/contacts"]


async def test_digits_too_long_for_an_id_are_a_name(sandbox: Sandbox, era: Era) -> None:
    named = sandbox.put(CLIENTS, name="4915112345678901", active=True)
    async with talking(sandbox, era=era) as talk:
        await talk.ok("list_contacts", client="4915112345678901")
        assert talk.wire() == ["GET /clients", f"GET /clients/{named}/contacts"]


async def test_an_id_that_is_not_there_is_the_vendors_to_refuse(sandbox: Sandbox, era: Era) -> None:
    before = sandbox.rows(CONTACTS)
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("update_contact", contact_id=JANE, client=5) == (
            'Harvest refused this (400): "There is no client with the client-id given." (Harvest\'s words).'
            " Nothing was changed."
        )
        assert await talk.error("create_contact", client=5, first_name="A", last_name="B") == (
            "No client 5 in this account, or this user may not see it. Nothing was created. Call list_clients for ids."
        )
        assert talk.wire() == ["GET /clients/5/contacts"]
    assert sandbox.rows(CONTACTS) == before


async def test_an_archived_client_can_be_named(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("create_contact", client="Penrose Dairy", first_name="A", last_name="B")
        assert talk.wire()[:2] == ["GET /clients", "GET /clients/11095/contacts"]


async def test_a_name_moves_a_contact_to_that_client(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("update_contact", contact_id=JANE, client="Acme")
        assert talk.wire() == ["GET /clients", "GET /contacts/9", "PUT /contacts/9", "GET /contacts/9"]
    assert sandbox.rows(CONTACTS)[0]["client_id"] == ACME
