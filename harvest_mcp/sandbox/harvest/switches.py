"""How an account is set: its time, its modules, and what its project managers may do (harvest-v1 7, 10, 18)."""

from collections.abc import Mapping
from dataclasses import dataclass

TIMEZONE = "Eastern Time (US & Canada)"
RIGHTS: Mapping[str, str] = {"can_create_invoices": "invoices"}
"""The rights of managers that open a module to them, by their names in AC-1."""


@dataclass(frozen=True, slots=True)
class Switches:
    """`off` are modules the account has not: what belongs to one answers 404. `grants` are rights of its managers.

    `timezone` is its people's, and `by_clock` says that time is tracked by when it began and ended.
    """

    off: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    timezone: str = TIMEZONE
    by_clock: bool = False

    @property
    def opened(self) -> frozenset[str]:
        """The modules a manager gets by these rights."""
        return frozenset(RIGHTS[right] for right in self.grants)


DEFAULT = Switches()
