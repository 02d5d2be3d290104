"""What `harvest-mcp doctor` says about the state store, and what to do."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harvest_mcp.commands import doctor
from harvest_mcp.sandbox import ADMIN, Fault, Sandbox, running
from harvest_mcp.state.steps import VERSION
from tests.state.kit import MEND, statement

Found = list[tuple[str, str, str]]


def examined(sandbox: Sandbox) -> Found:
    """State, words and advice of every check of the store."""
    return [
        (each.state, each.says, each.fix)
        for each in doctor.examine({}, lambda systems: {"harvest": sandbox}).checks
        if each.name == "state"
    ]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARVEST_MCP_STATE", str(tmp_path / "harvest" / "state.db"))
    return tmp_path / "harvest" / "state.db"


CHANGE = """
INSERT INTO changes (at, principal, system, account, tool, verb, noun, sent, outcome, holder)
VALUES (1, 'jane', 'harvest', 'harvest:x', 'create_client', 'create', 'client', '{}', 'applied', 'here:1')
"""


def test_a_healthy_store_is_named_with_its_version_and_its_changes(file: Path, sandbox: Sandbox) -> None:
    for changes in ("0 changes", "1 change", "2 changes"):
        statement(str(file), "SELECT 1" if changes == "0 changes" else CHANGE)
        assert examined(sandbox) == [("ok", f"{file} can be written: version {VERSION}, {changes}", "")]


def test_a_store_that_is_not_there_is_not_made_for_the_look(file: Path, sandbox: Sandbox) -> None:
    assert examined(sandbox) == [("ok", f"{file} is not there yet; it is made when it is needed", "")]
    assert not file.parent.exists()


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letter").write_text("Dear Jane")
    file = tmp_path / "letter" / "harvest" / "state.db"
    monkeypatch.setenv("HARVEST_MCP_STATE", str(file))
    fix = f"Make {tmp_path / 'letter'} a folder you can write to, or name another place with HARVEST_MCP_STATE."
    assert examined(sandbox) == [("failed", f"{file} cannot be made: not a directory", fix)]


@pytest.mark.skipif(not Path("/sys").is_dir(), reason="a folder where nobody can make anything")
def test_a_place_is_tried_out_and_not_only_looked_at(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MCP_STATE", "/sys/harvest/state.db")
    ((state, says, _),) = examined(sandbox)
    assert (state, says.partition(": ")[0]) == ("failed", "/sys/harvest/state.db cannot be made")


def test_a_folder_that_the_tools_would_not_make_is_told(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mistyped" / "harvest" / "state.db"
    monkeypatch.setenv("HARVEST_MCP_STATE", str(file))
    says = f"{file} cannot be made: its folder's folder is not there"
    assert examined(sandbox) == [("failed", says, f"mkdir -p '{file.parent}'")]
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_store_is_told_and_everything_else_examined(file: Path, sandbox: Sandbox) -> None:
    statement(str(file), "SELECT 1")
    file.write_bytes(b"Dear Jane, " * 1000)
    report = doctor.examine({}, lambda systems: {"harvest": sandbox})
    assert not report.healthy
    assert {check.name: check.state for check in report.checks} == {
        "settings": "ok",
        "state": "failed",
        "address": "ok",
        "credentials": "ok",
        "role": "ok",
        "time": "ok",
        "round trip": "ok",
        "budget": "ok",
    }
    says = f"The state store at {file} cannot be used: the file is not a state store, or is damaged."
    assert examined(sandbox) == [("failed", says, MEND)]


def test_damage_where_no_statement_comes_by_is_found(file: Path, sandbox: Sandbox) -> None:
    ((page,),) = statement(str(file), "SELECT rootpage FROM sqlite_master WHERE name = 'consents'")
    with file.open("r+b") as stream:
        stream.seek((page - 1) * 4096)
        stream.write(b"\xa5" * 4096)
    assert examined(sandbox) == [("failed", f"The state store at {file} is damaged.", MEND)]


def test_a_newer_store_is_told(file: Path, sandbox: Sandbox) -> None:
    statement(str(file), "UPDATE meta SET value = 99")
    says = f"The state store at {file} was made by a newer harvest-mcp."
    fix = "Upgrade this one, or name another store with HARVEST_MCP_STATE. Reading goes on."
    assert examined(sandbox) == [("failed", says, fix)]


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_a_store_that_others_can_read_is_told_with_what_to_do(file: Path, sandbox: Sandbox) -> None:
    statement(str(file), "SELECT 1")
    file.chmod(0o644)
    why = f"The state store at {file} cannot be used: other users may read or write it."
    fix = f"If you trust what it holds, run `chmod 600 {file}`. Reading goes on."
    assert examined(sandbox) == [("failed", why, fix)]


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_a_folder_that_others_write_to_is_told_before_there_is_a_store(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARVEST_MCP_STATE", str(tmp_path / "state.db"))
    tmp_path.chmod(0o1777)
    ((state, says, _),) = examined(sandbox)
    assert (state, says) == (
        "failed",
        f"The state store at {tmp_path / 'state.db'} cannot be used: other users may write to its folder, {tmp_path}.",
    )


def test_a_store_in_a_database_is_named_without_its_password(
    database: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARVEST_MCP_STATE", database)
    parts = urlsplit(database)
    says = f"postgresql://{parts.hostname}{parts.path} can be written: version {VERSION}, 0 changes"
    assert examined(sandbox) == [("ok", says, "")]
    assert "sesame" not in doctor.examine({}, lambda systems: {"harvest": sandbox}).as_text()


def test_a_database_that_is_not_there_is_told(database: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MCP_STATE", f"{database}x")
    parts = urlsplit(database)
    shown = f"postgresql://{parts.hostname}{parts.path}x"
    says = f"The state store at {shown} cannot be used: the database server has no such database."
    assert examined(sandbox) == [("failed", says, MEND)]


def test_a_gate_that_is_closed_is_told_and_lifted(
    file: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nobody is called while it is closed, so that the look does not make the vendor's lockout longer."""
    sandbox.fail(Fault("throttle", "999999"))
    with running(sandbox) as url:
        for name, value in (("URL", url), ("EMAIL", ADMIN.email), ("PASSWORD", ADMIN.password)):
            monkeypatch.setenv(f"HARVEST_{name}", value)
        refused = {check.name: check for check in doctor.examine({}).checks}
        assert "used up for 300 s" in refused["credentials"].says
        calls = len(sandbox.seen)
        closed = {check.name: check for check in doctor.examine({}).checks}
        assert (closed["gate"].state, closed["gate"].fix) == (
            "failed",
            "Wait, or open it with `harvest-mcp doctor --lift` if you know that the vendor takes calls again.",
        )
        assert re.fullmatch(r"closed for (300|2\d\d) s more, since the vendor throttled its calls", closed["gate"].says)
        assert ("credentials" in closed, len(sandbox.seen)) == (False, calls)
        sandbox.calm()
        lifted = doctor.examine({}, lift=True)
        assert lifted.healthy
        assert next(check.state for check in lifted.checks if check.name == "gate") == "note"
    assert "gate" not in {check.name for check in doctor.examine({}, lambda systems: {"harvest": sandbox}).checks}
