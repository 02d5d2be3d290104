"""The wires of Harvest v1: flat lists, lists below an owner, and lists whose records have no path of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import quote

from harvest_mcp.spec import (
    Acting,
    Action,
    Cursor,
    Exchange,
    Filter,
    Page,
    Part,
    Record,
    Request,
    Resource,
    Response,
    Scope,
    Value,
    View,
    Wire,
)
from harvest_mcp.wire import asked_for, rails, xml
from harvest_mcp.wire.records import uncollected

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Part)
Body = tuple[Resource[Record], Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class RailsDialect:
    """What is the same for all calls to Harvest v1."""

    @property
    def headers(self) -> Mapping[str, str]:
        return rails.HEADERS

    @property
    def forbids(self) -> frozenset[int]:
        return rails.FORBIDS

    def view(self, view: View[P]) -> Exchange[P]:
        return Exchange(Request("GET", view.path, view.query), lambda answer: viewed(view, answer))

    def error_text(self, body: bytes) -> str:
        return rails.error_text(body)

    def error_kind(self, body: bytes) -> str:
        return rails.error_kind(body)

    @property
    def language(self) -> str:
        return "XML"

    def pause(self, body: bytes) -> str:
        """Return nothing: only the header says it."""
        return ""


def viewed(view: View[P], answer: Response) -> P:
    document = xml.read(answer.body, lists=rails.lists(view.record))
    return rails.row(document, view.root, view.record)


@dataclass(frozen=True, slots=True)
class Rails(Wire):
    """The usual: a flat list at `path`, and one record at `{path}/{id}`.

    `element` is the name of a record if it is not the noun. `page_size` are the rows of a page, if the list is paged;
    neither the number of pages nor the next one is told (harvest-v1 8.1).
    """

    path: str
    element: str = ""
    acting: Acting | None = None
    page_size: int = 0

    @property
    def paged(self) -> bool:
        return self.page_size > 0

    @property
    def uncounted(self) -> bool:
        return self.paged

    def root(self, resource: Resource[Record]) -> str:
        """Return the element name of a record."""
        return self.element or resource.noun

    def roots(self, resource: Resource[Record]) -> str:
        """Return the element name of a list."""
        return f"{self.element}s" if self.element else resource.plural

    def at(self, scope: Scope[R]) -> str:
        """Return the path of the list."""
        return self.path

    def one(self, scope: Scope[R], id: int) -> str:
        """Return the path of one."""
        return f"{self.at(scope)}/{id}"

    def list(
        self, scope: Scope[R], where: Sequence[tuple[Filter, Value]] = (), cursor: Cursor | None = None
    ) -> Exchange[Page[R]]:
        resource, path = scope.resource, self.at(scope)
        for given, value in where:
            if given.path:
                path = given.path.format_map(_named(value))
        asked = tuple((given.query, _asked(given, value)) for given, value in where if given.query)
        query = (*query_of(scope), *asked, *((("page", cursor),) if cursor else ()))

        def read(answer: Response) -> Page[R]:
            with uncollected():
                document = xml.read(answer.body, lists=rails.lists(resource.record))
                one, many = self.root(resource), self.roots(resource)
                rows = rails.rows(document, resource.record, one, many, nested=not self.complete)
            asked_for.place(scope, where, rows)
            days = rails.days(document)
            self.check(where, days)
            return self.page(rows, cursor, days)

        return Exchange(Request("GET", path, query), read)

    def check(self, where: Sequence[tuple[Filter, Value]], days: tuple[date, date] | None) -> None:
        """Check a list against the days it says it covers."""

    def page(self, rows: Sequence[R], cursor: Cursor | None, days: tuple[date, date] | None) -> Page[R]:
        """Return rows as a page; a short page is the last, as nothing else tells (harvest-v1 8.1)."""
        if not self.page_size:
            return Page(rows, days=days)
        number, more = int(cursor or 1), len(rows) >= self.page_size
        following = Cursor(str(number + 1)) if more else None
        return Page(rows, following, total=f"at least {number + 1}" if more else str(number), days=days)

    def get(self, scope: Scope[R], id: int | str) -> Exchange[R]:
        resource = scope.resource

        def read(answer: Response) -> R:
            with uncollected():
                document = xml.read(answer.body, lists=rails.lists(resource.record))
                record = rails.row(document, self.root(resource), resource.record)
            asked_for.record(scope, id, record)
            return record

        path = self.one(scope, id) if isinstance(id, int) else f"{self.at(scope)}/{quote(id, safe='@')}"
        return Exchange(Request("GET", path, query_of(scope)), read)

    def body(self, scope: Scope[R], values: Mapping[str, Value]) -> bytes:
        """Return the body of a create or update, without the owner, as the path has it."""
        resource = scope.resource
        return rails.encode(rails.spell(self.root(resource)), resource.record, values, owner=resource.owner)

    def create(self, scope: Scope[R], values: Mapping[str, Value]) -> Exchange[int | None]:
        return self.post(scope, self.at(scope), self.body(scope, values))

    def post(self, scope: Scope[R], path: str, body: bytes) -> Exchange[int | None]:
        """Return a create; the response has the id in its `Location`."""
        return Exchange(Request("POST", path, query_of(scope), body), lambda answer: rails.created(answer.headers))

    def update(self, scope: Scope[R], id: int, values: Mapping[str, Value]) -> Exchange[None]:
        return Exchange(Request("PUT", self.one(scope, id), query_of(scope), self.body(scope, values)), nothing)

    def delete(self, scope: Scope[R], id: int) -> Exchange[None]:
        return Exchange(Request("DELETE", self.one(scope, id), query_of(scope)), nothing)

    def act(self, scope: Scope[R], action: Action, id: int, said: Body | None = None) -> Exchange[None]:
        body = b""
        if said:
            kind, values = said
            body = rails_of(kind).body(Scope(kind), values)
        path, acts = action.path.format(id=id), action.method == "GET"
        return Exchange(Request(action.method, path, query_of(scope), body, acts=acts), nothing)


@dataclass(frozen=True, slots=True)
class Nested(Rails):
    """A list below the record that owns it, whose id is part of the path under the name of the owner's column."""

    def at(self, scope: Scope[R]) -> str:
        return self.path.format_map({scope.resource.owner: scope.parent})


