"""The page in a real browser, used as a person uses it: by mouse, by keyboard, in the dark, on a small screen."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
import mcp
import mcp_types as types
import pytest
from mcp.client.stdio import StdioServerParameters

from harvest_mcp.sandbox import open_account
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests import forks
from tests.approval.browser import CHROMIUM, MISSING, Browser, browsing
from tests.approval.kit import DECLINED, Hall, hall, refusal
from tests.approval.made import UNTOUCHED, question
from tests.patience import PATIENCE
from tests.sandbox.kit import Clock

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not CHROMIUM, reason=MISSING)]

HEBREW = "משרד עורכי דין לוי ושות׳ בע״מ"
MANY = tuple((f"Person Number{each:03}", 1000 + each) for each in range(150))
CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "right-to-left": {
        "name": HEBREW,
        "fields": (("id", "11073"), ("name", HEBREW), ("details", "רחוב הרצל 12\nתל אביב")),
        "goes": (("2 contacts", (("דנה כהן", 17), ("يوسف منصور", 18))),),
    },
    "long": {
        "name": "Kestrel & Sons " * 18,
        "fields": (("id", "11073"), ("name", "W" * 300), ("details", "lorem ipsum " * 80)),
        "goes": (("150 contacts", MANY),),
    },
    "odd": {
        "name": "Acme\u202egnp.exe \u200b<b>x</b>",
        "goes": (),
        "notes": ("It has 2 active projects, so Harvest will probably refuse.", "Its contacts could not be counted."),
    },
}
SIZES = {"light": (1000, 800, False), "dark": (1000, 800, True), "small": (360, 640, False)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


async def in_browser(act: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Beside the event loop that serves the page."""
    return await anyio.to_thread.run_sync(partial(act, *arguments, **named))


@pytest.fixture
async def at(place: str, browser: Browser) -> AsyncIterator[Hall]:
    browser.console.clear()
    browser.size(1000, 800)
    async with hall(place) as opened:
        yield opened
    assert browser.console == []


async def opened(at: Hall, browser: Browser, **more: Any) -> tuple[str, str]:
    """The code and the link of a question that the browser shows now."""
    code, link = await at.ask(question(**more))
    await in_browser(browser.open, link)
    return code, link


async def answer(at: Hall, code: str) -> str:
    found = await at.consents.find(code)
    assert found is not None
    return found.answer


async def test_a_click_on_approve_approves(at: Hall, browser: Browser) -> None:
    code, _ = await opened(at, browser)
    assert await answer(at, code) == "open"
    await in_browser(browser.click, ".approve")
    assert await answer(at, code) == "yes"
    told = await in_browser(browser.text)
    assert "Approved\n\nThe assistant may now delete client “Acme” (11073) and its 3 contacts: once, before" in told
    await in_browser(browser.picture, "approved")


async def test_a_click_on_decline_declines(at: Hall, browser: Browser) -> None:
    code, _ = await opened(at, browser)
    await in_browser(browser.click, ".decline")
    assert await answer(at, code) == "declined"
    assert "Declined\n\nNothing was deleted." in await in_browser(browser.text)
    await in_browser(browser.picture, "declined")


async def test_enter_alone_declines(at: Hall, browser: Browser) -> None:
    code, _ = await opened(at, browser)
    await in_browser(browser.press, "Enter", leaves=True)
    assert await answer(at, code) == "declined"


async def test_the_keyboard_comes_from_decline_to_approve_and_sees_where_it_is(at: Hall, browser: Browser) -> None:
    code, _ = await opened(at, browser)
    focus = "[document.activeElement.textContent, getComputedStyle(document.activeElement).outlineStyle]"
    assert await in_browser(browser.js, focus) == ["Decline", "solid"]
    await in_browser(browser.press, "Tab")
    assert await in_browser(browser.js, focus) == ["Approve", "solid"]
    await in_browser(browser.picture, "keyboard")
    await in_browser(browser.press, "Space", leaves=True)
    assert await answer(at, code) == "yes"


async def test_coming_back_after_the_answer_changes_nothing(at: Hall, browser: Browser) -> None:
    code, link = await opened(at, browser)
    await in_browser(browser.click, ".decline")
    await in_browser(browser.open, link)
    assert "Declined" in await in_browser(browser.text)
    assert await in_browser(browser.js, "document.querySelectorAll('button').length") == 0
    assert await answer(at, code) == "declined"


@pytest.mark.parametrize("case", CASES)
async def test_it_fits_every_screen_and_keeps_the_answers_in_sight(at: Hall, browser: Browser, case: str) -> None:
    for name, (width, height, dark) in SIZES.items():
        browser.size(width, height, dark=dark)
        await opened(at, browser, **CASES[case])
        await in_browser(browser.picture, f"{case}-{name}")
        wide, top, low, high = await in_browser(
            browser.js,
            "(() => {const b = document.querySelector('.buttons').getBoundingClientRect();"
            " return [document.documentElement.scrollWidth, b.top, b.bottom, b.height]})()",
        )
        assert wide <= width
        assert (top > 0, low < height, high >= 48) == (True, True, True)
        assert await in_browser(browser.js, "scrollY") == 0


