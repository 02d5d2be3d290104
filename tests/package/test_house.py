"""The package stays as a stranger can read it: sizes, counted by tests/house.py."""

from dataclasses import fields

import pytest

from harvest_mcp.spec import Resource
from tests import house


def test_no_folder_holds_more_than_fourteen_modules() -> None:
    assert {folder: count for folder, count in house.folders().items() if count > 14} == {}


def test_no_file_is_longer_than_a_thought() -> None:
    assert {module: lines for module, lines in house.lengths().items() if lines > 300} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    assert {name: lines for name, lines in house.functions().items() if lines > 45} == {}


def test_a_resource_has_sixteen_fields_at_most() -> None:
    assert len(fields(Resource)) <= 16


def test_no_generic_code_asks_what_one_resource_has() -> None:
    assert house.conditions() == []


def test_a_lookup_of_a_rule_is_a_condition() -> None:
    found = {rule for module in house.generic() for _, rule in house.lookups(module)}
    assert found == set(house.FEATURES)


@pytest.mark.anyio
@pytest.mark.parametrize("tool", house.CALLS)
async def test_a_call_enters_nine_modules_of_the_tools_at_most(tool: str) -> None:
    assert len(entered := await house.entered(tool)) <= 9, entered


TWINS = {
    **dict.fromkeys(
        ("Contact", "Expense", "Invoice", "Project", "Task", "Timesheet"), "each vendor has its own record"
    ),
    "TimeEntry": "each API of Harvest has its own record",
    **dict.fromkeys(
        ("Field", "File", "Filter", "Kind", "Refusal", "Settings", "Visit"), "the account here over v2 has its own"
    ),
    **dict.fromkeys(("Switches", "Throttle"), "the account here, and what keeps to its limits"),
}
"""Names of classes that more than one module defines, each with the reason."""


def test_one_name_is_one_thing() -> None:
    assert set(house.names()) == set(TWINS)
