"""A long page of JSON is read at once exactly as it is read cell by cell, or not at once at all."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import pytest

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Page, Record, Ref, Resource, Response, Scope
from harvest_mcp.systems.harvest.v2 import CLIENTS, CONTACTS, HARVEST_V2
from harvest_mcp.wire.json import quick
from harvest_mcp.wire.json.records import Spelled
from harvest_mcp.wire.json.wires import JsonWire
from tests.holds import holds_for

from .json_corpus import CASES, READERS, THINGS, WIRE, Case

ROW: dict[str, object] = {
    "id": 7,
    "name": 'Ana — «x» \\ "q" & : ,',
    "project": {"id": 301, "name": "Map"},
    "is_active": True,
    "is_open": False,
    "hours": 1.25,
    "starts_on": "2026-01-31",
    "created_at": "2026-01-31T09:00:00Z",
    "statement_key": "0c1e1",
}
ODD = [
    "null", '""', '" "', '"x"', "0", "-0", "7", "-7", "7.0", "0.10", "1e2", "1e999", "9" * 18, "9" * 19, "9" * 101,
    "1." + "3" * 30, "true", "false", '"true"', "[]", "{}", '{"id":7}', '{"id":7,"id":8}', '{"id":null}', '{"id":"7"}',
    '{"name":"x"}', '"2026-01-31"', '"2026-1-31"', '"2026-02-30"', '"20260131"', '"2026-01-31T09:00:00Z"',
    '"2026-01-31t09:00:00Z"', '"2026-01-31 09:00:00Z"', '"2026-01-31T09:00:00z"', '"2026-01-31T09:00:00+02:00"',
    '"2026-01-31T09:00:60Z"', '"2026-01-31T24:00:00Z"', '"2018-W15-1T12:07:56Z"', '"1523275676"', "1523275676",
    '"1523275676.123456789"', '"2026-01-31T00:00:00"', '"\\ud83d"', '"\\u0000"', '"a\\":1"', '"a :b"', '"[x]"', '"{x}"',
]  # fmt: skip


def page(rows: list[str], more: str = "") -> bytes:
    links = '{"first":null,"next":null,"previous":null,"last":null}'
    return f'{{"things":[{",".join(rows)}],"total_pages":1,{more}"links":{links}}}'.encode("utf-8", "surrogatepass")


def written(**cells: str) -> str:
    """A row with these cells, as JSON, in place of its own; with `+` behind its own."""
    told = {name: json.dumps(value, ensure_ascii=False, separators=(",", ":")) for name, value in ROW.items()} | cells
    return "{" + ",".join(f'"{name.removesuffix("+")}":{text}' for name, text in told.items()) + "}"


def outcome(resource: Resource[Record], body: bytes) -> object:
    """The rows with what each was told and what cannot be read; or the code of what is wrong."""
    try:
        found: Page[Record] = resource.wire.list(Scope(resource)).read(Response(200, {}, body))
    except Malformed as error:
        return error.code
    rows = [(row.model_dump(), row.model_fields_set, dict(row.unread), row.model_extra) for row in found.rows]
    return [*rows, found.next, found.total]


def both(monkeypatch: pytest.MonkeyPatch, resource: Resource[Record], body: bytes) -> tuple[object, object]:
    monkeypatch.setattr(quick, "LEAST", 10**9)
    slow = outcome(resource, body)
    monkeypatch.setattr(quick, "LEAST", 0)
    return slow, outcome(resource, body)


def cells() -> Iterator[tuple[str, str]]:
    for name in ROW:
        yield from ((name, text) for text in ODD)
    yield from ((f"{name}+", text) for name in ROW for text in ("null", "7", '"x"', '{"id":301,"name":"Map"}'))


class Plain(Record):
    """The same without decimals, of which pages are read straight from the bytes."""

    name: str | None = None
    project_id: Annotated[int | None, Ref("project")] = None
    project: str | None = None
    active: bool | None = None
    deactivated: bool | None = None
    starts_on: date | None = None
    created_at: datetime | None = None


PLAIN = Resource(noun="thing", plural="things", record=Plain, wire=WIRE, toolset="", label=("name",), says="")


@holds_for(("name", "text"), [*cells()])
def test_one_odd_cell_among_many_rows_reads_as_it_does_alone(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    odd = written(**{"id": "9", name: text})
    for rows in ([written(), written(id="8"), odd, written(id="10")], [odd, written(id="8")], [odd]):
        for resource in (THINGS, PLAIN):
            slow, fast = both(monkeypatch, resource, page(rows))
            assert fast == slow


@holds_for(
    "body",
    [
        page([written(), "7"]),
        page([written(), written().replace('"hours":1.25,', "")]),
        page([written(), written().replace('"hours":', '"hours" :')]),
        page([written(), written().replace('"name":', '"id":7,"name" :')]),
        page([written(), written().replace('"name":', '"id"\n:9,"name":')]),
        page([written(), written().replace('"statement_key":', '"a\\\\":1,"statement_key":')]),
        page([written(), written(deep='{"a":{"b":{"c":1}}}')]),
        page([written(), written(deep='{"a":1,"a":2}')]),
        page([written()], more='"links":{},'),
        page([written()], more='"things":[],'),
        page([written(hours="0.10"), written(hours="0.1"), written(hours="80.000")]),
        page([written(), written().replace('"is_open":false', '"id":8')]),
        page([written(), written().replace('"is_open":false', '"other":8')]),
        page([written(), written().replace('"is_open":false', '"is_active":false')]),
        page([written(), written().replace('"statement_key":', '"other":')]),
        page([written(), written().replace('"name":"Map"', '"id":302')]),
        page([written(), written().replace('"name":"Map"', '"code":"M"')]),
        page([written(**{"a.b": "1"}), written(**{"a.b": "1"})]),
        page([written(**{"project.id": "1"}), written(**{"project.id": "1"})]),
        page([written(project='{"id":1}'), written(project='{"id":1}')]),
        page([written(project="null"), written(project='"x"')]),
        page([written(project="null"), written(project="null")]),
        page([written(other='{"a":1}'), written(id="8", other='{"a":1}')]),
        page([written(other='{"a":1}'), written(other='{"a":1,"b":2}')]),
        page([written(other='{"a":1}'), written(other='{"a":{}}')]),
        page([written(other="NaN"), written(other="NaN")]),
        page([written(), written()]).replace(b'"total_pages":1', b'"total_pages":NaN'),
        page([written()]).replace(b'"things":', b'"others":'),
        page([]),
        page([written()])[:-1],
        b"\xef\xbb\xbf" + page([written()]),
        page([written()]) + b"\x00",
    ],
)
def test_a_page_out_of_the_ordinary_comes_to_the_same(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    for resource in (THINGS, PLAIN):
        slow, fast = both(monkeypatch, resource, body)
        assert fast == slow


@holds_for("case", [case for case in CASES if case.by == "list"])
def test_the_corpus_keeps_its_outcomes(monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    monkeypatch.setattr(quick, "LEAST", 0)
    try:
        found = READERS[case.by](case.build())
    except Malformed as error:
        found = error.code
    assert found == case.expect


def test_usual_pages_are_read_at_once_with_their_decimals_digit_by_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "LEAST", 0)
    wire = THINGS.wire
    assert isinstance(wire, JsonWire)
    rows = [written(id=str(at), hours=f"{at}.{at:02}0") for at in range(1, 60)]
    told = wire.quickly(Scope(THINGS), page(rows), "/things")
    assert told is not None
    assert [str(row.hours) for row in told.rows] == [f"{at}.{at:02}0" for at in range(1, 60)]
    some = wire.quickly(Scope(THINGS), page([written(project="null"), written(), written(project="null")]), "/things")
    assert some is not None
    assert [row.project for row in some.rows] == [None, "Map", None]
    assert isinstance(told.rows[0].hours, Decimal)


def test_usual_pages_without_decimals_are_read_straight_from_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "LEAST", 0)
    told = WIRE.quickly(Scope(PLAIN), page([written(id=str(at)) for at in range(1, 60)]), "/things")
    assert told is not None
    assert [row.id for row in told.rows] == [*range(1, 60)]
    assert not WIRE.quickly(Scope(PLAIN), page([written(), written(project="null")]), "/things")


class Switch(Record):
    """Read alone first, by whatever test."""

    on: bool | None = None


def test_rows_of_a_record_that_was_read_alone_before_are_read_at_once_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = JsonWire("/switches", (Spelled("on", "is_on"),))
    place = Scope(Resource(noun="s", plural="switches", record=Switch, wire=wire, toolset="", label=("on",), says=""))
    assert wire.get(place, 7).read(Response(200, {}, b'{"id":7,"is_on":true}')).on is True
    assert Switch.model_validate({"id": 7, "on": True}).on is True
    monkeypatch.setattr(quick, "LEAST", 0)
    told = wire.quickly(place, b'{"switches":[{"id":7,"is_on":true},{"id":8,"is_on":false}]}', "/switches")
    assert told is not None
    assert [(row.id, row.on) for row in told.rows] == [(7, True), (8, False)]


def many(resource: Resource[Record]) -> Any:
    wire = resource.wire
    return isinstance(wire, JsonWire) and not wire.prepare and wire.form(Scope(resource)).many()


def test_the_lists_that_grow_long_can_be_read_at_once() -> None:
    named = {each.plural for each in HARVEST_V2.resources if many(each)}
    assert {CLIENTS.plural, CONTACTS.plural, "tasks", "task_assignments", "time_entries"} <= named, named
    assert all(many(report.rows) for report in HARVEST_V2.reports[:1])
