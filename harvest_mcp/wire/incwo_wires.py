"""The wire of incwo's resources: one paged list each, under paths that end in `.xml` (incwo 4 to 9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import (
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
from harvest_mcp.wire import asked_for, incwo, xml
from harvest_mcp.wire.records import uncollected

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class IncwoDialect:
    """What is the same for all calls to incwo."""

    @property
    def headers(self) -> Mapping[str, str]:
        return incwo.HEADERS

    @property
    def forbids(self) -> frozenset[int]:
        return incwo.FORBIDS

    def view(self, view: View[P]) -> Exchange[P]:
        def read(answer: Response) -> P:
            return incwo.row(xml.read(answer.body, lists=incwo.lists(view.record)), view.root, view.record)

        return Exchange(Request("GET", view.path, view.query), read)

    def error_text(self, body: bytes) -> str:
        return incwo.error_text(body)

    def error_kind(self, body: bytes) -> str:
        """Return nothing: errors have a message alone (incwo 9)."""
        return ""

    @property
    def language(self) -> str:
        return "XML"

    def pause(self, body: bytes) -> str:
        """Return nothing: only the header says it."""
        return ""


@dataclass(frozen=True, slots=True)
class IncwoWire(Wire):
    """A paged list at `path`; `element` is the name of a record if it is not the noun."""

    path: str
    element: str = ""

    @property
    def paged(self) -> bool:
        return True

    def root(self, resource: Resource[Record]) -> str:
        """Return the element name of a record."""
        return self.element or resource.noun

    def one(self, id: int | str) -> str:
        """Return the path of one."""
        return f"{self.path}/{id}.xml"

    def list(
        self, scope: Scope[R], where: Sequence[tuple[Filter, Value]] = (), cursor: Cursor | None = None
    ) -> Exchange[Page[R]]:
        """Return a page; without a number, the first (incwo 5)."""
        resource, asked = scope.resource, int(cursor or 1)
        given = tuple((each.query, incwo.show(value)) for each, value in where if each.query)

        def read(answer: Response) -> Page[R]:
            with uncollected():
                document = xml.read(answer.body, lists=incwo.lists(resource.record))
                rows = incwo.rows(document, resource.record, self.root(resource), self.path.lstrip("/"))
            asked_for.place(scope, where, rows)
            number, of = incwo.pages(document)
            if not of:
                return Page(rows, total="an unknown number", alone=True)
            if asked >= of:
                return Page(rows, total=str(of))
            if number != asked:
                raise Malformed("another-page")
            return Page(rows, Cursor(str(asked + 1)), Cursor(str(of)), str(of))

        page = (("page", str(cursor)),) if cursor else ()
        return Exchange(Request("GET", f"{self.path}.xml", (*given, *page)), read)

    def get(self, scope: Scope[R], id: int | str) -> Exchange[R]:
        resource = scope.resource

        def read(answer: Response) -> R:
            with uncollected():
                document = xml.read(answer.body, lists=incwo.lists(resource.record))
                record = incwo.row(document, self.root(resource), resource.record)
            asked_for.record(scope, id, record)
            return record

        return Exchange(Request("GET", self.one(id if isinstance(id, int) else quote(id, safe="@"))), read)

    def create(self, scope: Scope[R], values: Mapping[str, Value]) -> Exchange[int | None]:
        root, record = self.root(scope.resource), scope.resource.record
        request = Request("POST", f"{self.path}.xml", body=incwo.encode(root, record, values))
        return Exchange(request, lambda answer: incwo.created(answer.body, root, record))

    def update(self, scope: Scope[R], id: int, values: Mapping[str, Value]) -> Exchange[None]:
        body = incwo.encode(self.root(scope.resource), scope.resource.record, values)
        return self._done(scope, id, Request("PUT", self.one(id), body=body))

    def delete(self, scope: Scope[R], id: int) -> Exchange[None]:
        return self._done(scope, id, Request("DELETE", self.one(id)))

    def act(
        self,
        scope: Scope[R],
        action: Action,
        id: int,
        said: tuple[Resource[Record], Mapping[str, Value]] | None = None,
    ) -> Exchange[None]:
        return self._done(scope, id, Request(action.method, action.path.format(id=id), acts=action.method == "GET"))

    def _done(self, scope: Scope[R], id: int, request: Request) -> Exchange[None]:
        root, record = self.root(scope.resource), scope.resource.record
        return Exchange(request, lambda answer: incwo.accepted(answer.body, root, record, id))


def incwo_of(resource: Resource[Record]) -> IncwoWire:
    """Return the wire of an incwo resource.

    Raises:
        TypeError: it has another wire.
    """
    if not isinstance(resource.wire, IncwoWire):
        raise TypeError(f"{resource.plural} are not spelled as incwo does")
    return resource.wire


def root_of(resource: Resource[Record]) -> str:
    """Return the element name of a record on incwo's wire."""
    return incwo_of(resource).root(resource)
