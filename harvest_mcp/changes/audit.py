"""Read the journal of everybody in every account, for the operator; reading settles nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from harvest_mcp.changes.entries import Entry, Found
from harvest_mcp.errors import Damaged
from harvest_mcp.state import State, sql
from harvest_mcp.state.counts import moment
from harvest_mcp.state.transaction import Transaction

AT = " at "
"""Separates a subject from its issuer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrutiny:
    """Which entries to return; None does not narrow.

    `first` and `before` are in seconds since 1970. `by` is a whole name, or the part of it before its issuer, ignoring
    case.
    """

    by: str | None = None
    first: float | None = None
    before: float | None = None
    systems: tuple[str, ...] = ()
    noun: str | None = None
    record: int | None = None
    limit: int = 100


def audited(state: State, wanted: Scrutiny, wall: float) -> Found:
    """Return the entries, newest first, and messages about those that cannot be read.

    Raises:
        StateError: the store cannot be used.
    """
    return state.do(lambda connection: _read(connection, state, wanted, wall)) if state.exists() else Found()


def people(state: State) -> Sequence[str]:
    """Return everybody who changed anything.

    Raises:
        StateError: the store cannot be used.
    """
    return state.do(lambda on: [row["principal"] for row in on.rows(sql.PEOPLE, {})]) if state.exists() else []


def _read(connection: Transaction, state: State, wanted: Scrutiny, wall: float) -> Found:
    given: dict[str, object] = {"most": wanted.limit}
    given |= {
        name: value for name in ("first", "before", "noun", "record") if (value := getattr(wanted, name)) is not None
    }
    if wanted.by is not None:
        given |= {"by": wanted.by.lower(), "begins": f"{wanted.by.lower()}{AT}", "length": len(wanted.by + AT)}
    now = moment(connection, state, wall)
    entries, damaged = list[Entry](), list[Damaged]()
    for row in connection.rows(sql.audited(given, wanted.systems), given):
        try:
            entries.append(Entry.of(row, now))
        except Damaged as error:
            damaged.append(error)
    return Found(entries, damaged)
