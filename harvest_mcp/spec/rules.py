"""Clauses of a resource: how it is narrowed, acted on, deleted and told apart. Data, and what follows from it alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from harvest_mcp.spec.records import Record, Scalar, Value

V = TypeVar("V")
Verb = Literal["list", "get", "create", "update", "delete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A way to narrow a list. Exactly one of the three says who narrows it.

    `query`: the vendor, by this name in the query string. `path`: the vendor, under a path of its own, which holds
    the `{id}`, or the day of the year and the year of a day: `{day}/{year}`. `column`: this server, which `compares`
    the column. `brief` values are asked for as `20180131`, and as `yes` or `no`.
    """

    name: str
    type: type
    says: str
    query: str | None = None
    path: str | None = None
    column: str | None = None
    ref: str | None = None
    brief: bool = False
    words: tuple[str, ...] = ()
    """All that a text may be."""
    compares: Literal["is", "from", "before", "any"] = "is"
    tells: str = ""
    """The column that says which of the words a row has, where the vendor narrows; a word may cover several."""
    covers: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A list that is only ever given for one week: that of the day which the filter `day` names, or the present one.

    `column` is the day of a record that puts it into its week. Such a list is never taken for all there are, and
    an empty one proves nothing.
    """

    day: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Calls that an administrator may make for another person, whose id then goes along in the query."""

    noun: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """Two columns of one figure, of which one is sent: the amount, or a count that the vendor prices.

    A count of 1 tells nothing, since it stands beside a plain amount too.
    """

    amount: str
    count: str

    def beside(self, values: Mapping[str, object]) -> dict[str, str]:
        """What an update sends empty: the amount that a count takes the place of."""
        return {self.amount: ""} if values.get(self.count) is not None else {}

    def chosen(self, values: Mapping[str, V]) -> dict[str, V]:
        """Of a record's two figures the one it stands by, with whatever else there is."""
        if not {self.amount, self.count} <= values.keys():
            return dict(values)
        drop = self.count if values[self.count] in (None, 1) else self.amount
        return {name: value for name, value in values.items() if name != drop}


@dataclass(frozen=True, slots=True, kw_only=True)
class Locks:
    """The column that says that a record is locked, the one that says why, and the columns that are fixed then."""

    column: str
    why: str
    fixes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A figure in `column` that counts only while the record it lies under has this `word` in its column `by`."""

    column: str
    by: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """Columns by which money or rights move: a write of one `sets_off` what a person is asked about first.

    Nobody is asked where the record's `state` is one of `free` before and after. A create is only asked about where it
    `creates` something that is at stake. `lost` is what no undo puts back.
    """

    columns: tuple[str, ...]
    sets_off: str
    state: str = ""
    free: tuple[Scalar, ...] = ()
    creates: bool = False
    lost: str = ""

    def holds(self, *states: object) -> bool:
        """Whether any of these values of `state` is one that something is at stake in."""
        return not self.state or any(state not in self.free for state in states)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that a record may have, one at most: its own address, and the name of the part it is sent as.

    `has` is the column that says whether there is one, `most` the largest in bytes that is sent, `kinds` the
    endings its name may have.
    """

    noun: str
    path: str
    part: str
    has: str
    most: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A tool for an endpoint off the five verbs: it flips one boolean column of a record, or brings it `to` a value.

    `sets`: the endpoint itself only ever brings the column there; otherwise it flips whatever is. `by_name`: tools of
    their own make the call. `leaves` is what flipping back does not restore; where the column `once` is filled, nothing
    flips it back. A value may be a word of a text, such as a state; it is then only left `of` some others. `does` is
    what a person is asked leave for, where it `sets_off` what nothing takes back. `carries` is a kind of record, and
    its column, that a text sent along makes.
    """

    verb: str
    method: Literal["GET", "POST", "PUT"]
    path: str
    flips: str
    says: str
    yes: str = ""
    no: str = ""
    to: bool | str | None = None
    sets: bool = False
    by_name: bool = False
    leaves: tuple[str, ...] = ()
    once: str = ""
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
    """Records that hang on another: they go with it when it is deleted, keep it from being deleted, or nobody knows.

    `sums` is the column that says what one is worth.
    """

    noun: str
    by: str
    fate: Literal["goes", "blocks", "unknown"]
    words: str
    where: tuple[tuple[str, Scalar], ...] = ()
    sums: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """When two records look like one: within the same owner, all columns of any one group are equal.

    `sure`: the vendor keeps no second one, so nobody can insist. `lately` is the column that says when one was made,
    of what is often the same: only those of the last day count, and where there is no list to look in, none do.
    """

    any_of: tuple[tuple[str, ...], ...]
    within: str | None = None
    sure: bool = False
    lately: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """What a person is told of a record before it is written to: the columns it stands at, and whose it is.

    `of` is a reference, and `named` the column that holds its name where the vendor tells it along.
    """

    columns: tuple[str, ...]
    of: str = ""
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Creating or deleting one changes what its owner stands at, which is told before and after.

    `most` is a column of it that is not expected to exceed a column of its owner. `when` says what a create means for
    an owner whose column holds a word: `(column, word, sentence)`.
    """

    most: tuple[str, str] | None = None
    when: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Archives:
    """A delete that keeps what has history: it then sets `column` instead, and need not say so."""

    column: str
    has: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeps:
    """What keeps the vendor from deleting one: that it `has` something, which a column may tell `since` when."""

    has: str
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigns:
    """A create that only names another record: its body is that one, called `root`, with the id that `column` holds.

    `along` is the address below the list that makes the other record too, from these columns of it.
    """

    column: str
    root: str
    along: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """An address for each verb, `{id}` in it, and bodies of another form than the list's.

    What is sent is called `root`, its names as they are; what comes back holds the record below whatever root, and may
    say in an element called `aside` what became of another record.
    """

    get: str
    create: str
    update: str
    delete: str
    root: str
    update_by: Literal["POST", "PUT"] = "PUT"
    aside: str = ""


class Rule:
    """What one kind of record lives by beside its columns: its data together with its code."""

    @property
    def takes(self) -> tuple[tuple[str, str], ...]:
        """Yes-or-no arguments of its create and update, each with what a model reads of it."""
        return ()

    def wants_today(self, values: Mapping[str, Value], record: Record | None) -> bool:
        """Whether it takes today's date to complete these values."""
        return False

    def completed(
        self, values: Mapping[str, Value], asked: frozenset[str], record: Record | None, today: date | None
    ) -> Mapping[str, Value]:
        """The values to write of a new record, or of this one; `asked` are the arguments of `takes` that are true.

        Raises:
            ValueError: they cannot be written; in words, behind which nothing was sent.
        """
        return values

    def remarks(self, values: Mapping[str, Value], record: Record, call: str) -> Iterator[str]:
        """What is to be said of the record as it was stored; `call` is its update, with `{}` for an argument."""
        yield from ()

    def resembles(self, values: Mapping[str, Value], other: Record, on: date) -> bool:
        """Whether one with these values, made on that day, may be this one of a list again."""
        return False

    def repeats(self, values: Mapping[str, Value], other: Record) -> bool:
        """Whether it is, now that this one was read whole."""
        return False
