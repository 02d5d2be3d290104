"""The ASGI side of the sandbox: the request, the response, and the connection, which can break."""

import base64
import binascii
import ipaddress
import socket
import struct
from asyncio import Transport
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias, cast
from urllib.parse import parse_qsl

Scope: TypeAlias = Mapping[str, object]
Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, object]]]
Send: TypeAlias = Callable[[dict[str, object]], Awaitable[None]]
Headers: TypeAlias = tuple[tuple[str, str], ...]

XML = "application/xml; charset=utf-8"
RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class HttpCall:
    """One request: path and query decoded, header names in lower case, the peer's address if known."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    peer: str | None = None

    def asked(self, name: str) -> str | None:
        """Return the value of a query parameter, or None."""
        return dict(self.query).get(name)

    def basic(self) -> tuple[str, str] | None:
        """Return the user and password of a Basic header, or None."""
        kind, _, value = self.headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            user, _, password = base64.b64decode(value.strip(" ()"), validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return user, password


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """One response; without a body it needs no content type."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    content_type: str = XML

    def all_headers(self) -> Headers:
        kind = (("Content-Type", self.content_type),) if self.content_type else ()
        return (*kind, ("Content-Length", str(len(self.body))), *self.headers)


async def hear(scope: Scope, receive: Receive) -> HttpCall:
    """Receive the whole request, body included."""
    body = b""
    while True:
        message = await receive()
        body += cast(bytes, message.get("body", b""))
        if not message.get("more_body"):
            break
    client = cast("tuple[str, int] | None", scope.get("client"))
    return HttpCall(
        method=cast(str, scope["method"]),
        path=cast(str, scope["path"]),
        query=tuple(parse_qsl(cast(bytes, scope.get("query_string", b"")).decode("latin-1"), keep_blank_values=True)),
        headers=_named(cast("Iterable[tuple[bytes, bytes]]", scope["headers"])),
        body=body,
        peer=client[0] if client else None,
    )


def is_loopback(host: str) -> bool:
    """Return whether an address is a loopback address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _named(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


class Connection:
    """The connection of one request; `told` is called with the status just before the response is sent."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = cast("Mapping[str, object]", scope.get("state") or {})
        self._transport = cast("Transport | None", state.get("transport"))
        self._receive, self._send = receive, send
        self.told: Callable[[int], None] = lambda status: None

    @property
    def gone(self) -> bool:
        """Whether the caller has disconnected; in process always false."""
        return self._transport is not None and self._transport.is_closing()

    async def start(self, status: int, headers: Headers) -> None:
        raw = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
        self.told(status)
        await self._send({"type": "http.response.start", "status": status, "headers": raw})

    async def say(self, chunk: bytes, *, more: bool = False) -> None:
        await self._send({"type": "http.response.body", "body": chunk, "more_body": more})

    async def answer(self, answer: HttpAnswer, *, rest: bytes = b"") -> None:
        """Send a response; `rest`, bytes of no response, follow in the same segment on a kept connection."""
        with self._corked(bool(rest)):
            await self.start(answer.status, answer.all_headers())
            await self.say(answer.body)
            if rest and self._transport is not None and not self._transport.is_closing():
                self._transport.write(rest)

    @contextmanager
    def _corked(self, corked: bool) -> Iterator[None]:
        """Send everything in one segment, where there is a socket and TCP_CORK (Linux)."""
        cork = getattr(socket, "TCP_CORK", None)
        if not corked or self._transport is None or cork is None:
            yield
            return
        wire = cast("socket.socket", self._transport.get_extra_info("socket"))
        wire.setsockopt(socket.IPPROTO_TCP, cork, 1)
        yield
        with suppress(OSError):  # closed meanwhile
            wire.setsockopt(socket.IPPROTO_TCP, cork, 0)

    async def hang_up(self, *, reset: bool = False) -> None:
        """Close or reset the connection without finishing the response; in process raise `ConnectionResetError`."""
        if self._transport is None:
            raise ConnectionResetError("The sandbox closed the connection, as its fault demands.")
        if reset:
            wire = cast("socket.socket", self._transport.get_extra_info("socket"))
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self._transport.abort()
        self._transport.close()
        while (await self._receive())["type"] != "http.disconnect":
            pass
