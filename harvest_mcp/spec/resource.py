"""A kind of record: where it lives, what it is made of, and what can be done with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar

from harvest_mcp.spec.exchange import Cursor, Exchange, Page
from harvest_mcp.spec.fields import Field, fields
from harvest_mcp.spec.records import Record, Value
from harvest_mcp.spec.rules import (
    Action,
    Archives,
    Attachment,
    Counts,
    Dependent,
    Either,
    Filter,
    Keeps,
    Locks,
    Moves,
    Rule,
    Same,
    Stakes,
    Stands,
    Verb,
)
from harvest_mcp.spec.spelling import Need, Spelling

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)


def _worded(value: object) -> str:
    """A value within a name; a time to the minute, and no zone that nobody said."""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) and value.tzinfo is None else str(value)


def one_of(word: str) -> str:
    """`an invoice`, of `invoice`."""
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What rows of reports tell of a record that its own address does not; only who is kept from nothing sees them.

    Its row has its id, and is found `by` the filter that takes what is in its `column`, on the day in `day`. `tells`
    are columns of the row, and what it means that they are true; `words` say so in short. That goes with the record,
    and is to be known when one of the columns in `minds` changes. `whose` is the filter that takes a person's id;
    `timer` the column of when a timer was started, and `counted` that of the hours with it.
    """

    rows: "Resource[Record]"
    by: str
    column: str
    day: str
    tells: tuple[tuple[str, str], ...]
    words: str
    minds: tuple[str, ...]
    whose: str
    timer: str
    counted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Generic[R_co]):
    """A kind of record with an id and the usual verbs.

    Whatever is not said of it is the usual: docs/vocabulary.md has every attribute.
    """

    noun: str
    """One of them, as tools and the wire call it: `time_entry`."""
    plural: str
    """Several of them: `time_entries`."""
    record: type[R_co]
    """The columns."""
    wire: "Wire"
    """How it is spelled: its addresses, its bodies, and how they are read."""
    toolset: str
    """The group of tools it is offered with."""
    label: tuple[str, ...]
    """The columns that make up its name."""
    says: str
    """What it is, for a model."""
    verbs: tuple[Verb, ...] = ()
    """Which of list, get, create, update and delete the vendor has."""
    filters: tuple[Filter, ...] = ()
    actions: tuple[Action, ...] = ()
    dependents: tuple[Dependent, ...] = ()
    same: Same | None = None
    owner: str = ""
    """The column of the record that it lies under: `under` gives it at its place."""
    handle: str = ""
    """A column of e-mail addresses that name a record in the path as well as its id does."""
    coded: str = ""
    """The column of a short text of one's own that names a record too."""
    archives: Archives | None = None
    retires: str = ""
    """The column by which an update archives one."""
    sets_off: str = ""
    """What a create does at once that nothing takes back, such as mailing someone: a person is asked first."""
    caution: str = ""
    """What whoever writes one must know first; its tools say so."""
    either: Either | None = None
    needs: tuple[str, ...] = ()
    """Columns of which at least one is filled: what people call it by."""
    together: tuple[str, ...] = ()
    """Columns of which all are filled, or none."""
    locks: Locks | None = None
    counts: Counts | None = None
    reported: Reported | None = None
    stakes: tuple[Stakes, ...] = ()
    attachment: Attachment | None = None
    module: str = ""
    """What may be switched off in an account, and then hides all of this."""
    explains: tuple[tuple[str, str], ...] = ()
    """What a kind of refusal may mean besides its words, and what to do."""
    open_while: tuple[str, str] | None = None
    """The column, and its word, outside of which a record is not written or deleted any more."""
    ids_from: str = ""
    """The tool that tells ids, where there is no list of all."""
    numbered: bool = False
    """Its names may be digits, so that digits may be a name or an id."""
    kept_by: tuple[str, ...] = ()
    """Columns that keep a record from being deleted while they are true."""
    keeps: Keeps | None = None
    stands: Stands | None = None
    moves: Moves | None = None
    frees: str = ""
    """What a delete frees, and making it again does not bind: `hours on it count as unbilled`."""
    last: str = ""
    """The column that says when one was made: whoever makes another is told of the last."""
    does: str = "create"
    done: str = "created"
    """What people call a create, and what they call it when it is done: `send`, `sent`."""
    creates: str = ""
    """The name of its create tool, where that is not made of the verb and the noun."""
    rules: tuple[Rule, ...] = ()
    gaps: bool = False
    """Its list can be narrowed to those in which some columns are empty."""
    sums: tuple[tuple[str, ...], str] | None = None
    """Columns of money that a whole list of them is added up by, and the column of their currency."""
    adds: str = ""
    """What the vendor puts on a new one by itself."""
    stays: str = ""
    """What a create leaves behind that no undo takes back: `the mail`."""

    @property
    def restorable(self) -> bool:
        """Whether what is deleted can be made again of what was read: not if a create needs what is never read."""
        return not any(item.required and item.sent_only for item in self.writable())

    @property
    def one(self) -> str:
        """`an invoice`."""
        return one_of(self.word)

    @property
    def word(self) -> str:
        """What people call one: `time entry`."""
        return self.noun.replace("_", " ")

    @property
    def words(self) -> str:
        """What people call several."""
        return self.plural.replace("_", " ")

    @property
    def key(self) -> str:
        """The argument that names one record by its id."""
        return f"{self.noun}_id"

    @property
    def owned_by(self) -> Field | None:
        """The column that holds whose it is, where the path says that."""
        return fields(self.record)[self.owner] if self.owner else None

    @property
    def place(self) -> tuple[Need, ...]:
        """What says where a call is made: the record it lies under, and for whom."""
        above, acting = self.owned_by, self.wire.acting
        parent = [Need("parent", above.argument, str(above.ref), required=True)] if above else []
        return (*parent, *([Need("person", acting.noun, acting.noun)] if acting else []))

    def under(self, values: Mapping[str, object]) -> "Scope[R_co]":
        """This resource at the place that these values tell: below its owner, on its day, for its person."""
        acting, day = self.wire.acting, values.get(self.wire.day)
        parent, person = values.get(self.owner), values.get(acting.query) if acting else None
        return Scope(
            self,
            parent=int(str(parent)) if parent else None,
            person=int(str(person)) if person else None,
            day=date.fromisoformat(str(day)) if day else None,
        )

    def summary(self) -> tuple[str, ...]:
        return tuple(name for name, item in fields(self.record).items() if item.summary)

    def writable(self) -> Iterator[Field]:
        return (item for item in fields(self.record).values() if not item.server_set)

    def creatable(self) -> Iterator[Field]:
        """What a create carries."""
        return (item for item in self.writable() if item.required or not self.wire.assigns)

    def changeable(self) -> Iterator[Field]:
        """What an update may carry."""
        return (item for item in self.writable() if not item.fixed)

    def action(self, flips: str, wanted: bool) -> Action | None:
        """What brings a column to a value, if anything does."""
        able = (action for action in self.actions if action.flips == flips and action.to in (None, wanted))
        return next(able, None)

    def around(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """The filter that lists the records one with these values could be mistaken for: its owner's, or all."""
        if near := self.wire.around(values):
            return near
        owner = self.same.within if self.same else None
        for each in self.filters:
            if owner and each.ref and owner == f"{each.ref}_id" and values.get(owner) is not None:
                return {each.name: values[owner]}
        return {}

    def name_of(self, record: Record) -> str:
        """What people call it: `Jane Doe`, or empty when its names are."""
        words = [(fields(self.record)[column].ref, getattr(record, column)) for column in self.label]
        named = [f"{ref} {word}" if ref else _worded(word) for ref, word in words if word not in (None, "")]
        return " ".join(named or self._drafted(record))

    def _drafted(self, record: Record) -> list[str]:
        """What one that is not there yet is called by: what must be sent, and is never read."""
        must = (item.name for item in self.writable() if item.required and item.sent_only)
        return [str(word) for name in must if (word := getattr(record, name)) not in (None, "")]


@dataclass(frozen=True, slots=True)
class Scope(Generic[R_co]):
    """A resource at its place, where calls are made: below a record, for another person, on a day."""

    resource: Resource[R_co]
    parent: int | None = None
    person: int | None = None
    day: date | None = None

    @property
    def acted(self) -> dict[str, int]:
        """For whom the calls are made, as it goes into the query and the journal; empty for the caller's own."""
        acting = self.resource.wire.acting
        return {acting.query: self.person} if acting and self.person else {}

    @property
    def for_whom(self) -> tuple[tuple[str, int], ...]:
        """For whom the calls are made, as an argument says it: `person`, 34; nothing for the caller's own."""
        acting = self.resource.wire.acting
        return ((acting.noun, self.person),) if acting and self.person else ()


class Wire(Spelling, Protocol):
    """How a resource is spelled: which request each verb is, and how its answer is read.

    A strategy derives from this; whatever it does not say is the usual.
    """

    def along(self, other: Resource[Record]) -> "Wire":
        """The wire of a create that makes the record it assigns too."""
        return self

    def list(
        self, scope: Scope[R], where: Sequence[tuple[Filter, Value]] = (), cursor: Cursor | None = None
    ) -> Exchange[Page[R]]:
        """A page of the list, narrowed by the filters the vendor applies; the others are the caller's to apply."""
        ...

    def get(self, scope: Scope[R], id: int | str) -> Exchange[R]:
        """One record, by its id or by the value of its handle."""
        ...

    def create(self, scope: Scope[R], values: Mapping[str, Value]) -> Exchange[int | None]:
        """A create; reads as the new id, or None when the answer does not tell."""
        ...

    def update(self, scope: Scope[R], id: int, values: Mapping[str, Value]) -> Exchange[None]: ...

    def delete(self, scope: Scope[R], id: int) -> Exchange[None]: ...

    def act(
        self,
        scope: Scope[R],
        action: Action,
        id: int,
        said: "tuple[Resource[Record], Mapping[str, Value]] | None" = None,
    ) -> Exchange[None]:
        """An action; `said` is a record of another kind that it makes along."""
        ...
