"""A journal that several people of one account share: what is somebody else's is not told or concluded upon."""

import json
from pathlib import Path
from typing import Any

import pytest

from harvest_mcp.sandbox import ADMIN, MANAGER, MEMBER, Fault, Sandbox
from tests.conftest import Era, talking
from tests.tools.kit import account

pytestmark = pytest.mark.anyio


async def test_who_does_not_see_a_record_cannot_conclude_that_it_is_gone(
    sandbox: Sandbox, era: Era, tmp_path: Path
) -> None:
    """7: what a role may not see answers 404, as what is not there does."""
    shared: dict[str, Any] = {"era": era, "state": str(tmp_path / "state.db"), "reply": "yes"}
    async with talking(sandbox, account=account(), **shared) as admin:
        made = await admin.ok("create_client", name="Undo victim")
    id = json.loads(made.splitlines()[-1])["id"]
    async with talking(sandbox, account=account(MEMBER), **shared) as member:
        assert await member.error("undo_change", change_id=1) == (
            f"Client {id}, which {ADMIN.email} made, does not show to this user. Nothing was undone. "
            f"Whether it is gone is not known here; {ADMIN.email} can take the change back."
        )
    async with talking(sandbox, account=account(), **shared) as admin:
        assert (await admin.ok("undo_change", change_id=1)).startswith(f"Undid change 1: deleted client {id}.")
    async with talking(sandbox, account=account(MEMBER), **shared) as member:
        assert "Change 1 is undone" in await member.error("undo_change", change_id=1)


async def test_a_doubt_is_not_settled_by_who_does_not_see_the_record(
    sandbox: Sandbox, era: Era, tmp_path: Path
) -> None:
    shared: dict[str, Any] = {"era": era, "state": str(tmp_path / "state.db"), "reply": "yes"}
    async with talking(sandbox, account=account(), **shared) as admin:
        sandbox.fail(Fault("drop", method="DELETE", commit="never"))
        assert "get_change(change_id=1)" in await admin.error("delete_contact", contact_id=17)
        sandbox.calm()
    async with talking(sandbox, account=account(MEMBER), **shared) as member:
        assert '"outcome":"in doubt"' in await member.ok("get_change", change_id=1)


async def test_what_a_change_of_a_hidden_record_changed_is_not_told(sandbox: Sandbox, era: Era, tmp_path: Path) -> None:
    shared: dict[str, Any] = {"era": era, "state": str(tmp_path / "state.db")}
    async with talking(sandbox, account=account(), **shared) as admin:
        await admin.ok("update_client", client_id=11072, details="secret terms")
        assert "secret terms" in await admin.ok("get_change", change_id=1)
    async with talking(sandbox, account=account(MEMBER), **shared) as member:
        told = json.loads(await member.ok("get_change", change_id=1))
        assert told["fields"] == "not told: this user does not see the client"
        assert (told["by"], told["record"], told["outcome"]) == (ADMIN.email, "client 11072", "applied")
    async with talking(sandbox, account=account(MANAGER), **shared) as manager:  # who sees clients
        assert "secret terms" in await manager.ok("get_change", change_id=1)
