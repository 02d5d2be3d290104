"""The journal within one transaction; imported at the first use of the store."""

import hashlib
import json
import os
import socket
from collections.abc import Callable, Mapping
from typing import Any

from harvest_mcp.changes import batches as keeping
from harvest_mcp.changes import finding
from harvest_mcp.changes.batches import ChangeSet, ChangeSetDraft, Counted
from harvest_mcp.changes.entries import Deed, Entry, Found, Outcome, Standing, Wanted
from harvest_mcp.changes.pruning import prune
from harvest_mcp.errors import NotUndone
from harvest_mcp.state import State, sql
from harvest_mcp.state.counts import last_tick, moment, number, tick
from harvest_mcp.state.rows import image, stored
from harvest_mcp.state.transaction import Transaction


class Ledger:
    """The changes of one account on one connection."""

    def __init__(self, connection: Transaction, state: State, who: Mapping[str, str], wall: float) -> None:
        self._connection, self._state, self._who, self._account = connection, state, who, who["account"]
        self._wall, self._now = wall, moment(connection, state, wall)

    def pay(self, owed: Mapping[int, Callable[["Ledger"], object]]) -> None:
        """Commit outcomes that could not be committed when they were due."""
        for work in owed.values():
            work(self)

    def intend(self, deed: Deed) -> tuple[Entry, Standing]:
        """Note an intent, or return what prevents it.

        Raises:
            NotUndone: what it takes back is taken back already, or is being taken back.
        """
        if self._state.remote:  # one after the other, so that none overlooks what another is about to do
            last_tick(self._connection, lock=True)
            self._now = moment(self._connection, self._state, self._wall)
        self._claim(deed)
        if other := finding.under_way(self._connection, self._account, deed, self._now):
            return other, "busy"
        if other := finding.changed_with(self._connection, self._account, deed, self._now):
            return other, "hangs"
        digest = self._digest(deed) if deed.once else ""
        if digest and (twin := finding.twin(self._connection, digest, self._now)) is not None:
            return twin, "said"
        values: dict[str, Any] = {
            **self._who,
            "id": number(self._connection, self._state, self._now),
            "at": self._now.wall,
            "tool": deed.tool,
            "verb": deed.verb,
            "noun": deed.noun,
            "record": deed.record,
            "before": finding.image(self._connection, self._account, deed, self._now),
            "sent": dict(deed.sent),
            "outcome": "intended",
            "undoes": deed.undoes,
            "part_of": deed.part[0] if deed.part else None,
            "step": deed.part[1] if deed.part else None,
            "holder": f"{socket.gethostname()}:{os.getpid()}",
            "clock": self._now.clock,
            "stamp": self._now.seconds,
        }
        self._connection.execute(sql.NEW_ENTRY, row := stored(values))
        self._state.begun[values["id"]] = values
        if digest:
            self._connection.execute(sql.UNSAY, {"digest": digest})
            self._connection.execute(sql.SAY, {"digest": digest, "at": self._now.wall, "change": values["id"]})
        return Entry.of(row, self._now), "new"

    def _claim(self, deed: Deed) -> None:
        """Let only the first of two undos of the same change go on."""
        if deed.undoes is None:
            return
        outcome = self._connection.value(sql.OUTCOME, {"entry": deed.undoes})
        claim = self._connection.value(sql.CLAIM, {"undoes": deed.undoes})
        if outcome != "applied" or claim is not None:
            by = f" by change {claim}, whose outcome is not known yet" if claim is not None else ""
            raise NotUndone(f"Change {deed.undoes} was taken back meanwhile{by}.", next="Call list_changes to see it.")

    def close(self, id: int, outcome: Outcome, found: Mapping[str, Any], *, undid: bool) -> None:
        """Note the outcome of an intent, with what was `found`; an undo marks the change it undid."""
        values: dict[str, Any] = {
            "outcome": outcome,
            **found,
            "settled_at": self._now.wall,
            "clock": self._now.clock,
            "stamp": self._now.seconds,
            "tick": tick(self._connection, self._state, self._now),
        }
        settled = {"entry": id, "record": None, **values, "after": image(found.get("after"))}
        entry = self._connection.row(sql.SETTLE, settled)
        if entry is None:
            if (begun := self._state.begun.get(id)) is None:
                return
            entry = {**begun, **values}  # the file was lost in between
            self._connection.execute(sql.NEW_ENTRY, stored(entry))
        if outcome == "applied" and entry["undoes"] is not None and undid:
            self._connection.execute(sql.MARK_UNDONE, {"entry": entry["undoes"]})
        self._unsay(id, outcome, entry)

    def _unsay(self, id: int, outcome: Outcome, entry: Mapping[str, Any]) -> None:
        """Allow equal creates again: of this entry if it had no effect, or of those it undid."""
        if outcome in ("no effect", "refused", "undone"):
            self.forget(id)
        if outcome != "applied":
            return
        if entry["undoes"] is not None:
            self.forget(entry["undoes"])
        if entry["verb"] == "delete":
            same = {"of": entry["account"], "noun": entry["noun"], "record": entry["record"]}
            self._connection.execute(sql.UNSAY_RECORD, same)

    def send_again(self, id: int, image: Mapping[str, Any]) -> None:
        """Note in an intent's image that its request is sent once more."""
        self._connection.execute(sql.SEND_AGAIN, {"entry": id, "image": json.dumps(dict(image))})
        if (begun := self._state.begun.get(id)) is not None:
            begun["before"] = dict(image)

    def shown_within(self, last: float) -> float | None:
        """Return the longest time in seconds after which writes of the `last` seconds were read back."""
        return finding.shown_within(self._connection, self._account, self._now, last=last)

    def forget(self, id: int) -> None:
        """Allow an equal create again."""
        self._connection.execute(sql.UNSAY_CHANGE, {"entry": id})

    def count(self) -> int:
        """Return the store's count."""
        return last_tick(self._connection)

    def said(self, deed: Deed) -> Entry | None:
        """Return the entry of an equal create of the last minutes."""
        return finding.twin(self._connection, self._digest(deed), self._now)

    def of_record(self, noun: str, record: int, *, lag: float) -> tuple[int, list[Entry]]:
        """Return a record's last settled change, and those that reads may not show yet."""
        return finding.of_record(self._connection, self._account, (noun, record), self._now, lag=lag)

    def successor(self, noun: str, record: int) -> int | None:
        """Return the id a deleted record was created again as."""
        return finding.successor(self._connection, self._account, noun, record)

    def system_of(self, id: int) -> str:
        """Return the system of a change, whatever its account."""
        return finding.system_of(self._connection, id)

    def look_up(self, wanted: Wanted) -> Found:
        """Return entries, newest first, and messages about unreadable ones."""
        return finding.look_up(self._connection, self._account, wanted, self._now)

    def plan(self, draft: ChangeSetDraft) -> ChangeSet:
        """Store a plan under a new id."""
        id = number(self._connection, self._state, self._now)
        return keeping.plan(self._connection, self._who, draft, id=id, at=self._now.wall)

    def batch(self, *, id: int | None = None, plan: str = "", tool: str = "") -> ChangeSet | None:
        """Return one batch, by its id or as the latest of a plan."""
        return keeping.one(self._connection, self._who, self._now.wall, id=id, plan=plan, tool=tool)

    def batches(self, most: int) -> list[Counted]:
        """Return the newest batches that were started, with how many steps had which outcome."""
        return keeping.several(self._connection, self._who, self._now.wall, most)

    def stage(self, id: int, before: keeping.Stage, after: keeping.Stage) -> bool:
        """Move a batch from one stage to another; False if it was no longer at the first."""
        return keeping.stage(self._connection, id, before, after)

    def prune(self, days: int) -> None:
        """Drop entries older than the retention."""
        prune(self._connection, self._now, days)

    def _digest(self, deed: Deed) -> str:
        facts = json.dumps([self._who, deed.verb, deed.noun, deed.sent], sort_keys=True)
        return hashlib.sha256(facts.encode(errors="surrogatepass")).hexdigest()
