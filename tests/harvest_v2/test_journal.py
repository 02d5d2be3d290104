"""The journal over v2: kept by the number of the account, and apart from what was made over v1."""

from contextlib import closing
from pathlib import Path

import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.errors import HarvestMcpError
from harvest_mcp.sandbox import ADMIN, Sandbox
from harvest_mcp.sandbox.harvest_v2 import ACCOUNT_ID, Settings, open_harvest_v2, over_v1
from harvest_mcp.sandbox.server import running
from harvest_mcp.state import State
from harvest_mcp.systems.harvest.v2 import HARVEST_V2
from harvest_mcp.tools.tool import Call, Desk

from ..conftest import talking
from .kit import conversing

pytestmark = pytest.mark.anyio


def opened(url: str, state: State, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with a token of which nobody says the account."""
    monkeypatch.setenv("HARVEST_ACCESS_TOKEN", ADMIN.token)
    monkeypatch.setenv("HARVEST_API_URL", f"{url}/v2")
    chosen = settings.read({})
    return server.desk(chosen, server.accounts_of(chosen), server.over_http(chosen, state), state=state)


async def test_the_journal_is_kept_by_the_number_that_the_token_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_harvest_v2() as sandbox, running(sandbox) as url, closing(State(str(tmp_path / "state.db"))) as state:
        desk = opened(url, state, monkeypatch)
        await desk.find()
        await desk.find()
        account, line = desk.account(HARVEST_V2), desk.line(HARVEST_V2)
        journal = Call(desk, "list_changes").journal(HARVEST_V2)
        left = await line.throttle.left()
        await desk.aclose()
    assert journal.account == account.key
    assert account.key == f"harvest_v2:{url.removeprefix('http://')}/v2#{ACCOUNT_ID}"
    assert ([seen.path for seen in sandbox.seen], left) == (["/api/v2/accounts"], 80)


async def test_no_journal_is_read_of_an_account_that_nobody_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = Settings(accounts=((2, "Other Studio", "harvest"),))
    with (
        open_harvest_v2(settings=several) as sandbox,
        running(sandbox) as url,
        closing(State(str(tmp_path / "state.db"))) as state,
    ):
        desk = opened(url, state, monkeypatch)
        await desk.find()
        with pytest.raises(HarvestMcpError, match=r"The access token is for 2 accounts\. Set one of them"):
            Call(desk, "list_changes").journal(HARVEST_V2)
        await desk.aclose()


async def test_what_was_made_over_v1_is_not_undone_over_v2_and_says_why(sandbox: Sandbox, tmp_path: Path) -> None:
    kept = str(tmp_path / "state.db")
    async with talking(over_v1(sandbox), state=kept) as talk:
        await talk.ok("update_contact", contact_id=9, title="Owner")
    async with conversing(sandbox, reply="yes", state=kept) as talk:
        said = await talk.error("undo_change", change_id=1)
        assert "through Harvest's v1" in await talk.error("get_change", change_id=1)
        assert (await talk.error("undo_change", change_id=2)).startswith("Change 2 is not known here.")
        assert await talk.ok("list_changes") == "# 0 changes"
        await talk.ok("update_contact", contact_id=9, title="Head")
    async with talking(over_v1(sandbox), state=kept) as talk:
        back = await talk.error("undo_change", change_id=2)
    assert said == (
        "Change 1 was made through Harvest's v1, and can only be undone there: the journal has the record in that"
        " API's form. Nothing was undone. Read the record and correct it by an update, or undo the change where v1 is"
        " used."
    )
    assert back.startswith("Change 2 was made through Harvest's v2, and can only be undone there")
