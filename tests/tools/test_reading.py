"""Looking things up: the whole answer, and exactly what it cost on the wire."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import mcp
import mcp_types as types
import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.gateway import Account
from harvest_mcp.gateway.client import Gateway
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.sandbox import ADMIN, MANAGER, MEMBER, Fault, Login, Sandbox
from harvest_mcp.spec import Plan
from harvest_mcp.systems.harvest import HARVEST
from tests.conftest import Era, talking
from tests.sandbox.kit import Clock
from tests.tools.kit import JANE, SEARCHED, SUPRCORP, account

pytestmark = pytest.mark.anyio

WHO = (
    '{"company":{"name":"Kestrel Studio","base_uri":"https://kestrel.harvestapp.com",'
    '"full_domain":"kestrel.harvestapp.com","active":true,"week_start_day":"Monday","time_format":"hours_minutes",'
    '"clock":"24h","decimal_symbol":".","thousands_separator":",","color_scheme":"orange","plan_type":"trial",'
    '"modules":{"expenses":true,"invoices":true,"estimates":false,"approval":false}},'
    '"user":{"id":31,"email":"admin@kestrel.example","first_name":"Ada","last_name":"Kestrel","admin":true,'
    '"project_manager":{"is_project_manager":false,"can_see_rates":false,"can_create_projects":false,'
    '"can_create_invoices":false},"timezone":"Eastern Time (US & Canada)","timezone_identifier":"America/New_York",'
    '"timezone_utc_offset":-14400,"timestamp_timers":false,"avatar_url":"/assets/avatars/normal.png"}}'
)
CLIENT = (
    '{"id":11072,"name":"SuprCorp","active":true,'
    '"details":"123 Main St.\\nThird Floor\\nNew York, NY 10011\\nUSA\\n212-555-1212\\n212-555-1213 (fax)\\n'
    'http://www.company.com","currency":"United States Dollar - USD","currency_symbol":"$",'
    '"created_at":"2016-03-05T12:00:00Z","updated_at":"2018-01-23T12:00:00Z",'
    '"last_invoice_kind":"project","statement_key":"3a337fc9e7980aab39fdbc8ad980e3ae"}'
)
CONTACT = (
    '{"id":9,"client_id":11072,"first_name":"Jane","last_name":"Doe","email":"janedoe@example.com",'
    '"phone_office":"555.555.5555","phone_mobile":"555.555.7777","fax":"555.555.9999","title":"President",'
    '"created_at":"2016-03-05T11:51:00Z","updated_at":"2016-03-05T11:51:00Z"}'
)
CLIENTS = """# 3 of 41 clients; next: cursor={cursor}
id,name,active
11072,SuprCorp,true
11073,Acme,true
11074,Kestrel & Sons,true
"""
CONTACTS = """# 3 contacts
id,client_id,first_name,last_name,email,title
17,11073,Wile,Coyne,wile@acme.example,Head of Testing
18,11073,Marta,Runner,marta@acme.example,Logistics
19,11073,Theo,Anvil,theo@acme.example,Purchasing
"""
HITS = f"""# 2 hits; searched: {", ".join(SEARCHED)}; invoices: only page 1 of at least 2 read
kind,id,name,of,score,why,more
contact,9,Jane Doe,SuprCorp,100,"last_name doe, first_name jane",\
janedoe@example.com; 555.555.5555; 555.555.7777; President
contact,105,Jane Doe,Northgate Outfitters,100,"last_name doe, first_name jane",\
frontdesk@northgate.example; 207.555.0100; Receptionist
"""


async def test_who_am_i_tells_the_company_the_user_and_the_modules(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("who_am_i") == WHO
        assert talk.wire() == ["GET /account/who_am_i"]


@pytest.mark.parametrize(
    ("login", "admin", "manages"), [(ADMIN, True, False), (MANAGER, False, True), (MEMBER, False, False)]
)
async def test_who_am_i_tells_the_role(sandbox: Sandbox, era: Era, login: Login, admin: bool, manages: bool) -> None:
    async with talking(sandbox, era=era, account=account(login)) as talk:
        user = json.loads(await talk.ok("who_am_i"))["user"]
    assert user == {
        "id": login.id,
        "email": login.email,
        "first_name": login.first_name,
        "last_name": login.last_name,
        "admin": admin,
        "project_manager": {
            "is_project_manager": manages,
            "can_see_rates": manages,
            "can_create_projects": manages,
            "can_create_invoices": False,
        },
        "timezone": "Eastern Time (US & Canada)",
        "timezone_identifier": "America/New_York",
        "timezone_utc_offset": -14400,
        "timestamp_timers": False,
        "avatar_url": "/assets/avatars/normal.png",
    }


async def test_rate_limit_status_puts_our_own_budget_beside_the_vendors(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("get_client", client_id=SUPRCORP)
        assert await talk.ok("get_rate_limit_status") == (
            '{"harvest":{"count":1,"max_calls":100,"timeframe_limit":15,"requests_available":99},'
            '"this_server":{"calls_left":78,"calls":80,"per_seconds":15,"closed_for_seconds":0}}'
        )
        assert talk.wire() == ["GET /account/rate_limit_status"]


@asynccontextmanager
async def at_the_gate(sandbox: Sandbox, era: Era, plan: Plan) -> AsyncIterator[mcp.Client]:
    """A client behind a budget whose clock moves only while a call waits."""
    clock = Clock()

    async def sleep(seconds: float) -> None:
        clock.turn(seconds)

    def connect(account: Account) -> Gateway:
        throttle = Throttle(account.system.plan, clock=clock, sleep=sleep)
        return Gateway(account, version="0", transport=httpx.ASGITransport(sandbox), throttle=throttle)

    chosen = settings.read({})
    desk = server.desk(chosen, [account(plan=plan)], connect, state=server.sandbox_state(chosen, sandbox))
    async with mcp.Client(server.build(chosen, desk), mode=era) as client:
        yield client
    await desk.aclose()


async def text(client: mcp.Client, tool: str, **arguments: object) -> str:
    (content,) = (await client.call_tool(tool, arguments)).content
    assert isinstance(content, types.TextContent)
    return content.text


async def test_rate_limit_status_asks_nobody_while_the_gate_is_closed(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("throttle", "30"))
    async with at_the_gate(sandbox, era, HARVEST.plan) as client:
        assert await text(client, "get_client", client_id=SUPRCORP) == (
            "The call budget of this account is used up for 30 s. Wait 30 seconds and call again."
        )
        assert await text(client, "get_rate_limit_status") == (
            '{"harvest":null,"this_server":{"calls_left":79,"calls":80,"per_seconds":15,"closed_for_seconds":30}}'
        )
    assert [call.path for call in sandbox.seen] == ["/clients/11072"]


@pytest.mark.eras
async def test_waiting_for_the_budget_is_told_as_progress(sandbox: Sandbox, era: Era) -> None:
    told: list[tuple[float, str | None]] = []

    async def waits(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, message))

    async with at_the_gate(sandbox, era, Plan(calls=1, seconds=7, pause=1)) as client:
        await client.call_tool("get_client", {"client_id": SUPRCORP}, progress_callback=waits)
        await client.call_tool("get_client", {"client_id": SUPRCORP}, progress_callback=waits)
    assert told == [
        (1, "Waiting 7 s for the account's call budget."),
        (2, "Waiting 2 s for the account's call budget."),
    ]


@pytest.mark.eras
async def test_a_client_is_one_line_of_json(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("get_client", client_id=SUPRCORP) == CLIENT
        assert talk.wire() == ["GET /clients/11072"]


async def test_a_contact_is_one_line_of_json(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("get_contact", contact_id=JANE) == CONTACT
        assert talk.wire() == ["GET /contacts/9"]


@pytest.mark.eras
async def test_clients_are_listed_as_csv_with_the_way_to_the_next_page(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("list_clients", limit=3)
        cursor = answer.splitlines()[0].partition("cursor=")[2]
        assert answer == CLIENTS.format(cursor=cursor)
        assert talk.wire() == ["GET /clients"]


async def test_contacts_of_a_client_come_from_its_own_address(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("list_contacts", client="11073") == CONTACTS
        assert talk.wire() == ["GET /clients/11073/contacts"]


async def test_search_finds_records_and_says_why(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("search_records", query="doe jane") == HITS
        whole = [kind for kind in SEARCHED if kind != "invoices"]
        assert talk.wire() == ["GET /invoices", *(f"GET /{kind}" for kind in whole)]


async def test_every_read_carries_the_headers_the_vendor_wants(sandbox: Sandbox, era: Era) -> None:
    reads: dict[str, dict[str, object]] = {
        "who_am_i": {},
        "get_rate_limit_status": {},
        "search_records": {"query": "jane"},
        "list_clients": {},
        "get_client": {"client_id": SUPRCORP},
        "list_contacts": {},
        "get_contact": {"contact_id": JANE},
    }
    async with talking(sandbox, era=era) as talk:
        for tool, arguments in reads.items():
            await talk.ok(tool, **arguments)
    for call in sandbox.seen:
        carried = {name: call.headers.get(name) for name in ("accept", "content-type", "authorization")}
        assert carried == {
            "accept": "application/xml",
            "content-type": "application/xml",
            "authorization": "Basic YWRtaW5Aa2VzdHJlbC5leGFtcGxlOmxldC1tZS1pbg==",
        }
        assert (call.body, call.query) == (b"", ())


@pytest.mark.parametrize(
    ("tool", "arguments", "text"),
    [
        (
            "get_client",
            {"client_id": 5},
            "No client 5 in this account, or this user may not see it. Call list_clients for ids.",
        ),
        (
            "get_contact",
            {"contact_id": 10**15 - 1},
            "No contact 999999999999999 in this account, or this user may not see it. Call list_contacts for ids.",
        ),
        (
            "list_contacts",
            {"client": 5},
            "No client 5 in this account, or this user may not see it. Call list_clients for ids.",
        ),
    ],
)
@pytest.mark.eras
async def test_a_record_that_is_not_there_is_told_with_where_ids_come_from(
    sandbox: Sandbox, era: Era, tool: str, arguments: dict[str, object], text: str
) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.error(tool, **arguments) == text


async def test_a_member_is_told_that_the_role_hides_a_list(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, account=account(MEMBER)) as talk:
        assert await talk.error("list_clients") == (
            "Harvest shows this user no clients (404). Call who_am_i: the role decides what is seen."
        )


async def test_wrong_credentials_are_told_by_the_first_call(sandbox: Sandbox, era: Era) -> None:
    stranger = Account.basic(HARVEST, "http://sandbox.localhost", ADMIN.email, "wrong")
    async with talking(sandbox, era=era, account=stranger) as talk:
        assert await talk.error("who_am_i") == (
            "Harvest does not accept the credentials (401). Check them with `harvest-mcp doctor`."
        )
