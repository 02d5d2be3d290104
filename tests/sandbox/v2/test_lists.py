"""Lists walked to their ends, by cursor and by page; filters; what is out of range (harvest-v2 4.5)."""

import base64
import json
from typing import Any

import httpx
import pytest

from harvest_mcp.sandbox.harvest_v2.operations import OPERATIONS

from .conftest import Open
from .kit import HOST, LOGO, MIGUEL, ROISIN, SUPRCORP, TRAIL_APP, WEBSITE, caller, ok, refused

pytestmark = pytest.mark.anyio
LISTS = [each for each in OPERATIONS if each.paging and "reports" not in each.path]
SMALL = {"time_entries": "&from=2026-02-20"}


async def walked(http: httpx.AsyncClient, path: str, way: str = "next") -> list[dict[str, Any]]:
    """The pages of a list, by its links."""
    pages: list[dict[str, Any]] = []
    url: str | None = path
    while url:
        pages.append(ok(await http.get(url)))
        url = pages[-1]["links"][way]
        assert len(pages) < 200
    return pages


def list_address(path: str) -> str:
    owner = {"/users": MIGUEL, "/inv": 7003, "/est": 3001, "/proj": WEBSITE}
    found = next((id for start, id in owner.items() if path.startswith(start)), 0)
    return path.replace("{owner}", str(found))


