"""What generic code may ask a wire about a resource, beyond the verbs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from harvest_mcp.spec.clauses import Acting
from harvest_mcp.spec.records import Value


@dataclass(frozen=True, slots=True)
class Need:
    """An argument that locates a call: a `noun` by id or name, which becomes `part` of the Scope."""

    part: Literal["parent", "person"]
    argument: str
    noun: str
    required: bool = False


class Spelling(Protocol):
    """What generic code may ask a wire; the defaults are the usual."""

    @property
    def paged(self) -> bool:
        """Whether its list comes page by page."""
        return False

    @property
    def uncounted(self) -> bool:
        """Whether the number of pages is unknown."""
        return False

    @property
    def complete(self) -> bool:
        """Whether the list holds every record of its scope; otherwise an empty list proves nothing."""
        return True

    @property
    def weekly(self) -> str:
        """The filter that selects the week of a list, by any day in it; empty if the list is not weekly."""
        return ""

    @property
    def acting(self) -> Acting | None:
        """On whose behalf an administrator may call, if at all."""
        return None

    @property
    def day(self) -> str:
        """The column of the date that is part of the path."""
        return ""

    @property
    def merges(self) -> bool:
        """Whether an update of a child list sends only the changed children, each with its id."""
        return False

    @property
    def assigns(self) -> str:
        """For an assignment: the column of the record that is assigned to the owner."""
        return ""

    @property
    def names_only(self) -> bool:
        """Whether a create sends nothing but that record's id."""
        return False

    @property
    def making(self) -> tuple[str, ...]:
        """Columns of that record with which a create can make a new one along."""
        return ()

    @property
    def begins(self) -> tuple[tuple[str, str], ...]:
        """Columns copied from that record into a new assignment, as `(column, column there)`; sent explicitly."""
        return ()

    @property
    def made(self) -> str:
        """The noun of the record that a create can make along."""
        return ""

    def around(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return the filter of the partial list (such as one week) on which such values would be."""
        return {}

    @property
    def lists(self) -> str:
        """The end of the title `List expenses of a week as CSV`, if the list is only part of all records."""
        return ""

    def span(self, days: tuple[date, date] | None) -> str:
        """Return the days a list covers, to follow its count."""
        return ""

    def part(self, where: Mapping[str, Value]) -> str:
        """Return in words which part of all records these filters select; empty for all."""
        return ""
