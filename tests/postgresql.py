"""A PostgreSQL server of our own while tests run: on a free port of this machine, in a folder that goes with it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests import shared
from tests.patience import PATIENCE

USER, PASSWORD = "harvest", "open sesame"
MISSING = "no PostgreSQL server is installed: apt-get install postgresql, or put initdb on the PATH"
OPTIONS = ["-cfsync=off", "-cfull_page_writes=off", "-clisten_addresses=127.0.0.1", "-cmax_connections=150"]
databases = count()
Command = list[str | Path]


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest there is; packages do not put it on the PATH."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb"), *Path("/usr/local").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda file: file.parts).parent
    return Path(on_path).parent if (on_path := shutil.which("initdb")) else None


# Ends with whoever holds its stdin, however that one ends.
LIVES_AS_LONG = (
    'folder=$PWD; "$0" "$@" & cat; kill -INT $!; wait; cd /; test -e "$folder/data/postmaster.pid" || rm -rf "$folder"'
)


def address(programs: Path) -> str:
    """Return the address of a server that takes `USER` with `PASSWORD` only, and is everybody's who runs tests."""
    return shared.begun("pg", partial(_begin, programs))


@contextmanager
def own(programs: Path) -> Iterator[str]:
    """The address of one that is nobody else's, since it is to be restarted."""
    folder = Path(tempfile.mkdtemp(prefix="harvest-mcp-pg-"))
    stdin, needed = os.pipe()
    try:
        yield _begin(programs, folder, stdin)
    finally:
        os.close(needed)
        os.close(stdin)
        started.pop().wait(PATIENCE)
        _ended(programs, folder)
        shutil.rmtree(folder, ignore_errors=True)


def _begin(programs: Path, folder: Path, stdin: int) -> str:
    who = _owner()
    (folder / "password").write_text(PASSWORD)
    if who:
        for path in (folder, folder / "password"):
            os.chown(path, who["user"], who["group"])
    made: Command = [programs / "initdb", "-D", folder / "data", "-U", USER, "--no-sync", "-E", "UTF8"]
    secret = ["-A", "scram-sha-256", f"--pwfile={folder / 'password'}"]
    subprocess.run([*made, *secret], cwd=folder, capture_output=True, timeout=PATIENCE, check=True, **who)
    port = _free_port()
    server: Command = [programs / "postgres", "-D", folder / "data", *OPTIONS, "-p", str(port), "-k", folder]
    with (folder / "log").open("wb") as log:
        started.append(
            subprocess.Popen(
                ["sh", "-c", LIVES_AS_LONG, *server], cwd=folder, stdin=stdin, stdout=log, stderr=log, **who
            )
        )
    _wait_for(programs, port, folder)
    return f"postgresql://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}/postgres"


started: "list[subprocess.Popen[bytes]]" = []
"""What this process started, which goes on when it has ended if others need it."""


def _ended(programs: Path, folder: Path) -> None:
    """End the one that a `restart` left, which is nobody's child."""
    if (folder / "data" / "postmaster.pid").exists():
        stop: Command = [programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "-s", "stop"]
        subprocess.run(stop, cwd=folder, timeout=PATIENCE, check=False, **_owner())


def _wait_for(programs: Path, port: int, folder: Path) -> None:
    ready: Command = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    until = time.monotonic() + PATIENCE
    while subprocess.run(ready, cwd=folder, check=False).returncode:
        assert time.monotonic() < until, (folder / "log").read_text("utf-8", "replace")
        time.sleep(0.05)


def database(server: str) -> str:
    """The address of a new, empty database."""
    import psycopg  # noqa: PLC0415 - only where a server is

    name = f"d{os.getpid()}_{next(databases)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type, unused-ignore]  # our own name
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def restart(server: str, *, crash: bool) -> None:
    """End a server as a stop does that waits for nobody, or as a crash, and start it again at its address."""
    import psycopg  # noqa: PLC0415 - only where a server is

    with psycopg.connect(server) as connection:
        (data,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    folder, where = Path(data), programs()
    assert where is not None
    stop: Command = [where / "pg_ctl", "-D", folder, "-w", "-s", "-m", "immediate" if crash else "fast", "stop"]
    subprocess.run(stop, cwd=folder.parent, timeout=PATIENCE, check=True, **_owner())
    port = str(urlsplit(server).port)
    start: Command = [where / "postgres", "-D", folder, *OPTIONS, "-p", port, "-k", folder.parent]
    till = time.monotonic() + PATIENCE
    while not (folder / "postmaster.pid").exists():  # the processes of before may hold its memory for a moment
        assert time.monotonic() < till, (folder.parent / "log").read_text("utf-8", "replace")[-2000:]
        with (folder.parent / "log").open("ab") as log:
            detached: Command = ["sh", "-c", '"$0" "$@" & sleep 0.2', *start]
            subprocess.run(
                detached, cwd=folder.parent, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False, **_owner()
            )
    _wait_for(where, int(port), folder.parent)


def _owner() -> Mapping[str, Any]:
    """Who runs the server when root runs the tests: it refuses root."""
    if os.geteuid() != 0:
        return {}
    names = [entry.pw_name for entry in pwd.getpwall()]
    found = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
