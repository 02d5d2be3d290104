"""Every other switch, both sides: pages, doors, limits and spelling, where the vendor is silent."""

import pytest

from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox import Switches

from .kit import ANNE, LACAZE, Desk, account, leaf, names, pages, texts

pytestmark = pytest.mark.anyio

ONE = f"/contacts/{ANNE}"
WEB_PAGE = "text/html; charset=utf-8"


async def test_pages_are_as_long_as_the_switch_says() -> None:
    async with account() as desk:
        assert pages((await desk.get("/contacts")).content) == (1, 10, 20)
    async with account("page_size=7") as desk:
        assert pages((await desk.get("/contacts", page="29")).content) == (29, 29, 4)


async def test_the_pagination_block_comes_first_or_last() -> None:
    async with account() as desk:
        assert names((await desk.get("/firms", page="3")).content) == ["pagination", *["firm"] * 20]
    async with account("pagination=last") as desk:
        assert names((await desk.get("/firms", page="3")).content) == [*["firm"] * 20, "pagination"]


async def test_past_the_last_page_there_is_nothing_or_an_error_or_the_last_page_again() -> None:
    async with account() as desk:
        answer = await desk.get("/firms", page="4")
        assert (answer.status_code, pages(answer.content)) == (200, (4, 3, 0))
    async with account("past_end=404") as desk:
        assert (await desk.get("/firms", page="4")).status_code == 404
    async with account("past_end=repeat") as desk:
        last, past = await desk.get("/firms", page="3"), await desk.get("/firms", page="4")
        assert (pages(past.content), past.content) == ((3, 3, 20), last.content)


@pytest.mark.parametrize(("words", "of"), [((), 1), (("empty_total_pages=0",), 0)])
async def test_an_empty_list_has_one_page_or_none(words: tuple[str, ...], of: int) -> None:
    async with account(*words, seeded=False) as desk:
        answer = await desk.get("/contacts")
        assert (answer.status_code, pages(answer.content)) == (200, (1, of, 0))


@pytest.mark.parametrize("page", ["0", "-1", "two", "²"])
async def test_a_page_that_is_none_is_the_first_or_nowhere(page: str) -> None:
    async with account() as desk:
        assert pages((await desk.get("/firms", page=page)).content) == (1, 3, 20)
    async with account("bad_page=404") as desk:
        assert (await desk.get("/firms", page=page)).status_code == 404


async def test_rows_of_a_list_hold_their_lists_or_not() -> None:
    for words, found in [((), 20), (("nested_in_rows=absent",), 0)]:
        async with account(*words) as desk:
            assert len(texts((await desk.get("/firms")).content, "firm/contact_addresses")) == found
            assert len(texts((await desk.get(f"/firms/{LACAZE}")).content, "contact_items/contact_item")) == 2


async def listed(desk: Desk) -> list[int]:
    found: list[int] = []
    page, of = 1, 1
    while page <= of:
        body = (await desk.get("/contacts", page=str(page))).content
        page, of = page + 1, pages(body)[1]
        found += [int(id) for id in texts(body, "contact/id")]
    return found


async def test_rows_come_up_or_down_or_shift_while_they_are_read() -> None:
    every = list(range(ANNE, ANNE + 5 * 200, 5))
    async with account() as desk:
        assert await listed(desk) == every
    async with account("order=descending") as desk:
        assert await listed(desk) == every[::-1]
    async with account("order=shifting") as desk:
        found = await listed(desk)
        assert (found[19:21], len(found), sorted(set(found))) == ([every[19], every[19]], 210, every)


async def test_what_is_not_there_is_a_404_of_xml_or_of_a_web_page() -> None:
    async with account() as desk:
        for answer in [await desk.get("/contacts/7"), await desk.delete("/contacts/7"), await desk.get("/nowhere")]:
            assert (answer.status_code, names(answer.content)) == (404, ["error"])
        assert leaf((await desk.get("/contacts/7")).content, "error") == "There is no contact 7."
    async with account("missing=404-html") as desk:
        answer = await desk.get("/contacts/7")
        assert (answer.status_code, answer.headers["content-type"]) == (404, WEB_PAGE)


async def test_without_the_password_there_is_a_challenge_with_a_short_body_or_a_web_page() -> None:
    for words, kind in [((), "application/xml; charset=utf-8"), (("unauthorized=html",), WEB_PAGE)]:
        async with account(*words) as desk:
            for auth in [None, ("api@atelier-sureau.example", "wrong")]:
                desk.http.auth = auth  # type: ignore[assignment]  # as httpx takes it
                answer = await desk.get("/contacts")
                assert (answer.status_code, answer.headers["content-type"]) == (401, kind)
                assert answer.headers["www-authenticate"] == 'Basic realm="incwo"'


