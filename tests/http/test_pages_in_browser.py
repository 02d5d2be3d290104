"""Connecting and approving in a real browser, from the link to the last page: forms, cookies, policies and all."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest

from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from harvest_mcp.sandbox.server import running
from tests.approval.browser import CHROMIUM, MISSING, Browser, browsing
from tests.http.own import HERE, team
from tests.http.provider import Provider

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not CHROMIUM, reason=MISSING)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


async def act(work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Beside the event loop that serves the pages."""
    return await anyio.to_thread.run_sync(partial(work, *arguments, **named))


async def test_a_person_connects_and_approves_by_clicking(
    provider: Provider, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.size(1000, 900)
    with open_harvest_v2(calls=None) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("HARVEST_API_URL", f"{url}/v2")
        async with team(sandbox, provider, str(tmp_path / "state.db"), **HERE) as own:
            await act(browser.open, await own.link("ana"))
            await act(browser.picture, "connect", whole=True)
            assert "For ana@team.example, and nobody else" in await act(browser.text)
            await act(browser.click, "form.give button")
            assert "Authorize application" in await act(browser.text)
            await act(browser.click, "button[value='31']")
            assert "Your assistants now work in Harvest as Ada Kestrel" in await act(browser.text)
            await act(browser.picture, "connected")
            link = await own.link("ana", "delete_client", client_id=11072)
            await act(browser.open, link)
            assert "signed in as ana at" in await act(browser.text)
            await act(browser.picture, "approve-public", whole=True)
            await act(browser.click, "button.decline")
            assert "Declined" in await act(browser.text)
            provider.browser = "ben"
            await act(browser.open, f"{await own.link('ana', 'delete_client', client_id=11072)}?anew")
            assert "Nothing here for you" in await act(browser.text)
            await act(browser.picture, "not-yours")
            await act(browser.open, await own.link("ben"))
            await act(browser.click, "summary", leaves=False)
            browser.size(360, 740, dark=True)
            await act(browser.picture, "connect-small", whole=True)
    assert [each for each in browser.console if not {"401", "404"} & set(each.split())] == []
