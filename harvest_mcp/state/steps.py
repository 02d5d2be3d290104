"""The version of the state store's tables, and the steps from one version to the next."""

from collections.abc import Sequence

STEPS: Sequence[Sequence[str]] = ()
"""`STEPS[n]` are the statements that lead from version n+1 to n+2, in SQL that both databases speak."""

VERSION = 1 + len(STEPS)
