"""From spawning the server to the answers to `initialize` and `tools/list`, each time beside an empty Python.

The first start has the file that comes with the package, later ones their own. `python -m tests.bench` prints it.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from compileall import compile_dir
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

import harvest_mcp
from harvest_mcp.protocol.front import key, making, ready
from harvest_mcp.protocol.prompts import folder
from tests.front.kit import served
from tests.stdio.children import INITIALIZED, hello, request

PAIRS = 25
EMPTY = [sys.executable, "-c", "pass"]
SERVER = [sys.executable, "-c", "from harvest_mcp.__main__ import main; main()"]
ACCOUNT = {
    "HARVEST_URL": "https://suprcorp.harvestapp.com",
    "HARVEST_EMAIL": "jane@suprcorp.example",
    "HARVEST_PASSWORD": "correct horse",
}
INCWO = {"INCWO_URL": "https://www.incwo.com/123456", "INCWO_LOGIN": "jane", "INCWO_PASSWORD": "correct horse"}
SETTINGS: dict[str, tuple[dict[str, str], dict[str, object]]] = {
    "default settings": (ACCOUNT, {}),
    "all tools": ({**ACCOUNT, "HARVEST_MCP_TOOLSETS": "all"}, {"toolsets": "all"}),
    "both systems": ({**ACCOUNT, **INCWO}, {"system": "both"}),
}
Took = tuple[float, float]


def measured() -> list[tuple[str, float, str]]:
    """Return name, ratio of the wall clock, and more about it."""
    with TemporaryDirectory() as place:
        base = {"HOME": place, "PATH": os.environ.get("PATH", "")}
        found = [_pairs("first start, default settings", {**base, **ACCOUNT, "PYTHONPATH": _installed(place)})]
        for name, (variables, flags) in SETTINGS.items():
            env = {**base, **variables}
            _keep(env, flags)
            found.append(_pairs(f"later start, {name}", env))
    return found


def _installed(place: str) -> str:
    """Return a folder that holds the package as from a wheel, compiled."""
    site = Path(place, "site")
    shutil.copytree(Path(harvest_mcp.__file__).parent, site / "harvest_mcp")
    shutil.copytree(Path(str(folder())), site / "harvest_mcp" / "prompts")
    (site / f"harvest_mcp-{harvest_mcp.__version__}.dist-info").mkdir()
    compile_dir(site, quiet=1)
    return str(site)


def _keep(env: Mapping[str, str], flags: dict[str, object]) -> None:
    """Keep what a start with these variables answers."""

    async def content(named: str) -> bytes:
        async with served(**flags) as built:
            return (await making.answers(built)).file(named)

    named = key.digest([], env) or ""
    making.write(Path(ready.place(named, env) or ""), anyio.run(content, named))


def _pairs(name: str, env: Mapping[str, str]) -> tuple[str, float, str]:
    times = [(_took(EMPTY, env), _took(SERVER, env)) for _ in range(PAIRS + 1)][1:]
    wall, cpu = (statistics.median(ours[at] / bare[at] for bare, ours in times) for at in (0, 1))
    bare, ours = (statistics.median(each[at][0] for each in times) * 1000 for at in (0, 1))
    return name, wall, f"{ours:.0f} ms against {bare:.0f} ms; of processor time {cpu:.2f} x"


def _took(command: Sequence[str], env: Mapping[str, str]) -> Took:
    """Return the seconds until the lists are out, and those of the processor until the end."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=env["HOME"])
    assert process.stdin is not None
    assert process.stdout is not None
    if command is not EMPTY:
        for asked in ([hello(1)], [INITIALIZED, request(2, "tools/list")]):
            process.stdin.write(b"".join(json.dumps(each).encode() + b"\n" for each in asked))
            process.stdin.flush()
            assert b'"result"' in process.stdout.readline()
        elapsed = time.perf_counter() - began
        process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if command is EMPTY:
        elapsed = time.perf_counter() - began
        process.stdin.close()
    process.stdout.close()
    assert process.returncode == 0
    return elapsed, used.ru_utime + used.ru_stime


if __name__ == "__main__":
    for line in measured():
        print(*line)
