"""On a Python without what only POSIX systems have, with lines and a locale as Windows has them, nothing is missing."""

import json
import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests import forks
from tests.patience import PATIENCE
from tests.state.kit import statement
from tests.stdio.children import INITIALIZED, call, hello, request

UNDER_WAY = """
INSERT INTO changes (id, at, principal, system, account, tool, verb, noun, sent, outcome, holder) VALUES (
7, {at}, 'a@b.example', 'harvest', 'harvest:127.0.0.1:9',
'create_client', 'create', 'client', '{{}}', 'intended', '{host}:1')
"""
ACCOUNT = {"HARVEST_URL": "http://127.0.0.1:9", "HARVEST_EMAIL": "a@b.example"}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """What a start finds: a home, a state file, and an output that cannot show every letter."""
    (home := tmp_path / "home").mkdir(mode=0o700)
    state = {"HARVEST_MCP_STATE": str(home / "state.db"), "PYTHONIOENCODING": "cp1252"}
    return {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home), **state}


def run(env: dict[str, str], *arguments: str, said: bytes = b"") -> bytes:
    """What it writes to stdout, where it ends well and says nothing else."""
    start = [forks.python(), "-m", "tests.stdio.elsewhere", *arguments]
    done = subprocess.run(start, input=said, capture_output=True, env=env, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout


def test_a_server_reads_and_writes(env: dict[str, str]) -> None:
    said = [
        hello(1),
        INITIALIZED,
        request(2, "tools/list"),
        call(3, "list_clients", limit=1),
        call(4, "create_client", name="Zoë Łoś"),
    ]
    lines = b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\r\n" for each in said)
    *answers, rest = run(env, "--sandbox", said=lines).split(b"\n")
    assert (rest, b"\r" in b"".join(answers)) == (b"", False)
    told: dict[int, Any] = {each["id"]: each["result"] for each in map(json.loads, answers)}
    assert [*told] == [1, 2, 3, 4]
    assert told[3]["content"][0]["text"].startswith("# 1 of 41 clients")
    assert told[4]["content"][0]["text"].startswith('Created client "Zoë Łoś" (')


def test_the_commands_do_their_work(env: dict[str, str], tmp_path: Path) -> None:
    (password := tmp_path / "password").write_text("x\r\n")  # open to others, as all files are on Windows
    (claude := tmp_path / "home/.config/Claude").mkdir(parents=True)
    statement(env["HARVEST_MCP_STATE"], UNDER_WAY.format(at=time.time(), host=socket.gethostname()))
    assert b"All is well." in run(env, "doctor", "--sandbox")
    assert b"harvest" in run(env, "install", "claude-desktop", "--sandbox", "--yes")
    assert "harvest" in json.loads((claude / "claude_desktop_config.json").read_text("utf-8"))["mcpServers"]
    assert b"intended" in run({**env, **ACCOUNT, "HARVEST_PASSWORD_FILE": str(password)}, "changes")
