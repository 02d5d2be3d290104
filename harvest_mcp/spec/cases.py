"""The values passed to rules: the draft of a write, the question to a person, and what a rule returns about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from harvest_mcp.spec.records import Record, Value

Asks = Literal["create", "change", "delete", "act", "replace"]
"""What a person is asked to confirm. `change` is an update; `replace` overwrites an attached file."""
EMPTY = (None, "")


@dataclass(frozen=True, slots=True)
class Draft:
    """The values of a create, or of an update of `record`. `one` names it for people: `an invoice`."""

    one: str
    values: Mapping[str, Value]
    record: Record | None = None

    def after(self, names: Sequence[str]) -> list[object]:
        """Return these columns as they will be after the write."""
        return [self.values.get(name, getattr(self.record, name, None)) for name in names]


@dataclass(frozen=True, slots=True)
class Stake:
    """An effect that a person confirms before the write, and the part of it that no undo restores."""

    effect: str
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Lock:
    """The columns that a write would change although the record is locked, and the vendor's reason for the lock."""

    columns: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """A read that a rule asks for: report rows of this noun with these filters, or the record itself if `rows` is
    empty."""

    rows: str
    where: Mapping[str, Value]


class Case(Protocol):
    """A confirmation question as rules see it: about an existing record, or about the values of a new one.

    `undoes`: the write is an undo. `others` are the records in the same list as a new one, each with its quoted name;
    `done` is the past tense of its create (`sent`); `restorable`: once deleted it can be created again.
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
        """Return the value of a column; None if there is no such column or no record."""
