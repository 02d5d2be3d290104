"""What is kept for the next start, and when nothing is."""

import os
from pathlib import Path

import pytest

from harvest_mcp.commands.start import ServerStart
from harvest_mcp.protocol.front import making, ready
from tests.front.kit import NAME, served

pytestmark = pytest.mark.anyio


async def test_a_file_is_made_once_and_again_where_it_is_not_whole(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "ready-x"
    async with served(toolsets="crm", read_only=True) as built:
        keep = ServerStart(NAME, str(file)).keeping(built, "WARNING")
        assert keep
        await keep()
        content, before = file.read_bytes(), file.stat().st_ino
        assert ready.parsed(content, NAME)
        await keep()
        assert file.stat().st_ino == before
        file.write_bytes(content[:-1])
        await keep()
        assert file.read_bytes() == content
        assert [each.name for each in file.parent.iterdir()] == [file.name]


async def test_where_nothing_can_be_kept_a_server_goes_on(tmp_path: Path) -> None:
    async with served(toolsets="crm", read_only=True) as built:
        for place in ("/proc/harvest-mcp/ready-x", f"{os.devnull}/harvest-mcp/ready-x"):
            keep = ServerStart(NAME, place).keeping(built, "ERROR")
            assert keep
            await keep()  # and raises nothing


async def test_nothing_is_kept_of_a_start_without_a_key_with_a_chatty_log_or_with_wrong_settings(
    tmp_path: Path,
) -> None:
    file = tmp_path / "ready-x"
    file.touch()
    wrong = ServerStart(NAME, str(file))
    wrong.forget()
    assert not file.exists()
    async with served(toolsets="crm", read_only=True) as built:
        assert wrong.keeping(built, "WARNING") is None
        assert ServerStart().keeping(built, "WARNING") is None
        for level in ("INFO", "DEBUG"):
            assert ServerStart(NAME, str(file)).keeping(built, level) is None


def test_the_newest_files_stay(tmp_path: Path) -> None:
    for number in range(12):
        making.write(tmp_path / f"ready-{number}", b"x")
        os.utime(tmp_path / f"ready-{number}", (number, number))
    (tmp_path / "somebody-elses").touch()
    making.write(tmp_path / "ready-12", b"x")
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {"somebody-elses", *(f"ready-{number}" for number in range(4, 13))}
