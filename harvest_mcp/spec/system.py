"""A vendor: its name, its dialect on the wire, and what its accounts hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from harvest_mcp.spec.exchange import Exchange
from harvest_mcp.spec.records import Identity, Part, Record, View
from harvest_mcp.spec.reports import ReadyReport, Report
from harvest_mcp.spec.resource import Resource, one_of

P = TypeVar("P", bound=Part)


class Dialect(Protocol):
    """What holds of all calls to a vendor, whatever they are about: headers, what a status says, how errors read."""

    @property
    def headers(self) -> Mapping[str, str]:
        """What goes with every call."""
        ...

    @property
    def forbids(self) -> frozenset[int]:
        """Statuses that say that this user has no right to it."""
        ...

    def view(self, view: View[P]) -> Exchange[P]:
        """Something read whole from one address."""
        ...

    def error_text(self, body: bytes) -> str:
        """Return what an error body says, for people; empty for nothing."""
        ...

    def error_kind(self, body: bytes) -> str:
        """Return the word an error body has for what it is; empty where it has none."""
        ...

    @property
    def language(self) -> str:
        """What the API speaks: `XML`."""
        ...

    def pause(self, body: bytes) -> str:
        """Return the seconds that a throttling body says to wait, beside the header; empty where it says none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many calls an account allows: at most `calls` in any `seconds`; `pause` when a refusal names no time.

    `one_at_a_time`: the next call waits for the answer to the last. `refusals_prove`: an answer that throttles a write
    says for certain that it was not carried out. With a `path` it is a budget of its own, of calls whose path begins
    so.
    """

    calls: int
    seconds: float
    pause: float
    one_at_a_time: bool = False
    refusals_prove: bool = True
    path: str = ""

    @property
    def name(self) -> str:
        """What a budget of its own is called: `reports`."""
        return self.path.strip("/")

    @property
    def least(self) -> float:
        """Seconds for which a refusal closes it at least: until a short window is over, of a long one until a look."""
        return self.pause if self.path else self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A vendor: its name, its dialect on the wire, and what its accounts hold.

    `leaves_out_empty`: what a record lacks is empty; otherwise nothing is known of it. `beside` are the default
    toolsets where another system is offered too, so that the tools of both fit a small list. `website` is the vendor's.
    `budgets` are counted beside the plan, which then has all other calls.
    """

    name: str
    title: str
    dialect: Dialect
    plan: Plan
    resources: tuple[Resource[Record], ...]
    identity: View[Identity] | None = None
    views: tuple[View[Part], ...] = ()
    reports: tuple[Report, ...] = ()
    ready: tuple[ReadyReport, ...] = ()
    toolsets: tuple[tuple[str, str], ...] = ()
    default_toolsets: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    prefix: str = ""
    website: str = ""
    leaves_out_empty: bool = False
    moved: str = ""
    """What to do where the API is switched off, since another took its place: the end of a sentence."""
    budgets: tuple[Plan, ...] = ()
    numbered: bool = False
    """Whether several accounts are at one address, told apart by a number, which a token may tell."""
    others: tuple[tuple[str, str], ...] = ()
    """The same vendor's other APIs, whose changes are none of this one's: the name of each system, and what it is
    called."""

    def plan_of(self, path: str) -> Plan:
        """Return the plan that a call to this path counts by."""
        return next((each for each in self.budgets if path.startswith(each.path)), self.plan)

    @property
    def zoned(self) -> bool:
        """Whether it says who calls, and so where their days begin: words for days need that."""
        return self.identity is not None

    def defaults(self, *, alone: bool) -> tuple[str, ...]:
        """Return the toolsets that are offered unless others are named."""
        return self.default_toolsets if alone else self.beside or self.default_toolsets

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """Every toolset with what it is for; one that only a resource names is for that resource."""
        declared, own = dict(self.toolsets), dict[str, str]()
        for each in self.resources:
            if each.toolset not in declared:
                own[each.toolset] = ", ".join(filter(None, (own.get(each.toolset), each.words)))
        return (*self.toolsets, *own.items())

    def resource(self, noun: str) -> Resource[Record]:
        return next(resource for resource in self.resources if resource.noun == noun)

    def rows(self, noun: str) -> Resource[Record]:
        """Return what the rows of a report are."""
        return next(report.rows for report in self.reports if report.rows.noun == noun)

    def ids(self, resource: Resource[Record]) -> str:
        """Return the name of the tool that tells ids of these."""
        return resource.wording.ids_from or self.tool("list", resource)

    def word(self, resource: Resource[Record]) -> str:
        """Return what people call one where there may be another system's too: `incwo contact`."""
        return " ".join(part for part in (self.prefix, resource.word) if part)

    def words(self, resource: Resource[Record]) -> str:
        """Return what they call several."""
        return " ".join(part for part in (self.prefix, resource.words) if part)

    def one(self, resource: Resource[Record]) -> str:
        """Return `an incwo contact`."""
        return one_of(self.word(resource))

    def tool(self, verb: str, resource: Resource[Record], of: str = "") -> str:
        """Return the name of a tool: `list_contacts`, `get_contact`; a system with a prefix carries it before the noun.

        `of` is what one of a list within the record is called: `add_incwo_contact_item`.
        """
        if verb == "create" and resource.wording.creates and not of:
            return resource.wording.creates
        thing = resource.plural if verb == "list" else resource.noun
        return "_".join(part for part in (verb, self.prefix, thing, of) if part)
