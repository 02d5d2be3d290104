"""What a start keeps for the next one, when that answers from it, and that nobody can tell otherwise."""

import json
import os
import signal
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harvest_mcp.protocol.front import key, making, ready
from tests import forks
from tests.patience import wait_until
from tests.stdio.children import INITIALIZED, Child, Nursery, call, hello, request
from tests.stdio.test_ending import logged

SANDBOX = ("--sandbox",)
ACCOUNT = {
    "HARVEST_URL": "https://northquay.harvestapp.com",
    "HARVEST_EMAIL": "olga@northquay.example",
    "HARVEST_PASSWORD": "Xk3$ 9q=vW",
}


@dataclass
class Home:
    """A folder for what starts keep, and the servers that do."""

    born: Nursery
    cache: Path
    body: bytes = b""

    def start(self, *arguments: str, **variables: str) -> Any:
        return self.born.child(*arguments, env=self.env(variables))

    def env(self, variables: dict[str, str]) -> dict[str, str]:
        return {"HARVEST_MCP_STATE": str(self.cache / "state.db"), "XDG_CACHE_HOME": str(self.cache), **variables}

    def named(self, *arguments: str, **variables: str) -> str:
        named = key.digest(arguments, {**self.born.environment, **self.env(variables)})
        assert named
        return named

    def file(self, *arguments: str, **variables: str) -> Path:
        """The file of such a start."""
        return self.cache / "harvest-mcp" / f"ready-{self.named(*arguments, **variables)}"

    def kept(self, *arguments: str, **variables: str) -> Path:
        """The same once a start has kept it."""
        file = self.file(*arguments, **variables)
        with self.start(*arguments, **variables) as child:
            child.ask(hello(1))
            wait_until(file.exists, child.log)
        return file

    def marked(self, *arguments: str, **variables: str) -> Path:
        """The same with a word in it that no server says, so that whoever answers from it is known."""
        file, body = self.file(*arguments, **variables), self.body.replace(b'"Harvest"', b'"Hrvst"')
        making.write(file, ready.head(self.named(*arguments, **variables), body) + b"\n" + body)
        return file


def title(child: Child) -> str:
    """By what name the server goes that answers."""
    return str(child.ask(hello("hello"))["result"]["serverInfo"]["title"])


