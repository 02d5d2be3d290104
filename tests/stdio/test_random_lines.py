"""Lines at random, whole and broken: each request with a readable id is answered once, and nothing else is printed."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest
from pydantic_core import from_json

from tests.stdio.children import INITIALIZED, META, Nursery, call, hello, request

BATCHES = "2025-03-26"
ODD_IDS: list[Any] = [1.5, 1.0, True, False, None, {}, {"id": 1}, [], [2], float("inf"), float("nan")]
WORDS = ["", "é", "日本", "a\nb", '"', "\\", "\u2028", "\x7f", "😀", "id", "x" * 300]


@dataclass
class Talker:
    """A client that says anything."""

    chance: random.Random
    count: int = 0
    calls: int = 20  # of the account, whose budget is small

    def id(self) -> Any:
        self.count += 1
        made: list[Callable[[], Any]] = [
            lambda: self.count,
            lambda: -self.count,
            lambda: f"{self.chance.choice(WORDS)}{self.count}",
            lambda: 10**30 + self.count,
            lambda: self.chance.choice(ODD_IDS),
        ]
        return self.chance.choices(made, [8, 1, 4, 1, 2])[0]()

    def request(self) -> dict[str, Any]:
        modern, id = self.chance.random() < 0.4, self.id()
        if self.calls and self.chance.random() < 0.02:
            self.calls -= 1
            return call(id, "list_clients", modern=modern, limit=1)
        return self.chance.choice(
            [
                request(id, "ping", modern=modern),
                request(id, "server/discover", modern=modern),
                request(id, "prompts/list", modern=modern, cursor=self.chance.choice(WORDS)),
                request(id, "prompts/get", modern=modern, name=self.chance.choice(WORDS)),
                request(id, self.chance.choice(WORDS), modern=modern),
                call(id, "get_rate_limit_status", modern=modern),
                call(id, "get_client", modern=modern, client=self.chance.choice(WORDS)),  # refused without a request
                call(id, self.chance.choice(WORDS), modern=modern),
                {**request(id, "tools/list"), "params": self.chance.choice([None, [], 5, {"_meta": 5}, {"_meta": {}}])},
                {**request(id, "ping"), "params": {"_meta": {self.chance.choice(list(META)): 1}}},
            ]
        )

    def other(self) -> Any:
        return self.chance.choice(
            [
                INITIALIZED,
                {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": 1, "progress": 1}},
                {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": self.count}},
                {"jsonrpc": "2.0", "method": self.chance.choice(WORDS), "params": {"_meta": META}},
                {"jsonrpc": "2.0", "id": self.id(), "result": {}},
                {"jsonrpc": "2.0", "id": self.id(), "result": 5},
                {"jsonrpc": "2.0", "id": self.id(), "error": {"code": 1, "message": "x"}},
                {"jsonrpc": "2.0", "id": self.id()},
                {"id": self.id(), "method": "ping"},
                {},
                self.chance.choice([5, None, "text", True, []]),
            ]
        )

    def message(self) -> Any:
        return self.request() if self.chance.random() < 0.7 else self.other()

    def broken(self, line: bytes) -> bytes:
        """A line with a few bytes gone, doubled, changed or added; never two lines."""
        data = bytearray(line)
        for _ in range(self.chance.randint(1, 3)):
            at, many = self.chance.randrange(len(data) + 1), self.chance.randint(1, 8)
            middle = self.chance.choice([b"", bytes(data[at : at + many]) * 2, self.chance.randbytes(many)])
            data[at : at + many] = middle
        return bytes(data).replace(b"\n", b" ").replace(b"initialize", b"initialise")

    def line(self) -> bytes:
        kind = self.chance.random()
        if kind < 0.01:
            return json.dumps(hello(self.id(), self.chance.choice([BATCHES, BATCHES, "2025-11-25", "x"]))).encode()
        if kind < 0.1:
            return json.dumps([self.message() for _ in range(self.chance.randint(0, 4))]).encode()
        whole = json.dumps(self.message(), ensure_ascii=self.chance.random() < 0.5).encode()
        if kind < 0.3:
            return self.broken(whole)
        return self.chance.choice([b"", b"  ", b"[" * 300, b"\xff"]) if kind < 0.32 else whole


@dataclass
class Expected:
    """Which answers these lines have coming."""

    answers: Counter[str] = field(default_factory=Counter)
    perhaps: set[str] = field(default_factory=set)
    revision: str = BATCHES

    def line(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            found = from_json(line)
        except ValueError:
            self.answers[key(loosely(line))] += 1
            return
        if not isinstance(found, list):
            self.one(found, alone=True)
        elif found and self.revision == BATCHES:
            for each in found:
                self.one(each, alone=False)
        else:
            self.answers["null"] += 1

    def one(self, found: Any, *, alone: bool) -> None:
        if not isinstance(found, dict):
            self.answers["null"] += 1
            return
        answers = "method" not in found and ("result" in found or "error" in found)
        params = found.get("params")
        well = found.get("jsonrpc") == "2.0" and (isinstance(params, dict | None) or params == [])
        if answers:
            self.answers["null"] += not answer_is_well(found)
        elif "id" in found:
            self.answers[key(found)] += 1
            if alone and well and found.get("method") == "initialize" and key(found) != "null":
                asked = found["params"]["protocolVersion"]
                self.revision = asked if asked == BATCHES else "2025-11-25"
        elif not (well and isinstance(found.get("method"), str)):
            self.answers["null"] += 1
        elif found["method"] == "notifications/cancelled":
            id = (found.get("params") or {}).get("requestId")
            self.perhaps |= {json.dumps(id), json.dumps(str(id))}


def answer_is_well(found: dict[str, Any]) -> bool:
    if found.get("jsonrpc") != "2.0":
        return False
    if "result" in found:
        return key(found) != "null" and isinstance(found["result"], dict)
    error = found["error"]
    plain = isinstance(error, dict) and type(error.get("code")) is int and isinstance(error.get("message"), str)
    return plain and "id" in found and (found["id"] is None or key(found) != "null")


def loosely(line: bytes) -> Any:
    try:
        return json.loads(line.decode(errors="replace"), strict=False)
    except (ValueError, RecursionError):
        return None


def key(found: Any) -> str:
    """The id an answer repeats, as JSON; null where it cannot be."""
    id = found.get("id") if isinstance(found, dict) else None
    id = int(id) if isinstance(id, float) and id.is_integer() else id
    usable = type(id) is int or (isinstance(id, str) and id == id.encode(errors="replace").decode())
    return json.dumps(id) if usable else "null"


def answered(child_lines: Iterator[bytes]) -> Counter[str]:
    """How often each id was answered; every line is an answer or a batch of them."""
    found: Counter[str] = Counter()
    for line in child_lines:
        said = json.loads(line)
        for each in said if isinstance(said, list) else [said]:
            assert each["jsonrpc"] == "2.0"
            assert ("result" in each) != ("error" in each), each
            found[json.dumps(each["id"])] += 1
    return found


def talk(born: Nursery, lines: int, seed: int) -> None:
    talker = Talker(random.Random(seed))
    said = [json.dumps(hello("first", BATCHES)).encode(), *(talker.line() for _ in range(lines))]
    expected = Expected()
    for line in said:
        expected.line(line)
    with born.child("--sandbox", "--log-level", "ERROR") as child:

        def write() -> None:
            child.send(*said, request("last", "ping"))
            child.close()

        writer = Thread(target=write)
        writer.start()
        answers = answered(iter(child.line, b""))
        writer.join()
        assert child.ended() == 0
        assert child.log() == ""
    assert answers.pop('"last"') == 1
    wrong = {
        id: (expected.answers[id], answers[id])
        for id in {*answers, *expected.answers}
        if expected.answers[id] != answers[id]
    }
    assert {id: counts for id, counts in wrong.items() if id not in expected.perhaps or counts[1] > counts[0]} == {}


def test_every_readable_request_among_random_lines_is_answered_once(born: Nursery) -> None:
    talk(born, 1_000, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_every_readable_request_among_ten_thousand_random_lines_is_answered_once(seed: int, born: Nursery) -> None:
    talk(born, 10_000, seed)
