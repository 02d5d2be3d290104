"""What a model reads and writes, and what is on the wire instead: codes, dates, decimals, nobody, custom fields."""

from datetime import date
from decimal import Decimal

import pytest

from harvest_mcp.sandbox import Fault
from harvest_mcp.systems.incwo import BANK_ACCOUNTS, CONTACTS, INVOICES, PRODUCTS, PROJECTS
from tests.conftest import Era
from tests.incwo.kit import ANNE, CHOSEN, FRANCOISE, at, first, record, sent

pytestmark = pytest.mark.anyio

LONG = Decimal("154." + "9" * 60 + "59")


@pytest.mark.parametrize(
    ("noun", "begins", "ends"),
    [
        ("vacation", "start_date", "stop_date"),
        ("contract", "begin_date", "end_date"),
        ("project", "start_date", "end_date"),
    ],
)
async def test_nothing_ends_before_it_begins(noun: str, begins: str, ends: str) -> None:
    async with at(toolsets="all") as talk:
        named = {"contract": {"title": "Bail"}, "project": {"name": "Hangar"}}.get(noun, {})
        refused = await talk.error(f"create_incwo_{noun}", **named, **{begins: "2027-01-02", ends: "2026-01-05"})
        assert refused.startswith(f"{ends} 2026-01-05 is before {begins} 2027-01-02. Nothing was sent.")
        assert talk.wire() == []


async def test_codes_are_words_both_ways_and_an_accounts_own_stays_a_number(era: Era) -> None:
    async with at(era=era, toolsets="all") as talk:
        await talk.ok("update_incwo_contact", contact_id=ANNE, civility_label_id="miss", contact_type="personal")
        assert sent(talk) == [("civility_label_id", "19"), ("contact_type", "perso")]
        now = await record(talk, "contact", ANNE)
        assert (now["civility_label_id"], now["contact_type"]) == ("miss", "personal")
        said = await talk.ok("update_incwo_task", task_id=1005, status_id="code 700229", service_id="")
        assert first(said) == 'Updated task "Rappeler Mme Dupont" (1005). undo_change(change_id=2) takes it back.'
        assert sent(talk) == [("service_id", ""), ("status_id", "700229")]
        assert (await record(talk, "task", 1005))["status_id"] == "unknown state (700229)"
        assert "700229" in await talk.ok("list_incwo_tasks", limit=1)


async def test_a_code_takes_its_words_and_numbers_only() -> None:
    async with at() as talk:
        assert await talk.error("update_incwo_contact", contact_id=ANNE, civility_label_id="Madame") == (
            "civility_label_id takes one of mr, mrs, miss, or a code of your own as code 620105. Nothing was sent."
            " update_incwo_contact takes: contact_id, civility_label_id, last_name, first_name, contact_type, firm,"
            " job_title, job_department, country, comment."
        )


async def test_days_are_iso_here_and_french_on_the_wire() -> None:
    async with at(toolsets="all") as talk:
        said = await talk.ok("create_incwo_project", name="Hangar", start_date="0987-12-01", end_date="2026-02-28")
        assert sent(talk) == [("name", "Hangar"), ("start_date", "01-12-0987"), ("end_date", "28-02-2026")]
        assert '"start_date":"0987-12-01","end_date":"2026-02-28"' in said
        assert talk.sandbox.rows(PROJECTS)[-1]["end_date"] == date(2026, 2, 28)
        await talk.ok("update_incwo_project", project_id=300045, end_date="")
        assert sent(talk) == [("end_date", "")]
        assert "28-02-2026 is" not in await talk.error("create_incwo_project", name="B", start_date="28-02-2026")


async def test_a_day_with_midnight_behind_it_is_a_day_and_a_minute_is_local() -> None:
    async with at(toolsets="all") as talk:
        assert (await record(talk, "proposal", 720005)).get("validity_date", "")[4:5] in ("", "-")
        assert (await record(talk, "product", 640005))["created_at"] == "2018-03-05 13:00"


