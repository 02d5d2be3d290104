"""What holds of a resource because of how it is spelled on the wire, whatever the verb."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from harvest_mcp.spec.clauses import Acting
from harvest_mcp.spec.records import Value


@dataclass(frozen=True, slots=True)
class Need:
    """An argument that says where a call is made: a `noun` by id or name, which becomes that part of a `Scope`."""

    part: Literal["parent", "person"]
    argument: str
    noun: str
    required: bool = False


class Spelling(Protocol):
    """What callers may know of how a resource is spelled; what a strategy does not say is the usual."""

    @property
    def paged(self) -> bool:
        """Whether its list comes page by page."""
        return False

    @property
    def uncounted(self) -> bool:
        """Whether its pages do not say how many there are."""
        return False

    @property
    def complete(self) -> bool:
        """Whether a list holds all there are at its place; otherwise an empty one proves nothing."""
        return True

    @property
    def weekly(self) -> str:
        """The filter that names the week a list is of, by one of its days; empty for any other list."""
        return ""

    @property
    def acting(self) -> Acting | None:
        """For whom else an administrator may make the calls."""
        return None

    @property
    def day(self) -> str:
        """The column of the day that a call is made on, where its address says it."""
        return ""

    @property
    def merges(self) -> bool:
        """Whether an update of a list within a record says only what changes of it, each child by its id."""
        return False

    @property
    def assigns(self) -> str:
        """The column that holds the record which this one puts on its owner."""
        return ""

    @property
    def names_only(self) -> bool:
        """Whether a create only names that record; otherwise it says all else too."""
        return False

    @property
    def making(self) -> tuple[str, ...]:
        """The columns of that record with which a create can make it too."""
        return ()

    @property
    def begins(self) -> tuple[tuple[str, str], ...]:
        """Columns that a new one has from that record, each with its column there, which are sent to be sure."""
        return ()

    @property
    def made(self) -> str:
        """The noun of what a create makes along."""
        return ""

    def around(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return the filter of the list that one with these values is on, where that is only a part."""
        return {}

    @property
    def lists(self) -> str:
        """What its list is of, behind `List contacts as CSV`, where that is only a part."""
        return ""

    def span(self, days: tuple[date, date] | None) -> str:
        """Return the same behind a count, of a list that says it is of these days."""
        return ""

    def part(self, where: Mapping[str, Value]) -> str:
        """Return which part of all there are a list with these filters is of, in words; empty for all."""
        return ""
