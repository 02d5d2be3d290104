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

HERE = Path(__file__).parent
FLAG = "--disable-features=IsolateSandboxedIframes"
"""Frames without an origin stay in the process of their page, where one DevTools session reaches them."""
EVERYTHING: dict[str, Any] = {"serverTools": {}, "updateModelContext": {}}
OPENING = ["ui/initialize", "ui/notifications/initialized"]

# Text on its own ground: WCAG 2.2, 1.4.3, with the colours as they are blended.
CONTRAST = """(() => {
  const ctx = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = c => { ctx.clearRect(0, 0, 1, 1); ctx.fillStyle = c; ctx.fillRect(0, 0, 1, 1); return [...ctx.getImageData(0, 0, 1, 1).data]; };
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] / 255 + b[i] * (1 - a[3] / 255));
  const light = c => c.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
  const bad = [];
  for (const each of document.querySelectorAll("main *")) {
    if (![...each.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !each.getClientRects().length || each.disabled) continue;
    const layers = []; for (let at = each; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
    const ground = layers.reduce((b, c) => over(rgba(c), b), GROUND), text = over(rgba(getComputedStyle(each).color), ground);
    const [high, low] = [light(text), light(ground)].sort((a, b) => b - a), ratio = (high + .05) / (low + .05);
    if (ratio < 4.5) bad.push(each.tagName + " " + each.textContent.slice(0, 30) + " " + ratio.toFixed(2));
  }
  return bad;
})()"""
GROUNDS = {"light": [255, 255, 255], "dark": [31, 35, 33]}
# Controls: a name each, and 44 px.
CONTROLS = """[...document.querySelectorAll("button, input")].filter(each => {
  const box = each.getBoundingClientRect();
  const name = each.ariaLabel || each.labels?.[0]?.textContent || each.textContent;
  return !name.trim() || box.height < 43.9 || box.width < 43.9;
}).map(each => each.outerHTML.slice(0, 80))"""
# Elements that no view makes: a record's name became one.
FOREIGN = 'document.querySelectorAll("img, b, i, a, iframe, object, form, main script, main style, [onerror], [onload]").length'
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


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
        with anyio.fail_after(20):
            await self.do(self.browser.js, waits)

    async def drawn(self) -> None:
        await self.do(self.browser.drawn)

    async def js(self, expression: str) -> Any:
        """A value out of the view."""
        return await self.do(self.browser.js, expression, contextId=self.browser.contexts[-1]["id"])

    async def host(self, expression: str) -> Any:
        return await self.do(self.browser.js, expression)

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
        return str(
            await self.js(
                "document.activeElement.ariaLabel || document.activeElement.textContent || document.activeElement.tagName"
            )
        )

    async def size(self, width: int, theme: str = "light") -> None:
        self.theme = theme
        await self.do(self.browser.size, width, 800, dark=theme == "dark")

    async def faults(self) -> list[Any]:
        """Return what is wrong with how it is drawn: contrast, controls, foreign elements, width."""
        contrast = await self.js(CONTRAST.replace("GROUND", json.dumps(GROUNDS[self.theme])))
        found = [*contrast, *await self.js(CONTROLS)]
        foreign, wider = await self.js(FOREIGN), await self.js(WIDER)
        return [
            *found,
            *([f"{foreign} foreign elements"] if foreign else []),
            *([f"{wider} px too wide"] if wider > 0 else []),
        ]

    async def picture(self, name: str) -> None:
        await self.drawn()
        await self.do(self.browser.picture, name, whole=True)
