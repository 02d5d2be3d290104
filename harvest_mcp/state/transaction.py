"""A transaction on the state store: SQL with `:names`, the same for both databases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

NONE: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction. `execute` runs a statement and returns the driver's cursor; `remote` is True for PostgreSQL."""

    driver: Any
    run: Callable[[str, Mapping[str, object]], Any]
    remote: bool

    def execute(self, statement: str, values: Mapping[str, object] = NONE) -> Any:
        """Run a statement; its cursor has `fetchone`, `fetchall` and `rowcount`."""
        return self.run(statement, values)

    def rows(self, statement: str, values: Mapping[str, object] = NONE) -> list[dict[str, Any]]:
        """Return all rows of a query as mappings."""
        found = self.run(statement, values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def row(self, statement: str, values: Mapping[str, object] = NONE) -> dict[str, Any] | None:
        """Return the first row of a query."""
        return next(iter(self.rows(statement, values)), None)

    def value(self, statement: str, values: Mapping[str, object] = NONE) -> Any:
        """Return the first value of a query; None without a row."""
        row = self.run(statement, values).fetchone()
        return row[0] if row else None
