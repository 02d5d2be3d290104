"""Rules about what records show, what depends on them, and what a delete or undo leaves behind."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from harvest_mcp.spec.cases import Case, Draft, Lookup, Stake
from harvest_mcp.spec.clauses import Attachment
from harvest_mcp.spec.records import Record, Value
from harvest_mcp.spec.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands(Rule):
    """The status columns and the owner shown in a question before a write.

    `of` is a reference; `named` the column with its name, if the vendor sends that.
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
    """A create or delete changes figures of the owner, which are shown before and after.

    `most` is `(column, owner's column)`: the first should not exceed the second. `when` says what a create means if the
    owner has a value in a column: `(column, value, sentence)`.
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
    """A figure in `column` that counts only while the owner has one of these `words` in its column `by`."""

    column: str
    by: str
    words: tuple[str, ...]

    def minds_owner(self, values: Mapping[str, Value]) -> bool:
        return values.get(self.column) is not None

    def owner_remarks(self, owner: Record, word: str, call: str) -> Iterator[str]:
        if (now := getattr(owner, self.by)) not in (None, *self.words):
            way = call.format(f'{self.by}="{self.words[0]}"')
            yield f"Its {word} has {self.by} {now}: this {self.column} counts only with {way}."

    @property
    def counts_by(self) -> Mapping[str, str]:
        return dict.fromkeys(self.words, self.column)

    def footnote(self, rows: Sequence[Record], owner: Record | None, word: str, lists: Mapping[str, str]) -> str:
        now = getattr(owner, self.by, None)
        if now is None:
            return f"; {self.column} counts only while {self.by} of the {word} is {' or '.join(self.words)}"
        if now in self.words:
            return f"; {self.by} of the {word} is {now}: each {self.column} counts"
        instead = f", those of {lists[now]} do" if now in lists else ""
        return f"; {self.by} of the {word} is {now}: no {self.column} here counts{instead}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledBy(Rule):
    """What report rows tell about a record that its own address does not; only users who see everything may read them.

    The row has the record's id and is found through filter `by` with the value of `column`, on the date in `day`.
    `told` are boolean columns of the row, each with the sentence for true; `words` sums them up. A delete loses that,
    and a change of a column in `minds` has to say it. `person` is the filter for a person's id; `timer` the column with
    a timer's start, `counted` the one with the hours including it. `itself`: the record has all of this, so nothing
    else is read.
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
        its = [row for row in rows if row.id == record.id]
        says = [says for row in its for column, says in self.told if getattr(row, column)]
        return [*says, self.unread] if any(row.unread.keys() & dict(self.told).keys() for row in its) else says

    @property
    def unread(self) -> str:
        return f"Whether it is {self.words} could not be read."

    @property
    def not_restored(self) -> str:
        return f"Made again, it is not {self.words}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Archives(Rule):
    """A delete that only sets `column` on a record with history, without the answer saying so."""

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
    """The vendor refuses to delete a record that `has` something; the column `since` may tell when that began."""

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
    """What a delete releases and creating it again does not tie back: `hours on it count as unbilled`."""

    words: str

    def warn(self, case: Case) -> Iterator[str]:
        if case.asks == "delete":
            yield from self.remade()

    def remade(self) -> Iterator[str]:
        yield f"Any {self.words}."


@dataclass(frozen=True, slots=True)
class TellsLast(Rule):
    """The creation time: before another is created, a person is told of the latest one."""

    column: str

    def warn_last(self, case: Case) -> Iterator[str]:
        dated = [(at, name) for name, each in case.others if isinstance(at := getattr(each, self.column), datetime)]
        if dated:
            at, name = max(dated, key=lambda each: each[0])
            yield f"The last was {case.done} on {at:%Y-%m-%d}: {name}."


@dataclass(frozen=True, slots=True)
class Adds(Rule):
    """What the vendor adds to a new record by itself."""

    words: str

    def made(self, title: str) -> Iterator[str]:
        yield f"{title} puts on it by itself: {self.words}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums(Rule):
    """Money columns that are totalled over a whole list, and the column with their currency."""

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
    """A file attached to a record, such as a receipt: a delete destroys it."""

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
