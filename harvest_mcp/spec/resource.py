"""A kind of record: where it lives, what it is made of, and what can be done with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Generic, Self, TypeVar

from harvest_mcp.spec.fields import Field, fields
from harvest_mcp.spec.records import Daily, Record, Value
from harvest_mcp.spec.rule import Rule
from harvest_mcp.spec.rules import (
    Acting,
    Action,
    Addresses,
    Assigns,
    Dependent,
    Filter,
    Same,
    Verb,
    Week,
)

R_co = TypeVar("R_co", bound=Record, covariant=True)
X = TypeVar("X", bound=Rule)


def _worded(value: object) -> str:
    """A value within a name; a time to the minute, and no zone that nobody said."""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) and value.tzinfo is None else str(value)


def one_of(word: str) -> str:
    """`an invoice`, of `invoice`."""
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBy:
    """What names a record beside its label and its id.

    `address` is a column of e-mail addresses, which name it in the path too; `code` that of a short text of one's own.
    `digits`: its names may be digits, so that digits may be a name or an id.
    """

    address: str = ""
    code: str = ""
    digits: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose values name it."""
        return tuple(column for column in (self.code, self.address) if column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What people call a create and a created one, `send` and `sent`, and what whoever writes one must know first.

    `creates` is the name of its create tool, where that is not made of the verb and the noun; `ids_from` that of the
    tool that tells ids, where there is no list of all.
    """

    does: str = "create"
    done: str = "created"
    caution: str = ""
    creates: str = ""
    ids_from: str = ""

    def titled(self, one: str) -> str:
        """Return `Send an invoice`, of what its create tool is called; otherwise `Add`, or `Record`, with `one`."""
        does, _, named = self.creates.partition("_")
        if named:
            return f"{does.capitalize()} {one_of(named.replace('_', ' '))}"
        return f"{'Add' if self.does == 'create' else self.does.capitalize()} {one}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Generic[R_co]):
    """A kind of record with an id and the usual verbs; `path` is its list, `{path}/{id}` one of it.

    Whatever is not said of it is the usual: docs/vocabulary.md has every attribute.
    """

    noun: str
    """One of them, as tools and the wire call it: `time_entry`."""
    plural: str
    """Several of them: `time_entries`."""
    record: type[R_co]
    """The columns."""
    path: str
    """The address of the list; `{path}/{id}` is one of it."""
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
    element: str = ""
    """What one is called on the wire, where that is not the noun."""
    paged: bool = False
    """Its list comes page by page."""
    owner: str = ""
    """The column whose value is in the path: `under` gives the resource at its place."""
    assigns: Assigns | None = None
    makes: "Resource[Record] | None" = None
    """What a create makes along, to assign it: its address is then the one for both."""
    week: Week | None = None
    acting: Acting | None = None
    whose: int = 0
    """For whom these calls are made, where it is not the caller: `under` says so."""
    addresses: Addresses | None = None
    daily: Daily | None = None
    """Told by the day, in elements of its own."""
    page_size: int = 0
    """Rows to a page of a paged list that does not say how many pages it has."""
    listed_only: bool = False
    """There is no address of one: it is read out of the list."""
    named_by: NamedBy = NamedBy()
    rules: tuple[Rule, ...] = ()
    """What it lives by beside its columns: generic code asks every one."""
    wording: Wording = Wording()

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
    def root(self) -> str:
        """What one is called on the wire."""
        return self.element or self.noun

    @property
    def roots(self) -> str:
        """What a list of them is called on the wire."""
        return f"{self.element}s" if self.element else self.plural

    @property
    def owned_by(self) -> Field | None:
        """The column that holds whose it is, where the path says that."""
        return fields(self.record)[self.owner] if self.owner else None

    def under(self, values: Mapping[str, object]) -> Self:
        """This resource at the place that these values tell: below its owner, on its day, for its person."""
        place = replace(self, path=self.path.format_map(values)) if self.owner and "{" in self.path else self
        if self.daily and (day := values.get(self.daily.column)):
            place = replace(place, path=self.daily.at(date.fromisoformat(str(day))))
        if self.acting and (person := values.get(self.acting.query)):
            place = replace(place, whose=int(str(person)))
        return place

    @property
    def acted(self) -> dict[str, int]:
        """For whom the calls are made, as it goes into the query and the journal; empty for the caller's own."""
        return {self.acting.query: self.whose} if self.acting and self.whose else {}

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """What goes with every call, because of whom it is made for."""
        return tuple((name, str(id)) for name, id in self.acted.items())

    def summary(self) -> tuple[str, ...]:
        return tuple(name for name, item in fields(self.record).items() if item.summary)

    def writable(self) -> Iterator[Field]:
        return (item for item in fields(self.record).values() if not item.server_set)

    def creatable(self) -> Iterator[Field]:
        """What a create carries."""
        return (item for item in self.writable() if item.required or self.assigns is None)

    def changeable(self) -> Iterator[Field]:
        """What an update may carry."""
        return (item for item in self.writable() if not item.fixed)

    def action(self, flips: str, wanted: bool) -> Action | None:
        """What brings a column to a value, if anything does."""
        able = (action for action in self.actions if action.flips == flips and action.to in (None, wanted))
        return next(able, None)

    def around(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """The filter that lists the records one with these values could be mistaken for: its owner's, or all."""
        if self.week:
            return {self.week.day: values.get(self.week.column)}
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
