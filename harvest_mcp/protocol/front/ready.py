"""The ready file: one for each key, in the user's cache folder."""

import os
import sys
from _collections_abc import Mapping, Sequence

from harvest_mcp.protocol.front import key
from harvest_mcp.protocol.front.messages import value

KIND = b"harvest-mcp ready 1"
LARGEST = 8 * 1024 * 1024
OTHER = ""
"""Stands for every unknown revision."""
Index = dict[str, dict[str, int]]


class Ready:
    """The answers: `legacy` by revision and method, `modern` by method, and whether an end by a signal is logged."""

    __slots__ = ("_tails", "legacy", "modern", "tells")

    def __init__(self, tails: Sequence[bytes], legacy: Index, modern: dict[str, int], *, tells: bool) -> None:
        self._tails, self.legacy, self.modern, self.tells = tails, legacy, modern, tells

    def answer(self, id: str, number: int) -> bytes:
        """Return the answer of this number to a request with this id."""
        return b'{"jsonrpc":"2.0","id":' + id.encode() + self._tails[number]


def find(named: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Ready | None:
    """Return the ready file for a start of this key, if there is one that can be trusted."""
    if (own := place(named, environment)) and (found := trusted(own, named)):
        return found
    from harvest_mcp.protocol.front import shipped  # noqa: PLC0415 - only without a file of the user's own

    if (usual := shipped.usual(arguments, environment)) is None:
        return None
    return parsed(_read(usual), shipped.versions())


def trusted(path: str, named: str) -> Ready | None:
    """Return the content of a key's file, if it is complete and only this user can have written it."""
    return parsed(_read(path, own=True), named)


def folder(environment: Mapping[str, str]) -> str | None:
    """Return this user's cache folder, as `platformdirs` has it; None without a home."""
    if os.name == "nt":
        local = environment.get("LOCALAPPDATA")
        return local and os.path.join(os.path.normpath(local), "harvest-mcp", "harvest-mcp", "Cache")
    home = environment.get("HOME", "")
    usual = "Library/Caches" if sys.platform == "darwin" else ".cache"
    named = environment.get("XDG_CACHE_HOME", "").strip()
    root = named if named.startswith("/") else home.startswith("/") and os.path.join(home, usual)
    return os.path.join(root, "harvest-mcp") if root else None


def place(named: str, environment: Mapping[str, str]) -> str | None:
    """Return the path of the file of a key."""
    where = folder(environment)
    return where and os.path.join(where, f"ready-{named}")


def head(named: str, body: bytes) -> bytes:
    """Return the first line of a file."""
    return b" ".join((KIND, named.encode(), key.fingerprint(body).encode()))


def _read(path: str, *, own: bool = False) -> bytes:
    """Return the content of a file; empty if it must be the user's `own` and others might have written it."""
    try:
        flags = ("O_NONBLOCK", "O_BINARY", *(["O_NOFOLLOW"] if own else []))
        number = os.open(path, sum((getattr(os, flag, 0) for flag in flags), os.O_RDONLY))
    except OSError:
        return b""
    try:
        found = os.fstat(number)
        if found.st_mode & 0o170000 != 0o100000 or found.st_size > LARGEST:
            return b""
        if own and hasattr(os, "geteuid") and (found.st_uid != os.geteuid() or found.st_mode & 0o077):
            return b""
        return os.read(number, found.st_size + 1)
    except OSError:
        return b""
    finally:
        os.close(number)


def parsed(content: bytes, named: str) -> Ready | None:
    """Return the content, if it is complete and of this key."""
    first, _, body = content.partition(b"\n")
    if not named or first != head(named, body):
        return None
    index, *tails = body.split(b"\n")
    found = value(index.decode())
    return Ready(tails, found["legacy"], found["modern"], tells=found["tells"])
