"""The routes: the vendor's paths, derived from the resources, with their handlers (harvest-v1 9 to 17)."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

from harvest_mcp.sandbox.asgi import Headers, HttpAnswer, HttpCall
from harvest_mcp.sandbox.harvest import crud, queries, receipts, rules
from harvest_mcp.sandbox.harvest.logins import READS, WRITES
from harvest_mcp.sandbox.harvest.requests import Route, Visit, may, number, owned, route, sees, there, whose
from harvest_mcp.sandbox.harvest.responses import account, bodies, report_rows
from harvest_mcp.sandbox.harvest.rules import Refusal, expense_rules
from harvest_mcp.sandbox.store import Row, Test
from harvest_mcp.spec import Action, Filter, Record, Report, Resource, Road, fields
from harvest_mcp.systems.harvest import HARVEST, PEOPLE, RATE_LIMIT, WHO_AM_I
from harvest_mcp.wire.assignment import Assignment
from harvest_mcp.wire.daily import Daily
from harvest_mcp.wire.rails_wires import ListOnly, rails_of

SINCE = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d)(:\d\d)?(?: UTC)?)?")  # harvest-v1 8.1
NEWEST_FIRST = frozenset({"invoice"})  # harvest-v1 5.1
ODD_PLACES: Mapping[str, str] = {"invoice_item_category": "/invoice_categories"}  # harvest-v1 29 row 16


def _routes(resource: Resource[Record]) -> Iterator[Route]:
    """Yield the routes of a resource: reads always, writes by its verbs, actions and attachments."""
    wire = rails_of(resource)
    path = wire.path.replace(f"{{{resource.owner}}}", "{owner}")
    one = f"{path}/{{id}}"
    lists = _list if wire.complete else _week
    yield route("GET", path, partial(lists, resource, None))
    if not isinstance(wire, ListOnly):
        yield route("GET", one, partial(_get, resource))
    writes: Mapping[str, Route] = {
        "create": route("POST", path, partial(_create, resource)),
        "update": route("PUT", one, partial(_update, resource)),
        "delete": route("DELETE", one, partial(_delete, resource)),
    }
    yield from (each for verb, each in writes.items() if verb in resource.verbs)
    if resource.named_by.address:
        yield route("GET", f"{path}/{{handle}}", partial(_get, resource))
    if isinstance(wire, Assignment) and wire.both:
        yield route("POST", f"{path}/{wire.both}", partial(_create_both, resource, wire.assigns))
    for action in {action.path: action for action in resource.actions}.values():
        yield route(
            action.method, action.path, partial(_step if isinstance(action.to, str) else _flip, resource, action)
        )
    for narrow in resource.filters:
        if narrow.path:
            yield route("GET", narrow.path, partial(lists, resource, narrow))
    for file in (rule.attachment for rule in resource.rules):
        if file is not None:
            yield route("GET", file.path, partial(_receipt, resource))
            yield route("POST", file.path, partial(_attach, resource))


def _list(resource: Resource[Record], owner: Filter | None, visit: Visit) -> HttpAnswer:
    may(visit, resource, READS)
    where = [*_since(resource, visit.call), *queries.tests(resource, visit.call)]
    if resource.owner:
        owned(visit, resource)
        where.append((resource.owner, "=", visit.owner))
    if owner and owner.ref:
        rules.found(visit.store, HARVEST.resource(owner.ref), visit.id)
        where.append((f"{owner.ref}_id", "=", visit.id))
    rows = visit.store.rows(resource, where, newest_first=resource.noun in NEWEST_FIRST)
    fit = queries.choice(resource, visit.call, visit.store.now().date())
    shown = [row for row in rows if sees(visit, resource, row) and fit(row)]
    return HttpAnswer(200, body=bodies.list_(resource, _page(resource, visit.call, shown), visit.profile))


def _week(resource: Resource[Record], owner: Filter | None, visit: Visit) -> HttpAnswer:
    """EX-7, EX-8: list one week of the caller's rows, or of the person named (harvest-v1 20)."""
    may(visit, resource, READS)
    first, last = expense_rules.week(visit.store, expense_rules.day(visit.day, visit.year) if owner else None)
    since = visit.store.rows(resource, [("user_id", "=", whose(visit)), ("spent_at", ">=", first)])
    rows = [row for row in since if str(row["spent_at"]) <= str(last)]
    return HttpAnswer(200, body=bodies.week(resource, rows, (first, last), visit.profile))


def _receipt(resource: Resource[Record], visit: Visit) -> HttpAnswer:
    """EX-6: return the file."""
    may(visit, resource, READS)
    there(visit, resource)
    if (found := receipts.kept(visit.store, visit.id)) is None:
        raise Refusal(404, "NotFound", f"This {resource.noun} has no receipt.", hint=False)
    kind, data = found
    return HttpAnswer(200, body=data, content_type=kind)


def _attach(resource: Resource[Record], visit: Visit) -> HttpAnswer:
    """EX-5: attach a file, replacing any other."""
    may(visit, resource, WRITES)
    expense_rules.unlocked(resource, there(visit, resource), visit.login.id, "NotAllowed")
    receipts.keep(visit.store, visit.id, visit.call.headers.get("content-type", ""), visit.call.body)
    return HttpAnswer(200, (("Location", f"{rails_of(resource).path}/{visit.id}/receipt"),), content_type="")


