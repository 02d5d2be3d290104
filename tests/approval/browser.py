"""A real Chromium without a window, driven over its DevTools pipe: opens, reads, clicks, types, and takes pictures."""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.patience import PATIENCE

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
MISSING = "no Chromium here; get one with apt-get install -y chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
]
SHOTS = Path(__file__).parent / "shots"
"""Pictures of the last run, to look at; git ignores them."""

# DevTools speak on the descriptors 3 and 4, whatever ours are.
LAUNCH = """
import fcntl, os, sys
reads, writes = (fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3])
os.dup2(reads, 3)
os.dup2(writes, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), "Space": (32, " ")}


@dataclass(slots=True)
class Browser:
    """One tab. Every wait is bounded."""

    to: int
    back: int
    session: str = ""
    last: int = 0
    buffer: bytes = b""
    loads: int = 0
    console: list[str] = field(default_factory=list)
    """What the page complained about, blocked loads included."""
    contexts: list[dict[str, Any]] = field(default_factory=list)
    """Where scripts run, of the page and of each frame in it."""
    shots: Path = SHOTS

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """One DevTools command and its result."""
        self.last += 1
        message: dict[str, Any] = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        wanted = self.last
        while True:
            answer = self._next()
            if answer.get("id") == wanted:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def _next(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.back], [], [], max(0, deadline - time.monotonic()))
            assert ready, "the browser says nothing"
            chunk = os.read(self.back, 1 << 20)
            assert chunk, "the browser is gone"
            self.buffer += chunk
        line, _, self.buffer = self.buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        self._heard(message)
        return message

    def _heard(self, event: dict[str, Any]) -> None:
        if event.get("method") == "Page.loadEventFired":
            self.loads += 1
        elif event.get("method") == "Log.entryAdded":
            self.console.append(event["params"]["entry"]["text"])
        elif event.get("method") == "Runtime.exceptionThrown":
            self.console.append(str(event["params"]["exceptionDetails"]))
        elif event.get("method") == "Runtime.executionContextCreated":
            self.contexts.append(event["params"]["context"])
        elif event.get("method") == "Runtime.executionContextsCleared":
            self.contexts.clear()

    def open(self, url: str) -> None:
        self._loaded(lambda: self.send("Page.navigate", url=url))
        self.drawn()

    def drawn(self) -> None:
        """Wait for the next picture but one: the focus is set with the first."""
        frames = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"
        self.send("Runtime.evaluate", expression=frames, awaitPromise=True)

    def _loaded(self, act: Callable[[], object]) -> None:
        """Do something that brings another page, and wait for that page."""
        before, deadline = self.loads, time.monotonic() + PATIENCE
        act()
        while self.loads == before:
            assert time.monotonic() < deadline, "no page came"
            self._next()

    def js(self, expression: str, **where: Any) -> Any:
        """A value out of the page; DevTools may look even where scripts may not run."""
        found = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, **where)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def text(self) -> str:
        return str(self.js("document.body?.innerText ?? ''"))

    def size(self, width: int, height: int, *, dark: bool = False) -> None:
        mobile = width < 500
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2, mobile=mobile)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media="", features=[scheme])

    def click(self, selector: str, *, leaves: bool = True) -> None:
        """Press and release the mouse in the middle of an element, as a hand would."""
        box = self.js(
            f"(() => {{const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]})()"
        )

        def act() -> None:
            for kind in ("mousePressed", "mouseReleased"):
                self.send("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

        self._loaded(act) if leaves else act()

    def press(self, key: str, *, leaves: bool = False) -> None:
        code, text = KEYS[key]
        name = " " if key == "Space" else key

        def act() -> None:
            for kind in ("keyDown", "keyUp"):
                self.send(
                    "Input.dispatchKeyEvent",
                    type=kind,
                    key=name,
                    code=key,
                    windowsVirtualKeyCode=code,
                    **({"text": text} if text and kind == "keyDown" else {}),
                )

        self._loaded(act) if leaves else act()

    def picture(self, name: str, *, whole: bool = False) -> Path:
        """A screenshot in the folder of artefacts."""
        self.shots.mkdir(exist_ok=True)
        taken = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file = self.shots / f"{name}.png"
        file.write_bytes(base64.b64decode(taken["data"]))
        return file


@contextmanager
def browsing(*flags: str) -> Iterator[Browser]:
    """A browser with an empty profile of its own."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        in_read, in_write = os.pipe()
        out_read, out_write = os.pipe()
        launch = [sys.executable, "-c", LAUNCH, str(in_read), str(out_write)]
        process = subprocess.Popen(
            [*launch, CHROMIUM, *FLAGS, *flags, f"--user-data-dir={profile}"],
            pass_fds=(in_read, out_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(in_read)
        os.close(out_write)
        browser = Browser(in_write, out_read)
        try:
            target = browser.send("Target.createTarget", url="about:blank")["targetId"]
            browser.session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log"):
                browser.send(f"{domain}.enable")
            yield browser
        finally:
            os.close(in_write)
            process.terminate()
            process.wait(PATIENCE)
            os.close(out_read)
