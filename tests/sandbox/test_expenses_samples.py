"""Bodies of expenses and their categories by the tables of harvest-v1 19 and 20: read, and reproduced."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from harvest_mcp.errors import Malformed
from harvest_mcp.sandbox import open_account
from harvest_mcp.spec import Era, Record, Resource, Scope
from harvest_mcp.spec.exchange import Response
from harvest_mcp.systems.harvest import EXPENSE_CATEGORIES, EXPENSES
from harvest_mcp.systems.harvest.expense_categories import ExpenseCategory
from harvest_mcp.systems.harvest.expenses import Expense

from .kit import Clock, caller, shape
from .test_samples import names, sample

CREATED, UPDATED = datetime(2018, 3, 1, 8, tzinfo=UTC), datetime(2018, 3, 5, 9, 12, 44, tzinfo=UTC)
MILEAGE = ExpenseCategory(
    id=1338056,
    name="Mileage",
    unit_name="Miles",
    unit_price=Decimal("0.485"),
    deactivated=False,
    created_at=CREATED,
    updated_at=UPDATED,
)
OLD_MILEAGE = MILEAGE.model_copy(update={"cache_version": 2})
MEALS = ExpenseCategory(id=1338057, name="Meals", deactivated=True, created_at=CREATED, updated_at=UPDATED)
DRIVE = Expense(
    id=7631396,
    notes="Drive to the quay & back",
    total_cost=Decimal("1.46"),
    units=Decimal("3.0"),
    project_id=220,
    expense_category_id=1338056,
    user_id=31,
    billable=True,
    spent_at=date(2018, 3, 2),
    has_receipt=True,
    receipt_url="https://kestrel.harvestapp.com/expenses/7631396/receipt",
    is_closed=True,
    is_locked=True,
    locked_reason="Expense Approved and Locked for this Time Period.",
    invoice_id=0,
    company_id=2001,
    created_at=datetime(2018, 3, 2, 8, tzinfo=UTC),
    updated_at=UPDATED,
)
LATE = {"is_locked": None, "locked_reason": None, "invoice_id": None, "company_id": None}
DOCS_DRIVE = DRIVE.model_copy(update=LATE)
OLD_DRIVE = DOCS_DRIVE.model_copy(update={"billable": None, "is_billed": False})
COFFEE = Expense(
    id=7631397,
    notes="",
    total_cost=Decimal("12.0"),
    units=Decimal("1.0"),
    project_id=220,
    expense_category_id=1338057,
    user_id=31,
    billable=False,
    spent_at=date(2018, 3, 4),
    has_receipt=False,
    receipt_url="",
    is_closed=False,
    is_locked=False,
    invoice_id=0,
    company_id=2001,
    created_at=datetime(2018, 3, 4, 8, tzinfo=UTC),
    updated_at=UPDATED,
)

READ: list[tuple[str, Resource[Record], Era, str, Record]] = [
    ("expense_categories/classic-one", EXPENSE_CATEGORIES, "classic", "/expense_categories/1338056", OLD_MILEAGE),
    ("expense_categories/docs-one", EXPENSE_CATEGORIES, "docs", "/expense_categories/1338056", MILEAGE),
    ("expense_categories/late-one", EXPENSE_CATEGORIES, "late", "/expense_categories/1338056", MILEAGE),
    ("expense_categories/late-without-units", EXPENSE_CATEGORIES, "late", "/expense_categories/1338057", MEALS),
    ("expense_categories/late-list", EXPENSE_CATEGORIES, "late", "/expense_categories", MILEAGE),
    ("expenses/classic-one", EXPENSES, "classic", "/expenses/7631396", OLD_DRIVE),
    ("expenses/docs-one", EXPENSES, "docs", "/expenses/7631396", DOCS_DRIVE),
    ("expenses/late-one", EXPENSES, "late", "/expenses/7631396", DRIVE),
    ("expenses/late-without-receipt", EXPENSES, "late", "/expenses/7631397", COFFEE),
    ("expenses/late-week-list", EXPENSES, "late", "/expenses/60/2018", DRIVE),
]
MORE = {"expenses/late-empty-week"}
every_body = pytest.mark.parametrize(
    ("name", "resource", "profile", "path", "record"), READ, ids=[case[0] for case in READ]
)
WEEK = (date(2018, 2, 26), date(2018, 3, 4))


@every_body
def test_the_client_reads_a_documented_body_to_exactly_its_values(
    name: str, resource: Resource[Record], profile: Era, path: str, record: Record
) -> None:
    answer = Response(200, {}, sample(name))
    if "list" in name:
        day = [
            (each, date(2018, 3, 1)) for each in resource.filters if not resource.wire.complete and each.name == "day"
        ]
        listing = resource.wire.list(Scope(resource), day)
        assert listing.request.path == path
        assert listing.read(answer).rows == [record]
        assert listing.read(answer).days == (None if resource.wire.complete else WEEK)
    else:
        assert resource.wire.get(Scope(resource), record.id).read(answer) == record
        assert resource.wire.get(Scope(resource), record.id).request.path == path


@every_body
@pytest.mark.anyio
async def test_the_sandbox_reproduces_a_documented_body_element_for_element(
    name: str, resource: Resource[Record], profile: Era, path: str, record: Record
) -> None:
    with open_account(profile=profile, clock=Clock(), seeded=False) as sandbox:
        sandbox.put(resource, **record.model_dump())
        async with caller(sandbox) as http:
            body = (await http.get(path)).content
    assert shape(body) == shape(sample(name))
    assert names(shape(body)) == names(shape(sample(name)))


@pytest.mark.anyio
async def test_an_empty_week_holds_nothing_but_which_one_it_is() -> None:
    """20: an empty week holds nothing else; appendix C."""
    with open_account(clock=Clock(), seeded=False) as sandbox:
        async with caller(sandbox) as http:
            body = (await http.get("/expenses/57/2018")).content
    assert shape(body) == shape(sample("expenses/late-empty-week"))
    page = EXPENSES.wire.list(Scope(EXPENSES)).read(Response(200, {}, body))
    assert (page.rows, page.days) == ([], WEEK)


def test_the_expenses_of_a_week_are_found_wherever_they_stand() -> None:
    """20: how the rows sit beside the days was not recorded: the adapter takes every `expense` descendant."""
    flat = sample("expenses/late-week-list")
    start, end = flat.index(b"  <expense>"), flat.index(b"</expenses>")
    nested = b'%b<expenses type="array">%b</expenses>%b' % (flat[:start], flat[start:end], flat[end:])
    page = EXPENSES.wire.list(Scope(EXPENSES)).read(Response(200, {}, nested))
    assert (page.rows, page.days) == ([DRIVE], WEEK)


@pytest.mark.parametrize("day", ["2018-02-30", "yesterday", "1e999999"])
def test_a_week_that_is_none_is_not_read(day: str) -> None:
    body = sample("expenses/late-empty-week").replace(b"2018-02-26", day.encode())
    with pytest.raises(Malformed) as refused:
        EXPENSES.wire.list(Scope(EXPENSES)).read(Response(200, {}, body))
    assert refused.value.code == "value-of-week"
