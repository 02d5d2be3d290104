"""The version of the state store's tables, and the upgrade steps."""

from collections.abc import Sequence

from harvest_mcp.errors import Outdated

STEPS: Sequence[Sequence[str]] = (
    (
        "ALTER TABLE changes ADD COLUMN tick BIGINT",
        "ALTER TABLE changes ADD COLUMN clock TEXT",
        "ALTER TABLE changes ADD COLUMN stamp FLOAT",
        "INSERT INTO meta (name, value) VALUES ('tick', 0)",
    ),
    (
        "ALTER TABLE changes ADD COLUMN part_of BIGINT",
        "ALTER TABLE changes ADD COLUMN step INTEGER",
        "CREATE INDEX changes_by_batch ON changes (part_of)",
        "CREATE TABLE batches (id BIGINT NOT NULL PRIMARY KEY, at FLOAT NOT NULL, principal TEXT NOT NULL,"
        " system VARCHAR(20) NOT NULL, account TEXT NOT NULL, tool VARCHAR(40) NOT NULL, plan VARCHAR(64) NOT NULL,"
        " stage VARCHAR(10) NOT NULL, says TEXT NOT NULL, steps JSON NOT NULL)",
    ),
    ("CREATE INDEX changes_by_account ON changes (account, id)", "DROP INDEX changes_by_time"),
    (
        "CREATE TABLE vault (issuer TEXT NOT NULL, subject TEXT NOT NULL, system VARCHAR(20) NOT NULL,"
        " account TEXT NOT NULL, sealed TEXT NOT NULL, expires FLOAT, connected_by TEXT NOT NULL,"
        " connected_at FLOAT NOT NULL, standing VARCHAR(10) NOT NULL, PRIMARY KEY (issuer, subject, system))",
        "CREATE TABLE tickets (digest VARCHAR(64) NOT NULL PRIMARY KEY, kind VARCHAR(10) NOT NULL,"
        " issuer TEXT NOT NULL, subject TEXT NOT NULL, expires FLOAT NOT NULL, held JSON NOT NULL)",
    ),
)
"""`STEPS[n]` are the statements from version n+1 to n+2, in SQL for both databases."""

VERSION = 1 + len(STEPS)


def still(found: object) -> None:
    """Whether nobody laid the tables out anew, of which version `found` is read in each transaction.

    Raises:
        Outdated: a newer server did, which this one is not made for.
    """
    if isinstance(found, int) and found > VERSION:
        raise Outdated
