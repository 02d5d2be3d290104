"""Records of an account, through the gateway and over a real line."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio
import pytest

from harvest_mcp import api as module
from harvest_mcp.api import Api
from harvest_mcp.errors import CallFailed, Malformed, NotFound, Refused, Unauthorized
from harvest_mcp.gateway import Account
from harvest_mcp.gateway.client import Limits
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.sandbox import ADMIN, MEMBER, Fault, Login, Sandbox, running
from harvest_mcp.spec import Plan, Record, Resource, Scalar, Scope
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST, RATE_LIMIT, WHO_AM_I

from .line import reaching

pytestmark = pytest.mark.anyio
TOGGLE, *_ = CLIENTS.actions
SUPRCORP, NOBODY = 11072, 999_999
MISSING = (
    "No client 999999 in this account, or this user may not see it. Call list_clients for ids.",
    "No contact 999999 in this account, or this user may not see it. Call list_contacts for ids.",
)


@asynccontextmanager
async def account(sandbox: Sandbox, login: Login = ADMIN) -> AsyncIterator[Api]:
    with running(sandbox) as url:
        own = Account.basic(HARVEST, url, login.email, login.password)
        async with reaching(own, limits=Limits()) as gateway:
            yield Api(HARVEST, gateway)


def wire(sandbox: Sandbox) -> list[str]:
    return [f"{seen.method} {seen.path}" for seen in sandbox.seen]


async def test_a_list_holds_every_record_by_ascending_id(sandbox: Sandbox) -> None:
    async with account(sandbox) as api:
        clients, contacts = (await api.scan(Scope(CLIENTS))).rows, (await api.scan(Scope(CONTACTS))).rows
    assert [client.id for client in clients] == [row["id"] for row in sandbox.rows(CLIENTS)]
    assert [contact.model_dump() for contact in contacts] == sandbox.rows(CONTACTS)
    assert wire(sandbox) == ["GET /clients", "GET /contacts"]


@pytest.mark.parametrize(
    ("resource", "where", "line"),
    [
        (CLIENTS, {}, "GET /clients"),
        (CLIENTS, {"active": False}, "GET /clients"),
        (
            CLIENTS,
            {"updated_since": datetime(2018, 1, 31, 9, 30, 59, tzinfo=UTC)},
            "GET /clients?updated_since=2018-01-31 09:30",
        ),
        (CONTACTS, {"client": SUPRCORP}, f"GET /clients/{SUPRCORP}/contacts"),
        (
            CONTACTS,
            {"client": SUPRCORP, "updated_since": datetime(2018, 1, 31, tzinfo=UTC)},
            f"GET /clients/{SUPRCORP}/contacts?updated_since=2018-01-31 00:00",
        ),
    ],
)
async def test_a_filter_narrows_where_it_says_it_does(
    resource: Resource[Record], where: Mapping[str, Scalar], line: str, sandbox: Sandbox
) -> None:
    async with account(sandbox) as api:
        rows = (await api.scan(Scope(resource), where=where)).rows
    (seen,) = sandbox.seen
    query = "&".join(f"{name}={value}" for name, value in seen.query)
    assert f"{seen.method} {seen.path}" + (f"?{query}" if query else "") == line
    expected = {row["id"] for row in sandbox.rows(resource)}
    if "active" in where:
        expected = {row["id"] for row in sandbox.rows(resource) if row["active"] is False}
    if "client" in where:
        expected = {row["id"] for row in sandbox.rows(resource) if row["client_id"] == SUPRCORP}
    assert {row.id for row in rows} == expected
    assert rows


async def test_one_record_is_read_whole(sandbox: Sandbox) -> None:
    async with account(sandbox) as api:
        contact = await api.get(Scope(CONTACTS), 9)
    assert contact.model_dump() == sandbox.rows(CONTACTS)[0]


async def test_a_create_gives_the_id_the_vendor_named(sandbox: Sandbox) -> None:
    values: dict[str, Scalar] = {
        "client_id": SUPRCORP,
        "first_name": "Zoë",
        "last_name": "O'Brien & <Co>",
        "email": "z@o.example",
    }
    async with account(sandbox) as api:
        id = await api.create(Scope(CONTACTS), values)
        assert id is not None
        assert (await api.get(Scope(CONTACTS), id)).model_dump(include=set(values)) == values
    assert wire(sandbox) == ["POST /contacts", f"GET /contacts/{id}"]


async def test_an_update_sends_only_what_is_given(sandbox: Sandbox) -> None:
    before = sandbox.rows(CONTACTS)[0]
    async with account(sandbox) as api:
        await api.update(Scope(CONTACTS), 9, {"title": "Chair"})
    (seen,) = sandbox.seen
    assert (seen.method, seen.path) == ("PUT", "/contacts/9")
    assert seen.body == (b"<?xml version='1.0' encoding='UTF-8'?>\n<contact><title>Chair</title></contact>")
    after = sandbox.rows(CONTACTS)[0]
    assert {name for name in after if after[name] != before[name]} - {"updated_at"} == {"title"}


async def test_a_delete_leaves_nothing(sandbox: Sandbox) -> None:
    async with account(sandbox) as api:
        await api.delete(Scope(CONTACTS), 9)
        with pytest.raises(NotFound):
            await api.get(Scope(CONTACTS), 9)
    assert wire(sandbox) == ["DELETE /contacts/9", "GET /contacts/9"]


async def test_an_action_flips_its_column(sandbox: Sandbox) -> None:
    id = sandbox.put(CLIENTS, name="Acme Inc", active=True, currency="Euro - EUR")
    async with account(sandbox) as api:
        for expected in (False, True):
            await api.act(Scope(CLIENTS), TOGGLE, id)
            assert (await api.get(Scope(CLIENTS), id)).active is expected
    assert wire(sandbox)[0] == f"POST /clients/{id}/toggle"


async def test_a_refusal_carries_the_vendors_hint(sandbox: Sandbox) -> None:
    async with account(sandbox) as api:
        with pytest.raises(Refused) as refusal:
            await api.act(Scope(CLIENTS), TOGGLE, SUPRCORP)
    assert refusal.value.hint.startswith("This client has ")
    assert str(refusal.value) == f'Harvest refused this (400): "{refusal.value.hint}" (Harvest\'s words).'


async def test_a_view_is_read_whole(sandbox: Sandbox) -> None:
    async with account(sandbox) as api:
        who, budget = await api.view(WHO_AM_I), await api.view(RATE_LIMIT)
    assert (who.user.email, who.company and who.company.name) == (ADMIN.email, "Kestrel Studio")
    assert (budget.max_calls, budget.timeframe_limit) == (100, 15)


@pytest.mark.parametrize(("resource", "words"), [(CLIENTS, MISSING[0]), (CONTACTS, MISSING[1])])
async def test_a_record_that_is_not_there_is_named_with_where_to_find_ids(
    resource: Resource[Record], words: str, sandbox: Sandbox
) -> None:
    async with account(sandbox) as api:
        doing = [
            api.get(Scope(resource), NOBODY),
            api.update(Scope(resource), NOBODY, dict.fromkeys(resource.label, "x")),
            api.delete(Scope(resource), NOBODY),
            *(api.act(Scope(resource), action, NOBODY) for action in resource.actions),
        ]
        for call in doing:
            with pytest.raises(NotFound) as missing:
                await call
            assert str(missing.value) == words
    assert {seen.status for seen in sandbox.seen} == {404}


async def test_the_contacts_of_a_client_that_is_not_there_name_the_client(sandbox: Sandbox) -> None:
    async with account(sandbox) as api:
        with pytest.raises(NotFound) as missing:
            await api.scan(Scope(CONTACTS), where={"client": NOBODY})
    assert str(missing.value) == MISSING[0]


async def test_a_list_a_role_may_not_see_says_that_the_role_decides(sandbox: Sandbox) -> None:
    async with account(sandbox, MEMBER) as api:
        with pytest.raises(NotFound) as missing:
            await api.scan(Scope(CONTACTS))
    assert str(missing.value) == (
        "Harvest shows this user no contacts (404). Call who_am_i: the role decides what is seen."
    )


async def test_wrong_credentials_are_named(sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        own = Account.basic(HARVEST, url, ADMIN.email, "wrong")
        async with reaching(own) as gateway:
            with pytest.raises(Unauthorized) as failure:
                await Api(HARVEST, gateway).scan(Scope(CLIENTS))
    assert str(failure.value) == (
        "Harvest does not accept the credentials (401). Check them with `harvest-mcp doctor`."
    )


async def test_a_token_with_signs_of_its_own_is_accepted(sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        async with reaching(Account.token(HARVEST, url, ADMIN.token)) as gateway:
            who = await Api(HARVEST, gateway).view(WHO_AM_I)
    assert who.user.email == ADMIN.email
    assert "authorization" not in sandbox.seen[0].headers


async def test_waits_for_the_budget_reach_who_asked(sandbox: Sandbox) -> None:
    told, slept = list[float](), list[float]()

    async def waiting(seconds: float) -> None:
        told.append(seconds)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    throttle = Throttle(Plan(calls=1, seconds=5, pause=6), clock=lambda: 100.0 + sum(slept), sleep=sleep)
    with running(sandbox) as url:
        own = Account.basic(HARVEST, url, ADMIN.email, ADMIN.password)
        async with reaching(own, throttle=throttle, limits=Limits()) as gateway:
            api = Api(HARVEST, gateway, waiting)
            await api.get(Scope(CONTACTS), 9)
            await api.get(Scope(CONTACTS), 9)
    assert (told[0], sum(slept)) == (5.001, 5.001)  # rounded up to the next millisecond


@pytest.mark.parametrize("fault", ["garbage", "html", "truncate", "gzip-gzip"])
async def test_an_answer_that_is_no_list_is_a_worded_failure(fault: str, sandbox: Sandbox) -> None:
    sandbox.fail(Fault(fault, times=None))  # type: ignore[arg-type]  # one of the names
    async with account(sandbox) as api:
        with pytest.raises(CallFailed) as failure:
            await api.scan(Scope(CLIENTS))
        sandbox.calm()
        assert len((await api.scan(Scope(CLIENTS))).rows) == 41, "and the next call works"
    assert "<" not in str(failure.value)


def many_contacts(count: int) -> bytes:
    one: dict[str, Scalar] = {"client_id": 5, "first_name": "Jane", "last_name": "Doe", "title": "x" * 640}
    record = (
        CONTACTS.wire.create(Scope(CONTACTS), one).request.body.partition(b"<contact>")[2].removesuffix(b"</contact>")
    )
    rows = b"".join(b'<contact><id type="integer">%d</id>%s</contact>' % (id, record) for id in range(1, count + 1))
    return b'<contacts type="array">' + rows + b"</contacts>"


@dataclass(frozen=True, slots=True)
class Stall:
    """The longest the loop stood still, in seconds: as a clock sees it, and busy with work of its own."""

    seen: float
    busy: float


async def longest_stall(api: Api, resource: Resource[Record]) -> tuple[int, Stall]:
    """How many records a list holds, and how the loop fared while it was read."""
    seen, busy, reading = [0.0], [0.0], anyio.Event()

    async def beat() -> None:
        last = time.perf_counter(), time.thread_time()
        while not reading.is_set():
            await anyio.sleep(0.001)
            now = time.perf_counter(), time.thread_time()
            seen.append(now[0] - last[0])
            busy.append(now[1] - last[1])
            last = now

    async with anyio.create_task_group() as group:
        group.start_soon(beat)
        rows = (await api.scan(Scope(resource))).rows
        reading.set()
    return len(rows), Stall(max(seen), max(busy))


async def test_ten_megabytes_are_read_while_the_loop_goes_on(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the loop itself is busy with is asserted: the clock also sees what else the machine does."""
    body = many_contacts(12_000)
    sandbox.fail(Fault("garbage", body=body, times=None))
    async with account(sandbox) as api:
        count, aside = await longest_stall(api, CONTACTS)
        monkeypatch.setattr(module, "PARSE_IN_THREAD", 1 << 40)
        _, inline = await longest_stall(api, CONTACTS)
    print(
        f"{len(body) / 1e6:.1f} MB: the loop stood still for {aside.seen * 1000:.0f} ms, {aside.busy * 1000:.0f} busy"
    )
    print(f"without a thread for {inline.seen * 1000:.0f} ms, {inline.busy * 1000:.0f} busy")
    assert count == 12_000
    assert aside.busy < inline.busy / 2


async def test_a_list_beyond_the_cap_is_refused_and_the_next_call_works(sandbox: Sandbox) -> None:
    sandbox.fail(Fault("huge", "20"))
    async with account(sandbox) as api:
        with pytest.raises(Malformed, match="too-large"):
            await api.scan(Scope(CLIENTS))
        assert len((await api.scan(Scope(CLIENTS))).rows) == 41
