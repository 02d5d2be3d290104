"""Rules of writes: what is checked before one, what goes along with it, and what a person is asked about first."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from harvest_mcp.spec.cases import EMPTY, Case, Draft, Lock, Stake
from harvest_mcp.spec.records import Record, Scalar, Value
from harvest_mcp.spec.rule import Rule

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class EitherOf(Rule):
    """Two columns of one figure, of which one is sent: the amount, or a count that the vendor prices.

    A count of 1 tells nothing, since it stands beside a plain amount too. What the reference `of` leads to has the
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
    """Columns of which at least one is filled: what people call a record by."""

    columns: tuple[str, ...]

    def check(self, draft: Draft) -> Iterator[str]:
        if draft.record is not None and not any(name in draft.values for name in self.columns):
            return
        if all(value in EMPTY for value in draft.after(self.columns)):
            yield f"{' or '.join(self.columns)} is missing: {draft.one} without a name is hard to find again"


@dataclass(frozen=True, slots=True)
class Together(Rule):
    """Columns of which all are filled, or none."""

    columns: tuple[str, ...]

    def check(self, draft: Draft) -> Iterator[str]:
        if not any(name in draft.values for name in self.columns):
            return
        if len({value in EMPTY for value in draft.after(self.columns)}) != 1:
            yield f"{' and '.join(self.columns)} come together or not at all"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedBy(Rule):
    """The column that says that a record is locked, the one that says why, and the columns that are fixed then."""

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
    """The column, and its word, outside of which a record is not written or deleted any more."""

    column: str
    word: str

    def closed(self, record: Record) -> tuple[str, str | None, str] | None:
        now = getattr(record, self.column)
        return None if now == self.word else (self.column, now, self.word)


@dataclass(frozen=True, slots=True)
class KeptWhile(Rule):
    """Columns that keep a record from being deleted while they are true."""

    columns: tuple[str, ...]

    def kept(self, record: Record) -> str:
        return next((column for column in self.columns if getattr(record, column)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes(Rule):
    """Columns by which money or rights move: a write of one has an `effect` that a person is asked about first.

    Nobody is asked where the record's `state` is one of `free` before and after. A create is only asked about where it
    `creates` something that is at stake. `lost` is what no undo puts back.
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
        """Return what the record stands at before and after; what cannot be read is no free state."""
        if draft.record is None:
            return (draft.values.get(self.state),)
        now = ... if self.state in draft.record.unread else getattr(draft.record, self.state, None)
        return now, draft.values.get(self.state, now)


@dataclass(frozen=True, slots=True)
class SetsOff(Rule):
    """What every create does at once, such as mailing someone: a person is asked first.

    A column in braces stands for its value. `stays` is what no undo takes back: `the mail`.
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
    """What may be switched off in an account, and then hides all of this."""

    name: str

    @property
    def hidden_by(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Explains(Rule):
    """What a kind of refusal may mean besides its words, and what to do."""

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
    """A column that the vendor copies to what is made from now on: what is there keeps its own."""

    column: str
    says: str

    def leaves_alone(self, values: Mapping[str, Value]) -> Iterator[str]:
        if self.column in values:
            yield self.says
