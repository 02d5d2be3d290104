"""Run the protocol's own conformance suite against this server: `python -m tests.conformance`.

Every scenario of both eras must pass, except what `NOT_HERE.md` lists with the reason, and that must not pass. It needs
npm, and takes Node from a package where the machine has none of version 22 or newer.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12"
NODE, NODE_PACKAGE = 22, "node@22.23.3"
REVISIONS = ("2025-11-25", "2026-07-28")
WAYS = ("stdin", "http", "http-signed-in")
"""How the server is spoken to: through a bridge to its stdin, at its own address, and there with a token."""
ONLY_STDIN = "on stdin:"
"""How the reason of a row begins that is none at an address of its own."""
ROW = re.compile(r"^\| `(\S+?)` \| (?:`(\S+?)` )?\| (.+) \|$", re.M)
INSTALL_IN, RUN_IN, START_IN = 120, 120, 60
SCENARIO_MS = "5000"


class Skip(Exception):
    """Why the suite cannot run here."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        place = Path(folder)
        try:
            suite = installed(place)
        except Skip as why:
            print(f"conformance: skipped, {why}")
            return 0
        found = list[int]()
        for way in WAYS:
            with serving(place, way) as url:
                found += [judged(way, revision, results(suite, revision, url, place / way)) for revision in REVISIONS]
        return max(found)


def installed(place: Path) -> list[str]:
    """Install the suite; the command that starts it.

    Raises:
        Skip: there is no npm, or it cannot reach its registry.
    """
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None:
        raise Skip("there is no npm on this machine")
    (place / "package.json").write_text('{"private": true}')
    known = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout if node else "v0"
    enough = int(known.lstrip("v").split(".")[0]) >= NODE
    wanted = [SUITE] if enough else [SUITE, NODE_PACKAGE]
    flags = ["--no-audit", "--no-fund", "--no-update-notifier", "--fetch-retries=1", "--fetch-timeout=20000"]
    try:
        done = subprocess.run(
            [npm, "install", *flags, *wanted],
            cwd=place,
            capture_output=True,
            text=True,
            timeout=INSTALL_IN,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Skip(f"npm did not install {SUITE} in {INSTALL_IN} s") from None
    if done.returncode:
        raise Skip(f"npm cannot install {' and '.join(wanted)}: {done.stderr.strip().splitlines()[:1]}")
    modules = place / "node_modules"
    runs = str(node) if enough else str(modules / ".bin" / "node")
    return [runs, str(modules / "@modelcontextprotocol" / "conformance" / "dist" / "index.js")]


@contextmanager
def serving(place: Path, way: str) -> Iterator[str]:
    """The address of the server: behind a bridge to its stdin, or its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    served = [sys.executable, "-m", "tests.conformance.served"]
    command = [sys.executable, "-m", "tests.conformance.bridge", str(port), *served]
    if way != "stdin":
        command = [*served, str(port), *(["signed-in"] if way == "http-signed-in" else [])]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("HARVEST_", "INCWO_"))}
    with (place / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)
    try:
        until = time.monotonic() + START_IN
        while not listens(port):
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit((place / "server.log").read_text())
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        server.terminate()
        server.wait(30)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario came to: how many of its own checks passed, and which failed for what reason."""

    passed: int
    failed: dict[str, str]


def results(suite: list[str], revision: str, url: str, place: Path) -> dict[str, Outcome]:
    """Run what a revision requires, and return what each scenario came to."""
    out = place / revision
    flags = ["--url", url, "--requirements", revision, "--timeout", SCENARIO_MS, "--output-dir", str(out)]
    done = subprocess.run([*suite, "server", *flags], capture_output=True, text=True, timeout=RUN_IN, check=False)
    found = {}
    for file in sorted(out.glob("server-*/checks.json")):
        scenario = re.sub(r"^server-(.*?)-\d{4}-\d\d-\d\dT.*$", r"\1", file.parent.name)
        checks = json.loads(file.read_text())
        passed = sum(each["status"] == "SUCCESS" and each["id"] != "wire-schema-valid" for each in checks)
        failed = {each["id"]: each.get("errorMessage", "")[:200] for each in checks if each["status"] == "FAILURE"}
        found[scenario] = Outcome(passed, failed)
    if not found:
        raise SystemExit(done.stdout + done.stderr)
    return found


def judged(way: str, revision: str, found: dict[str, Outcome]) -> int:
    """Print what passed and what did not; 1 if something failed that is not listed, or passed although it is."""
    listed_rows = ROW.findall((Path(__file__).parent / "NOT_HERE.md").read_text("utf-8"))
    rows = [row for row in listed_rows if way == "stdin" or not row[2].startswith(ONLY_STDIN)]

    def listed(scenario: str, check: str = "") -> bool:
        return any(fnmatchcase(scenario, row[0]) and row[1] in ("", revision, check) for row in rows)

    applies = [scenario for scenario in sorted(found) if not listed(scenario)]
    wrong = [
        f"{scenario}: {check}: {why}"
        for scenario, outcome in found.items()
        for check, why in outcome.failed.items()
        if not listed(scenario, check)
    ]
    wrong += [f"{each}: none of its checks was made" for each in applies if not found[each].passed]
    wrong += [
        f"{scenario}: listed in NOT_HERE.md, but it passes"
        for scenario, outcome in found.items()
        if listed(scenario) and outcome.passed and not outcome.failed
    ]
    others = len(found) - len(applies)
    head = f"conformance over {way}, {revision}: {len(applies)} scenarios apply, {others} do not (NOT_HERE.md)"
    print(f"{head}: {', '.join(applies)}")
    for line in wrong:
        print(f"  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
