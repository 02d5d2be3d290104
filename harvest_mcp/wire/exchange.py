"""Which request a verb is, and how its answer is read."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, Literal, Protocol, TypeVar
from urllib.parse import quote

from harvest_mcp.spec import Action, Filter, Part, Record, Resource, System, Value, View
from harvest_mcp.wire import incwo, rails, same, xml
from harvest_mcp.wire.document import Document

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Part)
T_co = TypeVar("T_co", covariant=True)
Method = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True, slots=True)
class Request:
    """One call as it leaves: the path and query without credentials, the body as bytes.

    `content_type` is that of a body which is not the dialect's own kind.
    """

    method: Method
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str = ""
    acts: bool = False
    """Changes something whatever its method is (harvest-v1 TT-4 is a GET): never repeated, never redirected."""

    @property
    def writes(self) -> bool:
        return self.acts or self.method != "GET"


@dataclass(frozen=True, slots=True)
class Response:
    """One answer as it came, decoded and capped; header names in lower case. Its repr shows nobody's words."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Exchange(Generic[T_co]):
    """A request and how to read the answer to it; `read` raises Malformed.

    `aside` reads what the answer to a write says of another record.
    """

    request: Request
    read: Callable[[Response], T_co]
    aside: Callable[[Response], Decimal | None] | None = None


class Dialect(Protocol):
    """How a system spells records and says what became of a call; a module with these names is one."""

    HEADERS: Mapping[str, str]
    FORBIDS: frozenset[int]

    def path(self, resource: Resource[Record], id: int | None = None) -> str: ...
    def page(self, number: int) -> tuple[tuple[str, str], ...]: ...
    def show(self, value: Value) -> str: ...
    def encode(self, resource: Resource[Record], values: Mapping[str, Value], *, new: bool = False) -> bytes: ...
    def lists(self, record: type[Part]) -> frozenset[str] | None: ...
    def rows(self, document: Document, resource: Resource[R]) -> list[R]: ...
    def pages(self, document: Document) -> tuple[int, int]: ...
    def days(self, document: Document) -> tuple[date, date] | None: ...
    def row(self, document: Document, noun: str, record: type[P]) -> P: ...
    def created(self, headers: Mapping[str, str], body: bytes, resource: Resource[Record]) -> int | None: ...
    def accepted(self, body: bytes, resource: Resource[Record], id: int) -> None: ...
    def aside(self, body: bytes, name: str) -> Decimal | None: ...
    def error_text(self, body: bytes) -> str: ...
    def error_kind(self, body: bytes) -> str: ...


DIALECTS: Mapping[str, Dialect] = {"rails": rails, "incwo": incwo}


def dialect(system: System) -> Dialect:
    return DIALECTS[system.dialect]


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """Some rows of a list, and which page of how many they are; a list that comes whole is page 1 of 1.

    Without `counted`, how many there are is not known: then `of` is one more than this unless it is the last. `days`
    are the first and the last that the vendor says the list is of, `highest` the highest id there was. An `alone` one
    does not say whether there are others; a `missing` one is not there, although the one before counts it.
    """

    rows: Sequence[T_co]
    number: int = 1
    of: int = 1
    days: tuple[date, date] | None = None
    counted: bool = True
    highest: int = 0
    alone: bool = False
    missing: bool = False

    @property
    def total(self) -> str:
        """How many pages there are, in words."""
        if self.alone:
            return "an unknown number"
        return f"{'' if self.counted else 'at least '}{self.of}"


def list_(
    system: System, resource: Resource[R], where: Sequence[tuple[Filter, Value]] = (), *, page: int = 1
) -> Exchange[Page[R]]:
    """A page of a list, narrowed by the filters the vendor applies; the others are the caller's to apply."""
    speak = dialect(system)
    path = speak.path(resource)
    for given, value in where:
        if given.path:
            path = given.path.format_map(_named(value))
    asked = tuple((given.query, _asked(speak, given, value)) for given, value in where if given.query)
    query = (*resource.query, *asked)

    def read(answer: Response) -> Page[R]:
        if resource.daily:
            sheet = _viewed(speak, resource.daily.view, answer)
            same.day(resource, sheet)
            return Page(getattr(sheet, resource.daily.rows) or ())
        with _uncollected():
            document = xml.read(answer.body, lists=speak.lists(resource.record))
            rows = speak.rows(document, resource)
        same.place(resource, where, rows, speak.days(document))
        if (size := resource.page_size) == 0:
            number, of = speak.pages(document)
            return Page(rows, number, of or number, days=speak.days(document), alone=not of)
        more = len(rows) >= size  # neither a total nor a next link: a short page is the last (harvest-v1 8.1)
        return Page(rows, page, page + more, counted=not more)

    return Exchange(Request("GET", path, (*query, *speak.page(page))), read)


