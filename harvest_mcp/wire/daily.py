"""The wire of Harvest v1's timesheets: by day, with paths and bodies of their own (harvest-v1 18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

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
    Response,
    Scope,
    Value,
    View,
)
from harvest_mcp.wire import asked_for, rails, xml
from harvest_mcp.wire.rails_wires import Body, Rails, nothing, query_of, viewed
from harvest_mcp.wire.records import uncollected

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The path of each verb, with `{id}`; `day` has the day of the year and the year."""

    day: str
    get: str
    create: str
    update: str
    delete: str
    update_by: Literal["POST", "PUT"] = "PUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily(Rails):
    """A list read day by day, as the list `rows` within a view; the view without a day is today's.

    The column `day` has a record's date. A write's body has the root `request` and unchanged names; a response has the
    record below any root, and may tell in an element `aside` what happened to another record. `slim` asks for the rows
    alone; no day before `first` has a path.
    """

    day: str = ""
    view: View[Part]
    rows: str
    addresses: Addresses
    request: str
    beside: str = ""
    slim: tuple[tuple[str, str], ...] = ()
    first: date = date.min

    def at(self, scope: Scope[R]) -> str:
        """Return the path of a day, `/daily/64/2018`, or of today for the person."""
        return self.of(scope.day) if scope.day else self.path

    def of(self, day: date) -> str:
        """Return the path of a day."""
        return self.addresses.day.format(day=day.timetuple().tm_yday, year=f"{day.year:04}")

    def one(self, scope: Scope[R], id: int) -> str:
        return self.addresses.get.format(id=id)

    def sheet(self, scope: Scope[R], *, slim: bool = False) -> Exchange[Part]:
        """Return the view of a day for its person."""
        query = (*query_of(scope), *(self.slim if slim else ()))
        return Exchange(Request("GET", self.at(scope), query), lambda answer: viewed(self.view, answer))

    def list(
        self, scope: Scope[R], where: Sequence[tuple[Filter, Value]] = (), cursor: Cursor | None = None
    ) -> Exchange[Page[R]]:
        def read(answer: Response) -> Page[R]:
            sheet = viewed(self.view, answer)
            if scope.day and getattr(sheet, "for_day") != scope.day:  # noqa: B009 - the view's class is the vendor's
                raise Malformed("another-day")
            return Page(getattr(sheet, self.rows) or ())

        return Exchange(Request("GET", self.at(scope), query_of(scope)), read)

    def get(self, scope: Scope[R], id: int | str) -> Exchange[R]:
        def read(answer: Response) -> R:
            with uncollected():
                record = self._record(scope, answer)
            asked_for.record(scope, id, record)
            return record

        return Exchange(Request("GET", self.addresses.get.format(id=id), query_of(scope)), read)

    def _record(self, scope: Scope[R], answer: Response) -> R:
        kind, root = scope.resource.record, self.root(scope.resource)
        return rails.row(xml.read(answer.body, lists=rails.lists(kind)).first(root), root, kind)

    def body(self, scope: Scope[R], values: Mapping[str, Value]) -> bytes:
        return rails.encode_plain(self.request, scope.resource.record, values)

    def create(self, scope: Scope[R], values: Mapping[str, Value]) -> Exchange[int | None]:
        request = Request("POST", self.addresses.create, query_of(scope), self.body(scope, values))
        return Exchange(request, lambda answer: self._record(scope, answer).id, self._aside)

    def update(self, scope: Scope[R], id: int, values: Mapping[str, Value]) -> Exchange[None]:
        path, body = self.addresses.update.format(id=id), self.body(scope, values)
        return Exchange(Request(self.addresses.update_by, path, query_of(scope), body), nothing)

    def delete(self, scope: Scope[R], id: int) -> Exchange[None]:
        return Exchange(Request("DELETE", self.addresses.delete.format(id=id), query_of(scope)), nothing)

    def act(self, scope: Scope[R], action: Action, id: int, said: Body | None = None) -> Exchange[None]:
        return replace(Rails.act(self, scope, action, id, said), aside=self._aside)

    def _aside(self, answer: Response) -> Decimal | None:
        """Return what the response says of another record, if anything."""
        return rails.aside(answer.body, self.beside)
