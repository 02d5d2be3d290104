"""Lists: columns, filters, words, pages, and how much one answer may weigh."""

import base64
import csv
import hashlib
import io
import json
from collections.abc import Callable

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.conftest import Era, Talk, talking
from tests.tools.kit import ACME, account

pytestmark = pytest.mark.anyio


def signed(place: str) -> str:
    """A cursor of `list_clients()` without arguments to any place; how they are made is no secret."""
    digest = hashlib.sha256(json.dumps(["list_clients", {}, place]).encode()).hexdigest()[:8]
    return base64.urlsafe_b64encode(f"{digest}.{place}".encode()).decode()


NOT_ITS_CURSOR = (
    "cursor is not from an answer to this query. Nothing was sent. "
    "list_clients takes: query, active, updated_since, fields, limit, cursor."
)


def table(answer: str) -> list[list[str]]:
    """The rows of an answer, as a CSV reader sees them, header first."""
    return list(csv.reader(io.StringIO(answer.partition("\n")[2])))


def ids(answer: str) -> list[int]:
    return [int(row[0]) for row in table(answer)[1:]]


def cursor(answer: str) -> str | None:
    head = answer.partition("\n")[0]
    return head.partition("cursor=")[2] or None


async def pages(
    talk: Talk, tool: str, between: Callable[[int], object] = lambda page: None, **arguments: object
) -> list[int]:
    """The ids of all pages, one after the other; `between` hears each page's number before the next is asked for."""
    answer = await talk.ok(tool, **arguments)
    found, number = ids(answer), 1
    while (after := cursor(answer)) is not None:
        between(number)
        answer = await talk.ok(tool, cursor=after, **arguments)
        found, number = found + ids(answer), number + 1
    return found