async def test_a_decimal_of_64_digits_is_told_digit_for_digit() -> None:
    async with at(toolsets="all") as talk:
        talk.sandbox.store.update(PRODUCTS, 640005, {"price_in_file_currency": LONG})
        assert (await record(talk, "product", 640005))["price_in_file_currency"] == str(LONG)
        await talk.ok("update_incwo_product", product_id=640005, price="12.75")
        assert sent(talk) == [("price", "12.75")]
        assert (await record(talk, "product", 640005))["price_in_file_currency"] == str(LONG)


@pytest.mark.parametrize("nobody", [0, -1])
async def test_a_reference_to_nobody_is_none(nobody: int) -> None:
    async with at(toolsets="all") as talk:
        talk.sandbox.store.update(INVOICES, 750005, {"bank_account_id": nobody, "contact_id": nobody})
        invoice = await record(talk, "invoice", 750005)
        assert (invoice.get("bank_account_id"), invoice.get("contact_id")) == (None, None)


async def test_an_empty_firm_takes_a_contact_out_of_it(era: Era) -> None:
    async with at(era=era) as talk:
        said = await talk.ok("update_incwo_contact", contact_id=ANNE, firm="")
        assert first(said) == 'Updated contact "Anne Dupont" (880005). undo_change(change_id=1) takes it back.'
        assert sent(talk) == [("firm_id", "0")]
        now = await record(talk, "contact", ANNE)
        assert (now.get("firm_id"), now.get("firm_name")) == (None, None)
        await talk.ok("undo_change", change_id=1)
        assert (await record(talk, "contact", ANNE))["firm_name"] == "Menuiserie Lacaze"


async def test_a_clearing_that_is_ignored_is_told() -> None:
    async with at("clearing=ignored") as talk:
        said = await talk.ok("update_incwo_contact", contact_id=ANNE, job_title="")
        assert first(said) == (
            "Accepted, not visible yet: contact 880005."
            " get_change(change_id=1) tells in a minute whether it took effect."
            " undo_change(change_id=1) takes it back."
        )


async def test_custom_fields_are_shown_and_outlive_an_update(era: Era) -> None:
    async with at(era=era) as talk:
        assert (await record(talk, "contact", ANNE))[CHOSEN] == "Fidèle"
        await talk.ok("update_incwo_contact", contact_id=ANNE, job_title="Gérante")
        assert sent(talk) == [("job_title", "Gérante")]
        now = await record(talk, "contact", ANNE)
        assert (now[CHOSEN], now["data_editor_lines_123456-3"]) == ("Fidèle", "Bois & métal")


async def test_text_of_every_kind_comes_back_as_it_was_sent() -> None:
    text = 'Œuvrard & Fils <b> ]]> "L\'Été"\nligne 2 — ½ €'
    async with at("encoding=references") as talk:
        await talk.ok("update_incwo_contact", contact_id=FRANCOISE, comment=text)
        assert (await record(talk, "contact", FRANCOISE))["comment"] == text
        assert [row["comment"] for row in talk.sandbox.rows(CONTACTS) if row["id"] == FRANCOISE] == [text]


async def test_a_name_stands_for_an_id_only_when_one_record_has_it() -> None:
    async with at() as talk:
        assert await talk.error("update_incwo_contact", contact_id=ANNE, firm="Menuiserie Lacaze") == (
            "2 firms named exactly 'Menuiserie Lacaze'. Nothing was changed. They are: "
            '"Menuiserie Lacaze" (500005), email "contact@menuiserie-lacaze.example", siren "999000000", city "Lyon"; '
            '"Menuiserie Lacaze" (500290), email "contact@menuiserie-lacaze-toulouse.example", siren "999007809", '
            'city "Toulouse". Pass the id.'
        )
        await talk.ok("update_incwo_contact", contact_id=ANNE, firm="Charpentes Œuvrard & Fils")
        assert sent(talk) == [("firm_id", "500010")]