def _get(resource: Resource[Record], visit: Visit) -> HttpAnswer:
    may(visit, resource, READS)
    row = there(visit, resource)
    return HttpAnswer(200, body=bodies.one(resource, row, visit.profile))


def _create(resource: Resource[Record], visit: Visit) -> HttpAnswer:
    may(visit, resource, WRITES)
    if resource.owner:
        owned(visit, resource)
    fixed: Row = {resource.owner: visit.owner} if resource.owner else {}
    fixed |= {"user_id": whose(visit)} if resource.wire.acting else {}
    id = crud.create(visit.store, resource, visit.call.body, fixed, hand=visit.hand)
    if resource.noun in ODD_PLACES:
        return HttpAnswer(201, (("Location", f"{ODD_PLACES[resource.noun]}/{id}"),), content_type="")
    return HttpAnswer(201, _at(resource, visit, id), content_type="")


def _create_both(resource: Resource[Record], column: str, visit: Visit) -> HttpAnswer:
    """TS-4: create a task and its assignment."""
    may(visit, resource, WRITES)
    owned(visit, resource)
    with visit.store.writing():
        made = HARVEST.resource(str(fields(resource.record)[column].ref))
        along = crud.create(visit.store, made, visit.call.body, {}, hand=visit.hand)
        id = crud.assign(visit.store, resource, {resource.owner: visit.owner, column: along})
    return HttpAnswer(201, _at(resource, visit, id), content_type="")


def _update(resource: Resource[Record], visit: Visit) -> HttpAnswer:
    may(visit, resource, WRITES)
    there(visit, resource)
    crud.update(visit.store, resource, visit.id, visit.call.body, hand=visit.hand)
    return HttpAnswer(200, _at(resource, visit, visit.id), content_type="")


def _flip(resource: Resource[Record], action: Action, visit: Visit) -> HttpAnswer:
    may(visit, resource, WRITES)
    there(visit, resource)
    crud.flip(visit.store, resource, action, visit.id, by=visit.login.id)
    return HttpAnswer(200, _at(resource, visit, visit.id), content_type="")


def _step(resource: Resource[Record], action: Action, visit: Visit) -> HttpAnswer:
    may(visit, resource, WRITES)
    there(visit, resource)
    crud.step(visit.store, resource, action, visit.id, visit.call.body, hand=visit.hand)
    return HttpAnswer(200, content_type="")


def _delete(resource: Resource[Record], visit: Visit) -> HttpAnswer:
    may(visit, resource, WRITES)
    there(visit, resource)
    hint = crud.delete(visit.store, resource, visit.id, hand=visit.hand)
    return HttpAnswer(200, (("Hint", hint),) if hint else (), content_type="")


def _who_am_i(visit: Visit) -> HttpAnswer:
    return HttpAnswer(
        200, body=bodies.view(WHO_AM_I.root, account.who_am_i(visit.login, visit.profile, visit.switches))
    )


def _reset_password(visit: Visit) -> HttpAnswer:
    """PE-7: mail a link; withdrawn after classic (harvest-v1 15)."""
    may(visit, PEOPLE, WRITES)
    there(visit, PEOPLE)
    if visit.profile != "classic":
        raise rules.missing(PEOPLE, visit.id)
    return HttpAnswer(200, content_type="")


def _budget(visit: Visit) -> HttpAnswer:
    return HttpAnswer(200, body=bodies.view(RATE_LIMIT.root, visit.throttle.status(visit.profile)))


def _report(report: Report, road: Road, visit: Visit) -> HttpAnswer:
    """RE-1 to RE-5: list the rows of a period that belong to one record."""
    report_rows.allow(road, visit.id, visit.call, visit.login)
    since = list(_since(report.rows, visit.call))
    rows = report_rows.under(visit.store, report, road, visit.id, visit.call, since)
    return HttpAnswer(200, body=bodies.list_(report.rows, rows, visit.profile))


ROUTES = (
    route("GET", WHO_AM_I.path, _who_am_i),
    route("GET", RATE_LIMIT.path, _budget),
    route("POST", f"{rails_of(PEOPLE).path}/{{id}}/reset_password", _reset_password),
    *(each for resource in HARVEST.resources if not isinstance(resource.wire, Daily) for each in _routes(resource)),
    *(
        route("GET", report.filter(road.by).path or "", partial(_report, report, road))
        for report in HARVEST.reports
        for road in report.roads
    ),
)


def _at(resource: Resource[Record], visit: Visit, id: int) -> Headers:
    place = rails_of(resource).at(resource.under({resource.owner: visit.owner}))
    return (("Location", f"{place}/{id}"),)  # relative (harvest-v1 6.4)


def _since(resource: Resource[Record], call: HttpCall) -> Iterator[Test]:
    if (since := call.asked(queries.SINCE)) and "updated_at" in fields(resource.record):
        yield "updated_at", ">=", _instant(since)  # inclusive (harvest-v1 8.1)


def _instant(text: str) -> datetime:
    match = SINCE.fullmatch(text)
    try:
        if match:
            return datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{match[3] or ':00'}").replace(tzinfo=UTC)
    except ValueError:
        pass
    raise rules.invalid("updated_since must be a UTC time such as 2010-09-25 18:30.")


def _page(resource: Resource[Record], call: HttpCall, rows: list[Row]) -> list[Row]:
    if not (size := rails_of(resource).page_size):
        return rows
    start = (max(number(call.asked("page") or "1"), 1) - 1) * size
    return rows[start : start + size]
