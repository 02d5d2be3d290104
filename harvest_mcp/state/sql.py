"""Every statement on the journal, the consents and the store's counts; imported with the first use of the store.

Each is put together once: to do that takes SQLAlchemy longer than to run it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import DatabaseError, IntegrityError

from harvest_mcp.state.rows import CLOSED, DONE, FITS, IMAGES, OPEN, OUTCOMES
from harvest_mcp.state.schema import batches, changes, consents, meta, said

__all__ = ["DatabaseError", "IntegrityError"]

DATABASE_TIME = text("SELECT extract(epoch FROM clock_timestamp())")
COUNT = select(meta.c.value).where(meta.c.name == "tick")
COUNT_LOCKED = COUNT.with_for_update()
COUNT_UP = update(meta).where(meta.c.name == "tick").values(value=bindparam("count"))
FIRST_COUNT = insert(meta)

HIGHEST_ID = select(
    select(func.max(changes.c.id)).where(changes.c.id < bindparam("most")).scalar_subquery(),
    select(func.max(batches.c.id)).where(batches.c.id < bindparam("most")).scalar_subquery(),
)
"""Of the changes, and of what several of them are parts of: one row of numbers for both."""
ENTRY = select(*(changes.c[name] for name in FITS), *(cast(changes.c[name], Text).label(name) for name in IMAGES))
"""All that an entry is made of, with JSON as the text it is stored as."""
NEW_ENTRY = insert(changes)
SETTLE = (
    update(changes)
    .where(changes.c.id == bindparam("entry"))
    .returning(changes.c.account, changes.c.noun, changes.c.record, changes.c.verb, changes.c.undoes)
)
SETTLE_ANEW = insert(changes).returning(
    changes.c.account, changes.c.noun, changes.c.record, changes.c.verb, changes.c.undoes
)
"""For a change whose row was lost with the file while it was under way."""
MARK_UNDONE = update(changes).where(changes.c.id == bindparam("entry")).values(outcome="undone")
SEND_AGAIN = update(changes).where(changes.c.id == bindparam("entry")).values(before=bindparam("image"))
OUTCOME = select(changes.c.outcome).where(changes.c.id == bindparam("entry")).with_for_update()


def among(column: ColumnElement[Any], values: Sequence[object]) -> ColumnElement[bool]:
    """Return whether a column has one of a few values, without a list that is put together at each run."""
    return or_(*(column == value for value in values))


CLAIM = select(changes.c.id).where(changes.c.undoes == bindparam("undoes"), among(changes.c.outcome, OPEN))
"""An undo of the same change whose outcome is open."""

_SAID = said.c.digest.concat("") == bindparam("digest")
"""By the table, which is small: a damaged index would leave one out unseen, and it would be sent again."""
SAID = ENTRY.join(said, said.c.change == changes.c.id).where(_SAID)
SAY = insert(said)
UNSAY = delete(said).where(_SAID)
UNSAY_CHANGE = delete(said).where(said.c.change == bindparam("entry"))
UNSAY_RECORD = delete(said).where(
    said.c.change.in_(
        select(changes.c.id).where(
            changes.c.account == bindparam("of"),
            changes.c.noun == bindparam("noun"),
            changes.c.record == bindparam("record"),
        )
    )
)


def _lately() -> ColumnElement[bool]:
    """Select entries that last changed since then; those stamped by another clock as the wall clocks have it."""
    here = (changes.c.clock == bindparam("here")) & (changes.c.stamp >= bindparam("since"))
    there = changes.c.clock.is_distinct_from(bindparam("here")) & (changes.c.settled_at >= bindparam("wall"))
    return or_(here, there)


_SAME = and_(
    changes.c.account == bindparam("of"), changes.c.noun == bindparam("noun"), changes.c.record == bindparam("record")
)
_LAST_CLOSED = select(func.max(changes.c.id)).where(_SAME, changes.c.outcome != "intended").scalar_subquery()
_OPEN = and_(*(changes.c.outcome != outcome for outcome in CLOSED))
"""An outcome that is not known may be open."""
OF_RECORD = ENTRY.where(_SAME, or_(changes.c.id == _LAST_CLOSED, _OPEN, _lately())).order_by(changes.c.id)
"""The last closed change of a record, its open ones, and those of the last while."""

HIGHEST_MADE = select(func.max(changes.c.record)).where(
    changes.c.account == bindparam("of"),
    changes.c.noun == bindparam("noun"),
    changes.c.verb == "create",
    among(changes.c.outcome, DONE),
    _lately(),
)
"""The highest id that a create of the last while made."""

SHOWN_LATELY = select(changes.c.at, changes.c.settled_at, changes.c.outcome).where(
    changes.c.account == bindparam("of"), among(changes.c.outcome, DONE), _lately()
)
"""How long the writes of the last while took until a read showed them."""

_AT_WORK: dict[tuple[int, bool], Select[Any]] = {}


def at_work(under: int, *, record: bool) -> Select[Any]:
    """Select writes to one record, and deletes of the `under` records it hangs on, that are under way or newer."""
    key = (under, record)
    if key not in _AT_WORK:
        intended = changes.c.outcome == "intended"
        since = (changes.c.id > bindparam("read")) & among(changes.c.outcome, (*DONE, "in doubt"))
        which = [_of("") & (intended | since)] if record else []
        which += [_of(str(number)) & (changes.c.verb == "delete") & intended for number in range(under)]
        _AT_WORK[key] = ENTRY.where(changes.c.account == bindparam("of"), or_(*which))
    return _AT_WORK[key]


def _of(number: str) -> ColumnElement[bool]:
    return (changes.c.noun == bindparam(f"noun{number}")) & (changes.c.record == bindparam(f"record{number}"))


HANGING = ENTRY.where(
    changes.c.account == bindparam("of"),
    changes.c.noun.in_(bindparam("nouns", expanding=True)),
    or_(
        changes.c.outcome == "intended",
        (changes.c.tick > bindparam("since")) & among(changes.c.outcome, (*DONE, "in doubt")),
    ),
)
"""Changes of some kinds of records that are under way, or were settled since a count of the store."""

_deletes = changes.alias()
SUCCESSOR = (
    select(changes.c.record)
    .join(_deletes, changes.c.undoes == _deletes.c.id)
    .where(changes.c.account == bindparam("of"), changes.c.noun == bindparam("noun"), changes.c.verb == "create")
    .where(changes.c.outcome == "applied", _deletes.c.verb == "delete", _deletes.c.noun == bindparam("noun"))
    .where(_deletes.c.record == bindparam("record"))
    .order_by(changes.c.id.desc())
    .limit(1)
)
"""What a deleted record was made again as."""


def entries(
    account: str,
    given: dict[str, object],
    outcomes: Sequence[str],
    since: float | None,
    *,
    narrow: bool,
    alone: bool = False,
) -> Select[Any]:
    """Select the entries of an account, newest first: `given` column by column, of these outcomes, since then.

    With `alone` those that are no part of a greater change. Unless it is `narrow`, the query walks the table itself:
    a damaged index would leave entries out unseen.
    """
    query = ENTRY.where(changes.c.account == account if narrow else changes.c.account.concat("") == account)
    for name, value in given.items():
        query = query.where(changes.c[name] == value)
    if outcomes:  # an outcome that is not known may be one of them
        query = query.where(or_(changes.c.outcome.in_(outcomes), changes.c.outcome.not_in(OUTCOMES)))
    if since is not None:
        query = query.where(changes.c.at + 0 >= since)
    if alone:
        query = query.where(changes.c.part_of.is_(None))
    return query.order_by(changes.c.id.desc())


def with_id(query: Select[Any], id: int) -> Select[Any]:
    """Narrow a query of entries to one id."""
    return query.where(changes.c.id == id)


MADE_BY = select(changes.c.system).where(changes.c.id == bindparam("entry"))
"""Of which system a change is, whatever the account."""
THERE = select(changes.c.id).where(changes.c.id == bindparam("entry"))
ALL_ENTRIES = ENTRY.order_by(changes.c.id)

# Batches.
BATCH = select(*(column for column in batches.c if column.name != "steps"), cast(batches.c.steps, Text).label("steps"))
_BATCHES_OF = and_(batches.c.account == bindparam("of_account"), batches.c.system == bindparam("of_system"))
NEW_BATCH = insert(batches)
BATCH_BY_ID = BATCH.where(_BATCHES_OF, batches.c.id == bindparam("of_id"))
BATCH_BY_PLAN = (
    BATCH.where(_BATCHES_OF, batches.c.plan == bindparam("of_plan"), batches.c.tool == bindparam("of_tool"))
    .where(batches.c.principal == bindparam("of_principal"))
    .order_by(batches.c.id.desc())
    .limit(1)
)
BATCHES = BATCH.where(_BATCHES_OF, batches.c.stage != "planned").order_by(batches.c.id.desc()).limit(bindparam("most"))
STAGE = update(batches).where(batches.c.id == bindparam("of_id"), batches.c.stage == bindparam("from_stage"))
PARTS = (
    select(changes.c.part_of, changes.c.outcome, func.count())
    .where(changes.c.part_of.in_(bindparam("ids", expanding=True)))
    .group_by(changes.c.part_of, changes.c.outcome)
)
"""How many parts of each came to what."""
UNUSED_PLANS = delete(batches).where(batches.c.stage == "planned", batches.c.at < bindparam("before"))

# Consents.
_MINE = and_(
    consents.c.system == bindparam("of_system"),
    consents.c.account == bindparam("of_account"),
    consents.c.principal == bindparam("of_principal"),
)
_CODE = and_(consents.c.code == bindparam("of_code"), consents.c.kind == bindparam("of_kind"), _MINE)
_WAITS = (consents.c.kind == "approval") & (consents.c.answer == "open")

FORGET_OLD = delete(consents).where(consents.c.expires < bindparam("before"))
SURPLUS = select(consents.c.code).where(_MINE).order_by(consents.c.asked.desc(), consents.c.code).offset(
    bindparam("most")
)  # fmt: skip
FORGET = delete(consents).where(consents.c.code == bindparam("of_code"))
ASK = insert(consents)
CONSENT = select(consents).where(_CODE)
USE_UP = delete(consents).where(_CODE)
DECIDE = update(consents).where(_WAITS, consents.c.code == bindparam("of_code"), consents.c.expires >= bindparam("now"))
WAITING = select(consents).where(_WAITS, consents.c.expires >= bindparam("now")).order_by(consents.c.asked)
APPROVAL = select(consents).where(consents.c.code == bindparam("of_code"), consents.c.kind == "approval")