@pytest.fixture(scope="session")
def body(born: Nursery, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What is kept for the usual settings."""
    file = Home(born.plain(), tmp_path_factory.mktemp("usual")).kept(*SANDBOX)
    return file.read_bytes().partition(b"\n")[2]


@pytest.fixture
def home(born: Nursery, tmp_path: Path, body: bytes) -> Home:
    return Home(born.plain(), tmp_path, body)


def test_a_start_keeps_what_the_next_one_answers_from(home: Home) -> None:
    said = [hello("hello"), request(1, "tools/list"), request(2, "prompts/list"), request("p", "ping")]
    with home.start(*SANDBOX) as child:
        plain = [(child.send(each), child.line()) for each in said]
    file = home.kept(*SANDBOX)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (file, file.parent)] == [0o600, 0o700]
    with home.start(*SANDBOX) as child:
        assert [(child.send(each), child.line()) for each in said] == plain
    home.marked(*SANDBOX)
    with home.start(*SANDBOX) as child:
        assert title(child) == "Hrvst"
        child.send(INITIALIZED)
        assert "who_am_i" in {tool["name"] for tool in child.ask(request(1, "tools/list"))["result"]["tools"]}
        assert '"id":11072' in child.ask(call(2, "get_client", client_id=11072))["result"]["content"][0]["text"]
        assert child.ask(request(3, "ping"))["result"] == {}
        child.close()
        assert (child.rest(), child.ended(), child.log()) == ([], 0, "")


def other_owner(file: Path) -> None:
    if os.geteuid():
        pytest.skip("only root gives files away")
    os.chown(file, 12345, 12345)


def elsewhere(file: Path) -> None:
    file.symlink_to(file.rename(file.with_name("elsewhere")))


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def of_another_key(file: Path) -> None:
    body = file.read_bytes().partition(b"\n")[2]
    file.write_bytes(ready.head("0" * 40, body) + b"\n" + body)


SPOILT: dict[str, Callable[[Path], object]] = {
    "damaged": lambda file: file.write_bytes(file.read_bytes().replace(b"tools", b"tolls", 1)),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "empty": lambda file: file.write_bytes(b""),
    "of another key": of_another_key,
    "open to others": lambda file: file.chmod(0o666),
    "readable to a group": lambda file: file.chmod(0o640),
    "somebody else's": other_owner,
    "a link": elsewhere,
    "a folder": folder,
    "a pipe": pipe,
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_file_that_is_not_whole_or_not_only_the_users_own_is_never_served(spoilt: str, home: Home) -> None:
    SPOILT[spoilt](home.marked(*SANDBOX))
    with home.start(*SANDBOX) as child:
        assert title(child) == "Harvest"
        child.close()
        assert (child.ended(), child.log()) == (0, "")


@pytest.mark.parametrize("seconds", [0, 4e9])
def test_a_clock_that_jumps_changes_nothing(seconds: float, home: Home) -> None:
    os.utime(home.marked(*SANDBOX), (seconds, seconds))
    with home.start(*SANDBOX) as child:
        assert title(child) == "Hrvst"


def test_other_settings_have_a_file_of_their_own(home: Home) -> None:
    home.marked(*SANDBOX)
    with home.start(*SANDBOX, "--read-only") as child:
        assert title(child) == "Harvest"
    with home.start(*SANDBOX, HARVEST_MCP_CONFIRM="strict") as child:
        assert title(child) == "Harvest"


def test_no_secret_and_no_account_is_in_the_file_or_in_its_name(home: Home) -> None:
    file = home.kept(**ACCOUNT)
    for word in ("Xk3$ 9q=vW", "northquay", "olga"):
        assert word.encode() not in file.read_bytes()
    assert home.file(**{**ACCOUNT, "HARVEST_PASSWORD": "another"}) == file


@pytest.mark.parametrize("variables", [{"HARVEST_PASSWORD": ""}, {"HARVEST_MCP_TOOLSETS": "crmm"}])
def test_settings_that_are_wrong_are_told_by_the_first_call_and_the_file_goes(
    variables: dict[str, str], home: Home
) -> None:
    """As when a keyring is found empty: nobody looks into one before something is asked for."""
    account = {**ACCOUNT, **variables}
    file = home.marked(**account)
    with home.start(**account) as child:
        assert title(child) == "Hrvst"
        text = child.ask(call(2, "list_clients"))["result"]["content"][0]["text"]
        assert text.startswith(f"{next(iter(variables))} ")
        child.close()
        assert child.ended() == 2
        assert child.log().startswith(f"harvest-mcp: {next(iter(variables))} ")
    assert not file.exists()
    with home.start(**account) as child:
        assert "cannot be reached yet" in child.ask(hello(1))["result"]["instructions"]


def test_two_that_start_at_once_keep_one_file(home: Home) -> None:
    with home.start(*SANDBOX) as one, home.start(*SANDBOX) as other:
        for child in (one, other):
            child.send(hello(1))
        assert one.line() == other.line()
        file = home.kept(*SANDBOX)
        for child in (one, other):
            child.close()
            assert (child.ended(), child.log()) == (0, "")
    assert list(file.parent.iterdir()) == [file]
    assert ready.trusted(str(file), home.named(*SANDBOX))


WRITER = """
import sys
from pathlib import Path
from harvest_mcp.protocol.front import making, ready

body = b'{"tells":true,"legacy":{},"modern":{}}\\n' + b"x" * 3_000_000
while True:
    print(flush=True)
    making.write(Path(sys.argv[1]), ready.head("x", body) + b"\\n" + body)
"""


def test_a_writer_that_is_killed_leaves_the_whole_file_or_none(tmp_path: Path) -> None:
    path = tmp_path / "ready-x"
    for finished in (0, 1, 2, 0, 1, 2):
        with subprocess.Popen([forks.python(), "-c", WRITER, str(path)], stdout=subprocess.PIPE, bufsize=0) as writer:
            assert writer.stdout
            for _ in range(finished + 1):
                writer.stdout.readline()
            writer.kill()
        assert ready.trusted(str(path), "x") if path.exists() else not finished
    assert path.exists()
    making.write(path, path.read_bytes())
    assert len(list(tmp_path.iterdir())) <= making.KEPT + 1


def test_a_client_that_goes_at_once_leaves_nothing(either: Nursery) -> None:
    with either.child("--sandbox") as child:
        child.close()
        assert (child.rest(), child.ended(), child.log()) == ([], 0, "")


def test_the_last_line_may_lack_its_end(either: Nursery) -> None:
    with either.child("--sandbox") as child:
        child.ask(hello(1))
        child.write(json.dumps(request(2, "ping")).encode())
        child.close()
        assert (child.rest(), child.ended(), child.log()) == ([{"jsonrpc": "2.0", "id": 2, "result": {}}], 0, "")


def test_a_client_that_takes_no_answer_any_more_has_gone(either: Nursery) -> None:
    with either.child("--sandbox") as child:
        child.ask(hello(1))
        os.close(child.out)
        child.out = os.open(os.devnull, os.O_RDONLY)
        child.send(request(2, "tools/list"))
        assert child.ended() == 0
        assert child.log() == ""


def test_who_asks_much_before_reading_gets_all_of_it(either: Nursery) -> None:
    with either.child("--sandbox") as child:
        child.ask(hello(1))
        child.send(*(request(at, "prompts/list") for at in range(1_500)))
        child.send(call("last", "get_rate_limit_status"))
        assert [child.answer()["id"] for _ in range(1_501)] == [*range(1_500), "last"]


def test_a_second_ctrl_c_ends_at_once_what_nobody_reads(born: Nursery) -> None:
    with born.child("--sandbox") as child:
        child.send(hello(1), *(request(at, "tools/list") for at in range(50)))
        child.line()
        child.signal(signal.SIGINT)
        logged(child, " WARNING harvest_mcp.stdio: Ended by Ctrl-C.\n")
        child.signal(signal.SIGINT)
        assert child.ended() == 130
        assert child.log().endswith("Ended at once by a second Ctrl-C. Still under way: nothing.\n")


def test_a_line_that_comes_in_pieces_is_one(either: Nursery) -> None:
    with either.child("--sandbox") as child:
        for piece in (b'{"jsonrpc":"2.0",', b'"id":1,"method":"pi', b'ng"}\n{"jsonrpc":"2.0","id":2,"method":"ping"}'):
            child.write(piece)
        child.write(b"\n")
        assert [child.answer()["id"] for _ in range(2)] == [1, 2]


def test_a_line_that_has_no_end_is_left_to_the_sdk(either: Nursery) -> None:
    with either.child("--sandbox") as child:
        child.ask(hello(1))
        child.write(b'{"jsonrpc":"2.0","id":2,"method":"ping","params":{"x":"' + b"x" * 200_000)
        child.write(b'"}}\n')
        assert child.answer() == {"jsonrpc": "2.0", "id": 2, "result": {}}


def test_the_other_tests_of_this_folder_talk_to_a_front_first(born: Nursery) -> None:
    with born.child("--sandbox") as child:
        child.ask(hello(1))
        env = {**born.environment, **child.env}
        named = key.digest(["--sandbox"], env)
        assert named
        assert ready.trusted(ready.place(named, env) or "", named)
