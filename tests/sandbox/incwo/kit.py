"""What these tests share: a caller at an account whose switches are given, and documents as ordered values."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from lxml import etree

from harvest_mcp.sandbox import INCWO_LOGIN, TENANT, Sandbox, Switches, open_incwo
from tests.patience import PATIENCE
from tests.sandbox.kit import Clock

ANNE, LACAZE = 880_005, 500_005
XML = {"Content-Type": "application/xml"}

Shape = tuple[str, "str | list[Shape]"]


@dataclass(frozen=True, slots=True)
class Desk:
    """An account, someone at it, and its clock."""

    sandbox: Sandbox
    http: httpx.AsyncClient
    clock: Clock

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.http.get(f"{path}.xml", params=query)

    async def post(self, path: str, body: str) -> httpx.Response:
        return await self.http.post(f"{path}.xml", content=body.encode(), headers=XML)

    async def put(self, path: str, body: str) -> httpx.Response:
        return await self.http.put(f"{path}.xml", content=body.encode(), headers=XML)

    async def delete(self, path: str) -> httpx.Response:
        return await self.http.delete(f"{path}.xml")


@asynccontextmanager
async def account(*words: str, seeded: bool = True) -> AsyncIterator[Desk]:
    clock = Clock()
    with open_incwo(switches=Switches.parse(words), clock=clock, seeded=seeded) as sandbox:
        async with caller(sandbox) as http:
            yield Desk(sandbox, http, clock)


def caller(sandbox: Sandbox, *, password: str = INCWO_LOGIN.password, url: str | None = None) -> httpx.AsyncClient:
    """Someone at the account: in process, or at a URL."""
    return httpx.AsyncClient(
        transport=None if url else httpx.ASGITransport(app=sandbox),
        base_url=f"{url or 'https://www.incwo.example'}/{TENANT}",
        auth=(INCWO_LOGIN.email, password),
        timeout=PATIENCE,
        trust_env=False,
        verify=False,  # noqa: S501 - no TLS here
    )


def shape(body: bytes) -> Shape:
    """A document as names and texts, in its order; it may carry no attribute but a list's own."""
    root = etree.fromstring(body)
    assert [dict(one.attrib) for one in root.iterdescendants() if one.attrib] == []
    return _shape(root)


def _shape(element: etree._Element) -> Shape:
    return str(element.tag), [_shape(child) for child in element] if len(element) else element.text or ""


def leaf(body: bytes, path: str) -> str | None:
    """The text at a path of a document, or None."""
    return etree.fromstring(body).findtext(path)


def texts(body: bytes, path: str) -> list[str]:
    return [one.text or "" for one in etree.fromstring(body).iterfind(path)]


def names(body: bytes) -> list[str]:
    """What the root's children are called, in their order."""
    return [str(one.tag) for one in etree.fromstring(body)]


def pages(body: bytes) -> tuple[int, int, int]:
    """The pagination block: which page, of how many, holding how many."""
    root = etree.fromstring(body)
    found = [
        root.findtext(f"pagination/{name}") for name in ("current_page", "total_pages", "current_page_items_count")
    ]
    return int(found[0] or -1), int(found[1] or -1), int(found[2] or -1)
