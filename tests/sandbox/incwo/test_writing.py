"""What the account makes of a write: which values it takes, and what it fills in and sums up."""

from datetime import date
from decimal import Decimal

import pytest

from harvest_mcp.systems.incwo import INVOICES, PRODUCTS

from .kit import LACAZE, account, leaf, names, texts

pytestmark = pytest.mark.anyio


async def test_an_element_sent_twice_keeps_the_last_and_read_only_ones_are_passed_over() -> None:
    body = (
        "<customer_product><name>Vis</name><is_from_vendor>0</is_from_vendor><is_from_vendor>2</is_from_vendor>"
        "<prev_cost>9</prev_cost><cost>20.00</cost><total_stock>2</total_stock></customer_product>"
    )
    async with account() as desk:
        answer = await desk.post("/customer_products", body)
        shown = {
            name: leaf(answer.content, name)
            for name in ("is_from_vendor", "cost", "prev_cost", "cost_in_file_currency")
        }
        assert shown == {"is_from_vendor": "2", "cost": "20.0", "prev_cost": "20.0", "cost_in_file_currency": "20.0"}
        assert (leaf(answer.content, "total_stock"), leaf(answer.content, "prev_total_stock")) == ("2.0", "2")
        changed = await desk.put(f"/customer_products/{leaf(answer.content, 'id')}", body.replace("20.00", "10.0"))
        assert (leaf(changed.content, "cost"), leaf(changed.content, "prev_cost")) == ("10.0", "10.0")


async def test_an_update_changes_only_what_it_holds_and_the_time() -> None:
    async with account() as desk:
        before = desk.sandbox.rows(PRODUCTS)[0]
        desk.clock.turn(3600)
        answer = await desk.put(
            f"/customer_products/{before['id']}", "<customer_product><price>13</price></customer_product>"
        )
        after = desk.sandbox.rows(PRODUCTS)[0]
        assert (leaf(answer.content, "created_at"), leaf(answer.content, "modified_at")) == (
            "05-03-2018-13-00",
            "05-03-2018-14-00",
        )
    assert {name for name in after if after[name] != before[name]} == {"price", "modified_at"}
    assert after["price"] == Decimal(13)


@pytest.mark.parametrize(
    ("quantity", "direction", "values"),
    [
        ("2", "1", ["12.2", "25.0", "12.2"]),
        ("2", "-1", ["25.0", "25.0", "12.2"]),
        ("0", "1", [None, None, None]),
    ],
)
async def test_a_stock_movement_is_worth_its_cost_coming_and_its_price_going(
    quantity: str, direction: str, values: list[str | None]
) -> None:
    body = (
        "<stock_movement><customer_product_id>640005</customer_product_id><origin_warehouse_id>75</origin_warehouse_id>"
        f"<destination_warehouse_id>75</destination_warehouse_id><quantity>{quantity}</quantity>"
        f"<direction>{direction}</direction></stock_movement>"
    )
    async with account() as desk:
        shown = (await desk.post("/stock_movements", body)).content
        assert [leaf(shown, f"cash_value{name}") for name in ("", "_on_sale", "_on_purchase")] == values
        assert (leaf(shown, "moved_at"), leaf(shown, "destination_warehouse_id")) == ("05-03-2018-13-00", None)
        assert desk.sandbox.rows(PRODUCTS)[0]["total_stock"] == Decimal("84.0")


async def test_an_invoice_is_numbered_and_its_lines_are_summed() -> None:
    body = (
        f"<bill_sheet><firm_id>{LACAZE}</firm_id><billing_date>05-03-2018</billing_date><shipping_cost>10</shipping_cost>"
        "<bill_lines><bill_line><unit_price>100.005</unit_price><quantity>3</quantity><vat_value_id>607</vat_value_id>"
        "</bill_line><bill_line><unit_price>50</unit_price><quantity>1</quantity><vat_value_id>552</vat_value_id>"
        "</bill_line><bill_line><content_kind>comment</content_kind><description>x</description></bill_line>"
        "</bill_lines></bill_sheet>"
    )
    async with account() as desk:
        shown = (await desk.post("/bill_sheets", body)).content
        row = desk.sandbox.rows(INVOICES)[-1]
    names_ = ("reference", "sheet_type", "vat_exl_total", "vat_cost", "vat_inc_total", "vat_exc_total_with_shipping")
    # 3 times 100.005 is 300.015, which is even to the cent at 300.02.
    assert [leaf(shown, name) for name in names_] == ["F1803-1", "invoice_maybe", "350.02", "65.0", "415.02", "360.02"]
    assert texts(shown, "bill_lines/bill_line/bill_sheet_id") == [str(row["id"])] * 3
    assert texts(shown, "bill_lines/bill_line/total_price") == ["300.02", "50.0"]
    assert (row["billing_date"], row["reference"]) == (date(2018, 3, 5), "F1803-1")


@pytest.mark.parametrize("kind", ["application/xml", "text/xml; charset=utf-8"])
async def test_either_kind_of_xml_is_taken(kind: str) -> None:
    async with account() as desk:
        body = '<?xml version="1.0" encoding="UTF-8"?><firm><name>&#201;b&#233;niste</name></firm>'
        answer = await desk.http.post("/firms.xml", content=body, headers={"Content-Type": kind})
        assert (answer.status_code, leaf(answer.content, "name")) == (201, "Ébéniste")
        answer = await desk.http.post("/firms.xml", json={"firm": {"name": "x"}})
        assert (answer.status_code, names(answer.content)) == (400, ["error"])


@pytest.mark.parametrize(
    ("element", "value"),
    [("due_at", "2018-03-05"), ("due_at", "31-02-2018"), ("project_id", "one"), ("title", "<b>x</b>")],
)
async def test_a_value_that_does_not_fit_its_element_is_refused(element: str, value: str) -> None:
    async with account() as desk:
        answer = await desk.post("/tasks", f"<task><{element}>{value}</{element}></task>")
        assert (answer.status_code, leaf(answer.content, "error")) == (422, f"{element} is not what it should be.")


async def test_dates_are_taken_with_a_time_and_in_two_spellings_of_their_owner() -> None:
    async with account() as desk:
        body = (
            "<task><due_at>05-03-2018-17-30</due_at><object_zname>firms</object_zname><object_zid>5</object_zid></task>"
        )
        shown = (await desk.post("/tasks", body)).content
        assert [leaf(shown, name) for name in ("due_at", "object_name", "object_zid")] == [
            "05-03-2018-17-30",
            "firms",
            "5",
        ]
