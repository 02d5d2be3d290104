"""The settings of an account: time zone, modules, and rights of project managers (harvest-v1 7, 10, 18)."""

from collections.abc import Mapping
from dataclasses import dataclass

TIMEZONE = "Eastern Time (US & Canada)"
RIGHTS: Mapping[str, str] = {"can_create_invoices": "invoices"}
"""The rights that give managers a module, by their names in AC-1."""


@dataclass(frozen=True, slots=True)
class Switches:
    """`off` are switched-off modules, whose calls answer 404; `grants` are the rights of the managers.

    `timezone` is the zone of its people; with `by_clock` time is tracked by start and end.
    """

    off: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    timezone: str = TIMEZONE
    by_clock: bool = False

    @property
    def opened(self) -> frozenset[str]:
        """The modules that these rights give managers."""
        return frozenset(RIGHTS[right] for right in self.grants)


DEFAULT = Switches()
