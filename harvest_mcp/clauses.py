"""Clauses of a resource: how it is narrowed, acted on, deleted and told apart. Data only."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Verb = Literal["list", "get", "create", "update", "delete"]
Scalar = str | int | bool | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A way to narrow a list. Exactly one of the three says who narrows it.

    `query`: the vendor, by this name in the query string. `path`: the vendor, under a path of its own.
    `column`: this server, by comparing the column.
    """

    name: str
    type: type
    says: str
    query: str | None = None
    path: str | None = None
    column: str | None = None
    ref: str | None = None
    words: tuple[str, ...] = ()
    """All that a text may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An endpoint off the five verbs that flips one boolean column of a record, or only ever brings it `to` a value.

    A value may be a word of a text, such as a state; it is then only left `of` some others. `does` is what a person is
    asked leave for, where it `sets_off` what nothing takes back. `carries` is a kind of record, and its column, that a
    text sent along makes.
    """

    verb: str
    method: Literal["POST", "PUT"]
    path: str
    flips: str
    says: str
    yes: str = ""
    no: str = ""
    to: bool | str | None = None
    of: tuple[str, ...] = ()
    tool: str = ""
    does: str = ""
    sets_off: str = ""
    carries: tuple[str, str] | None = None

    def word(self, value: object) -> str:
        """What people call a value of the column."""
        return value if isinstance(value, str) else self.yes if value else self.no


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """Records that hang on another: they go with it when it is deleted, keep it from being deleted, or nobody knows."""

    noun: str
    by: str
    fate: Literal["goes", "blocks", "unknown"]
    words: str
    where: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """When two records look like one: within the same owner, all columns of any one group are equal.

    `sure`: the vendor keeps no second one, so nobody can insist.
    """

    any_of: tuple[tuple[str, ...], ...]
    within: str | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Columns of its owner that creating or deleting one changes: they are told before and after.

    `most` is a column of it that is not expected to exceed a column of its owner.
    """

    columns: tuple[str, ...]
    most: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archives:
    """A delete that keeps what has history: it then sets `column` instead, and need not say so."""

    column: str
    has: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigns:
    """A create that only names another record: its body is that one, called `root`, with the id that `column` holds.

    `along` is the address below the list that makes the other record too, from these columns of it.
    """

    column: str
    root: str
    along: str = ""
    columns: tuple[str, ...] = ()
