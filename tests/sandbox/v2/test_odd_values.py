"""Values of every wrong kind get an answer of the account's, never a failure of its own."""

import json
from typing import Any

import httpx
import pytest

from harvest_mcp.sandbox.harvest_v2.kinds import KINDS
from harvest_mcp.sandbox.harvest_v2.operations import OPERATIONS, Operation

from .test_operations import BODIES, address

pytestmark = pytest.mark.anyio
ODD: list[Any] = [
    *(None, "", [], {}, "x", -1, True, "9" * 30, "\ud800", 0, 1.5, "1e-400", 1e300, [{}], [None], [{"id": "x"}]),
    *({"project_ids": [301]}, "2026-02-30", "0001-01-01", "9999-12-31", "T", "25:99", "\x00", [["a"]], 10**18),
]
TEXTS = ["x", "-1", "9" * 30, "0001-01-01", "\x00", "eyJhZnRlciI6eyJpZCI6Ing9fQ==", "eyJhZnRlciI6MX0=", "W10=", "1.5"]
WRITES = [each for each in OPERATIONS if each.method in ("POST", "PATCH")]
OTHERS = {"messages": "invoice_messages", "payments": "invoice_payments"}


def takes(operation: Operation) -> list[str]:
    """The members that its body may have."""
    last = operation.path.removesuffix("/{id}").rsplit("/", 1)[-1]
    kind = KINDS.get(OTHERS.get(last, last))
    return [each.name for each in kind.fields if each.takes] if kind else ["weekly_capacity", "teammate_ids"]


async def sent(http: httpx.AsyncClient, operation: Operation, body: dict[str, Any]) -> int:
    answer = await http.request(
        operation.method,
        address(operation),
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    return answer.status_code


@pytest.mark.parametrize("value", [None, "", [{}], "\ud800", "9999-12-31", "9" * 30])
async def test_a_body_of_odd_values_is_taken_or_refused(http: httpx.AsyncClient, value: Any) -> None:
    found = {each.id: await sent(http, each, dict.fromkeys(takes(each), value)) for each in WRITES}
    assert set(found.values()) <= {200, 201, 400, 422}


@pytest.mark.soak
@pytest.mark.parametrize("operation", WRITES, ids=lambda each: each.id)
async def test_one_odd_value_in_a_good_body_is_taken_or_refused(http: httpx.AsyncClient, operation: Operation) -> None:
    good: Any = BODIES.get(operation.id, {})
    for name in takes(operation):
        for value in ODD:
            assert await sent(http, operation, {**good, name: value}) in (200, 201, 400, 422), (name, value)


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.paging == "C"], ids=lambda each: each.id)
async def test_an_odd_place_in_a_list_is_refused(http: httpx.AsyncClient, operation: Operation) -> None:
    for name in ("page", "per_page", "cursor", "updated_since"):
        for text in TEXTS:
            answer = await http.get(address(operation), params={name: text})
            assert answer.status_code in (200, 400, 422), (name, text)
