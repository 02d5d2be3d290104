"""What a client is told of every tool of both systems: byte for byte, and by the rules of all kinds of clients.

There is one golden file per tool in `tests/snapshots`. After a change that is meant, write them anew and read the
difference:

    RENEW=1 pytest tests/tools/test_schemas.py && git diff tests/snapshots
"""

import json
import os
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from harvest_mcp.protocol import prompts
from harvest_mcp.protocol.schemas import schema
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.systems.incwo import INCWO
from harvest_mcp.tools.account import search_tool
from harvest_mcp.tools.registry import everything
from tests.calls import EVERY
from tests.conftest import Era, Talk, talking
from tests.harvest.endpoints import table
from tests.holds import holds_for
from tests.incwo.kit import at
from tests.incwo.made import WRITTEN
from tests.incwo.test_commands import OF_CONTACTS, OF_FIRMS
from tests.tools import inventory
from tests.tools.dialects import DIALECTS, converted

ASKS = {each.name for each in inventory.kept() if "asks first" in each.hints}
"""What asks a person first, of Harvest."""
SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
NAMES = {system.name: [tool.name for tool in everything((system,))] for system in (HARVEST, INCWO)}
SHARED = {"search_records", "list_changes", "get_change", "undo_change"}
"""Both systems have them; Harvest's are kept."""
ALL = {*NAMES["harvest"], *NAMES["incwo"]}
RENEW = bool(os.environ.get("RENEW"))
LONGEST_TITLE, LONGEST_OF_PROMPTS = 32, 40


