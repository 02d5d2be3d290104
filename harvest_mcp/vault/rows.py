"""Every statement on the vault and the tickets, within one transaction; imported at the first use of the store."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from harvest_mcp.state.sql import names
from harvest_mcp.state.transaction import Transaction

Key = Mapping[str, object]
"""The key of a row: `issuer`, `subject`, `system`; or of a ticket."""
Row = Mapping[str, Any]

COLUMNS = (
    *("issuer", "subject", "system", "account", "sealed"),
    *("expires", "connected_by", "connected_at", "standing"),
)
_PERSONS = "issuer = :issuer AND subject = :subject"
_ONE = f"{_PERSONS} AND system = :system"
ALL = f"SELECT {', '.join(COLUMNS)} FROM vault"
OF_A_PERSON = f"{ALL} WHERE {_PERSONS}"
LOCKED = f"{ALL} WHERE {_ONE} FOR UPDATE"
"""Locks the row until this transaction ends; in SQLite no other transaction begins meanwhile anyway."""
KEEP = "INSERT INTO vault ({}) VALUES ({})".format(*names(COLUMNS))
DROP = f"DELETE FROM vault WHERE {_ONE}"
RESEAL = f"UPDATE vault SET sealed = :sealed, expires = :expires WHERE {_ONE}"
REFUSE = f"UPDATE vault SET standing = 'refused' WHERE {_ONE}"

TICKET_COLUMNS = ("digest", "kind", "issuer", "subject", "expires", "held")
_TICKET = "digest = :digest AND kind = :kind AND expires > :now"
TICKET = f"SELECT issuer, subject, expires, CAST(held AS TEXT) AS held FROM tickets WHERE {_TICKET}"
ISSUE = "INSERT INTO tickets ({}) VALUES ({})".format(*names(TICKET_COLUMNS))
USE_UP = f"DELETE FROM tickets WHERE {_TICKET}"
FORGET_OLD = "DELETE FROM tickets WHERE expires <= :now"
FORGET = "DELETE FROM tickets WHERE digest = :digest"
SURPLUS = (
    f"SELECT digest FROM tickets WHERE {_PERSONS} AND kind = :kind"
    " ORDER BY expires DESC, digest LIMIT 1000000 OFFSET :most"
)


class VaultRows:
    """The vault and the tickets on one connection."""

    def __init__(self, connection: Transaction) -> None:
        self._connection = connection

    def all(self) -> Sequence[Row]:
        """Return every row, by person."""
        return self._connection.rows(f"{ALL} ORDER BY subject, system")

    def of_person(self, key: Key) -> Sequence[Row]:
        """Return what a person connected, one row a system."""
        return self._connection.rows(OF_A_PERSON, key)

    def locked(self, key: Key) -> Row | None:
        """Return a row that nobody else changes before this transaction ends."""
        return self._connection.row(LOCKED, key)

    def put(self, key: Key, row: Row) -> None:
        """Store a row, replacing the existing one."""
        self._connection.execute(DROP, key)
        self._connection.execute(KEEP, row)

    def reseal(self, key: Key, sealed: str, expires: float | None) -> None:
        """Replace the credentials."""
        self._connection.execute(RESEAL, {**key, "sealed": sealed, "expires": expires})

    def refuse(self, key: Key) -> None:
        """Note that the vendor no longer renews it."""
        self._connection.execute(REFUSE, key)

    def drop(self, key: Key) -> int:
        """Delete a row; return how many there were."""
        return int(self._connection.execute(DROP, key).rowcount)

    def issue(self, ticket: Row, *, now: float, most: int) -> None:
        """Store a ticket; delete expired ones, and the oldest of this kind above `most` of the same person."""
        self._connection.execute(FORGET_OLD, {"now": now})
        whose = {name: ticket[name] for name in ("issuer", "subject", "kind")}
        for (digest,) in self._connection.execute(SURPLUS, {**whose, "most": most - 1}).fetchall():
            self._connection.execute(FORGET, {"digest": digest})
        self._connection.execute(ISSUE, {**ticket, "held": json.dumps(ticket["held"])})

    def claim(self, ticket: Row, *, now: float) -> bool:
        """Store a ticket for something only one process may do; False if there is a valid one."""
        if self._connection.row(TICKET, {**ticket, "now": now}):
            return False
        self.disclaim(str(ticket["digest"]))  # left by a dead process; only this row's, as others may be locked
        self._connection.execute(ISSUE, {**ticket, "held": json.dumps(ticket["held"])})
        return True

    def disclaim(self, digest: str) -> None:
        """Delete it."""
        self._connection.execute(FORGET, {"digest": digest})

    def ticket(self, key: Key) -> Row | None:
        """Return a valid ticket."""
        found = self._connection.row(TICKET, key)
        return {**found, "held": json.loads(found["held"])} if found else None

    def use_up(self, key: Key) -> bool:
        """Delete a ticket; False if another call was quicker, or it has expired."""
        return bool(self._connection.execute(USE_UP, key).rowcount == 1)