async def test_many_names_are_folded_behind_their_number_and_open_without_a_script(at: Hall, browser: Browser) -> None:
    await opened(at, browser, **CASES["long"])
    shown = "document.querySelector('.names').checkVisibility()"
    assert await in_browser(browser.js, shown) is False
    await in_browser(browser.click, "summary", leaves=False)
    assert await in_browser(browser.js, shown) is True
    assert await in_browser(browser.js, "document.querySelectorAll('.names li').length") == 150
    await in_browser(browser.picture, "long-unfolded")


async def test_invisible_characters_stand_out_and_markup_is_text(at: Hall, browser: Browser) -> None:
    await opened(at, browser, **CASES["odd"])
    name = "document.querySelector('.name').innerText"
    assert await in_browser(browser.js, name) == "Acme⟦U+202E⟧gnp.exe ⟦U+200B⟧<b>x</b>"
    assert await in_browser(browser.js, "document.querySelectorAll('.name mark').length") == 2


async def test_right_to_left_text_keeps_its_order_and_its_language_is_left_open(at: Hall, browser: Browser) -> None:
    await opened(at, browser, **CASES["right-to-left"])
    style = "getComputedStyle(document.querySelector('.name')).direction"
    assert await in_browser(browser.js, style) == "rtl"
    languages = "[document.documentElement.lang, document.querySelector('.name').lang]"
    assert await in_browser(browser.js, languages) == ["en", ""]


async def test_someone_who_listens_hears_what_it_is_about(at: Hall, browser: Browser) -> None:
    await opened(at, browser)
    tree = (await in_browser(browser.send, "Accessibility.getFullAXTree"))["nodes"]
    named = [(node["role"]["value"], node.get("name", {}).get("value")) for node in tree if not node.get("ignored")]
    for heard in (
        ("heading", "Delete this client?"),
        ("heading", "What goes with it"),
        ("heading", "What cannot be brought back"),
        ("heading", "The record"),
        ("form", "Delete this client?"),
        ("button", "Decline"),
        ("button", "Approve"),
    ):
        assert heard in named, named
    assert named[0] == ("RootWebArea", "Delete client “Acme”? – harvest-mcp")


async def test_what_the_page_forbids_does_not_run(at: Hall, browser: Browser) -> None:
    await opened(at, browser)
    await in_browser(browser.js, "document.head.append(Object.assign(document.createElement('script'), {text: 'x=1'}))")
    assert await in_browser(browser.js, "typeof x") == "undefined"
    await in_browser(browser.js, "document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}))")
    await in_browser(browser.send, "Page.getLayoutMetrics")
    complaints, browser.console[:] = [*browser.console], []
    assert len(complaints) == 2
    assert all("Content Security Policy" in text for text in complaints)


async def test_an_old_question_says_so_by_itself(place: str, browser: Browser) -> None:
    clock = Clock()
    async with hall(place, clock=clock) as at:
        code, link = await at.ask(question())
        clock.turn(299.5)
        await in_browser(browser.open, link)
        clock.turn(1)
        with anyio.fail_after(PATIENCE):
            while "No longer open" not in await in_browser(browser.text):  # noqa: ASYNC110 - nothing tells
                await anyio.sleep(0.1)
        assert UNTOUCHED in await in_browser(browser.text)
        assert await answer(at, code) == "open"


@asynccontextmanager
async def server(file: Path) -> AsyncIterator[mcp.Client]:
    """The real server as a child process, with a client that has no forms."""
    child = StdioServerParameters(command=forks.python(), args=["-m", "harvest_mcp", f"--sandbox={file}"])
    async with mcp.Client(child) as client:
        yield client


async def told(client: mcp.Client, **arguments: Any) -> str:
    (content,) = (await client.call_tool("delete_client", arguments)).content
    assert isinstance(content, types.TextContent)
    return content.text


async def test_from_the_refused_call_over_the_page_to_the_delete(tmp_path: Path, browser: Browser) -> None:
    file = tmp_path / "account.db"
    with open_account(str(file)) as account:
        crowd = account.put(CLIENTS, name=f"Crowd {HEBREW}", active=True)
        for name, _ in MANY:
            account.put(CONTACTS, client_id=crowd, first_name=name.split()[0], last_name=name.split()[1])
    browser.size(1000, 800)
    async with server(file) as client:
        asks = refusal(await told(client, client_id=crowd))
        assert refusal(await told(client, client_id=crowd, confirm=asks.code)).what.startswith("Nobody has decided")
        await in_browser(browser.open, asks.link)
        assert "150 contacts show all" in await in_browser(browser.text)
        await in_browser(browser.picture, "from-the-server")
        await in_browser(browser.click, ".decline")
        assert await told(client, client_id=crowd, confirm=asks.code) == DECLINED
        asks = refusal(await told(client, client_id=crowd))
        await in_browser(browser.open, asks.link)
        await in_browser(browser.click, ".approve")
        done = await told(client, client_id=crowd, confirm=asks.code)
        assert done.startswith(f'Deleted client "Crowd {HEBREW}" ({crowd}) and its 150 contacts.')
    with open_account(str(file)) as account:
        assert account.store.get(CLIENTS, crowd) is None
