"""Each client's file in the states it may be in: what is put in, what stays, and what uninstall gives back."""

import difflib
import stat
from pathlib import Path

import pytest

from harvest_mcp.commands.install.clients import ALL, McpClient
from harvest_mcp.commands.install.entry import Start, start_of
from harvest_mcp.commands.install.files import NotChanged

from . import kit

EDITED = ("missing", "empty", "comments", "trailing commas", "byte order mark", "CRLF", "other servers")
ENTRY = Start(kit.COMMAND, ("--sandbox",))
each_client = pytest.mark.parametrize("client", ALL, ids=lambda client: client.name)


def copies(place: Path) -> list[Path]:
    return sorted(place.parent.glob(f"{place.name}.bak-*"))


def taken_out(before: str, after: str) -> str:
    """What of the text before is not in the text after, but for blanks."""
    steps = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return "".join(before[start:end] for kind, start, end, *_ in steps if kind in ("delete", "replace")).strip()


@each_client
@pytest.mark.parametrize("state", EDITED)
def test_the_entry_goes_in_and_out_and_the_rest_stays_byte_for_byte(
    client: McpClient, state: str, tmp_path: Path
) -> None:
    computer = kit.machine(tmp_path)
    place, before = kit.place(client.name, computer), kit.state(client, state)
    if before is not None:
        place.write_bytes(before)
        place.chmod(0o640)
    if kit.unread(client, state):
        with pytest.raises(
            NotChanged, match=rf"line \d has a com.*, which {client.title} does not read\. It is as it was"
        ):
            kit.install(client.name, computer)
        assert (place.read_bytes(), copies(place)) == (before, [])
        return
    assert kit.install(client.name, computer) == 0
    after = place.read_bytes()
    found = kit.parsed(client.format, after)
    assert start_of(found[client.key].pop("harvest")) == ENTRY
    assert {key: value for key, value in found.items() if value} == kit.parsed(client.format, before or b"")
    assert taken_out((before or b"").decode(), after.decode()) == ""
    assert after.startswith(b"\xef\xbb\xbf") == (state == "byte order mark")
    assert after.count(b"\r\n") == (after.count(b"\n") if state == "CRLF" else 0)
    assert stat.S_IMODE(place.stat().st_mode) == (0o600 if before is None else 0o640)
    assert [copy.read_bytes() for copy in copies(place)] == ([] if before is None else [before])
    assert kit.install(client.name, computer) == 0
    assert place.read_bytes() == after
    assert kit.uninstall(client.name, computer) == 0
    assert (place.read_bytes() if place.exists() else None) == before


@each_client
def test_an_older_entry_is_brought_up_to_date_and_what_a_person_added_to_it_stays(
    client: McpClient, tmp_path: Path
) -> None:
    computer = kit.machine(tmp_path)
    place, before = kit.place(client.name, computer), kit.state(client, "older entry")
    assert before is not None
    place.write_bytes(before)
    assert kit.install(client.name, computer) == 0
    after = place.read_bytes()
    entry = dict(kit.servers(client, after)["harvest"])
    assert start_of(entry) == Start(kit.COMMAND, ("--sandbox",), {"HARVEST_MCP_CONFIRM": "strict"})
    added = {"toml": ("startup_timeout_sec", 30), "yaml": ("enabled", False)}
    name, value = added.get(client.format, ("autoApprove", ["list_clients"]))
    assert entry[name] == value
    apart = {"toml": b"\n# the other one\n[", "yaml": b"\n  # the last one\n  last:"}
    assert apart.get(client.format, b'    "other": {"command": "x"}') in after
    assert kit.install(client.name, computer) == 0
    assert place.read_bytes() == after
    assert [copy.read_bytes() for copy in copies(place)] == [before]
    assert kit.uninstall(client.name, computer) == 0
    left = kit.parsed(client.format, place.read_bytes())[client.key]
    assert "harvest" not in left
    assert set(left) == set(kit.parsed(client.format, before)[client.key]) - {"harvest"}


@each_client
def test_a_broken_file_is_refused_and_stays(client: McpClient, tmp_path: Path) -> None:
    computer = kit.machine(tmp_path)
    place, before = kit.place(client.name, computer), kit.state(client, "broken")
    assert before is not None
    place.write_bytes(before)
    for change in (kit.install, kit.uninstall):
        with pytest.raises(NotChanged, match=r"cannot be changed: .* It is as it was"):
            change(client.name, computer)
    assert place.read_bytes() == before
    assert copies(place) == []


@each_client
def test_a_read_only_file_is_refused_and_stays(client: McpClient, tmp_path: Path) -> None:
    computer = kit.machine(tmp_path)
    place, before = kit.place(client.name, computer), kit.state(client, "other servers")
    assert before is not None
    place.write_bytes(before)
    place.chmod(0o444)
    with pytest.raises(NotChanged, match=r"is read-only\. It is as it was"):
        kit.install(client.name, computer)
    assert (place.read_bytes(), copies(place)) == (before, [])


@each_client
def test_a_link_stays_a_link_and_the_file_it_leads_to_is_changed(client: McpClient, tmp_path: Path) -> None:
    computer = kit.machine(tmp_path / "home")
    place, before = kit.place(client.name, computer), kit.state(client, "other servers")
    assert before is not None
    real = tmp_path / "dotfiles"
    real.write_bytes(before)
    place.symlink_to(real)
    assert kit.install(client.name, computer) == 0
    assert place.is_symlink()
    assert "harvest" in kit.servers(client, real.read_bytes())
    assert kit.uninstall(client.name, computer) == 0
    assert (place.is_symlink(), real.read_bytes()) == (True, before)


@each_client
def test_a_client_that_is_not_installed_gets_no_folder(client: McpClient, tmp_path: Path) -> None:
    for change in (kit.install, kit.uninstall):
        with pytest.raises(NotChanged, match=f"^{client.title} is not on this machine: "):
            change(client.name, kit.machine(tmp_path))
    assert list(tmp_path.iterdir()) == []
