"""A caller that goes away leaves no half effect: the write is not begun, or carried out and journalled."""

from pathlib import Path
from typing import Any

import anyio
import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.spec import Record, Resource
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from harvest_mcp.tools.tool import Desk
from tests.journal.kit import cancelled_at, entries, use

pytestmark = pytest.mark.anyio

Rows = dict[int, dict[str, Any]]

WRITES: dict[str, tuple[str, dict[str, Any]]] = {
    "create": ("create_contact", {"client": "11072", "first_name": "Ann", "last_name": "Lee"}),
    "update": ("update_contact", {"contact_id": 9, "title": "CEO"}),
    "toggle": ("toggle_client", {"client_id": 11076}),
    "delete": ("delete_contact", {"contact_id": 10}),
}


def rows(sandbox: Sandbox, resource: Resource[Record]) -> Rows:
    return {int(str(row["id"])): dict(row) for row in sandbox.rows(resource)}


def everything(sandbox: Sandbox) -> list[Rows]:
    return [rows(sandbox, CLIENTS), rows(sandbox, CONTACTS)]


async def cancel(kind: str, number: int, place: Path) -> tuple[bool, bool, list[str]]:
    """Cancel a write at its n-th await: whether it was still running then, whether the account changed, the journal."""
    with open_account(calls=None) as sandbox:
        chosen = settings.read({})
        desk = server.desk(
            chosen,
            [server.sandbox_account()],
            server.in_process(sandbox),
            state=State(str(place / f"{kind}{number}.db")),
        )
        before = everything(sandbox)
        finished = await run_cancelled(desk, kind, number)
        outcomes = [entry.outcome for entry in await entries(desk)]
        changed = everything(sandbox) != before
        await desk.aclose()
        return finished, changed, outcomes


async def run_cancelled(desk: Desk, kind: str, number: int) -> bool:
    name, arguments = WRITES[kind]
    with anyio.CancelScope() as scope:
        await cancelled_at(number, scope, use(desk, name, **arguments))
    return not scope.cancel_called


@pytest.mark.parametrize("kind", WRITES)
async def test_cancelling_at_every_await_leaves_no_effect_outside_the_journal(kind: str, tmp_path: Path) -> None:
    """Cancel at one await after the other until the write runs to its end uncancelled."""
    counts = {"cancelled": 0, "applied": 0, "outside": 0}
    finished = False
    while not finished:
        finished, changed, outcomes = await cancel(kind, counts["cancelled"] + 1, tmp_path)
        if not finished:
            counts["cancelled"] += 1
            counts["applied"] += changed
            counts["outside"] += changed != (outcomes == ["applied"])
    print(kind, counts)
    assert counts["cancelled"] > 5
    assert counts["outside"] == 0
