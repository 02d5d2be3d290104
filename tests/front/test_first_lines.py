"""First lines at random: with a front and without one, a conversation ends in the same answers."""

import json
import random
import subprocess
import sys
from typing import Any

import pytest

from harvest_mcp.protocol.front import making
from tests.front.kit import differences, fronted, made, served
from tests.front.test_equality import ABLE, CLIENT
from tests.stdio.children import INITIALIZED, META, call, request

pytestmark = pytest.mark.anyio

IDS: list[Any] = [1, 2, "a", "7", "é", '"', "\\", "", 0, -1, 1.0, 2.5, None, True, [], 10**16, 10**40, "x" * 200]
REVISIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2026-07-28", "1999-01-01", "", 5, None]
METHODS = [*making.LISTS, making.DISCOVER, "initialize", "tools/calls", "", "notifications/initialized", 5, None]
ODD: list[Any] = [None, {}, [], 5, "x", True, {"x": {}}, {"cursor": "x"}, {"cursor": None}, {"_meta": {}}, {"_meta": 5}]
TOKENS: list[Any] = [{"_meta": {"progressToken": 1}}, {"_meta": {"progressToken": "x", "more": []}}]


class Opener:
    """A client that opens in any way; most of what it says is well."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.odd = 0.0

    def oddly(self, usual: Any, *others: Any) -> Any:
        return self.chance.choice(others) if self.chance.random() < self.odd else usual

    def lines(self) -> list[bytes]:
        self.odd = self.chance.choice([0.0, 0.01, 0.03, 0.2])
        legacy = [self.greeting(), *([INITIALIZED] if self.chance.random() < 0.8 else [])]
        first = self.oddly(legacy if self.chance.random() < 0.7 else [], legacy[1:], [INITIALIZED, *legacy])
        last = [self.call()] if self.chance.random() < 0.5 else []
        return [
            self.spelt(each) for each in (*first, *(self.message() for _ in range(self.chance.randint(1, 6))), *last)
        ]

    def greeting(self) -> dict[str, Any]:
        params = {
            "protocolVersion": self.oddly(self.chance.choice(REVISIONS[:6]), *REVISIONS[6:]),
            "capabilities": self.part(self.chance.choice([ABLE, {}])),
            "clientInfo": self.part(self.chance.choice([CLIENT, {"name": "x", "version": "1"}])),
        }
        return self.message_of("initialize", self.part(params))

    def call(self) -> dict[str, Any]:
        name = self.chance.choice(["get_rate_limit_status", "nothing"])
        return call(self.id(), name, modern=self.chance.random() < 0.5)

    def message(self) -> Any:
        batch = [self.message() for _ in range(self.chance.randint(0, 3))] if self.chance.random() < self.odd else []
        alien = self.chance.choice(
            [5, None, "x", {}, {"id": 1}, {"jsonrpc": "2.0", "id": 1, "result": {}}, INITIALIZED]
        )
        method = self.oddly(self.chance.choice(METHODS[:6]), *METHODS[6:])
        usual = self.greeting() if method == "initialize" else self.message_of(method, self.params())
        return self.oddly(usual, batch, alien, self.call())

    def params(self) -> Any:
        envelope = {**META, **dict(zip(META, ["2026-07-28", self.part(ABLE), self.part(CLIENT)], strict=True))}
        enveloped = {"_meta": self.part(envelope), **self.oddly({}, {"cursor": "x"}, {"more": 1})}
        return self.oddly(self.chance.choice([{}, enveloped]), *ODD, *TOKENS)

    def part(self, whole: Any) -> Any:
        """A thing as it is, or with a part of it gone, another or more."""
        if not isinstance(whole, dict) or not whole or self.chance.random() >= self.odd:
            return whole
        name = self.chance.choice([*whole])
        rest = {each: value for each, value in whole.items() if each != name}
        if isinstance(whole[name], dict) and self.chance.random() < 0.4:
            return {**rest, name: self.part(whole[name])}
        strange: Any = self.chance.choice([None, 1, "x", [], {}, {"x": 1}, True])
        return self.chance.choice([rest, {**whole, name: strange}, {**whole, "more": strange}])

    def message_of(self, method: Any, params: Any) -> dict[str, Any]:
        whole = {**request(self.id(), method), "params": params}
        if params == {} and self.chance.random() < 0.5:
            del whole["params"]
        return dict(self.oddly(whole, *({each: whole[each] for each in whole if each != gone} for gone in whole)))

    def id(self) -> Any:
        return self.oddly(self.chance.choice(IDS[:4]), *IDS[4:])

    def spelt(self, message: Any) -> bytes:
        """A line of it in some spelling, or a broken one."""
        separators = self.chance.choice([(", ", ": "), (",", ":"), (" ,\t", " : ")])
        text = json.dumps(message, ensure_ascii=self.chance.random() < 0.5, separators=separators).encode()
        at = self.chance.randrange(len(text))
        broken = text[:at] + self.chance.choice([b"", b"\xff", b"\\", b'"', b" ", b"}"]) + text[at + 1 :]
        others = (
            broken,
            broken,
            b"",
            b" ",
            b"[" * 250,
            text + b"\r",
            text + text,
            b"\xef\xbb\xbf" + text,
            text + b" " * 20_000,
        )
        return bytes(self.oddly(text, *others))


async def open_in_any_way(seed: int, times: int) -> None:
    """Hold conversations against each other; half of their lines at least are taken by the front."""
    opener, taken, whole = Opener(seed), 0, 0
    async with served(toolsets="crm", read_only=True, exclude_tools="search_records") as built:
        known = await made(built)
        for _ in range(times):
            lines = opener.lines()
            assert await differences(built, known, lines) == {}, lines
            whole += len(lines)
            taken += (await fronted(built, known, lines))[1] if whole < 1_000 else 0
    print(f"{whole} lines in {times} conversations, 0 differences")
    assert taken > min(whole, 1_000) / 3


async def test_first_lines_at_random_end_in_the_same_answers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")
    await open_in_any_way(1, 150)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 12))
async def test_a_hundred_thousand_first_lines_at_random_end_in_the_same_answers(
    seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL")
    await open_in_any_way(seed, 2_600)


BROKEN = (
    "{",
    '{"jsonrpc":"2.0",',
    '{"a":1,}',
    "{1:2}",
    '{"a":"\x01"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{"a":',
    "[",
    "",
)
ALONE = """
import sys
from harvest_mcp.protocol.front import messages
lines = sys.stdin.buffer.read().split(b"|")
print([messages.read(line) for line in lines])
"""


def test_a_line_that_is_no_json_is_left_to_the_sdk_where_nothing_is_loaded_yet() -> None:
    """The part of `json` that is written in C has no exception to raise before the rest of it is imported."""
    asked = [sys.executable, "-c", ALONE]
    said = subprocess.run(asked, input="|".join(BROKEN), capture_output=True, text=True, check=False)
    assert (said.stdout.strip(), said.stderr) == (str([None] * len(BROKEN)), "")