async def test_rights_may_be_missing_or_lead_to_a_login_page() -> None:
    async with account("rights=403") as desk:
        answer = await desk.get(ONE)
        assert (answer.status_code, names(answer.content)) == (403, ["error"])
    async with account("rights=302") as desk:
        answer = await desk.get(ONE)
        assert (answer.status_code, answer.headers["location"]) == (302, "/account/login")
    async with account("rights=on") as desk:
        assert (await desk.get(ONE)).status_code == 200


@pytest.mark.parametrize(
    ("words", "status", "after"),
    [
        (("rate=3",), 429, "50"),
        (("rate=3", "retry_after=left-out"), 429, None),
        (("rate=3", "rate_status=503"), 503, "50"),
        (("rate=3", "rate_status=503", "retry_after=left-out"), 503, None),
    ],
)
async def test_one_call_too_many_in_a_minute_is_refused(words: tuple[str, ...], status: int, after: str | None) -> None:
    async with account(*words) as desk:
        assert [(await desk.get(ONE)).status_code for _ in range(3)] == [200] * 3
        desk.clock.turn(10)
        answer = await desk.get(ONE)
        assert (answer.status_code, answer.headers.get("retry-after")) == (status, after)
        desk.clock.turn(50)
        assert (await desk.get(ONE)).status_code == 200


async def test_without_a_rate_nothing_is_refused() -> None:
    async with account("rate=off") as desk:
        assert {(await desk.get(ONE)).status_code for _ in range(100)} == {200}


async def test_what_has_no_value_is_left_out_or_empty_or_both() -> None:
    body = "<contact><last_name>Vial</last_name><comment></comment></contact>"
    found = {}
    for words in ("blanks=mixed", "blanks=absent", "blanks=empty"):
        async with account(words) as desk:
            shown = (await desk.post("/contacts", body)).content
            found[words] = [
                leaf(shown, name) for name in ("comment", "keywords", "job_title", "firm_id", "contact_items")
            ]
    assert found == {
        "blanks=mixed": ["", "", None, None, None],
        "blanks=absent": [None] * 5,
        "blanks=empty": ["", "", "", "", ""],
    }


async def test_text_is_raw_or_in_references() -> None:
    async with account() as desk:
        assert "<first_name>Sylvie</first_name>" in (await desk.get(f"/contacts/{ANNE + 15}")).text
        assert "<last_name>Lemaître</last_name>".encode() in (await desk.get(f"/contacts/{ANNE + 15}")).content
    async with account("encoding=references") as desk:
        assert b"<last_name>Lema&#238;tre</last_name>" in (await desk.get(f"/contacts/{ANNE + 15}")).content


async def test_a_reduction_is_taken_off_the_totals_or_has_no_effect() -> None:
    found = []
    for words in ((), ("reduction=none",)):
        async with account(*words) as desk:
            body = (await desk.get("/proposal_sheets/720010")).content
            totals = ("vat_exl_total", "vat_cost", "vat_inc_total", "vat_exc_total_with_shipping")
            found.append([leaf(body, name) for name in totals])
    # 41200 and 64.5 hours at 52, at 20 %; then 5 % less.
    assert found == [["42326.3", "8465.26", "50791.56", "42326.3"], ["44554.0", "8910.8", "53464.8", "44554.0"]]


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("nested=swap", "The switch nested_update does not take 'swap'. It takes: merge, replace, append."),
        ("page_size=0", "The switch page_size does not take '0'. It takes: a number from 1."),
        ("rate=fast", "The switch rate does not take 'fast'. It takes: off, or a number from 1."),
    ],
)
async def test_a_value_no_switch_takes_is_refused_with_those_it_does(word: str, says: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        Switches.parse([word])
    assert str(refusal.value) == says


async def test_an_unknown_switch_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        SettingsError, match=r"^No switch of incwo's sandbox is called 'speed'\. There are: page_size, "
    ):
        Switches.parse(["speed=5"])


async def test_switches_are_read_from_words() -> None:
    words = ("nested=append", "page_size=5", "rate=60", "create_status=200", "rate_status=503")
    assert Switches.parse(words) == Switches(
        nested_update="append", page_size=5, rate=60, create_status=200, rate_status=503
    )
    assert Switches.parse([]) == Switches()