@dataclass(frozen=True, slots=True)
class ListOnly(Rails):
    """Records without a path of their own: one is read from the list."""

    def get(self, scope: Scope[R], id: int | str) -> Exchange[R]:
        listing = self.list(scope)

        def read(answer: Response) -> R:
            row = next((row for row in listing.read(answer).rows if row.id == id), None)
            if row is None:
                raise asked_for.NotListed(f"The list has no {scope.resource.word} {id}.")
            return row

        return Exchange(listing.request, read)


def rails_of(resource: Resource[Record]) -> Rails:
    """Return the wire of a Harvest v1 resource.

    Raises:
        TypeError: it has another wire.
    """
    if not isinstance(resource.wire, Rails):
        raise TypeError(f"{resource.plural} are not spelled as Harvest v1 does")
    return resource.wire


def root_of(resource: Resource[Record]) -> str:
    """Return the element name of a record on Harvest v1's wire."""
    return rails_of(resource).root(resource)


def roots_of(resource: Resource[Record]) -> str:
    """Return the element name of a list on Harvest v1's wire."""
    return rails_of(resource).roots(resource)


def query_of(scope: Scope[R]) -> tuple[tuple[str, str], ...]:
    """Return the query parameters for the person a call is made for (harvest-v1 7)."""
    return tuple((name, str(id)) for name, id in scope.acted.items())


def nothing(answer: Response) -> None:
    """Ignore the body of a write's response, which says nothing (harvest-v1 5.4, 6.4)."""


def _asked(given: Filter, value: Value) -> str:
    """Return a filter's value for the query; brief ones are spelled otherwise than elements (harvest-v1 21)."""
    if given.brief and isinstance(value, date):
        return value.isoformat().replace("-", "")
    if given.brief and isinstance(value, bool):
        return "yes" if value else "no"
    return rails.show(value)


def _named(value: Value) -> dict[str, Value]:
    """Return a filter's value for a path."""
    if isinstance(value, date):
        return {"day": value.timetuple().tm_yday, "year": value.year}
    return {"id": value}
