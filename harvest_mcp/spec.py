"""The vocabulary a system is described in: data only, no behaviour of any vendor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from harvest_mcp.columns import Field, fields
from harvest_mcp.marks import (  # fmt: skip
    INNER,
    LINES,
    PRIVATE,
    REQUIRED,
    SENT_ONLY,
    SERVER_SET,
    SUMMARY,
    Codes,
    Each,
    Era,
    Inner,
    Lines,
    Private,
    Ref,
    Required,
    Says,
    Seen,
    SentOnly,
    ServerSet,
    Summary,
)

# The vocabulary is one, wherever its words are kept.
__all__ = [
    "INNER", "LINES", "PRIVATE", "REQUIRED", "SENT_ONLY", "SERVER_SET", "SUMMARY", "Action", "Child", "Codes",
    "Dependent", "Each", "Era", "Field", "Filter", "Identity", "Inner", "Lines", "Part", "Plan", "Private",
    "Record", "Ref", "Required", "Resource", "Same", "Says", "Scalar", "Seen", "SentOnly", "ServerSet",
    "Summary", "System", "Value", "Verb", "View", "fields",
]  # fmt: skip

Verb = Literal["list", "get", "create", "update", "delete"]
Scalar = str | int | bool | Decimal | date | datetime | None


class Part(BaseModel):
    """A group of elements as the vendor sent it: unknown ones are passed over, missing ones are None."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Record(Part):
    """A row of an account: a part with an id."""

    id: Annotated[int, SERVER_SET, SUMMARY]


class Child(Part):
    """A row within another: one of a list that belongs to a record, such as a telephone number of a person."""

    id: Annotated[int | None, SERVER_SET] = None


Value = Scalar | tuple[Part, ...]
"""What a column holds: a scalar, or the children of a list."""


class Identity(Part):
    """Who a server is in an account; each system says it from what its own elements hold."""

    def who(self) -> str:
        """The user and the company, for a person to recognise."""
        return ""

    def limits(self) -> str:
        """What this user's role keeps from them, or empty for a user who may do everything."""
        return ""


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
    """Records that hang on another: they go with it when it is deleted, keep it from being deleted, or nobody knows."""

    noun: str
    by: str
    fate: Literal["goes", "blocks", "unknown"]
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
    """A kind of record with an id and the usual verbs; `path` is its list, `{path}/{id}` one of it.

    `element` is what one is called on the wire, where that is not the noun. `paged` lists come page by page.
    """

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
    element: str = ""
    paged: bool = False
    caution: str = ""
    open_while: tuple[str, str] | None = None
    """The column, and its word, outside of which a record is not written or deleted any more."""
    """What whoever writes one must know first; its tools say so."""

    @property
    def one(self) -> str:
        """`an invoice`."""
        words = self.noun.replace("_", " ")
        return f"{'an' if words[0] in 'aeio' else 'a'} {words}"

    @property
    def key(self) -> str:
        """The argument that names one record by its id."""
        return f"{self.noun}_id"

    @property
    def root(self) -> str:
        """What one is called on the wire."""
        return self.element or self.noun

    def summary(self) -> tuple[str, ...]:
        return tuple(name for name, item in fields(self.record).items() if item.summary)

    def writable(self) -> Iterator[Field]:
        return (item for item in fields(self.record).values() if not item.server_set)

    def around(self, values: Mapping[str, Value]) -> dict[str, Value]:
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
    """How many calls an account allows: at most `calls` in any `seconds`; `pause` when a refusal names no time.

    `one_at_a_time`: the next call waits for the answer to the last. `refusals_prove`: an answer that throttles a write
    says for certain that it was not carried out.
    """

    calls: int
    seconds: float
    pause: float
    one_at_a_time: bool = False
    refusals_prove: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A vendor: its name, its dialect on the wire, and what its accounts hold.

    `leaves_out_empty`: what a record lacks is empty; otherwise nothing is known of it.
    """

    name: str
    title: str
    dialect: str
    plan: Plan
    resources: tuple[Resource[Record], ...]
    identity: View[Identity] | None = None
    views: tuple[View[Part], ...] = ()
    toolsets: tuple[tuple[str, str], ...] = ()
    default_toolsets: tuple[str, ...] = ()
    prefix: str = ""
    leaves_out_empty: bool = False

    def resource(self, noun: str) -> Resource[Record]:
        return next(resource for resource in self.resources if resource.noun == noun)

    def tool(self, verb: str, resource: Resource[Record], of: str = "") -> str:
        """The name of a tool: `list_contacts`, `get_contact`; a system with a prefix carries it before the noun.

        `of` is what one of a list within the record is called: `add_incwo_contact_item`.
        """
        thing = resource.plural if verb == "list" else resource.noun
        return "_".join(part for part in (verb, self.prefix, thing, of) if part)
