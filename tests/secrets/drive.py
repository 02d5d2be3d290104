"""Every tool, over a real socket, with every logger at its most talkative, into one witness."""

import io
import logging
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import mcp
import mcp_types as types

from harvest_mcp import server
from harvest_mcp.changes import Timing
from harvest_mcp.config import logs, settings
from harvest_mcp.errors import CallFailed
from harvest_mcp.gateway import Account
from harvest_mcp.gateway.client import Gateway, Limits
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.sandbox import Fault
from harvest_mcp.sandbox.faults import KINDS
from harvest_mcp.spec import Plan
from harvest_mcp.spec.exchange import Request
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.tools.tool import AccountLine
from tests import calls
from tests.conftest import REPLIES

from .reach import texts
from .witness import FORMS, Witness

QUICK = Plan(calls=1_000_000, seconds=0.05, pause=0.05)
IMPATIENT = Timing(looks=(0.01, 0.01), lag=0.01)
USUAL = Limits(body=1_000_000, first_wait=0.001)
SHORT = replace(USUAL, connect=1.0, read=0.15, total=0.5)
FAULTS: Mapping[str, Fault] = {
    **{name: Fault(name) for name in KINDS},  # type: ignore[arg-type]  # the kinds are the names
    "delay": Fault("delay", "0.3"),
    "drip": Fault("drip", "0.02"),
    "huge": Fault("huge", "2"),
    "gzip": Fault("gzip", "2"),
    "gzip-gzip": Fault("gzip-gzip", "2"),
    "many-headers": Fault("many-headers", "2000"),
    "throttle": Fault("throttle", "0"),
    "reset": Fault("drop", "reset"),
    "committed, then dropped": Fault("drop", commit="before"),
    "400": Fault("status", "400"),
    "401": Fault("status", "401"),
    "404": Fault("status", "404"),
    "502 html": Fault("status", "502 html"),
    "redirect elsewhere": Fault("redirect", "http://other.example/clients"),
    "redirect home": Fault("redirect", "/contacts"),
}


def echoes(secrets: Mapping[str, str]) -> Iterator[tuple[str, Fault]]:
    """A vendor, or a proxy in front of it, that repeats the credentials in each form: in a body, a hint, an address."""
    for name, secret in secrets.items():
        for form, make in FORMS.items():
            for number, shape in enumerate(make(secret, secret.encode())):
                if "\0" in shape:
                    continue
                where = f"{name} {form} {number}"
                body = f"<error><message>You sent {shape} to us</message></error>"
                careful = f"<error><message>You sent {escape(shape)} to us</message></error>"
                yield f"{where}, body", Fault("status", "400", body=(body if "XML" in form else careful).encode())
                header = shape.encode().decode("latin-1")
                yield f"{where}, hint", Fault("status", "422", headers=(("Hint", f"You sent {header}"),))
                if header.isascii() and not set(header) & set(' <>"\\'):
                    yield f"{where}, address", Fault("redirect", f"/clients?key={header}")


@contextmanager
def listening(witness: Witness, secrets: Iterable[Any]) -> Iterator[None]:
    """Our own log as it goes to stderr, and beside it somebody else's handler that hides nothing."""
    for name in logs.LIBRARIES:
        logging.getLogger(name)  # some are imported with the first call only
    known = [each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    # The vendor's own log is the vendor's; here both are in one process.
    loggers = [logging.getLogger(), *(each for each in known if each.name != "uvicorn.access")]
    hook, before = sys.excepthook, [(each, each.handlers[:], each.level, each.disabled) for each in loggers]
    ours, foreign = io.StringIO(), io.StringIO()
    logs.to_stderr("DEBUG", tuple(secrets))
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(ours)
    logging.getLogger().addHandler(logging.StreamHandler(foreign))
    for each in loggers:
        each.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        sys.excepthook = hook
        for logger, handlers, level, disabled in before:
            logger.handlers[:], logger.disabled = handlers, disabled
            logger.setLevel(level)
        witness.hear("our log", ours.getvalue())
        witness.hear("somebody else's log", foreign.getvalue())


def quickly(limits: Limits) -> Callable[[Account], AccountLine]:
    """A gateway that waits so long for a broken vendor."""
    return lambda account: Gateway(account, version="0", limits=limits, throttle=Throttle(account.system.plan))


@asynccontextmanager
async def talking(witness: Witness, chosen: settings.Settings, *, limits: Limits = SHORT) -> AsyncIterator["Talker"]:
    """A client of a server that these settings describe."""
    account = server.account_of(chosen, HARVEST)
    account = replace(account, system=replace(HARVEST, plan=QUICK))
    desk = server.desk(chosen, [account], quickly(limits), state=server.state_of(chosen), timing=IMPATIENT)

    async def form(context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        witness.hear("questions", params.model_dump_json())
        return REPLIES["yes"]

    with listening(witness, (*desk.secrets, *chosen.secrets)):
        try:
            async with mcp.Client(server.build(chosen, desk), elicitation_callback=form) as client:
                yield Talker(witness, client, [chosen, desk, account])
                for text in set(texts(chosen, desk)):
                    witness.hear("objects", text)
        finally:
            await desk.aclose()


class Talker:
    """Calls tools, and lets the witness hear everything about it."""

    def __init__(self, witness: Witness, client: mcp.Client, roots: list[Any]) -> None:
        self.witness, self.client, self.roots, self.number = witness, client, roots, 0

    async def call(self, tool: str) -> types.CallToolResult:
        self.number += 1
        result = await self.client.call_tool(tool, calls.said(tool, self.number))
        self.witness.hear("results", result.model_dump_json())
        return result

    async def fail(self) -> None:
        """A call below the tools, whose error is heard with its traceback and every variable of ours in it."""
        _, desk, account = self.roots
        for request in (Request("GET", "/clients"), Request("PUT", "/contacts/9", body=b"<contact/>")):
            try:
                await desk.line(account.system)(request)
            except CallFailed as failure:
                told = traceback.TracebackException.from_exception(failure, capture_locals=True)
                self.witness.hear("errors", "".join(told.format()) + repr(failure) + repr(vars(failure)))


def stored(witness: Witness, folder: Path) -> None:
    """Every byte that was left on the disk."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            witness.hear("files", file.read_bytes())
