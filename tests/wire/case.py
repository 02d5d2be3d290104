"""One document, how it is read, and what must come of it."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Part, Scope
from harvest_mcp.spec.exchange import Exchange, Page, Response
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST, RATE_LIMIT, WHO_AM_I

Values: TypeAlias = dict[str, object] | list[dict[str, object]]
By = Literal["list", "get", "client", "who", "limit"]

MARK = "SECRETTEXT"  # in every document that can hold a text, and in no error
FILE, HTTP = "file:///etc/hostname", "http://127.0.0.1:9/evil"
BOM = b"\xef\xbb\xbf"
MOMENT = datetime(2018, 3, 5, 9, 12, 44, tzinfo=UTC)
UTF8 = '<?xml version="1.0" encoding="UTF-8"?>\n'

READERS: dict[By, Exchange[object]] = {
    "list": CONTACTS.wire.list(Scope(CONTACTS)),
    "get": CONTACTS.wire.get(Scope(CONTACTS), 7),
    "client": CLIENTS.wire.get(Scope(CLIENTS), 7),
    "who": HARVEST.dialect.view(WHO_AM_I),
    "limit": HARVEST.dialect.view(RATE_LIMIT),
}


@dataclass(frozen=True, slots=True)
class Case:
    """`expect` is the code of the Malformed that must come, `syntax` for any of the parser's own, or the values."""

    name: str
    expect: str | Values | Callable[[], Values]
    body: bytes | Callable[[], bytes]
    by: By = "get"

    def build(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else self.body()

    def values(self) -> str | Values:
        return self.expect() if callable(self.expect) else self.expect

    def read(self, body: bytes) -> object:
        """The record or records, or the Malformed that was raised; anything else gets through."""
        try:
            read = READERS[self.by].read(Response(200, {}, body))
        except Malformed as error:
            return error
        return read.rows if isinstance(read, Page) else read


def outcome(read: object) -> str | Values:
    """What was read as far as it says anything, or the code."""
    if isinstance(read, Malformed):
        return "syntax" if read.code.startswith("syntax-") else read.code
    if isinstance(read, list):
        return [_told(part) for part in read]
    assert isinstance(read, Part)
    return _told(read)


def _told(part: Part) -> dict[str, object]:
    """What a part holds, and under `unread` which of its cells could not be read."""
    return {**part.model_dump(exclude_none=True), **({"unread": [*part.unread]} if part.unread else {})}


def quoted(read: object, body: bytes) -> list[str]:
    """What the error, if it is one, shows of the document: the mark, and any 12 characters in a row."""
    if not isinstance(read, Malformed):
        return []
    said = f"{read}\n{read!r}\n{read.args}"
    texts = [body[:100_000].decode(coding, "replace") for coding in ("utf-8", "utf-16", "utf-16-be", "latin-1")]
    runs = _runs(said) - _runs(str(Malformed("x")))  # a document may hold what every such error says
    shown = said + "".join(traceback.format_exception(read))
    return [run for run in sorted(runs) if any(run in text for text in texts)] + [MARK] * (MARK in shown)


def _runs(said: str) -> set[str]:
    return {said[at : at + 12] for at in range(len(said) - 11)}


def one(inner: str = "", *, head: str = "") -> bytes:
    """A contact with `inner` beside its id and the mark."""
    return f"{head}<contact><id>7</id><title>{MARK}</title>{inner}</contact>".encode()


def many(inner: str = "", *, head: str = "", root: str = 'contacts type="array"') -> bytes:
    """A list of one contact, and `inner`."""
    name = root.partition(" ")[0]
    return f"{head}<{root}><contact><id>7</id><title>{MARK}</title></contact>{inner}</{name}>".encode()


def client(inner: str) -> bytes:
    return f"<client><id>7</id><name>{MARK}</name>{inner}</client>".encode()


def seen(**more: object) -> dict[str, object]:
    """The contact that `one` holds, and `more`."""
    return {"id": 7, "title": MARK, **more}


def lost(column: str) -> dict[str, object]:
    """The contact that `one` holds, whose other cell cannot be read."""
    return seen(unread=[column])


ONE, MANY = seen(), [seen()]
