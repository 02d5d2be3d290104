"""The journal of everybody in every account, for whoever runs the server; nothing is settled by reading it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from harvest_mcp.changes.entries import Entry, Found
from harvest_mcp.errors import Damaged
from harvest_mcp.state import State, sql
from harvest_mcp.state.counts import moment
from harvest_mcp.state.schema import changes

AT = " at "
"""Between a subject and its issuer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrutiny:
    """Which entries to tell; what is None does not narrow. `first` and `before` in seconds since 1970.

    `by` is a whole name, or the part of it before its issuer, in capitals or not.
    """

    by: str | None = None
    first: float | None = None
    before: float | None = None
    systems: tuple[str, ...] = ()
    noun: str | None = None
    record: int | None = None
    limit: int = 100


def audited(state: State, wanted: Scrutiny, wall: float) -> Found:
    """Return the entries, newest first, and what is wrong with those that cannot be read.

    Raises:
        StateError: the store cannot be used.
    """
    return state.do(lambda connection: _read(connection, state, wanted, wall)) if state.exists() else Found()


def people(state: State) -> Sequence[str]:
    """Return everybody who changed anything.

    Raises:
        StateError: the store cannot be used.
    """
    who = select(changes.c.principal).distinct().order_by(changes.c.principal)
    return state.do(lambda connection: list(connection.execute(who).scalars())) if state.exists() else []


def _read(connection: Connection, state: State, wanted: Scrutiny, wall: float) -> Found:
    query, now = sql.ENTRY, moment(connection, state, wall)
    if wanted.by is not None:
        name, low = func.lower(changes.c.principal), wanted.by.lower()
        query = query.where(or_(name == low, name.startswith(f"{low}{AT}", autoescape=True)))
    if wanted.first is not None:
        query = query.where(changes.c.at >= wanted.first)
    if wanted.before is not None:
        query = query.where(changes.c.at < wanted.before)
    if wanted.systems:
        query = query.where(sql.among(changes.c.system, wanted.systems))
    for column in ("noun", "record"):
        if (value := getattr(wanted, column)) is not None:
            query = query.where(changes.c[column] == value)
    entries, damaged = list[Entry](), list[Damaged]()
    for row in connection.execute(query.order_by(changes.c.id.desc()).limit(wanted.limit)).mappings():
        try:
            entries.append(Entry.of(row, now))
        except Damaged as error:
            damaged.append(error)
    return Found(entries, damaged)
