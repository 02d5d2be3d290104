"""How a person signs in, and what they may do: a person is asked before either changes."""

from typing import Any

import pytest

from harvest_mcp.sandbox import Sandbox
from tests.conftest import Era, talking
from tests.tools.kit import writes

pytestmark = pytest.mark.anyio

ASKS = "Harvest changes how they sign in or what they may do."
BACK = "An undo puts it back."


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        ({"is_admin": True}, "is_admin: no becomes yes."),
        ({"email": "mallory@evil.example", "department": "Art"}, '@kestrel.example" becomes "mallory@evil.example".'),
    ],
)
async def test_an_administrator_or_another_address_is_made_after_a_yes(
    sandbox: Sandbox, era: Era, given: dict[str, Any], becomes: str
) -> None:
    async with talking(sandbox, era=era, toolsets="people,changes", reply="decline") as talk:
        assert await talk.error("update_person", person_id=34, **given) == "The person declined. Nothing was changed."
        (asked,) = talk.asked
        assert (ASKS in asked, becomes in asked, asked.endswith(BACK), writes(talk)) == (True, True, True, [])


async def test_an_undo_of_it_asks_too(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="people,changes", reply="yes") as talk:
        await talk.ok("update_person", person_id=34, is_admin=True)
        await talk.ok("undo_change", change_id=1)
        assert [ASKS in asked for asked in talk.asked] == [True, True]
        assert "is_admin: yes becomes no. It can be put back." in talk.asked[1]


async def test_what_changes_neither_asks_nobody(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="people", reply="decline") as talk:
        await talk.ok("update_person", person_id=34, department="Art", is_admin=False)
        assert talk.asked == []


async def test_a_new_administrator_is_told_as_one(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="people", reply="decline") as talk:
        await talk.error("create_person", first_name="Jo", last_name="Day", email="jo@day.example", is_admin=True)
        assert "With is_admin yes." in talk.asked[0]
