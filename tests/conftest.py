"""The real client in front, the sandbox behind: what every test of a tool talks through."""

import functools
import gc
import importlib.util
import itertools
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpcore2
import hypothesis
import mcp
import mcp_types as types
import pytest

from harvest_mcp import server
from harvest_mcp.changes import Timing
from harvest_mcp.config import settings
from harvest_mcp.gateway import Account
from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.state import State
from harvest_mcp.state import clock as counting
from tests import forks, measured, postgresql

Era = Literal["auto", "legacy"]
Reply = Literal["yes", "unticked", "decline", "cancel"]

REPLIES: dict[Reply, types.ElicitResult] = {
    "yes": types.ElicitResult(action="accept", content={"confirm": True}),
    "unticked": types.ElicitResult(action="accept", content={"confirm": False}),
    "decline": types.ElicitResult(action="decline"),
    "cancel": types.ElicitResult(action="cancel"),
}


QUICK = Timing(looks=(0.01, 0.01, 0.01))
"""Looks after a lost answer follow each other, and the write, in milliseconds instead of seconds."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a tool answered, and the files that came with it."""

    text: str
    is_error: bool
    files: tuple[types.ContentBlock, ...] = ()


@dataclass(slots=True)
class Talk:
    """A client connected to the server over one sandbox. `asked` holds every question a person was shown."""

    client: mcp.Client
    sandbox: Sandbox
    asked: list[str]
    seen_before: int = 0

    async def call(self, tool: str, /, **arguments: Any) -> Said:
        self.seen_before = len(self.sandbox.seen)
        result = await self.client.call_tool(tool, arguments)
        content, *files = result.content
        assert isinstance(content, types.TextContent)
        return Said(content.text, bool(result.is_error), tuple(files))

    async def ok(self, tool: str, /, **arguments: Any) -> str:
        said = await self.call(tool, **arguments)
        assert not said.is_error, said.text
        return said.text

    async def error(self, tool: str, /, **arguments: Any) -> str:
        said = await self.call(tool, **arguments)
        assert said.is_error, said.text
        return said.text

    def wire(self) -> list[str]:
        """The calls the last tool call made, as `GET /clients?updated_since=…`."""
        return [
            f"{seen.method} {seen.path}"
            + ("?" + "&".join(f"{name}={value}" for name, value in seen.query) if seen.query else "")
            for seen in self.sandbox.seen[self.seen_before :]
        ]


FEW = 30
"""Files of tests that every worker may as well rewrite by itself."""
MEMORY, ROOM = Path("/dev/shm"), 2**30  # noqa: S108 - a folder of one's own is made in it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-eras", action="store_true", help="run every test in both protocol eras")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`era` is 2026-07-28; what is marked `eras` runs with the handshake before it too."""
    if "era" in metafunc.fixturenames:
        both = metafunc.config.getoption("all_eras") or metafunc.definition.get_closest_marker("eras")
        metafunc.parametrize("era", ["auto", "legacy"] if both else ["auto"])


LONG = {
    *("clients/test_clients.py", "journal/test_killed.py", "journal/test_damage.py", "changes/test_fault_run.py"),
    *("bulk/test_killed.py", "secrets/test_nowhere.py", "stdio/test_random_lines.py", "incwo/test_commands.py"),
    *("insight/test_against_sql.py", "http/test_workers.py", "http/test_stop.py", "wire/test_hostile.py"),
    *("gateway/test_four_processes.py", "http/test_proxy.py", "approval/test_browser.py", "incwo/test_pace.py"),
    "views/test_drawn.py",
}
"""Files that hold tests of several seconds: begun first, so that nobody waits for the last of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin what is long first."""
    items.sort(key=lambda item: "/".join(item.path.parts[-2:]) not in LONG)


def pytest_configure(config: pytest.Config) -> None:
    """Keep temporary files in memory where there is room, so that no test waits for a busy disk.

    What is made while collecting is no garbage, and a slow machine is no fault of what Hypothesis tries.
    """
    measured.register(config)
    slow = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture]
    usual = hypothesis.settings.get_profile(hypothesis.settings.get_current_profile_name())
    hypothesis.settings.register_profile("patient", usual, deadline=None, suppress_health_check=slow)
    hypothesis.settings.load_profile("patient")
    gc.disable()
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
    if sys.dont_write_bytecode:
        _keep_rewritten()


def _keep_rewritten() -> None:
    """Keep the rewritten tests in a folder of the user's own, where no bytecode may lie beside them.

    Rewriting the asserts is half of the work of collecting, and every worker collects.
    """
    place = Path(tempfile.gettempdir()) / f"harvest-mcp-bytecode-{os.getuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    if place.stat().st_uid == os.getuid():
        sys.pycache_prefix, sys.dont_write_bytecode = str(place), False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Rewrite the asserts of a fresh checkout once, shared among the processors; else every worker rewrites all."""
    places = [Path(each.partition("::")[0]) for each in config.args]
    files = [str(file) for place in places for file in place.rglob("test_*.py") if not _rewritten(file)]
    if len(files) > FEW:
        once = (sys.executable, "-m", "pytest", "-qq", "--collect-only", "-n", "0", "-p", "no:cacheprovider", "-m", "")
        several = os.cpu_count() or 1
        started = [
            subprocess.Popen(
                [*once, *files[first::several]],
                cwd=config.rootpath,
                env=forks.unmeasured(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for first in range(several)
        ]
        for process in started:
            process.wait()


def _rewritten(file: Path) -> bool:
    """Return whether an up-to-date copy lies beside a file of tests."""
    kept = Path(importlib.util.cache_from_source(str(file))).with_name(
        f"{file.stem}.{sys.implementation.cache_tag}-pytest-{pytest.__version__}.pyc"
    )
    return kept.exists() and kept.stat().st_mtime >= file.stat().st_mtime


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Five for two cores: with four, a sixth of the time was spent waiting; each worker collects for itself."""
    return (os.cpu_count() or 1) * 5 // 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Whoever is done takes half of what another has left: the long tests lie close together."""
    from xdist.scheduler import WorkStealingScheduling  # type: ignore[import-untyped]  # it has no types  # noqa: PLC0415 - may be absent

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None


