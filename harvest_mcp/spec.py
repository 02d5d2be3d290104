"""The vocabulary a system is described in: data only, no behaviour of any vendor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Generic, Literal, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict

Verb = Literal["list", "get", "create", "update", "delete"]
Era = Literal["classic", "docs", "late"]
Scalar = str | int | bool | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True)
class ServerSet:
    """The vendor sets this element; it is never sent."""


@dataclass(frozen=True, slots=True)
class Required:
    """A create must carry this element, and an update must not empty it."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Shown in lists unless other fields are asked for, and searched by `query`."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Holds the id of another record; people and models name that record by `noun`, with an id or an exact name."""

    noun: str


@dataclass(frozen=True, slots=True)
class Says:
    """What a model reads about the element: its meaning, its unit, an example."""

    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The eras of the vendor's API in which bodies carry this element (harvest-v1 0.2)."""

    eras: tuple[Era, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """A text of several lines."""


@dataclass(frozen=True, slots=True)
class Inner:
    """Of the vendor's own housekeeping: told with one record, not offered as a column of lists."""


SERVER_SET = ServerSet()
INNER = Inner()
REQUIRED = Required()
SUMMARY = Summary()
LINES = Lines()


class Part(BaseModel):
    """A group of elements as the vendor sent it: unknown ones are passed over, missing ones are None."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Record(Part):
    """A row of an account: a part with an id."""

    id: Annotated[int, SERVER_SET, SUMMARY]


class Identity(Part):
    """Who a server is in an account; each system says it from what its own elements hold."""

    def who(self) -> str:
        """The user and the company, for a person to recognise."""
        return ""

    def limits(self) -> str:
        """What this user's role keeps from them, or empty for a user who may do everything."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One element of a record, as `fields` reads it off the class."""

    name: str
    type: type
    says: str
    server_set: bool
    required: bool
    summary: bool
    lines: bool
    inner: bool
    ref: str | None
    eras: tuple[Era, ...]

    @property
    def argument(self) -> str:
        """What callers name it: the noun for a reference, otherwise its own name."""
        return self.ref or self.name


def _bare(annotation: object) -> type:
    """`int` for `int | None`; the class itself otherwise."""
    if get_origin(annotation) in (Union, UnionType):
        return next(_bare(arm) for arm in get_args(annotation) if arm is not NoneType)
    return cast(type, annotation)


@cache
def fields(record: type[Part]) -> dict[str, Field]:
    """The elements of a record by name, in declared order, which is the order they are written in."""
    read: dict[str, Field] = {}
    for name, info in record.model_fields.items():
        marks = {type(mark): mark for mark in info.metadata}
        says, ref, seen = marks.get(Says), marks.get(Ref), marks.get(Seen)
        read[name] = Field(
            name=name,
            type=_bare(info.annotation),
            says=says.text if says else "",
            server_set=ServerSet in marks,
            required=Required in marks,
            summary=Summary in marks,
            lines=Lines in marks,
            inner=Inner in marks,
            ref=ref.noun if ref else None,
            eras=seen.eras if seen else ("classic", "docs", "late"),
        )
    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A way to narrow a list. Exactly one of the three says who narrows it.

    `query`: the vendor, by this name in the query string. `path`: the vendor, under a path of its own.
    `column`: this server, by comparing the column.
    """

    name: str
    type: type
    says: str
    query: str | None = None
    path: str | None = None
    column: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An endpoint off the five verbs that flips one boolean column of a record."""

    verb: str
    method: Literal["POST", "PUT"]
    path: str
    flips: str
    says: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """Records that hang on another: they go with it when it is deleted, or keep it from being deleted."""

    noun: str
    by: str
    fate: Literal["goes", "blocks"]
    words: str
    where: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """When two records look like one: within the same owner, all columns of any one group are equal."""

    any_of: tuple[tuple[str, ...], ...]
    within: str | None = None


R_co = TypeVar("R_co", bound=Record, covariant=True)
P_co = TypeVar("P_co", bound=Part, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Generic[R_co]):
    """A kind of record with an id and the usual verbs; `path` is its list, `{path}/{id}` one of it."""

    noun: str
    plural: str
    record: type[R_co]
    path: str
    toolset: str
    label: tuple[str, ...]
    says: str
    verbs: tuple[Verb, ...] = ()
    filters: tuple[Filter, ...] = ()
    actions: tuple[Action, ...] = ()
    dependents: tuple[Dependent, ...] = ()
    same: Same | None = None

    @property
    def key(self) -> str:
        """The argument that names one record by its id."""
        return f"{self.noun}_id"

    def summary(self) -> tuple[str, ...]:
        return tuple(name for name, item in fields(self.record).items() if item.summary)

    def writable(self) -> Iterator[Field]:
        return (item for item in fields(self.record).values() if not item.server_set)

    def around(self, values: Mapping[str, Scalar]) -> dict[str, Scalar]:
        """The filter that lists the records one with these values could be mistaken for: its owner's, or all."""
        owner = self.same.within if self.same else None
        for each in self.filters:
            if owner and each.ref and owner == f"{each.ref}_id" and values.get(owner) is not None:
                return {each.name: values[owner]}
        return {}

    def name_of(self, record: Record) -> str:
        """What people call it: `Jane Doe`, or empty when its names are."""
        words = (getattr(record, column) for column in self.label)
        return " ".join(str(word) for word in words if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Generic[P_co]):
    """Something read whole from one address: no id, no list."""

    name: str
    record: type[P_co]
    path: str
    root: str
    toolset: str
    says: str
    shows_budget: bool = False
    """The vendor's count of calls; this server's own is put beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many calls an account allows: at most `calls` in any `seconds`; `pause` when a refusal names no time."""

    calls: int
    seconds: float
    pause: float


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A vendor: its name, its dialect on the wire, and what its accounts hold."""

    name: str
    title: str
    dialect: str
    plan: Plan
    resources: tuple[Resource[Record], ...]
    identity: View[Identity]
    views: tuple[View[Part], ...] = ()
    toolsets: tuple[tuple[str, str], ...] = ()
    default_toolsets: tuple[str, ...] = ()
    prefix: str = ""

    def resource(self, noun: str) -> Resource[Record]:
        return next(resource for resource in self.resources if resource.noun == noun)

    def tool(self, verb: str, resource: Resource[Record]) -> str:
        """The name of a tool: `list_contacts`, `get_contact`; a system with a prefix carries it before the noun."""
        thing = resource.plural if verb == "list" else resource.noun
        return "_".join(part for part in (verb, self.prefix, thing) if part)
