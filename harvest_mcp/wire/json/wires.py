"""The wire of Harvest v2's resources: JSON at the top level, PATCH, links to the next page (harvest-v2 2 to 4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from harvest_mcp.errors import Malformed
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
from harvest_mcp.wire import asked_for, rails
from harvest_mcp.wire.document import Plain, readable
from harvest_mcp.wire.json import codec
from harvest_mcp.wire.json.links import ahead, link
from harvest_mcp.wire.json.records import RecordForm, Spelled, form, instant, mapping_of
from harvest_mcp.wire.json.rows import LARGEST
from harvest_mcp.wire.records import uncollected

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Part)
Body = tuple[Resource[Record], Mapping[str, Value]]
Prepare = Callable[[dict[str, Plain]], dict[str, Plain]]
NO_WORDS = ("Not Found", "Not authorized!")
"""Messages that say no more than the status (harvest-v2 3.1)."""


@dataclass(frozen=True, slots=True)
class JsonDialect:
    """What is the same for all calls to Harvest v2."""

    language: str = "JSON"

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Accept": "application/json", "Content-Type": "application/json"}

    @property
    def forbids(self) -> frozenset[int]:
        return frozenset({403})

    def view(self, view: View[P]) -> Exchange[P]:
        def read(answer: Response) -> P:
            told: Plain = mapping_of(codec.read(answer.body))
            return form(view.record, ()).read([{view.root: told} if view.root else told], view.record)[0]

        return Exchange(Request("GET", view.path, view.query), read)

    def error_text(self, body: bytes) -> str:
        """Return the text of `message`, else of `error_description`, else of `error` (harvest-v2 3.1)."""
        told = _told(body)
        texts = [told.get(name) for name in ("message", "error_description", "error")]
        return next((each for each in texts if isinstance(each, str) and each and each not in NO_WORDS), "")

    def error_kind(self, body: bytes) -> str:
        return ""

    def pause(self, body: bytes) -> str:
        """Return the seconds a throttle response names in its body (harvest-v2 3.3)."""
        seconds = _told(body).get("retry_after")
        return str(seconds) if isinstance(seconds, int) else ""


def _told(body: bytes) -> dict[str, Plain]:
    """Return an error body's object; empty for a web page, an empty body and anything unreadable."""
    found = readable(codec, body)
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class JsonWire(Wire):
    """A list at `path`, followed from link to link, and one record at `{path}/{id}`.

    `key` is the list's name in a response, if it is not the end of the path. `spelled` are columns with other names.
    With `paged` the list is read page by page, otherwise in full. On behalf of another person, a list is filtered by
    `acting`, and a create sends it. Duplicates are looked for `near` a record: filters, each with the column for its
    value. A create also sends `always`. `prepare` turns a row into the form its columns are read from.
    """

    path: str
    spelled: tuple[Spelled, ...] = ()
    key: str = ""
    paged: bool = False
    acting: Acting | None = None
    near: tuple[tuple[str, str], ...] = ()
    always: tuple[tuple[str, bool], ...] = ()
    prepare: Prepare | None = None

    def form(self, scope: Scope[R]) -> RecordForm:
        return form(scope.resource.record, self.spelled)

    @property
    def merges(self) -> bool:
        return True

    def around(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {name: values[column] for name, column in self.near if values.get(column) is not None}

    def at(self, scope: Scope[R]) -> str:
        """Return the path of the list; the owner's id is part of it."""
        owner = scope.resource.owner
        return self.path.format_map({owner: scope.parent}) if owner else self.path

    def one(self, scope: Scope[R], id: int) -> str:
        """Return the path of one."""
        return f"{self.at(scope)}/{id}"

    def list(
        self, scope: Scope[R], where: Sequence[tuple[Filter, Value]] = (), cursor: Cursor | None = None
    ) -> Exchange[Page[R]]:
        path = self.at(scope)
        asked = (*whose(scope), *((given.query, self.ask(given, value)) for given, value in where if given.query))

        def read(answer: Response) -> Page[R]:
            with uncollected():
                page = self.quickly(scope, answer.body, path)
                page = page or self.page(scope, mapping_of(codec.read(answer.body)), path)
            asked_for.place(scope, where, page.rows)
            return page

        query = tuple(parse_qsl(cursor, keep_blank_values=True)) if cursor else asked
        return Exchange(Request("GET", path, query), read)

    def quickly(self, scope: Scope[R], body: bytes, path: str) -> Page[R] | None:
        """Return a long page of regular rows; None if something is unusual."""
        plural, many = self.key or path.rpartition("/")[2], self.form(scope).many()
        if self.prepare or many is None:
            return None
        found = many.page(body, plural)
        return self.around_rows(scope, *found, path) if found else None

    def ask(self, given: Filter, value: Value) -> str:
        """Return a filter's value for the query."""
        if isinstance(value, bool):
            turned = any(each.column == given.name and each.sends for each in self.spelled)
            return "true" if value is not turned else "false"
        if isinstance(value, datetime):
            return instant(value)
        return value.isoformat() if isinstance(value, date) else str(value)

    def page(self, scope: Scope[R], told: Mapping[str, Plain], path: str) -> Page[R]:
        """Return a page of rows."""
        rows = told.get(self.key or path.rpartition("/")[2])
        if not isinstance(rows, list):
            raise Malformed("unexpected-root")
        found = self.form(scope).read([self.prepared(row) for row in rows], scope.resource.record)
        return self.around_rows(scope, found, told, path)

    def around_rows(self, scope: Scope[R], rows: Sequence[R], told: Mapping[str, Any], path: str) -> Page[R]:
        """Return rows with the cursor of the next page, whose link is followed as given (harvest-v2 4.5)."""
        links, pages = told.get("links"), told.get("total_pages")
        following = link(links, "next", path) if isinstance(links, dict) else None
        short = "" if following else _short(told, len(rows))
        if not isinstance(pages, int):
            return Page(placed(scope, rows), following, short=short)
        return Page(placed(scope, rows), following, ahead=ahead(following, pages), total=str(pages), short=short)

    def get(self, scope: Scope[R], id: int | str) -> Exchange[R]:
        if isinstance(id, str):
            return self.picked(scope, id)

        def read(answer: Response) -> R:
            record = self.record(scope, answer)
            asked_for.record(scope, id, record)
            return record

        return Exchange(Request("GET", self.one(scope, id)), read)

    def picked(self, scope: Scope[R], id: int | str) -> Exchange[R]:
        """Read a record without a path of its own from the list."""
        listing = self.list(scope)
        column = scope.resource.named_by.address if isinstance(id, str) else "id"

        def read(answer: Response) -> R:
            wanted = str(id).casefold()
            for row in listing.read(answer).rows:
                if str(getattr(row, column)).casefold() == wanted:
                    return row
            raise asked_for.NotListed(f"The list has no {scope.resource.word} {id}.")

        return Exchange(listing.request, read)

    def record(self, scope: Scope[R], answer: Response) -> R:
        """Return the record of a response."""
        with uncollected():
            found = mapping_of(codec.read(answer.body))
            return placed(scope, self.form(scope).read([self.prepared(found)], scope.resource.record))[0]

    def prepared(self, row: Plain) -> Plain:
        """Return a row in the form its columns are read from."""
        return self.prepare(row) if self.prepare and isinstance(row, dict) else row

    def body(self, scope: Scope[R], values: Mapping[str, Value]) -> dict[str, object]:
        """Return the body of a create or update: fields at the top level (harvest-v2 2.1)."""
        resource = scope.resource
        return self.form(scope).write(resource.record, values, owner=resource.owner)

    def create(self, scope: Scope[R], values: Mapping[str, Value]) -> Exchange[int | None]:
        body = {**dict(self.always), **self.body(scope, {**values, **scope.acted})}
        return Exchange(Request("POST", self.at(scope), body=codec.write(body)), created)

    def update(self, scope: Scope[R], id: int, values: Mapping[str, Value]) -> Exchange[None]:
        body = codec.write(self.body(scope, values))
        return Exchange(Request("PATCH", self.one(scope, id), body=body), lambda answer: answered(answer, id))

    def delete(self, scope: Scope[R], id: int) -> Exchange[None]:
        return Exchange(Request("DELETE", self.one(scope, id)), nothing)

    def act(self, scope: Scope[R], action: Action, id: int, said: Body | None = None) -> Exchange[None]:
        """Set a column to a value, so that sending it twice does no harm (harvest-v2 26)."""
        return self.update(scope, id, {action.flips: action.to})


@dataclass(frozen=True, slots=True)
class Assigned(JsonWire):
    """An assignment: puts the record in column `assigns` on its owner; `making` are columns of that record.

    A new one `begins` with columns of that record, which are sent because the vendor's defaults may differ.
    """

    assigns: str = ""
    making: tuple[str, ...] = ()
    begins: tuple[tuple[str, str], ...] = ()


def placed(scope: Scope[R], rows: Sequence[R]) -> Sequence[R]:
    """Return rows with their owner, which only the path tells for some (harvest-v2 27)."""
    owner = scope.resource.owner
    if not owner or not scope.parent:
        return rows
    return [row.model_copy(update={owner: scope.parent}) if getattr(row, owner) is None else row for row in rows]


def _short(told: Mapping[str, Any], rows: int) -> str:
    """Return why the last page seems incomplete, by its own counts; empty if they agree."""
    page, pages, entries = (told.get(name) for name in ("page", "total_pages", "total_entries"))
    if isinstance(page, int) and isinstance(pages, int) and page < pages:
        return f"only {page} of {pages} pages came"
    return f"only {rows} of {entries} came" if page == 1 and isinstance(entries, int) and rows < entries else ""


def whose(scope: Scope[R]) -> tuple[tuple[str, str], ...]:
    """Return the query parameter for whose rows a list has; without one, everybody's that may be seen."""
    return tuple((name, str(id)) for name, id in scope.acted.items())


def created(answer: Response) -> int | None:
    """Return the id of a new record; None if body and `Location` name different ones, or neither does."""
    placed = rails.created(answer.headers)
    told = _told(answer.body).get("id")
    if not isinstance(told, int) or isinstance(told, bool) or not 0 < told < LARGEST:
        return placed
    return told if placed in (None, told) else None


def answered(answer: Response, id: int) -> None:
    """Check that an update is answered with the record (harvest-v2 3.1); any other response proves nothing.

    Raises:
        Malformed: it is not.
    """
    if mapping_of(codec.read(answer.body)).get("id") != id:
        raise Malformed("another-record")


def nothing(answer: Response) -> None:
    """Ignore the response; the record is read again instead."""
