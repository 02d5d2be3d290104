"""A year of work whose every text hides something, read and written with every tool: nothing hides in any answer."""

from collections.abc import Iterator

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.spec import Part, Record, Resource, fields
from harvest_mcp.systems.harvest import HARVEST, TIME_ENTRIES
from tests import calls
from tests.conftest import Era

from .hidden import raw, shown
from .stage import listening

pytestmark = pytest.mark.anyio

HIDDEN = "".join(f"{chr(point)}x" for point in (0x202E, 0x200B, 0xE0041, 0x85, 0x2028, 0xAD, 0x2800, 0xFEFF))
CHECKED = {"currency", "timezone", "due_at_human_format", "state", "kind", "email"}
"""Texts that only ever are one of the vendor's own."""
BY_NAME = {"list_contacts", "list_projects"}
"""Tools that are asked for what is hidden now: they tell what is close."""
TOO_LONG = {"merge_contacts"}
"""Tools whose question, with all that is hidden made visible, is too long for a form."""
READS = ("get_", "list_", "report_", "search_", "delete_")
"""Verbs that tell of what is there already."""
QUIET = {
    *("get_rate_limit_status", "get_task_assignment", "get_user_assignment"),  # figures and ids only
    *("list_expenses", "get_timesheet", "list_running_timers"),  # of now, when there may be nothing
    *("get_receipt", "delete_expense", "list_changes", "get_change"),  # of what the calls themselves wrote
    *("delete_person", "delete_expense_category", "delete_invoice_item_category"),  # same
}
"""Tools that read, and yet need not tell a text of the account."""


def hiding(part: type[Part]) -> list[str]:
    """The columns anybody may have written anything into."""
    items = fields(part).items()
    return [name for name, item in items if item.type is str and not item.choices and name not in CHECKED]


def hidden(resource: Resource[Record], row: dict[str, object]) -> Iterator[tuple[str, object]]:
    """What a row becomes, and the rows within it."""
    for name in hiding(resource.record):
        if row[name]:
            yield name, f"{row[name]}{HIDDEN}"
    for name, item in fields(resource.record).items():
        if item.many and isinstance(lines := row[name], tuple):
            texts = hiding(item.type)
            yield (
                name,
                tuple(
                    line.model_copy(update={text: f"{getattr(line, text)}{HIDDEN}" for text in texts}) for line in lines
                ),
            )


def hide(sandbox: Sandbox) -> None:
    """Write behind every text of the account."""
    stored = [each for each in HARVEST.resources if each is not TIME_ENTRIES]
    with sandbox.store.writing():
        for resource in [*stored, HOURS]:
            for row in sandbox.rows(resource):
                sandbox.store.update(resource, int(str(row["id"])), dict(hidden(resource, dict(row))))  # type: ignore[arg-type]  # texts in place of texts


async def test_no_tool_lets_a_hidden_character_through(era: Era) -> None:
    with calls.account(profile="late") as sandbox:
        hide(sandbox)
        async with listening(sandbox, era=era, reply="yes", toolsets="all") as stage:
            assert set(await stage.begin()) == set(calls.EVERY)
            for number, tool in enumerate(calls.EVERY):
                await stage.call(tool, **calls.said(tool, number))
    assert [(tool, text) for tool, text in stage.heard if raw(text)] == []
    assert stage.refused == BY_NAME | TOO_LONG
    telling = {tool for tool, text in stage.heard if shown(0x202E) in text}
    assert {tool for tool in calls.EVERY if tool.startswith(READS)} - telling <= QUIET
