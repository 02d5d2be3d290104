"""Make the ready file of a server: its own answers in every protocol revision, to the byte."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio

from harvest_mcp.protocol.front import ready
from harvest_mcp.protocol.front.messages import CAPABILITIES, CLIENT, MODERN, VERSION
from harvest_mcp.protocol.sdk import McpServer
from harvest_mcp.protocol.stdio.conversation import REVISIONS, Conversation

LISTS = ("tools/list", "prompts/list", "resources/list", "resources/templates/list", "ping")
DISCOVER = "server/discover"
UNKNOWN = "1999-01-01"
WHO = {"name": "harvest-mcp", "version": ""}
NOTHING: Mapping[str, Any] = {}
KEPT = 8
"""The most files to keep, of other settings and earlier versions included."""


@dataclass
class Answers:
    """The answers of one server, each distinct one once."""

    tells: bool
    tails: dict[bytes, int] = field(default_factory=dict)
    legacy: dict[str, dict[str, int]] = field(default_factory=dict)
    modern: dict[str, int] = field(default_factory=dict)

    def number(self, tail: bytes) -> int:
        return self.tails.setdefault(tail, len(self.tails))

    def file(self, named: str) -> bytes:
        """Return the content of the file with these answers, for a key."""
        index = {"tells": self.tells, "legacy": self.legacy, "modern": self.modern}
        body = b"\n".join([json.dumps(index, separators=(",", ":")).encode(), *self.tails])
        return ready.head(named, body) + b"\n" + body


async def answers(server: McpServer, *, tells: bool = True) -> Answers:
    """Ask a server everything that a ready file answers; `tells` is whether its log reports an end by a signal."""
    found = Answers(tells)
    for revision in (*REVISIONS, UNKNOWN):
        hello = {"protocolVersion": revision, "capabilities": {}, "clientInfo": WHO}
        said = await _said(server, {"initialize": hello, **dict.fromkeys(LISTS, NOTHING)})
        known = ready.OTHER if revision == UNKNOWN else revision
        found.legacy[known] = {method: found.number(tail) for method, tail in said.items()}
    envelope = {"_meta": {VERSION: MODERN, CAPABILITIES: {}, CLIENT: WHO}}
    said = await _said(server, dict.fromkeys((DISCOVER, *LISTS), envelope))
    found.modern = {method: found.number(tail) for method, tail in said.items()}
    return found


async def _said(server: McpServer, asked: Mapping[str, Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the text after the id of each answer."""
    lines: list[bytes] = []
    async with anyio.create_task_group() as group:
        conversation = Conversation(server, group, lines.append)
        for method, params in asked.items():
            request = {"jsonrpc": "2.0", "id": method, "method": method, **({"params": params} if params else {})}
            await conversation.take(json.dumps(request).encode())
            await conversation.settled()
        conversation.close()
    before = {method: b'{"jsonrpc":"2.0","id":"' + method.encode() + b'"' for method in asked}
    return {method: line.removeprefix(before[method]) for method, line in zip(asked, lines, strict=True)}


async def keep(server: McpServer, named: str, place: str, *, tells: bool) -> None:
    """Make and store the file of a key, unless there is one or it cannot be stored."""
    if ready.trusted(place, named) is None:
        content = (await answers(server, tells=tells)).file(named)
        with suppress(OSError):
            write(Path(place), content)


def write(path: Path, content: bytes) -> None:
    """Write a file in one step, readable by its user only, and delete the oldest."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun = path.with_name(f".{path.name}-{os.getpid()}-{os.urandom(4).hex()}")
    try:
        with open(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        begun.replace(path)
    finally:
        begun.unlink(missing_ok=True)
    _drop_old(path)


def _drop_old(path: Path) -> None:
    """Delete all but the newest files, unfinished ones included."""
    files = [each for each in path.parent.iterdir() if each.name.startswith(("ready-", ".ready-")) and each != path]
    newest = sorted(files, key=lambda each: each.stat().st_mtime, reverse=True)
    for old in newest[KEPT:]:
        old.unlink(missing_ok=True)


def drop(place: str) -> None:
    """Delete a file whose settings are no longer valid."""
    with suppress(OSError):
        Path(place).unlink()
