"""Finding records by what they lack: the list argument `empty`."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from harvest_mcp.spec.records import Part, Record
from harvest_mcp.spec.rule import Rule

NOTHING = (None, "", ())


@dataclass(frozen=True, slots=True)
class Among:
    """Children of one kind in the list `column` of a record, by the word people have for them: a contact's e-mails.

    `like` is a pattern of their values; those whose type ends in one of `but` are another kind.
    """

    word: str
    column: str
    like: str = ""
    but: tuple[str, ...] = ()

    def lacks(self, row: Record) -> bool:
        """Return whether a record has none of them."""
        return not any(self._fits(each) for each in getattr(row, self.column) or ())

    def _fits(self, child: object) -> bool:
        if not self.like or (isinstance(child, Part) and child.unread):
            return True
        kind, value = str(getattr(child, "type_id", "")), str(getattr(child, "value", "") or "")
        return not kind.endswith(self.but) and re.search(self.like, value) is not None


@dataclass(frozen=True, slots=True)
class Gaps(Rule):
    """A list argument that leaves the records in which all the given columns are empty; `within` are more words."""

    within: tuple[Among, ...] = ()
    argument: str = "empty"

    @property
    def narrows(self) -> str:
        return self.argument

    @property
    def narrows_by(self) -> tuple[str, ...]:
        return tuple(each.word for each in self.within)

    def narrows_within(self, columns: Collection[str]) -> Iterator[str]:
        yield from dict.fromkeys(each.column for each in self.within if {each.word, each.column} & {*columns})

    def narrowed(self, row: Record, columns: Collection[str]) -> bool:
        inner = {each.word: each for each in self.within}
        told = (inner[name].column if name in inner else name for name in columns)
        return row.unread.keys().isdisjoint(told) and all(
            inner[name].lacks(row) if name in inner else getattr(row, name) in NOTHING for name in columns
        )
