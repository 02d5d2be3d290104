"""Lines on stdin that are no messages: each is answered, and the next one is served."""

import json
from typing import Any

import pytest

from tests.stdio.children import INITIALIZED, Nursery, call, hello, request

ONE = "This is no JSON-RPC 2.0 message. Send one with jsonrpc, method and id."
ID = "The id of a message is a text or a whole number."
BATCH = "A batch is taken in protocol revision 2025-03-26 only. Send one message per line."
EMPTY = "This batch is empty. Send a message."
HALF = (
    rb'{"jsonrpc":"2.0","id":906,"method":"tools/call",'
    rb'"params":{"name":"create_client","arguments":{"name":"\ud800x"}}}'
)
LATIN = '{"jsonrpc":"2.0","id":907,"method":"tools/call","params":{"name":"Dupré"}}'.encode("latin-1")
LINES: list[tuple[bytes, Any, int, str]] = [
    (b"not json", None, -32700, "This is no JSON: expected ident at line 1 column 2."),
    (b"\xff\xfe\x00", None, -32700, "This is no JSON: expected value at line 1 column 1."),
    (HALF, 906, -32700, "This is no JSON: unexpected end of hex escape at line 1 column 109."),
    (LATIN, 907, -32700, "This is no JSON: invalid unicode code point at line 1 column 71."),
    (
        b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}',
        None,
        -32700,
        "This is no JSON: unexpected end of hex escape at line 1 column 30.",
    ),
    (b"[" * 20_000, None, -32700, "This is no JSON: recursion limit exceeded at line 1 column 202."),
    (b"[]", None, -32600, EMPTY),
    (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', None, -32600, BATCH),
    (b'{"id":904,"method":"ping"}', 904, -32600, ONE),
    (b'{"id":"a","params":{"id":7}}', "a", -32600, ONE),
    (b'{"jsonrpc":"2.0","id":7,"method":5}', 7, -32600, ONE),
    (b'{"jsonrpc":"2.0","id":7,"method":"ping","params":[1]}', 7, -32600, ONE),
    (b'{"jsonrpc":"1.0","id":true,"method":"ping"}', None, -32600, ID),
    (b"12", None, -32600, ONE),
    (b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', None, -32600, ID),
    (b'{"jsonrpc":"2.0","id":true,"method":"ping"}', None, -32600, ID),
    (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', None, -32600, ID),
    (b'{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}', None, -32600, ID),
    (b'{"jsonrpc":"2.0","id":[1],"method":"ping"}', None, -32600, ID),
    (b'{"jsonrpc":"2.0","id":1e400,"method":"ping"}', None, -32600, ID),
    (
        b'{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"a":' + b"9" * 5000 + b"}}",
        8,
        -32700,
        "This is no JSON: number out of range at line 1 column 4362.",
    ),
    (
        b'{"jsonrpc":"2.0","id":9,"method":"pi\tng"}',
        9,
        -32700,
        "This is no JSON: control character (\\u0000-\\u001F) found while parsing a string at line 1 column 37.",
    ),
    (b'{"jsonrpc":"2.0","id":1,"result":"no object"}', None, -32600, ONE),  # 1 is an id of ours, if of anybody
]


@pytest.fixture(scope="module")
def told(born: Nursery) -> tuple[list[dict[str, Any]], str]:
    """What one server answered to all of these lines, and what it wrote to its log."""
    with born.child("--sandbox") as child:
        child.send(*(line for line, *_ in LINES), b"", b"  \r", hello("hello"), INITIALIZED)
        child.write(b"\xef\xbb\xbf" + json.dumps(request("last", "ping")).encode())  # the end of stdin ends a line too
        child.close()
        return child.rest(), child.log()


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


def test_a_batch_is_answered_as_one_in_the_revision_that_has_batches(born: Nursery) -> None:
    cancelled = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "never seen"}}
    batch = [
        call(1, "get_client", client_id=11072),
        cancelled,
        {"id": 2},
        request(3.5, "ping"),
        hello(4),
        request("5", "ping"),
    ]
    with born.child("--sandbox") as child:
        child.send(hello("hello", "2025-03-26"), batch, [], [INITIALIZED], [request(6, "ping")])
        answers = child.answer(), child.answer(), child.answer(), child.answer()
        child.close()
        assert child.rest() == []
    together = next(each for each in answers if isinstance(each, list) and len(each) > 1)
    assert {each["id"]: each.get("error", {}).get("code") for each in together} == {
        1: None,
        2: -32600,
        None: -32600,
        4: -32600,
        "5": None,
    }
    assert len(together) == 5
    assert [{"jsonrpc": "2.0", "id": 6, "result": {}}] in answers
    assert {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": EMPTY}} in answers


@pytest.mark.parametrize("revision", ["2024-11-05", "2025-06-18", "2025-11-25"])
def test_a_batch_is_refused_in_revisions_without_batches(revision: str, born: Nursery) -> None:
    with born.child("--sandbox") as child:
        child.ask(hello("hello", revision))
        assert child.ask([request(1, "ping")])["error"] == {"code": -32600, "message": BATCH}
        assert child.ask(request(2, "ping")) == {"jsonrpc": "2.0", "id": 2, "result": {}}


FAILED = "This client did not show the question: it answered with an error."
UNREADABLE = "This client answered the question with something that is neither yes nor no."


@pytest.mark.parametrize(
    ("answer", "says", "refused"),
    [
        ({"result": None}, FAILED, True),
        ({"error": "No forms."}, FAILED, True),
        ({"error": {"code": -32601, "message": "No forms."}}, FAILED, False),
        ({"result": {"action": "perhaps"}}, UNREADABLE, False),
        ({"result": {"action": "accept", "content": {"confirm": "true"}}}, UNREADABLE, False),
    ],
)
def test_an_answer_to_a_question_that_cannot_be_read_is_told_at_once(
    answer: Any, says: str, refused: bool, born: Nursery
) -> None:
    with born.child("--sandbox") as child:
        child.ask(hello("hello", elicitation={}))
        question = child.ask(call("delete", "delete_contact", contact_id=10))
        child.send({"jsonrpc": "2.0", "id": question["id"], **answer})
        told = {each["id"]: each for each in (child.answer() for _ in range(1 + refused))}
        text = told["delete"]["result"]["content"][0]["text"]
        assert text.startswith(f"{says} This needs a person's approval: ")
        assert text.endswith("Nothing was deleted.")
        if refused:
            assert told[None]["error"] == {"code": -32600, "message": ONE}
