"""Stored consents inside one transaction; imported with the first use of the store."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from harvest_mcp.state import sql

Key = Mapping[str, object]
"""Whose consent it is, and by which code and kind."""


class Rows:
    """The consents on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def make_room(self, whose: Key, *, before: float, most: int) -> None:
        """Forget those that expired `before`, and all but the newest `most` of one principal."""
        self._connection.execute(sql.FORGET_OLD, {"before": before})
        for code in self._connection.execute(sql.SURPLUS, {**whose, "most": most}).scalars().all():
            self._connection.execute(sql.FORGET, {"of_code": code})

    def add(self, row: Mapping[str, Any]) -> None:
        """Store a question that was asked."""
        self._connection.execute(sql.ASK, dict(row))

    def one(self, key: Key) -> Mapping[Any, Any] | None:
        """Return the consent of this key."""
        return self._connection.execute(sql.CONSENT, dict(key)).mappings().first()

    def use_up(self, key: Key) -> int:
        """Delete the consent of this key; return how many there were, 0 where another was quicker."""
        return self._connection.execute(sql.USE_UP, dict(key)).rowcount

    def decide(self, code: str, answer: str, *, now: float) -> bool:
        """Keep the first answer to a question that waits; return whether this is it."""
        given = {"of_code": code, "now": now, "answer": answer}
        return self._connection.execute(sql.DECIDE, given).rowcount == 1

    def waiting(self, *, now: float) -> Sequence[Mapping[Any, Any]]:
        """Return the questions that wait for a person, oldest first."""
        return self._connection.execute(sql.WAITING, {"now": now}).mappings().all()

    def approval(self, code: str) -> Mapping[Any, Any] | None:
        """Return the question of this code to a person outside the conversation."""
        return self._connection.execute(sql.APPROVAL, {"of_code": code}).mappings().first()