def _asked(speak: Dialect, given: Filter, value: Value) -> str:
    """A filter's value in the query; brief ones are spelt in another way than elements are (harvest-v1 21)."""
    if given.brief and isinstance(value, date):
        return value.isoformat().replace("-", "")
    if given.brief and isinstance(value, bool):
        return "yes" if value else "no"
    return speak.show(value)


def _named(value: Value) -> dict[str, Value]:
    """What a path may hold of a filter's value."""
    if isinstance(value, date):
        return {"day": value.timetuple().tm_yday, "year": value.year}
    return {"id": value}


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: a list makes many objects and no cycles, and looking takes a third of the time.

    Of two threads that come in at once, the first to leave turns it on again; the other is then only slower.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def get(system: System, resource: Resource[R], id: int | str) -> Exchange[R]:
    """One record, by its id or by the value of its handle."""
    speak = dialect(system)

    def read(answer: Response) -> R:
        with _uncollected():
            document = xml.read(answer.body, lists=speak.lists(resource.record))
            if resource.addresses:
                document = document.first(resource.root)
            record = speak.row(document, resource.root, resource.record)
        same.record(resource, id, record)
        return record

    path = speak.path(resource, id) if isinstance(id, int) else f"{speak.path(resource)}/{quote(id, safe='@')}"
    return Exchange(Request("GET", path, resource.query), read)


def view(system: System, view: View[P]) -> Exchange[P]:
    speak = dialect(system)
    return Exchange(Request("GET", view.path, view.query), lambda answer: _viewed(speak, view, answer))


def _viewed(speak: Dialect, view: View[P], answer: Response) -> P:
    return speak.row(xml.read(answer.body, lists=speak.lists(view.record)), view.root, view.record)


def create(system: System, resource: Resource[Record], values: Mapping[str, Value]) -> Exchange[int | None]:
    """A create; reads as the new id, or None when the answer does not tell."""
    speak, other, at = dialect(system), resource.makes, resource.addresses
    path = f"{speak.path(resource)}/{resource.assigns.along}" if other and resource.assigns else speak.path(resource)
    return Exchange(
        Request("POST", at.create if at else path, resource.query, speak.encode(other or resource, values, new=True)),
        lambda answer: speak.created(answer.headers, answer.body, resource),
        _aside(speak, resource),
    )


def update(system: System, resource: Resource[Record], id: int, values: Mapping[str, Value]) -> Exchange[None]:
    speak, at = dialect(system), resource.addresses
    method, path = (at.update_by, at.update.format(id=id)) if at else ("PUT", speak.path(resource, id))
    return Exchange(
        Request(method, path, resource.query, speak.encode(resource, values)),
        lambda answer: speak.accepted(answer.body, resource, id),
    )


def delete(system: System, resource: Resource[Record], id: int) -> Exchange[None]:
    speak, at = dialect(system), resource.addresses
    path = at.delete.format(id=id) if at else speak.path(resource, id)
    return Exchange(Request("DELETE", path, resource.query), lambda answer: speak.accepted(answer.body, resource, id))


def act(
    system: System, resource: Resource[Record], action: Action, id: int, said: Mapping[str, Value] | None = None
) -> Exchange[None]:
    """An action; `said` are columns of the record that it makes along."""
    speak = dialect(system)
    body = speak.encode(system.resource(action.carries[0]), said) if said and action.carries else b""
    return Exchange(
        Request(action.method, action.path.format(id=id), resource.query, body, acts=action.method == "GET"),
        lambda answer: speak.accepted(answer.body, resource, id),
        _aside(speak, resource),
    )


def _aside(speak: Dialect, resource: Resource[Record]) -> Callable[[Response], Decimal | None] | None:
    if resource.addresses is None or not (name := resource.addresses.aside):
        return None
    return lambda answer: speak.aside(answer.body, name)
