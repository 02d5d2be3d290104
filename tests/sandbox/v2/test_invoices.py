"""Invoices and estimates: lines by id, figures, due dates, tracked time and expenses pulled in (harvest-v2 9, 12)."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from .kit import ADA, DESIGN, MANAGEMENT, MEALS, SUPRCORP, TODAY, WEBSITE, ok, refused

pytestmark = pytest.mark.anyio
D = Decimal
LINE = {"kind": "Service", "unit_price": 100}


async def made(http: httpx.AsyncClient, *lines: dict[str, Any], **more: Any) -> Any:
    body = {"client_id": SUPRCORP, "line_items": list(lines), **more}
    return ok(await http.post("/invoices", json=body), 201)


async def test_a_line_has_its_amount_project_and_defaults(http: httpx.AsyncClient) -> None:
    body = {"kind": "Service", "unit_price": "3.485", "quantity": 24, "taxed": "true", "project_id": WEBSITE}
    invoice = await made(http, body, LINE)
    first, second = invoice["line_items"]
    assert first == {
        **{"id": first["id"], "kind": "Service", "description": "", "quantity": D(24), "unit_price": D("3.485")},
        **{"amount": D("83.64"), "taxed": True, "taxed2": False},
        "project": {"id": WEBSITE, "name": "Website relaunch", "code": "SC-01"},
    }
    assert (second["quantity"], second["amount"], second["project"]) == (D(1), D(100), None)


async def test_figures_are_lines_less_discount_plus_taxes_to_the_cent(http: httpx.AsyncClient) -> None:
    lines = ({**LINE, "unit_price": "14.55", "taxed": True}, {**LINE, "taxed2": True}, {**LINE, "unit_price": -20})
    invoice = await made(http, *lines, tax=10, tax2="5.5", discount=10)
    figures = {name: invoice[name] for name in ("amount", "due_amount", "tax_amount", "tax2_amount", "discount_amount")}
    assert figures == {
        **{"discount_amount": D("9.46"), "tax_amount": D("1.31"), "tax2_amount": D("4.95")},
        **{"amount": D("91.35"), "due_amount": D("91.35")},
    }
    told = ok(await http.patch(f"/invoices/{invoice['id']}", json={"tax": None, "discount": None}))
    assert (told["tax"], told["tax_amount"], told["amount"]) == (None, D(0), D("100.05"))


async def test_lines_merge_by_id(http: httpx.AsyncClient) -> None:
    invoice = await made(http, {**LINE, "description": "First", "quantity": 2}, {**LINE, "description": "Gone"}, LINE)
    first, gone, kept = invoice["line_items"]
    wanted = [
        {"id": first["id"], "unit_price": 90},
        {"kind": "Product", "unit_price": 5},
        {"id": gone["id"], "_destroy": True},
    ]
    told = ok(await http.patch(f"/invoices/{invoice['id']}", json={"line_items": wanted}))["line_items"]
    assert told[:2] == [{**first, "unit_price": D(90), "amount": D(180)}, kept]
    assert (told[2]["kind"], told[2]["quantity"], told[2]["amount"]) == ("Product", D(1), D(5))
    assert told[2]["id"] > kept["id"]
    assert len(told) == 3


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({}, "Client can't be blank"),
    ({"client_id": 1}, "Client must exist"),
    ({"client_id": SUPRCORP, "payment_term": "net 7"}, "Payment term is not included in the list"),
    ({"client_id": SUPRCORP, "payment_options": ["cash"]}, "Payment options is not included in the list"),
    ({"client_id": SUPRCORP, "issue_date": "soon"}, "Invalid issue_date: soon"),
    (
        {"client_id": SUPRCORP, "line_items": [{"kind": "Magic"}]},
        "Line items unit price can't be blank, Line items kind is not an item category",
    ),
    ({"client_id": SUPRCORP, "line_items": [{**LINE, "project_id": 1}]}, "Line items project must exist"),
    ({"client_id": SUPRCORP, "line_items": [{**LINE, "id": 1}]}, "Line item 1 does not exist"),
    ({"client_id": SUPRCORP, "line_items": "kind,price"}, "Line items is invalid"),
    ({"client_id": SUPRCORP, "line_items_import": [301]}, "Line items import is invalid"),
    ({"client_id": SUPRCORP, "line_items": [{**LINE, "unit_price": "9e11", "quantity": 9}]}, "Amount is too large"),
]


@pytest.mark.parametrize(("body", "words"), REFUSALS)
async def test_what_does_not_fit_an_invoice_is_refused(
    http: httpx.AsyncClient, body: dict[str, Any], words: str
) -> None:
    assert refused(await http.post("/invoices", json=body)) == words


DUES = [
    ({}, "custom", TODAY),
    ({"due_date": "2026-04-01"}, "custom", "2026-04-01"),
    ({"payment_term": "net 30", "due_date": "2026-12-24"}, "net 30", "2026-04-01"),
    ({"payment_term": "upon receipt"}, "upon receipt", TODAY),
    ({"payment_term": "net 15", "issue_date": "2026-03-10"}, "net 15", "2026-03-25"),
]


@pytest.mark.parametrize(("body", "term", "due"), DUES)
async def test_a_due_date_is_taken_only_with_a_custom_term(
    http: httpx.AsyncClient, body: dict[str, Any], term: str, due: str
) -> None:
    invoice = await made(http, **body)
    assert (invoice["payment_term"], invoice["due_date"]) == (term, due)
    again = ok(await http.patch(f"/invoices/{invoice['id']}", json={"subject": "Kiosk"}))
    assert (again["payment_term"], again["due_date"]) == (term, due)


async def test_numbers_count_up_and_may_be_chosen(http: httpx.AsyncClient) -> None:
    assert (await made(http, number="K-7"))["number"] == "K-7"
    assert [(await made(http))["number"] for _ in range(2)] == ["1061", "1062"]


async def test_the_state_is_read_only_and_an_empty_patch_changes_nothing(http: httpx.AsyncClient) -> None:
    invoice = await made(http, LINE)
    assert ok(await http.patch(f"/invoices/{invoice['id']}", json={"state": "paid", "amount": 5})) == invoice
    assert ok(await http.patch(f"/invoices/{invoice['id']}", json={})) == invoice


async def entry(http: httpx.AsyncClient, task: int, hours: str, day: str = TODAY, **more: Any) -> int:
    body = {"project_id": WEBSITE, "task_id": task, "spent_date": day, "hours": hours, **more}
    return int(ok(await http.post("/time_entries", json=body), 201)["id"])


async def billed(http: httpx.AsyncClient, **parts: Any) -> httpx.Response:
    wanted = {"project_ids": [WEBSITE], **parts}
    return await http.post("/invoices", json={"client_id": SUPRCORP, "line_items_import": wanted})


SPAN = {"from": TODAY, "to": TODAY}


async def test_tracked_time_becomes_lines_and_is_billed_and_locked(http: httpx.AsyncClient) -> None:
    one, two = await entry(http, DESIGN, "1.25"), await entry(http, DESIGN, "0.5")
    other = await entry(http, MANAGEMENT, "2")
    invoice = ok(await billed(http, time={"summary_type": "task", **SPAN}), 201)
    shown = [(row["kind"], row["description"], row["quantity"], row["unit_price"]) for row in invoice["line_items"]]
    assert shown == [
        ("Service", "[SC-01] Website relaunch: Design (02/03/2026 - 02/03/2026)", D("1.75"), D(80)),
        ("Service", "[SC-01] Website relaunch: Project Management (02/03/2026 - 02/03/2026)", D(2), D(95)),
    ]
    assert (invoice["amount"], invoice["period_start"], invoice["period_end"]) == (D(330), TODAY, TODAY)
    for id in (one, two, other):
        told = ok(await http.get(f"/time_entries/{id}"))
        assert (told["is_billed"], told["invoice"]) == (True, {"id": invoice["id"], "number": invoice["number"]})
        assert told["locked_reason"] == "Item Invoiced and Locked for this Time Period"
    ok(await http.delete(f"/invoices/{invoice['id']}"))
    told = ok(await http.get(f"/time_entries/{one}"))
    assert (told["is_billed"], told["invoice"], told["is_locked"]) == (False, None, False)


@pytest.mark.parametrize(
    ("summary", "lines"),
    [
        ("project", {"[SC-01] Website relaunch (02/03/2026 - 02/03/2026)"}),
        ("people", {"[SC-01] Website relaunch: Ada Kestrel (02/03/2026 - 02/03/2026)"}),
        (
            "detailed",
            {
                "[SC-01] Website relaunch: 02/03/2026 / Ada Kestrel / Logo",
                "[SC-01] Website relaunch: 02/03/2026 / Ada Kestrel",
            },
        ),
    ],
)
async def test_time_is_summed_as_asked(http: httpx.AsyncClient, summary: str, lines: set[str]) -> None:
    await entry(http, DESIGN, "1", notes="Logo")
    await entry(http, DESIGN, "1")
    invoice = ok(await billed(http, time={"summary_type": summary, **SPAN}), 201)
    assert {row["description"] for row in invoice["line_items"]} == lines
    assert invoice["amount"] == 160


async def test_expenses_become_lines_with_a_receipts_price(http: httpx.AsyncClient) -> None:
    cost = {"project_id": WEBSITE, "expense_category_id": MEALS, "spent_date": TODAY}
    ids = [
        ok(await http.post("/expenses", json={**cost, "total_cost": total, "billable": billable}), 201)["id"]
        for total, billable in ((12.5, True), (7.25, True), (99, False))
    ]
    invoice = ok(await billed(http, expenses={"summary_type": "category", **SPAN, "attach_receipt": True}), 201)
    (line,) = invoice["line_items"]
    assert (line["kind"], line["quantity"], line["amount"]) == ("Product", D(1), D("19.75"))
    assert line["description"] == "[SC-01] Website relaunch: Meals (02/03/2026 - 02/03/2026)"
    told = [ok(await http.get(f"/expenses/{id}")) for id in ids]
    assert [row["is_billed"] for row in told] == [True, True, False]
    assert told[0]["locked_reason"] == "Expense is invoiced."


async def test_without_days_everything_not_invoiced_is_taken(http: httpx.AsyncClient) -> None:
    report = "/reports/uninvoiced?from=2025-03-03&to=2026-03-02"
    row = next(row for row in ok(await http.get(report))["results"] if row["project_id"] == WEBSITE)
    invoice = ok(await billed(http, time={"summary_type": "project"}, expenses={"summary_type": "project"}), 201)
    assert invoice["amount"] == row["uninvoiced_amount"] > 0
    assert (invoice["period_start"], invoice["period_end"]) == (None, None)
    row = next(row for row in ok(await http.get(report))["results"] if row["project_id"] == WEBSITE)
    assert (row["uninvoiced_hours"], row["uninvoiced_expenses"], row["uninvoiced_amount"]) == (0, 0, 0)


IMPORTS: list[tuple[dict[str, Any], str]] = [
    ({"time": {"summary_type": "task", **SPAN}}, "There is nothing to invoice for these projects."),
    ({"time": {"summary_type": "day"}}, "Line items import time summary type is not included in the list"),
    ({"time": {"summary_type": "task", "from": TODAY}}, "Line items import time needs both from and to"),
    (
        {"time": {"summary_type": "task", "from": "x", "to": "y"}},
        "Line items import time has an invalid date",
    ),
    ({"project_ids": [310]}, "Line items import project ids are not projects of the client"),
    ({"project_ids": []}, "Line items import project ids can't be blank"),
    ({"expenses": {"summary_type": "task"}}, "Line items import expenses summary type is not included in the list"),
]


@pytest.mark.parametrize(("parts", "words"), IMPORTS)
async def test_an_import_that_does_not_fit_is_refused_whole(
    http: httpx.AsyncClient, parts: dict[str, Any], words: str
) -> None:
    assert refused(await billed(http, **parts)) == words
    assert ok(await http.get("/invoices"))["total_entries"] == 60


async def test_an_import_waits_for_timers(http: httpx.AsyncClient) -> None:
    ok(await http.post("/time_entries", json={"project_id": WEBSITE, "task_id": DESIGN, "spent_date": TODAY}), 201)
    assert (
        refused(await billed(http, time={"summary_type": "task", **SPAN}))
        == "A timer is running on one of these projects."
    )


async def test_an_estimate_is_like_an_invoice_without_projects(http: httpx.AsyncClient) -> None:
    body = {"client_id": SUPRCORP, "tax": 10, "line_items": [{**LINE, "taxed": True, "quantity": "1.5"}]}
    made = ok(await http.post("/estimates", json=body), 201)
    assert (made["number"], made["amount"], made["tax_amount"], made["state"]) == ("107", D(165), D(15), "draft")
    assert made["creator"] == {"id": ADA, "name": "Ada Kestrel"}
    (line,) = made["line_items"]
    assert list(line) == ["id", "kind", "description", "quantity", "unit_price", "amount", "taxed", "taxed2"]
    change = {
        "line_items": [{"id": line["id"], "quantity": 2}, {"kind": "Product", "unit_price": 1}],
        "issue_date": "2026-03-01",
    }
    told = ok(await http.patch(f"/estimates/{made['id']}", json=change))
    assert ([row["amount"] for row in told["line_items"]], told["issue_date"]) == ([D(200), D(1)], "2026-03-01")
    assert ok(await http.delete(f"/estimates/{made['id']}")) == told


async def test_an_invoice_may_be_of_an_estimate(http: httpx.AsyncClient) -> None:
    invoice = await made(http, estimate_id=3001, retainer_id=9)
    assert (invoice["estimate"], invoice["retainer"]) == ({"id": 3001}, {"id": 9})
    ok(await http.delete("/estimates/3001"))
    assert ok(await http.get(f"/invoices/{invoice['id']}"))["estimate"] is None


async def test_an_invoice_locks_its_project_from_the_first_day_to_the_last(http: httpx.AsyncClient) -> None:
    await entry(http, DESIGN, "1", "2026-02-28")
    await entry(http, DESIGN, "1")
    invoice = ok(await billed(http, time={"summary_type": "task", "from": "2026-02-28", "to": TODAY}), 201)
    for day, reason in (("2026-03-01", "Item Locked for this Time Period"), ("2026-03-03", None)):
        id = await entry(http, DESIGN, "1", day)
        assert ok(await http.get(f"/time_entries/{id}"))["locked_reason"] == reason
    other = {"project_id": 326, "task_id": DESIGN, "spent_date": "2026-03-01", "hours": 1}
    assert ok(await http.post("/time_entries", json=other), 201)["is_locked"] is False
    ok(await http.delete(f"/invoices/{invoice['id']}"))
    assert ok(await http.get("/time_entries?from=2026-03-01&to=2026-03-01"))["time_entries"][0]["is_locked"] is False