async def test_a_movements_second_warehouse_is_sent_and_not_missed() -> None:
    async with at(toolsets="all") as talk:
        said = await talk.ok(
            "create_incwo_stock_movement",
            product="640005",
            quantity="4",
            direction="out",
            origin_warehouse_id=75,
            destination_warehouse_id=75,
        )
        assert ("destination_warehouse_id", "75") in sent(talk)
        assert ("direction", "-1") in sent(talk)
        assert "Stored otherwise" not in said


async def test_private_numbers_are_shown_by_their_end_everywhere(era: Era) -> None:
    iban = "FR7630006000011234567890189"
    async with at(era=era, toolsets="all", reply="yes") as talk:
        said = await talk.ok("list_incwo_bank_accounts", fields=["bank_iban", "bank_account", "bank_key"])
        assert said.splitlines()[2] == "1005,…5731,…3457,…"
        said = await talk.ok("update_incwo_bank_account", bank_account_id=1005, bank_iban=iban)
        assert sent(talk) == [("bank_iban", iban)]
        assert '"bank_iban":"…0189"' in said
        assert '{"bank_iban":{"before":"…5731","sent":"…0189","after":"…0189"}}' in (
            await talk.ok("get_change", change_id=1)
        )
        talk.sandbox.store.update(BANK_ACCOUNTS, 1005, {"bank_iban": "FR00"})
        assert await talk.error("undo_change", change_id=1) == (
            "Bank account 1005 changed since: bank_iban was left as … and is now …. Nothing was undone."
            " If list_changes has a later change of it, undo that first; else decide which is right, and"
            " update the record yourself."
        )
        assert "1234567890" not in await talk.ok("list_changes")


async def test_staff_are_read_only_and_masked(era: Era) -> None:
    async with at(era=era, toolsets="all") as talk:
        assert [tool.name for tool in (await talk.client.list_tools()).tools if "staff" in tool.name] == [
            "list_incwo_staff",
            "get_incwo_staff_member",
        ]
        assert await talk.ok("get_incwo_staff_member", staff_member_id=1005) == (
            '{"id":1005,"user_id":31,"civility_label_id":"mrs","first_name":"Émilie","last_name":"Sureau",'
            '"birth_date":"…","birth_city":"…","nationality_country_id":"…","s_security_nb":"…0101",'
            '"arrival_date":"2005-09-01","job_label":"Gérante","email":"…"}'
        )
        assert (await talk.error("list_incwo_staff", fields=["email"])).startswith(
            "fields takes only 'id', 'user_id', "
        )
        assert (await talk.ok("list_incwo_staff", query="279027199900101")).startswith(
            '# 0 staff; "279027199900101" is nowhere; looked in civility_label_id, first_name, last_name, job_label, '
        )


async def test_a_files_bytes_go_up_and_do_not_come_down(era: Era) -> None:
    async with at(era=era, toolsets="all") as talk:
        said = await talk.ok("create_incwo_file", upload_file_name="plan.txt", file_data_base64="UGxhbg==")
        assert said.splitlines() == [
            'Created file "plan.txt" (1020). undo_change(change_id=1) takes it back.',
            '{"id":1020,"upload_file_name":"plan.txt"}',
        ]
        assert sent(talk) == [("upload_file_name", "plan.txt"), ("file_data_base64", "UGxhbg==")]
        assert '"file_data_base64":{"sent":"8 characters"}' in await talk.ok("get_change", change_id=1)
        assert "UGxhbg" not in await talk.ok("get_incwo_file", file_id=1020)


