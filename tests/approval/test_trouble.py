"""Where consents cannot be kept, nobody can agree: every policy refuses, in words, and deletes nothing."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from harvest_mcp.sandbox import Sandbox
from tests.approval.kit import WILE, deletes, person, refusal
from tests.approval.made import UNTOUCHED
from tests.conftest import Reply, talking

pytestmark = pytest.mark.anyio


def damaged(place: Path) -> None:
    place.write_bytes(b"Dear Jane, this is a letter." * 100)


def newer(place: Path) -> None:
    with sqlite3.connect(place) as connection:
        connection.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER)")
        connection.execute("INSERT INTO meta VALUES ('version', 99)")
    connection.close()


def gone(place: Path) -> None:
    """With whatever SQLite keeps beside it."""
    for file in place.parent.iterdir():
        file.unlink()


def in_the_way(place: Path) -> None:
    place.mkdir()


def emptied(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


TROUBLE: list[Callable[[Path], None]] = [damaged, newer, in_the_way]
WAYS: list[tuple[str, Reply | None]] = [("ask", None), ("ask", "yes"), ("token", None), ("strict", "yes")]


@pytest.mark.parametrize("spoil", TROUBLE, ids=lambda spoil: spoil.__name__)
@pytest.mark.parametrize(("policy", "reply"), WAYS)
async def test_a_store_that_cannot_be_used_refuses_every_consent(
    sandbox: Sandbox, tmp_path: Path, spoil: Callable[[Path], None], policy: str, reply: Reply | None
) -> None:
    place = tmp_path / "state.db"
    spoil(place)
    async with talking(sandbox, reply=reply, confirm=policy, state=str(place)) as talk:
        for given in ({}, {"confirm": "KX4T-9QWM"}):
            text = await talk.error("delete_contact", contact_id=WILE, **given)
            assert text.startswith(f"The state store at {place} ")
            assert UNTOUCHED in text
    assert deletes(sandbox) == []
    assert talk.asked == []


async def test_a_store_that_breaks_after_the_approval_refuses_the_consent(sandbox: Sandbox, tmp_path: Path) -> None:
    place = tmp_path / "state.db"
    async with talking(sandbox, state=str(place)) as talk, person() as someone:
        asks = refusal(await talk.error("delete_contact", contact_id=WILE))
        await someone.approve(asks.link)
        emptied(tmp_path)
        damaged(place)
        text = await talk.error("delete_contact", contact_id=WILE, confirm=asks.code)
        assert text.startswith(f"The state store at {place} ")
        assert UNTOUCHED in text
        shown = await someone.see(asks.link)
        assert shown.status_code == 503
        assert "Nothing was approved." in shown.text
    assert deletes(sandbox) == []


async def test_a_store_that_is_gone_knows_no_code(sandbox: Sandbox, tmp_path: Path) -> None:
    place = tmp_path / "state.db"
    async with talking(sandbox, state=str(place)) as talk, person() as someone:
        asks = refusal(await talk.error("delete_contact", contact_id=WILE))
        await someone.approve(asks.link)
        emptied(tmp_path)
        assert (await talk.error("delete_contact", contact_id=WILE, confirm=asks.code)).startswith(
            "This confirmation is not known"
        )
    assert deletes(sandbox) == []
