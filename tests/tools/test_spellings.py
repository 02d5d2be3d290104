"""Numbers, days, currencies and addresses as people write them: taken where they mean one thing, and told."""

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.systems.harvest.currencies import TABLE, labelled
from harvest_mcp.tools.arguments import spellings
from tests.conftest import talking
from tests.harvest.ticking import Ticking
from tests.holds import holds_for
from tests.incwo import kit as incwo
from tests.tools.kit import SUPRCORP, account, undo, writes

pytestmark = pytest.mark.anyio


@holds_for(
    ("written", "read"),
    [
        *(("80,00", "80.00"), ("1,5", "1.5"), (" 12.50 ", "12.50"), ("-1,25", "-1.25"), ("0,333", "0.333")),
        *(("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("1,234,567", "1234567"), ("1.2340", "1.2340")),
        *(("1 200,50", "1200.50"), ("1\u202f200", "1200"), ("12 00", "12 00")),
        *(("1.000", "1.000"), ("1,000", "1,000"), ("1,2,3", "1,2,3"), ("1,23.4", "1,23.4")),  # refused afterwards
    ],
)
def test_an_amount_has_one_meaning_or_stays_as_it_is(written: str, read: str) -> None:
    assert spellings.amount(written) == read


@holds_for(
    ("written", "read"),
    [
        *(("2026/11/27", "2026-11-27"), ("2026-1-5", "2026-01-05"), ("2026.11.27", "2026-11-27")),
        *(("27 Nov 2026", "2026-11-27"), ("27th of May", "27th of May"), ("1st May, 2026", "2026-05-01")),
        *(("le 3 mars 2026", "2026-03-03"), ("1er août 2026", "2026-08-01"), ("3. März 2026", "2026-03-03")),
        *(("November 27, 2026", "2026-11-27"), ("nov 3 2026", "2026-11-03"), ("Sept. 3, 2026", "2026-09-03")),
        *(("2026-11-27T00:00:00.000Z", "2026-11-27"), ("2026-11-27T23:30:00+02:00", "2026-11-27")),
        *(("2026-11-27T09:30", "2026-11-27"), ("2026-11-27T22:00:00Z", "2026-11-27T22:00:00Z")),
        *(("11/27", "11/27"), ("27/11", "27/11"), ("11/27/2026", "11/27/2026"), ("2026/11-27", "2026/11-27")),
    ],
)
def test_a_day_has_one_meaning_or_stays_as_it_is(written: str, read: str) -> None:
    assert spellings.day(written) == read


async def test_french_days_times_and_amounts_are_taken_or_answered_by_what_to_send() -> None:
    async with incwo.at(toolsets="all") as talk:
        said = await talk.ok("create_incwo_task", title="Appeler", due_at="3 mars 2018 à 8h30")
        assert '"due_at":"2018-03-03 08:30"' in said
        said = await talk.error("add_incwo_timesheet_line", timesheet_id=1020, day=3, duration="8h30")
        assert said.startswith("duration takes a number such as 12.50; 8h30 is 8.50 hours.")
        said = await talk.error("create_incwo_product", name="Planche", price="1 200,50 €")
        assert said.startswith(
            "price takes an amount such as 1200.50, without a currency or a unit: the record has its own."
        )
        said = await talk.ok("report_incwo_invoices", of="invoiced", period="février 2018")
        assert said.startswith("# 2018-02-01 to 2018-02-28: ")


@holds_for(
    "written",
    [
        *("mailto:ana@x.example", "MAILTO:ana@x.example?subject=Hi", "Ana <ana@x.example>", "Ana ‹ana@x.example›"),
        *("<ana@x.example>", "[ana@x.example](mailto:ana@x.example)", " ana@x.example "),
    ],
)
def test_an_address_is_taken_out_of_what_is_around_it(written: str) -> None:
    assert spellings.address(written) == "ana@x.example"


def test_every_currency_is_known_by_its_code_in_any_case() -> None:
    assert labelled("eur") == labelled("EUR") == labelled("Euro - EUR") == "Euro - EUR"
    assert labelled("Euro") == "Euro"
    assert all(labelled(entry[:3]) == f"{entry[4:]} - {entry[:3]}" for entry in TABLE.split("; "))


async def test_an_amount_with_a_comma_is_kept_and_shown_as_it_was_understood(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="all") as talk:
        line = {"kind": "Service", "quantity": "1,5", "unit_price": "1.234,50"}
        said = await talk.ok("create_invoice", client=SUPRCORP, subject="A", line_items=[line])
        assert '"quantity":"1.5","unit_price":"1234.50"' in said
        assert '"fields"' in await talk.ok("get_change", change_id=1)
        said = await talk.error("create_invoice", client=SUPRCORP, line_items=[{**line, "unit_price": "1.000"}])
        assert said.startswith(
            "line_items[0].unit_price has three digits behind a point or comma, which may be thousands; "
            "send it as 1.2340 or as 1234. Nothing was sent."
        )


@pytest.mark.parametrize(
    ("hours", "kept", "told"),
    [
        ("1,5", "1.50", ""),
        ("1,5h", "1.50", ""),
        ("0.333", "0.33", " 0.333 is kept as 0.33 hours."),
        (1.3333333, "1.33", " 1.3333333 is kept as 1.33 hours."),
    ],
)
async def test_hours_are_rounded_to_the_vendors_two_places_and_told(
    sandbox: Sandbox, hours: object, kept: str, told: str
) -> None:
    async with talking(sandbox, toolsets="all") as talk:
        said = (await talk.ok("log_time", project=301, task=501, hours=hours, notes="", day="2018-03-01")).splitlines()
        assert said[0].endswith(f"{undo(1)}{told}")
        assert f">{kept}</hours>" in writes(talk)[0][2].decode()


@pytest.mark.parametrize("day", ["2018/3/2", "2 Mar 2018", "March 2, 2018", "2018-03-02T00:00:00Z", "last Friday"])
async def test_a_day_is_taken_in_the_ways_it_is_written(sandbox: Sandbox, day: str) -> None:
    async with talking(sandbox, toolsets="all", account=account(), clock=Ticking()) as talk:
        said = await talk.ok("log_time", project=301, task=501, hours=1, day=day)
        assert said.startswith("On Friday 2018-03-02: logged")


@pytest.mark.parametrize("day", ["3/2", "02/03/2018", "2018-03-02T22:00:00Z", "2 March", "30 Feb 2018"])
async def test_a_day_of_two_meanings_is_refused(sandbox: Sandbox, day: str) -> None:
    async with talking(sandbox) as talk:
        said = await talk.error("log_time", project=301, task=501, hours=1, day=day)
        assert said.startswith(("day takes a date such as 2026-01-31", "day is not a date of the calendar"))
        assert talk.wire() == []


async def test_a_currency_is_sent_in_the_accounts_own_form(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        assert '"currency":"Euro - EUR"' in await talk.ok("create_client", name="Nova", currency="eur")
        assert b"<currency>Euro - EUR</currency>" in writes(talk)[0][2]
    async with incwo.at(toolsets="all") as talk:
        said = await talk.ok("create_incwo_product", name="Vis", currency_id="eur")
        assert incwo.told(said)["currency_id"] == "EUR"


async def test_an_address_is_taken_out_for_a_contact_and_that_is_told(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        said = await talk.ok("update_contact", contact_id=9, email="Ana ‹ana@suprcorp.example›")
        assert said.splitlines()[0].endswith(f"{undo(1)} email is taken as ana@suprcorp.example.")
        assert b"<email>ana@suprcorp.example</email>" in writes(talk)[0][2]
        said = await talk.ok("update_contact", contact_id=9, email=" bo@suprcorp.example ")
        assert "taken as" not in said
    async with incwo.at() as talk:
        item = {"contact_id": incwo.ANNE, "type_id": "personal_email", "value": "mailto:anne@x.example"}
        said = await talk.ok("add_incwo_contact_item", **item)
        assert incwo.first(said).endswith(" value is taken as anne@x.example.")
        assert "mailto" not in said


@pytest.mark.parametrize(
    ("said", "bare"), [("1,200.50 EUR", "1200.50"), ("$80", "80"), ("80 €/h", "12.50"), ("chf 80", "80")]
)
async def test_an_amount_in_a_currency_is_refused_with_why(sandbox: Sandbox, said: str, bare: str) -> None:
    """Which currency a record is in is not known where values are checked, so none is taken for it."""
    async with talking(sandbox) as talk:
        told = await talk.error("update_task", task_id=501, default_hourly_rate=said)
        why = f"takes an amount such as {bare}, without a currency or a unit: the record has its own. Nothing was sent."
        assert told.startswith(f"default_hourly_rate {why}")
