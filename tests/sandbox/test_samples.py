"""The third witness: documented bodies that the client reads and the sandbox reproduces element for element."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvest_mcp.errors import Refused
from harvest_mcp.sandbox import open_account
from harvest_mcp.spec import Era, Record, Resource, Scope
from harvest_mcp.spec.exchange import Response
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST, RATE_LIMIT, WHO_AM_I
from harvest_mcp.systems.harvest.account import AccountInUse, Company, Modules, ProjectManager, RateLimit, User
from harvest_mcp.systems.harvest.clients import Client
from harvest_mcp.systems.harvest.contacts import Contact
from harvest_mcp.wire import rails, verdicts

from .kit import Clock, Leaf, Shape, caller, shape

SAMPLES = Path(__file__).parent.parent / "samples"
ADDRESS = "123 Main St.\nThird Floor\nNew York, NY 10011\nUSA"
DETAILS = f"{ADDRESS}\n212-555-1212\n212-555-1213 (fax)\nhttp://www.company.com"

SEED_CLIENT = Client(id=11072, name="SuprCorp", active=True, details=DETAILS)
FULL = Client(
    id=11072,
    name="SuprCorp",
    active=True,
    details=ADDRESS,
    currency="United States Dollar - USD",
    currency_symbol="$",
    updated_at=datetime(2014, 2, 5, 22, 18, 19, tzinfo=UTC),
)
DOCS = FULL.model_copy(
    update={
        "cache_version": 3,
        "created_at": datetime(2013, 4, 30, 20, 28, 12, tzinfo=UTC),
        "last_invoice_kind": "free_form",
    }
)
LATE = DOCS.model_copy(
    update={"cache_version": None, "statement_key": "0123456789abcdef0123456789abcdef", "address": ADDRESS}
)
NULLS = Client(
    id=4101,
    name="Kestrel & Sons",
    active=True,
    details="5 Quay Road\nBremen",
    currency="Euro - EUR",
    created_at=datetime(2018, 3, 1, 8, 0, tzinfo=UTC),
    updated_at=datetime(2018, 3, 5, 9, 12, 44, tzinfo=UTC),
)
OLD_JANE = Contact(
    id=9,
    client_id=11072,
    first_name="Jane",
    last_name="Doe",
    email="Jane@Doe.com",
    phone_office="555.555.5555",
    phone_mobile="555.555.7777",
    fax="555.555.9999",
)
JANE = OLD_JANE.model_copy(
    update={
        "email": "janedoe@example.com",
        "title": "President",
        "created_at": datetime(2008, 4, 9, 12, 7, 56, tzinfo=UTC),
        "updated_at": datetime(2008, 4, 9, 12, 7, 56, tzinfo=UTC),
    }
)
LATE_JANE = JANE.model_copy(
    update={
        "phone_mobile": "",
        "fax": "",
        "created_at": datetime(2018, 3, 1, 8, 0, tzinfo=UTC),
        "updated_at": datetime(2018, 3, 5, 9, 12, 44, tzinfo=UTC),
    }
)

# Elements an era's tables have and an older or shorter sample of it has not (harvest-v1 11).
SINCE_2009 = {
    "currency",
    "currency-symbol",
    "highrise-id",
    "cache-version",
    "updated-at",
    "default-invoice-timeframe",
}
LEFT_OUT = {"currency-symbol", "last-invoice-kind", "statement-key", "address"}

Case = tuple[str, Resource[Record], Era, str, Record, set[str]]
READ: list[Case] = [
    ("clients/classic-list", CLIENTS, "classic", "/clients", SEED_CLIENT, SINCE_2009),
    ("clients/classic-one", CLIENTS, "classic", "/clients/11072", SEED_CLIENT, SINCE_2009),
    ("clients/docs-list", CLIENTS, "docs", "/clients", DOCS, set()),
    ("clients/docs-full", CLIENTS, "docs", "/clients/11072", DOCS, set()),
    ("clients/late-list", CLIENTS, "late", "/clients", LATE, set()),
    ("clients/late-full", CLIENTS, "late", "/clients/11072", LATE, set()),
    ("clients/late-list-with-nulls", CLIENTS, "late", "/clients", NULLS, LEFT_OUT),
    ("contacts/classic-list", CONTACTS, "classic", "/contacts", OLD_JANE, set()),
    ("contacts/classic-list-of-client", CONTACTS, "classic", "/clients/11072/contacts", OLD_JANE, set()),
    ("contacts/classic-one", CONTACTS, "classic", "/contacts/9", OLD_JANE, set()),
    ("contacts/docs-list", CONTACTS, "docs", "/contacts", JANE, set()),
    ("contacts/docs-list-of-client", CONTACTS, "docs", "/clients/11072/contacts", JANE, set()),
    ("contacts/docs-one", CONTACTS, "docs", "/contacts/9", JANE, set()),
    ("contacts/late-list", CONTACTS, "late", "/contacts", LATE_JANE, set()),
    ("contacts/late-one", CONTACTS, "late", "/contacts/9", LATE_JANE, set()),
]
every_body = pytest.mark.parametrize(
    ("name", "resource", "profile", "path", "record", "more"), READ, ids=[case[0] for case in READ]
)


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.xml").read_bytes()


@every_body
def test_the_client_reads_a_documented_body_to_exactly_its_values(
    name: str, resource: Resource[Record], profile: Era, path: str, record: Record, more: set[str]
) -> None:
    answer = Response(200, {}, sample(name))
    if "list" in name:
        assert resource.wire.list(Scope(resource)).read(answer).rows == [record]
    else:
        assert resource.wire.get(Scope(resource), record.id).read(answer) == record


@every_body
@pytest.mark.anyio
async def test_the_sandbox_reproduces_a_documented_body_element_for_element(
    name: str, resource: Resource[Record], profile: Era, path: str, record: Record, more: set[str]
) -> None:
    with open_account(profile=profile, clock=Clock(), seeded=False) as sandbox:
        sandbox.put(resource, **record.model_dump())
        if resource is CONTACTS:
            sandbox.put(CLIENTS, id=11072, name="SuprCorp", active=True)
        async with caller(sandbox) as http:
            body = (await http.get(path)).content
    assert without(shape(body), more) == shape(sample(name))
    assert names(shape(body)) - names(shape(sample(name))) == more


def without(document: Shape, more: set[str]) -> Shape:
    """A document less the elements of these names."""
    name, attributes, content = document
    if isinstance(content, str):
        return document
    return name, attributes, [without(child, more) for child in content if child[0] not in more]


def names(document: Shape) -> set[str]:
    name, _, content = document
    return {name} if isinstance(content, str) else {name}.union(*(names(child) for child in content))


@pytest.mark.anyio
async def test_an_early_full_client_has_everything_but_what_came_later() -> None:
    early = FULL.model_copy(update={"cache_version": 3})
    with open_account(profile="classic", clock=Clock(), seeded=False) as sandbox:
        sandbox.put(CLIENTS, **early.model_dump())
        async with caller(sandbox) as http:
            assert shape((await http.get("/clients/11072")).content) == shape(sample("clients/classic-full"))
    read = CLIENTS.wire.get(Scope(CLIENTS), 11072).read(Response(200, {}, sample("clients/classic-full")))
    assert read == early.model_copy(update={"currency": "United States Dollars - USD"})


@pytest.mark.parametrize(("name", "profile"), [("clients/classic-empty", "classic"), ("clients/late-empty", "late")])
@pytest.mark.anyio
async def test_an_empty_list_has_each_eras_form_and_reads_as_no_rows(name: str, profile: Era) -> None:
    assert CLIENTS.wire.list(Scope(CLIENTS)).read(Response(200, {}, sample(name))).rows == []
    with open_account(profile=profile, clock=Clock(), seeded=False) as sandbox:
        async with caller(sandbox) as http:
            assert shape((await http.get("/clients")).content) == shape(sample(name))


COMPANY = {"name": "Company LLC", "details": DETAILS}
NEW_JANE = {"client_id": 9, "email": "Jane@Doe.com", "first_name": "Jane", "last_name": "Doe"}
NUMBERS = {"phone_office": "555.555.5555", "phone_mobile": "555.555.7777", "fax": "555.555.9999"}
MOVED = {"phone_office": "555.555.1111", "phone_mobile": "555.555.2222", "fax": "555.555.3333"}


@pytest.mark.parametrize(
    ("name", "resource", "values"),
    [
        ("clients/classic-create", CLIENTS, COMPANY),
        ("clients/classic-update", CLIENTS, COMPANY),
        ("contacts/classic-create", CONTACTS, NEW_JANE | NUMBERS),
        ("contacts/classic-update", CONTACTS, NEW_JANE | MOVED | {"email": "Jane@JaneDoe.com"}),
        ("contacts/docs-create", CONTACTS, NEW_JANE | NUMBERS | {"email": "janedoe@example.com", "title": "President"}),
        ("contacts/docs-update", CONTACTS, NEW_JANE | MOVED | {"email": "jdoe@example.com"}),
    ],
)
@pytest.mark.anyio
async def test_the_client_writes_and_the_sandbox_takes_the_documented_requests(
    name: str, resource: Resource[Record], values: dict[str, str | int]
) -> None:
    if name.endswith("create"):
        request = resource.wire.create(Scope(resource), values).request
    else:
        request = resource.wire.update(Scope(resource), 7, values).request
    assert shape(request.body) == shape(sample(name))
    with open_account(clock=Clock(), seeded=False) as sandbox:
        sandbox.put(CLIENTS, id=9, name="SuprCorp", active=True)
        sandbox.put(resource, id=7, client_id=9, first_name="x", last_name="x") if resource is CONTACTS else None
        sandbox.put(resource, id=7, name="x", active=True) if resource is CLIENTS else None
        async with caller(sandbox) as http:
            answer = await http.request(request.method, request.path, content=sample(name))
        assert answer.status_code == (201 if name.endswith("create") else 200)
        row = next(row for row in sandbox.rows(resource) if f"/{row['id']}" in answer.headers["location"])
    assert {column: row[column] for column in values} == values


ZONE = "Eastern Time (US & Canada)"
SHORT = AccountInUse(
    company=Company(base_uri="https://kestrel.harvestapp.com"),
    user=User(timestamp_timers=False, email="admin@kestrel.example", timezone=ZONE, id=31, admin=True),
)
DOCUMENTED = AccountInUse(
    company=Company(
        name="Kestrel Studio",
        base_uri="https://kestrel.harvestapp.com",
        full_domain="kestrel.harvestapp.com",
        active=True,
        week_start_day="Monday",
        time_format="hours_minutes",
        clock="24h",
        decimal_symbol=".",
        thousands_separator=",",
        color_scheme="orange",
        modules=Modules(expenses=True, invoices=True, estimates=False, approval=False),
    ),
    user=User(
        id=31,
        email="admin@kestrel.example",
        first_name="Ada",
        last_name="Kestrel",
        admin=True,
        project_manager=ProjectManager(
            is_project_manager=False, can_see_rates=False, can_create_projects=False, can_create_invoices=False
        ),
        timezone=ZONE,
        timestamp_timers=False,
        avatar_url="/assets/avatars/normal.png",
    ),
)


def later() -> AccountInUse:
    """The documented body with the three elements that came after it."""
    values = DOCUMENTED.model_dump()
    values["company"]["plan_type"] = "trial"
    values["user"] |= {"timezone_identifier": "America/New_York", "timezone_utc_offset": -14400}
    return AccountInUse.model_validate(values)


@pytest.mark.parametrize(
    ("profile", "account"),
    [("classic", SHORT), ("docs", DOCUMENTED), ("late", later())],
    ids=["classic", "docs", "late"],
)
@pytest.mark.anyio
async def test_who_am_i_has_each_eras_form(profile: Era, account: AccountInUse) -> None:
    body = sample(f"account/{profile}-who-am-i")
    assert HARVEST.dialect.view(WHO_AM_I).read(Response(200, {}, body)) == account
    with open_account(profile=profile, clock=Clock()) as sandbox:
        async with caller(sandbox) as http:
            assert shape((await http.get("/account/who_am_i")).content) == shape(body)


BUDGET = RateLimit(count=3, max_calls=100, timeframe_limit=15)
LAST = datetime(2018, 3, 5, 9, 12, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    ("profile", "name", "budget"),
    [
        ("classic", "docs", BUDGET.model_copy(update={"lockout_seconds": 15, "last_access_at": LAST})),
        ("docs", "docs", BUDGET.model_copy(update={"lockout_seconds": 15, "last_access_at": LAST})),
        ("late", "late", BUDGET.model_copy(update={"requests_available": 97})),
    ],
)
@pytest.mark.anyio
async def test_the_budget_has_each_eras_form(profile: Era, name: str, budget: RateLimit) -> None:
    body = sample(f"account/{name}-rate-limit-status")
    assert HARVEST.dialect.view(RATE_LIMIT).read(Response(200, {}, body)) == budget
    with open_account(profile=profile, clock=Clock(LAST.timestamp())) as sandbox:
        async with caller(sandbox) as http:
            for _ in range(3):
                await http.get("/clients/11072")
            assert shape((await http.get("/account/rate_limit_status")).content) == shape(body)


def test_the_error_body_is_read_as_its_message() -> None:
    body = sample("account/error")
    request = CLIENTS.wire.get(Scope(CLIENTS), 1).request
    judged = verdicts.judge(HARVEST, request, Response(400, {}, body), now=LAST)
    assert rails.error_text(body) == "…"
    assert isinstance(judged, Refused)
    assert judged.hint == "…"


@pytest.mark.anyio
async def test_the_sandboxs_error_body_has_the_documented_elements() -> None:
    with open_account(clock=Clock()) as sandbox:
        async with caller(sandbox) as http:
            body = (await http.get("/clients/5")).content
    assert blank(shape(body)) == blank(shape(sample("account/error")))


def blank(document: Shape) -> list[Leaf]:
    """A document's elements without their texts."""
    name, attributes, content = document
    below = [] if isinstance(content, str) else [leaf for child in content for leaf in blank(child)]
    return [(name, attributes, ""), *below]


MORE = {
    *(
        f"clients/{name}"
        for name in ("classic-create", "classic-update", "classic-full", "classic-empty", "late-empty")
    ),
    *(f"contacts/{name}" for name in ("classic-create", "classic-update", "docs-create", "docs-update")),
    *(f"account/{name}" for name in ("error", "docs-rate-limit-status", "late-rate-limit-status")),
    *(f"account/{era}-who-am-i" for era in ("classic", "docs", "late")),
}
"""The samples that tests of their own read, beyond `READ`."""
