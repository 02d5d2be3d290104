"""Documented bodies that the client reads and the account gives out again, element for element and in order."""

from pathlib import Path

import pytest

from harvest_mcp.spec import Scope
from harvest_mcp.spec.exchange import Response
from harvest_mcp.systems.incwo import INCWO
from harvest_mcp.wire.incwo_wires import incwo_of

from .kit import Shape, account, shape

pytestmark = pytest.mark.anyio

SAMPLES = Path(__file__).parents[2] / "samples" / "incwo"
COLLECTIONS = {incwo_of(resource).path.strip("/"): resource for resource in INCWO.resources}
MARKERS = ("saved", "updated")


def unmarked(found: Shape) -> Shape:
    name, children = found
    assert isinstance(children, list)
    return name, [child for child in children if child[0] not in MARKERS]


@pytest.mark.parametrize(
    "name",
    [
        "contacts/one",
        "firms/bare",
        "customer_products/updated",
        "stock_movements/created",
        "bank_accounts/one",
        "vacation_requests/one",
        "contracts/one",
        "upload_files/one",
    ],
)
async def test_the_account_reproduces_a_documented_body_element_for_element(name: str) -> None:
    body = (SAMPLES / f"{name}.xml").read_bytes()
    resource = COLLECTIONS[name.partition("/")[0]]
    id = int(body.partition(b"<id>")[2].partition(b"<")[0])
    record = resource.wire.get(Scope(resource), id).read(Response(200, {}, body))
    async with account(seeded=False) as desk:
        desk.sandbox.put(resource, **record.model_dump(exclude_unset=True))
        answer = await desk.get(f"{incwo_of(resource).path}/{record.id}")
    assert shape(answer.content) == unmarked(shape(body))
