"""A vendor's API: its dialect, its budgets, and its resources."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from harvest_mcp.spec.exchange import Exchange
from harvest_mcp.spec.records import Identity, Part, Record, View
from harvest_mcp.spec.reports import ReadyReport, Report
from harvest_mcp.spec.resource import Resource, one_of

P = TypeVar("P", bound=Part)


class Dialect(Protocol):
    """What is the same for all calls to a vendor: headers, statuses, error bodies."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers sent with every call."""
        ...

    @property
    def forbids(self) -> frozenset[int]:
        """Statuses that mean this user lacks the right."""
        ...

    def view(self, view: View[P]) -> Exchange[P]:
        """Return the exchange that reads a view."""
        ...

    def error_text(self, body: bytes) -> str:
        """Return the message of an error body; empty if it has none."""
        ...

    def error_kind(self, body: bytes) -> str:
        """Return the vendor's word for the kind of error; empty if the body has none."""
        ...

    @property
    def language(self) -> str:
        """The format of bodies: `XML`."""
        ...

    def pause(self, body: bytes) -> str:
        """Return the seconds a throttle response says to wait in its body; empty if it does not say."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A rate limit: at most `calls` in any `seconds`; `pause` is the wait after a 429 without a Retry-After.

    `one_at_a_time`: calls are sent one after the other. `refusals_prove`: a throttled write was certainly not carried
    out. With a `path` it is a separate budget for calls whose path begins with it.
    """

    calls: int
    seconds: float
    pause: float
    one_at_a_time: bool = False
    refusals_prove: bool = True
    path: str = ""

    @property
    def name(self) -> str:
        """What a separate budget is called: `reports`."""
        return self.path.strip("/")

    @property
    def least(self) -> float:
        """The least wait in seconds after a throttle: the whole window, or `pause` for a budget of its own."""
        return self.pause if self.path else self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A vendor's API: its dialect, its budgets, and its resources.

    `leaves_out_empty`: an element missing from a body is empty; otherwise it is unknown. `beside` replaces
    `default_toolsets` when another system is offered too, to keep tools/list small. `website` is the vendor's.
    `budgets` are separate from `plan`, which limits all other calls.
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
    """What to do if this API is switched off because a newer one replaced it: the end of a sentence."""
    budgets: tuple[Plan, ...] = ()
    numbered: bool = False
    """Whether several accounts share one address and are told apart by a number; a token may tell which."""
    others: tuple[tuple[str, str], ...] = ()
    """Other APIs of the same vendor, `(system name, title)`; their changes cannot be undone through this one."""

    def plan_of(self, path: str) -> Plan:
        """Return the budget that a call to this path counts against."""
        return next((each for each in self.budgets if path.startswith(each.path)), self.plan)

    @property
    def zoned(self) -> bool:
        """Whether the API tells the user's time zone, which words such as `yesterday` need."""
        return self.identity is not None

    def defaults(self, *, alone: bool) -> tuple[str, ...]:
        """Return the toolsets offered by default."""
        return self.default_toolsets if alone else self.beside or self.default_toolsets

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """Every toolset with its description; one without a description of its own gets the words of its resources."""
        declared, own = dict(self.toolsets), dict[str, str]()
        for each in self.resources:
            if each.toolset not in declared:
                own[each.toolset] = ", ".join(filter(None, (own.get(each.toolset), each.words)))
        return (*self.toolsets, *own.items())

    def resource(self, noun: str) -> Resource[Record]:
        return next(resource for resource in self.resources if resource.noun == noun)

    def rows(self, noun: str) -> Resource[Record]:
        """Return the resource of a report's rows."""
        return next(report.rows for report in self.reports if report.rows.noun == noun)

    def ids(self, resource: Resource[Record]) -> str:
        """Return the name of the tool that shows ids of this resource."""
        return resource.wording.ids_from or self.tool("list", resource)

    def word(self, resource: Resource[Record]) -> str:
        """Return the singular, with the system's prefix if it has one: `incwo contact`."""
        return " ".join(part for part in (self.prefix, resource.word) if part)

    def words(self, resource: Resource[Record]) -> str:
        """Return the plural, with the system's prefix if it has one."""
        return " ".join(part for part in (self.prefix, resource.words) if part)

    def one(self, resource: Resource[Record]) -> str:
        """Return the singular with its article: `an incwo contact`."""
        return one_of(self.word(resource))

    def tool(self, verb: str, resource: Resource[Record], of: str = "") -> str:
        """Return the name of a tool: `list_contacts`, or with a prefix `list_incwo_contacts`.

        `of` is the noun of a child list's entries: `add_incwo_contact_item`.
        """
        if verb == "create" and resource.wording.creates and not of:
            return resource.wording.creates
        thing = resource.plural if verb == "list" else resource.noun
        return "_".join(part for part in (verb, self.prefix, thing, of) if part)