@pytest.mark.parametrize("operation", LISTS, ids=lambda each: each.id)
async def test_a_list_walked_by_its_links_is_whole_and_in_order(http: httpx.AsyncClient, operation: Any) -> None:
    path = list_address(operation.path)
    key = path.rsplit("/", 1)[-1]
    if key == "teammates":
        ok(await http.patch(path, json={"teammate_ids": [31, 33, 34]}))
    more = SMALL.get(key, "")
    whole = ok(await http.get(f"{path}?per_page=2000{more}"))
    rows = next(iter(whole.values()))
    size = max(1, -(-len(rows) // 4))
    pages = await walked(http, f"{path}?per_page={size}{more}")
    assert [row["id"] for page in pages for row in next(iter(page.values()))] == [row["id"] for row in rows]
    assert {page["total_entries"] for page in pages} == {len(rows)}
    assert {page["total_pages"] for page in pages} == {len(pages)}
    numbers = [(page["previous_page"], page["page"], page["next_page"]) for page in pages]
    last = len(pages)
    expected: list[tuple[int | None, ...]] = [
        (at - 1 or None, at, at + 1 if at < last else None) for at in range(1, last + 1)
    ]
    if operation.paging == "C":
        expected[1:-1] = [(None, None, None)] * len(expected[1:-1])
    assert numbers == expected
    for page in pages[:-1]:
        assert ("cursor=" in page["links"]["next"]) == (operation.paging == "C")


async def test_a_cursor_list_has_its_links_as_documented(http: httpx.AsyncClient) -> None:
    first = ok(await http.get("/clients?per_page=2&is_active=true"))
    links = first["links"]
    where = f"{HOST}/v2/clients?is_active=true"
    pages = first["total_pages"]
    assert links["first"] == f"{where}&page=1&per_page=2&ref=first"
    assert links["last"] == f"{where}&page={pages}&per_page=2&ref=last"
    assert links["previous"] is None
    assert links["next"].startswith(f"{where}&cursor=")
    assert links["next"].endswith("&per_page=2&ref=next_cursor")
    cursor = httpx.URL(links["next"]).params["cursor"]
    assert json.loads(base64.b64decode(cursor))["after"]["id"] == first["clients"][-1]["id"]


async def test_a_cursor_list_is_walked_back_as_well(http: httpx.AsyncClient) -> None:
    last = (await walked(http, "/tasks?per_page=3"))[-1]
    back = [last]
    while back[-1]["links"]["previous"]:
        back.append(ok(await http.get(back[-1]["links"]["previous"])))
    assert [row["id"] for page in reversed(back) for row in page["tasks"]] == [
        row["id"] for row in ok(await http.get("/tasks"))["tasks"]
    ]


async def test_a_cursor_goes_on_where_it_was_though_rows_come_and_go(http: httpx.AsyncClient) -> None:
    first = ok(await http.get("/contacts?per_page=5"))
    ok(await http.post("/contacts", json={"client_id": SUPRCORP, "first_name": "New"}), 201)
    ok(await http.delete(f"/contacts/{first['contacts'][-1]['id']}"))
    second = ok(await http.get(first["links"]["next"]))
    whole = ok(await http.get("/contacts"))["contacts"]
    assert [row["id"] for row in second["contacts"]] == [row["id"] for row in whole[5:10]]


async def test_the_cursor_wins_over_a_page_and_a_page_alone_still_works(http: httpx.AsyncClient) -> None:
    whole = [row["id"] for row in ok(await http.get("/tasks"))["tasks"]]
    assert [row["id"] for row in ok(await http.get("/tasks?per_page=4&page=2"))["tasks"]] == whole[4:8]
    following = ok(await http.get("/tasks?per_page=4"))["links"]["next"]
    assert [row["id"] for row in ok(await http.get(f"{following}&page=1"))["tasks"]] == whole[4:8]


async def test_an_empty_list_has_one_page(http: httpx.AsyncClient) -> None:
    answer = ok(await http.get("/contacts?client_id=1"))
    assert (answer["contacts"], answer["total_pages"], answer["total_entries"], answer["page"]) == ([], 1, 0, 1)
    assert answer["links"]["next"] is None


@pytest.mark.parametrize("query", ["per_page=0", "per_page=2001", "per_page=x", "page=0", "cursor=x", "cursor=e30%3D"])
async def test_a_page_out_of_range_is_refused_and_never_clamped(http: httpx.AsyncClient, query: str) -> None:
    assert refused(await http.get(f"/tasks?{query}"))


async def test_in_the_form_of_2021_pages_are_of_100_and_numbered(opened: Open) -> None:
    async with caller(opened(form="2021")) as http:
        page = ok(await http.get("/contacts"))
        assert (page["per_page"], len(page["contacts"]), page["total_pages"]) == (100, 100, 2)
        assert page["links"]["next"] == f"{HOST}/v2/contacts?page=2&per_page=100&ref=next"
        assert refused(await http.get("/contacts?per_page=101"))
        assert "invoice_recipient_status" not in page["contacts"][0]
        assert "approval_status" not in ok(await http.get("/time_entries?per_page=1"))["time_entries"][0]


@pytest.mark.parametrize("form", ["2026-03-02T09:00:00Z", "2026-03-02T10:00:00%2B01:00", "2026-03-02T09:00:00"])
async def test_updated_since_holds_the_second_itself(http: httpx.AsyncClient, form: str) -> None:
    ok(await http.patch("/tasks/501", json={"name": "Drawing"}))
    assert [row["id"] for row in ok(await http.get(f"/tasks?updated_since={form}"))["tasks"]] == [501]
    later = form.replace(":00:00", ":00:01", 1)
    assert ok(await http.get(f"/tasks?updated_since={later}"))["tasks"] == []


@pytest.mark.parametrize("text", ["2026-01-05%2008:00:00%2B00:00", "yesterday", "2026-13-01T00:00:00Z"])
async def test_updated_since_in_another_form_is_400(http: httpx.AsyncClient, text: str) -> None:
    assert (await http.get(f"/time_entries?updated_since={text}")).status_code == 400


FILTERS = [
    ("/clients?is_active=false", lambda row: not row["is_active"]),
    (f"/contacts?client_id={SUPRCORP}", lambda row: row["client"]["id"] == SUPRCORP),
    (
        f"/projects?client_id={SUPRCORP}&is_active=true",
        lambda row: row["client"]["id"] == SUPRCORP and row["is_active"],
    ),
    ("/tasks?is_active=false", lambda row: not row["is_active"]),
    ("/users?is_active=false", lambda row: not row["is_active"]),
    ("/expense_categories?is_active=true", lambda row: row["is_active"]),
    (f"/user_assignments?user_id={MIGUEL}&is_active=true", lambda row: row["user"]["id"] == MIGUEL),
    (f"/projects/{TRAIL_APP}/user_assignments?is_active=false", lambda row: row["user"]["id"] == 37),
    (f"/projects/{TRAIL_APP}/task_assignments?is_active=false", lambda row: row["task"]["id"] == 511),
    ("/invoices?state=open", lambda row: row["state"] == "open"),
    (f"/invoices?project_id={WEBSITE}", lambda row: any(_is(each, WEBSITE) for each in row["line_items"])),
    ("/invoices?from=2026-01-01&to=20260131", lambda row: "2026-01-01" <= row["issue_date"] <= "2026-01-31"),
    (f"/invoices?client_id={SUPRCORP}", lambda row: row["client"]["id"] == SUPRCORP),
    ("/estimates?state=sent", lambda row: row["state"] == "sent"),
    (f"/expenses?user_id={ROISIN}&is_billed=true", lambda row: row["user"]["id"] == ROISIN and row["is_billed"]),
    (f"/expenses?client_id={SUPRCORP}", lambda row: row["client"]["id"] == SUPRCORP),
    (f"/expenses?project_id={WEBSITE}", lambda row: row["project"]["id"] == WEBSITE),
    ("/expenses?approval_status=approved", lambda row: row["approval_status"] == "approved"),
]


def _is(line: Any, project: int) -> bool:
    return bool(line["project"] and line["project"]["id"] == project)


@pytest.mark.parametrize(("path", "fits"), FILTERS, ids=[path for path, _ in FILTERS])
async def test_a_filter_keeps_what_fits_and_nothing_else(http: httpx.AsyncClient, path: str, fits: Any) -> None:
    whole = next(iter(ok(await http.get(path.split("?", maxsplit=1)[0])).values()))
    found = next(iter(ok(await http.get(path)).values()))
    assert found == [row for row in whole if fits(row)]
    assert 0 < len(found) < len(whole)


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-02-24&to=2026-02-24",
        f"user_id={ROISIN}&from=2026-02-01",
        f"project_id={WEBSITE}&from=2026-01-01",
        "task_id=501&from=2026-02-01&is_billed=false",
        f"client_id={SUPRCORP}&from=2026-02-01",
        "approval_status=unsubmitted&from=2026-02-20",
    ],
)
async def test_time_entries_are_filtered_and_newest_first(http: httpx.AsyncClient, query: str) -> None:
    wanted = httpx.QueryParams(query)
    rows = ok(await http.get(f"/time_entries?{query}"))["time_entries"]
    assert rows
    assert rows == sorted(rows, key=lambda row: (row["spent_date"], row["id"]), reverse=True)
    for row in rows:
        for name in ("user", "project", "task", "client"):
            if f"{name}_id" in wanted:
                assert row[name]["id"] == int(wanted[f"{name}_id"])
        assert wanted["from"] <= row["spent_date"] <= wanted.get("to", "9999")


