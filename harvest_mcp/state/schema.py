"""The tables of the state store; whoever changes one adds the step that leads there to `steps.py`."""

from sqlalchemy import JSON, BigInteger, Column, Float, Index, Integer, MetaData, String, Table, Text

BIG = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in an INTEGER column."""

tables = MetaData()

meta = Table("meta", tables, Column("name", String(40), primary_key=True), Column("value", Integer, nullable=False))

changes = Table(
    "changes",
    tables,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("settled_at", Float),
    Column("principal", Text, nullable=False),
    Column("system", String(20), nullable=False),
    Column("account", Text, nullable=False),
    Column("tool", String(40), nullable=False),
    Column("verb", String(20), nullable=False),
    Column("noun", String(40), nullable=False),
    Column("record", BIG),
    Column("before", JSON),
    Column("sent", JSON, nullable=False),
    Column("after", JSON),
    Column("outcome", String(10), nullable=False),
    Column("undoes", BIG),
    Column("holder", Text, nullable=False),
    Column("tick", BIG),
    Column("clock", Text),
    Column("stamp", Float),
    Column("part_of", BIG),
    Column("step", Integer),
    Index("changes_by_batch", "part_of"),
    Index("changes_by_record", "account", "noun", "record"),
    Index("changes_by_time", "at"),
    sqlite_autoincrement=True,
)
"""`tick` is when it was settled, by the store's own count; `stamp` when it last changed, in seconds on `clock`.

`at` and `settled_at` are for people, and order nothing: they may come from several machines (`state/clock.py`).
"""

batches = Table(
    "batches",
    tables,
    Column("id", BIG, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("principal", Text, nullable=False),
    Column("system", String(20), nullable=False),
    Column("account", Text, nullable=False),
    Column("tool", String(40), nullable=False),
    Column("plan", String(64), nullable=False),
    Column("stage", String(10), nullable=False),
    Column("says", Text, nullable=False),
    Column("steps", JSON, nullable=False),
)
"""Many changes that were planned, agreed to and are undone as one; each is a row of `changes` with its `part_of`."""

said = Table(
    "said",
    tables,
    Column("digest", String(64), primary_key=True),
    Column("at", Float, nullable=False),
    Column("change", BIG, nullable=False),
)
"""Creates of the last minutes by what they say; the primary key lets exactly one of two at the same instant win."""

consents = Table(
    "consents",
    tables,
    Column("code", String(64), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("answer", String(10), nullable=False),
    Column("binding", String(64), nullable=False),
    Column("system", String(20), nullable=False),
    Column("account", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("tool", String(40), nullable=False),
    Column("noun", String(40), nullable=False),
    Column("record", BIG, nullable=False),
    Column("asked", Float, nullable=False),
    Column("expires", Float, nullable=False),
    Column("shown", JSON, nullable=False),
)
"""Questions that wait for a yes, with what a person is shown; a consent is used up by deleting its row."""

gates = Table(
    "gates",
    tables,
    Column("account", Text, primary_key=True),
    Column("closed_at", Float, nullable=False),
    Column("closed_until", Float, nullable=False),
    Column("strikes", Integer, nullable=False),
    Column("probe_until", Float, nullable=False),
)
"""Who is held back and until when, in seconds on the clock all callers share (`gateway/shared.py`)."""

vault = Table(
    "vault",
    tables,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("system", String(20), primary_key=True),
    Column("account", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("expires", Float),
    Column("connected_by", Text, nullable=False),
    Column("connected_at", Float, nullable=False),
    Column("standing", String(10), nullable=False),
)
"""What people connected: one account of each system, its credentials sealed for exactly this row (`vault/ring.py`)."""

tickets = Table(
    "tickets",
    tables,
    Column("digest", String(64), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("expires", Float, nullable=False),
    Column("held", JSON, nullable=False),
)
"""Links, and sign-ins of browsers, by digests of what people hold; one that counts once is used up by deleting it."""
