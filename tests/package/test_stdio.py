"""Lines on stdin that are no messages: each is answered, and the next one is served."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.package.test_commands import COMMAND

ONE = "This is no JSON-RPC 2.0 message. Send one per line, with jsonrpc, method and id; a batch is not taken."
HALF = (
    rb'{"jsonrpc":"2.0","id":906,"method":"tools/call",'
    rb'"params":{"name":"create_client","arguments":{"name":"\ud800x"}}}'
)
LINES: list[tuple[bytes, Any, int, str]] = [
    (b"not json", None, -32700, "This line is no JSON: expected ident at line 1 column 2."),
    (b"\xff\xfe\x00", None, -32700, "This line is no JSON: expected value at line 1 column 1."),
    (HALF, 906, -32700, "This line is no JSON: unexpected end of hex escape at line 1 column 109."),
    (b"[" * 20_000, None, -32700, "This line is no JSON: recursion limit exceeded at line 1 column 202."),
    (b"[]", None, -32600, ONE),
    (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', None, -32600, ONE),
    (b'{"id":904,"method":"ping"}', 904, -32600, ONE),
    (b'{"id":"a","params":{"id":7}}', "a", -32600, ONE),
    (b'{"jsonrpc":"2.0","id":7,"method":5}', 7, -32600, ONE),
    (b'{"jsonrpc":"1.0","id":true,"method":"ping"}', None, -32600, ONE),
    (b"12", None, -32600, ONE),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], str]:
    """What one server answered to all of these lines, and what it wrote to its log."""
    place: Path = tmp_path_factory.mktemp("stdio")
    ping = b'{"jsonrpc":"2.0","id":"last","method":"ping"}\n'
    sent = b"".join(line + b"\n" for line, *_ in LINES) + b"\n  \r\n" + HELLO + ping
    command = [*COMMAND, "--sandbox", "--state", str(place / "state.db")]
    with (place / "log").open("wb") as log:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(sent)
        child.stdin.flush()
        answers = [json.loads(child.stdout.readline()) for _ in range(len(LINES) + 2)]
        assert child.communicate(timeout=60)[0] == b""  # closes its stdin, and it goes
    return answers, (place / "log").read_text("utf-8")


HELLO = (
    b'{"jsonrpc":"2.0","id":"hello","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},'
    b'"clientInfo":{"name":"x","version":"1"}}}\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
)


@pytest.mark.parametrize("at", range(len(LINES)))
def test_a_line_that_is_no_message_is_answered_under_its_id(told: tuple[list[dict[str, Any]], str], at: int) -> None:
    _, id, code, message = LINES[at]
    answers, _ = told
    assert answers[at] == {"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}


def test_the_next_line_is_served_and_a_blank_one_is_none(told: tuple[list[dict[str, Any]], str]) -> None:
    answers, log = told
    assert [each["id"] for each in answers[len(LINES) :]] == ["hello", "last"]
    assert answers[-1]["result"] == {}
    assert log.count("A line on stdin was refused: ") == len(LINES)
    assert "create_client" not in log
