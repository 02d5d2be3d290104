"""Rules about writes: what is checked, what is sent along, and what a person confirms first."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from harvest_mcp.spec.cases import EMPTY, Case, Draft, Lock, Stake
from harvest_mcp.spec.records import Record, Scalar, Value
from harvest_mcp.spec.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class EitherOf(Rule):
    """Two columns for one figure, of which one is sent: the amount, or a count that the vendor prices.

    A count of 1 says nothing when read: it also stands beside a plain amount. What the reference `of` leads to has the
    name of what is counted, and its price, in the columns `priced`.
    """

    amount: str
    count: str
    of: str = ""
    priced: tuple[str, str] = ("", "")

    @property
    def one_figure(self) -> tuple[str, ...]:
        return self.amount, self.count

    @property
    def unemptied(self) -> tuple[str, ...]:
        return self.one_figure

    def check(self, draft: Draft) -> Iterator[str]:
        given = [name for name in self.one_figure if name in draft.values]
        if len(given) == 2 or (draft.record is None and not given):
            yield f"takes either {self.amount} or {self.count}"
        else:
            yield from (f"{name} cannot be empty" for name in given if draft.values[name] in EMPTY)

    def also_sends(self, values: Mapping[str, object]) -> Mapping[str, str]:
        return {self.amount: ""} if values.get(self.count) is not None else {}

    def chosen(self, values: Mapping[str, Value]) -> Mapping[str, Value]:
        if not {self.amount, self.count} <= values.keys():
            return values
        drop = self.count if values[self.count] in (None, 1) else self.amount
        return {name: value for name, value in values.items() if name != drop}

    def measured(self, record: Record, column: str, other: Record) -> str:
        if column != self.of or getattr(record, self.count) in (None, 1):
            return ""
        unit, price = (getattr(other, name) for name in self.priced)
        return f"its {self.count} are {unit} at {price:f}" if unit and price is not None else ""


@dataclass(frozen=True, slots=True)
class OneFilled(Rule):
    """Columns of which at least one must be filled: those that make up the name."""

    columns: tuple[str, ...]

    def check(self, draft: Draft) -> Iterator[str]:
        if draft.record is not None and not any(name in draft.values for name in self.columns):
            return
        if all(value in EMPTY for value in draft.after(self.columns)):
            yield f"{' or '.join(self.columns)} is missing: {draft.one} without a name is hard to find again"


@dataclass(frozen=True, slots=True)
class Together(Rule):
    """Columns that must all be filled or all be empty."""

    columns: tuple[str, ...]

    def check(self, draft: Draft) -> Iterator[str]:
        if not any(name in draft.values for name in self.columns):
            return
        if len({value in EMPTY for value in draft.after(self.columns)}) != 1:
            yield f"{' and '.join(self.columns)} come together or not at all"


@dataclass(frozen=True, slots=True)
class InOrder(Rule):
    """Two days of which the second is not before the first: when something begins and ends."""

    begins: str
    ends: str

    def check(self, draft: Draft) -> Iterator[str]:
        days = (self.begins, self.ends)
        begins, ends = (str(day)[:10] if isinstance(day, date) else "" for day in draft.after(days))
        if not draft.values.keys().isdisjoint(days) and "" < ends < begins:
            yield f"{self.ends} {ends} is before {self.begins} {begins}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedBy(Rule):
    """The boolean column of a lock, the column with its reason, and the columns that it fixes."""

    column: str
    why: str
    fixes: tuple[str, ...]

    def lock(self, draft: Draft) -> Lock | None:
        record = draft.record
        if record is None or not getattr(record, self.column):
            return None
        given = draft.values
        held = tuple(name for name in self.fixes if given.get(name, now := getattr(record, name)) != now)
        return Lock(held, getattr(record, self.why) or "") if held else None

    def warn(self, case: Case) -> Iterator[str]:
        if case.asks == "delete" and case.column(self.column):
            why = str(case.column(self.why) or "it is locked")
            yield f"{why.rstrip('.')}: made again, it is neither locked nor on an invoice."


@dataclass(frozen=True, slots=True)
class OpenWhile(Rule):
    """A record may only be written or deleted while `column` has the value `word`."""

    column: str
    word: str

    def closed(self, record: Record) -> tuple[str, str | None, str] | None:
        now = getattr(record, self.column)
        return None if now == self.word else (self.column, now, self.word)


@dataclass(frozen=True, slots=True)
class KeptWhile(Rule):
    """Boolean columns while any of which is true the record cannot be deleted."""

    columns: tuple[str, ...]

    def kept(self, record: Record) -> str:
        return next((column for column in self.columns if getattr(record, column)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes(Rule):
    """Columns that move money or rights: writing one has an `effect` that a person must confirm.

    Nobody is asked if the record's `state` is one of `free` before and after. A create asks only if `creates` is set.
    `lost` is what no undo restores.
    """

    columns: tuple[str, ...]
    effect: str
    state: str = ""
    free: tuple[Scalar, ...] = ()
    creates: bool = False
    lost: str = ""

    def asks(self, verb: Literal["create", "update"], column: str = "") -> str:
        asked = (self.creates or verb == "update") and (not column or column in self.columns)
        return self.effect if asked else ""

    def stake(self, draft: Draft, touched: Collection[str]) -> Stake | None:
        if not set(self.columns).intersection(touched) or (draft.record is None and not self.creates):
            return None
        if self.state and all(state in self.free for state in self._states(draft)):
            return None
        return Stake(self.effect, self.lost)

    def _states(self, draft: Draft) -> tuple[object, ...]:
        """Return the state before and after the write; one that could not be read is never free."""
        if draft.record is None:
            return (draft.values.get(self.state),)
        now = ... if self.state in draft.record.unread else getattr(draft.record, self.state, None)
        return now, draft.values.get(self.state, now)


@dataclass(frozen=True, slots=True)
class SetsOff(Rule):
    """What every create triggers at once, such as a mail: a person must confirm.

    `{column}` stands for a value. `stays` is what no undo takes back: `the mail`.
    """

    effect: str
    stays: str = ""

    @property
    def always_asks(self) -> str:
        return self.effect.replace("{", "").replace("}", "")

    @property
    def leaves(self) -> str:
        return self.stays

    @property
    def tells(self) -> tuple[str, ...]:
        return tuple(re.findall(r"\{(\w+)\}", self.effect))

    def stake(self, draft: Draft, touched: Collection[str]) -> Stake | None:
        if draft.record is not None:
            return None
        told = self.effect.format_map({name: str(value) for name, value in draft.values.items()})
        return Stake(f"{told}, which nothing takes back" if self.stays else told)

    def warn_last(self, case: Case) -> Iterator[str]:
        if case.asks == "delete" and self.stays and (case.undoes or not case.restorable):
            yield f"This takes back its record, not {self.stays}."


@dataclass(frozen=True, slots=True)
class Module(Rule):
    """The module of the account that, switched off, hides all these records."""

    name: str

    @property
    def hidden_by(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Explains(Rule):
    """What an error of one kind may mean besides its message, and what to do."""

    kind: str
    says: str

    def explained(self, kind: str) -> str:
        return self.says if kind == self.kind else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyWith(Rule):
    """A figure in `column` that counts only while the record has one of these `words` in `by`, most often the first."""

    column: str
    by: str
    words: tuple[str | bool, ...]

    def remarks(self, values: Mapping[str, Value], record: Record, call: str) -> Iterator[str]:
        now = getattr(record, self.by)
        if values.get(self.column) in EMPTY or now in (None, *self.words):
            return
        way = call.format(f"{self.by}={json.dumps(self.words[0])}")
        stands = json.dumps(now) if isinstance(now, bool) else now
        yield f"Its {self.by} is {stands}: {self.column} counts only with {way}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ForNewOnes(Rule):
    """A default that the vendor copies to records created later; existing ones keep their own value."""

    column: str
    says: str

    def leaves_alone(self, values: Mapping[str, Value]) -> Iterator[str]:
        if self.column in values:
            yield self.says


@dataclass(frozen=True, slots=True, kw_only=True)
class MostlyPast(Rule):
    """A `day` that is mostly past, as of work that was done: one that lies ahead of when it was `written` is told."""

    day: str
    written: str

    def surprises(self, record: Record, touched: Collection[str]) -> Iterator[str]:
        day, written = getattr(record, self.day), getattr(record, self.written)
        if self.day not in touched or not isinstance(day, date) or not isinstance(written, datetime):
            return
        if (ahead := (day - written.date()).days) > 1:  # tomorrow may be today where the user is
            yield f"{day:%A %Y-%m-%d} is {ahead} days ahead."
