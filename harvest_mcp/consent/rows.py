"""Stored consents within one transaction; imported at the first use of the store."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from harvest_mcp.state import sql
from harvest_mcp.state.transaction import Transaction

Key = Mapping[str, object]
"""The key of a consent: account, principal, code and kind."""
Row = Mapping[str, Any]


class Rows:
    """The consents on one connection."""

    def __init__(self, connection: Transaction) -> None:
        self._connection = connection

    def make_room(self, whose: Key, *, before: float, most: int) -> None:
        """Delete those that expired `before`, and all but the newest `most` of one principal."""
        self._connection.execute(sql.FORGET_OLD, {"before": before})
        for (code,) in self._connection.execute(sql.SURPLUS, {**whose, "most": most}).fetchall():
            self._connection.execute(sql.FORGET, {"code": code})

    def add(self, row: Row) -> None:
        """Store a question."""
        self._connection.execute(sql.ASK, {**row, "shown": json.dumps(row["shown"])})

    def one(self, key: Key) -> Row | None:
        """Return the consent of this key."""
        return next(iter(self._read(sql.CONSENT, key)), None)

    def use_up(self, key: Key) -> int:
        """Delete the consent of this key; return how many there were, 0 if another call was quicker."""
        return int(self._connection.execute(sql.USE_UP, key).rowcount)

    def decide(self, code: str, answer: str, *, now: float) -> bool:
        """Store the first answer to an open question; return whether this is it."""
        given = {"code": code, "now": now, "answer": answer}
        return bool(self._connection.execute(sql.DECIDE, given).rowcount == 1)

    def waiting(self, *, now: float) -> Sequence[Row]:
        """Return the questions that wait for a person, oldest first."""
        return self._read(sql.WAITING, {"now": now})

    def approval(self, code: str) -> Row | None:
        """Return the question of this code that is decided outside the conversation."""
        return next(iter(self._read(sql.APPROVAL, {"code": code})), None)

    def _read(self, query: str, given: Mapping[str, object]) -> list[Row]:
        return [{**row, "shown": json.loads(row["shown"])} for row in self._connection.rows(query, given)]
