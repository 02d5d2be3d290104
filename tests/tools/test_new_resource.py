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
from harvest_mcp.tools.records.lists import Whole, whole_list_answer
from harvest_mcp.tools.registry import Choice, choose, everything, tools_of
from harvest_mcp.tools.tool import Tool
from tests import forks
from tests.holds import holds_for
from tests.tools.estimates import ESTIMATES
from tests.tools.kit import document, undo
from tests.tools.rooms import ROOMS, Room

REPOSITORY = Path(__file__).parents[2]
WITH_ROOMS = replace(HARVEST, resources=(*HARVEST.resources, ROOMS))
WITH_ESTIMATES = replace(
    HARVEST, resources=(*(each for each in HARVEST.resources if each.noun != ESTIMATES.noun), ESTIMATES)
)
TOOLS = {tool.name: tool for tool in tools_of(WITH_ROOMS, ROOMS)}
OF_ALL = {"search_records", "update_many", "export_records", "add_note"}
"""Tools that take every kind there is."""
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
    at = before.index(LAST[0])
    assert names == [*before[:at], *TOOLS, *before[at:]]
    assert [tool.name for tool in choose([WITH_ROOMS], Choice(("crm",)))][-9:] == [*TOOLS, *LAST[2:]]


def test_the_tools_of_other_resources_stay_as_they_are() -> None:
    def described(tools: Sequence[Tool]) -> dict[str, object]:
        return {tool.name: (tool.says, schema(tool.arguments)) for tool in tools if tool.name not in OF_ALL}

    assert described(everything((WITH_ROOMS,))).items() >= described(everything((HARVEST,))).items()


def test_the_search_takes_the_new_kind() -> None:
    search = next(tool for tool in choose((WITH_ROOMS,), Choice()) if tool.name == "search_records")
    assert schema(search.arguments)["properties"]["kinds"]["items"] == {
        "type": "string",
        "enum": ["clients", "contacts", "projects", "tasks", "people", "rooms"],
    }