async def test_a_filter_value_that_is_none_is_refused_and_unknown_ones_are_passed_over(http: httpx.AsyncClient) -> None:
    assert refused(await http.get("/clients?is_active=1")) == "Invalid is_active: 1"
    assert refused(await http.get("/time_entries?from=March")) == "Invalid from: March"
    assert len(ok(await http.get("/tasks?sort=name"))["tasks"]) == 12


async def test_lists_have_the_orders_of_the_contract(http: httpx.AsyncClient) -> None:
    invoices = [row["issue_date"] for row in ok(await http.get("/invoices"))["invoices"]]
    assert invoices == sorted(invoices, reverse=True)
    made = [row["created_at"] for row in ok(await http.get("/clients"))["clients"]]
    assert made == sorted(made, reverse=True)
    for amount, start in ((80, None), (90, "2025-01-01"), (95, "2026-01-01")):
        ok(await http.post("/users/32/billable_rates", json={"amount": amount, "start_date": start}), 201)
    starts = [row["start_date"] for row in ok(await http.get("/users/32/billable_rates"))["billable_rates"]]
    assert starts == [None, "2025-01-01", "2026-01-01"]


async def test_only_active_assignments_on_active_projects_are_there_to_track_on(http: httpx.AsyncClient) -> None:
    whole = ok(await http.get(f"/users/{MIGUEL}/project_assignments"))["project_assignments"]
    assert [row["project"]["id"] for row in whole] == [309, WEBSITE]  # not 302 and 305, which are archived
    mine = ok(await http.get("/users/me/project_assignments?per_page=1"))
    assert mine["project_assignments"][0]["project"]["id"] == LOGO
