"""Every statement on the journal, the consents and the store's counts, in SQL that both databases understand.

Values are `:named`; `FOR UPDATE` is left out for SQLite, whose transactions exclude each other.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache

from harvest_mcp.state.rows import CLOSED, COLUMNS, DONE, FITS, IMAGES, OPEN, OUTCOMES


def words(given: Sequence[str]) -> str:
    """Return constants of ours as a list in SQL."""
    return ", ".join(f"'{each}'" for each in given)


def names(columns: Collection[str]) -> tuple[str, str]:
    """Return columns for an insert, and their placeholders."""
    return ", ".join(f'"{each}"' for each in columns), ", ".join(f":{each}" for each in columns)


DATABASE_TIME = "SELECT extract(epoch FROM clock_timestamp())"
COUNT = "SELECT value FROM meta WHERE name = 'tick'"
COUNT_LOCKED = f"{COUNT} FOR UPDATE"
COUNT_UP = "UPDATE meta SET value = :count WHERE name = 'tick'"
FIRST_COUNT = "INSERT INTO meta (name, value) VALUES ('tick', :count)"
VERSION = "SELECT value FROM meta WHERE name = 'version'"

HIGHEST_ID = "SELECT (SELECT max(id) FROM changes WHERE id < :most), (SELECT max(id) FROM batches WHERE id < :most)"
"""One sequence of ids for changes and batches."""
ENTRY = "SELECT {} FROM changes".format(
    ", ".join([*(f"changes.{each}" for each in FITS), *(f'CAST("{each}" AS TEXT) AS "{each}"' for each in IMAGES)])
)
"""All columns of an entry, JSON as text."""
NEW_ENTRY = "INSERT INTO changes ({}) VALUES ({})".format(*names(COLUMNS))
SETTLE = """
UPDATE changes SET outcome = :outcome, record = coalesce(:record, record), "after" = coalesce(:after, "after"),
settled_at = :settled_at, clock = :clock, stamp = :stamp, tick = :tick WHERE id = :entry
RETURNING account, noun, record, verb, undoes
"""
MARK_UNDONE = "UPDATE changes SET outcome = 'undone' WHERE id = :entry"
SEND_AGAIN = 'UPDATE changes SET "before" = :image WHERE id = :entry'
OUTCOME = "SELECT outcome FROM changes WHERE id = :entry FOR UPDATE"
CLAIM = f"SELECT id FROM changes WHERE undoes = :undoes AND outcome IN ({words(OPEN)})"
"""An undo of the same change whose outcome is open."""

_SAID = "digest || '' = :digest"
"""Without an index, as the table is small: a damaged index could hide one, which would then be sent again."""
SAID = f"{ENTRY} JOIN said ON said.change = changes.id WHERE {_SAID}"
SAY = "INSERT INTO said (digest, at, change) VALUES (:digest, :at, :change)"
UNSAY = f"DELETE FROM said WHERE {_SAID}"
UNSAY_CHANGE = "DELETE FROM said WHERE change = :entry"

_SAME = "account = :of AND noun = :noun AND record = :record"
UNSAY_RECORD = f"DELETE FROM said WHERE change IN (SELECT id FROM changes WHERE {_SAME})"
_LATELY = """
((clock = :here AND stamp >= :since) OR ((clock <> :here OR clock IS NULL) AND settled_at >= :wall))
"""
"""Last changed since then; by wall clock for those stamped by another clock."""
_LAST_CLOSED = f"(SELECT max(id) FROM changes WHERE {_SAME} AND outcome <> 'intended')"
_OPEN = f"outcome NOT IN ({words(CLOSED)})"
"""An unknown outcome may be open."""
OF_RECORD = f"{ENTRY} WHERE {_SAME} AND (id = {_LAST_CLOSED} OR {_OPEN} OR {_LATELY}) ORDER BY id"
"""A record's last settled change, its open ones, and recent ones."""

_DONE = f"outcome IN ({words(DONE)})"
HIGHEST_MADE = f"""
SELECT max(record) FROM changes WHERE account = :of AND noun = :noun AND verb = 'create' AND {_DONE} AND {_LATELY}
"""
"""The highest id of a recent create."""
SHOWN_LATELY = f"SELECT at, settled_at, outcome FROM changes WHERE account = :of AND {_DONE} AND {_LATELY}"
"""How long recent writes took until a read showed them."""

_TOOK = f"outcome IN ({words((*DONE, 'in doubt'))})"


@cache
def at_work(under: int, *, record: bool) -> str:
    """Select writes to one record, and deletes of the `under` records it refers to, that are under way or newer.

    By separate queries: for one with `OR`, SQLite goes through all changes of the account.
    """
    one = f"{_SAME} AND (outcome = 'intended' OR (id > :read AND {_TOOK}))"
    hangs = "account = :of AND noun = :noun{0} AND record = :record{0} AND verb = 'delete' AND outcome = 'intended'"
    which = [*([one] if record else []), *(hangs.format(number) for number in range(under))]
    return " UNION ALL ".join(f"{ENTRY} WHERE {each}" for each in which)


@cache
def hanging(kinds: int) -> str:
    """Select changes to some kinds of records that are under way, or were settled since a count of the store."""
    nouns = ", ".join(f":noun{number}" for number in range(kinds))
    settled = f"outcome = 'intended' OR (tick > :since AND {_TOOK})"
    return f"{ENTRY} WHERE account = :of AND noun IN ({nouns}) AND ({settled})"


