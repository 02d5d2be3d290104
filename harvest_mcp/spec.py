"""The vocabulary a system is described in: data only, no behaviour of any vendor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from harvest_mcp.clauses import Action, Archives, Assigns, Dependent, Filter, Moves, Same, Scalar, Verb
from harvest_mcp.columns import Field, fields
from harvest_mcp.marks import (  # fmt: skip
    ALONG,
    FIXED,
    INNER,
    LINES,
    PRIVATE,
    REQUIRED,
    SENT_ONLY,
    SERVER_SET,
    SUMMARY,
    Along,
    Also,
    Codes,
    Each,
    Era,
    Fixed,
    Inner,
    Lines,
    Mails,
    OneOf,
    Private,
    Ref,
    Refs,
    Required,
    Says,
    Seen,
    SentOnly,
    ServerSet,
    Summary,
    Table,
)

# The vocabulary is one, wherever its words are kept.
__all__ = [
    "ALONG", "FIXED", "INNER", "LINES", "PRIVATE", "REQUIRED", "SENT_ONLY", "SERVER_SET", "SUMMARY", "Action", "Along",
    "Also",
    "Archives", "Assigns", "Child", "Codes", "Dependent", "Each", "Era", "Field", "Filter", "Fixed", "Identity",
    "Inner", "Lines", "Mails", "Moves", "OneOf", "Part", "Plan", "Private",
    "Record", "Ref", "Refs", "Required", "Resource", "Same", "Says", "Scalar", "Seen", "SentOnly", "ServerSet",
    "Summary", "System", "Table", "Value", "Verb", "View", "fields",
]  # fmt: skip


class Part(BaseModel):
    """A group of elements as the vendor sent it: unknown ones are passed over, missing ones are None."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Record(Part):
    """A row of an account: a part with an id."""

    id: Annotated[int, SERVER_SET, SUMMARY]

    def doubts(self) -> tuple[str, ...]:
        """What does not add up in it, in sentences."""
        return ()


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


R_co = TypeVar("R_co", bound=Record, covariant=True)
P_co = TypeVar("P_co", bound=Part, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Generic[R_co]):
    """A kind of record with an id and the usual verbs; `path` is its list, `{path}/{id}` one of it.

    `element` is what one is called on the wire, where that is not the noun. `paged` lists come page by page.
    `owner` is the column whose value is in the path: `under` gives the resource at its place. `handle` is a column
    of e-mail addresses that name a record in the path as well as its id does.
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
    owner: str = ""
    handle: str = ""
    assigns: Assigns | None = None
    makes: "Resource[Record] | None" = None
    """What a create makes along, to assign it: its address is then the one for both."""
    archives: Archives | None = None
    sets_off: str = ""
    """What a create does at once that nothing takes back, such as mailing someone: a person is asked first."""
    caution: str = ""
    open_while: tuple[str, str] | None = None
    """The column, and its word, outside of which a record is not written or deleted any more."""
    """What whoever writes one must know first; its tools say so."""
    page_size: int = 0
    """Rows to a page of a paged list that does not say how many pages it has."""
    numbered: bool = False
    """Its names may be digits, so that digits may be a name or an id."""
    listed_only: bool = False
    """There is no address of one: it is read out of the list."""
    kept_by: tuple[str, ...] = ()
    """Columns that keep a record from being deleted while they are true."""
    moves: Moves | None = None
    does: str = "create"
    done: str = "created"
    """What people call a create, and what they call it when it is done: `send`, `sent`."""
    creates: str = ""
    """The name of its create tool, where that is not made of the verb and the noun."""
    stays: str = ""
    """What a create leaves behind that no undo takes back: `the mail`."""

    @property
    def restorable(self) -> bool:
        """Whether what is deleted can be made again of what was read: not if a create needs what is never read."""
        return not any(item.required and item.sent_only for item in self.writable())

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

    @property
    def roots(self) -> str:
        """What a list of them is called on the wire."""
        return f"{self.element}s" if self.element else self.plural

    @property
    def owned_by(self) -> Field | None:
        """The column that holds whose it is, where the path says that."""
        return fields(self.record)[self.owner] if self.owner else None

    def under(self, values: Mapping[str, object]) -> Self:
        """This resource at the place that these values tell."""
        return replace(self, path=self.path.format_map(values)) if self.owner and "{" in self.path else self

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

    def around(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """The filter that lists the records one with these values could be mistaken for: its owner's, or all."""
        owner = self.same.within if self.same else None
        for each in self.filters:
            if owner and each.ref and owner == f"{each.ref}_id" and values.get(owner) is not None:
                return {each.name: values[owner]}
        return {}

    def name_of(self, record: Record) -> str:
        """What people call it: `Jane Doe`, or empty when its names are."""
        known = fields(self.record)
        words = [(known[column].ref, getattr(record, column)) for column in self.label]
        if not any(word for _, word in words):  # of one that is not there yet, what is only ever sent
            words = [(None, getattr(record, item.name)) for item in known.values() if item.required and item.sent_only]
        return " ".join(f"{ref} {word}" if ref else str(word) for ref, word in words if word)


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

    `leaves_out_empty`: what a record lacks is empty; otherwise nothing is known of it. `beside` are the default
    toolsets where another system is offered too, so that the tools of both fit a small list.
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
    beside: tuple[str, ...] = ()
    prefix: str = ""
    leaves_out_empty: bool = False

    def defaults(self, *, alone: bool) -> tuple[str, ...]:
        """The toolsets that are offered unless others are named."""
        return self.default_toolsets if alone else self.beside or self.default_toolsets

    def resource(self, noun: str) -> Resource[Record]:
        return next(resource for resource in self.resources if resource.noun == noun)

    def tool(self, verb: str, resource: Resource[Record], of: str = "") -> str:
        """The name of a tool: `list_contacts`, `get_contact`; a system with a prefix carries it before the noun.

        `of` is what one of a list within the record is called: `add_incwo_contact_item`.
        """
        if verb == "create" and resource.creates and not of:
            return resource.creates
        thing = resource.plural if verb == "list" else resource.noun
        return "_".join(part for part in (verb, self.prefix, thing, of) if part)