def pytest_collection_finish() -> None:
    """Look for garbage more rarely, and not in what has been collected, which stays to the end."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 20)


Connect = Callable[..., AbstractAsyncContextManager[Talk]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    account = open_account()
    yield account
    account.close()


@pytest.fixture(scope="session", autouse=True)
def authorities_read_once() -> Iterator[None]:
    """Read whom TLS trusts once for all clients of the SDK: each takes 50 ms for it, and none here speaks TLS."""
    made = httpcore2.default_ssl_context

    @functools.cache
    def kept(named: tuple[str | None, ...], trusted: bool) -> ssl.SSLContext:
        return made(_trust_env=trusted)

    with pytest.MonkeyPatch.context() as patch:
        named = ("SSL_CERT_FILE", "SSL_CERT_DIR")
        patch.setattr(
            httpcore2,
            "default_ssl_context",
            lambda *, _trust_env=True: kept(tuple(os.environ.get(each) for each in named), _trust_env),
        )
        yield


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("HARVEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)  # no start leaves anything for the next one


@pytest.fixture(scope="session")
def state_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Names of folders that are not there yet: a test that keeps state makes its own, and most keep none."""
    root = tmp_path_factory.mktemp("states")
    return (root / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def no_state_of_the_user(monkeypatch: pytest.MonkeyPatch, state_folders: Iterator[Path]) -> None:
    """Every test, with the processes it starts, has a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(next(state_folders)))


@pytest.fixture(autouse=True)
def numbered_from_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes are numbered from 1 in stores that last, too."""
    monkeypatch.setattr(counting, "LATEST", 0)


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    if (programs := postgresql.programs()) is None:
        pytest.skip(postgresql.MISSING)
    return postgresql.address(programs)


@pytest.fixture
def database(postgresql_server: str) -> str:
    """The address of an empty database in a real PostgreSQL server."""
    return postgresql.database(postgresql_server)


@asynccontextmanager
async def talking(
    sandbox: Sandbox,
    *,
    era: Era = "auto",
    reply: Reply | Callable[[str], Reply] | None = None,
    account: Account | None = None,
    clock: Callable[[], float] = time.time,
    timing: Timing = QUICK,
    reading: float = 0.0,
    **flags: Any,
) -> AsyncIterator[Talk]:
    """A client in process; `reply` answers every form, None means a client without forms.

    `account` is who calls, the administrator unless given; `clock` is what questions expire by; a no to a form that
    comes sooner than `reading` seconds is no person's.
    """
    ours = tuple((name, text) for name, text in os.environ.items() if name.startswith(("HARVEST_", "INCWO_")))
    chosen, tools = _settings(tuple(flags.items()), ours)
    state = server.sandbox_state(chosen, sandbox)
    if not state.lasts:
        _lay_out(state.place)
    if clock is not time.time:
        state.clock = clock  # the machine's own goes with it
    desk = server.desk(
        chosen,
        [account or server.sandbox_account()],
        server.in_process(sandbox),
        state=state,
        clock=clock,
        timing=timing,
        reading=reading,
    )
    asked: list[str] = []

    async def form(context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        asked.append(params.message)
        assert reply is not None
        return REPLIES[reply(params.message) if callable(reply) else reply]

    try:
        async with mcp.Client(
            server.build(chosen, desk), mode=era, elicitation_callback=form if reply else None
        ) as client:
            # As one that listed the tools before it called the first; else each test's first call lists them all.
            client.session._tool_output_schemas.update(tools)
            yield Talk(client, sandbox, asked)
    finally:
        await desk.aclose()


def _lay_out(place: str) -> None:
    """Begin a store that lasts as long as a test as a copy of one that was laid out, which takes 5 ms."""
    Path(place).touch(0o600)
    Path(place).write_bytes(_laid_out())


@functools.cache
def _laid_out() -> bytes:
    """Return an empty store."""
    with server.temporary() as folder, closing(State(f"{folder}/state.db")) as state:
        state.open()
        state.close()
        return Path(state.place).read_bytes()


@functools.lru_cache(maxsize=64)
def _settings(
    flags: tuple[tuple[str, Any], ...], environment: tuple[tuple[str, str], ...]
) -> tuple[settings.Settings, dict[str, None]]:
    """Read the settings, and the names of their tools, once for all tests with these flags and this environment."""
    chosen = settings.read(dict(flags))
    return chosen, dict.fromkeys(tool.name for tool in server.tools_for(chosen))
