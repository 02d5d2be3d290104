"""The hooks of a rule: what generic code asks every rule of a resource, and each says nothing unless it has to.

All of them are pure. A hook that needs more than the record names what is to be read; generic code reads it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from harvest_mcp.spec.cases import Case, Draft, Lock, Lookup, Stake
from harvest_mcp.spec.clauses import Attachment
from harvest_mcp.spec.records import Record, Value


class Rule:
    """The base of all rules: data of one kind of record together with its code, and every hook with its default."""

    # What tools take.

    @property
    def takes(self) -> tuple[tuple[str, str], ...]:
        """Yes-or-no arguments of create and update, each with what a model reads of it."""
        return ()

    @property
    def narrows(self) -> str:
        """An argument of the list that takes names of columns."""
        return ""

    def narrowed(self, row: Record, columns: Collection[str]) -> bool:
        """Return whether a row is among those that these columns, given as that argument, leave."""
        return True

    @property
    def unemptied(self) -> tuple[str, ...]:
        """Columns that no update empties."""
        return ()

    # Before a write.

    def wants_today(self, values: Mapping[str, Value], record: Record | None) -> bool:
        """Return whether it takes today's date to complete these values."""
        return False

    def completed(
        self, values: Mapping[str, Value], asked: frozenset[str], record: Record | None, today: date | None
    ) -> Mapping[str, Value]:
        """Return the values to write of a new record, or of this one; `asked` are the arguments of `takes` given true.

        Raises:
            ValueError: they cannot be written; in words, behind which nothing was sent.
        """
        return values

    def check(self, draft: Draft) -> Iterator[str]:
        """Yield what is wrong with a write, as the end of a refusal."""
        yield from ()

    def lock(self, draft: Draft) -> Lock | None:
        """Return the columns that the write would change and a lock forbids to."""
        return None

    def closed(self, record: Record) -> tuple[str, str | None, str] | None:
        """Return the column, its word and the one it needs, where a record is not written or deleted any more."""
        return None

    def kept(self, record: Record) -> str:
        """Return the column that keeps a record from being deleted."""
        return ""

    def also_sends(self, values: Mapping[str, object]) -> Mapping[str, str]:
        """Return what an update with these values sends besides."""
        return {}

    @property
    def one_figure(self) -> tuple[str, ...]:
        """Columns of one figure: a write of one changes the others."""
        return ()

    def chosen(self, values: Mapping[str, Value]) -> Mapping[str, Value]:
        """Return what is sent of columns as they were read."""
        return values

    # When a person is asked, and what a question says.

    @property
    def always_asks(self) -> str:
        """The effect of every create, which a person is asked about first."""
        return ""

    def asks(self, verb: Literal["create", "update"], column: str = "") -> str:
        """Return the effect that such a write may have and a person is asked about; of one column, if it is named."""
        return ""

    def stake(self, draft: Draft, touched: Collection[str]) -> Stake | None:
        """Return what this write has at stake, by the columns that it fills or changes."""
        return None

    @property
    def tells(self) -> tuple[str, ...]:
        """Columns of a new record that its stake names."""
        return ()

    def warn(self, case: Case) -> Iterator[str]:
        """Yield sentences of a question."""
        yield from ()

    def warn_last(self, case: Case) -> Iterator[str]:
        """Yield sentences of a question that come behind what else is said of the record."""
        yield from ()

    @property
    def stands(self) -> tuple[str, ...]:
        """Columns shown before and after a write."""
        return ()

    @property
    def whose(self) -> tuple[str, str]:
        """The reference to whose it is, and the column of that one's name; each may be empty."""
        return "", ""

    @property
    def moves_owner(self) -> bool:
        """Whether a new record, or one less, changes what its owner shows."""
        return False

    def of_owner(self, values: Mapping[str, Value], owner: Record) -> Iterator[str]:
        """Yield what a new record with these values means for its owner."""
        yield from ()

    def looks_up(self, record: Record, touched: Collection[str] | None = None) -> Lookup | None:
        """Return what is to be read elsewhere of a record; where columns are `touched`, only if they matter."""
        return None

    def found(self, rows: Sequence[Record], record: Record) -> list[str]:
        """Return what those rows tell of the record, in sentences."""
        return []

    @property
    def unread(self) -> str:
        """What is said where they cannot be read."""
        return ""

    @property
    def not_restored(self) -> str:
        """What is said before a delete of a record of which they told something."""
        return ""

    # What is told after a read or a write.

    def made(self, title: str) -> Iterator[str]:
        """Yield what is to be said of a new record."""
        yield from ()

    def remarks(self, values: Mapping[str, Value], record: Record, call: str) -> Iterator[str]:
        """Yield what is to be said of a record as it was stored; `call` is its update, with `{}` for an argument."""
        yield from ()

    def leaves_alone(self, values: Mapping[str, Value]) -> Iterator[str]:
        """Yield what an update with these values does not change elsewhere, though people may think so."""
        yield from ()

    def tied(self, values: Mapping[str, Value]) -> tuple[str, int] | None:
        """Return the kind and id of another record that these values name in two columns."""
        return None

    def measured(self, record: Record, column: str, other: Record) -> str:
        """Return what the `other` record, to which it refers in `column`, says of a figure of it; empty for nothing."""
        return ""

    def minds_owner(self, values: Mapping[str, Value]) -> bool:
        """Return whether these values, once written, count by what the record's owner holds."""
        return False

    def owner_remarks(self, owner: Record, word: str, call: str) -> Iterator[str]:
        """Yield how its owner, called `word`, makes such values count or not; `call` is as in `remarks`."""
        yield from ()

    @property
    def counts_by(self) -> str:
        """The word of the owner's under which a figure of the rows counts."""
        return ""

    def footnote(self, rows: Sequence[Record], owner: Record | None, word: str, lists: Mapping[str, str]) -> str:
        """Return what a list of rows under one owner, such a `word`, says behind its count; `lists` are those that
        count."""
        return ""

    def totals(self, rows: Sequence[Record]) -> Iterator[tuple[str, Mapping[str, Decimal]]]:
        """Yield columns of money and what all rows have in them, by currency."""
        yield from ()

    def explained(self, kind: str) -> str:
        """Return what a kind of refusal may mean besides its words, and what to do."""
        return ""

    @property
    def hidden_by(self) -> str:
        """What may be switched off in an account, and then hides all of this."""
        return ""

    @property
    def attachment(self) -> Attachment | None:
        """The file that a record may have."""
        return None

    # Deletes and undo.

    @property
    def archived(self) -> str:
        """The column that a delete sets instead, where a record has history."""
        return ""

    def instead(self, title: str) -> str:
        """Return why a delete archived a record."""
        return ""

    @property
    def retired(self) -> str:
        """The column by which an update archives a record."""
        return ""

    @property
    def leaves(self) -> str:
        """What a create leaves behind that no undo takes back: `the mail`."""
        return ""

    def goes(self, values: Mapping[str, object]) -> Iterator[str]:
        """Yield what goes with a deleted record that read so, and stays away when it is made again."""
        yield from ()

    def remade(self) -> Iterator[str]:
        """Yield what is to be said of a record made again."""
        yield from ()

    def final(self, verb: str, before: Mapping[str, object], word: str) -> tuple[str, str] | None:
        """Return why a write cannot be undone, and what to do instead."""
        return None

    # Which records are one.

    def resembles(self, values: Mapping[str, Value], other: Record, on: date) -> bool:
        """Return whether a record with these values, made on that day, may be this one of a list again."""
        return False

    def repeats(self, values: Mapping[str, Value], other: Record) -> bool:
        """Return whether it is, now that this one was read whole."""
        return False
