"""Every operation of the API is there, and answers."""

import httpx
import pytest

from harvest_mcp.sandbox.harvest_v2.operations import OPERATIONS, Operation

from .kit import ADA, DESIGN, LOGO, MEALS, MIGUEL, SUPRCORP, TODAY, ok

# What is there in the seed, by the collection its id stands behind.
IDS = {
    "clients": 11112, "contacts": 9, "estimates": 3006, "estimate_item_categories": 1, "expense_categories": MEALS,
    "expenses": 40_253, "invoices": 7060, "invoice_item_categories": 4003, "projects": LOGO, "user_assignments": 8048,
    "task_assignments": 9044, "time_entries": 28_983, "tasks": 512, "roles": 701, "users": ADA,
    "billable_rates": 1102, "cost_rates": 1,
}  # fmt: skip
OWNERS = {"estimates": 3004, "invoices": 7060, "projects": LOGO, "users": MIGUEL}
DAY = {"spent_date": TODAY, "project_id": LOGO}
BODIES: dict[str, object] = {
    "CL2-3": {"name": "Moor Ltd"},
    "CC2-3": {"client_id": SUPRCORP, "first_name": "Ines"},
    "ES2-3": {"client_id": SUPRCORP},
    "EM2-2": {"recipients": [{"email": "ap@moor.example"}]},
    "EI2-3": {"name": "Travel"},
    "EC2-3": {"name": "Parking"},
    "EX2-3": {**DAY, "expense_category_id": MEALS, "total_cost": 9.5},
    "IN2-3": {"client_id": SUPRCORP},
    "IM2-2": {"recipients": [{"email": "ap@moor.example"}]},
    "IP2-2": {"amount": 1},
    "IC2-3": {"name": "Rights"},
    "PR2-3": {"client_id": SUPRCORP, "name": "Kiosk"},
    "UA2-4": {"user_id": MIGUEL},
    "TS2-4": {"task_id": 512},
    "TE2-3": {**DAY, "task_id": DESIGN, "hours": 1},
    "TA2-3": {"name": "Listening"},
    "RO2-3": {"name": "Choir"},
    "PE2-4": {"first_name": "Ines", "last_name": "Roth", "email": "ines@roth.example"},
    "BR2-3": {"amount": 95},
    "CR2-3": {"amount": 45},
    "TM2-2": {"teammate_ids": [ADA]},
}
UNSEEDED = {"EM2-3", "IM2-4", "IP2-3", "CR2-2"}
"""What a row has to be made for first."""
FIRST = {"EM2-3": BODIES["EM2-2"], "IM2-4": BODIES["IM2-2"], "IP2-3": BODIES["IP2-2"], "CR2-2": {"amount": 40}}
BUSY = {"TE2-7", "EC2-5", "PE2-6"}
"""What the seed does not let be done: nothing runs, the category is in use, the owner stays."""
COUNTS = {"GET": 55, "POST": 20, "PATCH": 19, "DELETE": 19}


def address(operation: Operation) -> str:
    parts = operation.path.split("/")
    for at, part in enumerate(parts):
        if part == "{owner}":
            parts[at] = str(OWNERS[parts[at - 1]])
        elif part == "{id}":
            parts[at] = str(IDS.get(parts[at - 1], 1))
    days = f"?from={TODAY}&to={TODAY}" if "reports" in parts else ""
    return "/".join(parts) + days


def test_there_are_the_113_operations_of_the_contract() -> None:
    assert len(OPERATIONS) == len({each.id for each in OPERATIONS}) == 113
    assert {method: sum(each.method == method for each in OPERATIONS) for method in COUNTS} == COUNTS
    assert [sum(each.paging == kind for each in OPERATIONS) for kind in "CP"] == [18, 17]


@pytest.mark.anyio
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.id)
async def test_every_operation_answers(http: httpx.AsyncClient, operation: Operation) -> None:
    path = address(operation)
    if operation.id in UNSEEDED:
        made = ok(await http.post(path.rpartition("/")[0], json=FIRST[operation.id]), 201)
        path = f"{path.rpartition('/')[0]}/{made['id']}"
    body = BODIES.get(operation.id, {}) if operation.method in ("POST", "PATCH") else None
    response = await http.request(operation.method, path, json=body)
    if operation.id in BUSY:
        assert response.status_code == 422
        return
    answer = ok(response, 201 if operation.method == "POST" else 200)
    if operation.paging:
        listed = next(iter(answer.values()))
        assert isinstance(listed, list)
        assert len(listed) == min(answer["total_entries"], answer["per_page"])
        assert list(answer)[1:] == [
            *("per_page", "total_pages", "total_entries", "next_page", "previous_page", "page", "links")
        ]
    if operation.method == "POST":
        assert response.headers["location"].endswith(f"{path}/{answer['id']}")


@pytest.mark.anyio
@pytest.mark.parametrize("prefix", ["/v2", "/api/v2"])
async def test_both_prefixes_are_the_same_service(http: httpx.AsyncClient, prefix: str) -> None:
    made = await http.post(f"https://api.kestrel.example{prefix}/tasks", json={"name": "Listening"})
    assert ok(made, 201)["name"] == "Listening"
    assert made.headers["location"] == f"https://api.kestrel.example/api/v2/tasks/{made.json()['id']}"
