"""What the tests of incwo's tools share: the real client in front, an account with its switches behind."""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from lxml import etree

from harvest_mcp import server
from harvest_mcp.gateway import Account
from harvest_mcp.sandbox import Sandbox, Switches, open_incwo
from harvest_mcp.sandbox.incwo.world import Lists
from harvest_mcp.systems.incwo import INCWO
from tests.conftest import Era, Reply, Talk, talking
from tests.sandbox.kit import Clock

ANNE, JEAN, FRANCOISE = 880_005, 880_010, 880_025
LACAZE, OEUVRARD = 500_005, 500_010
CHOSEN = "data_editor_lines_123456-1"
UNPACED = replace(INCWO, plan=replace(INCWO.plan, calls=1_000_000, pause=0.1))
"""incwo without its quarter of a second between calls, which the tests of the pace keep, or its long pauses."""


def account(*, most_pages: int = 50) -> Account:
    """The one user of the embedded account, who need not wait between calls."""
    return replace(server.sandbox_account("incwo"), system=UNPACED, most_pages=most_pages)


@contextmanager
def opened(*switches: str, seeded: bool = True) -> Iterator[Sandbox]:
    """An account on 2018-03-05 at 12:00 UTC, with the lists of those before it that began alike."""
    told, lists = Switches.parse(switches), _lists(switches) if seeded else None
    with open_incwo(switches=told, clock=Clock(), seeded=seeded, lists=lists) as sandbox:
        yield sandbox


@cache
def _lists(switches: tuple[str, ...]) -> Lists:
    return {}


@asynccontextmanager
async def at(
    *switches: str,
    era: Era = "auto",
    reply: Reply | Callable[[str], Reply] | None = None,
    caller: Account | None = None,
    seeded: bool = True,
    **flags: Any,
) -> AsyncIterator[Talk]:
    """A client of a server over an account with these switches; see `talking` for the rest."""
    with opened(*switches, seeded=seeded) as sandbox:
        async with talking(sandbox, era=era, reply=reply, account=caller or account(), system="incwo", **flags) as talk:
            yield talk


def first(text: str) -> str:
    """The line an answer begins with."""
    return text.splitlines()[0]


def told(text: str) -> dict[str, Any]:
    """The record an answer ends with."""
    found: dict[str, Any] = json.loads(text.splitlines()[-1])
    return found


async def record(talk: Talk, noun: str, id: int) -> dict[str, Any]:
    """A record as it is told now."""
    return told(await talk.ok(f"get_incwo_{noun}", **{f"{noun}_id": id}))


async def change(talk: Talk, id: int = 1) -> dict[str, Any]:
    """A change as the journal tells it now."""
    return told(await talk.ok("get_change", change_id=id))


async def pairs(talk: Talk, noun: str, id: int) -> list[tuple[str, str]]:
    """The telephones and mailboxes of a record, by type and value."""
    return [(item["type_id"], item["value"]) for item in (await record(talk, noun, id)).get("contact_items", ())]


def writes(talk: Talk) -> list[str]:
    """The writes of the last tool call, as `PUT /123456/firms/5.xml`."""
    return [call for call in talk.wire() if not call.startswith("GET ")]


def sent(talk: Talk) -> list[tuple[str, str]]:
    """The elements of the last write, by name and text; of a list, its children in a line."""
    body = next(call.body for call in reversed(talk.sandbox.seen) if call.method in ("POST", "PUT"))
    return [(str(each.tag), _text(each)) for each in etree.fromstring(body)]


def _text(element: etree._Element) -> str:
    if not len(element):
        return element.text or ""
    return "; ".join(" ".join(f"{leaf.tag!s}={leaf.text or ''}" for leaf in child) for child in element)


def code(text: str) -> str:
    """The code in a question that came back as an error."""
    found = re.search(r'confirm="([\w-]{22})"', text)
    assert found is not None, text
    return found[1]
