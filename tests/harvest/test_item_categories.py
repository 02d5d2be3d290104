"""Categories of invoice lines: read out of their list, since there is no address of one."""

import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.systems.harvest import INVOICE_ITEM_CATEGORIES
from tests.conftest import Era, talking
from tests.tools.kit import undo, writes

pytestmark = pytest.mark.anyio

LIST = "GET /invoice_item_categories"


async def test_a_new_category_is_read_back_from_the_list_whatever_its_location(sandbox: Sandbox, era: Era) -> None:
    """25, 29 row 16: `Location` is `/invoice_categories/{id}`, which leads nowhere; reading one does not work."""
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        head = (await talk.ok("create_invoice_item_category", name="Fonts")).split("\n")[0]
        assert head == f'Created invoice item category "Fonts" (4006). {undo(1)}'
        assert talk.wire() == [LIST, "POST /invoice_item_categories", LIST]
        assert talk.sandbox.seen[-2].status == 201
        await talk.ok("update_invoice_item_category", invoice_item_category_id=4006, name="Type")
        assert talk.wire() == [LIST, "PUT /invoice_item_categories/4006", LIST]
        assert (await talk.error("update_invoice_item_category", invoice_item_category_id=9, name="x")).startswith(
            "No invoice item category 9 in this account"
        )
        assert "no tool of that name" in await talk.error("get_invoice_item_category", invoice_item_category_id=4006)


async def test_a_list_that_is_not_there_says_nothing_of_one_of_it(sandbox: Sandbox) -> None:
    sandbox.fail(Fault("status", "404", path="/invoice_item_categories"))
    async with talking(sandbox, toolsets="invoices") as talk:
        said = await talk.error("update_invoice_item_category", invoice_item_category_id=4006, name="Type")
    assert said.startswith(
        "Harvest shows this user no invoice item categories (404). Nothing was changed. Call who_am_i"
    )


async def test_a_default_is_kept_and_nobody_is_asked(sandbox: Sandbox, era: Era) -> None:
    """25, IC-4: 400: default category."""
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        assert await talk.error("delete_invoice_item_category", invoice_item_category_id=4001) == (
            'Harvest keeps the invoice item category "Service" (4001), which has use_as_service. Nothing was deleted. '
            "Give use_as_service to another first: update_invoice_item_category(invoice_item_category_id=…, "
            "use_as_service=true)."
        )
        assert (talk.wire(), talk.asked) == ([LIST], [])
        await talk.ok("update_invoice_item_category", invoice_item_category_id=4003, use_as_service=True)
        assert await talk.ok("delete_invoice_item_category", invoice_item_category_id=4001) == (
            'Deleted invoice item category "Service" (4001). undo_change(change_id=2) makes it again under a new id.'
        )
        again = await talk.ok("undo_change", change_id=2)
        assert again.startswith('Undid change 2: invoice item category "Service" (4006) is as it was under the new id')


async def test_a_category_of_that_name_is_reported(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        assert 'may already be there: "Travel" (4003).' in await talk.error(
            "create_invoice_item_category", name="travel"
        )


async def test_a_delete_whose_answer_is_lost_is_seen_in_the_list(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        sandbox.fail(Fault("drop", method="DELETE", commit="after"))
        assert (await talk.ok("delete_invoice_item_category", invoice_item_category_id=4005)).startswith(
            'Deleted invoice item category "Licence" (4005).'
        )
        assert [call[0] for call in writes(talk)] == ["DELETE"]
    assert sandbox.store.get(INVOICE_ITEM_CATEGORIES, 4005) is None
