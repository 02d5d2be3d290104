"""Narrow the tools for a request: by its path, `/mcp/readonly` and `/mcp/x/crm,invoices`, and by its headers."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from starlette.datastructures import Headers

from harvest_mcp.errors import HarvestMcpError

READ_ONLY, TOOLSETS = "X-MCP-Readonly", "X-MCP-Toolsets"
PATHS = ("/mcp", "/mcp/readonly", "/mcp/x/{toolsets}", "/mcp/x/{toolsets}/readonly")
SAID = {"true": True, "1": True, "false": False, "0": False}
MOST = 500
"""The most characters of a list of toolsets."""


class NoSuchToolset(HarvestMcpError):
    """A request names an unknown toolset; it must not be served as if it had named none."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The toolsets wanted, one list for each place that names some: a tool must be in all of them."""

    toolsets: tuple[frozenset[str], ...] = ()
    read_only: bool = False


def narrowing(path: str, named: str | None, headers: Headers, known: Collection[str]) -> Narrowing:
    """Return what a request asks for by its path, which may have `named` toolsets, and by its headers.

    Raises:
        NoSuchToolset: a toolset is unknown, or a value is neither true nor false.
    """
    if not path.isprintable():  # a route's pattern lets a trailing line end pass
        raise NoSuchToolset("There is nothing at this path.")
    lists = [*([named] if named is not None else []), *headers.getlist(TOOLSETS)]
    return Narrowing(
        tuple(dict.fromkeys(_toolsets(each, known) for each in lists)),
        path.endswith("/readonly") or any(_yes(headers)),
    )


def _yes(headers: Headers) -> Iterator[bool]:
    for each in headers.getlist(READ_ONLY):
        if (said := SAID.get(each.strip().lower())) is None:
            raise NoSuchToolset(f"{READ_ONLY} takes true or false.")
        yield said


def _toolsets(text: str, known: Collection[str]) -> frozenset[str]:
    found = frozenset(filter(None, (each.strip().lower() for each in text[:MOST].split(","))))
    if not found or not found <= set(known) or len(text) > MOST:
        raise NoSuchToolset("There is no such toolset here.", next=f"Toolsets: {', '.join(known)}.")
    return found
