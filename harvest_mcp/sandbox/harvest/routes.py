"""Which call is what: the vendor's addresses, read off the resources, and what answers each (harvest-v1 9 to 13)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from harvest_mcp.sandbox.asgi import Answer, Call, Headers
from harvest_mcp.sandbox.harvest import account, bodies, rules
from harvest_mcp.sandbox.harvest.people import READS, WRITES, Login, Role
from harvest_mcp.sandbox.harvest.rules import Refusal
from harvest_mcp.sandbox.harvest.throttle import Throttle
from harvest_mcp.sandbox.store import Row, Store, Test
from harvest_mcp.spec import Action, Era, Filter, Record, Resource, fields
from harvest_mcp.systems.harvest import HARVEST, RATE_LIMIT, WHO_AM_I

SINCE = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d)(:\d\d)?(?: UTC)?)?")  # harvest-v1 8.1
NEWEST_FIRST = frozenset({"invoice"})  # harvest-v1 5.1
PAGES: Mapping[str, int] = {"invoice": 50}  # rows to a page (harvest-v1 8.1)


@dataclass(frozen=True, slots=True)
class Visit:
    """One call by someone who may come in, and what is needed to answer it; `id` is the one in the path."""

    store: Store
    throttle: Throttle
    profile: Era
    login: Login
    call: Call
    id: int = 0


Handler = Callable[[Visit], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """A method, a path, and what answers them."""

    method: str
    path: re.Pattern[str]
    answer: Handler


def find(call: Call) -> tuple[Handler, int] | None:
    """What answers a call, and the id in its path, 0 for none."""
    for route in ROUTES:
        if route.method == call.method and (match := route.path.fullmatch(call.path)):
            return route.answer, int(match["id"] or 0) if "id" in match.groupdict() else 0
    return None


def _route(method: str, path: str, answer: Handler) -> Route:
    return Route(method, re.compile(re.escape(path).replace(r"\{id\}", r"(?P<id>\d{1,15})") + "/?"), answer)


def _routes(resource: Resource[Record]) -> Iterator[Route]:
    """Reading is there for every resource; writing where the resource says so."""
    path, one = resource.path, f"{resource.path}/{{id}}"
    yield _route("GET", path, partial(_list, resource, None))
    yield _route("GET", one, partial(_get, resource))
    writes: Mapping[str, Route] = {
        "create": _route("POST", path, partial(_create, resource)),
        "update": _route("PUT", one, partial(_update, resource)),
        "delete": _route("DELETE", one, partial(_delete, resource)),
    }
    yield from (route for verb, route in writes.items() if verb in resource.verbs)
    for action in resource.actions:
        yield _route(action.method, action.path, partial(_flip, resource, action))
    for narrow in resource.filters:
        if narrow.path:
            yield _route("GET", narrow.path, partial(_list, resource, narrow))


def _list(resource: Resource[Record], owner: Filter | None, visit: Visit) -> Answer:
    _may(visit, resource, READS)
    where = list(_narrowed(resource, visit.call))
    if owner and owner.ref:
        rules.found(visit.store, HARVEST.resource(owner.ref), visit.id)
        where.append((f"{owner.ref}_id", "=", visit.id))
    rows = visit.store.rows(resource, where, newest_first=resource.noun in NEWEST_FIRST)
    shown = [row for row in rows if _sees(visit, resource, row)]
    return Answer(200, body=bodies.list_(resource, _page(resource, visit.call, shown), visit.profile))


def _get(resource: Resource[Record], visit: Visit) -> Answer:
    _may(visit, resource, READS)
    row = rules.found(visit.store, resource, visit.id)
    if not _sees(visit, resource, row):
        raise rules.missing(resource, visit.id)
    return Answer(200, body=bodies.one(resource, row, visit.profile))


def _create(resource: Resource[Record], visit: Visit) -> Answer:
    _may(visit, resource, WRITES)
    id = rules.create(visit.store, resource, visit.call.body)
    return Answer(201, _at(resource, id), content_type="")


def _update(resource: Resource[Record], visit: Visit) -> Answer:
    _may(visit, resource, WRITES)
    rules.update(visit.store, resource, visit.id, visit.call.body)
    return Answer(200, _at(resource, visit.id), content_type="")


def _flip(resource: Resource[Record], action: Action, visit: Visit) -> Answer:
    _may(visit, resource, WRITES)
    rules.flip(visit.store, resource, action, visit.id)
    return Answer(200, _at(resource, visit.id), content_type="")


def _delete(resource: Resource[Record], visit: Visit) -> Answer:
    _may(visit, resource, WRITES)
    rules.delete(visit.store, resource, visit.id)
    return Answer(200, content_type="")


def _who_am_i(visit: Visit) -> Answer:
    return Answer(200, body=bodies.view(WHO_AM_I.root, account.who_am_i(visit.login, visit.profile)))


def _budget(visit: Visit) -> Answer:
    return Answer(200, body=bodies.view(RATE_LIMIT.root, visit.throttle.status(visit.profile)))


ROUTES = (
    _route("GET", WHO_AM_I.path, _who_am_i),
    _route("GET", RATE_LIMIT.path, _budget),
    *(route for resource in HARVEST.resources for route in _routes(resource)),
)


def _at(resource: Resource[Record], id: int) -> Headers:
    return (("Location", f"{resource.path}/{id}"),)  # relative (harvest-v1 6.4)


def _may(visit: Visit, resource: Resource[Record], what: Mapping[Role, frozenset[str]]) -> None:
    """Lack of a right answers as if nothing were there (harvest-v1 6.1)."""
    if resource.noun not in what[visit.login.role]:
        raise Refusal(404, "NotFound", f"There is no {resource.noun} here for this user.", hint=False)


def _sees(visit: Visit, resource: Resource[Record], row: Row) -> bool:
    """A project manager sees the projects they manage (harvest-v1 7)."""
    return resource.noun != "project" or visit.login.role == "administrator" or row["id"] in visit.login.manages


def _narrowed(resource: Resource[Record], call: Call) -> Iterator[Test]:
    if (since := call.asked("updated_since")) and "updated_at" in fields(resource.record):
        yield "updated_at", ">=", _instant(since)  # inclusive (harvest-v1 8.1)
    for narrow in resource.filters:
        if narrow.query and narrow.ref and (value := call.asked(narrow.query)):
            yield f"{narrow.ref}_id", "=", _number(value)


def _instant(text: str) -> datetime:
    match = SINCE.fullmatch(text)
    try:
        if match:
            return datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{match[3] or ':00'}").replace(tzinfo=UTC)
    except ValueError:
        pass
    raise rules.invalid("updated_since must be a UTC time such as 2010-09-25 18:30.")


def _page(resource: Resource[Record], call: Call, rows: list[Row]) -> list[Row]:
    if (size := PAGES.get(resource.noun)) is None:
        return rows
    start = (max(_number(call.asked("page") or "1"), 1) - 1) * size
    return rows[start : start + size]


def _number(text: str) -> int:
    """What Ruby makes of a parameter that should be a number: 0 when it is none."""
    return int(text) if re.fullmatch(r"\d{1,15}", text, re.ASCII) else 0
