"""List, get, create, update and delete for every kind of record."""

from collections.abc import Mapping, Sequence
from typing import Any

from harvest_mcp.sandbox.asgi import Headers, HttpAnswer
from harvest_mcp.sandbox.harvest_v2.kinds import KINDS, Kind
from harvest_mcp.sandbox.harvest_v2.rights import may, may_write, own_only, sees
from harvest_mcp.sandbox.harvest_v2.shapes.fields import Field, taken, told
from harvest_mcp.sandbox.harvest_v2.visit import Visit, number
from harvest_mcp.sandbox.harvest_v2.wire.lists import Paging, cut, envelope, fitting
from harvest_mcp.sandbox.harvest_v2.wire.receive import Said, said
from harvest_mcp.sandbox.harvest_v2.wire.refusal import JSON, invalid, missing
from harvest_mcp.sandbox.harvest_v2.wire.write_json import dumped
from harvest_mcp.sandbox.store import Row, Test
from harvest_mcp.spec import fields


def answered(body: Mapping[str, object], status: int = 200, headers: Headers = ()) -> HttpAnswer:
    return HttpAnswer(status, headers, dumped(body), JSON)


def page(visit: Visit, key: str, rows: Sequence[Row], shape: Sequence[Field], paging: Paging) -> HttpAnswer:
    """Return the response with one page of sorted rows."""
    at = cut(visit, rows, paging)
    shown: list[Any] = [told(shape, visit, row) for row in rows[at.start : at.stop]]
    return answered(envelope(visit, key, shown, rows, at))


def list_(visit: Visit, kind: Kind, paging: Paging) -> HttpAnswer:
    may(visit, kind.name, write=False)
    where = [*_under(visit, kind), *own_only(visit, kind.name)]
    rows = [row for row in fitting(visit, kind.table, kind.filters, where) if sees(visit, kind.name, row)]
    rows.sort(key=kind.order, reverse=True)
    return page(visit, kind.name, rows, kind.fields, paging)


def show(visit: Visit, kind: Kind) -> HttpAnswer:
    may(visit, kind.name, write=False)
    return answered(told(kind.fields, visit, there(visit, kind)))


def create(visit: Visit, kind: Kind) -> HttpAnswer:
    may(visit, kind.name, write=True)
    with visit.store.writing():
        where = {column: value for column, _, value in _under(visit, kind)}
        body = said(visit.call)
        given, problems = taken(kind.fields, body.values, create=True)
        if problems:
            raise invalid(*problems)
        row = {**(kind.prepare(visit, given, {}) if kind.prepare else given), **where}
        id = _written(visit, kind, row)
        _follow(visit, kind, id, {**given, **row}, {}, body)
    return made(visit, kind, id)


def made(visit: Visit, kind: Kind, id: int) -> HttpAnswer:
    """Return a 201 with the Location and the whole record."""
    visit.forget()
    path = visit.call.path.removeprefix("/api").removeprefix("/v2").rstrip("/")
    location = f"{visit.base}/api/v2{path}/{id}"
    return answered(told(kind.fields, visit, visit.row(kind.table, id)), 201, (("Location", location),))


def update(visit: Visit, kind: Kind) -> HttpAnswer:
    may(visit, kind.name, write=True)
    with visit.store.writing():
        before = there(visit, kind)
        may_write(visit, kind.name, before)
        body = said(visit.call)
        given, problems = taken(kind.fields, body.values, create=False)
        if problems:
            raise invalid(*problems)
        id = number(before["id"])
        row = kind.prepare(visit, given, before) if kind.prepare else given
        _store(visit, kind, id, row)
        _follow(visit, kind, id, {**given, **row}, before, body)
    return changed(visit, kind, id)


def changed(visit: Visit, kind: Kind, id: int) -> HttpAnswer:
    visit.forget()
    return answered(told(kind.fields, visit, visit.row(kind.table, id)))


def delete(visit: Visit, kind: Kind) -> HttpAnswer:
    may(visit, kind.name, write=True)
    with visit.store.writing():
        row = there(visit, kind)
        may_write(visit, kind.name, row)
        shown = {**told(kind.fields, visit, row), **(kind.shown_deleted or {})}
        if kind.delete:
            kind.delete(visit, row)
        visit.store.delete(kind.table, number(row["id"]))
        if kind.gone:
            kind.gone(visit, row)
    return HttpAnswer(200, content_type=JSON) if visit.settings.empty_delete else answered(shown)


def there(visit: Visit, kind: Kind) -> Row:
    """Return the row at the path, if the caller sees it.

    Raises:
        Refusal: 404 otherwise.
    """
    where: list[Test] = [("id", "=", visit.id), *_under(visit, kind)]
    for row in visit.store.rows(kind.table, where):
        if sees(visit, kind.name, row):
            return row
    raise missing()


def _under(visit: Visit, kind: Kind) -> list[Test]:
    """Return the test for the parent in the path, if any; 404 unless it exists and the caller sees it."""
    if kind.parent is None or "owner" not in visit.ids:
        return []
    name, column = kind.parent
    if not sees(visit, name, visit.row(KINDS[name].table, visit.owner)):
        raise missing()
    return [(column, "=", visit.owner)]


def _written(visit: Visit, kind: Kind, row: Row) -> int:
    """Insert a row, or update the archived one it revives; return its id."""
    id = row.get("id")
    if isinstance(id, int):
        _store(visit, kind, id, row)
        return id
    known = fields(kind.table.record)
    return visit.store.insert(kind.table, {name: value for name, value in row.items() if name in known})


def _store(visit: Visit, kind: Kind, id: int, row: Row) -> None:
    known = fields(kind.table.record)
    visit.store.update(kind.table, id, {name: value for name, value in row.items() if name in known})


def _follow(visit: Visit, kind: Kind, id: int, given: Row, before: Row, body: Said) -> None:
    """Run the kind's hooks after a write."""
    visit.forget()
    if kind.after:
        kind.after(visit, id, given, before)
    if kind.files:
        kind.files(visit, id, body)