async def test_a_list_shows_the_summary_columns_by_default(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert table(await talk.ok("list_clients"))[:2] == [["id", "name", "active"], ["11072", "SuprCorp", "true"]]
        assert table(await talk.ok("list_contacts"))[:2] == [
            ["id", "client_id", "client", "first_name", "last_name", "email", "title"],
            ["9", "11072", "SuprCorp", "Jane", "Doe", "janedoe@example.com", "President"],
        ]


async def test_a_list_shows_the_columns_asked_for_in_their_order_behind_the_id(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("list_clients", fields=["updated_at", "currency", "active", "currency"], limit=1)
        assert table(answer) == [
            ["id", "updated_at", "currency", "active"],
            ["11072", "2018-01-23T12:00:00Z", "United States Dollar - USD", "true"],
        ]


async def test_a_list_shows_fifty_rows_unless_told_otherwise(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("list_contacts")
        assert ids(answer) == list(range(9, 59))
        assert answer.startswith("# 50 of 149 contacts; next: cursor=")
        assert ids(await talk.ok("list_contacts", limit=1000)) == list(range(9, 158))


@pytest.mark.parametrize("limit", [1, 7, 40, 41, 42])
async def test_pages_hold_every_row_once(sandbox: Sandbox, era: Era, limit: int) -> None:
    async with talking(sandbox, era=era, account=account()) as talk:
        assert await pages(talk, "list_clients", limit=limit) == [row["id"] for row in sandbox.rows(CLIENTS)]


async def test_a_row_deleted_between_pages_moves_no_other(sandbox: Sandbox, era: Era) -> None:
    everyone = [row["id"] for row in sandbox.rows(CLIENTS)]

    def delete(page: int) -> None:
        if page == 1:
            sandbox.store.delete(CLIENTS, 11073)  # on the page already seen
            sandbox.store.delete(CLIENTS, 11081)  # the last one seen
            sandbox.store.delete(CLIENTS, 11090)  # still to come

    async with talking(sandbox, era=era) as talk:
        assert await pages(talk, "list_clients", delete, limit=10) == [id for id in everyone if id != 11090]


async def test_a_row_added_between_pages_comes_last(sandbox: Sandbox, era: Era) -> None:
    everyone = [row["id"] for row in sandbox.rows(CLIENTS)]

    def add(page: int) -> None:
        if page == 2:
            sandbox.put(CLIENTS, name="Late", active=True)

    async with talking(sandbox, era=era) as talk:
        assert await pages(talk, "list_clients", add, limit=10) == [*everyone, 11113]


async def test_a_cursor_goes_on_within_its_own_filters(sandbox: Sandbox, era: Era) -> None:
    archived = [row["id"] for row in sandbox.rows(CLIENTS) if not row["active"]]
    async with talking(sandbox, era=era) as talk:
        assert await pages(talk, "list_clients", active=False, limit=2) == archived
        assert await pages(talk, "list_contacts", client="Acme", limit=1) == [17, 18, 19]


async def test_a_cursor_goes_on_with_other_columns_and_another_limit(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        after = cursor(await talk.ok("list_clients", limit=2))
        answer = await talk.ok("list_clients", limit=1, fields=["currency"], cursor=after)
        assert table(answer) == [["id", "currency"], ["11074", "Euro - EUR"]]


async def test_a_cursor_of_another_question_is_refused(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        after = cursor(await talk.ok("list_clients", limit=2))
        of_contacts = cursor(await talk.ok("list_contacts", limit=2))
        for arguments in (
            {"cursor": after, "active": True},
            {"cursor": after, "query": "a"},
            {"cursor": after, "updated_since": "2018-01-01"},
            {"cursor": of_contacts},
        ):
            assert await talk.error("list_clients", **arguments) == NOT_ITS_CURSOR
            assert talk.wire() == []


@pytest.mark.parametrize(
    "forged",
    [
        "x",
        "11073",
        "====",
        "é",
        base64.urlsafe_b64encode(b"11073").decode(),
        base64.urlsafe_b64encode(b"11073.00000000").decode(),
        base64.urlsafe_b64encode(b"11073.1.1").decode(),
        base64.urlsafe_b64encode("11073.é".encode()).decode(),
        signed("-1"),
        signed("١"),
        signed("11073.20"),
        "A" * 255,
    ],
)
async def test_a_forged_cursor_is_refused(sandbox: Sandbox, era: Era, forged: str) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("list_clients", cursor=forged) == NOT_ITS_CURSOR
        assert talk.wire() == []


async def test_a_cursor_behind_the_last_row_finds_no_more(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        after = cursor(await talk.ok("list_clients", limit=40))
        sandbox.store.delete(CLIENTS, 11112)
        assert await talk.ok("list_clients", cursor=after) == "# 0 of 40 clients"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("suprcorp", [11072]),
        ("SUPR", [11072]),
        ("cafe", [11076]),
        ("CAFÉ zoe", [11076]),
        ("zoe cafe", [11076]),
        ("grosse baeckerei", []),
        ("gross backerei", [11077]),
        ("& sons", [11074]),
        ("bluepeak", [11080, 11081]),
        ("שחר", [11079]),
        ("한빛", [11102]),
        ("true", []),
        ("alse", []),
        ("11072", []),
        ("Desert Road", [11073]),
    ],
)
async def test_words_are_found_in_all_texts_in_any_order_case_and_accent(
    sandbox: Sandbox, era: Era, query: str, found: list[int]
) -> None:
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("list_clients", query=query)
        assert ids(answer) == found
        assert answer.startswith(f"# {len(found)} client" + ("" if len(found) == 1 else "s"))


async def test_words_may_stand_in_different_columns(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert ids(await talk.ok("list_contacts", query="doe receptionist jane")) == [105]


async def test_letters_made_of_signs_are_found_in_either_case(sandbox: Sandbox) -> None:
    sandbox.put(CLIENTS, name="Brand™ №5", active=True)
    async with talking(sandbox) as talk:
        assert ids(await talk.ok("list_clients", query="brandtm no5")) == [11113]
        assert ids(await talk.ok("list_clients", query="BRAND™")) == [11113]


async def test_active_narrows_to_one_state(sandbox: Sandbox, era: Era) -> None:
    states: dict[bool, list[object]] = {True: [], False: []}
    for row in sandbox.rows(CLIENTS):
        states[bool(row["active"])].append(row["id"])
    async with talking(sandbox, era=era) as talk:
        for state, expected in states.items():
            assert ids(await talk.ok("list_clients", active=state)) == expected
            assert talk.wire() == ["GET /clients"]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("2018-02-20", "2018-02-20 00:00"),
        ("2018-02-20T09:30Z", "2018-02-20 09:30"),
        ("2018-02-20 09:30:00Z", "2018-02-20 09:30"),
        ("2018-02-20T09:30:59.5Z", "2018-02-20 09:30"),
        ("2018-02-20T09:30+02:00", "2018-02-20 07:30"),
        ("2018-02-20T23:30-0130", "2018-02-21 01:00"),
    ],
)
async def test_updated_since_is_sent_in_utc_to_the_minute(sandbox: Sandbox, era: Era, given: str, sent: str) -> None:
    async with talking(sandbox, era=era) as talk:
        for tool, path in (("list_clients", "/clients"), ("list_contacts", "/contacts")):
            await talk.ok(tool, updated_since=given)
            assert talk.wire()[:1] == [f"GET {path}?updated_since={sent}"]
        await talk.ok("list_contacts", updated_since=given, client=ACME)
        assert talk.wire() == [f"GET /clients/11073/contacts?updated_since={sent}"]


async def test_updated_since_narrows_the_rows(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert ids(await talk.ok("list_clients", updated_since="2018-03-01")) == [11077, 11111, 11112]
        assert await talk.ok("list_clients", updated_since="2018-03-06") == "# 0 clients"


async def test_one_row_is_told_in_the_singular(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("list_clients", query="sauna") == (
            "# 1 client\nid,name,active\n11112,Brightwater Sauna Club,true\n"
        )


async def test_an_empty_account_lists_nothing(era: Era) -> None:
    with open_account(seeded=False) as empty:
        async with talking(empty, era=era) as talk:
            assert await talk.ok("list_clients") == "# 0 clients"
            assert await talk.ok("list_contacts") == "# 0 contacts"


async def test_commas_quotes_and_line_breaks_are_quoted(sandbox: Sandbox, era: Era) -> None:
    texts = ["a, b", 'say "yes"', "two\nlines", "dos\r\nlines", " padded ", "'=1+1", "", ",", '"']
    for text in texts:
        sandbox.put(CONTACTS, client_id=ACME, first_name=text, last_name=text, email="", title=text)
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("list_contacts", client=ACME, fields=["first_name", "title"])
        assert [row[1:] for row in csv.reader(io.StringIO(answer, newline=""))][5:] == [[text, text] for text in texts]


async def test_a_null_is_an_empty_cell(sandbox: Sandbox, era: Era) -> None:
    sandbox.put(CONTACTS, client_id=ACME)
    async with talking(sandbox, era=era) as talk:
        assert (await talk.ok("list_contacts", client=ACME)).splitlines()[-1] == "158,11073,,,,"


async def test_an_answer_too_large_is_cut_after_a_whole_row(sandbox: Sandbox, era: Era) -> None:
    for number in range(40):
        sandbox.put(CLIENTS, name=f"Large {number}", active=True, details="line\n" * 400)
    async with talking(sandbox, era=era, account=account()) as talk:
        answer = await talk.ok("list_clients", query="large", fields=["details"], limit=1000)
        assert answer.startswith("# 11 of 40 clients; next: cursor=")
        assert table(answer)[1:] == [[str(11113 + row), "line\n" * 400] for row in range(11)]
        assert 20_000 < len(answer) < 24_100
        found = await pages(talk, "list_clients", query="large", fields=["details"], limit=1000)
        assert found == list(range(11113, 11153))


async def test_a_row_larger_than_an_answer_comes_alone(sandbox: Sandbox, era: Era) -> None:
    for number in range(2):
        sandbox.put(CLIENTS, name=f"Huge {number} {'y' * 30_000}", active=True, details="x" * 30_000)
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("list_clients", query="huge", fields=["name", "details"])
        assert [row[0] for row in table(answer)] == ["id", "11113"]
        assert await pages(talk, "list_clients", query="huge", fields=["name", "details"]) == [11113, 11114]


async def test_characters_written_out_count_as_what_they_become(sandbox: Sandbox, era: Era) -> None:
    for number in range(50):
        sandbox.put(CLIENTS, name=f"Odd {number}", active=True, details="\u202e" * 250)
    async with talking(sandbox, era=era, account=account()) as talk:
        answer = await talk.ok("list_clients", query="odd", fields=["details"])
        assert answer.startswith("# 11 of 50 clients; next: cursor=")
        assert len(answer) < 24_100


async def test_a_hundred_clients_in_default_columns_take_at_most_4000_bytes(sandbox: Sandbox, era: Era) -> None:
    for row in [*sandbox.rows(CLIENTS), *sandbox.rows(CLIENTS)][:59]:
        sandbox.put(CLIENTS, name=f"{row['name']} 2", active=row["active"])
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("list_clients", limit=100)
        assert len(ids(answer)) == 100
        assert len(answer.encode()) <= 4000