@cache
def told() -> dict[str, dict[str, Any]]:
    """What the golden files hold, by tool."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(SNAPSHOTS.iterdir())}


async def _listed(talk: Talk) -> dict[str, dict[str, Any]]:
    listed = (await talk.client.list_tools()).tools
    return {tool.name: tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed}


def _kept(tools: dict[str, dict[str, Any]]) -> None:
    if RENEW:
        for name, tool in tools.items():
            text = json.dumps(tool, indent=2, ensure_ascii=False) + "\n"
            (SNAPSHOTS / f"{name}.json").write_text(text, "utf-8")
    kept = {name: json.loads((SNAPSHOTS / f"{name}.json").read_text("utf-8")) for name in tools}
    assert [name for name in tools if tools[name] != kept[name]] == []


@pytest.mark.anyio
@pytest.mark.eras
async def test_every_tool_of_harvest_is_told_as_its_snapshot_says(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="all") as talk:
        tools = await _listed(talk)
    assert list(tools) == NAMES["harvest"]
    _kept(tools)


@pytest.mark.anyio
async def test_every_tool_of_incwo_is_told_as_its_snapshot_says(era: Era) -> None:
    async with at(era=era, toolsets="all", seeded=False) as talk:
        tools = await _listed(talk)
    assert list(tools) == NAMES["incwo"]
    _kept({name: tool for name, tool in tools.items() if name not in SHARED})


def test_every_snapshot_is_of_a_tool() -> None:
    if RENEW:
        for file in SNAPSHOTS.glob("*.json"):
            if file.stem not in ALL:
                file.unlink()
    assert {file.stem for file in SNAPSHOTS.iterdir()} == ALL


@holds_for("dialect", DIALECTS)
def test_every_schema_is_one_that_this_kind_of_client_takes(dialect: str) -> None:
    found = {name: list(DIALECTS[dialect](name, tool["inputSchema"])) for name, tool in told().items()}
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert len(found) == len(ALL)


def test_a_schema_of_one_word_to_choose_from_is_an_enum_too() -> None:
    of_one = schema(search_tool((HARVEST,), frozenset({"list_clients"})).arguments)
    assert of_one["properties"]["kinds"]["items"] == {"type": "string", "enum": ["clients"]}
    assert [fault for rules in DIALECTS.values() for fault in rules("search_records", of_one)] == []


LISTS_IN_INCWO = (*("contact_address", "firm_address", "expense_line"),)
ASKS_IN_INCWO = {
    *("create_incwo_cash_deposit", "update_incwo_cash_deposit"),
    *("create_incwo_purchase_bill", "update_incwo_purchase_bill"),
    *("create_incwo_bank_account", "update_incwo_bank_account"),
    *("create_incwo_expense", "update_incwo_expense"),
    *(f"{verb}_incwo_{list_}" for verb in ("add", "update", "remove") for list_ in LISTS_IN_INCWO),
    *("update_incwo_file", "import_incwo_contacts", "merge_incwo_contacts", "update_incwo_many"),
}
"""What asks a person first in incwo, besides deletes."""


def test_a_tool_that_destroys_asks_first() -> None:
    for name, tool in told().items():
        asks = "confirm" in tool["inputSchema"]["properties"]
        assert (
            tool["annotations"].get("destructiveHint", False)
            == asks
            == (name.startswith(("delete_", "undo_")) or name in ASKS | ASKS_IN_INCWO)
        )


def test_every_tool_and_every_prompt_has_a_short_title_of_its_own() -> None:
    titles = {name: tool["title"] for name, tool in told().items()}
    assert {name: titles[name] for name in ("who_am_i", "list_clients", "add_incwo_contact_item")} == {
        "who_am_i": "Who am I",
        "list_clients": "List clients",
        "add_incwo_contact_item": "Add incwo contact item",
    }
    of_prompts = [prompt.title for prompt in prompts.load(ALL)]
    assert len(of_prompts) == 9
    assert [title for title in titles.values() if len(title) > LONGEST_TITLE] == []
    assert [title for title in of_prompts if len(title) > LONGEST_OF_PROMPTS] == []
    assert len({*titles.values(), *of_prompts}) == len(ALL) + len(of_prompts)


def test_a_tool_of_incwo_says_so_in_its_title_and_its_description() -> None:
    of_incwo = {name: tool for name, tool in told().items() if name not in NAMES["harvest"]}
    assert [name for name, tool in of_incwo.items() if " incwo " not in tool["title"]] == []
    assert [name for name, tool in of_incwo.items() if "incwo" not in tool["description"].partition(".")[0]] == []
    described = [tool["description"] for tool in told().values()]
    assert sorted({each for each in described if described.count(each) > 1}) == []


def test_a_plain_converter_makes_of_every_schema_what_takes_the_calls_of_these_tests() -> None:
    failed = []
    for name, calls in examples().items():
        model = converted(name, told()[name]["inputSchema"])
        for arguments in calls:
            try:
                model(**arguments)
            except ValidationError as error:
                failed.append((name, error.errors()[0]["loc"], error.errors()[0]["msg"]))
    assert failed == []
    assert set(examples()) == ALL


@cache
def examples() -> dict[str, list[dict[str, Any]]]:
    """The calls that other tests make of every tool."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for tool, arguments in EVERY.items():
        found[tool].append(arguments)
    for row in table():
        found[row.tool].append(row.arguments)
    for tool, arguments, _ in (*OF_FIRMS, *OF_CONTACTS):
        found[tool] += [] if tool in SHARED else [arguments]
    for resource in INCWO.resources:
        key = {resource.key: 1}
        creates, _, changes, *_ = WRITTEN.get(resource.noun, ({}, [], {}))
        of_verb = {"list": {"limit": 1}, "get": key, "create": creates, "update": {**key, **changes}, "delete": key}
        for verb in resource.verbs:
            found[INCWO.tool(verb, resource)].append(of_verb[verb])
    for tool, arguments in OF_LINES.items():
        found[tool].append(arguments)
    return found


OF_LINES: dict[str, dict[str, Any]] = {
    "report_incwo_invoices": {"of": "owed"},
    "report_incwo_work": {"of": "budget_left"},
    "find_incwo_duplicates": {"kind": "firms"},
    "merge_incwo_contacts": {"keep": 1, "other": 2, "take": ["job_title"]},
    "import_incwo_contacts": {"rows": [{"name": "Ana Souza", "company": "Menuiserie Lacaze"}], "new_firms": True},
    "update_incwo_many": {"kind": "contacts", "records": ["1"], "set": ["job_title=Gérant"]},
    "export_incwo_records": {"kind": "firms"},
    "export_incwo_firm": {"firm_id": 1, "format": "xlsx"},
    "add_incwo_note": {"record": 1, "text": "Rappeler"},
    "add_incwo_timesheet_line": {"timesheet_id": 1, "day": 3, "duration": "7.5", "branch_id": "it"},
    "update_incwo_timesheet_line": {"timesheet_id": 1, "line_id": 2, "duration": "4"},
    "remove_incwo_timesheet_line": {"timesheet_id": 1, "line_id": 2},
    "add_incwo_expense_line": {"expense_id": 1, "day": 3, "description": "Train", "amount": "40.00"},
    "update_incwo_expense_line": {"expense_id": 1, "line_id": 2, "amount": "41.00"},
    "remove_incwo_expense_line": {"expense_id": 1, "line_id": 2},
}
