"""The hooks of a rule: what generic code asks of every rule of a resource.

All hooks are pure. One that needs more than the record names what to read, and generic code reads it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from harvest_mcp.spec.cases import Case, Draft, Lock, Lookup, Stake
from harvest_mcp.spec.clauses import Attachment
from harvest_mcp.spec.records import Record, Value


class Rule:
    """The base of all rules: every hook with a default that says nothing."""

    # What tools take.

    @property
    def takes(self) -> tuple[tuple[str, str], ...]:
        """Boolean arguments of create and update, each with its description for models."""
        return ()

    @property
    def narrows(self) -> str:
        """The name of a list argument that takes column names."""
        return ""

    @property
    def narrows_by(self) -> tuple[str, ...]:
        """The words that the argument `narrows` takes besides columns."""
        return ()

    def narrows_within(self, columns: Collection[str]) -> Iterator[str]:
        """Yield the child lists that decide, given these words: a list of the vendor may leave them out."""
        yield from ()

    def narrowed(self, row: Record, columns: Collection[str]) -> bool:
        """Return whether a row passes, given these words in the argument `narrows`."""
        return True

    @property
    def unemptied(self) -> tuple[str, ...]:
        """Columns that an update may not empty."""
        return ()

    # Before a write.

    def wants_today(self, values: Mapping[str, Value], record: Record | None) -> bool:
        """Return whether `completed` needs today's date for these values."""
        return False

    def completed(
        self, values: Mapping[str, Value], asked: frozenset[str], record: Record | None, today: date | None
    ) -> Mapping[str, Value]:
        """Return the values to write, completed; `asked` are the arguments of `takes` given as true.

        Raises:
            ValueError: they cannot be written; its message says why, and nothing was sent.
        """
        return values

    def check(self, draft: Draft) -> Iterator[str]:
        """Yield each objection to a write, phrased to follow the tool's name."""
        yield from ()

    def lock(self, draft: Draft) -> Lock | None:
        """Return the columns of this write that a lock on the record forbids to change."""
        return None

    def closed(self, record: Record) -> tuple[str, str | None, str] | None:
        """Return `(column, its value, the value needed)` if the record may not be written or deleted any more."""
        return None

    def kept(self, record: Record) -> str:
        """Return the column because of which a record cannot be deleted; empty if it can."""
        return ""

    def also_sends(self, values: Mapping[str, object]) -> Mapping[str, str]:
        """Return extra elements to send with an update of these values."""
        return {}

    @property
    def one_figure(self) -> tuple[str, ...]:
        """Columns that express one figure: writing one changes the others."""
        return ()

    def chosen(self, values: Mapping[str, Value]) -> Mapping[str, Value]:
        """Return the values to send when all were taken from a record that was read."""
        return values

    # When a person is asked, and what a question says.

    @property
    def always_asks(self) -> str:
        """The effect of every create, which a person must confirm."""
        return ""

    def asks(self, verb: Literal["create", "update"], column: str = "") -> str:
        """Return the effect that such a write may have and a person must confirm; for one column, if given."""
        return ""

    def stake(self, draft: Draft, touched: Collection[str]) -> Stake | None:
        """Return what is at stake in this write, given the columns that it fills or changes."""
        return None

    @property
    def tells(self) -> tuple[str, ...]:
        """Columns of a new record that its stake mentions."""
        return ()

    def warn(self, case: Case) -> Iterator[str]:
        """Yield sentences for the confirmation question."""
        yield from ()

    def warn_last(self, case: Case) -> Iterator[str]:
        """Yield sentences that come last in the question."""
        yield from ()

    @property
    def stands(self) -> tuple[str, ...]:
        """Status columns shown before and after a write."""
        return ()

    @property
    def whose(self) -> tuple[str, str]:
        """`(reference column, name column)` of the owner shown with it; either may be empty."""
        return "", ""

    @property
    def moves_owner(self) -> bool:
        """Whether a create or delete changes figures of the owner, such as the amount due."""
        return False

    def of_owner(self, values: Mapping[str, Value], owner: Record) -> Iterator[str]:
        """Yield what a new record with these values means for its owner."""
        yield from ()

    def looks_up(self, record: Record, touched: Collection[str] | None = None) -> Lookup | None:
        """Return what else must be read about a record; if `touched` is given, only if these columns matter."""
        return None

    def found(self, rows: Sequence[Record], record: Record) -> list[str]:
        """Return sentences about the record from the rows that `looks_up` asked for."""
        return []

    @property
    def unread(self) -> str:
        """The sentence used if those rows cannot be read."""
        return ""

    @property
    def not_restored(self) -> str:
        """The sentence before a delete if `found` returned anything: what creating it again does not bring back."""
        return ""

    # What is told after a read or a write.

    def made(self, title: str) -> Iterator[str]:
        """Yield sentences about a new record."""
        yield from ()

    def remarks(self, values: Mapping[str, Value], record: Record, call: str) -> Iterator[str]:
        """Yield sentences about the record as stored; `call` is its update call, with `{}` for an argument."""
        yield from ()

    def surprises(self, record: Record, touched: Collection[str]) -> Iterator[str]:
        """Yield what may surprise in a record as stored, given the columns that a write filled or changed."""
        yield from ()

    def leaves_alone(self, values: Mapping[str, Value]) -> Iterator[str]:
        """Yield what an update with these values does not change elsewhere, although people may expect it."""
        yield from ()

    def tied(self, values: Mapping[str, Value]) -> tuple[str, int] | None:
        """Return the kind and id of another record that these values name in two columns."""
        return None

    def measured(self, record: Record, column: str, other: Record) -> str:
        """Return what the `other` record, referred to in `column`, says about a figure; empty if nothing."""
        return ""

    def minds_owner(self, values: Mapping[str, Value]) -> bool:
        """Return whether these values take effect only by a setting of the owner."""
        return False

    def owner_remarks(self, owner: Record, word: str, call: str) -> Iterator[str]:
        """Yield whether they do, by the owner's setting; `word` is the owner's noun, `call` as in `remarks`."""
        yield from ()

    @property
    def counts_by(self) -> Mapping[str, str]:
        """The values of the owner's setting with which a figure of the rows counts, each with the figure's column."""
        return {}

    def footnote(self, rows: Sequence[Record], owner: Record | None, word: str, lists: Mapping[str, str]) -> str:
        """Return what follows the count of a list below one owner; `lists` maps settings to the list that counts
        then."""
        return ""

    def totals(self, rows: Sequence[Record]) -> Iterator[tuple[str, Mapping[str, Decimal]]]:
        """Yield money columns with their totals over all rows, by currency."""
        yield from ()

    def explained(self, kind: str) -> str:
        """Return what an error of this kind may mean besides its message, and what to do."""
        return ""

    @property
    def hidden_by(self) -> str:
        """The module of the account that hides all these records when it is switched off."""
        return ""

    @property
    def attachment(self) -> Attachment | None:
        """The file a record may have."""
        return None

    # Deletes and undo.

    @property
    def archived(self) -> str:
        """The column that a delete sets instead if the record has history."""
        return ""

    def instead(self, title: str) -> str:
        """Return why a delete archived the record instead."""
        return ""

    @property
    def retired(self) -> str:
        """The column by which an update archives a record."""
        return ""

    @property
    def leaves(self) -> str:
        """What a create causes that no undo takes back: `the mail`."""
        return ""

    def goes(self, values: Mapping[str, object]) -> Iterator[str]:
        """Yield what is lost with a deleted record that had these values, even if it is created again."""
        yield from ()

    def remade(self) -> Iterator[str]:
        """Yield sentences about a deleted record that was created again."""
        yield from ()

    def final(self, verb: str, before: Mapping[str, object], word: str) -> tuple[str, str] | None:
        """Return `(why, what to do instead)` if a write cannot be undone."""
        return None

    # Which records are one.

    def resembles(self, values: Mapping[str, Value], other: Record, on: date) -> bool:
        """Return whether a record of a list may be a duplicate of a new one with these values, created on that day."""
        return False

    def repeats(self, values: Mapping[str, Value], other: Record) -> bool:
        """Return whether it is a duplicate, now that it was read in full."""
        return False
