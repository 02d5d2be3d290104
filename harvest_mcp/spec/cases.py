"""What rules are asked about: a write before it is sent, a question, and what they answer of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from harvest_mcp.spec.records import Record, Value

Asks = Literal["create", "change", "delete", "act", "replace"]
"""What a person may be asked leave for: a `change` is an update, to `replace` is to put another file in its place."""
EMPTY = (None, "")


@dataclass(frozen=True, slots=True)
class Draft:
    """The values a create would write, or an update of `record`; `one` is what people call it: `an invoice`."""

    one: str
    values: Mapping[str, Value]
    record: Record | None = None

    def after(self, names: Sequence[str]) -> list[object]:
        """Return these columns as they would be once it is written."""
        return [self.values.get(name, getattr(self.record, name, None)) for name in names]


@dataclass(frozen=True, slots=True)
class Stake:
    """An effect that a person is asked about first, and what of it no undo puts back."""

    effect: str
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Lock:
    """Columns that a locked record does not change any more, and the vendor's reason."""

    columns: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """Rows of a report, by their noun, that are to be read with these filters; without a noun, the record itself."""

    rows: str
    where: Mapping[str, Value]


class Case(Protocol):
    """A question as rules see it: about a record that is there, or the values of one that is not yet.

    `undoes`: it is asked for an undo. `others` are the records beside a new one, each with its quoted name;
    `done` is the word for a create that was done; `restorable`: a deleted one can be made again.
    """

    @property
    def asks(self) -> Asks: ...
    @property
    def title(self) -> str: ...
    @property
    def undoes(self) -> bool: ...
    @property
    def others(self) -> Sequence[tuple[str, Record]]: ...
    @property
    def done(self) -> str: ...
    @property
    def restorable(self) -> bool: ...
    def column(self, name: str) -> object:
        """Return a column of the record; None where there is no such column, or no record."""
