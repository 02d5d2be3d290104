"""Lists that come page by page: what is asked of the account, and one cursor for whoever asks."""

import re
from typing import Any

import pytest

from tests.conftest import Era, Talk
from tests.incwo.kit import account, at, first

pytestmark = pytest.mark.anyio

PEOPLE, FIRMS = 200, 60


def ids(text: str) -> list[int]:
    return [int(line.partition(",")[0]) for line in text.splitlines()[2:]]


def cursor(text: str) -> str | None:
    found = re.search(r"next: cursor=(\S+)", first(text))
    return found[1] if found else None


def contacts(*pages: int) -> list[str]:
    return [f"GET /123456/contacts.xml{f'?page={page}' if page > 1 else ''}" for page in pages]


async def walked(talk: Talk, tool: str, **arguments: Any) -> list[list[int]]:
    """The ids of every answer, from the first to the last."""
    answers, on = [], None
    while True:
        said = await talk.ok(tool, **arguments, **({"cursor": on} if on else {}))
        answers.append(ids(said))
        if (on := cursor(said)) is None:
            return answers


async def test_no_more_pages_are_read_than_an_answer_needs(era: Era) -> None:
    async with at(era=era) as talk:
        said = await talk.ok("list_incwo_contacts")
        assert (first(said).partition(";")[0], talk.wire()) == (
            "# 50 contacts, part of pages 1 to 3 of 10",
            contacts(1, 2, 3),
        )
        said = await talk.ok("list_incwo_contacts", cursor=cursor(said))
        assert (first(said).partition(";")[0], talk.wire()) == ("# 50 contacts, pages 3 to 5 of 10", contacts(3, 4, 5))
        assert ids(said) == list(range(880_255, 880_505, 5))
        said = await talk.ok("list_incwo_contacts", cursor=cursor(said), limit=1000)
        assert (first(said), talk.wire()) == ("# 100 contacts, pages 6 to 10 of 10", contacts(6, 7, 8, 9, 10))


@pytest.mark.parametrize("limit", [1, 7, 20, 23, 1000])
async def test_every_row_comes_once_whatever_the_limit(limit: int) -> None:
    async with at() as talk:
        answers = await walked(talk, "list_incwo_firms", limit=limit)
    assert [id for answer in answers for id in answer] == list(range(500_005, 500_005 + 5 * FIRMS, 5))
    assert all(len(answer) <= limit for answer in answers)


@pytest.mark.parametrize(
    "switches",
    [
        ("page_size=1",),
        ("page_size=7", "pagination=last"),
        ("page_size=1000",),
        ("past_end=404",),
        ("past_end=repeat",),
        ("order=descending", "nested_in_rows=absent"),
        ("blanks=absent", "encoding=references"),
        ("blanks=empty",),
    ],
    ids=" ".join,
)
async def test_every_row_comes_once_whatever_the_account_does(switches: tuple[str, ...]) -> None:
    async with at(*switches, caller=account(most_pages=1000)) as talk:
        answers = await walked(talk, "list_incwo_firms", limit=25)
    found = [id for answer in answers for id in answer]
    assert len(found) == FIRMS
    assert sorted(found) == list(range(500_005, 500_005 + 5 * FIRMS, 5))


async def test_rows_that_shift_come_once_in_an_answer_and_are_none_the_less_all_there() -> None:
    async with at("order=shifting") as talk:
        whole = ids(await talk.ok("list_incwo_firms", limit=1000))
        assert whole == list(range(500_005, 500_005 + 5 * FIRMS, 5))
        answers = await walked(talk, "list_incwo_firms", limit=25)
    assert all(len(answer) == len(set(answer)) for answer in answers)
    assert {id for answer in answers for id in answer} == set(whole)


@pytest.mark.parametrize("pages", ["0", "1"])
async def test_an_empty_list_is_told_as_empty(pages: str) -> None:
    async with at(f"empty_total_pages={pages}", seeded=False) as talk:
        assert await talk.ok("list_incwo_contacts") == "# 0 contacts"
        assert talk.wire() == contacts(1)
        said = await talk.ok("create_incwo_contact", last_name="Erste")
        assert first(said) == 'Created contact "Erste" (5). undo_change(change_id=1) takes it back.'


@pytest.mark.parametrize(
    ("tool", "other"),
    [("list_incwo_contacts", {"query": "jean"}), ("list_incwo_contacts", {}), ("list_incwo_firms", {"query": "anne"})],
)
async def test_a_cursor_belongs_to_its_question(tool: str, other: dict[str, str]) -> None:
    async with at(caller=account(most_pages=2)) as talk:
        on = cursor(await talk.ok("list_incwo_contacts", query="anne"))
        said = await talk.error(tool, **other, cursor=on)
        assert said.startswith("cursor is not from an answer to this query. Nothing was sent. ")
        assert talk.wire() == []


async def test_a_search_stops_at_the_bound_says_so_and_goes_on(era: Era) -> None:
    async with at(era=era, caller=account(most_pages=2)) as talk:
        said = await talk.ok("list_incwo_contacts", query="anne")
        assert first(said).partition(";")[0] == "# 1 contact, pages 1 to 2 of 10"
        assert talk.wire() == contacts(1, 2)
        said = await talk.ok("list_incwo_contacts", query="anne", cursor=cursor(said))
        assert first(said).partition(";")[0] == "# 1 contact, pages 3 to 4 of 10"
        assert talk.wire() == contacts(3, 4)
        answers = await walked(talk, "list_incwo_contacts", query="anne")
    assert [id for answer in answers for id in answer] == [880_005, 880_345, 880_425, 880_630, 880_725]


async def test_what_was_not_read_is_said_by_search_names_and_creates(era: Era) -> None:
    async with at(era=era, caller=account(most_pages=2)) as talk:
        assert first(await talk.ok("search_records", query="dupont", kinds=["incwo_contacts"])) == (
            "# 9 hits; incwo_contacts: only pages 1 to 2 of 10 read"
        )
        assert await talk.error("list_incwo_contacts", firm="Charpentes Œuvrard & Fils") == (
            "Not every firm could be looked through for 'Charpentes Œuvrard & Fils': only pages 1 to 2 of 3 read."
            ' There is "Charpentes Œuvrard & Fils" (500010), email "contact@charpentes-oeuvrard-fils.example", siren '
            '"999000137", city "Mâcon", but there may be others. Pass the id.'
        )
        said = await talk.ok("create_incwo_contact", last_name="Neu")
        assert said.splitlines()[-1] == "Not all were compared: only pages 1 to 2 of 10 read."


async def test_a_long_scan_tells_how_far_it_is(era: Era) -> None:
    heard: list[str] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append(message or "")

    async with at(era=era) as talk:
        await talk.client.call_tool("list_incwo_firms", {"query": "zzzz"}, progress_callback=hear)
    assert heard == ["Read page 1 of 3.", "Read page 2 of 3."]


async def test_only_the_page_is_ever_asked_for() -> None:
    async with at() as talk:
        await talk.ok("list_incwo_contacts", query="anne", firm="500005", fields=["comment"], limit=3)
        assert {name for seen in talk.sandbox.seen for name, _ in seen.query} == {"page"}
        assert all(int(value) > 1 for seen in talk.sandbox.seen for _, value in seen.query)
