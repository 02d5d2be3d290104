"""A client's file on the disk: copies beside it, one step from old to new, and what is refused."""

import os
from pathlib import Path

import pytest

from harvest_mcp.commands.install import files
from harvest_mcp.commands.install.files import NotChanged

from . import kit


def test_what_its_program_wrote_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    place = tmp_path / "mcp.json"
    place.write_text("{}")
    content = files.read(place)
    place.write_text('{"a": 1}')
    with pytest.raises(NotChanged, match="was changed meanwhile, perhaps by its program"):
        files.replace(content, b"{}")
    assert place.read_text() == '{"a": 1}'


def test_a_write_that_fails_leaves_the_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device")

    place = tmp_path / "mcp.json"
    place.write_text("{}")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        files.replace(files.read(place), b"[]")
    assert [file.name for file in tmp_path.iterdir()] == ["mcp.json"]
    assert place.read_text() == "{}"


def test_two_copies_of_one_second_stay_apart_and_the_newest_comes_first(tmp_path: Path) -> None:
    place = tmp_path / "mcp.json"
    for text in ("1", "2"):
        place.write_text(text)
        files.back_up(files.read(place), kit.NOW)
    (tmp_path / "mcp.json.bak-mine").touch()
    assert [(copy.name, copy.read_text()) for copy in files.backups(place)] == [
        ("mcp.json.bak-20261128-093000-2", "2"),
        ("mcp.json.bak-20261128-093000", "1"),
    ]


def test_a_link_to_nowhere_makes_the_file_but_not_its_folder(tmp_path: Path) -> None:
    computer = kit.machine(tmp_path / "home")
    place = kit.place("cursor", computer)
    place.symlink_to(tmp_path / "dotfiles.json")
    assert kit.install("cursor", computer) == 0
    assert (tmp_path / "dotfiles.json").is_file()
    assert kit.uninstall("cursor", computer) == 0
    assert (place.is_symlink(), place.exists()) == (True, False)
    place.unlink()
    place.symlink_to(tmp_path / "none" / "dotfiles.json")
    with pytest.raises(NotChanged, match="none is not there"):
        kit.install("cursor", computer)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b'{"a": "\xe9"}', "is not UTF-8 text. It is as it was."),
        (b'{"mcpServers": []}', "mcpServers is not what Cursor expects."),
        (b'{"mcpServers": {"harvest": {"url": "https://mcp.example/"}}}', "starts another program."),
        (b'{"a": 1 "b"}', "cannot be changed: "),
        (b"[" * 100_000, "cannot be changed: "),
    ],
)
def test_what_cannot_be_understood_is_refused_and_stays(raw: bytes, says: str, tmp_path: Path) -> None:
    computer = kit.machine(tmp_path)
    place = kit.place("cursor", computer)
    place.write_bytes(raw)
    with pytest.raises(NotChanged) as refused:
        kit.install("cursor", computer)
    assert says in str(refused.value)
    assert place.read_bytes() == raw


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    computer = kit.machine(tmp_path)
    kit.place("zed", computer).mkdir()
    with pytest.raises(NotChanged, match="is no file"):
        kit.install("zed", computer)


def test_what_came_meanwhile_stays_when_the_entry_goes(tmp_path: Path) -> None:
    computer = kit.machine(tmp_path)
    place = kit.place("zed", computer)
    place.write_text('{\n  "theme": "dark"\n}\n')
    assert kit.install("zed", computer) == 0
    place.write_text(place.read_text().replace('"dark"', '"light", // since today\n  "vim": true'))
    assert kit.uninstall("zed", computer) == 0
    assert place.read_text() == '{\n  "theme": "light", // since today\n  "vim": true\n}\n'
