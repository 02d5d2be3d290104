"""Adding a resource is one file and one line: everything else is derived from it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from harvest_mcp.errors import InvalidArguments
from harvest_mcp.protocol.schemas import schema
from harvest_mcp.spec import Scope
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.text.render import as_json
from harvest_mcp.tools.arguments.dates_and_hours import WORDS
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.records.lists import Whole, page
from harvest_mcp.tools.registry import Choice, choose, everything, tools_of
from harvest_mcp.tools.tool import Tool
from tests.tools.kit import document, undo
from tests.tools.rooms import ROOMS, Room

REPOSITORY = Path(__file__).parents[2]
WITH_ROOMS = replace(HARVEST, resources=(*HARVEST.resources, ROOMS))
TOOLS = {tool.name: tool for tool in tools_of(WITH_ROOMS, ROOMS)}
LAST = ["report_time", "report_expenses", "list_changes", "get_change", "undo_change"]
BLUE = Room(
    id=1,
    client_id=11073,
    name="Blue, the large",
    seats=12,
    heated=True,
    price=Decimal("12.50"),
    opened_on=date(2026, 1, 31),
    notes="a\nb",
    booked=False,
    created_at=datetime(2026, 1, 31, 9, tzinfo=UTC),
)


def test_every_tool_is_made_of_the_resource() -> None:
    assert list(TOOLS) == ["list_rooms", "get_room", "create_room", "update_room", "book_room", "delete_room"]
    names, before = ([tool.name for tool in everything((system,))] for system in (WITH_ROOMS, HARVEST))
    assert names == [*before[: -len(LAST)], *TOOLS, *LAST]
    assert [tool.name for tool in choose([WITH_ROOMS], Choice(("crm",)))][-9:] == [*TOOLS, *LAST[2:]]


def test_the_tools_of_other_resources_stay_as_they_are() -> None:
    def described(tools: Sequence[Tool]) -> dict[str, object]:
        return {tool.name: (tool.says, schema(tool.arguments)) for tool in tools if tool.name != "search_records"}

    assert described(everything((WITH_ROOMS,))).items() >= described(everything((HARVEST,))).items()


def test_the_search_takes_the_new_kind() -> None:
    search = next(tool for tool in choose((WITH_ROOMS,), Choice()) if tool.name == "search_records")
    assert schema(search.arguments)["properties"]["kinds"]["items"] == {
        "type": "string",
        "enum": ["clients", "contacts", "projects", "tasks", "people", "rooms"],
    }


def test_the_schema_of_a_create_is_made_of_the_columns() -> None:
    assert schema(TOOLS["create_room"].arguments) == {
        "type": "object",
        "properties": {
            "client": {"type": "string"},
            "name": {"description": "e.g. Blue", "type": "string"},
            "seats": {"description": "e.g. 12", "type": "integer"},
            "heated": {"description": "true: has heating", "type": "boolean"},
            "price": {"description": "a day, e.g. 12.50", "type": "string"},
            "opened_on": {"description": "e.g. 2026-01-31", "type": "string"},
            "notes": {"description": "e.g. the way there", "type": "string"},
            "allow_duplicate": {"type": "boolean"},
        },
        "required": ["client", "name"],
    }


def test_a_resource_without_a_rule_of_sameness_takes_duplicates_unasked() -> None:
    free = {tool.name: tool for tool in tools_of(WITH_ROOMS, replace(ROOMS, same=None))}
    assert "allow_duplicate" not in schema(free["create_room"].arguments)["properties"]


def test_the_schema_of_a_list_is_made_of_the_filters() -> None:
    properties = schema(TOOLS["list_rooms"].arguments)["properties"]
    assert list(properties) == ["query", "client", "heated", "fields", "limit", "cursor"]
    assert properties["heated"] == {"description": "true: has heating", "type": "boolean"}
    assert properties["fields"]["items"] == {"type": "string", "enum": list(Room.model_fields)}


def test_a_body_is_made_of_the_columns() -> None:
    values = {name: getattr(BLUE, name) for name in ("opened_on", "price", "heated", "seats", "client_id", "notes")}
    assert ROOMS.wire.create(Scope(ROOMS), values).request.body == document(
        "room",
        '<client-id type="integer">11073</client-id>',
        '<seats type="integer">12</seats>',
        '<heated type="boolean">true</heated>',
        '<price type="decimal">12.50</price>',
        '<opened-on type="date">2026-01-31</opened-on>',
        "<notes>a\nb</notes>",
    )


def test_csv_and_json_are_made_of_the_columns() -> None:
    assert page("list_rooms", ROOMS, Whole([BLUE]), {}, after=0) == (
        "# 1 room\nid,client_id,name,seats,price,opened_on,booked\n"
        '1,11073,"Blue, the large",12,12.50,2026-01-31,false\n'
    )
    assert as_json(BLUE) == (
        '{"id":1,"client_id":11073,"name":"Blue, the large","seats":12,"heated":true,"price":"12.50",'
        '"opened_on":"2026-01-31","notes":"a\\nb","booked":false,"created_at":"2026-01-31T09:00:00Z"}'
    )


WRONG: dict[tuple[str, str], list[object]] = {
    ("price", "takes an amount such as 12.50"): [
        *(True, "1_000", "1,5,0", "NaN", "1e5", 1e300, "٣", [5], "1" * 16, "0." + "1" * 21),
    ],
    ("opened_on", "takes a date such as 2026-01-31"): [
        *("2026-01-31T09:00Z", "20260131", "31/01/2026", "01/31", "٢٠٢٦-٠١-٣١"),
    ],
    ("opened_on", f"takes a date such as 2026-01-31, or one of {', '.join(WORDS)}"): [
        *(True, 0, 1.5, "tomorrow", []),
    ],
    ("opened_on", "is not a date of the calendar"): ["2026-02-30", "0000-01-01"],
    ("seats", "takes a whole number such as 9"): [True, "12.0", 12.5, "1e3"],
    ("seats", "must be at most 999999999999999"): [10**15, str(10**15)],
    ("seats", "must be at least -999999999999999"): [-(10**15)],
    ("heated", "takes true or false"): [1, 0, "True", "yes"],
}


@pytest.mark.parametrize("name", ["price", "opened_on"])
def test_an_empty_text_empties_what_is_no_text_too(name: str) -> None:
    tool = TOOLS["update_room"]
    assert parse(tool.name, tool.arguments, {"room_id": 1, name: ""}).given() == {"room_id": 1, name: None}


@pytest.mark.parametrize(("name", "reason"), WRONG)
def test_a_value_that_does_not_fit_its_column_is_refused(name: str, reason: str) -> None:
    tool = TOOLS["update_room"]
    for value in WRONG[name, reason]:
        with pytest.raises(InvalidArguments) as refused:
            parse(tool.name, tool.arguments, {"room_id": 1, name: value})
        assert refused.value.problems == [f"{name} {reason}"]


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("price", "12.50", Decimal("12.50")),
        ("price", 12.5, Decimal("12.5")),
        ("price", 12, Decimal(12)),
        ("price", "-0.00000000000000000001", Decimal("-0.00000000000000000001")),
        ("opened_on", "2024-02-29", date(2024, 2, 29)),
        ("seats", -3, -3),
        ("seats", 0, 0),
    ],
)
def test_a_value_that_fits_its_column_is_read_exactly(name: str, value: object, read: object) -> None:
    tool = TOOLS["update_room"]
    assert parse(tool.name, tool.arguments, {"room_id": 1, name: value}).given() == {"room_id": 1, name: read}


Visit = tuple[str, list[str], list[list[str]]]
"""An answer, the calls it took, and the writes among them with their bodies."""


def stored(client: int, price: str, booked: str) -> str:
    """The blue room as a get tells it, without what is empty."""
    booking = "" if booked == "null" else f'"booked":{booked},'
    return (
        f'{{"id":1,"client_id":{client},"name":"Blue","seats":12,"heated":true,"price":"{price}",'
        f'"opened_on":"2026-01-31","notes":"Up,\\nthen left",{booking}"created_at":"2018-03-05T12:00:00Z"}}'
    )


def body(*elements: str) -> str:
    return document("room", *elements).decode()


VISITED: list[Visit] = [
    ("# 0 rooms", ["GET /rooms"], []),
    (
        f'Created room "Blue" (1). {undo(1)} Harvest opens it at once.\n{stored(11073, "12.50", "null")}',
        ["GET /clients", "GET /clients/11073/rooms", "POST /rooms", "GET /rooms/1"],
        [
            [
                "POST",
                "/rooms",
                body(
                    '<client-id type="integer">11073</client-id>',
                    "<name>Blue</name>",
                    '<seats type="integer">12</seats>',
                    '<heated type="boolean">true</heated>',
                    '<price type="decimal">12.50</price>',
                    '<opened-on type="date">2026-01-31</opened-on>',
                    "<notes>Up,\nthen left</notes>",
                ),
            ]
        ],
    ),
    (
        'This room may already be there: "Blue" (1). Nothing was created.'
        " Use or update that one, or call again with allow_duplicate=true to create another.",
        ["GET /clients", "GET /clients/11073/rooms"],
        [],
    ),
    (
        f'Created room "Blue" (2). {undo(2)} Harvest opens it at once.\n'
        '{"id":2,"client_id":11072,"name":"Blue","price":"7","created_at":"2018-03-05T12:00:00Z"}',
        ["GET /clients", "GET /clients/11072/rooms", "POST /rooms", "GET /rooms/2"],
        [
            [
                "POST",
                "/rooms",
                body(
                    '<client-id type="integer">11072</client-id>',
                    "<name>Blue</name>",
                    '<price type="decimal">7</price>',
                ),
            ]
        ],
    ),
    (stored(11073, "12.50", "null"), ["GET /rooms/1"], []),
    (
        "seats is 0, so nobody fits in. Nothing was sent."
        " update_room takes: room_id, client, name, seats, heated, price, opened_on, notes.",
        ["GET /rooms/1"],
        [],
    ),
    (
        f'Updated room "Blue" (1). {undo(3)}\n{{"id":1,"client_id":11072,"price":"0.10"}}',
        ["GET /clients", "GET /rooms/1", "PUT /rooms/1", "GET /rooms/1"],
        [
            [
                "PUT",
                "/rooms/1",
                body('<client-id type="integer">11072</client-id>', '<price type="decimal">0.10</price>'),
            ]
        ],
    ),
    (
        f'Now booked: room "Blue" (1). {undo(4)}\n{stored(11072, "0.10", "true")}',
        ["GET /rooms/1", "PUT /rooms/1/book", "GET /rooms/1"],
        [["PUT", "/rooms/1/book", ""]],
    ),
    (
        "# 2 rooms\nid,client_id,client,name,seats,price,opened_on,booked\n"
        "1,11072,SuprCorp,Blue,12,0.10,2026-01-31,true\n2,11072,SuprCorp,Blue,,7,,\n",
        ["GET /rooms"],
        [],
    ),
    ("# 0 rooms", ["GET /clients", "GET /clients/11073/rooms"], []),
    ('# 1 room\nid,heated,notes\n1,true,"Up,\nthen left"\n', ["GET /rooms"], []),
    (
        "# 2 hits\nkind,id,name,of,score,why,more\n"
        'room,1,Blue,SuprCorp,95,"name blue, client suprcorp",price 0.10; opened_on 2026-01-31\n'
        'room,2,Blue,SuprCorp,95,"name blue, client suprcorp",price 7\n',
        ["GET /rooms", "GET /clients"],
        [],
    ),
    (
        'Deleted room "Blue" (1). undo_change(change_id=5) makes it again under a new id.',
        ["GET /rooms/1", "GET /rooms/1", "DELETE /rooms/1", "GET /rooms/1"],
        [["DELETE", "/rooms/1", ""]],
    ),
    ("No room 1 in this account, or this user may not see it. Call list_rooms for ids.", ["GET /rooms/1"], []),
]


def test_the_new_resource_works_from_end_to_end_in_a_package_with_one_file_and_one_line_more(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "harvest_mcp", tmp_path / "harvest_mcp", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(REPOSITORY / "prompts", tmp_path / "prompts")
    harvest = tmp_path / "harvest_mcp" / "systems" / "harvest"
    shutil.copy(Path(__file__).with_name("rooms.py"), harvest)
    system, line = (harvest / "__init__.py").read_text("utf-8"), "TIME_ENTRIES, PEOPLE),"
    assert system.count(line) == 1
    more = "from harvest_mcp.systems.harvest.rooms import ROOMS\n" + system.replace(line, f"ROOMS, {line}")
    (harvest / "__init__.py").write_text(more, "utf-8")
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith("COV")
    }  # a copy is not measured
    done = subprocess.run(
        [sys.executable, "-m", "tests.tools.visit_rooms"],
        cwd=tmp_path,
        env={**outside, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(REPOSITORY)])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [tuple(visit) for visit in json.loads(done.stdout)] == VISITED
