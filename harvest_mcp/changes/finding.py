"""What is looked for in the journal: entries, the same said lately, who is at a record, what became of one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from harvest_mcp.changes.entries import ABANDONED, DONE, OPEN, Deed, Entry, Found, Wanted
from harvest_mcp.errors import Damaged
from harvest_mcp.state.clock import HIGHEST, Moment
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
    given: dict[str, object] = {"of": account, "noun": deed.noun, "record": deed.record}
    given["read"] = HIGHEST if deed.read is None else deed.read
    for number, (noun, id) in enumerate(deed.under):
        given |= {f"noun{number}": noun, f"record{number}": id}
    found = _readable(connection.execute(_at_work(len(deed.under)), given).mappings(), now)
    return next((entry for entry in found if entry.outcome != "intended" or entry.under_way()), None)


@cache
def _at_work(under: int) -> "Select[Any]":
    """The query of that, for a record that hangs on so many; to put it together takes longer than to run it."""
    from sqlalchemy import bindparam, or_  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    def about(number: str) -> "ColumnElement[bool]":
        return (changes.c.noun == bindparam(f"noun{number}")) & (changes.c.record == bindparam(f"record{number}"))

    intended = changes.c.outcome == "intended"
    since = (changes.c.id > bindparam("read")) & changes.c.outcome.in_((*DONE, "in doubt"))
    above = (about(str(number)) & (changes.c.verb == "delete") & intended for number in range(under))
    return raw().where(changes.c.account == bindparam("of"), or_(about("") & (intended | since), *above))


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
    read = _readable(connection.execute(query).mappings(), now)
    found = (entry for entry in read if deed.hangs.on(deed.record, entry))
    return next((entry for entry in found if entry.outcome != "intended" or entry.under_way()), None)


def _readable(rows: Iterable[Row], now: Moment, *, passing: Sequence[str] = ()) -> Iterator[Entry]:
    """Entries one after the other, but damaged ones that are over by now or whose outcome may be passed over.

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
    connection: "Connection", about: Mapping[str, object], now: Moment, *, lag: float
) -> tuple[int, list[Entry]]:
    """The id of a record's last change that is closed; that one, the open ones and those of the last `lag` seconds.

    Oldest first.

    Raises:
        Damaged: one that may be open cannot be read.
    """
    ago = {"here": now.clock, "since": now.seconds - lag, "wall": now.wall - lag}
    given = {"of": about["account"], "noun": about["noun"], "record": about["record"], **ago}
    rows = connection.execute(_of_one(), given).mappings().all()
    closed = (row["id"] for row in rows if row["outcome"] != "intended")
    return max(closed, default=0), list(_readable(rows, now, passing=CLOSED))


def image(connection: "Connection", account: str, deed: Deed, now: Moment) -> Mapping[str, Any] | None:
    """All that was before; of a create, with the highest id made lately, which a late list may not show yet."""
    kept = deed.image
    if deed.verb != "create" or kept is None:
        return kept
    from sqlalchemy import func, select  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    made = (changes.c.noun == deed.noun) & (changes.c.verb == "create") & changes.c.outcome.in_(DONE)
    lately = _lately(now.clock, now.seconds - deed.lag, now.wall - deed.lag)
    query = select(func.max(changes.c.record)).where(changes.c.account == account, made, lately)
    highest: object = connection.execute(query).scalar()
    return {**kept, "above": max(kept.get("above") or 0, highest if isinstance(highest, int) else 0)}


@cache
def _of_one() -> "Select[Any]":
    """The query of a record's changes; to put it together takes longer than to run it."""
    from sqlalchemy import and_, bindparam, func, or_, select  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    of = {"account": "of", "noun": "noun", "record": "record"}
    same = and_(*(changes.c[column] == bindparam(name) for column, name in of.items()))
    last = select(func.max(changes.c.id)).where(same, changes.c.outcome != "intended").scalar_subquery()
    open_ones = changes.c.outcome.not_in(CLOSED)  # what has none that is known may be one of them
    lately = _lately(bindparam("here"), bindparam("since"), bindparam("wall"))
    return raw().where(same, or_(changes.c.id == last, open_ones, lately)).order_by(changes.c.id)


def _lately(clock: Any, since: Any, wall: Any) -> "ColumnElement[bool]":
    """Of entries that last changed since then; on another clock, as the wall clocks have it."""
    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - not at start

    here: ColumnElement[bool] = (changes.c.clock == clock) & (changes.c.stamp >= since)
    there: ColumnElement[bool] = changes.c.clock.is_distinct_from(clock) & (changes.c.settled_at >= wall)
    return here | there


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
