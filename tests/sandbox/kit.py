"""What the sandbox's tests share: a clock to turn, a caller, and documents as comparable values."""

from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from lxml import etree

from harvest_mcp.sandbox import ADMIN, Login, Sandbox
from harvest_mcp.systems.harvest import CONTACTS
from tests.patience import PATIENCE, until

HEADERS = {"Accept": "application/xml", "Content-Type": "application/xml"}
NOW = datetime(2018, 3, 5, 12, 0, tzinfo=UTC)

JANE = "/contacts/9"

Leaf = tuple[str, dict[str, str], str]
Shape = tuple[str, dict[str, str], "str | list[Shape]"]


@dataclass
class Clock:
    """A clock that stands until it is turned."""

    now: float = NOW.timestamp()

    def __call__(self) -> float:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += seconds


def caller(sandbox: Sandbox, *, login: Login | None = ADMIN, url: str | None = None) -> httpx.AsyncClient:
    """Someone at the sandbox: in process, or at a URL."""
    return httpx.AsyncClient(
        transport=None if url else httpx.ASGITransport(app=sandbox),
        base_url=url or "http://kestrel.example",
        auth=(login.email, login.password) if login else None,
        headers=HEADERS,
        timeout=PATIENCE,
        trust_env=False,
        verify=False,  # noqa: S501 - no TLS here
    )


def there(sandbox: Sandbox) -> bool:
    """Whether Jane is still stored: a DELETE that was carried out takes her away."""
    return sandbox.rows(CONTACTS)[0]["id"] == 9


async def gone(sandbox: Sandbox) -> None:
    """Wait until she is not."""
    await until(lambda: not there(sandbox))


def shape(body: bytes) -> Shape:
    """A document as name, attributes and text or children; children sorted, since their order says nothing."""
    return _shape(etree.fromstring(body))


def _shape(element: etree._Element) -> Shape:
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    if len(element) or attributes.get("type") == "array":
        return str(element.tag), attributes, sorted((_shape(child) for child in element), key=repr)
    return str(element.tag), attributes, element.text or ""


def leaves(body: bytes) -> dict[str, tuple[dict[str, str], str]]:
    """The elements of a flat document by name."""
    root = etree.fromstring(body)
    return {str(one.tag): ({str(k): str(v) for k, v in one.attrib.items()}, one.text or "") for one in root}


def ids(body: bytes) -> list[int]:
    """The ids of a list, in its order."""
    return [int(one.text or "") for one in etree.fromstring(body).iterfind("*/id")]


def error(body: bytes) -> tuple[str, str]:
    """The kind and the message of an error body."""
    found = leaves(body)
    return found["kind"][1], found["message"][1]