async def test_overwriting_a_files_bytes_asks_and_says_that_nothing_brings_them_back(era: Era) -> None:
    lost = "Nothing brings back the content it has now."
    replaced = "incwo replaces the content of a file. Its content becomes 3 bytes sent here."
    gone = "Nothing brings back what file_data_base64 held before."
    async with at(era=era, reply="yes", toolsets="all") as talk:
        await talk.ok("create_incwo_file", upload_file_name="plan.txt", file_data_base64="UGxhbg==")
        said = await talk.ok("update_incwo_file", file_id=1020, file_data_base64="TmV3")
        assert said.splitlines()[0] == f'Updated file "plan.txt" (1020). {gone}'
        assert talk.asked == [f'Change file "plan.txt" (1020)? {replaced} {lost}']
        assert await talk.error("undo_change", change_id=2) == (
            "What file_data_base64 of file 1020 held before is not known, since it cannot be read back."
            " Nothing was undone. Send what it held, if you have it."
        )
        assert talk.wire() == []


async def test_an_undo_of_a_file_restores_what_can_be_read_and_never_sends_its_bytes(era: Era) -> None:
    async with at(era=era, reply="yes", toolsets="all") as talk:
        await talk.ok("create_incwo_file", upload_file_name="plan.txt", file_data_base64="UGxhbg==")
        new = {"upload_file_name": "new.txt", "file_data_base64": "TmV3"}
        said = await talk.ok("update_incwo_file", file_id=1020, **new)
        assert said.splitlines()[0] == (
            'Updated file "new.txt" (1020). undo_change(change_id=2) takes it back, but not what file_data_base64 held'
            " before."
        )
        assert talk.asked[-1] == (
            'Change file "plan.txt" (1020)? incwo replaces the content of a file. upload_file_name: "plan.txt" becomes'
            ' "new.txt". Its content becomes 3 bytes sent here. Nothing brings back the content it has now. An undo'
            " puts back what else changes."
        )
        said = await talk.ok("undo_change", change_id=2)
        assert said.splitlines()[0] == (
            'Undid change 2: file "plan.txt" (1020) is changed back. That is change 3. Not restored: file_data_base64.'
        )
        assert sent(talk) == [("upload_file_name", "plan.txt")]


async def test_a_files_bytes_are_not_overwritten_by_who_declines_and_its_name_asks_nobody() -> None:
    async with at(reply="decline", toolsets="all") as talk:
        await talk.ok("create_incwo_file", upload_file_name="plan.txt", file_data_base64="UGxhbg==")
        assert "Nothing was changed." in await talk.error("update_incwo_file", file_id=1020, file_data_base64="TmV3")
        assert [line for line in talk.wire() if not line.startswith("GET")] == []
        await talk.ok("update_incwo_file", file_id=1020, upload_file_name="new.txt")
        assert len(talk.asked) == 1


async def test_whether_bytes_arrived_whose_answer_was_lost_stays_in_doubt() -> None:
    """They cannot be read back, so what is read shows neither that they did nor that they did not."""
    async with at(reply="yes", toolsets="all") as talk:
        await talk.ok("create_incwo_file", upload_file_name="plan.txt", file_data_base64="UGxhbg==")
        talk.sandbox.fail(Fault("drop", method="PUT", commit="never"))
        assert "change 2" in await talk.error("update_incwo_file", file_id=1020, file_data_base64="TmV3")
        assert '"outcome":"in doubt"' in await talk.ok("get_change", change_id=2)


@pytest.mark.parametrize("same", ["+/+/\r\nUGxhbg==\n", "-_-_UGxhbg==", "data:image/png;base64,+/+/UGxhbg=="])
async def test_base64_is_taken_as_mail_and_addresses_write_it(same: str) -> None:
    async with at(toolsets="all") as talk:
        await talk.ok("create_incwo_file", upload_file_name="plan.txt", file_data_base64=same)
        assert ("file_data_base64", "+/+/UGxhbg==") in sent(talk)


@pytest.mark.parametrize("wrong", ["Plan!", "UGxhbg", "UGxh bg==", "é"])
async def test_what_is_no_base64_is_not_sent(wrong: str) -> None:
    async with at(toolsets="all") as talk:
        said = await talk.error("create_incwo_file", upload_file_name="plan.txt", file_data_base64=wrong)
        assert said.startswith("file_data_base64 takes a file's bytes in base64. Nothing was sent. ")
        assert talk.wire() == []
