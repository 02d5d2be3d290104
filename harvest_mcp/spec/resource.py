"""A kind of record: where it lives, what it is made of, and what can be done with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar

from harvest_mcp.spec.clauses import (
    Action,
    Dependent,
    Filter,
    Same,
    Verb,
)
from harvest_mcp.spec.exchange import Cursor, Exchange, Page
from harvest_mcp.spec.fields import Field, fields
from harvest_mcp.spec.records import Record, Value
from harvest_mcp.spec.rule import Rule
from harvest_mcp.spec.spelling import Need, Spelling

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)
X = TypeVar("X", bound=Rule)


def _worded(value: object) -> str:
    """Return a value within a name; a time to the minute, and no zone that nobody said."""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) and value.tzinfo is None else str(value)


def one_of(word: str) -> str:
    """Return `an invoice`, of `invoice`."""
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBy:
    """What names a record beside its label and its id.

    `address` is a column of e-mail addresses, which name it in the path too; `code` that of a short text of one's own.
    `digits`: its names may be digits, so that digits may be a name or an id. `of` is the noun of another record, whose
    id it has, and by whose name it goes.
    """

    address: str = ""
    code: str = ""
    digits: bool = False
    of: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose values name it."""
        return tuple(column for column in (self.code, self.address) if column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What people call a create and a created one, `send` and `sent`, and what whoever writes one must know first.

    `creates` is the name of its create tool, where that is not made of the verb and the noun; `ids_from` that of the
    tool that tells ids, where there is no list of all. `listed_with` is the toolset of its list, where that is another
    than that of its other tools: a list too long to be searched along with the rest.
    """

    does: str = "create"
    done: str = "created"
    caution: str = ""
    creates: str = ""
    ids_from: str = ""
    listed_with: str = ""

    def titled(self, one: str) -> str:
        """Return `Send an invoice`, of what its create tool is called; otherwise `Add`, or `Record`, with `one`."""
        does, _, named = self.creates.partition("_")
        if named:
            return f"{does.capitalize()} {one_of(named.replace('_', ' '))}"
        return f"{'Add' if self.does == 'create' else self.does.capitalize()} {one}"


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
    named_by: NamedBy = NamedBy()
    rules: tuple[Rule, ...] = ()
    """What it lives by beside its columns: generic code asks every one."""
    wording: Wording = Wording()

    def __hash__(self) -> int:
        """Hash it by its name: what is kept for a resource is looked up often, and most of the fields are long."""
        return hash(self.plural)

    def rule(self, kind: type[X]) -> X | None:
        """Return its rule of this kind: for the module of the feature that such a rule belongs to."""
        return next((each for each in self.rules if isinstance(each, kind)), None)

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
        """Return this resource at the place that these values tell: below its owner, on its day, for its person."""
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
        """Return what a create carries."""
        return (item for item in self.writable() if item.required or not self.wire.names_only)

    def changeable(self) -> Iterator[Field]:
        """Return what an update may carry."""
        return (item for item in self.writable() if not item.fixed)

    def action(self, flips: str, wanted: bool) -> Action | None:
        """Return what brings a column to a value, if anything does: what does only that first."""
        able = [action for action in self.actions if action.flips == flips and action.to in (None, wanted)]
        return next((action for action in able if action.to is not None), able[0] if able else None)

    def around(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return the filter that lists the records one with these values could be mistaken for: its owner's, or all."""
        if near := self.wire.around(values):
            return near
        owner = self.same.within if self.same else None
        for each in self.filters:
            if owner and each.ref and owner == f"{each.ref}_id" and values.get(owner) is not None:
                return {each.name: values[owner]}
        return {}

    def name_of(self, record: Record) -> str:
        """Return what people call it: `Jane Doe`, or empty when its names are."""
        words = [(fields(self.record)[column].ref, getattr(record, column)) for column in self.label]
        named = [f"{ref} {word}" if ref else _worded(word) for ref, word in words if word not in (None, "")]
        return " ".join(named or self._drafted(record))

    def _drafted(self, record: Record) -> list[str]:
        """Return what one that is not there yet is called by: what must be sent, and is never read."""
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

    def naming(self, id: int) -> str:
        """Return the arguments that name one of it in a call: `project="id 301", user_assignment_id=8003`."""
        at = [f'{need.argument}="id {there}"' for need in self.resource.place if (there := getattr(self, need.part))]
        return ", ".join((*at, f"{self.resource.key}={id}"))


class Wire(Spelling, Protocol):
    """How a resource is spelled: which request each verb is, and how its answer is read.

    A strategy derives from this; whatever it does not say is the usual.
    """

    def along(self, other: Resource[Record]) -> "Wire":
        """Return the wire of a create that makes the record it assigns too."""
        return self

    def list(
        self, scope: Scope[R], where: Sequence[tuple[Filter, Value]] = (), cursor: Cursor | None = None
    ) -> Exchange[Page[R]]:
        """Return a page of the list, narrowed by the filters the vendor applies; the others are the caller's to
        apply."""
        ...

    def get(self, scope: Scope[R], id: int | str) -> Exchange[R]:
        """Return one record, by its id or by the value of its handle."""
        ...

    def create(self, scope: Scope[R], values: Mapping[str, Value]) -> Exchange[int | None]:
        """Return a create; reads as the new id, or None when the answer does not tell."""
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
        """Return an action; `said` is a record of another kind that it makes along."""
        ...
