"""The version of the state store's tables, and the steps from one version to the next."""

from collections.abc import Sequence

STEPS: Sequence[Sequence[str]] = (
    (
        "ALTER TABLE changes ADD COLUMN tick BIGINT",
        "ALTER TABLE changes ADD COLUMN clock TEXT",
        "ALTER TABLE changes ADD COLUMN stamp FLOAT",
        "INSERT INTO meta (name, value) VALUES ('tick', 0)",
    ),
)
"""`STEPS[n]` are the statements that lead from version n+1 to n+2, in SQL that both databases speak."""

VERSION = 1 + len(STEPS)