def test_a_toolset_that_only_the_resource_names_is_chosen_by_name_and_under_all() -> None:
    tools = [tool.name for tool in tools_of(WITH_ESTIMATES, ESTIMATES)]
    assert [tool.name for tool in choose([WITH_ESTIMATES], Choice(("estimates",)))] == [*tools, *LAST[2:]]
    assert {tool.name for tool in choose([WITH_ESTIMATES], Choice(("all",)))} >= set(tools)
    assert dict(WITH_ESTIMATES.groups)["estimates"]


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
    assert whole_list_answer("list_rooms", ROOMS, Whole([BLUE]), {}, after=0) == (
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


@holds_for(("name", "reason"), WRONG)
def test_a_value_that_does_not_fit_its_column_is_refused(name: str, reason: str) -> None:
    tool = TOOLS["update_room"]
    for value in WRONG[name, reason]:
        with pytest.raises(InvalidArguments) as refused:
            parse(tool.name, tool.arguments, {"room_id": 1, name: value})
        assert refused.value.problems == [f"{name} {reason}"]


@holds_for(
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


Turn = tuple[str, list[str], list[list[str]]]
"""An answer, the calls it took, and the writes among them with their bodies."""
HEAD = "id,client_id,client,number,amount,state\n"


def body(*elements: str) -> str:
    return document("estimate", *elements).decode()


SEEDED = """\
1,11072,SuprCorp,E-1,100.00,draft
2,11073,Acme,Estimate 2,200.00,open
3,11074,Kestrel & Sons,Estimate 3,300.00,accepted
4,11075,O'Malley & Daughters Brewing,Estimate 4,400.00,declined
5,11076,Café Zoë,Estimate 5,500.00,draft
6,11077,Bäckerei Groß,Estimate 6,600.00,open
7,11078,Atelier Lumière,Estimate 7,700.00,accepted
8,11079,מאפיית השחר,Estimate 8,800.00,declined
"""
"""Two in each state, made from the columns."""
TURNS: list[Turn] = [
    (
        f"# 10 estimates\n{HEAD}{SEEDED}7058,11073,Acme,E-5,,draft\n7059,11073,Acme,E-6,,\n",
        ["GET /estimates", "GET /clients"],
        [],
    ),
    (
        f"# 2 estimates\n{HEAD}{''.join(line for line in SEEDED.splitlines(keepends=True) if ',open' in line)}",
        ["GET /estimates?status=open"],
        [],
    ),
    (
        "# 3 estimates\nid,client_id,number,amount,state\n2,11073,Estimate 2,200.00,open\n7058,11073,E-5,,draft\n"
        "7059,11073,E-6,,\n",
        ["GET /clients", "GET /estimates?client=11073"],
        [],
    ),
    (
        f'Created estimate "E-7" (7060). {undo(1)}\n{{"id":7060,"client_id":11073,"number":"E-7","amount":"80.00",'
        '"state":"draft","lines":[],"updated_at":"2018-03-05T12:00:00Z"}',
        ["GET /clients", "GET /estimates?client=11073", "POST /estimates", "GET /estimates/7060"],
        [
            [
                "POST",
                "/estimates",
                body(
                    '<client-id type="integer">11073</client-id>',
                    "<number>E-7</number>",
                    '<amount type="decimal">80.00</amount>',
                ),
            ]
        ],
    ),
    (
        'This estimate may already be there: "E-7" (7060). Nothing was created.'
        " Use or update that one, or call again with allow_duplicate=true to create another.",
        ["GET /clients", "GET /estimates?client=11073"],
        [],
    ),
    (
        f'Updated estimate "E-5" (7058). {undo(2)}\n{{"id":7058,"client_id":11072,"amount":"90"}}',
        ["GET /clients", "GET /estimates/7058", "PUT /estimates/7058", "GET /estimates/7058"],
        [
            [
                "PUT",
                "/estimates/7058",
                body('<client-id type="integer">11072</client-id>', '<amount type="decimal">90</amount>'),
            ]
        ],
    ),
    (
        f'Added the cost line to estimate "E-5" (7058). {undo(3)} It has 1 cost line now.\n'
        '{"id":7058,"lines":[{"id":1,"description":"By rail","amount":"10","day":"2018-03-04"}]}',
        ["GET /account/who_am_i", "GET /estimates/7058", "PUT /estimates/7058", "GET /estimates/7058"],
        [["PUT", "/estimates/7058", body("<csv-lines>description,amount,day\nBy rail,10,2018-03-04\n</csv-lines>")]],
    ),
    (
        'Now accepted: estimate "E-5" (7058). Harvest offers no call that takes it back.\n'
        '{"id":7058,"client_id":11072,"number":"E-5","amount":"90","state":"accepted",'
        '"lines":[{"id":1,"description":"By rail","amount":"10","day":"2018-03-04"}],'
        '"updated_at":"2018-03-05T12:00:00Z"}',
        ["GET /estimates/7058", "POST /estimates/7058/accept", "GET /estimates/7058"],
        [["POST", "/estimates/7058/accept", ""]],
    ),
    (
        'This is possible only while state is draft or open; estimate "E-5" (7058) is accepted. Nothing was changed.',
        ["GET /estimates/7058"],
        [],
    ),
    (
        'This is possible only while state is draft or open; estimate "E-6" (7059) has no state. Nothing was changed.',
        ["GET /estimates/7059"],
        [],
    ),
    (
        "# 2 hits\nkind,id,name,of,score,why,more\n"
        'estimate,7060,E-7,Acme,97,"number e, number 7, client acme",amount 80.00; draft\n'
        'estimate,7059,E-6,Acme,95,"number e, id 7059, client acme",\n',
        ["GET /estimates", "GET /clients"],
        [],
    ),
    (
        'Deleted estimate "E-5" (7058). undo_change(change_id=5) makes it again under a new id.',
        ["GET /estimates/7058", "GET /estimates/7058", "DELETE /estimates/7058", "GET /estimates/7058"],
        [["DELETE", "/estimates/7058", ""]],
    ),
    (
        "No estimate 7058 in this account, or this user may not see it. Call list_estimates for ids.",
        ["GET /estimates/7058"],
        [],
    ),
]


def test_a_new_resource_works_from_end_to_end_in_a_package_with_one_file_and_one_line_more(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "harvest_mcp", tmp_path / "harvest_mcp")  # with what is compiled: that takes longest
    shutil.copytree(REPOSITORY / "prompts", tmp_path / "prompts")
    harvest = tmp_path / "harvest_mcp" / "systems" / "harvest"
    shutil.copy(Path(__file__).with_name("estimates.py"), harvest)
    system, line = (harvest / "__init__.py").read_text("utf-8"), "TIME_ENTRIES, PEOPLE),"
    assert system.count(line) == 1
    if "ESTIMATES" not in system:
        more = system.replace(line, f"ESTIMATES, {line}")
        more = f"from harvest_mcp.systems.harvest.estimates import ESTIMATES\n{more}"
        (harvest / "__init__.py").write_text(more, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.tools.try_estimates"],
        cwd=tmp_path,
        env={**forks.unmeasured(), "PYTHONPATH": os.pathsep.join([str(tmp_path), str(REPOSITORY)])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    turns, invoice = json.loads(done.stdout)
    assert [tuple(turn) for turn in turns] == TURNS
    assert invoice == ["draft"]
