"""The wire of Harvest v1's week lists (harvest-v1 20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from harvest_mcp.spec import Filter, Value
from harvest_mcp.wire import asked_for
from harvest_mcp.wire.rails_wires import Rails


@dataclass(frozen=True, slots=True, kw_only=True)
class Week(Rails):
    """A list that only ever covers one week: that of the day in filter `by`, or the present one.

    `column` is the record's date. Such a list is never taken for all records.
    """

    by: str
    column: str

    @property
    def complete(self) -> bool:
        return False

    @property
    def weekly(self) -> str:
        return self.by

    def around(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {self.by: values.get(self.column)}

    @property
    def lists(self) -> str:
        return ", of one week only"

    def span(self, days: tuple[date, date] | None) -> str:
        """Return which week a list covers, so that it is not taken for all records."""
        return (
            f" of the week {days[0]} to {days[1]} only" if days else " of one week only, which the answer does not name"
        )

    def part(self, where: Mapping[str, Value]) -> str:
        return "" if where.get(self.by) is not None else "only the present week is listed"

    def check(self, where: Sequence[tuple[Filter, Value]], days: tuple[date, date] | None) -> None:
        """Check the week the list says it covers (harvest-v1 20)."""
        for given, value in where:
            if given.name == self.by and isinstance(value, date):
                asked_for.week(value, days)
