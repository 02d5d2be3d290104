"""Lists too large to read in one piece: how to ask for less, and which part is read instead."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from harvest_mcp.errors import Malformed
from harvest_mcp.scans import Scan
from harvest_mcp.spec import Filter, Record, Resource, System, Value

R = TypeVar("R", bound=Record)
TOO_LARGE = frozenset({"too-large", "too-many-elements", "too-many-values"})
WINDOWS = (365, 60, 7)
"""Days back from today to try instead, until a part is small enough."""


def too_large(failure: Exception) -> bool:
    """Return whether a response was rejected for its size."""
    return isinstance(failure, Malformed) and failure.code in TOO_LARGE


def changed(resource: Resource[Record]) -> Filter | None:
    """Return the vendor's `updated since` filter."""
    return next((each for each in resource.filters if each.type is datetime and each.query), None)


def less(system: System, resource: Resource[Record], given: Sequence[tuple[Filter, Value]]) -> str:
    """Return the tool calls that ask for a smaller part of a list."""
    if "list" not in resource.verbs:
        return ""
    ways = [f"{system.tool('list', resource)}({way})" for way in _ways(resource, {each.name for each, _ in given})]
    return f"It is larger than this server reads at once. Ask for less: {' or '.join(ways)}." if ways else ""


def _ways(resource: Resource[Record], given: Collection[str]) -> Iterator[str]:
    if since := changed(resource):
        yield f'{since.name}="2026-01-31T09:00Z"'
    for each in resource.filters:
        if each.ref and (each.query or each.path) and each.name not in given:
            yield f'{each.name}="ID"'


async def at_most(
    scan: Callable[..., Awaitable[Scan[R]]],
    resource: Resource[Record],
    where: Mapping[str, Value],
    here: Callable[[], Awaitable[tuple[date, int | None]]],
) -> Scan[R]:
    """Return a list; if it is too large, only the recently changed part. `here` returns today's date for the user.

    Raises:
        Malformed: the list is too large, and so is every part that can be requested.
    """
    try:
        return await scan(where=where)
    except Malformed as broken:
        if too_large(broken) and (found := await lately(scan, resource, where, (await here())[0])):
            return found
        raise


async def lately(
    scan: Callable[..., Awaitable[Scan[R]]], resource: Resource[Record], where: Mapping[str, Value], today: date
) -> Scan[R] | None:
    """Return the recently changed records, which include all new ones; None if no part is small enough."""
    if (since := changed(resource)) is None or since.name in where:
        return None
    for days in WINDOWS:
        first = today - timedelta(days=days)
        moment = datetime(first.year, first.month, first.day, tzinfo=UTC)
        try:
            found = await scan(where={**where, since.name: moment})
        except Malformed as broken:
            if too_large(broken):
                continue
            raise
        told = f"only those changed since {first}: the list is too large"
        return replace(found, part=told, newest=bool(found.rows))
    return None
