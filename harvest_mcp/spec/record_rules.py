"""Rules of records: what they show, what hangs on them, and what a delete and an undo leave of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from harvest_mcp.spec.cases import EMPTY, Case, Draft, Lookup, Stake
from harvest_mcp.spec.clauses import Attachment
from harvest_mcp.spec.records import Record, Value
from harvest_mcp.spec.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands(Rule):
    """What a person is told of a record before it is written to: the columns it stands at, and whose it is.

    `of` is a reference, and `named` the column that holds its name where the vendor tells it along.
    """

    columns: tuple[str, ...]
    of: str = ""
    named: str = ""

    @property
    def stands(self) -> tuple[str, ...]:
        return self.columns

    @property
    def whose(self) -> tuple[str, str]:
        return self.of, self.named


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesOwner(Rule):
    """Creating or deleting a record changes what its owner stands at, which is told before and after.

    `most` is a column of it that is not expected to exceed a column of its owner. `when` says what a create means for
    an owner whose column holds a word: `(column, word, sentence)`.
    """

    most: tuple[str, str] | None = None
    when: tuple[tuple[str, str, str], ...] = ()

    @property
    def moves_owner(self) -> bool:
        return True

    def of_owner(self, values: Mapping[str, Value], owner: Record) -> Iterator[str]:
        yield from (says for column, word, says in self.when if getattr(owner, column) == word)
        if self.most is None:
            return
        column, limit = self.most
        value, most = values.get(column), getattr(owner, limit)
        if isinstance(value, Decimal) and isinstance(most, Decimal) and value > most:
            yield f"That is {value - most:f} more than its {limit}, {most:f}."


@dataclass(frozen=True, slots=True)
class TiedTo(Rule):
    """The column with the kind of another record, in words, and the one with its id: `invoice`, 7."""

    kind: str
    column: str

    def tied(self, values: Mapping[str, Value]) -> tuple[str, int] | None:
        noun, id = values.get(self.kind), values.get(self.column)
        return (noun, id) if isinstance(noun, str) and noun and isinstance(id, int) and id else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsWhile(Rule):
    """A figure in `column` that counts only while the record's owner has this `word` in its column `by`."""

    column: str
    by: str
    word: str

    def minds_owner(self, values: Mapping[str, Value]) -> bool:
        return values.get(self.column) is not None

    def owner_remarks(self, owner: Record, word: str, call: str) -> Iterator[str]:
        if (now := getattr(owner, self.by)) not in (None, self.word):
            way = call.format(f'{self.by}="{self.word}"')
            yield f"Its {word} has {self.by} {now}: this {self.column} counts only with {way}."

    @property
    def counts_by(self) -> str:
        return self.word

    def footnote(self, rows: Sequence[Record], owner: Record | None, word: str, lists: Mapping[str, str]) -> str:
        now = getattr(owner, self.by, None)
        if now is None:
            return f"; {self.column} counts only while {self.by} of the {word} is {self.word}"
        if now == self.word:
            return f"; {self.by} of the {word} is {now}: each {self.column} counts"
        instead = f", those of {lists[now]} do" if now in lists else ""
        return f"; {self.by} of the {word} is {now}: no {self.column} here counts{instead}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledBy(Rule):
    """What rows of a report tell of a record that its own address does not; only who is kept from nothing sees them.

    Its row has its id, and is found `by` the filter that takes what is in its `column`, on the day in `day`. `told`
    are columns of the row, and what it means that they are true; `words` say so in short. That goes with the record,
    and is to be known when one of the columns in `minds` changes. `person` is the filter that takes a person's id;
    `timer` the column of when a timer was started, and `counted` that of the hours with it. `itself`: the record has
    all of that too, so that nothing is looked up.
    """

    rows: str
    by: str
    column: str
    day: str
    told: tuple[tuple[str, str], ...]
    words: str
    minds: tuple[str, ...]
    person: str
    timer: str
    counted: str
    itself: bool = False

    def looks_up(self, record: Record, touched: Collection[str] | None = None) -> Lookup | None:
        if touched is not None and not set(self.minds).intersection(touched):
            return None
        if self.itself:
            return Lookup("", {})
        under, on = getattr(record, self.column), getattr(record, self.day)
        if under is None or on is None:  # bodies of old accounts have names alone
            return None
        return Lookup(self.rows, {self.by: under, "since": on, "until": on})

    def found(self, rows: Sequence[Record], record: Record) -> list[str]:
        its = (row for row in rows if row.id == record.id)
        return [says for row in its for column, says in self.told if getattr(row, column)]

    @property
    def unread(self) -> str:
        return f"Whether it is {self.words} could not be read."

    @property
    def not_restored(self) -> str:
        return f"Made again, it is not {self.words}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Archives(Rule):
    """A delete that keeps what has history: it then sets `column` instead, and need not say so."""

    column: str
    has: str

    @property
    def archived(self) -> str:
        return self.column

    def instead(self, title: str) -> str:
        return f"{title} keeps what has {self.has}."

    def warn(self, case: Case) -> Iterator[str]:
        if case.asks == "delete":
            yield f"If it has {self.has}, {case.title} archives it instead."


