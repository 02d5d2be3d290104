"""Queries on the journal within a transaction: entries, recent equal creates, writes under way to a record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from harvest_mcp.changes.entries import ABANDONED, OPEN, Deed, Entry, Found, Wanted
from harvest_mcp.errors import Damaged
from harvest_mcp.state import sql
from harvest_mcp.state.clock import HIGHEST, Moment
from harvest_mcp.state.health import salvaged, uneven
from harvest_mcp.state.rows import CLOSED, Row
from harvest_mcp.state.sqlite import DatabaseError
from harvest_mcp.state.transaction import Transaction

SAME_FOR = 600.0
"""Seconds within which an equal create counts as a repetition."""
LONGEST_LINE = 20
"""How many times in a row a record that was deleted and created again is followed."""
Given = dict[str, object]


def look_up(connection: Transaction, account: str, wanted: Wanted, now: Moment) -> Found:
    """Return an account's entries, newest first, and messages about unreadable ones."""
    entries, damaged = list[Entry](), list[Damaged]()
    for row in _rows(connection, account, wanted):
        try:
            if isinstance(row, int):
                raise Damaged(row, "file")
            entries.append(Entry.of(row, now))
        except Damaged as error:
            if isinstance(row, int) or wanted.outcomes != OPEN or not _over(row, now):
                damaged.append(error)
    return Found(entries, damaged)


def _rows(connection: Transaction, account: str, wanted: Wanted) -> list[Row | int]:
    """Return the rows; from a damaged file as many as can be read, and the ids of the others."""
    names = ("id", "tool", "noun", "record", "verb", "principal", "part_of")
    wants = {name: value for name in names if (value := getattr(wanted, name)) is not None}
    query = sql.entries(wants, wanted.outcomes, wanted.since, alone=wanted.alone)
    given: Given = {**wants, "of": account, "since": wanted.since}
    narrow = bool({"record", "id", "part_of"} & {*wants})
    try:
        found = connection.rows(query + sql.NEWEST, {**given, "most": wanted.limit})
        if narrow or not uneven(connection, account, found[-1]["id"] if len(found) == wanted.limit else 0):
            return [*found]
    except DatabaseError as error:
        if narrow or not error.sqlite_errorname.startswith("SQLITE_CORRUPT"):
            raise
        if not (rows := list(salvaged(connection, query, given, wanted.limit))):
            raise
        return rows
    return list(salvaged(connection, query, given, wanted.limit))


def _over(row: Row, now: Moment) -> bool:
    """Return whether a damaged entry belongs to a write that has ended, whatever its outcome."""
    try:
        return now.age(row["clock"], row["stamp"], row["settled_at"] or row["at"]) > ABANDONED
    except TypeError:
        return True


def under_way(connection: Transaction, account: str, deed: Deed, now: Moment) -> Entry | None:
    """Return a write to the same record that is under way or that came after the record was read.

    Two at once would each start from values the other changes. A delete of a record this one refers to counts too.

    Raises:
        Damaged: whether one of the last minutes is that cannot be read.
    """
    if deed.record is None and not deed.under:
        return None
    given: Given = {"of": account}
    if deed.record is not None:
        read = HIGHEST if deed.read is None else deed.read
        given |= {"noun": deed.noun, "record": deed.record, "read": read}
    for number, (noun, id) in enumerate(deed.under):
        given |= {f"noun{number}": noun, f"record{number}": id}
    query = sql.at_work(len(deed.under), record=deed.record is not None)
    found = _readable(connection.rows(query, given), now)
    return next((entry for entry in found if entry.outcome != "intended" or entry.under_way()), None)


def changed_with(connection: Transaction, account: str, deed: Deed, now: Moment) -> Entry | None:
    """Return a change of what a delete would take along, under way or made after that was read.

    Raises:
        Damaged: whether one of the last minutes is that cannot be read.
    """
    if deed.hangs is None:
        return None
    given: Given = {"of": account, "since": deed.hangs.since}
    given |= {f"noun{number}": noun for number, (noun, _) in enumerate(deed.hangs.by)}
    read = _readable(connection.rows(sql.hanging(len(deed.hangs.by)), given), now)
    found = (entry for entry in read if deed.hangs.on(deed.record, entry))
    return next((entry for entry in found if entry.outcome != "intended" or entry.under_way()), None)


def _readable(rows: Iterable[Row], now: Moment, *, passing: Sequence[str] = ()) -> Iterator[Entry]:
    """Yield entries, skipping damaged ones that have ended or whose outcome does not matter.

    Raises:
        Damaged: one of the last minutes cannot be read.
    """
    for row in rows:
        try:
            yield Entry.of(row, now)
        except Damaged:
            if not _over(row, now) and row["outcome"] not in passing:
                raise


def of_record(
    connection: Transaction, account: str, about: tuple[str, int], now: Moment, *, lag: float
) -> tuple[int, list[Entry]]:
    """Return the id of a record's last settled change, then that entry, the open ones and those of the last `lag`
    seconds, oldest first.

    Raises:
        Damaged: one that may be open cannot be read.
    """
    noun, record = about
    given = {"of": account, "noun": noun, "record": record, **_lately(now, lag)}
    found = connection.rows(sql.OF_RECORD, given)
    closed = (row["id"] for row in found if row["outcome"] != "intended")
    return max(closed, default=0), list(_readable(found, now, passing=CLOSED))


def _lately(now: Moment, seconds: float) -> Given:
    return {"here": now.clock, "since": now.seconds - seconds, "wall": now.wall - seconds}


def image(connection: Transaction, account: str, deed: Deed, now: Moment) -> Mapping[str, Any] | None:
    """Return everything known before the write; for a create, including the highest id made lately, which a late list
    may lack."""
    kept = deed.image
    if deed.verb != "create" or kept is None:
        return kept
    given = {"of": account, "noun": deed.noun, **_lately(now, deed.lag)}
    highest: object = connection.value(sql.HIGHEST_MADE, given)
    return {**kept, "above": max(kept.get("above") or 0, highest if isinstance(highest, int) else 0)}


def twin(connection: Transaction, digest: str, now: Moment) -> Entry | None:
    """Return the entry of an equal create of the last minutes.

    Raises:
        Damaged: whether it is one cannot be read.
    """
    row = connection.row(sql.SAID, {"digest": digest})
    if row is not None and (entry := Entry.of(row, now)).age < SAME_FOR:
        return entry
    return None


def successor(connection: Transaction, account: str, noun: str, record: int) -> int | None:
    """Return the id a deleted record was created again as, followed on if that one was deleted and created again."""
    found, last = set[int](), record
    for _ in range(LONGEST_LINE):
        id: object = connection.value(sql.SUCCESSOR, {"of": account, "noun": noun, "record": last})
        if not isinstance(id, int) or id in found:
            break
        found.add(id)
        last = id
    return last if found else None


def system_of(connection: Transaction, id: int) -> str:
    """Return the system of a change, whatever its account; empty if no change has that id."""
    return str(connection.value(sql.MADE_BY, {"entry": id}) or "")


def shown_within(connection: Transaction, account: str, now: Moment, *, last: float) -> float | None:
    """Return the longest time in seconds after which the writes of the `last` seconds were read back; None for none.

    A write that no read shows yet counts as infinite.
    """
    rows = connection.execute(sql.SHOWN_LATELY, {"of": account, **_lately(now, last)}).fetchall()
    took = [
        settled - at
        if outcome != "accepted" and isinstance(settled, (int, float)) and isinstance(at, (int, float))
        else float("inf")
        for at, settled, outcome in rows
    ]
    return max(took, default=None)