SUCCESSOR = """
SELECT made.record FROM changes AS made JOIN changes AS deleted ON made.undoes = deleted.id
WHERE made.account = :of AND made.noun = :noun AND made.verb = 'create' AND made.outcome = 'applied'
AND deleted.verb = 'delete' AND deleted.noun = :noun AND deleted.record = :record ORDER BY made.id DESC LIMIT 1
"""
"""The id a deleted record was created again as."""


def entries(given: Mapping[str, object], outcomes: Sequence[str], since: float | None, *, alone: bool = False) -> str:
    """Select an account's entries, newest first: by `given` columns, by outcome, since then.

    `alone` excludes steps of batches.
    """
    which = ["account = :of", *(f"{name} = :{name}" for name in given)]
    if outcomes:  # an unknown outcome may be one of them
        which.append(f"(outcome IN ({words(outcomes)}) OR outcome NOT IN ({words(OUTCOMES)}))")
    if since is not None:
        which.append("at >= :since")
    if alone:
        which.append("part_of IS NULL")
    return f"{ENTRY} WHERE {' AND '.join(which)}"


AUDITED = {
    "by": "(lower(principal) = :by OR substr(lower(principal), 1, :length) = :begins)",
    "first": "at >= :first",
    "before": "at < :before",
    "noun": "noun = :noun",
    "record": "record = :record",
}
"""The condition of each filter on everybody's entries."""


def audited(given: Collection[str], systems: Sequence[str]) -> str:
    """Select the newest entries of everybody, of these systems if any are named."""
    which = [AUDITED[name] for name in given if name in AUDITED]
    which += [f"system IN ({words(systems)})"] if systems else []
    return f"{ENTRY}{' WHERE ' if which else ''}{' AND '.join(which)}{NEWEST}"


PEOPLE = "SELECT DISTINCT principal FROM changes ORDER BY principal"
NEWEST = " ORDER BY id DESC LIMIT :most"
WITH_ID = " AND id = :entry"
MADE_BY = "SELECT system FROM changes WHERE id = :entry"
"""The system of a change, whatever its account."""
THERE = "SELECT id FROM changes WHERE id = :entry"
ALL_ENTRIES = f"{ENTRY} ORDER BY id"

# Pruning.
TOLD = "SELECT count(*), max(at) FROM changes WHERE at BETWEEN 0 AND :last"
FIRST_SINCE = "SELECT min(id) FROM changes WHERE at BETWEEN :before AND :now"
PRUNE = """
DELETE FROM changes WHERE id IN (SELECT id FROM changes WHERE at < :before AND id < :since
AND (clock IS NULL OR clock <> :here OR stamp < :stamp) ORDER BY id LIMIT :most)
"""
PRUNE_BATCHES = """
DELETE FROM batches WHERE at < :before AND id NOT IN (SELECT part_of FROM changes WHERE part_of IS NOT NULL)
"""
STILL_SAID = "SELECT id FROM changes ORDER BY id DESC LIMIT 1 OFFSET :most"
PRUNE_SAID = "DELETE FROM said WHERE change <= :entry"

# Batches.
BATCH_COLUMNS = ("id", "at", "principal", "system", "account", "tool", "plan", "stage", "says")
_BATCH = f"""
SELECT {", ".join(BATCH_COLUMNS)}, CAST(steps AS TEXT) AS steps
FROM batches WHERE account = :account AND system = :system
"""
NEW_BATCH = "INSERT INTO batches ({}) VALUES ({})".format(*names((*BATCH_COLUMNS, "steps")))
BATCH_BY_ID = f"{_BATCH} AND id = :id"
BATCH_BY_PLAN = f"{_BATCH} AND plan = :plan AND tool = :tool AND principal = :principal ORDER BY id DESC LIMIT 1"
BATCHES = f"{_BATCH} AND stage <> 'planned'{NEWEST}"
STAGE = "UPDATE batches SET stage = :after WHERE id = :id AND stage = :before"
PARTS = "SELECT outcome, count(*) FROM changes WHERE part_of = :id GROUP BY outcome ORDER BY outcome"
"""How many steps of a batch have which outcome."""
UNUSED_PLANS = "DELETE FROM batches WHERE stage = 'planned' AND at < :before"

# Consents.
CONSENT_COLUMNS = (
    "code", "kind", "answer", "binding", "system", "account", "principal", "tool", "noun", "record", "asked", "expires"
)  # fmt: skip
_CONSENT = f"SELECT {', '.join(CONSENT_COLUMNS)}, CAST(shown AS TEXT) AS shown FROM consents"
_MINE = "system = :system AND account = :account AND principal = :principal"
_CODE = f"code = :code AND kind = :kind AND {_MINE}"
_WAITS = "kind = 'approval' AND answer = 'open'"
FORGET_OLD = "DELETE FROM consents WHERE expires < :before"
SURPLUS = f"SELECT code FROM consents WHERE {_MINE} ORDER BY asked DESC, code LIMIT 1000000 OFFSET :most"
"""SQLite has no offset without a limit."""
FORGET = "DELETE FROM consents WHERE code = :code"
ASK = "INSERT INTO consents ({}) VALUES ({})".format(*names((*CONSENT_COLUMNS, "shown")))
CONSENT = f"{_CONSENT} WHERE {_CODE}"
USE_UP = f"DELETE FROM consents WHERE {_CODE}"
DECIDE = f"UPDATE consents SET answer = :answer WHERE {_WAITS} AND code = :code AND expires >= :now"
WAITING = f"{_CONSENT} WHERE {_WAITS} AND expires >= :now ORDER BY asked"
APPROVAL = f"{_CONSENT} WHERE code = :code AND kind = 'approval'"
