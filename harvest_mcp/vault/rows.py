"""Every statement on the vault and the tickets, on one connection; imported with the first use of the store."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from harvest_mcp.state.schema import tickets, vault

Key = Mapping[str, object]
"""Whose row it is, and of which system: `of_issuer`, `of_subject`, `of_system`."""
Row = Mapping[Any, Any]

PERSONS = and_(vault.c.issuer == bindparam("of_issuer"), vault.c.subject == bindparam("of_subject"))
ONE = and_(PERSONS, vault.c.system == bindparam("of_system"))
ALL = select(vault).order_by(vault.c.subject, vault.c.system)
OF_A_PERSON = select(vault).where(PERSONS)
LOCKED = select(vault).where(ONE).with_for_update()
"""Nobody else reads it so until this transaction ends; in SQLite no transaction begins meanwhile anyway."""
KEEP = insert(vault)
CHANGE = update(vault).where(ONE)
DROP = delete(vault).where(ONE)

TICKET = and_(
    tickets.c.digest == bindparam("of_digest"),
    tickets.c.kind == bindparam("of_kind"),
    tickets.c.expires > bindparam("now"),
)
ISSUE, TICKETS = insert(tickets), select(tickets).where(TICKET)
USE_UP, FORGET_OLD = delete(tickets).where(TICKET), delete(tickets).where(tickets.c.expires <= bindparam("now"))
FORGET = delete(tickets).where(tickets.c.digest == bindparam("of_digest"))
SURPLUS = (
    select(tickets.c.digest)
    .where(
        tickets.c.issuer == bindparam("of_issuer"),
        tickets.c.subject == bindparam("of_subject"),
        tickets.c.kind == bindparam("of_kind"),
    )
    .order_by(tickets.c.expires.desc())
    .offset(bindparam("most"))
)


class VaultRows:
    """The vault and the tickets inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[Row]:
        return self._connection.execute(ALL).mappings().all()

    def of_person(self, key: Key) -> Sequence[Row]:
        """Return what somebody connected, one row a system."""
        return self._connection.execute(OF_A_PERSON, dict(key)).mappings().all()

    def locked(self, key: Key) -> Row | None:
        """Return a row that nobody else changes before this transaction ends."""
        return self._connection.execute(LOCKED, dict(key)).mappings().first()

    def put(self, key: Key, values: Mapping[str, Any]) -> None:
        """Keep a row in place of the one there is."""
        self._connection.execute(DROP, dict(key))
        self._connection.execute(KEEP, dict(values))

    def change(self, key: Key, values: Mapping[str, Any]) -> None:
        self._connection.execute(CHANGE.values(**values), dict(key))

    def drop(self, key: Key) -> int:
        """Delete a row; return how many there were."""
        return self._connection.execute(DROP, dict(key)).rowcount

    def issue(self, ticket: Mapping[str, Any], *, now: float, most: int) -> None:
        """Store a ticket; what is too old goes, and the oldest of this kind above `most` of the same person."""
        self._connection.execute(FORGET_OLD, {"now": now})
        whose = {f"of_{name}": ticket[name] for name in ("issuer", "subject", "kind")}
        for digest in self._connection.execute(SURPLUS, {**whose, "most": most - 1}).scalars().all():
            self._connection.execute(FORGET, {"of_digest": digest})
        self._connection.execute(ISSUE, dict(ticket))

    def ticket(self, key: Key) -> Row | None:
        """Return a ticket that still counts."""
        return self._connection.execute(TICKETS, dict(key)).mappings().first()

    def use_up(self, key: Key) -> bool:
        """Delete a ticket; False where another was quicker, or it is too old."""
        return self._connection.execute(USE_UP, dict(key)).rowcount == 1
