"""A kind of record: its columns, its wire, and what can be done with it."""

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
    """Return a value as part of a name; a naive time to the minute."""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) and value.tzinfo is None else str(value)


def one_of(word: str) -> str:
    """Return the word with its article: `an invoice`."""
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBy:
    """How people and models may name a record, besides its label and id.

    `address` is a column of e-mail addresses, which the vendor also takes in the path; `code` a column of short codes.
    `digits`: labels may be all digits, so a number may be a label or an id. `of` is the noun of another record whose id
    it has and under whose name it goes.
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
    """Words for the create: its verb (`send`), the participle (`sent`), and a `caution` in the tool's description.

    `creates` is the name of the create tool if it is not `create_…`; `ids_from` the tool that shows ids where there is
    no list of all. `listed_with` is the toolset of the list tool where it differs: a list too long for `search`.
    """

    does: str = "create"
    done: str = "created"
    caution: str = ""
    creates: str = ""
    ids_from: str = ""
    listed_with: str = ""

    def titled(self, one: str) -> str:
        """Return the heading of a create: `Send an invoice` from the tool's name, otherwise `Add` or the verb, with
        `one`."""
        does, _, named = self.creates.partition("_")
        if named:
            return f"{does.capitalize()} {one_of(named.replace('_', ' '))}"
        return f"{'Add' if self.does == 'create' else self.does.capitalize()} {one}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Generic[R_co]):
    """A kind of record with an id and the usual verbs.

    The attributes without a default are what every kind has; docs/vocabulary.md explains them all.
    """

    noun: str
    """Singular, as in tool names and on the wire: `time_entry`."""
    plural: str
    """Plural: `time_entries`."""
    record: type[R_co]
    """The class with its columns."""
    wire: "Wire"
    """How requests are built and responses read."""
    toolset: str
    """The toolset its tools belong to."""
    label: tuple[str, ...]
    """The columns that make up its name."""
    says: str
    """A description for models."""
    verbs: tuple[Verb, ...] = ()
    """The verbs the vendor offers, of list, get, create, update and delete."""
    filters: tuple[Filter, ...] = ()
    actions: tuple[Action, ...] = ()
    dependents: tuple[Dependent, ...] = ()
    same: Same | None = None
    owner: str = ""
    """The column with the id of the record whose path it is below; see `under`."""
    named_by: NamedBy = NamedBy()
    rules: tuple[Rule, ...] = ()
    """What else holds for this kind of record; generic code calls the hooks of each."""
    wording: Wording = Wording()

    def __hash__(self) -> int:
        """Hash the name alone: caches look resources up often, and most fields are long."""
        return hash(self.plural)

    def rule(self, kind: type[X]) -> X | None:
        """Return its rule of this class. Only the module that implements the feature may ask."""
        return next((each for each in self.rules if isinstance(each, kind)), None)

    @property
    def restorable(self) -> bool:
        """Whether a deleted record can be created again from what was read: not if a required column is never read."""
        return not any(item.required and item.sent_only for item in self.writable())

    @property
    def one(self) -> str:
        """The singular with its article: `an invoice`."""
        return one_of(self.word)

    @property
    def word(self) -> str:
        """The singular for people: `time entry`."""
        return self.noun.replace("_", " ")

    @property
    def words(self) -> str:
        """The plural for people: `time entries`."""
        return self.plural.replace("_", " ")

    @property
    def key(self) -> str:
        """The argument that takes its id."""
        return f"{self.noun}_id"

    @property
    def owned_by(self) -> Field | None:
        """The column of its owner, if the path contains the owner's id."""
        return fields(self.record)[self.owner] if self.owner else None

    @property
    def place(self) -> tuple[Need, ...]:
        """The arguments that locate a call: the owner and the person acted for."""
        above, acting = self.owned_by, self.wire.acting
        parent = [Need("parent", above.argument, str(above.ref), required=True)] if above else []
        return (*parent, *([Need("person", acting.noun, acting.noun)] if acting else []))

    def under(self, values: Mapping[str, object]) -> "Scope[R_co]":
        """Return the scope these column values locate: the owner, the person acted for, the day."""
        acting, day = self.wire.acting, values.get(self.wire.day)
        parent, person = values.get(self.owner), values.get(acting.query) if acting else None
        return Scope(
            self,
            parent=int(str(parent)) if parent else None,
            person=int(str(person)) if person else None,
            day=date.fromisoformat(str(day)) if day else None,
        )

    def summary(self) -> tuple[str, ...]:
        """Return the names of the columns that lists show unasked."""
        return tuple(name for name, item in fields(self.record).items() if item.summary)

    def writable(self) -> Iterator[Field]:
        """Return the columns that are not the vendor's alone."""
        return (item for item in fields(self.record).values() if not item.server_set)

    def creatable(self) -> Iterator[Field]:
        """Return the columns a create may send."""
        return (item for item in self.writable() if item.required or not self.wire.names_only)

    def changeable(self) -> Iterator[Field]:
        """Return the columns an update may send."""
        return (item for item in self.writable() if not item.fixed)

    def action(self, flips: str, wanted: bool) -> Action | None:
        """Return the action that brings a column to a value; one that only ever sets it, before one that toggles."""
        able = [action for action in self.actions if action.flips == flips and action.to in (None, wanted)]
        return next((action for action in able if action.to is not None), able[0] if able else None)

    def around(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return the filter for the list in which duplicates of such values are looked for: the owner's list, or
        all."""
        if near := self.wire.around(values):
            return near
        owner = self.same.within if self.same else None
        for each in self.filters:
            if owner and each.ref and owner == f"{each.ref}_id" and values.get(owner) is not None:
                return {each.name: values[owner]}
        return {}

    def name_of(self, record: Record) -> str:
        """Return a record's label: `Jane Doe`; empty if its columns are.

        Of a record that only joins others, it is their names, `Jane Doe, Packaging`, if it tells them itself.
        """
        words = [(fields(self.record)[column].ref, getattr(record, column)) for column in self.label]
        inside = [getattr(record, f"{ref}_name", None) for ref, _ in words if ref]
        if inside and all(inside) and len(inside) == len(words):
            return ", ".join(map(str, inside))
        named = [f"{ref} {word}" if ref else _worded(word) for ref, word in words if word not in (None, "")]
        return " ".join(named or self._drafted(record))

    def _drafted(self, record: Record) -> list[str]:
        """Return a name for a record not yet created: the values that must be sent and are never read."""
        must = (item.name for item in self.writable() if item.required and item.sent_only)
        return [str(word) for name in must if (word := getattr(record, name)) not in (None, "")]


@dataclass(frozen=True, slots=True)
class Scope(Generic[R_co]):
    """A resource together with where its calls go: under which owner, on whose behalf, on which day."""

    resource: Resource[R_co]
    parent: int | None = None
    person: int | None = None
    day: date | None = None

    @property
    def acted(self) -> dict[str, int]:
        """The query parameter that names the person acted for, as also noted in the journal; empty for the caller."""
        acting = self.resource.wire.acting
        return {acting.query: self.person} if acting and self.person else {}

    @property
    def for_whom(self) -> tuple[tuple[str, int], ...]:
        """The tool argument that names the person acted for: `(("person", 34),)`; empty for the caller."""
        acting = self.resource.wire.acting
        return ((acting.noun, self.person),) if acting and self.person else ()

    def naming(self, id: int) -> str:
        """Return the arguments that identify one record in a tool call: `project="id 301", user_assignment_id=8003`."""
        at = [f'{need.argument}="id {there}"' for need in self.resource.place if (there := getattr(self, need.part))]
        return ", ".join((*at, f"{self.resource.key}={id}"))


class Wire(Spelling, Protocol):
    """How a resource is spelled on the wire: the request of each verb, and how the response is read.

    Strategies derive from this and override what differs from the usual.
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
        """Return one record, by its id or by its value in `named_by.address`."""
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
