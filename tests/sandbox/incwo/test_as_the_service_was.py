"""The account is as lenient, and as wordy, as the service was for clients of its time (incwo 3.3, 4, 13.7, 13.8)."""

import pytest

from .kit import account, leaf, names

pytestmark = pytest.mark.anyio


async def test_a_normal_line_carries_an_empty_kind() -> None:
    async with account() as desk:
        line = "<bill_lines><bill_line><description>x</description></bill_line></bill_lines>"
        made = (await desk.post("/bill_sheets", f"<bill_sheet>{line}</bill_sheet>")).content
        assert b"<content_kind></content_kind>" in made
        assert b"<content_kind></content_kind>" in (await desk.get("/proposal_sheets/720005")).content


async def test_a_contact_without_a_firm_has_no_element_for_it() -> None:
    async with account() as desk:
        made = (await desk.post("/contacts", "<contact><last_name>A</last_name><firm_id>0</firm_id></contact>")).content
        assert "firm_id" not in names(made)
        id = leaf(made, "id")
        joined = (await desk.put(f"/contacts/{id}", "<contact><firm_id>500005</firm_id></contact>")).content
        assert leaf(joined, "firm_id") == "500005"
        left = (await desk.put(f"/contacts/{id}", "<contact><firm_id>0</firm_id></contact>")).content
        assert "firm_id" not in names(left)


async def test_a_product_carries_the_days_of_its_two_exchange_rates() -> None:
    async with account() as desk:
        made = (await desk.post("/customer_products", "<customer_product><name>A</name></customer_product>")).content
        days = [leaf(made, name) for name in ("currency_exchange_rate_date", "cost_currency_exchange_rate_date")]
        assert days == ["05-03-2018", "05-03-2018"]


async def test_the_categories_of_the_catalog_are_there_by_both_kinds_of_routes() -> None:
    async with account() as desk:
        listed = (await desk.get("/customer_product_categories")).content
        assert b"<name>Quincaillerie</name>" in listed
        assert b"<total_pages>1</total_pages>" in listed
        host = desk.http.base_url.copy_with(path="/customer_product_categories")
        assert (await desk.http.get(f"{host}/list/123456.xml?page=1")).content == listed
        body = "<customer_product_category><name>Vis</name></customer_product_category>"
        kind = {"Content-Type": "text/xml"}
        made = await desk.http.post(f"{host}/create/123456.xml", content=body, headers=kind)
        assert (made.status_code, leaf(made.content, "saved"), leaf(made.content, "name")) == (201, "true", "Vis")
        id = leaf(made.content, "id")
        assert leaf((await desk.http.get(f"{host}/show/123456/{id}.xml")).content, "name") == "Vis"
        assert (await desk.http.post(f"{host}/destroy/123456/{id}.xml")).status_code == 200
        assert (await desk.get(f"/customer_product_categories/{id}")).status_code == 404
        assert (await desk.http.get(f"{host}/destroy/123456/3105.xml")).status_code == 404


async def test_brands_are_labels_of_their_type() -> None:
    async with account() as desk:
        query = "?type=customer_product_brand"
        body = "<custom_label><long_label>Garance</long_label><language>FR</language></custom_label>"
        made = await desk.http.post(f"/custom_labels.xml{query}", content=body, headers={"Content-Type": "text/xml"})
        told = [leaf(made.content, name) for name in ("label_type", "long_label", "business_file_id")]
        assert told == ["customer_product_brand", "Garance", "123456"]
        assert b"Vissal" in (await desk.http.get(f"/custom_labels.xml{query}")).content
        assert b"Vissal" not in (await desk.http.get("/custom_labels.xml?type=other")).content
