"""A page in a host in a browser, with a real client behind it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
import mcp_types as types

from harvest_mcp.protocol import views
from tests.approval.browser import Browser
from tests.conftest import Talk
from tests.patience import PATIENCE

HERE = Path(__file__).parent
FLAG = "--disable-features=IsolateSandboxedIframes"
"""Frames without an origin stay in the process of their page, where one DevTools session reaches them."""
EVERYTHING: dict[str, Any] = {"serverTools": {}, "updateModelContext": {}}
OPENING = ["ui/initialize", "ui/notifications/initialized"]

CHECKS = (HERE / "checks.js").read_text("utf-8")
GROUNDS = {"light": [255, 255, 255], "dark": [31, 35, 33]}
FOCUS = "(at => at.ariaLabel || at.textContent || at.tagName)(document.activeElement)"


@dataclass(slots=True)
class Stage:
    """One host page; everything it is asked goes through `talk`."""

    browser: Browser
    talk: Talk
    theme: str = "light"

    async def do(self, act: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return await anyio.to_thread.run_sync(partial(act, *arguments, **named))

    async def show(
        self, tool: str, capabilities: dict[str, Any] | None = None, **arguments: Any
    ) -> types.CallToolResult:
        """Call a tool, and show its view with what it answered."""
        result = await self.talk.client.call_tool(tool, arguments)
        await self.draw(tool, result.model_dump(by_alias=True, exclude_none=True), capabilities, arguments)
        return result

    async def draw(
        self, tool: str, result: Any, capabilities: dict[str, Any] | None = None, arguments: Any = None
    ) -> None:
        meta = views.meta_of(tool)
        assert meta is not None
        read = await self.talk.client.read_resource(meta["ui"]["resourceUri"])
        assert isinstance(read.contents[0], types.TextResourceContents)
        context = {"theme": self.theme, "locale": "en-GB"}
        told = [
            read.contents[0].text,
            EVERYTHING if capabilities is None else capabilities,
            context,
            arguments or {},
            result,
        ]
        await self.do(self.browser.js, f"host.show({', '.join(map(json.dumps, told))})")
        await self.until("host.ready")
        await self.drawn()

    async def until(self, condition: str) -> None:
        waits = f"new Promise(done => {{ const look = () => ({condition}) ? done(1) : setTimeout(look, 5); look(); }})"
        with anyio.fail_after(PATIENCE):
            await self.do(self.browser.js, waits)

    async def drawn(self) -> None:
        await self.do(self.browser.drawn)

    async def js(self, expression: str) -> Any:
        """A value out of the view."""
        return await self.do(self.browser.js, expression, contextId=self.browser.contexts[-1]["id"])

    async def host(self, expression: str) -> Any:
        return await self.do(self.browser.js, expression)

    async def seen(self) -> tuple[list[str], list[str]]:
        """Return what the view sent: first, and then, in any order, its answer and its size."""
        seen: list[str] = await self.host("host.seen")
        return seen[: len(OPENING)], sorted(seen[len(OPENING) :])

    async def text(self) -> str:
        return str(await self.js("document.querySelector('main').innerText"))

    async def serve(self) -> list[tuple[str, Any]]:
        """Wait for a tool call of the view, answer it, and whatever it asks then."""
        await self.until("host.wanted.length")
        served = []
        while wanted := await self.host("host.wanted.shift() ?? null"):
            name, arguments = wanted["params"]["name"], wanted["params"]["arguments"]
            result = await self.talk.client.call_tool(name, arguments)
            told = result.model_dump(by_alias=True, exclude_none=True)
            await self.host(f"host.answer({json.dumps(wanted['id'])}, {json.dumps(told)})")
            served.append((name, arguments))
            await self.drawn()
        return served

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.do(self.browser.press, key)

    async def type(self, text: str) -> None:
        await self.do(self.browser.send, "Input.insertText", text=text)

    async def focus(self) -> str:
        """Return what has the focus, as it is read out."""
        return str(await self.js(FOCUS))

    async def size(self, width: int, theme: str = "light") -> None:
        self.theme = theme
        await self.do(self.browser.size, width, 800, dark=theme == "dark")

    async def faults(self) -> list[str]:
        """Return what is wrong with how it is drawn."""
        found: list[str] = await self.js(f"{CHECKS}({GROUNDS[self.theme]})")
        return found

    async def picture(self, name: str) -> None:
        await self.drawn()
        await self.do(self.browser.picture, name, whole=True)
