"""What an account has switched on, and what its project managers may do beyond their projects (harvest-v1 7, 10)."""

from collections.abc import Mapping
from dataclasses import dataclass

RIGHTS: Mapping[str, str] = {"can_create_invoices": "invoices"}
"""The rights of managers that open a module to them, by their names in AC-1."""


@dataclass(frozen=True, slots=True)
class Switches:
    """`off` are modules the account has not: what belongs to one answers 404. `grants` are rights of its managers."""

    off: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()

    @property
    def opened(self) -> frozenset[str]:
        """The modules a manager gets by these rights."""
        return frozenset(RIGHTS[right] for right in self.grants)


DEFAULT = Switches()