@dataclass(frozen=True, slots=True)
class Retires(Rule):
    """The column by which an update archives a record."""

    column: str

    @property
    def retired(self) -> str:
        return self.column


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptByHistory(Rule):
    """What keeps the vendor from deleting a record: that it `has` something, which a column may tell `since` when."""

    has: str
    since: str = ""

    def warn(self, case: Case) -> Iterator[str]:
        if case.asks != "delete":
            return
        if since := case.column(self.since):
            yield f"It has {self.has} since {since}, so {case.title} will probably refuse."
        else:
            yield f"If it has {self.has}, {case.title} will probably refuse."


@dataclass(frozen=True, slots=True)
class Frees(Rule):
    """What a delete frees, and making it again does not bind: `hours on it count as unbilled`."""

    words: str

    def warn(self, case: Case) -> Iterator[str]:
        if case.asks == "delete":
            yield from self.remade()

    def remade(self) -> Iterator[str]:
        yield f"Any {self.words}."


@dataclass(frozen=True, slots=True)
class TellsLast(Rule):
    """The column that says when a record was made: whoever makes another is told of the last that has a name."""

    column: str

    def warn_last(self, case: Case) -> Iterator[str]:
        dated = [(at, name) for name, each in case.others if isinstance(at := getattr(each, self.column), datetime)]
        if dated:
            at, name = max(dated, key=lambda each: each[0])
            yield f"The last was {case.done} on {at:%Y-%m-%d}: {name}."


@dataclass(frozen=True, slots=True)
class Adds(Rule):
    """What the vendor puts on a new record by itself."""

    words: str

    def made(self, title: str) -> Iterator[str]:
        yield f"{title} puts on it by itself: {self.words}."


@dataclass(frozen=True, slots=True)
class Gaps(Rule):
    """A list that can be narrowed to the records in which some columns are empty."""

    argument: str = "empty"

    @property
    def narrows(self) -> str:
        return self.argument

    def narrowed(self, row: Record, columns: Collection[str]) -> bool:
        return all(getattr(row, name) in EMPTY and name not in row.unread for name in columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums(Rule):
    """Columns of money that a whole list is added up by, and the column of their currency."""

    columns: tuple[str, ...]
    currency: str

    def totals(self, rows: Sequence[Record]) -> Iterator[tuple[str, Mapping[str, Decimal]]]:
        for name in self.columns:
            money: dict[str, Decimal] = {}
            for row in rows:
                if getattr(row, name) is not None:
                    code = str(getattr(row, self.currency) or "").rpartition(" - ")[2] or "of no currency"
                    money[code] = money.get(code, Decimal(0)) + getattr(row, name)
            yield name, money


@dataclass(frozen=True, slots=True)
class HasFile(Rule):
    """A file beside a record, such as its receipt: a delete takes it along, and no undo takes one off."""

    file: Attachment

    @property
    def attachment(self) -> Attachment:
        return self.file

    def warn(self, case: Case) -> Iterator[str]:
        if case.asks == "replace":
            yield f"The {self.file.noun} it has is destroyed, and nothing brings it back."
        if case.asks == "delete" and case.column(self.file.has):
            yield f"Its {self.file.noun} goes with it, and nothing brings that back."

    def goes(self, values: Mapping[str, object]) -> Iterator[str]:
        if values.get(self.file.has):
            yield f"its {self.file.noun}"

    def stake(self, draft: Draft, touched: Collection[str]) -> Stake | None:
        has, noun = self.file.has, self.file.noun
        return Stake(f"deletes the {noun}", f"the {noun}") if has in touched and not draft.values.get(has) else None

    def final(self, verb: str, before: Mapping[str, object], word: str) -> tuple[str, str] | None:
        had = before.get(self.file.has)
        if verb != "attach" or (self.file.off and not had):
            return None
        noun = self.file.noun
        why = "" if self.file.off else f"The vendor offers no way to take a {noun} off again."
        gone = f"The {noun} it had before is gone." if had else ""
        way = f"Put another in its place with attach_{noun}, or delete the {word}."
        return " ".join(filter(None, (why, gone))), way
