"""What is looked for in the journal: entries, the same said lately, who is at a record, what became of one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from harvest_mcp.changes.entries import ABANDONED, DONE, OPEN, Deed, Entry, Found, Wanted
from harvest_mcp.errors import Damaged
from harvest_mcp.state.clock import Moment
from harvest_mcp.state.rows import OUTCOMES, Row, raw, salvaged, uneven

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

SAME_FOR = 600.0
"""Seconds in which an equal create is taken for the same one said twice."""
CLOSED = tuple(outcome for outcome in OUTCOMES if outcome not in OPEN)
LONGEST_LINE = 20
"""How often a record is followed that was deleted and made again."""


def look_up(connection: "Connection", account: str, wanted: Wanted, now: Moment) -> Found:
    """Entries of an account, newest first, and those that cannot be read."""
    query = _query(account, wanted)
    entries, damaged = list[Entry](), list[Damaged]()
    for row in _rows(connection, query, wanted):
        try:
            if isinstance(row, int):
                raise Damaged(row, "file")
            entries.append(Entry.of(row, now))
        except Damaged as error:
            if isinstance(row, int) or wanted.outcomes != OPEN or not _over(row, now):
                damaged.append(error)
    return Found(entries, damaged)


def _query(account: str, wanted: Wanted) -> "Select[Any]":
    from sqlalchemy import or_  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    narrow = wanted.record is not None
    # A list walks the table itself: an index that is damaged would leave entries out, and nothing would tell.
    of_account = changes.c.account == account if narrow else changes.c.account.concat("") == account
    query = raw().where(of_account)
    for name in ("id", "tool", "noun", "record", "verb"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(changes.c[name] == value)
    if wanted.outcomes:  # what has none that is known may be one of them
        query = query.where(or_(changes.c.outcome.in_(wanted.outcomes), changes.c.outcome.not_in(OUTCOMES)))
    if wanted.since is not None:
        query = query.where(changes.c.at + 0 >= wanted.since)
    return query.order_by(changes.c.id.desc())


def _rows(connection: "Connection", query: "Select[Any]", wanted: Wanted) -> "list[Row | int]":
    """The rows; of a list in a file that is damaged as many as can be read, and the ids of the others."""
    from sqlalchemy.exc import DatabaseError  # noqa: PLC0415 - not at start

    narrow = wanted.record is not None or wanted.id is not None
    try:
        rows: list[Row | int] = list(connection.execute(query.limit(wanted.limit)).mappings())
        if narrow or not uneven(connection):
            return rows
    except DatabaseError as error:
        if narrow or not getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_CORRUPT"):
            raise
        if not (rows := list(salvaged(connection, query, wanted.limit))):
            raise
        return rows
    return list(salvaged(connection, query, wanted.limit))


def _over(row: Row, now: Moment) -> bool:
    """Whether a damaged entry is of a write that is over by now, whatever came of it."""
    try:
        return now.age(row["clock"], row["stamp"], row["settled_at"] or row["at"]) > ABANDONED
    except TypeError:
        return True


def under_way(connection: "Connection", account: str, deed: Deed, now: Moment) -> Entry | None:
    """A write to the same record that somebody is at, or that was made since it was read for this one.

    Two at once would each start from what the other changes.

    Raises:
        Damaged: whether one of the last minutes is that cannot be read.
    """
    if deed.record is None:
        return None
    from sqlalchemy import and_, or_  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - not at start

    lately: ColumnElement[bool] = changes.c.outcome == "intended"
    if deed.read is not None:
        lately |= (changes.c.id > deed.read) & changes.c.outcome.in_((*DONE, "in doubt"))
    same = (changes.c.noun == deed.noun) & (changes.c.record == deed.record) & lately
    doomed = (changes.c.verb == "delete") & (changes.c.outcome == "intended")
    above = (and_(changes.c.noun == noun, changes.c.record == id, doomed) for noun, id in deed.under)
    query = raw().where(changes.c.account == account, or_(same, *above))
    found = _readable(connection, query, now)
    return next((entry for entry in found if entry.outcome != "intended" or entry.under_way()), None)


def changed_with(connection: "Connection", account: str, deed: Deed, now: Moment) -> Entry | None:
    """A change of what hangs on a record that is to be deleted, which is under way or came after that was read.

    Raises:
        Damaged: whether one of the last minutes is that cannot be read.
    """
    if deed.hangs is None:
        return None
    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - not at start

    nouns = changes.c.noun.in_([noun for noun, _ in deed.hangs.by])
    since = (changes.c.tick > deed.hangs.since) & changes.c.outcome.in_((*DONE, "in doubt"))
    query = raw().where(changes.c.account == account, nouns, since | (changes.c.outcome == "intended"))
    found = (entry for entry in _readable(connection, query, now) if deed.hangs.on(deed.record, entry))
    return next((entry for entry in found if entry.outcome != "intended" or entry.under_way()), None)


def _readable(
    connection: "Connection", query: "Select[Any]", now: Moment, *, passing: Sequence[str] = ()
) -> Iterator[Entry]:
    """Entries one after the other, but damaged ones that are over by now or whose outcome may be passed over.

    Raises:
        Damaged: one of the last minutes cannot be read.
    """
    for row in connection.execute(query).mappings():
        try:
            yield Entry.of(row, now)
        except Damaged:
            if not _over(row, now) and row["outcome"] not in passing:
                raise


def of_record(
    connection: "Connection", about: Mapping[str, object], now: Moment, *, lag: float
) -> tuple[int, list[Entry]]:
    """The id of a record's last change that is closed, and the open ones and those of the last `lag` seconds.

    Oldest first.

    Raises:
        Damaged: one that may be open cannot be read.
    """
    from sqlalchemy import and_, func, or_, select  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    same = and_(*(changes.c[name] == value for name, value in about.items()))
    last: object = connection.execute(
        select(func.max(changes.c.id)).where(same, changes.c.outcome != "intended")
    ).scalar()
    open_ones = changes.c.outcome.not_in(CLOSED)  # what has none that is known may be one of them
    query = raw().where(same, or_(open_ones, _lately(now, lag))).order_by(changes.c.id)
    return last if isinstance(last, int) else 0, list(_readable(connection, query, now, passing=CLOSED))


def image(connection: "Connection", account: str, deed: Deed, now: Moment) -> Mapping[str, Any] | None:
    """All that was before; of a create, with the highest id made lately, which a late list may not show yet."""
    kept = deed.image
    if deed.verb != "create" or kept is None:
        return kept
    from sqlalchemy import func, select  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    made = (changes.c.noun == deed.noun) & (changes.c.verb == "create") & changes.c.outcome.in_(DONE)
    query = select(func.max(changes.c.record)).where(changes.c.account == account, made, _lately(now, deed.lag))
    highest: object = connection.execute(query).scalar()
    return {**kept, "above": max(kept.get("above") or 0, highest if isinstance(highest, int) else 0)}


def _lately(now: Moment, seconds: float) -> "ColumnElement[bool]":
    """Of entries that last changed so long ago at most; on another clock, as the wall clocks have it."""
    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - not at start

    here = (changes.c.clock == now.clock) & (changes.c.stamp >= now.seconds - seconds)
    return here | (changes.c.clock.is_distinct_from(now.clock) & (changes.c.settled_at >= now.wall - seconds))


def twin(connection: "Connection", digest: str, now: Moment) -> Entry | None:
    """The entry of an equal create of the last minutes; what was said before them is forgotten.

    Raises:
        Damaged: whether it is one cannot be read.
    """
    from sqlalchemy import delete  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes, said  # noqa: PLC0415 - same

    query = raw().join(said, said.c.change == changes.c.id).where(said.c.digest == digest)
    row = connection.execute(query).mappings().first()
    if row is not None and (entry := Entry.of(row, now)).age < SAME_FOR:
        return entry
    connection.execute(delete(said).where(said.c.digest == digest))
    return None


def successor(connection: "Connection", account: str, noun: str, record: int) -> int | None:
    """What a deleted record was made again as; one that was deleted and made again since is followed further."""
    from sqlalchemy import select  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    deletes = changes.alias()
    again = (
        select(changes.c.record)
        .join(deletes, changes.c.undoes == deletes.c.id)
        .where(changes.c.account == account, changes.c.noun == noun, changes.c.verb == "create")
        .where(changes.c.outcome == "applied", deletes.c.verb == "delete", deletes.c.noun == noun)
        .order_by(changes.c.id.desc())
    )
    found, last = set[int](), record
    for _ in range(LONGEST_LINE):
        id: object = connection.execute(again.where(deletes.c.record == last).limit(1)).scalar()
        if not isinstance(id, int) or id in found:
            break
        found.add(id)
        last = id
    return last if found else None
